/* Private to eval/store. Rows of text and call by hash: those of late in memory, the others in sorted tables (0005_lookups.sql).
 * A row is known by its id alone until it is in its table, so nothing is lost with the process: it is read again from the rows. */
#ifndef LEVER_STORE_LOOKUPS_H
#define LEVER_STORE_LOOKUPS_H

#include "eval/store/store_private.h"

enum lookup_name { LOOKUP_TEXT, LOOKUP_CALL, LOOKUP_COUNT };

/* Reads the rows of late where that was not done yet: to be called before lookup_late. */
bool lookup_ready(struct store *store, enum lookup_name name, struct error *error) MUST_CHECK;
/* Candidates among the rows of late, in any order: `*place` begins as LOOKUP_BEGIN. False: no further one. */
#define LOOKUP_BEGIN SIZE_MAX
bool lookup_late(const struct store *store, enum lookup_name name, const struct hash *hash, size_t *place, long long *id);
/* False: no row of the table has it, as far as this process knows (another may have put one since). For texts. */
bool lookup_possible(const struct store *store, enum lookup_name name, const struct hash *hash);
/* The id that a query of a table gives for the prefix (?1) and the hash (?2); 0: no row. */
bool lookup_row(struct store *store, const char *sql, const struct hash *hash, long long *id, struct error *error) MUST_CHECK;
/* A new row. A rollback forgets it. */
bool lookup_add(struct store *store, enum lookup_name name, const struct hash *hash, long long id, struct error *error) MUST_CHECK;
/* Memory is dropped and read again when it is needed. */
void lookups_forget(struct store *store);
/* After rows were deleted, inside the transaction: the tables are made anew. */
bool lookups_rebuild(struct store *store, struct error *error) MUST_CHECK;

#endif
