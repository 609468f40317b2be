/* Shared by the files of template.h only. Everything parsed lives in the arena that template_parse was given. */
#ifndef LEVER_BASE_TEMPLATE_PRIVATE_H
#define LEVER_BASE_TEMPLATE_PRIVATE_H

#include "eval/base/template.h"

#define TEMPLATE_DEPTH 64      /* blocks in blocks, parentheses in parentheses */
#define TEMPLATE_HEIGHT 256    /* operators, filters and members in one expression, one upon the other */
#define TEMPLATE_NAMES 1000    /* variables read, variables set */
#define TEMPLATE_ITEMS 1000000 /* items of a list that a template makes */
#define TEMPLATE_OUTPUT ((size_t)64 << 20)
#define TEMPLATE_STEPS 1000000
#define TEMPLATE_WORK ((size_t)256 << 20) /* bytes that operators and filters read and write */

/* ---- the tree ---- */

enum expression_kind {
	EXPRESSION_STRING,
	EXPRESSION_INTEGER,
	EXPRESSION_REAL,
	EXPRESSION_TRUE,
	EXPRESSION_FALSE,
	EXPRESSION_NONE,
	EXPRESSION_LIST,   /* items */
	EXPRESSION_NAME,   /* name */
	EXPRESSION_MEMBER, /* left . name */
	EXPRESSION_INDEX,  /* left [ right ] */
	EXPRESSION_FILTER, /* left | filter(items) */
	EXPRESSION_RANGE,  /* range(items) */
	EXPRESSION_BINARY, /* left operation right */
	EXPRESSION_AND,
	EXPRESSION_OR,
	EXPRESSION_NOT,		/* left */
	EXPRESSION_NEGATE,	/* left */
	EXPRESSION_CONDITIONAL, /* left if condition else right */
	EXPRESSION_TEST,	/* left is [not] test */
};

enum operation {
	OPERATION_EQUAL,
	OPERATION_UNEQUAL,
	OPERATION_LESS,
	OPERATION_AT_MOST,
	OPERATION_MORE,
	OPERATION_AT_LEAST,
	OPERATION_IN,
	OPERATION_NOT_IN,
	OPERATION_PLUS,
	OPERATION_MINUS,
	OPERATION_TIMES,
	OPERATION_DIVIDE,
	OPERATION_FLOOR,
	OPERATION_MODULO,
	OPERATION_JOIN,
};

struct template_test {
	const char *name;
	bool (*holds)(const json_t *value);
	bool of_undefined; /* asks whether there is a value at all; `holds` is called with NULL when there is none */
};
extern const struct template_test template_tests[]; /* ends with name NULL */

struct expression {
	enum expression_kind kind;
	enum operation operation;
	size_t at, end; /* bytes of the source */
	int height;
	struct text text;
	const char *name;
	long long integer;
	double real;
	struct expression *left, *right, *condition;
	struct expression **items; /* an argument that was not given is NULL */
	int count;
	const struct template_filter *filter;
	const struct template_test *test;
	bool negated;
};

struct branch {
	struct expression *condition; /* NULL: else */
	struct node *body;
	struct branch *next;
};

enum node_kind { NODE_TEXT, NODE_PRINT, NODE_IF, NODE_FOR, NODE_SET };

struct node {
	enum node_kind kind;
	size_t at;
	struct node *next;
	struct text text;	      /* NODE_TEXT */
	struct expression *value;     /* printed, set, looped over */
	struct expression *condition; /* NODE_FOR: only items for which it holds */
	const char *names[2];	      /* set, or bound by the loop; the second may be NULL */
	struct branch *branches;      /* NODE_IF */
	struct node *body, *otherwise;
	bool wants_loop; /* the body reads `loop` */
};

struct template
{
	struct text source;
	const char *file;
	long line;
	struct node *root;
	const char **variables;
	size_t variable_count;
};

/* ---- reading ---- */

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_STRING, TOKEN_INTEGER, TOKEN_REAL, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	size_t at, end;
	struct text text; /* names and signs: in the source; strings: unescaped */
	long long integer;
	double real;
};

enum tag { TAG_NONE, TAG_PRINT, TAG_STATEMENT, TAG_COMMENT };

