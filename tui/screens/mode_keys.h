/* One key a failure mode: A to U are F0 to F20, V to Z the project's own. */
#ifndef LEVER_TUI_MODE_KEYS_H
#define LEVER_TUI_MODE_KEYS_H

#include "eval/run/project.h"
#include "tui/canvas.h"

#define MODE_KEYS 26
/* By the key's place in the alphabet; NULL: there is none. `project` may be NULL. */
const char *mode_key_code(const struct project *project, int index);
const char *mode_key_name(const struct project *project, int index);
/* Which key is which mode, in as many columns as there is room for; answers the rows used. */
int mode_keys_draw(const struct project *project, const struct canvas *canvas);

#endif
