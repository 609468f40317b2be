/* The client: sends requests of any API through one loop and hands replies back. It makes one try; retrying is the runner's. */
#ifndef LEVER_MODEL_CLIENT_H
#define LEVER_MODEL_CLIENT_H

#include "eval/model/api.h"

struct client;
struct client_call;
/* Called once, from the loop, never from client_send itself. The reply's texts live in the arena given to client_send. */
typedef void client_function(void *data, struct reply *reply);

struct client *client_create(struct loop *loop);
void client_free(struct client *client); /* cancels what is under way without calling back */
/* Starts one try of an HTTP or command model. `request` and `arena` must live until the callback. NULL fills `error` (no such
 * program, bad URL, key variable unset …: class in *class). */
struct client_call *client_send(struct client *client, const struct model *model, const struct request *request,
	const struct prompt *prompt, struct arena *arena, client_function *function, void *data, enum call_class *class,
	struct error *error);
void client_cancel(struct client_call *call); /* the callback is not called */
int client_in_flight(const struct client *client);

/* Builds the request of any API kind (command: path = argv and hash of the program, body = the JSON line; recorded: path = file and
 * hash). */
bool model_request(const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret,
	struct error *error) MUST_CHECK;
/* Reads a stored raw reply again (cache, cassette, re-parse): reply->status and raw set. */
void model_parse(const struct model *model, struct arena *arena, struct reply *reply);
/* The request as a curl command line, key as "$NAME", in the arena. */
const char *request_curl(const struct model *model, const struct request *request, struct arena *arena);

/* How long to wait before try `try`+1 (from 1): what the server asked for, else full-jitter backoff min(0.5 s * 2^k, 30 s) * U(0.5,
 * 1). */
int64_t retry_delay(int try, int64_t retry_after, double uniform);
#define RETRY_AFTER_LIMIT (120 * INT64_C(1000000)) /* a server that asks for more is not waited for: its address takes no more calls in this run */

#endif
