/* Mappings: which member of a row is what. Paths are dotted (json_at). A string that is no path of the row may be a constant: {value: x}. */
#ifndef LEVER_DATASETS_MAPPING_H
#define LEVER_DATASETS_MAPPING_H

#include "datasets/dataset.h"

/* `map:` of cases and examples. Without one, the members id, vars, expected, tags, cluster, gold, messages, user, groups, metadata and scorers are
 * taken by these names, and every other member of the row is a var. With `vars:` only those named are vars: {question: q.text} or a list of names. */
struct case_mapping {
	const char *id, *expected, *tags, *cluster, *gold, *messages, *user, *groups, *metadata, *scorers; /* paths; NULL: not mapped */
	const struct yaml *vars;    /* NULL: default rule */
	json_t *vars_map;           /* name -> path; NULL: default rule */
	const char *const *tag_list; /* constant tags added to every row of this source; NULL-terminated or NULL */
	bool defaults;              /* no map given */
};
bool case_mapping_read(const struct field_reader *reader, const struct yaml *map, struct case_mapping *ret);
void case_mapping_write(const struct case_mapping *mapping, struct hasher *hasher); /* part of source hashes */

/* Fills a case_row from a row; every text lives in the arena. `id` missing: "c-" and 12 hex digits of the input hash (never of the expected answer).
 * Errors (ERROR_DATA with file and line): no vars at all, a number or object where text is expected (id, cluster, user), tags that are no strings,
 * a mapped path that is absent in the row (named with a near match among the row's keys). */
bool case_from_row(const struct case_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena, struct case_row *ret,
	struct error *error) MUST_CHECK;

/* `map:` of recorded outputs. */
struct recorded_mapping {
	const char *id, *repeat, *output, *reasoning, *verdict, *input_tokens, *cached_tokens, *reasoning_tokens, *output_tokens, *cost /* USD */,
		*latency_ms, *passages, *labels, *finish, *error; /* paths; NULL: not mapped */
	const char *latency_s;
};
bool recorded_mapping_read(const struct field_reader *reader, const struct yaml *map, struct recorded_mapping *ret);
void recorded_mapping_write(const struct recorded_mapping *mapping, struct hasher *hasher);
/* The normal form of a recorded output, canonical JSON in the arena: {"output":…,"verdict":bool|number,"usage":{…},"cost":USD,"latency_us":…,"passages":[…],"labels":[…],"error":…}.
 * Verdicts may be true/false, 1/0, numbers in [0,1], "pass"/"fail", "correct"/"incorrect", "yes"/"no" (case ignored); a refusal verdict "refused" is kept as such. */
bool recorded_from_row(const struct recorded_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena, struct text *body,
	struct error *error) MUST_CHECK;

#endif
