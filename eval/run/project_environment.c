#include "eval/run/project_private.h"
#include <stdlib.h>

/* {{env.NAME}} is put in once, when the project is read. It may not stand where a secret would end up in a record: URLs and
 * headers. */

static bool name_of(struct text expression, struct text *name)
{
	expression = text_trim(expression);
	if (!text_starts(expression, TEXT("env.")))
		return false;
	*name = text_make(expression.data + 4, expression.length - 4);
	return true;
}

static void node_replace(struct project_reader *reader, struct yaml *node, struct text name, size_t from, size_t to)
{
	struct buffer filled = BUFFER_EMPTY;
	const char *variable = text_copy(reader->fields.arena, name).data, *value = getenv(variable);
	if (!value) {
		project_error(reader, node, "the environment variable %s is not set; export it before the run", variable);
		return;
	}
	buffer_add(&filled, node->text.data, from);
	buffer_add_string(&filled, value);
	buffer_add(&filled, node->text.data + to, node->text.length - to);
	node->text = text_copy(reader->fields.arena, buffer_text(&filled));
	buffer_release(&filled);
}

static void node_fill(struct project_reader *reader, struct yaml *node, bool forbidden)
{
	size_t at = 0;
	for (int count = 0; count < 64; count++) {
		struct text name;
		long open = text_find(node->text, TEXT("{{"), at),
		     close = open < 0 ? -1 : text_find(node->text, TEXT("}}"), (size_t)open);
		if (close < 0)
			return;
		at = (size_t)open + 2;
		if (!name_of(text_make(node->text.data + at, (size_t)close - at), &name))
			continue;
		if (forbidden) {
			project_error(reader, node,
				"{{env.…}} may not stand in a URL or a header: write the URL out, and a secret header as {secret: "
				"NAME}");
			return;
		}
		size_t before = node->text.length;
		node_replace(reader, node, name, (size_t)open, (size_t)close + 2);
		at = (size_t)close + 2 + node->text.length - before;
	}
}

static bool key_forbids(const struct yaml *key)
{
	return text_equal(key->text, TEXT("base_url")) || text_equal(key->text, TEXT("headers")) ||
	       text_equal(key->text, TEXT("url"));
}

static void tree_fill(struct project_reader *reader, struct yaml *node, bool forbidden)
{
	if (node->kind == YAML_STRING)
		node_fill(reader, node, forbidden);
	for (size_t i = 0; i < node->count; i++)
		tree_fill(reader, node->items[i], forbidden || (node->kind == YAML_MAP && key_forbids(node->keys[i])));
}

void project_fill_environment(struct project_reader *reader, struct yaml *root)
{
	tree_fill(reader, root, false);
}
