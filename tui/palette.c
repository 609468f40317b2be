#include "tui/keys.h"
#include "tui/workbench.h"
#include <stdlib.h>

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

/* The letters in order, anywhere in the name: the more of them stand together and at the beginning, the better. 0: not in it. */
static int fuzzy(const char *name, const char *letters)
{
	int score = 1, together = 0;
	const char *at = name;
	for (; *letters; letters++) {
		if (*letters == ' ')
			continue;
		const char *start = at;
		while (*at && lower(*at) != lower(*letters))
			at++;
		if (!*at)
			return 0;
		together = at == start ? together + 1 : 0;
		score += 1 + 2 * together + (at == name ? 4 : 0) + (at > name && at[-1] == '-' ? 2 : 0);
		at++;
	}
	return score + (*at == '\0');
}

/* Where the name does not have the letters, the words of the help count, once enough was typed; behind what the name begins with
 * ("label-mis") they count as well. */
static int score_of(const struct action_words *words, const char *letters)
{
	int score = words->name ? 2 * fuzzy(words->name, letters) : 0;
	if (score || !words->name || strlen(letters) < 3)
		return score;
	const char *dash = strrchr(letters, '-');
	bool begins = dash && !strncmp(words->name, letters, (size_t)(dash - letters) + 1);
	return strcasestr(words->help, begins ? dash + 1 : letters) != NULL;
}

static int entry_order(const void *a, const void *b)
{
	const struct palette_entry *left = a, *right = b;
	if (left->score != right->score)
		return right->score - left->score;
	return left->order < right->order ? -1 : 1;
}

struct palette_entry *palette_entries(struct workbench *bench, struct arena *arena, size_t *count)
{
	const struct screen *screen = bench->top;
	const struct action *const tables[] = {screen->type->actions, common_actions};
	struct palette_entry *entries = arena_take(arena, 256 * sizeof *entries);
	size_t used = 0;
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct action *action = tables[i]; action && action->name && used < 256; action++) {
			struct action_words words = action_words_of(screen, action, arena);
			int score = score_of(&words, bench->input.text);
			bool hidden = action->flags & ACTION_HIDDEN || (i == 1 && action_hidden(screen->type, action));
			if (score && !hidden) {
				entries[used] = (struct palette_entry){
					.action = action, .words = words, .blocked = action_blocked(screen, action), .score = score,
					.order = used};
				used++;
			}
		}
	for (size_t i = 0; screen_types[i] && used < 256; i++) {
		struct action_words words = {screen_types[i]->name, screen_types[i]->summary};
		int score = score_of(&words, bench->input.text);
		if (score && screen_types[i]->order) {
			entries[used] = (struct palette_entry){.type = screen_types[i], .words = words, .score = score, .order = used};
			used++;
		}
	}
	if (bench->input.length)
		qsort(entries, used, sizeof *entries, entry_order);
	*count = used;
	return entries;
}

static void entry_draw(const struct palette_entry *entry, const struct canvas *canvas, int row, unsigned selected)
{
	const char *name = entry->words.name, *help = entry->words.help;
	const char *keys = entry->action ? entry->action->keys : "screen";
	unsigned style = entry->blocked ? STYLE_DIM : STYLE_PLAIN;
	canvas_fill(canvas, row, STYLE_PLAIN | selected);
	canvas_field(canvas, row, 1, 18, text_of(name), false, style | selected);
	canvas_field(canvas, row, 20, 9, text_of(keys), false, (entry->blocked ? STYLE_DIM : STYLE_KEY) | selected);
	canvas_print(canvas, row, 30, style | selected, "%s%s", entry->blocked ? "not now: " : "",
		entry->blocked ? entry->blocked : help);
}

void palette_draw(struct workbench *bench, const struct canvas *canvas)
{
	size_t count, height = canvas->height > 3 ? (size_t)canvas->height / 2 : 1;
	struct palette_entry *entries = palette_entries(bench, canvas->arena, &count);
	size_t shown = count < height ? count : height;
	size_t first = bench->palette_selected >= shown ? bench->palette_selected - shown + 1 : 0;
	struct canvas box = canvas_part(canvas, canvas->height - (int)shown - 1, 0, (int)shown + 1, canvas->width);
	canvas_clear(&box);
	for (int column = 0; column < box.width; column++)
		canvas_text(&box, 0, column, text_of(sign_of(SIGN_RULE)), STYLE_DIM);
	for (size_t i = 0; i < shown; i++)
		entry_draw(&entries[first + i], &box, (int)i + 1, first + i == bench->palette_selected ? STYLE_SELECTED : 0);
}
