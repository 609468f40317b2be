#include "datasets/mapping_private.h"
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

struct recorded_map_nodes {
	const struct yaml *id, *repeat, *vars, *output, *reasoning, *verdict, *input_tokens, *cached_tokens, *reasoning_tokens,
		*cache_written_tokens, *output_tokens, *cost, *latency_ms, *latency_s, *passages, *labels, *finish, *error;
};

#define MAP_FIELD(member, words)                                                                                                   \
	{                                                                                                                          \
		.name = #member, .kind = FIELD_JSON, .offset = offsetof(struct recorded_map_nodes, member), .help = words          \
	}

const struct field recorded_mapping_fields[] = {
	MAP_FIELD(id, "the id of the case that the row answers"),
	MAP_FIELD(repeat, "which repeat it is, from 1"),
	MAP_FIELD(vars, "the vars of the case, as in its own map: finds the case by content where rows have no id"),
	MAP_FIELD(output, "what the system answered"),
	MAP_FIELD(reasoning, "what it thought before"),
	MAP_FIELD(verdict, "whether it was right: true/false, a number from 0 to 1, pass/fail, correct/incorrect, right/wrong, yes/no; refused, "
			   "abstained, not attempted; other words by `verdicts:` of the model"),
	MAP_FIELD(input_tokens, "tokens of the prompt, those from and into a cache included"),
	MAP_FIELD(cached_tokens, "tokens of the prompt that came from the server's cache"),
	MAP_FIELD(cache_written_tokens, "tokens of the prompt that were written into the server's cache"),
	MAP_FIELD(reasoning_tokens, "tokens of the reasoning"),
	MAP_FIELD(output_tokens, "tokens of the answer, reasoning included"),
	MAP_FIELD(cost, "what it cost, in USD"),
	MAP_FIELD(latency_ms, "how long it took, in milliseconds"),
	MAP_FIELD(latency_s, "how long it took, in seconds"),
	MAP_FIELD(passages, "the passages it retrieved: ids, or objects"),
	MAP_FIELD(labels, "failure modes that somebody gave it"),
	MAP_FIELD(finish, "why it stopped: stop, length, …"),
	MAP_FIELD(error, "what went wrong, where there is no output"),
	{0},
};

/* Every path of a mapping with its name, in one order for reading and hashing. */
struct named_path {
	const char *name, **path;
};
#define PATHS_FIRST 16 /* those of the first version; later ones are hashed where they are mapped */
#define RECORDED_PATHS 17

static void paths_list(struct recorded_mapping *mapping, struct named_path paths[RECORDED_PATHS])
{
	const struct named_path all[RECORDED_PATHS] = {
		{"id", &mapping->id},
		{"repeat", &mapping->repeat},
		{"output", &mapping->output},
		{"reasoning", &mapping->reasoning},
		{"verdict", &mapping->verdict},
		{"input_tokens", &mapping->input_tokens},
		{"cached_tokens", &mapping->cached_tokens},
		{"reasoning_tokens", &mapping->reasoning_tokens},
		{"output_tokens", &mapping->output_tokens},
		{"cost", &mapping->cost},
		{"latency_ms", &mapping->latency_ms},
		{"latency_s", &mapping->latency_s},
		{"passages", &mapping->passages},
		{"labels", &mapping->labels},
		{"finish", &mapping->finish},
		{"error", &mapping->error},
		{"cache_written_tokens", &mapping->cache_written_tokens},
	};
	memcpy(paths, all, sizeof all);
}

bool recorded_mapping_read(const struct field_reader *reader, const struct yaml *map, struct recorded_mapping *ret)
{
	*ret = (struct recorded_mapping){0};
	if (!map)
		return true;
	struct recorded_map_nodes nodes = {0};
	struct named_path paths[RECORDED_PATHS];
	bool done = fields_read(reader, recorded_mapping_fields, map, NULL, &nodes);
	if (!done && map->kind != YAML_MAP)
		return false;
	paths_list(ret, paths);
	for (size_t i = 0; i < RECORDED_PATHS; i++)
		done = map_path_read(reader, paths[i].name, yaml_get(map, paths[i].name), paths[i].path, NULL) && done;
	const struct yaml *seconds = yaml_get(map, "latency_s");
	if (seconds && yaml_get(map, "latency_ms"))
		done = error_list_at(reader->errors, ERROR_CONFIG, reader->file, seconds->line, seconds->column,
			"%s: `latency_s` and `latency_ms` say the same: one of the two must go", reader->what);
	return map_vars_read(reader, yaml_get(map, "vars"), &ret->var_list, &ret->var_count) && done;
}

