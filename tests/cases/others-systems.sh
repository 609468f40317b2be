#!/bin/sh
# Outputs of other people's systems, judged correct, incorrect or refused in their own words, with an oracle arm: whose the failures are, and which
# lever is next, without a call.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  shared: {api: recorded, file: shared.jsonl, map: {id: id, output: answer, verdict: label}}
  gold: {api: recorded, file: gold.jsonl, map: {id: id, output: answer, verdict: label}}
cases: cases.jsonl
variants:
  shared: {lever: rag, model: shared}
  told: {probe: oracle-context, parent: shared, model: gold}
YAML
# 60 questions: the store answers every third, declines every second of the others; told, 5 of 6 are right and every sixth is declined
for i in $(seq 60); do
	if [ $((i % 3)) = 0 ]; then own="Correct Answer" told="Correct Answer"
	elif [ $((i % 2)) = 0 ]; then own=Refusal told="Correct Answer"
	else own="Incorrect Answer" told="Correct Answer"; fi
	[ $((i % 12)) != 2 ] || told=NOT_ATTEMPTED
	answer="it is $((i * 7))"
	[ "$own" != Refusal ] || answer=
	echo "{\"id\":\"f$i\",\"question\":\"revenue of firm $i\",\"expected\":\"$i million\"}" >>"$project/cases.jsonl"
	echo "{\"id\":\"f$i\",\"answer\":\"$answer\",\"label\":\"$own\"}" >>"$project/shared.jsonl"
	echo "{\"id\":\"f$i\",\"answer\":\"this says $i\",\"label\":\"$told\"}" >>"$project/gold.jsonl"
done
run -C "$project" run
expect 0 "run"
has out "33.3%"
run -C "$project" --json triage --limit 100
mode() { grep -c "\"mode\":\"$1\"" "$folder/out"; }
# a base that retrieves lacks no knowledge: what it retrieves does not do
same "$(mode F9)" 35 "right with the gold passage"
same "$(mode F14)" 5 "declined, and with the gold passage too"
same "$(mode F0)" 0 "a refusal without words is a refusal"
run -C "$project" --json next
expect 0 "advice"
grep '"type":"candidate"' "$folder/out" | grep '"lever":"retrieval"' >"$folder/retrieval"
grep -q '"recommended":true' "$folder/retrieval" || fail "retrieval is not recommended: $(cat "$folder/retrieval")"
check
grep -q '"bound":true' "$folder/retrieval" || fail "the oracle is a bound: $(cat "$folder/retrieval")"
check
case $(sed -n 's/.*"gain":\([0-9.]*\).*/\1/p' "$folder/retrieval") in 0.583*) check ;; *) fail "35 of 60 was expected: $(cat "$folder/retrieval")" ;; esac

# the same as a base that retrieves nothing: knowledge. What a lever is called is no new version, and counts as it is called now
sed -i 's/lever: rag/lever: prompt/' "$project/lever.yaml"
run -C "$project" run
run -C "$project" --json triage --limit 100
same "$(mode F6)" 35 "without retrieval it is knowledge"

# a word that is no verdict is told with those that are
sed -i '1s/Incorrect Answer/perhaps/' "$project/shared.jsonl"
run -C "$project" run
expect 2 "a verdict that is none"
has err 'shared.jsonl:1: `verdict`: "perhaps" is no verdict'
done_checks
