#include "eval/store/corpora.h"
#include "tui/screens/case.h"

#define BESIDE_LEAST 70 /* columns from which retrieved and gold passages stand beside each other */

struct gold {
	const char **ids;
	bool *retrieved;
	size_t count;
};

static struct gold gold_of(struct case_view *view)
{
	struct error ignored;
	JSON_OWNED *list = view->row.gold.data ? json_parse(view->row.gold, &ignored) : NULL;
	size_t count = json_array_size(list);
	struct gold gold = {arena_take(view->arena, (count + 1) * sizeof *gold.ids), arena_take(view->arena, count + 1), 0};
	for (size_t i = 0; i < count; i++)
		if (json_is_string(json_array_get(list, i)))
			gold.ids[gold.count++] = arena_string(view->arena, json_string_value(json_array_get(list, i)));
	return gold;
}

/* A gold id names a passage, a section of which "~2" and so on are further pieces, or a whole document. */
static bool gold_is(const char *id, const char *key)
{
	size_t length = strlen(id);
	return !strncmp(id, key, length) && (key[length] == '\0' || key[length] == '~' || (key[length] == '#' && !strchr(id, '#')));
}

static bool gold_has(struct gold *gold, const char *key)
{
	bool is = false;
	for (size_t i = 0; i < gold->count; i++)
		if (gold_is(gold->ids[i], key))
			is = gold->retrieved[i] = true;
	return is;
}

static void retrieved_add(struct document *document, struct gold *gold, const struct retrieved_row *item)
{
	bool is_gold = gold_has(gold, item->key);
	document_print(document, STYLE_HEAD, "%d  ", item->rank);
	document_more(document, is_gold ? STYLE_PASS : STYLE_HEAD, "%s%s", is_gold ? sign_of(SIGN_PASS) : "", is_gold ? " " : "");
	document_more(document, STYLE_HEAD, "%s", item->key);
	document_text(document, STYLE_DIM,
		text_of(arena_format(document->arena, "score %.2f, %s%s", item->score,
			item->number ? arena_format(document->arena, "[%d] in the prompt", item->number) : "not in the prompt",
			item->cited ? ", cited" : "")),
		3);
	document_text(document, STYLE_PLAIN, item->body, 3);
	document_blank(document);
}

static void retrieval_add(struct document *document, struct gold *gold, const struct retrieval_row *retrieval, bool found)
{
	if (!found) {
		document_text(document, STYLE_DIM, TEXT("This variant retrieved nothing for this case."), 0);
		return;
	}
	document_flow(document, (struct segment[]){{TEXT("query  "), STYLE_DIM}, {retrieval->query, STYLE_PLAIN}}, 2, 0);
	document_blank(document);
	for (size_t i = 0; i < retrieval->count; i++)
		retrieved_add(document, gold, &retrieval->items[i]);
}

static bool gold_body(struct document *document, struct store *store, const char *corpus, const char *id, struct error *error)
{
	struct corpus_row row;
	struct passage_row passage;
	bool there = false;
	if (!corpus || !corpus_find(store, corpus, document->arena, &row, &there, error))
		return !corpus;
	if (there && !passage_get(store, row.id, id, document->arena, &passage, &there, error))
		return false;
	if (there)
		document_text(document, STYLE_PLAIN, passage.body, 3);
	return true;
}

static bool gold_add(
	struct document *document, struct store *store, const struct gold *gold, const char *corpus, struct error *error)
{
	if (gold->count == 0)
		document_text(document, STYLE_DIM, TEXT("The case names no gold passages."), 0);
	for (size_t i = 0; i < gold->count; i++) {
		bool there = gold->retrieved[i];
		document_print(document, there ? STYLE_PASS : STYLE_FAIL, "%s ", sign_of(there ? SIGN_PASS : SIGN_FAIL));
		document_more(document, STYLE_HEAD, "%s", gold->ids[i]);
		document_more(document, STYLE_DIM, "  %s", there ? "retrieved" : "not retrieved");
		if (!gold_body(document, store, corpus, gold->ids[i], error))
			return false;
		document_blank(document);
	}
	return true;
}

bool case_passages_load(struct case_view *view, struct store *store, int width, struct error *error)
{
	const struct answer *answer = &view->answers[view->variant];
	struct retrieval_row retrieval = {0};
	struct gold gold = gold_of(view);
	bool found = false, beside = width >= BESIDE_LEAST;
	if (answer->found && !retrieval_get(store, answer->attempt.id, view->arena, &retrieval, &found, error))
		return false;
	panes_place(view, beside ? 2 : 1, width);
	struct pane *pane =
		pane_add(view, arena_format(view->arena, "retrieved by %s", view->variants[view->variant].name), STYLE_HEAD);
	retrieval_add(&pane->document, &gold, &retrieval, found);
	if (beside)
		pane = pane_add(view, "gold", STYLE_HEAD);
	else
		document_print(&pane->document, STYLE_HEAD, "gold");
	return gold_add(&pane->document, store, &gold, found ? retrieval.corpus : NULL, error);
}
