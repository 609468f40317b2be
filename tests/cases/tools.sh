#!/bin/sh
# The loop of tools: results from a table of the case, from a program, from an HTTP endpoint; parallel calls, bounded rounds, what is called is scored,
# and all of it is stored.
. tests/cases/common
call() { printf '{\\"id\\":\\"%s\\",\\"type\\":\\"function\\",\\"function\\":{\\"name\\":\\"%s\\",\\"arguments\\":\\"%s\\"}}' "$1" "$2" "$3"; }
turn() { printf 'raw "{\\"choices\\":[{\\"message\\":{\\"content\\":null,\\"tool_calls\\":[%s]},\\"finish_reason\\":\\"tool_calls\\"}],\\"usage\\":{\\"prompt_tokens\\":10,\\"completion_tokens\\":5}}"' "$1"; }
oslo='{\\\\\\"city\\\\\\":\\\\\\"Oslo\\\\\\"}'
rome='{\\\\\\"city\\\\\\":\\\\\\"Rome\\\\\\"}'
sum='{\\\\\\"a\\\\\\":2,\\\\\\"b\\\\\\":3}'
{
	echo "body \"ask-table\" body \"tool_call_id\" : answer \"it is cold\""
	echo "body \"ask-table\" : $(turn "$(call c1 weather "$oslo"),$(call c2 weather "$rome")")"
	echo "body \"ask-program\" body \"tool_call_id\" : answer \"five\""
	echo "body \"ask-program\" : $(turn "$(call c1 add "$sum")")"
	echo "body \"ask-endpoint\" body \"tool_call_id\" : answer \"five\""
	echo "body \"ask-endpoint\" : $(turn "$(call c1 remote "$sum")")"
	echo "path \"/tool\" : raw \"{\\\"result\\\":\\\"5\\\"}\""
	echo "body \"ask-forever\" : $(turn "$(call c1 weather "$oslo")")"
	echo "body \"ask-unknown\" body \"tool_call_id\" : answer \"sorry\""
	echo "body \"ask-unknown\" : $(turn "$(call c1 nothing "{}")")"
	echo "* : answer \"no tool\""
} >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/add.sh" <<'S'
#!/bin/sh
while read -r line; do
	echo "$line" >>add.log
	echo '{"output":"5","case":0}'
done
S
chmod +x "$project/add.sh"
cat >"$project/lever.yaml" <<YAML
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, price: {input: 1, output: 1}}
  adder: {api: command, command: [./add.sh]}
  remote: {api: http, base_url: "http://127.0.0.1:$port", path: /tool, body: {numbers: "{{ vars.arguments }}"}, answer: result}
variants:
  plain: {model: base, prompt: "{{ question }}"}
  tools:
    lever: tools
    parent: plain
    tools:
      rounds: 3
      list:
        - {name: weather, description: the weather, parameters: {type: object, properties: {city: {type: string}}}, answer: "{{ table[arguments.city] }}"}
        - {name: add, model: adder}
        - {name: remote, model: remote}
scorers:
  - tool-call: {ordered: true}
cases:
  - {id: table, question: ask-table, table: {Oslo: cold, Rome: warm}, expected: [{name: weather, arguments: {city: Oslo}}, {name: weather, arguments: {city: Rome}}]}
  - {id: program, question: ask-program, table: {}, expected: [{name: add, arguments: {a: 2, b: 3.0}}]}
  - {id: endpoint, question: ask-endpoint, table: {}, expected: [{name: remote, arguments: {a: 2, b: 3}}]}
  - {id: wrong, question: ask-table again, table: {Oslo: cold, Rome: warm}, expected: [{name: weather, arguments: {city: Rome}}, {name: weather, arguments: {city: Oslo}}]}
  - {id: forever, question: ask-forever, table: {Oslo: cold}, expected: [{name: weather, arguments: {city: Oslo}}]}
  - {id: unknown, question: ask-unknown, table: {}, expected: [{name: nothing, arguments: {}}]}
