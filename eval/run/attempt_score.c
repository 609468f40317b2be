#include "eval/base/citations.h"
#include "eval/base/clock.h"
#include "eval/model/recorded.h"
#include "eval/run/attempt.h"
#include "eval/store/labels.h"
#include "eval/store/recorded.h"
#include <stdlib.h>

/* From the answer to rows: score, classify, store. */

/* ---- what scorers see ---------------------------------------------------------------------------------------------------------
 */

struct view {
	struct scored scored;
	json_t *vars, *expected, *gold, *recorded; /* owned */
};

static json_t *text_json(struct text text)
{
	struct error ignored;
	return text.data ? json_parse(text, &ignored) : NULL;
}

/* In templates `expected` is the answer itself where there is one, the list where there are several. */
static void view_vars(struct view *view)
{
	json_t *vars = view->vars;
	json_t *expected = json_array_size(view->expected) == 1 ? json_array_get(view->expected, 0) : view->expected;
	if (expected)
		json_object_set(vars, "expected", expected);
	json_object_set_new(vars, "output", json_from_text(view->scored.output));
	json_object_set_new(vars, "answer", json_from_text(view->scored.answer));
}

static void view_make(struct attempt *attempt, struct view *view, struct text output, struct text prompt)
{
	*view = (struct view){.vars = json_copy(attempt->vars),
		.expected = text_json(attempt->row.expected),
		.gold = text_json(attempt->row.gold)};
	bool extracts = attempt->variant->extract != NULL;
	view->scored = (struct scored){.input_vars = attempt->row.vars,
		.vars = view->vars,
		.expected = view->expected,
		.gold = view->gold,
		.output = output,
		.answer = extracts ? attempt->extracted : output,
		.prompt = prompt,
		.state = attempt->state,
		.finish = attempt->reply.finish,
		.retrieval = attempt->has_retrieval ? &attempt->retrieval : NULL,
		.recorded = attempt->reply.recorded,
		.usage = attempt->usage,
		.latency = attempt->latency};
	view_vars(view);
}

static void view_release(struct view *view)
{
	json_decref(view->vars);
	json_decref(view->expected);
	json_decref(view->gold);
	json_decref(view->recorded);
}

