#!/bin/sh
# What probes will ask, and what waits for what others say; what it may come to, also against a budget; repeats are one line of what came of it.
. tests/cases/common
cat >"$folder/rules" <<'R'
has "f1?" times 1 : answer "no"
has "f1?" : answer "yes"
has "f" : answer "no"
* : answer "yes"
R
server --script "$folder/rules"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 50}, price: {input: 1, output: 2}}}
variants: {base: {lever: prompt, model: base, prompt: "{{ q }}?"}}
scorers: [exact]
cases: cases.jsonl
YAML
for i in $(seq 10); do
	echo "{\"id\":\"f$i\",\"q\":\"f$i\",\"expected\":\"yes\"}"
	echo "{\"id\":\"p$i\",\"q\":\"p$i\",\"expected\":\"yes\"}"
done >"$project/cases.jsonl"
run -C "$project" run
run -C "$project" probe --dry-run --sample 4 --budget 0.001
expect 0 "dry run"
has out 'probe     base+placebo                   14 attempts, 14 calls'
has out 'later     base+repeats-3                 14 attempts, 14 calls, if placebo flips anything'
has out '10 failing cases and 4 of 10 passing ones; 28 calls, at most'
has out 'with those that wait: 70 calls, at most'
has out 'the budget of $0.0010 may end it before'
run -C "$project" --json probe --dry-run --sample 4
has out '{"type":"plan","variant":"base+repeats","attempts":14,"calls":14,"after":"placebo"}'
has out '"attempts_later":42,"calls_later":42,"cost_in_all":0.0'
run -C "$project" probe --dry-run --only lenient
has out 'left out  lenient            needs no call'
run -C "$project" probe --quiet --sample 4
expect 0 "probes"
has out 'placebo                  1 of    10'
has out 'repeats                  3 of    30      0.0%       0 of    12  in 3 rounds'
same "$(grep -c '^repeats' "$folder/out")" 1 "lines of repeats"
run -C "$project" probe --dry-run --sample 4
lacks out 'later'
has out '0 calls, at most $0.00'
done_checks
