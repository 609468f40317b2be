#include "eval/base/secret.h"
#include "eval/base/clock.h"
#include "eval/model/command.h"
#include "tests/unit/server.h"
#include <errno.h>

#define MILLISECOND INT64_C(1000)

struct fixture {
	struct loop *loop;
	struct client *client;
	struct arena *arena;
	struct command_config config;
	struct model model;
	char folder[64];
};

static int set_up(void **state)
{
	struct fixture *f = memory_take(sizeof *f);
	f->loop = loop_create();
	f->client = client_create(f->loop);
	f->arena = arena_create();
	snprintf(f->folder, sizeof f->folder, "/tmp/lever-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	f->model = (struct model){.name = "own",
		.api = api_find("command"),
		.config = &f->config,
		.timeout = 5000 * MILLISECOND,
		.max_response = 1 << 20,
		.directory = f->folder};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	const char **paths;
	size_t count;
	struct error error;
	client_free(f->client);
	loop_free(f->loop);
	assert_true(folder_list(f->arena, f->folder, NULL, &paths, &count, &error));
	for (size_t i = 0; i < count; i++)
		unlink(path_join(f->arena, f->folder, paths[i]));
	rmdir(f->folder);
	arena_free(f->arena);
	free(f);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left behind */
	assert_int_equal(errno, ECHILD);
	return 0;
}

/* The model runs `sh program` with this text. */
static void program_set(struct fixture *f, const char *text)
{
	static const char *argv[] = {"sh", "program"};
	struct error error;
	assert_true(file_write(path_join(f->arena, f->folder, "program"), text_of(text), 0600, &error));
	f->config.command = (struct field_strings){argv, 2};
}

static struct reply ask_ok(struct fixture *f, const char *user)
{
	struct reply reply;
	enum call_class class = CALL_OK;
	struct error error = {0};
	if (!ask(f->loop, f->client, &f->model, f->arena, user, &reply, &class, &error))
		fail_msg("%s: %s", user, error.message);
	return reply;
}

static void one_program_answers_many(void **state)
{
	struct fixture *f = *state;
	program_set(f,
		"n=0\nwhile read -r line; do n=$((n+1)); printf '{\"output\":\"%s of %s\",\"usage\":{\"input\":3,\"output\":2},"
		"\"cost\":0.5,\"latency_ms\":7,\"finish\":\"stop\"}\\n' $n $$; done\n");
	struct reply first = ask_ok(f, "a"), second = ask_ok(f, "b");
	assert_int_equal(first.class, CALL_OK);
	assert_memory_equal(first.output.data, "1 of ", 5);
	assert_memory_equal(second.output.data, "2 of ", 5);
	assert_string_equal(first.output.data + 4, second.output.data + 4);
	assert_int_equal(first.usage.input, 3);
	assert_int_equal(first.usage.output, 2);
	assert_int_equal(first.usage.cached, UNKNOWN);
	assert_int_equal(first.usage.cost, 500000000000);
	assert_int_equal(first.latency, 7 * MILLISECOND);
	assert_string_equal(first.finish, "stop");
}

static void the_request_is_one_line(void **state)
{
	struct fixture *f = *state;
	struct error error;
	program_set(f, "while read -r line; do printf '%s\\n' \"$line\" >seen; echo '{\"output\":\"ok\"}'; done\n");
	JSON_OWNED *params = json_pack("{s:i}", "k", 4);
	f->model.params = params;
	assert_text(ask_ok(f, "two\nlines and \"quotes\"").output, "ok");
	CLEANUP(buffer_release) struct buffer seen = BUFFER_EMPTY;
	assert_true(file_read(path_join(f->arena, f->folder, "seen"), 0, &seen, &error));
	JSON_OWNED *line = json_parse(text_trim(buffer_text(&seen)), &error);
	assert_non_null(line);
	assert_string_equal(json_string_or(line, "case", ""), "c-1");
	assert_string_equal(json_string_or(line, "variant", ""), "prompt");
	assert_int_equal(json_integer_or(line, "repeat", 0), 1);
	assert_int_equal(json_integer_or(line, "id", 0), 1);
	assert_string_equal(json_string_value(json_at(line, "messages.1.content")), "two\nlines and \"quotes\"");
	assert_string_equal(json_string_value(json_at(line, "vars.q")), "two\nlines and \"quotes\"");
	assert_int_equal(json_integer_value(json_at(line, "params.k")), 4);
}