/* An attempt that was answered before and is scored anew: everything comes from the store. */
static bool stored_load(struct attempt *attempt, struct view *view)
{
	struct store *store = attempt->plan->store;
	struct attempt_row row;
	struct error *error = &attempt->error;
	bool found;
	if (!attempt_find(store, (struct attempt_key){attempt->planned->version, attempt->row.input_id, attempt->repeat},
		    attempt->arena, &row, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_STORAGE, "a stored attempt is gone");
	attempt->attempt_row = row.id;
	attempt->state = row.state;
	attempt->usage = row.usage;
	attempt->latency = row.latency;
	attempt->reply.finish = row.finish;
	attempt->routed_to = row.routed_to;
	if (row.routed_to && project_variant(attempt->plan->project, row.routed_to))
		attempt->variant = project_variant(attempt->plan->project, row.routed_to);
	attempt->extracted = row.extracted;
	if (!retrieval_get(store, row.id, attempt->arena, &attempt->retrieval, &attempt->has_retrieval, error))
		return false;
	view_make(attempt, view, row.output, row.prompt);
	if (!attempt->variant->model || attempt->variant->model->api->kind != API_RECORDED)
		return true;
	struct text body = {0};
	const struct recorded_config *config = attempt->variant->model->config;
	if (!recorded_output_get(store, config->row, attempt->row.id, attempt->repeat, attempt->arena, &body, &found, error))
		return false;
	view->recorded = found ? text_json(body) : NULL;
	view->scored.recorded = view->recorded;
	return true;
}

/* ---- scoring ------------------------------------------------------------------------------------------------------- */

struct tally_sheet {
	struct attempt *attempt;
	struct view *view;
	struct filter_case subject;
	struct score_result *results;
	double *weights;
	size_t count, room;
};

static void sheet_room(struct tally_sheet *sheet)
{
	struct arena *arena = sheet->attempt->arena;
	struct attempt_scores *scores = &sheet->attempt->scores;
	if (sheet->count < sheet->room)
		return;
	size_t room = sheet->room ? 2 * sheet->room : 8;
	sheet->results = arena_grow(arena, sheet->results, sheet->count * sizeof *sheet->results, room * sizeof *sheet->results);
	sheet->weights = arena_grow(arena, sheet->weights, sheet->count * sizeof *sheet->weights, room * sizeof *sheet->weights);
	scores->rows = arena_grow(arena, scores->rows, sheet->count * sizeof *scores->rows, room * sizeof *scores->rows);
	sheet->room = room;
}

static void score_one(struct tally_sheet *sheet, const struct scorer *scorer)
{
	struct attempt *attempt = sheet->attempt;
	if (!scorer_applies(scorer, &sheet->subject))
		return;
	sheet_room(sheet);
	struct score_result *result = &sheet->results[sheet->count];
	scorer_run(scorer, &sheet->view->scored, attempt->arena, result);
	sheet->weights[sheet->count] = scorer->weight;
	attempt->scores.rows[sheet->count] = (struct score_row){.scorer = scorer->row,
		.gold = attempt->row.gold_id,
		.value = result->value,
		.passed = result->passed,
		.weight = scorer->weight,
		.name = scorer->name,
		.type = scorer->type->name,
		.reason = result->reason,
		.extracted = result->extracted};
	attempt->scores.count = ++sheet->count;
}

/* Scorers that a case brings along join the grading when they are first met. */
static bool case_scorers_score(struct tally_sheet *sheet, struct scorers *own)
{
	struct attempt *attempt = sheet->attempt;
	struct plan *plan = attempt->plan;
	for (size_t i = 0; i < own->count; i++) {
		struct scorer *scorer = own->items[i];
		CLEANUP(buffer_release) struct buffer definition = BUFFER_EMPTY;
		json_canonical(scorer->definition, &definition);
		if (!scorer_put(plan->store, &scorer->hash, scorer->name, scorer->type->name, buffer_text(&definition),
			    &scorer->row, &attempt->error) ||
			!grading_scorer_put(plan->store, plan->grading, scorer->row, scorer->name, &attempt->error))
			return false;
		score_one(sheet, scorer);
	}
	return true;
}

static bool case_scorers_run(struct tally_sheet *sheet)
{
	struct attempt *attempt = sheet->attempt;
	struct error_list errors = ERROR_LIST_EMPTY;
	struct scorers own = {0};
	JSON_OWNED *list = text_json(attempt->row.scorers);
	if (!list)
		return true;
	struct field_reader reader = {attempt->arena, attempt->row.source ? attempt->row.source : "case", &errors,
		arena_format(attempt->arena, "scorers of case %s", attempt->row.id)};
	bool good = scorers_read(&reader, yaml_from_json(attempt->arena, list, attempt->row.line), &own)
			    ? case_scorers_score(sheet, &own)
			    : errors.count == 0;
	if (errors.count) {
		attempt->error = errors.items[0];
		good = false;
	}
	scorers_done(&own);
	error_list_release(&errors);
	return good;
}

static bool scores_make(struct attempt *attempt, struct view *view)
{
	const char *names[256];
	struct tally_sheet sheet = {.attempt = attempt,
		.view = view,
		.subject = {.id = attempt->row.id, .tags = names, .cluster = attempt->row.cluster, .words = attempt->row.vars}};
	const struct scorers *lists[] = {&attempt->plan->project->scorers, variant_scorers(attempt->planned->variant)};
	while (sheet.subject.tag_count < COUNT(names) && sheet.subject.tag_count < json_array_size(attempt->tags)) {
		names[sheet.subject.tag_count] = json_string_value(json_array_get(attempt->tags, sheet.subject.tag_count));
		sheet.subject.tag_count++;
	}
	for (size_t i = 0; i < COUNT(lists); i++)
		for (size_t s = 0; s < lists[i]->count; s++)
			score_one(&sheet, lists[i]->items[s]);
	if (!case_scorers_run(&sheet))
		return false;
	struct verdict_sum sum = verdict_of(&attempt->plan->project->verdict, sheet.results, sheet.weights, sheet.count);
	attempt->any_score = sum.any;
	attempt->passed = sum.any && sum.passed;
	attempt->value = sum.value;
	return true;
}

/* The text that counts as what the model said: its refusal where it refused. */
static struct text said(const struct attempt *attempt)
{
	return attempt->reply.output.data && attempt->reply.output.length ? attempt->reply.output
	       : attempt->reply.refusal.data				  ? attempt->reply.refusal
									  : attempt->reply.output;
}

static void citations_mark(struct attempt *attempt)
{
	int *numbers;
	size_t count;
	citations_find(said(attempt), attempt->arena, &numbers, &count);
	for (size_t i = 0; i < attempt->retrieval.count; i++)
		for (size_t c = 0; c < count; c++)
			attempt->retrieval.items[i].cited |=
				attempt->retrieval.items[i].number && attempt->retrieval.items[i].number == numbers[c];
}

static struct text prompt_text(struct attempt *attempt)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	if (!attempt->prompt_text.data && json_array_size(attempt->messages)) {
		json_compact(attempt->messages, &text);
		attempt->prompt_text = text_copy(attempt->arena, buffer_text(&text));
	}
	return attempt->prompt_text;
}

