/* Private to secrets: what is looked for. */
#ifndef LEVER_BASE_SECRET_PRIVATE_H
#define LEVER_BASE_SECRET_PRIVATE_H

#include "eval/base/secret.h"

/* Any key to look for? */
bool secret_any(void);
/* The first shape of a key at or behind `at`, the longest at one place; NULL when there is none. */
const char *secret_find(const char *at, const char *end, size_t *length, const char **variable);

#endif
