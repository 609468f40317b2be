/* Shared by the files of yaml.h only. */
#ifndef LEVER_BASE_YAML_PRIVATE_H
#define LEVER_BASE_YAML_PRIVATE_H

#include "eval/base/yaml.h"
#include <yaml.h>

/* Adds what the parser stumbled over to `errors`, in words of our own, unless one beyond the first `found_before` names the line.
 */
void yaml_explain(
	const yaml_parser_t *parser, struct text source, const char *file, size_t found_before, struct error_list *errors);
/* The kind of a plain scalar; sets `truth` and `number` of the node. */
void yaml_scalar_type(struct yaml *node);

#endif
