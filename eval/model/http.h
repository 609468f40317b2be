/* HTTP on libcurl's multi interface, driven by the loop. The only room of curl. One request is one try; nothing is followed or
 * repeated. */
#ifndef LEVER_MODEL_HTTP_H
#define LEVER_MODEL_HTTP_H

#include "eval/model/api.h"

struct http;
struct http_call;
/* Everything is borrowed until the callback. Header lines must hold no CR, LF or NUL: http_send refuses those that do. */
struct http_request {
	const char *method; /* "POST", "GET", … */
	const char *url;
	struct text body;
	const char *const *headers;	  /* NULL-terminated; may be NULL */
	const char *const *secrets;	  /* header lines that hold keys; NULL-terminated; may be NULL */
	bool loopback;			  /* no proxy */
	const char *const *tokens;	  /* of a stream (stream.h): first_byte is the time to the first token; NULL */
	int64_t timeout, connect_timeout; /* microseconds */
	size_t max_response;		  /* bytes, after decoding */
};
/* Texts in the arena of http_send; without keys but for the body, which is as received. */
struct http_answer {
	enum call_class class; /* CALL_OK: an answer with any status below 300 or from 400; else why there is none */
	const char *message;
	int status;
	struct text body;
	const char *server_request;		  /* x-request-id or the like; NULL */
	int64_t latency, first_byte, retry_after; /* microseconds; UNKNOWN, UNKNOWN, 0 */
	int64_t date;  /* the server's clock, seconds since 1970; 0 */
	int64_t pause; /* microseconds until a rate limit that this call used up ends; 0 */
	bool sent;     /* the connection stood, and the request went out, at least in part */
	int retry;     /* x-should-retry: 1 true, -1 false, 0 not said */
};
typedef void http_function(void *data, const struct http_answer *answer);

struct http *http_create(struct loop *loop);
void http_free(struct http *http); /* cancels without calling back; accepts NULL */
/* The callback comes from the loop, never from here. NULL fills error. */
struct http_call *http_send(struct http *http, const struct http_request *request, struct arena *arena, http_function *function,
	void *data, struct error *error);
void http_cancel(struct http_call *call);
/* Retry-After in microseconds: seconds with or without a fraction, or an HTTP date; 0 when it is neither or lies in the past. */
int64_t retry_after_read(const char *value);

#endif
