#include "eval/run/project_private.h"

/* Routes of stacks: rules on the case, or on the answer of a router, send each case to a variant. */

struct route_settings {
	const struct yaml *rules;
	const char *otherwise, *router;
};

static const struct field route_fields[] = {
	{"rules", FIELD_JSON, offsetof(struct route_settings, rules),
		"tried in order: [{when: \"tag:x\", variant: a}], or with a router [{answer: \"billing\", variant: a}]"},
	{"default", FIELD_STRING, offsetof(struct route_settings, otherwise), "the variant for all other cases", .required = true},
	{"router", FIELD_STRING, offsetof(struct route_settings, router), "a variant whose answer decides"},
	{NULL},
};

struct rule_settings {
	const char *when, *answer, *variant;
};

static const struct field rule_fields[] = {
	{"when", FIELD_STRING, offsetof(struct rule_settings, when), "which cases, as \"tag:x -tag:y\""},
	{"answer", FIELD_STRING, offsetof(struct rule_settings, answer), "the router's answer (white space and case ignored)"},
	{"variant", FIELD_STRING, offsetof(struct rule_settings, variant), "where they go", .required = true},
	{NULL},
};

static struct variant *target_find(
	struct project_reader *reader, const struct variant *self, const struct yaml *node, const char *name)
{
	struct project *project = reader->project;
	struct variant *target = project_variant(project, name);
	if (target && !target->route && target != self)
		return target;
	if (target) {
		project_error(reader, node, "`%s` is a stack itself; a route leads to variants that answer", name);
		return NULL;
	}
	const char **names = arena_take(project->arena, (project->variant_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->variant_count; i++)
		names[i] = project->variants[i]->name;
	project_error(reader, node, "there is no variant `%s`%s", name, project_hint(reader, name, names, project->variant_count));
	return NULL;
}

static void rule_read(
	struct project_reader *reader, const struct variant *variant, const struct yaml *node, struct route_rule *rule)
{
	struct rule_settings settings = {0};
	struct error error;
	if (!fields_read(&reader->fields, rule_fields, node, NULL, &settings))
		return;
	rule->variant = target_find(reader, variant, yaml_get(node, "variant"), settings.variant);
	rule->answer = settings.answer;
	rule->when_text = settings.when;
	if (!settings.when == !settings.answer)
		project_error(reader, node, "a rule has either `when` (on the case) or `answer` (of the router)");
	if (settings.answer && !variant->route->router)
		project_error(reader, yaml_get(node, "answer"), "`answer` needs a `router`");
	if (settings.when && !(rule->when = filter_parse(reader->fields.arena, settings.when, &error)))
		project_error(reader, yaml_get(node, "when"), "`when`: %s", error.message);
	else if (settings.when && filter_needs_attempt(rule->when))
		project_error(reader, yaml_get(node, "when"), "`when` looks at the case alone: tag:, id:, cluster: and words");
}

bool project_read_routes(struct project_reader *reader, struct variant *variant, const struct yaml *node)
{
	struct route_settings settings = {0};
	struct route *route = variant->route;
	size_t before = reader->errors->found;
	if (!fields_read(&reader->fields, route_fields, node, NULL, &settings))
		return false;
	route->otherwise = target_find(reader, variant, yaml_get(node, "default"), settings.otherwise);
	if (settings.router)
		route->router = target_find(reader, variant, yaml_get(node, "router"), settings.router);
	if (settings.rules && settings.rules->kind != YAML_LIST)
		return project_error(reader, settings.rules, "`rules` is a list, this is %s", yaml_kind_name(settings.rules));
	size_t count = settings.rules ? settings.rules->count : 0;
	route->rules = arena_take(reader->fields.arena, (count + 1) * sizeof *route->rules);
	for (; route->count < count; route->count++)
		rule_read(reader, variant, settings.rules->items[route->count], &route->rules[route->count]);
	return reader->errors->found == before;
}
