/* Memory: allocation that never fails, and arenas.
 * Out of memory ends the program (after the terminal was restored, see memory_on_death): callers never check.
 * An arena owns all that was taken from it; arena_free releases everything at once. Arenas are not thread-safe. */
#ifndef LEVER_BASE_MEMORY_H
#define LEVER_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define CLEANUP(function) __attribute__((cleanup(function)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define MUST_CHECK __attribute__((warn_unused_result))

/* Zeroed memory of `size` bytes, at least one. Free with free(). */
void *memory_take(size_t size);
/* realloc that never fails; new bytes are not zeroed. */
void *memory_resize(void *memory, size_t size);
/* `count` items of `size` bytes; aborts when the product overflows. */
void *memory_grow(void *memory, size_t count, size_t size);
char *string_copy(const char *string);
char *string_format(const char *format, ...) PRINTF(1, 2);
/* free() through a pointer to the pointer, for CLEANUP(memory_release) char *x. */
void memory_release(void *pointer_to_pointer);

/* Called once before the program dies of a broken invariant or of lack of memory: restores the terminal. */
void memory_on_death(void (*restore)(void));
/* A broken invariant: prints where, restores the terminal, aborts. */
_Noreturn void bug(const char *file, int line, const char *format, ...) PRINTF(3, 4);
#define BUG(...) bug(__FILE__, __LINE__, __VA_ARGS__)

struct arena;
struct arena *arena_create(void);
void arena_free(struct arena *arena);	  /* accepts NULL */
void arena_release(struct arena **arena); /* for CLEANUP */
/* Forgets everything taken from the arena and keeps one block for reuse. */
void arena_reset(struct arena *arena);
void *arena_take(struct arena *arena, size_t size); /* zeroed, aligned for any type */
/* A copy of `length` bytes with a NUL behind it. */
char *arena_copy(struct arena *arena, const void *data, size_t length);
char *arena_string(struct arena *arena, const char *string); /* NULL stays NULL */
char *arena_format(struct arena *arena, const char *format, ...) PRINTF(2, 3);
/* A larger copy of an array that lives in the arena: for lists that grow by doubling. */
void *arena_grow(struct arena *arena, const void *old, size_t old_size, size_t new_size);

/* A list that grows in the arena: room for one more `size`-byte item, zeroed. */
void *list_more(struct arena *arena, void *items, size_t *count, size_t *room, size_t size);
#define LIST_MORE(arena, items, count, room)                                                                                       \
	((items) = list_more((arena), (items), &(count), &(room), sizeof *(items)), &(items)[(count)-1])

#endif
