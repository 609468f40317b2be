#!/bin/sh
# A second rater is blind by one key, in triage and on the failure modes: what others said does not show, not even that they said something.
. tests/cases/common
project=$folder/project
"$BUILD/tools/simulate" tests/bench/advice.parameters mixed 7 "$project" || fail "simulate"
"$LEVER" -C "$project" run >"$folder/out" 2>"$folder/err" || fail "run"
screen() { # RATER KEYS NAME
	printf ':size 100x40\n:keys %s\n:save %s\n' "$2" "$folder/$3" >"$folder/keys"
	LEVER_RATER=$1 run -C "$project" ui --script "$folder/keys"
	expect 0 "$2"
}
row() { # NAME MODE: how many fail so
	sed -n "s/^ *$2 .* \([0-9][0-9]*\)  *[+-].*/\1/p" "$folder/$1" | head -n 1
}
body() { sed 1d "$folder/$1" | grep -v '^ [a-zA-Z]* [a-z]*  '; }
screen bob t untouched
screen bob m modes_untouched
for case in $(sed -n 's/^ \(c[0-9]*\) .*/\1/p' "$folder/untouched" | head -n 3); do
	LEVER_RATER=ann "$LEVER" -C "$project" triage --case "$case" --label F20 --note "ann was here" >"$folder/out" || fail "label"
done
screen bob t seen
grep -q 'F20 .* ann was here' "$folder/seen" || fail "the labels of ann are not shown: $(cat "$folder/seen")"
screen bob tb blind
! grep -q 'ann\|F20 tool or agent *person' "$folder/blind" || fail "a blind rater sees ann: $(cat "$folder/blind")"
head -n 1 "$folder/blind" | grep -q 'bob (blind)' || fail "blind is not told"
check
body untouched >"$folder/before" && body blind | grep -v 'blind: ' >"$folder/after"
head -n 12 "$folder/before" >"$folder/before.12" && head -n 12 "$folder/after" | diff - "$folder/before.12" >"$folder/out" ||
	fail "what ann labelled shows in the order of the queue"
check
# the same switch on the failure modes, and behind their numbers
screen bob m modes
grep -q '^ F20 ' "$folder/modes" || fail "the modes count what ann said: $(cat "$folder/modes")"
screen bob mb modes_blind
! grep -q '^ F20 ' "$folder/modes_blind" || fail "blind modes: $(cat "$folder/modes_blind")"
head -n 1 "$folder/modes_blind" | grep -q 'failure modes of base (blind)' || fail "blind modes are not told"
for mode in F1 F6; do same "$(row modes_blind $mode)" "$(row modes_untouched $mode)" "$mode as before ann"; done
screen bob 'mb<Enter>' cases
! grep -q 'ann' "$folder/cases" || fail "ann in the cases: $(cat "$folder/cases")"
screen bob tbqm carried
head -n 1 "$folder/carried" | grep -q '(blind)' || fail "triage and modes have one switch"
screen bob tbb back
grep -q 'ann was here' "$folder/back" || fail "b again shows them"
check
# one's own labels stay, and the command line does the same
screen ann tb own
head -n 1 "$folder/own" | grep -q 'ann (blind): 3 of' || fail "ann's own: $(head -n 1 "$folder/own")"
LEVER_RATER=bob run -C "$project" triage --blind
expect 0 "triage --blind"
! grep -q 'ann\|F20' "$folder/out" || fail "triage --blind: $(cat "$folder/out")"
check
done_checks
