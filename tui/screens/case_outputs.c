#include "tui/difference.h"
#include "tui/format.h"
#include "tui/screens/case.h"
#include "tui/screens/matrix.h"

#define PANE_LEAST 36
#define DISTANCE_MOST 0.6 /* texts further apart than this have nothing to highlight */

/* Which side of a comparison a pane shows. */
enum side { SIDE_PLAIN, SIDE_BEFORE, SIDE_AFTER, SIDE_BOTH };

static struct text output_of(const struct case_view *view, long variant)
{
	if (variant < 0 || !view->answers[variant].found)
		return (struct text){NULL, 0};
	return view->answers[variant].attempt.output;
}

static void segment_add(struct segment *segments, size_t *count, struct text text, unsigned style)
{
	segments[(*count)++] = (struct segment){text, style};
}

/* In one text both sides carry brackets, as `git diff --word-diff` writes them: colour alone says nothing to many. */
static void part_add(struct segment *segments, size_t *count, const struct difference_part *part, enum side side)
{
	bool added = part->kind == DIFFERENCE_ADDED;
	unsigned style = added ? STYLE_ADDED : STYLE_REMOVED;
	if (part->kind == DIFFERENCE_SAME) {
		segment_add(segments, count, part->text, STYLE_PLAIN);
	} else if (side == SIDE_BOTH) {
		segment_add(segments, count, added ? TEXT("{+") : TEXT("[-"), style);
		segment_add(segments, count, part->text, style);
		segment_add(segments, count, added ? TEXT("+}") : TEXT("-]"), style);
	} else if (added == (side == SIDE_AFTER)) {
		segment_add(segments, count, part->text, style);
	}
}

static void output_flow(struct case_view *view, struct document *document, struct text before, struct text after, enum side side)
{
	struct difference difference = {0};
	struct text own = side == SIDE_BEFORE ? before : after;
	size_t count = 0;
	if (side != SIDE_PLAIN && before.data && after.data)
		difference = difference_of(view->arena, before, after);
	if (difference.count == 0 || difference.distance > DISTANCE_MOST) {
		document_text(document, STYLE_PLAIN, own, 0);
		return;
	}
	struct segment *segments = arena_take(view->arena, (3 * difference.count + 1) * sizeof *segments);
	for (size_t i = 0; i < difference.count; i++)
		part_add(segments, &count, &difference.parts[i], side);
	document_flow(document, segments, count, 0);
}

static void facts_add(struct document *document, const struct attempt_row *attempt)
{
	struct arena *arena = document->arena;
	document_blank(document);
	CLEANUP(buffer_release) struct buffer line = BUFFER_EMPTY;
	if (attempt->latency >= 0)
		buffer_format(&line, "%s", format_time(arena, attempt->latency));
	if (attempt->usage.input >= 0 && attempt->usage.output >= 0)
		buffer_format(&line, "  %s in, %s out", count_format(arena, attempt->usage.input),
			count_format(arena, attempt->usage.output));
	if (attempt->usage.cost >= 0)
		buffer_format(&line, "  %s", cost_format(arena, attempt->usage.cost));
	if (attempt->finish)
		buffer_format(&line, "  %s", attempt->finish);
	if (attempt->routed_to)
		buffer_format(&line, "  by %s", attempt->routed_to);
	document_text(document, STYLE_DIM, text_trim(buffer_text(&line)), 0);
}

static void answer_add(
	struct case_view *view, struct document *document, size_t variant, struct text before, struct text after, enum side side)
{
	const struct answer *answer = &view->answers[variant];
	const struct attempt_row *attempt = &answer->attempt;
	if (!answer->found) {
		document_print(document, STYLE_DIM, "not run yet");
		return;
	}
	if (attempt->state == ATTEMPT_OPEN)
		document_text(document, STYLE_ERROR,
			text_of(arena_format(
				view->arena, "%s: %s", attempt->class, attempt->message ? attempt->message : "no answer")),
			0);
	else if (attempt->state != ATTEMPT_ANSWERED)
		document_print(document, STYLE_ERROR, "%s", attempt_state_name(attempt->state));
	if (attempt->extracted.data) {
		document_flow(document, (struct segment[]){{TEXT("answer "), STYLE_DIM}, {attempt->extracted, STYLE_STRONG}}, 2, 0);
		document_blank(document);
	}
	if (attempt->output.data)
		output_flow(view, document, before, after, side);
	facts_add(document, attempt);
	if (attempt->reasoning.length) {
		document_blank(document);
		document_print(document, STYLE_HEAD, "reasoning");
		document_text(document, STYLE_DIM, attempt->reasoning, 0);
	}
}

static const char *pane_title(const struct case_view *view, size_t variant)
{
	const struct matrix_cell *cell = &view->cells[variant];
	const struct run_variant *named = &view->variants[variant];
	const char *sign = sign_of(cell_sign(cell, view->run.repeats));
	return arena_format(
		view->arena, "%s %s%s%s", sign, named->name, named->parent ? "  against " : "", named->parent ? named->parent : "");
}

static void output_pane(struct case_view *view, size_t variant, struct text before, struct text after, enum side side)
{
	const struct matrix_cell *cell = &view->cells[variant];
	struct pane *pane = pane_add(view, pane_title(view, variant), (unsigned)style_of_sign(cell_sign(cell, view->run.repeats)));
	if (view->plain)
		side = SIDE_PLAIN;
	answer_add(view, &pane->document, variant, before, after, side);
}

/* The panes are: what the selected variant is compared with, the selected one, then the others in their order. */
static size_t panes_choose(const struct case_view *view, int width, size_t chosen[PANES])
{
	size_t room = (size_t)(width / PANE_LEAST), count = 0;
	long parent = case_parent(view, view->variant);
	room = room > PANES ? PANES : room < 1 ? 1 : room;
	if (parent >= 0 && room > 1)
		chosen[count++] = (size_t)parent;
	chosen[count++] = view->variant;
	for (size_t i = 0; i < view->variant_count && count < room; i++)
		if ((long)i != parent && i != view->variant)
			chosen[count++] = i;
	return count;
}

static bool answers_fetch(struct case_view *view, struct store *store, const size_t *chosen, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++) {
		long parent = case_parent(view, chosen[i]);
		if (!answer_fetch(view, store, chosen[i], error) ||
			(parent >= 0 && !answer_fetch(view, store, (size_t)parent, error)))
			return false;
	}
	return true;
}

bool case_outputs_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	size_t chosen[PANES], count = panes_choose(view, width, chosen);
	if (!answers_fetch(view, store, chosen, count, error))
		return false;
	panes_place(view, count, width);
	long parent = case_parent(view, view->variant);
	for (size_t i = 0; i < count; i++) {
		long against = case_parent(view, chosen[i]);
		if (count > 1 && (long)chosen[i] == parent)
			output_pane(view, chosen[i], output_of(view, parent), output_of(view, (long)view->variant), SIDE_BEFORE);
		else
			output_pane(view, chosen[i], output_of(view, against), output_of(view, (long)chosen[i]),
				count > 1 ? SIDE_AFTER : SIDE_BOTH);
	}
	return true;
}
