/* Extractors: take the answer out of an output by rule. Used by variants (`extract:`, chain of thought) and by scorers. */
#ifndef LEVER_SCORE_EXTRACTOR_H
#define LEVER_SCORE_EXTRACTOR_H

#include "eval/base/field.h"

struct extractor_type {
	const char *name, *summary, *help; /* "regex", one line, a paragraph with an example */
	const struct field *fields; /* of the config struct; the field named like the type is its main one: `{regex: "..."}` */
	size_t config_size;
	/* Compiles what is needed into the arena. May be NULL. Errors carry positions from `map`. */
	bool (*prepare)(void *config, struct arena *arena, struct error *error);
	/* The answer, borrowed from the output or in the arena; "no text" when there is none. Deterministic. */
	struct text (*extract)(const void *config, struct arena *arena, struct text output);
	void (*done)(void *config); /* may be NULL: frees what prepare took outside the arena */
};
extern const struct extractor_type *const extractor_types[]; /* generated; ends with NULL */

struct extractor; /* one prepared */
/* Reads `extract: last-number` or `extract: {regex: "...", group: 1}` or `extract: {type: regex, ...}` or a list (tried in order,
 * first that finds). */
struct extractor *extractor_read(const struct field_reader *reader, const struct yaml *node);
struct text extractor_apply(const struct extractor *extractor, struct arena *arena, struct text output);
/* Canonical JSON of what was configured: part of hashes. New reference. */
json_t *extractor_definition(const struct extractor *extractor);
void extractor_done(struct extractor *extractor); /* accepts NULL */

#endif
