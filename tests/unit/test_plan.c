/* What a plan takes (samples) and in which order the cursor hands it out, on a small project on disk. No call is made. */
#include "eval/base/file.h"
#include "eval/run/cursor.h"
#include "tests/unit/unit.h"
#include <unistd.h>

enum { CASES = 130 };

struct fixture {
	struct arena *arena;
	char folder[64];
	struct project *project;
	struct store *store;
	struct error_list errors;
};

static const char *inside(struct fixture *f, const char *name)
{
	return path_join(f->arena, f->folder, name);
}

static void put(struct fixture *f, const char *name, struct text content)
{
	struct error error;
	assert_true(file_write(inside(f, name), content, 0600, &error));
}

/* One half alpha, three tenths beta, the rest without tags; a second tag says nothing about strata. */
static const char *tags_of(int at)
{
	return at % 2 ? "[\"alpha\",\"x\"]" : at % 10 < 6 ? "[\"beta\"]" : "[]";
}

static void cases_put(struct fixture *f)
{
	CLEANUP(buffer_release) struct buffer cases = BUFFER_EMPTY;
	for (int i = 1; i <= CASES; i++)
		buffer_format(&cases, "{\"id\":\"c%d\",\"input\":\"question %d\",\"expected\":\"%d\",\"tags\":%s}\n", i, i, i,
			tags_of(i));
	put(f, "cases.jsonl", buffer_text(&cases));
}

static void project_put(struct fixture *f, int seed)
{
	CLEANUP(buffer_release) struct buffer text = BUFFER_EMPTY;
	buffer_format(&text, "seed: %d\n", seed);
	buffer_add_string(&text, "models:\n  m: {api: openai, base_url: \"http://127.0.0.1:9/v1\", model: none}\n"
				 "cases: cases.jsonl\n"
				 "variants:\n"
				 "  one: {lever: prompt, model: m, prompt: p.md}\n"
				 "  two: {lever: prompt, parent: one, model: m, prompt: q.md}\n"
				 "scorers:\n  - exact: \"{{ expected }}\"\n");
	put(f, "lever.yaml", buffer_text(&text));
}

static void project_open(struct fixture *f, int seed)
{
	struct error error;
	project_put(f, seed);
	f->project = project_read(f->folder, &f->errors);
	if (!f->project)
		fail_msg("%s", f->errors.items[0].message);
	if (!f->store && !store_open(inside(f, "test.db"), STORE_WRITE, &f->store, &error))
		fail_msg("%s", error.message);
}

static int set_up(void **state)
{
	struct fixture *f = memory_take(sizeof *f);
	f->arena = arena_create();
	snprintf(f->folder, sizeof f->folder, "/tmp/lever-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	cases_put(f);
	put(f, "p.md", TEXT("Answer {{ input }}"));
	put(f, "q.md", TEXT("Please answer {{ input }}"));
	project_open(f, 1);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	const char **paths;
	size_t count;
	struct error error;
	store_close(f->store);
	project_free(f->project);
	assert_true(folder_list(f->arena, f->folder, NULL, &paths, &count, &error));
	for (size_t i = 0; i < count; i++)
		unlink(inside(f, paths[i]));
	rmdir(f->folder);
	error_list_release(&f->errors);
	arena_free(f->arena);
	free(f);
	return 0;
}

static struct plan *plan_of(struct fixture *f, struct run_options options)
{
	struct plan *plan = plan_make(f->project, f->store, &options, &f->errors);
	if (!plan)
		fail_msg("%s", f->errors.count ? f->errors.items[0].message : "no plan, no reason");
	return plan;
}

struct sample {
	bool has[CASES + 1];
	long long count;
};

static struct sample sample_of(struct fixture *f, long long limit, const char *filter)
{
	struct sample sample = {0};
	struct plan *plan = plan_of(f, (struct run_options){.limit = limit, .filter = filter});
	assert_true(plan->sampled);
	for (size_t i = 0; i < plan->sample_count; i++) {
		assert_true(plan->sample[i] >= 1 && plan->sample[i] <= CASES);
		assert_true(i == 0 || plan->sample[i] > plan->sample[i - 1]);
		sample.has[plan->sample[i]] = true;
	}
	sample.count = (long long)plan->sample_count;
	assert_int_equal(plan->selected_cases, sample.count);
	plan_free(plan);
	return sample;
}

/* Each sample holds all smaller ones, and is the same every time. */
static void test_samples_are_nested(void **state)
{
	static const long long limits[] = {1, 2, 3, 10, 50, 100, 129, 130};
	struct sample smaller = {0};
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct sample sample = sample_of(*state, limits[i], NULL), again = sample_of(*state, limits[i], NULL);
		assert_int_equal(sample.count, limits[i]);
		assert_memory_equal(&sample, &again, sizeof sample);
		for (int at = 1; at <= CASES; at++)
			assert_true(sample.has[at] || !smaller.has[at]);
		smaller = sample;
	}
	assert_int_equal(sample_of(*state, 1000000, NULL).count, CASES);
}

