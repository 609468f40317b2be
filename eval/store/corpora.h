/* Corpora: documents, the passages they are cut into, and the FTS5 search over them. */
#ifndef LEVER_STORE_CORPORA_H
#define LEVER_STORE_CORPORA_H

#include "eval/store/store.h"

struct corpus_row { long long id; const char *name; const char *settings; struct hash version; long long documents, passages; int64_t indexed_at; };
struct passage_row { long long id; const char *key, *title; struct text body; double score; /* of a search; higher is better */ };

bool corpus_find(struct store *store, const char *name, struct arena *arena, struct corpus_row *ret, bool *found, struct error *error) MUST_CHECK;
/* Creates or finds; other settings than stored drop all its documents. Inside the caller's transaction, as all writers here. */
bool corpus_open(struct store *store, const char *name, const char *settings, long long *id, struct error *error) MUST_CHECK;
/* Hash of a stored document; *found false when new. */
bool document_hash(struct store *store, long long corpus, const char *path, struct hash *ret, bool *found, struct error *error) MUST_CHECK;
/* Replaces a document and its passages: document_put drops the old ones, then passage_put adds each in order. */
bool document_put(struct store *store, long long corpus, const char *path, const struct hash *hash, const char *title, long long *document,
	struct error *error) MUST_CHECK;
bool passage_put(struct store *store, long long corpus, long long document, int ordinal, const char *key, const char *title, struct text body,
	struct error *error) MUST_CHECK;
/* Drops every document whose path is not in `kept` (sorted); answers how many went. */
bool document_drop_others(struct store *store, long long corpus, const char *const *kept, size_t count, long long *dropped, struct error *error)
	MUST_CHECK;
/* Recounts, computes the version hash over all (key, title, body) in order, stamps the time. */
bool corpus_close(struct store *store, long long corpus, struct error *error) MUST_CHECK;

/* FTS5 MATCH with `expression` (already quoted: see retrieve/query.h), best first. Score = -bm25. Ties by key. In the arena. */
bool passage_search(struct store *store, long long corpus, const char *expression, int k, struct arena *arena, struct passage_row **rows,
	size_t *count, struct error *error) MUST_CHECK;
bool passage_get(struct store *store, long long corpus, const char *key, struct arena *arena, struct passage_row *ret, bool *found,
	struct error *error) MUST_CHECK;

#endif
