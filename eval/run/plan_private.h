/* Private to the plan: its steps, in the order in which plan_make takes them. */
#ifndef LEVER_RUN_PLAN_PRIVATE_H
#define LEVER_RUN_PLAN_PRIVATE_H

#include "eval/run/plan.h"

/* Reads the test set where it is not stored yet. */
bool plan_cases(struct plan *plan, struct error_list *errors);
/* Do the templates of scorers name only what cases have? */
bool plan_templates(struct plan *plan, struct error_list *errors);
/* Reads recorded outputs where they are not stored yet; the row of the file goes into the model's settings. */
bool plan_recorded(struct plan *plan, struct error_list *errors);
bool plan_corpora(struct plan *plan, struct error_list *errors);
/* Everything that decides an output of the variant, as its version has it; new reference, NULL fills error. Examples and hashes of recorded
 * outputs have been read, corpora indexed. */
json_t *version_definition(struct store *store, struct arena *arena, const struct variant *variant, struct error *error);
/* Hashes and rows of variant versions; scorers and grading. */
bool plan_versions(struct plan *plan, struct error *error);
bool plan_grading(struct plan *plan, struct error *error);
/* The positions of a seeded, nested, stratified sample. */
bool plan_sample(struct plan *plan, struct error *error);

/* Does the case match the filter of this invocation? */
bool case_wanted(const struct plan *plan, const struct case_row *row);

/* Walks the rows of a source. */
typedef bool row_function(void *data, struct dataset_row *row, struct error *error);
/* Calls `each` for every good row; bad rows, and rows that `each` refuses with ERROR_DATA, go to `bad`. False when reading cannot
 * go on. */
typedef bool bad_row_function(void *data, const struct error *error, struct error *fatal);
bool source_walk(const struct case_source *source, row_function *each, bad_row_function *bad, void *data, struct error *error);
/* Bad rows of one file: the first are told, those alike and the rest are counted. The file's good rows are counted by whoever
 * reads. */
struct bad_rows {
	struct error_list *errors;
	const char *path;
	size_t first, found, told, good;
};
struct bad_rows bad_rows_begin(struct error_list *errors, const char *path);
void bad_rows_add(struct bad_rows *bad, const struct error *problem);
void bad_rows_end(struct bad_rows *bad, bool may_skip);
bool source_hash_add(const struct case_source *source, struct hasher *hasher, struct error *error);
/* Of all sources of the test set. */
bool cases_hash(const struct project *project, bool skip_bad, struct hash *ret, struct error *error);

#endif
