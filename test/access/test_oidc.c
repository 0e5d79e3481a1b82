/* Single sign-on against a provider in memory that can be made to lie: every token that is not
 * exactly the one asked for is refused, and so is every answer that belongs to another browser
 * or another log-on. */
#include "access/oidc.h"
#include "base/hash.h"
#include "base/json.h"
#include "keys.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static const char issuer[] = "https://id.example";
static struct arena a;
static struct err e;
static struct sim_clock clock_now_;
static struct oidc *o;
static struct test_key *rsa, *ec, *stranger;
static struct str jwks, token, form, basic_user;
static char discovery[1024];
static int fetched_keys;

static RC fetch(void *ctx, const struct oidc_call *call, struct arena *arena, struct str *ret,
                struct err *err)
{
    struct str url = str_c(call->url);
    (void)ctx;
    if (str_is(url, "https://id.example/.well-known/openid-configuration"))
        *ret = str_c(discovery);
    else if (str_is(url, "https://id.example/keys")) {
        fetched_keys++;
        *ret = jwks;
    } else if (str_is(url, "https://id.example/token")) {
        form = str_dup(&a, call->form);
        basic_user = str_dup(&a, call->user);
        *ret = str_c(arena_printf(
            arena,
            "{\"access_token\":\"x\",\"token_type\":\"Bearer\",\"id_token\":\"" STR_FMT "\"}",
            STR_ARG(token)));
    } else
        return FAIL(err, RC_IO, "OIDC-0002", "no such address: %s", call->url);
    return RC_OK;
}

static void keys_are(struct str one, struct str two)
{
    jwks = str_c(arena_printf(&a, "{\"keys\":[" STR_FMT "%s" STR_FMT "]}", STR_ARG(one),
                              two.n ? "," : "", STR_ARG(two)));
}

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 0);
    sim_clock_init(&clock_now_, SECONDS(1800000000));
    struct oidc_setup s = {.issuer = issuer,
                           .client_id = "sallyport",
                           .client_secret = "a b&c",
                           .redirect_uri = "https://desk.example/api/v1/session/sso/callback",
                           .fetch = fetch,
                           .clock = sim_clock(&clock_now_)};
    snprintf(discovery, sizeof discovery,
             "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/"
             "auth\",\"token_endpoint\":\"%s/token\",\"jwks_uri\":\"%s/keys\"}",
             issuer, issuer, issuer, issuer);
    keys_are(test_key_public(&a, rsa), test_key_public(&a, ec));
    fetched_keys = 0;
    assert_int_equal(oidc_open(&s, &o, &e), RC_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    oidc_close(o);
    sim_clock_done(&clock_now_);
    arena_done(&a);
    return 0;
}

/* ---- one log-on -------------------------------------------------------------------------- */

struct
try {
    struct str cookie, state, nonce;
};

static struct str parameter(struct str url, const char *name)
{
    struct str rest = str_sub(url, (size_t)str_find(url, STR("?")) + 1, url.n), one, key;
    while (str_cut(&rest, '&', &one))
        if (str_cut(&one, '=', &key) && str_is(key, name)) return one;
    return STR("");
}

static struct try begin(void)
{
    struct try t;
    struct str location;
    assert_int_equal(oidc_start(o, &a, &location, &t.cookie, &e), RC_OK);
    assert_true(str_starts(
        location, STR("https://id.example/auth?response_type=code&client_id=sallyport&")));
    assert_true(str_is(parameter(location, "code_challenge_method"), "S256"));
    assert_int_equal(parameter(location, "code_challenge").n, 43);
    t.state = parameter(location, "state");
    t.nonce = parameter(location, "nonce");
    assert_true(t.state.n == 43 && t.nonce.n == 43 && !str_eq(t.state, t.nonce));
    return t;
}

static enum rc finish(const struct try *t, struct str *ret_subject)
{
    struct oidc_callback back = {.state = t->state, .code = STR("c0de")};
    struct str who, subject = {NULL, 0};
    enum rc rc = oidc_finish(o, t->cookie, &back, &a, &who, &subject, &e);
    if (rc == RC_OK) assert_true(str_is(who, issuer));
    if (ret_subject) *ret_subject = subject;
    return rc;
}

