#!/bin/sh
# Mistakes in lever.yaml and its files: each is told with file, line and column and what was expected, all in one pass, exit 2, nothing called.
. tests/cases/common
project=$folder/project
mkdir "$project"
echo '{"id":"a","q":"x","expected":"y"}' >"$project/cases.jsonl"
good='name: bad
models:
  base: {api: openai, base_url: "http://127.0.0.1:9/v1", model: m}
cases: cases.jsonl
variants:
  plain: {lever: prompt, model: base, prompt: "{{ q }}"}
scorers:
  - contains: y'
write() { printf '%s\n' "$1" >"$project/lever.yaml"; }
# bad TEXT MESSAGE…: status 2, each message on stderr
bad() {
	write "$1"; shift
	run -C "$project" run --dry-run
	expect 2 "$1"
	for message in "$@"; do has err "$message"; done
}
write "$good"
run -C "$project" run --dry-run
expect 0 "the good project"

bad "$(echo "$good" | sed 's/model: base, prompt/modell: base, prompt/')" 'lever.yaml:6:26: ' 'unknown key `modell`' 'did you mean `model`?'
bad "$(echo "$good" | sed 's/contains: y/containz: y/')" 'did you mean `contains`?'
bad "$(echo "$good" | sed 's/model: base, prompt/model: bse, prompt/')" 'there is no model `bse`, did you mean `base`?'
bad "$(echo "$good" | sed 's/model: base, //')" 'variant plain has no model'
bad "$(echo "$good" | sed 's/, prompt: .*/}/')" 'variant plain has no prompt'
bad "$(echo "$good" | sed 's/lever: prompt/lever: promt/')" 'there is no lever `promt`, did you mean `prompt`?'
bad "$(echo "$good" | sed 's/api: openai/api: opnai/')" 'there is no API `opnai`, did you mean `openai`?'
bad "$(echo "$good" | sed 's/cases.jsonl/missing.jsonl/')" 'there is no file missing.jsonl' ':4:'
bad "$(echo "$good" | sed 's/{{ q }}/prompts\/none.md/')" 'there is no file prompts/none.md'
bad "$good
name: twice" 'name' 'line 1'
bad "$good
  - exact: {extract: {regexx: x}}" 'regexx'
bad 'a: &a [x,x,x,x,x,x,x,x,x,x]
b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]
c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]
d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]
e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]
f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]
g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]' 'lever.yaml:'
bad 'name: x
 variants: [' 'lever.yaml:2'
bad "$(echo "$good" | sed 's/api: openai/extends: two/')
" 'there is no model `two`'
bad "$(echo "$good" | sed 's/^cases/  two: {extends: three, api: openai, model: m}\n  three: {extends: two, api: openai, model: m}\ncases/')" 'circle'
bad "$(echo "$good" | sed 's/model: base, prompt: .*/parent: other}\n  other: {lever: prompt, parent: plain}/')" 'goes round in a circle'
bad "$(echo "$good" | sed 's/model: m}/model: "{{env.LEVER_TEST_UNSET}}"}/')" 'LEVER_TEST_UNSET is not set'
bad "$(echo "$good" | sed 's|127.0.0.1:9|{{env.HOME}}|')" 'may not stand in a URL'
bad "$(echo "$good" | sed 's/{{ q }}/{{ question }}/')
x: 1" 'unknown key `x`'
# several mistakes in one pass
bad "$(echo "$good" | sed 's/model: base/modell: base/; s/contains: y/containz: y/; s/cases.jsonl/gone.jsonl/')" 'modell' 'containz' 'gone.jsonl'

# an undefined variable is found when the prompt is rendered: a row with its place, no call
write "$(echo "$good" | sed 's/{{ q }}/{{ question }}/')"
run -C "$project" run
expect 3 "undefined variable"
has err 'undefined variable `question`'
has out '0 calls made'

# cases: named with their line; --skip-bad runs the rest and records what was skipped
cases_bad() { # CONTENT MESSAGE…
	write "$good"
	printf "$1" >"$project/cases.jsonl"; shift
	run -C "$project" run --dry-run
	expect 2 "$1"
	for message in "$@"; do has err "$message"; done
}
cases_bad '{"id":"a","q":"x"}\n{"id":"a","q":"y"}\n' 'cases.jsonl:2: case id `a` was used before, in cases.jsonl line 1'
cases_bad '{"id":"a","q":"x"}\n{"id":"b","q":\n' 'cases.jsonl:2'
cases_bad '{"id":"a","q":"x"}\n{"id":"b","q":"\377"}\n' 'cases.jsonl:2' 'UTF-8'
cases_bad '' 'cases.jsonl'
cases_bad '{"id":1.5,"q":"x"}\n' 'cases.jsonl:1'
cases_bad '{"id":"a","q":"x","scorers":[{"containz":"x"}]}\n' 'cases.jsonl:1' 'containz'
printf '{"id":"a","q":"x","expected":"y"}\nnonsense\n{"id":"a","q":"z"}\n{"id":"c","q":"x"}\n' >"$project/cases.jsonl"
run -C "$project" run --dry-run --skip-bad
expect 0 "--skip-bad"
has out "2 attempts to make"
printf 'id,q,expected\na,x,y\nb,"two\nlines",y,extra\n' >"$project/cases.csv"
write "$(echo "$good" | sed 's/cases.jsonl/cases.csv/')"
run -C "$project" run --dry-run
expect 2 "ragged CSV"
has err 'cases.csv:3'

# usage
for words in 'run --limit x' 'run --no-such' 'report a b' 'compare one' 'nonsense' 'show scorers nope'; do
	write "$good"; echo '{"id":"a","q":"x","expected":"y"}' >"$project/cases.jsonl"
	run $words -C "$project"
	expect 2 "$words"
done
# a name alone tells of what is called so, without a database
rm -f "$project"/lever.db*
run -C "$project" show models
expect 0 "a section of lever.yaml"
has out 'models: a model: a named way to get text'
run -C "$project" show tools
has out 'tools: the model calls declared tools'
has out 'tools: a tool of a variant'
run -C "$folder" run
expect 2 "no project"
has err "there is no lever.yaml"
done_checks
