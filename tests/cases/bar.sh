#!/bin/sh
# Good enough at the least cost comes first; a variant that is no lever of the base and passes more is named.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  base: {api: recorded, file: base.jsonl, map: &map {id: id, output: output, cost: cost}}
  cheap: {api: recorded, file: cheap.jsonl, map: *map}
  dear: {api: recorded, file: dear.jsonl, map: *map}
  other: {api: recorded, file: other.jsonl, map: *map}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  dear: {lever: model, parent: base, model: dear}
  cheap: {lever: rag, parent: base, model: cheap}
  other: {lever: prompt, model: other}
scorers: [exact]
advice: {bar: 0.7}
YAML
seq 100 | awk '{ printf "{\"id\":\"c%d\",\"q\":\"question %d\",\"expected\":\"a%d\"}\n", $1, $1, $1 }' >"$project/cases.jsonl"
arm() { # NAME RIGHT COST
	seq 100 | awk -v right="$2" -v cost="$3" '{ printf "{\"id\":\"c%d\",\"output\":\"%s%d\",\"cost\":%s}\n", $1, $1 <= right ? "a" : "b", $1, cost }' \
		>"$project/$1.jsonl"
}
arm base 50 0.001
arm cheap 80 0.002
arm dear 95 0.01
arm other 65 0.001
run -C "$project" run
expect 0 "run"
run -C "$project" next
expect 0 "a bar that a cheap variant meets"
has out 'pull next: rag, as in the variant cheap'
has out 'it meets the bar of 70.0% at the least cost'
has out '  1. rag (measured: cheap)'
has out '  2. model (measured: dear)'
has out 'other, which does not start from base, passes more (+15.0 points): `lever next --base other`'
run -C "$project" --json next
has out '"lever":"rag","recommended":true,"rank":1'
# without a bar the largest gain comes first
sed -i '/^advice/d' "$project/lever.yaml"
run -C "$project" next
has out '  1. model (measured: dear)'
# a bar that only a variant beside the levers meets
sed -i '/^  cheap: {lever/d; /^  dear: {lever/d' "$project/lever.yaml"
echo 'advice: {bar: 0.55}' >>"$project/lever.yaml"
run -C "$project" run
run -C "$project" next
has out 'other meets the bar of 55.0% at the least cost'
# what embedding and reranking cost a call is stated, and counts wherever passages are retrieved
cat >"$project/lever.yaml" <<'YAML'
models:
  base: {api: recorded, file: base.jsonl, map: &map {id: id, output: output, cost: cost}}
  cheap: {api: recorded, file: cheap.jsonl, map: *map}
  dear: {api: recorded, file: dear.jsonl, map: *map}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  cheap: {lever: rag, parent: base, model: cheap}
  dear: {lever: few-shot, parent: cheap, model: dear}
scorers: [exact]
costs: {embedding: 0.0001, rerank: 0.003, prompt_hours: 0, label_minutes: 0}
YAML
run -C "$project" run
run -C "$project" next
has out 'cost       $0.0051 a case ($0.0031 of it for embedding and reranking) against $0.0010'
has out 'cheap            80.0%       $0.0051 a case'
has out 'dear             95.0%        $0.013 a case'
has out 'base             50.0%       $0.0010 a case'
run -C "$project" --json next
has out '"cost_per_call":0.0051'
has out '"search_cost_per_call":0.0031'
done_checks
