/* Shared by the files of retrieve.h only. */
#ifndef LEVER_RETRIEVE_PRIVATE_H
#define LEVER_RETRIEVE_PRIVATE_H

#include "eval/base/buffer.h"
#include "eval/retrieve/retrieve.h"

/* ---- words.c ------------------------------------------------------------------------------------------------------------ */
#define WORD_LIMIT 128 /* bytes of a word; what is longer is cut */
/* Runs of letters and digits, lower-cased. In scripts without spaces each pair of neighbours is a word ("c1 c2"), a letter alone
 * too. */
struct word_reader {
	struct text rest;
	bool paired; /* the unspaced letter at `rest` was the second of a pair */
};
/* Puts the next word into `word` (cleared first), at most WORD_LIMIT bytes; false at the end. */
bool word_next(struct word_reader *reader, struct buffer *word);
/* Appends the lower-case form of a code point. */
void code_add_lower(uint32_t code, struct buffer *out);

/* ---- stop_words.c, stem.c ----------------------------------------------------------------------------------------------- */
/* English words that carry no topic, and what is left of contractions ("doesn", "ll"). `word` is lower-case. */
bool word_is_stop(const char *word);
/* Porter's stemmer (M. F. Porter, An algorithm for suffix stripping, 1980) in place on a lower-case word; others are left alone.
 * Answers the new length. */
size_t word_stem(char *word, size_t length);

/* ---- markup.c ----------------------------------------------------------------------------------------------------------- */
struct heading {
	int level;	    /* from 1 */
	const char *text;   /* without markup, in the arena; may be "" */
	size_t start, body; /* offsets: its first line, what follows it */
};
struct outline {
	struct heading *headings;
	size_t count;
	size_t body;	   /* where the document starts behind its front matter */
	const char *title; /* of the front matter; NULL */
};
/* Headings of Markdown (suffix md, markdown, mdx, or none) and reStructuredText (rst); other text has none. */
void outline_read(const char *path, struct text document, struct arena *arena, struct outline *ret);

/* ---- headings.c: one kind of line each ------------------------------------------------------------------------------------- */
/* "## Heading ##" */
bool heading_atx(struct text line, int *level, struct text *ret);
/* 1 for "===", 2 for "---", 0 for other lines. */
int heading_underline(struct text line);
/* Whether a line can be the text of a heading that is underlined by the next one. */
bool heading_can_be_underlined(struct text line);
/* The text without emphasis, code, link and anchor marks, one line, at most HEADING_LIMIT bytes. In the arena. */
#define HEADING_LIMIT 200
const char *heading_clean(struct arena *arena, struct text text);
/* Opens, goes on with or closes a fenced block. */
struct fence {
	char mark; /* 0: outside */
	size_t length;
};
/* True when the line belongs to a fenced block (its marks included). */
bool fence_line(struct fence *fence, struct text line);

/* ---- pieces.c ----------------------------------------------------------------------------------------------------------- */
struct piece {
	size_t start, end; /* offsets in the document */
};
/* Cuts document[start, end) into pieces of at most `tokens` (0: one piece) at paragraphs, then sentences, then words; without white
 * space at the ends. */
void pieces_cut(struct text document, size_t start, size_t end, long long tokens, long long overlap, struct arena *arena,
	struct piece **pieces, size_t *count);
/* An estimate: 4/3 of a word, more for very long ones, one for an unspaced letter. */
double tokens_estimate(struct text text);

/* ---- slugs.c ------------------------------------------------------------------------------------------------------------ */
struct slugs;
struct slugs *slugs_create(void);
void slugs_release(struct slugs **slugs); /* for CLEANUP */
/* The slug of a heading, "-2", "-3" … where it was given before. In the arena. */
const char *slug_make(struct slugs *slugs, const char *heading, struct arena *arena);

#endif
