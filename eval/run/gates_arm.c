/* What a variant measured in a run, case by case. */
#include "eval/run/gate.h"
#include "eval/store/cases.h"
#include "eval/store/labels.h"
#include "eval/store/outcomes.h"
#include <math.h>
#include <stdlib.h>

struct arm_reading {
	struct arena *arena;
	struct gate_arm *arm;
	const char *tag;
	size_t room, latencies, outside;
	long long position, sampled;
	int repeats, passed, seen, priced;
	double cost;
	long long *positions;
	size_t position_room;
};

static bool tagged(const char *tags, const char *tag)
{
	struct error ignored;
	JSON_OWNED *list = tags ? json_parse(text_of(tags), &ignored) : NULL;
	for (size_t i = 0; tag && i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)) && strcmp(json_string_value(json_array_get(list, i)), tag) == 0)
			return true;
	return tag == NULL;
}

static void case_begin(struct arm_reading *reading, const struct outcome *outcome, bool inside)
{
	struct gate_arm *arm = reading->arm;
	size_t count = arm->count;
	reading->position = outcome->position;
	reading->passed = reading->seen = reading->priced = 0;
	reading->cost = 0;
	const char *id = arena_string(reading->arena, outcome->case_id);
	if (!inside) {
		*LIST_MORE(reading->arena, arm->outside, arm->outside_count, reading->outside) = id;
		return;
	}
	*LIST_MORE(reading->arena, arm->cases, arm->count, reading->room) =
		(struct gate_case){.id = id, .cluster = arena_string(reading->arena, outcome->cluster), .rate = NAN, .cost = NAN};
	*LIST_MORE(reading->arena, reading->positions, count, reading->position_room) = outcome->position;
}

/* An attempt without an answer has no cost to tell; one that has an answer has a price or has none, and told its usage or not. */
static void money_read(struct arm_reading *reading, const struct outcome *outcome, struct gate_case *row)
{
	struct gate_arm *arm = reading->arm;
	if (outcome->usage.cost != UNKNOWN) {
		reading->cost += (double)outcome->usage.cost / 1e12;
		row->cost = reading->cost / ++reading->priced;
	} else if (outcome->state == ATTEMPT_OPEN)
		arm->unanswered++;
	else if (outcome->usage.input == UNKNOWN && outcome->usage.output == UNKNOWN)
		arm->untold++;
	else
		arm->unpriced++;
	if (outcome->state == ATTEMPT_OPEN)
		arm->silent++; /* how long it took to fail is no latency of an answer */
	else if (outcome->latency != UNKNOWN)
		*LIST_MORE(reading->arena, arm->latencies, arm->latency_count, reading->latencies) = (double)outcome->latency / 1e6;
}

static bool outcome_read(void *data, const struct outcome *outcome)
{
	struct arm_reading *reading = data;
	struct gate_arm *arm = reading->arm;
	bool inside = tagged(outcome->tags, reading->tag);
	if (outcome->position != reading->position)
		case_begin(reading, outcome, inside);
	if (!outcome->attempt || (outcome->state == ATTEMPT_ANSWERED && !outcome->graded))
		return true;
	arm->sampled += reading->seen == 0;
	arm->measured += inside && reading->seen == 0;
	reading->seen++;
	if (!inside)
		return true;
	struct gate_case *row = &arm->cases[arm->count - 1];
	reading->passed += outcome->state != ATTEMPT_OPEN && outcome->graded && outcome->passed;
	row->rate = (double)reading->passed / reading->seen;
	row->seen = (size_t)reading->seen;
	row->silent += outcome->state == ATTEMPT_OPEN;
	arm->answered += outcome->state != ATTEMPT_OPEN;
	row->failed = row->seen - (size_t)reading->passed - row->silent;
	money_read(reading, outcome, row);
	return true;
}

static size_t position_find(const struct arm_reading *reading, long long position)
{
	for (size_t low = 0, high = reading->arm->count; low < high;) {
		size_t middle = (low + high) / 2;
		if (reading->positions[middle] == position)
			return middle;
		if (reading->positions[middle] < position)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

static bool label_read(void *data, const struct label_standing *label)
{
	struct arm_reading *reading = data;
	size_t at = position_find(reading, label->position);
	if (at == SIZE_MAX || label->repeat > reading->repeats)
		return true;
	struct gate_case *row = &reading->arm->cases[at];
	size_t count = row->label_count;
	if ((count & (count - 1)) == 0)
		row->labels = arena_grow(
			reading->arena, row->labels, count * sizeof *row->labels, (count ? 2 * count : 1) * sizeof *row->labels);
	row->labels[row->label_count++] = (struct gate_label){arena_string(reading->arena, label->mode),
		arena_string(reading->arena, label->source), label->place == 1 || strcmp(label->source, "import") == 0};
	row->labelled += label->place == 1;
	return true;
}

static bool hashes_read(struct arm_reading *reading, struct store *store, long long test_set, struct error *error)
{
	CLEANUP(arena_release) struct arena *scratch = arena_create();
	for (size_t i = 0; i < reading->arm->count; i++) {
		struct case_row row;
		bool found;
		arena_reset(scratch);
		if (!case_at(store, test_set, reading->positions[i], scratch, &row, &found, error))
			return false;
		case_hash(&row);
		reading->arm->cases[i].input = row.input_hash;
		reading->arm->cases[i].gold = row.gold_hash;
	}
	return true;
}

static bool grading_hash(struct store *store, long long grading, struct arena *arena, struct hash *ret, struct error *error)
{
	struct text definition;
	if (!grading_definition(store, grading, arena, &definition, error))
		return false;
	*ret = hash_of(definition);
	return true;
}

static int latency_order(const void *a, const void *b)
{
	const double *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

bool gate_arm_load(struct store *store, const struct run_row *run, const char *variant, const char *tag, struct arena *arena,
	struct gate_arm *ret, struct error *error)
{
	struct arm_reading reading = {.arena = arena, .arm = ret, .tag = tag, .position = -1, .repeats = (int)run->repeats};
	const struct run_variant *found = NULL;
	for (size_t i = 0; i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, variant) == 0)
			found = &run->variants[i];
	if (!found)
		return error_set(error, ERROR_USAGE, "run %lld has no variant `%s`: run it first", run->id, variant);
	*ret = (struct gate_arm){.name = variant, .version = found->version};
	if (!outcome_each(store, run->id, found->version, outcome_read, &reading, error) ||
		!hashes_read(&reading, store, run->test_set, error) ||
		!label_beside_each(store, run->id, found->version, label_read, &reading, error) ||
		!grading_hash(store, run->grading, arena, &ret->grading, error))
		return false;
	if (ret->latency_count)
		qsort(ret->latencies, ret->latency_count, sizeof *ret->latencies, latency_order);
	return look_history(store, found->version, run->test_set, (long long)ret->sampled, &ret->history, error);
}
