#include "eval/base/hash.h"
#include "eval/base/random.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

void hasher_start(struct hasher *hasher)
{
	sha256_init(&hasher->state);
}

void hasher_add(struct hasher *hasher, const void *data, size_t length)
{
	sha256_update(&hasher->state, length, data);
}

void hasher_add_part(struct hasher *hasher, struct text part)
{
	uint8_t size[9];
	uint64_t length = part.length;
	for (int i = 0; i < 8; i++)
		size[i] = (uint8_t)(length >> (8 * i));
	size[8] = part.data ? 1 : 0;
	hasher_add(hasher, size, sizeof size);
	if (part.length)
		hasher_add(hasher, part.data, part.length);
}

void hasher_add_string(struct hasher *hasher, const char *string)
{
	hasher_add_part(hasher, text_of(string));
}

struct hash hasher_end(struct hasher *hasher)
{
	struct hash hash;
	sha256_digest(&hasher->state, sizeof hash.bytes, hash.bytes);
	return hash;
}

struct hash hash_of(struct text text)
{
	struct hasher hasher;
	hasher_start(&hasher);
	if (text.length)
		hasher_add(&hasher, text.data, text.length);
	return hasher_end(&hasher);
}

struct hash hash_of_body(struct text text)
{
	struct hash hash;
	if (sodium_init() < 0) /* picks the code for this processor */
		BUG("libsodium does not start");
	crypto_generichash(hash.bytes, sizeof hash.bytes, (const unsigned char *)text.data, text.length, NULL, 0);
	return hash;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

void hash_hex(const struct hash *hash, char hex[HASH_HEX])
{
	sodium_bin2hex(hex, HASH_HEX, hash->bytes, HASH_SIZE);
}

bool hash_from_hex(struct text hex, struct hash *hash)
{
	size_t length;
	return hex.length == HASH_HEX - 1 &&
	       sodium_hex2bin(hash->bytes, HASH_SIZE, hex.data, hex.length, NULL, &length, NULL) == 0 && length == HASH_SIZE;
}

bool hash_of_file(const char *path, struct hash *hash)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	struct hasher hasher;
	hasher_start(&hasher);
	static char block[65536];
	ssize_t got;
	while ((got = read(file, block, sizeof block)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		hasher_add(&hasher, block, (size_t)got);
	}
	int reason = errno;
	close(file);
	errno = reason;
	*hash = hasher_end(&hasher);
	return got == 0;
}

/* Tests pin the numbers with LEVER_SEED; everybody else gets true randomness. */
static bool uid_pinned(struct uid *uid)
{
	static struct random random;
	static int pinned = -1;
	if (pinned < 0) {
		const char *seed = getenv("LEVER_SEED");
		pinned = seed && *seed;
		if (pinned)
			random_seed(&random, strtoull(seed, NULL, 10));
	}
	if (!pinned)
		return false;
	for (int i = 0; i < 16; i++)
		uid->bytes[i] = (uint8_t)random_next(&random);
	return true;
}

struct uid uid_make(void)
{
	struct uid uid;
	if (uid_pinned(&uid))
		return uid;
	/* Drawn in stocks: a system call for each would show in a run of 100,000 calls. */
	static uint8_t stock[4096];
	static size_t left;
	if (sodium_init() < 0)
		BUG("libsodium does not start");
	if (left < sizeof uid.bytes) {
		randombytes_buf(stock, sizeof stock);
		left = sizeof stock;
	}
	left -= sizeof uid.bytes;
	memcpy(uid.bytes, stock + left, sizeof uid.bytes);
	return uid;
}
