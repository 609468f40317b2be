/* Batches of requests: handed in after a run, collected before one. Their answers become calls, which the run then finds in its
 * cache: scoring and storing are those of every other answer. Both functions block until the servers have answered. */
#ifndef LEVER_RUN_BATCHES_H
#define LEVER_RUN_BATCHES_H

#include "eval/run/plan.h"

/* What became of one batch. */
struct batch_news {
	long long batch, requests;
	const char *model, *remote;	  /* NULL: the server has no id for it yet */
	const char *state;		  /* as in the store */
	const char *words;		  /* one sentence, for people */
	long long answered, failed, cost; /* of those collected now; cost UNKNOWN when the price is */
};
typedef void batch_news_function(void *data, const struct batch_news *news);

/* Asks the servers for every batch handed in; those that ended are stored whole, in one transaction each. A server that cannot be
 * reached is news, no error: false is for the store. */
bool batches_collect(
	struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error) MUST_CHECK;
/* Hands in what is queued. A batch that a killed process may have handed in is looked for on the server first. */
bool batches_send(
	struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error) MUST_CHECK;
/* Can the run that is planned go through batches? ERROR_USAGE or ERROR_CONFIG says why not. */
bool batches_possible(const struct plan *plan, struct error *error) MUST_CHECK;

#endif
