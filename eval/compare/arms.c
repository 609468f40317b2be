#include "eval/base/nearest.h"
#include "eval/compare/compare.h"
#include <errno.h>
#include <stdlib.h>

static bool run_find(struct store *store, long long number, struct arena *arena, struct run_row *ret, struct error *error)
{
	bool found;
	if (number > 0) {
		if (!run_get(store, number, arena, ret, &found, error))
			return false;
		return found || error_set(error, ERROR_USAGE, "there is no run %lld", number);
	}
	struct run_row *rows;
	size_t count;
	if (!run_list(store, 0, 1, arena, &rows, &count, error))
		return false;
	if (count == 0)
		return error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run");
	*ret = rows[0];
	return true;
}

static struct arm arm_of(const struct run_row *run, const struct run_variant *variant, const char *label)
{
	return (struct arm){.run = run->id,
		.version = variant->version,
		.name = variant->name,
		.label = label,
		.lever = variant->lever,
		.parent = variant->parent,
		.model = variant->model};
}

static const struct run_variant *variant_in(const struct run_row *run, const char *name)
{
	for (size_t i = 0; i < run->variant_count; i++)
		if (!strcmp(run->variants[i].name, name))
			return &run->variants[i];
	return NULL;
}

static bool variant_unknown(const struct run_row *run, const char *name, struct arena *arena, struct error *error)
{
	const char **names = arena_take(arena, (run->variant_count + 1) * sizeof *names);
	for (size_t i = 0; i < run->variant_count; i++)
		names[i] = run->variants[i].name;
	return error_set(error, ERROR_USAGE, "run %lld has no variant `%s`%s", run->id, name,
		nearest_hint(arena, name, names, run->variant_count));
}

/* The newest run before `newest` that shows another version of the variant. */
static bool run_before(struct store *store, const struct run_row *newest, const char *name, struct arena *arena,
	struct run_row *ret, struct error *error)
{
	const struct run_variant *now = variant_in(newest, name);
	if (!now)
		return variant_unknown(newest, name, arena, error);
	long long before = newest->id;
	for (;;) {
		struct run_row *rows;
		size_t count;
		if (!run_list(store, before, 64, arena, &rows, &count, error))
			return false;
		for (size_t i = 0; i < count; i++) {
			const struct run_variant *then = variant_in(&rows[i], name);
			if (then && then->version != now->version) {
				*ret = rows[i];
				return true;
			}
		}
		if (count == 0)
			return error_set(
				error, ERROR_USAGE, "no run before run %lld has another version of `%s`", newest->id, name);
		before = rows[count - 1].id;
	}
}

static bool number_parse(const char *text, long long *number)
{
	char *end;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && *number > 0;
}

/* The run behind the @ of "rag@3". */
static bool run_addressed(
	struct store *store, const char *name, const char *address, struct arena *arena, struct run_row *ret, struct error *error)
{
	long long number;
	if (number_parse(address, &number))
		return run_find(store, number, arena, ret, error);
	bool previous = !strcmp(address, "previous");
	if (!previous && strcmp(address, "latest") != 0)
		return error_set(error, ERROR_USAGE, "`%s@%s`: a run is a number, `latest` or `previous`", name, address);
	struct run_row latest;
	if (!run_find(store, 0, arena, &latest, error))
		return false;
	*ret = latest;
	return !previous || run_before(store, &latest, name, arena, ret, error);
}

bool arm_find(
	struct store *store, const char *name, long long default_run, struct arena *arena, struct arm *ret, struct error *error)
{
	struct run_row run;
	const char *at = strrchr(name, '@');
	if (!at) {
		if (!run_find(store, default_run, arena, &run, error))
			return false;
	} else {
		const char *address = at + 1;
		name = arena_copy(arena, name, (size_t)(at - name));
		if (!run_addressed(store, name, address, arena, &run, error))
			return false;
	}
	const struct run_variant *variant = variant_in(&run, name);
	if (!variant)
		return variant_unknown(&run, name, arena, error);
	*ret = arm_of(&run, variant, at ? arena_format(arena, "%s@%lld", name, run.id) : variant->name);
	return true;
}

bool arm_list(struct store *store, long long run, struct arena *arena, struct arm **arms, size_t *count, struct error *error)
{
	struct run_row row;
	if (!run_find(store, run, arena, &row, error))
		return false;
	*arms = arena_take(arena, (row.variant_count + 1) * sizeof **arms);
	*count = 0;
	for (size_t i = 0; i < row.variant_count; i++)
		if (!row.variants[i].generated)
			(*arms)[(*count)++] = arm_of(&row, &row.variants[i], row.variants[i].name);
	return true;
}