void recorded_mapping_write(const struct recorded_mapping *mapping, struct hasher *hasher)
{
	struct recorded_mapping copy = *mapping;
	struct named_path paths[RECORDED_PATHS];
	paths_list(&copy, paths);
	hasher_add_string(hasher, "recorded mapping 1");
	for (size_t i = 0; i < RECORDED_PATHS; i++)
		if (i < PATHS_FIRST || *paths[i].path)
			hasher_add_string(hasher, *paths[i].path);
	map_vars_write(mapping->var_list, mapping->var_count, hasher);
	if (!mapping->verdicts)
		return;
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	JSON_OWNED *verdicts = yaml_json(mapping->verdicts);
	json_canonical(verdicts, &text);
	hasher_add_string(hasher, "verdicts");
	hasher_add_part(hasher, buffer_text(&text));
}

/* ---- numbers ---- */

bool row_number(const struct mapped_row *row, const json_t *value, double *number)
{
	struct text text = text_trim(json_text(value));
	*number = json_number_value(value);
	if (json_is_number(value))
		return true;
	if (!row->row->cells || !text.length || text.length > 40 || text.length != strspn(text.data, "+-.0123456789eE"))
		return false;
	char *end;
	*number = strtod(text.data, &end);
	return end == text.data + text.length && isfinite(*number);
}

/* *number NAN where the row has none. */
static bool number_member(const struct mapped_row *row, const char *name, const char *path, double *number)
{
	JSON_OWNED *value = NULL;
	*number = NAN;
	if (!row_member(row, name, path, false, &value))
		return false;
	if (!value)
		return true;
	if (!row_number(row, value, number))
		return row_error(row, name, "a number was expected, not %.80s", canonical_text(row->arena, value).data);
	return *number >= 0 || row_error(row, name, "a number of 0 or more was expected, not %.10g", *number);
}

static bool whole_member(const struct mapped_row *row, const char *name, const char *path, double *number)
{
	if (!number_member(row, name, path, number))
		return false;
	if (isnan(*number) || (*number == floor(*number) && *number <= 9e15))
		return true;
	return row_error(row, name, "a whole number was expected, not %.10g", *number);
}

static bool usage_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	const struct {
		const char *name, *path;
	} counts[] = {{"input_tokens", mapping->input_tokens}, {"cached_tokens", mapping->cached_tokens},
		{"reasoning_tokens", mapping->reasoning_tokens}, {"output_tokens", mapping->output_tokens},
		{"cache_written_tokens", mapping->cache_written_tokens}};
	JSON_OWNED *usage = json_object();
	for (size_t i = 0; i < COUNT(counts); i++) {
		double number;
		if (!whole_member(row, counts[i].name, counts[i].path, &number))
			return false;
		if (!isnan(number))
			json_object_set_new(usage, counts[i].name, json_integer((json_int_t)number));
	}
	if (json_object_size(usage))
		json_object_set(body, "usage", usage);
	return true;
}

static bool cost_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	double cost;
	if (!number_member(row, "cost", mapping->cost, &cost))
		return false;
	if (!isnan(cost))
		json_object_set_new(body, "cost", json_real(cost));
	return true;
}

static bool latency_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	double milliseconds, seconds;
	if (!number_member(row, "latency_ms", mapping->latency_ms, &milliseconds) ||
		!number_member(row, "latency_s", mapping->latency_s, &seconds))
		return false;
	double latency = isnan(milliseconds) ? seconds * 1e6 : milliseconds * 1e3;
	if (latency > 9e15)
		return row_error(
			row, isnan(milliseconds) ? "latency_s" : "latency_ms", "%.3g is more than any answer takes", latency);
	if (!isnan(latency))
		json_object_set_new(body, "latency_us", json_integer((json_int_t)(latency + 0.5)));
	return true;
}

/* ---- texts and lists ---- */

static bool text_fill(const struct mapped_row *row, const char *name, const char *path, json_t *body)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	JSON_OWNED *value = NULL;
	bool output = strcmp(name, "output") == 0;
	if (!row_member(row, name, path, output, &value))
		return false;
	if (!value || (!output && json_is_string(value) && !json_string_length(value)))
		return true;
	json_write_plain(value, &text);
	json_object_set_new(body, name, json_from_text(buffer_text(&text)));
	return true;
}

