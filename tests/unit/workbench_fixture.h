/* A database for the workbench's tests: four variants over cases with prompts, word-like answers, passages retrieved beside gold,
 * scores with reasons, calls, failures, gaps, and one case whose every text attacks the terminal. */
#ifndef LEVER_TESTS_WORKBENCH_FIXTURE_H
#define LEVER_TESTS_WORKBENCH_FIXTURE_H

#include "eval/store/attempts.h"
#include "eval/store/cases.h"
#include "eval/store/corpora.h"
#include "eval/store/runs.h"
#include <stdio.h>
#include <stdlib.h>

#define BENCH_VARIANTS_MOST 24
#define BENCH_STARTED 1700000000000000ll

struct bench_shape {
	int cases, variants, repeats;
	bool bare; /* attempts and verdicts only: for large databases */
};

struct bench_fixture {
	struct store *store;
	struct arena *arena;
	struct bench_shape shape;
	long long run, test_set, grading, scorers[2], versions[BENCH_VARIANTS_MOST];
};

/* Everything the terminal must never be told: title, cursor, clear, colours, bell, bidi, zero width, tag characters, C1, invalid
 * bytes. */
static const char bench_attack[] = "A\x1b]0;OWNED\x07"
				   "B\x1b[2J\x1b[1;1HC\rD\bE\x9b"
				   "31mF\xff\xfeG\xe2\x80\xaeH\xe2\x80\x8bI\xf3\xa0\x81\x81J\tK\x1b[?1049lL\xc2\x9b"
				   "2JM";

static const struct {
	const char *question, *answer, *passage;
} bench_facts[] = {
	{"How many days of leave may be carried over into the next year?", "Five days, until the end of March.",
		"leave.md#carry-over"},
	{"Who signs off travel above 500 euros?", "The head of the department signs it.", "travel.md#approval"},
	{"Within how many hours must an incident be reported?", "Within 24 hours, to the safety desk.", "incidents.md#reporting"},
	{"Which buoys are serviced in winter?", "Only the northern ones: 7, 9 and 12.", "buoy-service.md#winter"},
	{"May visitors park in the yard?", "No; visitors use the lot at the harbour gate.", "parking.md#visitors"},
};

static const struct {
	const char *name, *lever, *parent;
} bench_variants[] = {
	{"prompt", "prompt", NULL},
	{"few-shot", "few-shot", "prompt"},
	{"rag", "rag", "prompt"},
	{"tuned", "fine-tune", "rag"},
};

static void bench_ok(bool good, const struct error *error)
{
	if (good)
		return;
	fprintf(stderr, "fixture: %s\n", error->message);
	abort();
}

static struct hash bench_hash(const char *what, long long number)
{
	CLEANUP(memory_release) char *words = string_format("%s %lld", what, number);
	return hash_of(text_of(words));
}

static bool bench_hostile(const struct bench_fixture *fixture, int at)
{
	return !fixture->shape.bare && at == 3;
}

static struct text bench_json_string(struct arena *arena, struct text text)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	json_write_string(text, &out);
	return text_copy(arena, buffer_text(&out));
}

static const char *bench_question(struct bench_fixture *fixture, int at)
{
	return arena_format(fixture->arena, "%s (form %d)", bench_facts[at % 5].question, at + 1);
}

static void bench_case(struct bench_fixture *fixture, struct case_writer *writer, int at)
{
	struct arena *arena = fixture->arena;
	struct error error = {0};
	struct text attack = text_make(bench_attack, sizeof bench_attack - 1);
	struct text question = bench_json_string(arena, bench_hostile(fixture, at) ? attack : text_of(bench_question(fixture, at)));
	struct case_row row = {.position = at + 1,
		.id = bench_hostile(fixture, at) ? "x\x1b[31m\xe2\x80\xae\r-id" : arena_format(arena, "form-%04d", at + 1),
		.vars = text_of(arena_format(arena, "{\"input\":%s}", question.data)),
		.expected = text_of(arena_format(arena, "[\"%s\"]", bench_facts[at % 5].answer)),
		.gold = text_of(arena_format(arena, "[\"%s\"]", bench_facts[at % 5].passage)),
		.tags = text_of(at % 2 ? "[\"odd\",\"hard\"]" : "[\"even\"]"),
		.source = "cases.jsonl",
		.line = at + 1};
	bench_ok(case_writer_add(writer, &row, &error), &error);
}

static void bench_cases(struct bench_fixture *fixture)
{
	struct error error = {0};
	struct case_writer *writer;
	long long count;
	struct hash source = bench_hash("source", fixture->shape.cases);
	bench_ok(case_writer_begin(fixture->store, &source, &writer, &error), &error);
	for (int i = 0; i < fixture->shape.cases; i++)
		bench_case(fixture, writer, i);
	bench_ok(case_writer_end(writer, &fixture->test_set, &count, &error), &error);
}

