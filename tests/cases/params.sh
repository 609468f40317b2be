#!/bin/sh
# Parameters: every one that an API cannot do is told at its place, in one pass; null takes back what another model gave; how tools are
# called is sent only where there are tools, and tools once.
. tests/cases/common
cat >"$folder/script" <<'S'
path "/v1/messages" : raw "{\"content\":[{\"type\":\"text\",\"text\":\"fine\"}],\"stop_reason\":\"end_turn\"}"
* : answer "fine"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
rest='cases: [{id: a, q: one}]
scorers: [{length: {min: 1, unit: words}}]'
write() { printf '%s\n' "$1" "$rest" >"$project/lever.yaml"; }
at() { printf 'lever.yaml:%s: model %s' "$1" "$2"; }

write "models:
  claude:
    api: anthropic
    base_url: http://127.0.0.1:$port
    model: m
    reasoning_effort: low
    params:
      temperature: 0
      seed: 7
      logit_bias: {}
      response_format: {type: json_object}
  local: {api: ollama, base_url: http://127.0.0.1:$port, model: m, reasoning_effort: minimal}
  served:
    api: vllm
    base_url: http://127.0.0.1:$port
    model: m
    params: {temperature: 0, guided_choice: [a]}
  form:
    api: http
    base_url: http://127.0.0.1:$port
    body: {x: \"{{ prompt }}\"}
    answer: x
    params: {top_p: 1, seed: 3}
  nameless: {api: responses, base_url: http://127.0.0.1:$port/v1}
  pasted: {api: azure, base_url: \"https://r.openai.azure.com/openai/deployments/m\", api_version: \"2024-10-21\", model: m}
  whole: {api: anthropic, base_url: \"http://127.0.0.1:$port/v1/messages\", model: m}
variants:
  v: {model: claude, prompt: \"x {{ q }}\"}"
run -C "$project" run
expect 2 "what APIs cannot do"
has err "$(at 9:13 claude): params: api anthropic has no \`seed\`"
has err "$(at 10:19 claude): params: api anthropic has no \`logit_bias\`"
has err "$(at 11:24 claude): params: Messages have no \`response_format\` json_object"
has err "$(at 12:86 local)"
has err 'api ollama has no `minimal`: it takes none, low, medium, high, max'
has err "$(at 17:45 served): params: vLLM took \`guided_choice\` away"
has err "$(at 23:21 form): params: the body does not use \`top_p\`"
has err "$(at 23:30 form): params: the body does not use \`seed\`"
has err 'model nameless: no `model` is given: api responses wants its id on the server'
has err "$(at 25:34 pasted): base_url: the resource alone"
has err "$(at 26:37 whole): base_url: \`/messages\` is put behind it"
same "$(requests)" 0 "requests"

write "models:
  base: {api: openai, base_url: http://127.0.0.1:$port/v1, model: m, params: {seed: 7, temperature: 0, tool_choice: auto, parallel_tool_calls: false}}
  claude: {extends: base, api: anthropic, base_url: http://127.0.0.1:$port, params: {seed: null}}
  own: {extends: base, params: {tools: [{type: function, function: {name: mine}}]}}
variants:
  plain: {model: base, prompt: \"plain {{ q }}\"}
  claude: {model: claude, prompt: \"claude {{ q }}\"}
  tools: {lever: tools, parent: plain, model: own, prompt: \"tools {{ q }}\", tools: [{name: lookup, strict: true, answer: found}]}
  own: {model: own, prompt: \"own {{ q }}\"}"
run -C "$project" run
expect 0 "run"
sent() { grep "$1 one" "$folder/requests.jsonl" | sed 's/.*"body"://'; }
sent plain | grep -q '"seed":7' || fail "plain: the seed is missing: $(sent plain)"
sent plain | grep -q 'tool' && fail "plain: parameters of tools without tools: $(sent plain)"
sent claude | grep -qE 'seed|tool' && fail "claude: $(sent claude)"
same "$(sent tools | grep -o '"tools":' | wc -l)" 1 "tools once"
sent tools | grep -q '"name":"lookup".*"strict":true' || fail "the variant's tools go before: $(sent tools)"
sent tools | grep -q '"parallel_tool_calls":false' || fail "with tools: $(sent tools)"
run -C "$project" show a claude --curl
has out "-H 'anthropic-version: 2023-06-01'"
has out '"content":"claude one"'
sent own | grep -q '"mine"' || fail "tools of the params: $(sent own)"
check

# an address with the beginning of the API's paths is the same address, and doctor asks there too
write "models:
  v1: {api: azure, base_url: \"http://127.0.0.1:$port/openai/v1/\", model: dep}
  dated: {api: azure, base_url: \"http://127.0.0.1:$port/openai/v1\", api_version: \"2024-10-21\", model: dep}
  preview: {api: azure, base_url: \"http://127.0.0.1:$port/openai\", api_version: preview, model: dep}
variants:
  v1: {model: v1, prompt: \"v1 {{ q }}\"}
  dated: {model: dated, prompt: \"dated {{ q }}\"}
  preview: {model: preview, prompt: \"preview {{ q }}\"}"
run -C "$project" run
expect 3 "azure: the mock has none of the dated paths"
where() { grep "$1 one" "$folder/requests.jsonl" | grep -o '"path":"[^"]*"'; }
same "$(where v1)" '"path":"/openai/v1/chat/completions"' "v1"
same "$(where dated)" '"path":"/openai/deployments/dep/chat/completions?api-version=2024-10-21"' "dated"
same "$(where preview)" '"path":"/openai/v1/chat/completions?api-version=preview"' "preview"
: >"$folder/requests.jsonl"
run -C "$project" doctor
same "$(grep -c '"path":"/openai/v1/models"' "$folder/requests.jsonl")" 3 "lists of models asked for"

# who asks may be made from the case: then it is sent for each, and is part of what decides an answer; else it is not
same_text='variants: {v: {model: m, prompt: "the same for all"}}'
rest='cases: [{id: a, q: one}, {id: b, q: two}]
scorers: [{length: {min: 1, unit: words}}]'
labels() { rm -f "$folder/requests.jsonl.old"; : >"$folder/requests.jsonl"; write "models: {m: {api: openai, base_url: http://127.0.0.1:$port/v1, model: m, params: {$1}}}
$same_text"; run -C "$project" run; }
labels 'user: bench, metadata: {suite: old}'
same "$(requests)" 1 "requests with one label for all"
labels 'user: bench, metadata: {suite: new}'
same "$(requests)" 0 "requests after another label"
labels 'user: "asks {{ q }}", metadata: {case: "{{ case }}", suite: new}'
expect 0 "labels of the case"
same "$(requests)" 2 "requests with labels of the case"
grep -q '"user":"asks one","metadata":{"case":"a","suite":"new"}' "$folder/requests.jsonl" || fail "labels of the first case"
grep -q '"user":"asks two","metadata":{"case":"b","suite":"new"}' "$folder/requests.jsonl" || fail "labels of the second case"
labels 'user: "asks {{ q }}", metadata: {case: "{{ case }}", suite: new}'
same "$(requests)" 0 "requests after the same labels"
labels 'user: "asks {{ nope }}"'
expect 3 "a label of a variable that no case has"
has out '0 calls made'
has err 'params, user: undefined variable `nope`'
labels 'temperature: 0, metadata: {x: "{{ q | nofilter }}"}'
expect 2 "a label that is no template"
has err 'lever.yaml:1:'
done_checks
