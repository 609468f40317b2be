#!/bin/sh
# What a gate can be compared with: cases and scorers that changed are named; costs that are not known say why.
. tests/cases/common
project=$folder/project
mkdir "$project"
cases() { for i in $(seq "$1" "$2"); do echo "{\"id\":\"${3:-c}$i\",\"q\":\"$i\",\"expected\":\"yes\",\"tags\":[\"$([ "$i" -le 50 ] && echo low || echo high)\"]}"; done; }
for i in $(seq 200); do for prefix in c d; do echo "{\"id\":\"$prefix$i\",\"output\":\"yes\"}"; done; done >"$project/a.jsonl"
write() { # SCORER GATE
	cat >"$project/lever.yaml" <<Y
models:
  a: {api: recorded, file: a.jsonl}
cases: cases.jsonl
variants:
  a: {model: a}
scorers:
  - $1
gates:
  - $2
  - {variant: a, at_least: 0.5}
Y
}
gate() { run -C "$project" gate "$@"; }
again() { run -C "$project" run; expect 0 "run"; gate; }
write 'exact: "{{ expected }}"' '{variant: a, not_worse_than: base.json, by: 0.1}'
cases 1 100 >"$project/cases.jsonl"
run -C "$project" run
gate --write-baseline "$project/base.json" --variant a
expect 0 "baseline"
gate
expect 0 "the same again"
write 'exact: "{{ expected }}"' '{variant: a, not_worse_than: base.json, by: 0.1, tag: low}'
gate
expect 0 "a baseline has no tags, and lacks none"
has out "over 50 cases"
write 'exact: "{{ expected }}"' '{variant: a, not_worse_than: base.json, by: 0.1}'
# removed, added, other ids, changed
cases 1 70 >"$project/cases.jsonl"
again
expect 4 "30 cases removed"
has out "not comparable a: not_worse_than base.json"
has out "30 cases of the baseline are no longer in the test set: base.json (c100, c71, c72 and 27 more)"
has out "pass           a: at_least 0.5"
cases 1 200 >"$project/cases.jsonl"
again
expect 4 "100 cases more than the baseline"
has out "100 cases of the run are not in base.json (c101, c102, c103 and 97 more)"
cases 1 100 d >"$project/cases.jsonl"
again
expect 4 "other ids"
has out "not comparable"
lacks out "nan"
cases 1 100 | sed 's/"q":"5"/"q":"five"/; s/"q":"7"/"q":"seven"/' >"$project/cases.jsonl"
again
expect 4 "changed cases"
has out "2 cases changed (input or expected answer) since base.json (c5, c7)"
# a sample of cases that the baseline holds is comparable while it grows
cases 1 100 >"$project/cases.jsonl"
rm "$project/lever.db"
run -C "$project" run --limit 60
gate
has out "over 60 cases"
run -C "$project" gate --write-baseline "$folder/part.json" --variant a
has err "40 cases have no outcome yet"
# scorers that were edited and not used yet
run -C "$project" run
write 'contains: "{{ expected }}"' '{variant: a, not_worse_than: base.json, by: 0.1}'
gate
expect 4 "a scorer edited, not scored again"
has out "the scorers in lever.yaml changed since run 1 was scored"
lacks out "pass "
gate --run 1
has out "pass           a: at_least 0.5"

# a call that failed has no cost, and the model has a price
echo '* : answer yes' >"$folder/script"
sed -i '1ihas "broken" : status 500\nhas "quiet" : answer yes nousage' "$folder/script"
server --script "$folder/script"
paid() { # GATED WORDS [PRICE]
	cat >"$project/lever.yaml" <<Y
database: paid.db
models:
  m: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, retries: 0${2:-}}
cases: more.jsonl
variants:
  m: {model: m, prompt: "{{ q }}"}
scorers:
  - contains: "yes"
gates:
  - {variant: m, cost_at_most: 1}
Y
	for i in $(seq 8) "$1"; do echo "{\"id\":\"$i\",\"q\":\"question $i\"}"; done >"$project/more.jsonl"
	rm -f "$project"/paid.db*
	run -C "$project" run
	gate
}
paid broken ', price: {input: 1, output: 1}'
expect 0 "a failed call"
has out "(1 attempt without an answer is left out)"
paid quiet ', price: {input: 1, output: 1}'
expect 4 "no usage"
has out "the cost of 1 answer is not known: no usage was told with it"
paid fine
expect 4 "no price"
has out 'give the model a `price:`'
# a baseline that was changed by hand is refused, by name
cases 1 100 >"$project/cases.jsonl"
rm "$project/lever.db"
write 'exact: "{{ expected }}"' '{variant: a, not_worse_than: base.json}'
run -C "$project" run
gate --write-baseline "$project/good.json" --variant a
cp "$project/good.json" "$project/base.json"
gate
has out "+0.0 are asked for"
changed() { # SED WORDS
	sed "$1" "$project/good.json" >"$project/base.json"
	gate
	expect 2 "$2"
	has out "$2"
	has out "pass           a: at_least 0.5"
}
changed 's/"rate":1.0/"rate":7/' 'the `rate` of case 1 (c1) is no number from 0 to 1'
changed 's/"rate":1.0/"rate":null/' 'the `rate` of case 1 (c1) is no number from 0 to 1'
changed 's/"id":"c2"/"id":"c1"/' 'the case c1 is there twice'
changed 's/"id":"c2"/"id":2/' 'case 2 has no `id`'
# cases that changed in the files since the run
write 'exact: "{{ expected }}"' '{variant: a, latency_at_most: 1}'
cases 1 100 >"$project/cases.jsonl"
run -C "$project" run
gate
has out "pass           a: at_least 0.5"
{ cases 1 99 | sed '7s/"expected":"yes"/"expected":"no"/'; cases 101 102; } >"$project/cases.jsonl"
gate
expect 4 "cases that changed since the run"
has out "not comparable a: at_least 0.5"
has out "1 case changed (input or expected answer) since run"
has out "(c7); 1 case left the test set since run"
has out "(c100); 2 cases came to the test set since run"
has out "inconclusive   a: latency_at_most 1"
again
has out "pass           a: at_least 0.5"
{ cases 1 99 | sed '7s/"expected":"yes"/"expected":"no"/; s/,/, /'; cases 101 102; } >"$project/cases.jsonl"
gate
has out "pass           a: at_least 0.5"
done_checks
