/* Advice: where a project stands on the path from prompts to tuned models, and which lever to pull next, with the evidence. One
 * call makes the whole; the command, the screen and the report only print it. evidence.c … what was measured     attribute.c why
 * cases fail     candidates.c what each lever would gain     rules.c the table of levers alarm_*.c  what is wrong with the data
 * stacks.c two levers together     path.c the stage     ledger.c what was predicted before     advice.c all of it */
#ifndef LEVER_ADVISE_ADVICE_H
#define LEVER_ADVISE_ADVICE_H

#include "eval/stats/cost.h"
#include "eval/advise/evidence.h"

/* ---- the table: one row a lever or remedy ---------------------------------------------------------------------------------------
 */
struct candidate;
struct advice_rule {
	const char *name;	       /* the lever, or the remedy */
	bool remedy;		       /* no variant: mends data, corpus or limits */
	const char *modes;	       /* codes that it answers to, with spaces */
	const char *evidence;	       /* what its gain is computed from, in words */
	const char *watched, *guarded; /* the metric that should rise; the one that must not fall */
	const char *disqualifier;      /* what speaks against it, in words */
	const char *sentence;	       /* of the method */
	const char *const *probes;     /* whose arms it is estimated from; NULL */
	/* Difference to the base by case, NAN where unknown; false: there is no evidence. NULL: no gain is computed. */
	bool (*estimate)(const struct evidence *evidence, const struct evidence_arm *arm, double *differences);
	/* Is it known of the case, without asking, that the lever changes nothing there? NULL: of none. */
	bool (*sure)(const struct evidence *evidence, size_t at);
	/* Speaks against it here; NULL: nothing. */
	const char *(*objection)(const struct evidence *evidence, const struct project *project, const struct candidate *candidate,
		struct arena *arena);
};
extern const struct advice_rule advice_rules[]; /* ends with name NULL */
const struct advice_rule *advice_rule_find(const char *name);

/* ---- one lever on this project ------------------------------------------------------------------------------------- */
struct candidate {
	const struct advice_rule *rule;
	const char *lever, *evidence;	/* evidence: name of the arm or probe; NULL: none */
	const char *modes;		/* codes that it answers to: its rule's, or those of what a stack was put together from */
	const struct evidence_arm *arm; /* NULL: computed from several */
	const struct evidence_arm *drawn; /* whose draw of cases it rests on; NULL: all cases */
	bool measured;			/* the lever itself was run as a variant */
	bool bound;			/* the gain is an upper bound */
	bool sampled;			/* of passing cases only some were asked */
	bool blind;			/* no passing case was asked: what it breaks is not known */
	double *differences;		/* to the base, by case; NAN: not known */
	double *weights;		/* for how many cases each of them stands; NAN where there is none */
	bool has_gain;
	double gain, error;		 /* share of all cases, unshrunk */
	struct interval interval;	 /* 95 % */
	double likely_low;		 /* the lower end of 80 %: of passing cases that only some of were asked, the interval knows little */
	bool few_asked;			 /* it is refused for that alone */
	double shrunk;			 /* ranks only */
	double p;	/* one-sided, adjusted over all candidates of this advice: against what the base says when it is asked again */
	double p_alone; /* one-sided, of this one alone: its gains against its losses, by signs */
	double wins, losses;		 /* cases gained and lost, each for as many as it was drawn for */
	int won;			 /* cases gained, each for itself */
	double breaks;			 /* share of cases that it loses; NAN: not known */
	double share;			 /* of the failures: those with its modes */
	size_t *cases, case_count;	 /* indexes of these failures */
	double cost, base_cost, latency; /* dollars, seconds a case; NAN unknown */
	double search_cost;		 /* of `cost`: embedding and reranking, as stated in `costs:` */
	double break_even;		 /* calls until one-time costs are earned back; INFINITY: never; NAN: not known */
	double one_time, monthly;	 /* dollars beside its calls; NAN: not known */
	double payback;			 /* months until break_even at `volume` calls a month; NAN: not known, or no volume is given */
	double volume;			 /* calls a month; 0: not given */
	double worth;			 /* dollars that an avoided error has to be worth where calls are dearer; NAN: they are not, or nothing is gained */
	double worth_first;		 /* the same in the first year, with what it costs once; NAN: no volume is given, or worth is NAN */
	bool valued;			 /* errors avoided count in break_even: `error_value` is given */
	bool volume_needed;		 /* break_even is not known because it has costs by the month, and no volume is given */
	bool default_costs;		 /* break_even rests on defaults: `costs:` of the project is not filled in */
	const char *disqualified;	 /* NULL: nothing speaks against it */
	const char *data;		 /* what it needs against what is there; NULL */
	const char *add;		 /* a line of `variants:` that the command needs; NULL: none */
	const char *add_first;		 /* a section of the project that this line draws on, where it is not there yet; NULL */
	const char *command;		 /* the confirming experiment, to paste */
	const char *change_mind;	 /* what would change this advice */
	bool recommended;
	bool proposal; /* a stack of two measured levers that nobody measured yet: told last */
	const struct evidence_arm *both[2]; /* of a proposal: the two */
	int rank;	 /* from 1 among the recommended levers; 0 */
	const char *why; /* why it is recommended or is not */
};

struct advice_alarm {
	const char *name, *message;
	bool blocking;
	const char **cases; /* ids */
	size_t case_count;
};
struct mode_share {
	const char *code, *name; /* code "": unexplained */
	const char *levers;	 /* what mends it; NULL: look at them */
	size_t count;
};
struct ledger_row {
	const char *lever, *base, *evidence, *variant, *hypothesis; /* evidence NULL: nothing was predicted; hypothesis NULL: none */
	double predicted, low, high, measured;			    /* NAN where nothing was predicted */
	int64_t created_at;
	long long run; /* that measured it, where its base is not in the run at hand any more; 0: the run at hand */
};

