#!/bin/sh
# What a model said beside its calls goes back unchanged with the results; results of one turn stay together; calls are counted
# wherever they stand; arguments that are no object are told to the model and are never right; a tool has no tokens.
. tests/cases/common
say() { printf '%s\n' "$1"; }
quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
path_of() {
	case $1 in
	openai) echo /chat/completions ;; anthropic) echo /v1/messages ;; responses) echo /responses ;; ollama) echo /api/chat ;;
	gemini) echo /models/mock:generateContent ;;
	esac
}
turn_of() {
	case $1 in
	openai) say '{"choices":[{"message":{"role":"assistant","content":null,"reasoning_content":"OPAQUE","annotations":[],"tool_calls":[{"id":"c1","type":"function","function":{"name":"lookup","arguments":{"q":"a"}},"extra_content":{"signature":"SIGNED"}},{"id":"c2","type":"function","function":{"name":"lookup","arguments":"{\"q\":\"b\"}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}' ;;
	anthropic) say '{"content":[{"type":"thinking","thinking":"hm","signature":"SIGNED"},{"type":"redacted_thinking","data":"OPAQUE"},{"type":"text","text":"let me"},{"type":"tool_use","id":"c1","name":"lookup","input":{"q":"a"}},{"type":"tool_use","id":"c2","name":"lookup","input":{"q":"b"}}],"stop_reason":"tool_use","usage":{"input_tokens":10,"output_tokens":5}}' ;;
	responses) say '{"status":"completed","output":[{"type":"reasoning","id":"rs1","summary":[],"encrypted_content":"OPAQUE"},{"type":"message","id":"SIGNED","content":[{"type":"output_text","text":"let me"}]},{"type":"function_call","id":"f1","call_id":"c1","name":"lookup","arguments":"{\"q\":\"a\"}"},{"type":"function_call","id":"f2","call_id":"c2","name":"lookup","arguments":"{\"q\":\"b\"}"}],"usage":{"input_tokens":10,"output_tokens":5}}' ;;
	gemini) say '{"candidates":[{"content":{"parts":[{"text":"OPAQUE","thought":true},{"functionCall":{"id":"g1","name":"lookup","args":{"q":"a"}},"thoughtSignature":"SIGNED"},{"functionCall":{"id":"g2","name":"lookup","args":{"q":"b"}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}' ;;
	ollama) say '{"message":{"role":"assistant","content":"","thinking":"OPAQUE","tool_calls":[{"function":{"name":"lookup","arguments":{"q":"a"}},"mark":"SIGNED"},{"function":{"name":"lookup","arguments":{"q":"b"}}}]},"done":true,"done_reason":"stop","prompt_eval_count":10,"eval_count":5}' ;;
	esac
}
end_of() {
	case $1 in
	openai) say '{"choices":[{"message":{"content":"done"},"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":1}}' ;;
	anthropic) say '{"content":[{"type":"text","text":"done"}],"stop_reason":"end_turn","usage":{"input_tokens":20,"output_tokens":1}}' ;;
	responses) say '{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"done"}]}],"usage":{"input_tokens":20,"output_tokens":1}}' ;;
	gemini) say '{"candidates":[{"content":{"parts":[{"text":"done"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":20,"candidatesTokenCount":1}}' ;;
	ollama) say '{"message":{"content":"done"},"done":true,"done_reason":"stop","prompt_eval_count":20,"eval_count":1}' ;;
	esac
}
call() { printf '{"id":"c1","type":"function","function":{"name":"%s","arguments":"%s"}}' "$1" "$2"; }
chat() { quoted "{\"choices\":[{\"message\":{\"content\":$1,\"tool_calls\":[$2]},\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}"; }
{
	for api in openai anthropic responses gemini ollama; do
		say "path \"/$api$(path_of $api)\" body \"R=a\" : raw \"$(quoted "$(end_of $api)")\""
		say "path \"/$api$(path_of $api)\" : raw \"$(quoted "$(turn_of $api)")\""
	done
	say "body \"ask-broken\" body \"no JSON object\" : answer \"sorry\""
	say "body \"ask-broken\" : raw \"$(chat null "$(call lookup '{\"q\":')")\""
	say "body \"ask-list\" body \"no JSON object\" : answer \"sorry\""
	say "body \"ask-list\" : raw \"$(chat null "$(call lookup '[1]')")\""
	say "body \"ask-zero\" body \"no JSON object\" : answer \"sorry\""
	say "body \"ask-zero\" : raw \"$(chat null "$(call lookup '{\"q\":\"a\u0000\"}')")\""
	say "body \"ask-forever\" : raw \"$(chat '"I look"' "$(call lookup '{\"q\":\"a\"}')")\""
	say "body \"ask-program\" body \"tool_call_id\" : raw \"$(quoted "$(end_of openai)")\""
	say "body \"ask-program\" : raw \"$(chat null "$(call add '{}')")\""
	say "* : answer \"nothing to call\""
} >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/add.sh" <<'S2'
#!/bin/sh
while read -r line; do echo '{"output":"5"}'; done
S2
chmod +x "$project/add.sh"
lookup='{name: lookup, parameters: {type: object, properties: {q: {type: string}}}, answer: "R={{ arguments.q }}"}'
sent() { grep "\"path\":\"/$api" "$folder/requests.jsonl" | tail -n 1; }
for api in openai anthropic responses gemini ollama; do
	cat >"$project/lever.yaml" <<YAML
