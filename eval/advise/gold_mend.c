#include "eval/advise/gold_private.h"
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include "eval/store/cases.h"
#include <sys/stat.h>

/* Mending the expected answer where it stands: in a line of a JSON Lines file, a row of a JSON or YAML file, or a record of a CSV file. */

static const struct case_source *source_of(const struct project *project, const char *path)
{
	for (size_t i = 0; i < project->case_source_count; i++)
		if (strcmp(project->cases[i].path, path) == 0 || strcmp(project->cases[i].file, path) == 0)
			return &project->cases[i];
	return NULL;
}

static bool is_one_of(const struct case_source *source, const char *const *names)
{
	const char *format = source->format ? source->format : path_suffix(source->file);
	for (; *names; names++)
		if (strcasecmp(format, *names) == 0)
			return true;
	return false;
}

static const char *const json_names[] = {"json", "jsonl", "ndjson", NULL}, *const yaml_names[] = {"yaml", "yml", NULL},
			 *const csv_names[] = {"csv", "tsv", "tab", NULL};

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

const char *gold_text(struct arena *arena, const json_t *value)
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
json_t *gold_answer(const char *words, const json_t *old, struct error *error)
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

struct text gold_from_line(struct text source, long number)
{
	struct text line;
	for (long at = 1; at < number; at++)
		if (!text_next_line(&source, &line))
			return (struct text){0};
	return source;
}

/* ---- the line in its file ------------------------------------------------------------------------------------------ */

static bool line_find(struct text source, long wanted, struct text *line)
{
	long number = 0;
	while (text_next_line(&source, line))
		if (++number == wanted)
			return true;
	return false;
}

static unsigned mode_of(const char *file)
{
	struct stat status;
	return stat(file, &status) == 0 ? status.st_mode & 0777 : 0644;
}

/* What begins at a line, and ends where one does: a record may hold line ends. */
static bool stands_at(struct text whole, size_t start, struct text before)
{
	size_t end = start + before.length;
	return end <= whole.length && memcmp(whole.data + start, before.data, before.length) == 0 &&
	       (end == whole.length || whole.data[end] == '\n' || whole.data[end] == '\r');
}

/* All bytes but those of the line stay. `before` is what must stand there. */
static bool line_write(const char *file, long number, struct text before, struct text after, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text line;
	if (!file_read(file, 1 << 30, &source, error))
		return false;
	struct text whole = buffer_text(&source);
	if (!line_find(whole, number, &line) || !stands_at(whole, (size_t)(line.data - whole.data), before))
		return error_set(error, ERROR_USAGE, "%s:%ld has changed since: mend it there", file, number);
	size_t start = (size_t)(line.data - whole.data), end = start + before.length;
	buffer_add(&out, whole.data, start);
	buffer_add_text(&out, after);
	buffer_add(&out, whole.data + end, whole.length - end);
	return file_write(file, buffer_text(&out), mode_of(file), error);
}

/* ---- what others call ---------------------------------------------------------------------------------------------- */

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
	bool json = source && is_one_of(source, json_names), csv = source && is_one_of(source, csv_names);
	bool yaml = source && is_one_of(source, yaml_names);
	if (!source || source->inline_rows || !(json || csv || yaml))
		return error_set(error, ERROR_USAGE, "%s stands in %s:%ld; only files of cases are mended from here: edit that file",
			id, row.source ? row.source : "the project file", row.line);
	*ret = (struct gold_place){.id = arena_string(arena, id),
		.file = source->file,
		.key = key_of(arena, source->mapping.expected, "expected"),
		.line = row.line};
	CLEANUP(buffer_release) struct buffer whole = BUFFER_EMPTY;
	const char *id_path = key_of(arena, source->mapping.id, "id");
	if (!file_read(source->file, 1 << 30, &whole, error))
		return false;
	return yaml ? gold_yaml_read(ret, buffer_text(&whole), id_path, arena, error)
	       : csv ? gold_csv_read(ret, buffer_text(&whole), &source->options, id_path, arena, error)
		     : gold_json_read(ret, buffer_text(&whole), id_path, arena, error);
}

bool gold_mend(
	const struct gold_place *place, const char *answer, struct arena *arena, struct gold_change *ret, struct error *error)
{
	struct text after;
	if (!(place->yaml ? gold_yaml_mend : place->csv.used ? gold_csv_mend : gold_json_mend)(place, answer, arena, &after, error))
		return false;
	*ret = (struct gold_change){place->file, place->line, place->before, after};
	return line_write(ret->file, ret->line, ret->before, ret->after, error);
}

bool gold_restore(const struct gold_change *change, struct error *error)
{
	return line_write(change->file, change->line, change->after, change->before, error);
}
