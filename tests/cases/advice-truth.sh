#!/bin/sh
# What the advice must not say: each part is a small project whose truth is known by how it was made.
. tests/cases/common
value() { sed -n "s/.*\"type\": *\"candidate\", *\"lever\": *\"$1\".*\"$2\": *\([^,}]*\).*/\1/p" "$folder/out" | head -n 1; }
# recorded NAME ROWS: a file of outputs from lines "id answer"
recorded() { awk '{ printf "{\"id\":\"%s\",\"output\":\"%s\"}\n", $1, $2 }' >"$project/$1.jsonl"; }
project_new() { # NAME, further lines of lever.yaml from stdin
	project=$folder/$1
	mkdir "$project"
	cat >"$project/lever.yaml"
}

# a probe that asked failing cases only says what is gained at most, and is no advice
project_new blind <<'YAML'
models: {base: {api: recorded, file: base.jsonl}, gold: {api: recorded, file: gold.jsonl}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  gold: {probe: oracle-context, lever: rag, parent: base, model: gold}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 100 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 100 | awk '{ print "c" $1, $1 <= 80 ? "a" $1 : "wrong" }' | recorded base
seq 81 100 | awk '{ print "c" $1, $1 <= 95 ? "a" $1 : "wrong" }' | recorded gold
run -C "$project" run
run -C "$project" next
expect 4 "no claim where nothing that passes was asked"
has out "at most +15.0 points: no case that passes was asked, so what it breaks is not known"
has out "F6   knowledge missing                  15"

# one cluster that wins is one win, and the advice says what `compare` says
project_new clusters <<'YAML'
models: {base: {api: recorded, file: base.jsonl}, rag: {api: recorded, file: rag.jsonl}}
cases: {file: cases.jsonl, map: {id: id, vars: {q: q}, expected: expected, cluster: doc}}
variants:
  base: {lever: prompt, model: base}
  rag: {lever: rag, parent: base, model: rag}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 0 199 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\",\"doc\":\"d%d\"}\n", $1, $1, $1, $1 / 20 }' >"$project/cases.jsonl"
seq 0 199 | awk '{ d = int($1 / 20); print "c" $1, d < 3 ? "a" $1 : "wrong" }' | recorded base
seq 0 199 | awk '{ d = int($1 / 20); print "c" $1, d < 4 ? "a" $1 : "wrong" }' | recorded rag
run -C "$project" run
run -C "$project" compare base rag
has out "no difference shown"
run -C "$project" next
expect 4 "a gain of one cluster"
lacks out "pull next"

# a bar that a single case does not show
project_new bar <<'YAML'
models: {base: {api: recorded, file: base.jsonl}}
cases: [{id: a, q: x, expected: y}]
variants: {base: {lever: prompt, model: base}}
scorers: [{exact: "{{ expected }}"}]
advice: {bar: 0.9}
YAML
echo "a y" | recorded base
run -C "$project" run
run -C "$project" next
expect 4 "one case against a bar"
has out "35 cases without a failure would show the bar of 90.0%"

# cut off answers: the limit first
project_new limit <<'YAML'
models: {base: {api: recorded, file: base.jsonl}}
cases: cases.jsonl
variants: {base: {lever: prompt, model: base}}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 40 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 40 | awk '{ printf "{\"id\":\"c%d\",\"output\":\"%s\",\"finish\":\"%s\"}\n", $1, $1 <= 20 ? "a" $1 : "half", $1 <= 20 ? "stop" : "length" }' >"$project/base.jsonl"
run -C "$project" run
run -C "$project" next
expect 0 "limits"
has out "mend first: raise-limit"
has out "20 of 20 failures have the mode F0: 50.0 points of all cases at most"

# a stack that adds nothing to its parent is no lever; two settled levers are proposed together, and the lines can be pasted
project_new stacks <<'YAML'
models:
  base: {api: recorded, file: base.jsonl}
  rag: {api: recorded, file: rag.jsonl}
  shots: {api: recorded, file: shots.jsonl}
  both: {api: recorded, file: both.jsonl}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  rag: {lever: rag, parent: base, model: rag}
  shots: {lever: few-shot, parent: base, model: shots}
  both: {lever: few-shot, parent: rag, model: both}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 100 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 100 | awk '{ print "c" $1, $1 <= 50 ? "a" $1 : "wrong" }' | recorded base
