#!/bin/sh
# What is wrong with data is told before any advice: each alarm where it belongs, and none where it does not. Recorded outputs only: no call.
. tests/cases/common
alarm() { grep '"type":"alarm"' "$folder/out" | grep "\"alarm\":\"$1\"" >"$folder/alarm" || fail "no alarm $1"; check; }
no_alarm() { ! grep -q "\"alarm\":\"$1\"" "$folder/out" || fail "alarm $1 is raised"; check; }
says() { grep -qF -e "$1" "$folder/alarm" || fail "the alarm lacks '$1': $(cat "$folder/alarm")"; check; }
# project NAME: its folder in $project
project() { project=$folder/$1; mkdir "$project"; }

# ---- gold passages that are called otherwise than those of the corpus ----
project gold
mkdir "$project/docs"
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
cases: cases.jsonl
corpus: {book: {path: docs/}}
variants:
  ours: {lever: prompt, model: ours}
scorers: [exact: "{{ expected }}"]
YAML
for i in $(seq 12); do
	printf '# Leave\n\nThe answer to %s is %s.\n' "$i" "$i" >"$project/docs/d$i.md"
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"$i\",\"gold\":[\"d$i\"]}" >>"$project/cases.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"none\"}" >>"$project/outputs.jsonl"
done
run -C "$project" index
run -C "$project" run
run -C "$project" --json next
alarm gold-not-in-corpus
says '12 of 12 cases that name some: they are called `d1`, its own `d1.md#leave`'
run -C "$project" probe --dry-run
has out 'the corpus holds no gold passage of a failed case'
sed -i 's/"d\([0-9]*\)"/"d\1.md"/' "$project/cases.jsonl"
run -C "$project" run
run -C "$project" --json next
no_alarm gold-not-in-corpus

# ---- test cases in the training set: by id, exact, nearly; in one split of a file whose other split is the test set ----
project leak
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
cases: {file: all.json, at: test, map: {id: id, vars: [q], expected: a}}
variants:
  ours: {lever: fine-tune, model: ours, training: {file: all.json, at: train}}
scorers: [exact: "{{ expected }}"]
YAML
# write TRAIN-ROWS: 40 cases with ids of a register and 40 with counters, and what was trained on
write() {
	{
		echo '{"test": ['
		for i in $(seq 40); do
			echo "{\"id\": \"5f3a-9c$i-e1\", \"q\": \"what does clause $i of the blue contract oblige the tenant to do\", \"a\": \"$i\"},"
			echo "{\"id\": \"c$i\", \"q\": \"which valve closes pipe $i in the northern hall at night\", \"a\": \"$i\"},"
		done
		echo '{"id": "last", "q": "who opens the gate of the yard on sundays", "a": "0"}],'
		echo "\"train\": [$1]}"
	} >"$project/all.json"
	run -C "$project" run
	run -C "$project" --json next
}
for i in $(seq 40); do
	echo "{\"id\":\"5f3a-9c$i-e1\",\"out\":\"$i\"}"
	echo "{\"id\":\"c$i\",\"out\":\"$i\"}"
done >"$project/outputs.jsonl"
echo '{"id":"last","out":"0"}' >>"$project/outputs.jsonl"
# the same counters with texts of their own are no leak
write '{"id": "c7", "q": "how tall is the tower", "a": "x"}, {"id": "c8", "q": "who painted the ceiling", "a": "y"}'
no_alarm leak
# a counter and most of the words; the key of a register whatever the words; a text word for word under another id
write '{"id": "c7", "q": "at night, which valve in the northern hall closes off pipe 7 for good", "a": "x"},
	{"id": "5f3a-9c9-e1", "q": "rewritten from the ground up", "a": "y"}, {"id": "z1", "q": "Who opens the gate of the yard on Sundays", "a": "z"}'
alarm leak
says '3 test cases stand in the examples or the training set (1 word for word, 1 under the same id with most of its words, 1 under the same id with other words)'
says '`who opens the gate of the yard on sundays` (all.json:'
says '"cases":["last","c7","5f3a-9c9-e1"]'

# ---- outputs that slipped by a line, of a few choices: numbers here; answers that alternate are no slip ----
project shift
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
  theirs: {api: recorded, file: slipped.jsonl, map: {id: id, output: out}}
cases: cases.jsonl
variants:
  ours: {lever: prompt, model: ours}
  theirs: {lever: model, parent: ours, model: theirs}
scorers: [exact: "{{ expected }}"]
YAML
choice() { echo $((($1 * $1 * 7 + $1 * 3 + $1 / 5) % 3)); }
for i in $(seq 120); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":$(choice "$i")}" >>"$project/cases.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"$(choice "$i")\"}" >>"$project/outputs.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"$(choice $((i + 2)))\"}" >>"$project/slipped.jsonl"
done
run -C "$project" run
run -C "$project" --json next
alarm index-shift
says 'failed answers of theirs are the expected answer of the case 2 places further'
project turns
cp "$folder/shift/lever.yaml" "$project"
for i in $(seq 120); do
	gold=yes other=no
	[ $((i % 2)) = 0 ] || { gold=no; other=yes; }
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"$gold\"}" >>"$project/cases.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"$gold\"}" >>"$project/outputs.jsonl"
	[ $((i % 5)) -gt 1 ] || gold=$other
	echo "{\"id\":\"c$i\",\"out\":\"$gold\"}" >>"$project/slipped.jsonl"
done
run -C "$project" run
run -C "$project" --json next
no_alarm index-shift
no_alarm unreachable-gold

