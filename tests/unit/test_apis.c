/* Every API: what is sent for one spelling of the parameters, what an API cannot do, and how replies, usage and failures are read.
 */
#include "eval/model/price_book.h"
#include "tests/unit/apis.h"

#define MESSAGES "[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"2+2?\"}]"
#define COMMON "{\"temperature\":0,\"max_tokens\":9,\"stop\":[\"END\"],\"seed\":7}"
#define NO_SEED "{\"temperature\":0,\"max_tokens\":9,\"stop\":[\"END\"]}"
#define NO_STOP "{\"temperature\":0,\"max_tokens\":9}"
#define TOOLS                                                                                                                      \
	"{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\",\"description\":\"d\",\"parameters\":{\"type\":"        \
	"\"object\"}}}],"                                                                                                          \
	"\"tool_choice\":\"required\"}"
#define TOOL_TURNS                                                                                                                 \
	"[{\"role\":\"user\",\"content\":\"2+2?\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\","       \
	"\"type\":"                                                                                                                \
	"\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":2}\"}}]},{\"role\":\"tool\",\"tool_call_id\":"     \
	"\"c1\","                                                                                                                  \
	"\"name\":\"add\",\"content\":\"4\"}]"

static void test_parameters(void **state)
{
	static const char *const openai = "{\"model\":\"the-model\",\"messages\":" MESSAGES
					  ",\"temperature\":0,\"max_tokens\":9,\"stop\":[\"END\"],\"seed\":7,\"stream\":false}";
	static const char *const same[] = {"openai", "openrouter", "vllm", "llamacpp"};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		check_build(same[i], COMMON, MESSAGES, NULL, NULL, "/base/chat/completions", openai);
	check_build("azure", COMMON, MESSAGES, NULL, NULL, "/base/openai/v1/chat/completions", openai);
	check_build("responses", NO_STOP, MESSAGES, NULL, "low", "/base/responses",
		"{\"model\":\"the-model\",\"input\":[{\"role\":\"user\",\"content\":\"2+2?\"}],\"instructions\":\"Be "
		"brief.\",\"temperature\":0,"
		"\"max_output_tokens\":9,\"reasoning\":{\"effort\":\"low\"},\"store\":false}");
	check_build("anthropic", NO_SEED, MESSAGES, NULL, "low", "/base/v1/messages",
		"{\"model\":\"the-model\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"}],\"system\":\"Be "
		"brief.\","
		"\"temperature\":0,\"stop_sequences\":[\"END\"],\"output_config\":{\"effort\":\"low\"}}");
	check_build("gemini", COMMON, MESSAGES, NULL, "low", "/base/models/the-model:generateContent",
		"{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"2+2?\"}]}],\"systemInstruction\":{\"parts\":[{\"text\":"
		"\"Be brief.\"}]},"
		"\"generationConfig\":{\"temperature\":0,\"maxOutputTokens\":9,\"stopSequences\":[\"END\"],\"seed\":7,"
		"\"thinkingConfig\":"
		"{\"thinkingLevel\":\"low\"}}}");
	check_build("ollama", COMMON, MESSAGES, NULL, "low", "/base/api/chat",
		"{\"model\":\"the-model\",\"messages\":" MESSAGES
		",\"stream\":false,\"options\":{\"temperature\":0,\"num_predict\":9,\"stop\":"
		"[\"END\"],\"seed\":7},\"think\":\"low\"}");
}

