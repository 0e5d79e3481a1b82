/* The guard by itself: each rule once broken, once kept. */
#include "server/guard.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const char *const hosts[] = {"desk.example.gov", "[::1]", NULL};
static struct arena a;

static const char *check(const char *const *names, const char *const *values, bool http10)
{
    struct guard_header h[GUARD_HEADERS + 2];
    struct guard_rules rules = {.hosts = hosts, .http10 = http10};
    size_t n = 0;
    for (; names[n]; n++) h[n] = (struct guard_header){str_c(names[n]), str_c(values[n])};
    return guard_headers(h, n, &rules);
}
#define NAMES (const char *const[])
#define BROKEN(rule, names, values) assert_string_equal(check(names, values, false), rule)

static void headers(void **s)
{
    (void)s;
    assert_null(check(NAMES{"host", "CONTENT-LENGTH", "Accept", "Accept", NULL},
                      NAMES{"desk.example.gov:443", "12", "a", "b"}, false));
    assert_null(
        check(NAMES{"Host", "Transfer-Encoding", NULL}, NAMES{"[::1]:8321", "Chunked"}, false));
    BROKEN("host", (NAMES{"Accept", NULL}), (NAMES{"a"}));
    BROKEN("host", (NAMES{"Host", NULL}), (NAMES{"evil.example"}));
    BROKEN("host", (NAMES{"Host", NULL}), (NAMES{"desk.example.gov:x"}));
    BROKEN("header twice", (NAMES{"Host", "hOST", NULL}),
           (NAMES{"desk.example.gov", "desk.example.gov"}));
    BROKEN("header twice", (NAMES{"Host", "Content-Length", "content-length", NULL}),
           (NAMES{"desk.example.gov", "1", "1"}));
    BROKEN("length and coding", (NAMES{"Host", "Content-Length", "Transfer-Encoding", NULL}),
           (NAMES{"desk.example.gov", "1", "chunked"}));
    BROKEN("transfer-encoding", (NAMES{"Host", "Transfer-Encoding", NULL}),
           (NAMES{"desk.example.gov", "gzip, chunked"}));
    assert_string_equal(check(NAMES{"Host", "Transfer-Encoding", NULL},
                              NAMES{"desk.example.gov", "chunked"}, true),
                        "transfer-encoding");
    static const char *const lengths[] = {
        "", " 1", "+1", "-1", "0x1", "1,1", "1234567890123456789", NULL};
    for (int i = 0; lengths[i]; i++)
        BROKEN("content-length", (NAMES{"Host", "Content-Length", NULL}),
               (NAMES{"desk.example.gov", lengths[i]}));
    BROKEN("header name", (NAMES{"Host", "X ", NULL}), (NAMES{"desk.example.gov", "1"}));
    BROKEN("header value", (NAMES{"Host", "X", NULL}), (NAMES{"desk.example.gov", "a\rb"}));
    BROKEN("upgrade", (NAMES{"Host", "Upgrade", NULL}), (NAMES{"desk.example.gov", "h2c"}));
}

static void paths(void **s)
{
    (void)s;
    struct str parts[GUARD_SEGMENTS], query;
    size_t n;
    assert_true(guard_path(&a, STR("/a%2Fb/c%20d/?x=1&y"), parts, &n, &query));
    assert_int_equal(n, 2);
    assert_true(str_is(parts[0], "a/b") && str_is(parts[1], "c d") && str_is(query, "x=1&y"));
    assert_true(guard_path(&a, STR("/"), parts, &n, &query) && n == 0);
    static const char *const bad[] = {
        "",     "a",    "http://x/", "/..",   "/a/%2e%2e/b",
        "/%00", "/%0a", "/%",        "/%4",   "/%4g",
        "/%ff", "/a b", "/a//b",     "/\x01", "/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h",
        NULL};
    for (int i = 0; bad[i]; i++)
        if (guard_path(&a, str_c(bad[i]), parts, &n, &query))
            fail_msg("'%s' was taken", bad[i]);
}

