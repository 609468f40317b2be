#!/bin/sh
# A power cut at twelve moments: what was synced is there, what was written since may be there or not, sector by sector. Whatever is
# found: the file is whole, every request that a server saw is known, and the answers before those in flight are kept.
. tests/cases/common
case $BUILD in *asan*) echo "the sanitizer does not share a process with a preloaded library"; exit 77 ;; esac
server --delay 5
cases=200 concurrency=4
questions_project $cases $concurrency
copies=$folder/copies
mkdir "$copies"
database=$project/lever.db
cuts=0
while [ $cuts -lt 12 ]; do
	wanted=$(($(requests) + 3 + cuts * 5 % 13))
	rm -f "$copies"/*
	for name in lever.db lever.db-wal; do # what the last cut left is what the disk holds
		[ ! -e "$project/$name" ] || cp "$project/$name" "$copies/$name.durable"
	done
	POWER_CUT=$copies LD_PRELOAD=$BUILD/tools/power_cut.so "$LEVER" -C "$project" run --quiet >/dev/null 2>&1 </dev/null &
	victim=$!
	while [ "$(requests)" -lt $wanted ] && kill -0 $victim 2>/dev/null; do sleep 0.003; done
	kill -9 $victim 2>/dev/null || fail "the run ended before cut $cuts"
	wait $victim 2>/dev/null
	cuts=$((cuts + 1))
	[ -s "$copies/lever.db-wal.durable" ] || fail "nothing was synced: the preloaded library does not work here"
	"$BUILD/tools/power_restore" "$copies" "$project" $cuts lever.db lever.db-wal || fail "no restore"
	rm -f "$database-shm"
	[ "$(sql "$database" 'PRAGMA integrity_check')" = ok ] || fail "cut $cuts: the file is broken"
	seen=$(requests)
	[ "$(sql "$database" 'SELECT count(*) FROM call')" -ge "$seen" ] || fail "cut $cuts: a request that is not on disk"
	kept=$(sql "$database" "SELECT count(*) FROM attempt WHERE state = 'answered'")
	[ "$kept" -ge $((seen - cuts * concurrency)) ] || fail "cut $cuts: $kept of $seen answers kept"
	check
done
run -C "$project" run
expect 0 "the last run"
same "$(sql "$database" "SELECT count(*) FROM attempt WHERE state = 'answered'")" $cases "attempts answered"
same "$(sql "$database" "SELECT count(*) FROM (SELECT DISTINCT input_id FROM attempt)")" $cases "each once"
total=$(requests)
[ "$total" -le $((cases + cuts * concurrency)) ] || fail "$total requests"
check
done_checks
