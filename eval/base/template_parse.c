#include "eval/base/nearest.h"
#include "eval/base/template_private.h"
#include <stdlib.h>

/* A list of nodes that grows at its end. */
struct body {
	struct node **last;
};

static bool body_parse(struct parser *parser, struct node **first, const char *const *ends);

static struct node *node_make(struct parser *parser, struct body *body, enum node_kind kind)
{
	struct node *node = arena_take(parser->arena, sizeof *node);
	node->kind = kind;
	node->at = parser->tag_at;
	*body->last = node;
	body->last = &node->next;
	return node;
}

static void text_add(struct parser *parser, struct body *body, struct text text)
{
	if (text.length > 0)
		node_make(parser, body, NODE_TEXT)->text = text;
}

/* The end of the tag must stand here. It is not stepped over: what follows is text. */
static bool tag_end(struct parser *parser)
{
	if (parser->token.kind == TOKEN_END)
		return true;
	return parser_fail(parser, parser->token.at, "expected the end of the tag, found %s", token_words(parser));
}

static bool print_parse(struct parser *parser, struct body *body)
{
	struct node *node = node_make(parser, body, NODE_PRINT);
	node->value = token_next(parser) ? expression_parse(parser) : NULL;
	return node->value && tag_end(parser);
}

/* ---- names that a template binds ---- */

static const char *name_take(struct parser *parser, const char *after)
{
	static const char *const words[] = {
		"true", "false", "none", "True", "False", "None", "null", "not", "and", "or", "in", "is", "if", "else", "loop"};
	bool good = parser->token.kind == TOKEN_NAME;
	for (size_t i = 0; i < COUNT(words); i++)
		good = good && !token_is(parser, words[i]);
	if (!good) {
		parser_fail(parser, parser->token.at, "expected a name after `%s`, found %s", after, token_words(parser));
		return NULL;
	}
	const char *name = arena_copy(parser->arena, parser->token.text.data, parser->token.text.length);
	return token_next(parser) ? name : NULL;
}

static bool local_add(struct parser *parser, const char *name)
{
	for (size_t i = 0; i < parser->local_count; i++)
		if (strcmp(parser->locals[i], name) == 0)
			return true;
	if (parser->local_count == TEMPLATE_NAMES)
		return parser_fail(parser, parser->token.at, "more than %d names are set", TEMPLATE_NAMES);
	parser->locals[parser->local_count++] = name;
	return true;
}

static bool set_parse(struct parser *parser, struct body *body)
{
	struct node *node = node_make(parser, body, NODE_SET);
	node->names[0] = name_take(parser, "set");
	if (!node->names[0] || !token_expect(parser, "=", "after the name"))
		return false;
	node->value = expression_parse(parser);
	return node->value && tag_end(parser) && local_add(parser, node->names[0]);
}

/* ---- blocks ---- */

static struct branch *branch_add(struct parser *parser, struct branch ***last)
{
	struct branch *branch = arena_take(parser->arena, sizeof *branch);
	**last = branch;
	*last = &branch->next;
	return branch;
}

static bool branch_parse(struct parser *parser, struct branch *branch, bool conditional)
{
	static const char *const more[] = {"elif", "else", "endif", NULL}, *const end[] = {"endif", NULL};
	if (conditional) {
		branch->condition = expression_parse(parser);
		if (!branch->condition)
			return false;
	}
	return tag_end(parser) && body_parse(parser, &branch->body, conditional ? more : end);
}

static bool if_parse(struct parser *parser, struct body *body)
{
	struct branch **last = &node_make(parser, body, NODE_IF)->branches;
	bool conditional = true, ended = false;
	while (!ended) {
		if (!branch_parse(parser, branch_add(parser, &last), conditional))
			return false;
		ended = token_is(parser, "endif");
		conditional = token_is(parser, "elif");
		if (!token_next(parser))
			return false;
	}
	return tag_end(parser);
}

/* `name in` or `key, value in` */
static bool loop_names_parse(struct parser *parser, struct node *node)
{
	bool second;
	node->names[0] = name_take(parser, "for");
	if (!node->names[0] || !token_accept(parser, ",", &second))
		return false;
	if (second && !(node->names[1] = name_take(parser, ",")))
		return false;
	return token_expect(parser, "in", "after the name of the loop");
}

static bool loop_locals_add(struct parser *parser, const struct node *node)
{
	return local_add(parser, node->names[0]) && (!node->names[1] || local_add(parser, node->names[1]));
}

/* `in list if condition`: the condition already knows the names of the loop. */
static bool loop_head_parse(struct parser *parser, struct node *node)
{
	bool filtered;
	node->value = expression_parse_plain(parser);
	if (!node->value || !token_accept(parser, "if", &filtered) || !loop_locals_add(parser, node))
		return false;
	if (filtered && !(node->condition = expression_parse(parser)))
		return false;
	return tag_end(parser);
}

static bool loop_body_parse(struct parser *parser, struct node *node)
{
	static const char *const ends[] = {"else", "endfor", NULL};
	int mentions = parser->loop_mentions;
	parser->loops++;
	bool good = body_parse(parser, &node->body, ends);
	parser->loops--;
	node->wants_loop = parser->loop_mentions > mentions;
	return good;
}

