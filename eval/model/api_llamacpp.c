#include "eval/model/answer.h"
#include "eval/model/request.h"

static const struct field none[] = {{0}};

const struct api_type api_llamacpp = {
	.name = "llamacpp",
	.summary = "llama.cpp's llama-server with its own fields",
	.help = "Chat Completions with llama-server's own members at the top level of params: grammar (GBNF), json_schema, "
		"cache_prompt, id_slot,\n"
		"n_probs, top_k, min_p, reasoning_format, chat_template_kwargs. `lora: [{id, scale}]` switches adapters for each "
		"request;\n"
		"cache_prompt then goes off, because the server's prompt cache mixes the states of different adapters. Requests of "
		"one setting\n"
		"are sent together, and never beside those of another: the server would not compute them at the same time.\n"
		"A model of the same address that says nothing has the adapters off that others switch. "
		"Its port was 8080 and is 9931 in newer versions.",
	.kind = API_HTTP,
	.lora = true,
	.nameless = true,
	.fields = none,
	.stream = &stream_openai,
	.build = openai_build,
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.parse = openai_parse,
};