models: {base: {api: $api, base_url: "http://127.0.0.1:$port/$api", model: mock}}
variants: {v: {lever: tools, model: base, prompt: "{{ question }}", tools: [$lookup]}}
scorers: [{tool-call: [{name: lookup, arguments: {q: a}}, {name: lookup, arguments: {q: b}}]}]
cases: [{id: a, question: ask}]
YAML
	rm -f "$project"/lever.db*
	: >"$folder/requests.jsonl"
	run -C "$project" run
	expect 0 "$api"
	same "$(sql "$project/lever.db" "SELECT passed FROM verdict")" 1 "$api: both calls"
	same "$(sql "$project/lever.db" "SELECT input_tokens || ' ' || output_tokens FROM attempt")" "30 6" "$api: tokens"
	sent >"$folder/second"
	grep -q OPAQUE "$folder/second" || fail "$api: what only the server can read did not go back: $(cat "$folder/second")"
	grep -q SIGNED "$folder/second" || fail "$api: the signature did not go back: $(cat "$folder/second")"
	case $api in
	gemini)
		grep -q '"role":"user","parts":\[{"functionResponse":[^]]*"id":"g1"}},{"functionResponse":[^]]*"id":"g2"}}\]' "$folder/second" ||
			fail "gemini: the results are not one turn with their ids: $(cat "$folder/second")" ;;
	ollama) grep -q '"tool_name":"lookup"' "$folder/second" || fail "ollama: a result names no tool" ;;
	responses) grep -q '"include":\["reasoning.encrypted_content"\]' "$folder/second" || fail "responses: reasoning is not asked for" ;;
	esac
	check
done
# a model that refuses to be asked for its reasoning: what it did not hand over is not named again, nor are its items
sed -i 's/"encrypted_content":"OPAQUE"/"x":1/; s/encrypted_content\\":\\"OPAQUE/x\\":\\"y/' "$folder/script"
kill "$server_pid" && wait "$server_pid" 2>/dev/null
server --script "$folder/script"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: responses, base_url: "http://127.0.0.1:$port/responses", model: mock, params: {include: []}}}
variants: {v: {lever: tools, model: base, prompt: "{{ question }}", tools: [$lookup]}}
scorers: [{tool-call: [{name: lookup, arguments: {q: a}}, {name: lookup, arguments: {q: b}}]}]
cases: [{id: a, question: ask}]
YAML
rm -f "$project"/lever.db*
run -C "$project" run
expect 0 "responses without reasoning"
api=responses
sent >"$folder/second"
grep -q '"type":"reasoning"\|encrypted\|"id":"f1"' "$folder/second" && fail "what was not handed over is named: $(cat "$folder/second")"
grep -q '"call_id":"c1"' "$folder/second" || fail "the calls did not go back"
check
cat >"$project/lever.yaml" <<YAML
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, price: {input: 1, output: 1}}
  adder: {api: command, command: [./add.sh]}
