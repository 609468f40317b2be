#!/bin/sh
# Where the workbench opens: screens by name, runs that are there or not, a database without a run. Help texts fit 80 columns.
. tests/cases/common
project=$folder/project
run init "$project"
expect 0 "init"
printf ':save %s/screen\n' "$folder" >"$folder/script"
run -C "$project" index
expect 0 "a database without a run"
for name in triage modes advice cost; do
	run -C "$project" ui --screen $name --script "$folder/script"
	expect 0 "$name"
	grep -q 'nothing has been run yet' "$folder/screen" && ! grep -q 'reading' "$folder/screen" || fail "$name: $(cat "$folder/screen")"
	! grep -q "0 of 0" "$folder/screen" || fail "$name counts what is not there"
done
run -C "$project" ui --screen mode-cases --script "$folder/script"
expect 2 "a screen that needs another one"
has err 'Enter on the failure modes or on the advice opens it'
run -C "$project" ui --screen price --script "$folder/script"
expect 2 "no screen"
run -C "$project" ui --run 99 --script "$folder/script"
expect 2 "a run that is not there"
has err 'there is no run 99'
# a run on a small terminal: what lies beyond is told, long lines go on in the next
"$BUILD/tools/workbench_driver" make "$folder/three.db" 20 3 1
printf ':size 60x5\n:keys sy\n:save %s/screen\n:keys G\n:save %s/end\n:size 60x15\n:save %s/counts\n' "$folder" "$folder" "$folder" >"$folder/script"
LEVER_PRETEND=1 "$BUILD/tools/workbench_driver" open "$folder/three.db" runs "$folder/script" || fail "the driver"
grep -q 'variants 1-1 of 3' "$folder/screen" || fail "the first of three"
grep -q 'variants 3-3 of 3' "$folder/end" || fail "the last of three"
grep -q ' replayed 0' "$folder/counts" || fail "the counts"
check
run --help
[ "$(awk 'length > 79' "$folder/out" | wc -l)" = 0 ] || fail "--help is wider than 79 columns"
grep -o '^  [a-z]\{2,\} ' "$folder/out" >"$folder/commands"
while read -r command; do
	run "$command" --help
	expect 0 "$command --help"
	[ "$(awk 'length > 79' "$folder/out" | wc -l)" = 0 ] || fail "$command --help is wider than 79 columns"
done <"$folder/commands"
run run --help
has out 'not asked again: the same command resumes an interrupted run, retries attempts'
has out '                                     without a network'
done_checks
