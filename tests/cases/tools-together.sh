#!/bin/sh
# Calls of one turn are answered side by side and go back in their order; where the model behind a tool takes one call at a time they
# wait for each other; one that fails fails the attempt; a call
# in the shape of the days before tools goes back in it; each sample of a vote is asked anew, whatever the others looked up.
. tests/cases/common
say() { printf '%s\n' "$1"; }
call() { printf '{\\"id\\":\\"%s\\",\\"type\\":\\"function\\",\\"function\\":{\\"name\\":\\"%s\\",\\"arguments\\":\\"{\\\\\\"n\\\\\\":%s}\\"}}' "$1" "$2" "$3"; }
turn() { printf 'raw "{\\"choices\\":[{\\"message\\":{\\"content\\":null,\\"tool_calls\\":[%s]},\\"finish_reason\\":\\"tool_calls\\"}],\\"usage\\":{\\"prompt_tokens\\":10,\\"completion_tokens\\":5}}"' "$1"; }
{
	say 'path "/tool" : reset'
	for kind in together single broken gone; do
		say "body \"ask-$kind\" body \"tool_call_id\" : answer \"done\""
		say "body \"ask-$kind\" : $(turn "$(call c1 $kind 1),$(call c2 table 0),$(call c3 $kind 2),$(call c4 $kind 3)")"
	done
	say "body \"ask-old\" body \"role\\\":\\\"function\" : answer \"done\""
	say 'body "ask-old" : raw "{\"choices\":[{\"message\":{\"content\":null,\"function_call\":{\"name\":\"table\",\"arguments\":\"{}\"}},\"finish_reason\":\"function_call\"}]}"'
	say "body \"ask-vote\" body \"tool_call_id\" times 1 : answer \"yes\""
	say "body \"ask-vote\" body \"tool_call_id\" times 1 : answer \"yes\""
	say "body \"ask-vote\" body \"tool_call_id\" : answer \"no\" finish \"length\""
	say "body \"ask-vote\" : $(turn "$(call c1 table 0)")"
} >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
# answers only when three lines are there, the last one first
cat >"$project/three.sh" <<'S3'
#!/bin/sh
id() { echo "$1" | sed 's/^{"id":\([0-9]*\).*/\1/'; }
number() { echo "$1" | sed 's/.*\\"n\\":\([0-9]*\).*/\1/'; }
while read -r a && read -r b && read -r c; do
	for line in "$c" "$b" "$a"; do echo "{\"id\":$(id "$line"),\"output\":\"R$(number "$line")\",\"cost\":0.001,\"latency_ms\":$(number "$line")00}"; done
done
S3
cat >"$project/broken.sh" <<'S4'
#!/bin/sh
while read -r line; do
	case $line in *'n\\":2'*|*'n\":2'*) echo '{"error":"no such thing","class":"request"}' ;; *) echo '{"output":"fine"}' ;; esac
done
S4
chmod +x "$project/three.sh" "$project/broken.sh"
cat >"$project/lever.yaml" <<YAML
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {temperature: 1}, price: {input: 1, output: 1}}
  three: {api: command, command: [./three.sh], at_once: 3}
  one: {api: command, command: [./three.sh, one], at_once: 3, concurrency: 1, timeout: 300ms, retries: 0}
  gone: {api: http, base_url: "http://127.0.0.1:$port", path: /tool, body: {n: "{{ vars.arguments.n }}"}, answer: a, retries: 0}
  broken: {api: command, command: [./broken.sh], retries: 0}
variants:
  tools: &tools
    lever: tools
    model: base
    prompt: "{{ question }}"
    tools: [{name: together, model: three}, {name: single, model: one}, {name: broken, model: broken}, {name: gone, model: gone}, {name: table, answer: "T"}]
  vote: {lever: vote, model: base, prompt: "{{ question }}", samples: 3, tools: [{name: table, answer: "T"}]}
scorers: [{contains: done}]
cases:
  - {id: together, question: ask-together}
  - {id: single, question: ask-single}
  - {id: broken, question: ask-broken}
  - {id: gone, question: ask-gone}
  - {id: old, question: ask-old}
  - {id: vote, question: ask-vote}
YAML
run -C "$project" run -v tools --filter id:together
expect 0 "side by side"
tail -n 1 "$folder/requests.jsonl" | grep -o '"tool_call_id":"c[0-9]","name":"[a-z]*","content":"[A-Z0-9]*"' | sed 's/.*id":"\(..\)".*content":"\(.*\)"/\1 \2/' | tr '\n' ' ' >"$folder/order"
same "$(cat "$folder/order")" "c1 R1 c2 T c3 R2 c4 R3 " "results in the order of the calls"
same "$(sql "$project/lever.db" "SELECT group_concat(purpose, ' ') FROM (SELECT purpose FROM call ORDER BY id)")" "answer tool tool tool answer" "calls"
same "$(sql "$project/lever.db" "SELECT cost - 1000000 * (input_tokens + output_tokens), call_count FROM attempt")" "3000000000|5" "what the model and its tools cost"
[ "$(sql "$project/lever.db" "SELECT latency BETWEEN 300000 AND 599000 FROM attempt")" = 1 ] || fail "a turn takes as long as its longest call"
check
run -C "$project" run -v tools --filter id:single
expect 3 "one at a time"
has err "no answer within 0.3 s"
run -C "$project" run -v tools --filter id:broken
expect 3 "a tool that fails"
has err "no such thing"
same "$(sql "$project/lever.db" "SELECT class FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = 'broken'")" request "its class"
run -C "$project" run -v tools --filter id:gone
expect 3 "a tool without an answer"
has out 'spent $0.000015'
lacks out "not known"
lacks out "was lost"
run -C "$project" run -v tools --filter id:old
expect 0 "a server of the days before tools"
grep -qF '{"role":"assistant","content":null,"function_call":{"name":"table","arguments":"{}"}},{"role":"function","name":"table","content":"T"}]' "$folder/requests.jsonl" || fail "a function_call did not go back as one"
check
run -C "$project" run -v vote --filter id:vote --concurrency 1
expect 0 "a vote with tools"
same "$(grep -c 'ask-vote.*tool_call_id' "$folder/requests.jsonl") $(grep -c ask-vote "$folder/requests.jsonl")" "3 6" "each sample is asked the question"
same "$(grep ask-vote "$folder/requests.jsonl" | grep -c 'tool_call_id.*tool_call_id')" 0 "and knows nothing of what others looked up"
same "$(sql "$project/lever.db" "SELECT finish FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = 'vote'")" stop "the end of the answer that won"
run -C "$project" show vote vote
same "$(grep -c 'tools called' "$folder/out")" 1 "the exchange of the sample that won"
done_checks
