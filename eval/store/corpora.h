/* Corpora: documents, the passages they are cut into, and the FTS5 search over them.
 *   corpora.c  corpora and documents     passages.c  passages and their entries in the index
 *   passage_search.c  BM25               index_text.c  what of a passage goes into the index */
#ifndef LEVER_STORE_CORPORA_H
#define LEVER_STORE_CORPORA_H

#include "eval/base/buffer.h"
#include "eval/store/store.h"
#include <stdint.h>

struct corpus_row {
	long long id;
	const char *name;
	const char *settings;
	struct hash version;
	long long documents, passages;
	int64_t indexed_at;
};
struct passage_row {
	long long id;
	const char *key, *title;
	struct text body;
	double score; /* of a search; higher is better */
};

bool corpus_find(struct store *store, const char *name, struct arena *arena, struct corpus_row *ret, bool *found,
	struct error *error) MUST_CHECK;
/* All that were indexed, by name. */
bool corpus_list(struct store *store, struct arena *arena, const char ***names, size_t *count, struct error *error) MUST_CHECK;
/* Creates or finds; other settings than stored drop all its documents. Inside the caller's transaction, as all writers here. */
bool corpus_open(struct store *store, const char *name, const char *settings, long long *id, struct error *error) MUST_CHECK;
/* Hash of a stored document; *found false when new. */
bool document_hash(
	struct store *store, long long corpus, const char *path, struct hash *ret, bool *found, struct error *error) MUST_CHECK;
/* Replaces a document and its passages: document_put drops the old ones, then passage_put adds each in order. */
bool document_put(struct store *store, long long corpus, const char *path, const struct hash *hash, const char *title,
	long long *document, struct error *error) MUST_CHECK;
/* `titled`: the title is searched as well as the body. A key that the corpus has already is ERROR_STORAGE. */
bool passage_put(struct store *store, long long corpus, long long document, int ordinal, const char *key, const char *title,
	struct text body, bool titled, struct error *error) MUST_CHECK;
/* Drops every document whose path is not in `kept` (sorted); answers how many went. */
bool document_drop_others(struct store *store, long long corpus, const char *const *kept, size_t count, long long *dropped,
	struct error *error) MUST_CHECK;
/* Recounts, computes the version hash over the settings and all (key, title, body) in order of key, stamps the time. */
bool corpus_close(struct store *store, long long corpus, struct error *error) MUST_CHECK;

/* Stamps the time only: nothing had changed. */
bool corpus_stamp(struct store *store, long long corpus, struct error *error) MUST_CHECK;

/* FTS5 MATCH with `expression` (phrases joined with OR, see search_expression), best first, ties by key, in the arena. "" finds
 * nothing. Score: BM25 with Lucene's IDF ln(1 + (N - n + .5) / (n + .5)), k1 1.2, b .75, factor k1 + 1; N, n and lengths are those
 * of the one corpus. FTS5's own bm25() counts a term found in half of the passages as nothing, which costs 2 to 4 points of hit@1
 * where a corpus has less than 100 passages, and mixes the corpora of a file. At most SEARCH_PHRASES phrases count. */
#define SEARCH_PHRASES 64
bool passage_search(struct store *store, long long corpus, const char *expression, int k, struct arena *arena,
	struct passage_row **rows, size_t *count, struct error *error) MUST_CHECK;
/* The passage of this key, or all of the document of this path, in order. */
bool passage_list(struct store *store, long long corpus, const char *name, struct arena *arena, struct passage_row **rows,
	size_t *count, struct error *error) MUST_CHECK;
/* The key of one of them, to show how they are called; NULL: it has none. */
bool passage_any_key(struct store *store, long long corpus, struct arena *arena, const char **key, struct error *error) MUST_CHECK;
bool passage_get(struct store *store, long long corpus, const char *key, struct arena *arena, struct passage_row *ret, bool *found,
	struct error *error) MUST_CHECK;

/* ---- what goes into the index ------------------------------------------------------------------------------------------- */
/* Letters, digits and private characters, as FTS5's unicode61 takes them; marks that go on with a word. */
bool code_is_word(uint32_t code);
bool code_is_mark(uint32_t code);
/* Scripts without spaces between words (Chinese, Japanese, Thai, Khmer, …): each letter is indexed as a word of its own, and
 * questions ask for pairs. */
bool code_is_unspaced(uint32_t code);
/* Appends `text` as it is indexed: invalid bytes and NULs as spaces, unspaced letters apart. Answers how many words it has. */
size_t index_text_add(struct text text, struct buffer *out);

#endif
