#!/bin/sh
# The shipped project: its cassette answers every variant, the report is the same bytes twice, and the training set and the examples share nothing with the cases.
. tests/cases/common
project=$folder/helpdesk
cp -r datasets/helpdesk "$project"
rm -f "$project"/lever.db* "$project/report.md"
run -C "$project" run
expect 0 "replay of the whole project"
has out "0 calls made"
has out "replayed from the cassette"
planned=$(sql "$project/lever.db" 'SELECT sum(planned) FROM tally')
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'open'")" 0 "attempts without an answer"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt")" "$planned" "attempts"
run -C "$project" report "$folder/one.md"
expect 0 "report"
rm -f "$project"/lever.db*
run -C "$project" run
run -C "$project" report "$folder/two.md"
cmp -s "$folder/one.md" "$folder/two.md" || fail "the same data gave another report"
check
run -C "$project" run
has out "nothing to do, $(printf "%s" "$planned") attempts are stored; 0 calls made"
# all in sight: the stack gains most, and its parts are named beside it
run -C "$project" next --base prompt
has out "pull next: stack, as in the variant stack"
has out "points of all cases at most; stack passes 37 of them"
has out "parts      rag +14.0 points, tuned +32.9 points"
has out "stack          stack      on rag: +44.1 points measured"
run -C "$project" --json next --base prompt
has out '"parts":["rag","tuned"]'
# a stack whose parent was left out is no advice
run -C "$project" next --base prompt --hide stack,tuned,routed
has out "fine-tune  few-shot           few-shot first, which stands in for it and costs less; training may bring more: at most the "
has out "its parts: rag +14.0 points, tuned +32.9 points"
run -C "$project" next --base prompt --hide rag
has out 'its parent `rag` was not measured: what the stack adds to it is not known'
# disjoint: no case's input, letters and digits only, in lower case, stands among the training rows or the examples
normal() { tr 'A-Z' 'a-z' | sed 's/\\n/ /g; s/[^a-z0-9]//g'; }
sqlite3 "$project/lever.db" "SELECT json_extract(vars, '\$.input') FROM case_input" | normal | grep . | sort -u >"$folder/inputs"
normal <"$project/train.jsonl" >"$folder/train"
sed -n 's/.*"input": *"\([^"]*\)".*/\1/p' "$project/examples.jsonl" | normal | sort -u >"$folder/examples"
[ "$(wc -l <"$folder/inputs")" -ge 120 ] || fail "fewer than 120 cases"
check
[ "$(wc -l <"$folder/train")" -ge 300 ] || fail "fewer than 300 training rows"
check
while read -r input; do
	! grep -qF "$input" "$folder/train" || fail "a case stands in the training set: $input"
done <"$folder/inputs"
check
same "$(comm -12 "$folder/inputs" "$folder/examples" | wc -l)" 0 "cases among the examples"
# probes that nobody recorded are left out, whichever they are; the others are asked of the cassette, to the last stage
run -C "$project" probe --dry-run
expect 0 "what probes would ask"
has out 'left out  cot                the cassette holds no answer to it: `lever probe --live` asks the server'
lacks out 'prompt+cot'
run -C "$project" probe
expect 0 "probes of the cassette"
has out '0 calls made'
has out 'irrelevant-only          1 of   143'
has out 'left out  few-shot-static    the cassette holds no answer to it'
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'open'")" 0 "probes without an answer"
run -C "$project" probe --only cot
expect 3 "a probe that was asked for and is not there"
has out 'left out  cot                the cassette holds no answer to it'
run -C "$project" --json probe --only cot
has out '{"type":"left-out","probe":"cot","reason":"the cassette holds no answer'
# every gold answer to a knowledge question stands in its gold passage's page
# the break-even curve: on the screen, in words, in the report
printf ':size 80x60\n:keys a<End>\n:save %s/curve\n' "$folder" >"$folder/script"
run -C "$project" ui --script "$folder/script"
expect 0 "the advice screen"
grep -q '^ *o prompt  \* stack  # both' "$folder/curve" && grep -q '  calls a month  1,000,000 ' "$folder/curve" || fail "no curve: $(cat "$folder/curve")"
# each lever that is recommended leads to its cases
printf ':size 80x24\n:keys a<Enter>\n:save %s/first\n:keys q<Tab>\n:save %s/second\n:keys <Enter>\n:save %s/cases\n' "$folder" "$folder" "$folder" >"$folder/script"
run -C "$project" ui --script "$folder/script"
expect 0 "the cases of levers"
head -n 1 "$folder/first" | grep -Eq ' stack · stack +[0-9]+ of [0-9]+ mended$' || fail "the cases of the first lever: $(head -n 1 "$folder/first")"
sed -n 2p "$folder/second" | grep -q '^  2\. fine-tune' || fail "Tab does not choose the next: $(cat "$folder/second")"
head -n 1 "$folder/cases" | grep -Eq ' fine-tune · tuned +[0-9]+ of [0-9]+ mended$' || fail "the cases of the second lever: $(head -n 1 "$folder/cases")"
check
run -C "$project" next
grep -q '^cost of the first year by volume' "$folder/out" && grep -q 'the lines cross at' "$folder/out" || fail "no curve in words"
run -C "$project" report "$folder/report.md"
grep -q '^## Cost of the first year by volume' "$folder/report.md" || fail "no curve in the report"
check
done_checks
