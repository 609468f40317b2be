#!/bin/sh
# What was predicted stays in the ledger beside what was measured: also when the advice starts from another base, and after the base was edited.
. tests/cases/common
project=$folder/project
mkdir "$project"
write() { # VARIANTS
	cat >"$project/lever.yaml" <<YAML
models:
$(for arm in plain told found; do echo "  $arm: {api: recorded, file: $arm.jsonl, map: {id: id, output: out}}"; done)
cases: cases.jsonl
variants:
  plain: {lever: prompt, model: plain}
  oracle: {probe: oracle-context, parent: plain, model: told}
$1
scorers: [exact: "{{ expected }}"]
YAML
}
for i in $(seq 60); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"gold $i\"}" >>"$project/cases.jsonl"
	out="gold $i"; [ $((i % 3)) = 0 ] || out="guess $i"
	echo "{\"id\":\"c$i\",\"out\":\"$out\"}" >>"$project/plain.jsonl"
	out="gold $i"; [ $((i % 10)) != 1 ] || out="no"
	echo "{\"id\":\"c$i\",\"out\":\"$out\"}" >>"$project/told.jsonl"
	out="gold $i"; [ $((i % 4)) != 1 ] || out="no"
	echo "{\"id\":\"c$i\",\"out\":\"$out\"}" >>"$project/found.jsonl"
done
# a first word, of a third of the cases; what is measured is held against the last one before it
cp "$project/told.jsonl" "$folder/all"
head -n 20 "$folder/all" >"$project/told.jsonl"
write ''
run -C "$project" run
run -C "$project" next
has out 'predicted: +57.1 points'
cp "$folder/all" "$project/told.jsonl"
run -C "$project" run
run -C "$project" next
has out 'predicted: +56.7 points'
write '  rag: {lever: rag, parent: plain, model: found, hypothesis: it knows too little}'
run -C "$project" run
run -C "$project" next
has out 'rag            rag        on plain: +41.7 points measured, +56.7 points predicted from oracle-context'
has out 'hypothesis: it knows too little'
has out 'mean absolute error 15.0 points over 1 prediction'
# from where the advice led
run -C "$project" next --base rag
has out 'rag            rag        on plain: +41.7 points measured, +56.7 points predicted from oracle-context'
# the base is another one by now: what came of the prediction is what was measured then
sed -i 's/guess/guessed/' "$project/plain.jsonl"
run -C "$project" run
run -C "$project" next
has out 'rag            rag        on plain in run 2: +41.7 points measured, +56.7 points predicted from oracle-context'
has out 'rag            rag        on plain: +41.7 points measured, nothing predicted'
run -C "$project" --json next
has out ',"run":2}'
# where the base is good enough, no probe can change the advice
echo 'advice: {bar: 0.1}' >>"$project/lever.yaml"
run -C "$project" probe --dry-run
expect 0 "nothing to probe"
has out 'left out  cot                good enough: at least 22.7% against a bar of 10.0%'
done_checks
