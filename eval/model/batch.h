/* Batch APIs: requests handed in together, answered within a day at half the price. One file each: eval/model/batch_NAME.c.
 * Formats: OpenAI Batch and Files, Anthropic Message Batches (2023-06-01). Nothing here sends anything. */
#ifndef LEVER_MODEL_BATCH_H
#define LEVER_MODEL_BATCH_H

#include "eval/model/api.h"

#define BATCH_PRICE 0.5 /* of the price of the same call made at once, with both providers */

enum batch_end {
	BATCH_OPEN,	 /* the server is still at it */
	BATCH_DONE,	 /* ended; some requests may have failed */
	BATCH_EXPIRED,	 /* its time was over: what was done is there */
	BATCH_CANCELLED, /* by somebody: what was done is there */
	BATCH_REFUSED	 /* the server did not take it: nothing was done */
};
/* What a server says of a batch; texts in the arena. */
struct batch_status {
	enum batch_end end;
	const char *remote, *words, *message; /* its id; its state as the server names it; NULL where nothing is wrong */
	long long done;			      /* requests, answered or failed */
	const char *results[2];		      /* behind the base URL; NULL: none */
	const char *files[2];		      /* that hold them, behind the base URL, and stay until they are deleted; NULL: none */
	bool untold;			      /* some were answered, and the server does not say where the answers are (yet) */
};

struct batch_type {
	const char *path;     /* behind the base URL: POST creates, GET lists, GET …/ID asks */
	const char *after;    /* name of the parameter that pages through the list */
	const char *endpoint; /* that the requests go to; NULL: there is one only */
	const char
		*upload; /* behind the base URL: where the file of requests goes first; NULL: they stand in the body of `create` */
	size_t max_requests, max_bytes; /* of one batch; below what the servers allow */
	/* One request as it stands in the batch, line end or comma included. `id`: 32 hex digits. */
	void (*line)(const struct batch_type *type, const char *id, const json_t *body, struct buffer *out);
	/* The body that creates it: from the file, or from the lines. */
	void (*create)(const struct batch_type *type, const char *uid, const char *file, struct text lines, struct buffer *out);
	/* False: no answer of this API. */
	bool (*status)(const json_t *answer, struct arena *arena, struct batch_status *ret);
	/* Is a listed batch this one? `sent_at`: microseconds since 1970. */
	bool (*is_ours)(const json_t *listed, const char *uid, int64_t sent_at, long long requests);
	/* One line of the results: whose, and the reply with status and raw set, or class and message. False: broken line. */
	bool (*result)(const json_t *line, struct arena *arena, const char **id, struct reply *ret);
};
extern const struct batch_type batch_openai_chat, batch_openai_responses, batch_anthropic;

#define BATCH_ID 33
void batch_id(const struct uid *uid, char id[BATCH_ID]);
bool batch_id_read(const char *id, struct uid *uid);
/* Adds the request of a call to the lines of a batch; members that only concern streaming are left out. False: it is no JSON
 * object. */
bool batch_line(const struct batch_type *type, const struct uid *uid, struct text request, struct buffer *out);
/* The name of its file: whose it is can be seen in a list of files. In the arena. */
const char *batch_file_name(const char *uid, struct arena *arena);
/* The file upload as multipart/form-data, and its Content-Type header in the arena. */
const char *batch_upload(const char *uid, struct text lines, struct arena *arena, struct buffer *out);
/* An id that a server gave: safe behind a slash? */
bool batch_id_safe(const char *id);
/* The JSON object a server answered, new reference; NULL: class and message of the reply say why there is none. */
json_t *batch_answer(struct arena *arena, struct reply *reply);
/* A status above 399 becomes the class and message of the reply: true then. */
bool batch_refused(struct arena *arena, struct reply *reply);
/* Are the results cut off in the middle of a line? */
bool batch_results_cut(struct text results);
/* One line of the results read whole: cost at the batch's price included. False: broken, or no id of ours. */
bool batch_result(const struct model *model, struct text line, struct arena *arena, struct uid *uid, struct reply *ret);

#endif
