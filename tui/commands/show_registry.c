#include "tui/commands/show_registry.h"
#include "datasets/dataset.h"
#include "eval/advise/alarm.h"
#include "eval/classify/classify.h"
#include "eval/model/price_book.h"
#include "eval/run/gate.h"
#include "eval/run/project.h"
#include "reports/report.h"
#include "tui/screens/screen.h"

#define LIST_AT(function, list, ...)                                                                                               \
	static bool function(size_t index, struct show_thing *ret)                                                                 \
	{                                                                                                                          \
		if (!(list)[index])                                                                                                \
			return false;                                                                                              \
		*ret = (struct show_thing){(list)[index]->name, (list)[index]->summary, __VA_ARGS__};                              \
		return true;                                                                                                       \
	}

LIST_AT(scorer_at, scorer_types, scorer_types[index]->help, scorer_types[index]->fields)
LIST_AT(extractor_at, extractor_types, extractor_types[index]->help, extractor_types[index]->fields)
LIST_AT(api_at, api_types, api_types[index]->help, api_types[index]->fields)
LIST_AT(lever_at, lever_types, lever_types[index]->help)
LIST_AT(probe_at, probe_types, probe_types[index]->help)
LIST_AT(gate_at, gate_types, gate_types[index]->help)
LIST_AT(alarm_at, alarm_types, alarm_types[index]->help)
LIST_AT(format_at, dataset_formats, dataset_formats[index]->help)
LIST_AT(report_at, report_formats, report_formats[index]->help)
LIST_AT(screen_at, screen_types, screen_types[index]->help)
LIST_AT(command_at, commands, commands[index]->help)

static bool mode_at(size_t index, struct show_thing *ret)
{
	const struct failure_mode *mode = &failure_modes[index];
	static char help[512];
	if (!mode->code)
		return false;
	static const char *const confirmed[] = {[CONFIRM_NOBODY] = "Nobody has to confirm it.",
		[CONFIRM_SAMPLE] = "A person looks at a sample of them.",
		[CONFIRM_JUDGE] = "A person has to confirm it, or a judge that agrees with people on a sample.",
		[CONFIRM_EACH] = "A person has to confirm it."};
	snprintf(help, sizeof help, "%s.\nTold by: %s.\nMended by: %s.\n%s", mode->meaning, mode->detector, mode->levers,
		confirmed[mode->confirm]);
	*ret = (struct show_thing){mode->code, mode->name, help, NULL};
	return true;
}

static bool class_at(size_t index, struct show_thing *ret)
{
	if (index >= CALL_COUNT)
		return false;
	static char help[768];
	snprintf(help, sizeof help, "Retry: %s\nMend: %s", call_class_rule((enum call_class)index), call_classes[index].mend);
	*ret = (struct show_thing){call_classes[index].name, call_classes[index].meaning, help, NULL};
	return true;
}

static bool price_at(size_t index, struct show_thing *ret)
{
	const struct price_row *row = &price_book[index];
	static char words[256];
	if (!row->model)
		return false;
	snprintf(words, sizeof words, "USD per million tokens: input %g, cached %g, output %g (%s, %s)", row->input, row->cached,
		row->output, row->source, row->as_of);
	*ret = (struct show_thing){
		row->model, words, "A model's own `price:` beats it; other addresses than the maker's have no price here.", NULL};
	return true;
}

static bool filter_at(size_t index, struct show_thing *ret)
{
	*ret = (struct show_thing){filter_keys[index].name, filter_keys[index].summary, NULL, NULL};
	return filter_keys[index].name != NULL;
}

static bool template_filter_at(size_t index, struct show_thing *ret)
{
	*ret = (struct show_thing){template_filters[index].name, template_filters[index].summary, NULL, NULL};
	return template_filters[index].name != NULL;
}

/* The sections of lever.yaml, each a table of keys. */
static bool section_at(size_t index, struct show_thing *ret)
{
	const struct show_thing sections[] = {
		{"project", "the top level of lever.yaml", NULL, project_fields},
		{"models", "a model: a named way to get text", NULL, model_fields},
		{"cases", "a source of cases or examples", NULL, case_source_fields},
		{"map", "which member of a row is what, in cases and examples", NULL, case_mapping_fields},
		{"recorded-map", "which member of a row is what, in recorded outputs", NULL, recorded_mapping_fields},
		{"corpus", "documents that RAG draws on", NULL, corpus_fields},
		{"passages", "how documents are cut", NULL, passage_fields},
		{"variants", "a variant: a named way to answer a case", NULL, variant_fields},
		{"examples", "few-shot examples of a variant", NULL, examples_use_fields},
		{"retrieve", "retrieval of a variant", NULL, retrieve_fields},
		{"probes", "what probes are derived from", NULL, probes_fields},
		{"tools", "a tool of a variant", NULL, tool_fields},
		{"modes", "a failure mode of the project's own", NULL, modes_fields},
		{"advice", "what is good enough, what the facts are like", NULL, advice_fields},
		{"costs", "what things cost beside calls", NULL, costs_fields},
		{"scorer", "what every scorer takes beside its own keys", NULL, scorer_fields},
	};
	if (index >= COUNT(sections))
		return false;
	*ret = sections[index];
	return true;
}

