/* Shared by the tests of the APIs: a model of any of them, and what it sends. */
#ifndef LEVER_TESTS_APIS_H
#define LEVER_TESTS_APIS_H

#include "eval/base/error.h"
#include "eval/model/client.h"
#include "tests/unit/unit.h"
#include <math.h>

static struct arena *arena;

static int setup(void **state)
{
	arena = arena_create();
	return 0;
}
static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static json_t *value_of(const char *text)
{
	struct error error;
	json_t *value = json_parse(text_of(text), &error);
	if (!value)
		fail_msg("%s in %s", error.message, text);
	return value;
}

static struct model model_of(const char *api, const char *params)
{
	struct model model = {.name = "m", .api = api_find(api), .model = "the-model", .base_url = "http://127.0.0.1:9/base"};
	assert_non_null(model.api);
	model.params = value_of(params);
	model.config = arena_take(arena, model.api->config_size + 1);
	model.price.cached = model.price.written = NAN;
	return model;
}

static void check_build(const char *api, const char *params, const char *messages, const char *schema, const char *effort,
	const char *path, const char *body)
{
	struct model model = model_of(api, params);
	model.reasoning_effort = effort;
	json_t *turns = value_of(messages), *shape = schema ? value_of(schema) : NULL, *wanted = value_of(body);
	struct prompt prompt = {.messages = turns, .schema = shape, .case_id = "c", .repeat = 1, .variant = "v"};
	struct request request = {0};
	struct error error;
	if (!model_request(&model, &prompt, arena, &request, &error))
		fail_msg("%s: %s", api, error.message);
	assert_string_equal(request.path, path);
	json_t *sent = json_parse(request.body, &error);
	if (!json_equal(sent, wanted))
		fail_msg("%s sends %.*s\nexpected %s", api, (int)request.body.length, request.body.data, body);
	json_decref(sent);
	json_decref(turns);
	json_decref(shape);
	json_decref(wanted);
	json_decref(model.params);
}

#endif
