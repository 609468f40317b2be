/* Replies: what servers, programs and recorded files say. */
#include "eval/model/client.h"
#include "tests/unit/unit.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(arena);
	return 0;
}

static struct reply parse(const char *api, int status, const char *raw)
{
	struct model model = {.name = "x", .api = api_find(api)};
	struct reply reply = {.status = status, .raw = text_of(raw)};
	model_parse(&model, arena, &reply);
	return reply;
}

#define CHOICE(message, finish) "{\"choices\":[{\"message\":" message ",\"finish_reason\":" finish "}]}"

static void answers_are_read(void **state)
{
	static const struct {
		const char *raw;
		enum call_class class;
		const char *output, *finish;
	} rows[] = {{CHOICE("{\"content\":\"a\"}", "\"stop\""), CALL_OK, "a", "stop"},
		{CHOICE("{\"content\":\"a\"}", "null"), CALL_OK, "a", NULL},
		{CHOICE("{\"content\":\"a\"}", "\"length\""), CALL_OK, "a", "length"},
		{CHOICE("{\"content\":\"\"}", "\"length\""), CALL_EMPTY, "", "length"},
		{CHOICE("{\"content\":\"a\"}", "\"content_filter\""), CALL_FILTERED, "a", "filter"},
		{CHOICE("{\"content\":\"a\"}", "\"eos\""), CALL_OK, "a", "other:eos"},
		{CHOICE("{\"content\":null}", "\"stop\""), CALL_EMPTY, NULL, "stop"},
		{CHOICE("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}", "\"stop\""),
			CALL_OK, "ab", "stop"},
		{CHOICE("{\"content\":null,\"tool_calls\":[{\"id\":1}]}", "\"tool_calls\""), CALL_OK, "[{\"id\":\"1\"}]", "tool"},
		{CHOICE("{\"content\":null,\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}}", "\"function_call\""), CALL_OK,
			"[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"id\":\"call_0\"}]", "tool"},
		{CHOICE("{\"content\":7}", "\"stop\""), CALL_MALFORMED, NULL, NULL},
		{CHOICE("null", "\"stop\""), CALL_MALFORMED, NULL, NULL}, {"{\"choices\":[]}", CALL_MALFORMED, NULL, NULL},
		{"{\"choices\":{}}", CALL_MALFORMED, NULL, NULL}, {"{}", CALL_MALFORMED, NULL, NULL},
		{"[]", CALL_MALFORMED, NULL, NULL}, {"null", CALL_MALFORMED, NULL, NULL}, {"", CALL_TRUNCATED, NULL, NULL},
		{"{\"choices\":[{\"message\":{\"content\":\"a]}", CALL_TRUNCATED, NULL, NULL},
		{"\xEF\xBB\xBF" CHOICE("{\"content\":\"a\"}", "\"stop\""), CALL_OK, "a", "stop"},
		{"{\"error\":\"\",\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", CALL_OK, "a", "stop"},
		{"{\"error\":{},\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", CALL_OK, "a", "stop"},
		{"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"error\"}]}", CALL_SERVER, NULL, NULL},
		{"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"error\",\"error\":{\"code\":429}}]}",
			CALL_RATE_LIMIT, NULL, NULL},
		{"{\"choices\":[3]}", CALL_MALFORMED, NULL, NULL}, {"\xff\xfe", CALL_MALFORMED, NULL, NULL}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reply reply = parse("openai", 200, rows[i].raw);
		if (reply.class != rows[i].class)
			fail_msg("%s: %s", rows[i].raw, call_classes[reply.class].name);
		if (rows[i].output)
			assert_text(reply.output, rows[i].output);
		else
			assert_null(reply.output.data);
		if (rows[i].finish)
			assert_string_equal(reply.finish, rows[i].finish);
		else
			assert_null(reply.finish);
		assert_true(reply.class == CALL_OK || reply.message);
	}
}

#define DELTA(members) "data: {\"choices\":[{\"delta\":{" members "}}]}"
#define FINISH(reason) "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" reason "\"}]}"
#define USED "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}"

#define CALLS(call) DELTA("\"tool_calls\":[" call "]") "\n\n"
#define ONE_CALL(id, name, arguments)                                                                                                       \
	"{\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments "\"}}"

