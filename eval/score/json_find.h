/* JSON inside an output. */
#ifndef LEVER_SCORE_JSON_FIND_H
#define LEVER_SCORE_JSON_FIND_H

#include "eval/base/json.h"

/* The JSON value an output is, white space around it aside. New reference; NULL fills error. */
json_t *json_whole(struct text output, struct error *error);
/* The first JSON value in an output: the whole of it, else the first ``` fence that parses, else the first {...} or [...] that
 * parses. New reference; NULL where there is none. The search is bounded: 1000 candidates, 16 MiB looked at. */
json_t *json_find(struct text output);

#endif
