/* Private to the project reader: what its sections share while they read. */
#ifndef LEVER_RUN_PROJECT_PRIVATE_H
#define LEVER_RUN_PROJECT_PRIVATE_H

#include "eval/run/project.h"

struct project_reader {
	struct project *project;
	struct field_reader fields; /* `what` is set by whoever reads */
	struct error_list *errors;
	struct text source; /* of the project file */
};

/* Adds an error at a node of the project file; answers false. */
bool project_error(struct project_reader *reader, const struct yaml *node, const char *format, ...) PRINTF(3, 4);
/* The same, for an error that already has words: takes the node's place where the error has none. */
bool project_error_of(struct project_reader *reader, const struct yaml *node, struct error *error);
/* A name that stands for a thing: letters, digits, `_`, `-` and `.`; says so otherwise. */
bool project_name_check(struct project_reader *reader, const struct yaml *key, const char *what);
/* A near match among names, for "unknown …" messages; "" or ", did you mean `x`?". */
const char *project_hint(struct project_reader *reader, const char *word, const char *const *names, size_t count);
/* A path given in the project, relative to its folder. */
const char *project_path(const struct project *project, const char *path);
/* Scalar text of a node, in the arena; NULL when it is no scalar. */
const char *node_string(struct project_reader *reader, const struct yaml *node);
/* A map with the child's keys over the parent's; `params` and `headers` are merged likewise. */
struct yaml *node_merge(struct arena *arena, const struct yaml *parent, const struct yaml *child);

void project_read_models(struct project_reader *reader, const struct yaml *node);
/* After all models are read: those that say nothing of adapters which others of theirs switch. */
void project_settle_adapters(struct project_reader *reader, const struct yaml *models);
void project_read_cases(struct project_reader *reader, const struct yaml *node);
void project_read_corpora(struct project_reader *reader, const struct yaml *node);
void project_read_examples(struct project_reader *reader, const struct yaml *node);
void project_read_probe(struct project_reader *reader, struct variant *variant, const struct yaml *node, const char *name);
void project_read_probes(struct project_reader *reader, const struct yaml *node);
void project_read_modes(struct project_reader *reader, const struct yaml *node);
void project_read_advice(struct project_reader *reader, const struct yaml *advice, const struct yaml *costs);
/* NULL: there is none of the name, which is told at the node. */
const struct model *project_model_named(struct project_reader *reader, const struct yaml *node, const char *name);
void project_read_tools(struct project_reader *reader, struct variant *variant, const struct yaml *node);
void project_read_variants(struct project_reader *reader, const struct yaml *node);
bool project_read_routes(struct project_reader *reader, struct variant *variant, const struct yaml *node);
/* The verdicts of recorded outputs judge where the project names no scorer: read last. */
void project_read_verdicts(struct project_reader *reader);
/* One source of rows: a path, or {file, map, at, format, delimiter, tags}. */
bool case_source_read(struct project_reader *reader, const struct yaml *node, struct case_source *ret);
/* "unknown format", with a near match. */
void format_error(struct project_reader *reader, const struct yaml *node, const char *word);
/* Replaces {{env.NAME}} in every value; unset variables are errors. Not in URLs and headers. */
void project_fill_environment(struct project_reader *reader, struct yaml *root);

#endif