struct rater_progress; /* triage.h */
struct rater_pair {
	const char *first, *second;
	size_t both;
	double kappa, observed; /* kappa NAN: undefined */
};

enum advice_verdict { VERDICT_PULL, VERDICT_STOP, VERDICT_NOT_ENOUGH, VERDICT_MEND }; /* MEND: no lever, but data, corpus or limits come first */
struct path_step {
	const char *name, *state; /* "prompt on the best model", "done: …" */
	bool done;
};

struct advice {
	struct evidence *evidence; /* borrowed */
	struct proportion base_rate;
	double bar; /* NAN: none was set */
	const char *stage;
	struct path_step *path;
	size_t path_count;
	struct advice_alarm *alarms;
	size_t alarm_count;
	struct mode_share *modes; /* most first */
	size_t mode_count;
	size_t labelled;	      /* failures with a mode */
	size_t by_people;	      /* of these: a person gave it */
	struct rater_progress *raters; /* people who labelled some */
	size_t rater_count;
	const struct rater_progress *labeller; /* who labelled most; NULL: nobody did */
	struct rater_pair *agreed;	       /* two who labelled the same failures */
	size_t agreed_count;
	double placebo;		      /* share of failures that pass when asked again; NAN */
	struct candidate *candidates; /* recommended ones by rank, then the others */
	size_t candidate_count;
	enum advice_verdict verdict;
	const char *reason;
	const struct candidate *first; /* NULL */
	struct ledger_row *ledger;
	size_t ledger_count;
	double prior; /* variance of true gains that shrinks */
};

/* A measured variant whose cost is known. open: off the front, but no cheaper one is better by more than chance (95 % interval of the
 * paired difference; science.md 6.1). */
struct front_point {
	struct cost_point mark;
	const struct evidence_arm *arm;
	bool open;
};
void advice_front(const struct advice *advice, struct arena *arena, struct front_point **points, size_t *count);
const char *front_words(const struct front_point *point);

/* What the first year costs by calls a month, of the base and of one lever: the volumes lie around that at which the lines cross. */
#define CURVE_POINTS 5
struct cost_curve {
	const char *lever;
	double volumes[CURVE_POINTS], base_cost, lever_cost, fixed, monthly;
	double cross;	    /* calls a month; NAN: the lines do not cross */
	double even;	    /* calls until it is earned back; INFINITY never, NAN not known */
	bool valued;	    /* avoided errors count in `even`, and not in the costs */
	bool default_costs; /* `costs:` of the project is not filled in */
};
bool candidate_curve(const struct candidate *candidate, const struct project *project, struct cost_curve *ret); /* false: costs are not known */
bool advice_curve(const struct advice *advice, const struct project *project, struct cost_curve *ret);		  /* of the one recommended first */
double curve_base(const struct cost_curve *curve, double volume);
double curve_lever(const struct cost_curve *curve, double volume);

/* Other variants than the base, as far as measured. */
size_t flow_arms(const struct evidence *evidence, struct arena *arena, const struct evidence_arm ***arms);
/* Of the cases that fail in this way ("": unexplained) and were asked of the arm: how many pass there. */
size_t flow_mended(const struct evidence *evidence, const struct evidence_arm *arm, const char *code, size_t *asked);
/* Of those that pass: how many do not there. */
size_t flow_lost(const struct evidence *evidence, const struct evidence_arm *arm, size_t *asked);

/* In the arena; `project` may be NULL. Computes; writes nothing. */
bool advice_make(struct evidence *evidence, struct store *store, const struct project *project, struct arena *arena, struct advice **ret,
	struct error *error) MUST_CHECK;
/* Keeps what was predicted, once for each base version, lever and evidence; inside the caller's transaction. */
bool advice_keep(const struct advice *advice, struct store *store, struct error *error) MUST_CHECK;
/* His last labels brought no new code. */
bool rater_saturated(const struct rater_progress *rater);
/* "ann: 25 of 95 failures labelled, 0 new codes in the last 20 (saturated)"; "Cohen's kappa of ann and bob: …" */
const char *rater_words(const struct rater_progress *rater, const struct evidence *evidence, struct arena *arena);
const char *rater_pair_words(const struct rater_pair *pair, struct arena *arena);
/* What its evidence is: "measured:", "from the probe:" or "from". */
const char *evidence_kind(const struct candidate *candidate);
/* Name of the base variant. */
const char *evidence_name(const struct advice *advice);
/* USD once, and a month, that a lever costs beside its calls; a stack costs what its parts cost. */
double candidate_one_time(const struct cost_settings *costs, const struct candidate *candidate);
double candidate_monthly(const struct cost_settings *costs, const struct candidate *candidate);
/* "rag +14.0 points, tuned +32.9": what a stack was put together from, and what each gained alone; NULL: nothing is known. In the arena. */
const char *parts_words(const struct evidence *evidence, const struct evidence_arm *arm, struct arena *arena);
/* The same of a candidate: of a measured stack, and of a proposal. */
const char *candidate_parts(const struct advice *advice, const struct candidate *candidate, struct arena *arena);
/* What was predicted of this variant: of its lever, or of its two parts together; NULL. */
const struct candidate *predicted_for(const struct advice *advice, const struct evidence_arm *arm);
const char *advice_verdict_name(enum advice_verdict verdict);  /* "pull", "stop", "not-enough-evidence", "mend" */
const char *advice_verdict_words(enum advice_verdict verdict); /* "pull next", "stop", "not enough evidence", "mend first" */

#endif
