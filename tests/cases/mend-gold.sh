#!/bin/sh
# Mending expected answers: kinds of values stay, other bytes stay, what cannot be mended is told before anything is typed.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'Y'
models: {m: {api: recorded, file: out.jsonl}}
cases: cases.jsonl
variants: {base: {lever: prompt, model: m}}
scorers: [{exact: "{{ expected }}"}]
Y
printf '{"id":"a","question":"q","expected":{"k":1}}\n{"id":"b","question":"r","expected":5}\r\n{"id":"c","question":"s","expected":["p","[q]"]}' >"$project/cases.jsonl"
printf '{"id":"%s","output":"z"}\n' a b c >"$project/out.jsonl"
run -C "$project" run
expect 0 "run"
asked() { # CASE KEYS: the bottom line
	printf ':size 80x20\n:keys t/%s<Enter>%s\n:save %s/screen\n' "$1" "$2" "$folder" >"$folder/script"
	run -C "$project" ui --script "$folder/script"
	expect 0 "script"
	tail -n 1 "$folder/screen"
}
same "$(asked a e)" 'expected answer of a: {"k":1}' "an object as JSON"
same "$(asked b e)" 'expected answer of b: 5' "a number"
same "$(asked c e)" 'expected answer of c: ["p","[q]"]' "a list as JSON"
run -C "$project" triage --case b --gold 6
expect 0 "a number"
has err 'cases.jsonl:2 mended, it was: 5'
run -C "$project" triage --case a --gold '{"k":2}'
expect 0 "an object"
run -C "$project" triage --case c --gold '[broken'
expect 2 "no JSON"
has err 'what begins with [ is read as JSON'
run -C "$project" triage --case c --gold '[]'
expect 2 "nothing"
printf '{"id":"a","question":"q","expected":{"k":2}}\n{"id":"b","question":"r","expected":6}\r\n{"id":"c","question":"s","expected":["p","[q]"]}' >"$folder/wanted"
cmp "$folder/wanted" "$project/cases.jsonl" || fail "other bytes changed"
check
sed -i 1d "$project/cases.jsonl"
run -C "$project" triage --case b --gold 7
expect 2 "the file was edited since the run"
has err 'cases.jsonl:2 is no longer b but c'
# other formats: told at once
printf 'id,question,expected\na,what,x\n' >"$project/cases.csv"
sed -i 's/cases.jsonl/cases.csv/' "$project/lever.yaml"
run -C "$project" run
same "$(asked a e)" ' a stands in cases.csv:2; only JSON Lines are mended from here: edit that file' "a CSV file"
done_checks
