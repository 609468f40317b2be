#include "eval/base/template_private.h"
#include "eval/base/utf8.h"
#include <stdarg.h>
#include <stdio.h>

static bool nodes_render(struct run *run, const struct node *node);

bool render_fail(struct run *run, size_t at, const char *format, ...)
{
	char message[1024];
	long line, column;
	va_list list;
	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	utf8_place(run->template->source, at, &line, &column);
	return error_at(run->error, ERROR_CONFIG, run->template->file, line + run->template->line - 1, column, "%s", message);
}

bool render_step(struct run *run, size_t at)
{
	return ++run->steps <= TEMPLATE_STEPS || render_fail(run, at, "the template takes more than %d steps", TEMPLATE_STEPS);
}

bool render_charge(struct run *run, size_t at, size_t bytes)
{
	run->work += bytes;
	return run->work <= TEMPLATE_WORK || render_fail(run, at, "the template works through more than 256 MiB");
}

/* ---- bindings ---- */

static bool binding_push(struct run *run, size_t at, const char *name, json_t *value)
{
	if (run->binding_count == TEMPLATE_NAMES) {
		json_decref(value);
		return render_fail(run, at, "more than %d names are set at once", TEMPLATE_NAMES);
	}
	run->bindings[run->binding_count++] = (struct binding){name, value};
	return true;
}

static void bindings_drop(struct run *run, size_t count)
{
	while (run->binding_count > count)
		json_decref(run->bindings[--run->binding_count].value);
}

/* As in Jinja: what a loop sets is gone after its turn. */
static bool set_render(struct run *run, const struct node *node)
{
	json_t *value = expression_value(run, node->value);
	if (!value)
		return false;
	for (size_t i = run->scope; i < run->binding_count; i++)
		if (strcmp(run->bindings[i].name, node->names[0]) == 0) {
			json_decref(run->bindings[i].value);
			run->bindings[i].value = value;
			return true;
		}
	return binding_push(run, node->at, node->names[0], value);
}

/* ---- output ---- */

static bool output_check(struct run *run, size_t at)
{
	if (!run->out->overflow && run->out->length - run->start <= TEMPLATE_OUTPUT)
		return true;
	return render_fail(run, at, "the template writes more than %s", run->out->overflow ? "there is room for" : "64 MiB");
}

static bool print_render(struct run *run, const struct node *node)
{
	json_t *value = expression_value(run, node->value);
	if (!value)
		return false;
	json_write_plain(value, run->out);
	json_decref(value);
	return output_check(run, node->at);
}

static bool text_render(struct run *run, const struct node *node)
{
	buffer_add_text(run->out, node->text);
	return output_check(run, node->at);
}

/* ---- if ---- */

static bool condition_holds(struct run *run, const struct expression *condition, bool *holds)
{
	json_t *value = condition ? expression_value(run, condition) : json_true();
	*holds = value && json_truth(value);
	json_decref(value);
	return value != NULL;
}

static bool if_render(struct run *run, const struct node *node)
{
	for (const struct branch *branch = node->branches; branch; branch = branch->next) {
		bool holds;
		if (!condition_holds(run, branch->condition, &holds))
			return false;
		if (holds)
			return nodes_render(run, branch->body);
	}
	return true;
}

/* ---- for ---- */

/* Binds one item: to one name, or its two parts to two. */
static bool item_bind(struct run *run, const struct node *node, json_t *item)
{
	if (!node->names[1])
		return binding_push(run, node->at, node->names[0], json_incref(item));
	if (!json_is_array(item) || json_array_size(item) != 2)
		return render_fail(run, node->at, "`%s, %s` needs items of two parts, and this one is %s", node->names[0],
			node->names[1], json_is_array(item) ? "a list of another length" : value_kind(item));
	return binding_push(run, node->at, node->names[0], json_incref(json_array_get(item, 0))) &&
	       binding_push(run, node->at, node->names[1], json_incref(json_array_get(item, 1)));
}

