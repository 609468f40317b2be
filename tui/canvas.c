#include "tui/canvas.h"
#include "eval/base/utf8.h"
#include <curses.h>
#include <stdint.h>
#include <wchar.h>

static bool utf8_terminal, colour_terminal;
static struct {
	bool wanted;
	int row, column;
} cursor;

static const struct {
	const char *utf8, *ascii;
	enum style style;
} signs[] = {
	[SIGN_PASS] = {"✓", "+", STYLE_PASS},
	[SIGN_FAIL] = {"✗", "x", STYLE_FAIL},
	[SIGN_ERROR] = {"!", "!", STYLE_ERROR},
	[SIGN_NONE] = {"·", ".", STYLE_DIM},
	[SIGN_MIXED] = {"±", "~", STYLE_WAITING},
	[SIGN_UNSCORED] = {"?", "?", STYLE_WAITING},
	[SIGN_LEFT] = {"‹", "<", STYLE_KEY},
	[SIGN_RIGHT] = {"›", ">", STYLE_KEY},
	[SIGN_BAR] = {"█", "#", STYLE_PLAIN},
	[SIGN_HALF_BAR] = {"▌", "=", STYLE_PLAIN},
	[SIGN_RULE] = {"─", "-", STYLE_DIM},
	[SIGN_SEPARATOR] = {"│", "|", STYLE_DIM},
	[SIGN_WRAP] = {"↪", ">", STYLE_DIM},
	[SIGN_POINTER] = {"▸", ">", STYLE_KEY},
};

/* Sixteen-colour palette on the terminal's own background, so that both light and dark ones work. */
static const struct {
	short colour;	      /* -1: the terminal's own */
	attr_t with, without; /* attributes with and without colours */
} styles[STYLE_COUNT] = {
	[STYLE_PLAIN] = {-1, A_NORMAL, A_NORMAL},
	[STYLE_DIM] = {-1, A_DIM, A_DIM},
	[STYLE_STRONG] = {-1, A_BOLD, A_BOLD},
	[STYLE_TITLE] = {-1, A_REVERSE, A_REVERSE},
	[STYLE_HEAD] = {-1, A_BOLD, A_BOLD},
	[STYLE_PASS] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
	[STYLE_FAIL] = {COLOR_RED, A_NORMAL, A_BOLD},
	[STYLE_ERROR] = {COLOR_MAGENTA, A_BOLD, A_BOLD},
	[STYLE_WAITING] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
	[STYLE_ADDED] = {COLOR_GREEN, A_BOLD, A_BOLD},
	[STYLE_REMOVED] = {COLOR_RED, A_NORMAL, A_DIM},
	[STYLE_KEY] = {COLOR_CYAN, A_BOLD, A_BOLD},
	[STYLE_NOTICE] = {COLOR_MAGENTA, A_BOLD, A_BOLD},
	[STYLE_MATCH] = {-1, A_REVERSE, A_REVERSE},
};

void canvas_use_utf8(bool utf8)
{
	utf8_terminal = utf8;
}
bool canvas_is_utf8(void)
{
	return utf8_terminal;
}
const char *sign_of(enum sign sign)
{
	return utf8_terminal ? signs[sign].utf8 : signs[sign].ascii;
}
enum style style_of_sign(enum sign sign)
{
	return signs[sign].style;
}

void canvas_use_colours(bool colours)
{
	colour_terminal = colours && has_colors();
	if (!colour_terminal)
		return;
	start_color();
	use_default_colors();
	for (short i = 0; i < STYLE_COUNT; i++)
		init_pair((short)(i + 1), styles[i].colour, -1);
}

static attr_t attributes_of(unsigned style)
{
	unsigned base = style & (STYLE_SELECTED - 1);
	attr_t attributes = colour_terminal ? styles[base].with | (attr_t)COLOR_PAIR((int)base + 1) : styles[base].without;
	if (style & STYLE_SELECTED)
		attributes = (attributes & ~A_DIM) | A_REVERSE;
	if (style & STYLE_CURSOR)
		attributes = (attributes ^ A_REVERSE) | A_BOLD | A_UNDERLINE;
	return attributes;
}

struct canvas canvas_part(const struct canvas *canvas, int top, int left, int height, int width)
{
	int room_down = canvas->height - top, room_right = canvas->width - left;
	height = height < room_down ? height : room_down;
	width = width < room_right ? width : room_right;
	return (struct canvas){
		canvas->top + top, canvas->left + left, height > 0 ? height : 0, width > 0 ? width : 0, canvas->arena};
}

static int code_columns(uint32_t code)
{
	int width = code_width(code);
	return width < 0 ? 1 : width;
}

/* Bytes of the longest beginning that fits in `width` columns, marks that take no room included; *used says how many it takes. */
static size_t cells_fitting(struct cells cells, int width, int *used)
{
	size_t at = 0;
	*used = 0;
	while (at < cells.bytes) {
		uint32_t code = ' ';
		int bytes = utf8_decode(cells.utf8 + at, cells.bytes - at, &code), columns = code_columns(code);
		if (*used + columns > width)
			break;
		*used += columns;
		at += bytes > 0 ? (size_t)bytes : 1;
	}
	return at;
}

/* What stands for the commonest characters where they cannot be shown; a question mark for the others. */
static const struct {
	const char *utf8;
	char ascii;
} stand_ins[] = {
	{"…", '~'},
	{"·", '-'},
	{"•", '*'},
	{"–", '-'},
	{"—", '-'},
	{"−", '-'},
	{"‑", '-'},
	{"─", '-'},
	{"│", '|'},
	{"↵", '$'},
	{"→", '>'},
	{"←", '<'},
	{"×", 'x'},
	{"‘", '\''},
	{"’", '\''},
	{"“", '"'},
	{"”", '"'},
	{"\u00A0", ' '},
};

