#include "eval/store/corpora_private.h"
#include <math.h>
#include <stdlib.h>

/* BM25 in three steps, because the length of a passage is the dear part of it:
 *   1. FTS5 walks the phrases once; an auxiliary function notes for each passage which phrase stands in it how often.
 *   2. From that come the number of passages with each phrase (its IDF) and an upper bound of each score: the one of the shortest
 * passage possible.
 *   3. In order of the bounds the lengths are read and the scores computed, until no bound reaches the k-th best score any more. */

#define BM25_K1 1.2
#define BM25_B 0.75

struct hit {
	uint8_t phrase, times; /* times: 255 and above alike */
};
struct match {
	long long id;
	double score; /* the bound at first */
	const char *key;
	size_t first;
	int hits;
};
struct collector {
	struct match *matches;
	size_t match_count, match_room;
	struct hit *hits;
	size_t hit_count, hit_room;
	long long found[SEARCH_PHRASES]; /* passages with the phrase */
};
struct ranking {
	struct store *store;
	double idf[SEARCH_PHRASES], average;
	struct collector collector;
	struct match *scored;
	size_t scored_count;
	double *best; /* min-heap of the k best scores */
	size_t best_count, k;
};

static void ranking_release(struct ranking *ranking)
{
	free(ranking->collector.matches);
	free(ranking->collector.hits);
	free(ranking->best);
}

/* ---- step 1 ----------------------------------------------------------------------------------------------------------- */

static int phrase_times(const Fts5ExtensionApi *api, Fts5Context *context, int phrase, int *times)
{
	Fts5PhraseIter iterator;
	int column, offset;
	*times = 0;
	int result = api->xPhraseFirst(context, phrase, &iterator, &column, &offset);
	for (; result == SQLITE_OK && column >= 0; api->xPhraseNext(context, &iterator, &column, &offset))
		++*times;
	return result;
}

static void hit_add(struct collector *collector, int phrase, int times)
{
	if (collector->hit_count == collector->hit_room) {
		collector->hit_room = collector->hit_room ? 2 * collector->hit_room : 1024;
		collector->hits = memory_grow(collector->hits, collector->hit_room, sizeof *collector->hits);
	}
	collector->hits[collector->hit_count++] = (struct hit){(uint8_t)phrase, times > 255 ? 255 : (uint8_t)times};
	collector->found[phrase]++;
}

static struct match *match_add(struct collector *collector, long long id)
{
	if (collector->match_count == collector->match_room) {
		collector->match_room = collector->match_room ? 2 * collector->match_room : 256;
		collector->matches = memory_grow(collector->matches, collector->match_room, sizeof *collector->matches);
	}
	struct match *match = &collector->matches[collector->match_count++];
	*match = (struct match){.id = id, .first = collector->hit_count};
	return match;
}

static void passage_collect(
	const Fts5ExtensionApi *api, Fts5Context *context, sqlite3_context *result, int count, sqlite3_value **values)
{
	struct collector *collector = count == 1 ? sqlite3_value_pointer(values[0], "collector") : NULL;
	if (!collector) {
		sqlite3_result_error(result, "passage_collect is for lever itself", -1);
		return;
	}
	int phrases = api->xPhraseCount(context);
	struct match *match = match_add(collector, api->xRowid(context));
	for (int phrase = 0; phrase < phrases && phrase < SEARCH_PHRASES; phrase++) {
		int times, code = phrase_times(api, context, phrase, &times);
		if (code != SQLITE_OK) {
			sqlite3_result_error_code(result, code);
			return;
		}
		if (times)
			hit_add(collector, phrase, times);
	}
	match->hits = (int)(collector->hit_count - match->first);
}

/* Once a connection: FTS5 makes the name of an auxiliary function known to the parser, so a query that names it tells. */
static bool collector_known(struct store *store)
{
	sqlite3_stmt *statement = NULL;
	bool known = sqlite3_prepare_v2(store->database, "SELECT passage_collect(1)", -1, &statement, NULL) == SQLITE_OK;
	sqlite3_finalize(statement);
	return known;
}

static bool collector_register(struct store *store, struct error *error)
{
	fts5_api *api = NULL;
	if (collector_known(store))
		return true;
	sqlite3_stmt *statement = statement_compose(store, "SELECT fts5(?1)", error);
	if (!statement)
		return false;
	sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
	bool good = statement_run(store, statement, error);
	sqlite3_finalize(statement);
	if (!good)
		return false;
	return (api && api->xCreateFunction(api, "passage_collect", NULL, passage_collect, NULL) == SQLITE_OK) ||
	       error_at(error, ERROR_STORAGE, store->path, 0, 0, "this SQLite has no full-text search (FTS5)");
}

