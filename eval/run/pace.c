#include "eval/run/pace.h"
#include "eval/model/client.h"
#include <math.h>

#define START 8
#define COOL 100000	    /* microseconds between two halvings at least: a storm is one trouble */
/* Where one starts although more was asked for, for how large answers are is not known yet; and where fewer are not tried. */
#define FIRST 16
#define ASKED 16	    /* calls more for each answer on the way to what was asked for; 1, doubling, where nothing was */
#define IN_FLIGHT_BYTES 6e6 /* of answers under way together; each is held a few times while it is read */
#define FASTER 1.05	    /* so much more throughput counts as faster */
#define SLOWER 2.0	    /* latency of so many times the least counts as queueing */
#define GROWN 1.1	    /* latency that grew by so much is not the same */
#define DOWN .75	    /* a trial of fewer: so many of those before */
#define KEEPS .93	    /* fewer are as fast when they keep so much of the throughput */
#define WAITS 1.25	    /* below this latency, of the least, fewer gain nothing */
#define TRIAL 24	    /* answers that a trial takes at least, */
#define TRIAL_TIME 300000   /* and microseconds: answers come in handfuls */
#define QUICK 20000	    /* microseconds: where answers are so quick it is ourselves that they wait for */
#define SETTLED 64	    /* windows until more is tried again */

void pace_begin(struct pace *pace, int cap, bool known)
{
	*pace = (struct pace){.cap = cap, .level = cap, .growing = true, .asked = known};
	pace->level = fmin(cap, known ? FIRST : START);
	pace->most = (int)pace->level;
}

static void cut(struct pace *pace, enum call_class class, int64_t now)
{
	int64_t round_trip = pace->recent > 0 ? (int64_t)fmax(pace->recent, COOL) : 1000000;
	pace->growing = false;
	if (pace->cut_at && now - pace->cut_at < round_trip)
		return;
	pace->cut_at = now;
	pace->level = fmax(1, pace->level / 2);
	pace->cuts++;
	pace->last_cut = class;
	pace->window_count = 0;
	pace->trial = 0;
}

static void latency_add(struct pace *pace, int64_t latency)
{
	if (latency <= 0)
		return;
	pace->floor = pace->floor > 0 ? fmin(pace->floor, (double)latency) : (double)latency;
	pace->recent = pace->recent > 0 ? .8 * pace->recent + .2 * (double)latency : (double)latency;
}

/* Calls queue where latency says so. What a person asked for begins with FIRST at once, so that the least latency may be one of
 * queueing already: there one that grew as the calls did is a sign too. */
static bool queues(const struct pace *pace)
{
	double grown = pace->asked && pace->level > FIRST ? fmax(GROWN, pace->level / FIRST / FASTER) : SLOWER;
	return pace->recent > fmin(grown, SLOWER) * pace->floor;
}

/* Fewer are not tried: up to FIRST a person's number is taken at its word. */
static double least(const struct pace *pace)
{
	return pace->asked ? fmin(pace->cap, FIRST) : 1;
}

static void trial_end(struct pace *pace)
{
	pace->trial = 0;
	pace->settled = SETTLED;
	pace->holding = true;
}

static void trial_step(struct pace *pace, double rate)
{
	if (pace->reference <= 0)
		pace->reference = rate;
	if (rate < KEEPS * pace->reference) {
		pace->level = pace->trial;
		trial_end(pace);
		return;
	}
	pace->trial = pace->level;
	if (pace->level <= least(pace) || pace->recent < WAITS * pace->floor)
		trial_end(pace);
	else
		pace->level = fmax(least(pace), floor(DOWN * pace->level));
}

/* Every level's worth of answers: was it faster than ever before? */
static void window_close(struct pace *pace, int64_t now)
{
	double seconds = (double)(now - pace->window_at) / 1e6, rate = seconds > 0 ? (pace->window_count - 1) / seconds : 0;
	bool queueing = queues(pace);
	if (pace->trial > 0) {
		trial_step(pace, rate);
		pace->window_count = 0;
		return;
	}
	pace->settled -= pace->settled > 0;
	pace->faster = rate >= FASTER * pace->best_rate;
	pace->holding = pace->settled > 0 || (queueing && !pace->faster);
	if (pace->holding && pace->growing) {
		pace->growing = false;
		pace->level =
			fmax(fmin(START, pace->cap), fmin(pace->level, pace->window_level)); /* back to where it was as fast */
	}
	if (pace->holding && !pace->settled && pace->level > least(pace) && pace->recent > QUICK) {
		pace->trial = pace->level = floor(pace->level);
		pace->reference = 0;
	}
	pace->best_rate = fmax(pace->best_rate, rate);
	pace->window_count = 0;
}

