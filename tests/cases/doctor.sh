#!/bin/sh
# lever doctor says ok only of what is: another name than the one asked, errors, pages to log in, adapters that are on or missing.
. tests/cases/common
project=$folder/project
mkdir "$project"
export LEVER_TEST_KEY=sk-planted-0123456789abcdef
list() { printf 'raw "{\\"data\\":[%s]}"' "$(for id; do printf '%s{\\"id\\":\\"%s\\"}' "${comma-}" "$id"; comma=,; done)"; }
examined() { # STATUS NAME RULES MODEL
	printf '%s\n' "$3" >"$folder/script"
	server --script "$folder/script"
	{
		echo "models: {base: {base_url: \"http://127.0.0.1:$port/v1\", key: LEVER_TEST_KEY, $4}}"
		echo "variants: {plain: {model: base, prompt: \"{{ question }}\"}}"
		echo "scorers: [{contains: fine}]"
		echo "cases: [{id: a, question: b}]"
	} >"$project/lever.yaml"
	run -C "$project" doctor
	kill "$server_pid"
	expect "$1" "$2"
}
models='path "/v1/models"'
examined 0 "a model that is listed" "$models : $(list gpt-4o gpt-4)" "api: openai, model: gpt-4"
has out "the server knows gpt-4"
has out "taken"
examined 0 "a name that is a part of another" "$models : $(list gpt-4o gpt-4o-mini)" "api: openai, model: gpt-4"
has out "the server does not list gpt-4"
lacks out "the server knows"
examined 0 "a list that stands alone" "$models : raw \"[{\\\"id\\\":\\\"gpt-4\\\"}]\"" "api: openai, model: gpt-4"
has out "the server knows gpt-4"
examined 0 "a model that ends" "$models : raw \"{\\\"data\\\":[{\\\"id\\\":\\\"gpt-4\\\",\\\"shutdown_date\\\":\\\"2027-01-14\\\"}]}\"" "api: openai, model: gpt-4"
has out "the server knows gpt-4, and switches it off on 2027-01-14"
examined 0 "a tag that goes without saying" 'path "/v1/api/tags" : raw "{\"models\":[{\"name\":\"llama3:latest\"}]}"' "api: ollama, model: llama3"
has out "the server knows llama3"
examined 3 "a redirect" "$models : redirect \"http://127.0.0.1:9/v1/models\"" "api: openai, model: gpt-4"
has out "redirects are not followed"
lacks out "answers"
examined 3 "an error" "$models : status 500" "api: openai, model: gpt-4"
has out "HTTP 500"
lacks out "ok       model base       reachable"
examined 3 "a server that is loading" "$models : status 503 raw \"{\\\"error\\\":{\\\"message\\\":\\\"Loading model\\\"}}\"" "api: llamacpp, model: gpt-4"
has out "Loading model"
has out "may still be loading"
examined 3 "a page to log in" "$models : html" "api: openai, model: gpt-4"
has out "a page to log in?"
lacks out "taken"
examined 0 "no list of models" "$models : status 404" "api: openai, model: gpt-4"
has out "not with a list of models (HTTP 404)"
examined 3 "a wrong key" "$models : status 401" "api: openai, model: gpt-4"
has out 'the variable that `key` names'
examined 3 "a wrong key of Gemini" "path \"/v1/models?pageSize=1000\" : status 400 raw \"{\\\"error\\\":{\\\"code\\\":400,\\\"message\\\":\\\"API key not valid.\\\",\\\"status\\\":\\\"INVALID_ARGUMENT\\\"}}\"" "api: gemini, model: gemini-2.5-flash"
has out "the server does not take the key: HTTP 400: API key not valid."
examined 3 "no money" "$models : status 402" "api: openai, model: gpt-4"
has out "top up the account"
examined 3 "an error under a good status" "$models : error \"out of order\"" "api: openai, model: gpt-4"
has out "out of order"
lacks out "taken"
adapters='path "/lora-adapters" : raw "[{\"id\":0,\"scale\":1.0}]"'
examined 0 "an adapter that is on where nothing is said" "$models : $(list m)
$adapters" "api: llamacpp, model: m"
has out "adapter 0 is on for this model"
has out 'lora: [{id: 0, scale: 0}]'
examined 3 "an adapter that vLLM has not" "$models : $(list m)" "api: vllm, model: m, adapter: tuned"
has out "does not list the adapter tuned"
examined 0 "one that it has" "$models : $(list m tuned)" "api: vllm, model: m, adapter: tuned"
has out "the server has tuned"
done_checks
