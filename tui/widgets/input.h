/* An input line: UTF-8 typed or pasted, edited, with the last entries to go back to. */
#ifndef LEVER_TUI_INPUT_H
#define LEVER_TUI_INPUT_H

#include "tui/canvas.h"

#define INPUT_SIZE 512
#define INPUT_HISTORY 16

struct input {
	char text[INPUT_SIZE]; /* valid UTF-8, NUL-terminated */
	size_t length, cursor; /* bytes */
	char *history[INPUT_HISTORY];
	size_t history_count, history_at;
};

enum input_answer { INPUT_GOES_ON, INPUT_ACCEPTED, INPUT_CANCELLED, INPUT_UNUSED /* the key means nothing here */ };

void input_set(struct input *input, const char *text); /* cursor at the end; cut to what fits, at a character */
enum input_answer input_press(struct input *input, int press);
void input_remember(struct input *input); /* puts the text into the history */
void input_release(struct input *input);
/* One row: the prompt, the text scrolled so that the cursor is seen, the cursor. */
void input_draw(const struct input *input, const struct canvas *canvas, int row, const char *prompt);

#endif
