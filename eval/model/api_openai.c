#include "eval/model/answer.h"
#include "eval/model/batch.h"
#include "eval/model/request.h"

static const struct field openai_fields[] = {{0}};

const struct api_type api_openai = {
	.name = "openai",
	.summary = "OpenAI Chat Completions and every server that speaks it",
	.help = "POST {base_url}/chat/completions. llama.cpp's llama-server, vLLM, Ollama (/v1), OpenRouter, Together, Groq and "
		"others speak it.\n"
		"`params` are sent as they stand, at the top level: temperature, max_tokens, seed, stop, top_k, "
		"chat_template_kwargs, …\n"
		"(at OpenAI's own address max_tokens goes as max_completion_tokens: its models that reason take no other name).\n"
		"user, metadata, safety_identifier and prompt_cache_key may be made from the case, as in metadata: {case: \"{{ case }}\"}; "
		"then\n"
		"they count when an answer is looked for that is stored already.\n"
		"A schema is sent as response_format json_schema; `reasoning_effort` as it stands.\n"
		"`lora: [{id, scale}]` switches adapters of llama-server for each request; cache_prompt then goes off, because its "
		"prompt cache\n"
		"mixes the states of different adapters. Scale 0 turns an adapter off by name: newer servers take an empty list "
		"for their default.\n"
		"With vLLM an adapter is a model name of its own.\n"
		"Log probabilities (logprobs, top_logprobs) are kept in the raw answer: `lever show CASE VARIANT --json` has it.\n"
		"The key is read from `key` (OPENAI_API_KEY for the default address) and sent as a bearer token.",
	.kind = API_HTTP,
	.lora = true,
	.nameless = true,
	.fields = openai_fields,
	.default_base_url = "https://api.openai.com/v1",
	.default_key_env = "OPENAI_API_KEY",
	.batch = &batch_openai_chat,
	.stream = &stream_openai,
	.build = openai_build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = openai_parse,
};
