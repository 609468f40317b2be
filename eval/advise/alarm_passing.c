#include "eval/advise/alarm.h"
#include "eval/store/labels.h"

#define LABELS_LEAST 5

/* Labels that people gave, or that came with the outputs: on outputs that pass, and on all. */
struct counting {
	const struct alarm_input *input;
	struct advice_alarm *alarm; /* names the passing ones; NULL: they are only counted */
	size_t count;
};

/* Wrong in content: form, labels and infrastructure may have been mended since by other scorers or expected answers. */
static bool is_content(const char *mode)
{
	static const char *const others[] = {"F0", "F1", "F2", "F3", "F4"};
	for (size_t i = 0; i < COUNT(others); i++)
		if (strcmp(others[i], mode) == 0)
			return false;
	return true;
}

static bool label_take(void *data, const struct label_standing *label)
{
	struct counting *counting = data;
	const struct evidence *evidence = counting->input->advice->evidence;
	if ((strcmp(label->source, "person") != 0 && strcmp(label->source, "import") != 0) || !is_content(label->mode))
		return true;
	counting->count++;
	for (size_t i = 0; counting->alarm && i < evidence->case_count; i++)
		if (evidence->cases[i].position == label->position)
			alarm_case(counting->alarm, evidence->cases[i].id, counting->input->arena);
	return true;
}

static bool look(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error)
{
	const struct evidence *evidence = input->advice->evidence;
	long long run = evidence->run.id, version = evidence->arms[evidence->base].arm.version;
	struct counting passing = {input, ret, 0}, failing = {input, NULL, 0};
	if (!label_wanted_each(input->store, run, version, &(struct label_wanted){.passing = true}, label_take, &passing, error) ||
		!label_wanted_each(input->store, run, version, &(struct label_wanted){0}, label_take, &failing, error))
		return false;
	*raised = passing.count >= LABELS_LEAST && 5 * passing.count > passing.count + failing.count;
	ret->message = arena_format(input->arena,
		"%zu of %zu outputs of %s that people labelled as wrong pass: the scorers let through what people find wrong",
		passing.count, passing.count + failing.count, evidence->arms[evidence->base].arm.name);
	return true;
}

const struct alarm_type alarm_passing = {
	.name = "passes-against-people",
	.summary = "the scorers pass what people find wrong",
	.help = "Outputs that pass though people gave them a failure mode, or they came with one (`labels` of recorded outputs): "
		"five or more, "
		"and more than a fifth of those labelled. F0 to F4 do not count: form and expected answers are mended.",
	.look = look,
};
