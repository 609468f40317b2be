/* Judging all gates of a project on a run. */
#include "eval/base/file.h"
#include "eval/run/gate.h"
#include "eval/run/plan.h"
#include <math.h>

static bool run_take(struct store *store, long long number, struct arena *arena, struct run_row *ret, struct error *error)
{
	struct run_row *rows;
	size_t count;
	bool found = true;
	if (number)
		return run_get(store, number, arena, ret, &found, error) &&
		       (found || error_set(error, ERROR_USAGE, "there is no run %lld", number));
	if (!run_list(store, 0, 1, arena, &rows, &count, error))
		return false;
	if (!count)
		return error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run");
	return run_get(store, rows[0].id, arena, ret, &found, error);
}

bool gate_is_file(const char *name)
{
	size_t length = strlen(name);
	return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static bool variant_ran(const struct run_row *run, const char *name)
{
	for (size_t i = 0; i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, name) == 0)
			return true;
	return false;
}

struct judging {
	struct store *store;
	const struct project *project;
	struct run_row run;
	bool latest, regraded; /* regraded: the scorers of lever.yaml are others than those of the run */
	const char *changed;   /* cases that the files have otherwise than the run; NULL */
	const char **edited;   /* by variant of the project: what of it changed; NULL */
	struct arena *arena;
};

static bool regraded(struct judging *judging, bool *ret, struct error *error)
{
	CLEANUP(buffer_release) struct buffer now = BUFFER_EMPTY;
	struct text then;
	if (!grading_definition(judging->store, judging->run.grading, judging->arena, &then, error))
		return false;
	grading_text(judging->project, &now);
	*ret = !text_equal(buffer_text(&now), then);
	return true;
}

static bool not_comparable(struct gate_result *result, const char *message)
{
	result->answer = GATE_NOT_COMPARABLE;
	result->message = message;
	return false;
}

/* Variants whose prompt, model or anything else that decides an output was edited since. */
static const char *edited_words(const struct judging *judging, const char *const names[2])
{
	const char *words = NULL;
	for (size_t i = 0; judging->edited && i < judging->project->variant_count; i++)
		for (size_t k = 0; k < 2 && judging->edited[i]; k++)
			if (names[k] && strcmp(names[k], judging->project->variants[i]->name) == 0)
				words = words ? arena_format(judging->arena, "%s; %s", words, judging->edited[i]) : judging->edited[i];
	return words;
}

/* What keeps a gate from being judged at all: told as its answer, so that the others are still judged. */
static bool gate_ready(const struct judging *judging, const struct gate *gate, struct gate_result *result)
{
	const char *names[] = {gate->variant, gate->other && !gate_is_file(gate->other) ? gate->other : NULL};
	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i] && !variant_ran(&judging->run, names[i])) {
			result->message = arena_format(judging->arena, "run %lld has no variant %s", judging->run.id, names[i]);
			result->further = "`lever run` measures it";
			return false;
		}
	if (gate->type->scored && judging->latest && judging->regraded)
		return not_comparable(result, arena_format(judging->arena,
						      "the scorers in lever.yaml changed since run %lld was scored: `lever run` "
						      "scores it again, without a call",
						      judging->run.id));
	if (gate->type->scored && judging->changed)
		return not_comparable(result, arena_format(judging->arena, "%s: `lever run` measures them", judging->changed));
	const char *edited = edited_words(judging, names);
	if (edited)
		return not_comparable(result, arena_format(judging->arena, "%s: `lever run` measures it as it is now, `--run %lld` judges what was",
						      edited, judging->run.id));
	return true;
}

static bool other_load(const struct judging *judging, const struct gate *gate, struct gate_arm *ret, struct gate_result *result,
	struct error *error)
{
	struct error broken;
	if (!gate_is_file(gate->other))
		return gate_arm_load(judging->store, &judging->run, gate->other, gate->tag, judging->arena, ret, error);
	if (baseline_read(path_join(judging->arena, judging->project->directory, gate->other), judging->arena, ret, &broken)) {
		ret->name = gate->other;
		return true;
	}
	result->broken = true;
	not_comparable(result, error_line(judging->arena, &broken));
	return true;
}

static bool gate_judge(const struct judging *judging, const struct gate *gate, struct gate_result *result, struct error *error)
{
	struct gate_arm arm, other;
	*result = (struct gate_result){.gate = gate, .answer = GATE_INCONCLUSIVE, .value = NAN};
	if (!gate_ready(judging, gate, result))
		return true;
	if (!gate_arm_load(judging->store, &judging->run, gate->variant, gate->tag, judging->arena, &arm, error) ||
		(gate->other && !other_load(judging, gate, &other, result, error)))
		return false;
	if (result->broken)
		return true;
	if (!arm.count)
		result->message = arena_format(judging->arena, "no case has the tag `%s`", gate->tag ? gate->tag : "");
	else if (!arm.measured) {
		result->message = arena_format(judging->arena, "%s has not been run yet", gate->variant);
		result->further = "`lever run` measures it";
	} else if (gate->type->scored && !gate->type->mode && !arm.answered) {
		result->message = arena_format(judging->arena, "%s has no answer", gate->variant);
		result->further = "`lever run` tries again what has no answer";
	} else if (!gate->type->judge(gate, &arm, gate->other ? &other : NULL, judging->arena, result))
		result->answer = GATE_NOT_COMPARABLE;
	else {
		result->version = arm.version;
		result->sampled = arm.sampled;
	}
	if (result->answer != GATE_INCONCLUSIVE) {
		result->further = NULL;
		result->more = 0;
	}
	return true;
}

bool gates_judge(struct store *store, const struct project *project, long long run, struct arena *arena, struct gate_result **ret,
	struct error *error)
{
	struct judging judging = {.store = store, .project = project, .latest = run == 0, .arena = arena};
	*ret = arena_take(arena, (project->gate_count + 1) * sizeof **ret);
	if (!run_take(store, run, arena, &judging.run, error) || !regraded(&judging, &judging.regraded, error) ||
		(judging.latest && (!gate_cases_changed(store, project, &judging.run, arena, &judging.changed, error) ||
					 !gate_variants_changed(store, project, &judging.run, arena, &judging.edited, error))))
		return false;
	for (size_t i = 0; i < project->gate_count; i++)
		if (!gate_judge(&judging, &project->gates[i], &(*ret)[i], error))
			return false;
	return true;
}

bool gates_remember(struct store *store, const struct gate_result *results, size_t count, struct error *error)
{
	for (size_t i = 0; i < count; i++)
		if (results[i].version && !look_put(store, results[i].version, (long long)results[i].sampled, error))
			return false;
	return true;
}
