#!/bin/sh
# GSM8K's four recorded systems, straight from the public file: nested keys, no ids, mapped and not converted.
. tests/cases/common
data=$repository/../shared/data/gsm8k/grade_school_math/data/example_model_solutions.jsonl
[ -e "$data" ] || { echo "the public data set gsm8k is not there"; exit 77; }
project=$folder/project
mkdir "$project"
write() { # SCORERS
	cat >"$project/lever.yaml" <<YAML
name: gsm8k
models:
$(for system in 6b_finetuning 6b_verification 175b_finetuning 175b_verification; do
	echo "  $system: {api: recorded, file: $data, map: {vars: {question: question}, output: $system.solution, verdict: $system.is_correct}}"
done)
cases: {file: $data, map: {vars: {question: question}, expected: ground_truth}}
variants:
  ft-6b: {lever: fine-tune, model: 6b_finetuning}
  verify-6b: {lever: stack, parent: ft-6b, model: 6b_verification}
  ft-175b: {lever: model, parent: ft-6b, model: 175b_finetuning}
  verify-175b: {lever: stack, parent: ft-175b, model: 175b_verification}
scorers:
  - $1
YAML
}
rate() { sql "$project/lever.db" "SELECT t.passed FROM tally t JOIN variant_version v ON v.id = t.variant_version_id WHERE v.name = '$1' AND t.run_id = (SELECT max(id) FROM run)"; }
write verdict
run -C "$project" run
expect 0 "recorded run"
same "$(rate ft-6b) $(rate verify-6b) $(rate ft-175b) $(rate verify-175b)" "286 515 458 742" "shipped verdicts"
has out "0 calls made"
run -C "$project" --json compare ft-175b verify-6b
expect 0 "compare"
p=$(sed -n 's/.*"p":\([0-9.e-]*\).*/\1/p' "$folder/out")
case $p in 0.0031* | 0.0032*) check ;; *) fail "p = $p, expected about 0.0032" ;; esac
has out '"wins":209'
has out '"losses":152'
has out 'McNemar'
cp "$project/lever.db" "$folder/verdicts.db"
write 'numeric: {value: "{{ expected }}"}'
run -C "$project" run
expect 0 "scored by our own numeric scorer"
same "$(rate ft-6b) $(rate verify-6b) $(rate ft-175b) $(rate verify-175b)" "286 515 458 742" "our own verdicts"
different=$(sql "$project/lever.db" "ATTACH '$folder/verdicts.db' AS old; SELECT count(*) FROM verdict n JOIN run r ON r.grading_id = n.grading_id AND r.id = (SELECT max(id) FROM run)
	JOIN old.verdict o ON o.attempt_id = n.attempt_id WHERE o.passed <> n.passed")
compared=$(sql "$project/lever.db" "ATTACH '$folder/verdicts.db' AS old; SELECT count(*) FROM verdict n JOIN run r ON r.grading_id = n.grading_id AND r.id = (SELECT max(id) FROM run)
	JOIN old.verdict o ON o.attempt_id = n.attempt_id")
same "$different of $compared" "0 of 5276" "verdicts that differ"
done_checks
