/* APIs: how a model is asked and how it answers. One file each: eval/model/api_NAME.c defines `const struct api_type api_NAME`.
 * An HTTP API only builds a request and reads a reply; the client does the rest. */
#ifndef LEVER_MODEL_API_H
#define LEVER_MODEL_API_H

#include "eval/base/field.h"
#include "eval/base/hash.h"
#include "eval/base/json.h"
#include "eval/base/loop.h"
#include "eval/model/stream.h"
#include "eval/store/attempts.h"

/* Why a call failed: one table, with retry rule and help (class.c). */
enum call_class {
	CALL_OK,
	CALL_NETWORK,
	CALL_TIMEOUT,
	CALL_RATE_LIMIT,
	CALL_QUOTA,
	CALL_SERVER,
	CALL_AUTH,
	CALL_NOT_FOUND,
	CALL_REQUEST,
	CALL_TOO_LONG,
	CALL_FILTERED,
	CALL_MALFORMED,
	CALL_TOO_LARGE,
	CALL_REDIRECT,
	CALL_TRUNCATED,
	CALL_EMPTY,
	CALL_COMMAND,
	CALL_NOT_RECORDED,
	CALL_CANCELLED,
	CALL_TLS,
	CALL_PROMPT,
	CALL_BATCHED,
	CALL_EXPIRED,
	CALL_MISSING,
	CALL_COUNT
};
struct call_class_info {
	const char *name, *meaning, *mend;
	bool retry;
};
extern const struct call_class_info call_classes[CALL_COUNT];
enum call_class call_class_find(const char *name); /* CALL_COUNT when unknown */
/* What is done about it without being asked, in words for people. */
const char *call_class_rule(enum call_class class);

struct price {
	bool known;
	double input, cached, output; /* USD per million tokens; cached NAN: as input */
	const char *as_of;
	double written; /* USD per million tokens written to the provider's cache; NAN: as input */
};
/* Picodollars, UNKNOWN when the price or a token count it needs is unknown. */
long long price_of(const struct price *price, const struct usage *usage);

/* One LoRA adapter of a request (llama.cpp). */
struct lora {
	int id;
	double scale;
};

/* A model as the project names it: immutable. */
struct model {
	const char *name; /* the project's name */
	const struct api_type *api;
	void *config;		      /* of api->config_size, by api->fields */
	const char *base_url;	      /* without trailing slash, no credentials; NULL for command and recorded */
	const char *model;	      /* id on the server; may be NULL where the API needs none */
	const char *key_env;	      /* variable that holds the key; NULL: none */
	json_t *params;		      /* object: temperature, max_tokens, seed, stop, … sent as they are named by the API */
	const char *reasoning_effort; /* NULL: not sent */
	bool stream; /* the answer comes piece by piece: the time to its first token is measured */
	bool has_lora;
	struct lora *lora;
	size_t lora_count; /* has_lora with count 0: adapters exist, all off */
	struct price price;
	int64_t timeout; /* microseconds for a whole try; default 10 min */
	int64_t connect_timeout;
	int max_retries;       /* default 5 */
	size_t max_response;   /* bytes; default 16 MiB */
	int concurrency;       /* 0: as the run says */
	const json_t *headers; /* object name -> string, or {"secret": "ENV"}; NULL */
	const char *identity;  /* extra words on which weights are served, from the project; NULL */
	const char *directory; /* folder of the project: programs run there, relative paths start there; NULL: the current one */
};
/* What fields alone cannot say: URL, key over plain http, headers, adapters and prompt cache, parameters that are set elsewhere.
 * The first mistake as ERROR_CONFIG. The project reader calls it for every model. */
bool model_check(const struct model *model, struct error *error) MUST_CHECK;
/* One of its params: false where its API has no such thing, or takes no such value. model_check asks it for all of them. */
bool model_param_check(const struct model *model, const char *name, struct error *error) MUST_CHECK;
/* Params that say who asks (user, metadata, safety_identifier, prompt_cache_key) may hold templates over the vars of the case and its id as
 * `case`: is there any? Then they are filled in for each case, and count in the keys of a call. */
bool model_labels_filled(const struct model *model);
/* The word of reasoning_effort, of the model or of its params; NULL: none is sent. */
const char *model_effort(const struct model *model);
bool model_effort_check(const struct model *model, struct error *error) MUST_CHECK;
/* Do requests of the two leave a server's adapters as they are? Those that are named with scale 0 are off like those not named; an
 * empty list is the server's own setting. */
bool model_same_adapters(const struct model *a, const struct model *b);
/* Does a request carry `what`: "tools", "schema"? What it does not must not be set. */
bool model_takes(const struct model *model, const char *what);
/* The base URL in force: the model's, else the API's default; NULL when there is none. */
const char *model_base_url(const struct model *model);
/* Is it asked at its maker's own address? */
bool model_at_maker(const struct model *model);
/* The variable of the key: the model's, else the API's own, that one only for the API's own address (a key of one provider is
 * never sent to another server). NULL: none. */
const char *model_key_env(const struct model *model);
/* The first variable of a key, of the model's or of a header's, that is not set; NULL: none is missing. */
const char *model_key_missing(const struct model *model);

