/* Texts of cases and models as reports show them: cleaned and shortened. Borrowed from or in the arena. */
#ifndef LEVER_REPORTS_EXCERPT_H
#define LEVER_REPORTS_EXCERPT_H

#include "reports/report.h"

/* Cleaned by cells_write, at most `characters` code points; a cut text ends in an ellipsis. "No text" gives the empty text. */
struct text excerpt_of(struct arena *arena, struct text text, size_t characters);
/* The vars of a case in one text: the question (or the only one) by itself, the others behind it: "why (name: value; name: value)".
 */
struct text vars_plain(struct arena *arena, struct text vars);
/* A JSON list in one text; "no text" and what is no JSON give the empty text. */
struct text list_plain(struct arena *arena, struct text json, const char *between);
/* Accepted answers with " or " between. */
struct text expected_plain(struct arena *arena, struct text expected);
/* Why an attempt did not pass: reasons of the scorers that failed ("name: reason"), "; " between. "No text" where none is stored.
 */
bool reasons_plain(const struct report_data *data, long long attempt, long long gold, struct arena *arena, struct text *ret,
	struct error *error) MUST_CHECK;

#endif
