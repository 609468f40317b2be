/* URLs of models: read strictly, so that what is checked here is what libcurl will do. Only http and https, no credentials, no
 * query, no fragment, ASCII without spaces. */
#ifndef LEVER_MODEL_URL_H
#define LEVER_MODEL_URL_H

#include "eval/base/error.h"
#include "eval/base/text.h"

struct url {
	bool secure;	  /* https */
	struct text host; /* without brackets; borrowed from the URL */
	struct text path; /* begins with '/', or empty */
	int port;	  /* the scheme's own where none is given */
	bool loopback;	  /* localhost, 127.0.0.0/8, ::1 */
	bool bracketed;	  /* an IPv6 address */
};
/* ERROR_CONFIG; the message never quotes credentials. */
bool url_read(const char *url, struct url *ret, struct error *error) MUST_CHECK;

#endif
