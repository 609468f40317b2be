#include "eval/base/nearest.h"
#include <string.h>

/* Longer words are typed by machines; comparing them would only cost time. */
#define WORD_LIMIT 64

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte;
}

static int smallest(int a, int b, int c)
{
	int least = a < b ? a : b;
	return least < c ? least : c;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each. */
static int word_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int rows[3][WORD_LIMIT + 1];
	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= a_length; i++) {
		int *before = rows[(i + 1) % 3], *last = rows[(i - 1) % 3], *row = rows[i % 3];
		row[0] = (int)i;
		for (size_t j = 1; j <= b_length; j++) {
			bool same = lower(a[i - 1]) == lower(b[j - 1]);
			row[j] = smallest(row[j - 1] + 1, last[j] + 1, last[j - 1] + !same);
			bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
			if (swapped && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[a_length % 3][b_length];
}

static int distance_allowed(size_t longer)
{
	int third = (int)(longer / 3);
	return third < 1 ? 1 : third > 3 ? 3 : third;
}

/* The distance, or -1 when the two are not near. A word that shares nothing is never near. */
static int near_distance(const char *word, size_t length, const char *candidate)
{
	size_t other = strnlen(candidate, WORD_LIMIT + 1);
	if (other > WORD_LIMIT || other == 0)
		return -1;
	size_t longer = length > other ? length : other, shorter = length > other ? other : length;
	int allowed = distance_allowed(longer);
	if (longer - shorter > (size_t)allowed)
		return -1;
	int distance = word_distance(word, length, candidate, other);
	return distance <= allowed && (size_t)distance < longer ? distance : -1;
}

const char *nearest_match(const char *word, const char *const *candidates, size_t count)
{
	size_t length = strnlen(word, WORD_LIMIT + 1);
	if (length > WORD_LIMIT || length == 0)
		return NULL;
	const char *best = NULL;
	int best_distance = 0;
	for (size_t i = 0; i < count; i++) {
		int distance = near_distance(word, length, candidates[i]);
		if (distance >= 0 && (!best || distance < best_distance)) {
			best = candidates[i];
			best_distance = distance;
		}
	}
	return best;
}

const char *nearest_hint(struct arena *arena, const char *word, const char *const *candidates, size_t count)
{
	const char *match = nearest_match(word, candidates, count);
	return match ? arena_format(arena, ", did you mean `%s`?", match) : "";
}
