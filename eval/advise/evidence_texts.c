#include "eval/advise/evidence_private.h"
#include "eval/base/buffer.h"
#include "eval/retrieve/retrieve.h"
#include "eval/score/arithmetic.h"
#include "eval/score/lenient.h"
#include "eval/score/value.h"
#include "eval/store/cases.h"

static json_t *list_parse(struct text text)
{
	struct error ignored;
	return text.data ? json_parse(text, &ignored) : NULL;
}

/* The answers that say "cannot be answered", in the first words. */
static bool expects_refusal(struct arena *arena, const json_t *expected)
{
	struct text answer = json_text(json_array_get(expected, 0));
	return answer.data && refusal_spoken(arena, answer);
}

/* What was right before, from the case's metadata: a text or a list. */
static json_t *formerly_of(struct text metadata)
{
	JSON_OWNED *all = list_parse(metadata);
	json_t *former = json_object_get(all, "formerly");
	return !former ? NULL : json_is_array(former) ? json_incref(former) : json_pack("[O]", former);
}

static bool case_texts(struct evidence *evidence, struct store *store, struct arena *scratch, size_t at, struct error *error)
{
	struct evidence_case *row = &evidence->cases[at];
	struct case_row found_row;
	bool found;
	if (!case_at(store, evidence->run.test_set, row->position, scratch, &found_row, &found, error))
		return false;
	if (!found)
		return true;
	case_hash(&found_row);
	memcpy(&row->hash, found_row.input_hash.bytes, sizeof row->hash);
	row->expected = list_parse(found_row.expected);
	struct text first = text_of_json(scratch, json_array_get(row->expected, 0));
	row->accepted = first.data ? text_copy(evidence->arena, lenient_form(scratch, first)) : first;
	row->gold_passages = list_parse(found_row.gold);
	row->formerly = formerly_of(found_row.metadata);
	row->unanswerable = expects_refusal(scratch, row->expected);
	return true;
}

/* To the letter: what any scorer of answers accepts. */
static bool is_exact(struct arena *arena, struct text answer, const json_t *expected)
{
	size_t i;
	json_t *one;
	json_array_foreach((json_t *)expected, i, one) if (text_equal(text_trim(text_of_json(arena, one)), text_trim(answer))) return true;
	return false;
}

/* What the base's wrong answer shows by itself. */
static void answer_look(struct arena *scratch, struct evidence_case *row, struct text answer, struct text output)
{
	row->slipped = sum_slipped(scratch, output, row->expected);
	row->stale = lenient_right(scratch, answer, row->formerly);
	row->exact = answer.length && is_exact(scratch, answer, row->expected);
}

static bool arm_text(struct evidence *evidence, struct store *store, struct arena *scratch, struct evidence_arm *arm, size_t at,
	struct error *error)
{
	struct outcome_texts texts;
	const struct evidence_case *row = &evidence->cases[at];
	if (!arm->attempt[at])
		return true;
	if (!outcome_texts(store, evidence->run.id, row->position, arm->attempt[at], scratch, &texts, error))
		return false;
	struct text answer = texts.extracted.data ? texts.extracted : texts.output;
	if (!answer.data)
		return true;
	if (arm->refused[at] != KNOWN_YES)
		arm->refused[at] = refusal_spoken(scratch, answer) ? KNOWN_YES : KNOWN_NO;
	if (arm == &evidence->arms[evidence->base] && arm->rate[at] < 1)
		answer_look(scratch, &evidence->cases[at], answer, texts.output);
	bool right = row->exact ? false
		     : arm->rate[at] >= 1
			     ? true
			     : lenient_right(scratch, answer, row->expected) || lenient_right(scratch, texts.output, row->expected);
	arm->lenient[at] = json_array_size(row->expected) ? (right ? KNOWN_YES : KNOWN_NO) : NOT_KNOWN;
	arm->form[at] = text_copy(evidence->arena, lenient_form(scratch, answer));
	return true;
}

/* Who brought the base's outputs scored with patience (`probe: lenient`) knows better than what lever finds in the texts. */
static void lenient_declared(struct evidence *evidence)
{
	const struct evidence_arm *arm = evidence_probe(evidence, "lenient");
	for (size_t at = 0; arm && at < evidence->case_count; at++)
		if (arm_right(arm, at) != NOT_KNOWN)
			evidence->arms[evidence->base].lenient[at] = arm_right(arm, at);
}

bool evidence_texts(struct evidence *evidence, struct store *store, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	for (size_t at = 0; at < evidence->case_count; at++) {
		arena_reset(scratch);
		if (!case_texts(evidence, store, scratch, at, error))
			return false;
		for (size_t i = 0; i < evidence->arm_count; i++) {
			struct evidence_arm *arm = &evidence->arms[i];
			bool wanted = i == evidence->base || (arm->steps == 1 && !arm->hidden);
			bool telling = case_fails(evidence, at) || (!arm->probe && arm->rate[at] < 1);
			if (wanted && telling && !arm_text(evidence, store, scratch, arm, at, error))
				return false;
		}
	}
	lenient_declared(evidence);
	return true;
}

/* ---- retrieval ------------------------------------------------------------------------------------------------------------------
 */

