#include "eval/advise/alarm.h"
#include "eval/stats/stats.h"
#include "eval/store/outcomes.h"
#include <math.h>

#define PAIRS_LEAST 20

/* What people say of an arm's outputs, by case: verdicts that came with them, read by the scorer `verdict`, whatever its weight. */
struct told {
	const struct evidence_arm *arm;
	double *right; /* NAN: no verdict */
	size_t count;
};
struct reading {
	const struct evidence *evidence;
	struct told *told;
};

static bool verdict_take(void *data, const struct extraction *extraction)
{
	struct reading *reading = data;
	const struct evidence *evidence = reading->evidence;
	for (size_t low = 0, high = evidence->case_count; low < high;) {
		size_t middle = (low + high) / 2;
		if (evidence->cases[middle].position == extraction->position) {
			reading->told->right[middle] = extraction->passed;
			reading->told->count++;
			break;
		}
		if (evidence->cases[middle].position < extraction->position)
			low = middle + 1;
		else
			high = middle;
	}
	return true;
}

static bool told_read(const struct alarm_input *input, const struct evidence_arm *arm, struct told *ret, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	struct reading reading = {evidence, ret};
	*ret = (struct told){arm, arena_take(input->arena, (evidence->case_count + 1) * sizeof *ret->right), 0};
	for (size_t i = 0; i < evidence->case_count; i++)
		ret->right[i] = NAN;
	if (!extraction_each(input->store, evidence->run.id, arm->arm.version, "verdict", verdict_take, &reading, error))
		return false;
	for (size_t i = 0; ret->count && i < evidence->case_count; i++)
		if (isnan(ret->right[i]) && !isnan(arm->rate[i]) && arm->refused[i] == KNOWN_YES)
			ret->right[i] = 0;
	return true;
}

/* The two on the cases that both answered, by the scorers and by people. */
struct contest {
	size_t cases;
	double scored[2], told[2]; /* sums */
	long long wins, losses;	   /* of the first, by people */
};

static struct contest contest_of(const struct evidence *evidence, const struct told *first, const struct told *second)
{
	struct contest ret = {0};
	for (size_t i = 0; i < evidence->case_count; i++) {
		double a = first->right[i], b = second->right[i];
		if (isnan(a) || isnan(b) || isnan(first->arm->rate[i]) || isnan(second->arm->rate[i]))
			continue;
		ret.cases++;
		ret.scored[0] += first->arm->rate[i];
		ret.scored[1] += second->arm->rate[i];
		ret.told[0] += a;
		ret.told[1] += b;
		ret.wins += a > b;
		ret.losses += a < b;
	}
	return ret;
}

static bool contradicts(const struct contest *contest)
{
	double scored = contest->scored[0] - contest->scored[1], told = contest->told[0] - contest->told[1];
	return contest->cases >= PAIRS_LEAST && scored * told < 0 && mcnemar_exact(contest->wins, contest->losses) < .05;
}

static const char *contest_words(
	const struct contest *contest, const struct told *first, const struct told *second, struct arena *arena)
{
	bool ahead = contest->scored[0] > contest->scored[1];
	double cases = (double)contest->cases / 100;
	return arena_format(arena,
		"the scorers rank %s above %s (%.1f%% and %.1f%%), the verdicts that came with their outputs the other way (%.1f%% "
		"and %.1f%%, "
		"%zu cases): mend the scorers before choosing between them",
		ahead ? first->arm->arm.name : second->arm->arm.name, ahead ? second->arm->arm.name : first->arm->arm.name,
		contest->scored[!ahead] / cases, contest->scored[ahead] / cases, contest->told[!ahead] / cases,
		contest->told[ahead] / cases, contest->cases);
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	struct told *all = arena_take(input->arena, (evidence->arm_count + 1) * sizeof *all);
	size_t count = 0;
	for (size_t i = 0; i < evidence->arm_count; i++) {
		const struct evidence_arm *arm = &evidence->arms[i];
		if (arm->probe || arm->hidden || !arm->measured)
			continue;
		if (!told_read(input, arm, &all[count], error))
			return false;
		count += all[count].count > 0;
	}
	for (size_t i = 0; i < count && !*raised; i++)
		for (size_t k = i + 1; k < count && !*raised; k++) {
			struct contest contest = contest_of(evidence, &all[i], &all[k]);
			*raised = contradicts(&contest);
			if (*raised)
				ret->message = contest_words(&contest, &all[i], &all[k], input->arena);
		}
	return true;
}

const struct alarm_type alarm_verdict_ranking = {
	.name = "scorer-against-verdicts",
	.summary = "the scorers rank variants otherwise than the verdicts that came with them",
	.help = "Recorded outputs bring people's verdicts, which `{type: verdict, weight: 0}` reads beside the scorers that count. "
		"Two variants "
		"that people rank one way beyond chance (exact McNemar, 5%) and the scorers the other way, on twenty cases or "
		"more.",
	.look = look,
};
