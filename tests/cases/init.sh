#!/bin/sh
# lever init makes a project that runs as it is against a server, and overwrites nothing; every command tells of itself.
. tests/cases/common
server
run init "$folder/new"
expect 0 "init"
has out "lever.yaml"
sed -i "s|http://127.0.0.1:8080/v1|http://127.0.0.1:$port/v1|" "$folder/new/lever.yaml"
run -C "$folder/new" run
expect 0 "the new project runs"
has out "12 attempts made"
same "$(sql "$folder/new/lever.db" 'SELECT count(DISTINCT attempt_id) FROM retrieved')" 3 "attempts that found passages"
# the workflow names flags that exist, and the gates that are commented out can be taken in
grep -q 'lever gate --summary "$GITHUB_STEP_SUMMARY" --junit gates.xml' "$folder/new/.github/workflows/lever.yml" || fail "no workflow"
sed 's/^# gates:.*/gates:/; s/^#   - {/  - {/' "$folder/new/lever.yaml" >"$folder/with-gates" && cp "$folder/with-gates" "$folder/new/lever.yaml"
run -C "$folder/new" gate --summary "$folder/summary.md" --junit "$folder/gates.xml"
[ "$status" = 1 ] || [ "$status" = 4 ] || fail "gates of the new project: status $status"
check
[ -s "$folder/summary.md" ] && [ -s "$folder/gates.xml" ] || fail "no summary, no JUnit"
check
run init "$folder/new"
expect 2 "init where something is"
has err "never overwrites"
run --help
expect 0 "help"
for command in $(sed -n 's/^  \([a-z]*\) .*/\1/p' "$folder/out"); do
	run "$command" --help
	expect 0 "$command --help"
	has out "Usage: lever $command"
done
run show
for registry in $(sed -n '2,$s/^\([a-z-]*\) .*/\1/p' "$folder/out"); do
	run show "$registry"
	expect 0 "show $registry"
	run show "$registry" --json
	expect 0 "show $registry as JSON"
	"$BUILD/tools/measure" true >/dev/null || fail "measure"
done
run --version
expect 0 "version"
# JSON Lines and nothing else on stdout
run -C "$folder/new" --json run
expect 0 "JSON"
while read -r line; do
	case $line in '{'*'}') ;; *) fail "no JSON: $line" ;; esac
done <"$folder/out"
check
LEVER_JSON=1 LEVER_DIRECTORY="$folder/new" "$LEVER" compare >"$folder/out" 2>"$folder/err"; status=$?
expect 0 "environment variables"
has out '"type":"variant"'
done_checks
