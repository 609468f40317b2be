/* Data sets: rows from files. A format yields JSON values one by one, whatever the file's size; a mapping turns a row into a case,
 * an example or a recorded output. Formats: one file each (format_jsonl.c, format_json.c, format_csv.c, format_yaml.c). */
#ifndef LEVER_DATASETS_DATASET_H
#define LEVER_DATASETS_DATASET_H

#include "eval/base/field.h"
#include "eval/base/hash.h"
#include "eval/base/json.h"
#include "eval/base/yaml.h"
#include "eval/store/cases.h"

#define DATASET_ROW_LIMIT ((size_t)64 << 20) /* bytes of one row; also of a whole YAML file */

struct dataset_reader;

struct dataset_options {
	const char *path; /* as given in the project: for messages; NULL: the path that is opened */
	const char *at;	  /* dotted path to the rows inside a JSON or YAML document; NULL: the top. `*` stands for every
			     item of a list or member of an object on the way: data.*.paragraphs.*.qas */
	char delimiter;	  /* CSV; 0: guessed from the suffix (tsv) else ',' */
	const char *const
		*columns;  /* CSV without a header row: the names of its columns, NULL-terminated; NULL: the first row names them */
	bool plain_quotes; /* CSV: a quote is a character like any other (tab-separated files that quote nothing) */
	const struct yaml *where; /* which rows are meant (datasets/where.h); NULL: all */
};

struct dataset_row {
	json_t *value;	 /* borrowed from the reader until the next call */
	const char *key; /* the member name where rows are an object whose keys are ids, until the next call; else NULL */
	long line;	 /* where the row begins, from 1 */
	bool cells;	 /* every member is the text of a cell (CSV): lists and numbers may stand in texts */
};

struct dataset_format {
	const char *name, *summary, *help;
	const char *const *suffixes; /* without dot, NULL-terminated; each also serves as a name of the format */
	/* `state` is kept in reader->state. Errors: ERROR_DATA with file, line, column (in bytes), what was expected. */
	bool (*open)(struct dataset_reader *reader, struct error *error);
	/* 1: a row (value is a new reference); 0: the end; -1: this row is bad (error filled) and reading may go on; -2: bad and
	 * reading cannot go on. */
	int (*next)(struct dataset_reader *reader, struct dataset_row *row, struct error *error);
	void (*close)(struct dataset_reader *reader);
};
extern const struct dataset_format *const dataset_formats[]; /* generated; ends with NULL */

struct dataset_reader {
	const struct dataset_format *format;
	struct dataset_options options;
	const char *file; /* the path that is opened */
	const char *name; /* for messages: options.path, else file */
	const char *word; /* the format's name or the suffix by which it was chosen ("tsv"); borrowed from the format */
	void *state;
	json_t *value; /* of the last row */
	long rows;     /* good and bad ones so far */
	long meant;    /* of them those that `where` holds for, and bad ones */
	struct buffer others; /* what the others have instead */
	bool ended;    /* next() answers 0 from now on */
};

/* The format called `word` (a name or a suffix, letter case ignored), with that word as the format spells it; NULL where there is
 * none. */
const struct dataset_format *dataset_format_find(const char *word, const char **spelled);

/* By `format` (a name or a suffix), or by the file's suffix when NULL. All strings must outlive the reader. An empty file (no row
 * at all), and one in which `where` holds for no row, is an error that next() reports. After a failure the reader is closed. */
bool dataset_open(struct dataset_reader *reader, const char *file, const char *format, const struct dataset_options *options,
	struct error *error) MUST_CHECK;
/* As dataset_format.next; the row is set on 1 only. After 0 or -2 every further call answers 0. */
int dataset_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error);
/* May be called twice. */
void dataset_close(struct dataset_reader *reader);

#endif
