#!/bin/sh
# Failure modes that people, judges, rules and other people's files put on failures: whose wins, what is kept, how it is shown and taken back.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out?, labels: modes?, finish: finish?, error: error?}}
cases: cases.jsonl
variants:
  ours: {lever: prompt, model: ours}
modes:
  STALE: {name: an old price, levers: ask the shop}
scorers: [exact: "{{ expected }}"]
YAML
for i in $(seq 30); do
	echo "{\"id\":\"c$i\",\"q\":\"question $i\",\"expected\":\"Bern\"}" >>"$project/cases.jsonl"
	case $i in
	1) echo '{"id":"c1","out":"**Bern**","modes":["F16"]}' ;;
	2) echo '{"id":"c2","out":"Basel","modes":["STALE"]}' ;;
	3) echo '{"id":"c3","error":"timeout after 30 s"}' ;;
	4) echo '{"id":"c4","out":"Bern is the","finish":"length"}' ;;
	*) echo "{\"id\":\"c$i\",\"out\":\"town $i\"}" ;;
	esac
done >"$project/outputs.jsonl"
run -C "$project" run
expect 3 "one output is an error"
label() { run -C "$project" --json triage --limit 100; grep "\"case\":\"$1\"" "$folder/out" >"$folder/label"; }
says() { grep -qF -e "$1" "$folder/label" || fail "$(cat "$folder/label") lacks $1"; check; }
# what came with the outputs stays, whatever rules find later
label c1
says '"mode":"F16","source":"import"'
run -C "$project" next
label c1
says '"mode":"F16","source":"import"'
# no answer is infrastructure, and so is one that was cut off, each with what it rests on
label c3
says '"mode":"F0","source":"rule"'
says '"evidence":"no answer came'
label c4
says '"evidence":"the answer ended at the token limit"'
# a person's label of a failure without an answer is kept and shown, and can be taken back
run -C "$project" triage --case c3 --label F20 --rater ann --note "the shop's server"
expect 0 "label"
label c3
says '"mode":"F20","source":"person","author":"ann","evidence":"the shop'
run -C "$project" triage --case c3 --undo --rater ann
label c3
says '"mode":"F0"'
# the project's own codes have their names and remedies everywhere
run -C "$project" triage --limit 100
has out 'STALE  an old price'
run -C "$project" next
has out 'ask the shop'
# the history says who, when and why
run -C "$project" triage --case c5 --label F4 --note "too long" --rater ann
run -C "$project" show c5 ours
has out 'label: F4 put by person ann: too long (20'
run -C "$project" --json show c5 ours
has out '"labels":[{"mode":"F4","act":"put","source":"person","author":"ann","note":"too long","at":"20'

# judges: labels of a model, with its reasons; a person's wins, and kappa holds one against the other
for i in $(seq 5 30); do
	echo "{\"case\":\"c$i\",\"mode\":\"F$((5 + i * 7 % 4))\",\"source\":\"judge\",\"rater\":\"big-model\",\"evidence\":\"claim $i\"}" >>"$folder/judge.jsonl"
	echo "{\"case\":\"c$i\",\"mode\":\"F$((5 + i % 3))\",\"rater\":\"ann\"}" >>"$folder/ann.jsonl"
done
run -C "$project" triage --import "$folder/judge.jsonl"
expect 0 "a judge's labels"
label c9
says '"source":"judge","author":"big-model","evidence":"claim 9"'
run -C "$project" triage --import "$folder/ann.jsonl"
label c9
says '"mode":"F5","source":"person","author":"ann"'
run -C "$project" triage --agreement ann,big-model
has out '26 failures labelled by both'
run -C "$project" --json next
grep '"alarm":"labeller-near-chance"' "$folder/out" >"$folder/label" || fail "a judge at random raises no alarm"
says 'the judge big-model agrees with people on'
echo '{"case":"c9","mode":"F5","source":"judge"}' >"$folder/bad.jsonl"
run -C "$project" triage --import "$folder/bad.jsonl"
expect 2 "a judge without a name"
has err "a judge's label says in \`rater\` which judge it was"
echo '{"case":"c9","mode":"F5","source":"oracle"}' >"$folder/bad.jsonl"
run -C "$project" triage --import "$folder/bad.jsonl"
expect 2 "a source that is none"
has err '`source` is person or judge, not `oracle`'

