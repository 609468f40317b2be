#!/bin/sh
# kill -9 at twenty moments, chosen by the number of requests that the server has seen: every attempt exactly once, no more requests than attempts
# plus those in flight at each kill.
. tests/cases/common
server --delay 10
cases=300 concurrency=4
questions_project $cases $concurrency
kills=0
while [ $kills -lt 20 ]; do
	wanted=$(($(requests) + 5 + kills % 7))
	"$LEVER" -C "$project" run --quiet >/dev/null 2>&1 </dev/null &
	victim=$!
	while [ "$(requests)" -lt $wanted ] && kill -0 $victim 2>/dev/null; do sleep 0.003; done
	kill -9 $victim 2>/dev/null && kills=$((kills + 1)) || fail "the run ended before kill $kills"
	wait $victim 2>/dev/null
	[ $kills -lt 100 ] || break
done
check
run -C "$project" run
expect 0 "the last run"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" $cases "attempts answered"
same "$(sql "$project/lever.db" "SELECT count(*) FROM (SELECT DISTINCT input_id FROM attempt)")" $cases "each once"
same "$(sql "$project/lever.db" 'PRAGMA integrity_check')" ok "integrity"
total=$(requests) most=$((cases + kills * concurrency))
[ "$total" -le $most ] || fail "$total requests, at most $most"
check
lost=$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'started'")
[ "$total" -le $((cases + lost)) ] || fail "$total requests: more than $cases answered and $lost known as lost"
check
done_checks