static bool passages_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	JSON_OWNED *value = NULL;
	if (!row_member(row, "passages", mapping->passages, false, &value))
		return false;
	if (!value)
		return true;
	row_cell_json(row, "[", &value);
	JSON_OWNED *list = json_array();
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	for (size_t i = 0; i < count; i++) {
		json_t *passage = json_is_array(value) ? json_array_get(value, i) : value;
		const char *id = json_is_object(passage) ? NULL : row_label(row, "passages", passage, true);
		if (!id && !json_is_object(passage))
			return false;
		json_array_append_new(list, id ? json_string(id) : json_incref(passage));
	}
	json_object_set(body, "passages", list);
	return true;
}

static bool labels_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	JSON_OWNED *value = NULL;
	if (!row_member(row, "labels", mapping->labels, false, &value))
		return false;
	JSON_OWNED *labels = value ? row_labels(row, "labels", value, false, true) : NULL;
	if (json_array_size(labels))
		json_object_set(body, "labels", labels);
	return labels || !value;
}

/* ---- the whole ---- */

static bool body_fill(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body)
{
	return text_fill(row, "output", mapping->output, body) && text_fill(row, "reasoning", mapping->reasoning, body) &&
	       text_fill(row, "finish", mapping->finish, body) && text_fill(row, "error", mapping->error, body) &&
	       row_verdict(row, mapping, body) && usage_fill(row, mapping, body) && cost_fill(row, mapping, body) &&
	       latency_fill(row, mapping, body) && passages_fill(row, mapping, body) && labels_fill(row, mapping, body);
}

bool recorded_from_row(const struct recorded_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena,
	struct text *body, struct error *error)
{
	const struct mapped_row mapped = {.row = row, .file = file, .arena = arena, .error = error};
	JSON_OWNED *made = json_object();
	if (!body_fill(&mapped, mapping, made))
		return false;
	if (!json_object_get(made, "output") && !json_object_get(made, "error")) {
		JSON_OWNED *output = NULL; /* names what the row has instead */
		if (!row_member(&mapped, "output", "output", true, &output))
			return false;
		return row_error(&mapped, "output", "neither an output nor an error: one of the two was expected");
	}
	*body = canonical_text(arena, made);
	return true;
}

static bool repeat_of(const struct mapped_row *row, const struct recorded_mapping *mapping, int *repeat)
{
	double number;
	if (!whole_member(row, "repeat", mapping->repeat, &number))
		return false;
	if (!isnan(number) && (number < 1 || number > INT_MAX))
		return row_error(row, "repeat", "a whole number from 1 was expected, not %.10g", number);
	*repeat = isnan(number) ? 1 : (int)number;
	return true;
}

static const char *id_by_content(const struct mapped_row *row, const struct recorded_mapping *mapping)
{
	JSON_OWNED *vars = row_vars(row, mapping->var_list, mapping->var_count);
	if (!vars)
		return NULL;
	struct case_row made = {.vars = canonical_text(row->arena, vars)};
	case_hash(&made);
	return content_id(row->arena, &made.input_hash);
}

static const char *id_of(const struct mapped_row *row, const struct recorded_mapping *mapping)
{
	JSON_OWNED *value = NULL;
	if (mapping->var_list && !mapping->inherited && !mapping->id)
		return id_by_content(row, mapping);
	if (!row_member(row, "id", mapping->id, true, &value))
		return NULL;
	if (!value && row->row->key)
		value = json_string(row->row->key);
	if (value)
		return row_label(row, "id", value, true);
	if (mapping->var_list)
		return id_by_content(row, mapping);
	row_error(row, "id", "the row does not say which case it answers: map `id:`, or `vars:` as the map of the cases does");
	return NULL;
}

bool recorded_key_from_row(const struct recorded_mapping *mapping, const struct dataset_row *row, const char *file,
	struct arena *arena, const char **case_id, int *repeat, struct error *error)
{
	const struct mapped_row mapped = {.row = row, .file = file, .arena = arena, .error = error};
	int number = 1;
	const char *id = repeat_of(&mapped, mapping, &number) ? id_of(&mapped, mapping) : NULL;
	if (!id)
		return false;
	*case_id = id;
	*repeat = number;
	return true;
}
