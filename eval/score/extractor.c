#include "eval/score/extractor.h"
#include "eval/score/spec.h"
#include <stdlib.h>

struct step {
	const struct extractor_type *type;
	void *config;
	json_t *definition;
};

struct extractor {
	struct step *steps;
	size_t count;
};

static size_t types_count(void)
{
	size_t count = 0;
	while (extractor_types[count])
		count++;
	return count;
}

/* The field named like the type. */
static const char *main_field(const struct extractor_type *type)
{
	for (const struct field *field = type->fields; field->name; field++)
		if (strcmp(field->name, type->name) == 0)
			return field->name;
	return 0;
}

static struct spec_names names_make(struct arena *arena)
{
	size_t count = types_count();
	struct spec_name *items = arena_take(arena, count * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = (struct spec_name){extractor_types[i]->name, main_field(extractor_types[i])};
	return (struct spec_names){"extractor", items, count, false};
}

static json_t *step_definition(const struct extractor_type *type, const struct yaml *map)
{
	json_t *definition = yaml_json(map);
	json_object_set_new(definition, "type", json_string(type->name));
	return definition;
}

static bool step_prepare(const struct field_reader *reader, const struct yaml *node, struct step *step)
{
	struct error error = {0};
	if (!step->type->prepare || step->type->prepare(step->config, reader->arena, &error))
		return true;
	return error_list_at(
		reader->errors, ERROR_CONFIG, reader->file, node->line, node->column, "%s: %s", reader->what, error.message);
}

static bool step_read(const struct field_reader *reader, const struct yaml *node, struct step *ret)
{
	struct spec_names names = names_make(reader->arena);
	struct spec spec = {0};
	if (!spec_read(reader, node, &names, &spec))
		return false;
	struct field_reader inner = *reader;
	ret->type = extractor_types[spec.index];
	inner.what = arena_format(reader->arena, "extractor %s", ret->type->name);
	ret->config = arena_take(reader->arena, ret->type->config_size + 1);
	ret->definition = step_definition(ret->type, spec.map);
	return fields_read(&inner, ret->type->fields, spec.map, 0, ret->config) && step_prepare(&inner, node, ret);
}

struct extractor *extractor_read(const struct field_reader *reader, const struct yaml *node)
{
	struct extractor *extractor = arena_take(reader->arena, sizeof(*extractor));
	bool list = node->kind == YAML_LIST, good = true;
	size_t count = list ? node->count : 1;
	if (count == 0) {
		error_list_at(reader->errors, ERROR_CONFIG, reader->file, node->line, node->column,
			"%s: `extract` is an empty list", reader->what);
		return 0;
	}
	extractor->steps = arena_take(reader->arena, count * sizeof(*extractor->steps));
	for (size_t i = 0; i < count; i++)
		good = step_read(reader, list ? node->items[i] : node, &extractor->steps[extractor->count++]) && good;
	if (good)
		return extractor;
	extractor_done(extractor);
	return 0;
}

struct text extractor_apply(const struct extractor *extractor, struct arena *arena, struct text output)
{
	struct text found = {0};
	if (!output.data)
		return found;
	for (size_t i = 0; i < extractor->count && !found.data; i++)
		found = extractor->steps[i].type->extract(extractor->steps[i].config, arena, output);
	return found;
}

json_t *extractor_definition(const struct extractor *extractor)
{
	json_t *list = json_array();
	for (size_t i = 0; i < extractor->count; i++)
		json_array_append(list, extractor->steps[i].definition);
	return list;
}

void extractor_done(struct extractor *extractor)
{
	for (size_t i = 0; extractor && i < extractor->count; i++) {
		struct step *step = &extractor->steps[i];
		if (step->type && step->type->done)
			step->type->done(step->config);
		json_decref(step->definition);
		*step = (struct step){0};
	}
}
