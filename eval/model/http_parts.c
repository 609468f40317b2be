#include "eval/model/http_parts.h"
#include "eval/base/file.h"
#include "eval/base/buffer.h"
#include "eval/base/clock.h"
#include "eval/base/secret.h"
#include "eval/model/http.h"
#include <curl/curl.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>

#define DESCRIPTORS 8192

/* The preferred form of RFC 9110, section 5.6.7. */
static time_t date_read(const char *value)
{
	struct tm moment = {0};
	const char *end = strptime(value, "%a, %d %b %Y %H:%M:%S GMT", &moment);
	time_t date = end ? timegm(&moment) : 0;
	return date > 0 ? date : 0;
}

static double date_seconds_ahead(const char *value)
{
	time_t date = date_read(value);
	return date ? difftime(date, time(NULL)) : 0;
}

int64_t retry_after_read(const char *value)
{
	char *end;
	double seconds = strtod(value, &end);
	if (end == value || *end)
		seconds = date_seconds_ahead(value);
	if (!isfinite(seconds) || seconds <= 0)
		return 0;
	return (int64_t)(fmin(seconds, 1e9) * 1e6);
}

/* The value of a header line when its name is `name`: without keys, as half of one could not be told from other text once it is cut. */
static bool header_is(const char *line, size_t length, const char *name, char *value, size_t size)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	size_t at = strlen(name);
	if (length <= at || line[at] != ':' || strncasecmp(line, name, at) != 0)
		return false;
	struct text text = text_trim(text_make(line + at + 1, length - at - 1));
	if (secret_redact(text.data, text.length, &clean))
		text = buffer_text(&clean);
	size_t kept = text.length < size ? text.length : size - 1;
	memset(value, 0, size);
	memcpy(value, text.data, kept);
	return true;
}

#define SINCE_1970 1e9	  /* seconds: a number from here on is a moment, */
#define SINCE_1970_MS 1e12 /* and from here on one in milliseconds */

static int64_t time_until(double moment, int64_t now)
{
	return moment > (double)now ? (int64_t)(moment - (double)now) : 0;
}

/* "6m0s", "20ms", "1.5s", "1h2m3s", plain seconds, seconds or milliseconds since 1970, or an RFC 3339 moment: microseconds from now; 0
 * when it is none of them. */
int64_t limit_reset_read(const char *value, int64_t now)
{
	double sum = 0;
	const char *at = value;
	struct tm moment = {0};
	if (strlen(value) >= 20 && value[4] == '-' && strptime(value, "%Y-%m-%dT%H:%M:%S", &moment)) {
		return time_until((double)timegm(&moment) * 1e6, now);
	}
	while (*at) {
		char *end;
		double number = strtod(at, &end);
		if (at == value && !*end && number >= SINCE_1970 && number < 1e15)
			return time_until(number * (number < SINCE_1970_MS ? 1e6 : 1e3), now);
		if (end == at || number < 0 || number > 1e7)
			return 0;
		double unit = !strncmp(end, "ms", 2) ? 1e3 : *end == 'h' ? 3.6e9 : *end == 'm' ? 6e7 : 1e6;
		sum += number * unit;
		at = end + (!strncmp(end, "ms", 2) ? 2 : *end ? 1 : 0);
	}
	return (int64_t)sum;
}

int64_t http_retry_after(const struct http_headers *headers)
{
	if (headers->retry_after_exact || !headers->retry_at || !headers->date)
		return headers->retry_after;
	return headers->retry_at > headers->date ? (headers->retry_at - headers->date) * 1000000 : 0;
}

int64_t http_pause(const struct http_headers *headers, int64_t now)
{
	int64_t pause = 0;
	if (headers->date)
		now = headers->date * 1000000;
	for (size_t i = 0; i < headers->limit_count; i++) {
		const struct http_limit *limit = &headers->limits[i];
		int64_t reset = limit->used_up ? limit_reset_read(limit->reset, now) : 0;
		pause = reset > pause ? reset : pause;
	}
	return pause;
}

/* The limit of that name; NULL: there are more than are kept. */
static struct http_limit *limit_named(struct http_headers *headers, const char *name)
{
	size_t i = 0;
	while (i < headers->limit_count && strcmp(headers->limits[i].name, name) != 0)
		i++;
	if (i == COUNT(headers->limits))
		return NULL;
	if (i == headers->limit_count)
		snprintf(headers->limits[headers->limit_count++].name, sizeof headers->limits[i].name, "%s", name);
	return &headers->limits[i];
}

/* The name of a header in small letters; "": too long to be one of ours. */
static void name_lower(const char *line, size_t length, char *name, size_t size)
{
	length = length < size ? length : 0;
	for (size_t i = 0; i < length; i++)
		name[i] = line[i] >= 'A' && line[i] <= 'Z' ? (char)(line[i] | 32) : line[i];
	name[length] = 0;
}

