/* Mappings: which member of a row is what.
 * A path is dotted or a JSON pointer (json_at); `*` in it collects from every item of a list (answers.*.text). A path with `?`
 * behind it may be absent in a row (`expected: answer?`); a member whose name ends with `?` is still found by its full name. `.` is
 * the row itself.
 * `~` (null) as a path: not taken, not even by its own name. {value: x}: the same text for every row (tags, cluster, user, vars).
 */
#ifndef LEVER_DATASETS_MAPPING_H
#define LEVER_DATASETS_MAPPING_H

#include "datasets/dataset.h"

#define MAPPING_LABEL_LIMIT 1024 /* bytes of an id, tag, cluster, user, group or passage id */

/* One var: from a path, or the same for every row. */
struct mapped_var {
	const char *name, *path; /* path NULL: `value` */
	const struct yaml *value;
};

/* `map:` of cases and examples. Members that are not mapped are taken by their own names where a row has them (id, vars, expected,
 * tags, cluster, gold, messages, user, groups, metadata, scorers), and every other member of the row, unless a path of the mapping
 * leads into it, is a var. With `vars:` only those named are vars: {question: q.text} or a list of names. */
struct case_mapping {
	const char *id, *expected, *tags, *cluster, *gold, *messages, *user, *groups, *metadata,
		*scorers;					    /* paths; NULL: not mapped; "~": never */
	const struct yaml *tags_value, *cluster_value, *user_value; /* {value: x}; NULL: none */
	const struct yaml *vars;				    /* as written; NULL: default rule */
	const struct mapped_var *var_list;			    /* of `vars`; NULL: default rule */
	size_t var_count;
	const char *const *tag_list; /* constant tags added to every row of this source; NULL-terminated or NULL */
	bool defaults;		     /* no map given */
};
extern const struct field case_mapping_fields[]; /* keys and help; offsets into a private struct */
/* `map` may be NULL. All strings and nodes are borrowed from the reader's arena or from `map`. */
bool case_mapping_read(const struct field_reader *reader, const struct yaml *map, struct case_mapping *ret);
void case_mapping_write(const struct case_mapping *mapping, struct hasher *hasher); /* part of source hashes */

/* Fills a case_row from a row; every text lives in the arena; JSON texts are canonical. Neither `position` nor rows of the store
 * are set. id: text, or a whole number written as text; else the row's key; else "c-" and 12 hex digits of the input hash (never of
 * the expected answer). expected: a list stays a list of accepted answers, anything else becomes a list of one; null, [] and an
 * empty cell are "none". tags, groups: text or a list of texts, each once. gold: the same, and whole numbers. scorers: a list, or
 * one. Cells (CSV): an empty cell is absent, but for vars; for expected, gold, scorers, tags and groups one that starts with `[`
 * and is a JSON list is that list; tags and groups are otherwise split at `;`, or at `,` where there is no `;`. metadata and
 * messages may be JSON in a cell. Errors (ERROR_DATA with file and line): neither vars nor messages, a number or object where text
 * is expected, a mapped path that is absent in the row (named with a near match among the row's keys), messages that are no turns.
 */
bool case_from_row(const struct case_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena,
	struct case_row *ret, struct error *error) MUST_CHECK;

/* `map:` of recorded outputs. Unmapped members are taken by their own names. */
struct recorded_mapping {
	const char *id, *repeat, *output, *reasoning, *verdict, *input_tokens, *cached_tokens, *reasoning_tokens, *output_tokens,
		*cost /* USD */, *latency_ms, *passages, *labels, *finish, *error; /* paths; NULL: not mapped; "~": never */
	const char *latency_s, *cache_written_tokens;
	const struct mapped_var *var_list; /* `vars:` as in the map of the cases: finds the case by content where rows have no id */
	size_t var_count;
	const struct yaml *verdicts; /* what the words of the verdicts mean, as checked by recorded_verdicts_check; NULL: as usual */
	bool inherited; /* the vars are those of the cases, not said here: an id or a key of the row comes first */
};
extern const struct field recorded_mapping_fields[];
bool recorded_mapping_read(const struct field_reader *reader, const struct yaml *map, struct recorded_mapping *ret);
/* {word: pass, fail, refused or a number from 0 to 1}: tells what is wrong with it. */
bool recorded_verdicts_check(const struct field_reader *reader, const struct yaml *verdicts);
void recorded_mapping_write(const struct recorded_mapping *mapping, struct hasher *hasher);
/* Which case and which repeat (from 1; 1 where not mapped) a row answers. The id: as mapped; else the content id of the vars where
 * these are mapped; else the member `id`, else the row's key. A row with none of them is an error. In the arena. */
bool recorded_key_from_row(const struct recorded_mapping *mapping, const struct dataset_row *row, const char *file,
	struct arena *arena, const char **case_id, int *repeat, struct error *error) MUST_CHECK;
/* The normal form of a recorded output, canonical JSON in the arena; members that are unknown are absent:
 *   {"output":text,"reasoning":text,"verdict":true|false|number in
 * [0,1]|"refused","usage":{"input_tokens","cached_tokens","cache_written_tokens",
 *    "reasoning_tokens","output_tokens"},"cost":USD,"latency_us":integer,"passages":[text or object],"labels":[text],"finish":text,"error":text}
 * With `verdicts` only its words are verdicts. An output without a verdict, where one is mapped and not as optional, is an error.
 * An output that is no text is written as one (numbers as such, lists and objects as JSON). A row needs an output or an error.
 * Verdicts may be true/false, 1/0, numbers in [0,1], "pass"/"fail", "passed"/"failed", "correct"/"incorrect", "yes"/"no",
 * "true"/"false" (case ignored); a refusal verdict "refused" is kept as such. In cells numbers may be written as text. */
bool recorded_from_row(const struct recorded_mapping *mapping, const struct dataset_row *row, const char *file, struct arena *arena,
	struct text *body, struct error *error) MUST_CHECK;

#endif
