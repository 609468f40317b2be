#!/bin/sh
# What is wrong with data is told before any advice: each alarm where it belongs, and none where it does not. Recorded outputs only: no call.
. tests/cases/common
alarm() { grep '"type":"alarm"' "$folder/out" | grep "\"alarm\":\"$1\"" >"$folder/alarm" || fail "no alarm $1"; check; }
no_alarm() { ! grep -q "\"alarm\":\"$1\"" "$folder/out" || fail "alarm $1 is raised"; check; }
says() { grep -qF -e "$1" "$folder/alarm" || fail "the alarm lacks '$1': $(cat "$folder/alarm")"; check; }
# project NAME: its folder in $project
project() { project=$folder/$1; mkdir "$project"; }

# ---- gold passages that are called otherwise than those of the corpus ----
project gold
mkdir "$project/docs"
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
cases: cases.jsonl
corpus: {book: {path: docs/}}
variants:
  ours: {lever: prompt, model: ours}
scorers: [exact: "{{ expected }}"]
YAML
for i in $(seq 12); do
	printf '# Leave\n\nThe answer to %s is %s.\n' "$i" "$i" >"$project/docs/d$i.md"
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"$i\",\"gold\":[\"d$i\"]}" >>"$project/cases.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"none\"}" >>"$project/outputs.jsonl"
done
run -C "$project" index
run -C "$project" run
run -C "$project" --json next
alarm gold-not-in-corpus
says '12 of 12 cases that name some: they are called `d1`, its own `d1.md#leave`'
run -C "$project" probe --dry-run
has out 'the corpus holds no gold passage of a failed case'
sed -i 's/"d\([0-9]*\)"/"d\1.md"/' "$project/cases.jsonl"
run -C "$project" run
run -C "$project" --json next
no_alarm gold-not-in-corpus
done_checks
