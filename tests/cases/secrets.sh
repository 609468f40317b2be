#!/bin/sh
# The key is planted wherever a server can echo it, and stands nowhere afterwards: not in the database, its log of writes, the cassette, reports, what is printed, the
# command line; children do not get it; a crash leaves no core file where a control program beside it leaves one.
. tests/cases/common
KEY=sk-planted-0987654321fedcba
LEVER_TEST_KEY=$KEY
export LEVER_TEST_KEY
cat >"$folder/script" <<S
has "message" : status 400 raw "{\"error\":{\"message\":\"bad key $KEY given\",\"type\":\"$KEY\",\"code\":\"$KEY\"}}"
has "page" : status 403 raw "<html><title>$KEY</title>$KEY</html>"
has "plain" : status 500 raw "Bearer $KEY"
has "header" : header "x-request-id: $KEY" header "x-other: $KEY" answer "fine"
has "moved" : redirect "http://127.0.0.1:9/$KEY"
has "member" : raw "{\"id\":\"$KEY\",\"model\":\"$KEY\",\"system_fingerprint\":\"$KEY\",\"choices\":[{\"message\":{\"content\":\"your key is $KEY\"},\"finish_reason\":\"$KEY\"}]}"
has "reason" : reasoning "$KEY" answer "$KEY"
has "refuse" : refusal "$KEY"
has "cut" : resetmid raw "{\"choices\":[{\"message\":{\"content\":\"$KEY $KEY\"}}]}"
has "half" : raw "{\"choices\":[{\"message\":{\"content\":\"$KEY"
has "slow" : drip 20 raw "{\"choices\":[{\"message\":{\"content\":\"$KEY\"}}]}"
has "wait" : stall
* : answer "fine"
S
server --script "$folder/script"
project=$folder/project
mkdir "$project"
{
	echo "models: {base: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: mock, key: LEVER_TEST_KEY, retries: 0, timeout: 3s, headers: {X-Mine: {secret: LEVER_TEST_KEY}}}}"
	echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
	echo "scorers: [{contains: fine}]"
	echo "cases:"
	for name in message page plain header moved member reason refuse cut half slow; do echo "  - {id: $name, question: $name}"; done
} >"$project/lever.yaml"
clean() { # WHAT, PATH…
	what=$1
	shift
	if grep -rlaF "$KEY" "$@" >"$folder/found" 2>/dev/null; then fail "the key stands in $what: $(tr '\n' ' ' <"$folder/found")"; fi
	check
}
run -C "$project" run --record "$project/tape.jsonl" -c 4
expect 3 "faults"
mkdir "$folder/said"
mv "$folder/out" "$folder/err" "$folder/said/"
for report in report.md report.json report.csv report.junit.xml; do
	run -C "$project" report "$project/$report"
	expect 0 "$report"
done
for id in message page plain header moved member reason refuse cut half slow; do
	"$LEVER" -C "$project" show "$id" plain >>"$folder/said/show" 2>&1
	"$LEVER" -C "$project" show --curl "$id" plain >>"$folder/said/curl" 2>&1
done
grep -q 'LEVER_TEST_KEY' "$folder/said/curl" || fail "show --curl does not name the variable"
clean "the project folder (database, cassette, reports)" "$project"
clean "what was printed" "$folder/said"
[ "$(grep -c . "$project/tape.jsonl")" -ge 1 ] || fail "the cassette is empty: nothing was tried"

# while it runs: command line, environment of children, memory
cat >"$project/child.sh" <<'S'
#!/bin/sh
read -r line
env >"$0.environment"
echo '{"output":"fine"}'
sleep 1
S
chmod +x "$project/child.sh"
sed -i "s|^models: {|models: {child: {api: command, command: [./child.sh]}, |; s|^variants: {|variants: {child: {model: child, prompt: 'say it'}, |" "$project/lever.yaml"

echo "  - {id: wait, question: wait}" >>"$project/lever.yaml"
cd "$folder" || exit 1
(ulimit -c unlimited 2>/dev/null; exec "$LEVER" -C "$project" run) >"$folder/out" 2>"$folder/err" </dev/null &
lever=$!
for _ in $(seq 100); do grep -q '"content":"wait"' "$folder/requests.jsonl" && break; sleep 0.05; done
kill -0 "$lever" 2>/dev/null || fail "the run ended before it was looked at"
clean "/proc/PID/cmdline" "/proc/$lever/cmdline"
for _ in $(seq 100); do [ -s "$project/child.sh.environment" ] && break; sleep 0.05; done
[ -s "$project/child.sh.environment" ] || fail "no child ran"
clean "the environment of children" "$project/child.sh.environment"
core=$(cat /proc/sys/kernel/core_pattern)
case $core in
*'|'* | /*) echo "core files go to $core" ;;
*)
	(ulimit -c unlimited 2>/dev/null; exec sleep 60) &
	control=$!
	sleep 0.1
	kill -SEGV "$control"
	wait "$control" 2>/dev/null
	left=$(find "$folder" -name 'core*' | wc -l)
	rm -f "$folder"/core* ;; # the next one may have the same name
esac
if ! "$LEVER" --version 2>/dev/null | grep -q nothing && ! strings "$LEVER" 2>/dev/null | grep -q __asan_init && [ -e "/proc/$lever/limits" ]; then
	grep -q 'Max core file size *0 ' "/proc/$lever/limits" || fail "core files are not off: $(grep core "/proc/$lever/limits")"
	check
fi
kill -SEGV "$lever" || fail "the run ended before its crash"
wait "$lever" 2>/dev/null
if [ "${left:-0}" -gt 0 ]; then
	same "$(find "$folder" -name 'core*' | wc -l)" 0 "core files after the crash of lever"
else
	echo "no core file after the control's crash: only the limit is looked at"
fi
clean "the project folder after a crash" "$project"
done_checks
