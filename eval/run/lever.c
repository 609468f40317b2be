#include "eval/run/lever.h"
#include <string.h>

const struct lever_type *lever_find(const char *name)
{
	for (const struct lever_type *const *lever = lever_types; *lever; lever++)
		if (strcmp((*lever)->name, name) == 0)
			return *lever;
	return NULL;
}
