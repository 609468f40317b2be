/* Shared by the files of corpora.h only. */
#ifndef LEVER_STORE_CORPORA_PRIVATE_H
#define LEVER_STORE_CORPORA_PRIVATE_H

#include "eval/store/corpora.h"
#include "eval/store/store_private.h"

/* The passage ids of a corpus: first to last. */
static inline long long passage_first(long long corpus)
{
	return corpus << 32;
}
static inline long long passage_last(long long corpus)
{
	return (corpus << 32) + 0xFFFFFFFFLL;
}

/* Takes a document and all its passages out, index entries included. */
bool document_drop(struct store *store, long long document, struct error *error) MUST_CHECK;
/* Takes the passages of a document out of the table and the index. */
bool passages_drop(struct store *store, long long document, struct error *error) MUST_CHECK;
/* Words of all passages of a corpus, and how many there are. */
bool passages_count(struct store *store, long long corpus, long long *passages, long long *words, struct error *error) MUST_CHECK;

#endif
