#include "eval/model/api.h"

const struct call_class_info call_classes[CALL_COUNT] = {
	[CALL_OK] = {"ok", "answered", "nothing to mend", false},
	[CALL_NETWORK] = {"network", "no connection, or it broke before an answer came",
		"check that the server runs and that base_url names it; `lever doctor` tries it", true},
	[CALL_TIMEOUT] = {"timeout", "no whole answer within the time-out", "raise `timeout` of the model or lower the concurrency",
		true},
	[CALL_RATE_LIMIT] = {"rate-limit", "the server asked to slow down (429)", "lower the concurrency, or run again later",
		true},
	[CALL_QUOTA] = {"quota", "the account has no credit or reached its spending limit", "top up the account, then run again",
		false},
	[CALL_SERVER] = {"server", "the server failed or was not ready (5xx)",
		"run again later; a local server may still be loading", true},
	[CALL_AUTH] = {"auth", "the key is missing, wrong or may not do this",
		"set the variable that `key` names to a valid key", false},
	[CALL_NOT_FOUND] = {"not-found", "the server knows no such address or model",
		"check base_url (it often ends in /v1) and `model`", false},
	[CALL_REQUEST] = {"request", "the server refused the request as wrong",
		"read the message; often a parameter the model does not take", false},
	[CALL_TOO_LONG] = {"too-long", "the prompt does not fit into the context of the model",
		"shorten prompt, passages or examples, or take a model with a larger context", false},
	[CALL_FILTERED] = {"filtered", "a content filter of the server held the answer back",
		"rephrase the prompt, or drop the case", false},
	[CALL_MALFORMED] = {"malformed", "the answer is no JSON of the expected shape",
		"check base_url and `api`: is another server answering?", false},
	[CALL_TOO_LARGE] = {"too-large", "the answer is larger than allowed",
		"limit the output (max_tokens) or raise `max_response`", false},
	[CALL_REDIRECT] = {"redirect", "the server sent us elsewhere, which is not followed", "put the final address into base_url",
		false},
	[CALL_TRUNCATED] = {"truncated", "the answer broke off, never began, or a piece of it cannot be read",
		"run again; a proxy in between may cut answers", true},
	[CALL_EMPTY] = {"empty", "the model answered without any text",
		"raise the token limit; a reasoning model may have spent it all", false},
	[CALL_COMMAND] = {"command", "the program that answers failed",
		"read the message: it ends with what the program wrote to stderr", false},
	[CALL_NOT_RECORDED] = {"not-recorded", "no recorded answer for this case and repeat", "record it, or leave the case out",
		false},
	[CALL_CANCELLED] = {"cancelled", "stopped before the answer came", "run again", false},
	[CALL_TLS] = {"tls", "no trusted connection: certificate or TLS problem",
		"install the missing certificate authority (SSL_CERT_FILE or CURL_CA_BUNDLE names a file of them, SSL_CERT_DIR a folder)", false},
	[CALL_PROMPT] = {"prompt", "the prompt could not be made for this case", "mend the template or the case", false},
	[CALL_BATCHED] = {"batched", "the request waits in a batch for its answer", "`lever run` collects it once the batch has ended", false},
	[CALL_EXPIRED] = {"expired", "the batch ended before this request was answered", "run again: it is asked anew", false},
	[CALL_MISSING] = {"missing", "the batch is over, and its results say nothing of this request", "run again: it is asked anew", false},
};

#define TRIED_AGAIN                                                                                                                \
	"Tried again up to `retries` times (5), at the moment the server names (Retry-After), or after half to all of 0.5, 1, 2 … "  \
	"30\nseconds; not where it says `x-should-retry: false` or names more than two minutes. Then the next run asks again."

const char *call_class_rule(enum call_class class)
{
	switch (class) {
	case CALL_OK:
	case CALL_EMPTY:
	case CALL_FILTERED:
		return "Kept, and not asked again.";
	case CALL_QUOTA:
	case CALL_AUTH:
		return "Not tried again, and its model is not asked any more in this run. The next run asks again.";
	case CALL_NOT_FOUND:
	case CALL_TLS:
	case CALL_REDIRECT:
		return "Not tried again; where nothing was answered in this run, its model is not asked any more. The next run asks again.";
	case CALL_BATCHED:
		return "Not asked again while the batch is at work.";
	case CALL_EXPIRED:
	case CALL_MISSING:
	case CALL_CANCELLED:
	case CALL_COMMAND:
	case CALL_PROMPT:
	case CALL_NOT_RECORDED:
		return "Not tried again in this run. The next run asks again.";
	case CALL_NETWORK:
		return TRIED_AGAIN " Where\nnothing was answered in this run, its model is then not asked any more.";
	default:
		break;
	}
	return call_classes[class].retry ? TRIED_AGAIN
					 : "Not tried again in this run, unless the server says `x-should-retry: true`. The next run asks again.";
}

enum call_class call_class_find(const char *name)
{
	int class = 0;
	while (class < CALL_COUNT && strcmp(call_classes[class].name, name) != 0)
		class ++;
	return (enum call_class) class;
}
