/* Scripts: one step a line, read before the first frame. Blank lines and lines that begin with # are left out.
 *   :keys jj<Enter>   presses keys, each as if it had been typed when nothing was loading
 *   :save FILE        writes the screen as text
 *   :size 80x24       columns x rows
 *   :wait             until the run that goes on has ended
 * A step is taken only when nothing is loading, so that no script needs to sleep. */
#include "eval/base/file.h"
#include "tui/keys.h"
#include "tui/workbench.h"
#include <stdio.h>
#include <stdlib.h>

struct script {
	struct arena *arena;
	const char *path;
	struct text rest, keys; /* lines, and keys of the line, not yet done */
	long line;
	bool waiting;
};

struct script *script_read(const char *path, struct error *error)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	if (!file_read(path, 1 << 20, &content, error))
		return NULL;
	struct arena *arena = arena_create();
	struct script *script = arena_take(arena, sizeof *script);
	*script =
		(struct script){.arena = arena, .path = arena_string(arena, path), .rest = text_copy(arena, buffer_text(&content))};
	return script;
}

void script_free(struct script *script)
{
	if (script)
		arena_free(script->arena);
}

static bool mistake(struct workbench *bench, const char *words)
{
	return error_at(&bench->error, ERROR_USAGE, bench->script->path, bench->script->line, 0, "%s", words);
}

static bool keys_step(struct workbench *bench, struct text argument)
{
	int press;
	bench->script->keys = argument;
	for (struct text rest = argument; rest.length;)
		if (!press_next(&rest, &press))
			return mistake(bench, "there is no such key; keys are written j, ?, <Enter>, <^L>, <PgDn>, <lt>");
	return true;
}

static bool save_step(struct workbench *bench, struct text argument)
{
	CLEANUP(buffer_release) struct buffer screen = BUFFER_EMPTY;
	workbench_paint(bench);
	canvas_dump(&screen);
	const char *path = arena_copy(bench->script->arena, argument.data, argument.length);
	return file_write(path, buffer_text(&screen), 0644, &bench->error);
}

static bool size_step(struct workbench *bench, struct text argument)
{
	const char *words = arena_copy(bench->script->arena, argument.data, argument.length);
	int columns, rows;
	if (sscanf(words, "%5dx%5d", &columns, &rows) != 2)
		return mistake(bench, "a size is written 80x24: columns, rows");
	terminal_set_size(rows, columns);
	workbench_resized(bench);
	return true;
}

static bool wait_step(struct workbench *bench, struct text argument)
{
	bench->script->waiting = true;
	return true;
}

static const struct {
	const char *name;
	bool (*step)(struct workbench *bench, struct text argument);
} steps[] = {
	{":keys", keys_step},
	{":save", save_step},
	{":size", size_step},
	{":wait", wait_step},
};

static bool line_step(struct workbench *bench, struct text line)
{
	line = text_trim(line);
	if (line.length == 0 || line.data[0] == '#')
		return true;
	long blank = text_find(line, TEXT(" "), 0);
	size_t length = blank < 0 ? line.length : (size_t)blank;
	struct text argument = text_trim(text_make(line.data + length, line.length - length));
	for (size_t i = 0; i < COUNT(steps); i++)
		if (text_equal(text_make(line.data, length), text_of(steps[i].name)))
			return steps[i].step(bench, argument);
	return mistake(bench, "there is no such step; steps are :keys, :save, :size and :wait");
}

bool script_waits(const struct workbench *bench)
{
	return bench->script->waiting && bench->running;
}

bool script_step(struct workbench *bench)
{
	struct script *script = bench->script;
	struct text line;
	int press;
	script->waiting = false;
	if (press_next(&script->keys, &press)) {
		workbench_press(bench, press);
		workbench_paint(bench);
		return true;
	}
	if (!text_next_line(&script->rest, &line))
		return false;
	script->line++;
	return line_step(bench, line);
}
