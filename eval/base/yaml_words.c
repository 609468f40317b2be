#include "eval/base/utf8.h"
#include "eval/base/yaml_private.h"

struct wording {
	const char *problem, *words;
	bool at_context; /* the place where the broken thing begins says more than the place where reading gave up */
};

static const struct wording wordings[] = {
	{"mapping values are not allowed in this context",
		"a second `: ` where a value was expected; put quotes around a value that holds a colon, or check the indentation"},
	{"mapping keys are not allowed in this context", "a key cannot stand here; check the indentation"},
	{"block sequence entries are not allowed in this context",
		"a list item (`- `) cannot stand here; start the list on a line of its own"},
	{"could not find expected ':'", "expected `: ` after this key", true},
	{"did not find expected key", "expected a key at the indentation of its neighbours; check the indentation, and put quotes "
				      "around the whole value before it"},
	{"did not find expected '-' indicator", "expected another list item (`- `) at this indentation, or the end of the list"},
	{"did not find expected ',' or ']'", "a list that starts with `[` here lacks its `]` or a comma", true},
	{"did not find expected ',' or '}'", "a map that starts with `{` here lacks its `}` or a comma", true},
	{"did not find expected node content", "expected a value"},
	{"found unexpected end of stream", "a quote that opens here is never closed", true},
	{"found unexpected document indicator", "a quote that opens here is never closed", true},
	{"found unknown escape character",
		"unknown escape in a double-quoted text; write `\\\\` for a backslash, or use single quotes"},
	{"did not find expected hexdecimal number", "expected hexadecimal digits in this escape"},
	{"found invalid Unicode character escape code",
		"this escape is no Unicode character; write characters beyond U+FFFF as \\U0001F600"},
	{"found a tab character where an indentation space is expected", "a tab where spaces are expected; indent with spaces"},
	{"found a tab character that violates indentation", "a tab where spaces are expected; indent with spaces"},
	{"found undefined tag handle", "tags (`!name`) are not supported; put quotes around a text that starts with `!`"},
	{"did not find expected alphabetic or numeric character",
		"expected a name after `&` or `*`; put quotes around a text that starts with one", true},
	{"did not find expected comment or line break",
		"expected the end of the line after `|` or `>`; the text starts on the next line"},
	{"found an indentation indicator equal to 0", "the number after `|` or `>` must be 1 to 9"},
	{"did not find expected <document start>", "nothing may follow the end of the document (`...`)"},
	{"found unexpected ':'", "a colon cannot stand here; put quotes around the text"},
	{"found unknown directive name", "a line cannot start with `%`; put quotes around the text", true},
	{"found incompatible YAML document", "this version of YAML is not supported"},
};

static const struct wording *wording_of(const char *problem)
{
	for (size_t i = 0; i < COUNT(wordings); i++)
		if (strcmp(wordings[i].problem, problem) == 0)
			return &wordings[i];
	return NULL;
}

static struct text source_line(struct text source, size_t wanted)
{
	struct text line = {"", 0};
	for (size_t i = 0; i <= wanted; i++)
		if (!text_next_line(&source, &line))
			return TEXT("");
	return line;
}

/* The byte at a mark of libyaml (which counts code points); NUL beyond the end. */
static char byte_at(struct text line, size_t column)
{
	size_t at = 0;
	for (; column > 0 && at < line.length; column--) {
		uint32_t code;
		int taken = utf8_decode(line.data + at, line.length - at, &code);
		at += taken > 0 ? (size_t)taken : 1;
	}
	return at < line.length ? line.data[at] : '\0';
}

/* Templates are the text that people put into YAML unquoted, and `{` opens a map. */
static bool has_bare_template(struct text line)
{
	long at = text_find(line, TEXT(": {{"), 0), tag = text_find(line, TEXT(": {%"), 0);
	return at >= 0 || tag >= 0;
}

static const char *bad_start(char byte)
{
	switch (byte) {
	case '\t':
		return "a tab where spaces are expected; indent with spaces";
	case '@':
	case '`':
	case '%':
		return "a text cannot start with this character; put quotes around it";
	default:
		return "this character cannot stand here; put quotes around the text";
	}
}

static const char *words_of(const yaml_parser_t *parser, struct text line, const struct wording *wording)
{
	if (has_bare_template(line))
		return "put quotes around a value that holds {{ }} or {% %}, or use a block (`|`)";
	if (wording)
		return wording->words;
	if (strcmp(parser->problem, "found character that cannot start any token") == 0)
		return bad_start(byte_at(line, parser->problem_mark.column));
	return parser->problem;
}

static void explain_byte(const yaml_parser_t *parser, struct text source, const char *file, struct error_list *errors)
{
	long line, column;
	utf8_place(source, parser->problem_offset, &line, &column);
	error_list_at(errors, ERROR_CONFIG, file, line, column,
		"the control character 0x%02X cannot stand in YAML; write it as an escape in double quotes",
		(unsigned)parser->problem_value);
}

/* A mistake that was understood is often what the parser then stumbles over. */
static bool line_reported(const struct error_list *errors, long line)
{
	return errors->count > 0 && errors->items[errors->count - 1].line == line;
}

void yaml_explain(const yaml_parser_t *parser, struct text source, const char *file, size_t found_before, struct error_list *errors)
{
	if (parser->error == YAML_MEMORY_ERROR)
		BUG("out of memory in libyaml");
	if (parser->error == YAML_READER_ERROR || !parser->problem) {
		explain_byte(parser, source, file, errors);
		return;
	}
	const struct wording *wording = wording_of(parser->problem);
	bool at_context = wording && wording->at_context && parser->context;
	const yaml_mark_t *mark = at_context ? &parser->context_mark : &parser->problem_mark;
	struct text line = source_line(source, mark->line);
	const char *words = words_of(parser, line, wording);
	long number = (long)mark->line + 1, column = (long)mark->column + 1;
	if (errors->found > found_before && line_reported(errors, number))
		return;
	if (at_context && parser->problem_mark.line > mark->line)
		error_list_at(errors, ERROR_CONFIG, file, number, column, "%s (noticed on line %zu)", words,
			parser->problem_mark.line + 1);
	else
		error_list_at(errors, ERROR_CONFIG, file, number, column, "%s", words);
}
