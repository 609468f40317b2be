/* One spelling of parameters, and what each API makes of it. */
#include "tests/unit/apis.h"

#define ONE "[{\"role\":\"user\",\"content\":\"x\"}]"
#define ASKED "{\"model\":\"the-model\","
#define CLAUDE ASKED "\"max_tokens\":4096,\"messages\":" ONE ","
#define RESPONSE ASKED "\"input\":" ONE ",\"store\":false,"
#define GEMINI "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]}],"
#define OLLAMA ASKED "\"messages\":" ONE ",\"stream\":false,"
#define CHAT ASKED "\"messages\":" ONE ",\"stream\":false}"
#define FUNCTION(PARAMETERS) "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" PARAMETERS "}}]"
#define DECLARED "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\","
#define TOOL "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"
#define CHOICE "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"
#define FORMAT "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}}"
#define BESIDE "{\"response_format\":{\"type\":\"json_object\",\"schema\":{\"type\":\"object\"}}}"
#define OBJECT "{\"response_format\":{\"type\":\"json_object\"}}"

static void test_one_spelling(void **state)
{
	static const struct {
		const char *api, *params, *body;
	} rows[] = {
		{"anthropic", "{" TOOL ",\"parallel_tool_calls\":false}",
			CLAUDE "\"tools\":[{\"name\":\"f\"}],\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}}"},
		{"anthropic", "{\"parallel_tool_calls\":false,\"tool_choice\":\"required\"," TOOL "}",
			CLAUDE "\"tools\":[{\"name\":\"f\"}],\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":true}}"},
		{"anthropic", "{\"tool_choice\":\"required\",\"parallel_tool_calls\":true," TOOL "}",
			CLAUDE "\"tools\":[{\"name\":\"f\"}],\"tool_choice\":{\"type\":\"any\",\"disable_parallel_tool_use\":false}}"},
		{"anthropic", "{" CHOICE "," TOOL "}",
			CLAUDE "\"tools\":[{\"name\":\"f\"}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"f\"}}"},
		{"responses", "{" CHOICE "," TOOL "}",
			RESPONSE "\"tools\":[{\"name\":\"f\",\"type\":\"function\"}],\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"}}"},
		{"gemini", "{" CHOICE "," TOOL "}",
			GEMINI "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}],\"toolConfig\":{\"functionCallingConfig\":"
			       "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}}}"},
		{"responses", "{\"logprobs\":true,\"top_logprobs\":3,\"include\":[\"x\"]}",
			RESPONSE "\"top_logprobs\":3,\"include\":[\"x\",\"message.output_text.logprobs\"]}"},
		/* how tools are called is of no use without any, and refused */
		{"anthropic", "{\"tool_choice\":\"required\",\"parallel_tool_calls\":false}", "{\"model\":\"the-model\",\"max_tokens\":4096,\"messages\":" ONE "}"},
		{"ollama", "{\"stop\":\"END\",\"truncate\":false}", OLLAMA "\"truncate\":false,\"options\":{\"stop\":[\"END\"]}}"},
		{"ollama", "{\"format\":\"json\"}", OLLAMA "\"format\":\"json\"}"},
		{"ollama", OBJECT, OLLAMA "\"format\":\"json\"}"}, {"ollama", FORMAT, OLLAMA "\"format\":{\"type\":\"object\"}}"},
		{"gemini", "{\"safetySettings\":[1],\"topK\":2}", GEMINI "\"safetySettings\":[1],\"generationConfig\":{\"topK\":2}}"},
		{"responses", "{\"verbosity\":\"low\",\"n\":1}", RESPONSE "\"text\":{\"verbosity\":\"low\"}}"},
		{"gemini", OBJECT, GEMINI "\"generationConfig\":{\"responseMimeType\":\"application/json\"}}"},
		{"gemini", FORMAT,
			GEMINI "\"generationConfig\":{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\"}}}"},
		{"ollama", BESIDE, OLLAMA "\"format\":{\"type\":\"object\"}}"},
		{"responses", BESIDE,
			RESPONSE "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}}}"},
		{"responses", OBJECT, RESPONSE "\"text\":{\"format\":{\"type\":\"json_object\"}}}"},
		{"responses", FORMAT,
			RESPONSE "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{\"type\":\"object\"}}}}"},
		{"anthropic", FORMAT, CLAUDE "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}}}"},
		{"responses", "{\"tool_choice\":\"required\",\"parallel_tool_calls\":false}",
			"{\"model\":\"the-model\",\"input\":" ONE ",\"store\":false}"},
		{"gemini", "{\"tool_choice\":\"required\"}", "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}]}]}"},
		{"openai", "{\"tool_choice\":\"required\",\"parallel_tool_calls\":false}", CHAT},
		/* tools of an API's own stay as they are */
		{"anthropic", "{\"tools\":[{\"type\":\"web_search_1\",\"name\":\"web_search\"},{\"function\":{\"name\":\"f\",\"strict\":true}}]}",
			CLAUDE "\"tools\":[{\"type\":\"web_search_1\",\"name\":\"web_search\"},{\"name\":\"f\",\"strict\":true}]}"},
		{"responses", "{\"tools\":[{\"type\":\"web_search\"}]}", RESPONSE "\"tools\":[{\"type\":\"web_search\"}]}"},
		{"gemini", "{\"tools\":[{\"googleSearch\":{}},{\"function\":{\"name\":\"f\",\"strict\":true}}]}",
			GEMINI "\"tools\":[{\"googleSearch\":{}},{\"functionDeclarations\":[{\"name\":\"f\"}]}]}"},
		/* one word for how long to think */
		{"ollama", "{\"reasoning_effort\":\"none\"}", OLLAMA "\"think\":false}"},
		{"ollama", "{\"reasoning_effort\":\"max\"}", OLLAMA "\"think\":\"max\"}"},
		{"anthropic", "{\"reasoning_effort\":\"none\",\"user\":\"u\"}",
			CLAUDE "\"thinking\":{\"type\":\"disabled\"},\"metadata\":{\"user_id\":\"u\"}}"},
		{"gemini", "{\"reasoning_effort\":\"none\"}", GEMINI "\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0}}}"},
		{"openai", "{\"reasoning_effort\":\"none\"}", ASKED "\"messages\":" ONE ",\"stream\":false,\"reasoning_effort\":\"none\"}"},
		/* Gemini's `parameters` refuse what only JSON Schema has */
		{"gemini", "{" FUNCTION("{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\",\"enum\":[\"a\"]}}}") "}",
			GEMINI DECLARED "\"parameters\":{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\",\"enum\":[\"a\"]}}}}]}]}"},
		{"gemini", "{" FUNCTION("{\"type\":\"object\",\"properties\":{}}") "}", GEMINI "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]}"},
		{"gemini", "{" FUNCTION("{\"type\":\"object\",\"properties\":{\"q\":{\"type\":[\"string\",\"null\"]}}}") "}",
			GEMINI DECLARED "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"q\":{\"type\":[\"string\",\"null\"]}}}}]}]}"},
		{"gemini", "{" FUNCTION("{\"type\":\"object\",\"properties\":{\"q\":{\"items\":{\"$ref\":\"x\"}}}}") "}",
			GEMINI DECLARED "\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"q\":{\"items\":{\"$ref\":\"x\"}}}}}]}]}"},
	};
	static const char *const paths[][2] = {{"anthropic", "/base/v1/messages"}, {"responses", "/base/responses"},
		{"gemini", "/base/models/the-model:generateContent"}, {"ollama", "/base/api/chat"}, {"openai", "/base/chat/completions"}};
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t p = 0; p < COUNT(paths); p++)
			if (strcmp(rows[i].api, paths[p][0]) == 0)
				check_build(rows[i].api, rows[i].params, ONE, NULL, NULL, paths[p][1], rows[i].body);
}