enum step attempt_score(struct attempt *attempt)
{
	struct view view = {0};
	bool good;
	if (attempt->score_only) {
		good = stored_load(attempt, &view);
	} else {
		if (attempt->has_retrieval)
			citations_mark(attempt);
		view_make(attempt, &view, said(attempt), prompt_text(attempt));
		good = true;
	}
	good = good && scores_make(attempt, &view);
	view_release(&view);
	return good ? STEP_NEXT : STEP_BROKEN;
}

/* What rules can tell from the trace alone. */
enum step attempt_classify(struct attempt *attempt)
{
	if (attempt->parent) { /* an errand that failed has nothing to be stored */
		attempt->at = AT_END;
		return STEP_AGAIN;
	}
	struct classify_input input = {.state = attempt->state, .finish = attempt->reply.finish, .output = said(attempt)};
	bool final = attempt->state != ATTEMPT_OPEN;
	attempt->has_finding = final && !attempt->passed && !attempt->score_only && classify_trace(&input, &attempt->finding);
	return STEP_NEXT;
}

/* ---- storing ------------------------------------------------------------------------------------------------------- */

static bool attempt_row_put(struct attempt *attempt)
{
	bool final = attempt->state != ATTEMPT_OPEN;
	const struct drawn_case *drawn = plan_draw(attempt->plan, attempt->row.position);
	struct attempt_row row = {.key = {attempt->planned->version, attempt->row.input_id, attempt->repeat},
		.state = attempt->state,
		.class = call_classes[attempt->class].name,
		.message = attempt->message,
		.finish = attempt->reply.finish,
		.routed_to = attempt->routed_to,
		.prompt = prompt_text(attempt),
		.output = final ? said(attempt) : text_make(NULL, 0),
		.reasoning = final ? attempt->reply.reasoning : text_make(NULL, 0),
		.extracted = attempt->extracted,
		.call_count = attempt->call_count,
		.usage = final ? attempt->usage : USAGE_UNKNOWN,
		.latency = final ? attempt->latency : UNKNOWN,
		.stratum = drawn ? drawn->stratum : NULL,
		.probability = drawn ? drawn->probability : 0,
		.run = attempt->plan->run,
		.ended_at = clock_wall(),
		.anew_after = attempt->anew_after};
	if (!attempt_put(attempt->plan->store, &row, &attempt->error))
		return false;
	attempt->attempt_row = row.id;
	return !attempt->has_retrieval || retrieval_put(attempt->plan->store, row.id, &attempt->retrieval, &attempt->error);
}

static bool scores_put(struct attempt *attempt)
{
	struct verdict_row verdict = {
		attempt->attempt_row, attempt->plan->grading, attempt->row.gold_id, attempt->passed, attempt->value};
	for (size_t i = 0; i < attempt->scores.count; i++) {
		attempt->scores.rows[i].attempt = attempt->attempt_row;
		if (!score_put(attempt->plan->store, &attempt->scores.rows[i], &attempt->error))
			return false;
	}
	return verdict_put(attempt->plan->store, &verdict, &attempt->error);
}

static bool label_store(struct attempt *attempt)
{
	const struct classify_finding *finding = &attempt->finding;
	if (!attempt->has_finding)
		return true;
	struct label_row label = {.attempt = attempt->attempt_row,
		.mode = finding->mode->code,
		.act = "put",
		.source = "rule",
		.author = finding->rule,
		.evidence = finding->evidence};
	return label_put(attempt->plan->store, &label, &attempt->error);
}

enum step attempt_store(struct attempt *attempt)
{
	bool final = attempt->state != ATTEMPT_OPEN;
	bool good = (attempt->score_only || (attempt_row_put(attempt) && attempt_recorded_labels(attempt))) &&
		    (!final || (scores_put(attempt) && label_store(attempt)));
	return good ? STEP_NEXT : STEP_BROKEN;
}
