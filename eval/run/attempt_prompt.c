#include "eval/base/clock.h"
#include "eval/run/attempt.h"

/* From the case to the messages: route, retrieve, examples, render. */

static bool case_matches(const struct attempt *attempt, const struct filter *filter)
{
	const char *names[256];
	struct filter_case subject = {
		.id = attempt->row.id, .tags = names, .cluster = attempt->row.cluster, .words = attempt->row.vars};
	if (!filter)
		return true;
	while (subject.tag_count < COUNT(names) && subject.tag_count < json_array_size(attempt->tags)) {
		names[subject.tag_count] = json_string_value(json_array_get(attempt->tags, subject.tag_count));
		subject.tag_count++;
	}
	return filter_matches_case(filter, &subject);
}

/* ---- route ------------------------------------------------------------------------------------------------------------------- */

static bool answer_matches(struct attempt *attempt, const char *wanted)
{
	struct text answer = attempt->extracted.data ? attempt->extracted : attempt->reply.output;
	return text_equal(text_fold(attempt->arena, text_trim(answer)), text_fold(attempt->arena, text_trim(text_of(wanted))));
}

static const struct variant *route_target(struct attempt *attempt, const struct route *route)
{
	for (size_t i = 0; i < route->count; i++) {
		const struct route_rule *rule = &route->rules[i];
		if (rule->answer ? attempt->routing && answer_matches(attempt, rule->answer) : case_matches(attempt, rule->when))
			return rule->variant;
	}
	return route->otherwise;
}

enum step attempt_route(struct attempt *attempt)
{
	const struct route *route = attempt->planned->variant->route;
	if (!route)
		return STEP_NEXT;
	if (route->router && !attempt->routing) {
		attempt->routing = true;
		attempt->variant = route->router;
		return STEP_NEXT;
	}
	attempt->variant = route_target(attempt, route);
	attempt->routing = false;
	attempt->routed_to = attempt->variant->name;
	attempt->extracted = text_make(NULL, 0);
	return STEP_NEXT;
}

/* ---- retrieve ---------------------------------------------------------------------------------------------------------------- */

/* All text of the vars, one after the other. */
static void vars_words(const json_t *vars, struct buffer *out)
{
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)vars, name, value)
	{
		json_write_plain(value, out);
		buffer_add_byte(out, '\n');
	}
}

bool retrieval_query(const struct retrieval_use *use, const json_t *vars, struct buffer *out, struct error *error)
{
	if (use && use->query) {
		bool good = template_render(use->query, vars, out, error);
		if (!good)
			text_place_apply(&use->query_place, error);
		return good;
	}
	vars_words(vars, out);
	return true;
}

/* Words times 4/3: what English costs on common tokenizers, near enough for a limit. */
static long long tokens_estimate(struct text text)
{
	long long words = 0;
	bool inside = false;
	for (size_t i = 0; i < text.length; i++) {
		bool space = text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '\t';
		words += !space && !inside;
		inside = !space;
	}
	return words * 4 / 3;
}

static json_t *passage_var(const struct retrieved_row *item)
{
	json_t *object = json_object();
	json_object_set_new(object, "number", json_integer(item->number));
	json_object_set_new(object, "id", json_from_text(text_of(item->key)));
	json_object_set_new(object, "title", json_from_text(text_of(item->title)));
	json_object_set_new(object, "text", json_from_text(item->body));
	return object;
}

static void passages_number(struct attempt *attempt, const struct retrieval_use *use, const struct passage_row *rows, size_t count)
{
	long long tokens = 0;
	int number = 0;
	attempt->retrieval.items = arena_take(attempt->arena, (count + 1) * sizeof *attempt->retrieval.items);
	attempt->retrieval.count = count;
	for (size_t i = 0; i < count; i++) {
		tokens += use->max_tokens ? tokens_estimate(rows[i].body) : 0;
		bool fits = !use->max_tokens || tokens <= use->max_tokens;
		attempt->retrieval.items[i] = (struct retrieved_row){.rank = (int)i + 1,
			.key = rows[i].key,
			.title = rows[i].title,
			.body = rows[i].body,
			.score = rows[i].score,
			.number = fits ? ++number : 0};
	}
}

/* The variables `passages` and `context`, empty where nothing was retrieved. */
static void passages_set(struct attempt *attempt)
{
	CLEANUP(buffer_release) struct buffer context = BUFFER_EMPTY;
	json_t *list = json_array();
	for (size_t i = 0; i < attempt->retrieval.count; i++) {
		const struct retrieved_row *item = &attempt->retrieval.items[i];
		if (!item->number)
			continue;
		json_array_append_new(list, passage_var(item));
		buffer_format(&context, "%s[%d] %s\n", context.length ? "\n\n" : "", item->number, item->title);
		buffer_add_text(&context, item->body);
	}
	json_object_set_new(attempt->vars, "passages", list);
	json_object_set_new(attempt->vars, "context", json_from_text(buffer_text(&context)));
}

static void rows_reverse(struct passage_row *rows, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct passage_row other = rows[i];
		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = other;
	}
}