seq 100 | awk '{ print "c" $1, $1 <= 75 ? "a" $1 : "wrong" }' | recorded rag
seq 100 | awk '{ print "c" $1, ($1 <= 50 || $1 > 85) ? "a" $1 : "wrong" }' | recorded shots
seq 100 | awk '{ print "c" $1, $1 <= 76 ? "a" $1 : "wrong" }' | recorded both
run -C "$project" run
run -C "$project" next
has out "pull next: rag, as in the variant rag"
has out "what it adds to rag (+1.0 points) is not settled"
has out "[x] stack"
# a lever on top of another that was not measured alone answers to its own modes, and costs what it costs
cp -r "$project" "$folder/top"
sed -i '/^  shots: {lever/d' "$folder/top/lever.yaml"
run -C "$folder/top" run
run -C "$folder/top" --json next
grep '"evidence":"both"' "$folder/out" | grep -qF '"modes":["F6","F7","F5","F4","F2","F3"]' || fail "a lever on top of another answers to its own modes too"
check
sed -i '/^  both: {lever/d' "$project/lever.yaml"
run -C "$project" run
run -C "$project" next
has out "stack (from rag and shots)"
has out "gain       +40.0 points of all cases, 95% interval +26.9 to +50.0"
has out "parts      rag +25.0 points, shots +15.0 points"
has out "F6 F7 F5 F4 F2 F3"
has out "under variants: stack: {lever: few-shot, parent: rag, model: stack}"
run -C "$project" --json next
has out '"parts":["rag","shots"]'
sed -i "s|^variants:|&\n  stack: {lever: few-shot, parent: rag, model: stack}|; s|^models:|&\n  stack: {api: recorded, file: stack.jsonl}|" "$project/lever.yaml"
cp "$project/both.jsonl" "$project/stack.jsonl"
run -C "$project" run --variant stack
expect 0 "the lines of the proposal, pasted"
run -C "$project" run
run -C "$project" next
has out "stack          stack      on base: +26.0 points measured, +40.0 points predicted from rag and shots"
run -C "$project" next --hide stack
has out "measured +26.0 points; predicted +40.0 points (95% +26.9 to +50.0), outside its interval; its parts: rag +25.0 points"
# a lever on top of another is a stack of the two that were measured apart; what went far beyond both is told as a wrong prediction
seq 100 | awk '{ print "c" $1, "a" $1 }' | recorded both
sed -i 's|^  stack: {lever: few-shot, parent: rag, model: stack}|  over: {lever: few-shot, parent: rag, model: both}|' "$project/lever.yaml"
run -C "$project" run
run -C "$project" next
has out "pull next: stack, as in the variant over"
has out "over           stack      on base: +50.0 points measured, +40.0 points predicted from rag and shots"

# of levers that mend the same cases the cheap one comes first, and no gap is called most of the failures that is not
project_new dear <<'YAML'
models:
  base: {api: recorded, file: base.jsonl}
  big: {api: recorded, file: big.jsonl}
  cot: {api: recorded, file: cot.jsonl}
  gold: {api: recorded, file: gold.jsonl}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  big: {lever: model, parent: base, model: big}
  cot: {lever: cot, parent: base, model: cot}
  gold: {probe: oracle-context, lever: rag, parent: base, model: gold}
