/* Cases with two causes, and two levers that are measured apart and then pulled together: the part of the world of simulate.c in which a stack
 * is not the sum of its parts. */
#ifndef SIMULATE_STACK_H
#define SIMULATE_STACK_H

#include "tests/tools/simulate_world.h"

#define MENDS .6 /* a lever that answers so many cases of a cause right mends it */
#define MINOR .15 /* of the ill cases: those whose cause neither lever is for */

/* ---- what two levers answer ---- */
static double lever_item_rate(const struct world *world, const struct cause *cause, enum lever lever, bool found)
{
	if (lever == LEVER_CONTEXT && !world->rag)
		return arm_rate(world, cause, found ? ARM_NOISY : ARM_IRRELEVANT);
	return lever_rate(world, cause, lever);
}

/* Both together on one cause: the better of the two; what either spoils of the cases that are well is spoilt. */
static double together_rate(const struct world *world, const struct cause *cause, bool found)
{
	double base = arm_rate(world, cause, ARM_BASE), first = lever_item_rate(world, cause, world->levers[0], found),
	       second = lever_item_rate(world, cause, world->levers[1], found);
	return base >= .9 ? first * second / base : fmax(first, second);
}

static double stack_rate(const struct world *world, const struct cause *cause, const struct cause *second, bool found)
{
	double rate = together_rate(world, cause, found), base = arm_rate(world, cause, ARM_BASE);
	if (second) {
		rate = both_rate(rate, together_rate(world, second, found));
		base = both_rate(base, arm_rate(world, second, ARM_BASE));
	}
	return rate > base + .3 ? rate * (1 - world->undone) : rate;
}

static double stack_gain_of(const struct world *world, const struct cause *cause, const struct cause *second)
{
	double base = arm_rate(world, cause, ARM_BASE), found = world->rag ? 1 : world->recall;
	if (second)
		base = both_rate(base, arm_rate(world, second, ARM_BASE));
	return found * stack_rate(world, cause, second, true) + (1 - found) * stack_rate(world, cause, second, false) - base;
}

static double stack_gain(const struct world *world)
{
	double sum = world->pair_share > 0 ? world->pair_share * stack_gain_of(world, world->pair[0], world->pair[1]) : 0;
	for (int i = 0; i < world->parameters->cause_count; i++)
		sum += world->shares[i] * stack_gain_of(world, &world->parameters->causes[i], NULL);
	return sum;
}

/* How often an item is answered right in an arm. */
static double answer_rate(const struct world *world, const struct item *item, const struct cause *cause, enum arm arm)
{
	if (arm == ARM_BOTH)
		return together_rate(world, cause, item->found);
	return arm < ARM_FIRST ? arm_rate(world, cause, arm) : lever_item_rate(world, cause, world->levers[arm - ARM_FIRST], item->found);
}

/* ---- what is planted ---- */

/* A lever that mends the cause, any of those that do; LEVER_COUNT: none does. */
static enum lever lever_for(struct world *world, const struct cause *cause, enum lever other)
{
	enum lever fit[LEVER_COUNT];
	int count = 0;
	for (enum lever lever = 0; lever < LEVER_COUNT; lever++)
		if (lever != other && lever_item_rate(world, cause, lever, true) >= MENDS)
			fit[count++] = lever;
	return count ? fit[draw_below(world, count)] : LEVER_COUNT;
}

/* Two causes that some lever mends each, and two such levers. */
static void pair_choose(struct world *world)
{
	const struct parameters *parameters = world->parameters;
	if (world->design->levers == 0) { /* no lever does anything */
		world->levers[0] = (enum lever)draw_below(world, LEVER_FORMAT);
		world->levers[1] = (enum lever)((world->levers[0] + 1 + (enum lever)draw_below(world, LEVER_FORMAT - 1)) % LEVER_FORMAT);
		world->pair[0] = cause_named(parameters, "drift");
		world->pair[1] = cause_named(parameters, "hopeless");
		return;
	}
	for (;;) {
		const struct cause *first = &parameters->causes[draw_below(world, parameters->cause_count)],
				   *second = &parameters->causes[draw_below(world, parameters->cause_count)];
		if (first == second || !cause_may(world, first) || !cause_may(world, second) || strcmp(first->name, "drift") == 0 ||
			strcmp(second->name, "drift") == 0)
			continue;
		world->levers[0] = lever_for(world, first, LEVER_COUNT);
		world->levers[1] = lever_for(world, second, world->levers[0]);
		world->pair[0] = first;
		world->pair[1] = second;
		if (world->levers[0] != LEVER_COUNT && world->levers[1] != LEVER_COUNT)
			return;
	}
}

static double between(struct world *world, double from, double to)
{
	return from + draw(world) * (to - from);
}

/* Most of what is ill has one of the two causes, the rest any. */
static void shares_stack(struct world *world, double ill)
{
	const struct cause *causes = world->parameters->causes;
	double part = between(world, .35, .65);
	shares_mix(world, MINOR * ill);
	world->shares[world->pair[0] - causes] += (1 - MINOR) * part * ill;
	world->shares[world->pair[1] - causes] += (1 - MINOR) * (1 - part) * ill;
}

static void stack_draw(struct world *world, double ill)
{
	const struct design *design = world->design;
	world->again = !design->stack || draw(world) < world->parameters->asked_again;
	if (design->pair_to > 0 || design->stack)
		pair_choose(world);
	if (design->pair_to > 0)
		world->pair_share = between(world, design->pair_from, design->pair_to);
	if (!design->stack)
		return;
	world->undone = between(world, design->undone_from, design->undone_to);
	memset(world->shares, 0, sizeof world->shares);
	shares_stack(world, ill);
}

#endif
