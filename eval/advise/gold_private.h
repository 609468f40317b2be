/* Private to mending expected answers: gold_mend.c (files), gold_json.c and gold_yaml.c (a value in a row) and gold_csv.c (a cell of a record). */
#ifndef LEVER_ADVISE_GOLD_PRIVATE_H
#define LEVER_ADVISE_GOLD_PRIVATE_H

#include "eval/advise/triage.h"

/* Where the answer stands in the record that begins at the place's line: fills `before`, `cell` and `text`. */
bool gold_csv_read(struct gold_place *place, struct text source, const struct dataset_options *options, const char *id_path,
	struct arena *arena, struct error *error) MUST_CHECK;
/* The record with another answer in its cell, in the arena. */
bool gold_csv_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after,
	struct error *error) MUST_CHECK;

bool gold_json_read(struct gold_place *place, struct text source, const char *id_path, struct arena *arena, struct error *error) MUST_CHECK;
bool gold_json_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after,
	struct error *error) MUST_CHECK;
bool gold_yaml_read(struct gold_place *place, struct text source, const char *id_path, struct arena *arena, struct error *error) MUST_CHECK;
bool gold_yaml_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after,
	struct error *error) MUST_CHECK;

/* From the line of this number on, counted from 1; nothing where there are fewer. */
struct text gold_from_line(struct text source, long number);
/* The answer as one edits it; what was typed as an answer in place of `old`: numbers stay numbers, lists lists. NULL with an error. */
const char *gold_text(struct arena *arena, const json_t *value);
json_t *gold_answer(const char *words, const json_t *old, struct error *error);

#endif
