#include "tui/keys.h"
#include "tui/workbench.h"
#include <stdlib.h>

void effects_apply(struct workbench *bench, unsigned effects)
{
	if (effects & EFFECT_QUIT) {
		workbench_quit(bench, 0);
		return;
	}
	if (effects & EFFECT_POP)
		screen_pop(bench);
	if (effects & EFFECT_REQUERY && bench->top)
		bench->top->stale = true;
	if (effects)
		workbench_dirty(bench);
}

/* Rows that stay from a database that is gone are not acted on. */
static bool acts_on_data(const struct screen *screen, const struct action *action)
{
	bool own = false;
	for (const struct action *at = screen->type->actions; at && at->name; at++)
		own |= at == action;
	return own && screen->type->load && !(action->flags & ACTION_DANGER) && action->run != run_action_watch;
}

const char *action_blocked(const struct screen *screen, const struct action *action)
{
	if (!screen->loaded && acts_on_data(screen, action))
		return screen->bench->store ? "nothing is read yet" : "there is no database";
	if (action->flags & ACTION_ROW && screen->type->has_row && !screen->type->has_row(screen))
		return "there is nothing selected";
	return action->blocked ? action->blocked(screen, action) : NULL;
}

void confirm_ask(struct workbench *bench, const struct action *action)
{
	const char *question = action->question ? action->question(bench->top, bench->frame) : action->help;
	if (!question)
		return;
	free(bench->question);
	bench->question = string_format("%s?", question);
	bench->asked = action;
	bench->prompt = PROMPT_CONFIRM;
}

static const char *action_name(const struct workbench *bench, const struct action *action)
{
	const char *name = action_words_of(bench->top, action, bench->frame).name;
	return name ? name : action->name;
}

/* The project may have been edited since: with it as it is now the action may be blocked. */
static void danger_ask(struct workbench *bench, const struct action *action)
{
	if (!run_refresh(bench))
		return;
	const char *blocked = action_blocked(bench->top, action);
	if (blocked)
		workbench_say(bench, true, "%s: %s", action_name(bench, action), blocked);
	else
		confirm_ask(bench, action);
}

static void action_run(struct workbench *bench, const struct action *action)
{
	const char *blocked = action_blocked(bench->top, action);
	if (blocked)
		workbench_say(bench, true, "%s: %s", action_name(bench, action), blocked);
	else if (action->flags & ACTION_DANGER)
		danger_ask(bench, action);
	else
		effects_apply(bench, action->run(bench->top, action));
}

static const struct action *action_of_press(const struct screen *screen, int press)
{
	const struct action *const tables[] = {screen->type->actions, common_actions};
	for (size_t i = 0; i < COUNT(tables); i++)
		for (const struct action *action = tables[i]; action && action->name; action++)
			if (keys_contain(action->keys, press))
				return action;
	return NULL;
}

/* ---- prompts ------------------------------------------------------------------------------------------------------------------
 */

static void confirm_press(struct workbench *bench, int press)
{
	const struct action *action = bench->asked;
	bench->prompt = PROMPT_NONE;
	bench->asked = NULL;
	if (press == 'y' && action)
		effects_apply(bench, action->run(bench->top, action));
	else
		workbench_say(bench, false, "not done");
	workbench_stale(bench); /* the project may be a newer one */
}

void filter_ask(struct workbench *bench)
{
	const struct screen *screen = bench->top;
	const char *text = screen->type->filter_text ? screen->type->filter_text(screen) : "";
	bench->prompt = PROMPT_FILTER;
	input_set(&bench->input, text ? text : "");
}

static void filter_accept(struct workbench *bench)
{
	struct error error = {0};
	struct screen *screen = bench->top;
	if (!screen->type->filter(screen, bench->input.text, &error)) {
		workbench_say(bench, true, "%s", error.message);
		return; /* the prompt stays, so that what was typed can be mended */
	}
	input_remember(&bench->input);
	bench->prompt = PROMPT_NONE;
}

static void filter_press(struct workbench *bench, int press)
{
	switch (input_press(&bench->input, press)) {
	case INPUT_ACCEPTED:
		filter_accept(bench);
		break;
	case INPUT_CANCELLED:
		bench->prompt = PROMPT_NONE;
		break;
	default:
		break;
	}
}

void text_ask(struct workbench *bench, const char *name, const char *text, text_function *answer)
{
	free(bench->question);
	bench->question = string_copy(name);
	bench->answer = answer;
	bench->prompt = PROMPT_TEXT;
	input_set(&bench->input, text);
}

static void text_press(struct workbench *bench, int press)
{
	struct error error = {0};
	enum input_answer answer = input_press(&bench->input, press);
	if (answer != INPUT_ACCEPTED && answer != INPUT_CANCELLED)
		return;
	bench->prompt = PROMPT_NONE;
	if (answer == INPUT_CANCELLED || bench->answer(bench->top, bench->input.text, &error))
		return;
	bench->prompt = PROMPT_TEXT;
	workbench_say(bench, true, "%s", error.message);
}

