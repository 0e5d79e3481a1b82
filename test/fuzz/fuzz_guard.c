/* Target, query, cookies, tags and headers of a request. The first line is the target, the
 * second a cookie header, the rest are "Name: value" lines. What the guard lets through must be
 * free of what it promises to refuse. */
#include "server/guard.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
static void must(bool good)
{
    if (!good) abort();
}

static void target(struct arena *a, struct str line)
{
    struct str parts[GUARD_SEGMENTS], query;
    struct guard_pair pairs[8];
    size_t count;
    if (!guard_path(a, line, parts, &count, &query)) return;
    for (size_t i = 0; i < count; i++) {
        must(parts[i].n && !str_is(parts[i], ".") && !str_is(parts[i], ".."));
        must(!memchr(parts[i].p, 0, parts[i].n) && !memchr(parts[i].p, '\n', parts[i].n));
    }
    if (guard_query(a, query, pairs, &count, 8)) must(count <= 8);
}

static void headers(struct str rest)
{
    static const char *const hosts[] = {"localhost", NULL}, *const proxies[] = {"10.0.0.1",
                                                                                NULL};
    struct guard_header h[GUARD_HEADERS + 8];
    struct guard_rules rules = {.hosts = hosts};
    struct str line;
    size_t count = 0, lengths = 0;
    while (count < GUARD_HEADERS + 8 && str_cut(&rest, '\n', &line)) {
        ptrdiff_t colon = str_find(line, STR(":"));
        if (colon < 0) continue;
        h[count++] = (struct guard_header){str_sub(line, 0, (size_t)colon),
                                           str_trim(str_sub(line, (size_t)colon + 1, line.n))};
    }
    (void)guard_forwarded(guard_find(h, count, "X-Forwarded-For"), proxies, STR("10.0.0.1"));
    (void)guard_encodings(guard_find(h, count, "Accept-Encoding"));
    (void)guard_tags(guard_find(h, count, "If-Match"), STR("\"a\""));
    (void)guard_same_origin(guard_find(h, count, "Origin"),
                            guard_find(h, count, "Sec-Fetch-Site"),
                            guard_find(h, count, "Host"), true);
    if (guard_headers(h, count, &rules)) return;
    for (size_t i = 0; i < count; i++)
        lengths += str_ieq(h[i].name, STR("content-length")) ||
                   str_ieq(h[i].name, STR("transfer-encoding"));
    must(lengths <= 1 && guard_host(guard_find(h, count, "Host"), hosts));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str rest = str_n((const char *)data, n), line, value;
    struct arena a;
    arena_init(&a, 0);
    if (str_cut(&rest, '\n', &line)) target(&a, line);
    if (str_cut(&rest, '\n', &line) && guard_cookie(line, STR("__Host-sallyport"), &value))
        must(value.n <= 200 && (!value.n || !memchr(value.p, ';', value.n)));
    (void)guard_bearer(line, &value);
    if (rest.p) headers(rest);
    arena_done(&a);
    return 0;
}
