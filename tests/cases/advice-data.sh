#!/bin/sh
# The advice on public data: two human arms of PubMedQA as base and oracle probe, GSM8K's four systems, and test texts of CLINC150 that stand in
# its training set. Recorded outputs only: no call.
. tests/cases/common
data=$repository/../shared/data
[ -e "$data/pubmedqa/data/ori_pqal.json" ] || [ -e "$data/clinc150/data/data_full.json" ] || [ -e "$data/gsm8k" ] ||
	{ echo "the public data sets are not there"; exit 77; }

if [ -e "$data/pubmedqa/data/ori_pqal.json" ]; then
	# one annotator without the conclusion (781 of 1,000 right), one with it (916): the conclusion is the gold passage
	project=$folder/pubmedqa
	mkdir "$project"
	cat >"$project/lever.yaml" <<YAML
name: pubmedqa
models:
  without: {api: recorded, file: $data/pubmedqa/data/ori_pqal.json, map: {output: reasoning_required_pred}}
  with: {api: recorded, file: $data/pubmedqa/data/ori_pqal.json, map: {output: reasoning_free_pred}}
cases: {file: $data/pubmedqa/data/ori_pqal.json, map: {vars: {question: QUESTION}, expected: final_decision}}
variants:
  people: {lever: prompt, model: without}
  told: {probe: oracle-context, parent: people, model: with}
scorers:
  - exact: "{{ expected }}"
YAML
	run -C "$project" run
	expect 0 "pubmedqa runs"
	has out "78.1%"
	run -C "$project" --json next
	expect 0 "pubmedqa advice"
	grep '"type":"candidate"' "$folder/out" | grep '"lever":"rag"' >"$folder/rag"
	grep -q '"recommended":true' "$folder/rag" || fail "the oracle arm does not recommend rag: $(cat "$folder/rag")"
	grep -q '"bound":true' "$folder/rag" || fail "an oracle is a bound and has to be told as one"
	gain=$(sed -n 's/.*"gain":\([0-9.]*\).*/\1/p' "$folder/rag")
	case $gain in 0.135* | 0.134999*) check ;; *) fail "gain $gain, expected 0.135" ;; esac
fi

if [ -e "$data/gsm8k/grade_school_math/data/example_model_solutions.jsonl" ]; then
	project=$folder/gsm8k
	mkdir "$project"
	file=$data/gsm8k/grade_school_math/data/example_model_solutions.jsonl
	cat >"$project/lever.yaml" <<YAML
name: gsm8k
models:
$(for system in 6b_finetuning 6b_verification 175b_finetuning 175b_verification; do
		echo "  $system: {api: recorded, file: $file, map: {vars: {question: question}, output: $system.solution, verdict: $system.is_correct}}"
	done)
cases: {file: $file, map: {vars: {question: question}, expected: ground_truth}}
variants:
  ft-6b: {lever: fine-tune, model: 6b_finetuning}
  verify-6b: {lever: vote, parent: ft-6b, model: 6b_verification}
  ft-175b: {lever: model, parent: ft-6b, model: 175b_finetuning}
  verify-175b: {lever: stack, parent: ft-175b, model: 175b_verification}
scorers: [verdict]
YAML
	sed -i 's/lever: vote/lever: retrieval/' "$project/lever.yaml"
	run -C "$project" run
	expect 0 "gsm8k runs"
	run -C "$project" --json next
	expect 0 "gsm8k advice"
	# both levers together gain most; of one alone the verifier on the small model gains more than the thirtyfold model
	rank() { grep "\"rank\":$1" "$folder/out" | grep "\"lever\":\"$2\"" | grep -q "\"evidence\":\"$3\"" || fail "$3 does not come at place $1"; check; }
	rank 1 stack verify-175b
	rank 2 retrieval verify-6b
	rank 3 model ft-175b
	run -C "$project" next
	has out "parts      ft-175b +"
	check
fi

if [ -e "$data/clinc150/data/data_full.json" ]; then
	project=$folder/clinc
	mkdir "$project"
	cat >"$project/lever.yaml" <<YAML
name: clinc150
models:
  gold: {api: recorded, file: $data/clinc150/data/data_full.json, at: test, map: {vars: {text: "0"}, output: "1"}}
cases: {file: $data/clinc150/data/data_full.json, at: test, map: {vars: {text: "0"}, expected: "1"}}
examples:
  train: {file: $data/clinc150/data/data_full.json, at: train, map: {vars: {text: "0"}, expected: "1"}}
variants:
  gold: {lever: prompt, model: gold}
scorers:
  - exact: "{{ expected }}"
YAML
	run -C "$project" --json run
	expect 0 "clinc150 runs"
	run -C "$project" --json next
	same "$(sql "$project/lever.db" "SELECT count(*) FROM test_case")" 4500 "cases of the test split"
	alarm=$(grep '"alarm":"leak"' "$folder/out")
	case $alarm in *'(2 word for word, 109 with the same words or all but one)'*) check ;; *) fail "the leak alarm says: $alarm" ;; esac
	# those two are named first, by their texts and where they stand
	case $alarm in *'`where did you grow up` (train:'*) check ;; *) fail "the leak alarm names no text: $alarm" ;; esac
	leaked=$(echo "$alarm" | sed 's/.*"cases":\["\([^"]*\)","\([^"]*\)".*/\1 \2/')
	for id in $leaked; do
		text=$(sql "$project/lever.db" "SELECT vars ->> 'text' FROM case_input WHERE case_id = '$id'")
		[ "$(grep -cF "\"$text\"" "$data/clinc150/data/data_full.json")" -ge 2 ] || fail "$id ($text) does not stand twice in the data"
		check
	done
fi
done_checks
