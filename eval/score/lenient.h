/* What of an output counts for telling failures apart, beside the scorers' own verdict. */
#ifndef LEVER_SCORE_LENIENT_H
#define LEVER_SCORE_LENIENT_H

#include "eval/base/json.h"
#include "eval/base/text.h"

/* Is an accepted answer (`expected`: a JSON list) given, though in a form that no scorer need accept: in a code fence, in quotes or
 * emphasis, as a member of a JSON object, behind "Answer:" or "the answer is", alone on a line, in other case or punctuation? Both
 * sides are compared as SQuAD normalises them, numbers by value. An answer that merely stands somewhere in a sentence is not given.
 */
bool lenient_right(struct arena *arena, struct text output, const json_t *expected);
/* One way of writing an answer for telling equal answers: trimmed, folded, normalised. In the arena. */
struct text lenient_form(struct arena *arena, struct text output);
/* Does the answer open with words that refuse or abstain, or is it as a whole a word for that ("unanswerable", "n/a")? (scorer_refusal.c) */
bool refusal_spoken(struct arena *arena, struct text answer);
/* Is the passage of this key, or its document, among the gold ones? (scorer_citation.c) */
bool passage_is_gold(const json_t *gold, const char *key);

#endif
