#include "eval/base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t clock_read(clockid_t which)
{
	struct timespec now;
	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

static bool clock_pinned(int64_t *moment)
{
	static int state = -1;
	static int64_t pinned;
	if (state < 0) {
		const char *text = getenv("LEVER_NOW");
		struct tm parts = {0};
		state = text && strptime(text, "%Y-%m-%dT%H:%M:%S", &parts) != NULL;
		if (state)
			pinned = (int64_t)timegm(&parts) * 1000000;
	}
	*moment = pinned;
	return state;
}

int64_t clock_wall(void)
{
	int64_t pinned;
	return clock_pinned(&pinned) ? pinned : clock_read(CLOCK_REALTIME);
}

void clock_iso(int64_t wall, char out[CLOCK_ISO])
{
	time_t seconds = (time_t)(wall / 1000000);
	struct tm parts;
	if (!gmtime_r(&seconds, &parts) || !strftime(out, CLOCK_ISO, "%Y-%m-%dT%H:%M:%SZ", &parts))
		snprintf(out, CLOCK_ISO, "unknown time");
}
