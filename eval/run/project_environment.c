#include "eval/run/project_private.h"
#include "eval/base/secret.h"
#include <stdlib.h>

/* {{env.NAME}} is put in once, when the project is read. It may not stand where a secret would end up in a record: URLs and
 * headers; and it may not name a variable that holds a key, as all the rest is recorded. */

static void secret_name(struct project_reader *reader, const struct yaml *node)
{
	const char *name = node && node->kind == YAML_STRING ? node_string(reader, node) : NULL;
	if (!name || !*name)
		return;
	secret_hide(name);
	(void)secret_read(name);
}

/* Before anything else is read: a prompt may stand above the models. */
static void secrets_name(struct project_reader *reader, const struct yaml *models)
{
	for (size_t i = 0; models && models->kind == YAML_MAP && i < models->count; i++) {
		const struct yaml *model = models->items[i], *headers = yaml_get(model, "headers"), *named = yaml_get(model, "api");
		const struct api_type *api = named && named->kind == YAML_STRING ? api_find(node_string(reader, named)) : NULL;
		if (api && api->kind != API_HTTP)
			continue;
		secret_name(reader, yaml_get(model, "key"));
		if (api && api->default_key_env && !yaml_get(model, "key") && !yaml_get(model, "base_url"))
			(void)secret_read(api->default_key_env);
		for (size_t k = 0; headers && headers->kind == YAML_MAP && k < headers->count; k++)
			secret_name(reader, yaml_get(headers->items[k], "secret"));
	}
}

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
	if (secret_is_named(name.data, name.length) || secret_named(value)) {
		project_error(reader, node,
			"{{env.%s}} would put a key into what is sent, stored and shown: a key is named by `key` of a model, or in a header "
			"as {secret: %s}",
			variable, variable);
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
	secrets_name(reader, yaml_get(root, "models"));
	tree_fill(reader, root, false);
}
