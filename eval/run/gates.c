#include "eval/base/file.h"
#include "eval/base/nearest.h"
#include "eval/run/gate.h"
#include "eval/stats/correction.h"
#include "eval/stats/sequential.h"
#include "eval/store/cases.h"
#include "eval/store/labels.h"
#include "eval/store/outcomes.h"
#include <math.h>

const char *gate_answer_name(enum gate_answer answer)
{
	static const char *const names[] = {"pass", "fail", "inconclusive", "not comparable"};
	return names[answer];
}

enum gate_answer gate_bound(struct interval interval, double limit)
{
	if (!interval.defined)
		return GATE_INCONCLUSIVE;
	return interval.low >= limit ? GATE_PASS : interval.high < limit ? GATE_FAIL : GATE_INCONCLUSIVE;
}

/* ---- reading -------------------------------------------------------------------------------------------------------------------
 */

static const char *const common_keys[] = {"variant", "tag", "by", "mode"};

struct gate_reader {
	struct project *project;
	struct error_list *errors;
	const struct yaml *node;
};

static bool gate_error(struct gate_reader *reader, const struct yaml *node, const char *format, ...) PRINTF(3, 4);
static bool gate_error(struct gate_reader *reader, const struct yaml *node, const char *format, ...)
{
	char words[400];
	va_list list;
	va_start(list, format);
	vsnprintf(words, sizeof words, format, list);
	va_end(list);
	return error_list_at(reader->errors, ERROR_CONFIG, reader->project->file, node->line, node->column, "gates: %s", words);
}

static const struct gate_type *type_of_key(const char *key)
{
	for (const struct gate_type *const *type = gate_types; *type; type++)
		if (strcmp((*type)->name, key) == 0)
			return *type;
	return NULL;
}

static bool key_known(struct gate_reader *reader, const char *key, const struct yaml *place)
{
	const char *names[64];
	size_t count = 0;
	for (size_t i = 0; i < COUNT(common_keys); i++)
		names[count++] = common_keys[i];
	for (const struct gate_type *const *type = gate_types; *type && count < COUNT(names); type++)
		names[count++] = (*type)->name;
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], key) == 0)
			return true;
	return gate_error(reader, place, "unknown key `%s`%s", key, nearest_hint(reader->project->arena, key, names, count));
}

static bool variant_known(struct gate_reader *reader, const struct yaml *node, const char *name)
{
	struct project *project = reader->project;
	if (project_variant(project, name))
		return true;
	const char **names = arena_take(project->arena, (project->variant_count + 1) * sizeof *names);
	for (size_t i = 0; i < project->variant_count; i++)
		names[i] = project->variants[i]->name;
	return gate_error(reader, node, "there is no variant `%s`%s", name,
		nearest_hint(project->arena, name, names, project->variant_count));
}

static const char *word_of(struct gate_reader *reader, const struct yaml *node)
{
	if (!node || node->kind == YAML_LIST || node->kind == YAML_MAP || node->kind == YAML_NULL)
		return NULL;
	return text_copy(reader->project->arena, node->text).data;
}

static bool number_of(struct gate_reader *reader, const struct yaml *node, const char *key, double *ret)
{
	if (!node)
		return true;
	if (node->kind != YAML_NUMBER)
		return gate_error(reader, node, "`%s` is a number, this is %s", key, yaml_kind_name(node));
	*ret = node->number;
	return true;
}

