#!/bin/sh
# Results as others publish them: one file for several systems, words and grades of their own, cells between semicolons. No conversion.
. tests/cases/common
project=$folder/project
mkdir "$project"
write() { # MODELS CASES
	cat >"$project/lever.yaml" <<Y
models:
$1
cases: $2
variants:
  base: {model: base}
  rag: {lever: rag, parent: base, model: rag}
  told: {probe: oracle-context, parent: base, model: told}
Y
	rm -f "$project"/lever.db*
}
# 40 questions, three systems, each asked only some of them; the base is right in every fourth, rag in every second, told in all
long() { # SEPARATOR
	echo "system$1qid$1question$1answer$1grade"
	for i in $(seq 40); do
		own=hallucination rag=missing
		[ $((i % 4)) != 0 ] || own=accurate
		[ $((i % 2)) != 0 ] || rag=accurate
		echo "base$1$i$1who wrote book $i$1a$i$1$own"
		[ "$i" -gt 30 ] || echo "rag$1$i$1who wrote book $i$1b$i$1$rag"
		echo "told$1$i$1who wrote book $i$1c$i$1accurate"
	done
	echo "rag$1extra$1who wrote it$1b$1accurate"
}
models='  base: {api: recorded, file: results.csv, where: {system: base}, map: {id: qid, output: answer, verdict: grade}}
  rag: {extends: base, where: {system: rag}}
  told: {extends: base, where: {system: [told, nobody]}}'
long , >"$project/results.csv"
write "$models" '{file: results.csv, where: {system: base}, map: {id: qid, vars: [question]}}'
run -C "$project" run
expect 3 "rag has no output for ten"
has err "1 of 31 outputs of rag in results.csv answer no case (the first is \`extra\`): are the ids those of the cases?"
rate() { sql "$project/lever.db" "SELECT t.passed || ' ' || t.failed || ' ' || t.errors FROM tally t JOIN variant_version v ON v.id = t.variant_version_id WHERE v.name = '$1'"; }
same "$(rate base) / $(rate rag) / $(rate told)" "10 30 0 / 15 15 10 / 40 0 0" "what each system got right"
run -C "$project" --json next
has out '1 of 31 outputs of rag in results.csv answer no case of the test set (the first is `extra`)'
# all questions that any system was asked, each once
write "$models" '{file: results.csv, once: true, map: {id: qid, vars: [question]}}'
run -C "$project" run
same "$(sql "$project/lever.db" "SELECT count(*) FROM test_case")" 41 "cases once"
write "$models" '{file: results.csv, map: {id: qid, vars: [question]}}'
run -C "$project" run
expect 2 "the same id many times"
has err 'case id `1` was used before'
long ';' >"$project/results.csv"
write "$(echo "$models" | sed 's/file: results.csv/&, delimiter: ";"/')" '{file: results.csv, delimiter: ";", once: true, map: {id: qid, vars: [question]}}'
run -C "$project" run
same "$(rate base) / $(rate rag) / $(rate told)" "10 30 1 / 16 15 10 / 40 0 1" "between semicolons"
# what is asked for is not there
long , >"$project/results.csv"
write "$(echo "$models" | sed 's/system: rag/system: rga/')" '{file: results.csv, once: true, map: {id: qid, vars: [question]}}'
run -C "$project" run
expect 2 "a system that is not there"
has err 'results.csv: no row has system: rga: `system` is `base`, `rag`, `told`'
write "$(echo "$models" | sed 's/system: rag/sytem: rag/')" '{file: results.csv, once: true, map: {id: qid, vars: [question]}}'
run -C "$project" run
has err 'no row has `sytem`, which `where` names'
write "$(echo "$models" | sed 's/{system: rag}/rag/')" '{file: results.csv, once: true, map: {id: qid, vars: [question]}}'
run -C "$project" run
has err 'lever.yaml:3:31: model rag: `where` says which rows are meant, as {system: rag}; this is'

# grades from 1 to 5, letters
for i in $(seq 20); do echo "{\"id\":\"q$i\",\"q\":\"question $i\",\"out\":\"a\",\"grade\":$((i % 5 + 1)),\"letter\":\"$([ $((i % 2)) = 0 ] && echo C || echo I)\"}"; done >"$project/graded.jsonl"
graded() { # VERDICT VERDICTS
	cat >"$project/lever.yaml" <<Y
models:
  base: {api: recorded, file: graded.jsonl, map: {output: out, verdict: $1}$2}
cases: {file: graded.jsonl, map: {vars: [q]}}
variants:
  base: {model: base}
Y
	rm -f "$project"/lever.db*
	run -C "$project" run
}
graded grade ""
expect 2 "grades are no verdicts"
has err 'graded.jsonl:1: `verdict`: 2 is no verdict'
has err '`verdicts:` of the model says what others mean'
graded grade ", verdicts: {1: fail, 2: fail, 3: refused, 4: pass, 5: pass}"
expect 0 "grades explained"
same "$(rate base)" "8 12 0" "4 and 5 pass"
graded grade ", verdicts: {4: pass, 5: pass}"
expect 2 "a grade without a meaning"
has err 'none of those that `verdicts` explains (4, 5)'
graded letter ", verdicts: {c: pass, i: 0.2}"
same "$(rate base)" "10 10 0" "letters"
graded letter ", verdicts: {c: good}"
has err 'lever.yaml:2:96: model base: `c` means pass, fail, refused or a number from 0 to 1'
# an output that nobody judged is not a wrong one
sed -i '3s/"letter":"."/"letter":null/' "$project/graded.jsonl"
graded letter ", verdicts: {c: pass, i: fail}"
expect 2 "not judged"
has err 'graded.jsonl:3: `verdict`: the output has none, so nobody judged it (write `letter?` where'
graded 'letter?' ", verdicts: {c: pass, i: fail}"
expect 0 "said so"
done_checks
