#include "eval/score/scorer.h"
#include "eval/score/spec.h"
#include <stdlib.h>

/* What every scorer takes beside its own fields. */
struct frame {
	const char *name, *when;
	double weight, threshold;
	bool negate, has_threshold;
	const struct yaml *extract;
};

const struct field scorer_fields[] = {
	{"name", FIELD_STRING, offsetof(struct frame, name), "how reports call it; by default its type"},
	{"weight", FIELD_NUMBER, offsetof(struct frame, weight), "share in the case's mean; 0 informs only", .min = 0, .max = 1e6,
		.fallback = "1"},
	{"threshold", FIELD_NUMBER, offsetof(struct frame, threshold), "passes from this value on", .min = 0, .max = 1,
		.present = offsetof(struct frame, has_threshold)},
	{"negate", FIELD_BOOL, offsetof(struct frame, negate), "passes where it would fail; `not-NAME` is short for it",
		.fallback = "false"},
	{"when", FIELD_STRING, offsetof(struct frame, when), "filter on the case, such as tag:math; other cases are not checked"},
	{"extract", FIELD_JSON, offsetof(struct frame, extract), "extractor that takes the answer to check out of the output"},
	{0},
};

static bool fail_at(const struct field_reader *reader, const struct yaml *at, const char *words)
{
	return error_list_at(reader->errors, ERROR_CONFIG, reader->file, at->line, at->column, "%s", words);
}

/* ---- the frame's keys and the type's ---- */

static bool is_frame_key(struct text key)
{
	for (const struct field *field = scorer_fields; field->name; field++)
		if (text_equal(text_of(field->name), key))
			return true;
	return false;
}

static struct yaml *map_part(struct arena *arena, const struct yaml *map, bool frame)
{
	struct yaml *part = arena_take(arena, sizeof(*part));
	*part = (struct yaml){.kind = YAML_MAP, .line = map->line, .column = map->column};
	part->items = arena_take(arena, map->count * sizeof(*part->items));
	part->keys = arena_take(arena, map->count * sizeof(*part->keys));
	for (size_t i = 0; i < map->count; i++)
		if (is_frame_key(map->keys[i]->text) == frame) {
			part->keys[part->count] = map->keys[i];
			part->items[part->count++] = map->items[i];
		}
	return part;
}

static const char *const *frame_names(struct arena *arena)
{
	const char **names = arena_take(arena, COUNT(scorer_fields) * sizeof(*names));
	for (size_t i = 0; scorer_fields[i].name; i++)
		names[i] = scorer_fields[i].name;
	return names;
}

static bool when_read(const struct field_reader *reader, const struct yaml *map, const struct frame *frame, struct scorer *ret)
{
	if (!frame->when)
		return true;
	struct error error = {0};
	const struct yaml *place = yaml_get(map, "when");
	ret->when_text = frame->when;
	ret->when = filter_parse(reader->arena, frame->when, &error);
	if (!ret->when)
		return fail_at(reader, place, arena_format(reader->arena, "%s: `when`: %s", reader->what, error.message));
	if (filter_needs_attempt(ret->when))
		return fail_at(reader, place,
			arena_format(reader->arena,
				"%s: `when` may only ask about the case (words, tag:, id:, cluster:), not about attempts",
				reader->what));
	return true;
}

static bool frame_read(const struct field_reader *reader, const struct yaml *map, bool negated, struct scorer *ret)
{
	struct frame frame = {0};
	const struct yaml *part = map_part(reader->arena, map, true);
	if (!fields_read(reader, scorer_fields, part, 0, &frame))
		return false;
	ret->name = frame.name;
	ret->weight = frame.weight;
	ret->threshold = frame.threshold;
	ret->has_threshold = frame.has_threshold;
	ret->negate = frame.negate != negated;
	bool good = when_read(reader, part, &frame, ret);
	if (frame.name && !frame.name[0])
		good = fail_at(reader, yaml_get(part, "name"), "a scorer's name may not be empty");
	if (frame.extract && frame.extract->kind != YAML_NULL) {
		ret->extract = extractor_read(reader, frame.extract);
		good = good && ret->extract;
	}
	return good;
}

static bool config_read(const struct field_reader *reader, const struct yaml *node, const struct yaml *map, struct scorer *ret)
{
	const struct yaml *part = map_part(reader->arena, map, false);
	ret->config = arena_take(reader->arena, ret->type->config_size + 1);
	return fields_read(reader, ret->type->fields, part, frame_names(reader->arena), ret->config) &&
	       (!ret->type->prepare || ret->type->prepare(ret->config, reader, node));
}

/* ---- identity ---- */

static json_t *definition_make(const struct scorer *scorer, const struct yaml *map, struct arena *arena)
{
	json_t *definition = json_pack("{s:s,s:i,s:o}", "type", scorer->type->name, "version", scorer->type->version, "config",
		yaml_json(map_part(arena, map, false)));
	json_t *material = scorer->type->material ? scorer->type->material(scorer->config) : 0;
	if (material)
		json_object_set_new(definition, "material", material);
	if (scorer->extract)
		json_object_set_new(definition, "extract", extractor_definition(scorer->extract));
	if (scorer->has_threshold)
		json_object_set_new(definition, "threshold", json_real(scorer->threshold));
	if (scorer->negate)
		json_object_set_new(definition, "negate", json_true());
	return definition;
}

