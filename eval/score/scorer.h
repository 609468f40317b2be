/* Scorers: a check of one attempt. One file each: eval/score/scorer_NAME.c defines `const struct scorer_type scorer_NAME`
 * (dashes in names become underscores in files). */
#ifndef LEVER_SCORE_SCORER_H
#define LEVER_SCORE_SCORER_H

#include "eval/base/field.h"
#include "eval/base/filter.h"
#include "eval/base/template.h"
#include "eval/score/extractor.h"
#include "eval/store/attempts.h"

enum scorer_needs {
	NEEDS_EXPECTED = 1, /* the case must have an expected answer, or the scorer a value of its own */
	NEEDS_PASSAGES = 2, /* passages were retrieved (or gold passages named) */
	NEEDS_VERDICT = 4,  /* a recorded output with a verdict */
};

/* What a scorer judges where it fails: tells failures apart. A text scorer that has a value of its own, and not the expected answer,
 * judges a constraint too. */
enum scorer_judges { JUDGES_ANSWER, JUDGES_CONSTRAINT, JUDGES_LENGTH, JUDGES_TOOLS, JUDGES_OTHER };

/* What a scorer sees; all borrowed until it returns. */
struct scored {
	struct text input_vars; /* JSON object */
	const json_t *vars;	/* the same, parsed; plus `expected`, `output`, `answer` for templates */
	const json_t *expected; /* list of accepted answers; NULL or empty: none */
	const json_t *gold;	/* list of passage or document ids; NULL: none */
	struct text output;	/* raw */
	struct text answer;	/* what the variant's extractor took, else the output */
	struct text prompt;	/* JSON list of messages */
	enum attempt_state state;
	const char *finish;
	const struct retrieval_row *retrieval; /* NULL: none */
	const json_t *recorded;		       /* the recorded row's body (verdict, labels); NULL */
	struct usage usage;
	int64_t latency;
};

struct score_result {
	double value;	       /* [0,1] before negation */
	bool passed;	       /* before negation; the frame applies `threshold` when one is set */
	struct text reason;    /* in the arena: why, in a few words, both sides shown where it failed */
	struct text extracted; /* in the arena: what was compared; "no text" when not apt */
};

/* What every scorer takes beside its own fields (read by the frame): name, weight, threshold, negate, when, extract. */
struct scorer_type {
	const char *name, *summary, *help;
	int version; /* raised when the same input may score otherwise: part of the scorer's hash */
	unsigned needs;
	enum scorer_judges judges;
	const struct field *fields; /* the field named by `main_field` takes the shorthand: `- contains: "x"` */
	const char *main_field;	    /* NULL: no shorthand value; `- json` or `- json: {…}` */
	size_t config_size;
	bool (*prepare)(void *config, const struct field_reader *reader,
		const struct yaml *node); /* may be NULL; adds errors to reader->errors */
	/* Answers false with the reason in `error` when it could not judge (bad template, no expected answer): the score is then 0,
	 * failed, with that reason. */
	bool (*score)(const void *config, const struct scored *scored, struct arena *arena, struct score_result *ret,
		struct error *error);
	/* What decides scores beside the keys as written, such as the content of a file: part of the hash. New reference; may be
	 * NULL, and answer NULL. */
	json_t *(*material)(const void *config);
	void (*done)(void *config); /* may be NULL */
};
extern const struct scorer_type *const scorer_types[]; /* generated; ends with NULL */
extern const struct field scorer_fields[];	       /* what the frame reads for every scorer: for help */

/* One configured scorer. */
struct scorer {
	const struct scorer_type *type;
	const char *name; /* as given, else the type's name; unique within a list ("contains", "contains-2") */
	double weight;	  /* default 1; 0 informs only */
	bool has_threshold;
	double threshold;	   /* passed = value >= threshold */
	bool negate;		   /* `negate: true` or `- not-contains: x`: value becomes 1 - value, passed its contrary */
	const struct filter *when; /* NULL: every case. Terms on the case only */
	const char *when_text;
	struct extractor *extract; /* NULL: the variant's answer */
	void *config;
	struct hash hash;   /* of type, version and configuration */
	json_t *definition; /* the same, readable */
	long long row;	    /* in the store, set by whoever stores */
};
struct scorers {
	struct scorer **items;
	size_t count;
};

/* The definition is {"type","version","config"} and, where given, "extract", "threshold", "negate"; the hash is that of its
 * canonical form; "material" is in it where a type has some. Name, weight and `when` are no part of it. Two scorers of one list may
 * only have the same hash when their `when` differs. A name that is not given is the type's ("not-contains" when negated).
 * `threshold` is compared before negation. A scorer's `extract` looks at the raw output; where it finds nothing the score is 0,
 * failed, also when negated: as for every check that could not be made. */
/* By the type's name, and its definition where that is known (NULL: it is not). */
enum scorer_judges scorer_judges_of(const char *type, const json_t *definition);
/* Reads a list as it stands in a project file or a case. Every mistake is added to reader->errors. False when one was. */
bool scorers_read(const struct field_reader *reader, const struct yaml *list, struct scorers *ret);
void scorers_done(struct scorers *scorers);
/* Does the scorer's `when` hold for this case? */
bool scorer_applies(const struct scorer *scorer, const struct filter_case *subject);
/* Scores with extraction, negation and threshold applied; never fails: what went wrong is the reason of a failed score. */
void scorer_run(const struct scorer *scorer, const struct scored *scored, struct arena *arena, struct score_result *ret);

/* How scores make a verdict: passes when all scorers of weight > 0 pass, or, where a threshold is set, when their weighted mean
 * reaches it. */
struct verdict_rule {
	bool has_threshold;
	double threshold;
};
struct verdict_sum {
	double value;
	bool passed;
	bool any; /* some scorer of weight > 0 applied */
};
struct verdict_sum verdict_of(
	const struct verdict_rule *rule, const struct score_result *results, const double *weights, size_t count);

#endif
