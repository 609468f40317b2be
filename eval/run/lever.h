/* Levers: what a variant pulls against its parent. One file each: eval/run/lever_NAME.c defines `const struct lever_type
 * lever_NAME`. */
#ifndef LEVER_RUN_LEVER_H
#define LEVER_RUN_LEVER_H

#include "eval/base/error.h"

struct variant;
struct lever_type {
	const char *name, *summary, *help;
	int order;							   /* on the escalation path: prompt first */
	bool (*check)(const struct variant *variant, struct error *error); /* what the lever needs is there; may be NULL */
};
extern const struct lever_type *const lever_types[]; /* generated; ends with NULL */
const struct lever_type *lever_find(const char *name);

#endif
