/* The mock server as a child of a unit test, and one call through the real client. */
#ifndef LEVER_TESTS_SERVER_H
#define LEVER_TESTS_SERVER_H

#include "eval/base/child.h"
#include "eval/base/file.h"
#include "eval/model/client.h"
#include "tests/unit/unit.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

struct server {
	struct child child;
	char folder[64], url[64], script[96], log[96];
};

/* build/X/tests/test_NAME -> build/X/tools/TOOL */
static inline const char *tool_path(const char *tool)
{
	static char path[4096];
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 64);
	assert_true(length > 0);
	path[length] = '\0';
	for (int i = 0; i < 2; i++)
		*strrchr(path, '/') = '\0';
	strncat(path, "/tools/", 16);
	strncat(path, tool, 40);
	return path;
}

static inline void server_start(struct server *server, const char *script)
{
	struct error error;
	char port[32] = "";
	snprintf(server->folder, sizeof server->folder, "/tmp/lever-test-XXXXXX");
	assert_non_null(mkdtemp(server->folder));
	snprintf(server->script, sizeof server->script, "%s/script", server->folder);
	snprintf(server->log, sizeof server->log, "%s/log", server->folder);
	assert_true(file_write(server->script, text_of(script), 0600, &error));
	const char *argv[] = {tool_path("mock_server"), "--seconds", "120", "--script", server->script, "--log", server->log, NULL};
	if (!child_start(&server->child, argv, NULL, CHILD_PIPE_IN | CHILD_PIPE_OUT, &error))
		fail_msg("%s", error.message);
	for (int tries = 0; tries < 2000 && !strchr(port, '\n'); tries++) {
		ssize_t got = read(server->child.from, port + strlen(port), sizeof port - strlen(port) - 1);
		if (got <= 0)
			usleep(5000);
	}
	assert_true(strtol(port, NULL, 10) > 0);
	snprintf(server->url, sizeof server->url, "http://127.0.0.1:%ld/v1", strtol(port, NULL, 10));
}

static inline void server_stop(struct server *server)
{
	int status;
	close(server->child.to); /* it ends with its stdin */
	close(server->child.from);
	assert_int_equal(waitpid(server->child.pid, &status, 0), server->child.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	unlink(server->script);
	unlink(server->log);
	rmdir(server->folder);
}

/* ---- one call ------------------------------------------------------------------------------------------------------- */

struct outcome_seen {
	struct loop *loop;
	struct reply reply;
	int calls;
};

static inline void outcome_take(void *data, struct reply *reply)
{
	struct outcome_seen *seen = data;
	seen->reply = *reply;
	seen->calls++;
	loop_stop(seen->loop);
}

static inline json_t *messages_of(const char *user)
{
	return json_pack(
		"[{s:s,s:s},{s:s,s:s}]", "role", "system", "content", "Answer with one word.", "role", "user", "content", user);
}

/* Asks and waits. False when the call was not even begun: *class and *error say why. */
static inline bool ask(struct loop *loop, struct client *client, const struct model *model, struct arena *arena, const char *user,
	struct reply *reply, enum call_class *class, struct error *error)
{
	JSON_OWNED *messages = messages_of(user);
	JSON_OWNED *vars = json_pack("{s:s}", "q", user);
	struct prompt prompt = {.messages = messages, .case_id = "c-1", .variant = "prompt", .repeat = 1, .vars = vars};
	struct request request = {0};
	struct outcome_seen seen = {.loop = loop};
	int before = client_in_flight(client);
	if (!model_request(model, &prompt, arena, &request, error))
		return false;
	if (!client_send(client, model, &request, &prompt, arena, outcome_take, &seen, class, error))
		return false;
	assert_int_equal(seen.calls, 0);
	assert_int_equal(client_in_flight(client), before + 1);
	loop_run(loop);
	assert_int_equal(seen.calls, 1);
	assert_int_equal(client_in_flight(client), before);
	*reply = seen.reply;
	return true;
}

#endif
