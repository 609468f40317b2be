/* Making the attempts of a plan from a command: progress, interrupts, the closing words. */
#ifndef LEVER_TUI_RUN_EXECUTE_H
#define LEVER_TUI_RUN_EXECUTE_H

#include "eval/run/runner.h"
#include "tui/commands/command.h"

struct run_end {
	long long waits; /* attempts that wait in a batch, for run_waits_say */
	long long spent; /* picodollars, what nobody knows at its worst; UNKNOWN: no price or no limit */
};
/* Runs it in a loop of its own, says what was done and, with `compare`, how the variants stand. Answers the exit status. */
int run_execute(const struct command_line *line, struct plan *plan, bool compare, struct run_end *ret);
void run_waits_say(long long waits);
void run_anew_say(const struct command_line *line, const struct plan *plan);
void run_skipped_say(const struct command_line *line, const struct plan *plan);
void run_unjudged_say(const struct project *project);
/* On stderr, before anything is called: what of the environment puts keys at risk. */
void run_keys_say(void);

#endif
