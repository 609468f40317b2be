/* The rows of the files that `training:` names, each file once. */
#include "eval/advise/advice_private.h"
#include "datasets/dataset.h"
#include "eval/base/file.h"
#include "eval/base/utf8.h"

static const char *file_of(const struct variant *variant)
{
	return json_string_value(json_object_get(variant->training, "file"));
}

/* Where the rows stand inside a JSON or YAML document; NULL: at its top. */
static const char *place_of(const struct variant *variant)
{
	return json_string_value(json_object_get(variant->training, "at"));
}

static bool same_rows(const struct variant *one, const struct variant *other)
{
	static const char *const keys[] = {"file", "at", "where"};
	for (size_t i = 0; i < COUNT(keys); i++) {
		const json_t *a = json_object_get(one->training, keys[i]), *b = json_object_get(other->training, keys[i]);
		if (a != b && !(a && b && json_equal(a, b)))
			return false;
	}
	return true;
}

static bool read_before(const struct project *project, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same_rows(project->variants[i], project->variants[at]))
			return true;
	return false;
}

/* JSON Lines, and what is no data set by its name: a line is a row. */
static bool lines_walk(const char *path, const char *name, training_function *each, void *data)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct error ignored;
	struct text rest, line;
	if (!file_read(path, 0, &source, &ignored))
		return false;
	rest = buffer_text(&source);
	if (memchr(buffer_string(&source), '\0', source.length) || utf8_invalid_at(rest) >= 0)
		return false; /* a container or another encoding: nothing is found in it */
	for (long number = 1; text_next_line(&rest, &line); number++)
		if (text_trim(line).length)
			each(data, line, NULL, name, number);
	return true;
}

static bool rows_walk(const char *path, const char *name, const struct variant *variant, struct arena *arena, training_function *each,
	void *data)
{
	struct dataset_reader reader;
	const json_t *where = json_object_get(variant->training, "where");
	struct dataset_options options = {
		.path = name, .at = place_of(variant), .where = json_is_object(where) ? yaml_from_json(arena, where, 0) : NULL};
	struct dataset_row row;
	struct error ignored;
	bool any = false;
	int got;
	if (!dataset_open(&reader, path, NULL, &options, &ignored))
		return false;
	while ((got = dataset_next(&reader, &row, &ignored)) == 1 || got == -1) {
		if (got == 1)
			each(data, (struct text){0}, row.value, name, row.line);
		any |= got == 1;
	}
	dataset_close(&reader);
	return any && got == 0;
}

static bool file_walk(
	const struct project *project, const struct variant *variant, struct arena *arena, training_function *each, void *data)
{
	const char *name = file_of(variant), *path = path_join(arena, project->directory, name), *spelled;
	const struct dataset_format *format = dataset_format_find(path_suffix(path), &spelled);
	bool lines = !format || (strcmp(format->name, "jsonl") == 0 && !json_object_get(variant->training, "where"));
	return lines ? lines_walk(path, name, each, data) : rows_walk(path, name, variant, arena, each, data);
}

bool training_each(const struct project *project, training_function *each, void *data)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	bool good = true;
	for (size_t i = 0; i < project->variant_count; i++)
		if (file_of(project->variants[i]) && !read_before(project, i))
			good &= file_walk(project, project->variants[i], arena, each, data);
	return good;
}

static void row_pass(void *data, struct text row, const json_t *value, const char *file, long line)
{
	(void)data;
}

const char *training_unread(const struct project *project, struct arena *arena)
{
	const char *words = NULL;
	for (size_t i = 0; i < project->variant_count; i++) {
		const struct variant *variant = project->variants[i];
		if (file_of(variant) && !read_before(project, i) && !file_walk(project, variant, arena, row_pass, NULL))
			words = words ? arena_format(arena, "%s, %s", words, file_of(variant)) : file_of(variant);
	}
	return words;
}

static void row_count(void *data, struct text row, const json_t *value, const char *file, long line)
{
	++*(long long *)data;
}

long long training_rows(const struct project *project)
{
	long long rows = 0;
	return project && !training_each(project, row_count, &rows) ? -1 : rows;
}
