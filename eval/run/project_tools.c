#include "eval/run/project_private.h"

/* `tools:` of a variant: {rounds: 4, list: [{name, description, parameters, answer | model}]}, or the list alone. */

struct tool_settings {
	const char *name, *description, *answer, *model;
	const struct yaml *parameters;
	bool strict;
};

const struct field tool_fields[] = {
	{"name", FIELD_STRING, offsetof(struct tool_settings, name), "name of the function", .required = true},
	{"description", FIELD_STRING, offsetof(struct tool_settings, description), "what it does, for the model"},
	{"parameters", FIELD_JSON, offsetof(struct tool_settings, parameters), "JSON Schema of its arguments"},
	{"strict", FIELD_BOOL, offsetof(struct tool_settings, strict),
		"the API holds the arguments to their schema (OpenAI, Anthropic; others leave it out or ignore it)", .fallback = "false"},
	{"answer", FIELD_STRING, offsetof(struct tool_settings, answer),
		"its result: a template over the case's vars and `arguments`, as \"{{ table[arguments.city] }}\""},
	{"model", FIELD_STRING, offsetof(struct tool_settings, model),
		"a model of the project that answers instead (api: command or http); it is asked with the arguments as its "
		"message"},
	{NULL},
};

const struct tool *tool_find(const struct tool_use *use, const char *name)
{
	for (size_t i = 0; i < use->count; i++)
		if (strcmp(use->items[i].name, name) == 0)
			return &use->items[i];
	return NULL;
}

static void source_read(struct project_reader *reader, const struct yaml *node, struct tool *tool)
{
	struct project *project = reader->project;
	struct error error;
	if (!tool->answer_text == !tool->model_name) {
		project_error(
			reader, node, "tool %s: where do its results come from? `answer:` or `model:`, one of the two", tool->name);
		return;
	}
	if (tool->model_name && !(tool->model = project_model(project, tool->model_name)))
		project_error(reader, node, "tool %s: there is no model `%s`", tool->name, tool->model_name);
	if (!tool->answer_text)
		return;
	tool->answer = template_parse(project->arena, text_of(tool->answer_text), project->file, node->line, &error);
	if (!tool->answer)
		error_list_add(reader->errors, &error);
}

static void tool_read(struct project_reader *reader, const struct yaml *node, struct tool_use *use)
{
	struct tool_settings settings = {0};
	reader->fields.what = "tools";
	if (!fields_read(&reader->fields, tool_fields, node, NULL, &settings))
		return;
	struct tool *tool = &use->items[use->count];
	*tool = (struct tool){settings.name, settings.description, settings.answer, settings.model};
	tool->parameters =
		settings.parameters ? yaml_json(settings.parameters) : json_pack("{s:s, s:{}}", "type", "object", "properties");
	if (tool_find(use, tool->name))
		project_error(reader, node, "two tools are called `%s`", tool->name);
	use->count++;
	source_read(reader, node, tool);
	json_t *function = json_pack(
		"{s:s, s:s*, s:o}", "name", tool->name, "description", tool->description, "parameters", tool->parameters);
	if (settings.strict)
		json_object_set_new(function, "strict", json_true());
	json_array_append_new(use->declaration, json_pack("{s:s, s:o}", "type", "function", "function", function));
}

void project_read_tools(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	struct project *project = reader->project;
	const struct yaml *list = node->kind == YAML_MAP ? yaml_get(node, "list") : node, *rounds = yaml_get(node, "rounds");
	struct tool_use *use = arena_take(project->arena, sizeof *use);
	*use = (struct tool_use){.rounds = 4, .declaration = json_array()};
	variant->tools = use;
	if (!list || list->kind != YAML_LIST || !list->count) {
		project_error(reader, node, "`tools` is a list of {name, parameters, answer}, or {rounds: 4, list: […]}");
		return;
	}
	if (rounds && (rounds->kind != YAML_NUMBER || rounds->number < 1 || rounds->number > 100))
		project_error(reader, rounds, "`rounds` is a number from 1 to 100");
	else if (rounds)
		use->rounds = (long long)rounds->number;
	use->items = arena_take(project->arena, list->count * sizeof *use->items);
	for (size_t i = 0; i < list->count; i++)
		tool_read(reader, list->items[i], use);
}
