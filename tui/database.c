/* The database that is shown: opened when it is there, let go of when it is no longer the file at its path. */
#include "eval/base/file.h"
#include "tui/screens/triage.h"
#include "tui/workbench.h"
#include <sys/stat.h>

#define LARGE_FILE (16 << 20)

void database_open(struct workbench *bench)
{
	struct error error = {0};
	if (!store_open(bench->options->database, STORE_READ, &bench->store, &error)) {
		bench->store = NULL;
		if (!bench->store_gone || file_exists(bench->options->database))
			bench->store_error = error;
		return;
	}
	if (bench->store_gone)
		workbench_say(bench, false, "the database that is there now is read");
	bench->store_gone = false;
	store_limit_time(bench->store, bench->query_time);
	bench->data_version = store_data_version(bench->store);
	workbench_stale(bench);
}

bool database_held(struct workbench *bench)
{
	struct error error = {0};
	if (!bench->store || store_in_place(bench->store, true, &error))
		return bench->store != NULL;
	store_close(bench->store);
	bench->store = NULL;
	bench->store_gone = true;
	error_set(&bench->store_error, ERROR_STORAGE,
		"the database was removed or replaced while it was shown; put back with its -wal it is shown again, s makes a new one");
	triage_acts_free(bench->acts);
	bench->acts = NULL;
	bench->prompt = PROMPT_NONE;
	for (struct screen *screen = bench->top; screen; screen = screen->below)
		screen->loaded = false;
	workbench_say(bench, true, "the database was removed or replaced");
	return false;
}

bool database_is_large(const struct workbench *bench)
{
	struct stat status;
	return stat(bench->options->database, &status) == 0 && status.st_size > LARGE_FILE;
}

void database_poll(void *data)
{
	struct workbench *bench = data;
	bench->poll_timer = loop_after(bench->loop, POLL_TIME, database_poll, bench);
	if (!database_held(bench)) {
		database_open(bench);
		return;
	}
	long long version = store_data_version(bench->store);
	if (version != bench->data_version) {
		bench->data_version = version;
		workbench_stale(bench);
	}
}
