#!/bin/sh
# The workbench on a simulated world, by keys: advice, modes, triage; what a key labels is stored, taken back, noted, deferred; gold is mended in the file.
. tests/cases/common
project=$folder/project
"$BUILD/tools/simulate" tests/bench/advice.parameters mixed 7 "$project" || fail "simulate"
"$LEVER" -C "$project" run >"$folder/out" 2>"$folder/err" || fail "run"
LEVER_RATER=ann
export LEVER_RATER
screens() { # FILE: a script; what it saves is compared with the golden files
	run -C "$project" ui --script "$1"
	expect 0 "script"
}
golden() { # NAME
	wanted=$repository/tests/golden/screen_$1.txt
	if [ -n "${UPDATE:-}" ]; then cp "$folder/$1" "$wanted"; fi
	diff -u "$wanted" "$folder/$1" >"$folder/out" || fail "the screen $1 differs from its golden file"
	check
}
cat >"$folder/script" <<S
:size 80x24
:keys a
:save $folder/advice
:keys <PgDn>
:save $folder/advice_further
:keys m
:save $folder/modes
:keys p
:save $folder/modes_probes
:keys qqt
:save $folder/triage
:size 60x16
:save $folder/triage_small
S
screens "$folder/script"
for name in advice advice_further modes modes_probes triage triage_small; do golden "$name"; done
labels() { sql "$project/lever.db" "SELECT group_concat(mode || ' ' || act, ', ') FROM (SELECT mode, act FROM label WHERE source = 'person' ORDER BY id)"; }
first=$(sed -n 's/^ \(c[0-9]*\) .*/\1/p' "$folder/triage" | head -n 1)
printf ':keys tG\n' >"$folder/script"
screens "$folder/script"
same "$(labels)" "F6 put" "G puts F6"
printf ':keys t<End>u\n' >"$folder/script"
screens "$folder/script"
same "$(labels)" "F6 put, F6 withdrawn" "u takes it back, the history stays"
printf ':keys tJnwrong handbook<Enter>\n' >"$folder/script"
screens "$folder/script"
same "$(labels | sed 's/.*, //')" "F1 put" "a note goes with the mode of the next failure"
same "$(sql "$project/lever.db" "SELECT note FROM label WHERE note IS NOT NULL")" "wrong handbook" "the note"
printf ':keys td\n' >"$folder/script"
screens "$folder/script"
same "$(sql "$project/lever.db" "SELECT act FROM triage_event")" "deferred" "d defers"
next=$("$LEVER" -C "$project" --json triage --rater ann | head -n 1 | sed 's/.*"case":"\([^"]*\)".*/\1/')
printf ':keys teright now<Enter>\n' >"$folder/script"
screens "$folder/script"
grep -q "\"id\":\"$next\".*\"expected\":\"right now\"" "$project/cases.jsonl" || fail "e did not mend the expected answer of $next"
check
# hostile text stays text
printf '{"id":"c000","output":"\\u001b[31mred\\u0007 \\u202e"}\n' >"$project/arms/base.jsonl"
run -C "$project" run
printf ':size 80x24\n:keys t\n:save %s/hostile\n' "$folder" >"$folder/script"
screens "$folder/script"
if grep -q "$(printf '\033')" "$folder/hostile"; then fail "an escape reached the screen"; fi
check
# the same from the command line
run -C "$project" triage --rater bob --blind -n 5
expect 0 "triage"
run -C "$project" triage --rater bob --case "$first" --label F99
expect 2 "an unknown mode"
has err 'there is no failure mode `F99`'
run -C "$project" triage --rater bob --case "$first" --label F6
expect 0 "label"
run -C "$project" triage --rater ann --case "$first" --label F6
run -C "$project" triage --agreement ann,bob
has out "labelled by both"
run -C "$project" triage --rater bob --case "$first" --undo
expect 0 "undo"
run -C "$project" triage --rater bob --case "$first" --undo
expect 2 "nothing to undo"
run -C "$project" triage --export "$folder/labels.jsonl"
expect 0 "export"
[ "$(wc -l <"$folder/labels.jsonl")" -gt 10 ] || fail "the export is short"
echo '{"case":"'"$first"'","mode":"F3","rater":"cat"}' >"$folder/import.jsonl"
echo '{"case":"nope","mode":"F3"}' >>"$folder/import.jsonl"
run -C "$project" triage --import "$folder/import.jsonl"
expect 2 "a label of an unknown case"
has err "import.jsonl:2"
same "$(sql "$project/lever.db" "SELECT count(*) FROM label WHERE author = 'cat'")" 0 "all of a file or nothing"
done_checks
