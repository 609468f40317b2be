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

/* A list stays a list. */
static json_t *expected_like(const json_t *old, const char *expected)
{
	json_t *value = json_from_text(text_of(expected));
	if (!json_is_array(old))
		return value;
	json_t *list = json_array();
	json_array_append_new(list, value);
	return list;
}

static bool line_mend(struct text line, const char *key, const char *expected, struct buffer *out, struct error *error)
{
	JSON_OWNED *row = json_parse(line, error);
	if (!row)
		return false;
	const json_t *old = json_object_get(row, key);
	if (!old)
		return error_set(error, ERROR_USAGE, "the line has no member `%s`: mend it by hand", key);
	json_object_set_new(row, key, expected_like(old, expected));
	json_compact(row, out);
	return true;
}

static bool file_mend(const char *file, long wanted, const char *key, const char *expected, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text rest, line;
	long number = 0;
	if (!file_read(file, 1 << 30, &source, error))
		return false;
	rest = buffer_text(&source);
	while (text_next_line(&rest, &line)) {
		if (++number != wanted)
			buffer_add_text(&out, line);
		else if (!line_mend(line, key, expected, &out, error))
			return false;
		buffer_add_byte(&out, '\n');
	}
	return file_write(file, buffer_text(&out), 0644, error);
}

bool gold_mend(struct store *store, const struct project *project, long long test_set, const char *id, const char *expected,
	struct arena *arena, struct error *error)
{
	struct case_row row;
	bool found;
	if (!case_by_id(store, test_set, id, arena, &row, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_USAGE, "there is no case `%s`", id);
	const struct case_source *source = row.source ? source_of(project, row.source) : NULL;
	if (!source || source->inline_rows || !is_lines(source->file))
		return error_set(error, ERROR_USAGE,
			"the expected answer of %s stands in %s:%ld, which is no JSON Lines file: mend it there", id,
			row.source ? row.source : "the project file", row.line);
	const char *key = arena_string(arena, source->mapping.expected ? source->mapping.expected : "expected");
	size_t length = strlen(key);
	if (length && key[length - 1] == '?')
		key = arena_copy(arena, key, length - 1);
	return file_mend(source->file, row.line, key, expected, error);
}
