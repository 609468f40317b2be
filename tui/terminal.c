#include "tui/terminal.h"
#include "tui/canvas.h"
#include "tui/keys.h"
#include "tui/terminal_sequence.h"
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
/* Mouse and paste off, attributes off, keypad off, cursor shown, the other screen left. */
static const char reset[] = MOUSE_OFF PASTE_OFF "\033[m\033[?1l\033>\033[?25h\033[?1049l\r";

/* Far behind those that curses numbers itself. */
#define CODE_SEQUENCES (KEY_MAX + 1000)
#define CODES_MOST 1000

static struct {
	int fd;
	FILE *in, *out;
	SCREEN *screen;
	WINDOW *input; /* a pad: reading from it does not refresh the screen */
	struct termios before;
	bool headless, mouse, gone, fixed_size;
	struct sequence sequence;
	int held; /* a key that was read behind an ESC */
} terminal = {.fd = -1};

static const int deadly[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};

/* Only calls that are safe in a signal handler. */
static void terminal_reset_raw(void)
{
	if (terminal.fd < 0)
		return;
	ssize_t written = write(terminal.fd, reset, sizeof(reset) - 1);
	(void)written;
	tcsetattr(terminal.fd, TCSANOW, &terminal.before);
}

static void die(int signal_number)
{
	terminal_reset_raw();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void catch_deadly(bool on)
{
	struct sigaction action = {.sa_flags = (int)SA_RESETHAND | SA_NODEFER};
	action.sa_handler = on ? die : SIG_DFL;
	for (size_t i = 0; i < COUNT(deadly); i++)
		sigaction(deadly[i], &action, NULL);
	memory_on_death(on ? terminal_reset_raw : NULL);
}

static void send(const char *sequence)
{
	if (terminal.headless)
		return;
	fputs(sequence, terminal.out);
	fflush(terminal.out);
}

static bool files_open(struct error *error)
{
	const char *path = terminal.headless ? "/dev/null" : "/dev/tty";
	terminal.fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal.fd < 0)
		return error_set(error, ERROR_USAGE,
			"the workbench needs a terminal (%s: %s); `lever run` and `lever report` work without one", path,
			strerror(errno));
	int out = fcntl(terminal.fd, F_DUPFD_CLOEXEC, 3), in = fcntl(terminal.fd, F_DUPFD_CLOEXEC, 3);
	terminal.out = out >= 0 ? fdopen(out, "w") : NULL;
	terminal.in = in >= 0 ? fdopen(in, "r") : NULL;
	return (terminal.out && terminal.in) || error_set(error, ERROR_USAGE, "cannot open the terminal: %s", strerror(errno));
}

static void files_close(void)
{
	if (terminal.out)
		fclose(terminal.out);
	if (terminal.in)
		fclose(terminal.in);
	if (terminal.fd >= 0)
		close(terminal.fd);
	terminal.out = terminal.in = NULL;
	terminal.fd = -1;
}

/* Scripts draw for a terminal that is always described. */
static const char *terminal_type(void)
{
	const char *type = terminal.headless ? "xterm" : getenv("TERM");
	return type && *type ? type : "dumb";
}

static bool type_check(struct error *error)
{
	if (strcmp(terminal_type(), "dumb") == 0 || strcmp(terminal_type(), "unknown") == 0)
		return error_set(error, ERROR_USAGE,
			"a terminal of type \"%s\" cannot show the workbench; set TERM, or use the commands: lever --help",
			terminal_type());
	return true;
}

static void modes_set(void)
{
	raw();
	noecho();
	nonl();
	set_escdelay(25);
	terminal.input = newpad(1, 1);
	keypad(terminal.input, TRUE);
	nodelay(terminal.input, TRUE);
	meta(terminal.input, TRUE);
	for (int i = 0; sequence_keys[i].bytes; i++)
		define_key(sequence_keys[i].bytes, CODE_SEQUENCES + i);
	curs_set(0);
}

static bool screen_open(const struct terminal_options *options, struct error *error)
{
	if (!files_open(error) || !type_check(error))
		return false;
	tcgetattr(terminal.fd, &terminal.before);
	terminal.screen = newterm(terminal_type(), terminal.out, terminal.in);
	if (!terminal.screen)
		return error_set(
			error, ERROR_USAGE, "the terminal type \"%s\" (TERM) is not known here; try TERM=xterm", terminal_type());
	set_term(terminal.screen);
	modes_set();
	canvas_use_colours(options->colours && !(getenv("NO_COLOR") && *getenv("NO_COLOR")));
	return true;
}

