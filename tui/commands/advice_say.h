/* The advice on a terminal stream, and as JSON records. */
#ifndef LEVER_TUI_ADVICE_SAY_H
#define LEVER_TUI_ADVICE_SAY_H

#include "eval/advise/advice.h"
#include "tui/commands/command.h"

void advice_say(const struct command_line *line, const struct advice *advice, const struct project *project, bool explain);
/* One record a line: project, alarm, attribution, candidate, verdict, ledger; rule with `explain`. */
void advice_records(const struct advice *advice, struct arena *arena, bool explain);

#endif