static bool is_file(const char *name)
{
	size_t length = strlen(name);
	return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static bool kind_read(struct gate_reader *reader, struct gate *gate, const struct yaml *node)
{
	for (size_t i = 0; i < node->count; i++) {
		const char *key = text_copy(reader->project->arena, node->keys[i]->text).data;
		const struct gate_type *type = type_of_key(key);
		if (!key_known(reader, key, node->keys[i]))
			return false;
		if (type && gate->type)
			return gate_error(reader, node->keys[i], "one gate asks one thing: `%s` and `%s` are two gates",
				gate->type->name, key);
		gate->type = type ? type : gate->type;
	}
	return gate->type || gate_error(reader, node,
				     "what is asked? One of at_least, better_than, not_worse_than, cost_at_most, "
				     "latency_at_most, mode_at_most (`lever show gates`)");
}

static bool gate_read(struct gate_reader *reader, struct gate *gate, const struct yaml *node)
{
	struct arena *arena = reader->project->arena;
	if (node->kind != YAML_MAP)
		return gate_error(reader, node, "a gate is a map such as {variant: rag, better_than: prompt}, this is %s",
			yaml_kind_name(node));
	*gate = (struct gate){.line = node->line, .column = node->column};
	const struct yaml *variant = yaml_get(node, "variant");
	gate->variant = word_of(reader, variant);
	if (!kind_read(reader, gate, node))
		return false;
	if (!gate->variant)
		return gate_error(reader, node, "which variant? `variant: NAME` is missing");
	const struct yaml *key = yaml_get(node, gate->type->name);
	gate->tag = word_of(reader, yaml_get(node, "tag"));
	gate->mode = word_of(reader, yaml_get(node, "mode"));
	bool good = variant_known(reader, variant, gate->variant) && number_of(reader, yaml_get(node, "by"), "by", &gate->margin);
	if (gate->type->compares) {
		gate->other = word_of(reader, key);
		good = good &&
		       (gate->other || gate_error(reader, key, "`%s` names a variant or a baseline file", gate->type->name)) &&
		       (is_file(gate->other) || variant_known(reader, key, gate->other));
	} else
		good = good && number_of(reader, key, gate->type->name, &gate->limit);
	gate->words = arena_format(arena, "%s%s%s: %s %s%s", gate->variant, gate->tag ? " on " : "", gate->tag ? gate->tag : "",
		gate->type->name, gate->type->compares ? gate->other : arena_format(arena, "%g", gate->limit),
		gate->mode	    ? arena_format(arena, " of %s", gate->mode)
		: gate->margin != 0 ? arena_format(arena, " by %g", gate->margin)
				    : "");
	return good;
}

struct gate *gates_read(struct project *project, size_t *count, struct error_list *errors)
{
	const struct yaml *list = yaml_get(project->root, "gates");
	struct gate_reader reader = {project, errors, list};
	*count = 0;
	if (!list || list->kind != YAML_LIST)
		return NULL;
	struct gate *gates = arena_take(project->arena, (list->count + 1) * sizeof *gates);
	for (size_t i = 0; i < list->count; i++)
		*count += gate_read(&reader, &gates[*count], list->items[i]);
	return gates;
}

/* ---- arms
 * ------------------------------------------------------------------------------------------------------------------------ */

struct arm_reading {
	struct arena *arena;
	struct gate_arm *arm;
	const char *tag;
	size_t room, costs, latencies;
	long long position;
	int passed, seen;
	struct hash *inputs;
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

static bool outcome_read(void *data, const struct outcome *outcome)
{
	struct arm_reading *reading = data;
	struct gate_arm *arm = reading->arm;
	if (!tagged(outcome->tags, reading->tag))
		return true;
	if (outcome->position != reading->position) {
		size_t count = arm->count;
		*LIST_MORE(reading->arena, arm->cases, arm->count, reading->room) =
			(struct gate_case){.id = arena_string(reading->arena, outcome->case_id), .rate = NAN};
		*LIST_MORE(reading->arena, reading->positions, count, reading->position_room) = outcome->position;
		reading->position = outcome->position;
		reading->passed = reading->seen = 0;
	}
	struct gate_case *row = &arm->cases[arm->count - 1];
	if (!outcome->attempt || (outcome->state == ATTEMPT_ANSWERED && !outcome->graded))
		return true;
	arm->measured += reading->seen == 0;
	reading->seen++;
	reading->passed += outcome->state != ATTEMPT_OPEN && outcome->graded && outcome->passed;
	row->rate = (double)reading->passed / reading->seen;
	if (outcome->usage.cost != UNKNOWN)
		*LIST_MORE(reading->arena, arm->costs, arm->cost_count, reading->costs) = (double)outcome->usage.cost / 1e12;
	else
		arm->unknown_costs++;
	if (outcome->latency != UNKNOWN)
		*LIST_MORE(reading->arena, arm->latencies, arm->latency_count, reading->latencies) = (double)outcome->latency / 1e6;
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
	if (at != SIZE_MAX)
		reading->arm->cases[at].mode = arena_string(reading->arena, label->mode);
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

bool gate_arm_load(struct store *store, const struct run_row *run, const char *variant, const char *tag, struct arena *arena,
	struct gate_arm *ret, struct error *error)
{
	struct arm_reading reading = {.arena = arena, .arm = ret, .tag = tag, .position = -1};
	const struct run_variant *found = NULL;
	for (size_t i = 0; i < run->variant_count; i++)
		if (strcmp(run->variants[i].name, variant) == 0)
			found = &run->variants[i];
	if (!found)
		return error_set(error, ERROR_USAGE, "run %lld has no variant `%s`: run it first", run->id, variant);
	*ret = (struct gate_arm){.name = variant};
	return outcome_each(store, run->id, found->version, outcome_read, &reading, error) &&
	       hashes_read(&reading, store, run->test_set, error) &&
	       label_standing_each(store, run->id, found->version, NULL, label_read, &reading, error) &&
	       grading_hash(store, run->grading, arena, &ret->grading, error);
}

/* ---- comparing
 * -------------------------------------------------------------------------------------------------------------------- */

static const struct gate_case *case_of(const struct gate_arm *arm, const char *id, size_t hint)
{
	if (hint < arm->count && strcmp(arm->cases[hint].id, id) == 0)
		return &arm->cases[hint];
	for (size_t i = 0; i < arm->count; i++)
		if (strcmp(arm->cases[i].id, id) == 0)
			return &arm->cases[i];
	return NULL;
}

static double variance(const double *values, size_t count)
{
	double error = standard_error(values, count);
	return error * error * (double)count;
}

bool gate_difference(const struct gate_arm *arm, const struct gate_arm *other, struct arena *arena, double *difference,
	struct interval *interval, double *discordance, size_t *paired, const char **message)
{
	double *d = arena_take(arena, (arm->count + 1) * sizeof *d), *chance = arena_take(arena, (arm->count + 1) * sizeof *chance);
	size_t changed = 0, n = 0, differing = 0;
	if (!hash_equal(&arm->grading, &other->grading)) {
		*message = arena_format(arena, "the scorers changed between %s and %s", other->name, arm->name);
		return false;
	}
	for (size_t i = 0; i < arm->count; i++) {
		const struct gate_case *a = &arm->cases[i], *b = case_of(other, a->id, i);
		changed += b && (!hash_equal(&a->input, &b->input) || !hash_equal(&a->gold, &b->gold));
		if (!b || isnan(a->rate) || isnan(b->rate))
			continue;
		chance[n] = 1;
		differing += a->rate != b->rate;
		d[n++] = a->rate - b->rate;
	}
	if (changed) {
		*message = arena_format(arena, "%zu cases changed (input or expected answer) since %s", changed, other->name);
		return false;
	}
	struct weighted found = weighted_difference(d, chance, NULL, n, .95);
	*difference = found.estimate;
	*interval = found.interval;
	*discordance = n ? (double)differing / (double)n : NAN;
	*paired = n;
	if (n >= 2 && arm->measured < arm->count) { /* a sample that grows and is looked at again */
		double half = msprt_half_width((double)n, fmax(variance(d, n), 1e-4), .01, .05);
		*interval = (struct interval){found.estimate - half, found.estimate + half, true};
	}
	return true;
}

/* ---- judging
 * ------------------------------------------------------------------------------------------------------------------------ */

static bool run_take(struct store *store, long long number, struct arena *arena, struct run_row *ret, struct error *error)
{
	struct run_row *rows;
	size_t count;
	bool found = true;
	if (number)
		return run_get(store, number, arena, ret, &found, error) &&
		       (found || error_set(error, ERROR_USAGE, "there is no run %lld", number));
	if (!run_list(store, 0, 1, arena, &rows, &count, error))
		return false;
	if (!count)
		return error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run");
	return run_get(store, rows[0].id, arena, ret, &found, error);
}

static bool other_load(struct store *store, const struct project *project, const struct run_row *run, const struct gate *gate,
	struct arena *arena, struct gate_arm *ret, struct error *error)
{
	if (is_file(gate->other))
		return baseline_read(path_join(arena, project->directory, gate->other), arena, ret, error);
	return gate_arm_load(store, run, gate->other, gate->tag, arena, ret, error);
}

bool gates_judge(struct store *store, const struct project *project, const struct gate *gates, size_t count, long long run,
	struct arena *arena, struct gate_result **ret, struct error *error)
{
	struct run_row row;
	*ret = arena_take(arena, (count + 1) * sizeof **ret);
	if (!run_take(store, run, arena, &row, error))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct gate *gate = &gates[i];
		struct gate_result *result = &(*ret)[i];
		struct gate_arm arm, other;
		*result = (struct gate_result){.gate = gate, .answer = GATE_INCONCLUSIVE, .value = NAN};
		if (!gate_arm_load(store, &row, gate->variant, gate->tag, arena, &arm, error) ||
			(gate->other && !other_load(store, project, &row, gate, arena, &other, error)))
			return false;
		if (!arm.count)
			result->message = arena_format(arena, "no case has the tag `%s`", gate->tag ? gate->tag : "");
		else if (!arm.measured)
			result->message = arena_format(arena, "%s has not been run yet", gate->variant);
		else if (!gate->type->judge(gate, &arm, gate->other ? &other : NULL, arena, result))
			result->answer = GATE_NOT_COMPARABLE;
	}
	return true;
}
