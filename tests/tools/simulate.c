/* Plants causes of failure and answers as a model would, arm by arm: `simulate PARAMETERS DESIGN SEED FOLDER` writes a project of
 * recorded outputs (lever.yaml, cases, documents, arms) and truth.json beside it: the cause of every case and the true gain of every
 * lever over the population that the cases were drawn from. It shares no header and no table with lever: what it knows stands in the
 * parameters file. simulate_world.h has causes and rates, simulate_stack.h two levers together, simulate_answer.h cases and answers; this file
 * writes them down. */
#include "tests/tools/simulate_ideal.h"
#include <sys/stat.h>

static FILE *folder_open(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	if (!file)
		die("cannot write %s", path);
	return file;
}

static void write_cases(const struct world *world, const char *folder)
{
	FILE *file = folder_open(folder, "cases.jsonl");
	for (int i = 0; i < world->count; i++) {
		const struct item *item = &world->items[i];
		fprintf(file, "{\"id\":\"c%03d\",\"question\":\"Which code belongs to %s?\",\"expected\":\"%s\",\"gold\":[\"d%03d.md\"]}\n", i,
			item->word, item->gold, i);
	}
	fclose(file);
}

/* A passage that the retriever can find speaks of the case by its name; one that it misses does not. */
static void write_documents(const struct world *world, const char *folder)
{
	char name[64];
	for (int i = 0; i < world->count; i++) {
		const struct item *item = &world->items[i];
		snprintf(name, sizeof name, "docs/d%03d.md", i);
		FILE *file = folder_open(folder, name);
		if (item->found)
			fprintf(file, "# %s\n\nThe entry of %s says %s.\n", item->word, item->word, item->truth);
		else
			fprintf(file, "# Entry %d\n\nHere it says %s.\n", i, item->truth);
		fclose(file);
	}
}

static void write_passages(FILE *file, const struct world *world, int i, enum arm arm)
{
	bool gold = arm == ARM_ORACLE || arm == ARM_NOISY ||
		((arm == ARM_BASE || arm == ARM_PLACEBO || arm == ARM_REPEATS) && world->rag && world->items[i].found);
	bool others = arm == ARM_NOISY || arm == ARM_IRRELEVANT || ((arm != ARM_ORACLE && arm != ARM_CLOSED) && world->rag);
	if (arm >= ARM_STATIC && world->rag && arm != ARM_REPEATS)
		gold = world->items[i].found;
	if (!gold && !others)
		return;
	const char *comma = "";
	fprintf(file, ",\"passages\":[");
	if (gold)
		fprintf(file, "\"d%03d.md\"", i), comma = ",";
	for (int k = 1; others && k <= (gold ? 3 : 4); k++, comma = ",")
		fprintf(file, "%s\"d%03d.md\"", comma, (i + 7 * k) % world->count);
	fprintf(file, "]");
}

/* A probe asks the cases that the base fails, and the first so many that it passes: they stand in no order. Nobody asks a stack before it
 * is proposed. */
static bool is_asked(const struct world *world, enum arm arm, int i)
{
	int passing = 0;
	if (arm == ARM_BOTH)
		return false;
	if (!(world->design->sample > 0) || !arm_names[arm].probe || !world->right[ARM_BASE][i])
		return true;
	for (int k = 0; k < i; k++)
		passing += world->right[ARM_BASE][k];
	return passing < world->design->sample;
}

static void write_arm(struct world *world, struct seen *seen, const char *folder, enum arm arm, int copy)
{
	char name[64], answer[256];
	snprintf(name, sizeof name, "arms/%s%.0d.jsonl", arm_names[arm].file, copy);
	FILE *asked = folder_open(folder, name), *rest = NULL;
	if (world->design->sample > 0 || arm == ARM_BOTH) {
		snprintf(name, sizeof name, "rest/%s%.0d.jsonl", arm_names[arm].file, copy);
		rest = folder_open(folder, name);
	}
	for (int i = 0; i < world->count; i++) {
		bool now = is_asked(world, arm, i), right = item_answer(world, i, arm, answer, sizeof answer);
		FILE *file = now ? asked : rest;
		if (arm != ARM_BOTH)
			seen_take(seen, world, i, arm, answer);
		world->right[arm][i] = now && right;
		fprintf(file, "{\"id\":\"c%03d\",\"output\":\"%s\"", i, answer);
		write_passages(file, world, i, arm);
		fprintf(file, "}\n");
	}
	fclose(asked);
	if (rest)
		fclose(rest);
}

