#!/bin/sh
# A second run calls nothing; a mended gold answer makes new scores and no call; an edited prompt makes calls for that variant alone, and its old
# version stays comparable.
. tests/cases/common
cat >"$folder/script" <<'S'
has "capital of France" : answer "Paris"
has "capital of Italy" : answer "Milan"
* : answer "I do not know"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: capitals
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {temperature: 0, max_tokens: 20}, price: {input: 1, output: 2}}
cases: cases.jsonl
variants:
  plain: {lever: prompt, model: base, prompt: plain.md}
  polite: {lever: prompt, parent: plain, prompt: polite.md}
scorers:
  - contains: "{{ expected }}"
YAML
printf '%s\n' '{"id":"fr","question":"What is the capital of France?","expected":"Paris"}' \
	'{"id":"it","question":"What is the capital of Italy?","expected":"Rome"}' \
	'{"id":"xx","question":"What is the capital of Nowhere?","expected":"nothing"}' >"$project/cases.jsonl"
echo '{{ question }}' >"$project/plain.md"
echo 'Please: {{ question }}' >"$project/polite.md"

run -C "$project" run --dry-run
expect 0 "dry run"
has out "6 attempts to make, 0 stored; 6 calls"
same "$(requests)" 0 "requests of a dry run"
[ ! -e "$project/lever.db" ] || fail "a dry run writes a database"
check

run -C "$project" run
expect 0 "first run: failing cases are no failure of the run"
has out "run 1 of capitals: 6 attempts made, 0 were stored already; 6 calls made"
has out "33.3%"
same "$(requests)" 6 "requests"

run -C "$project" run
expect 0 "second run"
has out "nothing to do, 6 attempts are stored; 0 calls made"
same "$(requests)" 6 "requests after the second run"

sed -i 's/"Rome"/"Milan"/' "$project/cases.jsonl"
run -C "$project" run
expect 0 "gold mended"
has out "run 2 of capitals: 0 attempts made, 2 scored anew, 4 were stored already"
has out "66.7%"
same "$(requests)" 6 "requests after mending gold"
same "$(sql "$project/lever.db" 'SELECT count(*) FROM attempt')" 6 "attempts after mending gold"

echo 'Kindly: {{ question }}' >"$project/polite.md"
run -C "$project" run
expect 0 "prompt edited"
has out "run 3 of capitals: 3 attempts made"
has out "3 calls made"
same "$(requests)" 9 "requests after editing one prompt"
run -C "$project" compare polite@previous polite
expect 0 "today against yesterday"
has out "polite against polite@"
has out "3 cases paired"

# back to the prompt of before: its run goes on, and is the latest
echo 'Please: {{ question }}' >"$project/polite.md"
run -C "$project" run
has out "run 2 of capitals: nothing to do"
run -C "$project" --json compare
has out '"run":2,'
echo 'Kindly: {{ question }}' >"$project/polite.md"
run -C "$project" run
has out "run 3 of capitals: nothing to do"
same "$(requests)" 9 "requests after going back and forth"

run -C "$project" --json compare plain@1 plain@3
expect 0 "the same variant in two runs"
has out '"type":"comparison"'

sed -i 's/contains: /not-contains: /' "$project/lever.yaml"
run -C "$project" run
expect 0 "other scorers"
has out "0 attempts made, 6 scored anew"
same "$(requests)" 9 "requests after changing scorers"

run -C "$project" run --rescore
expect 0 "rescore"
same "$(requests)" 9 "requests after --rescore"

run -C "$project" run --repeat 2
expect 0 "repeats"
same "$(requests)" 15 "requests with a second repeat: only the new ones"

run -C "$project" show fr plain
expect 0 "show"
has out "What is the capital of France?"
has out "Paris"
run -C "$project" show fr plain --curl
expect 0 "curl"
has out "curl"
has out "/v1/chat/completions"

run -C "$project" snapshot "$folder/copy.db"
expect 0 "snapshot"
same "$(sql "$folder/copy.db" 'PRAGMA integrity_check')" ok "integrity of the snapshot"
run -C "$project" snapshot "$folder/copy.db"
expect 5 "a snapshot never overwrites"
run -C "$project" prune --keep 1
expect 0 "prune"
same "$(sql "$project/lever.db" 'SELECT count(*) FROM run')" 1 "runs after prune"
run -C "$project" run --repeat 2
has out "nothing to do"
same "$(requests)" 15 "requests after prune"
done_checks
