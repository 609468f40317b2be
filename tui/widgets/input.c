#include "tui/widgets/input.h"
#include "eval/base/utf8.h"
#include "tui/keys.h"
#include <stdlib.h>

void input_set(struct input *input, const char *text)
{
	size_t length = strlen(text);
	length = length < INPUT_SIZE ? length : INPUT_SIZE - 1;
	while (length && text[length] && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	memmove(input->text, text, length);
	input->text[length] = '\0';
	input->length = input->cursor = length;
	input->history_at = input->history_count;
}

static size_t before(const struct input *input, size_t at)
{
	while (at > 0 && ((unsigned char)input->text[--at] & 0xC0) == 0x80)
		;
	return at;
}

static size_t behind(const struct input *input, size_t at)
{
	if (at < input->length)
		at++;
	while (at < input->length && ((unsigned char)input->text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

static void erase(struct input *input, size_t from, size_t to)
{
	memmove(input->text + from, input->text + to, input->length - to + 1);
	input->length -= to - from;
	input->cursor = from;
}

static void insert(struct input *input, int press)
{
	char bytes[4];
	size_t count = (size_t)utf8_encode((uint32_t)press, bytes);
	if (input->length + count >= INPUT_SIZE)
		return;
	memmove(input->text + input->cursor + count, input->text + input->cursor, input->length - input->cursor + 1);
	memcpy(input->text + input->cursor, bytes, count);
	input->length += count;
	input->cursor += count;
}

static size_t word_start(const struct input *input)
{
	size_t at = input->cursor;
	while (at > 0 && input->text[at - 1] == ' ')
		at--;
	while (at > 0 && input->text[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_end(const struct input *input)
{
	size_t at = input->cursor;
	while (at < input->length && input->text[at] == ' ')
		at++;
	while (at < input->length && input->text[at] != ' ')
		at++;
	return at;
}

static void recall(struct input *input, int direction)
{
	size_t at = input->history_at;
	if ((direction < 0 && at == 0) || (direction > 0 && at + 1 > input->history_count))
		return;
	at = direction < 0 ? at - 1 : at + 1;
	input_set(input, at < input->history_count ? input->history[at] : "");
	input->history_at = at;
}

static bool cursor_press(struct input *input, int press)
{
	switch (press) {
	case PRESS_LEFT:
		input->cursor = before(input, input->cursor);
		return true;
	case PRESS_RIGHT:
		input->cursor = behind(input, input->cursor);
		return true;
	case PRESS_WORD_LEFT:
		input->cursor = word_start(input);
		return true;
	case PRESS_WORD_RIGHT:
		input->cursor = word_end(input);
		return true;
	case PRESS_HOME:
	case 'A' - '@':
		input->cursor = 0;
		return true;
	case PRESS_END:
	case 'E' - '@':
		input->cursor = input->length;
		return true;
	default:
		return false;
	}
}

static bool edit_press(struct input *input, int press)
{
	switch (press) {
	case PRESS_BACKSPACE:
		erase(input, before(input, input->cursor), input->cursor);
		return true;
	case PRESS_DELETE:
		erase(input, input->cursor, behind(input, input->cursor));
		return true;
	case 'U' - '@':
		erase(input, 0, input->cursor);
		return true;
	case 'W' - '@':
		erase(input, word_start(input), input->cursor);
		return true;
	case PRESS_UP:
	case PRESS_DOWN:
		recall(input, press == PRESS_UP ? -1 : 1);
		return true;
	default:
		return false;
	}
}

enum input_answer input_press(struct input *input, int press)
{
	if (press == PRESS_ENTER)
		return INPUT_ACCEPTED;
	if (press == PRESS_ESCAPE || press == 'C' - '@' || (press == PRESS_BACKSPACE && input->length == 0))
		return INPUT_CANCELLED;
	if (cursor_press(input, press) || edit_press(input, press))
		return INPUT_GOES_ON;
	if (press < ' ' || press == 127 || press >= 0x110000)
		return INPUT_UNUSED;
	insert(input, press);
	return INPUT_GOES_ON;
}

void input_remember(struct input *input)
{
	if (input->length == 0 || (input->history_count && !strcmp(input->history[input->history_count - 1], input->text)))
		return;
	if (input->history_count == INPUT_HISTORY) {
		free(input->history[0]);
		memmove(input->history, input->history + 1, (INPUT_HISTORY - 1) * sizeof *input->history);
		input->history_count--;
	}
	input->history[input->history_count++] = string_copy(input->text);
	input->history_at = input->history_count;
}

void input_release(struct input *input)
{
	for (size_t i = 0; i < input->history_count; i++)
		free(input->history[i]);
	input->history_count = 0;
}

void input_draw(const struct input *input, const struct canvas *canvas, int row, const char *prompt)
{
	int start = canvas_print(canvas, row, 0, STYLE_KEY, "%s", prompt), room = canvas->width - start - 1;
	size_t from = 0;
	while (from < input->cursor && cells_of(canvas->arena, text_make(input->text + from, input->cursor - from)).width > room)
		from = behind(input, from);
	struct cells head = cells_of(canvas->arena, text_make(input->text + from, input->cursor - from));
	canvas_put(canvas, row, start, cells_of(canvas->arena, text_make(input->text + from, input->length - from)), STYLE_PLAIN);
	canvas_cursor(canvas, row, start + head.width);
}
