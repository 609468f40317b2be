#include "eval/advise/alarm.h"

bool alarms_raise(
	struct advice *advice, struct store *store, const struct project *project, struct arena *arena, struct error *error)
{
	size_t room = 0;
	struct alarm_input input = {advice, store, project, arena};
	for (const struct alarm_type *const *type = alarm_types; *type; type++) {
		struct advice_alarm alarm = {.name = (*type)->name};
		bool raised = false;
		if (!(*type)->look(&input, &alarm, &raised, error))
			return false;
		if (raised)
			*LIST_MORE(arena, advice->alarms, advice->alarm_count, room) = alarm;
	}
	return true;
}

void alarm_case(struct advice_alarm *alarm, const char *id, struct arena *arena)
{
	size_t count = alarm->case_count;
	if ((count & (count - 1)) == 0)
		alarm->cases = arena_grow(
			arena, alarm->cases, count * sizeof *alarm->cases, (count ? 2 * count : 1) * sizeof *alarm->cases);
	alarm->cases[alarm->case_count++] = id;
}
