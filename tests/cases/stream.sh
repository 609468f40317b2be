#!/bin/sh
# Streamed answers: put together, a broken one is asked again, and the time to the first token is kept; an API that has none says so.
. tests/cases/common
piece() { printf 'data: {\\"choices\\":[{\\"delta\\":{%s}%s}]}\\n\\n' "$1" "${2-}"; }
body="$(piece '\"role\":\"assistant\",\"content\":\"\"')$(piece '\"content\":\"Pa\"')"
end="$(piece '\"content\":\"ris\"')$(piece '' ',\"finish_reason\":\"stop\"')data: [DONE]\\n\\n"
cat >"$folder/script" <<S
body "broken" times 1 : raw "$body"
body "\"stream\":true" : drip 1 raw "$body$end"
* : status 400
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, stream: true}}
variants: {streamed: {lever: prompt, model: base, prompt: "{{ question }}"}}
scorers: [{exact: {value: "{{ expected }}"}}]
cases: [{id: a, question: capital, expected: Paris}, {id: b, question: broken, expected: Paris}]
YAML
run -C "$project" run
expect 0 "streamed"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt a JOIN text t ON t.id = a.output_id WHERE t.body = 'Paris'")" 2 "answers"
same "$(requests)" 3 "requests, the broken one asked again"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE class = 'ok' AND first_byte > 30000 AND first_byte < latency - 30000")" 2 \
	"calls whose first token came after the first byte and before the last"
run -C "$project" show 1
expect 0 "the attempt"
has out "first token after"
sed -i 's/api: openai/api: ollama/' "$project/lever.yaml"
run -C "$project" run
expect 2 "an API without"
has err "stream"
done_checks
