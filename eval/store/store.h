/* The SQLite file: one per project. All SQL of the program lives in this room, one file per noun.
 *   store.h    open, transactions, snapshot, prune     texts.h      bodies, once each
 *   cases.h    test sets                               variants.h   variant versions, gradings, scorers
 *   runs.h     runs, tallies                           attempts.h   attempts, calls, scores, traces: writing and one whole
 *   outcomes.h what a run measured, row by row: for comparison, reports, screens
 *   corpora.h  documents, passages, search             recorded.h   outputs that exist already
 *   labels.h   failure modes put on outputs            looks.h      what gates looked at before
 * One writer at a time (a lock file that dies with its process), readers are many. Every failure is ERROR_STORAGE. */
#ifndef LEVER_STORE_STORE_H
#define LEVER_STORE_STORE_H

#include "eval/base/error.h"
#include "eval/base/hash.h"
#include "eval/base/text.h"

#define STORE_APPLICATION_ID 0x6C766572 /* "lver" */

enum store_mode {
	STORE_READ,  /* the file must exist; works from a read-only folder; never migrates */
	STORE_WRITE, /* created with mode 0600 where missing, migrated where older */
	STORE_COPY,  /* as STORE_WRITE, but all goes into a copy in memory that nobody keeps: no file is made or touched */
};
struct store;

bool store_open(const char *path, enum store_mode mode, struct store **ret, struct error *error) MUST_CHECK;
void store_close(struct store *store); /* accepts NULL; rolls back */
const char *store_path(const struct store *store);
int store_schema_version(const struct store *store);
/* The one runner per file: false with ERROR_STORAGE naming the process that holds it. Freed by store_close or the end of the
 * process. */
bool store_lease(struct store *store, struct error *error) MUST_CHECK;
/* Does the path still lead to the file that was opened? Asked before calls go out: what is written to a removed file is lost. Looks
 * at most every tenth of a second, unless `now`. */
bool store_in_place(struct store *store, bool now, struct error *error) MUST_CHECK;

/* Transactions do not nest. */
bool store_begin(struct store *store, struct error *error) MUST_CHECK;
/* Pages of the write-ahead log after which they are moved into the file, 1,000 if never called: more cost less in all and hold the caller
 * up longer at a time (4,000: about 20 ms). */
void store_checkpoint_after(struct store *store, int pages);
bool store_commit(struct store *store, struct error *error) MUST_CHECK;
void store_rollback(struct store *store);
/* How long a transaction waits for that of another process, 10 seconds if never called: a screen has to answer sooner. */
void store_wait_at_most(struct store *store, int milliseconds);
/* Changes whenever another connection has committed: cheap to poll. */
long long store_data_version(struct store *store);

/* A consistent copy of a live database in a new file (VACUUM INTO); refuses to overwrite. */
bool store_snapshot(struct store *store, const char *path, struct error *error) MUST_CHECK;
struct store_pruned {
	long long runs, attempts, texts, bytes;
};
/* Drops all runs but the `keep` latest, the attempts that no kept run shows, and every text nobody refers to; gives the space back.
 */
bool store_prune(struct store *store, int keep, bool dry, struct store_pruned *ret, struct error *error) MUST_CHECK;
/* Interrupts a query that runs longer than `microseconds` (0: never): screens set it so that no query holds a frame. */
void store_limit_time(struct store *store, int64_t microseconds);

#endif
