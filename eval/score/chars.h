/* Classes of characters, and text looked at by words. Classes are Unicode's general categories (utf8proc). */
#ifndef LEVER_SCORE_CHARS_H
#define LEVER_SCORE_CHARS_H

#include "eval/base/text.h"
#include <stdint.h>

bool char_is_word(uint32_t code);	 /* letters, numbers, _ ; as \w of Python's re */
bool char_is_space(uint32_t code);	 /* as Python's str.isspace */
bool char_is_punctuation(uint32_t code); /* categories P* and the ASCII symbols $+<=>^`|~ */

/* The next code point at *at, which moves on; an invalid byte counts as U+FFFD. False at the end. */
bool char_next(struct text text, size_t *at, uint32_t *code);
/* The code point that ends before `at` (at > 0). */
uint32_t char_before(struct text text, size_t at);

/* Offset of `part` at or after `from` where neither end cuts through a word; -1 when there is none. The empty part is never found.
 */
long word_find(struct text text, struct text part, size_t from);
/* Runs of anything but white space. */
size_t words_count(struct text text);
/* Case folded, white space and the joints - and _ made single spaces, punctuation and white space at both ends dropped. In the
 * arena. */
struct text words_normal(struct arena *arena, struct text text);
/* Without punctuation. In the arena. */
struct text punctuation_drop(struct arena *arena, struct text text);

#endif