void palette_ask(struct workbench *bench, const char *text)
{
	bench->prompt = PROMPT_PALETTE;
	bench->palette_selected = 0;
	input_set(&bench->input, text);
}

static void palette_accept(struct workbench *bench)
{
	size_t count;
	struct palette_entry *entries = palette_entries(bench, bench->frame, &count);
	bench->prompt = PROMPT_NONE;
	if (count == 0) {
		workbench_say(bench, true, "there is no action \"%s\"", bench->input.text);
		return;
	}
	const struct palette_entry *entry = &entries[bench->palette_selected < count ? bench->palette_selected : count - 1];
	if (entry->action) {
		action_run(bench, entry->action);
		return;
	}
	const struct screen *screen = bench->top;
	struct target target = screen->type->target ? screen->type->target(screen) : (struct target){0};
	target.from = screen;
	effects_apply(bench, screen_open(bench->top, entry->type->name, &target));
}

static void palette_press(struct workbench *bench, int press)
{
	size_t count;
	if (press == PRESS_UP || press == PRESS_DOWN || press == PRESS_TAB) {
		palette_entries(bench, bench->frame, &count);
		size_t last = count ? count - 1 : 0, at = bench->palette_selected;
		bench->palette_selected = press == PRESS_UP ? (at ? at - 1 : 0) : at < last ? at + 1 : last;
		return;
	}
	switch (input_press(&bench->input, press)) {
	case INPUT_ACCEPTED:
		palette_accept(bench);
		break;
	case INPUT_CANCELLED:
		bench->prompt = PROMPT_NONE;
		break;
	default:
		bench->palette_selected = 0;
	}
}

/* ---- keys, paste, mouse -------------------------------------------------------------------------------------------- */

static void mouse_use(struct workbench *bench)
{
	struct screen *screen = bench->top;
	const struct mouse *mouse = &bench->mouse_event;
	if (!screen->loaded && screen->type->load)
		return;
	if (mouse->kind == MOUSE_CLICK && screen->type->click && mouse->row >= 1 && mouse->row <= screen->height)
		effects_apply(bench, screen->type->click(screen, mouse->row - 1, mouse->column));
	else if ((mouse->kind == MOUSE_UP || mouse->kind == MOUSE_DOWN) && screen->type->wheel)
		effects_apply(bench, screen->type->wheel(screen, mouse->row - 1, mouse->kind == MOUSE_UP ? -3 : 3));
	else if ((mouse->kind == MOUSE_UP || mouse->kind == MOUSE_DOWN) && screen->type->move)
		effects_apply(bench, screen->type->move(screen, MOVE_LINES, mouse->kind == MOUSE_UP ? -3 : 3));
}

/* Pasted text goes into an input line or nowhere: it must never act as keys. */
static bool paste_press(struct workbench *bench, int press)
{
	if (press == PRESS_PASTE_START || press == PRESS_PASTE_END) {
		bench->pasting = press == PRESS_PASTE_START;
		return true;
	}
	if (!bench->pasting)
		return false;
	if (press == PRESS_ENTER || press == PRESS_TAB)
		press = ' ';
	bool typing = bench->prompt == PROMPT_FILTER || bench->prompt == PROMPT_PALETTE || bench->prompt == PROMPT_TEXT;
	if (typing && press >= ' ' && press < 0x110000)
		input_press(&bench->input, press);
	return true;
}

static void screen_press(struct workbench *bench, int press)
{
	const struct action *action = action_of_press(bench->top, press);
	if (press == PRESS_MOUSE)
		mouse_use(bench);
	else if (action)
		action_run(bench, action);
	else if (press != PRESS_OTHER)
		workbench_say(bench, false, "this key does nothing here; ? lists the keys");
}

/* Nobody acts on what cannot be seen, and a question could not be read. */
static bool acts_unseen(const struct workbench *bench, const struct action *action)
{
	static const char *const names[] = {"interrupt", "suspend", "redraw"};
	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(action->name, names[i]))
			return true;
	return !strcmp(action->name, "quit") && bench->prompt == PROMPT_NONE && !bench->running;
}

static void unseen_press(struct workbench *bench, int press)
{
	for (const struct action *action = common_actions; action->name; action++)
		if (keys_contain(action->keys, press) && acts_unseen(bench, action)) {
			effects_apply(bench, action->run(bench->top, action));
			return;
		}
}

void workbench_press(struct workbench *bench, int press)
{
	if (!bench->top)
		return;
	if (frame_is_small() && !bench->pasting && press != PRESS_PASTE_START) {
		unseen_press(bench, press);
		return;
	}
	if (paste_press(bench, press))
		return;
	bench->message[0] = '\0';
	workbench_dirty(bench);
	switch (bench->prompt) {
	case PROMPT_CONFIRM:
		confirm_press(bench, press);
		break;
	case PROMPT_FILTER:
		filter_press(bench, press);
		break;
	case PROMPT_PALETTE:
		palette_press(bench, press);
		break;
	case PROMPT_TEXT:
		text_press(bench, press);
		break;
	case PROMPT_NONE:
		screen_press(bench, press);
		break;
	}
}
