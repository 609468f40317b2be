#!/bin/sh
# The database: readers beside a writer, a read-only folder, a newer program's file, a second runner, a full disk, a file that is no database.
. tests/cases/common
server --delay 200
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: stored
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 20}}
cases:
$(i=0; while [ $i -lt 24 ]; do i=$((i + 1)); echo "  - {id: c$i, question: \"question $i\"}"; done)
variants:
  plain: {lever: prompt, model: base, prompt: "{{ question }}"}
scorers:
  - length: {min: 1, unit: words}
YAML
"$LEVER" -C "$project" run --quiet -c 4 >/dev/null 2>&1 </dev/null &
writer=$!
while [ "$(requests)" -lt 6 ]; do sleep 0.01; done
run -C "$project" compare
expect 0 "reading while a run writes"
run -C "$project" run
expect 5 "a second runner"
has err "another run is using this database"
run -C "$project" snapshot "$folder/live.db"
expect 0 "snapshot of a live database"
wait $writer
same "$(sql "$project/lever.db" 'PRAGMA application_id')" $((0x6C766572)) "application id"
same "$(sql "$project/lever.db" 'PRAGMA journal_mode')" wal "journal"
same "$(stat -c %a "$project/lever.db")" 600 "mode of the file"

cp -r "$project" "$folder/readonly"
rm -f "$folder"/readonly/lever.db-*
chmod -R a-w "$folder/readonly"
if [ "$(id -u)" = 0 ]; then
	as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
	chmod a+rx "$folder"; chmod a+r "$folder/readonly/lever.db"
	$as_user true 2>/dev/null || as_user=
else
	as_user=
fi
$as_user "$LEVER" -C "$folder/readonly" compare >"$folder/out" 2>"$folder/err"; status=$?
expect 0 "reading from a read-only folder"
$as_user "$LEVER" -C "$folder/readonly" next >"$folder/out" 2>"$folder/err"; status=$?
expect 0 "advice from a read-only folder"
has out "stop: good enough"
has err "what is predicted could not be written down"
has out "plain"
$as_user "$LEVER" -C "$folder/readonly" run --dry-run --no-cache >"$folder/out" 2>"$folder/err"; status=$?
expect 0 "looking ahead in a read-only folder"
has out "attempts to make, 0 stored"
chmod -R u+w "$folder/readonly"
mkdir "$folder/fresh"
cp "$project/lever.yaml" "$project"/cases.* "$folder/fresh"
run -C "$folder/fresh" run --dry-run
expect 0 "looking ahead where nothing was run"
same "$(ls "$folder/fresh")" "$(cd "$project" && ls lever.yaml cases.* | sort)" "looking ahead makes no file"

sql "$folder/readonly/lever.db" 'PRAGMA user_version = 999'
run -C "$folder/readonly" compare
expect 5 "a newer file, reading"
has err "newer lever"
run -C "$folder/readonly" run
expect 5 "a newer file, writing"
echo "this is no database, but a text that is long enough to look like something" >"$folder/readonly/lever.db"
run -C "$folder/readonly" compare
expect 5 "no database"
rm -f "$folder/readonly/lever.db"; sqlite3 "$folder/readonly/lever.db" 'CREATE TABLE x (y)'
run -C "$folder/readonly" run
expect 5 "somebody else's database"
has err "not one of lever"

# a disk that is full: told with status 5, what was stored stays, the rest runs when there is room again
if mkdir "$folder/small" && mount -t tmpfs -o size=480k tmpfs "$folder/small" 2>/dev/null; then
	cp "$project/lever.yaml" "$folder/small/"
	run -C "$folder/small" run --quiet
	expect 5 "full disk"
	has err "make room on the disk"
	mount -o remount,size=20m "$folder/small"
	run -C "$folder/small" run --quiet
	expect 0 "after making room"
	same "$(sql "$folder/small/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 24 "all answered"
	umount "$folder/small"
fi
# what cannot be printed is no success, however little there was to do
if [ -e /dev/full ]; then
	for options in "" "--json"; do
		"$LEVER" -C "$project" run $options >/dev/full 2>"$folder/err" </dev/null
		status=$?
		expect 5 "a full disk behind the standard output $options"
	done
fi
done_checks
