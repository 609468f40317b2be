/* Parts that several probes share. Each answers false, with what is missing as ERROR_USAGE. */
#ifndef LEVER_RUN_DERIVE_H
#define LEVER_RUN_DERIVE_H

#include "eval/run/project.h"

/* The variant has a corpus to take passages from: its own, else the only one of the project. */
bool probe_needs_corpus(const struct probe_request *request, struct variant *variant, struct error *error);
bool probe_examples(const struct probe_request *request, struct variant *variant, enum example_select select, struct error *error);
bool probe_model(
	const struct probe_request *request, struct variant *variant, const char *what, const char *name, struct error *error);
/* The answer is what stands behind the last "Answer:". */
bool probe_extract_answer(const struct probe_request *request, struct variant *variant, struct error *error);
/* Room for steps: the model with four times its `max_tokens`. */
bool probe_room(const struct probe_request *request, struct variant *variant, struct error *error);

#endif