scorers: [{exact: "{{ expected }}"}]
YAML
priced() { awk -v c="$2" '{ printf "{\"id\":\"%s\",\"output\":\"%s\",\"cost\":%s}\n", $1, $2, c }' >"$project/$1.jsonl"; }
seq 120 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 120 | awk '{ print "c" $1, $1 <= 60 ? "a" $1 : "w" NR }' | priced base 0.001
seq 120 | awk '{ print "c" $1, $1 <= 87 ? "a" $1 : "x" NR }' | priced big 0.1
seq 120 | awk '{ print "c" $1, $1 <= 86 ? "a" $1 : "y" NR }' | priced cot 0.002
seq 120 | awk '{ print "c" $1, ($1 <= 60 || $1 > 95 && $1 <= 115) ? "a" $1 : "z" NR }' | priced gold 0.001
run -C "$project" run
run -C "$project" next
has out "pull next: cot, as in the variant cot"
has out "cot mends most of the same cases, and a call of it costs 50 times less: what this one gains beyond that (+0.8 points) is not settled"
lacks out "most lack knowledge"
run -C "$project" report "$folder/dear.md"
grep -q '^- \[ \] failure modes: 20 of 60 failures have a mode' "$folder/dear.md" || fail "the report lacks the path"
grep -q '^| cot | cot, measured |.*\\$0.0020 a case' "$folder/dear.md" || fail "the report lacks what a lever costs"
grep -q '^| model | big | cot mends most of the same cases' "$folder/dear.md" || fail "the report lacks what is not recommended"
grep -q '^| cot | cot | base |  |  | nothing |  | +21.7 points |' "$folder/dear.md" || fail "the report lacks the ledger"
check
run -C "$project" --json next
has out '"type":"path","step":"prompts only","done":true'
has out '"type":"mode","mode":"F6","name":"knowledge missing","levers":"rag","cases":20'
run -C "$project" next --explain
has out "watch cases that need steps; guard format, latency"
# who labelled, and whether it is saturated
seq 61 90 | awk '{ printf "{\"case\":\"c%d\",\"mode\":\"%s\",\"rater\":\"ann\"}\n", $1, $1 % 2 ? "F6" : "F16" }' >"$folder/ann.labels"
run -C "$project" triage --variant base --import "$folder/ann.labels"
run -C "$project" next
has out "50 of 60 failures have a mode, 30 by people; ann: saturated, 0 new codes in the last 20"
# a bar that is set is spoken of
echo 'advice: {bar: 0.6}' >>"$project/lever.yaml"
run -C "$project" next
has out "; it meets the bar of 60.0% at the least cost"
sed -i 's/bar: 0.6/bar: 0.55/' "$project/lever.yaml"
run -C "$project" next --hide big,cot
has out "whether base meets the bar of 55.0% is open: between 41.2% and 58.8% pass"
# outputs that a probe brings later count, those that they replace do not
seq 120 | awk '{ print "c" $1, $1 <= 60 ? "a" $1 : "z" NR }' | priced gold 0.001
run -C "$project" run
run -C "$project" next
has out "rag        oracle-context     no gain"

# what it costs: hosting is paid by the calls of a month, and a dearer call is never earned back
costs() { # COST-OF-LEVER, costs: …
	project_new "costs$1" <<YAML
models: {base: {api: recorded, file: base.jsonl}, tuned: {api: recorded, file: tuned.jsonl}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  tuned: {lever: fine-tune, parent: base, model: tuned}
scorers: [{exact: "{{ expected }}"}]
costs: {training: 10, label_minutes: 2, hour: 60, trainings_per_year: 0, $3}
YAML
	seq 60 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
	seq 60 | awk '{ printf "{\"id\":\"c%d\",\"output\":\"%s\",\"cost\":0.01}\n", $1, $1 <= 30 ? "a" $1 : "wrong" }' >"$project/base.jsonl"
	seq 60 | awk -v c="$2" '{ printf "{\"id\":\"c%d\",\"output\":\"a%d\",\"cost\":%s}\n", $1, $1, c }' >"$project/tuned.jsonl"
	run -C "$project" run
	run -C "$project" next
}
costs 1 0.001 "hosting: 0, calls_per_month: 1000"
has out "\$0.0010 a case against \$0.010, \$1,010.00 once; earned back after 112,223 calls, in 112 months at 1,000 a month"
costs 2 0.001 "hosting: 5000, calls_per_month: 1000"
has out "\$1,010.00 once and \$5,000.00 a month; not earned back by what a call costs; it pays where an avoided error is worth more than \$10.15 in the first year, \$9.98 from then on"
run -C "$project" next --json
has out '"one_time":1010.0'
has out '"monthly":5000.0,"payback_months":null,"error_worth":9.98'
has out '"error_worth_first_year":10.15'
run -C "$project" report "$folder/report.md"
grep -q 'not earned back by what a call costs; it pays where' "$folder/report.md" || fail "the report does not say what it costs"; check
costs 3 0.001 "hosting: 5000, calls_per_month: 10000000"
has out "earned back after 118,824 calls, in less than a month at 10,000,000 a month"
costs 4 0.02 "hosting: 0"
has out "not earned back by what a call costs; it pays where an avoided error is worth more than \$0.020, and all of them together more than the \$1,010.00"
costs 5 0.02 "hosting: 0, error_value: 2, calls_per_month: 102"
has out "earned back after 1,021 calls, in 10 months at 102 a month, avoided errors counted"
costs 6 0.02 "hosting: 0, error_value: 0.01"
has out "not earned back by what a call costs and by what avoided errors are worth; it pays where an avoided error is worth more than \$0.020, and all of them together more than the \$1,010.00"

# live: what a lever breaks among few passing cases that were asked counts for all of them, and probes survive a further variant
cat >"$folder/script" <<'SCRIPT'
body "step by step" has "gain" : answer "Answer: right"
body "step by step" has "lost" : answer "Answer: wrong"
body "step by step" has "passes" : answer "Answer: right"
has "passes" : answer "right"
* : answer "wrong"
SCRIPT
server --script "$folder/script"
project_new weights <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 20}, price: {input: 1, output: 1}}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base, prompt: "{{ q }}"}
scorers: [{exact: right}]
YAML
seq 200 | awk '{ w = $1 <= 160 ? "passes" : ""; w = w ($1 % 5 == 0 && $1 <= 160 ? ", lost" : "") ($1 > 180 ? "gain" : "")
	printf "{\"id\":\"c%d\",\"q\":\"question %d %s\",\"expected\":\"right\"}\n", $1, $1, w }' >"$project/cases.jsonl"
