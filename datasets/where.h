/* Which rows of a file are meant: `where: {system: rag, split: [test, dev]}`. A path is read as in a map, a value is compared as the text a
 * person would write; several values: one of them. A member that a row lacks is none of them, but `~`. */
#ifndef LEVER_DATASETS_WHERE_H
#define LEVER_DATASETS_WHERE_H

#include "eval/base/field.h"
#include "eval/base/hash.h"
#include "eval/base/json.h"

/* Tells what is wrong with it; NULL is fine. */
bool where_check(const struct field_reader *reader, const struct yaml *where);
/* `where` NULL: every row is meant. */
bool where_holds(const struct yaml *where, const json_t *row);
/* Part of source hashes; nothing for NULL. */
void where_write(const struct yaml *where, struct hasher *hasher);
/* For "no row has …": what was asked, and the values that rows have instead, each once, in `seen` (what fits). */
void where_note(const struct yaml *where, const json_t *row, struct buffer *seen);
const char *where_words(const struct yaml *where, struct arena *arena);

#endif
