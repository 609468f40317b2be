/* Reports: a run written for readers and pipelines. One file each: reports/report_NAME.c defines `const struct report_format
 * report_NAME`, chosen by suffix. The same data gives the same bytes: no clock, no path of the machine, no order by chance. */
#ifndef LEVER_REPORTS_REPORT_H
#define LEVER_REPORTS_REPORT_H

#include "eval/base/buffer.h"
#include "eval/compare/compare.h"

#define REPORT_FAILURES 20
struct report_data {
	struct store *store;
	struct arena *arena;
	struct run_row run;
	struct arm_summary *arms;
	size_t arm_count;
	struct pair_summary *pairs;
	size_t pair_count;
	struct tag_rate *tags;
	size_t tag_count;
	struct pair_summary lead; /* the best against the runner-up, unadjusted; paired 0 with fewer than two measured variants */
	struct failure_row *failures;
	size_t failure_count;		   /* every case that some variant does not pass */
	size_t failure_limit;		   /* failures shown side by side; report_collect sets REPORT_FAILURES */
	const char *project, *description; /* description NULL */
	const struct project *settings;	   /* what lever.yaml says, for the advice; NULL: not known */
};
struct report_sink {
	struct buffer buffer;
	int file;
	bool failed;
	int reason; /* errno of the first failure */
};
void sink_text(struct report_sink *sink, struct text text); /* flushed in blocks */
void sink_string(struct report_sink *sink, const char *string);
/* file -1: everything stays in sink->buffer, for tests and screens. */
void sink_format(struct report_sink *sink, const char *format, ...) PRINTF(2, 3);

struct report_format {
	const char *name, *summary, *help;
	const char *suffix; /* "md"; of a path, ASCII case ignored */
	bool (*write)(const struct report_data *data, struct report_sink *sink, struct error *error);
};
extern const struct report_format *const report_formats[];	   /* generated; ends with NULL */
const struct report_format *report_find(const char *path_or_name); /* by suffix, else by name; NULL */

/* Collects everything for a run (0: the latest). */
bool report_collect(
	struct store *store, long long run, struct arena *arena, struct report_data *ret, struct error *error) MUST_CHECK;
/* Writes through a temporary file beside `path` and renames; "-" is stdout. */
bool report_write(
	const struct report_data *data, const struct report_format *format, const char *path, struct error *error) MUST_CHECK;

#endif
