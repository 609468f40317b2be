#!/bin/sh
# A database that is removed or replaced while a run writes to it: told with status 5, and no further call is paid for nothing.
. tests/cases/common
server --delay 60
write() { # NAME
	project=$folder/$1
	mkdir -p "$project"
	{
		echo "models: {base: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: mock}}"
		echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{length: {min: 1, unit: words}}]"
		echo "cases: cases.jsonl"
	} >"$project/lever.yaml"
	for i in $(seq 1 200); do echo "{\"id\":\"c$i\",\"question\":\"$1 number $i\"}"; done >"$project/cases.jsonl"
	: >"$folder/requests.jsonl"
	"$LEVER" -C "$project" run --quiet -c 2 >"$folder/out" 2>"$folder/err" </dev/null &
	writer=$!
	while [ "$(requests)" -lt 4 ]; do sleep 0.01; done
}
ended() { # WHAT
	wait $writer
	status=$?
	expect 5 "$1"
	has err "removed or replaced"
	lacks out "attempts made"
	[ "$(requests)" -lt 60 ] || fail "$1: $(requests) requests"
	check
}
write removed
kill -STOP $writer
rm "$project/lever.db"
"$LEVER" -C "$project" run >"$folder/second" 2>&1 </dev/null
same $? 5 "a second run beside one whose database is gone"
grep -q "another run is using this database" "$folder/second" || fail "the second run: $(cat "$folder/second")"
check
[ ! -e "$project/lever.db" ] || fail "the second run made a database beside the first"
check
kill -CONT $writer
ended "removed"
run -C "$project" run --dry-run
expect 0 "anew"

write replaced
cp "$project/lever.db" "$folder/copy"
mv "$folder/copy" "$project/lever.db"
ended "replaced"

# The end of a short run, whose calls were all out before.
echo '{"id":"c1","question":"one"}' >"$folder/one"
project=$folder/short
mkdir "$project"
mv "$folder/one" "$project/cases.jsonl"
cp "$folder/removed/lever.yaml" "$project/lever.yaml"
kill "$server_pid"
server --port "$port" --delay 1000
: >"$folder/requests.jsonl"
"$LEVER" -C "$project" run --quiet >"$folder/out" 2>"$folder/err" </dev/null &
writer=$!
while [ "$(requests)" -lt 1 ]; do sleep 0.01; done
rm "$project/lever.db"
wait $writer
status=$?
expect 5 "removed before the last answer"
has err "removed or replaced"
done_checks