static bool arm_exists(const struct world *world, enum arm arm)
{
	if (arm >= ARM_FIRST)
		return world->design->stack;
	if (world->design->stack && arm != ARM_BASE)
		return world->again && (arm == ARM_PLACEBO || arm == ARM_REPEATS);
	return arm != ARM_CLOSED || world->rag;
}

/* Base and placebo are samples too. */
static int arm_copies(const struct world *world, enum arm arm)
{
	return arm == ARM_REPEATS ? (int)world->parameters->samples - 2 : 1;
}

/* As lever.yaml calls it. */
static const char *variant_lever(const struct world *world, enum lever lever)
{
	return lever == LEVER_STATIC || lever == LEVER_NEAREST ? "few-shot" : lever_name(world, lever);
}

static void write_project(const struct world *world, const char *folder)
{
	FILE *file = folder_open(folder, "lever.yaml");
	fprintf(file, "name: simulated\nmodels:\n");
	for (enum arm arm = 0; arm < ARM_BOTH; arm++)
		for (int copy = 0; arm_exists(world, arm) && copy < arm_copies(world, arm); copy++)
			fprintf(file, "  %s%.0d: {api: recorded, file: arms/%s%.0d.jsonl}\n", arm_names[arm].file, copy, arm_names[arm].file,
				copy);
	fprintf(file, "cases: cases.jsonl\ncorpus:\n  documents: {path: docs/}\nvariants:\n");
	for (enum arm arm = 0; arm < ARM_BOTH; arm++)
		if (arm == ARM_BASE)
			fprintf(file, "  base: {lever: %s, model: base}\n", world->rag ? "rag" : "prompt");
		else if (arm >= ARM_FIRST && arm_exists(world, arm))
			fprintf(file, "  %s: {lever: %s, parent: base, model: %s}\n", arm_names[arm].file,
				variant_lever(world, world->levers[arm - ARM_FIRST]), arm_names[arm].file);
		else
			for (int copy = 0; arm_exists(world, arm) && copy < arm_copies(world, arm); copy++)
				fprintf(file, "  %s%.0d: {probe: %s, parent: base, model: %s%.0d}\n", arm_names[arm].file, copy,
					arm_names[arm].probe, arm_names[arm].file, copy);
	fprintf(file, "scorers:\n  - exact: \"{{ expected }}\"\n");
	fclose(file);
}

/* One experiment of the same size that measures the lever (LEVER_COUNT: both levers of the stack together) directly, on fresh cases, of which
 * as many are asked as in the design: how far it lands from the truth is the sampling floor of any prediction. */
static double direct_error(struct world *world, enum lever lever)
{
	double sums[2] = {0}; /* of the base's failing cases, and of its passing ones */
	int asked[2] = {0}, cases[2] = {0};
	for (int i = 0; i < world->count; i++) {
		const struct cause *second, *cause = draw_cause(world, &second);
		bool found = world->rag || draw(world) < world->recall;
		double before = arm_rate(world, cause, ARM_BASE), after = lever == LEVER_COUNT ? stack_rate(world, cause, second, found)
											      : lever_rate(world, cause, lever);
		if (second) {
			before = both_rate(before, arm_rate(world, second, ARM_BASE));
			after = lever == LEVER_COUNT ? after : both_rate(after, lever_rate(world, second, lever));
		}
		bool passes = draw(world) < before, passed = draw(world) < after;
		cases[passes]++;
		if (passes && world->design->sample > 0 && asked[1] >= world->design->sample)
			continue;
		asked[passes]++;
		sums[passes] += passed - passes;
	}
	double total = 0;
	for (int passes = 0; passes < 2; passes++)
		total += asked[passes] ? sums[passes] * cases[passes] / asked[passes] : 0;
	return total / world->count - (lever == LEVER_COUNT ? stack_gain(world) : lever_gain(world, lever));
}

