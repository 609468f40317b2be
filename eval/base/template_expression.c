#include "eval/base/template_private.h"

#define ITEMS_LIMIT 1000 /* items of a list as written in a template */

static const char *const reserved[] = {"if", "else", "elif", "in", "is", "and", "or", "not", "for", "endif", "endfor", NULL};

/* ---- making nodes ---- */

struct expression *expression_make(struct parser *parser, enum expression_kind kind, size_t at)
{
	struct expression *made = arena_take(parser->arena, sizeof *made);
	*made = (struct expression){.kind = kind, .at = at, .end = parser->last_end, .height = 1};
	return made;
}

static int height_of(const struct expression *part)
{
	return part ? part->height : 0;
}

/* Puts a node on top of its parts. An expression is evaluated by recursion, so its height has a limit. */
struct expression *expression_join(
	struct parser *parser, enum expression_kind kind, struct expression *left, struct expression *right)
{
	struct expression *made = expression_make(parser, kind, left->at);
	made->left = left;
	made->right = right;
	made->height = 1 + (height_of(left) > height_of(right) ? height_of(left) : height_of(right));
	if (made->height > TEMPLATE_HEIGHT) {
		parser_fail(parser, parser->token.at, "the expression is too long: more than %d operators upon each other",
			TEMPLATE_HEIGHT);
		return NULL;
	}
	return made;
}

void expression_raise(struct expression *made, const struct expression *part)
{
	if (height_of(part) >= made->height)
		made->height = height_of(part) + 1;
}

/* ---- variables ---- */

/* Room for one more pointer in an array that doubles whenever its count is a power of two. */
static void *pointers_grow(struct parser *parser, void *pointers, size_t count)
{
	if (count & (count - 1))
		return pointers;
	return arena_grow(parser->arena, pointers, count * sizeof(void *), (count ? count * 2 : 1) * sizeof(void *));
}

static bool local_known(struct parser *parser, const char *name)
{
	for (size_t i = 0; i < parser->local_count; i++)
		if (strcmp(parser->locals[i], name) == 0)
			return true;
	if (strcmp(name, "loop") != 0 || parser->loops == 0)
		return false;
	parser->loop_mentions++;
	return true;
}

static bool variable_note(struct parser *parser, const char *name)
{
	struct template *template = parser->template;
	if (local_known(parser, name))
		return true;
	for (size_t i = 0; i < template->variable_count; i++)
		if (strcmp(template->variables[i], name) == 0)
			return true;
	if (template->variable_count == TEMPLATE_NAMES)
		return parser_fail(parser, parser->token.at, "more than %d different variables", TEMPLATE_NAMES);
	template->variables = pointers_grow(parser, template->variables, template->variable_count);
	template->variables[template->variable_count++] = name;
	return true;
}

/* ---- lists of expressions ---- */

static bool item_add(struct parser *parser, struct expression *owner, struct expression *item)
{
	if (owner->count == ITEMS_LIMIT)
		return parser_fail(parser, item->at, "more than %d items", ITEMS_LIMIT);
	owner->items = pointers_grow(parser, owner->items, (size_t)owner->count);
	owner->items[owner->count++] = item;
	expression_raise(owner, item);
	return true;
}

/* Items up to `closing`, which is taken; a comma may stand behind the last one. */
static bool items_parse(struct parser *parser, struct expression *owner, const char *closing)
{
	for (;;) {
		bool closed, more;
		if (!token_accept(parser, closing, &closed))
			return false;
		if (closed)
			return true;
		struct expression *item = expression_parse(parser);
		if (!item || !item_add(parser, owner, item) || !token_accept(parser, ",", &more))
			return false;
		if (!more)
			return token_expect(parser, closing, "or a comma");
	}
}

/* ---- the smallest parts ---- */

static struct expression *range_parse(struct parser *parser, size_t at)
{
	struct expression *made = expression_make(parser, EXPRESSION_RANGE, at);
	if (!token_next(parser) || !items_parse(parser, made, ")"))
		return NULL;
	made->end = parser->last_end;
	if (made->count < 1 || made->count > 3) {
		parser_fail(parser, at, "`range` takes one to three numbers");
		return NULL;
	}
	return made;
}

static struct expression *name_parse(struct parser *parser)
{
	static const struct {
		const char *word;
		enum expression_kind kind;
	} constants[] = {{"true", EXPRESSION_TRUE}, {"True", EXPRESSION_TRUE}, {"false", EXPRESSION_FALSE},
		{"False", EXPRESSION_FALSE}, {"none", EXPRESSION_NONE}, {"None", EXPRESSION_NONE}, {"null", EXPRESSION_NONE}};
	struct token token = parser->token;
	const char *name = arena_copy(parser->arena, token.text.data, token.text.length);
	for (size_t i = 0; reserved[i]; i++)
		if (strcmp(reserved[i], name) == 0) {
			parser_fail(parser, token.at, "expected a value, found `%s`", name);
			return NULL;
		}
	if (!token_next(parser))
		return NULL;
	for (size_t i = 0; i < COUNT(constants); i++)
		if (strcmp(constants[i].word, name) == 0)
			return expression_make(parser, constants[i].kind, token.at);
	if (strcmp(name, "range") == 0 && token_is(parser, "("))
		return range_parse(parser, token.at);
	struct expression *made = expression_make(parser, EXPRESSION_NAME, token.at);
	made->name = name;
	return variable_note(parser, name) ? made : NULL;
}

