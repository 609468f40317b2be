#include "eval/model/answer.h"
#include "eval/model/request.h"

static const struct field none[] = {{0}};

const struct api_type api_openrouter = {
	.name = "openrouter",
	.summary = "OpenRouter",
	.help = "Chat Completions at https://openrouter.ai/api/v1. What the answer says it cost counts, not a price table. Pin the "
		"provider in an\n"
		"evaluation: params: {provider: {order: [NAME], allow_fallbacks: false}}.\n"
		"The key is read from `key` (OPENROUTER_API_KEY for the default address) and sent as a bearer token.",
	.kind = API_HTTP,
	.fields = none,
	.default_base_url = "https://openrouter.ai/api/v1",
	.default_key_env = "OPENROUTER_API_KEY",
	.stream = &stream_openai,
	.build = openai_build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = openai_parse,
};
