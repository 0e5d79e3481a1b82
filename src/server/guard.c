/* See guard.h. */
#include "server/guard.h"
#include "base/utf8.h"

static bool is_token(unsigned char c) /* RFC 9110 §5.6.2 */
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool all(struct str s, bool (*good)(unsigned char c))
{
    for (size_t i = 0; i < s.n; i++)
        if (!good((unsigned char)s.p[i])) return false;
    return true;
}

static bool is_value(unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); }
static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
static bool is_visible(unsigned char c) { return c > 0x20 && c < 0x7f; }
static bool is_secret(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.' || c == '~' || c == '+' || c == '/' || c == '=';
}

struct str guard_find(const struct guard_header *h, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(h[i].name, str_c(name))) return h[i].value;
    return (struct str){NULL, 0};
}

static struct str host_name(struct str host)
{
    struct str name = host;
    if (host.n && host.p[0] == '[') {
        ptrdiff_t end = str_find(host, STR("]"));
        name = end > 0 ? str_sub(host, 0, (size_t)end + 1) : STR("");
    } else {
        ptrdiff_t colon = str_find(host, STR(":"));
        if (colon >= 0) name = str_sub(host, 0, (size_t)colon);
    }
    struct str port = str_sub(host, name.n, host.n);
    bool good = port.n == 0 || (port.n > 1 && port.n <= 6 && port.p[0] == ':' &&
                                all(str_sub(port, 1, port.n), is_digit));
    return good ? name : STR("");
}

bool guard_host(struct str host, const char *const *hosts)
{
    struct str name = host_name(host);
    for (size_t i = 0; name.n && hosts[i]; i++)
        if (str_ieq(name, str_c(hosts[i]))) return true;
    return false;
}

/* What changes the meaning of a request when it stands there twice. */
static const char *const once[] = {"Host",
                                   "Content-Length",
                                   "Transfer-Encoding",
                                   "Authorization",
                                   "Cookie",
                                   "Content-Type",
                                   "Origin",
                                   "Sec-Fetch-Site",
                                   "X-CSRF-Token",
                                   "Idempotency-Key",
                                   "If-Match",
                                   "If-None-Match",
                                   "Last-Event-ID",
                                   "X-Forwarded-Proto",
                                   "X-Forwarded-For",
                                   "Range",
                                   "Expect",
                                   NULL};

static const char *twice(const struct guard_header *h, size_t n)
{
    for (size_t k = 0; once[k]; k++) {
        size_t seen = 0;
        for (size_t i = 0; i < n; i++) seen += str_ieq(h[i].name, str_c(once[k]));
        if (seen > 1) return once[k];
    }
    return NULL;
}

const char *guard_headers(const struct guard_header *h, size_t n,
                          const struct guard_rules *rules)
{
    if (n > GUARD_HEADERS) return "too many headers";
    for (size_t i = 0; i < n; i++) {
        if (h[i].name.n == 0 || h[i].name.n > GUARD_NAME || !all(h[i].name, is_token))
            return "header name";
        if (h[i].value.n > GUARD_VALUE || !all(h[i].value, is_value)) return "header value";
    }
    if (twice(h, n)) return "header twice";
    struct str host = guard_find(h, n, "Host"), length = guard_find(h, n, "Content-Length"),
               coding = guard_find(h, n, "Transfer-Encoding");
    if (!host.p || !guard_host(host, rules->hosts)) return "host";
    if (length.p && (length.n == 0 || length.n > 18 || !all(length, is_digit)))
        return "content-length";
    if (length.p && coding.p) return "length and coding";
    if (coding.p && (rules->http10 || !str_ieq(coding, STR("chunked"))))
        return "transfer-encoding";
    if (guard_find(h, n, "Upgrade").p) return "upgrade";
    return NULL;
}

/* ---- target ------------------------------------------------------------------------------ */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* RFC 3986 §2.1; with `plus` also "+" for a space. */
static bool decode(struct arena *a, struct str s, bool plus, struct str *ret)
{
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1,
                low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) return false;
        out[n++] = c;
    }
    *ret = str_n(out, n);
    return utf8_bad(*ret) < 0;
}

bool guard_path(struct arena *a, struct str target, struct str *ret_segments, size_t *ret_n,
                struct str *ret_query)
{
    struct str path = target, segment;
    ptrdiff_t mark = str_find(target, STR("?"));
    *ret_n = 0;
    *ret_query = STR("");
    if (target.n == 0 || target.n > GUARD_URI || target.p[0] != '/' || !all(target, is_visible))
        return false;
    if (mark >= 0) {
        path = str_sub(target, 0, (size_t)mark);
        *ret_query = str_sub(target, (size_t)mark + 1, target.n);
    }
    path = str_sub(path, 1, path.n);
    if (path.n && path.p[path.n - 1] == '/') path.n--; /* /desk/ is /desk */
    while (path.n) {
        struct str part;
        ptrdiff_t slash = str_find(path, STR("/"));
        part = slash >= 0 ? str_sub(path, 0, (size_t)slash) : path;
        path = slash >= 0 ? str_sub(path, (size_t)slash + 1, path.n) : STR("");
        if (*ret_n == GUARD_SEGMENTS || !decode(a, part, false, &segment)) return false;
        if (segment.n == 0 || str_is(segment, ".") || str_is(segment, "..")) return false;
        ret_segments[(*ret_n)++] = segment;
    }
    return true;
}

