#include "eval/base/template_private.h"

/* ---- operators, from the tightest to the loosest ---- */

static struct expression *unary_parse(struct parser *parser, bool filtered);

static bool depth_enter(struct parser *parser)
{
	if (++parser->depth <= TEMPLATE_DEPTH)
		return true;
	return parser_fail(parser, parser->token.at, "nested deeper than %d", TEMPLATE_DEPTH);
}

static struct expression *sign_apply(struct parser *parser, bool negate, size_t at)
{
	struct expression *operand = depth_enter(parser) ? unary_parse(parser, false) : NULL;
	parser->depth--;
	struct expression *made = operand && negate ? expression_join(parser, EXPRESSION_NEGATE, operand, NULL) : operand;
	if (made)
		made->at = at;
	return made;
}

/* As in Jinja, a sign binds closer than a filter: -1 | abs is 1. */
static struct expression *unary_parse(struct parser *parser, bool filtered)
{
	size_t at = parser->token.at;
	bool minus, plus = false;
	if (!token_accept(parser, "-", &minus) || (!minus && !token_accept(parser, "+", &plus)))
		return NULL;
	struct expression *value = minus || plus ? sign_apply(parser, minus, at) : postfix_parse(parser);
	return value && filtered ? filters_parse(parser, value) : value;
}

struct level {
	const char *sign;
	enum operation operation;
	int level;
};
static const struct level levels[] = {
	{"+", OPERATION_PLUS, 0},
	{"-", OPERATION_MINUS, 0},
	{"~", OPERATION_JOIN, 1},
	{"*", OPERATION_TIMES, 2},
	{"/", OPERATION_DIVIDE, 2},
	{"//", OPERATION_FLOOR, 2},
	{"%", OPERATION_MODULO, 2},
};

static const struct level *level_match(const struct parser *parser, int level)
{
	for (size_t i = 0; i < COUNT(levels); i++)
		if (levels[i].level == level && token_is(parser, levels[i].sign))
			return &levels[i];
	return NULL;
}

/* Level 0: + -, level 1: ~, level 2: * / // %. Each groups from the left. */
static struct expression *arithmetic_parse(struct parser *parser, int level)
{
	if (level > 2)
		return unary_parse(parser, true);
	struct expression *left = arithmetic_parse(parser, level + 1);
	const struct level *found;
	while (left && (found = level_match(parser, level))) {
		struct expression *right = token_next(parser) ? arithmetic_parse(parser, level + 1) : NULL;
		left = right ? expression_join(parser, EXPRESSION_BINARY, left, right) : NULL;
		if (left)
			left->operation = found->operation;
	}
	return left;
}

static const struct {
	const char *word;
	enum operation operation;
} comparisons[] = {{"==", OPERATION_EQUAL}, {"!=", OPERATION_UNEQUAL}, {"<", OPERATION_LESS}, {"<=", OPERATION_AT_MOST},
	{">", OPERATION_MORE}, {">=", OPERATION_AT_LEAST}, {"in", OPERATION_IN}};

/* Takes a comparison operator; *operation is -1 where none stands. */
static bool comparison_take(struct parser *parser, int *operation)
{
	bool negated;
	*operation = -1;
	if (!token_accept(parser, "not", &negated))
		return false;
	if (negated) {
		*operation = OPERATION_NOT_IN;
		return token_expect(parser, "in", "after `not`");
	}
	for (size_t i = 0; i < COUNT(comparisons); i++)
		if (token_is(parser, comparisons[i].word)) {
			*operation = (int)comparisons[i].operation;
			return token_next(parser);
		}
	return true;
}

static struct expression *comparison_parse(struct parser *parser)
{
	struct expression *left = arithmetic_parse(parser, 0);
	int operation, again;
	if (!left || !comparison_take(parser, &operation))
		return NULL;
	if (operation < 0)
		return left;
	struct expression *right = arithmetic_parse(parser, 0);
	struct expression *made = right ? expression_join(parser, EXPRESSION_BINARY, left, right) : NULL;
	if (!made)
		return NULL;
	made->operation = (enum operation)operation;
	size_t at = parser->token.at;
	if (!comparison_take(parser, &again))
		return NULL;
	if (again >= 0) {
		parser_fail(parser, at, "comparisons cannot be chained; join them with `and`");
		return NULL;
	}
	return made;
}

static struct expression *negation_parse(struct parser *parser)
{
	size_t at = parser->token.at;
	bool negated;
	if (!token_accept(parser, "not", &negated))
		return NULL;
	if (!negated)
		return comparison_parse(parser);
	struct expression *operand = depth_enter(parser) ? negation_parse(parser) : NULL;
	parser->depth--;
	struct expression *made = operand ? expression_join(parser, EXPRESSION_NOT, operand, NULL) : NULL;
	if (made)
		made->at = at;
	return made;
}

static struct expression *conjunction_parse(struct parser *parser)
{
	struct expression *left = negation_parse(parser);
	while (left && token_is(parser, "and")) {
		struct expression *right = token_next(parser) ? negation_parse(parser) : NULL;
		left = right ? expression_join(parser, EXPRESSION_AND, left, right) : NULL;
	}
	return left;
}

struct expression *expression_parse_plain(struct parser *parser)
{
	struct expression *left = depth_enter(parser) ? conjunction_parse(parser) : NULL;
	while (left && token_is(parser, "or")) {
		struct expression *right = token_next(parser) ? conjunction_parse(parser) : NULL;
		left = right ? expression_join(parser, EXPRESSION_OR, left, right) : NULL;
	}
	parser->depth--;
	return left;
}

static struct expression *conditional_parse(struct parser *parser, struct expression *value)
{
	struct expression *condition = expression_parse_plain(parser);
	if (!condition || !token_expect(parser, "else", "of this `if`"))
		return NULL;
	struct expression *other = depth_enter(parser) ? expression_parse(parser) : NULL;
	parser->depth--;
	struct expression *made = other ? expression_join(parser, EXPRESSION_CONDITIONAL, value, other) : NULL;
	if (made) {
		made->condition = condition;
		expression_raise(made, condition);
	}
	return made;
}

struct expression *expression_parse(struct parser *parser)
{
	struct expression *value = expression_parse_plain(parser);
	bool conditional;
	if (!value || !token_accept(parser, "if", &conditional))
		return NULL;
	return conditional ? conditional_parse(parser, value) : value;
}