static bool base_trace(struct evidence *evidence, struct store *store, struct arena *scratch, size_t at, struct error *error)
{
	struct evidence_case *row = &evidence->cases[at];
	long long attempt = evidence->arms[evidence->base].attempt[at];
	struct retrieval_row retrieval;
	bool found;
	if (!attempt)
		return true;
	if (!retrieval_get(store, attempt, scratch, &retrieval, &found, error))
		return false;
	row->retrieved = found;
	evidence->listed |= found;
	if (!found || !json_array_size(row->gold_passages))
		return true;
	row->gold_found = row->gold_shown = KNOWN_NO;
	evidence->traced = evidence->retrieves = true;
	for (size_t i = 0; i < retrieval.count; i++)
		if (passage_is_gold(row->gold_passages, retrieval.items[i].key)) {
			row->gold_found = KNOWN_YES;
			if (retrieval.items[i].number)
				row->gold_shown = KNOWN_YES;
		}
	return true;
}

static bool gold_indexed(
	struct evidence *evidence, struct store *store, struct arena *scratch, long long corpus, size_t at, struct error *error)
{
	struct evidence_case *row = &evidence->cases[at];
	json_t *id;
	size_t i;
	row->gold_indexed = KNOWN_NO;
	json_array_foreach(row->gold_passages, i, id)
	{
		struct passage_row *rows;
		size_t count;
		if (!json_is_string(id))
			continue;
		if (!passage_list(store, corpus, json_string_value(id), scratch, &rows, &count, error))
			return false;
		if (count)
			row->gold_indexed = KNOWN_YES;
	}
	return true;
}

/* All text of the case's vars, as the retriever would ask by default. */
static struct text question_of(const struct case_row *row, struct buffer *out)
{
	struct error ignored;
	JSON_OWNED *vars = json_parse(row->vars, &ignored);
	const char *name;
	json_t *value;
	json_object_foreach(vars, name, value)
	{
		json_write_plain(value, out);
		buffer_add_byte(out, '\n');
	}
	return buffer_text(out);
}

static bool gold_search(
	struct evidence *evidence, struct store *store, struct arena *scratch, long long corpus, size_t at, struct error *error)
{
	CLEANUP(buffer_release) struct buffer question = BUFFER_EMPTY;
	struct evidence_case *row = &evidence->cases[at];
	struct case_row found_row;
	struct passage_row *rows;
	size_t count;
	bool found;
	if (!case_at(store, evidence->run.test_set, row->position, scratch, &found_row, &found, error))
		return false;
	if (!found)
		return true;
	if (!corpus_search(
		    store, corpus, question_of(&found_row, &question), (int)evidence->search_k, scratch, &rows, &count, error))
		return false;
	row->gold_search = KNOWN_NO;
	for (size_t i = 0; i < count; i++)
		if (passage_is_gold(row->gold_passages, rows[i].key))
			row->gold_search = KNOWN_YES;
	return true;
}

static const struct corpus_source *corpus_choose(const struct project *project, const char *base, long long *k)
{
	const struct variant *variant = project_variant(project, base);
	*k = 4;
	if (variant && variant->retrieve) {
		*k = variant->retrieve->k;
		return variant->retrieve->corpus;
	}
	for (size_t i = 0; i < project->variant_count; i++)
		if (project->variants[i]->retrieve) {
			*k = project->variants[i]->retrieve->k;
			return project->variants[i]->retrieve->corpus;
		}
	return project->corpus_count == 1 ? &project->corpora[0] : NULL;
}

static bool any_gold(const struct evidence *evidence)
{
	for (size_t at = 0; at < evidence->case_count; at++)
		if (json_array_size(evidence->cases[at].gold_passages))
			return true;
	return false;
}

/* Only where a probe that showed passages was asked: what a retriever would find decides which of its answers counts. */
static bool search_matters(const struct evidence *evidence, size_t at)
{
	static const char *const probes[] = {"oracle-context", "oracle-distractors", "irrelevant-only"};
	for (size_t i = 0; i < COUNT(probes); i++)
		if (arm_right(evidence_probe(evidence, probes[i]), at) != NOT_KNOWN)
			return !evidence->retrieves;
	return false;
}

static bool corpus_ask(
	struct evidence *evidence, struct store *store, const struct project *project, bool searched, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	const struct corpus_source *source = corpus_choose(project, evidence->arms[evidence->base].arm.name, &evidence->search_k);
	struct corpus_row corpus;
	bool found;
	if (!source || !corpus_find(store, source->name, evidence->arena, &corpus, &found, error))
		return source == NULL;
	evidence->searched = found && searched;
	if (found && !passage_any_key(store, corpus.id, evidence->arena, &evidence->passage, error))
		return false;
	for (size_t at = 0; found && at < evidence->case_count; at++) {
		arena_reset(scratch);
		if (!json_array_size(evidence->cases[at].gold_passages))
			continue;
		if (!gold_indexed(evidence, store, scratch, corpus.id, at, error))
			return false;
		if (searched && search_matters(evidence, at) && !gold_search(evidence, store, scratch, corpus.id, at, error))
			return false;
	}
	return true;
}

bool evidence_retrieval(
	struct evidence *evidence, struct store *store, const struct project *project, bool searched, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	if (!any_gold(evidence) && !evidence->retrieves)
		return true;
	for (size_t at = 0; at < evidence->case_count; at++) {
		arena_reset(scratch);
		if (!base_trace(evidence, store, scratch, at, error))
			return false;
	}
	return !project || corpus_ask(evidence, store, project, searched, error);
}
