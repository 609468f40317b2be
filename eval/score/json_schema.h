/* A subset of JSON Schema (draft 2020-12), checked when it is read: type, enum, const, properties, required, additionalProperties,
 * items, minItems, maxItems, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern; true and false;
 * the annotations title, description, default, examples, deprecated, $comment, $schema and $id are skipped. Any other keyword is an
 * error, never ignored. */
#ifndef LEVER_SCORE_JSON_SCHEMA_H
#define LEVER_SCORE_JSON_SCHEMA_H

#include "eval/base/json.h"

struct json_schema;
/* In the arena; keeps a reference of `source`. NULL fills error (ERROR_CONFIG), which names the place by JSON pointer. Free with
 * json_schema_done. */
struct json_schema *json_schema_compile(struct arena *arena, json_t *source, struct error *error);
void json_schema_done(struct json_schema *schema); /* accepts NULL */
/* NULL when the value holds to the schema, else what is wrong with it first: "/days is `-1`, below the minimum 0". In the arena. */
const char *json_schema_breach(const struct json_schema *schema, struct arena *arena, const json_t *value);

#endif
