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
enum { POLICY_ADVICE, POLICY_NAIVE, POLICY_RAG, POLICY_COT, POLICY_BASE, POLICY_COUNT };

static struct judged {
	long worlds, mixed, planted, planted_found, planted_right, null, null_wrong, tiny, tiny_wrong, failing, unexplained;
	struct prediction *predictions;
	size_t prediction_count;
	struct attributed codes[CODES_MAX];
	int code_count;
	struct policy policies[POLICY_COUNT];
} judged = {.policies = {{.name = "the advice"}, {.name = "naive argmax"}, {.name = "always rag"}, {.name = "always cot"},
		    {.name = "always the base"}}};

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

static void candidate_take(const json_t *truth, const json_t *line)
{
	const json_t *entry = truth_of(truth, word(line, "lever"), word(line, "evidence"));
	struct prediction prediction = {number(line, "gain"), number(line, "low"), number(line, "high"), number(entry, "gain"),
		number(entry, "direct"), json_is_true(json_object_get(line, "recommended"))};
	if (!isnan(prediction.gain) && !isnan(prediction.truth) && judged.prediction_count < PREDICTIONS_MAX)
		judged.predictions[judged.prediction_count++] = prediction;
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

static void policy_take(int policy, double best, double gain)
{
	struct policy *into = &judged.policies[policy];
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

/* What was recommended first, in the words of the truth; "" for nothing. */
struct choice {
	char lever[32];
	double gain;
	bool any;
};

static void design_take(const json_t *truth, const struct choice *choice)
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
	} else {
		double best = best_gain(truth);
		judged.mixed++;
		policy_take(POLICY_ADVICE, best, choice->any ? choice->gain : 0);
		policy_take(POLICY_NAIVE, best, gain_named(truth, word(truth, "naive")));
		policy_take(POLICY_RAG, best, gain_named(truth, "rag"));
		policy_take(POLICY_COT, best, gain_named(truth, "cot"));
		policy_take(POLICY_BASE, best, 0);
	}
}

static void line_take(const json_t *truth, const json_t *line, bool mixed, struct choice *choice)
{
	const char *type = word(line, "type");
	if (strcmp(type, "attribution") == 0 && mixed)
		attribution_take(truth, line);
	if (strcmp(type, "candidate") != 0)
		return;
	if (mixed)
		candidate_take(truth, line);
	if (number(line, "rank") == 1 && json_is_true(json_object_get(line, "recommended"))) {
		const json_t *entry = truth_of(truth, word(line, "lever"), word(line, "evidence"));
		choice->any = true;
		choice->gain = entry ? number(entry, "gain") : 0;
		snprintf(choice->lever, sizeof choice->lever, "%s", word(line, "lever"));
	}
}

static void world_take(const char *folder)
{
	char path[4096];
	json_error_t error;
	snprintf(path, sizeof path, "%s/truth.json", folder);
	json_t *truth = json_load_file(path, 0, &error);
	snprintf(path, sizeof path, "%s/next.jsonl", folder);
	FILE *file = fopen(path, "r");
	if (!truth || !file) {
		fprintf(stderr, "%s: no truth.json or next.jsonl\n", folder);
		exit(2);
	}
	bool mixed = strcmp(word(truth, "design"), "mixed") == 0;
	struct choice choice = {.lever = ""};
	char *line = NULL;
	size_t size = 0;
	while (getline(&line, &size, file) > 0) {
		json_t *value = json_loads(line, 0, &error);
		if (!value) {
			fprintf(stderr, "%s: a line is not JSON: %s", path, line);
			exit(2);
		}
		line_take(truth, value, mixed, &choice);
		json_decref(value);
	}
	free(line);
	fclose(file);
	design_take(truth, &choice);
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

static void predictions_print(void)
{
	double error[2] = {0}, floor[2] = {0}, covered[2] = {0};
	long count[2] = {0};
	for (size_t i = 0; i < judged.prediction_count; i++) {
		const struct prediction *prediction = &judged.predictions[i];
		for (int only = 0; only <= prediction->recommended; only++) {
			error[only] += fabs(prediction->gain - prediction->truth);
			floor[only] += fabs(prediction->direct);
			covered[only] += prediction->low <= prediction->truth && prediction->truth <= prediction->high;
			count[only]++;
		}
	}
	printf("predicted gain: %ld predictions, %ld of them recommended; the sampling floor is what measuring the lever itself would miss by\n",
		count[0], count[1]);
	for (int only = 0; only < 2; only++) {
		const char *of = only ? "recommended levers" : "all levers";
		char what[100];
		double n = (double)count[only];
		printf("  %s: mean absolute error %.4f, floor %.4f\n", of, error[only] / n, floor[only] / n);
		snprintf(what, sizeof what, "error / floor, %s", of);
		row(what, error[only] / floor[only], "<", 1.2);
		snprintf(what, sizeof what, "95 %% intervals that cover, %s", of);
		row(what, covered[only] / n, ">", .92);
		row(what, covered[only] / n, "<", .98);
	}
}

static void policies_print(void)
{
	printf("regret over %ld worlds, against the best lever of each\n", judged.mixed);
	double n = (double)judged.mixed;
	for (int i = 0; i < POLICY_COUNT; i++)
		printf("  %-16s mean %6.2f points, worst %5.1f, harm %4.1f %%\n", judged.policies[i].name, 100 * judged.policies[i].regret / n,
			100 * judged.policies[i].worst, 100 * (double)judged.policies[i].harm / n);
	row("regret of the advice, points", 100 * judged.policies[POLICY_ADVICE].regret / n, "<", 1);
	for (int i = POLICY_NAIVE; i <= POLICY_COT; i++) {
		char what[100];
		snprintf(what, sizeof what, "regret of the advice / of %s", judged.policies[i].name);
		row(what, judged.policies[POLICY_ADVICE].regret / judged.policies[i].regret, "<", 1);
	}
	row("harm: worlds made worse by following it, share", (double)judged.policies[POLICY_ADVICE].harm / n, "<", .02);
}

int main(int count, char **words)
{
	char folder[4000];
	judged.predictions = calloc(PREDICTIONS_MAX, sizeof *judged.predictions);
	while (fgets(folder, sizeof folder, stdin)) {
		folder[strcspn(folder, "\n")] = 0;
		world_take(folder);
	}
	printf("attribution: %ld failing cases of %ld worlds, %ld with a planted cause left unexplained\n", judged.failing, judged.mixed,
		judged.unexplained);
	row("macro-F1 of the failure modes", macro_f1(), ">", .85);
	predictions_print();
	printf("planted: %ld worlds, something recommended in %ld\n", judged.planted, judged.planted_found);
	row("a gain of 15 points at n = 100 is found, share", (double)judged.planted_right / (double)judged.planted, ">", .8);
	printf("noise only: %ld worlds of 100 cases, %ld of 17\n", judged.null, judged.tiny);
	row("recommended though nothing helps, n = 100", (double)judged.null_wrong / (double)judged.null, "<", .05);
	row("recommended though nothing helps, n = 17", (double)judged.tiny_wrong / (double)judged.tiny, "<", .05);
	policies_print();
	free(judged.predictions);
	return missed;
}