# what scorers of which kind failed: a constraint beside a right answer, its length alone, the tools that were called, the answer itself
project=$folder/scored
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  ours: {api: recorded, file: outputs.jsonl, map: {id: id, output: out}}
cases: cases.jsonl
variants:
  ours: {lever: prompt, model: ours}
scorers:
  - contains: "{{ expected }}"
  - {type: length, max: 3}
  - {type: regex, value: "^[^!]*$"}
  - not-contains: sorry
YAML
row() {
	echo "{\"id\":\"$1\",\"q\":\"capital of $1\",\"expected\":\"Paris\"}" >>"$project/cases.jsonl"
	echo "{\"id\":\"$1\",\"out\":\"$2\"}" >>"$project/outputs.jsonl"
}
row right 'Paris'
row long 'It is the city called Paris, as everybody knows'
row loud 'Paris!'
row both 'It is the city called Paris, as everybody knows!'
row sorry 'sorry, Paris'
row wrong 'Rome'
row wrong-long 'Rome is what everybody knows, it says here'
run -C "$project" run
expect 0 "run"
label long
says '"mode":"F4","source":"rule","author":"length"'
for id in loud both sorry; do
	label $id
	says '"mode":"F3","source":"rule","author":"constraint"'
done
for id in wrong wrong-long; do
	label $id
	! grep -q '"mode"' "$folder/label" || fail "a wrong answer is no broken constraint: $(cat "$folder/label")"
	check
done
# the right sum with a wrong result is a calculation
sed -i '/"id":"wrong"/s/Rome/3 + 4 = 8/' "$project/outputs.jsonl"
sed -i '/"id":"wrong"/s/Paris/7/' "$project/cases.jsonl"
run -C "$project" run
label wrong
says '"mode":"F17","source":"rule","author":"calculation"'
# labels of cases that pass by now, or that are gone, are named and left out; the others are taken; a line that is no label takes all back
printf '%s\n' '{"case":"long","mode":"F13","rater":"eve"}' '{"case":"right","mode":"F3","rater":"eve"}' \
	'{"case":"gone","mode":"F3","rater":"eve"}' '{"case":"loud","mode":"F14","rater":"eve"}' >"$folder/some.jsonl"
run -C "$project" triage --import "$folder/some.jsonl"
expect 3 "some of the labels"
has err 'lever: 2 labels'
has err 'as these cases pass by now: right'
has err 'as the run has no such cases: gone'
run -C "$project" --json triage --import "$folder/some.jsonl"
has out '{"type":"import","labels":2,"passing":["right"],"absent":["gone"]}'
run -C "$project" --json triage --rater eve --limit 1000
same "$(grep -c '"own":"F1[34]"' "$folder/out")" 2 "labels of eve"
run -C "$project" --json triage --limit 2
same "$(wc -l <"$folder/out")" 2 "records asked for"
run -C "$project" triage --export -
has out '"type":"failure"'
# the advice tells who labelled, how far they are and whether they agree
run -C "$project" triage --case loud --label F13 --rater joe
run -C "$project" next
has out '  eve: 2 of 6 failures labelled, 2 new codes in the last 2'
has out "  Cohen's kappa of eve and joe: 0.00 over 1 that both labelled"
run -C "$project" --json next
has out '{"type":"rater","rater":"joe","labelled":1,"recent":1,"recent_new":1,"saturated":false}'
has out '{"type":"agreement","raters":["eve","joe"],"both":1,"kappa":0.0,"observed":0.0}'
# two things at once are no command
for both in "--import x --export y" "--export y --agreement ann,eve" "--import x --case long" "--label F1 --import x --case long"; do
	run -C "$project" triage $both
	expect 2 "$both"
done
run -C "$project" triage --agreement eve,eve
expect 2 "one rater"
run -C "$project" triage --agreement eve,nobody
has out 'was labelled by both eve and nobody'
# a verdict against the very answer that is expected breaks no constraint
sed -i 's/map: {id: id, output: out}/map: {id: id, output: out, verdict: v?}/; /^scorers:/,$d' "$project/lever.yaml"
sed -i 's/"out":"Paris"/&,"v":"incorrect"/' "$project/outputs.jsonl"
sed -i '/"id":"right"/!d' "$project/outputs.jsonl" "$project/cases.jsonl"
run -C "$project" run
label right
! grep -q '"mode"' "$folder/label" || fail "a verdict is no constraint: $(cat "$folder/label")"
check
done_checks
