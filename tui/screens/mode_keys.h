/* The keys of the failure modes in triage: 0 to 9 are F0 to F9, letters that mean nothing elsewhere the others, S to Z the
 * project's own. Own modes beyond those are put by name. */
#ifndef LEVER_TUI_MODE_KEYS_H
#define LEVER_TUI_MODE_KEYS_H

#include "eval/run/project.h"
#include "tui/canvas.h"

#define MODES_OF_TAXONOMY 21
#define MODES_KEYED (MODES_OF_TAXONOMY + 8)
/* By place: those of the taxonomy, then the project's own; NULL: there is none. `project` may be NULL. */
const char *mode_code(const struct project *project, int index);
const char *mode_name(const struct project *project, int index);
int mode_count(const struct project *project);
/* Which key is which mode: in as many columns as there is room for, with whole names, else with short ones, else cut. */
#define MODE_KEYS_COLUMNS 8
struct mode_keys {
	int rows, columns, widths[MODE_KEYS_COLUMNS];
	bool brief;
};
/* False: there is no room for all of them in at most `rows` rows. */
bool mode_keys_plan(const struct project *project, struct arena *arena, int width, int rows, struct mode_keys *ret);
void mode_keys_draw(const struct project *project, const struct canvas *canvas, const struct mode_keys *plan);

#endif
