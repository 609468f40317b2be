#include "eval/run/gate.h"
#include <math.h>

#define UNANSWERED "F0" /* the mode of an attempt that has no answer */

/* Labels of the mode: those that count, or what another rater said. */
static size_t said_of(const struct gate_case *row, const struct gate *gate, bool counts)
{
	size_t count = 0;
	for (size_t i = 0; i < row->label_count; i++)
		count += row->labels[i].counts == counts && strcmp(row->labels[i].mode, gate->mode) == 0;
	return count;
}

/* The share of its attempts that fail with the mode. */
static double mode_of(const struct gate_case *row, const struct gate *gate)
{
	size_t count = strcmp(gate->mode, UNANSWERED) == 0 ? row->silent : 0;
	return (double)(count + said_of(row, gate, true)) / (double)row->seen;
}

static size_t unlabelled_of(const struct gate_case *row)
{
	return row->failed > row->labelled ? row->failed - row->labelled : 0;
}

/* Attempts that a further label or answer may give the mode. */
static size_t open_of(const struct gate_case *row, const struct gate *gate)
{
	return unlabelled_of(row) + (strcmp(gate->mode, UNANSWERED) == 0 ? 0 : row->silent);
}

static double most_of(const struct gate_case *row, const struct gate *gate)
{
	size_t most = open_of(row, gate) + said_of(row, gate, false);
	return fmin(1, mode_of(row, gate) + (double)most / (double)row->seen);
}

/* "None at all" is asked of these cases, not of those to come. `most`: were all that is open of this mode. */
static enum gate_answer answer_of(const struct gate *gate, const struct settled *settled, const struct settled *most)
{
	bool none = gate->limit <= 0;
	if (none ? settled->estimate > 0 : settled->side == SETTLED_ABOVE)
		return GATE_FAIL;
	bool within = none ? most->estimate <= 0 : gate->limit >= 1 || most->side == SETTLED_BELOW;
	return within ? GATE_PASS : GATE_INCONCLUSIVE;
}

struct open_count {
	size_t unlabelled, silent, contested;
};

static struct open_count open_count(const struct gate_arm *arm, const struct gate *gate)
{
	struct open_count ret = {0};
	for (size_t i = 0; i < arm->count; i++) {
		ret.unlabelled += unlabelled_of(&arm->cases[i]);
		ret.contested += said_of(&arm->cases[i], gate, false);
		ret.silent += open_of(&arm->cases[i], gate) - unlabelled_of(&arm->cases[i]);
	}
	return ret;
}

/* " (person 2, rule 1)": whose labels count. */
static const char *sources_words(const struct gate_arm *arm, const struct gate *gate, struct arena *arena)
{
	static const char *const sources[] = {"person", "import", "probe", "judge", "rule"};
	const char *words = "";
	for (size_t s = 0; s < COUNT(sources); s++) {
		size_t count = 0;
		for (size_t i = 0; i < arm->count; i++)
			for (size_t k = 0; k < arm->cases[i].label_count; k++) {
				const struct gate_label *label = &arm->cases[i].labels[k];
				count += label->counts && !strcmp(label->mode, gate->mode) && !strcmp(label->source, sources[s]);
			}
		if (count)
			words = arena_format(arena, "%s%s%s %zu", words, *words ? ", " : "", sources[s], count);
	}
	return *words ? arena_format(arena, " (labels: %s)", words) : "";
}

static const char *open_words(const struct open_count *open, struct arena *arena)
{
	const char *silent =
		open->silent ? arena_format(arena, "; %zu attempt%s no answer", open->silent, open->silent == 1 ? " has" : "s have") : "";
	const char *contested = open->contested ? arena_format(arena, "; another rater says so of %zu", open->contested) : "";
	return arena_format(
		arena, "%zu failure%s no label%s%s", open->unlabelled, open->unlabelled == 1 ? " has" : "s have", silent, contested);
}

static bool judge(const struct gate *gate, const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena,
	struct gate_result *ret)
{
	const char *notes;
	struct gate_result if_all = {0};
	struct open_count open = open_count(arm, gate);
	(void)other;
	struct settled most = gate_rate(gate, arm, most_of, &notes, arena, &if_all);
	struct settled settled = gate_rate(gate, arm, mode_of, &notes, arena, ret);
	ret->answer = answer_of(gate, &settled, &most);
	if (open.unlabelled)
		gate_further(ret, 0, "failures without a label may be of this mode: `lever triage` labels them", arena);
	else if (open.contested)
		gate_further(ret, 0, "raters disagree whether it is this mode: `lever triage --agreement A,B`", arena);
	else if (open.silent)
		gate_further(ret, 0, "what has no answer may come to fail so: `lever run` tries it again", arena);
	const char *interval = settled.interval.defined ? arena_format(arena, "%s %.1f%% to %.1f%%", gate_level(arm, arena),
								  100 * settled.interval.low, 100 * settled.interval.high)
							: "no interval from so few";
	ret->message = arena_format(arena, "%.1f%% of %zu cases fail with %s%s, %s; at most %g%% %s allowed%s; %s", 100 * ret->value,
		arm->measured, gate->mode, sources_words(arm, gate, arena), interval, 100 * gate->limit, gate->limit == .01 ? "is" : "are",
		gate->limit > 0 ? notes : "", open_words(&open, arena));
	return true;
}

const struct gate_type gate_mode_at_most = {
	.name = "mode_at_most",
	.summary = "failures of a mode in at most so large a share of cases",
	.help = "Counts the labels in force, of repeats each, and all that came with one recorded output; what raters disagree about does not "
		"pass. An attempt without an answer is of mode F0. 0 means none at all among the cases "
		"measured. Example: {variant: rag, mode: F12, "
		"mode_at_most: 0}",
	.scored = true,
	.mode = true,
	.least = 0,
	.most = 1,
	.judge = judge,
};
