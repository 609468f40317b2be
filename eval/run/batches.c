#include "eval/run/batches_private.h"
#include "eval/run/budget.h"

/* The model of a batch as it was; NULL: `why`. */
static const struct model *model_of(struct exchange *exchange, const char **why)
{
	for (size_t i = 0; i < exchange->project->model_count; i++) {
		const struct model *model = exchange->project->models[i];
		if (strcmp(model->name, exchange->row->model) != 0)
			continue;
		const char *base = model_base_url(model);
		*why = "is left alone: its model has another address now";
		return model->api->batch && base && strcmp(base, exchange->row->base_url) == 0 ? model : NULL;
	}
	*why = "is left alone: its model is no longer in the project";
	return NULL;
}

static bool batches_each(struct exchange *exchange, bool (*work)(struct exchange *exchange))
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct batch_row *rows;
	size_t count;
	bool good = batch_open_list(exchange->store, arena, &rows, &count, exchange->error);
	if (!good || !count)
		return good;
	exchange->arena = arena_create();
	exchange->loop = loop_create();
	exchange->client = client_create(exchange->loop);
	for (size_t i = 0; good && i < count; i++) {
		const char *why;
		exchange->row = &rows[i];
		exchange->news = (struct batch_news){0};
		exchange->model = model_of(exchange, &why);
		if (exchange->model)
			good = work(exchange);
		else if (work == batch_collect_one)
			batch_tell(exchange, why);
		arena_reset(exchange->arena);
	}
	if (!good)
		store_rollback(exchange->store);
	client_free(exchange->client);
	loop_free(exchange->loop);
	arena_free(exchange->arena);
	return good;
}

bool batches_collect(struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error)
{
	struct exchange exchange = {.project = project, .store = store, .function = function, .data = data, .error = error};
	return batches_each(&exchange, batch_collect_one);
}

bool batches_send(struct project *project, struct store *store, batch_news_function *function, void *data, struct error *error)
{
	struct exchange exchange = {.project = project, .store = store, .function = function, .data = data, .error = error};
	return batches_each(&exchange, batch_send_one);
}

static bool model_batched(const struct model *model, struct error *error)
{
	if (!model || model->api->kind != API_HTTP || model->api->batch)
		return true;
	return error_set(error, ERROR_CONFIG,
		"model %s cannot be asked in batches: lever knows those of the APIs openai, responses and anthropic, not of %s; "
		"leave its "
		"variants out with --variant",
		model->name, model->api->name);
}

bool batches_possible(const struct plan *plan, struct error *error)
{
	const struct run_options *options = &plan->options;
	if (options->no_cache || options->refresh_count || options->rescore)
		return error_set(error, ERROR_USAGE,
			"--batch goes without --no-cache, --refresh and --rescore: a batch is for what was never asked");
	if (plan->replay || plan->record)
		return error_set(error, ERROR_USAGE,
			"--batch goes without a cassette: take --live where the project has one; `lever run --record` writes down "
			"what was collected");
	return plan_models_check(plan, false, model_batched, error);
}