static bool passages_collect(
	struct store *store, long long corpus, const char *expression, struct collector *collector, struct error *error)
{
	static const char sql[] = "SELECT passage_collect(passage_index, ?4) FROM passage_index WHERE passage_index MATCH ?1 AND "
				  "rowid BETWEEN ?2 AND ?3";
	if (!collector_register(store, error))
		return false;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	bind_string(statement, 1, expression);
	sqlite3_bind_int64(statement, 2, passage_first(corpus));
	sqlite3_bind_int64(statement, 3, passage_last(corpus));
	sqlite3_bind_pointer(statement, 4, collector, "collector", NULL);
	return statement_run(store, statement, error);
}

/* ---- step 2 ----------------------------------------------------------------------------------------------------------- */

static bool corpus_statistics(struct store *store, long long corpus, long long *passages, double *average, struct error *error)
{
	static const char sql[] = "SELECT passage_count, word_count FROM corpus WHERE id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, corpus);
	if (!statement_step(store, statement, &row, error))
		return false;
	*passages = row ? sqlite3_column_int64(statement, 0) : 0;
	*average = *passages && sqlite3_column_int64(statement, 1) ? (double)sqlite3_column_int64(statement, 1) / (double)*passages
								   : 1;
	sqlite3_reset(statement);
	return true;
}

static double match_score(const struct ranking *ranking, const struct match *match, double length)
{
	double sum = 0, norm = BM25_K1 * (1 - BM25_B + BM25_B * length / ranking->average);
	for (int i = 0; i < match->hits; i++) {
		struct hit hit = ranking->collector.hits[match->first + (size_t)i];
		sum += ranking->idf[hit.phrase] * hit.times * (BM25_K1 + 1) / (hit.times + norm);
	}
	return sum;
}

/* A passage has at least as many words as the most frequent phrase has places. (Not their sum: two phrases may have the same stem.)
 */
static double match_shortest(const struct ranking *ranking, const struct match *match)
{
	double length = 0;
	for (int i = 0; i < match->hits; i++)
		length = fmax(length, ranking->collector.hits[match->first + (size_t)i].times);
	return length;
}

static void ranking_bound(struct ranking *ranking, long long passages)
{
	for (int phrase = 0; phrase < SEARCH_PHRASES; phrase++) {
		double found = (double)ranking->collector.found[phrase];
		ranking->idf[phrase] = log(1 + (fmax((double)passages - found, 0) + .5) / (found + .5));
	}
	for (size_t i = 0; i < ranking->collector.match_count; i++) {
		struct match *match = &ranking->collector.matches[i];
		match->score = match_score(ranking, match, match_shortest(ranking, match));
	}
}

/* ---- step 3 ----------------------------------------------------------------------------------------------------------- */

static void match_swap(struct match *a, struct match *b)
{
	struct match kept = *a;
	*a = *b;
	*b = kept;
}

static void match_sink(struct match *heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1].score > heap[child].score)
			child++;
		if (heap[at].score >= heap[child].score)
			return;
		match_swap(&heap[at], &heap[child]);
	}
}

static void best_sink(double *heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			return;
		double kept = heap[at];
		heap[at] = heap[child];
		heap[child] = kept;
	}
}

static void best_add(struct ranking *ranking, double score)
{
	if (ranking->best_count == ranking->k) {
		if (score <= ranking->best[0])
			return;
		ranking->best[0] = score;
		best_sink(ranking->best, ranking->k, 0);
		return;
	}
	ranking->best[ranking->best_count++] = score;
	if (ranking->best_count == ranking->k)
		for (size_t at = ranking->k; at-- > 0;)
			best_sink(ranking->best, ranking->k, at);
}

static bool passage_words(struct store *store, long long id, double *words, struct error *error)
{
	static const char sql[] = "SELECT words FROM passage_length WHERE passage_id = ?1";
	bool row;
	sqlite3_stmt *statement = statement_of(store, sql, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, id);
	if (!statement_step(store, statement, &row, error))
		return false;
	*words = row ? (double)sqlite3_column_int64(statement, 0) : 0;
	sqlite3_reset(statement);
	return true;
}

