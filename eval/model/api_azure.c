#include "eval/model/answer.h"
#include "eval/model/request.h"

struct azure {
	const char *api_version;
};

/* "2024-10-21"; the v1 API has words instead: preview. */
static bool dated(const struct azure *azure)
{
	return azure->api_version && *azure->api_version >= '0' && *azure->api_version <= '9';
}

static bool build(
	const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret, struct error *error)
{
	const struct azure *azure = model->config;
	const char *suffix = "/openai/v1/chat/completions";
	if (dated(azure))
		suffix = arena_format(arena, "/openai/deployments/%s/chat/completions?api-version=%s",
			url_escape(arena, text_of(model->model ? model->model : ""), ""), azure->api_version);
	else if (azure->api_version)
		suffix = arena_format(arena, "%s?api-version=%s", suffix, azure->api_version);
	return openai_request(model, prompt, suffix, model->model, arena, ret, error);
}

static bool check(const struct model *model, struct error *error)
{
	const struct azure *azure = model->config;
	if (model->base_url && strstr(model->base_url, "/openai/deployments/"))
		return error_set(error, ERROR_CONFIG, "base_url: the resource alone, as https://NAME.openai.azure.com: the deployment stands in `model`");
	for (const char *at = azure->api_version; at && *at; at++)
		if (!((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || *at == '-'))
			return error_set(error, ERROR_CONFIG, "api_version: a date such as 2024-10-21 was expected");
	return true;
}

static const struct field fields[] = {{"api_version", FIELD_STRING, offsetof(struct azure, api_version),
					      "date of the dated API, as 2024-10-21; without it, or with a word such as preview, the v1 API is asked"},
	{0}};

static const char *const path_begins[] = {"/openai/v1", "/openai", NULL};

const struct api_type api_azure = {
	.name = "azure",
	.summary = "Azure OpenAI: the v1 API, or a dated one",
	.help = "`base_url` is the resource (https://NAME.openai.azure.com; with /openai/v1 too), `model` the deployment. POST "
		"/openai/v1/chat/completions, or with\n"
		"api_version /openai/deployments/MODEL/chat/completions?api-version=DATE. Blocked prompts and answers are of class "
		"filtered.\n"
		"The key is read from `key` and sent as api-key.",
	.kind = API_HTTP,
	.fields = fields,
	.config_size = sizeof(struct azure),
	.check = check,
	.path_begins = path_begins,
	.models_path = "/openai/v1/models",
	.stream = &stream_openai,
	.build = build,
	.key_header = "api-key",
	.key_prefix = "",
	.parse = openai_parse,
};
