/* The world of simulate.c: parameters, causes, cases, and what each way of answering answers. Source of the idea: science.md 7.5. */
#ifndef SIMULATE_WORLD_H
#define SIMULATE_WORLD_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 12, CAUSES_MAX = 16, DESIGNS_MAX = 16, ITEMS_MAX = 1000 };
enum column { C_BASE, C_CLOSED, C_ORACLE, C_NOISY, C_IRRELEVANT, C_STATIC, C_NEAREST, C_COT, C_REASONING, C_BIGGER, C_TUNED, C_SCHEMA };
enum arm {
	ARM_BASE,
	ARM_PLACEBO,
	ARM_CLOSED,
	ARM_ORACLE,
	ARM_NOISY,
	ARM_IRRELEVANT,
	ARM_STATIC,
	ARM_NEAREST,
	ARM_COT,
	ARM_REASONING,
	ARM_BIGGER,
	ARM_REPEATS,
	ARM_FIRST, /* two levers, each measured as a variant: of designs that plant a stack */
	ARM_SECOND,
	ARM_BOTH, /* the stack of the two */
	ARM_COUNT
};
static const struct {
	const char *file, *probe;
	enum column column;
} arm_names[ARM_COUNT] = {{"base", NULL, C_BASE}, {"again", "placebo", C_BASE}, {"closed", "no-context", C_CLOSED},
	{"oracle", "oracle-context", C_ORACLE}, {"noisy", "oracle-distractors", C_NOISY}, {"irrelevant", "irrelevant-only", C_IRRELEVANT},
	{"static", "few-shot-static", C_STATIC}, {"nearest", "few-shot-nearest", C_NEAREST}, {"steps", "cot", C_COT},
	{"thinker", "reasoning", C_REASONING}, {"larger", "bigger-model", C_BIGGER}, {"samples", "repeats", C_BASE}, {"first", NULL, C_BASE}, {"second", NULL, C_BASE},
	{"stack", NULL, C_BASE}};
enum lever {
	LEVER_CONTEXT, /* rag on a prompt, a better retriever on a rag */
	LEVER_STATIC,
	LEVER_NEAREST,
	LEVER_COT,
	LEVER_REASONING,
	LEVER_BIGGER,
	LEVER_FORMAT,
	LEVER_VOTE,
	LEVER_TUNED,
	LEVER_COUNT
};

