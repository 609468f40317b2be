#!/bin/sh
# A budget is never passed, whatever is in flight; what is left is asked by the next run; without a price or a limit it is refused.
. tests/cases/common
cat >"$folder/script" <<'S'
every 7 : status 500
* : delay 20 answer "fine"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
write() { # MODEL
	{
		echo "models: {base: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: mock, $1}}"
		echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{contains: fine}]"
		echo "cases: cases.jsonl"
	} >"$project/lever.yaml"
}
for i in $(seq 1 200); do echo "{\"id\":\"c$i\",\"question\":\"question number $i\"}"; done >"$project/cases.jsonl"
write 'params: {max_tokens: 20}'
run -C "$project" run --budget 0.01
expect 2 "no price"
has err "a budget needs prices"
write 'price: {input: 10, output: 20}'
run -C "$project" run --budget 0.01
expect 2 "no limit"
has err 'no `max_tokens`'
same "$(requests)" 0 "requests before a budget is possible"
write 'params: {max_tokens: 20}, price: {input: 10, output: 20}'
spent() { sql "$project/lever.db" "SELECT coalesce(sum(cost), 0) FROM call WHERE state = 'answered' AND source = 'network'"; }
before=0
for round in 1 2 3; do
	run -C "$project" run --budget 0.018 -c 32
	[ "$status" = 3 ] || [ "$status" = 0 ] || fail "status $status"
	now=$(spent)
	unasked=$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE class = 'cancelled'")
	[ "$unasked" = 0 ] || has out " attempts made, $unasked not asked or broken off, "
	[ $((now - before)) -le 18000000000 ] || fail "round $round spent $((now - before)) picodollars of 18000000000"
	[ $now -gt "$before" ] || fail "round $round spent nothing"
	[ "$status" = 0 ] || has err "the budget is used up"
	check
	before=$now
done
run -C "$project" run
[ "$status" = 0 ] || [ "$status" = 3 ] || fail "without a budget: status $status"
run -C "$project" run
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 200 "answers in the end"
same "$(sql "$project/lever.db" "SELECT count(*) FROM (SELECT input_id FROM call WHERE class = 'ok' GROUP BY input_id HAVING count(*) > 1)")" 0 "cases paid for twice"
kill "$server_pid"

# What is set aside for the calls in flight is waited for: a run stops when nothing is in flight and the next call still does not fit.
: >"$folder/requests.jsonl"
echo '* : delay 20 answer "fine"' >"$folder/script"
server --script "$folder/script"
project=$folder/waits
mkdir "$project"
for i in $(seq 1 40); do echo "{\"id\":\"c$i\",\"question\":\"number $i\"}"; done >"$project/cases.jsonl"
write 'params: {max_tokens: 1000}, price: {input: 1, output: 100}'
run -C "$project" run --budget 0.5 -c 8
expect 0 "room for four calls at their worst"
same "$(sql "$project/lever.db" "SELECT count(*) FROM attempt WHERE state = 'answered'")" 40 "answers within the budget"
project=$folder/small
mkdir "$project"
cp "$folder/waits/cases.jsonl" "$project"
write 'params: {max_tokens: 1000}, price: {input: 1, output: 100}'
run -C "$project" run --budget 0.09 -c 8
expect 3 "no room for one call"
same "$(sql "$project/lever.db" "SELECT count(*) FROM call")" 0 "calls without room"
has err "the budget is used up: spent \$0.00, and the next call can cost \$0.10;"
kill "$server_pid"

# An answer that got lost may have been paid for: it counts at its worst, and the words say so.
: >"$folder/requests.jsonl"
printf 'nth 1 : answer "fine"\nnth 2 : nousage\n* : reset\n' >"$folder/script"
server --script "$folder/script"
project=$folder/lost
mkdir "$project"
cp "$folder/waits/cases.jsonl" "$project"
write 'params: {max_tokens: 1000}, price: {input: 1, output: 100}, retries: 0'
run -C "$project" run --budget 0.45 -c 1
expect 3 "lost answers"
same "$(requests)" 5 "calls at their worst within the budget"
has out "and up to \$0.40 for 4 calls whose answer or cost is not known"
has err "and up to \$0.40 for 4 calls whose answer or cost is not known"
run -C "$project" run --budget 0.15 -c 1 --json
has out '"lost_calls":1'
kill "$server_pid"
wait "$server_pid" 2>/dev/null
server_pid=
run -C "$project" run --budget 0.35 -c 1
expect 3 "nobody there"
lacks out "not known"

# What a server refuses or fails at is free; behind a gateway that gave up somebody may have answered.
: >"$folder/requests.jsonl"
printf 'nth 1 : status 504\nnth 2 : status 500\nnth 3 : status 502\nnth 4 : status 503\nnth 5 : status 408\n* : answer "fine"\n' >"$folder/script"
server --script "$folder/script"
project=$folder/gateways
mkdir "$project"
cp "$folder/waits/cases.jsonl" "$project"
write 'params: {max_tokens: 1000}, price: {input: 1, output: 100}, retries: 0'
run -C "$project" run --budget 0.35 -c 1
expect 3 "gateways that gave up"
same "$(requests)" 5 "calls where three of five may have been paid for"
has out "and up to \$0.30 for 3 calls whose answer was lost"
kill "$server_pid"

# probes spend too: the budget holds for all their stages together, that of the project as well
printf '* : answer "wrong"\n' >"$folder/script"
server --script "$folder/script"
project=$folder/probes
mkdir "$project"
head -n 20 "$folder/waits/cases.jsonl" >"$project/cases.jsonl"
write 'params: {max_tokens: 20}'
run -C "$project" run
run -C "$project" probe --only placebo --budget 0.01
expect 2 "probes without a price"
has err "a budget needs prices"
write 'params: {max_tokens: 1000}, price: {input: 1, output: 100}'
sed -i 's/plain:/priced:/' "$project/lever.yaml"
run -C "$project" run
: >"$folder/requests.jsonl"
run -C "$project" probe --only placebo,cot --budget 0.35
expect 3 "the budget of probes"
has err "the budget is used up"
[ "$(requests)" -lt 40 ] || fail "$(requests) calls, the budget was for fewer"
check
echo "budget: 0.11" >>"$project/lever.yaml"
: >"$folder/requests.jsonl"
run -C "$project" probe --only placebo,cot
expect 3 "the budget of the project"
[ "$(requests)" -lt 40 ] || fail "$(requests) calls, the project's budget was for fewer"
check
done_checks
