/* Test cases whose id stands among the examples or in the training set: private to the leak alarm. */
#ifndef LEVER_ADVISE_LEAK_IDS_H
#define LEVER_ADVISE_LEAK_IDS_H

#include "eval/advise/alarm.h"

struct leak_ids;
/* Knows the ids of all cases. In the arena of the input. */
struct leak_ids *leak_ids_create(const struct alarm_input *input);
/* A row of what was shown or trained on: its id (NULL: it has none) and whatever texts stand in it. An id that may be a mere
 * counter
 * ("17", "c-017") tells nothing by itself: the row must share most of the case's words too. */
void leak_ids_add(struct leak_ids *ids, const char *id, const json_t *texts, struct arena *scratch);
/* The id of a row of a training set; NULL. In the arena. */
const char *leak_id_of(const json_t *row, struct arena *arena);
/* Compares the texts of those found with the vars of the case. Sets same[at] where the id stands with the same words or most of
 * them, other[at] where it does with other words. */
bool leak_ids_look(const struct leak_ids *ids, bool *same, bool *other, struct arena *scratch, struct error *error) MUST_CHECK;

#endif