bool guard_query(struct arena *a, struct str query, struct guard_pair *ret, size_t *ret_n,
                 size_t max)
{
    struct str part;
    *ret_n = 0;
    while (str_cut(&query, '&', &part)) {
        struct str name = part, value = STR("");
        ptrdiff_t equals = str_find(part, STR("="));
        if (part.n == 0) continue;
        if (equals >= 0) {
            name = str_sub(part, 0, (size_t)equals);
            value = str_sub(part, (size_t)equals + 1, part.n);
        }
        if (*ret_n == max || !decode(a, name, true, &ret[*ret_n].name) ||
            !decode(a, value, true, &ret[*ret_n].value))
            return false;
        for (size_t i = 0; i < *ret_n; i++) /* which one would be meant? */
            if (str_eq(ret[i].name, ret[*ret_n].name)) return false;
        ++*ret_n;
    }
    return true;
}

/* ---- single headers ---------------------------------------------------------------------- */

bool guard_cookie(struct str header, struct str name, struct str *ret)
{
    struct str part;
    bool seen = false;
    *ret = STR("");
    while (str_cut(&header, ';', &part)) {
        part = str_trim(part);
        ptrdiff_t equals = str_find(part, STR("="));
        if (equals < 0 || !str_eq(str_sub(part, 0, (size_t)equals), name)) continue;
        struct str value = str_sub(part, (size_t)equals + 1, part.n);
        if (seen || value.n > 200 || !all(value, is_secret)) return false;
        seen = true;
        *ret = value;
    }
    return true;
}

bool guard_bearer(struct str header, struct str *ret)
{
    if (header.n < 8 || !str_ieq(str_sub(header, 0, 7), STR("Bearer "))) return false;
    *ret = str_sub(header, 7, header.n);
    return ret->n <= 200 && all(*ret, is_secret);
}

/* "q=0", "q=0.0" …: not welcome (RFC 9110 §12.4.2). */
static bool is_refused(struct str params)
{
    struct str part;
    while (str_cut(&params, ';', &part)) {
        part = str_trim(part);
        if (part.n < 3 || (part.p[0] != 'q' && part.p[0] != 'Q') || part.p[1] != '=') continue;
        bool zero = true;
        for (size_t i = 2; i < part.n; i++) zero &= part.p[i] == '0' || part.p[i] == '.';
        return zero;
    }
    return false;
}

unsigned guard_encodings(struct str header)
{
    unsigned bits = 1u << ENCODING_PLAIN;
    struct str part;
    while (str_cut(&header, ',', &part)) {
        ptrdiff_t mark = str_find(part, STR(";"));
        struct str name = str_trim(mark >= 0 ? str_sub(part, 0, (size_t)mark) : part);
        if (mark >= 0 && is_refused(str_sub(part, (size_t)mark + 1, part.n))) continue;
        if (str_ieq(name, STR("gzip"))) bits |= 1u << ENCODING_GZIP;
        if (str_ieq(name, STR("br"))) bits |= 1u << ENCODING_BR;
    }
    return bits;
}

bool guard_same_origin(struct str origin, struct str site, struct str host, bool secure)
{
    struct str scheme = secure ? STR("https://") : STR("http://");
    if (site.p && !str_is(site, "same-origin")) return false;
    if (!origin.p) return site.p != NULL;
    return str_starts(origin, scheme) && str_ieq(str_sub(origin, scheme.n, origin.n), host);
}

bool guard_key(struct str key) { return key.n > 0 && key.n <= 128 && all(key, is_visible); }

bool guard_tags(struct str header, struct str etag)
{
    struct str part;
    if (str_is(str_trim(header), "*")) return true;
    while (str_cut(&header, ',', &part)) {
        part = str_trim(part);
        if (str_starts(part, STR("W/"))) part = str_sub(part, 2, part.n);
        if (etag.n && str_eq(part, etag)) return true;
    }
    return false;
}

static bool in_list(struct str s, const char *const *list)
{
    for (size_t i = 0; list && list[i]; i++)
        if (str_is(s, list[i])) return true;
    return false;
}

bool guard_trusted(struct str peer, const char *const *proxies)
{
    return in_list(peer, proxies);
}

struct str guard_forwarded(struct str header, const char *const *proxies, struct str peer)
{
    if (!in_list(peer, proxies)) return peer;
    while (header.n) {
        size_t from = header.n;
        while (from && header.p[from - 1] != ',') from--;
        struct str hop = str_trim(str_sub(header, from, header.n));
        if (hop.n == 0 || hop.n > 45 || !all(hop, is_visible)) return peer;
        if (!in_list(hop, proxies)) return hop;
        header = from ? str_sub(header, 0, from - 1) : STR("");
    }
    return peer;
}
