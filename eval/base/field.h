/* Fields: one table says what keys a thing takes, of what kind, within what bounds, with which help. The reader of the project
 * file, `lever show`, the README tables and completion derive from it. */
#ifndef LEVER_BASE_FIELD_H
#define LEVER_BASE_FIELD_H

#include "eval/base/yaml.h"

enum field_kind {
	FIELD_STRING,	/* const char * ; scalars of any kind are taken as written */
	FIELD_TEXT,	/* struct text; as FIELD_STRING, but may hold NUL */
	FIELD_INTEGER,	/* long long */
	FIELD_NUMBER,	/* double */
	FIELD_BOOL,	/* bool */
	FIELD_CHOICE,	/* int: index into `choices` */
	FIELD_STRINGS,	/* struct field_strings: a list, or a single scalar as a list of one */
	FIELD_JSON,	/* const struct yaml * : any value, kept with its position (yaml_json converts) */
	FIELD_DURATION, /* int64_t microseconds: "30s", "250ms", "2m", "1h"; a bare number is seconds */
};

struct field_strings {
	const char **items;
	size_t count;
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset;		    /* into the config struct */
	const char *help;	    /* one line, no full stop */
	const char *const *choices; /* FIELD_CHOICE: NULL-terminated */
	double min, max;	    /* numbers and durations (seconds): checked when min < max */
	const char *fallback; /* default as a person would write it, for help and for reading; NULL: zero of the kind / absent */
	bool required;
	size_t present; /* offset of a bool "was given", or 0 for none (no struct starts with one) */
};

/* A table ends with a field whose name is NULL. */
/* Templates that were read, to be held against the cases when these are known; in the reader's arena. */
struct template_list {
	struct read_template {
		const struct template *template;
		const char *what;
		struct text_place place;
	} *items;
	size_t count;
};

struct field_reader {
	struct arena *arena; /* strings and lists live here */
	const char *file;    /* for messages */
	struct error_list *errors;
	const char *what; /* "scorer contains", "model base": for messages */
	struct text source;	       /* of the file, for places within a text; "no text": not at hand */
	struct template_list *templates; /* NULL: nobody asks */
};

/* Fills `config` (already zeroed) from `map`: defaults first, then the keys given. Unknown keys are errors with a near match,
 * unless they stand in `also` (NULL-terminated list of keys somebody else reads; may be NULL). NULL map, or a null node: no keys,
 * so a required one is missing. `key:` with nothing behind it counts as absent, but for FIELD_JSON. Bounds do not hold for
 * defaults. Answers false when an error was added; members whose value was wrong keep their default. */
bool fields_read(const struct field_reader *reader, const struct field *fields, const struct yaml *map, const char *const *also,
	void *config);
const char *field_kind_name(const struct field *field); /* "text", "number", "one of a, b" is composed by callers */
/* NULL-terminated, in the arena; NULL for none. */
const char *const *field_strings_list(struct arena *arena, const struct field_strings *strings);
bool duration_parse(const char *text, int64_t *microseconds);

#endif