# ---- the few cases that none of four arms reaches, whatever they answer ----
project unreached
{
	echo "models:"
	for arm in a b c d; do echo "  $arm: {api: recorded, file: $arm.jsonl, map: {id: id, output: out}}"; done
	echo "cases: cases.jsonl"
	echo "variants:"
	echo "  a: {lever: prompt, model: a}"
	for arm in b c d; do echo "  $arm: {lever: model, parent: a, model: $arm}"; done
	echo 'scorers: [exact: "{{ expected }}"]'
} >"$project/lever.yaml"
for i in $(seq 60); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"gold $i\"}" >>"$project/cases.jsonl"
	for arm in a b c d; do
		out="gold $i"
		[ $((i % 20)) != 7 ] || out="$arm says $i"
		[ "$arm" != a ] || [ $((i % 3)) != 0 ] || out="wrong $i"
		echo "{\"id\":\"c$i\",\"out\":\"$out\"}" >>"$project/$arm.jsonl"
	done
done
run -C "$project" run
run -C "$project" --json next
alarm unreachable-gold
says '3 cases that no arm gets right, though some arm gets all others'
says '"cases":["c7","c27","c47"]'

# ---- scorers against what people said of the same outputs: verdicts that rank the other way, labels on what passes ----
project verdicts
cat >"$project/lever.yaml" <<'YAML'
models:
  short: {api: recorded, file: short.jsonl, map: {id: id, output: out, verdict: told, labels: modes?}}
  whole: {api: recorded, file: whole.jsonl, map: {id: id, output: out, verdict: told}}
cases: cases.jsonl
variants:
  short: {lever: prompt, model: short}
  whole: {lever: rag, parent: short, model: whole}
scorers:
  - exact: "{{ expected }}"
  - {type: verdict, weight: 0}
YAML
for i in $(seq 60); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"gold $i\"}" >>"$project/cases.jsonl"
	if [ $((i % 2)) = 0 ]; then echo "{\"id\":\"c$i\",\"out\":\"gold $i\",\"told\":\"correct\"}"
	else echo "{\"id\":\"c$i\",\"out\":\"none\",\"told\":\"incorrect\"}"; fi >>"$project/short.jsonl"
	if [ $((i % 5)) = 0 ]; then echo "{\"id\":\"c$i\",\"out\":\"I do not know\",\"told\":\"refused\"}"
	else echo "{\"id\":\"c$i\",\"out\":\"It is gold $i.\",\"told\":\"correct\"}"; fi >>"$project/whole.jsonl"
done
run -C "$project" run
run -C "$project" --json next
alarm scorer-against-verdicts
says 'the scorers rank short above whole (50.0% and 0.0%), the verdicts that came with their outputs the other way (50.0% and 80.0%, 60 cases)'
no_alarm passes-against-people
sed -i '/"correct"/s/}$/,"modes":["F16"]}/' "$project/short.jsonl"
sed -i 's/exact:/contains:/' "$project/lever.yaml"
rm -f "$project"/lever.db*
run -C "$project" run
run -C "$project" --json next
no_alarm scorer-against-verdicts
alarm passes-against-people
says '30 of 30 outputs of short that people labelled as wrong pass'

# ---- training in plain text, in one split of a CSV file, and in forms in which nothing can be looked for ----
project forms
cp "$folder/leak/outputs.jsonl" "$project"
write() { # TRAINING [CASES]
	cat >"$project/lever.yaml" <<YAML
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
cases: $2
variants:
  ours: {lever: fine-tune, model: ours, training: $1}
scorers: [exact: "{{ expected }}"]
YAML
	run -C "$project" run
	run -C "$project" --json next
}
{
	echo "id,split,q,expected"
	for i in $(seq 40); do
		echo "c$i,test,which valve closes pipe $i in the northern hall at night,$i"
		echo "t$i,train,which door opens into room $i of the southern wing,$i"
	done
} >"$project/all.csv"
printf 'something else\nWhich valve closes pipe 9 in the northern hall at night\n' >"$project/train.txt"
head -c 3000 /bin/sh >"$project/train.parquet"
printf '\377\376i\0d\0' >"$project/wide.csv"
write train.txt '{file: all.csv, where: {split: test}}'
alarm leak
says '1 word for word'
says '(train.txt:2)'
no_alarm training-unread
write '{file: all.csv, where: {split: train}}' '{file: all.csv, where: {split: test}}'
no_alarm leak
no_alarm training-unread
write '{file: all.csv, where: {split: dev}}' '{file: all.csv, where: {split: test}}'
alarm training-unread
for file in train.parquet wide.csv; do
	write "$file" '{file: all.csv, where: {split: test}}'
	alarm training-unread
	says "$file cannot be read, or not to its end: no test case was looked for in what is missing"
	no_alarm leak
done

# ---- a variant that is below chance, where the base is not; calls that failed are no wrong choices ----
project chance
cp "$folder/shift/lever.yaml" "$project"
for i in $(seq 80); do
	gold=$(echo A B C D | cut -d' ' -f$((i % 4 + 1))) other=$(echo A B C D | cut -d' ' -f$(((i + 1 + i / 4 % 3) % 4 + 1)))
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"$gold\"}" >>"$project/cases.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"$([ $((i % 3)) = 0 ] && echo "$other" || echo "$gold")\"}" >>"$project/outputs.jsonl"
	echo "{\"id\":\"c$i\",\"out\":\"$([ $((i % 16)) = 0 ] && echo "$gold" || echo "$other")\"}" >>"$project/slipped.jsonl"
done
run -C "$project" run
run -C "$project" --json next
alarm below-chance
says 'theirs is right in 6.2%, which is below chance: 4 different answers are expected, so guessing gives 25.0%'
cp "$project/outputs.jsonl" "$project/whole.jsonl"
head -35 "$project/whole.jsonl" >"$project/slipped.jsonl"
rm "$project/lever.db"
run -C "$project" run
run -C "$project" --json next
no_alarm below-chance
done_checks
