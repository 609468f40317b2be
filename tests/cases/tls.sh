#!/bin/sh
# Who cannot prove who it is gets no request: an expired certificate, one that nobody signed, a name that does not exist. A private authority is
# trusted through SSL_CERT_FILE, CURL_CA_BUNDLE or SSL_CERT_DIR.
. tests/cases/common
command -v openssl >/dev/null || { echo "openssl is not installed"; exit 77; }
project=$folder/project
mkdir "$project"
unset https_proxy HTTPS_PROXY all_proxy ALL_PROXY
export LEVER_TEST_KEY=sk-never-to-be-sent-0123
openssl req -new -newkey rsa:2048 -nodes -keyout "$folder/key" -out "$folder/request" -subj /CN=localhost >/dev/null 2>&1
printf 'subjectAltName=IP:127.0.0.1\n' >"$folder/names"
certificate() { openssl x509 -req -in "$folder/request" -signkey "$folder/key" -days "$2" -extfile "$folder/names" -out "$folder/$1" 2>/dev/null; }
certificate valid 10
certificate expired -1

api=openai more=
project_at() { # URL
	cat >"$project/lever.yaml" <<YAML
models: {base: {api: $api, base_url: "$1", model: m,$more key: LEVER_TEST_KEY, timeout: 2s, retries: 0}}
variants: {prompt: {lever: prompt, model: base, prompt: "{{ question }}"}}
scorers: [{exact: {value: "x"}}]
cases: [{id: a, question: b}]
YAML
	rm -f "$project"/lever.db*
}

# A server with this certificate; `seen` is what it got.
ask() { # CERTIFICATE AUTHORITIES
	mkfifo "$folder/in"
	openssl s_server -accept 127.0.0.1:0 -cert "$folder/$1" -key "$folder/key" <"$folder/in" >"$folder/seen" 2>&1 &
	server_pid=$!
	exec 9>"$folder/in"
	tls_port=
	until [ -n "$tls_port" ] && [ "$(tail -c 1 "$folder/seen" | wc -l)" = 1 ]; do # the whole line is there
		kill -0 "$server_pid" || fail "s_server ended: $(cat "$folder/seen")"
		tls_port=$(sed -n 's/^ACCEPT.*:\([0-9][0-9]*\)$/\1/p' "$folder/seen" | head -n 1)
	done
	project_at "https://127.0.0.1:$tls_port/v1"
	[ -z "$2" ] || export "${3:-SSL_CERT_FILE}=$folder/$2"
	run -C "$project" run
	unset SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE
	expect 3 "$1"
	exec 9>&-
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	rm "$folder/in"
}
class() { sql "$project/lever.db" "SELECT class FROM call"; }
got() { grep -c 'POST /v1' "$folder/seen" || true; }

ask expired expired
same "$(class)" tls "class of an expired certificate"
same "$(got)" 0 "requests sent to it"
ask valid ""
same "$(class)" tls "class of a certificate that nobody signed"
same "$(got)" 0 "requests sent to it"
ask valid valid
same "$(class)" timeout "class of a trusted server that says nothing"
same "$(got)" 1 "requests sent to it"
ask valid valid CURL_CA_BUNDLE
same "$(class)" timeout "class of a server that CURL_CA_BUNDLE trusts"
# a bundle for all programs beside the file for this one, in either variable: both are trusted
ordinary=$folder/ordinary
cp "$folder/expired" "$ordinary"
export CURL_CA_BUNDLE="$ordinary"
ask valid valid SSL_CERT_FILE
same "$(class)" timeout "class of a server that SSL_CERT_FILE trusts beside another bundle"
export SSL_CERT_FILE="$ordinary"
ask valid valid CURL_CA_BUNDLE
same "$(class)" timeout "class of a server that CURL_CA_BUNDLE trusts beside another file"
mkdir "$folder/authorities"
cp "$folder/valid" "$folder/authorities/$(openssl x509 -noout -subject_hash -in "$folder/valid").0"
export CURL_CA_BUNDLE="$ordinary"
ask valid authorities SSL_CERT_DIR
same "$(class)" timeout "class of a server that a folder beside a bundle trusts"
ask valid authorities SSL_CERT_DIR
same "$(class)" timeout "class of a server that SSL_CERT_DIR trusts"
for api in responses anthropic gemini azure ollama llamacpp vllm openrouter http; do
	[ $api = http ] && more=' answer: /a, body: {a: 1},' || more=
	ask expired expired
	same "$(class)" tls "$api: class of an expired certificate"
	same "$(got)" 0 "$api: requests sent to it"
	project_at "https://nothing.invalid/v1"
	run -C "$project" run
	expect 3 "$api: no such name"
	same "$(class)" network "$api: class of a name that does not exist"
done
api=openai more=
project_at "https://nothing.invalid/v1"
run -C "$project" run
expect 3 "no such name"
same "$(class)" network "class of a name that does not exist"
done_checks
