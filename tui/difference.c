#include "tui/difference.h"
#include <stdint.h>

#define NONE ((struct text){NULL, 0})

struct tokens {
	struct text *items;
	int count;
};

/* One token of the edit script. What is the same stands in both texts. */
struct step {
	enum difference_kind kind;
	struct text before, after;
};
struct steps {
	struct step *items;
	size_t count, room;
	struct arena *arena;
};

static bool is_blank(unsigned char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static bool is_word(unsigned char byte)
{
	return byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= 'a' && byte <= 'z');
}

static size_t token_length(struct text rest)
{
	unsigned char first = (unsigned char)rest.data[0];
	bool (*belongs)(unsigned char) = is_word(first) ? is_word : is_blank(first) ? is_blank : NULL;
	size_t length = 1;
	while (belongs && length < rest.length && belongs((unsigned char)rest.data[length]))
		length++;
	return length;
}

static struct tokens tokens_of(struct arena *arena, struct text text)
{
	struct tokens tokens = {arena_take(arena, (text.length + 1) * sizeof(struct text)), 0};
	for (size_t at = 0; at < text.length;) {
		struct text rest = text_make(text.data + at, text.length - at);
		size_t length = token_length(rest);
		tokens.items[tokens.count++] = text_make(rest.data, length);
		at += length;
	}
	return tokens;
}

static void step_add(struct steps *steps, enum difference_kind kind, struct text before, struct text after)
{
	if (steps->count == steps->room) {
		size_t room = steps->room ? steps->room * 2 : 64;
		steps->items =
			arena_grow(steps->arena, steps->items, steps->room * sizeof(*steps->items), room * sizeof(*steps->items));
		steps->room = room;
	}
	steps->items[steps->count++] = (struct step){kind, before, after};
}

/* The furthest reaching paths of every depth: trace[d] holds x for k = -d, -d+2, … d at [k + d]. Answers the depth, or -1 past the
 * limit. */
static int paths_find(struct arena *arena, struct tokens a, struct tokens b, int32_t **trace)
{
	for (int d = 0; d <= DIFFERENCE_DEPTH; d++) {
		int32_t *now = trace[d] = arena_take(arena, (size_t)(2 * d + 1) * sizeof(int32_t));
		const int32_t *last = d ? trace[d - 1] : NULL;
		for (int k = -d; k <= d; k += 2) {
			int x = 0;
			if (d > 0) {
				bool down = k == -d || (k != d && last[k - 1 + d - 1] < last[k + 1 + d - 1]);
				x = down ? last[k + 1 + d - 1] : last[k - 1 + d - 1] + 1;
			}
			int y = x - k;
			while (x < a.count && y < b.count && text_equal(a.items[x], b.items[y]))
				x++, y++;
			now[k + d] = x;
			if (x >= a.count && y >= b.count)
				return d;
		}
	}
	return -1;
}

/* Walks from the end to the beginning: steps come out backwards. */
static void paths_walk(struct tokens a, struct tokens b, int32_t *const *trace, int depth, struct steps *steps)
{
	int x = a.count, y = b.count;
	for (int d = depth; d > 0; d--) {
		const int32_t *last = trace[d - 1];
		int k = x - y;
		bool down = k == -d || (k != d && last[k - 1 + d - 1] < last[k + 1 + d - 1]);
		int from = down ? k + 1 : k - 1, start_x = last[from + d - 1], start_y = start_x - from;
		while (x > start_x + !down && y > start_y + down) {
			x--, y--;
			step_add(steps, DIFFERENCE_SAME, a.items[x], b.items[y]);
		}
		if (down)
			step_add(steps, DIFFERENCE_ADDED, NONE, b.items[--y]);
		else
			step_add(steps, DIFFERENCE_REMOVED, a.items[--x], NONE);
	}
	for (; y > 0; x--, y--)
		step_add(steps, DIFFERENCE_SAME, a.items[x - 1], b.items[y - 1]);
}

static void steps_turn(struct steps *steps)
{
	for (size_t i = 0, j = steps->count; i + 1 < j; i++) {
		struct step step = steps->items[i];
		steps->items[i] = steps->items[--j];
		steps->items[j] = step;
	}
}

