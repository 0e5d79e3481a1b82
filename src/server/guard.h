/* What may come in over HTTP, as pure functions over bytes: headers, path, query, cookies. A
 * request about which two readers could disagree is refused here, whatever the library made of
 * it (RFC 9112 §3.2, §6.1, §11.2).
 *
 * What it must never do: repair a request, or answer with what was sent. */
#pragma once
#include "base/buf.h"

struct guard_header {
    struct str name, value;
};
enum {
    GUARD_HEADERS = 64,
    GUARD_NAME = 64,
    GUARD_VALUE = 4096,
    GUARD_URI = 4096,
    GUARD_SEGMENTS = 16
};

struct guard_rules {
    const char *const *hosts; /* names without port, in small letters; NULL-terminated */
    bool http10;              /* the request line said HTTP/1.0 */
};
/* NULL when the headers are fine, else which rule they break: a word for the log. */
const char *guard_headers(const struct guard_header *h, size_t n,
                          const struct guard_rules *rules);
/* Value of a header that may stand once; {NULL,0} if absent. */
struct str guard_find(const struct guard_header *h, size_t n, const char *name);
/* "name", "name:port", "[::1]:port" */
bool guard_host(struct str host, const char *const *hosts);

/* The path of a request target, cut at '/' and then decoded: at most GUARD_SEGMENTS. False: no
 * origin form, a bad escape, a control character, malformed UTF-8, "." or "..". *ret_query is
 * what stands behind '?', undecoded. */
bool guard_path(struct arena *a, struct str target, struct str *ret_segments, size_t *ret_n,
                struct str *ret_query);
struct guard_pair {
    struct str name, value;
};
bool guard_query(struct arena *a, struct str query, struct guard_pair *ret, size_t *ret_n,
                 size_t max);
/* The value of one cookie, made of token characters. False when the header is malformed or
 * names it twice; absent: empty. */
bool guard_cookie(struct str header, struct str name, struct str *ret);
bool guard_bearer(struct str header, struct str *ret);
enum encoding { ENCODING_PLAIN, ENCODING_GZIP, ENCODING_BR };
unsigned guard_encodings(struct str header); /* bits 1 << enum encoding that are welcome */
/* Does the page that sent this belong to this origin? origin, site: Origin and Sec-Fetch-Site
 * as sent. */
bool guard_same_origin(struct str origin, struct str site, struct str host, bool secure);
bool guard_key(struct str key); /* an idempotency key: 1 … 128 visible ASCII characters */
/* If-Match, If-None-Match: "*", or a list that names it */
bool guard_tags(struct str header, struct str etag);
bool guard_trusted(struct str peer, const char *const *proxies); /* proxies may be NULL */
/* The address that a chain of X-Forwarded-For tells when the last hop is trusted: the last that
 * is no trusted proxy itself. */
struct str guard_forwarded(struct str header, const char *const *proxies, struct str peer);
