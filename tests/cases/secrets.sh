#!/bin/sh
# The key is planted wherever a server can echo it, and stands nowhere afterwards: not in the database, its log of writes, the cassette, reports, what is printed, the
# command line; children do not get it; a crash leaves no core file where a control program beside it leaves one.
. tests/cases/common
KEY=sk-planted-0987654321fedcba
LOUD=SK-PLANTED-0987654321FEDCBA
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
has "loud" : status 400 raw "{\"error\":{\"message\":\"bad key $LOUD given\"}}"
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
	for name in message page plain header moved member reason refuse loud cut half slow; do echo "  - {id: $name, question: $name}"; done
} >"$project/lever.yaml"
printf '%s\n' "$KEY" "$LOUD" >"$folder/patterns"
clean() { # WHAT, PATH…
	what=$1
	shift
	if grep -rlaF -f "$folder/patterns" "$@" >"$folder/found" 2>/dev/null; then
		fail "a key stands in $what: $(tr '\n' ' ' <"$folder/found") ($(grep -rhaoF -f "$folder/patterns" "$@" | sort -u | tr '\n' ' '))"
	fi
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
for id in message page plain header moved member reason refuse loud cut half slow; do
	"$LEVER" -C "$project" show "$id" plain >>"$folder/said/show" 2>&1
	"$LEVER" -C "$project" show --curl "$id" plain >>"$folder/said/curl" 2>&1
done
grep -q 'LEVER_TEST_KEY' "$folder/said/curl" || fail "show --curl does not name the variable"
clean "the project folder (database, cassette, reports)" "$project"
clean "what was printed" "$folder/said"
[ "$(grep -c . "$project/tape.jsonl")" -ge 1 ] || fail "the cassette is empty: nothing was tried"

# other shapes, other keys, pieces; nothing stored lets one be put together again
ODD='sk-Odd/abc+"q\x/9876543210' SHORT=kq7zw
export LEVER_TEST_ODD="$ODD" LEVER_TEST_SHORT=$SHORT
hex() { printf %s "$1" | od -An -tx1 | tr -d ' \n'; }
code() { printf %s "$1" | base64 -w0; }
ODD_JSON='sk-Odd/abc+\"q\\x/9876543210' ODD_SLASH='sk-Odd\/abc+\"q\\x\/9876543210' ODD_URL=sk-Odd%2Fabc%2B%22q%5Cx%2F9876543210
ESCAPED=$(printf '%s' "$KEY" | sed 's/^s/\\u0073/')
cat >>"$folder/patterns" <<S
$ODD
$ODD_JSON
$ODD_SLASH
$ODD_URL
$(echo "$ODD_URL" | sed 's/2F/2f/g; s/2B/2b/; s/5C/5c/')
$SHORT
$ESCAPED
k-planted-0987654321
00sk-pla
$(hex "$KEY")
$(hex "$KEY" | tr a-f A-F)
$(code "$KEY" | sed 's/=*$//; s/.$//')
$(code "$ODD" | sed 's/=*$//; s/.$//')
$(code "$ODD" | sed 's/=*$//; s/.$//' | tr '+/' '-_')
$(code "Bearer $KEY" | cut -c11-40)
"sk-plan
"ted-0987654
"321fedcba
S
content() { printf '{"choices":[{"message":{"content":"it is %s"},"finish_reason":"stop"}]}' "$1"; }
delta() { for piece; do printf 'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n' "$piece"; done; }
stop='data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: [DONE]

'
claude() {
	printf 'event: message_start\ndata: {"type":"message_start","message":{"id":"m","role":"assistant","content":[],"model":"m","usage":{"input_tokens":1,"output_tokens":1}}}\n\n'
	printf 'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
	for piece; do printf 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}\n\n' "$piece"; done
	printf 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n'
}
shapes="base64 bearer base64url hex digits url slash odd short escaped name twice parts id id64"
rule() { # CASE BODY [HEADER]
	printf 'is "%s" : %sraw "%s"\n' "$1" "${3:+header \"$3\" }" "$(printf '%s' "$2" | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{printf "%s\\n", $0}')"
}
{
	rule base64 "$(content "$(code "$KEY") $(code "$ODD")")"
	rule bearer "$(content "$(code "Bearer $KEY")")"
	rule base64url "$(content "$(code "$ODD" | tr '+/' '-_' | tr -d =)")"
	rule hex "$(content "$(hex "$KEY")")"
	rule digits "$(content "$(hex "$KEY" | tr a-f A-F)")"
	rule url "$(content "http://x/?k=$ODD_URL&l=$(echo "$ODD_URL" | sed 's/2F/2f/g; s/2B/2b/; s/5C/5c/')")"
	rule slash "$(content "$ODD_SLASH")"
	rule odd "$(content "$ODD_JSON")"
	rule short "$(content "$SHORT")"
	rule escaped "$(content "$ESCAPED")"
	rule name "{\"$ESCAPED\":1,\"choices\":[{\"message\":{\"content\":\"fine\"}}]}"
	rule twice "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"k\\\":\\\"\\$ESCAPED\\\"}\"}}]}}]}"
	rule parts '{"choices":[{"message":{"content":[{"type":"text","text":"sk-plan"},{"type":"text","text":"ted-0987654"},{"type":"text","text":"321fedcba"}]}}]}'
	rule id "$(content fine)" "x-request-id: $(printf %0110d 0)$KEY"
	rule id64 "$(content fine)" "x-request-id: $(code "$KEY")"
	rule broken "$(delta sk-plan ted-0987654 321fedcba)"
	rule stream "$(delta "it is " sk-plan ted-0987654 321fedcba .)
$stop"
	echo "is \"wait\" : stall"
	rule claude "$(claude "it is " sk-plan ted-0987654 321fedcba .)"
} | sed 's/^is "claude"/path "\/v1\/messages"/' >"$folder/script"
kill "$server_pid"
wait "$server_pid" 2>/dev/null
server --script "$folder/script"
shaped=$folder/shaped
mkdir "$shaped"
{
	echo "models:"
	echo "  base: {api: openai, base_url: \"http://127.0.0.1:$port/v1\", model: mock, key: LEVER_TEST_KEY, retries: 0, headers: {X-Odd: {secret: LEVER_TEST_ODD}, X-Short: {secret: LEVER_TEST_SHORT}}}"
	echo "  streamed: {extends: base, stream: true}"
	echo "  claude: {api: anthropic, base_url: \"http://127.0.0.1:$port\", model: mock, key: LEVER_TEST_KEY, retries: 0, stream: true}"
	echo "variants: {plain: {lever: prompt, model: base, prompt: '{{ question }}'}, streamed: {lever: prompt, model: streamed, prompt: '{{ question }}'}, claude: {lever: prompt, model: claude, prompt: '{{ question }}'}}"
	echo "scorers: [{contains: fine}]"
	echo "cases:"
	for name in $shapes broken stream; do echo "  - {id: $name, question: $name}"; done
} >"$shaped/lever.yaml"
SSLKEYLOGFILE=$folder/keylog run -C "$shaped" run --record "$shaped/tape.jsonl"
has err "SSLKEYLOGFILE is ignored"
has err "the key in LEVER_TEST_SHORT has fewer than 8 characters"
[ ! -e "$folder/keylog" ] || fail "SSLKEYLOGFILE is written"
mkdir "$folder/shaped-said"
for report in report.md report.csv report.json; do
	run -C "$shaped" report "$shaped/$report"
	expect 0 "$report"
