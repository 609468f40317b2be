/* Reads what `lever next --json` said of simulated worlds beside what simulate.c planted in them: `judge_advice [--quick] < FOLDERS`, one
 * folder a line, each with truth.json and next.jsonl. Prints the table of acceptance numbers, one row a number with its limit, and
 * ends with 1 when one is missed. It shares nothing with lever but the words that it prints. */
#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CODES_MAX = 24, PREDICTIONS_MAX = 100000 };

struct prediction {
	double gain, low, high, truth, direct;
	bool recommended;
};
struct attributed {
	char code[8];
	long hits, given, planted;
};
struct policy {
	const char *name;
	double regret, worst;
	long harm;
};
enum { POLICY_ADVICE, POLICY_NAIVE, POLICY_RAG, POLICY_COT, POLICY_BASE, POLICY_PARTS, POLICY_WORD, POLICY_IDEAL, POLICY_COUNT };
static const char *const policy_names[POLICY_COUNT] = {
	"the advice", "naive argmax", "always rag", "always cot", "always the base", "never a stack", "unconfirmed", "ideal"};

/* The designs in which levers are compared: all passing cases asked, a sample of them, and two levers together. */
enum { IN_MIXED, IN_SAMPLED, IN_STACK, IN_PARTS, IN_COUNT };
static struct group {
	const char *design, *head;
	long worlds, more;     /* more: it asked for more passing cases, and got them */
	long without, worse; /* of stacks: none was proposed; the proposed one is worse than its better part */
	struct prediction *predictions;
	size_t prediction_count;
	struct policy policies[POLICY_COUNT];
} groups[IN_COUNT] = {{.design = "mixed", .head = "all passing cases asked"},
	{.design = "sampled", .head = "of the passing cases a sample asked, as `lever probe` does"},
	{.design = "stack", .head = "two levers measured apart, which may do more or less together"},
	{.design = "parts", .head = "two levers measured apart, which do together what they did apart"}};

static struct judged {
	long worlds, planted, planted_found, planted_right, null, null_wrong, tiny, tiny_wrong, idle, idle_wrong, failing, unexplained;
	struct attributed codes[CODES_MAX];
	int code_count;
} judged;

static bool stacks(const struct group *group)
{
	return group == &groups[IN_STACK] || group == &groups[IN_PARTS];
}

static struct group *group_of(const char *design)
{
	for (int i = 0; i < IN_COUNT; i++)
		if (strcmp(groups[i].design, design) == 0)
			return &groups[i];
	return NULL;
}

static struct attributed *code_of(const char *code)
{
	for (int i = 0; i < judged.code_count; i++)
		if (strcmp(judged.codes[i].code, code) == 0)
			return &judged.codes[i];
	if (judged.code_count == CODES_MAX)
		exit(2);
	struct attributed *ret = &judged.codes[judged.code_count++];
	snprintf(ret->code, sizeof ret->code, "%s", code);
	return ret;
}

static const char *word(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));
	return value ? value : "";
}
static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* The lever's entry among the true gains: few-shot by the kind of examples it rests on. */
static const json_t *truth_of(const json_t *truth, const char *lever, const char *evidence)
{
	const char *name = lever;
	if (strcmp(evidence, "first") == 0 || strcmp(evidence, "second") == 0)
		return json_object_get(json_object_get(json_object_get(truth, "gains"), "stack"), evidence);
	if (strcmp(lever, "few-shot") == 0)
		name = strstr(evidence, "static") ? "few-shot-static" : "few-shot-nearest";
	return json_object_get(json_object_get(truth, "gains"), name);
}

static void attribution_take(const json_t *truth, const json_t *line)
{
	const json_t *item = json_object_get(json_object_get(truth, "cases"), word(line, "case"));
	const char *code = word(item, "code"), *mode = word(line, "mode");
	judged.failing++;
	if (strcmp(code, "-") == 0 || !*code)
		return;
	code_of(code)->planted++;
	if (!*mode) {
		judged.unexplained++;
		return;
	}
	code_of(mode)->given++;
	if (strcmp(mode, code) == 0)
		code_of(code)->hits++;
}

