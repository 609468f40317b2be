#include "eval/run/plan_private.h"

/* A variable that no case has, in a template of a scorer, fails every case after all calls were paid: it is told before. Each such
 * template is filled once with all that cases have: what asks `is defined` or has a default passes. */

/* What is there beside the case's vars when an answer is scored. */
static const char *const beside[] = {"expected", "output", "answer", "passages", "context", "examples"};

struct missing {
	const json_t *vars;
	bool any;
};

static void variable_look(void *data, const char *name)
{
	struct missing *missing = data;
	missing->any |= json_object_get(missing->vars, name) == NULL;
}

static bool lacks_some(const struct template *template, const json_t *vars)
{
	struct missing missing = {vars, false};
	template_variables(template, variable_look, &missing);
	return missing.any;
}

static bool any_lacks(const struct template_list *list, const json_t *vars)
{
	for (size_t i = 0; i < list->count; i++)
		if (lacks_some(list->items[i].template, vars))
			return true;
	return false;
}

/* The vars of cases, page by page, as long as some template names more. */
static bool vars_collect(struct plan *plan, json_t *vars, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct case_row *rows;
	size_t count;
	for (long long after = 0; any_lacks(&plan->project->templates, vars); after = rows[count - 1].position) {
		arena_reset(arena);
		if (!case_page(plan->store, plan->test_set, after, 500, arena, &rows, &count, error))
			return false;
		if (!count)
			return true;
		for (size_t i = 0; i < count; i++) {
			struct error ignored;
			JSON_OWNED *own = json_parse(rows[i].vars, &ignored);
			json_object_update_missing(vars, own);
		}
	}
	return true;
}

/* Says what of the template is in no case. */
static bool template_check(const struct read_template *read, const json_t *vars, struct error_list *errors)
{
	struct error error = {0};
	CLEANUP(buffer_release) struct buffer out = BUFFER_EMPTY;
	if (!lacks_some(read->template, vars) || template_render(read->template, vars, &out, &error) ||
		!strstr(error.message, "undefined variable"))
		return true;
	text_place_apply(&read->place, &error);
	error_prefix(&error, "%s", read->what);
	error.kind = ERROR_CONFIG;
	error_list_add(errors, &error);
	return false;
}

bool plan_templates(struct plan *plan, struct error_list *errors)
{
	const struct template_list *list = &plan->project->templates;
	struct error error = {0};
	bool good = true;
	JSON_OWNED *vars = json_object();
	for (size_t i = 0; i < COUNT(beside); i++)
		json_object_set_new(vars, beside[i], json_string(""));
	if (!vars_collect(plan, vars, &error)) {
		error_list_add(errors, &error);
		return false;
	}
	for (size_t i = 0; i < list->count; i++)
		good &= template_check(&list->items[i], vars, errors);
	return good;
}
