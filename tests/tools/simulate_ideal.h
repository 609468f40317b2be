/* What a decision that knows the whole table of simulate.c would choose from the answers that lever sees: the floor that no rule can beat.
 * Unknown to it are the shares of the causes alone, which it draws from their posterior (Metropolis, one share at a time). */
#ifndef SIMULATE_IDEAL_H
#define SIMULATE_IDEAL_H

#include "tests/tools/simulate_answer.h"

enum { SWEEPS = 400, SWEEPS_FIRST = 100, KINDS = CAUSES_MAX + 1, PAIR = CAUSES_MAX };

/* How likely each answer seen so far is by the cause of its case (PAIR: both causes of the pair). */
struct seen {
	double likelihood[ITEMS_MAX][KINDS];
};

static void seen_begin(struct seen *seen)
{
	for (int i = 0; i < ITEMS_MAX; i++)
		for (int kind = 0; kind < KINDS; kind++)
			seen->likelihood[i][kind] = 1;
}

/* A wrong answer of this cause: is it the right one in a form that is not accepted, the neighbour's, none, or any other? */
static double wrong_chance(const struct world *world, const struct item *item, const struct cause *cause, enum arm arm, const char *answer)
{
	const char *name = cause->name;
	bool wrapped = strstr(answer, item->truth) != NULL, other = strcmp(answer, item->other) == 0, none = answer[0] == 'I';
	if (strcmp(name, "format") == 0)
		return wrapped ? world->parameters->within_form : other || none ? 0 : 1 - world->parameters->within_form;
	if (strcmp(name, "nothing") == 0 && arm == ARM_COT)
		return wrapped ? .5 : other || none ? 0 : .5;
	if (strcmp(name, "convention") == 0 || strcmp(name, "drift") == 0)
		return other;
	if (strcmp(name, "knowledge") == 0 || strcmp(name, "miss") == 0)
		return none ? world->parameters->refused : wrapped || other ? 0 : 1 - world->parameters->refused;
	return !wrapped && !other && !none;
}

static double answer_chance(const struct world *world, const struct item *item, int kind, enum arm arm, const char *answer)
{
	const struct parameters *parameters = world->parameters;
	const struct cause *cause = kind == PAIR ? world->pair[0] : &parameters->causes[kind], *second = kind == PAIR ? world->pair[1] : NULL;
	bool right = strcmp(answer, item->truth) == 0, label = !second && strcmp(cause->name, "label") == 0;
	bool mislabelled = strcmp(item->truth, item->gold) != 0;
	if (label != mislabelled && right)
		return 0;
	if (label)
		cause = cause_named(parameters, "nothing");
	double first = answer_rate(world, item, cause, arm), then = second ? answer_rate(world, item, second, arm) : first;
	if (right)
		return fmin(first, then);
	double wrong = wrong_chance(world, item, cause, arm, answer);
	if (second && strcmp(cause->name, "format") == 0)
		wrong = then * wrong + (1 - then) * wrong_chance(world, item, second, arm, answer);
	return (1 - first) * wrong +
	       (second ? fmax(0, first - then) * wrong_chance(world, item, second, arm, answer) : 0);
}

static void seen_take(struct seen *seen, const struct world *world, int i, enum arm arm, const char *answer)
{
	for (int kind = 0; kind < KINDS; kind++)
		if (kind < world->parameters->cause_count || (kind == PAIR && world->pair[0]))
			seen->likelihood[i][kind] *= answer_chance(world, &world->items[i], kind, arm, answer);
}

/* ---- the shares of the causes ---- */
struct guess {
	double ill, part, pair, mass[CAUSES_MAX]; /* mass: logarithm of a gamma draw */
};

static void guess_shares(struct world *world, const struct guess *guess)
{
	const struct parameters *parameters = world->parameters;
	const struct design *design = world->design;
	double sum = 0, left = 1, mixed = design->stack > 0 ? MINOR * guess->ill : guess->ill;
	world->pair_share = design->pair_to > 0 ? guess->pair : 0;
	for (int i = 0; i < parameters->cause_count; i++)
		sum += cause_may(world, &parameters->causes[i]) ? exp(guess->mass[i]) : 0;
	for (int i = 0; i < parameters->cause_count; i++) {
		const struct cause *cause = &parameters->causes[i];
		world->shares[i] = cause_may(world, cause) ? mixed * exp(guess->mass[i]) / sum : 0;
		if (design->stack > 0 && cause == world->pair[0])
			world->shares[i] += (1 - MINOR) * guess->part * guess->ill;
		if (design->stack > 0 && cause == world->pair[1])
			world->shares[i] += (1 - MINOR) * (1 - guess->part) * guess->ill;
		if (strcmp(cause->name, "label") == 0)
			world->shares[i] = design->label;
		left -= world->shares[i];
	}
	world->shares[cause_named(parameters, "nothing") - parameters->causes] += left - world->pair_share;
}