static struct expression *literal_parse(struct parser *parser, enum expression_kind kind)
{
	struct token token = parser->token;
	if (!token_next(parser))
		return NULL;
	struct expression *made = expression_make(parser, kind, token.at);
	made->text = token.text;
	made->integer = token.integer;
	made->real = token.real;
	return made;
}

static struct expression *sign_parse(struct parser *parser)
{
	size_t at = parser->token.at;
	bool parenthesis, bracket = false;
	if (!token_accept(parser, "(", &parenthesis) || (!parenthesis && !token_accept(parser, "[", &bracket)))
		return NULL;
	if (bracket) {
		struct expression *list = expression_make(parser, EXPRESSION_LIST, at);
		return items_parse(parser, list, "]") ? list : NULL;
	}
	if (parenthesis) {
		struct expression *inner = expression_parse(parser);
		return inner && token_expect(parser, ")", "to close the parenthesis") ? inner : NULL;
	}
	parser_fail(parser, at,
		token_is(parser, "{") ? "maps cannot be written in templates; put them into vars" : "expected a value, found %s",
		token_words(parser));
	return NULL;
}

static struct expression *primary_parse(struct parser *parser)
{
	switch (parser->token.kind) {
	case TOKEN_NAME:
		return name_parse(parser);
	case TOKEN_STRING:
		return literal_parse(parser, EXPRESSION_STRING);
	case TOKEN_INTEGER:
		return literal_parse(parser, EXPRESSION_INTEGER);
	case TOKEN_REAL:
		return literal_parse(parser, EXPRESSION_REAL);
	case TOKEN_SIGN:
		return sign_parse(parser);
	case TOKEN_END:
		break;
	}
	parser_fail(parser, parser->token.at, "expected a value, found the end of the tag");
	return NULL;
}

/* ---- members, indexes, calls ---- */

/* Methods of Python's values that people use in templates, as the filters that do the same. */
static const struct {
	const char *method, *filter;
} methods[] = {
	{"items", "items"},
	{"keys", "keys"},
	{"values", "values"},
	{"upper", "upper"},
	{"lower", "lower"},
	{"title", "title"},
	{"capitalize", "capitalize"},
	{"strip", "trim"},
	{"split", "split"},
	{"replace", "replace"},
};

static struct expression *method_parse(struct parser *parser, struct expression *member)
{
	for (size_t i = 0; member->kind == EXPRESSION_MEMBER && i < COUNT(methods); i++)
		if (strcmp(methods[i].method, member->name) == 0)
			return filter_apply(parser, member->left, filter_find(methods[i].filter), member->at);
	size_t length = member->end - member->at;
	parser_fail(parser, member->at, "`%.*s` cannot be called: templates run no code", length > 40 ? 40 : (int)length,
		parser->template->source.data + member->at);
	return NULL;
}

static struct expression *member_parse(struct parser *parser, struct expression *value)
{
	struct text name = parser->token.text;
	if (parser->token.kind != TOKEN_NAME && parser->token.kind != TOKEN_INTEGER) {
		parser_fail(parser, parser->token.at, "expected a name after `.`, found %s", token_words(parser));
		return NULL;
	}
	if (!token_next(parser))
		return NULL;
	struct expression *made = expression_join(parser, EXPRESSION_MEMBER, value, NULL);
	if (made)
		made->name = arena_copy(parser->arena, name.data, name.length);
	return made;
}

static struct expression *index_parse(struct parser *parser, struct expression *value)
{
	struct expression *index = expression_parse(parser);
	if (!index)
		return NULL;
	if (token_is(parser, ":")) {
		parser_fail(parser, parser->token.at, "slices are not supported");
		return NULL;
	}
	return token_expect(parser, "]", "after the index") ? expression_join(parser, EXPRESSION_INDEX, value, index) : NULL;
}

struct expression *postfix_parse(struct parser *parser)
{
	struct expression *value = primary_parse(parser);
	while (value) {
		bool dot, bracket = false;
		if (!token_accept(parser, ".", &dot) || (!dot && !token_accept(parser, "[", &bracket)))
			return NULL;
		if (dot)
			value = member_parse(parser, value);
		else if (bracket)
			value = index_parse(parser, value);
		else if (token_is(parser, "("))
			value = method_parse(parser, value);
		else
			break;
	}
	return value;
}
