/* Numbers as readers want them, in the arena. Unknown (UNKNOWN, NAN) is the word "unknown", never 0. */
#ifndef LEVER_REPORTS_FORMAT_H
#define LEVER_REPORTS_FORMAT_H

#include "eval/stats/stats.h"
#include "eval/store/attempts.h"

const char *count_format(struct arena *arena, long long count);			    /* "12,345"; UNKNOWN: "unknown" */
const char *percent_format(struct arena *arena, double proportion);		    /* "81.2%" */
const char *percent_interval_format(struct arena *arena, struct interval interval); /* "70.1% to 90.2%"; "undefined" */
const char *points_format(struct arena *arena, double difference);		    /* of proportions: "+31.2 points" */
const char *points_interval_format(struct arena *arena, struct interval interval);  /* "+22.1 to +40.3"; "undefined" */
const char *score_format(struct arena *arena, double value);			    /* "0.812" */
const char *money_format(struct arena *arena, double dollars);			    /* "$0.00042", "$1.23", "$12,345.00" */
const char *cost_format(struct arena *arena, long long picodollars);		    /* the same of picodollars; UNKNOWN */
const char *duration_format(struct arena *arena, double seconds); /* "340 ms", "1.2 s", "2 min 5 s", "3 h 10 min" */
const char *p_format(struct arena *arena, double p);		  /* "0.0012", "0.034", "< 0.0001"; NAN: "none" */
const char *ratio_format(struct arena *arena, double ratio);	  /* "4.2 times" */

#endif
