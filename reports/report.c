#include "reports/report.h"
#include "eval/base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SINK_BLOCK 65536

/* ---- sink --------------------------------------------------------------------------------------------------------------- */

static void sink_flush(struct report_sink *sink)
{
	size_t at = 0;
	while (sink->file >= 0 && !sink->failed && at < sink->buffer.length) {
		ssize_t written = write(sink->file, sink->buffer.data + at, sink->buffer.length - at);
		if (written > 0) {
			at += (size_t)written;
		} else if (errno != EINTR) {
			sink->failed = true;
			sink->reason = errno;
		}
	}
	if (sink->file >= 0)
		buffer_clear(&sink->buffer);
}

static void sink_settle(struct report_sink *sink, bool added)
{
	if (!added && !sink->failed) {
		sink->failed = true;
		sink->reason = EFBIG;
	}
	if (sink->buffer.length >= SINK_BLOCK)
		sink_flush(sink);
}

void sink_text(struct report_sink *sink, struct text text)
{
	sink_settle(sink, buffer_add_text(&sink->buffer, text));
}

void sink_string(struct report_sink *sink, const char *string)
{
	sink_settle(sink, buffer_add_string(&sink->buffer, string));
}

void sink_format(struct report_sink *sink, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	bool added = buffer_format_list(&sink->buffer, format, list);
	va_end(list);
	sink_settle(sink, added);
}

/* ---- formats ------------------------------------------------------------------------------------------------------------ */

const struct report_format *report_find(const char *path_or_name)
{
	const char *suffix = path_suffix(path_or_name);
	for (size_t i = 0; *suffix && report_formats[i]; i++)
		if (!strcasecmp(report_formats[i]->suffix, suffix))
			return report_formats[i];
	for (size_t i = 0; report_formats[i]; i++)
		if (!strcmp(report_formats[i]->name, path_or_name))
			return report_formats[i];
	return NULL;
}

/* ---- data --------------------------------------------------------------------------------------------------------------- */

static bool run_latest(struct store *store, long long run, struct arena *arena, struct run_row *ret, struct error *error)
{
	bool found;
	size_t count;
	struct run_row *rows;
	if (run > 0) {
		if (!run_get(store, run, arena, ret, &found, error))
			return false;
		return found || error_set(error, ERROR_USAGE, "there is no run %lld", run);
	}
	if (!run_list(store, 0, 1, arena, &rows, &count, error))
		return false;
	if (count == 0)
		return error_set(error, ERROR_USAGE, "nothing has been run yet: `lever run` makes the first run");
	*ret = rows[0];
	return true;
}

/* The measured variant with the highest pass rate, `but` left out; ties go to the one that stands first; arm_count: none. */
static size_t arm_best(const struct report_data *data, size_t but)
{
	size_t best = data->arm_count;
	for (size_t i = 0; i < data->arm_count; i++) {
		double rate = data->arms[i].pass_rate.rate;
		if (i != but && data->arms[i].done && !isnan(rate) && (best == data->arm_count || rate > data->arms[best].pass_rate.rate))
			best = i;
	}
	return best;
}

static void lead_collect(struct report_data *data, const struct arm_set *set)
{
	size_t best = arm_best(data, data->arm_count), second = arm_best(data, best);
	if (best < data->arm_count && second < data->arm_count)
		set_pair(set, second, best, data->arena, &data->lead);
}

static void set_collect(struct report_data *data, const struct arm_set *set)
{
	long long total;
	data->arms = arena_take(data->arena, (data->arm_count + 1) * sizeof *data->arms);
	for (size_t i = 0; i < data->arm_count; i++)
		set_summarise(set, i, data->arena, &data->arms[i]);
	set_levers(set, data->arena, &data->pairs, &data->pair_count);
	set_tags(set, data->arena, &data->tags, &data->tag_count);
	set_failures(set, SIZE_MAX, data->arena, &data->failures, &data->failure_count, &total);
	lead_collect(data, set);
}

bool report_collect(struct store *store, long long run, struct arena *arena, struct report_data *ret, struct error *error)
{
	struct report_data data = {.store = store, .arena = arena, .failure_limit = REPORT_FAILURES};
	struct arm *arms;
	CLEANUP(arm_set_release) struct arm_set *set = NULL;
	if (!run_latest(store, run, arena, &data.run, error) ||
		!arm_list(store, data.run.id, arena, &arms, &data.arm_count, error) ||
		!arm_set_load(store, arms, data.arm_count, &set, error))
		return false;
	data.project = data.run.project;
	set_collect(&data, set);
	*ret = data;
	return true;
}

/* ---- files -------------------------------------------------------------------------------------------------------------- */

static bool sink_run(
	const struct report_data *data, const struct report_format *format, int file, const char *path, struct error *error)
{
	struct report_sink sink = {.file = file};
	bool good = format->write(data, &sink, error);
	sink_flush(&sink);
	buffer_release(&sink.buffer);
	bool unread = sink.failed && sink.reason == EPIPE; /* whoever read has seen enough: no mistake */
	if (good && sink.failed && !unread)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(sink.reason));
	return good;
}

static bool file_settle(int file, const char *temporary, const char *path, struct error *error)
{
	bool good = fchmod(file, 0644) == 0 && fsync(file) == 0 && rename(temporary, path) == 0;
	return good || error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(errno));
}

/* A device or a pipe is written to as it is: renaming would put a file in its place. */
static bool special_write(const struct report_data *data, const struct report_format *format, const char *path, struct error *error)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(errno));
	bool good = sink_run(data, format, file, path, error);
	close(file);
	return good;
}

bool report_write(const struct report_data *data, const struct report_format *format, const char *path, struct error *error)
{
	if (!strcmp(path, "-"))
		return sink_run(data, format, STDOUT_FILENO, "standard output", error);
	struct stat status;
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
		return special_write(data, format, path, error);
	CLEANUP(memory_release) char *temporary = string_format("%s.XXXXXX", path);
	int file = mkostemp(temporary, O_CLOEXEC);
	if (file < 0)
		return error_at(error, ERROR_STORAGE, path, 0, 0, "cannot be written: %s", strerror(errno));
	bool good = sink_run(data, format, file, path, error) && file_settle(file, temporary, path, error);
	if (!good)
		unlink(temporary);
	close(file);
	return good;
}