static void candidate_take(struct group *group, const json_t *truth, const json_t *line)
{
	const json_t *entry = truth_of(truth, word(line, "lever"), word(line, "evidence"));
	struct prediction prediction = {number(line, "gain"), number(line, "low"), number(line, "high"), number(entry, "gain"),
		number(entry, "direct"), json_is_true(json_object_get(line, "recommended"))};
	if (stacks(group) && strcmp(word(line, "lever"), "stack") != 0)
		return;
	if (!isnan(prediction.gain) && !isnan(prediction.truth) && group->prediction_count < PREDICTIONS_MAX)
		group->predictions[group->prediction_count++] = prediction;
}

static double best_gain(const json_t *truth)
{
	double best = 0;
	const char *name;
	json_t *entry;
	json_object_foreach(json_object_get(truth, "gains"), name, entry)
		if (strcmp(name, "fine-tune") != 0)
			best = fmax(best, number(entry, "gain"));
	return best;
}

static void policy_take(struct group *group, int policy, double best, double gain)
{
	struct policy *into = &group->policies[policy];
	double regret = fmax(0, best - gain);
	into->regret += regret;
	into->worst = fmax(into->worst, regret);
	into->harm += gain < 0;
}

static double gain_named(const json_t *truth, const char *name)
{
	double gain = number(json_object_get(json_object_get(truth, "gains"), name), "gain");
	return isnan(gain) ? 0 : gain;
}

/* What was recommended first, in the words of the truth, and the stack where one was proposed. */
struct choice {
	double gain, stack;
	bool any, proposed;
};

static double stack_followed(const struct choice *choice)
{
	return choice->proposed ? choice->stack : choice->any ? choice->gain : 0;
}

/* Two levers were measured; best is the better of them, the two together, or none. A stack that was proposed was measured, and `then` is
 * what was said about it. */
static void stack_take(struct group *group, const json_t *truth, const struct choice *choice, const struct choice *then)
{
	const json_t *stack = json_object_get(json_object_get(truth, "gains"), "stack");
	double parts = fmax(number(stack, "first"), number(stack, "second")), best = fmax(0, fmax(parts, number(stack, "gain")));
	group->without += !choice->proposed;
	group->worse += choice->proposed && choice->stack < parts;
	policy_take(group, POLICY_ADVICE, best, stack_followed(then));
	policy_take(group, POLICY_WORD, best, stack_followed(choice));
	policy_take(group, POLICY_PARTS, best, choice->any ? choice->gain : 0);
	policy_take(group, POLICY_BASE, best, 0);
	policy_take(group, POLICY_IDEAL, best, number(truth, "ideal"));
}

static void design_take(const json_t *truth, const struct choice *first, const struct choice *choice)
{
	const char *design = word(truth, "design");
	if (strcmp(design, "planted") == 0) {
		judged.planted++;
		judged.planted_found += choice->any;
		judged.planted_right += choice->any && choice->gain >= best_gain(truth) - .01;
	} else if (strcmp(design, "null") == 0) {
		judged.null++;
		judged.null_wrong += choice->any && choice->gain < .02;
	} else if (strcmp(design, "tiny") == 0) {
		judged.tiny++;
		judged.tiny_wrong += choice->any && choice->gain < .02;
	} else if (strcmp(design, "idle") == 0) {
		judged.idle++;
		judged.idle_wrong += first->any || first->proposed;
	} else if (stacks(group_of(design)))
		stack_take(group_of(design), truth, first, choice);
	else {
		struct group *group = group_of(design);
		double best = best_gain(truth);
		policy_take(group, POLICY_ADVICE, best, choice->any ? choice->gain : 0);
		policy_take(group, POLICY_NAIVE, best, gain_named(truth, word(truth, "naive")));
		policy_take(group, POLICY_RAG, best, gain_named(truth, "rag"));
		policy_take(group, POLICY_COT, best, gain_named(truth, "cot"));
		policy_take(group, POLICY_BASE, best, 0);
		policy_take(group, POLICY_IDEAL, best, number(truth, "ideal"));
	}
}

/* The true gain of a line; of the parts of a stack the truth is a plain number. */
static double gain_of(const json_t *truth, const json_t *line)
{
	const json_t *entry = truth_of(truth, word(line, "lever"), word(line, "evidence"));
	return json_is_number(entry) ? json_number_value(entry) : entry ? number(entry, "gain") : 0;
}

