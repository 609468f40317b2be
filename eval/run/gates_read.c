/* `gates:` of the project file. */
#include "eval/base/nearest.h"
#include "eval/classify/classify.h"
#include "eval/run/gate.h"
#include <stdarg.h>
#include <stdio.h>

static const char *const common_keys[] = {"variant", "tag", "by", "mode"};

struct gate_reader {
	struct project *project;
	struct error_list *errors;
};

static bool gate_error(struct gate_reader *reader, const struct yaml *node, const char *format, ...) PRINTF(3, 4);
static bool gate_error(struct gate_reader *reader, const struct yaml *node, const char *format, ...)
{
	char words[600];
	va_list list;
	va_start(list, format);
	vsnprintf(words, sizeof words, format, list);
	va_end(list);
	return error_list_at(reader->errors, ERROR_CONFIG, reader->project->file, node->line, node->column, "gates: %s", words);
}

static const struct gate_type *type_of_key(const char *key)
{
	for (const struct gate_type *const *type = gate_types; *type; type++)
		if (strcmp((*type)->name, key) == 0)
			return *type;
	return NULL;
}

/* ---- names and their near matches ------------------------------------------------------------------------------------------ */

static bool name_known(struct gate_reader *reader, const struct yaml *node, const char *what, const char *name,
	const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return gate_error(reader, node, "%s `%s`%s", what, name, nearest_hint(reader->project->arena, name, names, count));
}

static bool key_known(struct gate_reader *reader, const char *key, const struct yaml *place)
{
	const char *names[64];
	size_t count = 0;
	for (size_t i = 0; i < COUNT(common_keys); i++)
		names[count++] = common_keys[i];
	for (const struct gate_type *const *type = gate_types; *type && count < COUNT(names); type++)
		names[count++] = (*type)->name;
	return name_known(reader, place, "unknown key", key, names, count);
}

