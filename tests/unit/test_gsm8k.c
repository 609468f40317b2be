/* The numeric scorer against the verdicts shipped with GSM8K's example model solutions (1,319 problems, four models). */
#include "eval/base/file.h"
#include "tests/unit/scoring.h"

#define DATA "../shared/data/gsm8k/grade_school_math/data/example_model_solutions.jsonl"

static size_t solutions_check(struct scoring *scoring, const json_t *row, size_t *passed)
{
	static const char *const models[] = {"6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"};
	size_t checked = 0;
	json_decref(scoring->expected);
	scoring->scored.expected = scoring->expected = json_pack("[O]", json_object_get(row, "ground_truth"));
	for (size_t i = 0; i < COUNT(models); i++) {
		const json_t *answer = json_object_get(row, models[i]), *verdict = json_object_get(answer, "is_correct");
		assert_true(json_is_boolean(verdict));
		struct score_result result = scoring_run(scoring, 0, json_text(json_object_get(answer, "solution")));
		if (result.passed != json_is_true(verdict))
			fail_msg("%s: %s", json_string_value(json_object_get(row, "question")), result.reason.data);
		*passed += result.passed;
		checked++;
	}
	return checked;
}

static void test_verdicts_agree(void **state)
{
	CLEANUP(buffer_release) struct buffer file = BUFFER_EMPTY;
	struct error error = {0};
	if (!file_exists(DATA)) {
		print_message("skipped: %s is not here\n", DATA);
		skip();
	}
	if (!file_read(DATA, 0, &file, &error))
		fail_msg("%s", error.message);
	struct text rest = buffer_text(&file), line;
	size_t checked = 0, passed = 0;
	while (text_next_line(&rest, &line)) {
		struct scoring scoring;
		scoring_start(&scoring);
		scoring_read_good(&scoring, "- numeric\n");
		JSON_OWNED *row = json_parse(line, &error);
		assert_non_null(row);
		checked += solutions_check(&scoring, row, &passed);
		scoring_end(&scoring);
	}
	assert_int_equal(checked, 5276);
	assert_true(passed > 1000 && passed < checked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts_agree)};
	return cmocka_run_group_tests(tests, 0, 0);
}
