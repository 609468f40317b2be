/* SHA-256 (nettle, which uses the processor's own instructions where it has them), BLAKE2b (libsodium) and random 128-bit identifiers. */
#ifndef LEVER_BASE_HASH_H
#define LEVER_BASE_HASH_H

#include "eval/base/text.h"
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdint.h>

#define HASH_SIZE 32
struct hash {
	uint8_t bytes[HASH_SIZE];
};
struct hasher {
	struct sha256_ctx state;
};

void hasher_start(struct hasher *hasher);
void hasher_add(struct hasher *hasher, const void *data, size_t length);
/* Adds the length first, so that ("ab","c") and ("a","bc") differ. */
void hasher_add_part(struct hasher *hasher, struct text part);
void hasher_add_string(struct hasher *hasher, const char *string); /* as a part; NULL differs from "" */
struct hash hasher_end(struct hasher *hasher);
struct hash hash_of(struct text text);
/* BLAKE2b of 256 bits, three times as fast: for bodies, which are found again by it. Nothing that leaves the database has it. */
struct hash hash_of_body(struct text text);
bool hash_equal(const struct hash *a, const struct hash *b);
#define HASH_HEX (2 * HASH_SIZE + 1)
void hash_hex(const struct hash *hash, char hex[HASH_HEX]);
bool hash_from_hex(struct text hex, struct hash *hash);
/* SHA-256 of a file's bytes; false sets errno. */
bool hash_of_file(const char *path, struct hash *hash);

struct uid {
	uint8_t bytes[16];
};
struct uid uid_make(void); /* random; from LEVER_SEED in tests, so that output is the same every time */

#endif
