#include "eval/run/project_private.h"
#include <math.h>

/* `advice:` and `costs:`: what only the team can say: how good is good enough, and what things cost beside calls. */

static const char *const task_names[] = {"style", "classification", "extraction", "change", NULL};

const struct field advice_fields[] = {
	{"bar", FIELD_NUMBER, offsetof(struct advice_settings, bar), "pass rate that is good enough, as 0.9", .min = 0, .max = 1,
		.present = offsetof(struct advice_settings, has_bar)},
	{"facts_change", FIELD_BOOL, offsetof(struct advice_settings, facts_change),
		"the facts asked for change often: not to be tuned in", .fallback = "false"},
	{"task", FIELD_CHOICE, offsetof(struct advice_settings, task),
		"what a tuned model would learn: decides how much data it needs", .choices = task_names,
		.fallback = "classification"},
	{NULL},
};

const struct field costs_fields[] = {
	{"calls_per_month", FIELD_NUMBER, offsetof(struct cost_settings, volume), "expected volume", .min = 0, .max = 1e12,
		.fallback = "0"},
	{"error_value", FIELD_NUMBER, offsetof(struct cost_settings, error_value), "USD that one avoided error is worth", .min = 0,
		.max = 1e9, .fallback = "0"},
	{"label_minutes", FIELD_NUMBER, offsetof(struct cost_settings, label_minutes), "minutes to label one example", .min = 0,
		.max = 1e4, .fallback = "2"},
	{"hour", FIELD_NUMBER, offsetof(struct cost_settings, hour), "USD an hour of work", .min = 0, .max = 1e5, .fallback = "60"},
	{"prompt_hours", FIELD_NUMBER, offsetof(struct cost_settings, prompt_hours), "hours of work on a prompt", .min = 0,
		.max = 1e5, .fallback = "8"},
	{"index", FIELD_NUMBER, offsetof(struct cost_settings, index), "USD to build the index once", .min = 0, .max = 1e9,
		.fallback = "0"},
	{"refresh", FIELD_NUMBER, offsetof(struct cost_settings, refresh), "USD a month to keep the index fresh", .min = 0,
		.max = 1e9, .fallback = "0"},
	{"embedding", FIELD_NUMBER, offsetof(struct cost_settings, embedding),
		"USD a call for embedding its query, where passages are retrieved: the search of lever itself needs none, that of your system may",
		.min = 0, .max = 1e3, .fallback = "0"},
	{"rerank", FIELD_NUMBER, offsetof(struct cost_settings, rerank), "USD a call for reranking, where passages are retrieved", .min = 0,
		.max = 1e3, .fallback = "0"},
	{"training", FIELD_NUMBER, offsetof(struct cost_settings, training), "USD to train once", .min = 0, .max = 1e9,
		.fallback = "10"},
	{"trainings_per_year", FIELD_NUMBER, offsetof(struct cost_settings, trainings), "how often it is trained again", .min = 0,
		.max = 1000, .fallback = "4"},
	{"hosting", FIELD_NUMBER, offsetof(struct cost_settings, hosting), "USD a month to host a tuned model", .min = 0,
		.max = 1e9, .fallback = "0"},
	{NULL},
};

void project_read_advice(struct project_reader *reader, const struct yaml *advice, const struct yaml *costs)
{
	struct project *project = reader->project;
	static const struct yaml empty = {.kind = YAML_MAP};
	reader->fields.what = "advice";
	fields_read(&reader->fields, advice_fields, advice && advice->kind != YAML_NULL ? advice : &empty, NULL, &project->advice);
	if (!project->advice.has_bar)
		project->advice.bar = NAN;
	reader->fields.what = "costs";
	project->costs.given = costs && costs->kind == YAML_MAP;
	fields_read(&reader->fields, costs_fields, costs && costs->kind != YAML_NULL ? costs : &empty, NULL, &project->costs);
}
