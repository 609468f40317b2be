#include "eval/run/plan_private.h"
#include <stdlib.h>
#include <string.h>

/* One wrong path in a mapping makes every row of a file bad. The first rows show what is wrong; the others are counted, so that
 * they do not bury the mistakes of other files. */

#define ALIKE_TOLD 3
#define ROWS_TOLD 20

/* Alike are messages that begin alike: what stands behind a semicolon tells what else the row has. */
static size_t alike_count(const struct bad_rows *bad, const char *message)
{
	size_t alike = 0, length = strcspn(message, ";");
	for (size_t i = bad->first; i < bad->errors->count; i++)
		alike += strncmp(bad->errors->items[i].message, message, length) == 0;
	return alike;
}

struct bad_rows bad_rows_begin(struct error_list *errors, const char *path)
{
	return (struct bad_rows){.errors = errors, .path = path, .first = errors->count};
}

void bad_rows_add(struct bad_rows *bad, const struct error *problem)
{
	bad->found++;
	if (bad->told == ROWS_TOLD || alike_count(bad, problem->message) == ALIKE_TOLD)
		return;
	bad->told++;
	error_list_add(bad->errors, problem);
}

void bad_rows_end(struct bad_rows *bad, bool may_skip)
{
	const char *hint = may_skip && bad->good ? "; `--skip-bad` leaves bad rows out and runs the rest" : "";
	if (bad->found > bad->told)
		error_list_at(bad->errors, ERROR_DATA, bad->path, 0, 0, "%zu more rows are bad, %zu of %zu in all%s",
			bad->found - bad->told, bad->found, bad->found + bad->good, hint);
	else if (bad->found && *hint)
		error_list_at(bad->errors, ERROR_DATA, bad->path, 0, 0, "%zu of %zu rows %s bad%s", bad->found,
			bad->found + bad->good, bad->found == 1 ? "is" : "are", hint);
}
