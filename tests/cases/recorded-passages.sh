#!/bin/sh
# A team's own RAG: what it retrieved and how its failures were labelled come with its outputs, and are judged and shown.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: text, passages: ctx?, labels: modes?}}
cases: cases.jsonl
variants:
  ours: {lever: rag, model: ours}
scorers:
  - citation: {gold: true}
YAML
for id in a b c; do echo "{\"id\":\"$id\",\"q\":\"x\",\"gold\":[\"p2\"]}"; done >"$project/cases.jsonl"
cat >"$project/outputs.jsonl" <<'JSONL'
{"id":"a","text":"thirty days [2]","ctx":["p1",{"id":"p2","title":"Returns","text":"Within thirty days.","score":0.5}],"modes":["F3","stale"]}
{"id":"b","text":"thirty days [1]","ctx":["p1","p2"]}
{"id":"c","text":"thirty days [1]"}
JSONL
run -C "$project" run
expect 0 "run"
run -C "$project" show a ours
has out 'pass citation'
has out '2. p2 (score 0.500, in the prompt, cited)'
has out 'label: F3 put by import ours'
has out 'label: stale put by import ours'
run -C "$project" show b ours
has out 'FAIL citation'
has out '1. p1 (score 0.000, in the prompt, cited)'
run -C "$project" show c ours
has out 'no passages were put in the prompt'
same "$(sql "$project/lever.db" 'SELECT count(*) FROM retrieved')" 4 "passages"
# mended gold is scored anew from what is stored
sed -i 's/p2/p1/' "$project/cases.jsonl"
run -C "$project" run
expect 0 "rescored"
has out '0 calls made'
run -C "$project" show b ours
has out 'pass citation'
same "$(sql "$project/lever.db" 'SELECT count(*) FROM label WHERE source = "import"')" 2 "labels"
done_checks
