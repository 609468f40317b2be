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
done_checks
