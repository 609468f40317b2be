/* What the retriever reaches on public sets, against the targets of science.md section 4.4 less .01. Skipped where the sets are
 * absent. */
#include "eval/base/buffer.h"
#include "eval/base/file.h"
#include "eval/base/json.h"
#include "eval/retrieve/retrieve.h"
#include "tests/unit/unit.h"
#include <unistd.h>

#define DATA "../shared/data/"
#define RANKS 100

struct question {
	struct text text;
	const char **relevant;
	size_t relevant_count;
};
struct collection {
	struct store *store;
	struct arena *arena;
	long long corpus, document;
	int passages;
	struct question *questions;
	size_t question_count;
	char path[64];
};
struct quality {
	double hit1, hit5, hit10, recall10, recall100, mrr10;
};

#define MUST(call)                                                                                                                 \
	do {                                                                                                                       \
		struct error error = {0};                                                                                          \
		if (!(call))                                                                                                       \
			fail_msg("%s: %s", #call, error.message);                                                                  \
	} while (0)

static void collection_open(struct collection *collection, size_t questions)
{
	struct hash hash = hash_of(TEXT("x"));
	*collection = (struct collection){.arena = arena_create()};
	collection->questions = arena_take(collection->arena, questions * sizeof *collection->questions);
	snprintf(collection->path, sizeof collection->path, "/tmp/lever-quality-%d.db", (int)getpid());
	unlink(collection->path);
	MUST(store_open(collection->path, STORE_WRITE, &collection->store, &error));
	MUST(store_begin(collection->store, &error));
	MUST(corpus_open(collection->store, "set", "{}", &collection->corpus, &error));
	MUST(document_put(collection->store, collection->corpus, "all", &hash, NULL, &collection->document, &error));
}

static void passage_add(struct collection *collection, const char *key, const char *title, struct text body)
{
	MUST(passage_put(collection->store, collection->corpus, collection->document, collection->passages++, key, title, body,
		true, &error));
}

static struct question *question_add(struct collection *collection, struct text text, size_t relevant)
{
	struct question *question = &collection->questions[collection->question_count++];
	*question = (struct question){text, arena_take(collection->arena, (relevant + 1) * sizeof(char *)), 0};
	return question;
}

static void collection_ready(struct collection *collection)
{
	MUST(corpus_close(collection->store, collection->corpus, &error));
	MUST(store_commit(collection->store, &error));
}

static void collection_close(struct collection *collection)
{
	static const char *const endings[] = {"", "-wal", "-shm"};
	store_close(collection->store);
	for (size_t i = 0; i < COUNT(endings); i++)
		unlink(arena_format(collection->arena, "%s%s", collection->path, endings[i]));
	arena_free(collection->arena);
}

static bool is_relevant(const struct question *question, const char *key)
{
	for (size_t i = 0; i < question->relevant_count; i++)
		if (strcmp(question->relevant[i], key) == 0)
			return true;
	return false;
}

static void question_measure(const struct collection *collection, const struct question *question, struct quality *sum)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct passage_row *rows;
	size_t count, within[RANKS + 1] = {0}, first = 0;
	MUST(corpus_search(collection->store, collection->corpus, question->text, RANKS, arena, &rows, &count, &error));
	for (size_t rank = 1; rank <= RANKS; rank++) {
		bool relevant = rank <= count && is_relevant(question, rows[rank - 1].key);
		within[rank] = within[rank - 1] + relevant;
		if (relevant && !first)
			first = rank;
	}
	sum->hit1 += within[1] > 0;
	sum->hit5 += within[5] > 0;
	sum->hit10 += within[10] > 0;
	sum->recall10 += (double)within[10] / (double)question->relevant_count;
	sum->recall100 += (double)within[100] / (double)question->relevant_count;
	sum->mrr10 += first && first <= 10 ? 1.0 / (double)first : 0;
}

static struct quality collection_measure(const struct collection *collection, const char *name)
{
	struct quality sum = {0};
	double count = 0;
	for (size_t i = 0; i < collection->question_count; i++) {
		if (!collection->questions[i].relevant_count)
			continue;
		question_measure(collection, &collection->questions[i], &sum);
		count++;
	}
	struct quality mean = {sum.hit1 / count, sum.hit5 / count, sum.hit10 / count, sum.recall10 / count, sum.recall100 / count,
		sum.mrr10 / count};
	print_message("%s: %.0f questions, %d passages: hit@1 %.3f @5 %.3f @10 %.3f, R@10 %.3f R@100 %.3f, MRR@10 %.3f\n", name,
		count, collection->passages, mean.hit1, mean.hit5, mean.hit10, mean.recall10, mean.recall100, mean.mrr10);
	return mean;
}

