#!/bin/sh
# A case whose retrieval query cannot be filled is an attempt without an answer, and the rest of the run goes on.
. tests/cases/common
echo '* : answer "fine"' >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir -p "$project/docs"
echo "# Holidays
Thirty days." >"$project/docs/one.md"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
cases: cases.jsonl
corpus: {docs: {path: docs/}}
variants:
  rag: {lever: rag, model: base, prompt: "{{ context }} {{ question }}", retrieve: {from: docs, query: "{{ topic }}"}}
scorers: [{contains: fine}]
YAML
for i in $(seq 1 30); do
	[ "$i" = 7 ] && echo "{\"id\":\"c$i\",\"question\":\"number $i\"}" || echo "{\"id\":\"c$i\",\"question\":\"number $i\",\"topic\":\"holidays\"}"
done >"$project/cases.jsonl"
run -C "$project" run
expect 3 "one case without topic"
has err "topic"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 29 "answers"
same "$(sql "$project/lever.db" "SELECT class FROM attempt WHERE state = 'open'")" prompt "class of the one"
same "$(requests)" 29 "requests"
run -C "$project" show c7 rag
expect 0 "show"
run -C "$project" run
expect 3 "the next run"
same "$(requests)" 29 "requests of the next run"
done_checks
