#!/bin/sh
# Cases that ask the very same share one call, also while it is under way.
. tests/cases/common
cat >"$folder/script" <<'S'
* : delay 200 answer "Paris"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: twins
concurrency: 64
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 20}}
cases: cases.jsonl
variants:
  plain: {lever: prompt, model: base, prompt: "{{ question }}"}
scorers:
  - contains: "{{ expected }}"
YAML
i=0
while [ $i -lt 40 ]; do
	i=$((i + 1))
	printf '{"id":"same%d","question":"What is the capital of France?","expected":"Paris"}\n{"id":"own%d","question":"%d?","expected":"Paris"}\n' $i $i $i
done >"$project/cases.jsonl"

run -C "$project" run
expect 0 "twins"
same "$(requests)" 41 "requests for 40 twins and 40 others"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 80 "answers"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE source = 'cache'")" 39 "of them out of the cache"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'started'")" 0 "calls left open"
done_checks
