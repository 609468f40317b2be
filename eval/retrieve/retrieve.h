/* Retrieval: passages cut from documents, the index, the search. */
#ifndef LEVER_RETRIEVE_RETRIEVE_H
#define LEVER_RETRIEVE_RETRIEVE_H

#include "eval/base/field.h"
#include "eval/store/corpora.h"

/* ---- cutting (passages.c) ---------------------------------------------------------------------------------------------- */
enum passage_by { PASSAGE_HEADING, PASSAGE_TOKENS };
struct passage_settings {
	int by;
	long long tokens; /* at most, in words*4/3 as an estimate */
	long long overlap;
	bool title; /* title put before the body in the index */
};
extern const struct field passage_fields[];
struct passage {
	const char *key;   /* "path#slug" or "path" when the document has no headings before it; "~2" … for further pieces of one
			      section; "-2" for a repeated slug */
	const char *title; /* "Document title > Heading > Sub-heading" */
	struct text body;  /* without the heading line, trimmed */
};
/* Cuts one document; in the arena. Markdown (# to ###### and setext headings, fenced code is never split at a heading) or plain
 * text. */
void passages_cut(const struct passage_settings *settings, const char *path, struct text document, struct arena *arena,
	struct passage **ret, size_t *count, const char **title);

/* ---- indexing (index.c) ----------------------------------------------------------------------------------------------- */
struct index_report {
	long long documents, passages;			       /* in the corpus now */
	long long added, changed, removed, unchanged, skipped; /* documents */
	char skipped_note[320];				       /* "path: why" of the first file that was left out; "" */
};
/* Reads the folder (md, markdown, mdx, txt, text, rst; or one file of any name), cuts what is new or changed by content hash, drops
 * what is gone. Own transaction: all or nothing. Hidden files are not seen; links, files over 32 MiB and what is no valid UTF-8
 * text are skipped and counted. The version of the corpus depends on its settings and passages only, not on the order in which they
 * came. */
bool corpus_index(struct store *store, const char *name, const char *folder, const struct passage_settings *settings,
	struct index_report *ret, struct error *error) MUST_CHECK;
/* A cheap look at names and times of the files (contents are not read): has the corpus to be indexed again? */
enum corpus_age { CORPUS_MISSING, CORPUS_CHANGED, CORPUS_CURRENT };
bool corpus_outdated(struct store *store, const char *name, const char *folder, const struct passage_settings *settings,
	enum corpus_age *ret, struct error *error) MUST_CHECK;

/* ---- searching (search.c) ----------------------------------------------------------------------------------------------- */
/* A question as an FTS5 expression: runs of letters and digits (Unicode), lower-cased, de-duplicated, stop words dropped (kept when
 * nothing else is left), each quoted, joined with OR; the first SEARCH_PHRASES of them. Of scripts without spaces neighbouring
 * letters in pairs. "" when there is no word at all. Source: science.md section 4.2. */
const char *search_expression(struct arena *arena, struct text question);
bool corpus_search(struct store *store, long long corpus, struct text question, int k, struct arena *arena,
	struct passage_row **rows, size_t *count, struct error *error) MUST_CHECK;
/* About `length` bytes of a passage where most of the question's words stand close together, as one line with … where it was cut.
 * In the arena. */
struct text passage_excerpt(struct text body, struct text question, size_t length, struct arena *arena);

/* ---- nearest examples (nearest_examples.c) ------------------------------------------------------------------------------- */
/* BM25 (k1 1.2, b 0.75, Lucene's IDF) over stemmed words (Porter) of texts in memory, stop words included: for few-shot. Ties: the
 * earlier text. */
struct example_index;
struct example_index *example_index_create(const struct text *texts, size_t count);
/* The k nearest, best first; fewer when fewer share a word (the rest is filled in order of position). `skip`: an index to leave
 * out, or -1. */
size_t example_index_search(const struct example_index *index, struct text query, int k, long skip, size_t *positions);
void example_index_free(struct example_index *index);

#endif
