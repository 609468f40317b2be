#include "eval/run/attempt.h"
#include "eval/store/labels.h"

/* What a recorded output brings beside its text: the passages that its system retrieved, and failure modes that somebody gave it.
 */

/* A passage is its id, or an object with an id and what else is known of it. */
static struct retrieved_row passage_of(struct arena *arena, const json_t *passage, int rank)
{
	const json_t *score = json_object_get(passage, "score");
	struct text body = json_text(json_object_get(passage, "text"));
	const char *key = json_is_object(passage) ? json_string_or(passage, "id", "") : json_string_value(passage);
	return (struct retrieved_row){.rank = rank,
		.key = *key ? arena_string(arena, key) : arena_format(arena, "passage %d", rank),
		.title = arena_string(arena, json_string_or(passage, "title", "")),
		.body = body.data ? text_copy(arena, body) : TEXT(""),
		.score = json_is_number(score) ? json_number_value(score) : 0,
		.number = rank};
}

void attempt_recorded_passages(struct attempt *attempt)
{
	json_t *list = json_object_get(attempt->reply.recorded, "passages");
	size_t count = json_array_size(list);
	if (!count)
		return;
	attempt->has_retrieval = true;
	attempt->retrieval = (struct retrieval_row){.corpus = attempt->variant->model->name,
		.query = TEXT(""),
		.items = arena_take(attempt->arena, count * sizeof *attempt->retrieval.items),
		.count = count};
	for (size_t i = 0; i < count; i++)
		attempt->retrieval.items[i] = passage_of(attempt->arena, json_array_get(list, i), (int)i + 1);
}

bool attempt_recorded_labels(struct attempt *attempt)
{
	json_t *list = json_object_get(attempt->reply.recorded, "labels"), *mode;
	size_t i;
	json_array_foreach(list, i, mode)
	{
		struct label_row label = {.attempt = attempt->attempt_row,
			.mode = json_string_value(mode),
			.act = "put",
			.source = "import",
			.author = attempt->variant->model->name};
		if (label.mode && !label_put(attempt->plan->store, &label, &attempt->error))
			return false;
	}
	return true;
}
