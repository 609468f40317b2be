/* Time. Durations and moments are microseconds in int64_t. */
#ifndef LEVER_BASE_CLOCK_H
#define LEVER_BASE_CLOCK_H

#include "eval/base/memory.h"
#include <stdint.h>

int64_t clock_monotonic(void);
/* Since 1970 UTC; fixed by LEVER_NOW (ISO 8601) in tests. */
int64_t clock_wall(void);
#define CLOCK_ISO 32
/* "2026-11-23T07:01:02Z" */
void clock_iso(int64_t wall, char out[CLOCK_ISO]);

#endif