static void test_samples_are_stratified(void **state)
{
	static const long long limits[] = {10, 20, 50, 100};
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct sample sample = sample_of(*state, limits[i], NULL);
		double alpha = 0, beta = 0, none = 0, share = (double)limits[i] / CASES;
		for (int at = 1; at <= CASES; at++)
			if (sample.has[at])
				*(at % 2 ? &alpha : at % 10 < 6 ? &beta : &none) += 1;
		assert_close(alpha, 65 * share, 2);
		assert_close(beta, 39 * share, 2);
		assert_close(none, 26 * share, 2);
	}
}

/* The sample is no run of neighbours, and another seed draws another one. */
static void test_seed(void **state)
{
	struct fixture *f = *state;
	struct sample first = sample_of(f, 50, NULL), other, again;
	project_free(f->project);
	project_open(f, 2);
	other = sample_of(f, 50, NULL);
	project_free(f->project);
	project_open(f, 1);
	again = sample_of(f, 50, NULL);
	assert_memory_equal(&first, &again, sizeof first);
	int same = 0, early = 0;
	for (int at = 1; at <= CASES; at++) {
		same += first.has[at] && other.has[at];
		early += first.has[at] && at <= 50;
	}
	assert_true(same < 45);
	assert_true(early < 45);
}

static void test_filters(void **state)
{
	static const struct {
		const char *filter;
		long long limit, count;
	} samples[] = {{"tag:alpha", 0, 65}, {"tag:alpha", 10, 10}, {"tag:beta", 0, 39},
		{"id:c7", 0, 1}, {"tag:x", 1000, 65}};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct sample sample = sample_of(*state, samples[i].limit, samples[i].filter);
		assert_int_equal(sample.count, samples[i].count);
		for (int at = 1; at <= CASES && strstr(samples[i].filter, "alpha"); at++)
			assert_true(!sample.has[at] || at % 2);
	}
	struct fixture *f = *state;
	struct plan *plan = plan_of(f, (struct run_options){0});
	assert_false(plan->sampled);
	assert_int_equal(plan->selected_cases, CASES);
	plan_free(plan);
	static const char *const wrong[] = {"tag:", "verdict:fail", "nothing:x"};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct run_options options = {.filter = wrong[i]};
		error_list_release(&f->errors);
		assert_null(plan_make(f->project, f->store, &options, &f->errors));
		assert_int_equal(f->errors.items[0].kind, ERROR_USAGE);
		assert_contains(f->errors.items[0].message, "--filter");
	}
}

/* ---- the cursor ---------------------------------------------------------------------------------------------------- */

typedef void unit_function(struct plan *plan, const struct cursor_unit *unit);

/* Walks to the end; answers the number of units. */
static long long walk(struct plan *plan, unit_function *each, long long stored[2])
{
	struct cursor *cursor = cursor_create(plan);
	struct cursor_unit unit;
	struct error error;
	long long count = 0;
	for (bool more = true;; count++) {
		if (!cursor_next(cursor, &unit, &more, &error))
			fail_msg("%s", error.message);
		if (!more)
			break;
		if (each)
			each(plan, &unit);
	}
	for (size_t i = 0; stored && i < plan->variant_count; i++)
		stored[i] = cursor_stored(cursor, i);
	cursor_free(cursor);
	return count;
}

static int seen[2][CASES + 1][4];
static long long page_of_last, variant_of_last, key_of_last;

static void check_order(struct plan *plan, const struct cursor_unit *unit)
{
	long long page = (unit->row->position - 1) / 64, key = unit->row->position * 10 + unit->repeat;
	char id[16];
	snprintf(id, sizeof id, "c%lld", unit->row->position);
	assert_string_equal(unit->row->id, id);
	assert_ptr_equal(unit->variant, &plan->variants[unit->variant_index]);
	assert_int_equal(unit->attempt, 0);
	assert_false(unit->was_open || unit->score_only);
	assert_int_equal(seen[unit->variant_index][unit->row->position][unit->repeat]++, 0);
	assert_true(page >= page_of_last);
	if (page > page_of_last)
		variant_of_last = key_of_last = 0;
	assert_true((long long)unit->variant_index >= variant_of_last);
	if ((long long)unit->variant_index > variant_of_last)
		key_of_last = 0;
	assert_true(key > key_of_last);
	page_of_last = page;
	variant_of_last = (long long)unit->variant_index;
	key_of_last = key;
}