static struct hash definition_hash(const json_t *definition)
{
	CLEANUP(buffer_release) struct buffer canonical = BUFFER_EMPTY;
	json_canonical(definition, &canonical);
	return hash_of(buffer_text(&canonical));
}

/* ---- one scorer ---- */

static struct spec_names names_make(struct arena *arena)
{
	size_t count = 0;
	while (scorer_types[count])
		count++;
	struct spec_name *items = arena_take(arena, count * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		items[i] = (struct spec_name){scorer_types[i]->name, scorer_types[i]->main_field};
	return (struct spec_names){"scorer", items, count, true};
}

/* What it took is in *ret also when it answers false. */
static bool scorer_read(
	const struct field_reader *reader, const struct yaml *node, const struct spec_names *names, struct scorer *ret)
{
	struct spec spec = {0};
	if (!spec_read(reader, node, names, &spec))
		return false;
	struct field_reader inner = *reader;
	ret->type = scorer_types[spec.index];
	inner.what = arena_format(reader->arena, "scorer %s", ret->type->name);
	bool framed = frame_read(&inner, spec.map, spec.negated, ret);
	if (!config_read(&inner, node, spec.map, ret) || !framed)
		return false;
	ret->definition = definition_make(ret, spec.map, reader->arena);
	ret->hash = definition_hash(ret->definition);
	return true;
}

static void scorer_done(struct scorer *scorer)
{
	if (scorer->type && scorer->type->done && scorer->config)
		scorer->type->done(scorer->config);
	extractor_done(scorer->extract);
	json_decref(scorer->definition);
	*scorer = (struct scorer){0};
}

/* ---- the list ---- */

static bool name_taken(const struct scorers *scorers, const char *name, const struct scorer *but)
{
	for (size_t i = 0; i < scorers->count; i++)
		if (scorers->items[i] != but && scorers->items[i]->name && strcmp(scorers->items[i]->name, name) == 0)
			return true;
	return false;
}

static bool names_check(const struct field_reader *reader, const struct yaml *list, const struct scorers *scorers)
{
	bool good = true;
	for (size_t i = 0; i < scorers->count; i++) {
		const struct scorers before = {scorers->items, i};
		const char *name = scorers->items[i]->name;
		if (name && name_taken(&before, name, 0))
			good = fail_at(reader, list->items[i], arena_format(reader->arena, "two scorers are named `%.60s`", name));
	}
	return good;
}

/* After the given names were taken: "contains", "contains-2", … */
static void names_complete(struct arena *arena, struct scorers *scorers)
{
	for (size_t i = 0; i < scorers->count; i++) {
		struct scorer *scorer = scorers->items[i];
		if (scorer->name)
			continue;
		const char *base = arena_format(arena, "%s%s", scorer->negate ? "not-" : "", scorer->type->name), *name = base;
		for (int number = 2; name_taken(scorers, name, scorer); number++)
			name = arena_format(arena, "%s-%d", base, number);
		scorer->name = name;
	}
}

static bool when_equal(const struct scorer *a, const struct scorer *b)
{
	return strcmp(a->when_text ? a->when_text : "", b->when_text ? b->when_text : "") == 0;
}

static bool twins_check(const struct field_reader *reader, const struct yaml *list, const struct scorers *scorers)
{
	for (size_t i = 0; i < scorers->count; i++)
		for (size_t j = 0; j < i; j++) {
			const struct scorer *one = scorers->items[j], *other = scorers->items[i];
			if (hash_equal(&one->hash, &other->hash) && when_equal(one, other))
				return fail_at(reader, list->items[i],
					arena_format(reader->arena,
						"this scorer checks the same as `%s`: leave one out, or give one more weight",
						one->name));
		}
	return true;
}

static bool items_read(const struct field_reader *reader, const struct yaml *list, struct scorers *ret)
{
	struct spec_names names = names_make(reader->arena);
	bool good = true;
	ret->items = arena_take(reader->arena, list->count * sizeof(struct scorer *));
	for (; ret->count < list->count; ret->count++) {
		ret->items[ret->count] = arena_take(reader->arena, sizeof(struct scorer));
		good = scorer_read(reader, list->items[ret->count], &names, ret->items[ret->count]) && good;
	}
	if (!good || !names_check(reader, list, ret))
		return false;
	names_complete(reader->arena, ret);
	return twins_check(reader, list, ret);
}

bool scorers_read(const struct field_reader *reader, const struct yaml *list, struct scorers *ret)
{
	struct scorers read = {0};
	*ret = read;
	if (!list || list->kind == YAML_NULL)
		return true;
	if (list->kind != YAML_LIST)
		return fail_at(reader, list,
			arena_format(
				reader->arena, "scorers must be a list (a dash in front of each), not %s", yaml_kind_name(list)));
	if (items_read(reader, list, &read)) {
		*ret = read;
		return true;
	}
	scorers_done(&read);
	return false;
}

void scorers_done(struct scorers *scorers)
{
	for (size_t i = 0; i < scorers->count; i++)
		scorer_done(scorers->items[i]);
	*scorers = (struct scorers){0};
}
