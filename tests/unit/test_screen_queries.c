/* What the screens ask of the store: pages of the matrix, and which cases match which filter. */
#include "eval/store/labels.h"
#include "eval/store/screens.h"
#include "tests/unit/fixture.h"

static const struct fixture_shape shape = {
	.cases = 12,
	.repeats = 1,
	.patterns = {"PPFFFFPFFFFP", "PPPPPPPFPFEP", "FPPPRMPPFFUP"},
};

static struct matrix_query query_of(const struct fixture *fixture)
{
	return (struct matrix_query){fixture->run, fixture->test_set, fixture->grading, 1, fixture->versions, FIXTURE_VARIANTS};
}

static void pages_hold_every_cell(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	struct matrix_query query = query_of(&fixture);
	struct matrix_row *rows;
	size_t count;
	long long last;
	fixture_ok(&fixture, matrix_last(fixture.store, fixture.test_set, &last, &fixture.error));
	assert_int_equal(last, 12);
	fixture_ok(&fixture, matrix_rows(fixture.store, &query, 5, 30, fixture.arena, &rows, &count, &fixture.error));
	assert_int_equal(count, 8);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rows[i].position, i + 5);
		for (int variant = 0; variant < FIXTURE_VARIANTS; variant++) {
			const struct matrix_cell *cell = &rows[i].cells[variant];
			char letter = shape.patterns[variant][i + 4];
			assert_int_equal(cell->attempt != 0, letter != 'M');
			assert_int_equal(cell->errors, letter == 'E');
			assert_int_equal(cell->done, !strchr("ME", letter));
			assert_int_equal(cell->passed, letter == 'P');
			assert_int_equal(cell->graded, strchr("PFR", letter) != NULL);
			assert_string_equal(cell->class, letter == 'M'	 ? "planned"
							 : letter == 'E' ? "timeout"
							 : letter == 'R' ? "refused"
									 : "ok");
		}
	}
	fixture_ok(&fixture, matrix_rows(fixture.store, &query, 13, 99, fixture.arena, &rows, &count, &fixture.error));
	assert_int_equal(count, 0);
	fixture_close(&fixture);
}

static void repeats_are_folded(void **state)
{
	static const struct fixture_shape repeated = {.cases = 2, .repeats = 3, .patterns = {"PPPPFP", "FFFEEE", "PFEMMM"}};
	struct fixture fixture;
	fixture_open(&fixture, &repeated);
	struct matrix_query query = query_of(&fixture);
	struct matrix_row *rows;
	size_t count;
	query.repeats = 3;
	fixture_ok(&fixture, matrix_rows(fixture.store, &query, 1, 2, fixture.arena, &rows, &count, &fixture.error));
	assert_int_equal(count, 2);
	assert_int_equal(rows[0].cells[0].passed, 3);
	assert_int_equal(rows[0].cells[0].repeat, 1);
	assert_close(rows[0].cells[0].value, 1, 0);
	assert_int_equal(rows[1].cells[0].passed, 2);
	assert_int_equal(rows[1].cells[0].repeat, 2); /* the one that needs looking at */
	assert_close(rows[1].cells[0].value, (1 + 0.125 + 1) / 3, 1e-12);
	assert_int_equal(rows[1].cells[1].errors, 3);
	assert_int_equal(rows[0].cells[2].repeat, 2);
	assert_int_equal(rows[0].cells[2].errors, 1);
	assert_int_equal(rows[1].cells[2].attempt, 0);
	fixture_close(&fixture);
}

/* The positions that match, as "1 2 3". */
static const char *matches_of(struct fixture *fixture, const char *words, long long failing)
{
	struct matrix_query query = query_of(fixture);
	struct matrix_scan scan = {.filter = filter_parse(fixture->arena, words, &fixture->error), .failing = failing};
	struct matrix_match *matches;
	size_t count;
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	fixture_ok(fixture, scan.filter != NULL);
	/* In two windows, as screens do it. */
	for (long long first = 1; first <= 12; first += 6) {
		fixture_ok(fixture, matrix_scan(fixture->store, &query, &scan, first, first + 5, fixture->arena, &matches, &count,
					    &fixture->error));
		for (size_t i = 0; i < count; i++)
			buffer_format(&out, "%s%lld", out.length ? " " : "", matches[i].position);
	}
	return arena_string(fixture->arena, buffer_string(&out));
}

