/* Cassettes: recorded exchanges that replay a run offline. JSON Lines, one exchange a line, append-only, no key and no auth header.
 * {"v":1,"key":"<sha256
 * hex>","case":"kb-001","variant":"rag","model":"base","api":"openai","path":"/v1/chat/completions","repeat":1,
 *  "request":{…body…},"status":200,"response":"<raw body>","latency_us":…,"first_byte_us":…} */
#ifndef LEVER_MODEL_CASSETTE_H
#define LEVER_MODEL_CASSETTE_H

#include "eval/model/api.h"

struct cassette;
/* Reading keeps an index (key -> offset) in memory, not the bodies. A broken last line (killed recorder) is left out and said in
 * *note; other bad lines are errors. */
bool cassette_open(const char *path, struct cassette **ret, const char **note, struct error *error) MUST_CHECK;
bool cassette_record(
	const char *path, struct cassette **ret, struct error *error) MUST_CHECK; /* creates 0644 or appends; known keys are kept */
void cassette_close(struct cassette *cassette);
size_t cassette_count(const struct cassette *cassette);

struct cassette_entry {
	struct hash key;
	const char *case_id, *variant, *model, *api, *path;
	int repeat;
	struct text request; /* JSON body */
	int status;
	struct text response;
	int64_t latency, first_byte;
};
/* Texts in the arena. *found false: not on the cassette. */
bool cassette_find(struct cassette *cassette, const struct hash *key, struct arena *arena, struct cassette_entry *ret, bool *found,
	struct error *error) MUST_CHECK;
bool cassette_add(
	struct cassette *cassette, const struct cassette_entry *entry, struct error *error) MUST_CHECK; /* one write(2) per line */
/* Why a key is missing: the entry of the same case, variant and repeat, and the first member of the body (JSON pointer, both values
 * cut) that differs. In the arena. */
const char *cassette_miss(struct cassette *cassette, const struct cassette_entry *wanted, struct arena *arena);

#endif
