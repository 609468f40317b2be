/* The rows of the files that `training:` names, each file once. */
#include "eval/advise/advice_private.h"
#include "datasets/dataset.h"
#include "eval/base/file.h"

static const char *file_of(const struct variant *variant)
{
	return json_string_value(json_object_get(variant->training, "file"));
}

/* Where the rows stand inside a JSON or YAML document; NULL: at its top. */
static const char *place_of(const struct variant *variant)
{
	return json_string_value(json_object_get(variant->training, "at"));
}

static bool read_before(const struct project *project, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const char *file = file_of(project->variants[i]);
		const char *place = place_of(project->variants[i]), *wanted = place_of(project->variants[at]);
		bool same = place && wanted ? strcmp(place, wanted) == 0 : place == wanted;
		if (file && strcmp(file, file_of(project->variants[at])) == 0 && same)
			return true;
	}
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
	for (long number = 1; text_next_line(&rest, &line); number++)
		if (text_trim(line).length)
			each(data, line, NULL, name, number);
	return true;
}

static bool rows_walk(const char *path, const char *name, const char *at, training_function *each, void *data)
{
	struct dataset_reader reader;
	struct dataset_options options = {.path = name, .at = at};
	struct dataset_row row;
	struct error ignored;
	int got;
	if (!dataset_open(&reader, path, NULL, &options, &ignored))
		return false;
	while ((got = dataset_next(&reader, &row, &ignored)) == 1 || got == -1)
		if (got == 1)
			each(data, (struct text){0}, row.value, name, row.line);
	dataset_close(&reader);
	return true;
}

static bool file_walk(const char *path, const char *name, const char *at, training_function *each, void *data)
{
	const char *suffix = path_suffix(path), *spelled;
	const struct dataset_format *format = dataset_format_find(suffix, &spelled);
	bool lines = !format || strcmp(format->name, "jsonl") == 0;
	return lines ? lines_walk(path, name, each, data) : rows_walk(path, name, at, each, data);
}

bool training_each(const struct project *project, training_function *each, void *data)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	bool good = true;
	for (size_t i = 0; i < project->variant_count; i++) {
		const char *file = file_of(project->variants[i]);
		if (file && !read_before(project, i))
			good &= file_walk(path_join(arena, project->directory, file), file, place_of(project->variants[i]), each, data);
	}
	return good;
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
