/* Reasons: why a score is what it is, in one short line. */
#ifndef LEVER_SCORE_REASON_H
#define LEVER_SCORE_REASON_H

#include "eval/base/text.h"

#define REASON_LIMIT 300 /* bytes */

/* At most REASON_LIMIT bytes of valid UTF-8 without control characters; a longer one is cut at a character. In the arena. */
struct text reason_make(struct arena *arena, const char *format, ...) PRINTF(2, 3);
/* `text` in back quotes, its first 90 bytes and an ellipsis where it is longer; "nothing" when it is empty. In the arena. */
const char *reason_quote(struct arena *arena, struct text text);
/* The first accepted answer, quoted, and how many more there are. */
const char *reason_quote_any(struct arena *arena, const struct text *items, size_t count);

#endif
