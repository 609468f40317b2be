/* How a run is shown on a terminal stream: progress while it goes on, the comparison when it is done. */
#ifndef LEVER_TUI_RUN_SHOW_H
#define LEVER_TUI_RUN_SHOW_H

#include "eval/run/runner.h"
#include "tui/commands/command.h"

struct progress_show;
/* On stderr: a block that is drawn over itself on a terminal, plain lines every few seconds elsewhere; nothing when quiet. */
struct progress_show *progress_show_create(bool quiet);
void progress_show_update(struct progress_show *show, const struct run_progress *progress);
void progress_show_free(struct progress_show *show);

/* One comparison as a JSON record. */
struct pair_summary;
void pair_record(const struct pair_summary *pair);
/* Variants with intervals, levers against their parents, on stdout; JSON records with --json. */
bool comparison_say(const struct command_line *line, struct store *store, long long run, struct error *error) MUST_CHECK;

#endif
