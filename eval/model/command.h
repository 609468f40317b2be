/* The command client: programs that stay running and answer JSON Lines, one pool for each model. */
#ifndef LEVER_MODEL_COMMAND_H
#define LEVER_MODEL_COMMAND_H

#include "eval/model/api.h"

#define COMMAND_LINE_LIMIT ((size_t)16 << 20) /* bytes of one answer, unless the model allows less */

/* Configuration of api command (api_command.c). */
struct command_config {
	struct field_strings command;
	long long processes, at_once;
	struct hash files; /* of the program and of arguments that name files */
	bool hashed;
};
/* argv, NULL-terminated, in the arena: the list as given, or one string split at white space, quotes kept together. */
const char *const *command_argv(const struct model *model, struct arena *arena, struct error *error);

struct command_pool;
struct command_call;
/* reply->raw is the line that came, status 0; or class and message are set. */
typedef void command_function(void *data, struct reply *reply);
struct command_pool *command_pool_create(struct loop *loop, const struct model *model, struct error *error);
void command_pool_free(struct command_pool *pool); /* ends the programs; no callback; accepts NULL */
/* `body` is the request's JSON object; body and arena must live until the callback, which comes from the loop. */
struct command_call *command_send(
	struct command_pool *pool, struct text body, struct arena *arena, command_function *function, void *data);
void command_cancel(struct command_call *call); /* ends the program that works on it */

#endif
