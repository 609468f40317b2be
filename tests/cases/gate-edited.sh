#!/bin/sh
# A gate on a variant that was edited since it was measured would judge the past: not comparable, by name of what changed; --run N judges it.
. tests/cases/common
project=$folder/project
mkdir "$project" "$project/docs"
echo '* : answer yes' >"$folder/script"
server --script "$folder/script"
for i in $(seq 40); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"yes\"}"
done >"$project/cases.jsonl"
for i in $(seq 40); do
	echo "{\"id\":\"c$i\",\"output\":\"yes\",\"verdict\":true}"
done >"$project/ours.jsonl"
echo '{"id":"e1","q":"like this","expected":"yes"}' >"$project/examples.jsonl"
printf '# Leave\n\nOne asks on Mondays.\n' >"$project/docs/leave.md"
echo 'Say it: {{ q }}' >"$project/ask.md"
write() { # TEMPERATURE K
	cat >"$project/lever.yaml" <<Y
models:
  m: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {temperature: $1}}
  ours: {api: recorded, file: ours.jsonl}
cases: cases.jsonl
examples: {shown: examples.jsonl}
corpus: {book: {path: docs/}}
variants:
  ask: {model: m, prompt: ask.md}
  shots: {lever: few-shot, parent: ask, model: m, examples: {from: shown, k: 1}, prompt: "{% for example in examples %}{{ example.q }}{% endfor %}{{ q }}"}
  rag: {lever: rag, parent: ask, model: m, prompt: "{{ context }} {{ q }}", retrieve: {from: book, k: $2, query: "{{ q }}"}}
  ours: {lever: model, parent: ask, model: ours}
scorers:
  - exact: "{{ expected }}"
gates:
  - {variant: ask, at_least: 0.5}
  - {variant: shots, not_worse_than: ask, by: 0.3}
  - {variant: rag, latency_at_most: 60}
  - {variant: ours, at_least: 0.5}
Y
}
gate() { run -C "$project" gate "$@"; }
write 0 1
run -C "$project" run
expect 0 "run"
gate
lacks out "was edited"
count=$(grep -c '^pass' "$folder/out")
same "$count" 3 "three pass, the percentile of 40 has no bound"
# the time of a document alone is no edit
touch -d tomorrow "$project/docs/leave.md"
gate
lacks out "was edited"
echo 'Say it well: {{ q }}' >"$project/ask.md"
gate
expect 4 "a prompt edited"
has out "not comparable ask: at_least 0.5"
has out "ask was edited since run 1 measured it (prompt): \`lever run\` measures it as it is now, \`--run 1\` judges what was"
has out "not comparable shots: not_worse_than ask by 0.3"
has out "pass           ours: at_least 0.5"
gate --run 1
has out "pass           ask: at_least 0.5"
lacks out "was edited"
echo 'Say it: {{ q }}' >"$project/ask.md"
gate
lacks out "was edited"
write 0.5 2
gate
has out "ask was edited since run 1 measured it (params.temperature: 0, now 0.5)"
has out "rag was edited since run 1 measured it (params.temperature: 0, now 0.5; retrieve.k: 1, now 2)"
write 0 1
echo '{"id":"e1","q":"like that","expected":"yes"}' >"$project/examples.jsonl"
printf '# Leave\n\nOne asks on Tuesdays.\n' >"$project/docs/leave.md"
touch -d tomorrow "$project/docs/leave.md"
sed -i '3s/yes/no/' "$project/ours.jsonl"
gate
has out "pass           ask: at_least 0.5"
has out "shots was edited since run 1 measured it (the examples)"
has out "rag was edited since run 1 measured it (the documents of corpus book)"
has out "ours was edited since run 1 measured it (the recorded outputs or their map)"
run -C "$project" run
gate
lacks out "was edited"
done_checks