static void bench_grading(struct bench_fixture *fixture)
{
	struct error error = {0};
	static const char *const names[] = {"contains", "length"};
	struct hash grading = bench_hash("grading", 1);
	bench_ok(grading_put(fixture->store, &grading, TEXT("{}"), &fixture->grading, &error), &error);
	for (int i = 0; i < 2; i++) {
		struct hash hash = bench_hash("scorer", i);
		bench_ok(scorer_put(fixture->store, &hash, names[i], names[i], TEXT("{}"), &fixture->scorers[i], &error), &error);
		bench_ok(grading_scorer_put(fixture->store, fixture->grading, fixture->scorers[i], names[i], &error), &error);
	}
}

static void bench_run(struct bench_fixture *fixture)
{
	struct error error = {0};
	struct run_variant variants[BENCH_VARIANTS_MOST];
	for (int i = 0; i < fixture->shape.variants; i++) {
		const char *name = i < 4 ? bench_variants[i].name : arena_format(fixture->arena, "model-%d", i);
		struct hash hash = bench_hash(name, fixture->shape.cases);
		bench_ok(variant_version_put(fixture->store, &hash, name, TEXT("{}"), &fixture->versions[i], &error), &error);
		variants[i] = (struct run_variant){.version = fixture->versions[i],
			.name = name,
			.lever = i < 4 ? bench_variants[i].lever : "model",
			.parent = i < 4 ? bench_variants[i].parent : "prompt",
			.model = "base"};
	}
	struct run_row run = {.uid = uid_make(),
		.manifest = bench_hash("manifest", fixture->shape.cases),
		.test_set = fixture->test_set,
		.grading = fixture->grading,
		.repeats = fixture->shape.repeats,
		.seed = 1,
		.state = "complete",
		.project = "helpdesk",
		.program = "0.1.0",
		.started_at = BENCH_STARTED,
		.ended_at = BENCH_STARTED + 60000000,
		.variants = variants,
		.variant_count = (size_t)fixture->shape.variants,
		.case_count = fixture->shape.cases};
	bench_ok(run_put(fixture->store, &run, &error), &error);
	fixture->run = run.id;
}

/* What a variant says: the tuned one and rag mostly right, the prompt alone mostly not. */
static char bench_outcome(int variant, int at, int repeat)
{
	static const char *const patterns[] = {"FFPFF", "FPPFF", "PPFPP", "PPPPFPP", "FPE", "PF"};
	const char *pattern = patterns[variant < 4 ? variant : 4 + variant % 2];
	if (variant == 1 && at % 17 == 16)
		return 'E';
	return pattern[(size_t)(at + repeat) % strlen(pattern)];
}

static const char *bench_output(struct bench_fixture *fixture, int variant, int at, bool passes)
{
	const char *answer = bench_facts[at % 5].answer;
	if (passes)
		return arena_format(fixture->arena,
			variant == 2 ? "According to the handbook [1]: %s Ask the front desk for the form."
				     : "%s Ask the front desk for the form.",
			answer);
	return arena_format(fixture->arena, "I believe this is up to your manager. Ask the front desk for the form%s.",
		variant == 1 ? " again" : "");
}

static void bench_retrieval(struct bench_fixture *fixture, long long attempt, int at)
{
	struct error error = {0};
	struct retrieved_row items[] = {
		{1, bench_facts[at % 5].passage, "Handbook", text_of(bench_facts[at % 5].answer), 11.25, 1, true},
		{2, bench_facts[(at + 1) % 5].passage, "Handbook",
			bench_hostile(fixture, at) ? text_make(bench_attack, sizeof bench_attack - 1)
						   : text_of(bench_facts[(at + 1) % 5].answer),
			4.5, 2, false},
		{3, "canteen.md#menu", "Canteen", TEXT("Soup is served from eleven."), 1.75, 0, false},
	};
	struct retrieval_row row = {"handbook", bench_hash("corpus", 1), text_of(bench_question(fixture, at)), 900,
		at % 3 == 2 ? items + 1 : items, at % 3 == 2 ? 2 : 3};
	bench_ok(retrieval_put(fixture->store, attempt, &row, &error), &error);
}

static void bench_scores(struct bench_fixture *fixture, const struct case_row *row, long long attempt, bool passes)
{
	struct error error = {0};
	struct score_row contains = {.attempt = attempt,
		.scorer = fixture->scorers[0],
		.gold = row->gold_id,
		.value = passes,
		.passed = passes,
		.weight = 1,
		.reason = passes ? TEXT("the expected answer is in the output")
				 : TEXT("none of the expected answers is in the output")};
	struct score_row length = {.attempt = attempt,
		.scorer = fixture->scorers[1],
		.gold = row->gold_id,
		.value = 0.75,
		.passed = true,
		.weight = 0,
		.reason = TEXT("12 words of at most 16")};
	bench_ok(score_put(fixture->store, &contains, &error) && score_put(fixture->store, &length, &error), &error);
}

static struct text bench_prompt(struct bench_fixture *fixture, int at)
{
	struct text attack = text_make(bench_attack, sizeof bench_attack - 1);
	return text_of(arena_format(fixture->arena,
		"[{\"role\":\"system\",\"content\":\"You answer questions of the harbour "
		"office.\"},{\"role\":\"user\",\"content\":%s}]",
		bench_json_string(fixture->arena, bench_hostile(fixture, at) ? attack : text_of(bench_question(fixture, at)))
			.data));
}

