#!/bin/sh
# Comparisons by every name a variant has: beside its parent, in another run, before the prompt was edited; and those that cannot be.
. tests/cases/common
project=$folder/project
mkdir "$project"
outputs() { # PREFIX FIRST-WRONG
	i=0
	while [ $i -lt 12 ]; do
		i=$((i + 1))
		echo "{\"id\": \"$1$i\", \"output\": \"$([ $i -lt "$2" ] && echo yes || echo no)\"}"
	done
}
project() { # PREFIX
	outputs "$1" 4 >"$project/plain.jsonl"
	outputs "$1" 12 >"$project/shots.jsonl"
	cat >"$project/lever.yaml" <<YAML
name: compare
models:
  plain: {api: recorded, file: plain.jsonl, map: {id: id, output: output}}
  shots: {api: recorded, file: shots.jsonl, map: {id: id, output: output}}
cases:
$(i=0; while [ $i -lt 12 ]; do i=$((i + 1)); echo "  - {id: $1$i, question: \"$1 $i\", expected: \"yes\"}"; done)
variants:
  plain: {lever: prompt, model: plain}
  shots: {lever: model, parent: plain, model: shots}
scorers:
  - exact: "{{ expected }}"
YAML
}
project a
run -C "$project" run
expect 0 "first run"
run -C "$project" compare plain shots
expect 0 "two variants"
has out "shots against plain, 12 cases paired"
has out "wins, losses     8, 0 (both pass 3, both fail 1)"
has out "better (+66.7 points"
lacks out "after Holm"
run -C "$project" compare shots plain
has out "worse (-66.7 points"
run -C "$project" compare
expect 0 "every lever"
has out "unknown"
run -C "$project" compare plain shotz
expect 2 "a name that is none"
has err 'did you mean `shots`?'
run -C "$project" --json compare plain shotz
expect 2 "the same for a program"
has out '{"error":{"message":"run 1 has no variant `shotz`, did you mean `shots`?"}}'
run -C "$project" compare plain@previous plain
expect 2 "no run before"
run -C "$project" compare plain@9 plain
expect 2 "no such run"
has err "there is no run 9"
run -C "$project" compare plain
expect 2 "one name"
outputs a 8 >"$project/plain.jsonl"
run -C "$project" run
expect 0 "other outputs"
run -C "$project" compare plain@previous plain
expect 0 "today against yesterday"
has out "plain against plain@1, 12 cases paired"
has out "wins, losses     4, 0"
run -C "$project" compare plain@1 shots@2
expect 0 "over runs"
has out "shots@2 against plain@1"
project b
run -C "$project" run
expect 0 "other cases"
run -C "$project" compare plain@1 plain
expect 4 "nothing in common"
has err "no case in common"
run -C "$project" --json compare plain@1 plain
expect 4 "nothing in common, for a program"
has out '{"error":{"message":'
for suffix in md json csv xml; do
	run -C "$project" report "$folder/one.$suffix"
	expect 0 "$suffix"
	run -C "$project" report "$folder/two.$suffix"
	cmp -s "$folder/one.$suffix" "$folder/two.$suffix" || fail "two $suffix reports of the same data differ"
	check
done
run -C "$project" report -
cmp -s "$folder/out" "$folder/one.md" || fail "the report on stdout is not that of the file"
check
has out "Cost and time unknown."
has out "cost: unknown for 24 attempts (plain, shots)"
lacks out '$0.00'
done_checks
