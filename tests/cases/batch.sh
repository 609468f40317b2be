#!/bin/sh
# Batches: handed in, left, collected later at half the price; failures and expiry are rows; nothing is paid twice, whatever breaks.
. tests/cases/common
cat >"$folder/script" <<'S'
has "refused" : status 400
has "expires" : expire
has "missing" : drop
* : answer "fine"
S
cases() { for i in $(seq 1 12); do echo "{\"id\":\"c$i\",\"question\":\"number $i\"}"; done; }
write() { # API BASE MORE
	mkdir -p "$project"
	{
		echo "models: {base: {api: $1, base_url: \"http://127.0.0.1:$port$2\", model: mock, params: {max_tokens: 20}, price: {input: 10, output: 20}}}"
		echo "variants: {plain: {lever: prompt, model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{contains: fine}]"
		echo "cases: cases.jsonl"
	} >"$project/lever.yaml"
}
asked() { grep -c "\"method\":\"$1\",\"path\":\"$2\"" "$folder/requests.jsonl" 2>/dev/null || true; }
count() { sql "$project/lever.db" "SELECT count(*) FROM $1"; }

whole() { # API BASE BATCHES LIVE ASKED MISSING
	project=$folder/$1
	: >"$folder/requests.jsonl"
	write "$1" "$2"
	{ cases; for word in refused expires missing; do echo "{\"id\":\"$word\",\"question\":\"$word\"}"; done; } >"$project/cases.jsonl"
	run -C "$project" run --batch --dry-run
	expect 0 "$1: the estimate"
	has out "that of batches: half"
	[ ! -e "$project/lever.db" ] || fail "$1: a dry run made a database"
	check
	run -C "$project" run --batch
	expect 3 "$1: handed in"
	has out "15 put into batches at half the price"
	has out "handed in: 15 requests"
	has err "15 attempts wait in a batch"
	same "$(asked POST "$3")" 1 "$1: batches made"
	run -C "$project" run --batch
	expect 3 "$1: the server is at it"
	has out "in_progress, 0 of 15 done"
	same "$(asked POST "$3")" 1 "$1: nothing is handed in twice"
	same "$(count "attempt WHERE class = 'batched' AND state = 'open'")" 15 "$1: rows that wait"
	run -C "$project" run --dry-run
	has out "15 more wait in a batch"
	run -C "$project" run
	expect 3 "$1: collected"
	has out "12 answered, 3 failed"
	has out "at half the price"
	same "$(count "attempt WHERE state = 'answered'")" 12 "$1: answers"
	same "$(count "attempt WHERE class = 'request'")" 1 "$1: refused"
	same "$(count "attempt WHERE class = 'expired' OR (class = 'missing' AND message LIKE 'the batch is over%')")" 2 "$1: expired, and missing"
	same "$(count "attempt WHERE class = 'missing'")" "$6" "$1: missing where the whole batch did not expire"
	same "$(count "call WHERE source = 'batch' AND state = 'started'")" 0 "$1: nothing waits"
	same "$(sql "$project/lever.db" "SELECT sum(c.cost) = sum(5 * c.input_tokens + 10 * c.output_tokens) * 1000000 FROM call c WHERE source = 'batch' AND state = 'answered'")" \
		1 "$1: half the price"
	same "$(asked POST "$4")" 0 "$1: calls made at once"
	run -C "$project" run
	same "$(asked POST "$4")" "$5" "$1: the next run asks what the batch could not answer"
	run -C "$project" show 1
	expect 0 "$1: an attempt"
}
server --script "$folder/script"
whole openai /v1 /v1/batches /v1/chat/completions 3 0
grep -q '"method":"POST","path":"/v1/files"' "$folder/requests.jsonl" || fail "no file went up"
grep -q 'stream' "$folder/requests.jsonl" && grep '"path":"/v1/files"' "$folder/requests.jsonl" | grep -q 'stream' && fail "a batch asks for a stream"
check
whole anthropic "" /v1/messages/batches /v1/messages 3 1
grep '"path":"/v1/messages/batches"' "$folder/requests.jsonl" | head -n 1 | grep -q '"anthropic-version":"2023-06-01"' || fail "no version of the API"
check

