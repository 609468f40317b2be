/* Data alarms: what makes advice worthless before it is given. One file each: eval/advise/alarm_NAME.c defines `const struct
 * alarm_type alarm_NAME`. */
#ifndef LEVER_ADVISE_ALARM_H
#define LEVER_ADVISE_ALARM_H

#include "eval/advise/advice_private.h"
#include "eval/score/lenient.h"

struct alarm_input {
	const struct advice *advice; /* evidence and base are there, nothing else yet */
	struct store *store;
	const struct project *project; /* NULL: not known */
	struct arena *arena;
};
struct alarm_type {
	const char *name, *summary, *help;
	/* Sets *raised and fills message, blocking and cases. */
	bool (*look)(const struct alarm_input *input, struct advice_alarm *ret, bool *raised, struct error *error);
};
extern const struct alarm_type *const alarm_types[]; /* generated; ends with NULL */
void alarm_case(struct advice_alarm *alarm, const char *id, struct arena *arena);

#endif
