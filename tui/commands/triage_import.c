#include "tui/commands/triage_session.h"
#include "eval/base/file.h"
#include "tui/commands/options.h"

enum standing { FAILS, PASSES, ABSENT };

static enum standing standing_of(const struct triage_session *session, const char *id, long long *attempt)
{
	const struct evidence *evidence = session->evidence;
	for (size_t i = 0; i < evidence->case_count; i++) {
		if (strcmp(evidence->cases[i].id, id) != 0)
			continue;
		*attempt = case_fails(evidence, i) ? evidence->arms[evidence->base].attempt[i] : 0;
		return *attempt ? FAILS : PASSES;
	}
	return ABSENT;
}

long long session_attempt(const struct triage_session *session, const char *id, struct error *error)
{
	long long attempt = 0;
	enum standing standing = standing_of(session, id, &attempt);
	if (standing == PASSES)
		error_set(error, ERROR_USAGE, "%s passes: there is no failure to label", id);
	else if (standing == ABSENT)
		error_set(error, ERROR_USAGE, "there is no case `%s`", id);
	return attempt;
}

static bool mode_check(const struct triage_session *session, const char *mode, struct error *error)
{
	return mode_known(session->opened.project, mode) ||
	       error_set(error, ERROR_USAGE, "there is no failure mode `%s`: F0 to F20 (`lever show modes`), or one of `modes:`", mode);
}

bool session_label(const struct triage_session *session, const char *id, struct label_row *row, struct error *error)
{
	row->attempt = session_attempt(session, id, error);
	row->act = "put";
	return row->attempt && mode_check(session, row->mode, error) && label_renew(session->opened.store, row, error);
}

/* ---- a file of labels ---------------------------------------------------------------------------------------------------------- */

struct importing {
	struct triage_session *session;
	long stored;
	const char **left[2]; /* ids, once each: of cases that pass, of cases that are not there */
	size_t left_count[2], room[2];
};

static void leave_out(struct importing *importing, enum standing standing, const char *id)
{
	size_t list = standing == PASSES ? 0 : 1;
	for (size_t i = 0; i < importing->left_count[list]; i++)
		if (strcmp(importing->left[list][i], id) == 0)
			return;
	struct arena *arena = importing->session->line->arena;
	*LIST_MORE(arena, importing->left[list], importing->left_count[list], importing->room[list]) = arena_string(arena, id);
}

static bool label_take(struct importing *importing, const char *id, struct label_row *row, struct error *error)
{
	const struct triage_session *session = importing->session;
	if (!mode_check(session, row->mode, error))
		return false;
	enum standing standing = standing_of(session, id, &row->attempt);
	if (standing != FAILS) {
		leave_out(importing, standing, id);
		return true;
	}
	importing->stored++;
	return label_renew(session->opened.store, row, error);
}

/* A line of an export has what the rater said in `own`; what rules, probes and others said is no label of his. */
static bool line_take(struct importing *importing, struct text text, struct error *error)
{
	JSON_OWNED *row = json_parse(text, error);
	if (!row)
		return false;
	bool exported = !strcmp(json_string_or(row, "type", ""), "failure");
	const char *id = json_string_or(row, "case", ""), *own = json_string_or(row, "own", NULL);
	const char *mode = own || exported ? own : json_string_or(row, "mode", NULL);
	if (!mode && exported)
		return true;
	const char *source = exported ? "person" : json_string_or(row, "source", "person");
	bool judge = strcmp(source, "judge") == 0;
	if (!*id || !mode)
		return error_set(error, ERROR_DATA, "a label is {\"case\": …, \"mode\": …}");
	if (!judge && strcmp(source, "person") != 0)
		return error_set(error, ERROR_DATA, "`source` is person or judge, not `%s`", source);
	if (judge && !json_string_or(row, "rater", NULL))
		return error_set(error, ERROR_DATA, "a judge's label says in `rater` which judge it was");
	return label_take(importing, id,
		&(struct label_row){.mode = mode,
			.act = "put",
			.source = source,
			.author = json_string_or(row, "rater", importing->session->rater),
			.note = json_string_or(row, "note", NULL),
			.evidence = exported ? NULL : json_string_or(row, "evidence", NULL)},
		error);
}

static bool lines_take(struct importing *importing, const char *path, struct error *error)
{
	CLEANUP(buffer_release) struct buffer source = BUFFER_EMPTY;
	struct text rest, text;
	if (!file_read(path, 0, &source, error))
		return false;
	rest = buffer_text(&source);
	for (long number = 1; text_next_line(&rest, &text); number++)
		if (text_trim(text).length && !line_take(importing, text, error))
			return error_prefix(error, "%s:%ld", path, number);
	return true;
}

static json_t *ids_list(const char **ids, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_from_text(text_of(ids[i])));
	return list;
}

static void left_say(const struct importing *importing, size_t list, const char *why)
{
	for (size_t i = 0; i < importing->left_count[list]; i++)
		say(stderr, "%s%s", i ? ", " : why, importing->left[list][i]);
	if (importing->left_count[list])
		say(stderr, "\n");
}

int session_import(struct triage_session *session, const char *path)
{
	struct importing importing = {.session = session};
	struct store *store = session->opened.store;
	struct error error = {0};
	if (!store_begin(store, &error))
		return command_fail(session->line, &error);
	if (!lines_take(&importing, path, &error) || !store_commit(store, &error)) {
		store_rollback(store);
		return command_fail(session->line, &error);
	}
	say(stderr, "lever: %ld labels\n", importing.stored);
	left_say(&importing, 0, "lever: not taken, as these cases pass by now: ");
	left_say(&importing, 1, "lever: not taken, as the run has no such cases: ");
	if (session->line->json)
		say_json(json_pack("{s:s, s:I, s:o, s:o}", "type", "import", "labels", (json_int_t)importing.stored, "passing",
			ids_list(importing.left[0], importing.left_count[0]), "absent",
			ids_list(importing.left[1], importing.left_count[1])));
	return importing.left_count[0] + importing.left_count[1] ? 3 : 0;
}