static void line_take(struct group *group, const json_t *truth, const json_t *line, struct choice *choice)
{
	const char *type = word(line, "type");
	bool recommended = json_is_true(json_object_get(line, "recommended"));
	if (strcmp(type, "attribution") == 0 && group == &groups[IN_MIXED])
		attribution_take(truth, line);
	if (strcmp(type, "candidate") != 0)
		return;
	if (group)
		candidate_take(group, truth, line);
	bool measured = json_is_true(json_object_get(line, "measured")), first = number(line, "rank") == 1;
	if (recommended && strcmp(word(line, "lever"), "stack") == 0) {
		choice->proposed |= !measured || first;
		choice->stack = gain_of(truth, line);
	} else if (recommended && first) {
		choice->any = true;
		choice->gain = gain_of(truth, line);
	}
}

/* Every line of an advice; false: there is no such file. */
static bool lines_take(const char *folder, const char *name, struct group *group, const json_t *truth, struct choice *choice)
{
	char path[4096], *line = NULL;
	size_t size = 0;
	json_error_t error;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	while (getline(&line, &size, file) > 0) {
		json_t *value = json_loads(line, 0, &error);
		if (!value) {
			fprintf(stderr, "%s: a line is not JSON: %s", path, line);
			exit(2);
		}
		line_take(group, truth, value, choice);
		json_decref(value);
	}
	free(line);
	fclose(file);
	return true;
}

static void world_take(const char *folder)
{
	char path[4096];
	json_error_t error;
	snprintf(path, sizeof path, "%s/truth.json", folder);
	json_t *truth = json_load_file(path, 0, &error);
	struct group *group = truth ? group_of(word(truth, "design")) : NULL;
	struct choice choice = {0}, then = {0};
	if (!truth || !lines_take(folder, "next.jsonl", group, truth, &choice)) {
		fprintf(stderr, "%s: no truth.json or next.jsonl\n", folder);
		exit(2);
	}
	if (group)
		group->worlds++;
	/* the experiments that it named were made: what it says then is what is followed */
	bool more = lines_take(folder, "then.jsonl", NULL, truth, &then);
	if (group)
		group->more += more;
	if (more && group && !stacks(group))
		policy_take(group, POLICY_WORD, best_gain(truth), choice.any ? choice.gain : 0);
	design_take(truth, &choice, more ? &then : &choice);
	json_decref(truth);
	judged.worlds++;
}

/* ---- the table ---- */
static bool missed;
static void row(const char *what, double value, const char *sign, double limit)
{
	bool holds = !isnan(value) && (*sign == '<' ? value <= limit : value >= limit);
	printf("  %-62s %8.3f   %s= %-7.3g %s\n", what, value, sign, limit, holds ? "ok" : "MISSED");
	missed |= !holds;
}

/* A number without a limit: what a design cannot hold, for the question is put with less known than the answer needs. */
static void shown(const char *what, double value)
{
	printf("  %-62s %8.3f\n", what, value);
}

static double macro_f1(void)
{
	double sum = 0;
	int count = 0;
	for (int i = 0; i < judged.code_count; i++) {
		const struct attributed *code = &judged.codes[i];
		if (!code->planted)
			continue;
		double f1 = 2.0 * (double)code->hits / (double)(code->given + code->planted);
		printf("  %-6s planted %5ld  named %5ld  right %5ld  F1 %.3f\n", code->code, code->planted, code->given, code->hits, f1);
		sum += f1;
		count++;
	}
	return count ? sum / count : NAN;
}