run -C "$project" run --quiet
run -C "$project" probe --quiet --only placebo,cot
run -C "$project" next
expect 4 "20 of 40 failures mended, a fifth of 160 passing ones broken"
lacks out "pull next"
before=$(requests)
run -C "$project" probe --quiet --only placebo,cot --sample 160
[ "$(requests)" -gt "$before" ] || fail "a larger sample asked nothing"
check
run -C "$project" --json next
same "$(sed -n 's/.*"lever": *"cot".*"gain": *\([-0-9.]*\).*/\1/p' "$folder/out" | head -n 1 | cut -c1-5)" "-0.06" "gain, all cases asked"
echo '  other: {lever: prompt, parent: base, model: base, prompt: "again: {{ q }}"}' >"$folder/line"
sed -i "/^  base: {lever/r $folder/line" "$project/lever.yaml"
run -C "$project" run --quiet
run -C "$project" next
has out "cot        cot                no gain: -6.0 points"
# a prompt that was edited is run before it is probed
sed -i 's/prompt: "{{ q }}"/prompt: "now: {{ q }}"/' "$project/lever.yaml"
before=$(requests)
run -C "$project" probe --quiet --only placebo
expect 2 "probing what was not run"
has err 'the project changed since run 2'
same "$(requests)" "$before" "no call was made"
same "$(sql "$project/lever.db" 'SELECT count(*) FROM run')" 2 "runs"

# leaks in other files than JSON Lines, and what all cases share is no leak
project_new leak <<'YAML'
models: {base: {api: recorded, file: base.jsonl}, tuned: {api: recorded, file: base.jsonl}}
cases: {file: cases.jsonl, map: {id: id, vars: {q: q, context: context}, expected: expected}}
variants:
  base: {lever: prompt, model: base}
  tuned: {lever: fine-tune, parent: base, model: tuned, training: {file: train.csv}}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 60 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"how deep is buoy %d, and why, asked the master\",\"context\":\"the handbook of the buoy maker\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 60 | awk '{ print "c" $1, $1 <= 30 ? "a" $1 : "wrong" }' | recorded base
{ echo 'text,label'; echo '"the handbook of the buoy maker",x'; echo '"how deep is buoy 7, and why, asked the master",y'; } >"$project/train.csv"
run -C "$project" run
run -C "$project" next
has out "1 test case stands in the examples or the training set (1 word for word)"