/* Variants that have mistakes of their own are in the file and no news here. */
static bool variant_known(struct gate_reader *reader, const struct yaml *node, const char *name)
{
	struct project *project = reader->project;
	const struct yaml *variants = yaml_get(project->root, "variants");
	if (variants && variants->kind == YAML_MAP && yaml_get(variants, name))
		return true;
	const char **names = arena_take(project->arena, (project->variant_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->variant_count; i++)
		names[i] = project->variants[i]->name;
	return name_known(reader, node, "there is no variant", name, names, project->variant_count);
}

static bool mode_known(struct gate_reader *reader, const struct yaml *node, const char *code)
{
	struct project *project = reader->project;
	size_t count = 0, all = 0;
	while (failure_modes[all].code)
		all++;
	const char **names = arena_take(project->arena, (all + project->mode_count + 1) * sizeof *names);
	for (size_t i = 0; i < all; i++)
		names[count++] = failure_modes[i].code;
	for (size_t i = 0; i < project->mode_count; i++)
		names[count++] = project->modes[i].code;
	return name_known(reader, node, "there is no failure mode (`lever show modes`)", code, names, count);
}

/* ---- values ---------------------------------------------------------------------------------------------------------------- */

/* A word; *ret stays NULL where the key is missing. */
static bool word_of(struct gate_reader *reader, const struct yaml *node, const char *key, const char **ret)
{
	if (!node)
		return true;
	if (node->kind == YAML_LIST || node->kind == YAML_MAP || node->kind == YAML_NULL || !node->text.length)
		return gate_error(reader, node, "`%s` is a word, this is %s", key, yaml_kind_name(node));
	*ret = text_copy(reader->project->arena, node->text).data;
	return true;
}

static bool number_of(struct gate_reader *reader, const struct yaml *node, const char *key, double least, double most, double *ret)
{
	if (!node)
		return true;
	if (node->kind != YAML_NUMBER)
		return gate_error(reader, node, "`%s` is a number, this is %s", key, yaml_kind_name(node));
	if (!(node->number >= least && node->number <= most)) {
		bool percent = most == 1 && node->number > 1 && node->number <= 100;
		return gate_error(reader, node, "`%s` lies between %g and %g, this is %g%s", key, least, most, node->number,
			percent ? arena_format(reader->project->arena, "; %g is %g %%", node->number / 100, node->number) : "");
	}
	*ret = node->number;
	return true;
}

static bool kind_read(struct gate_reader *reader, struct gate *gate, const struct yaml *node)
{
	bool good = true;
	for (size_t i = 0; i < node->count; i++) {
		const char *key = text_copy(reader->project->arena, node->keys[i]->text).data;
		const struct gate_type *type = type_of_key(key);
		good = key_known(reader, key, node->keys[i]) && good;
		if (type && gate->type)
			return gate_error(reader, node->keys[i], "one gate asks one thing: `%s` and `%s` are two gates",
				gate->type->name, key);
		gate->type = type ? type : gate->type;
	}
	if (!good)
		return false;
	return gate->type || gate_error(reader, node,
				     "what is asked? One of at_least, better_than, not_worse_than, cost_at_most, "
				     "latency_at_most, mode_at_most (`lever show gates`)");
}

/* Keys that say nothing to this kind of gate are mistakes: somebody thinks that they do. */
static bool keys_fit(struct gate_reader *reader, const struct gate *gate, const struct yaml *node)
{
	const struct yaml *by = yaml_get(node, "by"), *mode = yaml_get(node, "mode");
	bool good = true;
	if (by && !gate->type->compares)
		good = gate_error(
			reader, by, "`by` is the margin of better_than and not_worse_than; `%s` has none", gate->type->name);
	if (mode && !gate->type->mode)
		good = gate_error(reader, mode, "`mode` belongs to mode_at_most; `%s` looks at all failures", gate->type->name);
	if (!mode && gate->type->mode)
		good = gate_error(reader, node, "which failure mode? `mode: F12` is missing");
	return good;
}

static bool other_read(struct gate_reader *reader, struct gate *gate, const struct yaml *key)
{
	if (!word_of(reader, key, gate->type->name, &gate->other))
		return false;
	if (gate->variant && strcmp(gate->other, gate->variant) == 0)
		return gate_error(reader, key, "`%s` compares %s with itself", gate->type->name, gate->variant);
	return gate_is_file(gate->other) || variant_known(reader, key, gate->other);
}

static const char *gate_words(const struct gate *gate, struct arena *arena)
{
	return arena_format(arena, "%s%s%s: %s %s%s", gate->variant, gate->tag ? " on " : "", gate->tag ? gate->tag : "",
		gate->type->name, gate->type->compares ? gate->other : arena_format(arena, "%g", gate->limit),
		gate->mode	    ? arena_format(arena, " of %s", gate->mode)
		: gate->margin != 0 ? arena_format(arena, " by %g", gate->margin)
				    : "");
}

static bool gate_read(struct gate_reader *reader, struct gate *gate, const struct yaml *node)
{
	if (node->kind != YAML_MAP)
		return gate_error(reader, node, "a gate is a map such as {variant: rag, better_than: prompt}, this is %s",
			yaml_kind_name(node));
	*gate = (struct gate){.line = node->line, .column = node->column};
	if (!kind_read(reader, gate, node))
		return false;
	const struct yaml *variant = yaml_get(node, "variant"), *mode = yaml_get(node, "mode"),
			  *key = yaml_get(node, gate->type->name);
	bool good = word_of(reader, variant, "variant", &gate->variant);
	good = word_of(reader, yaml_get(node, "tag"), "tag", &gate->tag) && good;
	good = word_of(reader, mode, "mode", &gate->mode) && good;
	if (!variant)
		good = gate_error(reader, node, "which variant? `variant: NAME` is missing");
	good = (!gate->variant || variant_known(reader, variant, gate->variant)) && good;
	good = (!gate->mode || mode_known(reader, mode, gate->mode)) && good;
	good = number_of(reader, yaml_get(node, "by"), "by", 0, 1, &gate->margin) && good;
	good = keys_fit(reader, gate, node) && good;
	if (gate->type->compares)
		good = other_read(reader, gate, key) && good;
	else
		good = number_of(reader, key, gate->type->name, gate->type->least, gate->type->most, &gate->limit) && good;
	if (good)
		gate->words = gate_words(gate, reader->project->arena);
	return good;
}

void project_read_gates(struct project *project, const struct yaml *list, struct error_list *errors)
{
	struct gate_reader reader = {project, errors};
	if (!list || list->kind == YAML_NULL)
		return;
	if (list->kind != YAML_LIST) {
		error_list_at(errors, ERROR_CONFIG, project->file, list->line, list->column,
			"`gates` is a list such as [{variant: rag, better_than: prompt}], this is %s", yaml_kind_name(list));
		return;
	}
	project->gates = arena_take(project->arena, (list->count + 1) * sizeof *project->gates);
	for (size_t i = 0; i < list->count; i++)
		project->gate_count += gate_read(&reader, &project->gates[project->gate_count], list->items[i]);
}
