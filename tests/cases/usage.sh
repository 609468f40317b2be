#!/bin/sh
# Usage has one meaning for every API, programs and recorded outputs too: input with what came from and went into a cache, output with
# reasoning; what is not known stays unknown. Costs follow from it, and one attempt tells it whole.
. tests/cases/common
quoted() { printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g'; }
reply() { printf 'path "%s" : raw "%s"\n' "$1" "$(quoted "$2")"; }
chat='{"choices":[{"message":{"content":"fine"},"finish_reason":"stop"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3},"completion_tokens_details":{"reasoning_tokens":6}}}'
{
	for api in openai azure llamacpp vllm openrouter; do reply "/$api/chat/completions" "$chat"; done
	reply /azure/openai/v1/chat/completions "$chat"
	reply /responses/responses '{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"fine"}]}],"usage":{"input_tokens":19,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":3},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":6}}}'
	reply /anthropic/v1/messages '{"content":[{"type":"text","text":"fine"}],"stop_reason":"end_turn","usage":{"input_tokens":12,"cache_read_input_tokens":4,"cache_creation_input_tokens":3,"output_tokens":10,"output_tokens_details":{"thinking_tokens":6}}}'
	reply /gemini/models/mock:generateContent '{"candidates":[{"content":{"parts":[{"text":"fine"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":17,"toolUsePromptTokenCount":2,"cachedContentTokenCount":4,"candidatesTokenCount":4,"thoughtsTokenCount":6,"totalTokenCount":29}}'
	reply /http/ask '{"text":"fine","n":{"in":19,"hit":4,"new":3,"out":10,"thought":6}}'
	reply /ollama/api/chat '{"message":{"role":"assistant","content":"fine"},"done":true,"done_reason":"stop","prompt_eval_count":19,"eval_count":10}'
} >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/program.sh" <<'S'
#!/bin/sh
while read -r line; do echo '{"output":"fine","usage":{"input":19,"cached":4,"written":3,"output":10,"reasoning":6}}'; done
S
chmod +x "$project/program.sh"
echo '{"id":"a","output":"fine","input_tokens":19,"hits":4,"cache_written_tokens":3,"reasoning_tokens":6,"output_tokens":10}' >"$project/outputs.jsonl"
price='price: {input: 1, cached: 0.5, cache_written: 2, output: 10}'
apis='openai azure llamacpp vllm openrouter responses anthropic gemini ollama'
{
	echo 'models:'
	for api in $apis; do echo "  $api: {api: $api, base_url: http://127.0.0.1:$port/$api, model: mock, $price}"; done
	echo "  http: {api: http, base_url: http://127.0.0.1:$port/http, path: /ask, body: {x: \"{{ prompt }}\"}, answer: text, input_tokens: n.in, cached_tokens: n.hit, cache_written_tokens: n.new, reasoning_tokens: n.thought, output_tokens: n.out, $price}"
	echo "  command: {api: command, command: [./program.sh], $price}"
	echo "  recorded: {api: recorded, file: outputs.jsonl, map: {cached_tokens: hits}, $price}"
	echo 'variants:'
	for api in $apis http command; do echo "  $api: {model: $api, prompt: \"say {{ q }}\"}"; done
	echo '  recorded: {model: recorded}'
	echo 'cases: [{id: a, q: one}]'
	echo 'scorers: [{contains: fine}]'
} >"$project/lever.yaml"
run -C "$project" run
expect 0 "run"
usage() {
	"$LEVER" -C "$project" show a "$1" --json >"$folder/shown"
	sql :memory: "SELECT json_extract(CAST(readfile('$folder/shown') AS TEXT), '$.calls[0].input_tokens', '$.calls[0].cached_tokens',
		'$.calls[0].cache_written_tokens', '$.calls[0].output_tokens', '$.calls[0].reasoning_tokens', '$.calls[0].cost_usd')"
}
for api in openai azure llamacpp vllm openrouter responses anthropic http command recorded; do
	same "$(usage "$api")" '[19,4,3,10,6,0.00012]' "$api"
done
same "$(usage gemini)" '[19,4,null,10,6,0.000117]' "gemini, which does not tell what it wrote"
same "$(usage ollama)" '[19,null,null,10,null,null]' "ollama, which tells nothing of a cache that has a price"
run -C "$project" show a anthropic
has out '19 tokens in (4 cached, 3 written to the cache), 10 out (6 reasoning), $0.00012'
done_checks
