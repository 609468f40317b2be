/* Shared by the files of mapping.h only: finding a member of a row and saying what is wrong with it. */
#ifndef LEVER_DATASETS_MAPPING_PRIVATE_H
#define LEVER_DATASETS_MAPPING_PRIVATE_H

#include "datasets/mapping.h"

#define MAPPING_NEVER "~"

/* One row under a mapping, for the functions below. */
struct mapped_row {
	const struct dataset_row *row;
	const char *file;
	struct arena *arena;
	struct error *error;
};

/* ---- reading a map (mapping.c) ---- */

/* A path: a scalar, or null for "never" and NULL for "not mapped". `value` (may be NULL: not allowed) takes the x of {value: x}. */
bool map_path_read(
	const struct field_reader *reader, const char *name, const struct yaml *node, const char **path, const struct yaml **value);
bool map_vars_read(const struct field_reader *reader, const struct yaml *node, const struct mapped_var **list, size_t *count);
void map_vars_write(const struct mapped_var *list, size_t count, struct hasher *hasher);

/* ---- looking into a row (mapping_row.c) ---- */

/* Answers false, with the row's place and "`name`: ..." in the error. */
bool row_error(const struct mapped_row *row, const char *name, const char *format, ...) PRINTF(3, 4);
/* The value for `name`: by `path` where mapped, else the member of that name. *value is a new reference; NULL where there is none
 * (null and, in cells, an empty text are none unless `keep_empty`). False when a path that must be there is absent. */
bool row_member(const struct mapped_row *row, const char *name, const char *path, bool keep_empty, json_t **value) MUST_CHECK;
/* In cells, a text that starts with `opening` and is JSON is replaced by what it says. */
void row_cell_json(const struct mapped_row *row, const char *openings, json_t **value);
/* A name as people give it: text of 1 to MAPPING_LABEL_LIMIT bytes without NUL, or a whole number when `numbers`. In the arena;
 * NULL fills the error. */
const char *row_label(const struct mapped_row *row, const char *name, const json_t *value, bool numbers) MUST_CHECK;
/* One label or a list of them, each once, as a new list; split in cells when `split`. NULL fills the error. */
json_t *row_labels(const struct mapped_row *row, const char *name, json_t *value, bool numbers, bool split) MUST_CHECK;
/* The vars that a list asks for, as a new object; NULL fills the error. */
json_t *row_vars(const struct mapped_row *row, const struct mapped_var *list, size_t count) MUST_CHECK;
/* A finite number; in cells also one written as text. */
bool row_number(const struct mapped_row *row, const json_t *value, double *number) MUST_CHECK;
/* What the row says of the output, into its body. */
bool row_verdict(const struct mapped_row *row, const struct recorded_mapping *mapping, json_t *body) MUST_CHECK;
struct text canonical_text(struct arena *arena, const json_t *value);
/* "c-" and 12 hex digits. */
const char *content_id(struct arena *arena, const struct hash *input_hash);

#endif
