/* Times BM25 over synthetic passages whose words follow Zipf's law, with a fixed seed. Prints one JSON object.
 *   bench_retrieval [PASSAGES [DATABASE]]     100,000 passages in a temporary file by default */
#include "eval/base/clock.h"
#include "eval/base/random.h"
#include "eval/retrieve/retrieve.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define VOCABULARY 50000
#define QUERIES 101
#define QUERY_WORDS 8
#define CONTENT_RANK 50 /* questions have no stop words, and those are the most frequent of a language */

struct bench {
	struct random random;
	double *cumulated;
	struct store *store;
	struct arena *arena;
	long long corpus;
};

static void must(bool good, const struct error *error)
{
	if (good)
		return;
	fprintf(stderr, "bench_retrieval: %s\n", error->message);
	exit(1);
}

static int word_draw(struct bench *bench)
{
	double at = random_unit(&bench->random) * bench->cumulated[VOCABULARY - 1];
	int low = 0, high = VOCABULARY - 1;
	while (low < high) {
		int middle = (low + high) / 2;
		if (bench->cumulated[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void vocabulary_make(struct bench *bench)
{
	double sum = 0;
	bench->cumulated = memory_take(VOCABULARY * sizeof *bench->cumulated);
	for (int i = 0; i < VOCABULARY; i++)
		bench->cumulated[i] = sum += 1.0 / (i + 1);
}

static void passages_make(struct bench *bench, int count)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	struct error error;
	struct hash hash = hash_of(TEXT("x"));
	long long document;
	must(store_begin(bench->store, &error), &error);
	must(corpus_open(bench->store, "bench", "{}", &bench->corpus, &error), &error);
	must(document_put(bench->store, bench->corpus, "bench.md", &hash, NULL, &document, &error), &error);
	for (int i = 0; i < count; i++) {
		char key[32];
		snprintf(key, sizeof key, "bench.md#%06d", i);
		buffer_clear(&body);
		for (uint64_t words = 60 + random_below(&bench->random, 120); words > 0; words--)
			buffer_format(&body, "w%d ", word_draw(bench));
		must(passage_put(bench->store, bench->corpus, document, i, key, "Bench", buffer_text(&body), true, &error), &error);
	}
	must(corpus_close(bench->store, bench->corpus, &error), &error);
	must(store_commit(bench->store, &error), &error);
}

static double query_time(struct bench *bench, int least_rank)
{
	CLEANUP(buffer_release) struct buffer question = BUFFER_EMPTY;
	struct passage_row *rows;
	struct error error;
	size_t count;
	for (int i = 0; i < QUERY_WORDS;) {
		int word = word_draw(bench);
		if (word < least_rank)
			continue;
		buffer_format(&question, "w%d ", word);
		i++;
	}
	arena_reset(bench->arena);
	int64_t began = clock_monotonic();
	must(corpus_search(bench->store, bench->corpus, buffer_text(&question), 10, bench->arena, &rows, &count, &error), &error);
	return (double)(clock_monotonic() - began) / 1000;
}

static int time_order(const void *a, const void *b)
{
	double one = *(const double *)a, two = *(const double *)b;
	return one < two ? -1 : one > two;
}

/* Half and nine tenths of the queries take at most so long. */
static void queries_time(struct bench *bench, int least_rank, double *median, double *ninth)
{
	double times[QUERIES];
	for (int i = 0; i < QUERIES; i++)
		times[i] = query_time(bench, least_rank);
	qsort(times, QUERIES, sizeof *times, time_order);
	*median = times[QUERIES / 2];
	*ninth = times[QUERIES * 9 / 10];
}

int main(int count, char **arguments)
{
	struct bench bench = {.arena = arena_create()};
	struct error error;
	double median, ninth, frequent, frequent_ninth;
	char path[] = "/tmp/lever-bench-XXXXXX";
	const char *database = count > 2 ? arguments[2] : path;
	long passages = count > 1 ? strtol(arguments[1], NULL, 10) : 100000;
	if (count <= 2)
		close(mkstemp(path));
	random_seed(&bench.random, 7);
	vocabulary_make(&bench);
	must(store_open(database, STORE_WRITE, &bench.store, &error), &error);
	int64_t began = clock_monotonic();
	passages_make(&bench, (int)passages);
	double build = (double)(clock_monotonic() - began) / 1000;
	queries_time(&bench, CONTENT_RANK, &median, &ninth);
	queries_time(&bench, 0, &frequent, &frequent_ninth);
	printf("{\"passages\":%ld,\"build_ms\":%.0f,\"median_ms\":%.2f,\"p90_ms\":%.2f,\"frequent_median_ms\":%.2f,\"frequent_p90_"
	       "ms\":%.2f}\n",
		passages, build, median, ninth, frequent, frequent_ninth);
	store_close(bench.store);
	if (count <= 2) {
		unlink(path);
		unlink(arena_format(bench.arena, "%s-wal", path));
		unlink(arena_format(bench.arena, "%s-shm", path));
	}
	arena_free(bench.arena);
	free(bench.cumulated);
	return 0;
}