struct cause {
	char name[32], code[8];
	bool prompt, rag;
	double rates[COLUMNS];
};
struct design {
	char name[32];
	double cases, from, to, label, concentration, gain, levers, sample, pair_from, pair_to, stack, undone_from, undone_to;
};
struct parameters {
	struct cause causes[CAUSES_MAX];
	int cause_count;
	struct design designs[DESIGNS_MAX];
	int design_count;
	double within_form, refused, cot_breaks_form, recall_from, recall_to, samples, asked_again;
};
struct item {
	const struct cause *cause, *second; /* second: it passes only where both are mended; NULL */
	bool found; /* the retriever finds its passage */
	char word[24], truth[24], gold[24], other[24];
};
struct world {
	const struct parameters *parameters;
	const struct design *design;
	uint64_t state;
	bool rag, again; /* again: the base was asked more than once */
	double recall, shares[CAUSES_MAX];
	const struct cause *pair[2]; /* of the cases that have two causes */
	double pair_share, undone;   /* undone: of what one of the two levers of a stack mends alone, so much is lost in the stack */
	enum lever levers[2];	     /* those two */
	const char *planted;
	int count;
	struct item items[ITEMS_MAX];
	bool right[ARM_COUNT][ITEMS_MAX];
};

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...)
{
	va_list list;
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	exit(2);
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static double draw(struct world *world)
{
	uint64_t z = (world->state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}
static int draw_below(struct world *world, int limit)
{
	return (int)(draw(world) * limit);
}

/* ---- parameters ---- */
static void cause_read(char *line, struct parameters *ret)
{
	struct cause *cause = &ret->causes[ret->cause_count++];
	char where[64];
	int used = 0;
	if (sscanf(line, "cause %31s %7s %63s%n", cause->name, cause->code, where, &used) != 3)
		die("a cause needs a name, a code and where: %s", line);
	cause->prompt = strstr(where, "prompt") != NULL;
	cause->rag = strstr(where, "rag") != NULL;
	char *rest = line + used;
	for (int column = 0; column < COLUMNS; column++)
		cause->rates[column] = strtod(rest, &rest);
}

static void parameters_line(char *line, struct parameters *ret)
{
	struct design *design = &ret->designs[ret->design_count];
	if (strncmp(line, "cause ", 6) == 0)
		cause_read(line, ret);
	else if (sscanf(line, "design %31s %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", design->name, &design->cases,
			 &design->from, &design->to, &design->label, &design->concentration, &design->gain, &design->levers,
			 &design->sample, &design->pair_from, &design->pair_to, &design->stack, &design->undone_from,
			 &design->undone_to) == 14)
		ret->design_count++;
	else if (sscanf(line, "within_form %lf", &ret->within_form) == 1 || sscanf(line, "refused %lf", &ret->refused) == 1 ||
		sscanf(line, "cot_breaks_form %lf", &ret->cot_breaks_form) == 1 ||
		sscanf(line, "recall %lf %lf", &ret->recall_from, &ret->recall_to) == 2 || sscanf(line, "samples %lf", &ret->samples) == 1 ||
		sscanf(line, "asked_again %lf", &ret->asked_again) == 1)
		return;
	else
		die("not a parameter: %s", line);
}

static void parameters_read(const char *path, struct parameters *ret)
{
	char line[512];
	FILE *file = fopen(path, "r");
	if (!file)
		die("cannot read %s", path);
	while (fgets(line, sizeof line, file))
		if (line[0] != '#' && line[0] != '\n')
			parameters_line(line, ret);
	fclose(file);
}

static const struct cause *cause_named(const struct parameters *parameters, const char *name)
{
	for (int i = 0; i < parameters->cause_count; i++)
		if (strcmp(parameters->causes[i].name, name) == 0)
			return &parameters->causes[i];
	die("no cause %s", name);
}

/* ---- rates and true gains ---- */
static double arm_rate(const struct world *world, const struct cause *cause, enum arm arm)
{
	if (world->design->levers == 0)
		return strcmp(cause->name, "drift") == 0 ? .5 : cause->rates[C_BASE];
	if (strcmp(cause->name, "label") == 0)
		return 0;
	double rate = cause->rates[arm_names[arm].column];
	return arm == ARM_COT ? rate * (1 - world->parameters->cot_breaks_form) : rate;
}

static double majority_rate(double rate, int samples)
{
	double sum = 0;
	for (int k = samples / 2 + 1; k <= samples; k++)
		sum += exp(lgamma(samples + 1) - lgamma(k + 1) - lgamma(samples - k + 1)) * pow(rate, k) * pow(1 - rate, samples - k);
	return sum;
}

static double lever_rate(const struct world *world, const struct cause *cause, enum lever lever)
{
	static const enum arm arms[] = {[LEVER_STATIC] = ARM_STATIC, [LEVER_NEAREST] = ARM_NEAREST, [LEVER_COT] = ARM_COT,
		[LEVER_REASONING] = ARM_REASONING, [LEVER_BIGGER] = ARM_BIGGER};
	double noisy = arm_rate(world, cause, ARM_NOISY), without = arm_rate(world, cause, ARM_IRRELEVANT);
	switch (lever) {
	case LEVER_CONTEXT: return world->rag ? noisy : world->recall * noisy + (1 - world->recall) * without;
	case LEVER_FORMAT: return world->design->levers == 0 ? arm_rate(world, cause, ARM_BASE) : cause->rates[C_SCHEMA];
	case LEVER_TUNED: return world->design->levers == 0 ? arm_rate(world, cause, ARM_BASE) : cause->rates[C_TUNED];
	case LEVER_VOTE: return majority_rate(arm_rate(world, cause, ARM_BASE), (int)world->parameters->samples);
	default: return arm_rate(world, cause, arms[lever]);
	}
}

/* A case of two causes passes where both are mended. */
static double both_rate(double first, double second)
{
	return fmin(first, second);
}

static double lever_gain(const struct world *world, enum lever lever)
{
	double sum = 0;
	for (int i = 0; i < world->parameters->cause_count; i++) {
		const struct cause *cause = &world->parameters->causes[i];
		sum += world->shares[i] * (lever_rate(world, cause, lever) - arm_rate(world, cause, ARM_BASE));
	}
	if (!(world->pair_share > 0))
		return sum;
	const struct cause *const *pair = world->pair;
	return sum + world->pair_share * (both_rate(lever_rate(world, pair[0], lever), lever_rate(world, pair[1], lever)) -
						 both_rate(arm_rate(world, pair[0], ARM_BASE), arm_rate(world, pair[1], ARM_BASE)));
}

static const char *lever_name(const struct world *world, enum lever lever)
{
	static const char *const names[] = {"rag", "few-shot-static", "few-shot-nearest", "cot", "reasoning", "model", "format", "vote",
		"fine-tune"};
	return lever == LEVER_CONTEXT && world->rag ? "retrieval" : names[lever];
}

/* ---- drawing a world ---- */
static const struct cause *draw_cause(struct world *world, const struct cause **second)
{
	double at = draw(world);
	*second = NULL;
	if (world->pair_share > 0 && (at -= world->pair_share) < 0) {
		*second = world->pair[1];
		return world->pair[0];
	}
	for (int i = 0; i < world->parameters->cause_count; i++)
		if ((at -= world->shares[i]) < 0)
			return &world->parameters->causes[i];
	return cause_named(world->parameters, "nothing");
}

/* Gamma by Marsaglia and Tsang 2000, with the boost for shapes below 1. */
static double draw_gamma(struct world *world, double shape)
{
	if (shape < 1)
		return draw_gamma(world, shape + 1) * pow(draw(world) + 1e-300, 1 / shape);
	double d = shape - 1. / 3, c = 1 / sqrt(9 * d);
	for (;;) {
		double x = sqrt(-2 * log(draw(world) + 1e-300)) * cos(2 * M_PI * draw(world)), v = 1 + c * x;
		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(draw(world) + 1e-300) < .5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static bool cause_may(const struct world *world, const struct cause *cause)
{
	bool idle = strcmp(cause->name, "drift") == 0 || strcmp(cause->name, "hopeless") == 0;
	if (strcmp(cause->name, "nothing") == 0 || strcmp(cause->name, "label") == 0 ||
		!(world->rag ? cause->rag : cause->prompt))
		return false;
	if (world->design->levers == 0)
		return idle;
	return strcmp(cause->name, "hopeless") != 0;
}

static void shares_mix(struct world *world, double ill)
{
	double sum = 0;
	for (int i = 0; i < world->parameters->cause_count; i++)
		if (cause_may(world, &world->parameters->causes[i]))
			sum += world->shares[i] = draw_gamma(world, world->design->concentration);
	for (int i = 0; i < world->parameters->cause_count; i++)
		world->shares[i] *= ill / sum;
}

/* One cause, as much of it as gives its best lever the gain that the design plants. */
static void shares_plant(struct world *world)
{
	const struct parameters *parameters = world->parameters;
	int causes[CAUSES_MAX], count = 0;
	for (int i = 0; i < parameters->cause_count; i++)
		if (cause_may(world, &parameters->causes[i]) && strcmp(parameters->causes[i].name, "drift") != 0 &&
			strcmp(parameters->causes[i].name, "distractor") != 0)
			causes[count++] = i;
	int chosen = causes[draw_below(world, count)];
	const struct cause *cause = &parameters->causes[chosen], *nothing = cause_named(parameters, "nothing");
	double best = 0, offset = 0;
	for (enum lever lever = 0; lever < LEVER_TUNED; lever++) {
		double gain = lever_rate(world, cause, lever) - arm_rate(world, cause, ARM_BASE);
		if (gain > best) {
			best = gain;
			offset = lever_rate(world, nothing, lever) - arm_rate(world, nothing, ARM_BASE);
			world->planted = lever_name(world, lever);
		}
	}
	double left = 1 - world->design->label;
	world->shares[chosen] = (world->design->gain - left * offset) / (best - offset);
}

#endif
