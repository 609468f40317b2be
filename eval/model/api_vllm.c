#include "eval/model/answer.h"
#include "eval/model/request.h"

struct vllm {
	const char *adapter;
};

static const char *asked(const struct model *model)
{
	const struct vllm *vllm = model->config;
	return vllm->adapter ? vllm->adapter : model->model;
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	return openai_request(model, prompt, "/chat/completions", asked(model), arena, ret, error);
}

static bool check_param(const struct model *model, const char *name, struct error *error)
{
	static const char *const removed[] = {"guided_json", "guided_regex", "guided_choice", "guided_grammar"};
	for (size_t i = 0; i < COUNT(removed); i++)
		if (strcmp(name, removed[i]) == 0)
			return error_set(error, ERROR_CONFIG,
				"params: vLLM took `%s` away with 0.12: write structured_outputs: {%s: …}", removed[i],
				removed[i] + strlen("guided_"));
	return true;
}

static bool check(const struct model *model, struct error *error)
{
	return !model->has_lora || error_set(error, ERROR_CONFIG, "lora: vLLM knows adapters by name: write adapter: NAME");
}

static const struct field fields[] = {{"adapter", FIELD_STRING, offsetof(struct vllm, adapter),
					      "name of a LoRA adapter that the server was started with; asked as the model"},
	{0}};

const struct api_type api_vllm = {
	.name = "vllm",
	.summary = "vLLM's server",
	.help = "Chat Completions with vLLM's own members at the top level: structured_outputs: {choice: [a, b]} (or json, regex, "
		"grammar), top_k,\n"
		"min_p, chat_template_kwargs. A LoRA adapter is chosen by its name: `adapter: NAME` is asked in place of the "
		"model.",
	.kind = API_HTTP,
	.lora = true,
	.fields = fields,
	.config_size = sizeof(struct vllm),
	.check = check,
	.check_param = check_param,
	.nameless = true,
	.default_base_url = "http://127.0.0.1:8000/v1",
	.stream = &stream_openai,
	.asked = asked,
	.build = build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = openai_parse,
};
