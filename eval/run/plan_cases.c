#include "eval/run/plan_private.h"

struct case_reading {
	struct plan *plan;
	struct case_writer *writer;
	struct arena *arena; /* one row's */
	const struct case_source *source;
	struct bad_rows bad;
};

/* A case's own scorers are read now, so that their mistakes are told before anything is called. */
static bool case_scorers_check(struct case_reading *reading, const struct case_row *row, struct error *error)
{
	struct error_list errors = ERROR_LIST_EMPTY;
	struct scorers own = {0};
	struct error ignored;
	JSON_OWNED *list = row->scorers.data ? json_parse(row->scorers, &ignored) : NULL;
	struct field_reader reader = {reading->arena, reading->source->path, &errors, "scorers of the case"};
	if (!list)
		return true;
	bool good = scorers_read(&reader, yaml_from_json(reading->arena, list, row->line), &own);
	if (errors.count)
		*error = errors.items[0];
	error->kind = good ? error->kind : ERROR_DATA;
	scorers_done(&own);
	error_list_release(&errors);
	return good;
}

static bool case_take(void *data, struct dataset_row *row, struct error *error)
{
	struct case_reading *reading = data;
	struct case_row one;
	arena_reset(reading->arena);
	if (!case_from_row(&reading->source->mapping, row, reading->source->path, reading->arena, &one, error))
		return false;
	one.source = reading->source->path;
	one.line = row->line;
	if (!case_scorers_check(reading, &one, error))
		return false;
	bool again = false, good = !reading->source->once || case_writer_has(reading->writer, &one, &again, error);
	good = good && (again || case_writer_add(reading->writer, &one, error));
	reading->bad.good += good;
	return good;
}

static bool case_bad(void *data, const struct error *problem, struct error *fatal)
{
	struct case_reading *reading = data;
	if (reading->plan->options.skip_bad)
		return case_writer_skip(reading->writer, problem->file[0] ? problem->file : reading->source->path, problem->line,
			problem->message, fatal);
	bad_rows_add(&reading->bad, problem);
	return true;
}

static bool cases_read(struct plan *plan, const struct hash *hash, struct error_list *errors, struct error *error)
{
	CLEANUP(arena_release) struct arena *arena = arena_create();
	struct case_reading reading = {.plan = plan, .arena = arena};
	size_t before = errors->found;
	if (!case_writer_begin(plan->store, hash, &reading.writer, error))
		return false;
	bool good = true;
	for (size_t i = 0; good && i < plan->project->case_source_count; i++) {
		reading.source = &plan->project->cases[i];
		reading.bad = bad_rows_begin(errors, reading.source->path);
		good = source_walk(reading.source, case_take, case_bad, &reading, error);
		bad_rows_end(&reading.bad, true);
	}
	if (!good || errors->found != before) {
		case_writer_drop(reading.writer);
		return good;
	}
	return case_writer_end(reading.writer, &plan->test_set, &plan->case_count, error);
}

bool plan_cases(struct plan *plan, struct error_list *errors)
{
	struct hash hash;
	struct error error = {0};
	size_t before = errors->found;
	bool good = cases_hash(plan->project, plan->options.skip_bad, &hash, &error) &&
		    test_set_of_source(plan->store, &hash, &plan->test_set, &plan->case_count, &error) &&
		    (plan->test_set || cases_read(plan, &hash, errors, &error));
	if (!good) {
		error_list_add(errors, &error);
		return false;
	}
	if (errors->found != before)
		return false;
	return plan->case_count > 0 ||
	       error_list_at(errors, ERROR_DATA, plan->project->cases[0].path, 0, 0, "there is no case in it");
}

/* ---- examples ------------------------------------------------------------------------------------------------------------- */

struct example_reading {
	struct project *project;
	struct example_set *set;
	struct bad_rows bad;
	size_t room;
};

static bool example_take(void *data, struct dataset_row *row, struct error *error)
{
	struct example_reading *reading = data;
	struct example_set *set = reading->set;
	struct case_row one;
	if (!case_from_row(&set->source.mapping, row, set->source.path, reading->project->arena, &one, error))
		return false;
	if (!one.expected.data || text_equal(one.expected, TEXT("[]")))
		return error_at(error, ERROR_DATA, set->source.path, row->line, 0, "an example needs an expected answer");
	if (set->count == reading->room) {
		size_t room = reading->room ? 2 * reading->room : 64;
		set->rows =
			arena_grow(reading->project->arena, set->rows, set->count * sizeof *set->rows, room * sizeof *set->rows);
		reading->room = room;
	}
	set->rows[set->count++] = one;
	reading->bad.good++;
	return true;
}

static bool example_bad(void *data, const struct error *problem, struct error *fatal)
{
	struct example_reading *reading = data;
	bad_rows_add(&reading->bad, problem);
	return true;
}

/* What of an example is compared with a case: its string vars, one after the other. */
static struct text example_words(struct arena *arena, struct text vars)
{
	CLEANUP(buffer_release) struct buffer words = BUFFER_EMPTY;
	struct error ignored;
	JSON_OWNED *object = json_parse(vars, &ignored);
	const char *name;
	json_t *value;
	json_object_foreach(object, name, value)
	{
		json_write_plain(value, &words);
		buffer_add_byte(&words, '\n');
	}
	return text_copy(arena, buffer_text(&words));
}

static void example_set_index(struct project *project, struct example_set *set)
{
	struct hasher hasher;
	struct text *texts = arena_take(project->arena, (set->count + 1) * sizeof *texts);
	hasher_start(&hasher);
	for (size_t i = 0; i < set->count; i++) {
		texts[i] = example_words(project->arena, set->rows[i].vars);
		hasher_add_part(&hasher, set->rows[i].vars);
		hasher_add_part(&hasher, set->rows[i].expected);
	}
	set->hash = hasher_end(&hasher);
	set->index = example_index_create(texts, set->count);
}

bool examples_load(struct project *project, struct example_set *set, struct error_list *errors)
{
	struct example_reading reading = {project, set, bad_rows_begin(errors, set->source.path), 0};
	struct error error = {0};
	size_t before = errors->found;
	if (set->index)
		return true;
	bool good = source_walk(&set->source, example_take, example_bad, &reading, &error);
	bad_rows_end(&reading.bad, false);
	if (!good) {
		error_list_add(errors, &error);
		return false;
	}
	if (errors->found != before)
		return false;
	example_set_index(project, set);
	return true;
}