project=$folder/responses
write responses /v1
cases >"$project/cases.jsonl"
run -C "$project" run --batch
expect 3 "responses: handed in"
grep '"path":"/v1/files"' "$folder/requests.jsonl" | tail -n 1 | grep -q 'POST.*/v1/responses.*mock.*input' || fail "not the endpoint of responses"
check

# Files on the server are deleted once everything in them is stored: at once the one that went up, those of the results where they told
# of every request. What the server says to that changes nothing.
deleted() { grep -o '"method":"DELETE","path":"[^"]*"' "$folder/requests.jsonl" | sed 's/.*path":"//; s/"$//' | sort | tr '\n' ' '; }
kill "$server_pid"
for end in clean missing refusing; do
	: >"$folder/requests.jsonl"
	{
		case $end in
		missing) echo 'has "number 7" : drop' ;;
		refusing) for name in file-1 out-1 err-1; do echo "path \"/v1/files/$name\" : status 500"; done ;;
		esac
		echo '* : answer "fine"'
	} >"$folder/script2"
	server --script "$folder/script2" --batch-polls 0
	project=$folder/files-$end
	write openai /v1
	cases >"$project/cases.jsonl"
	run -C "$project" run --batch
	same "$(deleted)" "" "$end: nothing is deleted while the batch is at work"
	run -C "$project" run
	case $end in
	missing)
		expect 3 "a line is missing"
		has out "11 answered, 1 failed"
		same "$(count "attempt WHERE class = 'missing'")" 1 "missing of a completed batch"
		same "$(deleted)" "/v1/files/file-1 " "$end: deleted" ;;
	*)
		expect 0 "$end"
		same "$(deleted)" "/v1/files/err-1 /v1/files/file-1 /v1/files/out-1 " "$end: deleted, each asked once" ;;
	esac
	tail -n 1 "$folder/requests.jsonl" | grep -q DELETE || fail "$end: deleted before the end"
	check
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
done
server --script "$folder/script"

# The answer to the creating request is lost: the batch is found again, and made once.
for api in openai anthropic; do
	kill "$server_pid"
	[ $api = openai ] && base=/v1 path=/v1/batches || { base= path=/v1/messages/batches; }
	echo "path \"$path\" times 1 : reset" | cat - "$folder/script" >"$folder/script2"
	: >"$folder/requests.jsonl"
	server --script "$folder/script2" --batch-polls 0
	project=$folder/lost-$api
	write $api "$base"
	cases >"$project/cases.jsonl"
	run -C "$project" run --batch
	expect 3 "$api: the answer was lost"
	has out "could not be handed in"
	run -C "$project" run
	expect 3 "$api: looked for"
	has out "found again on the server"
	same "$(asked POST "$path")" 1 "$api: batches made"
	run -C "$project" run
	expect 0 "$api: collected"
	has out "12 answered, 0 failed"
	same "$(count "call WHERE source = 'batch'")" 12 "$api: calls"
done

# The answers to uploads are lost: what arrived is found again by its name, one is used, the others are deleted, and no file of others is.
for losses in 1 4; do
	kill "$server_pid"
	echo "path \"/v1/files\" times $losses : reset" | cat - "$folder/script" >"$folder/script2"
	: >"$folder/requests.jsonl"
	server --script "$folder/script2" --batch-polls 0
	project=$folder/upload-$losses
	write openai /v1
	cases >"$project/cases.jsonl"
	run -C "$project" run --batch
	expect 3 "$losses uploads without an answer"
	if [ $losses = 1 ]; then
		same "$(asked POST /v1/files)" 2 "uploads"
		same "$(deleted)" "/v1/files/file-1 " "the file without an answer"
	else
		has out "could not be handed in"
		same "$(deleted)" "" "nothing is known of the uploads yet"
		run -C "$project" run --batch
		has out "handed in: 12 requests"
		same "$(asked POST /v1/files)" 4 "none goes up anew"
		same "$(deleted)" "/v1/files/file-1 /v1/files/file-2 /v1/files/file-3 " "the further ones"
	fi
	grep -q '"input_file_id[^,]*"file-other' "$folder/requests.jsonl" && fail "a file of others was used"
	run -C "$project" run
	expect 0 "collected after $losses losses"
	has out "12 answered, 0 failed"