/* What a loop goes over: a list as it is, a map as its keys, or as pairs where the loop has two names. New reference. */
static json_t *loop_items(struct run *run, const struct node *node, json_t *value)
{
	if (json_is_array(value))
		return json_incref(value);
	if (!json_is_object(value)) {
		render_fail(run, node->value->at, "cannot loop over %s", value_kind(value));
		return NULL;
	}
	return node->names[1] ? filter_items(value, NULL, 0, run->error) : filter_keys_of(value, NULL, 0, run->error);
}

static bool items_select(struct run *run, const struct node *node, const json_t *items, json_t *selected)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		size_t before = run->binding_count;
		bool holds = false;
		bool good = render_step(run, node->at) && item_bind(run, node, json_array_get(items, i)) &&
			    condition_holds(run, node->condition, &holds);
		bindings_drop(run, before);
		if (!good)
			return false;
		if (holds)
			json_array_append(selected, json_array_get(items, i));
	}
	return true;
}

/* Takes `items`; answers those for which the condition of the loop holds. */
static json_t *items_filter(struct run *run, const struct node *node, json_t *items)
{
	json_t *selected = json_array();
	bool good = items_select(run, node, items, selected);
	json_decref(items);
	if (good)
		return selected;
	json_decref(selected);
	return NULL;
}

static json_t *loop_state(size_t index, size_t length)
{
	json_t *state = json_object();
	json_object_set_new(state, "index", json_integer((json_int_t)index + 1));
	json_object_set_new(state, "index0", json_integer((json_int_t)index));
	json_object_set_new(state, "revindex", json_integer((json_int_t)(length - index)));
	json_object_set_new(state, "revindex0", json_integer((json_int_t)(length - index - 1)));
	json_object_set_new(state, "first", json_boolean(index == 0));
	json_object_set_new(state, "last", json_boolean(index + 1 == length));
	json_object_set_new(state, "length", json_integer((json_int_t)length));
	return state;
}

static bool turn_render(struct run *run, const struct node *node, json_t *items, size_t index)
{
	size_t before = run->binding_count, scope = run->scope;
	run->scope = before;
	bool good = render_step(run, node->at) && item_bind(run, node, json_array_get(items, index));
	if (good && node->wants_loop)
		good = binding_push(run, node->at, "loop", loop_state(index, json_array_size(items)));
	good = good && nodes_render(run, node->body);
	bindings_drop(run, before);
	run->scope = scope;
	return good;
}

static bool for_render(struct run *run, const struct node *node)
{
	json_t *value = expression_value(run, node->value);
	JSON_OWNED *items = value ? loop_items(run, node, value) : NULL;
	json_decref(value);
	if (items && node->condition)
		items = items_filter(run, node, items);
	if (!items)
		return false;
	if (json_array_size(items) == 0)
		return nodes_render(run, node->otherwise);
	for (size_t i = 0; i < json_array_size(items); i++)
		if (!turn_render(run, node, items, i))
			return false;
	return true;
}

/* ---- the whole ---- */

static bool (*const renderers[])(struct run *run, const struct node *node) = {
	[NODE_TEXT] = text_render,
	[NODE_PRINT] = print_render,
	[NODE_IF] = if_render,
	[NODE_FOR] = for_render,
	[NODE_SET] = set_render,
};

static bool nodes_render(struct run *run, const struct node *node)
{
	for (; node; node = node->next)
		if (!render_step(run, node->at) || !renderers[node->kind](run, node))
			return false;
	return true;
}

bool template_render(const struct template *template, const json_t *vars, struct buffer *out, struct error *error)
{
	struct binding bindings[TEMPLATE_NAMES]; /* not cleared: that would cost more than most prompts */
	struct run run = {
		.template = template, .vars = vars, .out = out, .error = error, .start = out->length, .bindings = bindings};
	bool good = nodes_render(&run, template->root);
	bindings_drop(&run, 0);
	if (!good && out->length > run.start) {
		out->length = run.start;
		out->data[run.start] = '\0';
	}
	return good;
}

json_t *template_value(const struct template *template, const json_t *vars, struct error *error)
{
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	struct run run = {.template = template, .vars = vars, .out = &out, .error = error};
	const struct node *root = template->root;
	if (root && root->kind == NODE_PRINT && !root->next)
		return expression_value(&run, root->value);
	return template_render(template, vars, &out, error) ? json_from_text(buffer_text(&out)) : NULL;
}
