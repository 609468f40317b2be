/* No key stands in what is kept of an answer: its body is cleaned before it is read, and what was read once more, as texts are
 * joined and decoded in between. Where a key stood the body stored is as received but for it; a stream loses the other pieces, and
 * log-probabilities what they tell of the answer in bytes and other words. */
#ifndef LEVER_MODEL_CLEAN_H
#define LEVER_MODEL_CLEAN_H

#include "eval/base/secret.h"
#include "eval/model/api.h"

/* The body, or a copy in the arena without the keys that stood in it. */
struct text body_clean(struct arena *arena, struct text body, enum secret_view view);
/* Takes keys out of every text of a reply but the body. True when one stood there. */
bool reply_clean(struct arena *arena, struct reply *reply);

#endif