static bool window_full(const struct pace *pace, int64_t now)
{
	if (pace->trial <= 0)
		return pace->window_count > (int)pace->window_level;
	return pace->window_count > fmax(TRIAL, 2 * pace->window_level) && now - pace->window_at >= TRIAL_TIME;
}

static void raise(struct pace *pace)
{
	/* where calls queue already, whether the last were any good is seen first */
	bool judged = pace->faster || pace->asked || pace->recent < QUICK || !queues(pace);
	if (pace->holding || pace->trial > 0 || (pace->growing && !judged))
		return;
	double step = !pace->growing ? 1 / pace->level : pace->asked ? ASKED : 1;
	pace->level = fmin(pace->cap, pace->level + step);
	if ((int)pace->level > pace->most)
		pace->most = (int)pace->level;
}

static void pause(struct pace *pace, int64_t time, enum call_class class, int64_t now)
{
	if (now + time > pace->paused_until)
		pace->pause_class = class;
	if (time > RETRY_AFTER_LIMIT)
		pace->closed_until = now + time > pace->closed_until ? now + time : pace->closed_until;
	else if (time > 0 && now + time > pace->paused_until) {
		pace->pauses += pace->paused_until <= now;
		pace->paused_until = now + time;
	}
}

void pace_answered(struct pace *pace, const struct reply *reply, int in_flight, int64_t now)
{
	bool overloaded = reply->status == 503 || reply->status == 529;
	if (reply->class == CALL_RATE_LIMIT || reply->class == CALL_TIMEOUT || (reply->class == CALL_SERVER && overloaded)) {
		/* a time-out alone is one bad connection; two in a row are a server that cannot follow */
		if (reply->class != CALL_TIMEOUT || pace->timeouts++ > 0)
			cut(pace, reply->class, now);
		if (reply->class != CALL_TIMEOUT)
			pause(pace, reply->retry_after > 0 ? reply->retry_after : reply->pause, reply->class, now);
		return;
	}
	pause(pace, reply->pause, CALL_RATE_LIMIT, now);
	if (reply->class != CALL_OK)
		return;
	pace->timeouts = 0;
	latency_add(pace, reply->latency);
	pace->size = fmax(.95 * pace->size, (double)reply->raw.length);
	if (!pace->window_count++) {
		pace->window_at = now;
		pace->window_level = pace->level;
	}
	if (window_full(pace, now))
		window_close(pace, now);
	/* only what was used may grow: while doubling half of it is enough; what a person asked for was asked for */
	bool used = (pace->growing ? 2 * in_flight : in_flight + 1) >= (int)pace->level;
	if (used || (pace->growing && pace->asked))
		raise(pace);
}

bool pace_open(const struct pace *pace, int in_flight, int64_t now)
{
	double room = pace->size > 0 ? fmax(1, IN_FLIGHT_BYTES / pace->size) : pace->level;
	return !pace->closed_until && now >= pace->paused_until && in_flight < (int)fmin(pace->level, room);
}

int64_t pace_wait(const struct pace *pace, int64_t now)
{
	return !pace->closed_until && pace->paused_until > now ? pace->paused_until - now : 0;
}

const char *pace_words(const struct pace *pace, struct arena *arena)
{
	const char *pauses = pace->pauses ? arena_format(arena, "%s%d pause%s that the server asked for", pace->cuts ? ", " : "",
						    pace->pauses, pace->pauses == 1 ? "" : "s")
					  : "";
	if (pace->cuts || pace->pauses)
		return arena_format(arena, "%d in flight at the end, %d at most: %s%s", (int)pace->level, pace->most,
			pace->cuts ? arena_format(arena, "slowed down %d time%s (%s)", pace->cuts, pace->cuts == 1 ? "" : "s",
					     call_classes[pace->last_cut].name)
				   : "",
			pauses);
	if (pace->holding && (int)pace->level < pace->cap)
		return arena_format(arena, "%d in flight: more were not faster", (int)pace->level);
	return NULL;
}
