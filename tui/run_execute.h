/* Making the attempts of a plan from a command: progress, interrupts, the closing words. */
#ifndef LEVER_TUI_RUN_EXECUTE_H
#define LEVER_TUI_RUN_EXECUTE_H

#include "eval/run/runner.h"
#include "tui/commands/command.h"

/* Runs it in a loop of its own, says what was done and, with `compare`, how the variants stand. Answers the exit status. */
int run_execute(const struct command_line *line, struct plan *plan, bool compare);
void run_skipped_say(const struct command_line *line, const struct plan *plan);
void run_unjudged_say(const struct project *project);
/* On stderr, before anything is called: what of the environment puts keys at risk. */
void run_keys_say(void);

#endif
