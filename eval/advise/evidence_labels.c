/* The labels in force of the base's failures, and what the cascade makes of the evidence. */
#include "eval/advise/evidence_private.h"

static struct evidence_case *case_at_position(struct evidence *evidence, long long position)
{
	for (size_t low = 0, high = evidence->case_count; low < high;) {
		size_t middle = (low + high) / 2;
		if (evidence->cases[middle].position == position)
			return &evidence->cases[middle];
		if (evidence->cases[middle].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool label_take(void *data, const struct label_standing *label)
{
	struct evidence *evidence = data;
	struct evidence_case *row = case_at_position(evidence, label->position);
	if (!row)
		return true;
	row->mode = arena_string(evidence->labels, label->mode);
	row->source = arena_string(evidence->labels, label->source);
	row->author = arena_string(evidence->labels, label->author);
	row->note = arena_string(evidence->labels, label->note ? label->note : label->evidence);
	return true;
}

static bool trace_take(void *data, const struct label_standing *label)
{
	struct evidence *evidence = data;
	struct evidence_case *row = case_at_position(evidence, label->position);
	if (!row || strcmp(label->mode, "F0") != 0)
		return true;
	row->cut = arena_string(evidence->labels, label->author);
	row->cut_because = arena_string(evidence->labels, label->evidence);
	return true;
}

bool evidence_relabel(struct evidence *evidence, struct store *store, struct error *error)
{
	arena_free(evidence->labels);
	evidence->labels = arena_create();
	for (size_t i = 0; i < evidence->case_count; i++) {
		struct evidence_case *row = &evidence->cases[i];
		row->mode = row->source = row->author = row->note = row->cut = row->cut_because = NULL;
	}
	long long version = evidence->arms[evidence->base].arm.version;
	if (!label_wanted_each(store, evidence->run.id, version, &(struct label_wanted){.blind = evidence->blind}, label_take, evidence,
		    error) ||
		!label_wanted_each(store, evidence->run.id, version, &(struct label_wanted){.source = "rule"}, trace_take, evidence, error))
		return false;
	evidence_attribute(evidence);
	return true;
}