done
for name in $shapes broken stream; do
	for variant in plain streamed claude; do
		"$LEVER" -C "$shaped" show "$name" "$variant" >>"$folder/shaped-said/show" 2>&1
		"$LEVER" -C "$shaped" show --json "$name" "$variant" >>"$folder/shaped-said/json" 2>&1
	done
done
clean "the folder of other shapes" "$shaped"
clean "what was shown of other shapes" "$folder/shaped-said"
answers() { sql "$1/lever.db" "SELECT count(*) FROM attempt a JOIN text t ON t.id = a.output_id WHERE t.body = 'it is [redacted:LEVER_TEST_KEY].'"; }
[ "$(answers "$shaped")" -ge 2 ] || fail "streams are not put together without the key"
for name in base64 bearer base64url hex digits url slash odd short escaped twice parts; do
	same "$(sql "$shaped/lever.db" "SELECT count(*) FROM call c JOIN text q ON q.id = request_id JOIN text r ON r.id = response_id
		WHERE model = 'base' AND class = 'ok' AND q.body LIKE '%\"$name\"%' AND r.body LIKE '%[redacted:LEVER_TEST_%'")" 1 "$name"
done

# a cassette of before: recorded while the key was none; nothing of it is stored when it is played
old=$folder/old
mkdir "$old"
cp "$shaped/lever.yaml" "$old/"
LEVER_TEST_KEY=another-0123456789 LEVER_TEST_ODD=another-one-0123456789 LEVER_TEST_SHORT=another-two-012345 run -C "$old" run --record "$folder/old-tape.jsonl"
grep -q '"sk-plan' "$folder/old-tape.jsonl" || grep -q 'sk-plan' "$folder/old-tape.jsonl" || fail "the old cassette holds no key: nothing was tried"
rm -f "$old"/lever.db*
run -C "$old" run --replay "$folder/old-tape.jsonl"
clean "what was stored of an old cassette" "$old"
[ "$(answers "$old")" -ge 2 ] || fail "an old cassette is not put together without the key"

