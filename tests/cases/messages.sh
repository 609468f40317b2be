#!/bin/sh
# What a person reads who made mistakes: the place inside prompt files and scalars, all mistakes at once and in order, rows counted.
. tests/cases/common
project=$folder/project
mkdir -p "$project/prompts"
echo '{"id":"a","q":"x","expected":"y"}' >"$project/cases.jsonl"
write() { printf '%s\n' "$1" >"$project/lever.yaml"; }
head='models:
  base: {api: openai, base_url: "http://127.0.0.1:9/v1", model: m, retries: 0}
cases: cases.jsonl
scorers: [exact]
variants:'

# an undefined variable is told with the place in the file that holds it, before anything is called
printf '# system\n\nBe good.\n\n# user\n\nQ: {{ q }}\nline {{ nope }}\n' >"$project/prompts/a.md"
printf -- '- role: system\n  content: hi\n- role: user\n  content: |\n    Q: {{ q }}\n    bad {{ nope }}\n' >"$project/prompts/b.yaml"
printf '{"messages": [{"role": "user", "content": "{{ q }} {{ nope }}"}]}' >"$project/prompts/c.json"
undefined() { # PROMPT PLACE
	rm -f "$project"/lever.db*
	write "$head
  plain:
    model: base
    prompt: $1"
	run -C "$project" run --dry-run
	expect 0 "dry run of $2"
	has out '1 attempts would have no answer; the first: case a, variant plain: '
	has out "$2: undefined variable \`nope\`"
	run -C "$project" run
	expect 3 "run of $2"
	has err "$2: undefined variable \`nope\`"
	has out '0 calls made'
}
undefined prompts/a.md 'prompts/a.md:8:9'
undefined prompts/b.yaml 'prompts/b.yaml:6:12'
undefined prompts/c.json 'prompts/c.json:1:55'
undefined '|
      first
      second {{ nope }}' 'lever.yaml:10:17'
undefined '>-
      first
      second {{ nope }}' 'lever.yaml:8:13'
undefined '"a b {{ nope }}"' 'lever.yaml:8:21'
undefined 'a böse {{ nope }}' 'lever.yaml:8:23'

# all mistakes in one pass, in the order of the file, none that follows from another
rm -f "$project"/lever.db*
echo '- {role: usr, content: hi}' >"$project/prompts/role.yaml"
write 'models:
  base: {api: openai, base_url: "http://127.0.0.1:9/v1", model: m, price: {input: 1}}
  old: {api: recorded, file: none.jsonl, map: {outputt: x}}
cases: {file: cases.jsonl, map: {idd: x}, format: jsn, delimiter: ab}
corpus:
  docs: {path: nowhere, passages: {by: chapter}}
examples:
  few: gone.jsonl
variants:
  plain: {model: base, prompt: "{{ env.LEVER_TEST_UNSET }}"}
  rag: {lever: rag, parent: plain, retrieve: {from: docs, query: "{{ q", when: "verdict:fail"}}
  shots: {lever: few-shot, parent: plain, examples: few, schema: none.json}
  role: {model: base, prompt: prompts/role.yaml}
threshold: 7
gates: 5'
run -C "$project" run --dry-run
expect 2 "many mistakes"
for place in '2:75' '3:30' '3:48' '4:34' '4:51' '4:67' '6:16' '6:40' '8:8' '10:32' '11:67' '11:80' '12:66' '14:12' '15:8' '1:10'; do
	grep -qF ":$place: " "$folder/err" || fail "no mistake at $place"; check
done
same "$(grep -c . "$folder/err")" 16 "mistakes"
grep -o 'lever.yaml:[0-9]*' "$folder/err" | cut -d: -f2 >"$folder/lines"
same "$(sort -n "$folder/lines")" "$(cat "$folder/lines")" "the order of the mistakes"
has err 'there is no role `usr`, did you mean `user`?'
has err 'unknown format `jsn`, did you mean `json`?'
has err 'model base, price: `output` is missing'
has err 'between 0 and 1, not `7`'

# one wrong path makes every row bad: told three times, counted
write "$head
  plain: {model: base, prompt: {text: x}}"
i=0
while [ $i -lt 50 ]; do echo "{\"id\":\"a$i\",\"qq\":\"x\"}"; i=$((i + 1)); done >"$project/cases.jsonl"
sed -i 's/^cases: .*/cases: {file: cases.jsonl, map: {vars: [q]}}/' "$project/lever.yaml"
run -C "$project" run --dry-run
expect 2 "a wrong path"
same "$(grep -c 'the row has no `q`' "$folder/err")" 3 "rows told"
has err 'cases.jsonl: 47 more rows are bad, 50 of 50 in all'
lacks err 'skip-bad'
echo '{"id":"good","q":"x"}' >>"$project/cases.jsonl"
run -C "$project" run --dry-run
has err '50 of 51 in all; `--skip-bad` leaves bad rows out and runs the rest'
run -C "$project" run --dry-run --skip-bad
expect 0 "bad rows skipped"
has out '1 attempts to make'
has out '50 bad rows of the test set were left out; they are recorded in the database'

# other columns, or quotes, are another test set
printf '1,"x"\n' >"$project/cases.csv"
columns() { # SETTINGS EXPECTED VARS
	write "$(echo "$head" | sed "s/^cases: .*/cases: {file: cases.csv, $1}/")
  plain: {model: base, prompt: {text: x}}"
	run -C "$project" run --skip-bad
	expect 3 "$1"
	same "$(sql "$project/lever.db" 'SELECT vars FROM case_input ORDER BY id DESC LIMIT 1')" "$2" "$1"
}
columns 'columns: [id, q]' '{"q":"x"}'
columns 'columns: [id, text]' '{"text":"x"}'
columns 'columns: [id, text], quotes: false' '{"text":"\"x\""}'

