#!/bin/sh
# Where a variant has no answer at all there is nothing to compare: said so, in no place as a tie or as the best.
. tests/cases/common
printf 'body "\\"model\\":\\"live\\"" : answer "y"\n* : status 400\n' >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
for i in 1 2 3 4 5 6; do echo "{\"id\":\"c$i\",\"question\":\"$i\"}"; done >"$project/cases.jsonl"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: m, retries: 0}}
cases: cases.jsonl
variants:
  prompt: {model: base, prompt: "{{ question }}"}
  rag: {lever: rag, parent: prompt, prompt: "{{ context }}{{ question }}", retrieve: {from: docs}}
corpus: {docs: {path: docs/}}
scorers: [{contains: x}]
YAML
mkdir "$project/docs"
echo "# One" >"$project/docs/one.md"
run -C "$project" run
expect 3 "nobody answers"
has out "rag against prompt: nothing to compare: neither has an answer"
lacks out "alike"
run -C "$project" compare prompt rag
has out "without answer   6, 6"
has out "nothing to compare: neither has an answer"
run -C "$project" compare --json prompt rag
has out '"without_answer":6,"against_without_answer":6'
run -C "$project" report "$folder/report.md"
cp "$folder/report.md" "$folder/out"
has out "2 variants were asked the same 6 cases"
has out "Nothing was answered"
lacks out "Highest pass rate"

# One of the two answers.
sed -i "s|^models: {|&live: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: live}, |; s|prompt: {model: base|prompt: {model: live|; s|parent: prompt,|& model: base,|" \
	"$project/lever.yaml"
run -C "$project" run
expect 3 "one answers"
has out "rag against prompt: nothing to compare: rag has no answer"
run -C "$project" report "$folder/report.md"
cp "$folder/report.md" "$folder/out"
has out "Highest pass rate: prompt"
done_checks
