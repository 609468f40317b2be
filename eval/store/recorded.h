/* Outputs that exist already: read from a file once, found by the case they answer. */
#ifndef LEVER_STORE_RECORDED_H
#define LEVER_STORE_RECORDED_H

#include "eval/store/store.h"

/* The file with this hash (bytes and mapping), if it was read before: *file 0 otherwise. */
bool recorded_file_find(struct store *store, const struct hash *hash, long long *file, struct error *error) MUST_CHECK;
bool recorded_file_begin(
	struct store *store, const struct hash *hash, const char *path, long long *file, struct error *error) MUST_CHECK;
/* A second output for the same case and repeat is refused with ERROR_DATA naming both lines. */
bool recorded_output_put(struct store *store, long long file, const char *case_id, int repeat, long line, struct text body,
	struct error *error) MUST_CHECK;
bool recorded_file_end(struct store *store, long long file, long long rows, struct error *error) MUST_CHECK;
bool recorded_output_get(struct store *store, long long file, const char *case_id, int repeat, struct arena *arena,
	struct text *body, bool *found, struct error *error) MUST_CHECK;
/* Outputs of a file that answer no case of the test set: how many (of how many), and the id of the first by name, in the arena; NULL:
 * none. */
struct recorded_extra {
	long long count, all;
	const char *first;
};
bool recorded_extra_find(struct store *store, long long file, long long test_set, struct arena *arena, struct recorded_extra *ret,
	struct error *error) MUST_CHECK;

#endif