static void middle_compare(struct arena *arena, struct tokens a, struct tokens b, struct steps *steps)
{
	int32_t **trace = arena_take(arena, (DIFFERENCE_DEPTH + 1) * sizeof(*trace));
	int depth = paths_find(arena, a, b, trace);
	if (depth >= 0) {
		paths_walk(a, b, trace, depth, steps);
		steps_turn(steps);
		return;
	}
	for (int i = 0; i < a.count; i++)
		step_add(steps, DIFFERENCE_REMOVED, a.items[i], NONE);
	for (int i = 0; i < b.count; i++)
		step_add(steps, DIFFERENCE_ADDED, NONE, b.items[i]);
}

static void steps_find(struct arena *arena, struct tokens a, struct tokens b, struct steps *steps)
{
	int head = 0, tail = 0;
	while (head < a.count && head < b.count && text_equal(a.items[head], b.items[head])) {
		step_add(steps, DIFFERENCE_SAME, a.items[head], b.items[head]);
		head++;
	}
	while (tail < a.count - head && tail < b.count - head &&
		text_equal(a.items[a.count - 1 - tail], b.items[b.count - 1 - tail]))
		tail++;
	struct steps middle = {.arena = arena};
	middle_compare(arena, (struct tokens){a.items + head, a.count - head - tail},
		(struct tokens){b.items + head, b.count - head - tail}, &middle);
	for (size_t i = 0; i < middle.count; i++)
		step_add(steps, middle.items[i].kind, middle.items[i].before, middle.items[i].after);
	for (; tail > 0; tail--)
		step_add(steps, DIFFERENCE_SAME, a.items[a.count - tail], b.items[b.count - tail]);
}

static bool same_blank(const struct step *step)
{
	return step->kind == DIFFERENCE_SAME && is_blank((unsigned char)step->after.data[0]);
}

/* The end of the change that begins at `from`: shared blanks belong to it when a change follows them. */
static size_t change_end(const struct steps *steps, size_t from)
{
	size_t end = from;
	for (size_t i = from; i < steps->count; i++) {
		if (steps->items[i].kind != DIFFERENCE_SAME)
			end = i + 1;
		else if (!same_blank(&steps->items[i]))
			break;
	}
	return end;
}

static void part_join(struct difference *out, enum difference_kind kind, struct text text)
{
	struct difference_part *last = out->count ? &out->parts[out->count - 1] : NULL;
	if (last && last->kind == kind && last->text.data + last->text.length == text.data)
		last->text.length += text.length;
	else
		out->parts[out->count++] = (struct difference_part){kind, text};
}

/* All of one side of a change; shared blanks stand on both. */
static void change_side(struct difference *out, const struct steps *steps, size_t from, size_t end, enum difference_kind kind)
{
	for (size_t i = from; i < end; i++) {
		const struct step *step = &steps->items[i];
		if (step->kind == kind || step->kind == DIFFERENCE_SAME)
			part_join(out, kind, kind == DIFFERENCE_REMOVED ? step->before : step->after);
	}
}

static void measure(struct difference *out, size_t all)
{
	size_t changed = 0;
	for (size_t i = 0; i < out->count; i++)
		if (out->parts[i].kind != DIFFERENCE_SAME)
			changed += out->parts[i].text.length;
	out->distance = all ? (double)changed / (double)all : 0;
}

static void parts_make(struct arena *arena, const struct steps *steps, struct difference *out)
{
	out->parts = arena_take(arena, (2 * steps->count + 2) * sizeof(*out->parts));
	for (size_t i = 0; i < steps->count;) {
		if (steps->items[i].kind == DIFFERENCE_SAME) {
			part_join(out, DIFFERENCE_SAME, steps->items[i++].after);
			continue;
		}
		size_t end = change_end(steps, i);
		change_side(out, steps, i, end, DIFFERENCE_REMOVED);
		change_side(out, steps, i, end, DIFFERENCE_ADDED);
		i = end;
	}
}

struct difference difference_of(struct arena *arena, struct text before, struct text after)
{
	struct steps steps = {.arena = arena};
	struct difference out = {0};
	if (before.length > DIFFERENCE_BYTES || after.length > DIFFERENCE_BYTES) {
		if (before.length)
			step_add(&steps, DIFFERENCE_REMOVED, before, NONE);
		if (after.length)
			step_add(&steps, DIFFERENCE_ADDED, NONE, after);
	} else {
		steps_find(arena, tokens_of(arena, before), tokens_of(arena, after), &steps);
	}
	parts_make(arena, &steps, &out);
	measure(&out, before.length + after.length);
	return out;
}