struct parser {
	struct template *template;
	struct arena *arena;
	struct error *error;
	size_t at;
	size_t tag_at;	 /* where the tag being read began */
	size_t last_end; /* behind the token before this one */
	char closing;	 /* the byte before the final brace: '}' or '%' */
	bool trim;	 /* the last tag ended in `-` */
	struct token token;
	int depth, loops, loop_mentions;
	const char *locals[TEMPLATE_NAMES];
	size_t local_count;
};

/* All of these answer false or NULL after filling parser->error. */
bool parser_fail(struct parser *parser, size_t at, const char *format, ...) PRINTF(3, 4);
/* The text up to the next tag, which it steps into; comments are skipped. TAG_NONE at the end. */
bool text_read(struct parser *parser, struct text *text, enum tag *tag);
/* Everything up to {% endraw %}; the parser stands behind the end of {% raw %}. */
bool raw_read(struct parser *parser, struct text *text);
bool token_next(struct parser *parser);
bool token_is(const struct parser *parser, const char *word); /* a name or a sign */
bool token_accept(struct parser *parser, const char *word, bool *accepted);
bool token_expect(struct parser *parser, const char *word, const char *after);
const char *token_words(const struct parser *parser); /* for messages */
struct expression *expression_make(struct parser *parser, enum expression_kind kind, size_t at);
/* A node on top of its parts (`right` may be NULL); fails when it would stand too high. */
struct expression *expression_join(
	struct parser *parser, enum expression_kind kind, struct expression *left, struct expression *right);
void expression_raise(struct expression *made, const struct expression *part); /* counts a further part in the height */
struct expression *expression_parse(struct parser *parser);
/* A name, a literal, a parenthesis, and the members and indexes behind it. */
struct expression *postfix_parse(struct parser *parser);
/* The filters and tests behind a value; filter_apply reads the arguments of one, behind its name. */
struct expression *filters_parse(struct parser *parser, struct expression *value);
struct expression *filter_apply(struct parser *parser, struct expression *value, const struct template_filter *filter, size_t at);
/* Without `a if b else c`, so that a loop may have an `if` of its own. */
struct expression *expression_parse_plain(struct parser *parser);

/* ---- running ---- */

struct binding {
	const char *name;
	json_t *value; /* owned */
};

struct run {
	const struct template *template;
	const json_t *vars;
	struct buffer *out;
	struct error *error;
	struct binding *bindings; /* room for TEMPLATE_NAMES */
	size_t binding_count, scope; /* scope: where the bindings of the innermost loop begin */
	size_t steps, work, start;   /* start: length of `out` before */
};

bool render_fail(struct run *run, size_t at, const char *format, ...) PRINTF(3, 4);
bool render_step(struct run *run, size_t at);
bool render_charge(struct run *run, size_t at, size_t bytes);
/* New reference; NULL after an error, an undefined value among them. */
json_t *expression_value(struct run *run, const struct expression *expression);
/* New reference to the result of an operator. */
json_t *operation_apply(struct run *run, const struct expression *expression, const json_t *left, const json_t *right);
/* Values in all, those inside counted as often as they appear: a list of lists that share their items can be far larger than it
 * is. Stops at TEMPLATE_ITEMS + 1, which also stands for nested too deep. */
size_t values_count(const json_t *value);
const char *value_kind(const json_t *value);		    /* "text", "a list", for messages */
int value_compare(const json_t *left, const json_t *right); /* both numbers or both strings */
bool value_comparable(const json_t *left, const json_t *right);
bool value_equal(const json_t *left, const json_t *right);
bool value_contains(const json_t *list, const json_t *value);

/* ---- filters that stand in files of their own ---- */

typedef json_t *filter_function(const json_t *value, json_t *const *arguments, int count, struct error *error);
const struct template_filter *filter_find(const char *name);
json_t *filter_fail(struct error *error, const char *format, ...) PRINTF(2, 3); /* answers NULL */
/* Argument `at` or the fallback where it was not given. */
long long argument_integer(json_t *const *arguments, int count, int at, long long fallback);
bool argument_truth(json_t *const *arguments, int count, int at);
filter_function filter_first, filter_last, filter_join, filter_list, filter_sort, filter_unique, filter_reverse, filter_map,
	filter_min, filter_max, filter_sum, filter_split, filter_items, filter_keys_of, filter_values;

#endif