# recorded outputs whose ids fit no case are seen before the run
rm -f "$project"/lever.db*
echo '{"id":"a","q":"x","expected":"y"}' >"$project/cases.jsonl"
printf '{"id":"v2-a","output":"y"}\nnonsense\n' >"$project/outputs.jsonl"
write 'models:
  ours: {api: recorded, file: outputs.jsonl}
cases: cases.jsonl
scorers: [exact]
variants:
  ours: {lever: rag, model: ours}'
run -C "$project" run --dry-run
expect 2 "a bad row of outputs"
has err 'outputs.jsonl:2:'
has err 'outputs.jsonl: 1 of 2 rows is bad; `--skip-bad`'
run -C "$project" run --dry-run --skip-bad
expect 0 "no output fits"
has out '1 attempts would have no answer; the first: case a, variant ours: outputs.jsonl has no output for this case'
has out '1 bad rows of recorded outputs were left out'

# without a scorer nothing is judged: said, before and after
rm -f "$project"/lever.db*
printf '{"id":"a","output":"y"}\n' >"$project/outputs.jsonl"
sed -i '/^scorers/d' "$project/lever.yaml"
run -C "$project" run --dry-run
has out 'the project has no scorers'
run -C "$project" run
expect 0 "no scorers"
has out 'the project has no scorers'

# verdicts that are mapped judge where nobody names a scorer; unused ones are told
rm -f "$project"/lever.db*
printf '{"id":"a","q":"x","expected":"y","tags":["billing"]}\n{"id":"b","q":"x","expected":"y"}\n' >"$project/cases.jsonl"
printf '{"id":"a","output":"z","result":{"correct":true}}\n{"id":"b","output":"z","result":{"correct":false}}\n' >"$project/outputs.jsonl"
sed -i 's/file: outputs.jsonl/&, map: {verdict: result.correct}/' "$project/lever.yaml"
run -C "$project" run
expect 0 "mapped verdicts"
lacks out 'the project has no scorers'
lacks out 'used by no scorer'
has out '50.0%'
echo 'scorers: [exact]' >>"$project/lever.yaml"
run -C "$project" run
has out 'the verdicts that come with the outputs of variant ours are used by no scorer'
has out ' 0.0%'
sed -i '$d' "$project/lever.yaml"
echo 'scorers: [exact, verdict]' >>"$project/lever.yaml"
run -C "$project" run
lacks out 'used by no scorer'

# a filter that no case matches
run -C "$project" run -f tag:biling
expect 2 "a tag that no case has"
has err 'no case matches `tag:biling`, did you mean `tag:billing`?'
run -C "$project" run --dry-run -f nothingofthekind
expect 2 "words that no case has"
has err 'no case matches `nothingofthekind`'
run -C "$project" run -f tag:billing
expect 0 "a tag of a case"

# what would cost a whole run is told before any call: variables of scorers that no case has, words for numbers
rm -f "$project"/lever.db*
echo '{"id":"a","q":"x","expected":"y","tags":["t"]}' >"$project/cases.jsonl"
echo '{"id":"b","q":"x","expected":"y","hint":"z"}' >>"$project/cases.jsonl"
write 'models:
  base: {api: openai, base_url: "http://127.0.0.1:9/v1", model: m, retries: 0, key: NOSUCHKEY}
cases: cases.jsonl
variants:
  plain: {model: base, prompt: "{{ q }}"}
scorers:
  - contains: {value: "{{ expcted }}"}
  - regex: "{{ hint }}|{{ gone | default(1) }}"
  - starts-with: "{{ q }} {{ hitn }}"'
for how in --dry-run --quiet; do
	run -C "$project" run $how
	expect 2 "variables that no case has, $how"
	has err 'lever.yaml:7:27: '
	has err 'undefined variable `expcted`, did you mean `expected`?'
	has err 'lever.yaml:9:30: '
	has err 'undefined variable `hitn`, did you mean `hint`?'
	lacks err 'gone'
	lacks out 'made'
done
sed -i 's/expcted/expected/; s/hitn/hint/' "$project/lever.yaml"
run -C "$project" run --dry-run
expect 0 "a key that is not set"
has err 'the environment variable NOSUCHKEY, which holds a key of model base, is not set'
sed -i 's/, key: NOSUCHKEY/, params: {max_tokens: "a lot", temperature: 0, stop: x}/' "$project/lever.yaml"
run -C "$project" run --dry-run
expect 2 "words for a number"
has err 'lever.yaml:2:101: model base: params: `max_tokens` is a number, this is text'
lacks err 'temperature'
sed -i 's|"http://127.0.0.1:9/v1"|127.0.0.1:9/v1|; s/"a lot"/9/' "$project/lever.yaml"
run -C "$project" run --dry-run
expect 2 "an address"
has err 'lever.yaml:2:33: model base: a base_url begins with'

# the query of a retrieval: the place within it
mkdir -p "$project/docs"
echo "# One" >"$project/docs/one.md"
write 'models: {base: {api: openai, base_url: "http://127.0.0.1:9/v1", model: m, retries: 0}}
cases: cases.jsonl
corpus: {docs: {path: docs/}}
scorers: [exact]
variants:
  rag: {lever: rag, model: base, prompt: "{{ context }}", retrieve: {from: docs, query: "{{ quest }}"}}'
run -C "$project" run --dry-run
has out 'lever.yaml:6:93: undefined variable `quest`'
done_checks
