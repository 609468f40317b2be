/* The cases of a world of simulate.c, and what each way of answering answers to them. */
#ifndef SIMULATE_ANSWER_H
#define SIMULATE_ANSWER_H

#include "tests/tools/simulate_stack.h"

static void item_draw(struct world *world, struct item *item)
{
	static const char *const syllables[] = {"ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu"};
	item->cause = draw_cause(world, &item->second);
	bool misses = strcmp(item->cause->name, "miss") == 0 || (item->second && strcmp(item->second->name, "miss") == 0);
	item->found = world->rag ? !misses : draw(world) < world->recall;
	item->word[0] = 0;
	for (int i = 0; i < 6; i++)
		strncat(item->word, syllables[draw_below(world, 15)], sizeof item->word - strlen(item->word) - 1);
	snprintf(item->truth, sizeof item->truth, "v%06d", draw_below(world, 1000000));
	snprintf(item->other, sizeof item->other, "v%06d", draw_below(world, 1000000));
	bool label = strcmp(item->cause->name, "label") == 0;
	memcpy(item->gold, label ? item->other : item->truth, sizeof item->gold);
}

static void world_draw(struct world *world, const struct parameters *parameters, const char *design, uint64_t seed)
{
	world->parameters = parameters;
	for (int i = 0; i < parameters->design_count; i++)
		if (strcmp(parameters->designs[i].name, design) == 0)
			world->design = &parameters->designs[i];
	if (!world->design)
		die("no design %s", design);
	world->state = seed * UINT64_C(0x2545f4914f6cdd1d) + 1;
	world->planted = "";
	world->rag = draw(world) < .5;
	world->recall = parameters->recall_from + draw(world) * (parameters->recall_to - parameters->recall_from);
	world->count = (int)world->design->cases;
	double ill = world->design->from + draw(world) * (world->design->to - world->design->from);
	if (world->design->gain > 0)
		shares_plant(world);
	else
		shares_mix(world, ill);
	stack_draw(world, ill);
	for (int i = 0; i < parameters->cause_count; i++)
		if (strcmp(parameters->causes[i].name, "label") == 0)
			world->shares[i] = world->design->label;
	double left = 1 - world->pair_share;
	for (int i = 0; i < parameters->cause_count; i++)
		left -= world->shares[i];
	world->shares[cause_named(parameters, "nothing") - parameters->causes] += left;
	for (int i = 0; i < world->count; i++)
		item_draw(world, &world->items[i]);
}

/* ---- answering ---- */
static void wrap(struct world *world, const char *value, char *ret, size_t size)
{
	static const char *const forms[] = {"The answer is %s.", "```\\n%s\\n```", "**%s**", "Answer: %s", "{\\\"answer\\\": \\\"%s\\\"}"};
	const char *form = forms[draw_below(world, 5)], *place = strstr(form, "%s");
	snprintf(ret, size, "%.*s%s%s", (int)(place - form), form, value, place + 2);
}

static void wrong_answer(struct world *world, const struct item *item, const char *cause, char *ret, size_t size)
{
	if (strcmp(cause, "convention") == 0 || strcmp(cause, "drift") == 0)
		snprintf(ret, size, "%s", item->other); /* always the same neighbour */
	else if ((strcmp(cause, "knowledge") == 0 || strcmp(cause, "miss") == 0) && draw(world) < world->parameters->refused)
		snprintf(ret, size, "I do not know.");
	else
		snprintf(ret, size, "v%06d", draw_below(world, 1000000));
}

/* What either lever mends of the case is lost again so often where both are pulled. */
static bool is_undone(struct world *world, const struct item *item, const struct cause *cause)
{
	double base = arm_rate(world, cause, ARM_BASE), plain = together_rate(world, cause, item->found);
	if (item->second) {
		base = both_rate(base, arm_rate(world, item->second, ARM_BASE));
		plain = both_rate(plain, together_rate(world, item->second, item->found));
	}
	return plain > base + .3 && draw(world) < world->undone;
}

/* The output of one case in one arm; true: what the scorer ought to pass. */
static bool item_answer(struct world *world, int i, enum arm arm, char *ret, size_t size)
{
	const struct item *item = &world->items[i];
	const struct cause *cause = item->cause;
	bool label = strcmp(cause->name, "label") == 0;
	if (label)
		cause = cause_named(world->parameters, "nothing");
	double at = draw(world);
	bool right = at < answer_rate(world, item, cause, arm);
	if (right && item->second) { /* the other cause is left to go wrong by */
		cause = item->second;
		right = at < answer_rate(world, item, cause, arm);
	}
	if (right && arm == ARM_BOTH)
		right = !is_undone(world, item, item->cause == cause || item->second ? item->cause : cause);
	if (!right && item->second && cause != item->second && strcmp(cause->name, "format") == 0 && draw(world) >= answer_rate(world, item, item->second, arm))
		cause = item->second; /* what the broken form holds is wrong as well */
	if (right)
		snprintf(ret, size, "%s", item->truth);
	else if (strcmp(cause->name, "format") == 0 && draw(world) < world->parameters->within_form)
		wrap(world, item->truth, ret, size);
	else if (arm == ARM_COT && cause == cause_named(world->parameters, "nothing") && draw(world) < .5)
		wrap(world, item->truth, ret, size); /* the form broken by the reasoning before it */
	else
		wrong_answer(world, item, cause->name, ret, size);
	return right && !label;
}

#endif
