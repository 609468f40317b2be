#!/bin/sh
# Calls are written down ahead of their place: the server never sees more in flight than was asked for, every request it sees was on disk
# before, a kill loses no more than what was in flight and the few that were ahead.
. tests/cases/common
server --delay 20
cases=3000 concurrency=128
questions_project $cases $concurrency
for wanted in 200 500; do
	"$LEVER" -C "$project" run --quiet >/dev/null 2>&1 </dev/null &
	victim=$!
	while [ "$(requests)" -lt $wanted ] && kill -0 $victim 2>/dev/null; do sleep 0.003; done
	kill -9 $victim 2>/dev/null || fail "the run ended before the kill"
	wait $victim 2>/dev/null
	lost=$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'started'")
	[ "$lost" -le $((2 * (concurrency + concurrency / 4))) ] || fail "$lost calls are known as lost"
	[ "$(sql "$project/lever.db" 'SELECT count(*) FROM call')" -ge "$(requests)" ] || fail "a request that is not on disk"
	check
done
run -C "$project" run
expect 0 "the rest"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" $cases "attempts answered"
[ "$(requests)" -le $((cases + 2 * (concurrency + concurrency / 4))) ] || fail "$(requests) requests for $cases cases and two kills"
check
most=$(sed 's/.*"in_flight":\([0-9]*\).*/\1/' "$folder/requests.jsonl" | sort -n | tail -n 1)
[ "${most:-0}" -le $concurrency ] || fail "$most in flight, $concurrency asked for"
[ "${most:-0}" -gt $((concurrency / 2)) ] || fail "only $most in flight: the server did not see what is tested"
check
done_checks
