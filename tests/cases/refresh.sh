#!/bin/sh
# --refresh asks one variant again and takes the new answers; the other keeps its own, the old calls stay, labels of equal outputs too.
. tests/cases/common
cat >"$folder/script" <<'S'
body "first" times 2 : answer "old"
body "second" times 2 : answer "old"
* : answer "new"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
variants:
  a: {model: base, prompt: "first {{ q }}"}
  b: {model: base, parent: a, prompt: "second {{ q }}"}
scorers: [{contains: new}]
cases: [{id: x, q: one}, {id: y, q: two}]
YAML
run -C "$project" run
expect 0 "run"
passed() { sql "$project/lever.db" "SELECT group_concat(v.name || t.passed, ' ') FROM tally t JOIN variant_version v ON v.id = t.variant_version_id"; }
same "$(passed)" "a0 b0" "old answers"
run -C "$project" run --dry-run --refresh a
expect 0 "dry"
run -C "$project" run
same "$(requests)" 4 "a dry run changed nothing"
run -C "$project" run --refresh a
expect 0 "refresh"
same "$(requests)" 6 "only a was asked again"
same "$(passed)" "a2 b0" "new answers of a"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'answered'")" 6 "the old calls stay"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt")" 4 "attempts"
run -C "$project" run
same "$(requests)" 6 "nothing to do"
run -C "$project" run --refresh nothing
expect 2 "an unknown variant"
done_checks
