/* What `lever triage` works on: the failures of one variant, and who is at it. */
#ifndef LEVER_TUI_COMMANDS_TRIAGE_SESSION_H
#define LEVER_TUI_COMMANDS_TRIAGE_SESSION_H

#include "eval/advise/triage.h"
#include "eval/store/labels.h"
#include "tui/commands/project_open.h"

struct triage_session {
	const struct command_line *line;
	struct opened opened;
	struct evidence *evidence;
	const char *rater;
};

/* The attempt of a case that fails; 0 with the reason in `error`: it passes, or there is none. */
long long session_attempt(const struct triage_session *session, const char *id, struct error *error);
/* Puts row->mode on the case's failure; fills in attempt and act. Inside a transaction. */
bool session_label(const struct triage_session *session, const char *id, struct label_row *row, struct error *error) MUST_CHECK;
/* Labels of a file. Nothing of it where a line is no label; what is about cases that pass, or that the run has not, is named and left
 * out. Answers the exit status. */
int session_import(struct triage_session *session, const char *path);

#endif
