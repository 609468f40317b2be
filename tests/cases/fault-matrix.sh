#!/bin/sh
# Every fault × every API that is asked over HTTP: its class and state as `lever show classes` documents them, how often the server was asked, how long it
# was left alone, what was paid, and a clean answer on the same connections afterwards.
. tests/cases/common
# api|path|good reply|reply with a filter|empty reply|tokens in|tokens out
apis() {
	chat='{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}'
	held='{"choices":[{"message":{"content":null},"finish_reason":"content_filter"}]}'
	none='{"choices":[{"message":{"content":""},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":0}}'
	echo "openai|/chat/completions|$chat|$held|$none"
	echo "openrouter|/chat/completions|$chat|$held|$none"
	echo "vllm|/chat/completions|$chat|$held|$none"
	echo "llamacpp|/chat/completions|$chat|$held|$none"
	echo "azure|/openai/v1/chat/completions|$chat|$held|$none"
	echo 'responses|/responses|{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"fine"}]}],"usage":{"input_tokens":10,"output_tokens":5}}|{"status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[]}|{"status":"completed","output":[],"usage":{"input_tokens":10,"output_tokens":0}}'
	echo 'anthropic|/v1/messages|{"content":[{"type":"text","text":"fine"}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}||{"content":[],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":0}}'
	echo 'gemini|/models/mock:generateContent|{"candidates":[{"content":{"parts":[{"text":"fine"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}|{"promptFeedback":{"blockReason":"SAFETY"}}|{"candidates":[{"content":{"parts":[]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":0}}'
	echo 'ollama|/api/chat|{"message":{"content":"fine"},"done_reason":"stop","prompt_eval_count":10,"eval_count":5}||{"message":{"content":""},"done_reason":"stop","prompt_eval_count":10,"eval_count":0}'
	echo 'http|/ask|{"text":"fine","in":10,"out":5}||{"text":"","in":10,"out":0}'
}
escape() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
# Those that can stop a model for the rest of the run (no money, no key, no such address) are asked alone.
# fault|times (0: always)|action|state|class|asked; GOOD, HELD and NONE stand for the API's own bodies
faults() {
	cat <<'TABLE'
limited|2|status 429 header "Retry-After: 0.2"|answered|ok|3
limitms|1|status 429 header "retry-after-ms: 200"|answered|ok|2
limitless|1|status 429|LIMITLESS
again|2|status 429 header "x-should-retry: false"|open|rate-limit|1
anyway|1|status 400 header "x-should-retry: true"|answered|ok|2
failing|1|status 500|answered|ok|2
gateway|1|status 502|answered|ok|2
busy|1|status 503|answered|ok|2
slowgate|1|status 504|answered|ok|2
overload|1|status 529|answered|ok|2
always500|0|status 500|open|server|3
resetted|1|reset|answered|ok|2
cutoff|1|resetmid raw "GOOD"|answered|ok|2
closed|1|close raw "GOOD"|answered|ok|2
stalled|1|stall|answered|ok|2
stallmid|1|stallmid raw "GOOD"|answered|ok|2
badjson|0|badjson|open|malformed|1
halfjson|1|raw "{\"id\":\"x\",\"choices\":[{\"mess"|answered|ok|2
hollow|1|raw ""|answered|ok|2
webpage|0|html|open|malformed|1
arrayed|0|raw "[]"|open|malformed|1
moved|0|redirect "http://127.0.0.1:9/"|open|redirect|1
toolong|0|status 400 raw "{\"error\":{\"message\":\"maximum context length is 8\",\"code\":\"context_length_exceeded\"}}"|open|too-long|1
absent|0|status 404|open|not-found|1
wrong|0|status 400|open|request|1
errorin|0|raw "{\"error\":{\"message\":\"bad\",\"type\":\"invalid_request_error\"}}"|open|request|1
huge|0|raw "HUGE"|open|too-large|1
held|0|raw "HELD"|filtered|filtered|1
nothing|0|raw "NONE"|answered|empty|1
binary|0|raw "BINARY"|answered|ok|1
fine|0|raw "GOOD"|answered|ok|1
broke|0|status 429 raw "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\",\"message\":\"no money\"}}"|open|quota|1
unpaid|0|status 402|open|quota|1
keyless|0|status 401|open|auth|1
TABLE
}
huge=$(head -c 9000 /dev/zero | tr '\0' x)
invalid=$(printf '\377\376')
LEVER_TEST_KEY=sk-planted-0123456789abcdef
export LEVER_TEST_KEY
one_api() {
	api=$1 path=$2 good=$(escape "$3") held=$(escape "$4") none=$(escape "$5")
	binary=$(escape "$(printf '%s' "$3" | sed "s/fine/fine $invalid \\\\\\\\u0000 end/")")
	: >"$folder/script"
	: >"$folder/wanted"
	faults | while IFS='|' read -r name times action state class asked; do
		case $action in *HELD*) [ -n "$4" ] || continue ;; esac
		if [ "$state" = LIMITLESS ]; then # a limit of Anthropic's that does not say when it ends is one of money
			[ "$api" = anthropic ] && state=open class=rate-limit asked=1 || state=answered class=ok asked=2
		fi
		action=$(printf '%s' "$action" | awk -v g="$good" -v h="$held" -v n="$none" -v b="$binary" -v u="$huge" \
			'function put(s, w, v, i) { i = index(s, w); return i ? substr(s, 1, i - 1) v substr(s, i + length(w)) : s }
			{ gsub(/\\/, "\\\\", g) } { print put(put(put(put(put($0, "GOOD", G), "HELD", H), "NONE", N), "BINARY", B), "HUGE", u) }' \
			G="$(printf '%s' "$good" | sed 's/\\/\\\\/g')" H="$(printf '%s' "$held" | sed 's/\\/\\\\/g')" \
			N="$(printf '%s' "$none" | sed 's/\\/\\\\/g')" B="$(printf '%s' "$binary" | sed 's/\\/\\\\/g')")
		limit=$([ "$times" = 0 ] || echo "times $times")
		echo "path \"/base$path\" body \"ask-$name\" $limit : $action" >>"$folder/script"
		echo "$name $state $class $asked" >>"$folder/wanted"
	done
	echo "path \"/base$path\" : raw \"$good\"" >>"$folder/script"
	server --script "$folder/script"
	project=$folder/$api
	mkdir "$project"
	{
		echo "models:"
		echo "  base: {api: $api, base_url: \"http://127.0.0.1:$port/base\", model: mock, key: LEVER_TEST_KEY, retries: 2, timeout: 1s, max_response: 8000,"
		echo "    price: {input: 1, output: 2}$([ "$api" = http ] && echo ', path: /ask, answer: text, input_tokens: in, output_tokens: out, body: {q: "{{ prompt }}"}')}"
		echo "concurrency: 32"
		echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{contains: fine}]"
		echo "cases:"
		while read -r name _; do echo "  - {id: $name, question: ask-$name}"; done <"$folder/wanted"
	} >"$project/lever.yaml"
	run -C "$project" run --filter "-id:broke -id:unpaid -id:keyless -id:absent -id:moved"
	expect 3 "$api: some attempts stay open"
	for name in broke unpaid keyless absent moved; do
		run -C "$project" run --filter "id:$name"
		expect 3 "$api: $name stays open"
	done
	while read -r name state class asked; do
		got=$(sql "$project/lever.db" "SELECT a.state || ' ' || a.class || ' ' || (SELECT count(*) FROM call c WHERE c.input_id = a.input_id) FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = '$name'")
		same "$got" "$state $class $asked" "$api, $name: state, class, tries stored"
		same "$(grep -c "ask-$name[^0-9a-z]" "$folder/requests.jsonl")" "$asked" "$api, $name: requests the server saw"
	done <"$folder/wanted"
	# only answers are paid for: 10 in at 1, 5 out at 2 a million (empty ones 10 in)
	answers=$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE class = 'ok' AND state = 'answered'")
	same "$(sql "$project/lever.db" "SELECT coalesce(sum(cost), 0) FROM call WHERE class = 'ok'")" "$((answers * 20000000))" "$api: money"
	# the server was left alone as long as it asked
	wait=$(sql "$project/lever.db" "SELECT min(b.started_at - a.started_at) FROM call a JOIN call b ON b.input_id = a.input_id AND b.try = a.try + 1 JOIN case_input i ON i.id = a.input_id WHERE i.case_id IN ('limited', 'limitms')")
	[ "$wait" -ge 200000 ] || fail "$api: asked again after $wait microseconds, 200000 were asked for"
	check
	grep -rqF "$LEVER_TEST_KEY" "$project" && fail "$api: the key stands in the project's files"
	check
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
	rm -f "$folder/requests.jsonl"
	# the same command on a server that is well again: only what is open is asked, and answered
	echo "path \"/base$path\" : raw \"$good\"" >"$folder/script"
	server --port "$port" --script "$folder/script"
	run -C "$project" run
	expect 0 "$api: clean afterwards"
	same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'open'")" 0 "$api: nothing is left open"
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
	server_pid=
	rm -f "$folder/requests.jsonl"
}
apis >"$folder/apis"
while IFS='|' read -r api path good held none; do one_api "$api" "$path" "$good" "$held" "$none"; done <"$folder/apis"
done_checks
