/* Paths into rows and documents: as json_at reads them, and with `*` for every item of a list or member of an object. */
#ifndef LEVER_DATASETS_PATH_H
#define LEVER_DATASETS_PATH_H

#include "eval/base/json.h"

struct path_step {
	char name[256]; /* longer names are cut */
	bool every;	/* `*`; a member that is called * is ["*"] */
	long index;	/* the name as the position in a list; -1 when it is none */
};

/* True when nothing is left to walk: NULL, "" and ".". */
bool path_ends(const char *path);
/* The first step of a path that has not ended; *path moves behind it. */
void path_next(const char **path, struct path_step *step);
/* The value at `path`: where the path has a `*`, the list of all that is found (lists of lists are joined). New reference; NULL
 * where there is nothing. */
json_t *path_value(const json_t *value, const char *path);

#endif