/* Everything once; in pages of cases, within a page variant by variant. */
static void test_cursor_order(void **state)
{
	struct plan *plan = plan_of(*state, (struct run_options){.repeats = 3});
	long long stored[2] = {9, 9};
	assert_int_equal(walk(plan, check_order, stored), 2 * CASES * 3);
	assert_int_equal(stored[0] + stored[1], 0);
	plan_free(plan);
}

static void check_second(struct plan *plan, const struct cursor_unit *unit)
{
	assert_string_equal(unit->variant->variant->name, "two");
}

static void test_cursor_selection(void **state)
{
	static const char *const two[] = {"two"};
	struct plan *plan = plan_of(*state, (struct run_options){.variants = two, .variant_count = 1, .limit = 100});
	assert_int_equal(walk(plan, check_second, NULL), 100);
	plan_free(plan);
	struct fixture *f = *state;
	struct run_options none = {.filter = "tag:alpah", .limit = 5};
	assert_null(plan_make(f->project, f->store, &none, &f->errors));
	assert_string_equal(f->errors.items[0].message, "no case matches `tag:alpah`, did you mean `tag:alpha`?");
	assert_int_equal(error_exit_status(&f->errors.items[0]), 2);
	plan = plan_of(*state, (struct run_options){.rescore = true}); /* nothing is stored: nothing to score */
	assert_int_equal(walk(plan, NULL, NULL), 0);
	plan_free(plan);
}

/* Position 5k: scored; 5k+1: answered only; 5k+2: open. */
static void answer(struct plan *plan, const struct cursor_unit *unit)
{
	int kind = (int)(unit->row->position % 5);
	struct error error;
	if (kind > 2 || unit->variant_index)
		return;
	struct attempt_row attempt = {.key = {unit->variant->version, unit->row->input_id, unit->repeat},
		.state = kind == 2 ? ATTEMPT_OPEN : ATTEMPT_ANSWERED,
		.class = kind == 2 ? "timeout" : "ok",
		.output = kind == 2 ? (struct text){0} : TEXT("x"),
		.usage = USAGE_UNKNOWN,
		.latency = UNKNOWN,
		.run = plan->run};
	if (!attempt_put(plan->store, &attempt, &error))
		fail_msg("%s", error.message);
	struct verdict_row verdict = {
		.attempt = attempt.id, .grading = plan->grading, .gold = unit->row->gold_id, .passed = true, .value = 1};
	if (kind == 0 && !verdict_put(plan->store, &verdict, &error))
		fail_msg("%s", error.message);
}

static int kinds[2][3]; /* by variant: new, open, to score */

static void check_kind(struct plan *plan, const struct cursor_unit *unit)
{
	int kind = (int)(unit->row->position % 5);
	bool first = unit->variant_index == 0;
	assert_int_equal(unit->was_open, first && kind == 2);
	assert_int_equal(unit->score_only, first && kind == 1);
	assert_int_equal(unit->attempt != 0, first && kind <= 2);
	kinds[unit->variant_index][unit->was_open ? 1 : unit->score_only ? 2 : 0]++;
}

/* What is there is passed over and counted; what is open is made again; what lacks a verdict is only scored. */
static void test_cursor_resumes(void **state)
{
	struct fixture *f = *state;
	struct error error;
	long long stored[2];
	struct plan *plan = plan_of(f, (struct run_options){0});
	assert_true(store_begin(f->store, &error));
	walk(plan, answer, NULL);
	assert_true(store_commit(f->store, &error));
	assert_int_equal(walk(plan, check_kind, stored), 2 * CASES - CASES / 5);
	assert_int_equal(stored[0], CASES / 5);
	assert_int_equal(stored[1], 0);
	assert_int_equal(kinds[0][0], 2 * CASES / 5);
	assert_int_equal(kinds[0][1], CASES / 5);
	assert_int_equal(kinds[0][2], CASES / 5);
	assert_int_equal(kinds[1][0], CASES);
	plan_free(plan);
	plan = plan_of(f, (struct run_options){.rescore = true});
	assert_int_equal(walk(plan, check_kind, stored), CASES / 5);
	plan_free(plan);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_samples_are_nested),
		CASE(test_samples_are_stratified),
		CASE(test_seed),
		CASE(test_filters),
		CASE(test_cursor_order),
		CASE(test_cursor_selection),
		CASE(test_cursor_resumes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