YAML
run -C "$project" run -v tools
expect 0 "tools"
verdict() { sql "$project/lever.db" "SELECT d.passed FROM verdict d JOIN attempt a ON a.id = d.attempt_id JOIN case_input i ON i.id = a.input_id WHERE i.case_id = '$1'"; }
output() { sql "$project/lever.db" "SELECT t.body FROM attempt a JOIN text t ON t.id = a.output_id JOIN case_input i ON i.id = a.input_id WHERE i.case_id = '$1'"; }
calls() { sql "$project/lever.db" "SELECT group_concat(purpose, ' ') FROM (SELECT c.purpose FROM call c JOIN case_input i ON i.id = c.input_id WHERE i.case_id = '$1' ORDER BY c.id)"; }
same "$(output table)" "it is cold" "the answer after two calls of one turn"
same "$(calls table)" "answer answer" "calls of a table"
same "$(calls program)" "answer tool answer" "calls of a program"
same "$(calls endpoint)" "answer tool answer" "calls of an endpoint"
same "$(output program)" "five" program
same "$(output endpoint)" "five" endpoint
same "$(verdict table) $(verdict program) $(verdict endpoint)" "1 1 1" "right calls"
same "$(verdict wrong)" 0 "calls in another order"
same "$(calls forever)" "answer answer answer answer" "three rounds, then what was said last"
same "$(verdict unknown)" 1 "a call of an unknown tool is a call"
grep '"tool_call_id":"c1"' "$folder/requests.jsonl" | grep -q '"content":"cold"' || fail "the model was not told the result"
grep '"tool_call_id":"c2"' "$folder/requests.jsonl" | grep -q '"content":"warm"' || fail "the second result of the turn is missing"
grep -q '"numbers":{"a":2,"b":3}' "$folder/requests.jsonl" || fail "the endpoint was not given the arguments"
grep -q 'there is no tool' "$folder/requests.jsonl" || fail "an unknown tool is told to the model"
check
same "$(sql "$project/lever.db" "SELECT sum(input_tokens) FROM attempt WHERE input_tokens IS NOT NULL AND id IN (SELECT a.id FROM attempt a JOIN case_input i ON i.id = a.input_id WHERE i.case_id = 'forever')")" 40 "usage of all calls together"
run -C "$project" show table tools
has out 'prompt, tools called'
has out '"name":"weather"'
# everything is stored: the same again makes no call, other scorers neither
before=$(wc -l <"$folder/requests.jsonl")
sed -i 's/ordered: true/ordered: false/' "$project/lever.yaml"
run -C "$project" run -v tools
expect 0 "rescored"
same "$(wc -l <"$folder/requests.jsonl")" "$before" "requests after scoring anew"
same "$(verdict wrong | tail -n 1)" 1 "any order"
# an empty list of calls says that none is right
sed -i 's/- tool-call: .*/- tool-call: []/' "$project/lever.yaml"
run -C "$project" run -v tools
expect 0 "no call is right"
same "$(verdict table | tail -n 1)" 0 "calls where none is right"
run -C "$project" show table tools
has out 'expected nothing'
# mistakes
sed -i 's/model: adder}/model: adder, answer: x}/; s/rounds: 3/rounds: 0/' "$project/lever.yaml"
run -C "$project" run
expect 2 mistakes
has err "where do its results come from?"
has err '`rounds` is a number'
# recorded outputs are calls however they were written down
recorded=$folder/recorded
mkdir "$recorded"
cat >"$recorded/lever.yaml" <<YAML
models: {r: {api: recorded, file: outputs.jsonl}}
variants: {r: {model: r}}
scorers: [{tool-call: [{name: add, arguments: {a: 2}}]}]
cases: [{id: a, q: x}, {id: b, q: x}, {id: c, q: x}, {id: d, q: x}, {id: e, q: x}]
YAML
cat >"$recorded/outputs.jsonl" <<'J'
{"id":"a","output":[{"function":{"name":"add","arguments":{"a":2}}}]}
{"id":"b","output":"[{\"function\":{\"name\":\"add\",\"arguments\":\"{\\\"a\\\":2}\"}}]"}
{"id":"c","output":[{"name":"add","arguments":{"a":2}}]}
{"id":"d","output":{"name":"add","arguments":"{\"a\":2}"}}
{"id":"e","output":[{"name":"add","arguments":{"a":3}}]}
J
run -C "$recorded" run
expect 0 "recorded calls"
same "$(sql "$recorded/lever.db" "SELECT group_concat(passed, '') FROM (SELECT d.passed FROM verdict d JOIN attempt a ON a.id = d.attempt_id JOIN case_input i ON i.id = a.input_id ORDER BY i.case_id)")" 11110 "recorded calls"
done_checks