done

# Killed between the two: the state on disk says that it may have been handed in, and the server knows nothing of it.
project=$folder/killed
kill "$server_pid"
echo 'path "/v1/files" times 1 : stall' | cat - "$folder/script" >"$folder/script2"
: >"$folder/requests.jsonl"
server --script "$folder/script2" --batch-polls 0
write openai /v1
cases >"$project/cases.jsonl"
"$LEVER" -C "$project" run --batch >/dev/null 2>&1 </dev/null &
lever_pid=$!
until [ "$(asked POST /v1/files)" = 1 ]; do sleep 0.02; done
kill -9 $lever_pid
wait $lever_pid 2>/dev/null
run -C "$project" run
has out "handed in: 12 requests"
same "$(asked POST /v1/batches)" 1 "batches made after the kill"
run -C "$project" run
expect 0 "collected after the kill"
same "$(count "attempt WHERE state = 'answered'")" 12 "answers after the kill"

# The server refuses the batch as a whole: every request of it is a failed row with its words.
project=$folder/failed
kill "$server_pid"
echo 'path "/v1/batches/batch_1" : raw "{\"id\":\"batch_1\",\"status\":\"failed\",\"errors\":{\"data\":[{\"message\":\"no such model\",\"line\":1}]}}"' |
	cat - "$folder/script" >"$folder/script2"
server --script "$folder/script2"
write openai /v1
cases >"$project/cases.jsonl"
run -C "$project" run --batch
run -C "$project" run
expect 3 "a failed batch"
has out "no such model"
same "$(count "attempt WHERE class = 'request' AND message LIKE '%no such model%'")" 12 "rows of a failed batch"

# Another's batch of the same size stands before ours in the list: it is looked at once, and ours is found behind it, not made again.
kill "$server_pid"
echo 'path "/v1/messages/batches" times 1 : reset' | cat - "$folder/script" >"$folder/script2"
: >"$folder/requests.jsonl"
server --script "$folder/script2" --batch-polls 0
project=$folder/mine
write anthropic ""
cases >"$project/cases.jsonl"
run -C "$project" run --batch
expect 3 "mine: the answer was lost"
has out "could not be handed in"
project=$folder/colleague
write anthropic ""
cases | sed 's/number/another/' >"$project/cases.jsonl"
run -C "$project" run --batch
expect 3 "a colleague's"
has out "handed in: 12 requests"
project=$folder/mine
run -C "$project" run
has out "found again on the server"
run -C "$project" run
has out "is none of ours"
run -C "$project" run
expect 0 "mine, in the end"
has out "12 answered, 0 failed"
same "$(asked POST /v1/messages/batches)" 2 "batches made by the two"
same "$(count "call WHERE source = 'network'")" 0 "calls made beside the batch"
run -C "$folder/colleague" run
has out "12 answered, 0 failed"

# Answers that are paid for are asked for again: results cut off in a line, a state without the file, results that are gone for a while.
refetched() { # NAME WORDS RULE…
	project=$folder/$1 words=$2
	kill "$server_pid"
	shift 2
	{ printf '%s\n' "$@"; cat "$folder/script"; } >"$folder/script2"
	: >"$folder/requests.jsonl"
	server --script "$folder/script2" --batch-polls 0
	write openai /v1
	cases >"$project/cases.jsonl"
	run -C "$project" run --batch
	run -C "$project" run
	expect 3 "$project: not to be had yet"
	has out "$words"
	has out "lever run --refresh VARIANT"
	same "$(count "call WHERE state = 'started'")" 12 "$project: calls that wait"
}
refetched cut "come cut off" 'path "/v1/files/out-1/content" times 3 : raw "{\"custom_id\":\"1\"}\n{\"custom"'
run -C "$project" run
expect 0 "cut off before, whole now"
has out "12 answered, 0 failed"
refetched untold "does not say where" \
	'path "/v1/batches/batch_1" times 1 : raw "{\"id\":\"batch_1\",\"status\":\"completed\",\"request_counts\":{\"total\":12,\"completed\":12}}"'