static void streams_are_put_together(void **state)
{
	static const struct {
		const char *raw;
		enum call_class class;
		const char *output;
	} rows
		[] =
			{{DELTA("\"content\":\"a\"") "\n\n" DELTA("\"content\":\"b\"") "\n\n" FINISH("stop") "\n\n" USED
													     "\n\ndata: [DONE]\n\n",
				 CALL_OK, "ab"},
				{": waiting\r\n\r\n" DELTA("\"content\":\"a\"") "\r\n\r\n" USED "\r\n\r\n" FINISH("stop"), CALL_OK,
					"a"},
				{DELTA("\"content\":\"a\"") "\r\r" USED "\r\rdata:[DONE]", CALL_OK, "a"},
				{"event: x\ndata: {\"choices\":[{\ndata: \"delta\":{\"content\":\"a\"}}]}\n\n" USED
				 "\n\ndata: [DONE]\n\n",
					CALL_OK, "a"},
				{DELTA("\"content\":\"a\"") "\n\n" USED "\n\n", CALL_TRUNCATED, NULL},
				{DELTA("\"content\":\"a\"") "\n\ndata: {\"choi", CALL_TRUNCATED, NULL},
				{"data: {\"choi", CALL_TRUNCATED, NULL},
				{"data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}},{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"
				 "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"y\"},\"finish_reason\":\"stop\"}]}\n\n"
				 "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n" USED "\n\n",
					CALL_OK, "ab"},
				{DELTA("\"function_call\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}") "\n\n" DELTA(
					 "\"function_call\":{\"arguments\":\":1}\"}") "\n\n" USED "\n\n" FINISH("function_call"),
					CALL_OK,
					"[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"},\"id\":\"call_0\"}]"},
				{DELTA("\"content\":\"a\"") "\n\n" USED "\n\n" FINISH("content_filter") "\n\n", CALL_FILTERED, "a"},
				{USED "\n\ndata: {\"error\":{\"message\":\"slow "
				      "down\",\"type\":\"rate_limit_error\",\"code\":429}}\n\n",
					CALL_RATE_LIMIT, NULL},
				{USED "\n\ndata: [DONE]\n\n", CALL_EMPTY, ""}, {"data: nonsense\n\n", CALL_MALFORMED, NULL},
				{"id: 1\n" DELTA("\"content\":\"a\"") "\n\n" USED "\n\n" FINISH("stop") "\n\n", CALL_OK, "a"},
				{"\xEF\xBB\xBF: hm\n\n" DELTA("\"content\":\"a\"") "\n\n" USED "\n\n" FINISH("stop") "\n\n", CALL_OK,
					"a"},
				{"retry: 9\n\n: hm\n\n", CALL_TRUNCATED, NULL}, {"data: [DONE]\n\n", CALL_TRUNCATED, NULL},
				{DELTA("\"content\":\"a\"") "\n\ndata: {\"choices\":[{\"del\n\n" USED "\n\n" FINISH("stop") "\n\n",
					CALL_TRUNCATED, NULL},
				{DELTA("\"content\":\"a\"") "\n\n" USED "\n\n" FINISH("stop") "\n\ndata: [DONE]\n\ndata: more\n\n",
					CALL_OK, "a"},
				{DELTA("\"content\":\"a\"") "\n\n" USED "\n\n" FINISH("") "\n\n", CALL_TRUNCATED, NULL},
				{DELTA("\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]") "\n\n" USED "\n\n" FINISH(
					 "stop") "\n\n",
					CALL_OK, "ab"},
				{DELTA("\"content\":\"a\"") "\n\n" USED "\n\ndata: {\"choices\":[{\"delta\":{},\"finish_reason\":"
								"\"error\",\"error\":{\"code\":502,\"message\":\"gone\"}}]}\n\n",
					CALL_SERVER, NULL},
				{CALLS("{\"id\":\"c\",\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1}}}")
						CALLS("{\"id\":\"d\",\"index\":0,\"function\":{\"name\":\"g\",\"arguments\":\"{\"}}")
							CALLS("{\"index\":0,\"function\":{\"arguments\":\"}\"}}") USED
					"\n\n" FINISH("tool_calls"),
					CALL_OK, "[" ONE_CALL("c", "f", "{\\\"a\\\":1}") "," ONE_CALL("d", "g", "{}") "]"},
				{CALLS("{\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
						CALLS("{\"function\":{\"arguments\":\"}\"}}")
							CALLS("{\"id\":\"d\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}") USED
					"\n\n" FINISH("tool_calls"),
					CALL_OK, "[" ONE_CALL("c", "f", "{}") "," ONE_CALL("d", "g", "{}") "]"},
				{CALLS("{\"id\":\"c\",\"index\":1,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}") USED
					"\n\n" FINISH("tool_calls"),
					CALL_OK, "[" ONE_CALL("c", "f", "{}") "]"},
				{DELTA("\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}"
				       "]") "\n\n" DELTA("\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}"
							 "}]") "\n\n" DELTA("\"tool_calls\":[{\"index\":0,"
									    "\"function\":{\"arguments\":\"1}\"}}"
									    "]") "\n\n" USED "\n\n" FINISH("tool_calls"),
					CALL_OK,
					"[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{"
					"\\\"a\\\":1}\"}}]"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reply reply = parse("openai", 200, rows[i].raw);
		if (reply.class != rows[i].class)
			fail_msg("%s: %s, %s", rows[i].raw, call_classes[reply.class].name, reply.message);
		if (rows[i].output)
			assert_text(reply.output, rows[i].output);
		if (reply.class == CALL_OK)
			assert_int_equal(reply.usage.input, 7);
	}
}

/* Thoughts that stand among the parts of the content are no answer. */
static void thoughts_in_parts_are_read(void **state)
{
	static const char parts[] = "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"a\"}]";
	for (int streamed = 0; streamed < 2; streamed++) {
		const char *raw = arena_format(arena, streamed ? "data: {\"choices\":[{\"delta\":{\"content\":%s},\"finish_reason\":\"stop\"}]}\n\n"
							       : CHOICE("{\"content\":%s}", "\"stop\""), parts);
		struct reply reply = parse("openai", 200, raw);
		assert_text(reply.output, "a");
		assert_text(reply.reasoning, "hm");
	}
}

static void reasoning_and_usage_are_read(void **state)
{
	struct reply reply = parse("openai", 200,
		"{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning_content\":\"hm\"}}],\"usage\":{\"prompt_tokens\":19,"
		"\"completion_tokens\":10,"
		"\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":6},\"cost\":0."
		"00095}}");
	assert_text(reply.reasoning, "hm");
	assert_int_equal(reply.usage.input, 19);
	assert_int_equal(reply.usage.cached, 4);
	assert_int_equal(reply.usage.output, 10);
	assert_int_equal(reply.usage.reasoning, 6);
	assert_int_equal(reply.usage.cost, 950000000);
	reply = parse("openrouter", 200,
		"{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"cost\":0.00005,\"is_byok\":true,\"cost_details\":"
		"{\"upstream_inference_cost\":0.0009}}}");
	assert_int_equal(reply.usage.cost, 950000000);
	reply = parse("openai", 200,
		"{\"choices\":[{\"message\":{\"content\":\"a\",\"reasoning\":\"so\"}}],\"usage\":{\"prompt_tokens\":\"9\","
		"\"completion_tokens\":-4}}");
	assert_text(reply.reasoning, "so");
	assert_int_equal(reply.usage.input, UNKNOWN);
	assert_int_equal(reply.usage.output, UNKNOWN);
	assert_int_equal(reply.usage.cached, UNKNOWN);
	reply = parse("openai", 200,
		"{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":1e300,\"prompt_cache_hit_tokens\":0}"
		"}");
	assert_int_equal(reply.usage.input, UNKNOWN);
	assert_int_equal(reply.usage.cached, 0);
}

