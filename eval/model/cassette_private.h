/* Shared by cassette.c, cassette_index.c and cassette_miss.c. */
#ifndef LEVER_MODEL_CASSETTE_PRIVATE_H
#define LEVER_MODEL_CASSETTE_PRIVATE_H

#include "eval/model/cassette.h"
#include <sys/types.h>

#define CASSETTE_LINE_LIMIT ((size_t)1 << 28)

struct cassette_place {
	struct hash key;
	uint64_t subject; /* of case, variant and repeat; 0 until cassette_miss needs it */
	off_t offset;
	size_t length; /* without the line end; 0: free slot */
};
/* Open addressing, at most half full. */
struct cassette {
	char *path;
	int fd;
	bool writable;
	struct cassette_place *places;
	size_t room, count;
	off_t end; /* behind the last good line */
	bool missing_newline;
	bool subjects_known;
	char note[200];
};

struct cassette_place *place_find(const struct cassette *cassette, const struct hash *key); /* NULL: not there */
void place_add(struct cassette *cassette, const struct cassette_place *place);
/* Reads all lines of the file; the note says what was left out. */
bool cassette_index(struct cassette *cassette, struct error *error) MUST_CHECK;
/* The bytes of an entry, NUL behind them, in the arena. */
bool place_read(const struct cassette *cassette, const struct cassette_place *place, struct arena *arena, struct text *line,
	struct error *error) MUST_CHECK;
/* A line taken apart; false when it is no entry. Texts in the arena. */
bool entry_read(struct text line, struct arena *arena, struct cassette_entry *ret);

#endif