run -C "$project" run
expect 0 "untold before, told now"
refetched gone "cannot be fetched" 'path "/v1/files/out-1/content" : status 404'
sql "$project/lever.db" "UPDATE batch SET sent_at = sent_at - 49 * 3600000000"
run -C "$project" run
has out "0 answered, 12 failed"
run -C "$project" run
expect 0 "gone for good: asked anew"

# A batch that is refused as it is handed in does not wait.
kill "$server_pid"
echo 'path "/v1/batches" : status 400' | cat - "$folder/script" >"$folder/script2"
server --script "$folder/script2"
project=$folder/turned-away
write openai /v1
cases >"$project/cases.jsonl"
run -C "$project" run --batch
expect 3 "turned away"
has out "ended without answers"
has err "12 requests were not taken"
lacks err "wait in a batch"
same "$(count "attempt WHERE state = 'open' AND class = 'request'")" 12 "rows of what was turned away"
grep -q '"method":"DELETE","path":"/v1/files/file-1"' "$folder/requests.jsonl" || fail "the file of what was turned away stays"

# What waits in a batch outlives the run that asked for it, and its answer is used where the question comes back.
project=$folder/pruned
kill "$server_pid"
: >"$folder/requests.jsonl"
server --script "$folder/script"
write openai /v1
cases >"$project/cases.jsonl"
run -C "$project" run --batch
expect 3 "handed in before the prune"
sed -i 's/{{ question }}/again: {{ question }}/' "$project/lever.yaml"
run -C "$project" run --variant plain --limit 1
run -C "$project" prune --keep 1
expect 0 "prune while a batch waits"
same "$(count "call WHERE source = 'batch' AND state = 'started'")" 12 "calls that wait after the prune"
same "$(sql "$project/lever.db" 'PRAGMA foreign_key_check')" "" "references after the prune"
sed -i 's/again: //' "$project/lever.yaml"
before=$(asked POST /v1/chat/completions)
run -C "$project" run
expect 0 "collected after the prune"
has out "12 answered, 0 failed"
same "$(asked POST /v1/chat/completions)" "$before" "answers bought twice"

# All samples of a vote go into one batch; what waits is not put into another one.
: >"$folder/requests.jsonl"
project=$folder/vote
write openai /v1
cases >"$project/cases.jsonl"
sed -i 's/lever: prompt, /lever: vote, samples: 3, /' "$project/lever.yaml"
run -C "$project" run --batch
expect 3 "a vote"
has out "handed in: 36 requests"
run -C "$project" run --batch
expect 3 "a vote that waits"
same "$(asked POST /v1/batches) $(asked POST /v1/files)" "1 1" "batches of a vote"
for again in 1 2; do run -C "$project" run --batch; [ "$status" = 3 ] || break; done
expect 0 "a vote is collected"
same "$(asked POST /v1/batches) $(count "call WHERE source = 'batch'") $(count "attempt WHERE state = 'answered'")" "1 36 12" "batches, calls and answers of a vote"

# What cannot go through a batch is refused before anything is asked, and a budget counts half the worst.
: >"$folder/requests.jsonl"
project=$folder/refused
write ollama ""
cases >"$project/cases.jsonl"
run -C "$project" run --batch
expect 2 "an API without batches"
has err "cannot be asked in batches"
write openai /v1
for option in --no-cache "--refresh plain" "--record $folder/tape"; do
	run -C "$project" run --batch $option
	expect 2 "--batch $option"
	has err "--batch goes without"
done
same "$(asked POST /v1/files)" 0 "files that went up"
run -C "$project" run --batch --budget 0.005
expect 3 "a small budget"
queued=$(count "call WHERE source = 'batch'")
[ "$queued" -gt 0 ] && [ "$queued" -lt 12 ] || fail "$queued calls within the budget"
check
done_checks