static void test_schema(void **state)
{
#define SHAPE "{\"type\":\"object\"}"
	check_build("responses", "{}", "[{\"role\":\"user\",\"content\":\"x\"}]", SHAPE, NULL, "/base/responses",
		"{\"model\":\"the-model\",\"input\":[{\"role\":\"user\",\"content\":\"x\"}],\"text\":{\"format\":{\"type\":\"json_"
		"schema\",\"name\":"
		"\"answer\",\"strict\":true,\"schema\":" SHAPE "}},\"store\":false}");
	check_build("anthropic", "{}", "[{\"role\":\"user\",\"content\":\"x\"}]", SHAPE, NULL, "/base/v1/messages",
		"{\"model\":\"the-model\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"output_"
		"config\":{\"format\":"
		"{\"type\":\"json_schema\",\"schema\":" SHAPE "}}}");
	check_build("gemini", "{}", "[{\"role\":\"user\",\"content\":\"x\"}]", SHAPE, NULL,
		"/base/models/the-model:generateContent",
		"{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]}],\"generationConfig\":{\"responseMimeType\":"
		"\"application/json\","
		"\"responseJsonSchema\":" SHAPE "}}");
	check_build("ollama", "{}", "[{\"role\":\"user\",\"content\":\"x\"}]", SHAPE, NULL, "/base/api/chat",
		"{\"model\":\"the-model\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":false,\"format\":" SHAPE
		"}");
}

static void test_tools(void **state)
{
	check_build("anthropic", TOOLS, TOOL_TURNS, NULL, NULL, "/base/v1/messages",
		"{\"model\":\"the-model\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"2+2?\"},{\"role\":"
		"\"assistant\",\"content\":"
		"[{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"add\",\"input\":{\"a\":2}}]},{\"role\":\"user\",\"content\":[{"
		"\"type\":\"tool_result\","
		"\"tool_use_id\":\"c1\",\"content\":\"4\"}]}],\"tools\":[{\"name\":\"add\",\"description\":\"d\",\"input_schema\":{"
		"\"type\":\"object\"}}],"
		"\"tool_choice\":{\"type\":\"any\"}}");
	check_build("responses", TOOLS, TOOL_TURNS, NULL, NULL, "/base/responses",
		"{\"model\":\"the-model\",\"input\":[{\"role\":\"user\",\"content\":\"2+2?\"},{\"type\":\"function_call\",\"call_"
		"id\":\"c1\",\"name\":\"add\","
		"\"arguments\":\"{\\\"a\\\":2}\"},{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"4\"}],"
		"\"tools\":[{\"name\":\"add\","
		"\"description\":\"d\",\"parameters\":{\"type\":\"object\"},\"type\":\"function\"}],\"tool_choice\":\"required\","
		"\"store\":false}");
	check_build("gemini", TOOLS, TOOL_TURNS, NULL, NULL, "/base/models/the-model:generateContent",
		"{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"2+2?\"}]},{\"role\":\"model\",\"parts\":[{"
		"\"functionCall\":{\"name\":\"add\",\"args\":"
		"{\"a\":2}}}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"add\",\"response\":{\"result\":"
		"\"4\"}}}]}],\"tools\":"
		"[{\"functionDeclarations\":[{\"name\":\"add\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}]}],"
		"\"toolConfig\":"
		"{\"functionCallingConfig\":{\"mode\":\"ANY\"}}}");
}

#define OBJECT "{\"response_format\":{\"type\":\"json_object\"}}"