variants: {v: {lever: tools, model: base, prompt: "{{ question }}", tools: {rounds: 2, list: [$lookup, {name: add, model: adder}]}}}
scorers: [tool-call]
cases:
  - {id: broken, question: ask-broken, expected: [{name: lookup}]}
  - {id: list, question: ask-list, expected: [{name: lookup}]}
  - {id: zero, question: ask-zero, expected: [{name: lookup}]}
  - {id: forever, question: ask-forever, expected: [{name: lookup, arguments: {q: a}}, {name: lookup, arguments: {q: a}}, {name: lookup, arguments: {q: a}}]}
  - {id: program, question: ask-program, expected: [{name: add}]}
  - {id: none, question: ask-nothing, expected: []}
YAML
rm -f "$project"/lever.db*
run -C "$project" run
expect 0 "calls"
verdict() { sql "$project/lever.db" "SELECT d.passed FROM verdict d JOIN attempt a ON a.id = d.attempt_id JOIN case_input i ON i.id = a.input_id WHERE i.case_id = '$1'"; }
calls() { sql "$project/lever.db" "SELECT count(*) FROM call c JOIN case_input i ON i.id = c.input_id WHERE i.case_id = '$1'"; }
for id in broken list zero; do
	same "$(verdict $id)" 0 "$id: arguments that are no object are not right"
	same "$(calls $id)" 2 "$id: the model is told once"
done
same "$(verdict forever)" 1 "the call of the last turn, beside text and behind the last round, counts"
same "$(verdict none)" 1 "no call, and none is expected"
same "$(verdict program)" 1 "the call of a program"
same "$(sql "$project/lever.db" "SELECT a.input_tokens || ' ' || a.output_tokens || ' ' || a.cost FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = 'program'")" \
	"30 6 36000000" "tokens and cost of an exchange with a program"
# two calls that both fit one expected call are told apart
cat >"$project/lever.yaml" <<YAML
models: {base: {api: recorded, file: out.jsonl}}
variants: {v: {lever: prompt, model: base}}
scorers: [{tool-call: {extra: true}}]
cases:
  - {id: both, question: x, expected: [{name: f, arguments: {a: 1}}, {name: f, arguments: {a: 1, b: [2]}}]}
  - {id: deep, question: x, expected: [{name: f, arguments: {a: [1, {b: 2}]}}]}
  - {id: name, question: x, expected: f}
  - {id: text, question: x, expected: '[{"name": "f", "arguments": "{\"a\": 1}"}]'}
  - {id: typo, question: x, expected: [{nam: f}]}
YAML
cat >"$project/out.jsonl" <<'S2'
{"id":"both","output":[{"function":{"name":"f","arguments":"{\"a\":1,\"b\":[2.0]}"}},{"function":{"name":"f","arguments":"{\"a\":1}"}}]}
{"id":"deep","output":[{"function":{"name":"f","arguments":"{\"a\":[1.0,{\"b\":2.0}]}"}}]}
{"id":"name","output":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]}
{"id":"text","output":[{"function":{"name":"f","arguments":"{\"a\":1.0}"}}]}
{"id":"typo","output":[{"function":{"name":"f","arguments":"{}"}}]}
S2
rm -f "$project"/lever.db*
run -C "$project" run
expect 0 "recorded calls"
same "$(verdict both) $(verdict deep)" "1 1" "the best pairs, numbers by value at any depth"
same "$(verdict name) $(verdict text)" "1 1" "an expected call may be a name, and text"
same "$(verdict typo)" 0 "an expected call without a name"
run -C "$project" show typo v
has out "an expected call has a name"
done_checks
