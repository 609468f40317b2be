/* What the HTTP client needs beside libcurl: response headers, redaction, limits. For http.c. */
#ifndef LEVER_MODEL_HTTP_PARTS_H
#define LEVER_MODEL_HTTP_PARTS_H

#include "eval/model/http.h"

struct curl_slist;
struct Curl_URL;

/* One of a server's limits: x-ratelimit-remaining-requests and -reset-requests, anthropic-ratelimit-tokens-remaining and -reset. */
struct http_limit {
	char name[48];	/* of the header, without the word */
	char reset[40]; /* as it came: a moment needs the server's clock, whose header may come later; "" */
	bool used_up;
};

/* What counts of the last block of response headers. */
struct http_headers {
	size_t bytes;		  /* of all blocks */
	int64_t retry_after;	  /* microseconds; 0 */
	bool retry_after_exact;	  /* from retry-after-ms, which beats Retry-After */
	char server_request[128]; /* "" */
	int64_t retry_at;	  /* Retry-After as a moment, seconds since 1970; 0 */
	int64_t date;		  /* the server's clock, seconds since 1970; 0 */
	int retry;		  /* x-should-retry: 1 true, -1 false, 0 not said */
	struct http_limit limits[8];
	size_t limit_count;
};
/* How long until a limit ends, as vendors write it; `now` in microseconds since 1970. */
int64_t limit_reset_read(const char *value, int64_t now);
/* Microseconds until all limits that are used up have ended; 0: none is. `now`: microseconds since 1970, where the server told no date. */
int64_t http_pause(const struct http_headers *headers, int64_t now);
/* Microseconds the server asked for; a moment is compared with its own clock where it told it. */
int64_t http_retry_after(const struct http_headers *headers);
/* One line as it came; a status line begins a new block. */
void http_header_read(struct http_headers *headers, const char *line, size_t length);
/* True when a handle set up for one serves the other: address, method and limits are the same. */
bool http_settings_equal(const struct http_request *a, const struct http_request *b);
/* False when a line holds CR or LF. */
bool http_has_body(const struct http_request *request);
bool http_lines_check(const char *const *lines, struct error *error) MUST_CHECK;
/* Appends the lines to a list of libcurl's. */
struct curl_slist *http_lines_add(struct curl_slist *list, const char *const *lines);
/* Where a curl handle sends to. The address, made here, is the caller's: it stays as long as the handle, and is set again for another. */
void http_address_set(void *easy, struct Curl_URL **address, const char *url);
/* Why there is no answer, by libcurl's code (CURLcode): CALL_OK where there is one. `begun`: headers or more of it came. */
enum call_class http_class_of(int code, bool too_large, bool begun);
bool http_header_too_large(int code);
/* The string, or a copy in the arena where a key stands in it; NULL stays NULL. */
const char *string_redacted(struct arena *arena, const char *string);
/* Whom a curl handle trusts: all that the usual variables name, SSL_CERT_FILE, CURL_CA_BUNDLE and SSL_CERT_DIR (http_authorities.c). */
void authorities_set(void *easy);
/* Lifts the soft limit on open files, as a run holds one connection per call in flight. */
void descriptors_raise(void);

#endif