static bool for_parse(struct parser *parser, struct body *body)
{
	static const char *const ends[] = {"endfor", NULL};
	struct node *node = node_make(parser, body, NODE_FOR);
	size_t locals = parser->local_count;
	bool empty;
	if (!loop_names_parse(parser, node) || !loop_head_parse(parser, node) || !loop_body_parse(parser, node))
		return false;
	parser->local_count = locals;
	if (!token_accept(parser, "else", &empty))
		return false;
	if (empty && (!tag_end(parser) || !body_parse(parser, &node->otherwise, ends)))
		return false;
	return token_expect(parser, "endfor", "to close the loop") && tag_end(parser);
}

static bool raw_parse(struct parser *parser, struct body *body)
{
	struct text text;
	if (!tag_end(parser) || !raw_read(parser, &text))
		return false;
	text_add(parser, body, text);
	return true;
}

static const struct {
	const char *word;
	bool (*parse)(struct parser *parser, struct body *body);
} statements[] = {{"if", if_parse}, {"for", for_parse}, {"set", set_parse}, {"raw", raw_parse}};

static bool statement_unknown(struct parser *parser)
{
	static const char *const known[] = {"if", "elif", "else", "endif", "for", "endfor", "set", "raw", "endraw"};
	static const char *const foreign[] = {"include", "import", "from", "extends", "block", "endblock", "macro", "endmacro",
		"call", "filter", "with", "do", "break", "continue", "autoescape", "endset"};
	size_t at = parser->token.at;
	for (size_t i = 0; i < COUNT(foreign); i++)
		if (token_is(parser, foreign[i]))
			return parser_fail(parser, at, "{%% %s %%} is not supported", foreign[i]);
	for (size_t i = 0; i < COUNT(known); i++)
		if (token_is(parser, known[i]))
			return parser_fail(parser, at, "{%% %s %%} has no beginning here", known[i]);
	struct text found = parser->token.text;
	bool named = parser->token.kind == TOKEN_NAME;
	const char *hint =
		named ? nearest_hint(parser->arena, arena_copy(parser->arena, found.data, found.length), known, COUNT(known)) : "";
	return parser_fail(parser, at, "expected a statement such as if, for or set, found %s%s", token_words(parser), hint);
}

static bool statement_parse(struct parser *parser, struct body *body)
{
	for (size_t i = 0; i < COUNT(statements); i++)
		if (token_is(parser, statements[i].word))
			return token_next(parser) && statements[i].parse(parser, body);
	return statement_unknown(parser);
}

static bool is_end(const struct parser *parser, const char *const *ends)
{
	for (; *ends; ends++)
		if (token_is(parser, *ends))
			return true;
	return false;
}

/* ---- bodies ---- */

static const char *ends_last(const char *const *ends)
{
	while (ends[1])
		ends++;
	return ends[0];
}

/* Text and tags up to a statement in `ends`, whose word is then the current token. */
static bool nodes_parse(struct parser *parser, struct body *body, const char *const *ends)
{
	size_t opened = parser->tag_at;
	for (;;) {
		struct text text;
		enum tag tag;
		if (!text_read(parser, &text, &tag))
			return false;
		text_add(parser, body, text);
		if (tag == TAG_NONE)
			return !*ends || parser_fail(parser, opened, "this block is never closed by {%% %s %%}", ends_last(ends));
		if (tag == TAG_COMMENT)
			continue;
		parser->token = (struct token){0};
		if (tag == TAG_PRINT) {
			if (!print_parse(parser, body))
				return false;
			continue;
		}
		if (!token_next(parser))
			return false;
		if (is_end(parser, ends))
			return true;
		if (!statement_parse(parser, body))
			return false;
	}
}

static bool body_parse(struct parser *parser, struct node **first, const char *const *ends)
{
	struct body body = {first};
	bool good = ++parser->depth <= TEMPLATE_DEPTH ||
		    parser_fail(parser, parser->tag_at, "blocks nested deeper than %d", TEMPLATE_DEPTH);
	good = good && nodes_parse(parser, &body, ends);
	parser->depth--;
	return good;
}

struct template *template_parse(struct arena *arena, struct text source, const char *file, long line, struct error *error)
{
	static const char *const ends[] = {NULL};
	struct template *template = arena_take(arena, sizeof *template);
	template->source = source.data ? source : TEXT("");
	template->file = arena_string(arena, file);
	template->line = line;
	struct parser *parser = memory_take(sizeof *parser);
	*parser = (struct parser){.template = template, .arena = arena, .error = error};
	bool good = body_parse(parser, &template->root, ends);
	free(parser);
	return good ? template : NULL;
}

bool template_mentions(const struct template *template, const char *name)
{
	for (size_t i = 0; i < template->variable_count; i++)
		if (strcmp(template->variables[i], name) == 0)
			return true;
	return false;
}

void template_variables(const struct template *template, void (*each)(void *data, const char *name), void *data)
{
	for (size_t i = 0; i < template->variable_count; i++)
		each(data, template->variables[i]);
}
