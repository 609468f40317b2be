#!/bin/sh
# Gates: every answer, baselines, what is not comparable, exit statuses, files for pipelines.
. tests/cases/common
project=$folder/project
mkdir "$project"
# 100 cases: a passes the first 60, b the first 90, c 62 of which one by one differs little
for i in $(seq 1 100); do
	echo "{\"id\":\"c$i\",\"q\":\"$i\",\"expected\":\"yes\",\"tags\":[\"$([ "$i" -le 50 ] && echo low || echo high)\"]}"
done >"$project/cases.jsonl"
outputs() { for i in $(seq 1 100); do echo "{\"id\":\"c$i\",\"output\":\"$([ "$i" -le "$1" ] && echo yes || echo no)\",\"cost\":0.001,\"latency_ms\":$((i * 10))}"; done; }
outputs 60 >"$project/a.jsonl"
outputs 90 >"$project/b.jsonl"
outputs 62 >"$project/c.jsonl"
head='models:
  a: {api: recorded, file: a.jsonl, map: {cost: cost?, latency_ms: latency_ms?}}
  b: {api: recorded, file: b.jsonl, map: {cost: cost?, latency_ms: latency_ms?}}
  c: {api: recorded, file: c.jsonl, map: {cost: cost?, latency_ms: latency_ms?}}
cases: cases.jsonl
variants:
  a: {model: a}
  b: {lever: model, parent: a, model: b}
  c: {lever: model, parent: a, model: c}
scorers:'
write() { # SCORER, GATES
	printf '%s\n  - %s\ngates:\n%s\n' "$head" "$1" "$2" >"$project/lever.yaml"
}
gate() { run -C "$project" gate "$@"; }
exact='exact: "{{ expected }}"'
write "$exact" '  - {variant: b, better_than: a, by: 0.2}'
gate
expect 5 "nothing was run yet"
has err "there is no database yet"
run -C "$project" run
expect 0 "run"
gate
expect 0 "30 points against a margin of 20"
has out "pass           b: better_than a by 0.2"
write "$exact" '  - {variant: b, better_than: a, by: 0.45}'
gate
expect 1 "30 points against a margin of 45 fail"
has out "fail           b: better_than a by 0.45"
write "$exact" '  - {variant: b, better_than: a, by: 0.3}'
gate
expect 4 "the interval holds the margin"
has out "inconclusive"
write "$exact" '  - {variant: c, better_than: a, by: 0.01}
  - {variant: b, at_least: 0.8}'
gate
expect 4 "one passes, one is open"
has out "more cases would decide it"
has out "pass           b: at_least 0.8"
write "$exact" '  - {variant: c, better_than: a, by: 0.01}
  - {variant: b, at_least: 0.99}'
gate --junit "$folder/gates.xml" --summary "$folder/gates.md"
expect 1 "a failure outweighs an open one"
grep -q 'tests="2" failures="1" errors="1"' "$folder/gates.xml" || fail "the JUnit file counts wrong"
grep -q '| fail |' "$folder/gates.md" || fail "the summary lacks the failure"
check
# a summary is added to, however long it is, and its folder is left alone
head -c 17000000 /dev/zero | tr '\0' x >"$folder/long.md"
gate --summary "$folder/long.md"
expect 1 "a long summary"
[ "$(head -c 17000000 "$folder/long.md" | tr -d x | wc -c)" = 0 ] || fail "what stood there was lost"
[ "$(tail -c +17000001 "$folder/long.md" | sed -n 2p)" = "### lever gates" ] || fail "the heading has no line of its own"
check
same "$("$LEVER" -C "$project" gate --summary /dev/stdout 2>&1 | grep -c '^### lever gates')" 1 "a summary into a pipe"
write "$exact" '  - {variant: a, at_least: 0.9, tag: low}
  - {variant: b, cost_at_most: 0.002}
  - {variant: b, latency_at_most: 2}
  - {variant: b, mode: F12, mode_at_most: 0}'
gate
expect 4 "failures without a label leave a mode open"
has out "pass           a on low: at_least 0.9"
has out "pass           b: cost_at_most 0.002"
has out "pass           b: latency_at_most 2"
has out "10 failures have no label"
# a baseline is compared case by case; the same data give the same bytes
gate --write-baseline "$project/base.txt" --variant a
expect 2 "a baseline that no gate would know"
has err "the name of a baseline ends in .json"
[ ! -e "$project/base.txt" ] || fail "it was written all the same"
gate --write-baseline "$folder/outside.json" --variant a
has err "not_worse_than: $(realpath "$folder")/outside.json, by"
gate --write-baseline "$project/base.json" --variant a
expect 0 "baseline"
has err "not_worse_than: base.json, by"
cp "$project/base.json" "$folder/first.json"
gate --write-baseline "$project/base.json" --variant a
cmp -s "$project/base.json" "$folder/first.json" || fail "the baseline differs when written again"
write "$exact" '  - {variant: a, not_worse_than: base.json, by: 0.04}
  - {variant: b, better_than: base.json, by: 0.2}'
gate
expect 0 "against the baseline"
# none of 100 lost leaves up to 3.7 points open
write "$exact" '  - {variant: a, not_worse_than: base.json, by: 0.02}'
gate
expect 4 "a margin finer than 100 cases can show"
has out "95% -3.7 to +3.7"
has out "about 206 more cases would decide it"
# changed scorers and changed gold are named
write 'contains: "{{ expected }}"' '  - {variant: a, not_worse_than: base.json, by: 0.02}'
run -C "$project" run
gate
expect 4 "other scorers are not comparable"
has out "not comparable"
has out "the scorers changed"
write "$exact" '  - {variant: a, not_worse_than: base.json, by: 0.02}'
sed -i '3s/yes/no/' "$project/cases.jsonl"
run -C "$project" run
gate
expect 4 "mended gold is not comparable"
has out "1 case changed (input or expected answer) since base.json (c3)"
# mistakes, all in one pass, with places and near matches
write "$exact" '  - {variant: bb, better_than: a}
  - {variant: b, beter_than: a}
  - {variant: b, at_least: much}'
gate
expect 2 "mistakes"
has err 'did you mean `b`?'
has err 'did you mean `better_than`?'
has err '`at_least` is a number'
echo '{}' >"$project/base.json"
write "$exact" '  - {variant: a, not_worse_than: base.json}
  - {variant: a, not_worse_than: nowhere.json}
  - {variant: b, at_least: 0.8}'
gate
expect 2 "no baseline"
has out "is no baseline"
has out "nowhere.json"
has out "pass           b: at_least 0.8"
done_checks
