#!/bin/sh
# A cassette replays a run without a server; a miss names the case and what changed; a cut last line is tolerated; the same verdicts.
. tests/cases/common
server
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<YAML
name: taped
models:
  base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock, params: {max_tokens: 20}, price: {input: 1, output: 2}}
cases:
$(i=0; while [ $i -lt 10 ]; do i=$((i + 1)); echo "  - {id: c$i, question: \"question $i\", expected: a}"; done)
variants:
  plain: {lever: prompt, model: base, prompt: "{{ question }}"}
scorers:
  - contains: a
YAML
run -C "$project" run --record "$folder/tape.jsonl"
expect 0 "record"
same "$(wc -l <"$folder/tape.jsonl")" 10 "exchanges on the cassette"
run -C "$project" report "$folder/live.json"
kill "$server_pid"; wait "$server_pid" 2>/dev/null; server_pid=
mv "$project/lever.db" "$folder/live.db"; rm -f "$project"/lever.db*
run -C "$project" run --replay "$folder/tape.jsonl"
expect 0 "replay"
has out "0 calls made, 10 replayed from the cassette"
run -C "$project" report "$folder/replayed.json"
cmp -s "$folder/live.json" "$folder/replayed.json" || { diff "$folder/live.json" "$folder/replayed.json" >"$folder/out"; fail "the report of the replay differs"; }
check
printf '{"v":1,"key":"cut' >>"$folder/tape.jsonl"
rm -f "$project"/lever.db*
run -C "$project" run --replay "$folder/tape.jsonl"
expect 0 "replay with a cut last line"
sed -i 's/{{ question }}/Now: {{ question }}/' "$project/lever.yaml"
run -C "$project" run --replay "$folder/tape.jsonl"
expect 3 "misses"
run -C "$project" show c1 plain
has out "not-recorded"
has out "/messages/0/content"
done_checks
