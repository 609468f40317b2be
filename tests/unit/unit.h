/* What every unit test includes: cmocka and a few helpers. */
#ifndef LEVER_TESTS_UNIT_H
#define LEVER_TESTS_UNIT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_close(actual, expected, tolerance) \
	do { \
		double close_a_ = (actual), close_e_ = (expected); \
		if (!(fabs(close_a_ - close_e_) <= (tolerance))) \
			fail_msg("%s = %.12g, expected %.12g", #actual, close_a_, close_e_); \
	} while (0)
#define assert_text(actual, expected) \
	do { \
		struct text text_a_ = (actual); \
		const char *text_e_ = (expected); \
		if (text_a_.length != strlen(text_e_) || memcmp(text_a_.data, text_e_, text_a_.length) != 0) \
			fail_msg("%s = \"%.*s\", expected \"%s\"", #actual, (int)text_a_.length, text_a_.data ? text_a_.data : "(none)", text_e_); \
	} while (0)
#define assert_contains(haystack, needle) \
	do { \
		const char *contains_h_ = (haystack), *contains_n_ = (needle); \
		if (!contains_h_ || !strstr(contains_h_, contains_n_)) \
			fail_msg("\"%s\" does not contain \"%s\"", contains_h_ ? contains_h_ : "(null)", contains_n_); \
	} while (0)

#endif