/* The claims of a good token; what differs is written over it. */
static struct str claims(struct str nonce, const char *differ)
{
    long long now =
        (long long)(clock_now(&(struct clock){sim_clock(&clock_now_).now, &clock_now_}) / 1000);
    struct json *v, *d;
    struct buf b = buf_in(&a);
    const char *text =
        arena_printf(&a,
                     "{\"iss\":\"%s\",\"aud\":\"sallyport\",\"sub\":\"u-77\",\"exp\":%lld,"
                     "\"iat\":%lld,\"auth_time\":%lld,\"nonce\":\"" STR_FMT "\"}",
                     issuer, now + 300, now, now - 10, STR_ARG(nonce));
    assert_int_equal(json_parse(&a, str_c(text), "", NULL, &v, &e), RC_OK);
    assert_int_equal(json_parse(&a, str_c(arena_strdup(&a, differ)), "", NULL, &d, &e), RC_OK);
    struct json *all = json_object(&a);
    for (size_t i = 0; i < json_len(v); i++)
        if (!json_get_str(d, v->object.members[i].key))
            json_set_str(&a, all, v->object.members[i].key, v->object.members[i].value);
    for (size_t i = 0; i < json_len(d); i++)
        if (d->object.members[i].value->type != JSON_NULL)
            json_set_str(&a, all, d->object.members[i].key, d->object.members[i].value);
    json_write(&b, all);
    return buf_str(&b);
}

static void good(struct test_key *k, const char *alg, const char *kid, const char *differ)
{
    struct try t = begin();
    struct str subject;
    token = test_key_sign(&a, k, alg, kid, claims(t.nonce, differ));
    if (finish(&t, &subject) != RC_OK) fail_msg("%s %s: %s", alg, differ, e.text);
    assert_true(str_is(subject, "u-77"));
}

static void bad(struct test_key *k, const char *alg, const char *kid, const char *differ)
{
    struct try t = begin();
    token = test_key_sign(&a, k, alg, kid, claims(t.nonce, differ));
    if (finish(&t, NULL) != RC_DENIED) fail_msg("%s %s was taken", alg, differ);
    assert_string_equal(e.id, "OIDC-0005");
}

static void test_good(void **state)
{
    (void)state;
    good(rsa, "RS256", "r1", "{}");
    assert_true(
        str_find(form,
                 STR("grant_type=authorization_code&code=c0de&redirect_uri=https%3A%2F%2Fdesk."
                     "example%2Fapi%2Fv1%2Fsession%2Fsso%2Fcallback&code_verifier=")) == 0);
    assert_true(str_find(form, STR("secret")) < 0 && str_is(basic_user, "sallyport"));
    good(ec, "ES256", "e1", "{}");
    good(rsa, "RS256", NULL, "{}"); /* one key of its kind */
    good(rsa, "RS256", "r1", "{\"aud\":[\"sallyport\"]}");
    good(rsa, "RS256", "r1", "{\"aud\":[\"other\",\"sallyport\"],\"azp\":\"sallyport\"}");
    assert_int_equal(fetched_keys, 1);
}

static void test_claims(void **state)
{
    static const char *const differ[] = {"{\"iss\":\"https://evil.example\"}",
                                         "{\"iss\":\"https://id.example/\"}",
                                         "{\"iss\":null}",
                                         "{\"aud\":\"other\"}",
                                         "{\"aud\":[\"other\"]}",
                                         "{\"aud\":[\"other\",\"sallyport\"]}",
                                         "{\"aud\":null}",
                                         "{\"aud\":{\"sallyport\":1}}",
                                         "{\"azp\":\"other\"}",
                                         "{\"azp\":7}",
                                         "{\"exp\":1799999000}",
                                         "{\"exp\":null}",
                                         "{\"exp\":\"1900000000\"}",
                                         "{\"iat\":null}",
                                         "{\"iat\":1799990000}",
                                         "{\"iat\":1800000900}",
                                         "{\"nonce\":null}",
                                         "{\"nonce\":\"\"}",
                                         "{\"nonce\":\"another\"}",
                                         "{\"sub\":null}",
                                         "{\"sub\":\"\"}",
                                         "{\"sub\":7}",
                                         "{\"auth_time\":null}",
                                         "{\"auth_time\":1799999000}",
                                         "{\"auth_time\":1800009000}"};
    (void)state;
    for (size_t i = 0; i < sizeof differ / sizeof *differ; i++)
        bad(rsa, "RS256", "r1", differ[i]);
    bad(rsa, "RS256", "r1", arena_printf(&a, "{\"sub\":\"%0300d\"}", 7));
}

