#include "tui/screens/mode_keys.h"
#include "eval/classify/classify.h"

const char *mode_key_code(const struct project *project, int index)
{
	if (index < 21)
		return failure_modes[index].code;
	size_t own = (size_t)index - 21;
	return project && own < project->mode_count ? project->modes[own].code : NULL;
}

const char *mode_key_name(const struct project *project, int index)
{
	if (index < 21)
		return failure_modes[index].name;
	const struct own_mode *mode = &project->modes[index - 21];
	return mode->name ? mode->name : mode->meaning ? mode->meaning : mode->code;
}

/* Which key is which mode: as many columns as there is room for. */
int mode_keys_draw(const struct project *project, const struct canvas *canvas)
{
	int count = 21 + (project ? (int)(project->mode_count < 5 ? project->mode_count : 5) : 0);
	int columns = canvas->width / 26 > 0 ? canvas->width / 26 : 1, rows = (count + columns - 1) / columns;
	for (int i = 0; i < count; i++) {
		struct canvas cell = canvas_part(canvas, i % rows, i / rows * 26, 1, 25);
		int at = canvas_print(&cell, 0, 0, STYLE_KEY, "%c", 'A' + i);
		at = canvas_print(&cell, 0, at + 1, STYLE_STRONG, "%s", mode_key_code(project, i));
		canvas_print(&cell, 0, at + 1, STYLE_PLAIN, "%s", mode_key_name(project, i));
	}
	return rows;
}
