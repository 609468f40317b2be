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
# a row of a JSON file, however it is written: every other byte stays
printf '[ {"id" : "a", "question":"has {\\"id\\":\\"b\\"} in it", "expected" : "x" , "n": 1.50}, {"id":"b","question":"r","expected":\n\t["p" , "q"]},\r\n' >"$project/cases.json"
printf '  {\n    "id": 3,\n    "question": "s",\n    "expected": 5,\n    "more": {"expected": 6}\n  } ]\n' >>"$project/cases.json"
cp "$project/cases.json" "$folder/wanted"
sed -i 's/^cases: .*/cases: cases.json/' "$project/lever.yaml"
printf '{"id":"%s","output":"z"}\n' a b 3 >"$project/out.jsonl"
run -C "$project" run
same "$(asked b e)" 'expected answer of b: ["p","q"]' "a list in a JSON file"
run -C "$project" triage --case a --gold 'y "y"'
expect 0 "a JSON file"
has err 'cases.json:1 mended, it was: x'
run -C "$project" triage --case b --gold z
expect 0 "a list in a JSON file"
run -C "$project" triage --case 3 --gold 7
expect 0 "a number in a JSON file"
sed -i 's/"expected" : "x"/"expected" : "y \\"y\\""/; s/\["p" , "q"\]/["z"]/; s/"expected": 5/"expected": 7/' "$folder/wanted"
cmp "$folder/wanted" "$project/cases.json" || fail "a value of a JSON file is mended and nothing else: $(cat "$project/cases.json")"
asked 3 'e<Backspace>8<Enter>u' >/dev/null
cmp "$folder/wanted" "$project/cases.json" || fail "u takes a value back: $(cat "$project/cases.json")"
check
sed -i 's/"id":"b"/"id":"c"/' "$project/cases.json"
run -C "$project" triage --case b --gold y
expect 2 "the file was edited since the run"
# a scalar of a YAML file; what is not written on one line, or is shared, is mended by hand
cat >"$project/cases.yaml" <<'Y'
# comment
- {id: a, question: "größer: what", expected: x}   # kept
- id: b
  question: which
  expected: 'old one'
- id: c
  expected: 5
  question: &q how
- id: d
  question: *q
  expected: |
    two
    lines
- {id: e, question: &e why, expected: *e}
Y
cp "$project/cases.yaml" "$folder/wanted"
sed -i 's/^cases: .*/cases: cases.yaml/' "$project/lever.yaml"
printf '{"id":"%s","output":"z"}\n' a b c d e >"$project/out.jsonl"
run -C "$project" run
same "$(asked b e)" 'expected answer of b: old one' "a YAML file"
run -C "$project" triage --case a --gold 'new one'
expect 0 "a plain scalar"
run -C "$project" triage --case b --gold 'a: "b"'
expect 0 "a quoted scalar"
has err 'cases.yaml:5 mended, it was: old one'
run -C "$project" triage --case c --gold 6
expect 0 "a number"
for id in d e; do
	run -C "$project" triage --case $id --gold y
	expect 2 "$id is mended by hand"
	has err 'mend it by hand'
done
sed -i "s/expected: x}/expected: new one}/; s/'old one'/\"a: \\\\\"b\\\\\"\"/; s/expected: 5/expected: 6/" "$folder/wanted"
cmp "$folder/wanted" "$project/cases.yaml" || fail "a scalar is mended and nothing else: $(cat "$project/cases.yaml")"
run -C "$project" triage --case a --gold true
expect 0 "a word that YAML would take for something else"
same "$(sed -n 2p "$project/cases.yaml")" '- {id: a, question: "größer: what", expected: "true"}   # kept' "a word in quotes"
# rows in the project file itself: told at once
sed -i 's/^cases: .*/cases: [{id: a, question: what, expected: x}]/' "$project/lever.yaml"
printf '{"id":"a","output":"z"}\n' >"$project/out.jsonl"
run -C "$project" run
asked a e >/dev/null
grep -q 'only files of cases are mended from here: edit' "$folder/screen" || fail "rows of the project file are not told of"
done_checks