const struct show_registry show_registries[] = {
	{"levers", "what a variant pulls against its parent", lever_at},
	{"scorers", "checks of an answer", scorer_at},
	{"extractors", "take the answer out of an output", extractor_at},
	{"apis", "how models are asked", api_at},
	{"keys", "the keys of lever.yaml, section by section", section_at},
	{"probes", "one change at a time, to tell why cases fail", probe_at},
	{"gates", "what a pipeline can ask of a variant", gate_at},
	{"alarms", "what is wrong with data before any advice", alarm_at},
	{"formats", "files that cases are read from", format_at},
	{"reports", "files that reports are written to", report_at},
	{"modes", "failure modes", mode_at},
	{"classes", "how a call can end", class_at},
	{"prices", "what common models cost at their makers, with date and source", price_at},
	{"filters", "keys of the filter language", filter_at},
	{"template-filters", "filters in prompts: {{ x | upper }}", template_filter_at},
	{"screens", "screens of the workbench", screen_at},
	{"commands", "commands", command_at},
	{0},
};

void show_registries_say(const struct command_line *line)
{
	static const char *const heads[] = {"lever show", ""};
	static const bool right[] = {false, false};
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	for (const struct show_registry *registry = show_registries; registry->name; registry++) {
		const char *cells[] = {registry->name, registry->summary};
		if (line->json)
			say_json(json_pack(
				"{s:s, s:s, s:s}", "type", "registry", "name", registry->name, "summary", registry->summary));
		else
			say_table_row(table, cells);
	}
	if (!line->json)
		say_table_print(table, stdout, 0);
}

void show_registry_list(const struct command_line *line, const struct show_registry *registry)
{
	const char *heads[] = {registry->name, ""};
	static const bool right[] = {false, false};
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	struct show_thing thing;
	for (size_t i = 0; registry->at(i, &thing); i++) {
		const char *cells[] = {thing.name, thing.summary};
		if (line->json)
			say_json(json_pack("{s:s, s:s, s:s, s:s*}", "type", registry->name, "name", thing.name, "summary",
				thing.summary, "help", thing.help));
		else
			say_table_row(table, cells);
	}
	if (!line->json)
		say_table_print(table, stdout, 0);
}

static const char *kind_words(const struct command_line *line, const struct field *field)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	if (field->kind != FIELD_CHOICE)
		return field_kind_name(field);
	for (size_t i = 0; field->choices[i]; i++)
		buffer_format(&words, "%s%s", i ? " | " : "", field->choices[i]);
	return arena_string(line->arena, buffer_string(&words));
}

static void fields_say(const struct command_line *line, const struct field *fields)
{
	static const char *const heads[] = {"key", "value", "default", ""};
	static const bool right[] = {false, false, false, false};
	struct say_table *table = say_table_create(line->arena, heads, right, COUNT(heads));
	for (; fields && fields->name; fields++) {
		const char *cells[] = {fields->name, kind_words(line, fields),
			fields->required   ? "(needed)"
			: fields->fallback ? fields->fallback
					   : "",
			fields->help};
		say_table_row(table, cells);
	}
	say_table_print(table, stdout, 0);
}

static json_t *fields_record(const struct command_line *line, const struct field *fields)
{
	json_t *list = json_array();
	for (; fields && fields->name; fields++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s*, s:b, s:s}", "key", fields->name, "value", kind_words(line, fields),
				      "default", fields->fallback, "needed", fields->required, "help", fields->help));
	return list;
}

bool show_registry_one(const struct command_line *line, const struct show_registry *registry, const char *name)
{
	struct show_thing thing;
	for (size_t i = 0; registry->at(i, &thing); i++) {
		if (strcmp(thing.name, name) != 0)
			continue;
		if (line->json) {
			say_json(json_pack("{s:s, s:s, s:s, s:s*, s:o}", "type", registry->name, "name", thing.name, "summary",
				thing.summary, "help", thing.help, "fields", fields_record(line, thing.fields)));
			return true;
		}
		say(stdout, "%s: %s\n", thing.name, thing.summary);
		if (thing.help)
			say(stdout, "\n%s\n", thing.help);
		if (thing.fields && thing.fields->name) {
			say(stdout, "\n");
			fields_say(line, thing.fields);
		}
		return true;
	}
	return false;
}
