#include "eval/run/project.h"

static bool lever_check(const struct variant *variant, struct error *error)
{
	return variant->tools || error_set(error, ERROR_CONFIG, "the lever `tools` needs `tools: [{name, parameters, answer}]`");
}

const struct lever_type lever_tools = {
	.name = "tools",
	.summary = "the model calls declared tools until it has its answer",
	.help = "Each call is answered from a template over the case (a fixed table), or by a model of the project (api: command, "
		"http); several calls\n"
		"of one turn are answered side by side, eight at most, and go back in their order; at most `rounds` turns, each as long as its\n"
		"longest call. `concurrency` of a tool's model, `processes` and `at_once` of a program, say how many it takes.\n"
		"What the API wants back of the model's turn goes back "
		"as it came; arguments\n"
		"that are no JSON object are told to the model as an error. The whole exchange is kept as the attempt's prompt, every "
		"call as a row;\n"
		"tokens are the model's own, cost is that of tools too where they tell one; the scorer `tool-call` judges which calls "
		"were made.\n"
		"params of the model hold in every round: with tool_choice required it calls until `rounds` ends, and what it called last is "
		"its answer.\n"
		"A model of api command or http cannot call tools: their replies have no place for calls.",
	.order = 9,
	.check = lever_check,
};
