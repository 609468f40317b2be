#include "eval/model/http_proxy.h"
#include "eval/base/secret.h"
#include <curl/curl.h>
#include <stdlib.h>
#include <strings.h>

static const char *set(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* `user:password` and what stands behind its `@`; no user where there is none. The last `@` counts: a password may hold more. */
static struct text user_of(const char *value, const char **host)
{
	const char *scheme = strstr(value, "://"), *from = scheme ? scheme + 3 : value, *at = strrchr(from, '@');
	*host = at ? at + 1 : from;
	return at ? text_make(from, (size_t)(at - from)) : text_make(from, 0);
}

/* As libcurl sends it. */
static void password_hide(const char *name, struct text quoted)
{
	int length = 0;
	char *password = quoted.length ? curl_easy_unescape(NULL, quoted.data, (int)quoted.length, &length) : NULL;
	if (!password)
		return;
	secret_part(name, text_make(password, (size_t)length));
	explicit_bzero(password, (size_t)length);
	curl_free(password);
}

void proxies_hide(void)
{
	static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = set(names[i]), *host;
		struct text user = value ? user_of(value, &host) : TEXT("");
		long colon = text_find(user, TEXT(":"), 0);
		if (colon >= 0)
			password_hide(names[i], text_make(user.data + colon + 1, user.length - (size_t)colon - 1));
	}
}

static bool excepted(const struct url *url)
{
	const char *list = set("no_proxy") ? set("no_proxy") : set("NO_PROXY");
	while (list && *list) {
		list += strspn(list, ", \t");
		size_t length = strcspn(list, ", \t");
		struct text name = text_make(list, length);
		list += length;
		if (text_equal(name, TEXT("*")))
			return true;
		if (length && *name.data == '.')
			name = text_make(name.data + 1, --length);
		const char *tail = url->host.data + url->host.length - length;
		if (length && length <= url->host.length && strncasecmp(tail, name.data, length) == 0 &&
			(length == url->host.length || tail[-1] == '.'))
			return true;
	}
	return false;
}

const char *proxy_between(const struct url *url, struct arena *arena)
{
	const char *const names[] = {
		url->secure ? "https_proxy" : "http_proxy", url->secure ? "HTTPS_PROXY" : "all_proxy", "all_proxy", "ALL_PROXY"};
	const char *host;
	for (size_t i = 0; i < COUNT(names) && !url->loopback; i++) {
		if (!set(names[i]))
			continue;
		if (excepted(url))
			break;
		user_of(set(names[i]), &host);
		return arena_format(arena, "%s (%.*s)", names[i], (int)strcspn(host, "/"), host);
	}
	return NULL;
}
