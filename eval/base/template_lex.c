#include "eval/base/template_private.h"
#include "eval/base/utf8.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

bool parser_fail(struct parser *parser, size_t at, const char *format, ...)
{
	char message[1024];
	long line, column;
	va_list list;
	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	utf8_place(parser->template->source, at, &line, &column);
	return error_at(
		parser->error, ERROR_CONFIG, parser->template->file, line + parser->template->line - 1, column, "%s", message);
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}
static bool starts_name(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || (unsigned char)byte >= 0x80;
}

/* The byte at an offset; NUL past the end. */
static char byte_at(const struct parser *parser, size_t at)
{
	struct text source = parser->template->source;
	return at < source.length ? source.data[at] : '\0';
}

/* ---- text between tags ---- */

/* Where the next brace that begins a tag of one of these kinds stands; the length of the source when there is none. */
static size_t tag_find(const struct parser *parser, size_t from, const char *kinds)
{
	struct text source = parser->template->source;
	while (from + 1 < source.length) {
		const char *brace = memchr(source.data + from, '{', source.length - from - 1);
		if (!brace)
			break;
		if (brace[1] && strchr(kinds, brace[1]))
			return (size_t)(brace - source.data);
		from = (size_t)(brace - source.data) + 1;
	}
	return source.length;
}

static struct text piece_trim(struct text piece, bool front, bool back)
{
	while (front && piece.length && byte_is_space(piece.data[0]))
		piece = text_make(piece.data + 1, piece.length - 1);
	while (back && piece.length && byte_is_space(piece.data[piece.length - 1]))
		piece.length--;
	return piece;
}

/* Steps over `{%` and a white space mark; answers whether the text before is to be trimmed. */
static bool tag_open(struct parser *parser)
{
	parser->tag_at = parser->at;
	parser->at += 2;
	char mark = byte_at(parser, parser->at);
	parser->at += mark == '-' || mark == '+';
	return mark == '-';
}

static bool comment_skip(struct parser *parser)
{
	long end = text_find(parser->template->source, TEXT("#}"), parser->at);
	if (end < 0)
		return parser_fail(parser, parser->tag_at, "the comment {# is never closed by #}");
	parser->trim = (size_t)end > parser->at && byte_at(parser, (size_t)end - 1) == '-';
	parser->at = (size_t)end + 2;
	return true;
}

bool text_read(struct parser *parser, struct text *text, enum tag *tag)
{
	struct text source = parser->template->source;
	size_t from = parser->at, to = tag_find(parser, from, "{%#");
	bool front = parser->trim, back = false;
	parser->trim = false;
	parser->at = to;
	*tag = TAG_NONE;
	if (to < source.length) {
		char kind = source.data[to + 1];
		back = tag_open(parser);
		*tag = kind == '{' ? TAG_PRINT : kind == '%' ? TAG_STATEMENT : TAG_COMMENT;
		parser->closing = kind == '{' ? '}' : '%';
	}
	*text = piece_trim(text_make(source.data + from, to - from), front, back);
	return *tag != TAG_COMMENT || comment_skip(parser);
}

/* The length of `{% endraw %}` at `at`, or 0. */
static size_t endraw_at(const struct parser *parser, size_t at, bool *back, bool *front)
{
	struct text source = parser->template->source;
	size_t i = at + 2;
	*back = byte_at(parser, i) == '-';
	i += *back;
	while (byte_is_space(byte_at(parser, i)))
		i++;
	if (i > source.length || !text_starts(text_make(source.data + i, source.length - i), TEXT("endraw")))
		return 0;
	i += strlen("endraw");
	while (byte_is_space(byte_at(parser, i)))
		i++;
	*front = byte_at(parser, i) == '-';
	i += *front;
	return byte_at(parser, i) == '%' && byte_at(parser, i + 1) == '}' ? i + 2 - at : 0;
}

