#!/bin/sh
# A pause that a server asks for is waited for and told; one too long to wait for ends the calls there, says until when, and the
# other addresses go on.
. tests/cases/common
write() { # MORE
	mkdir -p "$project"
	{
		echo "models: {base: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: mock${1:-}}}"
		echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{contains: fine}]"
		echo "cases: cases.jsonl"
	} >"$project/lever.yaml"
	for i in $(seq 1 30); do echo "{\"id\":\"c$i\",\"question\":\"number $i\"}"; done >"$project/cases.jsonl"
}
count() { sql "$project/lever.db" "SELECT count(*) FROM $1"; }
ended() { # RULE CALLS-AT-MOST
	project=$folder/project-$checks
	: >"$folder/requests.jsonl"
	printf '%s\n* : answer "fine"\n' "$1" >"$folder/script"
	server --script "$folder/script"
	write
	start=$(date +%s)
	run -C "$project" run -c 4
	expect 3 "$1"
	[ $(($(date +%s) - start)) -lt 30 ] || fail "$1: waited"
	has err "takes no calls until"
	has err "run again then"
	[ "$(requests)" -le "$2" ] || fail "$1: $(requests) requests after the end"
	check
	echo '* : answer "fine"' >"$folder/script"
	kill "$server_pid"
	wait "$server_pid" 2>/dev/null
	server --port "$port" --script "$folder/script"
	run -C "$project" run
	expect 0 "$1: the next run"
	same "$(count "attempt WHERE state = 'answered'")" 30 "$1: answers"
	kill "$server_pid"
}
ended 'nth 3 : status 429 header "Retry-After: 3600"' 6
ended 'nth 3 : answer "fine" header "x-ratelimit-remaining-requests: 0" header "x-ratelimit-reset-requests: 6h0m0s"' 6
ended 'nth 3 : status 503 header "Retry-After: 3600"' 6

# Another address goes on.
echo '* : status 429 header "Retry-After: 3600"' >"$folder/script"
server --script "$folder/script"
closed=$port closed_pid=$server_pid
echo '* : answer "fine"' >"$folder/script"
server --script "$folder/script"
project=$folder/two
write "}, other: {api: openai, base_url: \"http://127.0.0.1:$closed/v1\", model: mock"
sed -i 's/^variants: {/&other: {model: other, prompt: "{{ question }}"}, /' "$project/lever.yaml"
run -C "$project" run
kill "$closed_pid"
expect 3 "two addresses"
has err "127.0.0.1:$closed takes no calls until"
lacks err "127.0.0.1:$port takes"
same "$(count "attempt WHERE state = 'answered'")" 30 "answers of the other address"
kill "$server_pid"

# Who waits for the answer of one that rests is let go when the address closes.
printf '%s\n' 'has "same" : status 429 header "Retry-After: 60"' 'has "other" : delay 300 status 429 header "Retry-After: 3600"' >"$folder/script"
server --script "$folder/script"
project=$folder/followers
write
printf '{"id":"%s","question":"%s"}\n' a same b same c other >"$project/cases.jsonl"
run -C "$project" run -c 3 --json
expect 3 "followers"
has out '"type":"closed"'
same "$(count "attempt WHERE state = 'open' AND class = 'rate-limit'")" 3 "rows that say why"
same "$(count call)" 2 "calls"
kill "$server_pid"

# Short pauses: nothing is sent before they are over, whichever way they are asked for.
for rule in 'status 429 header "Retry-After: 1"' 'status 503 header "Retry-After: 1"' \
	'status 429 header "Retry-After: 1" header "x-ratelimit-remaining-requests: 0" header "x-ratelimit-reset-requests: 6h0m0s"' \
	'status 429 header "x-ratelimit-remaining-tokens: 0" header "x-ratelimit-reset-tokens: 1s" header "x-ratelimit-remaining-requests: 5" header "x-ratelimit-reset-requests: 40s"' \
	'answer "fine" header "x-ratelimit-remaining-requests: 0" header "x-ratelimit-reset-requests: 1s"'; do
	project=$folder/short-$checks
	printf 'nth 1 : %s\n* : answer "fine"\n' "$rule" >"$folder/script"
	server --script "$folder/script"
	write
	run -C "$project" run -c 1
	expect 0 "$rule"
	has out "1 pause that the server asked for"
	gap=$(sql "$project/lever.db" "SELECT (SELECT started_at FROM call ORDER BY id LIMIT 1 OFFSET 1) - started_at FROM call ORDER BY id LIMIT 1")
	[ "$gap" -ge 990000 ] && [ "$gap" -lt 20000000 ] || fail "$rule: the next call came after $gap microseconds"
	check
	kill "$server_pid"
done
done_checks
