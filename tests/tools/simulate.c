/* Plants causes of failure and answers as a model would, arm by arm: `simulate PARAMETERS DESIGN SEED FOLDER` writes a project of
 * recorded outputs (lever.yaml, cases, documents, arms) and truth.json beside it: the cause of every case and the true gain of every
 * lever over the population that the cases were drawn from. It shares no header and no table with lever: what it knows stands in the
 * parameters file. simulate_world.h draws the world; this file writes it down. */
#include "tests/tools/simulate_world.h"
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

static void write_arm(struct world *world, const char *folder, enum arm arm, int copy)
{
	char name[64], answer[256];
	snprintf(name, sizeof name, "arms/%s%.0d.jsonl", arm_names[arm].file, copy);
	FILE *file = folder_open(folder, name);
	for (int i = 0; i < world->count; i++) {
		world->right[arm][i] = item_answer(world, i, arm, answer, sizeof answer);
		fprintf(file, "{\"id\":\"c%03d\",\"output\":\"%s\"", i, answer);
		write_passages(file, world, i, arm);
		fprintf(file, "}\n");
	}
	fclose(file);
}

static bool arm_exists(const struct world *world, enum arm arm)
{
	return arm != ARM_CLOSED || world->rag;
}

/* Base and placebo are samples too. */
static int arm_copies(const struct world *world, enum arm arm)
{
	return arm == ARM_REPEATS ? (int)world->parameters->samples - 2 : 1;
}

static void write_project(const struct world *world, const char *folder)
{
	FILE *file = folder_open(folder, "lever.yaml");
	fprintf(file, "name: simulated\nmodels:\n");
	for (enum arm arm = 0; arm < ARM_COUNT; arm++)
		for (int copy = 0; arm_exists(world, arm) && copy < arm_copies(world, arm); copy++)
			fprintf(file, "  %s%.0d: {api: recorded, file: arms/%s%.0d.jsonl}\n", arm_names[arm].file, copy, arm_names[arm].file,
				copy);
	fprintf(file, "cases: cases.jsonl\ncorpus:\n  documents: {path: docs/}\nvariants:\n");
	for (enum arm arm = 0; arm < ARM_COUNT; arm++)
		if (arm == ARM_BASE)
			fprintf(file, "  base: {lever: %s, model: base}\n", world->rag ? "rag" : "prompt");
		else
			for (int copy = 0; arm_exists(world, arm) && copy < arm_copies(world, arm); copy++)
				fprintf(file, "  %s%.0d: {probe: %s, parent: base, model: %s%.0d}\n", arm_names[arm].file, copy,
					arm_names[arm].probe, arm_names[arm].file, copy);
	fprintf(file, "scorers:\n  - exact: \"{{ expected }}\"\n");
	fclose(file);
}

/* One experiment of the same size that measures the lever directly, on fresh cases: how far it lands from the truth is the sampling
 * floor of any prediction. */
static double direct_error(struct world *world, enum lever lever)
{
	double sum = 0;
	for (int i = 0; i < world->count; i++) {
		const struct cause *cause = draw_cause(world);
		sum += (draw(world) < lever_rate(world, cause, lever)) - (draw(world) < arm_rate(world, cause, ARM_BASE));
	}
	return sum / world->count - lever_gain(world, lever);
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

static void write_truth(struct world *world, const char *folder)
{
	FILE *file = folder_open(folder, "truth.json");
	fprintf(file, "{\"design\":\"%s\",\"rag\":%s,\"naive\":\"%s\",\"planted\":\"%s\",\"cases\":{", world->design->name,
		world->rag ? "true" : "false", naive_choice(world), world->planted);
	for (int i = 0; i < world->count; i++)
		fprintf(file, "%s\"c%03d\":{\"cause\":\"%s\",\"code\":\"%s\",\"right\":%s}", i ? "," : "", i, world->items[i].cause->name,
			world->items[i].cause->code, world->right[ARM_BASE][i] ? "true" : "false");
	fprintf(file, "},\"gains\":{");
	for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
		fprintf(file, "%s\"%s\":{\"gain\":%.6f,\"direct\":%.6f}", lever ? "," : "", lever_name(world, lever), lever_gain(world, lever),
			direct_error(world, lever));
	fprintf(file, "}}\n");
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
	parameters_read(words[1], &parameters);
	world_draw(&world, &parameters, words[2], strtoull(words[3], NULL, 10));
	mkdir(words[4], 0700);
	folder_make(words[4], "arms");
	folder_make(words[4], "docs");
	write_cases(&world, words[4]);
	write_documents(&world, words[4]);
	for (enum arm arm = 0; arm < ARM_COUNT; arm++)
		if (arm_exists(&world, arm))
			for (int copy = 0; copy < arm_copies(&world, arm); copy++)
				write_arm(&world, words[4], arm, copy);
	write_project(&world, words[4]);
	write_truth(&world, words[4]);
	return 0;
}
