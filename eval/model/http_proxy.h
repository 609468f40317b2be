/* Proxies that the usual variables name, in libcurl's order: https_proxy, HTTPS_PROXY, http_proxy (small only), all_proxy,
 * ALL_PROXY; no_proxy and NO_PROXY list whom they are not for. */
#ifndef LEVER_MODEL_HTTP_PROXY_H
#define LEVER_MODEL_HTTP_PROXY_H

#include "eval/base/memory.h"
#include "eval/model/url.h"

/* Passwords in them are kept out of everything from now on, as keys are: libcurl quotes a value that it cannot read. */
void proxies_hide(void);
/* "https_proxy (proxy.example:3128)" where calls to this address go through one, without its user and password; NULL: they do not.
 */
const char *proxy_between(const struct url *url, struct arena *arena);

#endif
