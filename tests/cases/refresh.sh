#!/bin/sh
# --refresh asks one variant again and takes the new answers; the other keeps its own, the old calls stay, labels of equal outputs too.
. tests/cases/common
cat >"$folder/script" <<'S'
body "first" times 2 : answer "old"
body "second" times 2 : answer "old"
* : answer "new"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
variants:
  a: {model: base, prompt: "first {{ q }}"}
  b: {model: base, parent: a, prompt: "second {{ q }}"}
scorers: [{contains: new}]
cases: [{id: x, q: one}, {id: y, q: two}]
YAML
run -C "$project" run
expect 0 "run"
passed() { sql "$project/lever.db" "SELECT group_concat(v.name || t.passed, ' ') FROM tally t JOIN variant_version v ON v.id = t.variant_version_id"; }
same "$(passed)" "a0 b0" "old answers"
run -C "$project" run --dry-run --refresh a
expect 0 "dry"
run -C "$project" run
same "$(requests)" 4 "a dry run changed nothing"
run -C "$project" run --refresh a
expect 0 "refresh"
same "$(requests)" 6 "only a was asked again"
same "$(passed)" "a2 b0" "new answers of a"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call WHERE state = 'answered'")" 6 "the old calls stay"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt")" 4 "attempts"
run -C "$project" run
same "$(requests)" 6 "nothing to do"
run -C "$project" run --refresh nothing
expect 2 "an unknown variant"
run -C "$project" run --refresh a --variant b
expect 2 "refreshed, and left out"
run -C "$project" run --refresh a --rescore
expect 2 "refreshed without a call"
same "$(passed)" "a2 b0" "nothing was opened again"

again() { # SCRIPT: another server at the same address
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
	echo "$1" >"$folder/script"
	: >"$folder/requests.jsonl"
	server --port "$port" --script "$folder/script"
}
# --no-cache: all of it.
again '* : answer "third"'
run -C "$project" run --no-cache --dry-run
has out "4 attempts to make, 0 stored; 4 calls"
run -C "$project" run --no-cache
expect 0 "all anew"
same "$(requests)" 4 "all were asked again"
same "$(passed)" "a0 b0" "third answers"
run -C "$project" run
same "$(requests)" 4 "nothing to do after it"
has out "nothing to do"

# Only what is selected is opened again.
again '* : answer "new"'
run -C "$project" run --refresh b --limit 1
expect 0 "one case anew"
same "$(requests)" 1 "one was asked"
same "$(passed)" "a0 b1" "one new answer"

# What failed stays open, and the next run asks it; the old answer does not come back by itself.
again 'has "one" : answer "new"
* : status 400'
run -C "$project" run --refresh a
expect 3 "one fails"
has err '`lever run` without --refresh and --no-cache tries them again'
same "$(sql "$project/lever.db" "SELECT group_concat(state, ' ') FROM attempt WHERE variant_version_id = (SELECT id FROM variant_version WHERE name = 'a')")" \
	"answered open" "one is open"
run -C "$project" run
expect 3 "still failing"
has out "1 attempts were still to be asked anew"
same "$(requests)" 3 "only the open one was asked again"
again '* : answer "new"'
run -C "$project" run
expect 0 "answered at last"
same "$(requests)" 1 "the one that was open"
same "$(passed)" "a2 b1" "no old answer came back"

# Killed in the middle: the next run finishes it.
again 'has "one" : answer "fourth"
* : stall'
"$LEVER" -C "$project" run --refresh b -c 1 >/dev/null 2>&1 </dev/null &
lever_pid=$!
until [ "$(requests)" = 2 ]; do sleep 0.02; done
kill -9 $lever_pid
wait $lever_pid 2>/dev/null
again '* : answer "fourth"'
run -C "$project" run
expect 0 "finished"
has out "still to be asked anew"
same "$(passed)" "a2 b0" "no mix of old and new"
done_checks
