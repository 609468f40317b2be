/* What holds for every scorer there is, now or later: it explains itself, and no input makes it crash, hang, leave its range or say
 * two things of the same. */
#include "tests/unit/scoring.h"

#define BIG ((size_t)1 << 20)

/* Least configurations of the types that need one. */
static const struct {
	const char *type, *config;
} needs[] = {
	{"regex", "{value: \"(x+x+)+y|[0-9]+$\"}"},
	{"label", "{labels: [x, yes, no]}"},
	{"length", "{min: 1, max: 10, unit: characters}"},
	{"latency", "{max: 1s}"},
	{"cost", "{max: 0.1}"},
};

static const char *config_of(const char *type)
{
	for (size_t i = 0; i < COUNT(needs); i++)
		if (strcmp(needs[i].type, type) == 0)
			return needs[i].config;
	return "{}";
}

static void test_types_explain_themselves(void **state)
{
	for (size_t i = 0; scorer_types[i]; i++) {
		const struct scorer_type *type = scorer_types[i];
		bool main_found = !type->main_field;
		assert_true(type->name && type->name[0] && type->summary && type->summary[0] && type->help && type->help[0]);
		assert_true(type->version >= 1 && type->fields && type->score);
		assert_contains(type->help, arena_format((struct arena *)*state, "- %s", type->name));
		for (const struct field *field = type->fields; field->name; field++) {
			assert_true(field->help && field->help[0] && field->help[strlen(field->help) - 1] != '.');
			for (const struct field *frame = scorer_fields; frame->name; frame++)
				assert_string_not_equal(field->name, frame->name);
			main_found = main_found || strcmp(field->name, type->main_field) == 0;
		}
		assert_true(main_found);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(type->name, scorer_types[j]->name);
	}
	for (const struct field *frame = scorer_fields; frame->name; frame++)
		assert_true(frame->help && frame->help[0]);
}

static struct text repeated(struct arena *arena, struct text part, size_t length)
{
	char *data = arena_take(arena, length);
	for (size_t i = 0; i < length; i++)
		data[i] = part.data[i % part.length];
	return text_make(data, length);
}

static size_t answers_make(struct arena *arena, struct text *ret)
{
	const struct text small[] = {TEXT(""), {0}, TEXT(" "), TEXT("x"), TEXT("yes"), TEXT("\0"), TEXT("a\0b"),
		TEXT("\xFF\xFE\x80"), TEXT("\xED\xA0\x80"), TEXT("{\"a\": 1"), TEXT("{}"), TEXT("[[[["), TEXT("-"), TEXT("1e999"),
		TEXT("(B)"), TEXT("[1] [999] [1-999]"), TEXT("\x1B]0;x\x07\xE2\x80\xAE"), TEXT("{{ expected }}"), TEXT("$"),
		TEXT("."), TEXT("NaN")};
	const struct text parts[] = {TEXT("x"), TEXT("yes no "), TEXT("["), TEXT("\xFF"), TEXT("\0")};
	size_t count = 0;
	for (size_t i = 0; i < COUNT(small); i++)
		ret[count++] = small[i];
	for (size_t i = 0; i < COUNT(parts); i++)
		ret[count++] = repeated(arena, parts[i], BIG);
	return count;
}

static bool result_same(const struct score_result *a, const struct score_result *b)
{
	return a->value == b->value && a->passed == b->passed && text_equal(a->reason, b->reason) &&
	       text_equal(a->extracted, b->extracted) && !a->extracted.data == !b->extracted.data;
}

static const char *const expecteds[] = {0, "[]", "[null]", "[\"\"]", "[\"x\"]", "[\"yes\",\"no\"]", "[7]", "[{\"a\":1}]", "[[1]]",
	"[\"\\u0001\"]", "[\"B\"]", "[true]"};

static void answer_check(struct scoring *scoring, size_t at, struct text answer)
{
	struct score_result first = scoring_run(scoring, at, answer), second = scoring_run(scoring, at, answer);
	if (!result_same(&first, &second))
		fail_msg("scorer %s is not deterministic", scoring->scorers.items[at]->type->name);
	for (size_t i = 0; i < first.reason.length; i++)
		assert_true((unsigned char)first.reason.data[i] >= 0x20);
}

static void test_any_input(void **state)
{
	struct arena *arena = *state;
	struct text answers[64];
	size_t answer_count = answers_make(arena, answers);
	for (size_t i = 0; scorer_types[i]; i++) {
		const char *name = scorer_types[i]->name;
		for (size_t j = 0; j < COUNT(expecteds); j++) {
			struct scoring scoring;
			scoring_start(&scoring);
			scoring_read_good(&scoring,
				arena_format(arena, "- %s: %s\n- not-%s: %s\n", name, config_of(name), name, config_of(name)));
			scoring_case(&scoring, 0, expecteds[j]);
			for (size_t k = 0; k < answer_count; k++) {
				if (answers[k].length == BIG && j != 5)
					continue; /* the large ones once only: time */
				answer_check(&scoring, 0, answers[k]);
				if (answers[k].length < BIG)
					answer_check(&scoring, 1, answers[k]);
			}
			scoring_end(&scoring);
		}
	}
}

/* Nothing at all: no vars, no expected answers, no output. */
static void test_nothing_given(void **state)
{
	for (size_t i = 0; scorer_types[i]; i++) {
		struct scoring scoring;
		struct score_result result;
		const char *name = scorer_types[i]->name;
		scoring_start(&scoring);
		scoring_read_good(&scoring, arena_format((struct arena *)*state, "- %s: %s\n", name, config_of(name)));
		for (int attempt = ATTEMPT_OPEN; attempt <= ATTEMPT_FILTERED; attempt++) {
			scoring.scored.state = (enum attempt_state)attempt;
			scorer_run(scoring.scorers.items[0], &scoring.scored, scoring.arena, &result);
			assert_true(result.value >= 0 && result.value <= 1 && result.reason.data);
		}
		if (scorer_types[i]->needs & (NEEDS_EXPECTED | NEEDS_PASSAGES | NEEDS_VERDICT)) {
			assert_false(result.passed);
			assert_contains(result.reason.data, "no ");
		}
		scoring_end(&scoring);
	}
}

static int arena_setup(void **state)
{
	*state = arena_create();
	return 0;
}

static int arena_teardown(void **state)
{
	arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_explain_themselves),
		cmocka_unit_test(test_any_input),
		cmocka_unit_test(test_nothing_given),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