static void test_keys(void **state)
{
    struct test_key *small = test_key_make("RS256", "small", 1024),
                    *wide = test_key_make("ES256", "wide", 384),
                    *shared = test_key_make("HS256", "h1", 256);
    (void)state;
    bad(stranger, "RS256", "r1", "{}"); /* another's signature under a known kid */
    bad(stranger, "RS256", "unknown", "{}");
    bad(stranger, "RS256", NULL, "{}");
    bad(ec, "ES256", "r1", "{}"); /* a kid of the other kind */
    bad(rsa, "RS384", "r1", "{}");
    bad(rsa, "PS256", "r1", "{}");
    keys_are(test_key_public(&a, small), test_key_public(&a, wide));
    sim_clock_advance(&clock_now_, HOURS(2)); /* they are asked for again */
    bad(small, "RS256", "small", "{}");
    bad(wide, "ES384", "wide", "{}");
    keys_are(
        str_c(arena_printf(&a, "{\"use\":\"enc\",%.*s", (int)test_key_public(&a, rsa).n - 1,
                           test_key_public(&a, rsa).p + 1)),
        test_key_public(&a, shared));
    sim_clock_advance(&clock_now_, HOURS(2));
    bad(rsa, "RS256", "r1", "{}"); /* a key to encrypt with signs nothing */
    bad(shared, "HS256", "h1", "{}");
    keys_are(test_key_public(&a, rsa), test_key_public(&a, stranger));
    sim_clock_advance(&clock_now_, HOURS(2));
    bad(rsa, "RS256", NULL, "{}"); /* no kid, and two it could be */
    test_key_free(small);
    test_key_free(wide);
    test_key_free(shared);
}

/* Keys whose numbers are no base64url: as if they were not there. */
static void test_broken_keys(void **state)
{
    static const char *const wrong[] = {"A", "AA=A", "====", "+/+/", "AAAAA", ""};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        keys_are(
            str_c(arena_printf(
                &a, "{\"kty\":\"RSA\",\"kid\":\"r1\",\"n\":\"%s\",\"e\":\"AQAB\"}", wrong[i])),
            str_c(arena_printf(
                &a, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e1\",\"x\":\"%s\",\"y\":[1]}",
                wrong[i])));
        bad(rsa, "RS256", "r1", "{}");
        bad(ec, "ES256", "e1", "{}");
    }
}

static void test_new_key(void **state)
{
    (void)state;
    good(rsa, "RS256", "r1", "{}");
    keys_are(test_key_public(&a, stranger), STR(""));
    bad(stranger, "RS256", "s1", "{}"); /* asked a minute ago at most: a stranger's kid does not
                                           make us ask all the time */
    assert_int_equal(fetched_keys, 1);
    sim_clock_advance(&clock_now_, MINUTES(2));
    good(stranger, "RS256", "s1", "{}");
    assert_int_equal(fetched_keys, 2);
}

static struct str url64(struct str s)
{
    struct buf b = buf_in(&a);
    base64_add(&b, s);
    while (b.n && b.p[b.n - 1] == '=') b.n--;
    for (size_t i = 0; i < b.n; i++)
        b.p[i] = b.p[i] == '+' ? '-' : b.p[i] == '/' ? '_' : b.p[i];
    return buf_str(&b);
}

static void refused(struct str t_)
{
    struct try t = begin();
    token = t_;
    if (finish(&t, NULL) == RC_OK) fail_msg("taken: " STR_FMT, STR_ARG(t_));
}

