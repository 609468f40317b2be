/* The project: lever.yaml read into an immutable tree. Everything lives in the project's arena.
 *   project.c reads the whole; project_models.c, project_cases.c, project_variants.c each a section; prompt.c the prompt files. */
#ifndef LEVER_RUN_PROJECT_H
#define LEVER_RUN_PROJECT_H

#include "datasets/mapping.h"
#include "eval/model/api.h"
#include "eval/retrieve/retrieve.h"
#include "eval/run/lever.h"
#include "eval/run/probe.h"
#include "eval/run/prompt.h"
#include "eval/run/tools.h"
#include "eval/score/scorer.h"

struct case_source {
	const char *path;   /* as given; "lever.yaml" for inline cases */
	const char *file;   /* to open */
	const char *format; /* NULL: by suffix */
	struct dataset_options options;
	struct case_mapping mapping;
	const struct yaml *inline_rows; /* a list in the project file itself; NULL */
	bool once; /* a case that is there again, asking the same, is left out */
};

struct corpus_source {
	const char *name, *path, *folder;
	struct passage_settings passages;
};

struct example_set {
	const char *name;
	struct case_source source;
	struct case_row *rows;
	size_t count; /* read when a variant uses it: see examples_load */
	struct hash hash;
	struct example_index *index;
};

enum example_select { EXAMPLES_STATIC, EXAMPLES_NEAREST };
struct example_use {
	struct example_set *set;
	int select;
	long long k;
	const char *same_tag; /* reserved */
};

struct retrieval_use {
	const struct corpus_source *corpus;
	long long k;
	const char *query_text;
	const struct template *query; /* default {{ input }} or the only var */
	struct text_place query_place;
	const struct filter *when;
	const char *when_text; /* NULL: every case */
	long long max_tokens;  /* passages put in the prompt stop before this many (estimated); 0: no limit */
};
/* Appends what is asked of the corpus for these vars: the template, else (`use` may be NULL) all their text. (attempt_prompt.c) */
bool retrieval_query(const struct retrieval_use *use, const json_t *vars, struct buffer *out, struct error *error) MUST_CHECK;

struct route_rule {
	const struct filter *when;
	const char *when_text;
	const char *answer; /* of the router; NULL */
	struct variant *variant;
};
struct route {
	struct variant *router; /* a variant whose answer decides; NULL: rules on the case alone */
	struct route_rule *rules;
	size_t count;
	struct variant *otherwise; /* default */
};

struct variant {
	const char *name;
	const struct lever_type *lever;
	const char *parent_name;
	struct variant *parent;
	const char *hypothesis, *description; /* NULL */
	const struct model *model;
	const struct prompt_file *prompt;     /* NULL: recorded models, stacks */
	const struct example_use *examples;   /* NULL */
	const struct retrieval_use *retrieve; /* NULL */
	const struct extractor *extract;      /* NULL: the output is the answer */
	const struct yaml *schema_node;
	json_t *schema;		/* NULL */
	struct tool_use *tools; /* NULL */
	long long samples;	/* of a vote; 0 and 1: one answer */
	struct route *route;	/* NULL */
	json_t *training;	/* metadata of a tuned model; NULL */
	struct scorers scorers; /* beside the project's */
	const struct probe_type *probe; /* not NULL: a probe of its parent, generated or declared */
	struct probe_change change;	/* of a derived probe */
	const char *file;
	long line, column; /* where it stands */
};

/* `advice:`: what counts as good enough, and what the facts are like. */
enum advice_task { TASK_STYLE, TASK_CLASSIFICATION, TASK_EXTRACTION, TASK_CHANGE };
struct advice_settings {
	bool any, has_bar, facts_change; /* nothing stands at offset 0 */
	double bar; /* NAN: none */
	int task;
};
/* `costs:`: beside the price of calls; USD. Defaults stand in costs_fields and are shown as such where `given` is false. */
struct cost_settings {
	bool given;
	double volume, error_value, label_minutes, hour, prompt_hours, index, refresh, embedding, rerank, training, trainings, hosting;
};

/* A failure mode of the project's own. */
struct own_mode {
	const char *code, *name, *meaning, *levers; /* the last three may be NULL */
};

struct gate;
struct project;
/* What a code stands for, in the taxonomy or among `modes:`; a code that nobody declared has itself for a name, "" is what is unexplained.
 * levers NULL: not told. `project` may be NULL. */
struct mode_words {
	const char *name, *levers;
};
struct mode_words mode_words_of(const struct project *project, const char *code);

struct project {
	struct arena *arena;
	const char *name, *description;
	const char *file, *directory; /* lever.yaml as found; its folder */
	const char *database;	      /* path */
	struct model **models;
	size_t model_count;
	struct case_source *cases;
	size_t case_source_count;
	struct corpus_source *corpora;
	size_t corpus_count;
	struct example_set *examples;
	size_t example_count;
	struct variant **variants;
	size_t variant_count;
	struct scorers scorers;
	struct probe_settings probes; /* `probes:` */
	struct own_mode *modes; /* `modes:` */
	size_t mode_count;
	struct advice_settings advice;
	struct cost_settings costs;
	struct verdict_rule verdict; /* `threshold:` of the project */
	const char *cassette;	     /* replayed when set and no --record: NULL */
	long long concurrency, repeats, seed;
	double budget; /* USD; 0: none */
	struct template_list templates; /* of scorers */
	struct gate *gates; /* `gates:` (gate.h) */
	size_t gate_count;
	const struct yaml *root;
};

/* The keys of the project file, section by section: for `lever show keys`. */
extern const struct field project_fields[], model_fields[], case_source_fields[], corpus_fields[], variant_fields[],
	examples_use_fields[], retrieve_fields[], probes_fields[], advice_fields[], costs_fields[], modes_fields[], tool_fields[];

/* Finds lever.yaml in `directory`, or (NULL) in the current folder or a parent. All mistakes in one pass; NULL when there was one.
 */
struct project *project_read(const char *directory, struct error_list *errors) MUST_CHECK;
/* Rows of a set of examples into the project; nothing when they are there. */
bool examples_load(struct project *project, struct example_set *set, struct error_list *errors);
void project_free(struct project *project);					  /* accepts NULL */
struct variant *project_variant(const struct project *project, const char *name); /* NULL: none */
const struct model *project_model(const struct project *project, const char *name); /* the first of the name */
/* Beside the project's: the variant's own, or those of the base that it probes. */
const struct scorers *variant_scorers(const struct variant *variant);
/* May an attempt of the variant ask the model: itself, behind its route, or for a tool? */
bool variant_asks(const struct variant *variant, const struct model *model);
/* A changed copy of a model, with its own params: the project frees it. */
const struct model *project_keep_model(struct project *project, struct model *model);
/* A variant whose recorded outputs bring mapped verdicts that no scorer uses; NULL: none. */
const struct variant *project_verdicts_unused(const struct project *project);
const struct corpus_source *project_corpus(const struct project *project, const char *name);

#endif
