#include "eval/compare/compare_private.h"
#include <math.h>
#include <stdlib.h>

static void usage_add(long long *sum, long long *known, long long value)
{
	if (value == UNKNOWN) {
		*sum = UNKNOWN;
		return;
	}
	if (*sum != UNKNOWN)
		*sum += value;
	*known = *known == UNKNOWN ? value : *known + value;
}

static void usage_count(struct arm_table *table, const struct usage *usage)
{
	usage_add(&table->usage.input, &table->known.input, usage->input);
	usage_add(&table->usage.cached, &table->known.cached, usage->cached);
	usage_add(&table->usage.written, &table->known.written, usage->written);
	usage_add(&table->usage.reasoning, &table->known.reasoning, usage->reasoning);
	usage_add(&table->usage.output, &table->known.output, usage->output);
	usage_add(&table->usage.cost, &table->known.cost, usage->cost);
	table->unknown_usage += usage->input == UNKNOWN || usage->output == UNKNOWN;
	table->unknown_cost += usage->cost == UNKNOWN;
}

static void class_add(struct arm_table *table, const char *name)
{
	for (size_t i = 0; i < table->class_count; i++)
		if (!strcmp(table->classes[i].name, name)) {
			table->classes[i].count++;
			return;
		}
	if (table->class_count == table->class_room) {
		table->class_room = table->class_room ? 2 * table->class_room : 8;
		table->classes = memory_grow(table->classes, table->class_room, sizeof *table->classes);
	}
	table->classes[table->class_count++] = (struct class_count){arena_string(table->strings, name), 1};
}

static void latency_add(struct arm_table *table, struct table_case *row, int64_t latency)
{
	if (latency == UNKNOWN)
		return;
	if (table->latency_count == table->latency_room) {
		table->latency_room = table->latency_room ? 2 * table->latency_room : 256;
		table->latencies = memory_grow(table->latencies, table->latency_room, sizeof *table->latencies);
	}
	table->latencies[table->latency_count++] = (double)latency / 1e6;
	row->latency_count++;
}

/* Neighbours often share their tags and their cluster: kept once. */
static const char *string_share(struct arm_table *table, const char *string, const char *before)
{
	if (string && before && !strcmp(string, before))
		return before;
	return arena_string(table->strings, string);
}

static struct table_case *case_open(struct arm_table *table, const struct outcome *outcome)
{
	if (table->count && table->cases[table->count - 1].position == outcome->position)
		return &table->cases[table->count - 1];
	if (table->count == table->room) {
		table->room = table->room ? 2 * table->room : 256;
		table->cases = memory_grow(table->cases, table->room, sizeof *table->cases);
	}
	const struct table_case *before = table->count ? &table->cases[table->count - 1] : NULL;
	struct table_case *row = &table->cases[table->count++];
	*row = (struct table_case){.id = arena_string(table->strings, outcome->case_id),
		.cluster = string_share(table, outcome->cluster, before ? before->cluster : NULL),
		.tags = string_share(table, outcome->tags, before ? before->tags : NULL),
		.position = outcome->position,
		.input = outcome->input,
		.gold = outcome->gold,
		.latency_from = table->latency_count};
	return row;
}

/* An answer that never came because it was refused or filtered has failed, scored or not. */
static void verdict_count(struct table_case *row, const struct outcome *outcome)
{
	bool silent = outcome->state == ATTEMPT_REFUSED || outcome->state == ATTEMPT_FILTERED;
	row->refused += silent;
	if (outcome->state == ATTEMPT_OPEN)
		row->errors++;
	else if (outcome->graded && outcome->passed)
		row->passed++;
	else if (outcome->graded || silent)
		row->failed++;
	else
		row->ungraded++;
}

static bool outcome_fold(void *data, const struct outcome *outcome)
{
	struct arm_table *table = data;
	struct table_case *row = case_open(table, outcome);
	if (!outcome->attempt) {
		row->missing++;
		return true;
	}
	bool was_clean = row->failed + row->errors == 0;
	verdict_count(row, outcome);
	if (!row->shown || (was_clean && row->failed + row->errors > 0))
		row->shown = outcome->attempt;
	if (outcome->state == ATTEMPT_OPEN)
		class_add(table, outcome->class);
	table->refused += outcome->state == ATTEMPT_REFUSED;
	table->filtered += outcome->state == ATTEMPT_FILTERED;
	table->calls += outcome->call_count;
	if (outcome->graded && outcome->state != ATTEMPT_OPEN) {
		row->value += outcome->value;
		row->graded++;
	}
	if (row->cost != UNKNOWN)
		row->cost = outcome->usage.cost == UNKNOWN ? UNKNOWN : row->cost + outcome->usage.cost;
	usage_count(table, &outcome->usage);
	latency_add(table, row, outcome->latency);
	return true;
}

static void table_average(struct arm_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		struct table_case *row = &table->cases[i];
		int measured = row->passed + row->failed + row->errors;
		row->rate = measured ? (double)row->passed / measured : NAN;
		row->value = row->graded ? row->value / row->graded : NAN;
	}
}

bool arm_table_load(struct store *store, const struct arm *arm, struct arm_table *ret, struct error *error)
{
	CLEANUP(arm_table_release)
	struct arm_table table = {.arm = *arm, .strings = arena_create(), .known = USAGE_UNKNOWN};
	struct run_row run;
	bool found;
	if (!run_get(store, arm->run, table.strings, &run, &found, error))
		return false;
	if (!found)
		return error_set(error, ERROR_USAGE, "there is no run %lld", arm->run);
	table.grading = run.grading;
	table.repeats = run.repeats;
	if (!outcome_each(store, arm->run, arm->version, outcome_fold, &table, error))
		return false;
	table_average(&table);
	*ret = table;
	table = (struct arm_table){0};
	return true;
}

void arm_table_release(struct arm_table *table)
{
	free(table->cases);
	free(table->latencies);
	free(table->classes);
	arena_free(table->strings);
}

static int case_order(const void *a, const void *b)
{
	const struct table_case *const *left = a, *const *right = b;
	return strcmp((*left)->id, (*right)->id);
}

const struct table_case **arm_table_by_id(const struct arm_table *table)
{
	const struct table_case **sorted = memory_grow(NULL, table->count + 1, sizeof *sorted);
	for (size_t i = 0; i < table->count; i++)
		sorted[i] = &table->cases[i];
	qsort(sorted, table->count, sizeof *sorted, case_order);
	return sorted;
}

const struct table_case *table_case_find(const struct table_case *const *sorted, size_t count, const char *id)
{
	struct table_case wanted = {.id = id};
	const struct table_case *key = &wanted;
	const struct table_case *const *found = bsearch(&key, sorted, count, sizeof *sorted, case_order);
	return found ? *found : NULL;
}