# a key is not sent as text, and is not too short
sed -i "s/prompt: '{{ question }}'/prompt: 'My key: {{ env.LEVER_TEST_ODD }}'/" "$old/lever.yaml"
run -C "$old" run
expect 2 "a key in a prompt"
has err "lever.yaml:5:"
has err "{{env.LEVER_TEST_ODD}} would put a key into what is sent"
sed -i "s/LEVER_TEST_ODD }}/LEVER_TEST_ALIAS }}/" "$old/lever.yaml"
LEVER_TEST_ALIAS=$ODD run -C "$old" run
expect 2 "a key under another name in a prompt"
LEVER_TEST_SHORT=abc run -C "$shaped" run --refresh plain
has err "shorter than 4 characters"

unset LEVER_TEST_ODD LEVER_TEST_SHORT # no project names them any more

# the password of a proxy, which libcurl quotes where it cannot read it
PASSWORD='prox 0987#word'
printf '%s\n' "$PASSWORD" "$(code "$PASSWORD" | sed 's/=*$//; s/.$//')" >>"$folder/patterns"
behind=$folder/behind
mkdir "$behind"
sed 's|base_url: "[^"]*"|base_url: "https://api.invalid/v1"|' "$project/lever.yaml" >"$behind/lever.yaml"
for value in "http://user:$PASSWORD@127.0.0.1:9" "nothing://user:prox%200987%23word@127.0.0.1:9"; do
	rm -f "$behind"/lever.db*
	https_proxy=$value run -C "$behind" run --filter id:page
	expect 3 "a proxy that cannot be: $value"
	has err "user:[redacted:https_proxy]@127.0.0.1:9"
	cat "$folder/out" "$folder/err" >"$behind/said"
	https_proxy=$value "$LEVER" -C "$behind" doctor >>"$behind/said" 2>&1
	grep -qF 'the proxy that https_proxy (127.0.0.1:9) names' "$behind/said" || fail "doctor does not name the proxy"
	clean "what was stored and said of a proxy" "$behind"
done

# while it runs: command line, environment of children, memory
cat >"$project/child.sh" <<'S'
#!/bin/sh
read -r line
env >"$0.environment"
echo '{"output":"fine"}'
sleep 1
S
chmod +x "$project/child.sh"
sed -i "s|127.0.0.1:[0-9]*/v1|127.0.0.1:$port/v1|; s|^models: {|models: {child: {api: command, command: [./child.sh]}, |; s|^variants: {|variants: {child: {model: child, prompt: 'say it'}, |; s|timeout: 3s|timeout: 120s|" "$project/lever.yaml"

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