/* What is asked. Borrowed for the length of the call. */
struct prompt {
	const json_t *messages; /* list of {"role","content"} */
	const json_t *schema;	/* JSON Schema the answer must have; NULL */
	const json_t *tools;	/* declared tools, as Chat Completions has them; NULL */
	const char *case_id;
	int repeat;
	const char *variant; /* for command, recorded and messages */
	const json_t *vars;  /* the case's; for command */
};

/* A request ready to go. In the arena given. */
struct request {
	const char *method, *url;   /* url without secrets; NULL for command and recorded */
	const char *path;	    /* of the url: part of the cassette key */
	struct text body;	    /* as sent; JSON */
	const char *const *headers; /* "Name: value", no secret among them; NULL-terminated */
	bool raw; /* about batches, not to a model: the reply is handed back as it came, and may be large */
	int64_t timeout; /* microseconds; 0: the model's */
};

/* An answer, whatever the API. Texts in the arena. */
struct reply {
	enum call_class class;
	const char *message; /* of the failure, from the server where it said something; redacted */
	struct text output;  /* "no text" when none */
	struct text reasoning, refusal;
	struct text tool_calls; /* JSON list as Chat Completions has it, arguments as text; "no text": none */
	struct text turn; /* beside calls: JSON object of what the API wants back in the assistant's message; "no text": nothing */
	const char *finish; /* stop, length, tool, filter, other (raw kept behind ':') */
	struct usage usage;
	const char *returned_model, *fingerprint, *server_request;
	const json_t *recorded; /* recorded outputs: the row's body; owned by the arena's owner via reply->owner */
	json_t *owner;		/* to be json_decref'd by whoever is done with the reply; may be NULL */
	int status;
	struct text raw;	     /* HTTP status, body as received */
	bool sent; /* the request went out, at least in part: it may be paid for although no answer came */
	int64_t latency, first_byte; /* microseconds of this try; UNKNOWN */
	int64_t retry_after;	     /* microseconds the server asked for; 0 */
	int64_t date;		     /* the server's clock, seconds since 1970; 0 */
	int64_t pause;		     /* microseconds until a limit that is used up ends; 0 */
	int retry; /* the server said that trying again helps: 1, that it does not: -1, nothing: 0, then the class decides */
};

struct batch_type;
struct param_name;
enum api_kind { API_HTTP, API_COMMAND, API_RECORDED };
struct api_type {
	const char *name, *summary, *help;
	enum api_kind kind;
	const struct field *fields; /* beside those every model takes (model_fields in the project reader) */
	size_t config_size;
	bool (*check)(const struct model *model, struct error *error); /* of its own fields, before anything is called; may be NULL */
	bool (*check_param)(const struct model *model, const char *name, struct error *error); /* one of its params; may be NULL */
	const char *const *efforts; /* words of reasoning_effort that it takes, `none` where thinking can be switched off; NULL: all */
	bool nameless; /* may be asked without `model`, but at its maker's address */
	bool lora; /* adapters by number, chosen with each request */
	/* Of an API whose body the project makes: does that use `what`? NULL: everything is sent. */
	bool (*takes)(const struct model *model, const char *what);
	const char *default_base_url; /* NULL: must be given */
	const char *default_key_env;  /* NULL: none is looked for */
	/* API_HTTP */
	bool (*build)(const struct model *model, const struct prompt *prompt, struct arena *arena, struct request *ret,
		struct error *error);
	/* Header that carries the key, "Authorization: Bearer %s"-like: name and prefix. */
	const char *key_header, *key_prefix;
	/* Reads a reply with status and raw set: fills class, output, usage, … Never fails: what it cannot read is CALL_MALFORMED.
	 */
	void (*parse)(const struct model *model, struct arena *arena, struct reply *reply);
	const struct stream_type *stream; /* how answers come piece by piece; NULL: `stream: true` is refused */
	const char *header; /* "Name: value", sent with every request of this API; NULL */
	const struct batch_type *batch; /* how requests are handed in together (eval/model/batch.h); NULL: they are not */
	/* How its paths begin: a base_url that ends in one of them is cut, as people paste both; longest first, NULL-terminated; may be NULL. */
	const char *const *path_begins;
	const char *models_path; /* behind the base URL: what models there are; NULL: "/models", "": the API has none */
	const char *(*asked)(const struct model *model); /* the name that the server is asked for; NULL: model->model */
	const struct param_name *params; /* how it names parameters, and which it has not (eval/model/request.h); NULL: as Chat Completions */
	/* Members of the body that only concern transport, sorted or not, NULL-terminated: NULL = the default list (stream,
	 * stream_options, metadata, user, safety_identifier, prompt_cache_key, store), which fits bodies made by lever and no others. */
	const char *const *transport_members;
};
extern const struct api_type *const api_types[]; /* generated; ends with NULL */
const struct api_type *api_find(const char *name);

/* Keys of a call. Of the cassette: version of the key, model name, API, path, body (members sorted by name, without those of transport; values
 * as sent, as the order inside a schema decides an answer), repeat. That of the cache in the database adds the origin
 * (scheme, host, port; NULL where there is none) and the model's identity. `command`: argv and the hashes of the program's files stand in the path. */
struct call_keys {
	struct hash cassette, cache;
};
struct call_keys call_keys(const struct model *model, const struct request *request, int repeat, const char *origin);
/* "http://host:port" of a URL, in the arena; NULL for NULL or no URL of ours. */
const char *url_origin(struct arena *arena, const char *url);

#endif
