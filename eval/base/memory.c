#include "eval/base/memory.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*death_hook)(void);

void memory_on_death(void (*restore)(void))
{
	death_hook = restore;
}

static _Noreturn void die(const char *message)
{
	if (death_hook)
		death_hook();
	fputs(message, stderr);
	abort();
}

_Noreturn void bug(const char *file, int line, const char *format, ...)
{
	char message[512], where[768];
	va_list list;
	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	snprintf(where, sizeof where, "lever: broken invariant at %s:%d: %s\n", file, line, message);
	die(where);
}

void *memory_take(size_t size)
{
	void *memory = calloc(1, size ? size : 1);
	if (!memory)
		die("lever: out of memory\n");
	return memory;
}

void *memory_resize(void *memory, size_t size)
{
	void *moved = realloc(memory, size ? size : 1);
	if (!moved)
		die("lever: out of memory\n");
	return moved;
}

void *memory_grow(void *memory, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		die("lever: out of memory (size overflow)\n");
	return memory_resize(memory, bytes);
}

char *string_copy(const char *string)
{
	size_t size = strlen(string) + 1;
	return memcpy(memory_take(size), string, size);
}

char *string_format(const char *format, ...)
{
	char *string = NULL;
	va_list list;
	va_start(list, format);
	int length = vasprintf(&string, format, list);
	va_end(list);
	if (length < 0)
		die("lever: out of memory\n");
	return string;
}

void memory_release(void *pointer_to_pointer)
{
	void **pointer = pointer_to_pointer;
	free(*pointer);
	*pointer = NULL;
}

/* ---- arenas: a chain of blocks; the newest is filled from the front ------------------------------------------------------- */

#define ARENA_BLOCK ((size_t)8192)
#define ARENA_ALIGN (_Alignof(max_align_t))

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	max_align_t data[];
};

struct arena {
	struct arena_block *blocks;
};

struct arena *arena_create(void)
{
	return memory_take(sizeof(struct arena));
}

static void blocks_free(struct arena_block *block)
{
	while (block) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	blocks_free(arena->blocks);
	free(arena);
}

void arena_release(struct arena **arena)
{
	arena_free(*arena);
	*arena = NULL;
}

void arena_reset(struct arena *arena)
{
	struct arena_block *keep = arena->blocks;
	if (!keep)
		return;
	blocks_free(keep->next);
	keep->next = NULL;
	if (keep->size > 8 * ARENA_BLOCK) {
		free(keep);
		arena->blocks = NULL;
		return;
	}
	keep->used = 0;
}

static struct arena_block *block_add(struct arena *arena, size_t size)
{
	size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
	if (room > SIZE_MAX / 2)
		die("lever: out of memory\n");
	struct arena_block *block = malloc(sizeof *block + room);
	if (!block)
		die("lever: out of memory\n");
	block->size = room;
	block->used = 0;
	/* A block made for one big piece goes behind the current one, whose room is still of use. */
	if (size > ARENA_BLOCK / 2 && arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static void *arena_raw(struct arena *arena, size_t size)
{
	size_t rounded = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
	if (rounded < size)
		die("lever: out of memory\n");
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < rounded)
		block = block_add(arena, rounded);
	void *memory = (char *)block->data + block->used;
	block->used += rounded;
	return memory;
}

void *arena_take(struct arena *arena, size_t size)
{
	return memset(arena_raw(arena, size ? size : 1), 0, size);
}

char *arena_copy(struct arena *arena, const void *data, size_t length)
{
	char *copy = arena_raw(arena, length + 1);
	if (length)
		memcpy(copy, data, length);
	copy[length] = '\0';
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return string ? arena_copy(arena, string, strlen(string)) : NULL;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	char few[256]; /* most fit, and are formatted once */
	int length = vsnprintf(few, sizeof few, format, list);
	va_end(list);
	if (length < 0)
		BUG("format \"%s\"", format);
	char *string = arena_raw(arena, (size_t)length + 1);
	if ((size_t)length < sizeof few)
		memcpy(string, few, (size_t)length + 1);
	else
		vsnprintf(string, (size_t)length + 1, format, again);
	va_end(again);
	return string;
}

void *arena_grow(struct arena *arena, const void *old, size_t old_size, size_t new_size)
{
	char *grown = arena_take(arena, new_size);
	if (old_size)
		memcpy(grown, old, old_size);
	return grown;
}

void *list_more(struct arena *arena, void *items, size_t *count, size_t *room, size_t size)
{
	if (*count == *room) {
		size_t wanted = *room ? 2 * *room : 8;
		items = arena_grow(arena, items, *count * size, wanted * size);
		*room = wanted;
	}
	++*count;
	return items;
}
