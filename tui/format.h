/* What screens add to the numbers of reports/format.h. Strings in the arena. */
#ifndef LEVER_TUI_FORMAT_H
#define LEVER_TUI_FORMAT_H

#include "reports/format.h"
#include <stdint.h>

const char *format_short(struct arena *arena, long long count); /* 12345, 141k, 34.2M: at most five columns up to 999G */
const char *format_share(struct arena *arena, long long part, long long whole); /* "31.5%"; "-" of nothing */
/* Of what was measured, as the report counts it: errors are not passed, what has not been run counts neither way. */
struct tally;
struct proportion format_rate_of(const struct tally *tally);
const char *format_rate(struct arena *arena, const struct tally *tally);   /* "31.5%"; "-" of nothing */
const char *format_tokens(struct arena *arena, const struct tally *tally); /* of both kinds; "unknown" where no answer told any */
const char *format_time(struct arena *arena, int64_t microseconds);	   /* duration_format; -1 unknown */
const char *format_moment(struct arena *arena, int64_t wall);		   /* "2026-11-23 07:01", UTC */
/* A JSON list as "a | b". "no text" gives "". */
struct text format_list(struct arena *arena, struct text json);

#endif
