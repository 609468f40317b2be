#include "eval/run/project_private.h"

/* `probes:`: what `lever probe` derives its variants from. */

const struct field probes_fields[] = {
	{"bigger", FIELD_STRING, offsetof(struct probe_settings, bigger), "a bigger model, for `bigger-model`"},
	{"reasoning", FIELD_STRING, offsetof(struct probe_settings, reasoning), "a reasoning model, for `reasoning`"},
	{"examples", FIELD_STRING, offsetof(struct probe_settings, examples), "a set of `examples:`, for both few-shot probes"},
	{"cot", FIELD_STRING, offsetof(struct probe_settings, cot), "words that ask for steps, put behind the last message"},
	{"k", FIELD_INTEGER, offsetof(struct probe_settings, k), "examples shown", .min = 1, .max = 100, .fallback = "4"},
	{"samples", FIELD_INTEGER, offsetof(struct probe_settings, samples), "answers a case in all, for `repeats`", .min = 3,
		.max = 51, .fallback = "5"},
	{NULL},
};

static void name_check(struct project_reader *reader, const struct yaml *node, const char *key, const char *name, bool there)
{
	const struct yaml *value = yaml_get(node, key);
	if (name && !there)
		project_error(reader, value ? value : node, "`probes`: there is no %s `%s`",
			strcmp(key, "examples") ? "model" : "set of examples", name);
}

static bool examples_named(const struct project *project, const char *name)
{
	for (size_t i = 0; i < project->example_count; i++)
		if (strcmp(project->examples[i].name, name) == 0)
			return true;
	return false;
}

void project_read_probes(struct project_reader *reader, const struct yaml *node)
{
	struct project *project = reader->project;
	struct probe_settings *probes = &project->probes;
	*probes = (struct probe_settings){.k = 4, .samples = 5};
	if (!node || node->kind == YAML_NULL)
		return;
	reader->fields.what = "probes";
	if (!fields_read(&reader->fields, probes_fields, node, NULL, probes))
		return;
	name_check(reader, node, "bigger", probes->bigger, probes->bigger && project_model(project, probes->bigger));
	name_check(reader, node, "reasoning", probes->reasoning, probes->reasoning && project_model(project, probes->reasoning));
	name_check(reader, node, "examples", probes->examples, probes->examples && examples_named(project, probes->examples));
}

/* `probe: NAME` of a variant. */
void project_read_probe(struct project_reader *reader, struct variant *variant, const struct yaml *node, const char *name)
{
	const char *names[64];
	size_t count = 0;
	variant->probe = probe_find(name);
	for (; probe_types[count] && count < COUNT(names); count++)
		names[count] = probe_types[count]->name;
	if (!variant->probe)
		project_error(reader, node, "there is no probe `%s`%s (`lever show probes` lists them)", name,
			project_hint(reader, name, names, count));
	else if (!variant->parent_name)
		project_error(reader, node, "a probe needs `parent:`, the variant that it probes");
}
