#include "eval/run/budget.h"
#include <math.h>

long long model_output_limit(const struct model *model)
{
	static const char *const names[] = {"max_tokens", "max_completion_tokens", "max_output_tokens", "num_predict", "n_predict"};
	long long most = 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		long long limit = json_integer_or(model->params, names[i], 0);
		most = limit > most ? limit : most;
	}
	if (most)
		return most;
	return strcmp(model->api->name, "anthropic") == 0 ? 4096 : 0; /* what is sent where nothing is said */
}

long long call_worst(const struct model *model, struct text body)
{
	long long limit = model_output_limit(model);
	const struct price *price = &model->price;
	if (price->known && price->input == 0 && price->output == 0)
		return 0;
	if (!price->known || !limit)
		return UNKNOWN;
	double input = fmax(price->input, isnan(price->written) ? 0 : price->written);
	return (long long)ceil((input * (double)body.length + price->output * (double)limit) * 1e6);
}

static bool model_possible(const struct model *model, struct error *error)
{
	if (!model || model->api->kind == API_RECORDED)
		return true;
	if (!model->price.known)
		return error_set(error, ERROR_CONFIG,
			"a budget needs prices: model %s has none; write `price: {input: …, output: …}` (USD per million tokens)",
			model->name);
	return (model->price.input == 0 && model->price.output == 0) || model_output_limit(model) ||
	       error_set(error, ERROR_CONFIG, "a budget needs a limit of the answer: model %s has no `max_tokens` in its params",
		       model->name);
}

static bool tools_check(const struct tool_use *tools, model_check_function *check, struct error *error)
{
	for (size_t i = 0; tools && i < tools->count; i++)
		if (tools->items[i].model && !check(tools->items[i].model, error))
			return false;
	return true;
}

static bool variant_check(const struct variant *variant, bool tools, model_check_function *check, struct error *error)
{
	const struct route *route = variant->route;
	if (!route)
		return check(variant->model, error) && (!tools || tools_check(variant->tools, check, error));
	for (size_t i = 0; i < route->count; i++)
		if (!variant_check(route->rules[i].variant, tools, check, error))
			return false;
	return variant_check(route->otherwise, tools, check, error) &&
	       (!route->router || variant_check(route->router, tools, check, error));
}

bool plan_models_check(const struct plan *plan, bool tools, model_check_function *check, struct error *error)
{
	for (size_t i = 0; i < plan->variant_count; i++)
		if (plan->variants[i].selected && !variant_check(plan->variants[i].variant, tools, check, error))
			return false;
	return true;
}

bool budget_possible(const struct plan *plan, struct error *error)
{
	return plan_models_check(plan, true, model_possible, error);
}
