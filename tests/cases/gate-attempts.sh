#!/bin/sh
# Gates look at every attempt of a case: each repeat's failure mode, and what has no answer.
. tests/cases/common
project=$folder/project
mkdir "$project"
for i in $(seq 1 100); do echo "{\"id\":\"c$i\",\"q\":\"$i\",\"expected\":\"yes\"}"; done >"$project/cases.jsonl"
answers() { for i in $(seq "$1" "$2"); do echo "{\"id\":\"c$i\",\"repeat\":$3,\"output\":\"yes\",\"latency_ms\":100}"; done; }
labelled() { echo "{\"id\":\"$1\",\"repeat\":$2,\"output\":\"no $3\",\"labels\":[\"$3\"],\"latency_ms\":100}"; }
write() { # GATES
	cat >"$project/lever.yaml" <<Y
models:
  a: {api: recorded, file: a.jsonl, map: {output: output?, error: error?, labels: labels?, latency_ms: latency_ms?}}
cases: cases.jsonl
variants:
  a: {model: a}
scorers:
  - exact: "{{ expected }}"
gates:
$1
Y
}
gate() { run -C "$project" gate "$@"; }

# one case whose two repeats fail in two ways has both
{ labelled c1 1 F12; labelled c1 2 F2; answers 2 100 1; answers 2 100 2; } >"$project/a.jsonl"
write '  - {variant: a, mode: F12, mode_at_most: 0}
  - {variant: a, mode: F2, mode_at_most: 0}
  - {variant: a, mode: F3, mode_at_most: 0}
  - {variant: a, mode: F12, mode_at_most: 0.1}'
run -C "$project" run --repeat 2
expect 0 "two repeats"
gate
expect 1 "each repeat counts"
has out "fail           a: mode_at_most 0 of F12"
has out "0.5% of 100 cases fail with F12"
has out "fail           a: mode_at_most 0 of F2"
has out "pass           a: mode_at_most 0 of F3"
has out "pass           a: mode_at_most 0.1 of F12"

# what has no answer may take any time, and may yet fail in any way; it is of mode F0
rm "$project/lever.db"
{ answers 1 80 1; for i in $(seq 81 100); do echo "{\"id\":\"c$i\",\"error\":\"timeout\"}"; done; } >"$project/a.jsonl"
write '  - {variant: a, latency_at_most: 2.5}
  - {variant: a, latency_at_most: 0.05}
  - {variant: a, mode: F0, mode_at_most: 0}
  - {variant: a, mode: F12, mode_at_most: 0}
  - {variant: a, mode: F12, mode_at_most: 0.4}'
run -C "$project" run
expect 3 "20 of 100 have no answer"
gate
has out "inconclusive   a: latency_at_most 2.5"
has out "95% 0.10 to no bound; at most 2.5 s are allowed (20 attempts without an answer may take any time)"
has out "\`lever run\` tries again what has no answer"
has out "fail           a: latency_at_most 0.05"
has out "fail           a: mode_at_most 0 of F0"
has out "20.0% of 100 cases fail with F0"
has out "inconclusive   a: mode_at_most 0 of F12"
has out "0 failures have no label; 20 attempts have no answer"
has out "what has no answer may come to fail so: \`lever run\` tries it again"
has out "pass           a: mode_at_most 0.4 of F12"
answers 1 100 1 >"$project/a.jsonl"
run -C "$project" run
gate
has out "pass           a: latency_at_most 2.5"
has out "pass           a: mode_at_most 0 of F12"

# no label is needed where all failures together stay below what is allowed
rm "$project/lever.db"
{ echo '{"id":"c1","output":"no"}'; answers 2 100 1; } >"$project/a.jsonl"
write '  - {variant: a, mode: F12, mode_at_most: 0.2}
  - {variant: a, mode: F12, mode_at_most: 0.01}'
