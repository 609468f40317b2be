#!/bin/sh
# A vote asks several times and takes what most answer; each sample is a call of its own, never another one's stored answer.
. tests/cases/common
cat >"$folder/script" <<'S'
body "ask" nth 1 : answer "Paris."
body "ask" nth 2 : answer "London"
body "ask" nth 3 : answer "paris"
body "ask" nth 4 : answer "Rome"
body "ask" nth 5 : answer "Paris"
* : answer "Rome"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
concurrency: 1
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {temperature: 1}}}
variants: {vote: {lever: vote, model: base, prompt: "ask {{ question }}", samples: 5}}
scorers: [{contains: {value: "{{ expected }}", ignore_case: true}}]
cases: [{id: a, question: capital, expected: paris}]
YAML
run -C "$project" run
expect 0 "vote"
same "$(requests)" 5 "samples asked"
same "$(sql "$project/lever.db" "SELECT t.body FROM attempt a JOIN text t ON t.id = a.output_id")" "Paris." "the first of those that most gave"
same "$(sql "$project/lever.db" "SELECT count(DISTINCT key) FROM call")" 5 "keys of the calls"
run -C "$project" run
same "$(requests)" 5 "requests of the same again"
sed -i 's/, samples: 5//' "$project/lever.yaml"
run -C "$project" run
expect 2 "no samples"
has err "needs \`samples:\`"
done_checks
