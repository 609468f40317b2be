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
# a name that leads into the row; the file keeps its mode
printf '{"id":"a","question":"q","gold":{"answer":"x","why":"y"}}\n' >"$project/cases.jsonl"
chmod 600 "$project/cases.jsonl"
cat >"$project/lever.yaml" <<'Y'
models: {m: {api: recorded, file: out.jsonl}}
cases: {file: cases.jsonl, map: {id: id, vars: {question: question}, expected: gold.answer}}
variants: {base: {lever: prompt, model: m}}
scorers: [{exact: "{{ expected }}"}]
Y
run -C "$project" run
run -C "$project" triage --case a --gold other
expect 0 "a nested answer"
same "$(cat "$project/cases.jsonl")" '{"id":"a","question":"q","gold":{"answer":"other","why":"y"}}' "a nested answer"
same "$(stat -c %a "$project/cases.jsonl")" 600 "the mode of the file"
# a cell of a CSV file: every other byte stays
printf '\357\273\277id;text;queue;note\r\n"a;1";"two\nlines ""so""";sales;x\r\n\r\nb;plain;"tech; new";\r\nc;last;old;z' >"$project/cases.csv"
sed -i 's/cases.jsonl, map: .*/cases.csv, delimiter: ";", map: {id: id, vars: {text: text}, expected: queue}}/' "$project/lever.yaml"
printf '{"id":"%s","output":"z"}\n' 'a;1' b c >"$project/out.jsonl"
run -C "$project" run
expect 0 "a CSV file"
same "$(asked 'a;1' e)" 'expected answer of a;1: sales' "a cell"
same "$(asked b e)" 'expected answer of b: tech; new' "a quoted cell"
asked b 'e<End> "x"<Enter>' >/dev/null
printf '\357\273\277id;text;queue;note\r\n"a;1";"two\nlines ""so""";sales;x\r\n\r\nb;plain;"tech; new ""x""";\r\nc;last;old;z' >"$folder/wanted"
cmp "$folder/wanted" "$project/cases.csv" || fail "a cell is mended and nothing else"
asked b 'e<Backspace><Enter>u' >/dev/null
cmp "$folder/wanted" "$project/cases.csv" || fail "u takes a cell back"
run -C "$project" triage --case 'a;1' --gold '["sales", "z"]'
expect 0 "a list in a cell"
run -C "$project" triage --case c --gold z
expect 0 "a cell of the last record"
printf '\357\273\277id;text;queue;note\r\n"a;1";"two\nlines ""so""";"[""sales"", ""z""]";x\r\n\r\nb;plain;"tech; new ""x""";\r\nc;last;z;z' >"$folder/wanted"
cmp "$folder/wanted" "$project/cases.csv" || fail "cells are mended: $(cat "$project/cases.csv")"
run -C "$project" run
expect 0 "what was mended is scored anew"
same "$(sql "$project/lever.db" "SELECT passed FROM tally ORDER BY run_id DESC LIMIT 1")" 2 "the mended ones pass"
run -C "$project" triage --case b --gold ' '
expect 2 "an empty cell"
run -C "$project" triage --case b --gold '[broken'
expect 2 "no list"
sed -i '1d' "$project/cases.csv"
run -C "$project" triage --case b --gold y
expect 2 "the file was edited since the run"
check
printf 'id,text,queue\r\na,what,"one, two"\r\nb,which,x\r\n' >"$project/cases.csv"
sed -i 's/delimiter: ";", //' "$project/lever.yaml"
run -C "$project" run
run -C "$project" triage --case a --gold 'z, z'
expect 0 "a quoted cell at the end of its record"
same "$(sed -n 2p "$project/cases.csv" | tr -d '\r')" 'a,what,"z, z"' "a quoted cell at the end of its record"
same "$(wc -c <"$project/cases.csv")" 41 "its line ends stay"
# other formats: told at once
printf '%s\n' '- {id: a, question: what, expected: x}' >"$project/cases.yaml"
sed -i 's/^cases: .*/cases: cases.yaml/' "$project/lever.yaml"
printf '{"id":"a","output":"z"}\n' >"$project/out.jsonl"
run -C "$project" run
same "$(asked a e)" ' that file' "a YAML file"
grep -q 'a stands in cases.yaml:1; only JSON Lines and CSV are mended from here: edit' "$folder/screen" || fail "a YAML file is not told of"
done_checks
