/* Reading a command's words: private to the dispatcher. */
#ifndef LEVER_TUI_COMMANDS_OPTIONS_H
#define LEVER_TUI_COMMANDS_OPTIONS_H

#include "tui/commands/command.h"

/* words[0] is the command's name. Wrong words end the program with status 2 and a hint, --help with status 0. */
bool options_read(struct command_line *line, int count, char **words);

#endif
