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
/* Which key is which mode: the width of a cell so that all of them stand in at most `rows` rows; 0: there is no room. */
int mode_keys_width(const struct project *project, int width, int rows);
/* Answers the rows used, or that it would use where the canvas is NULL. */
int mode_keys_draw(const struct project *project, const struct canvas *canvas, int width, int cell);

#endif