static void test_refused_parameters(void **state)
{
	static const struct {
		const char *api, *params, *word;
	} rows[] = {{"responses", "{\"seed\":1}", "seed"}, {"responses", "{\"stop\":[\"x\"]}", "stop"},
		{"anthropic", "{\"seed\":1}", "seed"}, {"anthropic", "{\"logprobs\":true}", "logprobs"},
		{"gemini", "{\"parallel_tool_calls\":false}", "parallel_tool_calls"},
		{"ollama", "{\"tool_choice\":\"auto\"}", "tool_choice"},
		{"vllm", "{\"guided_choice\":[\"a\"]}", "structured_outputs"}, {"anthropic", OBJECT, "json_object"},
		{"gemini", "{\"response_format\":{\"type\":\"xml\"}}", "response_format"},
		{"responses", "{\"background\":true}", "--batch"}, {"gemini", "{\"metadata\":{}}", "metadata"}, {"responses", "{\"max_tokens\":8}", "16 or more"},
		{"anthropic", "{\"thinking\":{\"budget_tokens\":2048},\"max_tokens\":2048}", "less than max_tokens, which is 2048"},
		{"ollama", "{\"user\":\"u\"}", "user"}, {"anthropic", "{\"verbosity\":\"low\"}", "verbosity"},
		{"ollama", "{\"reasoning_effort\":\"minimal\"}", "none, low, medium, high, max"},
		{"anthropic", "{\"reasoning_effort\":\"minimal\"}", "minimal"}, {"gemini", "{\"reasoning_effort\":\"xhigh\"}", "xhigh"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct model model = model_of(rows[i].api, rows[i].params);
		struct error error = {0};
		assert_false(model_check(&model, &error));
		assert_contains(error.message, rows[i].word);
		json_decref(model.params);
	}
	static const char *const plain[] = {"anthropic", "responses", "gemini", "ollama", "azure", "openrouter"};
	for (size_t i = 0; i < 2 * COUNT(plain); i++) {
		struct model model = model_of(plain[i / 2], "{}");
		struct error error = {0};
		model.model = i % 2 ? NULL : "m";
		model.has_lora = true;
		assert_false(model_check(&model, &error));
		assert_contains(error.message, i % 2 ? "model: NAME" : "adapters");
		json_decref(model.params);
	}
}

#define GOOGLE_QUOTA(QUOTA, DELAY)                                                                                                 \
	"{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"You exceeded your current quota, please check your " \
	"plan and billing details.\",\"details\":[{\"violations\":[{\"quotaId\":\"" QUOTA "\"}]},{\"retryDelay\":\"" DELAY "\"}]}}"
struct reading {
	const char *api;
	int status;
	const char *body;
	enum call_class class;
	const char *output, *finish;
	long long input, cached, written, reasoning, used;
};

#define U UNKNOWN
static const struct reading replies[] = {
	{"responses", 200,
		"{\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"type\":\"reasoning\",\"summary\":[{\"text\":\"hm\"}]},{"
		"\"type\":\"message\",\"content\":"
		"[{\"type\":\"output_text\",\"text\":\"4\"}]}],\"usage\":{\"input_tokens\":36,\"input_tokens_details\":{\"cached_"
		"tokens\":5,"
		"\"cache_write_tokens\":7},\"output_tokens\":87,\"output_tokens_details\":{\"reasoning_tokens\":64}}}",
		CALL_OK, "4", "stop", 36, 5, 7, 64, 87},
	{"responses", 200,
		"{\"status\":\"completed\",\"output\":[{\"type\":\"reasoning\",\"summary\":[],\"content\":[{\"type\":\"reasoning_text\",\"text\":"
		"\"hm\"}]},{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"4\"}]}]}",
		CALL_OK, "4", "stop", U, U, U, U, U},
	{"responses", 200, "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}",
		CALL_EMPTY, NULL, "length", U, U, U, U, U},
	{"responses", 200, "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"content_filter\"},\"output\":[]}",
		CALL_FILTERED, NULL, "filter", U, U, U, U, U},
	{"responses", 200,
		"{\"status\":\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"slow\"},\"output\":[]}",
		CALL_RATE_LIMIT, NULL, NULL, U, U, U, U, U},
	{"responses", 200, "{\"status\":\"cancelled\",\"output\":[]}", CALL_SERVER, NULL, NULL, U, U, U, U, U},
	{"responses", 200, "{\"status\":\"queued\",\"output\":[]}", CALL_SERVER, NULL, NULL, U, U, U, U, U},
	{"responses", 200, "{\"status\":\"failed\",\"error\":{\"code\":\"invalid_prompt\",\"message\":\"no\"},\"output\":[]}",
		CALL_REQUEST, NULL, NULL, U, U, U, U, U},
	{"responses", 200, "{\"status\":\"completed\"}", CALL_MALFORMED, NULL, NULL, U, U, U, U, U},
	{"anthropic", 200,
		"{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"4\"}],\"stop_reason\":"
		"\"end_turn\",\"usage\":{\"input_tokens\":"
		"25,\"cache_creation_input_tokens\":3,\"cache_read_input_tokens\":10,\"output_tokens\":12,\"output_tokens_"
		"details\":{\"thinking_tokens\":8}}}",
		CALL_OK, "4", "stop", 38, 10, 3, 8, 12},
	{"anthropic", 200, "{\"content\":[{\"type\":\"text\",\"text\":\"No.\"}],\"stop_reason\":\"refusal\"}", CALL_OK, "No.",
		"stop", U, U, U, U, U},
	{"anthropic", 200, "{\"content\":[],\"stop_reason\":\"max_tokens\"}", CALL_EMPTY, NULL, "length", U, U, U, U, U},
	{"anthropic", 200, "{\"content\":[],\"stop_reason\":\"model_context_window_exceeded\"}", CALL_TOO_LONG, NULL, "length", U, U, U,
		U, U},
	{"anthropic", 200,
		"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"content\":[],\"usage\":{\"input_tokens\":5,"
		"\"cache_read_input_tokens\":2,\"output_tokens\":1}}}\n\ndata: {\"type\":\"content_block_start\",\"index\":0,"
		"\"content_block\":{\"type\":\"text\",\"text\":\"4\"}}\n\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
		"\"end_turn\"},\"usage\":{\"input_tokens\":null,\"cache_read_input_tokens\":null,\"output_tokens\":3}}\n\n",
		CALL_OK, "4", "stop", 7, 2, U, U, 3},
	{"anthropic", 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", CALL_SERVER,
		NULL, NULL, U, U, U, U, U},
	{"anthropic", 400,
		"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too "
		"low\"}}",
		CALL_QUOTA, NULL, NULL, U, U, U, U, U},
	{"anthropic", 400,
		"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 9 > 8\"}}",
		CALL_TOO_LONG, NULL, NULL, U, U, U, U, U},
	{"anthropic", 402, "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"pay\"}}", CALL_QUOTA, NULL,
		NULL, U, U, U, U, U},
	{"anthropic", 401, "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}}", CALL_AUTH, NULL,
		NULL, U, U, U, U, U},
	{"gemini", 200,
		"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":\"4\"}]},\"finishReason\":"
		"\"STOP\"}],\"usageMetadata\":"
		"{\"promptTokenCount\":8,\"cachedContentTokenCount\":2,\"candidatesTokenCount\":3,\"thoughtsTokenCount\":5}}",
		CALL_OK, "4", "stop", 8, 2, U, 5, 8},
	/* Google leaves counts of 0 out */
	{"gemini", 200,
		"{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"4\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":"
		"{\"promptTokenCount\":8,\"candidatesTokenCount\":3,\"totalTokenCount\":11}}",
		CALL_OK, "4", "stop", 8, 0, U, 0, 3},
	{"gemini", 200,
		"{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":8,\"totalTokenCount\":8}}",
		CALL_FILTERED, NULL, "filter", 8, 0, U, 0, 0},
	{"gemini", 200,
		"{\"candidates\":[{\"content\":{},\"finishReason\":\"MAX_TOKENS\"}],\"usageMetadata\":"
		"{\"promptTokenCount\":8,\"thoughtsTokenCount\":60,\"totalTokenCount\":68}}",
		CALL_EMPTY, NULL, "length", 8, 0, U, 60, 60},
	{"anthropic", 200,
		"{\"content\":[{\"type\":\"text\",\"text\":\"4\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":8,"
		"\"cache_read_input_tokens\":null,\"cache_creation_input_tokens\":null,\"output_tokens\":3}}",
		CALL_OK, "4", "stop", 8, 0, 0, U, 3},
	{"gemini", 200, "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}", CALL_FILTERED, NULL, "filter", U, U, U, U, U},
	{"gemini", 200, "{\"candidates\":[{\"finishReason\":\"SAFETY\"}]}", CALL_FILTERED, NULL, "filter", U, U, U, U, U},
	{"gemini", 200, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"4\"}]},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}",
		CALL_MALFORMED, NULL, NULL, U, U, U, U, U},
	{"gemini", 429, "{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\"}}", CALL_RATE_LIMIT, NULL,
		NULL, U, U, U, U, U},
	{"gemini", 429, GOOGLE_QUOTA("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "2s"), CALL_RATE_LIMIT, NULL, NULL, U, U, U, U, U},
	{"gemini", 429, GOOGLE_QUOTA("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "31s"), CALL_QUOTA, NULL, NULL, U, U, U, U, U},
	{"anthropic", 429,
		"{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"You reached your monthly spend limit\"}}",
		CALL_QUOTA, NULL, NULL, U, U, U, U, U},
	{"anthropic", 400,
		"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"You have reached your specified API "
		"usage limits. You will regain access on 2026-12-01\"}}",
		CALL_QUOTA, NULL, NULL, U, U, U, U, U},
	{"gemini", 400,
		"{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass one.\",\"status\":\"INVALID_ARGUMENT\"}}",
		CALL_AUTH, NULL, NULL, U, U, U, U, U},
	{"ollama", 200,
		"{\"message\":{\"role\":\"assistant\",\"content\":\"4\",\"thinking\":\"hm\"},\"done\":true,\"done_reason\":"
		"\"stop\",\"prompt_eval_count\":34,"
		"\"eval_count\":12}",
		CALL_OK, "4", "stop", 34, U, U, U, 12},
	{"ollama", 200,
		"{\"message\":{\"content\":\"4\"},\"done\":false}\n{\"message\":{\"con\n{\"message\":{\"content\":\"\"},\"done\":true,"
		"\"done_reason\":\"stop\"}\n{\"x\":1}\n",
		CALL_TRUNCATED, NULL, NULL, U, U, U, U, U},
	{"ollama", 404, "{\"error\":\"model 'x' not found\"}", CALL_NOT_FOUND, NULL, NULL, U, U, U, U, U},
	{"ollama", 200, "{\"error\":\"out of memory\"}", CALL_SERVER, NULL, NULL, U, U, U, U, U},
	{"azure", 400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"blocked\"}}", CALL_FILTERED, NULL, NULL, U, U, U, U,
		U},
	{"openrouter", 200, "{\"error\":{\"code\":429,\"message\":\"slow\"}}", CALL_RATE_LIMIT, NULL, NULL, U, U, U, U, U},
	{"openrouter", 200,
		"{\"choices\":[{\"message\":{\"content\":\"4\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":194,"
		"\"completion_tokens\":2,"
		"\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":100},\"completion_tokens_details\":{"
		"\"reasoning_tokens\":0}}}",
		CALL_OK, "4", "stop", 194, 0, 100, 0, 2},
	{"vllm", 200, "<html><title>Bad gateway</title></html>", CALL_MALFORMED, NULL, NULL, U, U, U, U, U},
	{"llamacpp", 400, "{\"error\":{\"code\":400,\"message\":\"too big\",\"type\":\"exceed_context_size_error\"}}",
		CALL_TOO_LONG, NULL, NULL, U, U, U, U, U},
};

static void test_replies(void **state)
{
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
		const struct reading *row = &replies[i];
		struct model model = model_of(row->api, "{}");
		struct reply reply = {.status = row->status, .raw = text_of(row->body)};
		model_parse(&model, arena, &reply);
		if (reply.class != row->class)
			fail_msg("%s: %s is %s, expected %s", row->api, row->body, call_classes[reply.class].name,
				call_classes[row->class].name);
		if (row->output)
			assert_text(reply.output, row->output);
		if (row->finish)
			assert_string_equal(reply.finish, row->finish);
		if (strstr(row->body, "\"hm\""))
			assert_text(reply.reasoning, "hm");
		assert_int_equal(reply.usage.input, row->input);
		assert_int_equal(reply.usage.cached, row->cached);
		assert_int_equal(reply.usage.written, row->written);
		assert_int_equal(reply.usage.reasoning, row->reasoning);
		assert_int_equal(reply.usage.output, row->used);
		json_decref(reply.owner);
		json_decref(model.params);
	}
}

/* Whatever comes, from whichever API: a class and a message, never a crash. */
static void test_hostile_replies(void **state)
{
	static const char *const bodies[] = {"", "null", "[]", "{}", "\"x\"", "{\"choices\":[]}", "{\"choices\":[{}]}",
		"{\"content\":7}", "{\"candidates\":[7]}", "{\"output\":[7,{\"type\":\"message\",\"content\":7}]}",
		"{\"message\":7}", "{\"error\":7}", "{\"error\":[]}", "{\"usage\":7,\"choices\":[{\"message\":{}}]}", "\xff\xfe",
		"{\"content\":[{\"type\":\"tool_use\"}]}", "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{}}]}}]}"};
	for (const struct api_type *const *api = api_types; *api; api++)
		for (size_t i = 0; (*api)->kind == API_HTTP && strcmp((*api)->name, "http") && i < sizeof bodies / sizeof *bodies;
			i++)
			for (int status = 200; status <= 500; status += 100) {
				struct model model = model_of((*api)->name, "{}");
				struct reply reply = {.status = status, .raw = text_of(bodies[i])};
				model_parse(&model, arena, &reply);
				assert_true(reply.class < CALL_COUNT);
				assert_true(reply.class == CALL_OK || (reply.message && *reply.message));
				json_decref(reply.owner);
				json_decref(model.params);
			}
}

/* What servers say about coming back, beside its class. */
static void test_when_to_come_back(void **state)
{
	static const char limit[] = "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}";
	struct model gemini = model_of("gemini", "{}"), anthropic = model_of("anthropic", "{}");
	struct reply reply = {.status = 429, .raw = TEXT(GOOGLE_QUOTA("RequestsPerMinute", "2.5s"))};
	model_parse(&gemini, arena, &reply);
	assert_int_equal(reply.retry_after, 2500000);
	struct reply endless = {.status = 429, .raw = text_of(limit)}, ends = endless, used_up = endless, told = endless;
	ends.retry_after = used_up.pause = 1000000;
	told.retry = 1;
	struct reply *const all[] = {&endless, &ends, &used_up, &told};
	static const int retry[] = {-1, 0, 0, 1};
	for (size_t i = 0; i < COUNT(retry); i++) {
		model_parse(&anthropic, arena, all[i]);
		assert_int_equal(all[i]->class, CALL_RATE_LIMIT);
		assert_int_equal(all[i]->retry, retry[i]);
	}
	json_decref(gemini.params);
	json_decref(anthropic.params);
}

static void test_tool_calls(void **state)
{
	static const struct {
		const char *api, *body;
	} rows[] = {{"openai", "{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
			       "\"function\":{\"name\":\"add\","
			       "\"arguments\":\"{\\\"a\\\":2}\"}}]},\"finish_reason\":\"tool_calls\"}]}"},
		{"responses", "{\"status\":\"completed\",\"output\":[{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":"
			      "\"add\",\"arguments\":\"{\\\"a\\\":2}\"}]}"},
		{"anthropic", "{\"content\":[{\"type\":\"tool_use\",\"id\":\"c1\",\"name\":\"add\",\"input\":{\"a\":2}}],\"stop_"
			      "reason\":\"tool_use\"}"},
		{"gemini", "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"add\",\"args\":{\"a\":2}}}]},"
			   "\"finishReason\":\"STOP\"}]}"},
		{"ollama", "{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"add\",\"arguments\":{\"a\":2}}"
			   "}]},\"done_reason\":\"stop\"}"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct model model = model_of(rows[i].api, "{}");
		struct reply reply = {.status = 200, .raw = text_of(rows[i].body)};
		struct error error;
		model_parse(&model, arena, &reply);
		assert_int_equal(reply.class, CALL_OK);
		assert_string_equal(reply.finish, "tool");
		json_t *calls = json_parse(reply.tool_calls, &error),
		       *function = json_object_get(json_array_get(calls, 0), "function");
		assert_string_equal(json_string_or(function, "name", ""), "add");
		assert_string_equal(json_string_or(function, "arguments", ""), "{\"a\":2}");
		json_decref(calls);
		json_decref(model.params);
	}
}

/* What a stream brought in pieces goes back whole, with what only the API can read. */
static void test_turns_go_back(void **state)
{
	static const struct {
		const char *api, *body, *native;
	} rows[] = {{"anthropic",
			    "data: {\"type\":\"message_start\",\"message\":{\"content\":[]}}\n\n"
			    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\","
			    "\"signature\":\"\"}}\n\n"
			    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"thinking\":\"hm\"}}\n\n"
			    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"signature\":\"SIG\"}}\n\n"
			    "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
			    "data: {\"type\":\"content_block_start\",\"index\":2,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
			    "\"f\",\"input\":{}}}\n\n"
			    "data: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"partial_json\":\"{\\\"q\\\":1}\"}}\n\n"
			    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\n",
			    "[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"SIG\"},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
			    "\"f\",\"input\":{\"q\":1}}]"},
		{"anthropic",
			"{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":\"{\\\"q\"}],\"stop_reason\":\"max_tokens\"}",
			"[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"INVALID_JSON\":\"{\\\"q\"}}]"},
		{"ollama",
			"{\"message\":{\"thinking\":\"h\"},\"done\":false}\n{\"message\":{\"thinking\":\"m\",\"tool_calls\":[{\"function\":{"
			"\"name\":\"f\",\"arguments\":{\"q\":1}}}]},\"done\":true}\n",
			"{\"role\":\"assistant\",\"thinking\":\"hm\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{\"q\":1}}}]}"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct model model = model_of(rows[i].api, "{}");
		struct reply reply = {.status = 200, .raw = text_of(rows[i].body)};
		model_parse(&model, arena, &reply);
		assert_int_equal(reply.class, CALL_OK);
		json_t *turn = value_of(reply.turn.data), *wanted = value_of(rows[i].native);
		if (!json_equal(json_object_get(turn, "native"), wanted))
			fail_msg("%s: %s", rows[i].api, reply.turn.data);
		json_decref(turn);
		json_decref(wanted);
		json_decref(model.params);
	}
}

static void test_written_price(void **state)
{
	struct price price = {.known = true, .input = 1, .cached = .1, .written = 1.25, .output = 5};
	struct usage usage = {.input = 100, .cached = 40, .written = 20, .output = 10, .reasoning = UNKNOWN, .cost = UNKNOWN};
	/* 40 fresh, 40 at a tenth, 20 at a quarter more, 10 out at 5: 40 + 4 + 25 + 50 millionths */
	assert_int_equal(price_of(&price, &usage), 119000000);
	usage.written = UNKNOWN;
	assert_int_equal(price_of(&price, &usage), 114000000);
}

static void test_price_book(void **state)
{
	static const struct {
		const char *id, *row;
	} rows[] = {{"gpt-4.1-mini", "gpt-4.1-mini"}, {"gpt-4.1-mini-2025-04-14", "gpt-4.1-mini"},
		{"claude-haiku-4-5-20251001", "claude-haiku-4-5"}, {"models/gemini-2.5-flash", "gemini-2.5-flash"},
		{"openai/gpt-4o", "gpt-4o"}, {"gpt-4o-audio-preview", NULL}, {"gpt-4", NULL},
		{"gpt-5.4-mini-2026-01-01", "gpt-5.4-mini"}, {"ft:gpt-4o-mini-2024-07-18:us", NULL}, {"", NULL}, {NULL, NULL}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct price_row *row = price_book_find(rows[i].id);
		if (rows[i].row)
			assert_string_equal(row ? row->model : "(none)", rows[i].row);
		else
			assert_null(row);
	}
	struct model model = model_of("openai", "{}"); /* at another address than its maker's */
	model.model = "gpt-4o";
	price_book_apply(&model);
	assert_false(model.price.known);
	model.base_url = NULL;
	price_book_apply(&model);
	assert_true(model.price.known && model.price.input == 2.5);
	json_decref(model.params);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_parameters), cmocka_unit_test(test_schema),
		cmocka_unit_test(test_tools), cmocka_unit_test(test_refused_parameters), cmocka_unit_test(test_replies),
		cmocka_unit_test(test_hostile_replies), cmocka_unit_test(test_when_to_come_back), cmocka_unit_test(test_tool_calls), cmocka_unit_test(test_turns_go_back), cmocka_unit_test(test_written_price),
		cmocka_unit_test(test_price_book)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
