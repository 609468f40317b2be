#include "eval/run/attempt.h"

/* Passages that a probe puts into the prompt: the gold ones, among others or alone, or others only. */

static bool gold_rows(struct attempt *attempt, long long corpus, struct passage_row **ret, size_t *count)
{
	struct error ignored;
	JSON_OWNED *ids = attempt->row.gold.data ? json_parse(attempt->row.gold, &ignored) : NULL;
	struct passage_row *list = NULL;
	size_t n = 0, room = 0, i;
	json_t *id;
	json_array_foreach(ids, i, id)
	{
		struct passage_row *rows;
		size_t found;
		if (!json_is_string(id))
			continue;
		if (!passage_list(
			    attempt->plan->store, corpus, json_string_value(id), attempt->arena, &rows, &found, &attempt->error))
			return false;
		for (size_t k = 0; k < found; k++)
			*LIST_MORE(attempt->arena, list, n, room) = rows[k];
	}
	*ret = list;
	*count = n;
	return true;
}

static bool row_among(const struct passage_row *row, const struct passage_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == row->id)
			return true;
	return false;
}

/* The retrieved ones without the gold, at most k. */
static size_t others_take(const struct passage_row *found, size_t count, const struct passage_row *gold, size_t gold_count,
	size_t k, struct passage_row *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < count && n < k; i++)
		if (!row_among(&found[i], gold, gold_count))
			ret[n++] = found[i];
	return n;
}

/* First, middle or last by turns of the cases. */
static size_t gold_among(
	const struct attempt *attempt, const struct passage_row *gold, size_t gold_count, struct passage_row *rows, size_t others)
{
	size_t at = (size_t)(attempt->row.position % 3) * others / 2;
	memmove(&rows[at + gold_count], &rows[at], (others - at) * sizeof *rows);
	memcpy(&rows[at], gold, gold_count * sizeof *rows);
	return others + gold_count;
}

bool attempt_context(struct attempt *attempt, long long corpus, const struct passage_row *found, size_t found_count,
	struct passage_row **ret, size_t *count)
{
	enum context_source context = attempt->variant->change.context;
	struct passage_row *gold;
	size_t gold_count, k = (size_t)attempt->variant->retrieve->k;
	if (!gold_rows(attempt, corpus, &gold, &gold_count))
		return false;
	struct passage_row *rows = arena_take(attempt->arena, (gold_count + found_count + 1) * sizeof *rows);
	*ret = rows;
	*count = 0;
	if (context == CONTEXT_NONE)
		return true;
	if (context == CONTEXT_GOLD) {
		if (gold_count)
			memcpy(rows, gold, gold_count * sizeof *rows);
		*count = gold_count;
		return true;
	}
	size_t wanted = context == CONTEXT_OTHERS ? k : k > gold_count ? k - gold_count : 0;
	*count = others_take(found, found_count, gold, gold_count, wanted, rows);
	if (context == CONTEXT_GOLD_AMONG && gold_count)
		*count = gold_among(attempt, gold, gold_count, rows, *count);
	return true;
}

/* Adds words to the content of the last message of the user. */
static void message_extend(json_t *messages, struct text before, const char *behind)
{
	for (size_t i = json_array_size(messages); i-- > 0;) {
		json_t *message = json_array_get(messages, i);
		if (strcmp(json_string_or(message, "role", ""), "user") != 0)
			continue;
		CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
		struct text own = json_text(json_object_get(message, "content"));
		buffer_add_text(&content, before);
		buffer_add_text(&content, own);
		buffer_add_string(&content, behind);
		json_object_set_new(message, "content", json_from_text(buffer_text(&content)));
		return;
	}
}

void attempt_probe_messages(struct attempt *attempt)
{
	const struct variant *variant = attempt->variant;
	bool given = variant->change.context == CONTEXT_GOLD || variant->change.context == CONTEXT_GOLD_AMONG ||
		     variant->change.context == CONTEXT_OTHERS;
	if (given && !variant->prompt->mentions_passages && attempt->retrieval.count) {
		struct text context = json_text(json_object_get(attempt->vars, "context"));
		CLEANUP(buffer_release) struct buffer before = BUFFER_EMPTY;
		buffer_add_string(&before, "These passages may help:\n\n");
		buffer_add_text(&before, context);
		buffer_add_string(&before, "\n\n");
		message_extend(attempt->messages, buffer_text(&before), "");
	}
	if (variant->change.words) {
		CLEANUP(buffer_release) struct buffer behind = BUFFER_EMPTY;
		buffer_format(&behind, "\n\n%s", variant->change.words);
		message_extend(attempt->messages, TEXT(""), buffer_string(&behind));
	}
}
