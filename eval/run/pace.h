/* Pace: how many calls an endpoint is given at a time. Pure: the clock is passed in. Raises while it is answered, halves when the
 * server says slow down, stops raising where more in flight is not faster, goes down as long as fewer are as fast, and waits where a
 * limit says when it ends, up to RETRY_AFTER_LIMIT: beyond, the address is closed for this run. One for each address; all models
 * there share it. */
#ifndef LEVER_RUN_PACE_H
#define LEVER_RUN_PACE_H

#include "eval/model/api.h"

struct pace {
	double level; /* calls in flight at most */
	int cap;
	bool growing;	      /* doubling: no trouble was met yet */
	bool asked;	      /* the cap is a person's */
	int64_t paused_until; /* monotonic microseconds */
	int64_t closed_until; /* a pause too long to wait for: no more calls in this run; 0 */
	enum call_class pause_class; /* why */
	int64_t cut_at;	      /* of the last halving: one for each round trip */
	double size;	      /* bytes of the largest answers of late */
	double floor, recent; /* microseconds: the least latency seen, and a moving average */
	/* The window that compares speed at this level with the best before. */
	int64_t window_at;
	int window_count;
	double window_level; /* when it opened */
	double best_rate;    /* answers a second */
	bool holding;	     /* more in flight was not faster */
	bool faster;	     /* the last window was */
	/* Fewer are tried until that is slower; where a person asked for a level, down to that or 16, the less. */
	double trial;	  /* the level that is gone back to; 0: no trial */
	double reference; /* answers a second there; 0: being measured */
	int settled;	  /* windows until more is tried again */
	int cuts, pauses, timeouts; /* timeouts: in a row */
	enum call_class last_cut;
	int most; /* the highest level reached */
};
/* cap: at most so many. known: the cap was asked for by a person, so that it is where one starts; else one starts low. */
void pace_begin(struct pace *pace, int cap, bool known);
/* A call ended. in_flight: with it. */
void pace_answered(struct pace *pace, const struct reply *reply, int in_flight, int64_t now);
/* May one more go out, with so many in flight? */
bool pace_open(const struct pace *pace, int in_flight, int64_t now);
/* Microseconds until calls may go out again; 0: now, or not in this run (closed_until). */
int64_t pace_wait(const struct pace *pace, int64_t now);
/* "64 → 23 in flight: 3 × rate-limit, 1 pause that the server asked for"; in the arena. NULL: nothing worth saying. */
const char *pace_words(const struct pace *pace, struct arena *arena);

#endif