/* The heap of bounds shrinks from its front; what was scored gathers behind it in the same array. */
static bool ranking_score(struct ranking *ranking, struct error *error)
{
	struct match *heap = ranking->collector.matches;
	size_t count = ranking->collector.match_count;
	for (size_t at = count / 2; at-- > 0;)
		match_sink(heap, count, at);
	while (count && (ranking->best_count < ranking->k || heap[0].score >= ranking->best[0])) {
		double words;
		match_swap(&heap[0], &heap[--count]);
		match_sink(heap, count, 0);
		if (!passage_words(ranking->store, heap[count].id, &words, error))
			return false;
		heap[count].score = match_score(ranking, &heap[count], words);
		best_add(ranking, heap[count].score);
	}
	ranking->scored = heap + count;
	ranking->scored_count = ranking->collector.match_count - count;
	return true;
}

static int match_order(const void *a, const void *b)
{
	const struct match *one = a, *two = b;
	if (one->score != two->score)
		return one->score > two->score ? -1 : 1;
	return one->key && two->key ? strcmp(one->key, two->key) : 0;
}

static bool passage_load(
	struct store *store, struct match *match, struct arena *arena, struct passage_row *row, struct error *error)
{
	static const char whole[] = "SELECT key, title, body FROM passage WHERE id = ?1";
	static const char only_key[] = "SELECT key FROM passage WHERE id = ?1";
	bool found;
	sqlite3_stmt *statement = statement_of(store, row ? whole : only_key, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, match->id);
	if (!statement_step(store, statement, &found, error))
		return false;
	if (!found)
		return error_at(error, ERROR_STORAGE, store->path, 0, 0,
			"the search index names a passage that is not there; index the corpus again");
	match->key = column_string(statement, 0, arena);
	if (row)
		*row = (struct passage_row){.id = match->id,
			.key = match->key,
			.title = column_string(statement, 1, arena),
			.body = column_text(statement, 2, arena),
			.score = match->score};
	sqlite3_reset(statement);
	return true;
}

/* Keys are read only for those that can be among the first k. */
static bool ranking_sort(struct ranking *ranking, struct arena *arena, struct error *error)
{
	size_t count = 0;
	for (size_t i = 0; i < ranking->scored_count; i++)
		if (ranking->best_count < ranking->k || ranking->scored[i].score >= ranking->best[0])
			match_swap(&ranking->scored[count++], &ranking->scored[i]);
	for (size_t i = 0; i < count; i++)
		if (!passage_load(ranking->store, &ranking->scored[i], arena, NULL, error))
			return false;
	if (count)
		qsort(ranking->scored, count, sizeof *ranking->scored, match_order);
	ranking->scored_count = count < ranking->k ? count : ranking->k;
	return true;
}

static bool ranking_run(struct ranking *ranking, long long corpus, const char *expression, int k, struct arena *arena,
	struct passage_row **rows, struct error *error)
{
	long long passages;
	if (!passages_collect(ranking->store, corpus, expression, &ranking->collector, error) ||
		!corpus_statistics(ranking->store, corpus, &passages, &ranking->average, error))
		return false;
	ranking->k = (size_t)k < ranking->collector.match_count ? (size_t)k : ranking->collector.match_count;
	if (!ranking->k)
		return true;
	ranking->best = memory_grow(NULL, ranking->k, sizeof *ranking->best);
	ranking_bound(ranking, passages);
	if (!ranking_score(ranking, error) || !ranking_sort(ranking, arena, error))
		return false;
	*rows = arena_take(arena, ranking->scored_count * sizeof **rows);
	for (size_t i = 0; i < ranking->scored_count; i++)
		if (!passage_load(ranking->store, &ranking->scored[i], arena, &(*rows)[i], error))
			return false;
	return true;
}

static bool transaction_step(struct store *store, const char *sql, struct error *error)
{
	sqlite3_stmt *statement = statement_of(store, sql, error);
	return statement && statement_run(store, statement, error);
}

/* In one transaction: index, lengths and passages are of the same moment, and the file is locked once, not for each length. */
bool passage_search(struct store *store, long long corpus, const char *expression, int k, struct arena *arena,
	struct passage_row **rows, size_t *count, struct error *error)
{
	static const char begin[] = "SAVEPOINT passage_search", end[] = "RELEASE passage_search";
	CLEANUP(ranking_release) struct ranking ranking = {.store = store};
	struct error ignored;
	*rows = NULL;
	*count = 0;
	if (k <= 0 || !expression[0])
		return true;
	if (!transaction_step(store, begin, error))
		return false;
	if (!ranking_run(&ranking, corpus, expression, k, arena, rows, error)) {
		(void)!transaction_step(store, end, &ignored);
		return false;
	}
	*count = ranking.scored_count;
	return transaction_step(store, end, error);
}