static void queries(void **s)
{
    (void)s;
    struct guard_pair list[3];
    size_t n;
    assert_true(guard_query(&a, STR("a=1+2&b=%26&&c"), list, &n, 3));
    assert_int_equal(n, 3);
    assert_true(str_is(list[0].value, "1 2") && str_is(list[1].value, "&") &&
                str_is(list[2].name, "c"));
    assert_true(guard_query(&a, STR(""), list, &n, 3) && n == 0);
    assert_false(guard_query(&a, STR("a=1&a=2"), list, &n, 3));
    assert_false(guard_query(&a, STR("a=%"), list, &n, 3));
    assert_false(guard_query(&a, STR("a&b&c&d"), list, &n, 3));
}

static void credentials(void **s)
{
    (void)s;
    struct str v;
    assert_true(
        guard_cookie(STR("a=b; __Host-sallyport=x-Y_9; c=d"), STR("__Host-sallyport"), &v) &&
        str_is(v, "x-Y_9"));
    assert_true(guard_cookie(STR("a__Host-sallyport=x"), STR("__Host-sallyport"), &v) &&
                v.n == 0);
    assert_false(guard_cookie(STR("k=1; k=2"), STR("k"), &v));
    assert_false(guard_cookie(STR("k=a b"), STR("k"), &v));
    assert_true(guard_bearer(STR("bearer abc="), &v) && str_is(v, "abc="));
    assert_false(guard_bearer(STR("Basic abc"), &v));
    assert_false(guard_bearer(STR("Bearer a b"), &v));
    assert_true(guard_key(STR("0b6f-1")));
    assert_false(guard_key(STR("")) || guard_key(STR("a b")));
}

static void origins(void **s)
{
    (void)s;
    struct str none = {NULL, 0}, host = STR("desk.example.gov"),
               own = STR("https://desk.example.gov"), same = STR("same-origin");
    assert_true(guard_same_origin(own, same, host, true) &&
                guard_same_origin(own, none, host, true) &&
                guard_same_origin(none, same, host, true));
    assert_false(guard_same_origin(none, none, host, true));
    assert_false(guard_same_origin(own, STR("cross-site"), host, true) ||
                 guard_same_origin(own, STR("none"), host, true));
    assert_false(guard_same_origin(STR("null"), same, host, true) ||
                 guard_same_origin(own, same, host, false));
    assert_false(guard_same_origin(STR("https://desk.example.gov.evil"), none, host, true) ||
                 guard_same_origin(STR("https://desk.example.gov:8443"), none, host, true));
}

static void the_rest(void **s)
{
    (void)s;
    static const char *const proxies[] = {"10.0.0.1", "10.0.0.2", NULL};
    assert_int_equal(guard_encodings(STR("gzip, br;q=0, *")),
                     1 << ENCODING_PLAIN | 1 << ENCODING_GZIP);
    assert_int_equal(guard_encodings(STR("br;q=0.5,identity")),
                     1 << ENCODING_PLAIN | 1 << ENCODING_BR);
    assert_true(guard_tags(STR("\"a\", W/\"b\""), STR("\"b\"")) &&
                guard_tags(STR(" * "), STR("\"b\"")));
    assert_false(guard_tags(STR("\"a\""), STR("\"b\"")) || guard_tags(STR(""), STR("")));
    assert_true(str_is(guard_forwarded(STR("6.6.6.6, 192.0.2.7"), proxies, STR("10.0.0.1")),
                       "192.0.2.7")); /* what the first said is its own tale */
    assert_true(str_is(guard_forwarded(STR("192.0.2.7, 10.0.0.2"), proxies, STR("10.0.0.1")),
                       "192.0.2.7"));
    assert_true(str_is(guard_forwarded(STR("192.0.2.7"), proxies, STR("203.0.113.5")),
                       "203.0.113.5")); /* no proxy of ours */
    assert_true(str_is(guard_forwarded(STR(""), proxies, STR("10.0.0.1")), "10.0.0.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(headers), cmocka_unit_test(paths),
                                       cmocka_unit_test(queries), cmocka_unit_test(credentials),
                                       cmocka_unit_test(origins), cmocka_unit_test(the_rest)};
    arena_init(&a, 0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
