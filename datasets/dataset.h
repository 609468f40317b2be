/* Data sets: rows from files. A format yields JSON values one by one, whatever the file's size; a mapping turns a row into a case,
 * an example or a recorded output. Formats: one file each (format_jsonl.c, format_json.c, format_csv.c, format_yaml.c). */
#ifndef LEVER_DATASETS_DATASET_H
#define LEVER_DATASETS_DATASET_H

#include "eval/base/field.h"
#include "eval/base/hash.h"
#include "eval/base/json.h"
#include "eval/store/cases.h"

struct dataset_options {
	const char *path;        /* as given in the project: for messages */
	const char *at;          /* dotted path to the rows inside a JSON or YAML document; NULL: the top */
	char delimiter;          /* CSV; 0: guessed from the suffix (tsv) else ',' */
};

struct dataset_row {
	json_t *value;           /* owned by the row: freed by the next call */
	const char *key;         /* the member name where rows are an object whose keys are ids; else NULL */
	long line;               /* where the row begins, from 1 */
};

struct dataset_format {
	const char *name, *summary, *help;
	const char *const *suffixes;   /* without dot, NULL-terminated */
	/* `state` is kept in dataset->state. Errors: ERROR_DATA with file, line, column, what was expected. */
	bool (*open)(struct dataset_reader *reader, struct error *error);
	/* 1: a row; 0: the end; -1: this row is bad (error filled) and reading may go on; -2: bad and reading cannot go on. */
	int (*next)(struct dataset_reader *reader, struct dataset_row *row, struct error *error);
	void (*close)(struct dataset_reader *reader);
};
extern const struct dataset_format *const dataset_formats[]; /* generated; ends with NULL */

struct dataset_reader {
	const struct dataset_format *format;
	struct dataset_options options;
	const char *file;        /* the path that is opened */
	void *state;
};

/* By `format` name, or by suffix when NULL. An empty file (no row at all) is an error that next() reports. */
bool dataset_open(struct dataset_reader *reader, const char *file, const char *format, const struct dataset_options *options,
	struct error *error) MUST_CHECK;
int dataset_next(struct dataset_reader *reader, struct dataset_row *row, struct error *error);
void dataset_close(struct dataset_reader *reader);

#endif
