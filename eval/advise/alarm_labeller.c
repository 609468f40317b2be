#include "eval/advise/alarm.h"
#include "eval/stats/agreement.h"
#include "eval/store/labels.h"
#include <math.h>

/* The automatic label of each failure that a person labelled too: agreement beyond chance. */
struct pairs {
	struct arena *arena;
	const char **codes;
	size_t code_count, count, same;
	long long table[64 * 64];
};

static size_t code_at(struct pairs *pairs, const char *code)
{
	for (size_t i = 0; i < pairs->code_count; i++)
		if (strcmp(pairs->codes[i], code) == 0)
			return i;
	if (pairs->code_count == 63)
		return 63;
	pairs->codes[pairs->code_count] = code;
	return pairs->code_count++;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	struct pairs *pairs = arena_take(input->arena, sizeof *pairs);
	pairs->codes = arena_take(input->arena, 64 * sizeof *pairs->codes);
	for (size_t i = 0; i < evidence->case_count; i++) {
		const struct evidence_case *row = &evidence->cases[i];
		if (!case_fails(evidence, i) || !row->mode || !row->finding.mode || strcmp(row->source, "person") != 0)
			continue;
		pairs->table[code_at(pairs, row->mode) * 64 + code_at(pairs, row->finding.mode->code)]++;
		pairs->count++;
	}
	struct kappa kappa = cohen_kappa(pairs->table, 64);
	*raised = pairs->count >= 20 && !isnan(kappa.kappa) && kappa.kappa < .2;
	ret->message = arena_format(input->arena,
		"rules and probes agree with people on %.0f%% of %zu failures, kappa %.2f: near chance, so label by hand",
		100 * kappa.observed, pairs->count, kappa.kappa);
	return true;
}

const struct alarm_type alarm_labeller = {
	.name = "labeller-near-chance",
	.summary = "automatic labels agree with people no better than chance",
	.help = "On twenty failures or more that people labelled too, Cohen's kappa of rules and probes is below .2.",
	.look = look,
};
