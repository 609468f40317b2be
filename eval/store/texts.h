/* Bodies, once each. */
#ifndef LEVER_STORE_TEXTS_H
#define LEVER_STORE_TEXTS_H

#include "eval/store/store.h"

/* Puts the text where it is not there yet; *id is its row. "No text" (data NULL) gives id 0, to be stored as NULL. */
bool text_put(struct store *store, struct text body, long long *id, struct error *error) MUST_CHECK;
/* A copy in the arena; id 0 or absent gives "no text". */
bool text_get(struct store *store, long long id, struct arena *arena, struct text *ret, struct error *error) MUST_CHECK;

#endif
