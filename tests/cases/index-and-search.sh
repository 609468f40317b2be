#!/bin/sh
# lever index and lever search on a small corpus: what they print, what they notice, hostile documents and questions.
set -u
checks=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "failed: $1"; [ -f "$folder/out" ] && cat "$folder/out" "$folder/err"; exit 1; }
check() { checks=$((checks + 1)); }
run() { "$LEVER" "$@" >"$folder/out" 2>"$folder/err"; }
has() { grep -q -- "$2" "$folder/$1" || fail "$1 lacks '$2' ($3)"; check; }
lacks() { ! grep -q -- "$2" "$folder/$1" || fail "$1 has '$2' ($3)"; check; }

project=$folder/project
mkdir -p "$project/docs" "$project/other"
cat >"$project/lever.yaml" <<'YAML'
name: search
models:
  base: {api: openai, base_url: http://127.0.0.1:9/v1, model: none}
cases:
  - {id: one, vars: {question: "How many days?"}, expected: five}
corpus:
  handbook: {path: docs/}
variants:
  plain: {lever: prompt, model: base, prompt: plain.md}
YAML
echo '{{ question }}' >"$project/plain.md"
printf '# Leave policy\nThirty days a year.\n\n## Carry over\nFive days until March.\n' >"$project/docs/leave.md"
printf '# Pay\nPaid \033[31mmonthly\033[0m.\n' >"$project/docs/pay.md"
printf 'caf\351\n' >"$project/docs/latin.md"

cd "$project" || exit 1
run search days carry || fail "search before index"
has err "indexed 2 documents, 3 passages" "search indexes what never was"
has out "leave.md#carry-over" "search finds"
[ "$(awk 'NR > 1 && /leave.md/ { print $3; exit }' "$folder/out")" = "leave.md#carry-over" ] || fail "best first"
check

run index || fail "index"
has out "handbook" "index names the corpus"
has err "latin.md: is no text" "index says what it left out"
run index --json || fail "index --json"
has out '"unchanged": *2' "nothing changed"
has out '"passages": *3' "passages counted"
has out '"skipped": *1' "skipped counted"

printf '## Remote work\nTwo days a week.\n' >>"$project/docs/pay.md"
touch -d '2100-01-01' "$project/docs/pay.md"
run search remote || fail "search after a change"
has err "changed since" "search says that files changed"
lacks out "remote-work" "search shows what is indexed"
touch "$project/docs/pay.md"
run index handbook --json || fail "index by name"
has out '"changed": *1' "the changed one is read again"
run search handbook remote --json -k 1 || fail "search --json"
has out '"id": *"pay.md#remote-work"' "the new passage is found"
[ "$(wc -l <"$folder/out")" = 1 ] || fail "one record with -k 1"
check

run search monthly || fail "search"
lacks out "$(printf '\033')" "escape sequences are shown, not sent"
for question in '"' 'AND OR NOT' 'NEAR(' '((' '*' "'; DROP TABLE passage" 'the of' '🎉' '^x' '-- -x' 'words : x'; do
	run search -- "$question" || fail "question $question"
	check
done
run search zebra || fail "a question without an answer is no error"
has err "no passage" "it says that nothing was found"

run index nonsense
[ $? = 2 ] || fail "unknown corpus: exit status"
check
run index handbok
has err "handbook" "near match"
run search -k 0 days
[ $? = 2 ] || fail "-k 0: exit status"
check
run search
[ $? = 2 ] || fail "no question: exit status"
check
echo "$checks checks"
