/* Private to mending expected answers: gold_mend.c (files, JSON Lines) and gold_csv.c (a cell of a record). */
#ifndef LEVER_ADVISE_GOLD_PRIVATE_H
#define LEVER_ADVISE_GOLD_PRIVATE_H

#include "eval/advise/triage.h"

/* Where the answer stands in the record that begins at the place's line: fills `before`, `cell` and `text`. */
bool gold_csv_read(struct gold_place *place, struct text source, const struct dataset_options *options, const char *id_path,
	struct arena *arena, struct error *error) MUST_CHECK;
/* The record with another answer in its cell, in the arena. */
bool gold_csv_mend(const struct gold_place *place, const char *answer, struct arena *arena, struct text *after,
	struct error *error) MUST_CHECK;

#endif
