#include "eval/base/utf8.h"
#include "eval/retrieve/retrieve_private.h"
#include <stdlib.h>

/* The slugs given so far, open addressing; `next` is the number the next heading of that slug is tried with. */
struct slug {
	char *text;
	unsigned next;
};
struct slugs {
	struct slug *items;
	size_t count, slots;
};

struct slugs *slugs_create(void)
{
	struct slugs *slugs = memory_take(sizeof *slugs);
	slugs->slots = 64;
	slugs->items = memory_take(slugs->slots * sizeof *slugs->items);
	return slugs;
}

void slugs_release(struct slugs **slugs)
{
	if (!*slugs)
		return;
	for (size_t i = 0; i < (*slugs)->slots; i++)
		free((*slugs)->items[i].text);
	free((*slugs)->items);
	free(*slugs);
	*slugs = NULL;
}

static struct slug *slug_slot(struct slug *items, size_t slots, const char *text)
{
	size_t place = 5381;
	for (const char *at = text; *at; at++)
		place = place * 33 + (unsigned char)*at;
	for (;; place++) {
		struct slug *slug = &items[place & (slots - 1)];
		if (!slug->text || strcmp(slug->text, text) == 0)
			return slug;
	}
}

static void slugs_enlarge(struct slugs *slugs)
{
	size_t slots = 2 * slugs->slots;
	struct slug *items = memory_take(slots * sizeof *items);
	for (size_t i = 0; i < slugs->slots; i++)
		if (slugs->items[i].text)
			*slug_slot(items, slots, slugs->items[i].text) = slugs->items[i];
	free(slugs->items);
	slugs->items = items;
	slugs->slots = slots;
}

static void slug_remember(struct slugs *slugs, const char *text)
{
	if (2 * slugs->count >= slugs->slots)
		slugs_enlarge(slugs);
	*slug_slot(slugs->items, slugs->slots, text) = (struct slug){string_copy(text), 2};
	slugs->count++;
}

static void slug_write(struct text heading, struct buffer *slug)
{
	for (size_t at = 0; at < heading.length;) {
		uint32_t code;
		int length = utf8_decode(heading.data + at, heading.length - at, &code);
		bool kept = length > 0 &&
			    (code_is_word(code) || (code_is_mark(code) && slug->length && slug->data[slug->length - 1] != '-'));
		if (kept)
			code_add_lower(code, slug);
		else if (slug->length && slug->data[slug->length - 1] != '-')
			buffer_add_byte(slug, '-');
		at += length > 0 ? (size_t)length : 1;
	}
	while (slug->length && slug->data[slug->length - 1] == '-')
		slug->length--;
	if (!slug->length)
		buffer_add_string(slug, "section");
	slug->data[slug->length] = '\0';
}

const char *slug_make(struct slugs *slugs, const char *heading, struct arena *arena)
{
	CLEANUP(buffer_release) struct buffer slug = BUFFER_EMPTY;
	slug_write(text_of(heading), &slug);
	const char *text = arena_string(arena, buffer_string(&slug));
	struct slug *first = slug_slot(slugs->items, slugs->slots, text);
	while (first->text && slug_slot(slugs->items, slugs->slots, text)->text)
		text = arena_format(arena, "%s-%u", buffer_string(&slug), first->next++);
	slug_remember(slugs, text);
	return text;
}