static void test_names_are_escaped(void **state)
{
	static const struct {
		const char *api, *name, *path, *version;
	} rows[] = {{"gemini", "tunedModels/a b", "/base/tunedModels/a%20b:generateContent"},
		{"gemini", "models/x", "/base/models/x:generateContent"},
		{"azure", "my dep/1", "/base/openai/deployments/my%20dep%2F1/chat/completions?api-version=2024-10-21", "2024-10-21"},
		{"azure", "my dep/1", "/base/openai/v1/chat/completions?api-version=preview", "preview"},
		{"azure", "my dep/1", "/base/openai/v1/chat/completions"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct model model = model_of(rows[i].api, "{}");
		json_t *turns = value_of(ONE);
		struct prompt prompt = {.messages = turns};
		struct request request = {0};
		struct error error;
		model.model = rows[i].name;
		if (strcmp(rows[i].api, "azure") == 0)
			*(const char **)model.config = rows[i].version; /* its only field */
		assert_true(model_request(&model, &prompt, arena, &request, &error));
		assert_string_equal(request.path, rows[i].path);
		json_decref(turns);
		json_decref(model.params);
	}
}

/* Several answers to one call: the others would be paid for, and no budget would count them. */
static void test_one_answer_a_call(void **state)
{
	static const char *const rows[][2] = {
		{"openai", "{\"n\":2}"}, {"gemini", "{\"n\":2}"}, {"gemini", "{\"candidateCount\":2}"}, {"gemini", "{\"candidate_count\":4}"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct model model = model_of(rows[i][0], rows[i][1]);
		struct error error = {0};
		assert_false(model_check(&model, &error));
		assert_non_null(strstr(error.message, "only one answer is read"));
		json_decref(model.params);
	}
}

/* OpenAI's own address takes another name of the limit than the servers that speak like it. */
static void test_the_limit_at_its_maker(void **state)
{
	static const struct {
		const char *base, *params, *sent;
	} rows[] = {{NULL, "{\"max_tokens\":9}", "\"max_completion_tokens\":9"}, {"http://127.0.0.1:9/v1", "{\"max_tokens\":9}", "\"max_tokens\":9"},
		{NULL, "{\"max_completion_tokens\":8}", "\"max_completion_tokens\":8"}};
	json_t *turns = value_of(ONE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct model model = model_of("openai", rows[i].params);
		struct prompt prompt = {.messages = turns, .case_id = "c", .repeat = 1, .variant = "v"};
		struct request request = {0};
		struct error error;
		model.base_url = rows[i].base;
		assert_true(model_request(&model, &prompt, arena, &request, &error));
		assert_non_null(strstr(request.body.data, rows[i].sent));
		json_decref(model.params);
	}
	json_decref(turns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_one_spelling), cmocka_unit_test(test_names_are_escaped),
		cmocka_unit_test(test_one_answer_a_call), cmocka_unit_test(test_the_limit_at_its_maker)};
	return cmocka_run_group_tests(tests, setup, teardown);
}
