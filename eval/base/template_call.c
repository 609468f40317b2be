#include "eval/base/nearest.h"
#include "eval/base/template_private.h"

/* ---- filters ---- */

static const struct template_filter *filter_wanted(struct parser *parser)
{
	char name[64];
	const char *names[100];
	size_t count = 0;
	if (parser->token.kind == TOKEN_NAME && parser->token.text.length < sizeof name) {
		memcpy(name, parser->token.text.data, parser->token.text.length);
		name[parser->token.text.length] = '\0';
		const struct template_filter *filter = filter_find(name);
		if (filter)
			return filter;
		for (; template_filters[count].name && count < COUNT(names); count++)
			names[count] = template_filters[count].name;
		parser_fail(
			parser, parser->token.at, "unknown filter `%s`%s", name, nearest_hint(parser->arena, name, names, count));
		return NULL;
	}
	parser_fail(parser, parser->token.at, "expected the name of a filter after `|`, found %s", token_words(parser));
	return NULL;
}

/* The place of a parameter in "a b c"; -1 when it is none. */
static int parameter_place(const struct template_filter *filter, struct text name)
{
	const char *at = filter->parameters ? filter->parameters : "";
	for (int place = 0; *at; place++) {
		size_t length = strcspn(at, " ");
		if (text_equal(text_make(at, length), name))
			return place;
		at += length + strspn(at + length, " ");
	}
	return -1;
}

/* Takes `name =`; *place stays -1 where none stands. */
static bool keyword_parse(struct parser *parser, const struct template_filter *filter, int *place)
{
	struct token name = parser->token;
	size_t at = parser->at, last_end = parser->last_end;
	bool given = false;
	*place = -1;
	if (name.kind != TOKEN_NAME)
		return true;
	if (!token_next(parser) || !token_accept(parser, "=", &given))
		return false;
	if (!given) {
		parser->token = name;
		parser->at = at;
		parser->last_end = last_end;
		return true;
	}
	*place = parameter_place(filter, name.text);
	if (*place < 0)
		return parser_fail(parser, name.at, "the filter `%s` has no parameter `%.*s`", filter->name,
			(int)(name.text.length & 0x3F), name.text.data);
	return true;
}

static bool argument_parse(struct parser *parser, struct expression *call, int position)
{
	int place;
	size_t at = parser->token.at;
	if (!keyword_parse(parser, call->filter, &place))
		return false;
	if (place < 0)
		place = position;
	if (place >= call->filter->max_arguments)
		return parser_fail(parser, at, "the filter `%s` takes at most %d argument%s", call->filter->name,
			call->filter->max_arguments, call->filter->max_arguments == 1 ? "" : "s");
	if (call->items[place])
		return parser_fail(parser, at, "this argument of `%s` is given twice", call->filter->name);
	call->items[place] = expression_parse(parser);
	if (!call->items[place])
		return false;
	expression_raise(call, call->items[place]);
	call->count = place >= call->count ? place + 1 : call->count;
	return true;
}

/* Arguments behind the opening parenthesis. */
static bool arguments_parse(struct parser *parser, struct expression *call)
{
	for (int position = 0;; position++) {
		bool closed, more;
		if (!token_accept(parser, ")", &closed))
			return false;
		if (closed)
			return true;
		if (!argument_parse(parser, call, position) || !token_accept(parser, ",", &more))
			return false;
		if (!more)
			return token_expect(parser, ")", "or a comma");
	}
}

static bool arguments_complete(struct parser *parser, const struct expression *call, size_t at)
{
	for (int i = 0; i < call->filter->min_arguments; i++)
		if (i >= call->count || !call->items[i])
			return parser_fail(parser, at, "the filter `%s` needs %d argument%s", call->filter->name,
				call->filter->min_arguments, call->filter->min_arguments == 1 ? "" : "s");
	return true;
}

struct expression *filter_apply(struct parser *parser, struct expression *value, const struct template_filter *filter, size_t at)
{
	struct expression *call = expression_join(parser, EXPRESSION_FILTER, value, NULL);
	bool given;
	if (!call)
		return NULL;
	call->filter = filter;
	call->items = arena_take(parser->arena, (size_t)(filter->max_arguments + 1) * sizeof *call->items);
	if (!token_accept(parser, "(", &given) || (given && !arguments_parse(parser, call)))
		return NULL;
	call->end = parser->last_end;
	return arguments_complete(parser, call, at) ? call : NULL;
}

static struct expression *filter_parse(struct parser *parser, struct expression *value)
{
	size_t at = parser->token.at;
	const struct template_filter *filter = filter_wanted(parser);
	if (!filter || !token_next(parser))
		return NULL;
	return filter_apply(parser, value, filter, at);
}

/* ---- tests ---- */

static const struct template_test *test_wanted(struct parser *parser)
{
	const char *names[50];
	size_t count = 0;
	for (; template_tests[count].name && count < COUNT(names); count++) {
		if (token_is(parser, template_tests[count].name))
			return &template_tests[count];
		names[count] = template_tests[count].name;
	}
	struct text found = parser->token.text;
	bool named = parser->token.kind == TOKEN_NAME && found.length < 64;
	const char *hint =
		named ? nearest_hint(parser->arena, arena_copy(parser->arena, found.data, found.length), names, count) : "";
	parser_fail(parser, parser->token.at, "expected a test after `is`, such as `defined` or `string`; found %s%s",
		token_words(parser), hint);
	return NULL;
}

static struct expression *test_parse(struct parser *parser, struct expression *value)
{
	bool negated;
	if (!token_accept(parser, "not", &negated))
		return NULL;
	const struct template_test *test = test_wanted(parser);
	struct expression *made = test && token_next(parser) ? expression_join(parser, EXPRESSION_TEST, value, NULL) : NULL;
	if (made) {
		made->test = test;
		made->negated = negated;
	}
	return made;
}

struct expression *filters_parse(struct parser *parser, struct expression *value)
{
	while (value) {
		bool bar, is = false;
		if (!token_accept(parser, "|", &bar) || (!bar && !token_accept(parser, "is", &is)))
			return NULL;
		if (!bar && !is)
			break;
		value = bar ? filter_parse(parser, value) : test_parse(parser, value);
	}
	return value;
}
