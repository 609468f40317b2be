#!/bin/sh
# The cost screen by keys: the field of points, the variant that Tab chooses and its curve, what has no price, small terminals, hostile names.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
costs: {calls_per_month: 1000, hosting: 5}
models:
  a: {api: recorded, file: a.jsonl}
  b: {api: recorded, file: b.jsonl}
  c: {api: recorded, file: c.jsonl}
  d: {api: recorded, file: d.jsonl}
variants:
  plain: {lever: prompt, model: a}
  near: {lever: prompt, parent: plain, model: b}
  far: {lever: prompt, parent: plain, model: c}
  tuned: {lever: fine-tune, parent: plain, model: b}
  free: {lever: cot, parent: plain, model: d}
scorers: [{exact: "{{ expected }}"}]
cases: cases.jsonl
YAML
awk 'BEGIN { for (i = 1; i <= 40; i++) printf "{\"id\":\"c%d\",\"question\":\"q%d\",\"expected\":\"y\"}\n", i, i }' >"$project/cases.jsonl"
outputs() { # FILE RIGHT COST
	awk -v right="$2" -v cost="$3" 'BEGIN { for (i = 1; i <= 40; i++) printf "{\"id\":\"c%d\",\"output\":\"%s\"%s}\n", i, i <= right ? "y" : "n", cost }' >"$project/$1"
}
outputs a.jsonl 20 ',"cost":0.01'
outputs b.jsonl 29 ',"cost":0.002'
outputs c.jsonl 40 ',"cost":0.3'
outputs d.jsonl 40 ''
run -C "$project" run
expect 0 "five variants"
cat >"$folder/script" <<S
:size 80x24
:keys \$
:save $folder/cost
:keys <Tab><Tab><Tab>G
:save $folder/cost_curve
:keys <Enter>
:save $folder/there
:keys q<Tab>
:save $folder/round
:size 24x6
:save $folder/small
S
run -C "$project" ui --script "$folder/script"
expect 0 "script"
for name in cost cost_curve; do golden "$name"; done
sed -n 1p "$folder/there" | grep -q ' run 1  complete ' || fail "Enter does not open the matrix: $(sed -n 1p "$folder/there")"
grep -q 'A plain' "$folder/round" || grep -q 'a plain' "$folder/round" || fail "Tab behind the last one does not begin again"
! grep -q '|' "$folder/small" || fail "a field where there is no room for it: $(cat "$folder/small")"
check
done_checks
