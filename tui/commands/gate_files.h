/* Gate results as files for pipelines. */
#ifndef LEVER_TUI_GATE_FILES_H
#define LEVER_TUI_GATE_FILES_H

#include "eval/run/gate.h"
#include "tui/commands/command.h"

/* JUnit XML: one test case a gate; inconclusive and not comparable ones are errors. */
bool gate_junit_write(const struct gate_result *results, size_t count, const char *path, struct arena *arena, struct error *error);
/* A markdown table, added at the end of the file, as $GITHUB_STEP_SUMMARY wants it. */
bool gate_summary_write(
	const struct gate_result *results, size_t count, const char *path, struct arena *arena, struct error *error);

#endif
