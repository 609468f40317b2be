#!/bin/sh
# Which modes rules and probes find: what was cut off stays so, whatever others say of the same text; what was right once, what is incomplete, and
# a refusal that examples take away.
. tests/cases/common
project=$folder/project
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  base: {api: recorded, file: base.jsonl, map: {id: id, output: out, finish: finish?}}
  rag: {api: recorded, file: rag.jsonl, map: {id: id, output: out, finish: finish?}}
  shots: {api: recorded, file: shots.jsonl, map: {id: id, output: out, finish: finish?}}
  oracle: {api: recorded, file: oracle.jsonl, map: {id: id, output: out, finish: finish?}}
  again: {api: recorded, file: again.jsonl, map: {id: id, output: out, finish: finish?}}
cases: {file: cases.jsonl, map: {id: id, vars: q, expected: expected, metadata: meta?, scorers: scorers}}
variants:
  base: {lever: prompt, model: base}
  rag: {lever: rag, parent: base, model: rag}
  shots: {probe: few-shot-nearest, parent: base, model: shots}
  oracle: {probe: oracle-context, parent: base, model: oracle}
  again: {probe: placebo, parent: base, model: again}
YAML
# id, expected, scorer, metadata, then the outputs of base, rag, shots, oracle, again; _ is a space
while read -r id expected scorer meta base rag shots oracle again; do
	expected=$(echo "$expected" | tr _ ' ')
	echo "{\"id\":\"$id\",\"q\":\"question $id\",\"expected\":\"$expected\",\"meta\":$meta,\"scorers\":[$scorer]}" >>"$project/cases.jsonl"
	for arm in base rag shots oracle again; do
		eval "out=\$$arm"
		finish=stop
		[ "$out" = cut ] && finish=length
		echo "{\"id\":\"$id\",\"out\":\"$(echo "$out" | tr _ ' ')\",\"finish\":\"$finish\"}" >>"$project/$arm.jsonl"
	done
done <<'ROWS'
cut    44        {"exact":{}}                       {}                   cut       cut    cut    cut    cut
apart  44        {"exact":{}}                       {}                   cut       cut    cut    44     cut
once   44        {"exact":{}}                       {"formerly":"40"}    40        40     40     40.    40
once2  44        {"exact":{}}                       {"formerly":["40"]}  40        44     45     44     40
parts  x         {"contains":{"all":["aa","bb"]}}   {}                   just_aa   aa_r   aa_s   aa_o   just_aa
fed    x         {"contains":{"all":["aa","bb"]}}   {}                   just_aa   aa_bb  aa     aa_bb  aa
shy    44        {"exact":{}}                       {}                   I_cannot_help_with_that. I_cannot_help_with_that. 44 51 I_cannot_help_with_that.
ROWS
run -C "$project" run
expect 0 "recorded"
run -C "$project" next
mode() { run -C "$project" --json triage --variant "$1" --limit 100; grep "\"case\":\"$2\"" "$folder/out" | sed 's/.*"mode":"\([^"]*\)","source":"\([^"]*\)".*/\1 \2/'; }
same "$(mode base cut)" "F0 rule" "cut off in all arms"
same "$(mode base apart)" "F6 probe" "cut off, and right under a probe"
# what a probe showed of one variant's answer says nothing of another one's, though it reads the same
same "$(mode rag cut)" "F0 rule" "the same text of another variant"
same "$(mode rag apart)" "F0 rule" "the same text of another variant, whose cause is known"
same "$(mode base once)" "F1 probe" "wrong at the present date with the gold passage too"
same "$(mode base once2)" "F7 rule" "right at an earlier date"
same "$(mode base parts)" "F15 rule" "a part of what was asked"
same "$(mode base fed)" "F6 probe" "a part, and all of it with the gold passage"
same "$(mode base shy)" "F14 probe" "a refusal that examples take away"
run -C "$project" next --hide shotz --base base
expect 2 "a name that is none"
has err 'run 1 has no variant `shotz` to leave out, did you mean `shots`?'
run -C "$project" next --hide base,rag --base base
expect 2 "what the advice starts from"
has err 'the advice starts from `base`'
# outputs that somebody else scored with patience count instead of what lever finds in the texts
project=$folder/patient
mkdir "$project"
cat >"$project/lever.yaml" <<'YAML'
models:
  base: {api: recorded, file: base.jsonl}
  patient: {api: recorded, file: patient.jsonl, map: {id: id, output: output, verdict: verdict}}
cases: [{id: a, q: x, expected: "44"}, {id: b, q: z, expected: "44"}]
variants:
  base: {lever: prompt, model: base, scorers: [exact]}
  patient: {probe: lenient, parent: base, model: patient, scorers: [verdict]}
YAML
printf '{"id":"a","output":"four and forty"}\n{"id":"b","output":"**44**"}\n' >"$project/base.jsonl"
printf '{"id":"a","output":"four and forty","verdict":"correct"}\n{"id":"b","output":"**44**","verdict":"wrong"}\n' >"$project/patient.jsonl"
run -C "$project" run
run -C "$project" next
same "$(mode base a)" "F2 rule" "right with patience, as somebody else says"
run -C "$project" --json triage
has out '"case":"b","attempt":2,"state":"to do"}'
run show modes F15
has out "A person looks at a sample of them."
run show modes F7
has out "Nobody has to confirm it."
done_checks
