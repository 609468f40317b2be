#!/bin/sh
# `api: http`: methods, a query, lists, where a failure is told and when it is tried again, streams of both kinds, and what a body
# does not use is a mistake.
. tests/cases/common
quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
say() { printf '%s\n' "$1"; }
{
	say "path \"/list\" : raw \"$(quoted '[{"generated_text":"Paris","why":"eos_token"}]')\""
	say "path \"/search?q=Capital%20of%20%26%20France%3F&k=3\" : raw \"$(quoted '{"a":"Paris"}')\""
	say "path \"/fine\" : raw \"$(quoted '{"a":"Paris","error":false,"code":0,"note":{}}')\""
	say "path \"/bad\" : raw \"$(quoted '{"a":null,"err":"bad input"}')\""
	say "path \"/busy\" times 2 : raw \"$(quoted '{"err":"busy"}')\""
	say "path \"/busy\" : raw \"$(quoted '{"a":"Paris"}')\""
	say "path \"/limit\" times 1 : status 429 raw \"$(quoted '{"err":"slow"}')\""
	say "path \"/limit\" : raw \"$(quoted '{"a":"Paris"}')\""
	say "path \"/events\" times 1 : raw \"data: $(quoted '{"token":{"text":"Pa"}}')\\n\\ndata: {\\\"tok\\n\\ndata: $(quoted '{"token":{"text":""},"end":true}')\\n\\n\""
	say "path \"/events\" : drip 1 raw \"data: $(quoted '{"note":"one moment"}')\\n\\ndata: $(quoted '{"token":{"text":"Pa"}}')\\n\\ndata: $(quoted '{"token":{"text":"ris"},"end":true,"n":7}')\\n\\n\""
	say "path \"/lines\" : drip 1 raw \"$(quoted '{"text":"Pa"}')\\n$(quoted '{"text":"ris"}')\\n$(quoted '{"text":"","n":7,"why":"max_tokens"}')\\n\""
	say "path \"/heavy\" :$(for i in 1 2 3 4 5 6 7 8 9 10; do printf ' header "X-%s: %s"' $i "$(head -c 30000 /dev/zero | tr '\0' x)"; done) answer \"x\""
	say "path \"/whole\" : raw \"$(quoted '{"a":"Paris"}')\""
	say '* : status 404'
} >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
at="base_url: \"http://127.0.0.1:$port\""
body='body: {inputs: "{{ prompt }}"}'
cat >"$project/lever.yaml" <<YAML
models:
  list: {api: http, $at, path: /list, $body, answer: /0/generated_text, finish: /0/why}
  get: {api: http, $at, path: /search, method: GET, query: {q: "{{ prompt }}", k: "{{ params.k }}"}, params: {k: 3}, answer: a}
  put: {api: http, $at, path: /fine, method: PUT, $body, answer: a}
  code: {api: http, $at, path: /fine, $body, answer: a, error: code}
  note: {api: http, $at, path: /fine, $body, answer: a, error: /note}
  bad: {api: http, $at, path: /bad, $body, answer: a, error: err}
  busy: {api: http, $at, path: /busy, $body, answer: a, error: err, retry: true}
  limit: {api: http, $at, path: /limit, $body, answer: a, error: err}
  events: {api: http, $at, path: /events, $body, stream: true, delta: /token/text, end: end, output_tokens: n}
  lines: {api: http, $at, path: /lines, $body, stream: true, delta: text, output_tokens: n, finish: why}
  heavy: {api: http, $at, path: /heavy, $body, answer: a}
  whole: {api: http, $at, path: /whole, $body, stream: true, delta: text, answer: a}
variants:
$(for name in list get put code note bad busy limit events lines heavy whole; do echo "  $name: {lever: prompt, model: $name, prompt: \"{{ question }}\"}"; done)
scorers: [{exact: Paris}]
cases: [{id: a, question: "Capital of & France?"}]
YAML
run -C "$project" run
expect 3 "two variants have no answer"
of() { sql "$project/lever.db" "SELECT $2 FROM attempt a JOIN variant_version v ON v.id = a.variant_version_id WHERE v.name = '$1'"; }
for name in list get put code note busy limit events lines whole; do
	same "$(of $name "(SELECT body FROM text WHERE id = a.output_id)")" Paris "$name"
done
same "$(of list a.finish) $(of lines a.finish)" "stop length" "words for the end"
same "$(of events a.output_tokens) $(of lines a.output_tokens)" "7 7" "tokens of the last event"
same "$(of bad "a.class || ' ' || a.call_count || ' ' || a.message")" "request 1 HTTP 200: bad input" "a failure under a good status is not tried again"
same "$(of heavy "a.class || ' ' || a.message")" "too-large the headers of the answer are larger than 262144 bytes" "headers without end"
same "$(of busy a.call_count)" 3 "unless the project says so"
same "$(of limit a.call_count)" 2 "under 429 it is a limit"
same "$(of events a.call_count)" 2 "an event that cannot be read is asked again"
method() { grep -c "\"method\":\"$1\",\"path\":\"$2" "$folder/requests.jsonl"; }
same "$(method GET /search) $(method PUT /fine) $(method POST /fine)" "1 1 2" "methods"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE class = 'ok' AND model IN ('events', 'lines') AND first_byte > 20000 AND first_byte < latency - 10000")" 2 \
	"the first token came after the first byte and before the last"
run -C "$project" run
has out "bad"
same "$(method GET /search)" 1 "a stored answer is not asked again"
sed -i 's/method: PUT/method: PATCH/' "$project/lever.yaml"
run -C "$project" run -v put
same "$(method PUT /fine) $(method PATCH /fine)" "1 1" "another method is another question"
for name in get put; do
	run -C "$project" show a $name --curl
	expect 0 "$name as a line for the shell"
done
has out "curl -sS -X PATCH 'http://127.0.0.1:$port/fine'"
# what is set and not sent
mistake() {
	cat >"$project/lever.yaml" <<YAML
models:
  m: {api: http, $at, $1}
variants:
  v: {model: m, prompt: "{{ question }}"$3}
scorers: [{exact: Paris}]
cases: [{id: a, question: q}]
YAML
	run -C "$project" run
	expect 2 "$1"
	has err "lever.yaml:"
	has err "$2"
}
before=$(wc -l <"$folder/requests.jsonl")
mistake "$body, answer: a, params: {temperature: 0}" "write {{ params }}" ""
mistake "body: {t: \"{{ params.temperature }}\"}, answer: a, params: {temperature: 0, seed: 7}" "does not use \`seed\`" ""
mistake "$body, answer: a, reasoning_effort: low" "write {{ reasoning_effort }}" ""
mistake "$body, answer: a, lora: [{id: 0}]" "takes no adapters" ""
mistake "$body, answer: a, stream: true" "delta" ""
mistake "$body" "where does it stand" ""
mistake "method: GET, $body, answer: a" "a GET has none" ""
mistake "answer: a" "a map was expected" ""
mistake "$body, answer: a" "does not use: write {{ schema }}" ", lever: format, schema: {type: object}"
mistake "$body, answer: a" "has tools, which its model cannot call" ", lever: tools, tools: [{name: f, answer: x}]"
same "$(wc -l <"$folder/requests.jsonl")" "$before" "mistakes are told before any call"
done_checks
