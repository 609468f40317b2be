#!/bin/sh
# Ctrl-C once finishes what is in flight, twice stops; exit 130; the same command goes on.
. tests/cases/common
server --delay 300
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: interrupted
concurrency: 4
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 20}}
cases:
$(i=0; while [ $i -lt 40 ]; do i=$((i + 1)); echo "  - {id: c$i, question: \"question $i\"}"; done)
variants:
  plain: {lever: prompt, model: base, prompt: "{{ question }}"}
scorers:
  - length: {min: 1, unit: words}
YAML
start() { "$LEVER" -C "$project" run >"$folder/out" 2>"$folder/err" </dev/null & victim=$!; }
await() { while [ "$(requests)" -lt "$1" ] && kill -0 $victim 2>/dev/null; do sleep 0.01; done; }
start; await 6; kill -INT $victim; wait $victim; status=$?
expect 130 "interrupted once"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'started'")" 0 "calls left in the air"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" "$(requests)" "all that was in flight is stored"
has err "goes on where this one stopped"
answered=$(sql "$project/lever.db" "SELECT count(*) FROM attempt")
has out "not run yet: plain $((40 - answered)) of 40"
before=$(requests)
start; await $((before + 3)); kill -INT $victim; sleep 0.05; kill -INT $victim; wait $victim; status=$?
expect 130 "interrupted twice"
run -C "$project" run
expect 0 "the rest"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 40 "all answered"
done_checks