static void failures_have_classes(void **state)
{
	static const struct {
		const char *program;
		enum call_class class;
		const char *says;
	} rows[] = {{"read -r l; echo '{\"error\":\"no luck\"}'; read -r l", CALL_COMMAND, "no luck"},
		{"read -r l; echo '{\"error\":\"wait\",\"class\":\"rate-limit\"}'; read -r l", CALL_RATE_LIMIT, "wait"},
		{"read -r l; echo starting up; read -r l", CALL_MALFORMED, "starting up"},
		{"read -r l; echo '{\"output\":\"\"}'; read -r l", CALL_EMPTY, "empty"},
		{"read -r l; echo '{}'; read -r l", CALL_MALFORMED, "output"},
		{"read -r l; echo out of cheese >&2; exit 3", CALL_COMMAND, "status 3: out of cheese"},
		{"exit 0", CALL_COMMAND, "status 0"}, {"read -r l; kill -9 $$", CALL_COMMAND, "signal 9"},
		{"read -r l; head -c 3000000 /dev/zero | tr '\\0' x; sleep 20", CALL_TOO_LARGE, "too long"},
		{"read -r l; yes ''", CALL_TIMEOUT, "no answer within 0.3 s"}, {"read -r l; yes >&2", CALL_TIMEOUT, "no answer"},
		{"read -r l; echo stuck >&2; sleep 20", CALL_TIMEOUT, "stuck"}, {"exec 0<&-; sleep 20", CALL_TIMEOUT, "no answer"}};
	struct fixture *f = *state;
	f->model.timeout = 300 * MILLISECOND;
	for (size_t i = 0; i < COUNT(rows); i++) {
		program_set(f, rows[i].program);
		struct reply reply = ask_ok(f, "x");
		if (reply.class != rows[i].class)
			fail_msg("%s: class %s (%s)", rows[i].program, call_classes[reply.class].name, reply.message);
		assert_non_null(reply.message);
		assert_contains(reply.message, rows[i].says);
		client_free(f->client);
		f->client = client_create(f->loop);
	}
}

static void a_dead_program_is_started_again(void **state)
{
	struct fixture *f = *state;
	program_set(f, "read -r l; if [ -e once ]; then echo '{\"output\":\"back\"}'; read -r l; else : >once; exit 1; fi\n");
	assert_int_equal(ask_ok(f, "x").class, CALL_COMMAND);
	assert_text(ask_ok(f, "x").output, "back");
}

struct many {
	struct loop *loop;
	int left;
	struct text outputs[8];
};
struct one {
	struct many *many;
	int place;
};

static void one_take(void *data, struct reply *reply)
{
	struct one *one = data;
	one->many->outputs[one->place] = reply->class == CALL_OK ? reply->output : text_of(reply->message);
	if (--one->many->left == 0)
		loop_stop(one->many->loop);
}

/* Sends `count` at once; answers how long it took. */
static int64_t send_many(struct fixture *f, int count, struct many *many)
{
	static struct one ones[8];
	struct prompt prompt = {.case_id = "c", .variant = "v", .repeat = 1};
	struct request request = {0};
	struct error error;
	enum call_class class;
	*many = (struct many){.loop = f->loop, .left = count};
	assert_true(model_request(&f->model, &prompt, f->arena, &request, &error));
	int64_t start = clock_monotonic();
	for (int i = 0; i < count; i++) {
		ones[i] = (struct one){many, i};
		assert_non_null(client_send(f->client, &f->model, &request, &prompt, f->arena, one_take, &ones[i], &class, &error));
	}
	loop_run(f->loop);
	return clock_monotonic() - start;
}

static void a_last_line_may_lack_its_end(void **state)
{
	struct fixture *f = *state;
	program_set(f, "read -r l; printf '{\"output\":\"whole\"}'\n");
	assert_text(ask_ok(f, "a").output, "whole");
	assert_text(ask_ok(f, "b").output, "whole");
	program_set(f, "read -r l; printf '{\"output\":\"in pie'\n");
	struct reply reply = ask_ok(f, "c");
	assert_int_equal(reply.class, CALL_COMMAND);
	assert_contains(reply.message, "status 0");
}

static void programs_run_side_by_side(void **state)
{
	struct fixture *f = *state;
	struct many many;
	program_set(f, "while read -r l; do sleep 0.3; echo '{\"output\":\"'$$'\"}'; done\n");
	f->config.processes = 4;
	int64_t took = send_many(f, 4, &many);
	assert_true(took < 1100 * MILLISECOND);
	for (int i = 0; i < 4; i++)
		for (int j = 0; j < i; j++)
			assert_false(text_equal(many.outputs[i], many.outputs[j]));
}

static void answers_are_matched(void **state)
{
	struct fixture *f = *state;
	struct many many;
	f->config.at_once = 3;
	program_set(f, "read -r a; read -r b; read -r c\n"
		       "for id in 3 1 2; do echo '{\"id\":'$id',\"output\":\"answer '$id'\"}'; done; read -r l\n");
	send_many(f, 3, &many);
	assert_text(many.outputs[0], "answer 1");
	assert_text(many.outputs[1], "answer 2");
	assert_text(many.outputs[2], "answer 3");
	/* Without ids in the order of asking. */
	client_free(f->client);
	f->client = client_create(f->loop);
	program_set(
		f, "read -r a; read -r b; read -r c; for x in one two three; do echo '{\"output\":\"'$x'\"}'; done; read -r l\n");
	send_many(f, 3, &many);
	assert_text(many.outputs[0], "one");
	assert_text(many.outputs[2], "three");
	/* One that answers for nobody fails those under way. */
	client_free(f->client);
	f->client = client_create(f->loop);
	program_set(f, "read -r a; echo '{\"id\":77,\"output\":\"x\"}'; read -r b\n");
	send_many(f, 1, &many);
	assert_contains(many.outputs[0].data, "nobody asked for");
}