static void bench_call(struct bench_fixture *fixture, const struct attempt_row *attempt)
{
	struct error error = {0};
	bool good = attempt->state == ATTEMPT_ANSWERED;
	struct call_row call = {.uid = uid_make(),
		.run = fixture->run,
		.attempt = attempt->key,
		.purpose = "answer",
		.try = 1,
		.state = good ? "answered" : "failed",
		.source = "network",
		.class = attempt->class,
		.message = attempt->message,
		.model = "base",
		.key = bench_hash("call", attempt->id),
		.method_url = "POST http://127.0.0.1:8080/v1/chat/completions",
		.status = good ? 200 : 0,
		.usage = attempt->usage,
		.started_at = BENCH_STARTED,
		.latency = attempt->latency,
		.first_byte = UNKNOWN};
	bench_ok(call_put(fixture->store, &call, &error), &error);
}

static void bench_attempt(struct bench_fixture *fixture, const struct case_row *row, int variant, int at, int repeat)
{
	struct error error = {0};
	char outcome = bench_outcome(variant, at, repeat);
	bool passes = outcome == 'P', answered = outcome != 'E', bare = fixture->shape.bare;
	struct attempt_row attempt = {.key = {fixture->versions[variant], row->input_id, repeat + 1},
		.state = answered ? ATTEMPT_ANSWERED : ATTEMPT_OPEN,
		.class = answered ? "ok" : "timeout",
		.message = answered ? NULL : "no answer within 30 s \x1b[31m",
		.finish = answered ? "stop" : NULL,
		.call_count = 1,
		.usage = answered ? (struct usage){120 + at % 7, 0, 0, 14 + variant, 1500000 * (variant + 1)} : USAGE_UNKNOWN,
		.latency = answered ? 800000 + 1000 * (at % 90) : UNKNOWN,
		.run = fixture->run,
		.ended_at = BENCH_STARTED};
	if (answered && !bare)
		attempt.output = bench_hostile(fixture, at) ? text_make(bench_attack, sizeof bench_attack - 1)
							    : text_of(bench_output(fixture, variant, at, passes));
	if (!bare)
		attempt.prompt = bench_prompt(fixture, at);
	bench_ok(attempt_put(fixture->store, &attempt, &error), &error);
	if (answered) {
		struct verdict_row verdict = {attempt.id, fixture->grading, row->gold_id, passes, passes};
		bench_ok(verdict_put(fixture->store, &verdict, &error), &error);
	}
	if (bare)
		return;
	bench_call(fixture, &attempt);
	if (answered)
		bench_scores(fixture, row, attempt.id, passes);
	if (answered && variant == 2)
		bench_retrieval(fixture, attempt.id, at);
}

static void bench_attempts(struct bench_fixture *fixture)
{
	struct error error = {0};
	for (long long after = 0; after < fixture->shape.cases; after += 1000) {
		CLEANUP(arena_release) struct arena *arena = arena_create();
		struct case_row *rows;
		size_t count;
		bench_ok(case_page(fixture->store, fixture->test_set, after, 1000, arena, &rows, &count, &error), &error);
		for (size_t i = 0; i < count; i++)
			for (int variant = 0; variant < fixture->shape.variants; variant++)
				for (int repeat = 0; repeat < fixture->shape.repeats; repeat++)
					if (variant != 3 || (after + (long long)i) % 11 != 10)
						bench_attempt(fixture, &rows[i], variant, (int)(after + (long long)i), repeat);
	}
}

static void bench_corpus(struct bench_fixture *fixture)
{
	struct error error = {0};
	struct store *store = fixture->store;
	long long corpus, document;
	bench_ok(corpus_open(store, "handbook", "{}", &corpus, &error), &error);
	for (size_t i = 0; i < COUNT(bench_facts); i++) {
		struct hash hash = bench_hash("document", (long long)i);
		const char *key = bench_facts[i].passage, *path = arena_copy(fixture->arena, key, strcspn(key, "#"));
		bench_ok(document_put(store, corpus, path, &hash, "Handbook", &document, &error), &error);
		bench_ok(passage_put(store, corpus, document, 1, key, "Handbook", text_of(bench_facts[i].answer), true, &error),
			&error);
	}
	bench_ok(corpus_close(store, corpus, &error), &error);
}

/* A further run in the database at `path`, which is made where it is missing. */
static void bench_build(const char *path, struct bench_shape shape)
{
	struct error error = {0};
	struct bench_fixture fixture = {.arena = arena_create(), .shape = shape};
	bench_ok(store_open(path, STORE_WRITE, &fixture.store, &error), &error);
	bench_ok(store_begin(fixture.store, &error), &error);
	bench_cases(&fixture);
	bench_grading(&fixture);
	bench_run(&fixture);
	bench_attempts(&fixture);
	if (!shape.bare)
		bench_corpus(&fixture);
	bench_ok(tally_count(fixture.store, fixture.run, &error), &error);
	bench_ok(store_commit(fixture.store, &error), &error);
	store_close(fixture.store);
	arena_free(fixture.arena);
}

#endif