# people find right what the scorer fails, and only in one variant
project_new ranking <<'YAML'
models: {base: {api: recorded, file: base.jsonl}, rag: {api: recorded, file: rag.jsonl}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  rag: {lever: rag, parent: base, model: rag}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 60 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 60 | awk '{ print "c" $1, $1 <= 35 ? "a" $1 : "wrong" }' | recorded base
seq 60 | awk '{ print "c" $1, $1 <= 30 ? "a" $1 : "said-otherwise" }' | recorded rag
run -C "$project" run
seq 36 50 | awk '{ printf "{\"case\":\"c%d\",\"mode\":\"F6\",\"rater\":\"ann\"}\n", $1 }' >"$folder/base.labels"
seq 36 50 | awk '{ printf "{\"case\":\"c%d\",\"mode\":\"F1\",\"rater\":\"ann\"}\n", $1 }' >"$folder/rag.labels"
for variant in base rag; do run -C "$project" triage --variant $variant --import "$folder/$variant.labels"; done
run -C "$project" next
has out "the scorer ranks base above rag, people's labels of their failures rank them the other way"
# few labels: wrong answers match a neighbour's by chance
project_new labels <<'YAML'
models: {base: {api: recorded, file: base.jsonl}}
cases: cases.jsonl
variants: {base: {lever: prompt, model: base}}
scorers: [{exact: "{{ expected }}"}]
YAML
gold() { awk '{ g = ($1 * 7919 % 101) % 2 ? "yes" : "no"; print $1, g, $1 % 7 == 0 ? (g == "yes" ? "no" : "yes") : g }'; }
seq 100 | gold | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"%s\"}\n", $1, $1, $2 }' >"$project/cases.jsonl"
seq 100 | gold | awk '{ print "c" $1, $3 }' | recorded base
run -C "$project" run
run -C "$project" next
lacks out "joined wrongly"

# a placebo of failing cases does not pull down what a variant measured; answers that never came count alike on both sides
project_new placebo <<'YAML'
models: {base: {api: recorded, file: base.jsonl}, rag: {api: recorded, file: rag.jsonl}, again: {api: recorded, file: again.jsonl}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  rag: {lever: rag, parent: base, model: rag}
  again: {probe: placebo, lever: prompt, parent: base, model: again}
scorers: [{exact: "{{ expected }}"}]
YAML
seq 100 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 100 | awk '$1 % 10 != 3 { print "c" $1, $1 % 2 ? "a" $1 : "wrong" }' | recorded base
seq 100 | awk '$1 % 10 != 7 { print "c" $1, $1 % 3 ? "a" $1 : "wrong" }' | recorded rag
seq 2 2 100 | awk '{ print "c" $1, $1 % 4 ? "a" $1 : "wrong" }' | recorded again
run -C "$project" run
run -C "$project" compare base rag
difference=$(sed -n 's/^  difference  *\([-+0-9.]*\) points.*/\1/p' "$folder/out")
[ -n "$difference" ] || fail "no difference"
run -C "$project" next
has out "rag            rag        on base: $difference points measured"
grep -q "a gain of $difference points is not settled\|(95% \|measured: $difference points\|no gain: $difference points" "$folder/out" || fail "the advice has another gain than compare: $difference"
check

# an answer that is right to the letter and fails by another scorer is no matter of form
project_new exact <<'YAML'
models: {base: {api: recorded, file: base.jsonl}}
cases: cases.jsonl
variants: {base: {lever: prompt, model: base}}
scorers: [{exact: "{{ expected }}"}, {latency: {max: 1}}]
YAML
seq 60 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
seq 60 | awk '{ printf "{\"id\":\"c%d\",\"output\":\"a%d\",\"latency_s\":%s}\n", $1, $1, $1 <= 40 ? "0.2" : "3" }' >"$project/base.jsonl"
run -C "$project" run
run -C "$project" next
has out "66.7% pass"
lacks out "pull next: format"
lacks out "F2 "

# a template with another number is another question
sed -i 's/and why, asked the master/and how wide is it when the long winter ice comes down the river/' "$folder/leak/cases.jsonl"
{ echo 'text,label'; echo '"how deep is buoy 7000, and how wide is it when the long winter ice comes down the river",y'; } >"$folder/leak/train.csv"
run -C "$folder/leak" run
run -C "$folder/leak" next
lacks out "in the examples or the training set"
done_checks