#define assert_reached(actual, target)                                                                                             \
	do {                                                                                                                       \
		double reached_ = (actual);                                                                                        \
		if (reached_ < (target)-.01)                                                                                       \
			fail_msg("%s = %.3f, target %.3f", #actual, reached_, (double)(target));                                   \
	} while (0)

static json_t *json_load(const char *path)
{
	CLEANUP(buffer_release) struct buffer content = BUFFER_EMPTY;
	json_t *json = NULL;
	if (!file_exists(path)) {
		print_message("%s is not here: skipped\n", path);
		return NULL;
	}
	MUST(file_read(path, 0, &content, &error));
	MUST((json = json_parse(buffer_text(&content), &error)) != NULL);
	return json;
}

/* ---- PubMedQA: 1000 abstracts, each with its question ------------------------------------------------------------------------ */

static void abstract_add(struct collection *collection, const char *key, const json_t *entry)
{
	CLEANUP(buffer_release) struct buffer body = BUFFER_EMPTY;
	size_t i;
	json_t *part;
	json_array_foreach(json_object_get(entry, "CONTEXTS"), i, part) buffer_format(&body, "%s ", json_string_value(part));
	passage_add(collection, key, "", buffer_text(&body));
	struct question *question = question_add(collection, json_text(json_object_get(entry, "QUESTION")), 1);
	question->relevant[question->relevant_count++] = key;
}

static void test_pubmedqa(void **state)
{
	JSON_OWNED *set = json_load(DATA "pubmedqa/data/ori_pqal.json");
	struct collection collection;
	const char *key;
	json_t *entry;
	if (!set)
		skip();
	collection_open(&collection, json_object_size(set));
	json_object_foreach(set, key, entry) abstract_add(&collection, key, entry);
	collection_ready(&collection);
	struct quality quality = collection_measure(&collection, "PubMedQA");
	assert_reached(quality.hit1, .960);
	assert_reached(quality.hit5, .985);
	assert_reached(quality.hit10, .990);
	assert_reached(quality.mrr10, .972);
	collection_close(&collection);
}

/* ---- Cranfield: 1400 abstracts, 225 questions with judgements ------------------------------------------------------------------
 */

/* The lines of a record up to the next mark of one letter (".T", ".W") as one text. */
static struct text field_of(struct text record, const char *mark)
{
	struct text rest = record, line;
	const char *start = NULL;
	while (text_next_line(&rest, &line)) {
		bool is_mark = line.length >= 2 && line.data[0] == '.' && line.data[1] >= 'A' && line.data[1] <= 'Z';
		if (start && is_mark)
			return text_make(start, (size_t)(line.data - start));
		if (is_mark && text_equal(text_trim(line), text_of(mark)))
			start = rest.data;
	}
	return start ? text_make(start, (size_t)(record.data + record.length - start)) : text_make("", 0);
}

/* The next record behind a line ".I number". */
static bool record_next(struct text *rest, long *number, struct text *record)
{
	long start = text_starts(*rest, TEXT(".I ")) ? 0 : text_find(*rest, TEXT("\n.I "), 0) + 1;
	if (rest->length < 3 || (start == 0 && !text_starts(*rest, TEXT(".I "))))
		return false;
	*rest = text_make(rest->data + start, rest->length - (size_t)start);
	*number = strtol(rest->data + 3, NULL, 10);
	long next = text_find(*rest, TEXT("\n.I "), 0);
	size_t length = next < 0 ? rest->length : (size_t)next + 1;
	*record = text_make(rest->data, length);
	*rest = text_make(rest->data + length, rest->length - length);
	return true;
}

static void judgements_read(struct collection *collection, struct text judgements)
{
	struct text line;
	while (text_next_line(&judgements, &line)) {
		char *end;
		CLEANUP(memory_release) char *copy = string_format("%.*s", (int)line.length, line.data);
		long question = strtol(copy, &end, 10), passage = strtol(end, &end, 10), grade = strtol(end, NULL, 10);
		if (question < 1 || (size_t)question > collection->question_count || grade <= 0)
			continue;
		struct question *asked = &collection->questions[question - 1];
		const char *key = arena_format(collection->arena, "%ld", passage);
		if (asked->relevant_count < 100 && !is_relevant(asked, key))
			asked->relevant[asked->relevant_count++] = key;
	}
}

static void test_cranfield(void **state)
{
	CLEANUP(buffer_release) struct buffer passages = BUFFER_EMPTY, questions = BUFFER_EMPTY, judgements = BUFFER_EMPTY;
	struct collection collection;
	struct text record;
	long number;
	if (!file_exists(DATA "cranfield/cran.all.1400")) {
		print_message("Cranfield is not here: skipped\n");
		skip();
	}
	MUST(file_read(DATA "cranfield/cran.all.1400", 0, &passages, &error));
	MUST(file_read(DATA "cranfield/cran.qry", 0, &questions, &error));
	MUST(file_read(DATA "cranfield/cranqrel", 0, &judgements, &error));
	collection_open(&collection, 300);
	struct text rest = buffer_text(&passages);
	while (record_next(&rest, &number, &record))
		passage_add(&collection, arena_format(collection.arena, "%ld", number),
			text_copy(collection.arena, text_trim(field_of(record, ".T"))).data, text_trim(field_of(record, ".W")));
	rest = buffer_text(&questions);
	while (record_next(&rest, &number, &record)) /* judgements count the questions, whatever numbers they have */
		question_add(&collection, field_of(record, ".W"), 100);
	judgements_read(&collection, buffer_text(&judgements));
	collection_ready(&collection);
	assert_int_equal(collection.passages, 1400);
	assert_int_equal(collection.question_count, 225);
	struct quality quality = collection_measure(&collection, "Cranfield");
	assert_reached(quality.recall10, .391);
	assert_reached(quality.recall100, .728);
	collection_close(&collection);
}

/* ---- nearest examples: is the right intent among them? --------------------------------------------------------------------------
 */

struct labelled {
	struct text *texts;
	const char **labels;
	size_t count;
};

static struct labelled labelled_of(const json_t *rows, struct arena *arena)
{
	struct labelled set = {arena_take(arena, json_array_size(rows) * sizeof(struct text)),
		arena_take(arena, json_array_size(rows) * sizeof(char *)), 0};
	size_t i;
	json_t *row;
	json_array_foreach(rows, i, row)
	{
		set.texts[set.count] = json_text(json_array_get(row, 0));
		set.labels[set.count++] = json_string_value(json_array_get(row, 1));
	}
	return set;
}

static void test_clinc150(void **state)
{
	JSON_OWNED *set = json_load(DATA "clinc150/data/data_full.json");
	static const int ranks[] = {1, 5, 10, 20};
	static const double targets[] = {.836, .945, .967, .982};
	double hits[COUNT(ranks)] = {0};
	if (!set)
		skip();
	struct arena *arena = arena_create();
	struct labelled train = labelled_of(json_object_get(set, "train"), arena),
			test = labelled_of(json_object_get(set, "test"), arena);
	struct example_index *index = example_index_create(train.texts, train.count);
	for (size_t i = 0; i < test.count; i++) {
		size_t positions[20], count = example_index_search(index, test.texts[i], 20, -1, positions), first = 0;
		while (first < count && strcmp(train.labels[positions[first]], test.labels[i]) != 0)
			first++;
		for (size_t j = 0; j < COUNT(ranks); j++)
			hits[j] += first < (size_t)ranks[j];
	}
	for (size_t j = 0; j < COUNT(ranks); j++) {
		print_message("CLINC150: intent within %d nearest examples: %.3f\n", ranks[j], hits[j] / (double)test.count);
		assert_reached(hits[j] / (double)test.count, targets[j]);
	}
	example_index_free(index);
	arena_free(arena);
}

/* 77 tells the runner that nothing could be measured. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pubmedqa), cmocka_unit_test(test_cranfield), cmocka_unit_test(test_clinc150)};
	if (!file_exists(DATA "pubmedqa") && !file_exists(DATA "cranfield") && !file_exists(DATA "clinc150")) {
		puts("the public data sets are not beside the project (" DATA ")");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
