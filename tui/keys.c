#include "tui/keys.h"
#include "eval/base/utf8.h"

static const struct {
	const char *name;
	int press;
} names[] = {
	{"Enter", PRESS_ENTER},
	{"Esc", PRESS_ESCAPE},
	{"Tab", PRESS_TAB},
	{"S-Tab", PRESS_BACKTAB},
	{"Space", ' '},
	{"Backspace", PRESS_BACKSPACE},
	{"Delete", PRESS_DELETE},
	{"Up", PRESS_UP},
	{"Down", PRESS_DOWN},
	{"Left", PRESS_LEFT},
	{"Right", PRESS_RIGHT},
	{"PgUp", PRESS_PAGE_UP},
	{"PgDn", PRESS_PAGE_DOWN},
	{"Home", PRESS_HOME},
	{"End", PRESS_END},
	{"C-Left", PRESS_WORD_LEFT},
	{"C-Right", PRESS_WORD_RIGHT},
	{"lt", '<'},
};

static int press_of_character(struct text name)
{
	uint32_t code = 0;
	int used = name.length ? utf8_decode(name.data, name.length, &code) : 0;
	return used > 0 && (size_t)used == name.length ? (int)code : PRESS_NONE;
}

int press_of_name(struct text name)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (text_equal(name, text_of(names[i].name)))
			return names[i].press;
	if (name.length == 2 && name.data[0] == '^' && name.data[1] >= '@' && name.data[1] <= '_')
		return name.data[1] - '@';
	return press_of_character(name);
}

static bool next_name(const char **rest, struct text *name)
{
	while (**rest == ' ')
		++*rest;
	size_t length = strcspn(*rest, " ");
	*name = text_make(*rest, length);
	*rest += length;
	return length > 0;
}

bool keys_contain(const char *keys, int press)
{
	struct text name;
	while (keys && next_name(&keys, &name))
		if (press_of_name(name) == press)
			return true;
	return false;
}

const char *keys_first(struct arena *arena, const char *keys)
{
	struct text name;
	return keys && next_name(&keys, &name) ? arena_copy(arena, name.data, name.length) : "";
}

static bool next_bracketed(struct text *rest, int *press)
{
	const char *close = memchr(rest->data, '>', rest->length);
	if (!close)
		return false;
	*press = press_of_name(text_make(rest->data + 1, (size_t)(close - rest->data - 1)));
	size_t used = (size_t)(close - rest->data) + 1;
	*rest = text_make(rest->data + used, rest->length - used);
	return *press != PRESS_NONE;
}

bool press_next(struct text *rest, int *press)
{
	*press = PRESS_NONE;
	if (rest->length == 0)
		return false;
	if (rest->data[0] == '<')
		return next_bracketed(rest, press);
	uint32_t code = 0;
	int used = utf8_decode(rest->data, rest->length, &code);
	if (used == 0)
		return false;
	*press = (int)code;
	*rest = text_make(rest->data + used, rest->length - (size_t)used);
	return true;
}