static double guess_weight(struct world *world, const struct seen *seen, const struct guess *guess)
{
	const struct design *design = world->design;
	double sum = 0;
	if (guess->ill < design->from || guess->ill > design->to || guess->part < .35 || guess->part > .65 || guess->pair < design->pair_from ||
		guess->pair > design->pair_to)
		return -INFINITY;
	guess_shares(world, guess);
	for (int i = 0; i < world->parameters->cause_count; i++)
		sum += design->concentration * guess->mass[i] - exp(guess->mass[i]);
	for (int i = 0; i < world->count; i++) {
		double chance = world->pair_share > 0 ? world->pair_share * seen->likelihood[i][PAIR] : 0;
		for (int kind = 0; kind < world->parameters->cause_count; kind++)
			chance += world->shares[kind] * seen->likelihood[i][kind];
		sum += log(chance);
	}
	return sum;
}

/* One number of the guess at a time is moved, and stays moved where it is as likely. */
static void guess_move(struct world *world, const struct seen *seen, struct guess *guess, double *weight, double *number, double step)
{
	double before = *number;
	*number += step * (2 * draw(world) - 1);
	double then = guess_weight(world, seen, guess);
	if (log(draw(world) + 1e-300) < then - *weight)
		*weight = then;
	else
		*number = before;
}

/* ---- the choice ---- */
static double recall_guess(const struct world *world)
{
	double sum = 0, all = 0, from = world->parameters->recall_from, to = world->parameters->recall_to;
	int found = 0;
	for (int i = 0; i < world->count; i++)
		found += world->items[i].found;
	for (int step = 0; step <= 20; step++) {
		double recall = from + (to - from) * step / 20, chance = exp(found * log(recall / .8) + (world->count - found) * log((1 - recall) / .2));
		all += chance;
		sum += chance * recall;
	}
	return sum / all;
}

/* The gains expected of each lever, and of the two of a stack together (at LEVER_COUNT). */
static void gains_expect(struct world *world, const struct seen *seen, double gains[LEVER_COUNT + 1])
{
	const struct design *design = world->design;
	struct guess guess = {(design->from + design->to) / 2, .5, (design->pair_from + design->pair_to) / 2, {0}};
	double weight = guess_weight(world, seen, &guess);
	for (int sweep = 0; sweep < SWEEPS + SWEEPS_FIRST; sweep++) {
		guess_move(world, seen, &guess, &weight, &guess.ill, .08);
		guess_move(world, seen, &guess, &weight, &guess.part, .08);
		guess_move(world, seen, &guess, &weight, &guess.pair, .05);
		for (int i = 0; i < world->parameters->cause_count; i++)
			guess_move(world, seen, &guess, &weight, &guess.mass[i], sweep % 2 ? .8 : 4);
		guess_shares(world, &guess);
		for (enum lever lever = 0; sweep >= SWEEPS_FIRST && lever < LEVER_COUNT; lever++)
			gains[lever] += lever_gain(world, lever) / SWEEPS;
		if (sweep >= SWEEPS_FIRST && design->stack > 0)
			gains[LEVER_COUNT] += stack_gain(world) / SWEEPS;
	}
}

/* True gain of what the ideal decision takes. */
static double ideal_gain(const struct world *world, const struct seen *seen)
{
	static struct world thought;
	double gains[LEVER_COUNT + 1] = {0}, best = 0, ret = 0;
	bool stack = world->design->stack > 0;
	thought = *world;
	thought.recall = recall_guess(world);
	thought.undone = (world->design->undone_from + world->design->undone_to) / 2;
	if (!(world->design->levers > 0) || world->design->gain > 0)
		return NAN;
	gains_expect(&thought, seen, gains);
	for (enum lever lever = 0; lever <= LEVER_COUNT; lever++) {
		bool measured = stack ? lever == LEVER_COUNT || lever == world->levers[0] || lever == world->levers[1]
				      : lever < LEVER_COUNT && lever != LEVER_TUNED;
		if (!measured || gains[lever] <= best)
			continue;
		best = gains[lever];
		ret = lever == LEVER_COUNT ? stack_gain(world) : lever_gain(world, lever);
	}
	return ret;
}

#endif
