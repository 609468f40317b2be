/* How a scorer or an extractor is written in a project file, brought to one form.
 *   json                                 the name alone
 *   contains: "x"                        name and main value
 *   {contains: "x", word: true}          the same with further keys
 *   length: {max: 50}                    name and keys
 *   {type: contains, value: "x"}         all keys
 * and each with not- in front of the name where that is allowed. */
#ifndef LEVER_SCORE_SPEC_H
#define LEVER_SCORE_SPEC_H

#include "eval/base/field.h"

struct spec_name {
	const char *name, *main_field; /* NULL: takes no main value */
};
struct spec_names {
	const char *what; /* "scorer", "extractor": for messages */
	const struct spec_name *items;
	size_t count;
	bool negatable; /* not-NAME is allowed */
};
struct spec {
	size_t index; /* into the names */
	bool negated;
	const struct yaml *map; /* the keys, without `type`, with the main value under its field; a YAML_MAP */
};

/* False after an error was added to the reader's. */
bool spec_read(const struct field_reader *reader, const struct yaml *node, const struct spec_names *names, struct spec *ret);

#endif
