#include "eval/model/url.h"
#include "eval/model/api.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <strings.h>

static bool bytes_allowed(const char *url)
{
	for (; *url; url++)
		if (*url <= ' ' || *url > '~' || strchr("\\?#\"<>^`{|}", *url))
			return false;
	return true;
}

static bool host_is_loopback(struct text host)
{
	char name[64];
	struct in_addr four;
	struct in6_addr six;
	if (host.length >= sizeof name)
		return false;
	memcpy(name, host.data, host.length);
	name[host.length] = '\0';
	if (strcasecmp(name, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, name, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, name, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool port_read(const char *at, const char *end, int *port)
{
	int value = 0;
	if (at == end || end - at > 5)
		return false;
	for (; at < end; at++) {
		if (*at < '0' || *at > '9')
			return false;
		value = value * 10 + (*at - '0');
	}
	*port = value;
	return value > 0 && value < 65536;
}

static const char *scheme_read(const char *url, struct url *ret)
{
	ret->secure = strncasecmp(url, "https://", 8) == 0;
	if (!ret->secure && strncasecmp(url, "http://", 7) != 0)
		return NULL;
	ret->port = ret->secure ? 443 : 80;
	return url + (ret->secure ? 8 : 7);
}

/* host, host:port, [address] or [address]:port between `at` and `end`. */
static bool authority_read(const char *at, const char *end, struct url *ret)
{
	const char *close = *at == '[' ? memchr(at, ']', (size_t)(end - at)) : NULL;
	ret->bracketed = close;
	if (*at == '[' && !close)
		return false;
	const char *host = at + ret->bracketed;
	const char *colon = close ? close + 1 : memchr(at, ':', (size_t)(end - at));
	if (!colon)
		colon = end;
	ret->host = text_make(host, (size_t)((close ? close : colon) - host));
	if (ret->host.length == 0 || (colon < end && *colon != ':'))
		return false;
	return colon == end || port_read(colon + 1, end, &ret->port);
}

bool url_read(const char *url, struct url *ret, struct error *error)
{
	struct url read = {0};
	const char *at = scheme_read(url, &read);
	if (!at)
		return error_set(error, ERROR_CONFIG, "a base_url begins with http:// or https://");
	const char *end = at + strcspn(at, "/?#");
	if (memchr(at, '@', (size_t)(end - at)))
		return error_set(
			error, ERROR_CONFIG, "a base_url holds no user or password: name the variable of the key with `key`");
	if (!bytes_allowed(url))
		return error_set(error, ERROR_CONFIG, "a base_url has no query, fragment, space or other special characters");
	if (!authority_read(at, end, &read))
		return error_set(error, ERROR_CONFIG, "a base_url needs a host, and a port between 1 and 65535 if any");
	read.path = text_of(end);
	read.loopback = host_is_loopback(read.host);
	*ret = read;
	return true;
}

const char *url_origin(struct arena *arena, const char *url)
{
	struct url read;
	struct error ignored;
	size_t length = url ? strcspn(url, "?#") : 0;
	if (url && url[length])
		url = text_copy(arena, text_make(url, length)).data;
	if (!url || !url_read(url, &read, &ignored))
		return NULL;
	char *origin = arena_format(arena, "%s://%s%.*s%s:%d", read.secure ? "https" : "http", read.bracketed ? "[" : "",
		(int)read.host.length, read.host.data, read.bracketed ? "]" : "", read.port);
	for (char *at = origin; *at; at++)
		*at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
	return origin;
}
