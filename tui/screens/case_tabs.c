#include "tui/format.h"
#include "tui/screens/case.h"
#include "tui/screens/matrix.h"

static json_t *parsed(struct text json)
{
	struct error ignored;
	return json.data ? json_parse_reply(json, &ignored) : NULL;
}

static struct text plain(struct arena *arena, const json_t *value)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (json_is_object(value) || json_is_array(value))
		json_pretty(value, &out);
	else
		json_write_plain(value, &out);
	return text_copy(arena, buffer_text(&out));
}

static struct document *single(struct case_view *view, int width, const char *title)
{
	panes_place(view, 1, width);
	return &pane_add(view, title, STYLE_HEAD)->document;
}

static const struct answer *selected(const struct case_view *view)
{
	return &view->answers[view->variant];
}

static const char *of_variant(const struct case_view *view, const char *what)
{
	const char *name = view->variants[view->variant].name;
	return view->run.repeats > 1
		       ? arena_format(view->arena, "%s of %s, repeat %d of %d", what, name, view->repeat, view->run.repeats)
		       : arena_format(view->arena, "%s of %s", what, name);
}

/* ---- prompt ---------------------------------------------------------------------------------------------------------------------
 */

bool case_prompt_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	struct document *document = single(view, width, of_variant(view, "prompt as sent"));
	struct text prompt = selected(view)->found ? selected(view)->attempt.prompt : (struct text){NULL, 0};
	JSON_OWNED *messages = parsed(prompt);
	size_t at;
	json_t *message;
	if (!json_is_array(messages)) {
		document_text(
			document, prompt.data ? STYLE_PLAIN : STYLE_DIM, prompt.data ? prompt : TEXT("No prompt was sent."), 0);
		return true;
	}
	json_array_foreach(messages, at, message)
	{
		if (at)
			document_blank(document);
		document_print(document, STYLE_HEAD, "%s", json_string_or(message, "role", "message"));
		document_text(document, STYLE_PLAIN, plain(view->arena, json_object_get(message, "content")), 2);
	}
	return true;
}

/* ---- scores -------------------------------------------------------------------------------------------------------- */

static void score_add(struct document *document, const struct score_row *score)
{
	enum sign sign = score->passed ? SIGN_PASS : SIGN_FAIL;
	document_print(document, style_of_sign(sign), "%s %.2f ", sign_of(sign), score->value);
	document_more(document, STYLE_HEAD, "%s", score->name);
	document_more(document, STYLE_DIM, "%s%s%s", strcmp(score->name, score->type) ? "  " : "",
		strcmp(score->name, score->type) ? score->type : "",
		score->weight > 0 ? arena_format(document->arena, "  weight %g", score->weight) : "  informs only");
	if (score->reason.length)
		document_text(document, STYLE_PLAIN, score->reason, 7);
	if (score->extracted.data)
		document_flow(document, (struct segment[]){{TEXT("compared "), STYLE_DIM}, {score->extracted, STYLE_PLAIN}}, 2, 7);
	document_blank(document);
}

bool case_scores_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	struct document *document = single(view, width, of_variant(view, "scores"));
	struct score_row *scores = NULL;
	size_t count = 0;
	if (selected(view)->found && !score_list(store, selected(view)->attempt.id, view->run.grading, view->row.gold_id,
					     view->arena, &scores, &count, error))
		return false;
	document_flow(document,
		(struct segment[]){{TEXT("expected "), STYLE_DIM}, {format_list(view->arena, view->row.expected), STYLE_STRONG}}, 2,
		0);
	document_blank(document);
	for (size_t i = 0; i < count; i++)
		score_add(document, &scores[i]);
	if (count == 0)
		document_text(
			document, STYLE_DIM, selected(view)->found ? TEXT("This attempt has no scores.") : TEXT("Not run yet."), 0);
	return true;
}

/* ---- the case itself ----------------------------------------------------------------------------------------------- */

static void member_add(struct document *document, const char *name, struct text text)
{
	if (!text.data || text.length == 0)
		return;
	document_print(document, STYLE_HEAD, "%s", name);
	document_text(document, STYLE_PLAIN, text, 2);
}

bool case_case_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	struct document *document = single(view, width, arena_format(view->arena, "case %s", view->row.id));
	const struct case_row *row = &view->row;
	JSON_OWNED *vars = parsed(row->vars);
	const char *key;
	json_t *value;
	json_object_foreach(vars, key, value) member_add(document, key, plain(view->arena, value));
	member_add(document, "earlier turns", row->messages);
	member_add(document, "expected", format_list(view->arena, row->expected));
	member_add(document, "gold passages", format_list(view->arena, row->gold));
	member_add(document, "tags", format_list(view->arena, row->tags));
	member_add(document, "cluster", text_of(row->cluster));
	member_add(document, "scorers of its own", row->scorers);
	member_add(document, "metadata", row->metadata);
	if (row->source)
		member_add(document, "read from", text_of(arena_format(view->arena, "%s:%ld", row->source, row->line)));
	return true;
}

/* ---- trace
 * --------------------------------------------------------------------------------------------------------------------------------
 */

static const char *usage_words(struct arena *arena, const struct usage *usage)
{
	if (usage->input == UNKNOWN && usage->output == UNKNOWN)
		return "tokens unknown";
	return arena_format(arena, "tokens %s in, %s out", count_format(arena, usage->input), count_format(arena, usage->output));
}

static void call_add(struct document *document, const struct call_row *call)
{
	struct arena *arena = document->arena;
	bool good = !strcmp(call->class, "ok");
	document_print(document, good ? STYLE_PASS : STYLE_ERROR, "%s ", sign_of(good ? SIGN_PASS : SIGN_ERROR));
	document_more(document, STYLE_HEAD, "%s, try %d", call->purpose, call->try);
	document_more(document, STYLE_PLAIN, "  %s from %s", call->model, call->source);
	const char *facts = arena_format(arena, "%s%s%s  time %s  %s  cost %s", call->class[0] ? call->class : call->state,
		call->status ? arena_format(arena, ", HTTP %d", call->status) : "",
		call->returned_model ? arena_format(arena, ", %s", call->returned_model) : "", format_time(arena, call->latency),
		usage_words(arena, &call->usage), cost_format(arena, call->usage.cost));
	document_text(document, STYLE_DIM, text_of(facts), 2);
	if (call->method_url)
		document_text(document, STYLE_DIM, text_of(call->method_url), 2);
	if (call->message)
		document_text(document, STYLE_ERROR, text_of(call->message), 2);
	document_blank(document);
}

bool case_trace_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	struct document *document = single(view, width, of_variant(view, "calls"));
	struct attempt_key key = {view->variants[view->variant].version, view->row.input_id, view->repeat};
	struct call_row *calls = NULL;
	size_t count = 0;
	if (!call_list(store, key, view->arena, &calls, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		call_add(document, &calls[i]);
	if (count == 0)
		document_text(document, STYLE_DIM, TEXT("No call was made for this."), 0);
	return true;
}
