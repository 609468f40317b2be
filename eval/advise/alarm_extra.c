#include "eval/advise/alarm.h"
#include "eval/model/recorded.h"
#include "eval/run/plan.h"
#include "eval/store/recorded.h"

/* Recorded outputs that answer no case: another test set, or ids that do not fit. */
static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	for (size_t i = 0; input->project && i < input->project->model_count; i++) {
		const struct model *model = input->project->models[i];
		struct recorded_extra extra;
		struct hash hash;
		long long row;
		if (model->api->kind != API_RECORDED)
			continue;
		const struct recorded_config *config = model->config;
		if (!recorded_hash_now(input->store, input->project, model, input->arena, &hash, &row) || !row)
			continue;
		if (!recorded_extra_find(input->store, row, evidence->run.test_set, input->arena, &extra, error))
			return false;
		if (!extra.count)
			continue;
		buffer_format(&words, "%s%lld of %lld outputs of %s in %s answer no case of the test set (the first is `%s`)",
			words.length ? "; " : "", extra.count, extra.all, model->name, config->file, extra.first);
	}
	*raised = words.length > 0;
	ret->message = arena_format(input->arena, "%s: is it the same test set, and do the ids fit?", buffer_string(&words));
	return true;
}

const struct alarm_type alarm_extra = {
	.name = "extra-outputs",
	.summary = "recorded outputs that answer no case",
	.help = "Outputs in the files of recorded models whose ids are not in the test set of the run. They are not used; where "
		"they "
		"are many, the file belongs to another test set.",
	.look = look,
};
