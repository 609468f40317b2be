#include "eval/classify/classify.h"
#include "tests/unit/unit.h"

/* F0 to F20, each once, in order, each with words. */
static void test_taxonomy(void **state)
{
	char code[24];
	size_t count = 0;
	for (; failure_modes[count].code; count++) {
		const struct failure_mode *mode = &failure_modes[count];
		snprintf(code, sizeof code, "F%zu", count);
		assert_string_equal(mode->code, code);
		assert_ptr_equal(failure_mode_find(code), mode);
		assert_true(*mode->name && *mode->meaning && *mode->levers);
		for (size_t other = 0; other < count; other++)
			assert_string_not_equal(failure_modes[other].name, mode->name);
	}
	assert_int_equal(count, 21);
	static const char *const unknown[] = {"", "F", "f0", "F21", "F00", "F9 ", "retrieval miss"};
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_null(failure_mode_find(unknown[i]));
}

static void test_trace(void **state)
{
	static const struct {
		struct classify_input input;
		const char *rule; /* NULL: the trace alone shows nothing */
	} samples[] = {
		{{ATTEMPT_ANSWERED, "stop", {"an answer", 9}}, NULL},
		{{ATTEMPT_ANSWERED, NULL, {"an answer", 9}}, NULL},
		{{ATTEMPT_ANSWERED, "stop", {"", 0}}, "empty"},
		{{ATTEMPT_ANSWERED, NULL, {NULL, 0}}, "empty"},
		{{ATTEMPT_ANSWERED, NULL, {" \t\n\r ", 5}}, "empty"},
		{{ATTEMPT_ANSWERED, NULL, {"\0", 1}}, NULL},
		{{ATTEMPT_ANSWERED, "length", {"half an ans", 11}}, "cut-off"},
		{{ATTEMPT_ANSWERED, "length", {"", 0}}, "cut-off"},
		{{ATTEMPT_ANSWERED, "lengthy", {"x", 1}}, NULL},
		{{ATTEMPT_FILTERED, "content_filter", {NULL, 0}}, "filtered"},
		{{ATTEMPT_FILTERED, "length", {"x", 1}}, "filtered"},
		{{ATTEMPT_REFUSED, "stop", {"I can't", 7}}, NULL},
		{{ATTEMPT_REFUSED, NULL, {NULL, 0}}, NULL},
		{{ATTEMPT_OPEN, NULL, {NULL, 0}}, "unanswered"},
	};
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct classify_finding finding = {0};
		bool found = classify_trace(&samples[i].input, &finding);
		if (found != (samples[i].rule != NULL))
			fail_msg("%zu: %s", i, found ? finding.rule : "nothing found");
		if (!found)
			continue;
		assert_string_equal(finding.rule, samples[i].rule);
		assert_ptr_equal(finding.mode, failure_mode_find("F0"));
		assert_true(*finding.evidence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taxonomy),
		cmocka_unit_test(test_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
