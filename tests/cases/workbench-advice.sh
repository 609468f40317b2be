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
:keys jlll
:keys <Enter>
:save $folder/modes_mended
:keys qGhh<Enter>
:save $folder/modes_lost
:keys q
:keys qqt
:save $folder/triage
:size 60x16
:save $folder/triage_small
S
screens "$folder/script"
for name in advice advice_further modes modes_probes modes_mended modes_lost triage triage_small; do golden "$name"; done
# every variant of a run is to be seen
printf ':save %s/whole\n:size 60x15\n:save %s/cut\n:keys JJJJJJJJJ\n:save %s/end\n' "$folder" "$folder" "$folder" >"$folder/script"
screens "$folder/script"
same "$(grep -c '✓.*✗' "$folder/whole")" 14 "all variants where there is room"
grep -q ' variants 1-9 of 14, J K scroll ' "$folder/cut" || fail "what lies beyond is not told"
grep -q ' variants 6-14 of 14, ' "$folder/end" && grep -q 'samples2' "$folder/end" || fail "the variants do not scroll"
check
# the columns of a narrow terminal: the header tells which, a wide one shows them all again
printf ':keys mp\n:size 60x15\n:keys llll\n:save %s/narrow\n:keys lllllllll\n:size 120x40\n:save %s/wide\n' "$folder" "$folder" >"$folder/script"
screens "$folder/script"
head -n 1 "$folder/narrow" | grep -q ' 4-4 of 13 columns · run 1: 41 of 100 fail$' || fail "the header of the narrow modes: $(head -n 2 "$folder/narrow")"
head -n 1 "$folder/wide" | grep -q ' [0-9]*-13 of 13 ' && [ "$(sed -n 2p "$folder/wide" | wc -w)" = 8 ] || fail "the columns do not come back: $(sed -n 2p "$folder/wide")"
check
labels() { sql "$project/lever.db" "SELECT group_concat(mode || ' ' || act, ', ') FROM (SELECT mode, act FROM label WHERE source = 'person' ORDER BY id)"; }
first=$(sed -n 's/^ \(c[0-9]*\) .*/\1/p' "$folder/triage" | head -n 1)
keys() { printf ':keys %s\n' "$1" >"$folder/script"; screens "$folder/script"; }
printf ':keys t\n:size 10x3\n:keys 7d\n:size 80x24\n:save %s/again\n' "$folder" >"$folder/script"
screens "$folder/script"
same "$(labels)$(sql "$project/lever.db" "SELECT count(*) FROM triage_event")" 0 "no key acts on what nobody sees"
keys 't6'
same "$(labels)" "F6 put" "6 puts F6"
keys 't<End>u'
same "$(labels)" "F6 put, F6 withdrawn" "u takes it back, the history stays"
keys 't61u'
same "$(labels | sed 's/F6 put, F6 withdrawn, //')" "F6 put, F1 put, F1 withdrawn" "u takes the last one back, wherever the cursor is by then"
keys 't:F16<Enter>uu'
same "$(labels | sed 's/.*F1 withdrawn, //')" "F16 put, F16 withdrawn" "a mode by its name; a second u finds nothing more"
note() { sql "$project/lever.db" "SELECT mode || ' ' || coalesce(note, '-') FROM label WHERE source = 'person' ORDER BY id DESC LIMIT 1"; }
keys 't9nwrong handbook<Enter>'
same "$(note)" "F9 wrong handbook" "a note right after a label goes to that label"
keys 't<End>n, old<Enter>'
same "$(note)" "F9 wrong handbook, old" "a note is filled in to be edited"
keys 't<End>n!<Enter>u'
same "$(note)" "F9 wrong handbook, old" "u after a note takes back the note alone"
before=$(sql "$project/lever.db" "SELECT count(*) FROM label")
printf ':size 80x24\n:keys tn\n:save %s/asked\n:keys 7G\n:save %s/moved\n' "$folder" "$folder" >"$folder/script"
LEVER_RATER=bob screens "$folder/script"
grep -q 'a note goes with your label' "$folder/asked" || fail "n asks before it says that there is nothing to note on"
same "$(sql "$project/lever.db" "SELECT count(*) FROM label WHERE author = 'bob'")" 1 "another's label does not become one's own; G moves"
LEVER_RATER=bob keys 't<End>u'
keys 'td'
same "$(sql "$project/lever.db" "SELECT act FROM triage_event")" "deferred" "d defers"
keys 'tdu'
same "$(sql "$project/lever.db" "SELECT group_concat(act, ' ') FROM triage_event")" "deferred deferred resumed" "u takes a deferral back"
next=$("$LEVER" -C "$project" --json triage --rater ann | head -n 1 | sed 's/.*"case":"\([^"]*\)".*/\1/')
gold() { grep "\"id\":\"$next\"" "$project/cases.jsonl" | sed 's/.*"expected":\(\[[^]]*\]\|"[^"]*"\).*/\1/'; }
whole=$(cat "$project/cases.jsonl")
was=$(gold)
keys 'te<Esc>/leave<Enter>'
same "$(gold)" "$was" "/ filters, and mends nothing"
keys 'te<^U>right now<Enter>u'
same "$(cat "$project/cases.jsonl")" "$whole" "u takes back what was mended, to the byte"
printf ':size 80x24\n:keys te<^U>right now<Enter>\n:save %s/shown\n:keys u\n' "$folder" >"$folder/script"
screens "$folder/script"
grep -q '^ mended to right now$' "$folder/shown" || fail "the answer just mended is not shown"
same "$(cat "$project/cases.jsonl")" "$whole" "and taken back"
keys 'te<^U>["right now", "at once"]<Enter>'
same "$(gold)" '["right now","at once"]' "several answers as a JSON list"
keys 'te<Backspace><Enter>'
same "$(gold)" '["right now","at once"]' "what is no JSON is refused"
printf ':size 80x24\n:keys te\n:save %s/asked\n' "$folder" >"$folder/script"
screens "$folder/script"
grep -qF "expected answer of $next: [\"right now\",\"at once\"]" "$folder/asked" || fail "the prompt has neither name nor the answer as it is"
keys 'te<^U>right now<Enter>'
same "$(gold)" '["right now"]' "one answer as it is"
run -C "$project" triage --case "$next" --gold ''
expect 2 "an empty answer"
has err 'an expected answer is not empty'
same "$(gold)" '["right now"]' "it stays"
check
# the new run is followed
printf ':size 80x24\n:keys t\n:save %s/before\n:keys sy\n:wait\n:keys q\n:save %s/after\n:keys qt\n:save %s/again\n:keys q<Enter>\n:save %s/matrix\n:keys q\n' "$folder" "$folder" "$folder" "$folder" >"$folder/script"
# filter, palette, help
printf ':keys t/F16 steps<Enter>\n:save %s/filtered\n:keys <Esc>:misled\n:save %s/palette\n:keys <Esc>?/F20<Enter>\n:save %s/help\n' "$folder" "$folder" "$folder" >>"$folder/script"
screens "$folder/script"
stored=$(echo "$was" | tr -d '[]"')
grep -qF "expected  $stored" "$folder/before" && ! grep -q 'right now' "$folder/before" || fail "before the run the stored answer is shown"
grep -q 'right now' "$folder/after" && grep -q 'right now' "$folder/again" || fail "after the run its cases are shown"
check
grep -q 'run 2 ' "$folder/matrix" || fail "the runs screen stays on the run before"
grep -q 'shown ·' "$folder/filtered" && ! grep -q ' F1 ' "$folder/filtered" || fail "the filter"
grep -q 'label-F12 *C *F12 misled by context' "$folder/palette" || fail "the palette does not find a mode by its words"
grep -q 'label-F20 *F20 tool or agent' "$folder/help" || fail "the help does not name the modes"
check
# the project's own modes have keys, and those beyond them names; what is shown of a failure scrolls
cp "$project/lever.yaml" "$folder/lever.yaml"
echo 'modes: {one: first, two: second, three: third, four: fourth, five: fifth, six: sixth, seven: seventh, eight: eighth, nine: ninth}' >>"$project/lever.yaml"
printf ':size 80x24\n:keys t\n:save %s/own\n:keys :ninth<Enter>Z\n:size 44x12\n:keys <Home>\n:save %s/narrow\n:keys J\n:save %s/scrolled\n' "$folder" "$folder" "$folder" >"$folder/script"
screens "$folder/script"
for words in 'S one first' 'Z eight eighth' '0 infrastructure'; do grep -q "$words" "$folder/own" || fail "no '$words'"; done
grep -q ' lines 1-4 of 7 ' "$folder/narrow" && grep -q ' lines 2-5 of 7 ' "$folder/scrolled" || fail "J does not scroll: $(cat "$folder/narrow" "$folder/scrolled")"
same "$(labels | sed 's/.*, \(.*, .*\)/\1/')" "nine put, eight put" "by name, by key"
cp "$folder/lever.yaml" "$project/lever.yaml"
LEVER_RATER=zoe keys 't/c053<Enter>6'
printf ':keys t/c053<Enter>\n:save %s/unexplained\n' "$folder" >"$folder/script"
LEVER_RATER=dan screens "$folder/script"
grep -q '^ because   a label of zoe, without a note' "$folder/unexplained" || fail "a label without a note: $(grep '^ because' "$folder/unexplained")"
check
# with many raters, long names and a long id, progress and kappa are still told
label() { LEVER_RATER=$1 "$LEVER" -C "$project" triage --case "$2" --label "$3" >>"$folder/out" 2>&1 || fail "label"; }
for case in c053 c005; do for rater in the-first-rater another-rater third-rater-of-all; do label $rater $case F6; done; done
printf ':size 80x24\n:keys tb\n:save %s/blind\n:keys b\n:save %s/raters\n' "$folder" "$folder" >"$folder/script"
LEVER_RATER=the-first-rater screens "$folder/script"
head -n 1 "$folder/blind" | grep -q 'the-first-rater (blind): 2.*new.* 1.*2$' || fail "the progress is cut: $(head -n 1 "$folder/blind")"
sed -n 9p "$folder/raters" | grep -q 'kappa: ' || sed -n 9p "$folder/raters" | grep -q 'kappa with ' || fail "no kappa: $(sed -n 9p "$folder/raters")"
grep -q '1 new code in' "$folder/blind" "$folder/raters" || grep -q 'new codes 1/2' "$folder/blind" || fail "the plural"
check
# the same in the report
run -C "$project" report "$folder/report.md"
expect 0 "report"
grep -q '^- the-first-rater: 2 of 41 failures labelled, 1 new code in the last 2$' "$folder/report.md" || fail "no progress of raters in the report"
grep -q "^- Cohen's kappa of the-first-rater and third-rater-of-all: .* over 2 that both labelled$" "$folder/report.md" || fail "no kappa in the report"
check
# hostile text stays text
printf '{"id":"c000","output":"\\u001b[31mred\\u0007 \\u202e"}\n' >"$project/arms/base.jsonl"
run -C "$project" run
printf ':size 80x24\n:keys t\n:save %s/hostile\n' "$folder" >"$folder/script"
screens "$folder/script"
if grep -q "$(printf '\033')" "$folder/hostile"; then fail "an escape reached the screen"; fi
check
# the same from the command line
run -C "$project" triage --label F6
expect 2 "a label of no case"
has err '--case ID names it'
run -C "$project" triage --case "$first" --label F1 --undo
expect 2 "two things at once"
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
events=$(sql "$project/lever.db" "SELECT count(*) FROM label")
run -C "$project" triage --import "$folder/labels.jsonl"
expect 0 "an export is read again"
same "$(sql "$project/lever.db" "SELECT count(*) FROM label")" "$events" "and changes nothing where it came from"
echo '{"case":"'"$first"'","mode":"F3","rater":"cat"}' >"$folder/import.jsonl"
echo '{"case":"nope","mode":"F33"}' >>"$folder/import.jsonl"
run -C "$project" triage --import "$folder/import.jsonl"
expect 2 "a mode that is none"
has err "import.jsonl:2"
same "$(sql "$project/lever.db" "SELECT count(*) FROM label WHERE author = 'cat'")" 0 "a mistake in the file takes all back"
# the confirming run by a key, once the project has the variant
second=$folder/second
"$BUILD/tools/simulate" tests/bench/advice.parameters mixed 7 "$second" || fail "simulate"
"$LEVER" -C "$second" run >"$folder/out" 2>"$folder/err" || fail "run"
printf ':size 80x24\n:keys ax\n:save %s/lacking\n' "$folder" >"$folder/script"
run -C "$second" ui --script "$folder/script"
expect 0 "script"
grep -q 'confirm: lever.yaml lacks the variant' "$folder/lacking" || fail "x without the variant"
sed -i 's|^scorers:|  reasoning: {lever: reasoning, parent: base, model: thinker}\nscorers:|' "$second/lever.yaml"
printf ':size 80x24\n:keys ax\n:save %s/asked\n:keys y\n:wait\n:keys q\n:save %s/confirmed\n' "$folder" "$folder" >"$folder/script"
run -C "$second" ui --script "$folder/script"
expect 0 "script"
grep -q 'reasoning: make 100 attempts without a call?' "$folder/asked" || fail "x does not ask"
grep -q 'measured: +19.0 points' "$folder/confirmed" || fail "x does not run what confirms"
check
# what a variant mends and loses, in words and in the report
run -C "$second" next
grep -q '^what the other variants mend of it' "$folder/out" && grep -Eq '^  passing cases that it loses +-[0-9]+ of 59$' "$folder/out" || fail "no flows: $(cat "$folder/out")"
run -C "$second" report "$folder/report.md"
grep -Eq '^\| lost of 59 that pass \|  \| [0-9]+ \|$' "$folder/report.md" || fail "no losses in the report"
check
# whose failures: v goes on to the next variant, and so does t on a column of the matrix
printf ':size 80x24\n:keys t\n:save %s/of_base\n:keys v\n:save %s/of_next\n:keys 6\n:keys u\n:keys v\n:save %s/of_first\n:keys q<Enter>lt\n:save %s/of_column\n' \
	"$folder" "$folder" "$folder" "$folder" >"$folder/script"
run -C "$second" ui --script "$folder/script"
expect 0 "script"
for pair in of_base:base of_next:reasoning of_first:base of_column:reasoning; do
	head -n 1 "$folder/${pair%:*}" | grep -q " triage of ${pair#*:} " || fail "$pair: $(head -n 1 "$folder/${pair%:*}")"
done
check
done_checks
