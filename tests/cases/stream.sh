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

# Every other API that streams: an answer with thinking before it, one that broke off (asked again), a call of a tool, an error in the
# middle (asked again), all of the usage.
path_of() {
	case $1 in
	anthropic) echo /v1/messages ;; responses) echo /responses ;; ollama) echo /api/chat ;;
	gemini) echo "/models/mock:streamGenerateContent?alt=sse" ;;
	esac
}
quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
line() { printf 'data: %s\\n\\n' "$(quoted "$1")"; }
named() { printf 'event: %s\\ndata: %s\\n\\n' "$1" "$(quoted "$2")"; }
row() { printf '%s\\n' "$(quoted "$1")"; }
delta() { named content_block_delta "{\"type\":\"content_block_delta\",\"index\":$1,\"delta\":$2}"; }
block() { named content_block_start "{\"type\":\"content_block_start\",\"index\":$1,\"content_block\":$2}"; }
begin_of() {
	case $1 in
	anthropic)
		named message_start '{"type":"message_start","message":{"id":"m1","role":"assistant","model":"mock-2","content":[],"stop_reason":null,"usage":{"input_tokens":7,"cache_read_input_tokens":2,"output_tokens":1}}}'
		named ping '{"type":"ping"}'
		block 0 '{"type":"thinking","thinking":""}'
		delta 0 '{"type":"thinking_delta","thinking":"a city"}'
		block 1 '{"type":"text","text":""}'
		delta 1 '{"type":"text_delta","text":"Pa"}' ;;
	responses)
		named response.created '{"type":"response.created","response":{"id":"r1","status":"in_progress","output":[],"error":null}}'
		named response.output_text.delta '{"type":"response.output_text.delta","delta":"Pa"}' ;;
	gemini)
		line '{"candidates":[{"content":{"role":"model","parts":[{"text":"a city","thought":true}]}}],"usageMetadata":{"promptTokenCount":9}}'
		line '{"candidates":[{"content":{"role":"model","parts":[{"text":"Pa"}]}}]}' ;;
	ollama)
		row '{"model":"mock-2","message":{"role":"assistant","content":"","thinking":"a city"},"done":false}'
		row '{"model":"mock-2","message":{"role":"assistant","content":"Pa"},"done":false}' ;;
	esac
}
end_of() {
	case $1 in
	anthropic)
		delta 1 '{"type":"text_delta","text":"ris"}'
		named message_delta '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}'
		named message_stop '{"type":"message_stop"}' ;;
	responses)
		named response.output_item.done '{"type":"response.output_item.done","item":{"type":"reasoning","summary":[{"type":"summary_text","text":"a city"}]}}'
		named response.output_item.done '{"type":"response.output_item.done","item":{"type":"message","content":[{"type":"output_text","text":"Paris"}]}}'
		named response.completed '{"type":"response.completed","response":{"id":"r1","model":"mock-2","status":"completed","error":null,"output":[],"usage":{"input_tokens":9,"output_tokens":5}}}' ;;
	gemini)
		line '{"candidates":[{"content":{"parts":[{"text":"ris"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"thoughtsTokenCount":2},"modelVersion":"mock-2"}' ;;
	ollama)
		row '{"model":"mock-2","message":{"role":"assistant","content":"ris"},"done":false}'
		row '{"model":"mock-2","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":5}' ;;
	esac
}
tool_of() {
	case $1 in
	anthropic)
		named message_start '{"type":"message_start","message":{"id":"m2","model":"mock-2","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}'
		block 0 '{"type":"tool_use","id":"t1","name":"lookup","input":{}}'
		delta 0 '{"type":"input_json_delta","partial_json":""}'
		delta 0 '{"type":"input_json_delta","partial_json":"{\"q\":"}'
		delta 0 '{"type":"input_json_delta","partial_json":"1}"}'
		named message_delta '{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}' ;;
	responses)
		named response.completed '{"type":"response.completed","response":{"model":"mock-2","status":"completed","output":[{"type":"function_call","call_id":"t1","name":"lookup","arguments":"{\"q\":1}"}],"usage":{"input_tokens":9,"output_tokens":5}}}' ;;
	gemini)
		line '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"lookup","args":{"q":1}}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":5}}' ;;
	ollama)
		row '{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"lookup","arguments":{"q":1}}}]},"done":false}'
		row '{"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":5}' ;;
	esac
}
error_of() {
	case $1 in
	anthropic) named error '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}' ;;
	responses) named error '{"type":"error","code":"server_error","message":"Overloaded"}' ;;
	gemini) line '{"error":{"code":503,"status":"UNAVAILABLE","message":"Overloaded"}}' ;;
	ollama) row '{"error":"Overloaded, please try again"}' ;;
	esac
}
kill "$server_pid" && wait "$server_pid" 2>/dev/null
: >"$folder/script"
for api in anthropic responses gemini ollama; do
	at=$(path_of $api)
	cat >>"$folder/script" <<S
