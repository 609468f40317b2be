#!/bin/sh
# A probe that ends early, here by its budget, has asked a sample of the cases whatever the order of the file; the same command asks the others, each once.
. tests/cases/common
cat >"$folder/rules" <<'R'
has "easy" body "shown" : answer "yes"
* : answer "no"
R
server --script "$folder/rules"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 50}, price: {input: 1, output: 1}}}
cases: cases.jsonl
examples: {shown: examples.jsonl}
probes: {examples: shown}
variants: {base: {lever: prompt, model: base, prompt: "{{ q }}?"}}
scorers: [exact]
YAML
for i in $(seq 40); do echo "{\"id\":\"c$i\",\"q\":\"easy $i\",\"expected\":\"yes\"}"; done >"$project/cases.jsonl"
for i in $(seq 41 80); do echo "{\"id\":\"c$i\",\"q\":\"hard $i\",\"expected\":\"yes\"}"; done >>"$project/cases.jsonl"
for i in $(seq 8); do echo "{\"q\":\"shown $i\",\"expected\":\"yes\"}"; done >"$project/examples.jsonl"
run -C "$project" run --quiet
run -C "$project" probe --quiet --only few-shot-nearest --budget 0.003
expect 3 "the budget ends it"
asked() { # FROM TO
	sql "$project/lever.db" "SELECT count(*) FROM attempt a JOIN variant_version v ON v.id = a.variant_version_id JOIN test_case t ON t.input_id = a.input_id
		WHERE v.name = 'base+few-shot-nearest' AND a.state = 'answered' AND t.position BETWEEN $1 AND $2"
}
first=$(asked 1 40) second=$(asked 41 80)
[ $((first + second)) -lt 70 ] || fail "$first and $second cases were asked: too many for a budget"
[ "$first" -gt 5 ] && [ "$second" -gt 5 ] || fail "$first and $second cases were asked: the head of the file is no sample"
check
run -C "$project" probe --quiet --only few-shot-nearest
expect 0 "the others"
has out 'few-shot-nearest        40 of    80'
same "$(requests)" 160 "calls in all"
done_checks
