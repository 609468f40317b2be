#!/bin/sh
# What a run will cost: at most by the limits before anything was measured, then by the answers so far; and afterwards how far off it was.
. tests/cases/common
server
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 500}, price: {input: 1, output: 2}}}
variants:
  plain: {lever: prompt, model: base, prompt: "Answer: {{ question }}"}
  longer: {lever: prompt, model: base, prompt: "Answer the question: {{ question }}"}
scorers: [{contains: "mock"}]
cases: cases.jsonl
YAML
awk 'BEGIN { for (i = 1; i <= 40; i++) printf "{\"id\":\"c%d\",\"question\":\"What is the answer to question number %d?\"}\n", i, i }' >"$project/cases.jsonl"
usd() { sed -n "s/.*\"$1\":\([0-9.e-]*\).*/\1/p" "$folder/out"; }

run -C "$project" run --dry-run
expect 0 "before anything"
has out "not measured"
lacks out "likely \$"
run -C "$project" run --dry-run --json
has out '"cost_usd_likely":null'
most=$(usd cost_usd_at_most)

run -C "$project" run --variant plain --limit 10
expect 0 "a part"
has out "estimated at most"

run -C "$project" run --dry-run
expect 0 "with measured answers"
has out "likely \$"
run -C "$project" run --dry-run --json
likely=$(usd cost_usd_likely)
same "$(awk "BEGIN { print ($likely < $(usd cost_usd_at_most) / 3 && $likely > 0) }")" 1 "likely is far below at most"
same "$(awk "BEGIN { print ($most > $(usd cost_usd_at_most)) }")" 1 "there is less to do than at first"

run -C "$project" run --json
expect 0 "the rest"
spent=$(sed -n 's/.*"spent_usd":\([0-9.e-]*\).*/\1/p' "$folder/out")
told=$(sed -n 's/.*"estimated_usd":\([0-9.e-]*\).*/\1/p' "$folder/out")
has out '"estimated_from":"measured"'
same "$(awk "BEGIN { d = $told / $likely; print (d > 0.999 && d < 1.001) }")" 1 "the run names what --dry-run told ($told, $likely)"
same "$(awk "BEGIN { d = $spent / $likely; print (d > 0.9 && d < 1.1) }")" 1 "it was near what was spent ($spent, $likely)"
sed -i 's/Answer: /Say it: /' "$project/lever.yaml"
run -C "$project" run --variant plain
expect 0 "a new prompt"
has out "estimated at \$"
has out " %)"
run -C "$project" run --dry-run
expect 0 "nothing left for one variant"
lacks out "not measured"

# One attempt, several calls: every sample of a vote but the one its parent asks, the rounds of tools, a router and the dearest target.
project=$folder/several
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 100}, price: {input: 0, output: 1}}
  dear: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 100}, price: {input: 0, output: 10}}
variants:
  plain: {model: base, prompt: "ask {{ question }}"}
  vote: {lever: vote, parent: plain, samples: 5}
  tools:
    lever: tools
    parent: plain
    tools: {rounds: 3, list: [{name: look, answer: "nothing"}]}
  dear: {lever: model, parent: plain, model: dear}
  router: {model: base, prompt: "which {{ question }}"}
  routed: {lever: stack, route: {router: router, rules: [{answer: easy, variant: plain}, {answer: hard, variant: dear}], default: plain}}
scorers: [{contains: "mock"}]
cases: [{id: a, question: one}, {id: b, question: two}]
YAML
row() { sed -n "s/^$1  *\([0-9]* .*\)/\1/p" "$folder/out" | tr -s ' '; }
run -C "$project" run --dry-run
expect 0 "several calls"
same "$(row vote | cut -d' ' -f3)" 8 "four more samples of two cases"
same "$(row vote | sed 's/.* //')" '$0.00080' "a vote at most"
same "$(row tools | sed 's/.* //')" '$0.00080' "four calls of a case with three rounds, at most"
has out "up to 6 more calls in rounds of tools"
run -C "$project" run --dry-run --variant routed
same "$(row routed | cut -d' ' -f3)" 4 "the router and a target"
same "$(row routed | sed 's/.* //')" '$0.0022' "the router and the dearest target"

# figures are nearly a token a letter: what is said before anything was measured is not passed by them
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: other, params: {max_tokens: 1}, price: {input: 1, output: 0}}}
variants: {plain: {model: base, prompt: "{{ question }}"}}
scorers: [{contains: "mock"}]
cases: [{id: figures, question: "$(seq -s '' 1000)"}]
YAML
rm -f "$project"/lever.db*
run -C "$project" run --dry-run --json
same "$(awk "BEGIN { print ($(usd cost_usd_at_most) >= $(seq -s '' 1000 | wc -c) / 1e6) }")" 1 "a token a byte at most"
done_checks
