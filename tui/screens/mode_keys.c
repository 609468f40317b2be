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

/* Its code, where the key does not say it, and its name. */
static const char *mode_words(const struct project *project, int index, bool brief, struct arena *arena)
{
	const char *code = mode_code(project, index), *name = mode_name(project, index);
	if (brief && index < MODES_OF_TAXONOMY && failure_modes[index].brief)
		name = failure_modes[index].brief;
	return index < 10 ? name : arena_format(arena, "%s%s%s", code, *name ? " " : "", name);
}

#define OWN_BRIEF 26 /* cells of a mode of one's own, whose name may be of any length */

static bool plan_fits(const struct project *project, struct arena *arena, int width, struct mode_keys *plan)
{
	int count = keyed_count(project), whole = 0;
	for (int column = 0; column < plan->columns; column++) {
		plan->widths[column] = 0;
		for (int i = column * plan->rows; i < (column + 1) * plan->rows && i < count; i++) {
			int own = 4 + cells_of_string(arena, mode_words(project, i, plan->brief, arena)).width;
			if (plan->brief && i >= MODES_OF_TAXONOMY && own > OWN_BRIEF)
				own = OWN_BRIEF;
			if (own > plan->widths[column])
				plan->widths[column] = own;
		}
		whole += plan->widths[column];
	}
	return whole <= width + 2; /* nothing follows the last one */
}

bool mode_keys_plan(const struct project *project, struct arena *arena, int width, int rows, struct mode_keys *ret)
{
	static const int cells[] = {26, 19, 15, 12};
	int count = keyed_count(project);
	for (int brief = 0; brief < 2; brief++)
		for (int columns = MODE_KEYS_COLUMNS; columns; columns--) {
			*ret = (struct mode_keys){.rows = (count + columns - 1) / columns, .columns = columns, .brief = brief};
			if (ret->rows <= rows && plan_fits(project, arena, width, ret))
				return true;
		}
	for (size_t i = 0; i < COUNT(cells); i++) {
		int columns = width / cells[i] < MODE_KEYS_COLUMNS ? width / cells[i] : MODE_KEYS_COLUMNS;
		*ret = (struct mode_keys){.columns = columns, .brief = true};
		ret->rows = columns ? (count + columns - 1) / columns : count;
		for (int column = 0; column < columns; column++)
			ret->widths[column] = cells[i];
		if (columns && ret->rows <= rows)
			return true;
	}
	return false;
}

void mode_keys_draw(const struct project *project, const struct canvas *canvas, const struct mode_keys *plan)
{
	for (int column = 0, left = 0; column < plan->columns; left += plan->widths[column++])
		for (int i = column * plan->rows; i < (column + 1) * plan->rows && i < keyed_count(project); i++) {
			struct canvas part = canvas_part(canvas, i - column * plan->rows, left, 1, plan->widths[column] - 1);
			int at = canvas_print(&part, 0, 0, STYLE_KEY, "%c", keys[i]);
			canvas_print(&part, 0, at + 1, STYLE_PLAIN, "%s", mode_words(project, i, plan->brief, canvas->arena));
		}
}
