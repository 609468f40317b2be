/* Private to the evidence: its parts, in the order in which evidence_load takes them. */
#ifndef LEVER_ADVISE_EVIDENCE_PRIVATE_H
#define LEVER_ADVISE_EVIDENCE_PRIVATE_H

#include "eval/advise/evidence.h"
#include "eval/store/labels.h"

/* `steps` and `parts` of every arm, and `retrieves`; the base is chosen. */
void evidence_parents(struct evidence *evidence, const struct project *project);
/* Reads expected answers and gold passages of all cases, and what the arms answered where the base fails. */
bool evidence_texts(struct evidence *evidence, struct store *store, struct error *error) MUST_CHECK;
/* What scorers of which kind failed the base's answers. */
bool evidence_scores(struct evidence *evidence, struct store *store, const struct project *project, struct error *error) MUST_CHECK;
/* What the base retrieved; what a search of the project's corpus finds. */
bool evidence_retrieval(
	struct evidence *evidence, struct store *store, const struct project *project, bool searched, struct error *error) MUST_CHECK;

/* Fills `alike` of every arm (estimate.c). */
void arms_alike(struct evidence *evidence);

/* Adds what the embedding of a query and reranking cost a call, which no call of lever's shows, to arms that retrieve. */
void evidence_costs(struct evidence *evidence, const struct project *project);
/* The arm, or what it starts from, retrieves; probes as they put passages in or take them away. `project` may be NULL. */
bool arm_retrieves(const struct evidence *evidence, const struct evidence_arm *arm, const struct project *project);

#endif
