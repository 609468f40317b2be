/* YAML read with libyaml into a tree that keeps every position, for messages that point at the place.
 * Scalars: quoted ones are strings; plain ones are typed only for true/false, null/~/empty and decimal numbers, so `no`, `010` and
 * `2024-01-01` stay strings. Duplicate keys, unknown anchors, alias bombs (more than YAML_NODES nodes after expansion), tags other
 * than the core ones, several documents and depth over 100 are errors. Merge keys (<<) are not supported and said so. */
#ifndef LEVER_BASE_YAML_H
#define LEVER_BASE_YAML_H

#include "eval/base/error.h"
#include "eval/base/json.h"

#define YAML_NODES 1000000

enum yaml_kind { YAML_NULL, YAML_BOOL, YAML_NUMBER, YAML_STRING, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_kind kind;
	struct text text;    /* scalars: as written (quotes resolved) */
	bool truth;	     /* YAML_BOOL */
	double number;	     /* YAML_NUMBER */
	struct yaml **items; /* YAML_LIST: items; YAML_MAP: values */
	struct yaml **keys;  /* YAML_MAP: keys, all YAML_STRING-like scalars (text) */
	size_t count;
	long line, column; /* from 1 */
};

/* The whole tree lives in the arena. NULL after errors, which were added to the list; an empty document is a YAML_NULL node. */
struct yaml *yaml_parse(struct arena *arena, struct text source, const char *file, struct error_list *errors);
/* The value of a key; NULL where absent or `map` is no map (or NULL). */
struct yaml *yaml_get(const struct yaml *map, const char *key);
/* The same value as JSON; integers stay integers. New reference. */
json_t *yaml_json(const struct yaml *node);
/* A tree from JSON, positions 0 but for the given line: lets one reader serve both. In the arena. */
struct yaml *yaml_from_json(struct arena *arena, const json_t *value, long line);
/* Where a text stands in its file: its first line, and what to add to a column within it. A vague one (a folded or escaped scalar)
 * knows only where the scalar begins. */
struct text_place {
	long line, column;
	bool vague;
};
struct text_place scalar_place(struct text source, const struct yaml *node);
/* Moves an error of the text's template to the file's own place. */
void text_place_apply(const struct text_place *place, struct error *error);
const char *yaml_kind_name(const struct yaml *node); /* "a list", "a number", … for messages */

#endif
