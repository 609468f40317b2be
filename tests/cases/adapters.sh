#!/bin/sh
# Every request carries the adapter setting of its variant, and no prompt cache where adapters are in play.
. tests/cases/common
server
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: adapters
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {temperature: 0, max_tokens: 8}, lora: [{id: 0, scale: 0}]}
  tuned: {extends: base, lora: [{id: 0, scale: 1.0}]}
  named: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock-lora, params: {max_tokens: 8}}
cases:
$(i=0; while [ $i -lt 20 ]; do i=$((i + 1)); echo "  - {id: c$i, tags: [$([ $((i % 2)) = 0 ] && echo even || echo odd)], question: \"question $i\"}"; done)
variants:
  plain: {lever: prompt, model: base, prompt: "plain {{ question }}"}
  tuned: {lever: fine-tune, parent: plain, model: tuned, prompt: "tuned {{ question }}"}
  named: {lever: fine-tune, parent: plain, model: named, prompt: "named {{ question }}"}
  stack: {lever: stack, parent: plain, route: {rules: [{when: "tag:even", variant: tuned}], default: plain}}
scorers:
  - length: {min: 1, unit: words}
YAML
run -C "$project" run --dry-run
has out "80 attempts to make, 0 stored; 60 calls (20 more ask the same or are in the cache"
run -C "$project" run --concurrency 8
expect 0 "run"
# the stack asked nothing of its own: its requests are those of the variants it routes to
same "$(requests)" 60 "requests"
log=$folder/requests.jsonl
count() { grep -c "$@" "$log" || true; }
same "$(grep 'tuned question' "$log" | grep -cE 'lora[^]]*scale[^0-9]*1(\.0)?[^0-9.]')" 20 "tuned requests with the adapter on"
same "$(grep 'plain question' "$log" | grep -cE 'lora[^]]*scale[^0-9]*0(\.0)?[^0-9.]')" 20 "plain requests with the adapter off"
same "$(grep -E '(plain|tuned) question' "$log" | grep -c 'cache_prompt[^,}]*false')" 40 "requests without the prompt cache"
same "$(grep 'named question' "$log" | grep -c 'mock-lora')" 20 "requests by model name"
same "$(grep 'named question' "$log" | grep -c 'lora.:' || true)" 0 "adapter settings sent to a server that has names"
same "$(sql "$project/lever.db" "SELECT group_concat(n || ' ' || r, ', ') FROM (SELECT a.routed_to AS r, count(*) AS n FROM attempt a WHERE a.routed_to IS NOT NULL GROUP BY 1 ORDER BY 1)")" \
	"10 plain, 10 tuned" "routes"
# the state of the adapters is told, and one that the server has not is no small matter
run -C "$project" doctor
has out "adapters   the server has 1, off where nothing is said"
sed -i 's/{id: 0, scale: 1.0}/{id: 3, scale: 1.0}/' "$project/lever.yaml"
run -C "$project" doctor
has out "the server has no adapter 3"
has out "start it with --lora FILE"
kill "$server_pid" && wait "$server_pid" 2>/dev/null
rm -f "$log"

# a server with adapters is never given two settings at a time: variants with the same one are sent together, and what a stack asks
# of one waits until the calls of another have ended
echo '* : answer "yes" delay 5' >"$folder/script"
server --script "$folder/script"
together=$folder/together
mkdir "$together"
write() { cat >"$together/lever.yaml" <<YAML
models:
  base: {api: llamacpp, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 8}, lora: [{id: 0, scale: 0}, {id: 1, scale: 0}]}
  one: {extends: base, lora: [{id: 0, scale: 1.0}]}
  two: {extends: base, lora: [{id: 1, scale: 1.0}, {id: 0, scale: 0}]}
  silent: {api: openai, base_url: "http://127.0.0.1:$port/v1/", model: mock, params: {max_tokens: 8}}
cases: cases.jsonl
variants:
$1
scorers:
  - length: {min: 1, unit: words}
YAML
}
cases() { i=0; while [ $i -lt "$1" ]; do i=$((i + 1)); echo "{\"id\":\"c$i\",\"question\":\"question $i\"}"; done >"$together/cases.jsonl"; }
# how often the server had to change its adapters, from the order in which the requests came
changes() { grep -o 'lora[^]]*]' "$folder/requests.jsonl" | uniq | wc -l; }
cases 300
write '  plain: {lever: prompt, model: base, prompt: "plain {{ question }}"}
  one: {lever: fine-tune, parent: plain, model: one, prompt: "one {{ question }}"}
  again: {lever: prompt, parent: plain, model: base, prompt: "again {{ question }}"}
  two: {lever: fine-tune, parent: plain, model: two, prompt: "two {{ question }}"}
  silent: {lever: prompt, parent: plain, model: silent, prompt: "silent {{ question }}"}'
run -C "$together" run --concurrency 8
expect 0 "three settings"
same "$(requests)" 1500 "requests of three settings"
same "$(grep -c 'cache_prompt[^,}]*false' "$folder/requests.jsonl")" 1500 "requests without the prompt cache"
same "$(grep 'silent question' "$folder/requests.jsonl" | grep -cE '"lora":\[\{"id":0,"scale":0.0\},\{"id":1,"scale":0.0\}\]')" 300 \
	"a model that says nothing has the adapters of its server off"
same "$(changes)" 6 "settings one after the other: three for each of two pages of cases"
sed -i 's/model: mock, params: {max_tokens: 8}}$/model: mock, params: {cache_prompt: true}}/' "$together/lever.yaml"
run -C "$together" run --dry-run
expect 2 "the prompt cache of a model that says nothing"
has err 'cache_prompt may not be on where adapters are switched'
rm -f "$together"/lever.db* "$folder/requests.jsonl"
kill "$server_pid" && wait "$server_pid" 2>/dev/null
server --script "$folder/script"
cases 64
write '  plain: {lever: prompt, model: base, prompt: "plain {{ question }}"}
  ask: {lever: prompt, parent: plain, model: two, prompt: "ask {{ question }}"}
  one: {lever: fine-tune, parent: plain, model: one, prompt: "one {{ question }}"}
  stack: {lever: stack, parent: plain, route: {router: ask, rules: [{answer: "yes", variant: one}], default: plain}}'
run -C "$together" run --concurrency 8 -v stack
expect 0 "a stack"
same "$(requests)" 128 "requests of a stack"
[ "$(changes)" -le 17 ] || fail "the adapters changed $(changes) times for a stack of 64 cases, 8 in flight"
check
done_checks
