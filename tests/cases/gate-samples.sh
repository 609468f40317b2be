#!/bin/sh
# Gates on samples that are small, grow, hang together or were tried before: the answer allows for it, and says so.
. tests/cases/common
project=$folder/project
cases() { # FROM TO [CLUSTER SIZE]
	for i in $(seq "$1" "$2"); do
		echo "{\"id\":\"c$i\",\"q\":\"$i\",\"expected\":\"yes\"${3:+,\"cluster\":\"g$(((i - 1) / $3))\"}}"
	done
}
# outputs COUNT PASSES…: which of the cases pass, as a pattern of case names
outputs() {
	count=$1
	shift
	for i in $(seq "$count"); do
		output=no
		for pattern in "$@"; do case $i in $pattern) output=yes ;; esac; done
		echo "{\"id\":\"c$i\",\"output\":\"$output\",\"cost\":0.001,\"latency_ms\":100}"
	done
}
begin() { # GATES: a project anew
	rm -rf "$project"
	mkdir "$project"
	cat >"$project/lever.yaml" <<Y
models:
  a: {api: recorded, file: a.jsonl, map: {cost: cost?, latency_ms: latency_ms?}}
  b: {api: recorded, file: b.jsonl, map: {cost: cost?, latency_ms: latency_ms?}}
cases: {file: cases.jsonl, map: {cluster: cluster?}}
variants:
  a: {model: a}
  b: {lever: model, parent: a, model: b}
scorers:
  - exact: "{{ expected }}"
gates:
$1
Y
}
look() { # [RUN ARGUMENTS…]
	run -C "$project" run "$@"
	expect 0 "run $*"
	run -C "$project" gate
}

# three wins of three are no evidence (p = 0.25), as `compare` says; one value has no spread
begin '  - {variant: b, better_than: a}
  - {variant: b, at_least: 0.8}
  - {variant: b, at_least: 0.4}
  - {variant: b, cost_at_most: 0.002}
  - {variant: b, latency_at_most: 2}'
outputs 3 >"$project/a.jsonl"
outputs 3 '*' >"$project/b.jsonl"
cases 1 3 >"$project/cases.jsonl"
look
expect 4 "three cases"
has out "inconclusive   b: better_than a"
has out "+100.0 points over 3 cases, 95% -25.9 to +100.0"
has out "40.0% are asked for"
has out "about 4 more cases would decide it"
has out "about 30 more cases would decide it"
has out "3 more cases give an interval"
has out "0.10 s of 3, 95% 0.10 to no bound"
run -C "$project" compare a b
has out "no difference shown"
cases 1 1 >"$project/cases.jsonl"
look
expect 4 "one case"
lacks out "pass "

# fewer than six cases settle nothing, as a look at them is not remembered: five of five against a floor of 40 % (p = 0.02)
rm "$project/lever.db"
cases 1 5 >"$project/cases.jsonl"
outputs 6 '*' >"$project/b.jsonl"
outputs 6 >"$project/a.jsonl"
look
has out "inconclusive   b: at_least 0.4"
has out "about 2 more cases would decide it"
cases 1 6 >"$project/cases.jsonl"
look
has out "pass           b: at_least 0.4"
lacks out "anytime"

# looked at with 10, 20 and 30 cases: seven clean wins settle a sample of 20, not one that was looked at before
begin '  - {variant: b, better_than: a}
  - {variant: b, at_least: 0.75}'
outputs 40 '2?' 8 9 '1[0-9]' '3?' 40 >"$project/a.jsonl"
outputs 40 '*' >"$project/b.jsonl"
cases 1 20 >"$project/cases.jsonl"
cp -r "$project" "$folder/once"
look
expect 0 "20 cases at once"
lacks out "anytime"
cases 1 10 >"$folder/once/cases.jsonl"
project=$folder/once
look
expect 4 "10 cases"
cases 1 20 >"$project/cases.jsonl"
look
expect 4 "20 cases after a look at 10"
has out "+35.0 points over 20 cases"
has out "(anytime-valid: looked at before with 10 cases, which takes half of the error)"
has out "100.0% of 20 cases pass, 97.5%"
has out "inconclusive   b: at_least 0.75"
run -C "$project" gate --junit "$folder/gates.xml" --summary "$folder/gates.md"
grep -q 'anytime-valid.*about [0-9]* more cases would decide it' "$folder/gates.xml" || fail "the JUnit file lacks the number"; check
grep -q 'anytime-valid.*about [0-9]* more cases would decide it' "$folder/gates.md" || fail "the summary lacks the number"; check
run -C "$project" --json gate
grep -q '"more_cases":[1-9]' "$folder/out" || fail "no number in JSON"; check
# the last step of --limit is a further look, too
project=$folder/project
rm "$project/lever.db"
look --limit 10
expect 4 "a part of 20"
has out "the sample still grows, 10 of 20 cases are measured"
look
expect 4 "all 20"
has out "(anytime-valid: looked at before with 10 cases, which takes half of the error)"
# with no gate in between, a run of the same version on fewer cases tells it
rm "$project/lever.db"
cases 1 10 >"$project/cases.jsonl"
run -C "$project" run
cases 1 20 >"$project/cases.jsonl"
look
has out "(anytime-valid: looked at before with 10 cases, which takes half of the error)"
# an edited case is no growth
rm "$project/lever.db"
look
cases 1 20 | sed '20s/"q":"20"/"q":"twenty"/' >"$project/cases.jsonl"
look
lacks out "anytime"

# the fourth version on the same cases has a quarter of the 5 % (p = 0.016)
begin '  - {variant: b, better_than: a}'
outputs 20 8 9 '1?' 20 >"$project/a.jsonl"
cases 1 20 >"$project/cases.jsonl"
for version in 1 2 3 4; do
	outputs 20 '*' | sed "s/0.001/0.00$version/" >"$project/b.jsonl"
	look
	[ $version -gt 1 ] || { expect 0 "the first version"; lacks out "tried"; }
done
expect 4 "the fourth version"
has out "98.75%"
has out "(the 4th version tried on these cases: 4 share the 5%)"
has out "98.75% -0.8 to"
outputs 20 '*' >"$project/b.jsonl"
look
has out "(one of 4 versions tried on these cases: 4 share the 5%)"

# what hangs together counts once: four groups, two of them won
begin '  - {variant: b, better_than: a}'
outputs 40 >"$project/a.jsonl"
outputs 40 '?' '1?' 20 >"$project/b.jsonl"
cases 1 40 10 >"$project/cases.jsonl"
look
expect 4 "clusters"
has out "(clustered: 4 groups)"
cases 1 40 >"$project/cases.jsonl"
rm "$project/lever.db"
look
expect 0 "the same without clusters"
done_checks
