/* Values: what a scorer compares with, as a person wrote it: constants, templates, and lists or maps that hold templates.
 * Templates see the case's vars and `expected` (the accepted answer when there is one, the list of them when there are several),
 * `output` and `answer`. A value that is one {{ expression }} keeps its type: "{{ expected }}" is the whole list, any of which will
 * do. Text around an expression that mentions `expected` is made once for each accepted answer, unless it holds a {% tag. */
#ifndef LEVER_SCORE_VALUE_H
#define LEVER_SCORE_VALUE_H

#include "eval/score/scorer.h"

struct value;
struct texts {
	struct text *items;
	size_t count;
};

#define VALUE_FALLBACK "\"{{ expected }}\"" /* as the default of a FIELD_JSON */

/* Compiled in the reader's arena; NULL after an error was added to the reader's. `node` may not be NULL. */
struct value *value_read(const struct field_reader *reader, const struct yaml *node);
void value_done(struct value *value); /* accepts NULL */
/* The value for this case, new reference; NULL fills error. */
json_t *value_json(const struct value *value, const struct scored *scored, struct error *error);
/* The same as a list that is never empty (one value is a list of one). New reference; NULL fills error, also where there is
 * nothing. */
json_t *value_list(const struct value *value, const struct scored *scored, struct error *error);
/* The same as texts in the arena. */
bool value_texts(
	const struct value *value, const struct scored *scored, struct arena *arena, struct texts *ret, struct error *error);
/* The value as one text in the arena. */
bool value_text(const struct value *value, const struct scored *scored, struct arena *arena, struct text *ret, struct error *error);
bool value_is_constant(const struct value *value);
bool value_is_expected(const struct value *value); /* the expected answers themselves, nothing around them */
struct text text_of_json(struct arena *arena, const json_t *value); /* as a person would write it */

#endif