bool terminal_open(const struct terminal_options *options, struct error *error)
{
	terminal.headless = options->headless;
	terminal.gone = false;
	setlocale(LC_CTYPE, "");
	canvas_use_utf8(strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
	if (!screen_open(options, error)) {
		files_close();
		return false;
	}
	if (!terminal.headless)
		catch_deadly(true);
	terminal.fixed_size = options->rows > 0 && options->columns > 0;
	if (terminal.fixed_size)
		terminal_set_size(options->rows, options->columns);
	send(PASTE_ON);
	terminal_mouse(options->mouse);
	return true;
}

/* Where there is no alternate screen to leave, what the shell writes next would stand in our last line. */
static void last_line_clear(void)
{
	if (terminal.headless || terminal_alternates())
		return;
	wmove(stdscr, LINES - 1, 0);
	wclrtoeol(stdscr);
	wrefresh(stdscr);
}

void terminal_close(void)
{
	if (!terminal.screen)
		return;
	last_line_clear();
	terminal_mouse(false);
	send(PASTE_OFF);
	delwin(terminal.input);
	endwin();
	delscreen(terminal.screen);
	terminal.screen = NULL;
	if (!terminal.headless) {
		tcsetattr(terminal.fd, TCSADRAIN, &terminal.before);
		catch_deadly(false);
	}
	files_close();
}

int terminal_fd(void)
{
	return terminal.headless ? -1 : terminal.fd;
}
bool terminal_gone(void)
{
	return terminal.gone;
}
int terminal_rows(void)
{
	return LINES;
}
int terminal_columns(void)
{
	return COLS;
}

static const struct {
	int code, press;
} codes[] = {
	{KEY_ENTER, PRESS_ENTER},
	{KEY_BACKSPACE, PRESS_BACKSPACE},
	{KEY_DC, PRESS_DELETE},
	{KEY_UP, PRESS_UP},
	{KEY_DOWN, PRESS_DOWN},
	{KEY_LEFT, PRESS_LEFT},
	{KEY_RIGHT, PRESS_RIGHT},
	{KEY_PPAGE, PRESS_PAGE_UP},
	{KEY_NPAGE, PRESS_PAGE_DOWN},
	{KEY_HOME, PRESS_HOME},
	{KEY_END, PRESS_END},
	{KEY_BTAB, PRESS_BACKTAB},
};

static int press_of_mouse(struct mouse *mouse)
{
	MEVENT event;
	if (getmouse(&event) == ERR)
		return PRESS_OTHER;
	mouse->row = event.y;
	mouse->column = event.x;
	mouse->kind = event.bstate & BUTTON4_PRESSED			   ? MOUSE_UP
		      : event.bstate & BUTTON5_PRESSED			   ? MOUSE_DOWN
		      : event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED) ? MOUSE_CLICK
									   : MOUSE_NONE;
	return PRESS_MOUSE;
}

static int press_of_code(wint_t code, struct mouse *mouse)
{
	if (code == KEY_MOUSE)
		return press_of_mouse(mouse);
	if (code >= CODE_SEQUENCES && code < CODE_SEQUENCES + CODES_MOST)
		return sequence_keys[code - CODE_SEQUENCES].press;
	for (size_t i = 0; i < COUNT(codes); i++)
		if ((wint_t)codes[i].code == code)
			return codes[i].press;
	return PRESS_OTHER;
}

/* What was read is a key of its own kind: an ESC before it was the key alone. */
static int known_take(int press)
{
	bool escaped = terminal.sequence.state == SEQUENCE_ESCAPED;
	terminal.sequence.state = SEQUENCE_NONE;
	if (!escaped)
		return press;
	terminal.held = press;
	return PRESS_ESCAPE;
}

int terminal_key(struct mouse *mouse)
{
	wint_t code;
	int press = terminal.held;
	terminal.held = PRESS_NONE;
	while (press == PRESS_NONE && !terminal.headless) {
		errno = 0;
		switch (wget_wch(terminal.input, &code)) {
		case OK:
			press = sequence_take(&terminal.sequence, code);
			break;
		case KEY_CODE_YES:
			press = known_take(press_of_code(code, mouse));
			break;
		default:
			terminal.gone = errno == EIO || errno == ENXIO || errno == EBADF;
			return sequence_settle(&terminal.sequence);
		}
	}
	return press;
}

void terminal_set_size(int rows, int columns)
{
	rows = rows < 1 ? 1 : rows > 1000 ? 1000 : rows;
	columns = columns < 1 ? 1 : columns > 1000 ? 1000 : columns;
	resizeterm(rows, columns);
	terminal_redraw();
}

bool terminal_resize(void)
{
	struct winsize size;
	if (terminal.fixed_size || terminal.headless || ioctl(terminal.fd, TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
		return false;
	bool changed = size.ws_row != LINES || size.ws_col != COLS;
	if (changed)
		terminal_set_size(size.ws_row, size.ws_col);
	return changed;
}

void terminal_mouse(bool on)
{
	terminal.mouse = on;
	if (terminal.headless)
		return;
	mousemask(on ? BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	mouseinterval(0);
	fflush(terminal.out);
}

void terminal_show(void)
{
	int row, column;
	bool wanted = canvas_cursor_wanted(&row, &column);
	curs_set(wanted);
	if (wanted)
		move(row, column);
	refresh();
}

void terminal_redraw(void)
{
	clearok(stdscr, TRUE);
}

void terminal_suspend(void)
{
	bool mouse = terminal.mouse;
	if (terminal.headless)
		return;
	last_line_clear();
	terminal_mouse(false);
	send(PASTE_OFF);
	endwin();
	kill(0, SIGSTOP);
	reset_prog_mode();
	send(PASTE_ON);
	terminal_mouse(mouse);
	terminal_redraw();
	terminal_resize();
}