static void test_forged(void **state)
{
    struct str public_key = test_key_public(&a, rsa);
    (void)state;
    for (int round = 0; round < 6; round++) {
        static const char *const headers[] = {
            "{\"alg\":\"none\"}",
            "{\"alg\":\"None\"}",
            "{\"alg\":\"HS256\",\"kid\":\"r1\"}",
            "{}",
            "{\"alg\":\"RS256\",\"kid\":\"r1\",\"crit\":[\"b64\"],\"b64\":false}",
            "{\"alg\":[\"RS256\"],\"kid\":\"r1\"}"};
        struct try t = begin();
        struct str body =
            str_c(arena_printf(&a, STR_FMT "." STR_FMT, STR_ARG(url64(str_c(headers[round]))),
                               STR_ARG(url64(claims(t.nonce, "{}")))));
        struct hash mac = hash_hmac(public_key, body); /* the public key as a shared secret */
        token = str_c(arena_printf(
            &a, STR_FMT "." STR_FMT, STR_ARG(body),
            STR_ARG(round == 2 ? url64(str_n((const char *)mac.b, HASH_SIZE)) : STR(""))));
        assert_int_equal(finish(&t, NULL), RC_DENIED);
        assert_string_equal(e.id, "OIDC-0005");
    }
    static const char *const odd[] = {"",
                                      ".",
                                      "..",
                                      "a.b.c",
                                      "....",
                                      "e30.e30.",
                                      "e30.e30.e30.e30.e30",
                                      "eyJhbGciOiJSUzI1NiJ9..",
                                      "\\u0000.\\u0000.\\u0000"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) refused(str_c(odd[i]));
    static const char *const ends[] = {"", "A", "AAAAA", "AA=A", "=", "AA==", "A+/A", "AAA A"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        for (int part = 1; part < 3; part++)
            refused(
                str_c(arena_printf(&a, "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIn0.%s.%s",
                                   part == 1 ? ends[i] : "e30", part == 2 ? ends[i] : "AAAA")));
}

static void test_tampered(void **state)
{
    struct try t = begin();
    struct str whole = test_key_sign(&a, rsa, "RS256", "r1", claims(t.nonce, "{}"));
    (void)state;
    token = whole;
    assert_int_equal(finish(&t, NULL), RC_OK);
    /* each bit counts; the last letter of a part holds bits that say nothing, so by value */
    for (size_t i = 0; i < whole.n; i += 7) {
        char *p = str_dupz(&a, whole);
        p[i] = p[i] == 'A' ? 'B' : p[i] == '.' ? '_' : 'A';
        if (i + 1 == whole.n || p[i + 1] == '.') continue;
        token = str_c(p);
        if (finish(&t, NULL) == RC_OK) fail_msg("letter %zu can be changed", i);
    }
    for (size_t n = 0; n + 4 < whole.n; n += 11) {
        token = str_sub(whole, 0, n);
        assert_int_not_equal(finish(&t, NULL), RC_OK);
    }
}

/* ---- the way back ------------------------------------------------------------------------ */

static void test_callback(void **state)
{
    struct try t = begin(), other = begin(), mixed;
    struct str who, subject;
    (void)state;
    token = test_key_sign(&a, rsa, "RS256", "r1", claims(t.nonce, "{}"));
    mixed = (struct try){t.cookie, other.state, t.nonce};
    assert_int_equal(finish(&mixed, NULL), RC_DENIED);
    assert_string_equal(e.id, "OIDC-0003");
    /* somebody's code slipped into another's browser */
    mixed = (struct try){other.cookie, other.state, t.nonce};
    assert_int_equal(finish(&mixed, NULL), RC_DENIED);
    assert_string_equal(e.id, "OIDC-0005");
    mixed = (struct try){t.cookie, STR(""), t.nonce};
    assert_int_equal(finish(&mixed, NULL), RC_DENIED);
    mixed = (struct try){STR(""), t.state, t.nonce};
    assert_int_equal(finish(&mixed, NULL), RC_DENIED);
    char *turned = str_dupz(&a, t.cookie);
    turned[t.cookie.n / 2] = turned[t.cookie.n / 2] == 'A' ? 'B' : 'A';
    mixed = (struct try){str_c(turned), t.state, t.nonce};
    assert_int_equal(finish(&mixed, NULL), RC_DENIED);
    struct oidc_callback back = {
        .state = t.state, .code = STR("x"), .iss = STR("https://evil.example")};
    assert_int_equal(oidc_finish(o, t.cookie, &back, &a, &who, &subject, &e), RC_DENIED);
    back = (struct oidc_callback){.state = t.state, .error = STR("access_denied")};
    assert_int_equal(oidc_finish(o, t.cookie, &back, &a, &who, &subject, &e), RC_DENIED);
    assert_string_equal(e.id, "OIDC-0004");
    assert_int_equal(finish(&t, NULL), RC_OK);
    sim_clock_advance(&clock_now_, SECONDS(601));
    assert_int_equal(finish(&t, NULL), RC_DENIED);
    assert_string_equal(e.id, "OIDC-0003");
}

static void test_setup(void **state)
{
    static const char *const wrong[] = {"",
                                        "http://id.example",
                                        "ftp://id.example",
                                        "https://",
                                        "https://user@id.example",
                                        "https://id.example/ x",
                                        "http://127.0.0.1.evil.example/",
                                        "javascript:alert(1)"};
    struct oidc_setup s = {.client_id = "x",
                           .client_secret = "",
                           .redirect_uri = "https://desk.example/cb",
                           .fetch = fetch,
                           .clock = sim_clock(&clock_now_)};
    struct oidc *other;
    struct str location, cookie;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        s.issuer = wrong[i];
        assert_int_equal(oidc_open(&s, &other, &e), RC_INVALID);
    }
    static const char *const lies[] = {
        "[]", "{}", "{\"issuer\":\"https://evil.example\"}", "no",
        "{\"issuer\":\"https://id.example\",\"authorization_endpoint\":\"http://id.example/"
        "a\",\"token_endpoint\":\"https://id.example/t\",\"jwks_uri\":\"https://id.example/"
        "k\"}"};
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        snprintf(discovery, sizeof discovery, "%s", lies[i]);
        assert_int_equal(oidc_start(o, &a, &location, &cookie, &e), RC_IO);
        assert_string_equal(e.id, "OIDC-0002");
    }
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_good),        T(test_claims),   T(test_keys),
                                       T(test_broken_keys), T(test_new_key),  T(test_forged),
                                       T(test_tampered),    T(test_callback), T(test_setup)};
    rsa = test_key_make("RS256", "r1", 2048);
    ec = test_key_make("ES256", "e1", 256);
    stranger = test_key_make("RS256", "s1", 2048);
    int failed = cmocka_run_group_tests_name("access-oidc", tests, NULL, NULL);
    test_key_free(rsa);
    test_key_free(ec);
    test_key_free(stranger);
    return failed;
}
