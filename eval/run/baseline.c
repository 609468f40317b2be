/* Baselines: what a variant measured, as JSON that a team commits. */
#include "eval/base/file.h"
#include "eval/run/gate.h"
#include <math.h>
#include <stdlib.h>

static json_t *hash_json(const struct hash *hash)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	return json_string(hex);
}

static json_t *baseline_json(const struct gate_arm *arm)
{
	json_t *cases = json_array();
	for (size_t i = 0; i < arm->count; i++) {
		const struct gate_case *row = &arm->cases[i];
		if (!isnan(row->rate))
			json_array_append_new(
				cases, json_pack("{s:o, s:o, s:o, s:f}", "id", json_from_text(text_of(row->id)), "input",
					       hash_json(&row->input), "gold", hash_json(&row->gold), "rate", row->rate));
	}
	return json_pack("{s:i, s:s, s:o, s:o}", "lever_baseline", 1, "variant", arm->name, "grading", hash_json(&arm->grading),
		"cases", cases);
}

bool baseline_write(struct store *store, const char *variant, long long run, const char *path, size_t *missing, size_t *silent,
	struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	struct run_row row, *rows;
	struct gate_arm arm;
	size_t count;
	bool found = true;
	if (!run &&
		(!run_list(store, 0, 1, arena, &rows, &count, error) ||
			(!count && !error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run"))))
		return false;
	if (!run_get(store, run ? run : rows[0].id, arena, &row, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_USAGE, "there is no run %lld", run);
	if (!gate_arm_load(store, &row, variant, NULL, arena, &arm, error))
		return false;
	if (arm.measured && !arm.answered)
		return error_set(error, ERROR_DATA, "%s has no answer in run %lld: a baseline of it would say that all fails", variant, row.id);
	JSON_OWNED *value = baseline_json(&arm);
	*missing = arm.count - arm.measured;
	*silent = arm.silent;
	json_canonical(value, &text);
	buffer_add_byte(&text, '\n');
	return file_write(path, buffer_text(&text), 0644, error);
}

static bool hash_member(const json_t *object, const char *key, struct hash *ret)
{
	const char *hex = json_string_value(json_object_get(object, key));
	return hex && hash_from_hex(text_of(hex), ret);
}

static bool case_read(const char *path, const json_t *row, size_t number, struct arena *arena, struct gate_case *ret, struct error *error)
{
	const json_t *rate = json_object_get(row, "rate");
	const char *id = json_string_or(row, "id", "");
	*ret = (struct gate_case){.id = arena_string(arena, id), .rate = json_number_value(rate), .cost = NAN, .seen = 1};
	if (!*id)
		return error_set(error, ERROR_DATA, "%s: case %zu has no `id`", path, number);
	if (!hash_member(row, "input", &ret->input) || !hash_member(row, "gold", &ret->gold))
		return error_set(error, ERROR_DATA, "%s: case %zu (%s) lacks `input` or `gold`", path, number, id);
	return (json_is_number(rate) && ret->rate >= 0 && ret->rate <= 1) ||
	       error_set(error, ERROR_DATA, "%s: the `rate` of case %zu (%s) is no number from 0 to 1", path, number, id);
}

static int id_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ids_once(const char *path, const struct gate_arm *arm, struct arena *arena, struct error *error)
{
	const char **ids = arena_take(arena, (arm->count + 1) * sizeof *ids);
	for (size_t i = 0; i < arm->count; i++)
		ids[i] = arm->cases[i].id;
	qsort(ids, arm->count, sizeof *ids, id_order);
	for (size_t i = 1; i < arm->count; i++)
		if (strcmp(ids[i - 1], ids[i]) == 0)
			return error_set(error, ERROR_DATA, "%s: the case %s is there twice", path, ids[i]);
	return true;
}

bool baseline_read(const char *path, struct arena *arena, struct gate_arm *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	if (!file_read(path, 256 << 20, &source, error))
		return false;
	JSON_OWNED *value = json_parse(buffer_text(&source), error);
	if (!value) {
		error_prefix(error, "%s", path);
		return false;
	}
	const json_t *cases = json_object_get(value, "cases");
	if (json_integer_value(json_object_get(value, "lever_baseline")) != 1 || !json_is_array(cases))
		return error_set(
			error, ERROR_DATA, "%s is no baseline: `lever gate --write-baseline FILE --variant NAME` makes one", path);
	*ret = (struct gate_arm){.name = arena_string(arena, path), .count = json_array_size(cases)};
	ret->measured = ret->count;
	ret->cases = arena_take(arena, (ret->count + 1) * sizeof *ret->cases);
	if (!hash_member(value, "grading", &ret->grading))
		return error_set(error, ERROR_DATA, "%s: `grading` is missing", path);
	for (size_t i = 0; i < ret->count; i++)
		if (!case_read(path, json_array_get(cases, i), i + 1, arena, &ret->cases[i], error))
			return false;
	return ids_once(path, ret, arena, error);
}