bool raw_read(struct parser *parser, struct text *text)
{
	struct text source = parser->template->source;
	size_t from = parser->at;
	for (size_t at = tag_find(parser, from, "%"); at < source.length; at = tag_find(parser, at + 2, "%")) {
		bool back, front;
		size_t length = endraw_at(parser, at, &back, &front);
		if (length == 0)
			continue;
		*text = piece_trim(text_make(source.data + from, at - from), parser->trim, back);
		parser->trim = front;
		parser->at = at + length;
		return true;
	}
	return parser_fail(parser, parser->tag_at, "{%% raw %%} is never closed by {%% endraw %%}");
}

/* ---- tokens within a tag ---- */

/* The end of the tag: `}}` or `%}`, with or without a white space mark. */
static size_t closing_length(const struct parser *parser, size_t at)
{
	char mark = byte_at(parser, at);
	size_t skip = mark == '-' || mark == '+';
	bool closes = byte_at(parser, at + skip) == parser->closing && byte_at(parser, at + skip + 1) == '}';
	return closes ? skip + 2 : 0;
}

static size_t hex_read(const struct parser *parser, size_t at, uint32_t *code)
{
	*code = 0;
	for (size_t i = 0; i < 4; i++) {
		char byte = byte_at(parser, at + i);
		char lower = byte >= 'A' && byte <= 'F' ? (char)(byte + 32) : byte;
		if (!is_digit(lower) && (lower < 'a' || lower > 'f'))
			return 0;
		*code = *code * 16 + (uint32_t)(is_digit(lower) ? lower - '0' : lower - 'a' + 10);
	}
	return 4;
}

/* Adds what stands for the escape at `at`, behind the backslash; answers its length. An unknown escape is kept as written. */
static size_t escape_read(const struct parser *parser, size_t at, struct buffer *out)
{
	static const char from[] = "nrt0\\'\"", to[] = "\n\r\t\0\\'\"";
	char byte = byte_at(parser, at), bytes[4];
	uint32_t code;
	if (byte == 'u' && hex_read(parser, at + 1, &code) && utf8_encode(code, bytes) > 0) {
		buffer_add(out, bytes, (size_t)utf8_encode(code, bytes));
		return 5;
	}
	const char *found = byte ? strchr(from, byte) : NULL;
	if (!found)
		buffer_add_byte(out, '\\');
	buffer_add_byte(out, found ? to[found - from] : byte);
	return 1;
}

static bool string_lex(struct parser *parser)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct text source = parser->template->source;
	size_t at = parser->at + 1;
	char quote = source.data[parser->at];
	while (at < source.length && source.data[at] != quote) {
		if (source.data[at] == '\\' && at + 1 < source.length)
			at += 1 + escape_read(parser, at + 1, &out);
		else
			buffer_add_byte(&out, source.data[at++]);
	}
	if (at >= source.length)
		return parser_fail(parser, parser->at, "this quote is never closed");
	parser->token.kind = TOKEN_STRING;
	parser->token.text = text_copy(parser->arena, buffer_text(&out));
	parser->at = at + 1;
	return true;
}

static size_t digits_end(const struct parser *parser, size_t at)
{
	while (is_digit(byte_at(parser, at)))
		at++;
	return at;
}

/* The end of a number; `whole` is left alone for integers. Behind a dot only an index can stand: a.0.1 */
static size_t number_end(const struct parser *parser, bool index, bool *whole)
{
	size_t end = digits_end(parser, parser->at);
	if (index)
		return end;
	if (byte_at(parser, end) == '.' && is_digit(byte_at(parser, end + 1))) {
		end = digits_end(parser, end + 1);
		*whole = false;
	}
	char mark = byte_at(parser, end), sign = byte_at(parser, end + 1);
	size_t exponent = end + 1 + (sign == '-' || sign == '+');
	if ((mark == 'e' || mark == 'E') && is_digit(byte_at(parser, exponent))) {
		end = digits_end(parser, exponent);
		*whole = false;
	}
	return end;
}

static bool number_lex(struct parser *parser, bool index)
{
	bool whole = true;
	char digits[64];
	size_t end = number_end(parser, index, &whole), length = end - parser->at;
	if (length >= sizeof digits)
		return parser_fail(parser, parser->at, "this number is too long");
	memcpy(digits, parser->template->source.data + parser->at, length);
	digits[length] = '\0';
	errno = 0;
	parser->token.kind = whole ? TOKEN_INTEGER : TOKEN_REAL;
	parser->token.integer = whole ? strtoll(digits, NULL, 10) : 0;
	parser->token.real = strtod(digits, NULL);
	if (errno == ERANGE)
		return parser_fail(parser, parser->at, "this number is out of range");
	parser->token.text = text_make(parser->template->source.data + parser->at, length);
	parser->at = end;
	return true;
}

