#!/bin/sh
# A connection that was used before breaks under a request: that is a failed call, stored and tried again by us, never a silent second request.
. tests/cases/common
printf 'nth 3 : reset\n* : answer "yes"\n' >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
concurrency: 1
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
variants: {plain: {lever: prompt, model: base, prompt: "{{ question }}"}}
scorers: [{contains: "yes"}]
cases: [{id: a, question: a}, {id: b, question: b}, {id: c, question: c}, {id: d, question: d}]
YAML
run -C "$project" run
expect 0 "a broken connection"
same "$(requests)" 5 "requests"
same "$(sql "$project/lever.db" "SELECT group_concat(class || ' ' || try, ', ') FROM (SELECT * FROM call ORDER BY id)")" \
	"ok 1, ok 1, network 1, ok 2, ok 1" "each request is a row"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE message LIKE '%broke before an answer%' OR message LIKE '%reset%'")" 1 "its message"
done_checks
