/* UTF-8: decoding, validity, repair. Everything that enters from outside passes one of these. */
#ifndef LEVER_BASE_UTF8_H
#define LEVER_BASE_UTF8_H

#include "eval/base/buffer.h"
#include <stdint.h>

/* Decodes one code point at `data` (length > 0 bytes left). Answers its bytes (1-4) and sets *code; an invalid, overlong or
 * surrogate sequence answers 0 and leaves *code alone: skip one byte. */
int utf8_decode(const char *data, size_t length, uint32_t *code);
/* Writes a code point; answers the bytes written (1-4), 0 when it is not a scalar value. */
int utf8_encode(uint32_t code, char out[4]);
/* Offset of the first invalid byte, or -1 when all is valid. */
long utf8_invalid_at(struct text text);
/* Appends `text` with every invalid byte replaced by U+FFFD. */
void utf8_repair(struct text text, struct buffer *out);
/* Number of code points (invalid bytes count as one each). */
size_t utf8_count(struct text text);
/* Where a byte stands for a person: line and column from 1, the column in code points. An offset past the end means the end. */
void utf8_place(struct text text, size_t offset, long *line, long *column);

#endif
