#include "eval/advise/alarm.h"
#include "eval/store/labels.h"
#include <math.h>

#define LABELS_LEAST 10 /* of people, on the failures of each variant */

/* What people say of the failures that the scorer sees: how many of those that they labelled are none (F1: the expected answer is
 * wrong). */
struct said {
	size_t labelled, right;
};

static bool label_take(void *data, const struct label_standing *label)
{
	struct said *said = data;
	if (strcmp(label->source, "person") == 0) {
		said->labelled++;
		said->right += strcmp(label->mode, "F1") == 0;
	}
	return true;
}

/* The pass rate as people see it: the failures that are none pass as well. */
static double corrected(double rate, const struct said *said)
{
	return rate + (1 - rate) * (double)said->right / (double)said->labelled;
}

/* People find so much more of one's failures right than of the other's that chance does not explain it (two proportions, 5 %). */
static bool shares_differ(const struct said *one, const struct said *two)
{
	double n = (double)one->labelled, m = (double)two->labelled, p = (double)(one->right + two->right) / (n + m);
	double error = sqrt(p * (1 - p) * (1 / n + 1 / m));
	return error > 0 && fabs((double)one->right / n - (double)two->right / m) > 1.96 * error;
}

struct ranked {
	const struct evidence_arm *arm;
	struct said said;
	double rate, corrected;
};

/* Every variant of whose failures people labelled enough. */
static bool arms_rank(const struct alarm_input *input, struct ranked *ret, size_t *count, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	*count = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		struct said said = {0};
		if (arm->probe || arm->hidden || !arm->measured)
			continue;
		if (!label_standing_each(input->store, evidence->run.id, arm->arm.version, NULL, label_take, &said, error))
			return false;
		double rate = arm_pass_rate(evidence, arm);
		if (said.labelled >= LABELS_LEAST)
			ret[(*count)++] = (struct ranked){arm, said, rate, corrected(rate, &said)};
	}
	return true;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	size_t count;
	struct ranked *all = arena_take(input->arena, (input->advice->evidence->arm_count + 1) * sizeof *all);
	if (!arms_rank(input, all, &count, error))
		return false;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count && !*raised; k++) {
			const struct ranked *best = &all[i], *other = &all[k];
			*raised = best->rate > other->rate && best->corrected < other->corrected && shares_differ(&best->said, &other->said);
			if (*raised)
				ret->message = arena_format(input->arena,
					"the scorer ranks %s above %s, people's labels of their failures rank them the other way (%.1f%% and %.1f%% by "
					"the scorer, %.1f%% and %.1f%% with the failures that people find right)",
					best->arm->arm.name, other->arm->arm.name, 100 * best->rate, 100 * other->rate, 100 * best->corrected,
					100 * other->corrected);
		}
	return true;
}

const struct alarm_type alarm_ranking = {
	.name = "scorer-ranking",
	.summary = "the scorer ranks variants otherwise than people do",
	.help = "Of two variants with ten failures or more that people labelled, the one that the scorer puts lower is the better "
		"one once failures "
		"that people find right (F1) count as passed: mend the scorer or the expected answers before choosing between "
		"them.",
	.look = look,
};
