#include "datasets/where.h"
#include "eval/run/plan_private.h"
#include <errno.h>

/* Walking the rows of files and of lists inside the project file. */

bool source_hash_add(const struct case_source *source, struct hasher *hasher, struct error *error)
{
	struct hash hash;
	if (source->inline_rows) {
		CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
		JSON_OWNED *rows = yaml_json(source->inline_rows);
		json_canonical(rows, &text);
		hash = hash_of(buffer_text(&text));
	} else if (!hash_of_file(source->file, &hash)) {
		return error_at(error, ERROR_DATA, source->file, 0, 0, "cannot be read: %s", strerror(errno));
	}
	hasher_add_string(hasher, source->path);
	hasher_add(hasher, hash.bytes, HASH_SIZE);
	hasher_add_string(hasher, source->format);
	hasher_add_string(hasher, source->options.at);
	hasher_add(hasher, &source->options.delimiter, 1);
	hasher_add(hasher, &source->options.plain_quotes, sizeof source->options.plain_quotes);
	for (const char *const *column = source->options.columns; column && *column; column++)
		hasher_add_string(hasher, *column);
	where_write(source->options.where, hasher);
	if (source->once)
		hasher_add_string(hasher, "once");
	case_mapping_write(&source->mapping, hasher);
	return true;
}

bool cases_hash(const struct project *project, bool skip_bad, struct hash *ret, struct error *error)
{
	struct hasher hasher;
	hasher_start(&hasher);
	hasher_add_string(&hasher, skip_bad ? "cases, bad rows skipped" : "cases");
	for (size_t i = 0; i < project->case_source_count; i++)
		if (!source_hash_add(&project->cases[i], &hasher, error))
			return false;
	*ret = hasher_end(&hasher);
	return true;
}

static bool inline_walk(
	const struct case_source *source, row_function *each, bad_row_function *bad, void *data, struct error *error)
{
	struct error problem;
	for (size_t i = 0; i < source->inline_rows->count; i++) {
		const struct yaml *node = source->inline_rows->items[i];
		JSON_OWNED *value = yaml_json(node);
		struct dataset_row row = {.value = value, .line = node->line};
		if (each(data, &row, &problem))
			continue;
		if (problem.kind != ERROR_DATA) {
			*error = problem;
			return false;
		}
		if (!bad(data, &problem, error))
			return false;
	}
	return true;
}

bool source_walk(const struct case_source *source, row_function *each, bad_row_function *bad, void *data, struct error *error)
{
	struct dataset_reader reader;
	struct dataset_row row = {0};
	struct error problem;
	if (source->inline_rows)
		return inline_walk(source, each, bad, data, error);
	if (!dataset_open(&reader, source->file, source->format, &source->options, &problem))
		return bad(data, &problem, error);
	int got;
	bool good = true;
	while (good && (got = dataset_next(&reader, &row, &problem)) != 0) {
		if (got == 1 && each(data, &row, &problem))
			continue;
		if (got == 1 && problem.kind != ERROR_DATA) {
			*error = problem;
			good = false;
			break;
		}
		good = bad(data, &problem, error);
		if (got == -2)
			break;
	}
	dataset_close(&reader);
	return good;
}
