/* A small database made through the store: three variants (prompt; rag and tuned against it) over a test set, with passes,
 * failures, errors, refusals, gaps and hostile text. Verdicts follow a pattern: one letter an attempt in order (case, repeat),
 * repeated as needed: P pass  F fail  E error  R refused  M not run  U answered, not scored */
#ifndef LEVER_TESTS_FIXTURE_H
#define LEVER_TESTS_FIXTURE_H

#include "eval/store/attempts.h"
#include "eval/store/cases.h"
#include "eval/store/runs.h"
#include "tests/unit/unit.h"
#include <unistd.h>

#define FIXTURE_VARIANTS 3
struct fixture_shape {
	int cases, repeats;
	bool clustered; /* three cases a cluster */
	bool hostile;	/* texts that attack terminals, tables, spreadsheets and XML */
	bool unpriced;	/* no cost is known of the last variant */
	int edition;	/* another edition of the variants and of every fourth gold answer */
	const char *patterns[FIXTURE_VARIANTS];
};
static const struct fixture_shape fixture_small = {
	.cases = 12,
	.repeats = 1,
	.hostile = true,
	.unpriced = true,
	.patterns = {"PPFFFFPFFFFP", "PPPPPPPFPFEP", "FPPPRMPPFFUP"},
};

struct fixture {
	char path[64];
	struct store *store;
	struct arena *arena;
	long long run, test_set, grading, scorers[2], versions[FIXTURE_VARIANTS];
	struct error error;
};

static const char *const fixture_names[FIXTURE_VARIANTS] = {"prompt", "rag", "tuned"};
static const char *const fixture_levers[FIXTURE_VARIANTS] = {"prompt", "rag", "fine-tune"};
static const char *const fixture_labels[] = {"KELP", "MOSS", "OTTER"};
static const char fixture_attack[] = "=1+1|`<b>&\"'\n# head\x1b[2J\xff\xe2\x80\xae<script> http://evil.example ]]> \r end";

static struct hash fixture_hash(const char *what, long long number)
{
	CLEANUP(memory_release) char *words = string_format("%s %lld", what, number);
	return hash_of(text_of(words));
}

static void fixture_ok(const struct fixture *fixture, bool good)
{
	if (!good)
		fail_msg("fixture: %s", fixture->error.message);
}

static const char *fixture_label(int at)
{
	return fixture_labels[at % 3];
}

static void fixture_case(struct fixture *fixture, struct case_writer *writer, const struct fixture_shape *shape, int at)
{
	struct arena *arena = fixture->arena;
	bool odd = shape->hostile && at == 3;
	const char *label = shape->edition && at % 4 == 0 ? "HERON" : fixture_label(at);
	struct case_row row = {.position = at + 1,
		.id = odd ? "-c|4<&>" : arena_format(arena, "case-%d", at + 1),
		.vars = text_of(odd ? "{\"input\":\"=HYPERLINK(1)|`x`\\n# not a heading <img src=x>\"}"
				    : arena_format(arena, "{\"input\":\"question %d\"}", at + 1)),
		.expected = text_of(arena_format(arena, "[\"%s\",\"%s!\"]", label, label)),
		.tags = text_of(at % 2 ? "[\"odd\",\"all\"]" : "[\"even|x\",\"all\",\"all\"]"),
		.cluster = shape->clustered ? arena_format(arena, "group-%d", at / 3) : NULL,
		.source = "cases.jsonl",
		.line = at + 1};
	fixture_ok(fixture, case_writer_add(writer, &row, &fixture->error));
}

static void fixture_cases(struct fixture *fixture, const struct fixture_shape *shape)
{
	struct case_writer *writer;
	long long count;
	struct hash source = fixture_hash("source", shape->edition);
	fixture_ok(fixture, case_writer_begin(fixture->store, &source, &writer, &fixture->error));
	for (int i = 0; i < shape->cases; i++)
		fixture_case(fixture, writer, shape, i);
	fixture_ok(fixture, case_writer_end(writer, &fixture->test_set, &count, &fixture->error));
	assert_int_equal(count, shape->cases);
}

static void fixture_grading(struct fixture *fixture)
{
	struct hash contains = fixture_hash("scorer", 1), label = fixture_hash("scorer", 2), grading = fixture_hash("grading", 1);
	struct error *error = &fixture->error;
	fixture_ok(fixture, scorer_put(fixture->store, &contains, "contains", "contains", TEXT("{}"), &fixture->scorers[0], error));
	fixture_ok(fixture, scorer_put(fixture->store, &label, "label", "label", TEXT("{}"), &fixture->scorers[1], error));
	fixture_ok(fixture, grading_put(fixture->store, &grading, TEXT("{}"), &fixture->grading, error));
	fixture_ok(fixture, grading_scorer_put(fixture->store, fixture->grading, fixture->scorers[0], "contains", error));
	fixture_ok(fixture, grading_scorer_put(fixture->store, fixture->grading, fixture->scorers[1], "label", error));
}

static void fixture_run(struct fixture *fixture, const struct fixture_shape *shape)
{
	struct run_variant variants[FIXTURE_VARIANTS];
	for (int i = 0; i < FIXTURE_VARIANTS; i++) {
		struct hash hash = fixture_hash(fixture_names[i], shape->edition);
		fixture_ok(fixture, variant_version_put(fixture->store, &hash, fixture_names[i], TEXT("{}"), &fixture->versions[i],
					    &fixture->error));
		variants[i] = (struct run_variant){.version = fixture->versions[i],
			.name = fixture_names[i],
			.lever = fixture_levers[i],
			.parent = i ? "prompt" : NULL,
			.model = "base"};
	}
	struct run_row run = {.uid = uid_make(),
		.manifest = fixture_hash("manifest", shape->edition),
		.test_set = fixture->test_set,
		.grading = fixture->grading,
		.repeats = shape->repeats,
		.seed = 1,
		.state = "running",
		.project = shape->hostile ? "help|desk <b>" : "helpdesk",
		.program = "0.1.0",
		.started_at = 1700000000000000,
		.variants = variants,
		.variant_count = FIXTURE_VARIANTS,
		.case_count = shape->cases};
	fixture_ok(fixture, run_put(fixture->store, &run, &fixture->error));
	fixture->run = run.id;
}

