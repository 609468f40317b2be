#include "eval/advise/triage.h"
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include "eval/store/cases.h"

/* Mending the expected answer where it stands: the line of a JSON Lines file, its other members as they are. */

static const struct case_source *source_of(const struct project *project, const char *path)
{
	for (size_t i = 0; i < project->case_source_count; i++)
		if (strcmp(project->cases[i].path, path) == 0 || strcmp(project->cases[i].file, path) == 0)
			return &project->cases[i];
	return NULL;
}

static bool is_lines(const char *path)
{
	const char *suffix = path_suffix(path);
	return strcasecmp(suffix, "jsonl") == 0 || strcasecmp(suffix, "ndjson") == 0;
}

/* A path of the mapping without the ? of what may be absent. */
static const char *key_of(struct arena *arena, const char *path, const char *fallback)
{
	size_t length = path ? strlen(path) : 0;
	return !length ? fallback : path[length - 1] == '?' ? arena_copy(arena, path, length - 1) : path;
}

/* ---- the answer as one edits it ------------------------------------------------------------------------------------------------
 */

/* Can the string stand as it is, on one line, without being taken for JSON? */
static bool is_plain(struct text text)
{
	if (!text.length || strchr("[{\"", text.data[0]) || text_trim(text).length != text.length)
		return false;
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.data[i] < ' ')
			return false;
	return true;
}

static const char *text_of_value(struct arena *arena, const json_t *value)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	const json_t *lone = json_is_array(value) && json_array_size(value) == 1 ? json_array_get(value, 0) : value;
	if (json_is_string(lone) && is_plain(json_text(lone)))
		buffer_add_text(&out, json_text(lone));
	else
		json_compact(json_is_array(lone) ? value : lone, &out);
	return arena_copy(arena, buffer_string(&out), out.length);
}

static json_t *value_read(const char *words, const json_t *like, struct error *error)
{
	struct text text = text_trim(text_of(words));
	if (text.length && strchr("[{\"", text.data[0])) {
		json_t *value = json_parse(text, error);
		if (!value)
			error_prefix(error, "what begins with %c is read as JSON", text.data[0]);
		return value;
	}
	/* numbers and truth stay such */
	struct error ignored = {0};
	json_t *value = like && !json_is_string(like) && text.length ? json_parse(text, &ignored) : NULL;
	return value ? value : json_from_text(text);
}

static bool is_nothing(const json_t *value)
{
	return json_is_null(value) || (json_is_string(value) && !text_trim(json_text(value)).length) ||
	       (json_is_array(value) && !json_array_size(value));
}

/* A list stays a list. */
static json_t *answer_read(const char *words, const json_t *old, struct error *error)
{
	json_t *value = value_read(words, json_is_array(old) ? json_array_get(old, 0) : old, error);
	if (!value)
		return NULL;
	if (is_nothing(value)) {
		json_decref(value);
		error_set(error, ERROR_USAGE, "an expected answer is not empty; a case without one is made by hand, in the file");
		return NULL;
	}
	if (!json_is_array(old) || json_is_array(value))
		return value;
	json_t *list = json_array();
	json_array_append_new(list, value);
	return list;
}

/* ---- the line in its file
 * -------------------------------------------------------------------------------------------------------- */

static bool line_find(struct text source, long wanted, struct text *line)
{
	long number = 0;
	while (text_next_line(&source, line))
		if (++number == wanted)
			return true;
	return false;
}

/* All bytes but those of the line stay. `before` is what the line must hold. */
static bool line_write(const char *file, long number, struct text before, struct text after, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text line;
	if (!file_read(file, 1 << 30, &source, error))
		return false;
	if (!line_find(buffer_text(&source), number, &line) || !text_equal(line, before))
		return error_set(error, ERROR_USAGE, "%s:%ld has changed since: mend it there", file, number);
	struct text whole = buffer_text(&source);
	size_t start = (size_t)(line.data - whole.data), end = start + line.length;
	buffer_add(&out, whole.data, start);
	buffer_add_text(&out, after);
	buffer_add(&out, whole.data + end, whole.length - end);
	return file_write(file, buffer_text(&out), 0644, error);
}

/* The file may have been edited since the run: the line must still be of this case, where it says so. */
static bool line_is_of(const struct gold_place *place, const json_t *row, const char *id_path, struct error *error)
{
	CLEANUP(buffer_release) struct buffer id = BUFFER_EMPTY;
	const json_t *found = json_at(row, id_path);
	if (!found)
		return true;
	json_write_plain(found, &id);
	return strcmp(buffer_string(&id), place->id) == 0 ||
	       error_set(error, ERROR_USAGE, "%s:%ld is no longer %s but %s: `lever run` first", place->file, place->line,
		       place->id, buffer_string(&id));
}

static bool place_read(struct gold_place *place, const char *id_path, struct arena *arena, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct text line;
	if (!file_read(place->file, 1 << 30, &source, error))
		return false;
	if (!line_find(buffer_text(&source), place->line, &line))
		return error_set(error, ERROR_USAGE, "%s has no line %ld any more: `lever run` first", place->file, place->line);
	JSON_OWNED *row = json_parse(line, error);
	if (!row || !line_is_of(place, row, id_path, error))
		return false;
	const json_t *value = json_object_get(row, place->key);
	if (!value)
		return error_set(
			error, ERROR_USAGE, "%s:%ld has no member `%s`: mend it by hand", place->file, place->line, place->key);
	place->before = text_copy(arena, line);
	place->text = text_of_value(arena, value);
	return true;
}

/* ---- what others call
 * ------------------------------------------------------------------------------------------------------------ */

bool gold_find(struct store *store, const struct project *project, long long test_set, const char *id, struct arena *arena,
	struct gold_place *ret, struct error *error)
{
	struct case_row row;
	bool found;
	if (!project)
		return error_set(error, ERROR_USAGE, "there is no lever.yaml here whose cases could be mended");
	if (!case_by_id(store, test_set, id, arena, &row, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_USAGE, "there is no case `%s`", id);
	const struct case_source *source = row.source ? source_of(project, row.source) : NULL;
	if (!source || source->inline_rows || !is_lines(source->file))
		return error_set(error, ERROR_USAGE, "%s stands in %s:%ld; only JSON Lines are mended from here: edit that file",
			id, row.source ? row.source : "the project file", row.line);
	*ret = (struct gold_place){.id = arena_string(arena, id),
		.file = source->file,
		.key = key_of(arena, source->mapping.expected, "expected"),
		.line = row.line};
	return place_read(ret, key_of(arena, source->mapping.id, "id"), arena, error);
}

bool gold_mend(
	const struct gold_place *place, const char *answer, struct arena *arena, struct gold_change *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	JSON_OWNED *row = json_parse(place->before, error);
	json_t *value = row ? answer_read(answer, json_object_get(row, place->key), error) : NULL;
	if (!value)
		return false;
	json_object_set_new(row, place->key, value);
	json_compact(row, &line);
	*ret = (struct gold_change){place->file, place->line, place->before, text_copy(arena, buffer_text(&line))};
	return line_write(ret->file, ret->line, ret->before, ret->after, error);
}

bool gold_restore(const struct gold_change *change, struct error *error)
{
	return line_write(change->file, change->line, change->after, change->before, error);
}
