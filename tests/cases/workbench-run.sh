#!/bin/sh
# A run from the workbench takes the project as it is in its files when the key is pressed, and says what is wrong in it by then.
. tests/cases/common
echo '* : echo' >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir -p "$project/prompts"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
cases: [{id: one, question: "who"}]
variants: {plain: {model: base, prompt: prompts/plain.md}}
scorers: [{contains: new}]
YAML
cp "$project/lever.yaml" "$folder/good.yaml"
echo "old {{ question }}" >"$project/prompts/plain.md"
mkfifo "$folder/steps"
# The project was read when the workbench opens its script: what is edited from here on is edited behind its back.
open() {
	"$LEVER" -C "$project" ui --script "$folder/steps" >"$folder/out" 2>"$folder/err" </dev/null &
	bench=$!
	exec 3>"$folder/steps"
}
close() { # STEPS
	printf '%s\n' "$1" >&3
	exec 3>&-
	wait $bench
	status=$?
}
open
echo "new {{ question }}" >"$project/prompts/plain.md"
close ":keys sy
:wait
:save $folder/screen"
expect 0 "an edited prompt"
grep -q '"new who' "$folder/requests.jsonl" || fail "the prompt of the start was sent: $(cat "$folder/requests.jsonl")"
check
same "$(requests)" 1 "requests"
grep -q 'the run is done: 1 attempts made' "$folder/screen" || fail "$(cat "$folder/screen")"
check

open
sed -i 's/^variants:.*/variants: {plain: {model: base, prompt: prompts\/plain.md, retreive: {}}, other: {model: bose, prompt: hello}}/' "$project/lever.yaml"
close ":keys s
:save $folder/screen"
expect 0 "mistakes"
for words in "lever.yaml:3:" "unknown key \`retreive\`" "did you mean \`retrieve\`" "bose"; do
	tr '\n' ' ' <"$folder/screen" | tr -s ' ' | grep -qF "$words" || fail "the screen lacks '$words': $(cat "$folder/screen")"
	check
done
same "$(requests)" 1 "requests with mistakes"

# what only its plan shows is told at once as well, all of it: nothing is asked
cp "$folder/good.yaml" "$project/lever.yaml"
open
sed -i 's/^cases:.*/cases: [{id: one, question: "who"}, {id: one, question: "when"}, {id: two, question: "who"}, {id: two, question: "why"}]/' "$project/lever.yaml"
close ":keys s
:save $folder/screen
:keys y
:wait
:save $folder/after"
expect 0 "a plan with mistakes"
! grep -q 'y: yes' "$folder/screen" || fail "it asks before it tells: $(cat "$folder/screen")"
for id in one two; do
	tr '\n' ' ' <"$folder/screen" | tr -s ' ' | grep -q "id .$id" || fail "the mistake about $id is not told: $(cat "$folder/screen")"
	check
done
same "$(requests)" 1 "requests with a mistake in the plan"

cp "$folder/good.yaml" "$project/lever.yaml"
open
sed 's/^variants:.*/variants: {plain: {model: base, prompt: prompts\/plain.md}, other: {model: base, prompt: "other {{ question }}"}}/' \
	"$folder/good.yaml" >"$project/lever.yaml"
close ":keys s
:save $folder/screen
:keys y
:wait"
expect 0 "a new variant"
grep -q 'make 1 attempts with 1 calls' "$folder/screen" || fail "the question: $(cat "$folder/screen")"
check
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 2 "answers"

# The database is gone while its run goes on.
kill "$server_pid"
server --port "$port" --delay 1000
: >"$folder/requests.jsonl"
echo "newer {{ question }}" >"$project/prompts/plain.md"
open
printf ':keys sy\n:wait\n:save %s\n' "$folder/screen" >&3
exec 3>&-
while [ "$(requests)" -lt 1 ]; do sleep 0.01; done
# A second workbench beside it says what is in the way, and its question is whole.
kill -STOP $bench
printf ':keys s\n:save %s/second\n' "$folder" >"$folder/script"
run -C "$project" ui --script "$folder/script"
kill -CONT $bench
expect 0 "a second workbench"
tr '\n' ' ' <"$folder/second" | tr -s ' ' >"$folder/second.line"
grep -q "another run is using this database (process $bench); wait for it or stop it. Try it all the same? y: yes, else no" "$folder/second.line" ||
	fail "the question of the second: $(cat "$folder/second")"
check
rm "$project/lever.db"
wait $bench
grep -q "the run broke off: the database was removed or replaced" "$folder/screen" || fail "$(cat "$folder/screen")"
check
done_checks
