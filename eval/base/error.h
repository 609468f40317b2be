/* Errors: a function that can fail answers bool and fills `struct error *`, its last parameter, which may not be NULL.
 * Library code never prints. Out-parameters are set only on success. Messages are plain words without a final full stop;
 * they may quote hostile text, so whoever prints them cleans them. */
#ifndef LEVER_BASE_ERROR_H
#define LEVER_BASE_ERROR_H

#include "eval/base/memory.h"

/* The kind decides the exit status of the program. */
enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,	      /* exit 2: the command line */
	ERROR_CONFIG,	      /* exit 2: the project file and what it names */
	ERROR_DATA,	      /* exit 2: cases, examples, corpora, recorded outputs */
	ERROR_INCOMPLETE,     /* exit 3 */
	ERROR_NOT_COMPARABLE, /* exit 4 */
	ERROR_STORAGE,	      /* exit 5: database, disk */
	ERROR_INTERRUPTED,    /* exit 130 */
};

struct error {
	enum error_kind kind;
	char file[256];	   /* "" when no file is concerned; the tail of a longer path */
	long line, column; /* from 1; 0 when unknown */
	char message[1024];
};

/* Both answer false, so that a function can `return error_set(...)`. */
bool error_set(struct error *error, enum error_kind kind, const char *format, ...) PRINTF(3, 4);
bool error_at(struct error *error, enum error_kind kind, const char *file, long line, long column, const char *format, ...)
	PRINTF(6, 7);
/* Puts words in front of the message: "reading cases: ...". Answers false. */
bool error_prefix(struct error *error, const char *format, ...) PRINTF(2, 3);
int error_exit_status(const struct error *error);
/* "file:line:column: message" in the arena, with the parts that are known. */
const char *error_line(struct arena *arena, const struct error *error);

/* Many errors in one pass, in the order in which they were found; at most ERROR_LIST_LIMIT are kept, all are counted. */
#define ERROR_LIST_LIMIT 100
struct error_list {
	struct error *items;
	size_t count; /* kept */
	size_t found; /* in all */
};
#define ERROR_LIST_EMPTY                                                                                                           \
	{                                                                                                                          \
		0                                                                                                                  \
	}
void error_list_add(struct error_list *list, const struct error *error);
bool error_list_at(struct error_list *list, enum error_kind kind, const char *file, long line, long column, const char *format, ...)
	PRINTF(6, 7); /* answers false */
void error_list_release(struct error_list *list);

#endif
