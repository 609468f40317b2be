/* Tools of a variant: declared to the model, and where their results come from: a template over the case's vars and the arguments
 * (a fixed table), or a model of the project (api: command, http), which is asked with the arguments as its message. */
#ifndef LEVER_RUN_TOOLS_H
#define LEVER_RUN_TOOLS_H

#include "eval/base/template.h"
#include "eval/base/yaml.h"
#include "eval/model/api.h"

struct tool {
	const char *name, *description, *answer_text, *model_name;
	json_t *parameters;	       /* JSON Schema of the arguments */
	const struct template *answer; /* NULL: a model answers */
	const struct model *model;
};
struct tool_use {
	struct tool *items;
	size_t count;
	long long rounds;    /* of calls at most; then the attempt ends with what was said */
	json_t *declaration; /* as Chat Completions has it */
};
const struct tool *tool_find(const struct tool_use *use, const char *name); /* NULL: none */

#endif
