/* How far two or more raters agree. Undefined (one rater, no variation): NAN. */
#ifndef LEVER_STATS_AGREEMENT_H
#define LEVER_STATS_AGREEMENT_H

#include <stddef.h>

/* `table`: size × size counts, row-major, first rater by row. kappa = (observed - expected) / (1 - expected) (Cohen 1960). With rare classes
 * it is low although raters agree: show `observed` beside it. */
struct kappa {
	double kappa, observed, expected;
};
struct kappa cohen_kappa(const long long *table, size_t size);
/* Specific agreement (Cicchetti and Feinstein 1990): share on which both agree among all that either gave class `index`,
 * 2 n_ii / (n_i. + n_.i); NAN when nobody gave it. */
double class_agreement(const long long *table, size_t size, size_t index);

enum level { LEVEL_NOMINAL, LEVEL_ORDINAL, LEVEL_INTERVAL, LEVEL_RATIO };
/* Krippendorff's alpha by coincidences (Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). `values`: raters × items,
 * row-major; NAN where a rater gave none. From .8 firm, from .667 tentative. */
double krippendorff_alpha(const double *values, size_t raters, size_t items, enum level level);

#endif
