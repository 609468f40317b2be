/* The price book: what common models cost at their makers' own addresses, with date and source. Data, to be overridden: a model's
 * `price:` beats it. */
#ifndef LEVER_MODEL_PRICE_BOOK_H
#define LEVER_MODEL_PRICE_BOOK_H

#include "eval/model/api.h"

struct price_row {
	const char *model;		       /* id without date and maker */
	double input, cached, written, output; /* USD per million tokens; NAN: none of its own */
	const char *as_of, *source;
};
extern const struct price_row price_book[]; /* ends with model NULL */
/* The row of an id: exactly, or with a date behind it (-2025-04-14, -20251001) or a maker before it (openai/…, models/…). NULL:
 * unknown, which is not free. */
const struct price_row *price_book_find(const char *model);
/* Fills a model's price from the book where it has none and is asked at its maker's own address. */
void price_book_apply(struct model *model);

#endif
