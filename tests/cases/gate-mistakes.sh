#!/bin/sh
# Mistakes in `gates:` are told with file, line and column by every command, before any call.
. tests/cases/common
project=$folder/project
mkdir "$project"
echo '{"id":"c1","output":"yes"}' >"$project/a.jsonl"
cat >"$project/lever.yaml" <<'Y'
models:
  a: {api: recorded, file: a.jsonl}
cases:
  - {id: c1, q: x, expected: "yes"}
variants:
  a: {model: a}
  rag: {lever: rag, parent: a, model: a}
modes: {stale: "an old price"}
scorers:
  - exact: "{{ expected }}"
gates:
  - {variant: a, mode: F99, mode_at_most: 0}
  - {variant: a, mode: f12, mode_at_most: 0}
  - {variant: a, mode: stale, mode_at_most: 80}
  - {variant: a, mode_at_most: 0}
  - {variant: a, at_least: 80}
  - {variant: rag, better_than: a, by: 5}
  - {variant: rag, better_than: a, by: -0.1}
  - {variant: rag, better_than: rag}
  - {variant: a, at_least: 0.8, by: 0.1}
  - {variant: a, at_least: 0.8, mode: F12}
  - {variant: ragg, at_least: 0.8}
  - {variant: a, better_then: rag}
  - {variant: a, at_least: 0.8, tag: [x]}
  - {at_least: much}
Y
run -C "$project" run
expect 2 "mistakes in gates"
for place in 12:24 13:24 14:45 15:5 16:28 17:40 18:40 19:33 20:37 21:39 22:15 23:18 24:38 25:5 25:16; do
	grep -qF "lever.yaml:$place: " "$folder/err" || fail "no mistake at $place"; check
done
same "$(grep -c . "$folder/err")" 15 "mistakes"
has err 'there is no failure mode (`lever show modes`) `f12`, did you mean `F12`?'
has err '`at_least` lies between 0 and 1, this is 80; 0.8 is 80 %'
has err '`mode_at_most` lies between 0 and 1'
has err 'which failure mode? `mode: F12` is missing'
has err '`by` lies between 0 and 1, this is 5'
has err '`better_than` compares rag with itself'
has err '`by` is the margin of better_than and not_worse_than'
has err '`mode` belongs to mode_at_most'
has err 'there is no variant `ragg`, did you mean `rag`?'
has err 'unknown key `better_then`, did you mean `better_than`?'
has err '`tag` is a word'
has err 'which variant?'
[ ! -e "$project/lever.db" ] || fail "a database was made"; check
run -C "$project" next
expect 2 "every command tells them"
done_checks
