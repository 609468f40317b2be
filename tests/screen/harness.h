/* A terminal for tests: a program on a pty, its screen kept by libvterm. Waiting is for what is to be seen, with a deadline;
 * nothing sleeps. */
#ifndef LEVER_TESTS_SCREEN_HARNESS_H
#define LEVER_TESTS_SCREEN_HARNESS_H

#include "eval/base/clock.h"
#include "tests/unit/unit.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

#define DEADLINE 20000000 /* microseconds: generous, for slow machines and sanitisers */

struct terminal_test {
	pid_t pid;
	int fd, rows, columns;
	VTerm *vterm;
	VTermScreen *screen;
	bool titled, alternate, cursor, mouse, ended;
	char recent[8]; /* the end of what was read last: a sequence may be cut in two */
	char text[256 * 1024];
};

/* This libvterm reads only the first number of "?1006;1000h". */
static void harness_mouse(struct terminal_test *test, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		memmove(test->recent, test->recent + 1, sizeof test->recent - 1);
		test->recent[sizeof test->recent - 1] = bytes[i];
		if (!memcmp(test->recent + 3, "1000", 4) && (bytes[i] == 'h' || bytes[i] == 'l'))
			test->mouse = bytes[i] == 'h';
	}
}

static int harness_property(VTermProp property, VTermValue *value, void *data)
{
	struct terminal_test *test = data;
	switch (property) {
	case VTERM_PROP_TITLE:
	case VTERM_PROP_ICONNAME:
		test->titled = true;
		break;
	case VTERM_PROP_ALTSCREEN:
		test->alternate = value->boolean;
		break;
	case VTERM_PROP_CURSORVISIBLE:
		test->cursor = value->boolean;
		break;
	default:
		break;
	}
	return 1;
}

static const VTermScreenCallbacks harness_callbacks = {.settermprop = harness_property};

/* `environment` is a list of "NAME=value", ending with NULL. */
static void terminal_start(struct terminal_test *test, int rows, int columns, const char *const *environment, char *const *words)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	*test = (struct terminal_test){.rows = rows, .columns = columns, .cursor = true};
	test->vterm = vterm_new(rows, columns);
	vterm_set_utf8(test->vterm, 1);
	test->screen = vterm_obtain_screen(test->vterm);
	vterm_screen_enable_altscreen(test->screen, 1);
	vterm_screen_set_callbacks(test->screen, &harness_callbacks, test);
	vterm_screen_reset(test->screen, 1);
	test->pid = forkpty(&test->fd, NULL, NULL, &size);
	assert_true(test->pid >= 0);
	if (test->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		unsetenv("NO_COLOR");
		for (; environment && *environment; environment++)
			putenv((char *)*environment);
		execv(words[0], words);
		_exit(127);
	}
	fcntl(test->fd, F_SETFL, O_NONBLOCK);
}

/* Takes what the program wrote, waiting for some at most until `until`. False at the deadline or the end. */
static bool terminal_read(struct terminal_test *test, int64_t until)
{
	char bytes[16384];
	int64_t left = until - clock_monotonic();
	struct pollfd wanted = {.fd = test->fd, .events = POLLIN};
	if (left <= 0 || test->ended || poll(&wanted, 1, (int)(left / 1000) + 1) <= 0)
		return false;
	ssize_t length = read(test->fd, bytes, sizeof bytes);
	if (length > 0) {
		vterm_input_write(test->vterm, bytes, (size_t)length);
		harness_mouse(test, bytes, (size_t)length);
	}
	test->ended = length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR);
	size_t answer = vterm_output_read(test->vterm, bytes, sizeof bytes);
	if (answer)
		assert_int_equal(write(test->fd, bytes, answer), answer);
	return true;
}

static size_t harness_encode(uint32_t code, char *out)
{
	if (code < 0x80)
		return out[0] = (char)code, 1;
	if (code < 0x800)
		return out[0] = (char)(0xC0 | code >> 6), out[1] = (char)(0x80 | (code & 63)), 2;
	if (code < 0x10000)
		return out[0] = (char)(0xE0 | code >> 12), out[1] = (char)(0x80 | (code >> 6 & 63)),
		       out[2] = (char)(0x80 | (code & 63)), 3;
	return out[0] = (char)(0xF0 | code >> 18), out[1] = (char)(0x80 | (code >> 12 & 63)),
	       out[2] = (char)(0x80 | (code >> 6 & 63)), out[3] = (char)(0x80 | (code & 63)), 4;
}

/* One row, or with row -1 all of them. */
static const char *terminal_text(struct terminal_test *test, int row)
{
	size_t used = 0;
	for (int y = row < 0 ? 0 : row; y < (row < 0 ? test->rows : row + 1); y++) {
		for (int x = 0; x < test->columns; x++) {
			VTermScreenCell cell = {0};
			vterm_screen_get_cell(test->screen, (VTermPos){y, x}, &cell);
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && (i == 0 || (cell.chars[0] && cell.chars[i])); i++)
				used += harness_encode(
					cell.chars[i] && cell.chars[i] != (uint32_t)-1 ? cell.chars[i] : ' ', test->text + used);
			x += cell.width > 1 ? cell.width - 1 : 0;
		}
		test->text[used++] = '\n';
	}
	test->text[used] = '\0';
	return test->text;
}

static void terminal_wait(struct terminal_test *test, const char *words)
{
	int64_t until = clock_monotonic() + DEADLINE;
	while (!strstr(terminal_text(test, -1), words))
		if (!terminal_read(test, until) && !strstr(terminal_text(test, -1), words))
			fail_msg("\"%s\" did not come; the screen:\n%s", words, test->text);
}

static inline void terminal_wait_gone(struct terminal_test *test, const char *words)
{
	int64_t until = clock_monotonic() + DEADLINE;
	while (strstr(terminal_text(test, -1), words))
		if (!terminal_read(test, until))
			fail_msg("\"%s\" stayed; the screen:\n%s", words, test->text);
}

static void terminal_type(struct terminal_test *test, const char *bytes)
{
	size_t length = strlen(bytes);
	assert_int_equal(write(test->fd, bytes, length), length);
}

static inline void terminal_size(struct terminal_test *test, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	test->rows = rows;
	test->columns = columns;
	vterm_set_size(test->vterm, rows, columns);
	assert_int_equal(ioctl(test->fd, TIOCSWINSZ, &size), 0);
}

/* The wait status of the program's end or stop. */
static int terminal_status(struct terminal_test *test)
{
	int64_t until = clock_monotonic() + DEADLINE;
	int status = 0;
	for (;;) {
		pid_t pid = waitpid(test->pid, &status, WNOHANG | WUNTRACED);
		terminal_read(test, clock_monotonic() + 2000);
		if (pid == test->pid)
			break;
		if (clock_monotonic() > until)
			fail_msg("the program did not end; the screen:\n%s", terminal_text(test, -1));
	}
	while (terminal_read(test, clock_monotonic() + 1000))
		;
	return status;
}

static inline bool terminal_is_canonical(const struct terminal_test *test)
{
	struct termios modes;
	return tcgetattr(test->fd, &modes) == 0 && (modes.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}

static void terminal_end(struct terminal_test *test)
{
	close(test->fd);
	vterm_free(test->vterm);
}

#endif