static void name_lex(struct parser *parser)
{
	size_t end = parser->at;
	while (starts_name(byte_at(parser, end)) || is_digit(byte_at(parser, end)))
		end++;
	parser->token.kind = TOKEN_NAME;
	parser->token.text = text_make(parser->template->source.data + parser->at, end - parser->at);
	parser->at = end;
}

static bool sign_lex(struct parser *parser)
{
	static const char *const signs[] = {"==", "!=", "<=", ">=", "//", "**", "<", ">", "=", "+", "-", "*", "/", "%", "~", "|",
		".", ",", "(", ")", "[", "]", "{", "}", ":"};
	struct text source = parser->template->source;
	struct text rest = text_make(source.data + parser->at, source.length - parser->at);
	for (size_t i = 0; i < COUNT(signs); i++)
		if (text_starts(rest, text_of(signs[i]))) {
			parser->token.kind = TOKEN_SIGN;
			parser->token.text = text_make(rest.data, strlen(signs[i]));
			parser->at += strlen(signs[i]);
			return true;
		}
	unsigned char byte = (unsigned char)rest.data[0];
	if (byte > ' ' && byte < 0x7F)
		return parser_fail(parser, parser->at, "`%c` has no meaning in a template", byte);
	return parser_fail(parser, parser->at, "the byte 0x%02X has no meaning in a template", byte);
}

static bool end_lex(struct parser *parser, size_t length)
{
	parser->token.kind = TOKEN_END;
	parser->token.text = text_make(parser->template->source.data + parser->at, length);
	parser->trim = byte_at(parser, parser->at) == '-';
	parser->at += length;
	return true;
}

static bool token_lex(struct parser *parser, bool behind_dot)
{
	char byte = byte_at(parser, parser->at);
	size_t closing = closing_length(parser, parser->at);
	if (closing)
		return end_lex(parser, closing);
	if (is_digit(byte))
		return number_lex(parser, behind_dot);
	if (byte == '\'' || byte == '"')
		return string_lex(parser);
	if (!starts_name(byte))
		return sign_lex(parser);
	name_lex(parser);
	return true;
}

bool token_next(struct parser *parser)
{
	bool behind_dot = parser->token.kind == TOKEN_SIGN && text_equal(parser->token.text, TEXT("."));
	parser->last_end = parser->at;
	while (byte_is_space(byte_at(parser, parser->at)))
		parser->at++;
	parser->token = (struct token){.at = parser->at};
	if (parser->at >= parser->template->source.length)
		return parser_fail(parser, parser->tag_at, "this tag is never closed by %s", parser->closing == '}' ? "}}" : "%}");
	bool good = token_lex(parser, behind_dot);
	parser->token.end = parser->at;
	return good;
}

bool token_is(const struct parser *parser, const char *word)
{
	bool named = parser->token.kind == TOKEN_NAME || parser->token.kind == TOKEN_SIGN;
	return named && text_equal(parser->token.text, text_of(word));
}

bool token_accept(struct parser *parser, const char *word, bool *accepted)
{
	*accepted = token_is(parser, word);
	return !*accepted || token_next(parser);
}

const char *token_words(const struct parser *parser)
{
	const struct token *token = &parser->token;
	if (token->kind == TOKEN_END)
		return "the end of the tag";
	const char *source = parser->template->source.data + token->at;
	size_t length = token->end - token->at;
	return arena_format(parser->arena, "`%.*s`%s", length > 40 ? 40 : (int)length, source, length > 40 ? "…" : "");
}

bool token_expect(struct parser *parser, const char *word, const char *after)
{
	if (token_is(parser, word))
		return token_next(parser);
	return parser_fail(parser, parser->token.at, "expected `%s` %s, found %s", word, after, token_words(parser));
}