static void filters_choose_cases(void **state)
{
	static const struct {
		const char *words, *expected;
	} cases[] = {
		{"", "1 2 3 4 5 6 7 8 9 10 11 12"},
		{"tag:odd", "2 4 6 8 10 12"},
		{"-tag:odd tag:all", "1 3 5 7 9 11"},
		{"id:case-1*", "1 10 11 12"},
		{"\"question 7\"", "7"},
		{"KELP", "1 4 7 10"},
		{"case-11", "11"}, /* a bare word finds an id */
		{"verdict:error", "11"},
		{"variant:rag verdict:fail", "8 10"},
		{"variant:rag -verdict:pass", "8 10 11"},
		{"verdict:unscored", "11"},
		{"variant:tuned verdict:fail", "1 5 9 10"},
		{"class:time*", "11"},
		{"class:refused", "5"},
		{"class:answered variant:tuned -class:ok", ""},
		{"class:answered variant:tuned score<0.5", "1 9 10"},
		{"variant:prompt score<0.5", "3 4 5 6 8 9 10 11"},
		{"variant:prompt score>=1 tag:odd", "2 12"},
		{"variant:tuned score.contains>0.5", "2 3 4 7 8 12"},
		{"variant:prompt latency>0.105s", "7 8 9 10 11 12"},
		{"variant:none", ""},
		{"variant:%", ""},
	};
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *matches = matches_of(&fixture, cases[i].words, 0);
		if (strcmp(matches, cases[i].expected))
			fail_msg("\"%s\" matches %s, expected %s", cases[i].words, matches, cases[i].expected);
	}
	assert_string_equal(matches_of(&fixture, "", fixture.versions[1]), "8 10 11");
	assert_string_equal(matches_of(&fixture, "tag:odd", fixture.versions[1]), "8 10");
	fixture_close(&fixture);
}

static void label_add(struct fixture *fixture, long long position, const char *mode, const char *source)
{
	struct matrix_query query = query_of(fixture);
	struct matrix_row *rows;
	size_t count;
	fixture_ok(fixture, matrix_rows(fixture->store, &query, position, position, fixture->arena, &rows, &count, &fixture->error));
	struct label_row label = {
		.attempt = rows[0].cells[0].attempt, .mode = mode, .act = "put", .source = source, .author = source};
	fixture_ok(fixture, label_put(fixture->store, &label, &fixture->error));
}

/* As in triage: a person's label stands before what a rule said. */
static void filters_take_the_label_in_force(void **state)
{
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	label_add(&fixture, 3, "F0", "rule");
	label_add(&fixture, 4, "F0", "rule");
	label_add(&fixture, 4, "F6", "person");
	label_add(&fixture, 7, "F0", "rule"); /* passes */
	assert_string_equal(matches_of(&fixture, "variant:prompt label:F0", 0), "3");
	assert_string_equal(matches_of(&fixture, "variant:prompt label:F6", 0), "4");
	assert_string_equal(matches_of(&fixture, "label:*", 0), "3 4");
	fixture_close(&fixture);
}

static void wrong_terms_are_told(void **state)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct error error = {0};
	const struct filter *filter = filter_parse(arena, "verdict:maybe", &error);
	if (filter)
		assert_false(matrix_scan_check(filter, &error));
	assert_int_equal(error.kind, ERROR_USAGE);
	filter = filter_parse(arena, "tag:x verdict:fail score<0.5", &error);
	assert_non_null(filter);
	assert_true(matrix_scan_check(filter, &error));
	assert_true(matrix_scan_check(NULL, &error));
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	assert_true(matrix_scorers_check(fixture.store, fixture.grading, filter_parse(arena, "score.cont*<0.5", &error), &error));
	assert_false(matrix_scorers_check(fixture.store, fixture.grading, filter_parse(arena, "score.contain<0.5", &error), &error));
	assert_string_equal(error.message, "no scorer of this run is called \"contain\", did you mean `contains`?");
	fixture_close(&fixture);
}

static void ranks_count_what_does_not_pass(void **state)
{
	static const int expected[] = {1, 0, 1, 1, 2, 1, 0, 2, 2, 3, 2, 0};
	struct fixture fixture;
	fixture_open(&fixture, &shape);
	struct matrix_query query = query_of(&fixture);
	struct matrix_match *matches;
	size_t count;
	fixture_ok(&fixture, matrix_scan(fixture.store, &query, &(struct matrix_scan){.rank = true}, 1, 12, fixture.arena, &matches,
				     &count, &fixture.error));
	assert_int_equal(count, 12);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(matches[i].failing, expected[i]);
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_hold_every_cell),
		cmocka_unit_test(repeats_are_folded),
		cmocka_unit_test(filters_choose_cases),
		cmocka_unit_test(filters_take_the_label_in_force),
		cmocka_unit_test(wrong_terms_are_told),
		cmocka_unit_test(ranks_count_what_does_not_pass),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