static bool limit_read(struct http_headers *headers, const char *line, size_t length)
{
	static const char *const words[] = {"remaining", "reset"};
	char name[sizeof headers->limits->name];
	const char *colon = memchr(line, ':', length);
	if (!colon)
		return false;
	name_lower(line, (size_t)(colon - line), name, sizeof name);
	if (!strstr(name, "ratelimit"))
		return false;
	struct text value = text_trim(text_make(colon + 1, length - (size_t)(colon + 1 - line)));
	for (size_t i = 0; i < COUNT(words); i++) {
		char *word = strstr(name, words[i]);
		if (!word)
			continue;
		memmove(word, word + strlen(words[i]), strlen(word + strlen(words[i])) + 1);
		struct http_limit *limit = limit_named(headers, name);
		if (limit && i == 0)
			limit->used_up = text_equal(value, TEXT("0"));
		else if (limit && value.length < sizeof limit->reset)
			snprintf(limit->reset, sizeof limit->reset, "%.*s", (int)value.length, value.data);
		break;
	}
	return true;
}

void http_header_read(struct http_headers *headers, const char *line, size_t length)
{
	char value[sizeof headers->server_request];
	char first = (char)(length ? *line | 32 : 0);
	if (length > 5 && memcmp(line, "HTTP/", 5) == 0) {
		*headers = (struct http_headers){.bytes = headers->bytes};
	} else if (first == 'd' && header_is(line, length, "date", value, sizeof value)) {
		headers->date = date_read(value);
	} else if (first != 'r' && first != 'x' && first != 'a') {
		return;
	} else if (limit_read(headers, line, length)) {
		return;
	} else if (header_is(line, length, "x-should-retry", value, sizeof value)) {
		headers->retry = strcasecmp(value, "true") == 0 ? 1 : strcasecmp(value, "false") == 0 ? -1 : 0;
	} else if (header_is(line, length, "retry-after-ms", value, sizeof value)) {
		headers->retry_after = retry_after_read(value) / 1000;
		headers->retry_after_exact = headers->retry_after > 0;
	} else if (!headers->retry_after_exact && header_is(line, length, "retry-after", value, sizeof value)) {
		headers->retry_after = retry_after_read(value);
		headers->retry_at = date_read(value);
	} else if (header_is(line, length, "x-request-id", value, sizeof value) ||
		   header_is(line, length, "request-id", value, sizeof value)) {
		memcpy(headers->server_request, value, sizeof value);
	}
}

bool http_settings_equal(const struct http_request *a, const struct http_request *b)
{
	return a->url && b->url && strcmp(a->url, b->url) == 0 && strcmp(a->method, b->method) == 0 && a->loopback == b->loopback &&
	       a->tokens == b->tokens && a->timeout == b->timeout && a->connect_timeout == b->connect_timeout &&
	       a->max_response == b->max_response;
}

bool http_has_body(const struct http_request *request)
{
	return request->body.length || strcmp(request->method, "POST") == 0;
}

bool http_lines_check(const char *const *lines, struct error *error)
{
	for (; lines && *lines; lines++)
		if (strpbrk(*lines, "\r\n"))
			return error_set(error, ERROR_CONFIG, "a header holds a line break");
	return true;
}

const char *string_redacted(struct arena *arena, const char *string)
{
	CLEANUP(buffer_release) struct buffer clean = BUFFER_EMPTY;
	return string && secret_redact(string, strlen(string), &clean) ? text_copy(arena, buffer_text(&clean)).data : string;
}

void descriptors_raise(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit);
}

struct curl_slist *http_lines_add(struct curl_slist *list, const char *const *lines)
{
	for (; lines && *lines; lines++)
		list = curl_slist_append(list, *lines);
	return list;
}

/* One that cannot be taken apart is handed over as it is: libcurl says what is wrong with it. */
void http_address_set(void *easy, CURLU **address, const char *url)
{
	if (!*address && !(*address = curl_url()))
		BUG("curl_url failed");
	if (curl_url_set(*address, CURLUPART_URL, url, 0) == CURLUE_OK)
		curl_easy_setopt(easy, CURLOPT_CURLU, *address);
	else
		curl_easy_setopt(easy, CURLOPT_URL, url);
}

/* libcurl takes one header of 100 KB at most; 100: what later versions say. Memory itself never ends with a code. */
bool http_header_too_large(int code)
{
	return code == CURLE_OUT_OF_MEMORY || code == 100;
}

enum call_class http_class_of(int code, bool too_large, bool begun)
{
	static const int tls[] = {CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
		CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS};
	for (size_t i = 0; i < COUNT(tls); i++)
		if (code == tls[i])
			return CALL_TLS;
	if (too_large || code == CURLE_FILESIZE_EXCEEDED || http_header_too_large(code))
		return CALL_TOO_LARGE;
	if (code == CURLE_OK)
		return CALL_OK;
	if (code == CURLE_OPERATION_TIMEDOUT)
		return CALL_TIMEOUT;
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_BAD_CONTENT_ENCODING)
		return CALL_MALFORMED;
	if (code == CURLE_URL_MALFORMAT || code == CURLE_BAD_FUNCTION_ARGUMENT)
		return CALL_REQUEST;
	return code == CURLE_PARTIAL_FILE || begun ? CALL_TRUNCATED : CALL_NETWORK;
}