static char stand_in(const char *bytes, size_t length)
{
	for (size_t i = 0; i < COUNT(stand_ins); i++)
		if (strlen(stand_ins[i].utf8) == length && !memcmp(stand_ins[i].utf8, bytes, length))
			return stand_ins[i].ascii;
	return '?';
}

/* Text for a terminal that shows ASCII alone, in as many columns, so that what stands beside it stays where it is. */
static struct cells cells_ascii(const struct canvas *canvas, struct cells cells)
{
	char *plain = arena_take(canvas->arena, 2 * cells.bytes + 1);
	size_t length = 0;
	for (size_t at = 0; at < cells.bytes;) {
		uint32_t code = '?';
		int bytes = utf8_decode(cells.utf8 + at, cells.bytes - at, &code), width = code_columns(code);
		size_t used = bytes > 0 ? (size_t)bytes : 1;
		char sign = code >= ' ' && code < 127 ? (char)code : stand_in(cells.utf8 + at, used);
		for (int column = 0; column < width && column < 2; column++)
			plain[length++] = sign;
		at += used;
	}
	return (struct cells){plain, length, (int)length, cells.hidden};
}

int canvas_put(const struct canvas *canvas, int row, int column, struct cells cells, unsigned style)
{
	if (row < 0 || row >= canvas->height || column < 0 || column >= canvas->width || cells.bytes == 0)
		return column;
	if (!utf8_terminal)
		cells = cells_ascii(canvas, cells);
	int used;
	size_t bytes = cells_fitting(cells, canvas->width - column, &used);
	attrset(attributes_of(style));
	mvaddnstr(canvas->top + row, canvas->left + column, cells.utf8, (int)bytes);
	attrset(A_NORMAL);
	return column + used;
}

int canvas_text(const struct canvas *canvas, int row, int column, struct text text, unsigned style)
{
	int room = canvas->width - column;
	return room > 0 ? canvas_put(canvas, row, column, cells_cut(canvas->arena, text, room), style) : column;
}

int canvas_print(const struct canvas *canvas, int row, int column, unsigned style, const char *format, ...)
{
	CLEANUP(buffer_release) struct buffer buffer = {.limit = 1 << 16};
	va_list list;
	va_start(list, format);
	buffer_format_list(&buffer, format, list);
	va_end(list);
	return canvas_text(canvas, row, column, buffer_text(&buffer), style);
}

int canvas_field(const struct canvas *canvas, int row, int column, int width, struct text text, bool right, unsigned style)
{
	if (width <= 0 || column >= canvas->width)
		return column;
	canvas_put(canvas, row, column, cells_pad(canvas->arena, text, width, right), style);
	return column + width;
}

void canvas_fill(const struct canvas *canvas, int row, unsigned style)
{
	if (row < 0 || row >= canvas->height || canvas->width <= 0)
		return;
	attrset(attributes_of(style));
	mvhline(canvas->top + row, canvas->left, ' ' | attributes_of(style), canvas->width);
	attrset(A_NORMAL);
}

void canvas_bar(const struct canvas *canvas, int row, int column, int width, double share, unsigned style)
{
	share = share < 0 ? 0 : share > 1 ? 1 : share;
	int halves = (int)(share * width * 2 + 0.5);
	for (int i = 0; i < width; i++) {
		const char *sign = halves >= 2 * i + 2 ? sign_of(SIGN_BAR) : halves == 2 * i + 1 ? sign_of(SIGN_HALF_BAR) : " ";
		canvas_put(canvas, row, column + i, cells_of_string(canvas->arena, sign), style);
	}
}

void canvas_clear(const struct canvas *canvas)
{
	for (int row = 0; row < canvas->height; row++)
		canvas_fill(canvas, row, STYLE_PLAIN);
}

void canvas_cursor(const struct canvas *canvas, int row, int column)
{
	cursor.wanted = row >= 0 && row < canvas->height && column >= 0 && column < canvas->width;
	cursor.row = canvas->top + row;
	cursor.column = canvas->left + column;
}

bool canvas_cursor_wanted(int *row, int *column)
{
	bool wanted = cursor.wanted;
	*row = cursor.row;
	*column = cursor.column;
	cursor.wanted = false;
	return wanted;
}

static int dump_cell(int row, int column, struct buffer *out)
{
	cchar_t cell;
	wchar_t codes[CCHARW_MAX + 1] = {0};
	attr_t attributes;
	short pair;
	if (mvin_wch(row, column, &cell) == ERR || getcchar(&cell, codes, &attributes, &pair, NULL) == ERR || !codes[0]) {
		buffer_add_byte(out, ' ');
		return 1;
	}
	for (int i = 0; i < CCHARW_MAX && codes[i]; i++) {
		char bytes[4];
		buffer_add(out, bytes, (size_t)utf8_encode((uint32_t)codes[i], bytes));
	}
	return code_columns((uint32_t)codes[0]) > 1 ? 2 : 1;
}

void canvas_dump(struct buffer *out)
{
	for (int row = 0; row < LINES; row++) {
		size_t start = out->length;
		for (int column = 0; column < COLS;)
			column += dump_cell(row, column, out);
		while (out->length > start && out->data[out->length - 1] == ' ')
			out->length--;
		buffer_add_byte(out, '\n');
	}
}

bool canvas_shows(const char *words)
{
	CLEANUP(buffer_release) struct buffer screen = BUFFER_EMPTY;
	canvas_dump(&screen);
	return strstr(buffer_string(&screen), words) != NULL;
}
