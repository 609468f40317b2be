#!/bin/sh
# The corpus search by keys: a case's own question, gold found, missed and absent, a typed question, a passage in full, several corpora, what is not indexed.
. tests/cases/common
echo '* : echo' >"$folder/script"
server --script "$folder/script"
project=$folder/project
mkdir -p "$project/docs" "$project/more"
cat >"$project/lever.yaml" <<YAML
models: {base: {api: openai, base_url: "http://127.0.0.1:$port/v1", model: mock}}
cases:
  - {id: one, input: "How long is the harbour open?", where: pier, gold: [harbour.md#hours, berths.md#fees, moon.md]}
  - {id: two, input: "zebra", where: zoo}
variants:
  plain: {model: base, prompt: "{{ input }}"}
YAML
cat >"$folder/rest" <<YAML
corpus: {docs: {path: docs/}, more: {path: more/}}
variants:
  plain: {model: base, prompt: "{{ input }}"}
  rag: {lever: rag, parent: plain, prompt: "{{ context }} {{ input }}", retrieve: {from: docs, k: 2, query: "harbour {{ where }}"}}
scorers: [{contains: open}]
YAML
sed '/^variants/,$d' "$project/lever.yaml" | cat - "$folder/rest" >"$folder/whole.yaml"
echo 'scorers: [{contains: open}]' >>"$project/lever.yaml"
cat >"$project/docs/harbour.md" <<'MD'
# Harbour

## Hours

The harbour is open from six to nine.

## Pier

The pier of the harbour is a pier of wood.
MD
printf '# Berths\n\n## Fees\n\nA berth costs ten.\n' >"$project/docs/berths.md"
awk 'BEGIN { print "# Long\n\nThe harbour"; for (i = 1; i <= 60; i++) printf "\nline %d of it\n", i }' >"$project/docs/long.md"
printf '# Red \033[31m\n\nharbour \033[2J\007 wiped\n' >"$project/docs/red.md"
printf '# Elsewhere\n\nThe harbour of elsewhere.\n' >"$project/more/elsewhere.md"
screen() { # KEYS NAME: what is shown after them
	printf ':size %s\n:keys %b\n:save %s\n' "${size:-80x24}" "$1" "$folder/$2" >"$folder/keys"
	run -C "$project" ui --script "$folder/keys"
	expect 0 "$1"
}
shows() { # NAME WORDS
	tr '\n' ' ' <"$folder/$1" | tr -s ' ' | grep -qF "$2" || fail "$1 lacks '$2': $(cat "$folder/$1")"
	check
}
lacks() {
	! grep -qF "$2" "$folder/$1" || fail "$1 has '$2': $(cat "$folder/$1")"
	check
}
run -C "$project" run
expect 0 "nothing is retrieved yet"
screen '<Enter>c' none
shows none 'There is no corpus here'
cp "$folder/whole.yaml" "$project/lever.yaml"
screen '<Enter>c' unindexed
shows unindexed 'docs was not indexed yet: `lever index docs` does it'
run -C "$project" run
expect 0 "run"
before=$(requests)
# what the variant asked for the case, whichever column is selected
screen '<Enter>c' case
shows case 'search of docs for case one'
shows case 'question harbour pier'
shows case 'rag takes the first 2 of 6'
shows case '1 of 3 gold found, first at'
shows case 'berths.md#fees (not found by this question), moon.md (not in the corpus)'
grep -q '^ *1 .* harbour.md#pier ' "$folder/case" || fail "the first: $(cat "$folder/case")"
grep -Eq '^ *[0-9]+ +[0-9.]+ (✓|\+) gold harbour.md#hours ' "$folder/case" || fail "gold is not marked: $(cat "$folder/case")"
if grep -q "$(printf '[\033\007]')" "$folder/case"; then fail "an escape reached the screen"; fi
check
# another question, gold still marked; the case's own again; Escape takes back one thing at a time
screen '<Enter>c/<^U>berth<Enter>' typed
shows typed 'question berth'
shows typed '1 of 3 gold found, first at 1'
screen '<Enter>c/<^U>berth<Enter>o' own
shows own 'question harbour pier'
screen '<Enter>c/<^U>nowhere<Enter>' nothing
shows nothing 'No passage has a word of this question.'
screen '<Enter>c<Enter><Esc>' beside
shows beside 'question harbour pier'
screen '<Enter>c<Enter><Esc><Esc>' unasked
shows unasked '/ asks a question of docs (4 documents, 6 passages).'
screen '<Enter>c<Enter><Esc><Esc><Esc>' left
shows left 'total'
# in full, with its end
screen 'c/line of it<Enter><Enter><^D><^D><^D><^D>' whole
shows whole 'line 46 of it'
lacks whole 'question'
screen 'c/line of it<Enter>\n:save /dev/null\n:keys J' scrolled
shows scrolled 'lines 2-'
lacks scrolled 'for case'
screen 'co' blocked
shows blocked 'own-question: it was not opened on a case'
# the other corpus
screen '<Enter>c<Tab>' other
shows other 'search of more'
shows other 'elsewhere.md#elsewhere'
shows other 'berths.md#fees (not in the corpus)'
screen '<Enter>c<Tab><Tab>' back
shows back 'harbour.md#pier'
# a case that found nothing has its question all the same; from the case itself
screen '<Enter>j<Enter>c' second
shows second 'question harbour zoo'
shows second 'the case names no gold passages'
for size in 40x10 20x5 300x100; do
	screen '<Enter>c' small
	shows small 'rank'
	shows small ' 1 '
done
size=80x24
# its file changed since
echo 'A new line.' >>"$project/docs/harbour.md" && touch -d '+1 day' "$project/docs/harbour.md"
screen '<Enter>c' changed
shows changed 'its files or settings changed since it was indexed'
same "$(requests)" "$before" "requests of the searches"
# a database without its project
printf ':size 80x24\n:keys c/berth<Enter>\n:save %s/alone\n' "$folder" >"$folder/keys"
run ui --database "$project/lever.db" --script "$folder/keys"
expect 0 "without the project"
shows alone 'berths.md#fees'
done_checks