static void predictions_row(const struct group *group, int only)
{
	const char *of = stacks(group) ? "stacks" : only ? "recommended levers" : "all levers";
	double error = 0, floor = 0, covered = 0, bias = 0, n = 0;
	char what[100];
	for (size_t i = 0; i < group->prediction_count; i++) {
		const struct prediction *prediction = &group->predictions[i];
		if (only && !prediction->recommended)
			continue;
		error += fabs(prediction->gain - prediction->truth);
		bias += prediction->gain - prediction->truth;
		floor += fabs(prediction->direct);
		covered += prediction->low <= prediction->truth && prediction->truth <= prediction->high;
		n++;
	}
	printf("  %s: %.0f predictions, mean absolute error %.4f, floor %.4f, bias %+.4f\n", of, n, error / n, floor / n, bias / n);
	snprintf(what, sizeof what, "error / floor, %s", of);
	if (group == &groups[IN_STACK]) /* what no outcome of the parts tells: the interval has to allow for it */
		shown(what, error / floor);
	else
		row(what, error / floor, "<", 1.2);
	snprintf(what, sizeof what, "95 %% intervals that cover, %s", of);
	row(what, covered / n, ">", .92);
	if (group == &groups[IN_MIXED] || group == &groups[IN_STACK]) /* others allow for what is not planted, or not seen, there */
		row(what, covered / n, "<", .98);
}

static void policies_print(const struct group *group)
{
	double n = (double)group->worlds, followed = group->policies[POLICY_ADVICE].regret;
	bool two = stacks(group);
	printf("  regret over %ld worlds, against the best lever of each\n", group->worlds);
	for (int i = 0; i < POLICY_COUNT; i++)
		if (i == POLICY_ADVICE || i == POLICY_BASE || i == POLICY_IDEAL || (i == POLICY_WORD ? group->more > 0 : (i == POLICY_PARTS) == two))
			printf("    %-16s mean %6.2f points, worst %5.1f, harm %4.1f %%\n", policy_names[i],
				100 * group->policies[i].regret / n, 100 * group->policies[i].worst,
				100 * (double)group->policies[i].harm / n);
	row("regret of the advice, points", 100 * followed / n, "<", 1);
	shown("regret of an ideal decision from the same answers, points", 100 * group->policies[POLICY_IDEAL].regret / n);
	for (int i = two ? POLICY_PARTS : POLICY_NAIVE; i <= (two ? POLICY_PARTS : POLICY_COT); i++) {
		char what[100];
		snprintf(what, sizeof what, "regret of the advice / of %s", policy_names[i]);
		row(what, followed / group->policies[i].regret, "<", 1);
	}
	row("harm: worlds made worse by following it, share", (double)group->policies[POLICY_ADVICE].harm / n, "<", .02);
}

static void group_print(const struct group *group)
{
	if (!group->worlds)
		return;
	printf("%s: %ld worlds; the sampling floor is what measuring the lever itself would miss by\n", group->head, group->worlds);
	if (stacks(group))
		printf("  none proposed in %ld worlds; the proposed one is worse than its better part in %ld\n", group->without,
			group->worse);
	if (group->more)
		printf("  followed: the experiments that confirm it were made, and it was asked again\n");
	for (int only = 0; only < (stacks(group) ? 1 : 2); only++)
		predictions_row(group, only);
	policies_print(group);
}

int main(int count, char **words)
{
	char folder[4000];
	for (int i = 0; i < IN_COUNT; i++)
		groups[i].predictions = calloc(PREDICTIONS_MAX, sizeof *groups[i].predictions);
	while (fgets(folder, sizeof folder, stdin)) {
		folder[strcspn(folder, "\n")] = 0;
		world_take(folder);
	}
	printf("attribution: %ld failing cases of %ld worlds, %ld with a planted cause left unexplained\n", judged.failing,
		groups[IN_MIXED].worlds, judged.unexplained);
	row("macro-F1 of the failure modes", macro_f1(), ">", .85);
	printf("planted: %ld worlds, something recommended in %ld\n", judged.planted, judged.planted_found);
	row("a gain of 15 points at n = 100 is found, share", (double)judged.planted_right / (double)judged.planted, ">", .8);
	printf("noise only: %ld worlds of 100 cases, %ld of 17\n", judged.null, judged.tiny);
	row("recommended though nothing helps, n = 100", (double)judged.null_wrong / (double)judged.null, "<", .05);
	row("recommended though nothing helps, n = 17", (double)judged.tiny_wrong / (double)judged.tiny, "<", .05);
	row("two measured levers that do nothing: one or both recommended", (double)judged.idle_wrong / (double)judged.idle, "<", .05);
	for (int i = 0; i < IN_COUNT; i++) {
		group_print(&groups[i]);
		free(groups[i].predictions);
	}
	return missed;
}
