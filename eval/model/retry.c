#include "eval/model/client.h"

#define BACKOFF_FIRST INT64_C(500000)
#define BACKOFF_MOST INT64_C(30000000)

int64_t retry_delay(int try, int64_t retry_after, double uniform)
{
	if (retry_after > 0)
		return retry_after;
	int64_t delay = BACKOFF_FIRST;
	for (int i = 1; i < try && delay < BACKOFF_MOST; i++)
		delay *= 2;
	if (delay > BACKOFF_MOST)
		delay = BACKOFF_MOST;
	return (int64_t)((double)delay * (0.5 + uniform / 2));
}
