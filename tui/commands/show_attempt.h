/* `lever show ATTEMPT`: one attempt whole. Private to command_show. */
#ifndef LEVER_TUI_SHOW_ATTEMPT_H
#define LEVER_TUI_SHOW_ATTEMPT_H

#include "tui/commands/project_open.h"

/* The attempt by its number, or by case and variant ("kb-001", "rag" or "rag@3", repeat). 0 with ERROR_USAGE when there is none. */
long long attempt_named(struct store *store, const char *const *words, size_t count, int repeat, struct arena *arena, struct error *error);
bool attempt_say(const struct command_line *line, struct store *store, long long attempt, struct error *error) MUST_CHECK;
/* Its request as a curl command line. */
bool attempt_curl_say(const struct command_line *line, const struct opened *opened, long long attempt, struct error *error) MUST_CHECK;

#endif
