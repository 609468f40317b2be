/* Labels: failure modes put on an attempt's output. Events: nothing is changed or deleted. */
#ifndef LEVER_STORE_LABELS_H
#define LEVER_STORE_LABELS_H

#include "eval/store/store.h"

struct label_row {
	long long attempt;
	const char *mode, *act, *source, *author, *note, *evidence; /* act: put, withdrawn; note, evidence may be NULL */
	int64_t created_at;
};
/* The same mode put twice by the same source and author on the same output is one event. */
bool label_put(struct store *store, const struct label_row *row, struct error *error) MUST_CHECK;
/* The same, but so that it is the one in force: where its source and author said something else in between, or had another note, the
 * former one is withdrawn first. */
bool label_renew(struct store *store, const struct label_row *row, struct error *error) MUST_CHECK;
/* The history of an attempt, oldest first. */
bool label_list(struct store *store, long long attempt, struct arena *arena, struct label_row **rows, size_t *count,
	struct error *error) MUST_CHECK;

/* The label in force of every failed attempt of a variant of a run, those without an answer too: a person's before one that came with
 * recorded outputs, a probe's, a judge's, a rule's, the latest of its source that was not withdrawn. What people and judges said of other attempts with the very same
 * output on the same case counts too, as one answer is judged once; rules and probes speak of how their own attempt came about. Attempts without a label are not told. Strings are borrowed until the next row. `author` NULL: everybody's; else
 * only what this person put. Order: case, repeat. */
struct label_standing {
	long long attempt, position;
	int repeat;
	const char *mode, *source, *author, *note, *evidence; /* note, evidence may be NULL */
	int64_t created_at;
	int place; /* 1: the one in force */
};
typedef bool label_standing_function(void *data, const struct label_standing *label);
bool label_standing_each(struct store *store, long long run, long long version, const char *author, label_standing_function *each,
	void *data, struct error *error) MUST_CHECK;
/* The same of one source only ("judge"; NULL: all), and, where `passing`, of the attempts that pass: their labels are inactive. */
struct label_wanted {
	const char *author, *source; /* NULL: everybody's */
	const char *blind;	     /* of what people put only what this one did; NULL: of all */
	bool passing;
};
bool label_wanted_each(struct store *store, long long run, long long version, const struct label_wanted *wanted,
	label_standing_function *each, void *data, struct error *error) MUST_CHECK;
/* All labels of failed attempts that carry the weight of the one in force: what others of its source said last, and the whole list that
 * came with a recorded output. Order: case, repeat, the one in force first. */
bool label_beside_each(struct store *store, long long run, long long version, label_standing_function *each, void *data,
	struct error *error) MUST_CHECK;
/* Who labelled attempts of a variant version, by name; in the arena. */
bool label_raters(struct store *store, long long version, struct arena *arena, const char ***raters, size_t *count,
	struct error *error) MUST_CHECK;
/* Withdraws what this source and author put last on the attempt, if anything: undo. *mode is what it was; NULL: nothing was there. */
bool label_undo(struct store *store, long long attempt, const char *source, const char *author, struct arena *arena, const char **mode,
	struct error *error) MUST_CHECK;

#endif
