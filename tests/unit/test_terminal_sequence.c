/* Keys that come as several bytes: every one of them whole, known or dropped, however the reads cut them. */
#include "tests/unit/unit.h"
#include "tui/terminal_sequence.h"

/* Feeds the bytes; a | stands for a moment in which nothing more is there. The presses, at most 8. */
static size_t presses_of(const char *bytes, int *presses)
{
	struct sequence sequence = {0};
	size_t count = 0;
	for (; *bytes; bytes++) {
		int press = *bytes == '|' ? sequence_settle(&sequence) : sequence_take(&sequence, (unsigned char)*bytes);
		if (press != PRESS_NONE)
			presses[count++] = press;
	}
	int press = sequence_settle(&sequence);
	if (press != PRESS_NONE)
		presses[count++] = press;
	return count;
}

static void sequences_are_taken_whole(void **state)
{
	static const struct {
		const char *bytes;
		int presses[3];
	} wanted[] = {
		{"\033[1;5Dx", {PRESS_WORD_LEFT, 'x'}},
		{"\033[1;5Ax", {PRESS_OTHER, 'x'}}, /* Ctrl-Up: nobody's */
		{"\033[1;2Dx", {PRESS_OTHER, 'x'}},
		{"\033[15~x", {PRESS_OTHER, 'x'}},
		{"\033[[Ax", {PRESS_OTHER, 'x'}}, /* F1 of the console */
		{"\033OPx", {PRESS_OTHER, 'x'}},
		{"\033O5Px", {PRESS_OTHER, 'x'}},
		{"\033[<35;10;8Mx", {PRESS_OTHER, 'x'}},
		{"\033[M #$x", {PRESS_OTHER, 'x'}},
		{"\033[1~\033[7~\033OH", {PRESS_HOME, PRESS_HOME, PRESS_HOME}},
		{"\033[4~\033[8~\033OF", {PRESS_END, PRESS_END, PRESS_END}},
		{"\033[1|;5|Dx", {PRESS_WORD_LEFT, 'x'}},
		{"\033[|1;6Dx", {PRESS_OTHER, 'x'}},
		{"\033|[1;5Dx", {PRESS_ESCAPE, PRESS_WORD_LEFT, 'x'}}, /* cut behind ESC: its rest is still no key */
		{"\033|x", {PRESS_ESCAPE, 'x'}},
		{"\033\033", {PRESS_ESCAPE, PRESS_ESCAPE}},
		{"\033\033[D", {PRESS_ESCAPE, PRESS_LEFT}},
		{"\033Fx", {PRESS_OTHER, 'x'}}, /* Alt-F */
		{"\033[1;\033x", {PRESS_OTHER}},
		{"\r\t\177", {PRESS_ENTER, PRESS_TAB, PRESS_BACKSPACE}},
	};
	for (size_t i = 0; i < COUNT(wanted); i++) {
		int presses[8] = {0};
		size_t count = presses_of(wanted[i].bytes, presses);
		for (size_t k = 0; k < 3; k++)
			if (presses[k] != wanted[i].presses[k])
				fail_msg("%s: press %zu is %d of %zu", wanted[i].bytes + 1, k, presses[k], count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequences_are_taken_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