run -C "$project" run
gate
expect 4 "one failure without a label"
has out "pass           a: mode_at_most 0.2 of F12"
has out "inconclusive   a: mode_at_most 0.01 of F12"
has out "failures without a label may be of this mode: \`lever triage\` labels them"
# costs of cases that hang together count once
rm "$project/lever.db"
for i in $(seq 1 40); do echo "{\"id\":\"c$i\",\"q\":\"$i\",\"expected\":\"yes\",\"cluster\":\"g$(((i - 1) / 10))\"}"; done >"$project/cases.jsonl"
for i in $(seq 1 40); do echo "{\"id\":\"c$i\",\"output\":\"yes\",\"cost\":0.00$([ "$i" -le 30 ] && echo 1 || echo 3)}"; done >"$project/a.jsonl"
write '  - {variant: a, cost_at_most: 0.002}'
sed -i 's/latency_ms: latency_ms?/cost: cost?/; s/^cases: .*/cases: {file: cases.jsonl, map: {cluster: cluster?}}/' "$project/lever.yaml"
run -C "$project" run
gate
expect 4 "four groups of cases"
has out "(clustered: 4 groups)"
sed -i 's/,"cluster":"[^"]*"//' "$project/cases.jsonl"
run -C "$project" run
gate
expect 0 "the same without groups"
sed -i 's/^cases: .*/cases: {file: cases.jsonl, map: {cluster: {value: all}}}/' "$project/lever.yaml"
run -C "$project" run
gate
expect 4 "one group"
has out "over 40 of one group; an interval needs 2 groups"
# what has no answer counts as not passed, which is said; where nothing was answered there is nothing to judge
rm -r "$project"; mkdir "$project"
for i in $(seq 1 40); do echo "{\"id\":\"c$i\",\"q\":\"$i\",\"expected\":\"yes\"}"; done >"$project/cases.jsonl"
silent() { for i in $(seq "$1" 40); do echo "{\"id\":\"c$i\",\"error\":\"connection refused\"}"; done; }
silent 1 >"$project/a.jsonl"
for i in $(seq 1 40); do echo "{\"id\":\"c$i\",\"output\":\"$([ "$i" -le 30 ] && echo yes || echo no)\"}"; done >"$project/b.jsonl"
{ for i in $(seq 1 5); do echo "{\"id\":\"c$i\",\"output\":\"yes\"}"; done; silent 6; } >"$project/c.jsonl"
cat >"$project/lever.yaml" <<'Y'
models:
  a: {api: recorded, file: a.jsonl, map: {output: output?, error: error?}}
  b: {api: recorded, file: b.jsonl, map: {output: output?, error: error?}}
  c: {api: recorded, file: c.jsonl, map: {output: output?, error: error?}}
cases: cases.jsonl
variants:
  a: {model: a}
  b: {lever: model, parent: a, model: b}
  c: {lever: model, parent: a, model: c}
scorers:
  - exact: "{{ expected }}"
gates:
  - {variant: b, better_than: a}
  - {variant: a, not_worse_than: b}
  - {variant: a, at_least: 0.5}
  - {variant: b, better_than: c}
  - {variant: c, at_least: 0.5}
Y
run -C "$project" run
gate
expect 1 "one fails"
has out "inconclusive   b: better_than a"
has out "nothing to compare: a has no answer"
has out "inconclusive   a: not_worse_than b"
has out "inconclusive   a: at_least 0.5"
has out "pass           b: better_than c"
has out "+0.0 are asked for (35 attempts of c have no answer and count as not passed)"
has out "fail           c: at_least 0.5"
has out "50.0% are asked for (35 attempts of c have no answer and count as not passed)"
gate --write-baseline "$project/base.json" --variant a
expect 2 "a baseline of an outage"
has err "a has no answer in run 1"
[ ! -e "$project/base.json" ] || fail "it was written all the same"; check
gate --write-baseline "$project/base.json" --variant c
expect 0 "a baseline with gaps"
has err "35 attempts have no answer and count as not passed in the baseline"

# one output with a list of modes has all of them; a person's word beats the list; the last rater's does not make another's undone
rm "$project/lever.db"
listed() { echo "{\"id\":\"$1\",\"output\":\"no $1\",\"labels\":[$2]}"; }
{ listed c1 '"F12","F2"'; listed c2 '"F2","F12"'; listed c3 '"F4"'; answers 4 40 1; } >"$project/a.jsonl"
write '  - {variant: a, mode: F12, mode_at_most: 0}
  - {variant: a, mode: F2, mode_at_most: 0.1}
  - {variant: a, mode: F9, mode_at_most: 0}'
run -C "$project" run
gate
expect 1 "two modes each"
has out "5.0% of 40 cases fail with F12 (labels: import 2)"
has out "5.0% of 40 cases fail with F2 (labels: import 2)"
has out "pass           a: mode_at_most 0 of F9"
for label in 'c1 ann F12' 'c2 ann F4' 'c3 ann F9' 'c3 bob F4'; do
	set -- $label
	run -C "$project" triage --case "$1" --rater "$2" --label "$3"
done
gate
has out "2.5% of 40 cases fail with F12 (labels: person 1)"
has out "0.0% of 40 cases fail with F2,"
has out "inconclusive   a: mode_at_most 0 of F9"
has out "another rater says so of 1"
has out "raters disagree whether it is this mode: \`lever triage --agreement A,B\`"
run -C "$project" triage --case c3 --rater ann --label F4
gate
has out "pass           a: mode_at_most 0 of F9"
done_checks