/* Tokens written for an hour cost twice the input, those for five minutes what the price says. */
static void cache_writes_have_two_prices(void **state)
{
	struct model model = {.name = "m", .api = api_find("anthropic"), .price = {true, 1, 0.1, 5, NULL, 1.25}};
	struct reply reply = {.status = 200,
		.raw = TEXT("{\"content\":[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":10,"
			    "\"cache_read_input_tokens\":0,\"cache_creation_input_tokens\":30,\"cache_creation\":{\"ephemeral_5m_input_tokens\":20,"
			    "\"ephemeral_1h_input_tokens\":10},\"output_tokens\":2}}")};
	model_parse(&model, arena, &reply);
	assert_int_equal(reply.usage.written, 30);
	assert_int_equal(reply.usage.cost, 10 * 1000000 + 20 * 1250000 + 10 * 2000000 + 2 * 5000000);
}

static void errors_come_in_many_shapes(void **state)
{
	static const struct {
		int status;
		const char *raw;
		enum call_class class;
		const char *says;
	} rows[] = {{429, "{\"error\":{\"message\":\"slow\",\"code\":\"rate_limit_exceeded\"}}", CALL_RATE_LIMIT, "slow"},
		{429, "{\"error\":{\"message\":\"pay\",\"type\":\"insufficient_quota\"}}", CALL_QUOTA, "pay"},
		{402, "{\"error\":{\"message\":\"pay\",\"code\":402}}", CALL_QUOTA, "pay"}, {500, "oops", CALL_SERVER, "oops"},
		{503, "", CALL_SERVER, "empty"}, {400, "{\"error\":\"model 'x' not loaded\"}", CALL_REQUEST, "not loaded"},
		{400, "{\"error\":{\"message\":\"maximum context length is 10\",\"code\":null}}", CALL_TOO_LONG, "10"},
		{400, "{\"error\":{\"code\":400,\"message\":\"m\",\"type\":\"exceed_context_size_error\"}}", CALL_TOO_LONG, "m"},
		{400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"m\"}}", CALL_FILTERED, "m"},
		{422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"bad\"}]}", CALL_REQUEST, "bad"}, {401, "{}", CALL_AUTH, "401"},
		{403, "{\"message\":\"region\"}", CALL_AUTH, "region"}, {404, "null", CALL_NOT_FOUND, "404"},
		{408, "x", CALL_TIMEOUT, "x"}, {409, "x", CALL_SERVER, "x"}, {413, "x", CALL_TOO_LONG, "x"},
		{418, "x", CALL_REQUEST, "x"}, {501, "x", CALL_REQUEST, "x"}, {529, "x", CALL_SERVER, "x"},
		{200, "{\"error\":{\"message\":\"up\",\"code\":429}}", CALL_RATE_LIMIT, "up"},
		{200, "{\"error\":{\"message\":\"up\",\"code\":\"502\"}}", CALL_SERVER, "up"},
		{200, "{\"error\":\"plain\"}", CALL_SERVER, "plain"},
		{200, "{\"error\":{\"message\":\"k\",\"type\":\"authentication_error\"}}", CALL_AUTH, "k"},
		{200, "{\"error\":{\"message\":5}}", CALL_SERVER, "5"}, {304, "", CALL_REDIRECT, "304"},
		{101, "", CALL_MALFORMED, "101"},
		{200, "{\"error\":{\"message\":\"maximum context length is 9\"}}", CALL_TOO_LONG, "9"},
		{200, "{\"error\":{\"message\":\"k\",\"type\":\"billing_error\"}}", CALL_QUOTA, "k"},
		{200, "{\"error\":{\"message\":\"k\",\"code\":\"invalid_prompt\"}}", CALL_REQUEST, "k"},
		{400, "{\"error\":{\"message\":\"longer than the maximum model length of 9\"}}", CALL_TOO_LONG, "9"},
		{400, "{\"error\":{\"message\":\"The input token count (9) exceeds the maximum\"}}", CALL_TOO_LONG, "9"},
		{400, "{\"error\":{\"message\":\"`max_tokens` exceed context limit: 9 > 8\"}}", CALL_TOO_LONG, "9"},
		{403, "{\"error\":{\"message\":\"Input flagged by moderation\",\"code\":403}}", CALL_FILTERED, "moderation"},
		{502, "{\"error\":{\"message\":\"m\",\"metadata\":{\"provider_name\":\"P\",\"raw\":\"no such thing\"}}}", CALL_SERVER,
			"P: no such thing"},
		{503, "[{\"error\":{\"message\":\"overloaded\"}}]", CALL_SERVER, "503: overloaded"},
		{502, "<html><head><title>502 Bad\nGateway</title>", CALL_SERVER, "a web page: 502 Bad Gateway"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reply reply = parse("openai", rows[i].status, rows[i].raw);
		if (reply.class != rows[i].class)
			fail_msg("%d %s: %s", rows[i].status, rows[i].raw, call_classes[reply.class].name);
		assert_contains(reply.message, rows[i].says);
	}
}

static void long_error_texts_are_cut(void **state)
{
	size_t length = 4 << 20;
	char *raw = memory_take(length + 64);
	memset(raw, 'e', length);
	struct reply reply = parse("openai", 500, raw);
	assert_true(strlen(reply.message) < 1000);
	memcpy(raw, "{\"error\":{\"message\":\"", 21);
	memcpy(raw + length - 3, "\"}}", 4);
	reply = parse("openai", 500, raw);
	assert_true(strlen(reply.message) < 1000);
	memset(raw, '[', length);
	reply = parse("openai", 200, raw);
	assert_int_equal(reply.class, CALL_MALFORMED);
	free(raw);
}

static void recorded_outputs_are_read(void **state)
{
	struct reply reply = parse("recorded", 0,
		"{\"output\":\"Kelp\",\"verdict\":true,\"usage\":{\"input\":5,\"output\":2},\"cost\":0.25,\"latency_us\":1500,"
		"\"passages\":[\"a\"]}");
	assert_int_equal(reply.class, CALL_OK);
	assert_text(reply.output, "Kelp");
	assert_int_equal(reply.usage.cost, 250000000000);
	assert_int_equal(reply.latency, 1500);
	assert_true(json_is_true(json_object_get(reply.recorded, "verdict")));
	json_decref(reply.owner);
	static const struct {
		const char *raw;
		enum call_class class;
	} rows[] = {{"{\"error\":\"died\"}", CALL_REQUEST},
		{"{\"error\":{\"message\":\"died\",\"class\":\"timeout\"}}", CALL_TIMEOUT},
		{"{\"error\":\"x\",\"class\":\"ok\"}", CALL_REQUEST}, {"{\"output\":\"\"}", CALL_EMPTY}, {"{}", CALL_MALFORMED},
		{"[]", CALL_MALFORMED}, {"{\"verdict\":0.5}", CALL_OK}, {NULL, CALL_NOT_RECORDED}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		reply = parse("recorded", 0, rows[i].raw);
		if (reply.class != rows[i].class)
			fail_msg("%s: %s", rows[i].raw, call_classes[reply.class].name);
		json_decref(reply.owner);
	}
	reply = parse("recorded", 0, "{\"output\":\"No.\",\"verdict\":\"refused\"}");
	assert_text(reply.refusal, "No.");
	json_decref(reply.owner);
	reply = parse("recorded", 0, "{\"output\":{\"a\":1}}");
	assert_text(reply.output, "{\"a\":1}");
	json_decref(reply.owner);
}

/* The first token is the first text, whatever it belongs to. */
static void test_first_token(void **state)
{
	static const char *const texts[] = {"{\"content\":\"b\"}", "{\"refusal\": \"No\"}", "{\"reasoning\":\"h\"}", "{\"arguments\":\"{\"}"},
				 *const others[] = {"{\"content\":\"\"}", "{\"refusal\":null}", "{\"role\":\"assistant\"}"};
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_true(stream_token_came(stream_openai.tokens, text_of(texts[i]), strlen(texts[i])));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(stream_token_came(stream_openai.tokens, text_of(others[i]), strlen(others[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_first_token), cmocka_unit_test(answers_are_read), cmocka_unit_test(streams_are_put_together),
		cmocka_unit_test(reasoning_and_usage_are_read), cmocka_unit_test(thoughts_in_parts_are_read), cmocka_unit_test(cache_writes_have_two_prices), cmocka_unit_test(errors_come_in_many_shapes),
		cmocka_unit_test(long_error_texts_are_cut), cmocka_unit_test(recorded_outputs_are_read)};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
