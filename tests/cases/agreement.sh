#!/bin/sh
# An expected answer is under suspicion where ways of answering that differ agree on another one: not where the same question was only asked again,
# nor where what they agree on is what they say to most questions.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  base: {api: recorded, file: base.jsonl, map: {id: id, output: out}}
  again: {api: recorded, file: again.jsonl, map: {id: id, output: out}}
  more: {api: recorded, file: more.jsonl, map: {id: id, output: out}}
  steps: {api: recorded, file: steps.jsonl, map: {id: id, output: out}}
  shots: {api: recorded, file: shots.jsonl, map: {id: id, output: out}}
cases: cases.jsonl
variants:
  base: {lever: prompt, model: base}
  again: {probe: placebo, parent: base, model: again}
  more: {probe: repeats, parent: base, model: more}
  steps: {probe: cot, parent: base, model: steps}
  shots: {probe: few-shot-nearest, parent: base, model: shots}
scorers: [exact]
YAML
# id, expected, then what base, again and more say, steps, shots
row() {
	echo "{\"id\":\"$1\",\"q\":\"question $1\",\"expected\":\"$2\"}" >>"$project/cases.jsonl"
	for arm in base again more; do echo "{\"id\":\"$1\",\"out\":\"$3\"}" >>"$project/$arm.jsonl"; done
	echo "{\"id\":\"$1\",\"out\":\"$4\"}" >>"$project/steps.jsonl"
	echo "{\"id\":\"$1\",\"out\":\"$5\"}" >>"$project/shots.jsonl"
}
for i in $(seq 20); do row "right$i" yes yes yes yes; done
for i in $(seq 4); do row "biased$i" maybe yes yes yes; done
for i in $(seq 4); do row "repeated$i" "gold $i" "guess $i" "step $i" "shot $i"; done
for i in $(seq 4); do row "agreed$i" "gold 1$i" "other $i" "other $i" "other $i"; done
for i in $(seq 4); do row "constant$i" grey gray gray gray; done
run -C "$project" run
run -C "$project" --json triage --variant base --limit 100
modes() { grep "\"case\":\"$1" "$folder/out" | grep -c '"mode":"F1"' || true; }
same "$(modes agreed)" 4 "the same other answer in three ways"
same "$(modes constant)" 4 "the same other answer wherever the same one is expected"
same "$(modes repeated)" 0 "the same question asked three times"
same "$(modes biased)" 0 "what is said to nearly all"
run -C "$project" next
has out 'careful: 8 cases that no arm gets right and most answer alike'
done_checks