path "$at" body "broken" times 1 : raw "$(begin_of $api)"
path "$at" body "fails" times 1 : raw "$(begin_of $api)$(error_of $api)"
path "$at" body "call" : raw "$(tool_of $api)"
path "$at" : drip 1 raw "$(begin_of $api)$(end_of $api)"
S
done
server --script "$folder/script"
stored() { sql "$project/lever.db" "$1"; }
for api in anthropic responses gemini ollama; do
	rm -rf "$project"
	: >"$folder/requests.jsonl"
	mkdir "$project"
	cat >"$project/lever.yaml" <<YAML
models: {base: {api: $api, base_url: "http://127.0.0.1:$port", model: mock, stream: true}}
variants: {streamed: {lever: prompt, model: base, prompt: "{{ question }}"}}
scorers: [{exact: {value: "{{ expected }}"}}]
cases:
  - {id: a, question: capital, expected: Paris}
  - {id: b, question: broken, expected: Paris}
  - {id: c, question: fails, expected: Paris}
  - {id: d, question: call, expected: Paris}
YAML
	run -C "$project" run
	expect 0 "$api streamed"
	texts="FROM attempt a JOIN text t ON t.id = a.output_id WHERE t.body"
	same "$(stored "SELECT count(*) $texts = 'Paris'")" 3 "$api: answers put together"
	same "$(stored "SELECT count(*) $texts LIKE '%lookup%{%q%:1}%'")" 1 "$api: the call of a tool"
	same "$(wc -l <"$folder/requests.jsonl")" 6 "$api: requests, those that broke off asked again"
	same "$(stored "SELECT group_concat(class, ' ') FROM (SELECT class FROM call WHERE class <> 'ok' ORDER BY class)")" \
		"server truncated" "$api: classes"
	same "$(stored "SELECT count(*) FROM call WHERE class = 'ok' AND input_tokens = 9 AND output_tokens = 5")" 4 "$api: usage"
	same "$(stored "SELECT count(*) FROM attempt a JOIN text t ON t.id = a.reasoning_id WHERE t.body = 'a city'")" \
		3 "$api: reasoning"
	same "$(stored "SELECT count(*) FROM call WHERE class = 'ok' AND first_byte > 30000 AND first_byte < latency - 30000")" 3 \
		"$api: calls whose first token came after the first byte and before the last"
	sed -i 's/, stream: true//' "$project/lever.yaml"
	run -C "$project" run
	has out "nothing to do"
	# a variant that asks the same without streaming takes the stored streams
	sed -i 's/^variants: {\(.*\)}$/variants: {\1, again: {lever: prompt, model: base, prompt: "{{ question }}"}}/' "$project/lever.yaml"
	run -C "$project" run
	has out "4 answered from the cache" # $api
	has out "0 calls made"
	same "$(stored "SELECT count(*) $texts = 'Paris'")" 6 "$api: stored streams read again"
done

# What cannot stream says so.
sed -i "s/api: ollama/api: http, stream: true, answer: \/x, body: {a: 1}/" "$project/lever.yaml"
run -C "$project" run
expect 2 "an API without"
has err "stream"
done_checks
