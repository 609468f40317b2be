#include "tui/screens/mode_keys.h"
#include "eval/classify/classify.h"

/* G J K M N Q R are the workbench's. */
static const char keys[MODES_KEYED + 1] = "0123456789ABCDEFHILOPSTUVWXYZ";

const char *mode_code(const struct project *project, int index)
{
	if (index < MODES_OF_TAXONOMY)
		return failure_modes[index].code;
	size_t own = (size_t)index - MODES_OF_TAXONOMY;
	return project && own < project->mode_count ? project->modes[own].code : NULL;
}

const char *mode_name(const struct project *project, int index)
{
	if (index < MODES_OF_TAXONOMY)
		return failure_modes[index].name;
	const struct own_mode *mode = &project->modes[index - MODES_OF_TAXONOMY];
	return mode->name ? mode->name : mode->meaning ? mode->meaning : "";
}

int mode_count(const struct project *project)
{
	return MODES_OF_TAXONOMY + (project ? (int)project->mode_count : 0);
}

static int keyed_count(const struct project *project)
{
	int count = mode_count(project);
	return count < MODES_KEYED ? count : MODES_KEYED;
}

static int rows_of(const struct project *project, int width, int cell)
{
	int columns = width / cell > 0 ? width / cell : 1;
	return (keyed_count(project) + columns - 1) / columns;
}

int mode_keys_width(const struct project *project, int width, int rows)
{
	static const int cells[] = {26, 19, 15, 12};
	for (size_t i = 0; i < COUNT(cells); i++)
		if (rows_of(project, width, cells[i]) <= rows)
			return cells[i];
	return 0;
}

int mode_keys_draw(const struct project *project, const struct canvas *canvas, int width, int cell)
{
	int rows = rows_of(project, width, cell);
	for (int i = 0; canvas && i < keyed_count(project); i++) {
		struct canvas part = canvas_part(canvas, i % rows, i / rows * cell, 1, cell - 1);
		const char *code = mode_code(project, i);
		int at = canvas_print(&part, 0, 0, STYLE_KEY, "%c", keys[i]);
		/* the digits say the code already */
		if (i >= 10)
			at = canvas_print(&part, 0, at + 1, STYLE_STRONG, "%s", code);
		canvas_print(&part, 0, at + 1, STYLE_PLAIN, "%s", mode_name(project, i));
	}
	return rows;
}
