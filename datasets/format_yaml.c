/* YAML is a tree: the file is read whole, within DATASET_ROW_LIMIT and YAML_NODES. */
#include "datasets/dataset.h"
#include "datasets/path.h"
#include "eval/base/file.h"
#include "eval/base/nearest.h"
#include <stdlib.h>

struct yaml_rows {
	struct arena *arena;
	struct buffer source;
	const struct yaml **rows, **keys; /* keys: NULL for items of lists */
	size_t count, capacity, next;
};

static void row_add(struct yaml_rows *state, const struct yaml *key, const struct yaml *value)
{
	if (state->count == state->capacity) {
		state->capacity = state->capacity ? 2 * state->capacity : 64;
		state->rows = memory_grow(state->rows, state->capacity, sizeof(*state->rows));
		state->keys = memory_grow(state->keys, state->capacity, sizeof(*state->keys));
	}
	state->keys[state->count] = key;
	state->rows[state->count++] = value;
}

static bool step_failure(struct dataset_reader *reader, const struct yaml *node, const struct path_step *step, struct error *error)
{
	struct yaml_rows *state = reader->state;
	if (node->kind == YAML_LIST)
		return error_at(error, ERROR_DATA, reader->name, node->line, node->column,
			"`at` says `%s`, but the list that begins here has %zu items: say which (from 0), or * for all", step->name,
			node->count);
	if (node->kind != YAML_MAP)
		return error_at(error, ERROR_DATA, reader->name, node->line, node->column,
			"a list or a map was expected here, with `%s` inside, as `at` says; here is %s", step->name,
			yaml_kind_name(node));
	const char **names = arena_take(state->arena, (node->count + 1) * sizeof(*names));
	for (size_t i = 0; i < node->count; i++)
		names[i] = node->keys[i]->text.data;
	return error_at(error, ERROR_DATA, reader->name, node->line, node->column,
		"`at` says `%s`, but the map that begins here has no such key%s", step->name,
		nearest_hint(state->arena, step->name, names, node->count));
}

static const struct yaml *step_into(const struct yaml *node, const struct path_step *step)
{
	if (node->kind == YAML_LIST)
		return step->index >= 0 && (size_t)step->index < node->count ? node->items[step->index] : NULL;
	return yaml_get(node, step->name);
}

static bool container(const struct yaml *node)
{
	return node->kind == YAML_LIST || node->kind == YAML_MAP;
}

/* Adds the rows that `path` leads to from `node`. The depth is bounded by the path's steps. */
static bool rows_find(struct dataset_reader *reader, const struct yaml *node, const char *path, struct error *error)
{
	while (!path_ends(path)) {
		struct path_step step;
		const struct yaml *whole = yaml_get(node, path);
		const char *rest = path;
		path_next(&rest, &step);
		if (step.every && !whole && container(node)) {
			for (size_t i = 0; i < node->count; i++)
				if (!rows_find(reader, node->items[i], rest, error))
					return false;
			return true;
		}
		const struct yaml *inner = whole ? whole : step_into(node, &step);
		if (!inner)
			return step_failure(reader, node, &step, error);
		node = inner;
		path = whole ? "" : rest;
	}
	if (!container(node))
		return error_at(error, ERROR_DATA, reader->name, node->line, node->column,
			"a list of rows, or a map whose values are rows, was expected here; here is %s", yaml_kind_name(node));
	for (size_t i = 0; i < node->count; i++)
		row_add(reader->state, node->kind == YAML_MAP ? node->keys[i] : NULL, node->items[i]);
	return true;
}

static bool yaml_open(struct dataset_reader *reader, struct error *error)
{
	struct yaml_rows *state = memory_take(sizeof *state);
	reader->state = state;
	state->arena = arena_create();
	struct error unread;
	if (!file_read(reader->file, DATASET_ROW_LIMIT, &state->source, &unread))
		return error_at(error, ERROR_DATA, reader->name, 0, 0, "%s", unread.message);
	CLEANUP(error_list_release) struct error_list errors = ERROR_LIST_EMPTY;
	const struct yaml *root = yaml_parse(state->arena, buffer_text(&state->source), reader->name, &errors);
	if (!root) {
		*error = errors.items[0];
		error->kind = ERROR_DATA;
		return false;
	}
	bool empty = root->kind == YAML_NULL && path_ends(reader->options.at);
	return empty || rows_find(reader, root, reader->options.at, error);
}

/* A NUL can be written in YAML ("\0"), but is no text that a case may hold. The depth is that of the YAML reader: at most 100. */
static bool holds_nul(const struct yaml *node)
{
	if (!container(node))
		return node->text.length && memchr(node->text.data, 0, node->text.length);
	for (size_t i = 0; i < node->count; i++)
		if (holds_nul(node->items[i]) || (node->kind == YAML_MAP && holds_nul(node->keys[i])))
			return true;
	return false;
}

static int yaml_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error)
{
	struct yaml_rows *state = reader->state;
	if (state->next == state->count)
		return 0;
	const struct yaml *key = state->keys[state->next], *value = state->rows[state->next];
	state->next++;
	long line = key ? key->line : value->line;
	if ((key && holds_nul(key)) || holds_nul(value)) {
		error_at(error, ERROR_DATA, reader->name, line, 0, "the row holds a NUL character: text was expected");
		return -1;
	}
	*row = (struct dataset_row){.value = yaml_json(value), .key = key ? key->text.data : NULL, .line = line};
	return 1;
}

static void yaml_close(struct dataset_reader *reader)
{
	struct yaml_rows *state = reader->state;
	arena_free(state->arena);
	buffer_release(&state->source);
	free(state->rows);
	free(state->keys);
	free(state);
}

static const char *const suffixes[] = {"yaml", "yml", NULL};

const struct dataset_format format_yaml = {
	.name = "yaml",
	.summary = "a YAML list of rows, or a map whose keys are ids",
	.help = "The rows are the items of a list or the values of a map (whose keys then serve as ids), at the top or where `at:` "
		"leads "
		"(`at: suite.*.cases` joins several lists). The file is read whole: at most 64 MiB and 1,000,000 nodes; take jsonl "
		"for more. "
		"Plain numbers and true/false are typed; 010, no and dates stay text. A mistake in the YAML ends the reading.",
	.suffixes = suffixes,
	.open = yaml_open,
	.next = yaml_next,
	.close = yaml_close,
};