enum step attempt_retrieve(struct attempt *attempt)
{
	const struct retrieval_use *use = attempt->variant->retrieve;
	CLEANUP(buffer_release) struct buffer query = BUFFER_EMPTY;
	struct corpus_row corpus;
	struct passage_row *rows;
	size_t count;
	bool found;
	attempt->retrieval = (struct retrieval_row){0};
	attempt->has_retrieval = false;
	if (!use)
		return STEP_NEXT;
	if (!case_matches(attempt, use->when)) {
		passages_set(attempt);
		return STEP_NEXT;
	}
	if (!retrieval_query(use, attempt->vars, &query, &attempt->error))
		return attempt_fail(attempt, CALL_PROMPT, "%s", error_line(attempt->arena, &attempt->error));
	int64_t began = clock_monotonic();
	/* a probe that leaves the gold out needs as many others */
	int wanted = (int)use->k * (attempt->variant->change.context == CONTEXT_RETRIEVED ? 1 : 3);
	if (!corpus_find(attempt->plan->store, use->corpus->name, attempt->arena, &corpus, &found, &attempt->error) ||
		!corpus_search(attempt->plan->store, corpus.id, buffer_text(&query), wanted, attempt->arena, &rows, &count,
			&attempt->error))
		return STEP_BROKEN;
	if (attempt->variant->change.context != CONTEXT_RETRIEVED &&
		!attempt_context(attempt, corpus.id, rows, count, &rows, &count))
		return STEP_BROKEN;
	if (attempt->variant->change.reversed)
		rows_reverse(rows, count);
	passages_number(attempt, use, rows, count);
	attempt->retrieval.corpus = use->corpus->name;
	attempt->retrieval.corpus_version = corpus.version;
	attempt->retrieval.query = text_copy(attempt->arena, buffer_text(&query));
	attempt->retrieval.duration = clock_monotonic() - began;
	attempt->has_retrieval = true;
	passages_set(attempt);
	return STEP_NEXT;
}

/* ---- examples ------------------------------------------------------------------------------------------------------ */

/* The first accepted answer, as a model would have written it. */
static json_t *example_answer(const struct case_row *row)
{
	CLEANUP(buffer_release) struct buffer answer = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *expected = json_parse(row->expected, &ignored);
	json_write_plain(json_array_get(expected, 0), &answer);
	return json_from_text(buffer_text(&answer));
}

static json_t *example_shot(const struct case_row *row)
{
	struct error ignored;
	json_t *shot = json_object(), *vars = json_parse(row->vars, &ignored);
	json_object_set_new(shot, "vars", vars ? vars : json_object());
	json_object_set_new(shot, "answer", example_answer(row));
	json_object_set_new(shot, "id", json_from_text(text_of(row->id)));
	return shot;
}

/* Nearest ones stand last, next to the question; the case itself never stands among them. */
static size_t examples_choose(struct attempt *attempt, const struct example_use *use, size_t *positions)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	struct text own = attempt->row.vars;
	long skip = -1;
	size_t count = 0;
	for (size_t i = 0; i < use->set->count; i++)
		if (text_equal(use->set->rows[i].vars, own))
			skip = (long)i;
	if (use->select == EXAMPLES_STATIC) {
		for (size_t i = 0; i < use->set->count && count < (size_t)use->k; i++)
			if ((long)i != skip)
				positions[count++] = i;
		return count;
	}
	vars_words(attempt->vars, &words);
	count = example_index_search(use->set->index, buffer_text(&words), (int)use->k, skip, positions);
	for (size_t i = 0; i < count / 2; i++) {
		size_t other = positions[i];
		positions[i] = positions[count - 1 - i];
		positions[count - 1 - i] = other;
	}
	return count;
}

enum step attempt_examples(struct attempt *attempt)
{
	const struct example_use *use = attempt->variant->examples;
	json_decref(attempt->shots);
	attempt->shots = NULL;
	if (!use)
		return STEP_NEXT;
	size_t *positions = arena_take(attempt->arena, ((size_t)use->k + 1) * sizeof *positions);
	size_t count = examples_choose(attempt, use, positions);
	attempt->shots = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(attempt->shots, example_shot(&use->set->rows[positions[i]]));
	return STEP_NEXT;
}

/* ---- render -------------------------------------------------------------------------------------------------------- */

/* In templates an example is its vars with `answer` and `id` beside them. */
static json_t *examples_var(const json_t *shots)
{
	json_t *list = json_array(), *shot;
	size_t i;
	json_array_foreach((json_t *)shots, i, shot)
	{
		json_t *one = json_copy(json_object_get(shot, "vars"));
		json_object_set(one, "answer", json_object_get(shot, "answer"));
		json_object_set(one, "expected", json_object_get(shot, "answer"));
		json_object_set(one, "id", json_object_get(shot, "id"));
		json_array_append_new(list, one);
	}
	return list;
}

enum step attempt_render(struct attempt *attempt)
{
	const struct variant *variant = attempt->variant;
	json_decref(attempt->messages);
	attempt->messages = NULL;
	if (!variant->prompt) {
		attempt->messages = json_array();
		return STEP_NEXT;
	}
	if (attempt->shots && variant->prompt->mentions_examples)
		json_object_set_new(attempt->vars, "examples", examples_var(attempt->shots));
	attempt->messages = prompt_render(variant->prompt, attempt->vars, attempt->turns, attempt->shots, &attempt->error);
	if (attempt->messages) {
		attempt_probe_messages(attempt);
		return STEP_NEXT;
	}
	return attempt_fail(attempt, CALL_PROMPT, "%s", error_line(attempt->arena, &attempt->error));
}
