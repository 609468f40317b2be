/* The rows of the files that `training:` names, each file once. */
#include "eval/advise/advice_private.h"
#include "eval/base/file.h"

static const char *file_of(const struct variant *variant)
{
	return json_string_value(json_object_get(variant->training, "file"));
}

static bool read_before(const struct project *project, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const char *file = file_of(project->variants[i]);
		if (file && strcmp(file, file_of(project->variants[at])) == 0)
			return true;
	}
	return false;
}

static void file_walk(const char *path, const char *name, training_function *each, void *data)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct error ignored;
	struct text rest, line;
	if (!file_read(path, 0, &source, &ignored))
		return;
	rest = buffer_text(&source);
	for (long number = 1; text_next_line(&rest, &line); number++)
		if (text_trim(line).length)
			each(data, line, name, number);
}

void training_each(const struct project *project, training_function *each, void *data)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	for (size_t i = 0; i < project->variant_count; i++) {
		const char *file = file_of(project->variants[i]);
		if (file && !read_before(project, i))
			file_walk(path_join(arena, project->directory, file), file, each, data);
	}
}

static void row_count(void *data, struct text row, const char *file, long line)
{
	++*(long long *)data;
}

long long training_rows(const struct project *project)
{
	long long rows = 0;
	if (project)
		training_each(project, row_count, &rows);
	return rows;
}