/* What a reader of plain pass rates would take: the arm that passed most often, if any passed more often than the base. */
static const char *naive_choice(const struct world *world)
{
	static const struct {
		enum arm arm;
		enum lever lever;
	} reads[] = {{ARM_ORACLE, LEVER_CONTEXT}, {ARM_STATIC, LEVER_STATIC}, {ARM_NEAREST, LEVER_NEAREST}, {ARM_COT, LEVER_COT},
		{ARM_REASONING, LEVER_REASONING}, {ARM_BIGGER, LEVER_BIGGER}};
	const char *best = "none";
	int most = 0;
	for (int i = 0; i < world->count; i++)
		most += world->right[ARM_BASE][i];
	for (size_t r = 0; r < sizeof reads / sizeof *reads; r++) {
		int count = 0;
		for (int i = 0; i < world->count; i++)
			count += world->right[reads[r].arm][i];
		if (count > most) {
			most = count;
			best = lever_name(world, reads[r].lever);
		}
	}
	return best;
}

static void write_truth(struct world *world, const struct seen *seen, const char *folder)
{
	FILE *file = folder_open(folder, "truth.json");
	fprintf(file, "{\"design\":\"%s\",\"rag\":%s,\"naive\":\"%s\",\"planted\":\"%s\",\"cases\":{", world->design->name,
		world->rag ? "true" : "false", naive_choice(world), world->planted);
	for (int i = 0; i < world->count; i++)
		fprintf(file, "%s\"c%03d\":{\"cause\":\"%s%s%s\",\"code\":\"%s\",\"right\":%s}", i ? "," : "", i, world->items[i].cause->name,
			world->items[i].second ? "+" : "", world->items[i].second ? world->items[i].second->name : "",
			world->items[i].second ? "-" : world->items[i].cause->code, world->right[ARM_BASE][i] ? "true" : "false");
	fprintf(file, "},\"gains\":{");
	for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
		fprintf(file, "%s\"%s\":{\"gain\":%.6f,\"direct\":%.6f}", lever ? "," : "", lever_name(world, lever), lever_gain(world, lever),
			direct_error(world, lever));
	if (world->design->stack)
		fprintf(file, ",\"stack\":{\"gain\":%.6f,\"direct\":%.6f,\"first\":%.6f,\"second\":%.6f}", stack_gain(world),
			direct_error(world, LEVER_COUNT), lever_gain(world, world->levers[0]), lever_gain(world, world->levers[1]));
	double ideal = ideal_gain(world, seen);
	fprintf(file, isnan(ideal) ? "}}\n" : "},\"ideal\":%.6f}\n", ideal);
	fclose(file);
}

static void folder_make(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	mkdir(path, 0700);
}

int main(int count, char **words)
{
	if (count != 5)
		die("usage: simulate PARAMETERS DESIGN SEED FOLDER");
	static struct parameters parameters;
	static struct world world;
	static struct seen seen;
	parameters_read(words[1], &parameters);
	world_draw(&world, &parameters, words[2], strtoull(words[3], NULL, 10));
	seen_begin(&seen);
	mkdir(words[4], 0700);
	folder_make(words[4], "arms");
	folder_make(words[4], "rest");
	folder_make(words[4], "docs");
	write_cases(&world, words[4]);
	write_documents(&world, words[4]);
	for (enum arm arm = 0; arm < ARM_COUNT; arm++)
		if (arm_exists(&world, arm))
			for (int copy = 0; copy < arm_copies(&world, arm); copy++)
				write_arm(&world, &seen, words[4], arm, copy);
	write_project(&world, words[4]);
	write_truth(&world, &seen, words[4]);
	return 0;
}
