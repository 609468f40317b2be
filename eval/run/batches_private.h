/* Private to eval/run/batches*.c: one batch at work. batches_ask.c asks servers and keeps what they said · batches_collect.c ·
 * batches_send.c · batches_files.c what goes up · batches.c from outside */
#ifndef LEVER_RUN_BATCHES_PRIVATE_H
#define LEVER_RUN_BATCHES_PRIVATE_H

#include "eval/model/batch.h"
#include "eval/model/client.h"
#include "eval/run/batches.h"
#include "eval/store/batches.h"

#define BATCH_PAGES 50 /* of a list that is searched */

struct exchange {
	struct project *project;
	struct store *store;
	struct loop *loop;
	struct client *client;
	struct arena *arena;
	struct batch_row *row;
	const struct model *model;
	struct reply reply;
	struct batch_news news;
	batch_news_function *function;
	void *data;
	int tries; /* of the last request */
	bool whole; /* the results that were stored told of every request */
	struct error *error; /* of the store */
};

/* True when the server took it: the reply is in the exchange. Tried again where that is harmless: what creates a batch only after
 * "too many requests". `type`: a Content-Type line in place of JSON's; NULL. */
bool batch_ask(struct exchange *exchange, const char *method, const char *suffix, struct text body, const char *type);
const char *batch_failure_words(const struct exchange *exchange);
void batch_tell(struct exchange *exchange, const char *words);
/* The row as it is, in a transaction of its own. */
bool batch_keep(struct exchange *exchange) MUST_CHECK;
/* A file on the server, by its place behind the base URL, is not needed any more. Asked once; whatever the server says changes nothing.
 * False: it says nothing, so that it is not asked for another one. */
bool batch_file_delete(struct exchange *exchange, const char *place);
/* The same of the file that was handed in, where there is one. */
bool batch_input_delete(struct exchange *exchange);
/* Its lines as a file on the server, row->file. again: one may be there from a run that ended early. False: the reply says why. */
bool batch_file_upload(struct exchange *exchange, const char *uid, struct text lines, bool again);
/* No call of it will be answered any more: all that wait failed. Inside a transaction. */
bool batch_rest_fail(struct exchange *exchange, enum call_class class, const char *message) MUST_CHECK;
/* The same in a transaction of its own, and told. */
bool batch_all_fail(struct exchange *exchange, enum call_class class, const char *message) MUST_CHECK;
/* What each run does with a batch, by its state; false: the store failed. */
bool batch_collect_one(struct exchange *exchange) MUST_CHECK;
bool batch_send_one(struct exchange *exchange) MUST_CHECK;

#endif
