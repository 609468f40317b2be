#!/bin/sh
# A call that fails is a stored row with its class; open attempts are tried again by the next run; exit status 3.
. tests/cases/common
cat >"$folder/script" <<'S'
has "limited" times 2 : status 429 header "Retry-After: 0"
has "broken" times 1 : status 500
has "reset" times 1 : reset
has "forbidden" : status 400
has "html" : html
has "nojson" : badjson
has "empty" : empty
has "refused" : refusal "I cannot help with that"
has "filtered" : finish "content_filter" null
has "cut" : answer "half an ans" finish "length"
has "nomoney" : delay 300 status 429 raw "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"no money\"}}"
has "late" : delay 600 status 500
has "redirected" : redirect "http://127.0.0.1:9/"
* : answer "fine"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: failures
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, key: LEVER_TEST_KEY, params: {max_tokens: 20}, retries: 3}
cases:
  - {id: ok, question: hello}
  - {id: limited, question: limited}
  - {id: broken, question: broken}
  - {id: reset, question: reset}
  - {id: forbidden, question: forbidden}
  - {id: html, question: html}
  - {id: nojson, question: nojson}
  - {id: empty, question: empty}
  - {id: refused, question: refused}
  - {id: filtered, question: filtered}
  - {id: cut, question: cut}
variants:
  plain: {lever: prompt, model: base, prompt: "{{ question }}"}
scorers:
  - contains: fine
YAML
LEVER_TEST_KEY=sk-planted-secret-0123456789
export LEVER_TEST_KEY
run -C "$project" run
expect 3 "attempts without an answer"
state() { sql "$project/lever.db" "SELECT a.state || ' ' || a.class FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = '$1'"; }
same "$(state ok)" "answered ok" ok
same "$(state limited)" "answered ok" limited
same "$(state broken)" "answered ok" broken
same "$(state reset)" "answered ok" reset
same "$(state forbidden)" "open request" forbidden
same "$(state html)" "open malformed" html
same "$(state nojson)" "open malformed" nojson
same "$(state empty)" "answered empty" empty
same "$(state refused)" "refused ok" refused
same "$(state filtered)" "filtered filtered" filtered
same "$(state cut)" "answered ok" cut
same "$(sql "$project/lever.db" "SELECT count(*) FROM call c JOIN case_input i ON i.id = c.input_id WHERE i.case_id = 'limited'")" 3 "tries of limited"
same "$(sql "$project/lever.db" "SELECT l.mode FROM label l JOIN attempt a ON a.id = l.attempt_id JOIN case_input i ON i.id = a.input_id WHERE i.case_id = 'cut'")" F0 "label of an answer cut off"
# why they fail is told by rule, of those without an answer too
run -C "$project" triage
expect 0 "triage"
for case in forbidden html nojson empty filtered cut; do grep -Eq "^$case .* F0 .* rule +[a-z]" "$folder/out" || fail "$case is not explained: $(grep "^$case" "$folder/out")"; done
check
before=$(requests)
run -C "$project" run
expect 3 "still open"
same $(($(requests) - before)) 3 "only what is open is asked again"
has out "3 attempts made, 8 were stored already"
if grep -rqF sk-planted-secret "$project" "$folder/out" "$folder/err"; then fail "the key was written somewhere"; fi
check
same "$(grep -c 'Bearer sk-planted-secret-0123456789' "$folder/requests.jsonl")" "$(requests)" "requests with the key"
run -C "$project" run --record "$folder/tape.jsonl" --no-cache
! grep -qF sk-planted "$folder/tape.jsonl" || fail "the key is on the cassette"
check
run -C "$project" show ok plain --curl
has out 'LEVER_TEST_KEY'
lacks out 'sk-planted'

# no money: why the rest is not asked is told, whatever failed last
mkdir "$folder/broke"
sed '/^cases:/,/^variants:/d; s/retries: 3/retries: 0/' "$project/lever.yaml" | sed 's/^  plain:/variants:\n  plain:/' >"$folder/broke/lever.yaml"
{ echo "cases:"; for name in nomoney late again1 again2 again3 again4 again5 again6; do echo "  - {id: $name, question: $name}"; done; } |
	sed '/again/s/question: again/question: late again/' >>"$folder/broke/lever.yaml"
run -C "$folder/broke" run -c 2
expect 3 "no money"
has err "lever: model base is not asked any more in this run: quota: HTTP 429: no money"
has err "server: HTTP 500"
run -C "$folder/broke" run -c 2 --json
has out '"type":"down"'

# a server that is not there: told once, the rest is not tried a thousand times
kill "$server_pid"; wait "$server_pid" 2>/dev/null; server_pid=
sed -i 's/retries: 3/retries: 0/; s/question: hello}/question: hello again}/' "$project/lever.yaml"
run -C "$project" run
expect 3 "no server"
has err "network"
done_checks