static void a_death_fails_only_what_was_under_way(void **state)
{
	struct fixture *f = *state;
	struct many many;
	f->config.at_once = 2;
	program_set(f, "if [ -e once ]; then while read -r l; do echo '{\"output\":\"fine\"}'; done; fi; : >once; read -r a; read "
		       "-r b; exit 4\n");
	send_many(f, 4, &many);
	assert_contains(many.outputs[0].data, "status 4");
	assert_contains(many.outputs[1].data, "status 4");
	assert_text(many.outputs[2], "fine");
	assert_text(many.outputs[3], "fine");
}

static void cancelling_ends_the_program(void **state)
{
	struct fixture *f = *state;
	struct prompt prompt = {.case_id = "c"};
	struct request request = {0};
	struct error error;
	enum call_class class;
	struct many many = {.loop = f->loop, .left = 2};
	struct one one = {&many, 0};
	program_set(f, "sleep 20; read -r l\n");
	assert_true(model_request(&f->model, &prompt, f->arena, &request, &error));
	struct client_call *first = client_send(f->client, &f->model, &request, &prompt, f->arena, one_take, &one, &class, &error);
	struct client_call *second = client_send(f->client, &f->model, &request, &prompt, f->arena, one_take, &one, &class, &error);
	loop_turn(f->loop, 20000);
	client_cancel(second);
	client_cancel(first);
	assert_int_equal(client_in_flight(f->client), 0);
	assert_int_equal(many.left, 2);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void secrets_stay_here(void **state)
{
	struct fixture *f = *state;
	setenv("LEVER_TEST_KEY", "sk-secret-0123456789", 1);
	assert_non_null(secret_read("LEVER_TEST_KEY"));
	program_set(f, "read -r l; echo '{\"output\":\"'${LEVER_TEST_KEY-none}' sk-secret-0123456789\"}'; read -r l\n");
	assert_text(ask_ok(f, "x").output, "none [redacted:LEVER_TEST_KEY]");
}

static void programs_that_are_not_there(void **state)
{
	static const char *missing[] = {"/nonexistent/program"}, *open_quote[] = {"sh -c 'echo"}, *empty[] = {"  "};
	struct fixture *f = *state;
	struct reply reply;
	enum call_class class = CALL_OK;
	struct error error = {0};
	f->config.command = (struct field_strings){open_quote, 1};
	assert_false(ask(f->loop, f->client, &f->model, f->arena, "x", &reply, &class, &error));
	assert_contains(error.message, "quote");
	f->config.command = (struct field_strings){empty, 1};
	assert_false(ask(f->loop, f->client, &f->model, f->arena, "x", &reply, &class, &error));
	assert_contains(error.message, "no program");
	f->config.command = (struct field_strings){missing, 1};
	reply = ask_ok(f, "x");
	assert_int_equal(reply.class, CALL_COMMAND);
	assert_contains(reply.message, "/nonexistent/program");
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

static void argv_is_split_without_a_shell(void **state)
{
	struct fixture *f = *state;
	static const char *line[] = {"run 'a b'  \"c \\\" $HOME\" d\\ e \"\" ;ls"};
	static const char *const expected[] = {"run", "a b", "c \" $HOME", "d e", "", ";ls", NULL};
	struct error error;
	f->config.command = (struct field_strings){line, 1};
	const char *const *argv = command_argv(&f->model, f->arena, &error);
	for (size_t i = 0; i < COUNT(expected); i++) {
		if (!expected[i]) {
			assert_null(argv[i]);
			break;
		}
		assert_string_equal(argv[i], expected[i]);
	}
}

static void the_key_knows_the_program(void **state)
{
	struct fixture *f = *state;
	struct prompt prompt = {.case_id = "c"};
	struct request one = {0}, two = {0};
	struct error error;
	program_set(f, "echo 1\n");
	assert_true(model_request(&f->model, &prompt, f->arena, &one, &error));
	program_set(f, "echo 2\n");
	f->config.hashed = false; /* as in the next process */
	assert_true(model_request(&f->model, &prompt, f->arena, &two, &error));
	assert_contains(one.path, "[\"sh\",\"program\"] sha256:");
	assert_string_not_equal(one.path, two.path);
	struct hash a = call_keys(&f->model, &one, 1, NULL).cassette, b = call_keys(&f->model, &two, 1, NULL).cassette;
	assert_false(hash_equal(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(one_program_answers_many, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_request_is_one_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failures_have_classes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_dead_program_is_started_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_last_line_may_lack_its_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(programs_run_side_by_side, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_are_matched, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_death_fails_only_what_was_under_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelling_ends_the_program, set_up, tear_down),
		cmocka_unit_test_setup_teardown(secrets_stay_here, set_up, tear_down),
		cmocka_unit_test_setup_teardown(programs_that_are_not_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(argv_is_split_without_a_shell, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_key_knows_the_program, set_up, tear_down)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