static void fixture_score(struct fixture *fixture, const struct case_row *row, long long attempt, bool passed, int at)
{
	struct error *error = &fixture->error;
	const char *answered = passed ? fixture_label(at) : at % 5 ? fixture_label(at + 1) : "something else";
	struct score_row contains = {
		attempt, fixture->scorers[0], row->gold_id, passed ? 1 : 0.25, passed, 1, .reason = TEXT("no | such `text`")};
	struct score_row label = {attempt, fixture->scorers[1], row->gold_id, passed, passed, 1, .reason = TEXT("another label"),
		.extracted = text_of(answered)};
	struct verdict_row verdict = {attempt, fixture->grading, row->gold_id, passed, passed ? 1 : 0.125};
	fixture_ok(fixture, score_put(fixture->store, &contains, error));
	fixture_ok(fixture, score_put(fixture->store, &label, error));
	fixture_ok(fixture, verdict_put(fixture->store, &verdict, error));
}

static struct usage fixture_usage(const struct fixture_shape *shape, int variant, int at)
{
	if (shape->unpriced && variant == FIXTURE_VARIANTS - 1)
		return (struct usage){at % 2 ? UNKNOWN : 90, UNKNOWN, UNKNOWN, 10, UNKNOWN, UNKNOWN};
	return (struct usage){100 * (variant + 1) + at, 0, 0, 10 + at, 42000000ll * (variant + 1) + at, UNKNOWN};
}

static void fixture_attempt(
	struct fixture *fixture, const struct fixture_shape *shape, const struct case_row *row, int variant, int at, int repeat)
{
	const char *pattern = shape->patterns[variant];
	char letter = pattern[(size_t)(at * shape->repeats + repeat) % strlen(pattern)];
	if (letter == 'M')
		return;
	struct text output = shape->hostile && at == 3 ? text_make(fixture_attack, sizeof fixture_attack - 1)
						       : text_of(fixture_label(at + (letter != 'P')));
	struct attempt_row attempt = {.key = {fixture->versions[variant], row->input_id, repeat + 1},
		.state = letter == 'E'	 ? ATTEMPT_OPEN
			 : letter == 'R' ? ATTEMPT_REFUSED
					 : ATTEMPT_ANSWERED,
		.class = letter == 'E'	 ? "timeout"
			 : letter == 'R' ? "refused"
					 : "ok",
		.message = letter == 'E' ? "no answer within 30 s \x1b[31m" : NULL,
		.output = letter == 'E' ? (struct text){0} : output,
		.call_count = letter == 'E' ? 3 : 1,
		.usage = letter == 'E' ? USAGE_UNKNOWN : fixture_usage(shape, variant, at),
		.latency = letter == 'E' ? UNKNOWN : 100000ll * (variant + 1) + 1000 * (at % 100),
		.run = fixture->run,
		.ended_at = 1700000000000000};
	fixture_ok(fixture, attempt_put(fixture->store, &attempt, &fixture->error));
	if (letter == 'P' || letter == 'F')
		fixture_score(fixture, row, attempt.id, letter == 'P', at);
}

static void fixture_attempts(struct fixture *fixture, const struct fixture_shape *shape)
{
	struct case_row *rows;
	size_t count;
	fixture_ok(fixture,
		case_page(fixture->store, fixture->test_set, 0, shape->cases, fixture->arena, &rows, &count, &fixture->error));
	assert_int_equal(count, shape->cases);
	for (int variant = 0; variant < FIXTURE_VARIANTS; variant++)
		for (int at = 0; at < shape->cases; at++)
			for (int repeat = 0; repeat < shape->repeats; repeat++)
				fixture_attempt(fixture, shape, &rows[at], variant, at, repeat);
}

/* Puts a further run into the open database. */
static void fixture_add(struct fixture *fixture, const struct fixture_shape *shape)
{
	fixture_ok(fixture, store_begin(fixture->store, &fixture->error));
	fixture_cases(fixture, shape);
	fixture_grading(fixture);
	fixture_run(fixture, shape);
	fixture_attempts(fixture, shape);
	fixture_ok(fixture, store_commit(fixture->store, &fixture->error));
}

static void fixture_open(struct fixture *fixture, const struct fixture_shape *shape)
{
	*fixture = (struct fixture){.arena = arena_create()};
	snprintf(fixture->path, sizeof fixture->path, "/tmp/lever-fixture-XXXXXX");
	assert_non_null(mkdtemp(fixture->path));
	CLEANUP(memory_release) char *file = string_format("%s/test.db", fixture->path);
	fixture_ok(fixture, store_open(file, STORE_WRITE, &fixture->store, &fixture->error));
	fixture_add(fixture, shape);
}

static void fixture_close(struct fixture *fixture)
{
	static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm", "test.db.lock", "test.db-lock"};
	store_close(fixture->store);
	arena_free(fixture->arena);
	for (size_t i = 0; i < COUNT(files); i++) {
		CLEANUP(memory_release) char *file = string_format("%s/%s", fixture->path, files[i]);
		unlink(file);
	}
	rmdir(fixture->path);
}

#endif
