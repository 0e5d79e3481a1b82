/* See oidc.h: discovery, the way out, the way back, the token. */
#include "access/oidc.h"
#include "access/inside.h"
#include "access/jws.h"
#include "os/random.h"
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

enum { TOKEN_MAX = 64 << 10, SUBJECT_MAX = 255, LEEWAY_S = 60, MAX_AGE_S = 300 };
#define KNOWN_FOR HOURS(1)
#define KEYS_AGAIN                                                                             \
    MINUTES(1) /* a provider changes its keys; a stranger's kid must not make us ask all the   \
                  time */

struct oidc {
    struct oidc_setup s;
    struct arena arena; /* as long as this */
    struct arena known; /* what the provider says of itself, until it is asked again */
    instant known_at, keys_at;
    struct str authorization, token, jwks;
    bool post_secret;
    struct json *keys;
};

static unsigned char seal_key[32];
static pthread_once_t seal_once = PTHREAD_ONCE_INIT;
static void seal_make(void) { random_bytes(seal_key, sizeof seal_key); }

#define DENIED(e, id, ...) FAIL((e), RC_DENIED, (id), __VA_ARGS__)

/* ---- the setup -------------------------------------------------------------------------- */

/* https, or http to this machine; no user part, no spaces. */
static bool url_good(struct str u)
{
    static const char *const here[] = {"http://127.0.0.1:",
                                       "http://127.0.0.1/",
                                       "http://localhost:",
                                       "http://localhost/",
                                       "http://[::1]:",
                                       "http://[::1]/",
                                       NULL};
    bool good = str_starts(u, STR("https://")) && u.n > 8;
    for (size_t i = 0; here[i]; i++) good |= str_starts(u, str_c(here[i]));
    for (size_t i = 0; i < u.n; i++)
        good &= (unsigned char)u.p[i] > ' ' && (unsigned char)u.p[i] < 127 &&
                !strchr("\"<>\\^`{|}@", u.p[i]);
    return good;
}

RC oidc_open(const struct oidc_setup *s, struct oidc **ret, struct err *e)
{
    if (!url_good(str_c(s->issuer)) || !url_good(str_c(s->redirect_uri)) || !s->client_id ||
        !*s->client_id)
        return FAIL(e, RC_INVALID, "OIDC-0001",
                    "single sign-on needs an issuer and a redirect address with https (or http "
                    "to this machine) and a client id");
    struct oidc *o = calloc(1, sizeof *o);
    if (!o) abort();
    pthread_once(&seal_once, seal_make);
    arena_init(&o->arena, 0);
    arena_init(&o->known, 0);
    o->s = *s;
    o->s.issuer = arena_strdup(&o->arena, s->issuer);
    o->s.client_id = arena_strdup(&o->arena, s->client_id);
    o->s.client_secret = arena_strdup(&o->arena, s->client_secret ? s->client_secret : "");
    o->s.redirect_uri = arena_strdup(&o->arena, s->redirect_uri);
    o->known_at = o->keys_at = INSTANT_NONE;
    *ret = o;
    return RC_OK;
}

void oidc_close(struct oidc *o)
{
    if (!o) return;
    arena_done(&o->known);
    arena_done(&o->arena);
    free(o);
}

/* ---- discovery -------------------------------------------------------------------------- */

static RC fetch_json(struct oidc *o, const struct oidc_call *call, struct arena *a,
                     struct json **ret, struct err *e)
{
    struct str body;
    TRY(o->s.fetch(o->s.ctx, call, a, &body, e));
    if (json_parse(a, body, "provider", NULL, ret, e) != RC_OK || (*ret)->type != JSON_OBJECT)
        return FAIL(e, RC_IO, "OIDC-0002", "the provider's answer is no JSON object");
    return RC_OK;
}

static bool lists(const struct json *list, const char *word)
{
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_str(json_at(list, i)), word)) return true;
    return false;
}

/* OpenID Connect Discovery 1.0 §4. */
static RC discover(struct oidc *o, struct err *e)
{
    struct json *v, *methods;
    instant now = clock_now(&o->s.clock);
    struct str issuer = str_c(o->s.issuer);
    if (o->known_at != INSTANT_NONE && now - o->known_at < KNOWN_FOR && now >= o->known_at)
        return RC_OK;
    arena_reset(&o->known);
    o->known_at = o->keys_at = INSTANT_NONE;
    o->keys = NULL;
    while (issuer.n && issuer.p[issuer.n - 1] == '/') issuer.n--;
    struct oidc_call call = {.url = arena_printf(&o->known,
                                                 STR_FMT "/.well-known/openid-configuration",
                                                 STR_ARG(issuer))};
    TRY(fetch_json(o, &call, &o->known, &v, e));
    if (!str_is(json_text(v, "issuer"), o->s.issuer))
        return FAIL(e, RC_IO, "OIDC-0002",
                    "the provider calls itself by another name than the configured issuer");
    o->authorization = json_text(v, "authorization_endpoint");
    o->token = json_text(v, "token_endpoint");
    o->jwks = json_text(v, "jwks_uri");
    if (!url_good(o->authorization) || !url_good(o->token) || !url_good(o->jwks))
        return FAIL(e, RC_IO, "OIDC-0002",
                    "the provider names no addresses with https for log-on, token and keys");
    methods = json_get(v, "token_endpoint_auth_methods_supported");
    o->post_secret = methods && !lists(methods, "client_secret_basic") &&
                     lists(methods, "client_secret_post");
    o->known_at = now;
    return RC_OK;
}

static RC keys_fetch(struct oidc *o, struct err *e)
{
    struct json *v;
    struct oidc_call call = {.url = str_dupz(&o->known, o->jwks)};
    o->keys_at = clock_now(&o->s.clock);
    TRY(fetch_json(o, &call, &o->known, &v, e));
    o->keys = json_get(v, "keys");
    return RC_OK;
}

/* ---- the way out ------------------------------------------------------------------------ */

static void encode(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (isascii(ch) && (isalnum(ch) || strchr("-._~", ch)))
            buf_ch(b, (char)ch);
        else
            buf_printf(b, "%%%02X", ch);
    }
}

static void pair(struct buf *b, const char *key, struct str value)
{
    if (b->n && b->p[b->n - 1] != '?') buf_ch(b, '&');
    buf_c(b, key);
    buf_ch(b, '=');
    encode(b, value);
}

static struct str encoded(struct arena *a, struct str s)
{
    struct buf b = buf_in(a);
    encode(&b, s);
    return buf_str(&b);
}

/* A log-on under way is one random secret and the time until which it counts; all else is
 * derived from the secret, so the cookie is short. */
enum { BEGUN = 32 + 8 };

static struct str derived(struct arena *a, const unsigned char begun[BEGUN], const char *what)
{
    struct hash h = hash_hmac(str_n((const char *)begun, 32), str_c(what));
    return access_url64(a, str_n((const char *)h.b, HASH_SIZE));
}

static struct str cookie_make(struct arena *a, const unsigned char begun[BEGUN])
{
    unsigned char nonce[24], sealed[BEGUN + SEAL_MORE];
    random_bytes(nonce, sizeof nonce);
    sign_seal(seal_key, nonce, str_n((const char *)begun, BEGUN), sealed);
    return access_url64(a, str_n((const char *)sealed, sizeof sealed));
}

static RC cookie_read(struct oidc *o, struct arena *a, struct str cookie,
                      unsigned char ret[BEGUN], struct err *e)
{
    struct str sealed;
    instant until;
    bool good = cookie.n < 4 * (BEGUN + SEAL_MORE) && access_unurl64(a, cookie, &sealed) &&
                sealed.n == BEGUN + SEAL_MORE && sign_unseal(seal_key, sealed, ret);
    if (!good) return DENIED(e, "OIDC-0003", "this browser began no log-on here");
    memcpy(&until, ret + 32, sizeof until);
    if (clock_now(&o->s.clock) > until)
        return DENIED(e, "OIDC-0003", "the log-on took longer than ten minutes; begin again");
    return RC_OK;
}

RC oidc_start(struct oidc *o, struct arena *a, struct str *ret_location, struct str *ret_cookie,
              struct err *e)
{
    unsigned char begun[BEGUN];
    TRY(discover(o, e));
    instant until = clock_now(&o->s.clock) + SECONDS(OIDC_LIFE_SECONDS);
    random_bytes(begun, 32);
    memcpy(begun + 32, &until, sizeof until);
    struct hash challenge = hash_of(derived(a, begun, "verifier")); /* RFC 7636 §4.2, S256 */
    struct buf b = buf_in(a);
    buf_str_add(&b, o->authorization);
    buf_ch(&b, str_find(o->authorization, STR("?")) < 0 ? '?' : '&');
    pair(&b, "response_type", STR("code"));
    pair(&b, "client_id", str_c(o->s.client_id));
    pair(&b, "redirect_uri", str_c(o->s.redirect_uri));
    pair(&b, "scope", STR("openid"));
    pair(&b, "state", derived(a, begun, "state"));
    pair(&b, "nonce", derived(a, begun, "nonce"));
    pair(&b, "code_challenge", access_url64(a, str_n((const char *)challenge.b, HASH_SIZE)));
    pair(&b, "code_challenge_method", STR("S256"));
    pair(&b, "max_age", str_c(arena_printf(a, "%d", MAX_AGE_S)));
    *ret_location = buf_str(&b);
    *ret_cookie = cookie_make(a, begun);
    return RC_OK;
}

/* ---- the token -------------------------------------------------------------------------- */

#define BAD(e, ...) DENIED((e), "OIDC-0005", __VA_ARGS__)

static bool same(struct str a, struct str b) { return a.n && hash_eq(hash_of(a), hash_of(b)); }

/* RFC 7515 §7.1. The library that checks signatures asserts on base64url that is none, so no
 * other text may come to it. */
static bool parts_read(struct arena *a, struct str token, struct str ret[3])
{
    struct str rest = token, part;
    size_t n = 0;
    while (n < 3 && str_cut(&rest, '.', &part)) {
        if (!access_unurl64(a, part, &ret[n])) return false;
        n++;
    }
    return n == 3 && !rest.p && part.n;
}

static RC header_read(struct arena *a, struct str token, const char **ret_alg,
                      struct str *ret_kid, struct err *e)
{
    struct str part[3];
    struct json *h;
    struct err why;
    if (token.n > TOKEN_MAX || !parts_read(a, token, part))
        return BAD(e, "the token is not a signed one of three parts");
    if (json_parse(a, part[0], "header", NULL, &h, &why) != RC_OK || h->type != JSON_OBJECT)
        return BAD(e, "the token's header cannot be read");
    struct str alg = json_text(h, "alg");
    *ret_alg = str_is(alg, "RS256") ? "RS256" : str_is(alg, "ES256") ? "ES256" : NULL;
    if (!*ret_alg) return BAD(e, "the token is not signed with RS256 or ES256");
    if (json_get(h, "crit") || json_get(h, "b64"))
        return BAD(e, "the token's header demands what we do not know");
    *ret_kid = json_text(h, "kid");
    return RC_OK;
}

static bool numbers_good(struct arena *a, const struct json *k)
{
    static const char *const names[] = {"n", "e", "x", "y"};
    struct str bytes;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (json_get(k, names[i]) &&
            (!json_text(k, names[i]).n || !access_unurl64(a, json_text(k, names[i]), &bytes)))
            return false;
    return true;
}

static bool key_may(struct arena *a, const struct json *k, const char *alg)
{
    struct str use = json_text(k, "use"), of = json_text(k, "alg");
    return (!use.n || str_is(use, "sig")) && (!of.n || str_is(of, alg)) &&
           str_is(json_text(k, "kty"), alg[0] == 'R' ? "RSA" : "EC") && !json_get(k, "d") &&
           numbers_good(a, k);
}

/* The one key of that kid; a token without a kid is fine when there is only one key it can
 * be. */
static const struct json *key_find(struct arena *a, const struct json *keys, const char *alg,
                                   struct str kid)
{
    const struct json *found = NULL;
    for (size_t i = 0; i < json_len(keys); i++) {
        const struct json *k = json_at(keys, i);
        if (!key_may(a, k, alg) || (kid.n && !str_eq(json_text(k, "kid"), kid))) continue;
        if (found) return NULL;
        found = k;
    }
    return found;
}

static RC key_of(struct oidc *o, struct arena *a, const char *alg, struct str kid,
                 struct str *ret, struct err *e)
{
    struct buf b = buf_in(a);
    if (!o->keys) TRY(keys_fetch(o, e));
    const struct json *k = key_find(a, o->keys, alg, kid);
    if (!k && clock_now(&o->s.clock) - o->keys_at >= KEYS_AGAIN) {
        TRY(keys_fetch(o, e));
        k = key_find(a, o->keys, alg, kid);
    }
    if (!k) return BAD(e, "the provider has no key that the token could be signed with");
    json_write(&b, k);
    *ret = buf_str(&b);
    return RC_OK;
}

/* OpenID Connect Core 1.0 §3.1.3.7. */
static RC claims_good(struct oidc *o, const struct json *v, struct str nonce, struct err *e)
{
    const struct json *aud = json_get(v, "aud"), *azp = json_get(v, "azp");
    int64_t now = clock_now(&o->s.clock) / 1000, none = INT64_MIN / 2;
    int64_t expires = json_whole(json_get(v, "exp"), none),
            issued = json_whole(json_get(v, "iat"), none),
            proven = json_whole(json_get(v, "auth_time"), none);
    if (!str_is(json_text(v, "iss"), o->s.issuer))
        return BAD(e, "the token is another issuer's");
    if (!str_is(json_str(aud), o->s.client_id) &&
        !(lists(aud, o->s.client_id) && (json_len(aud) == 1 || azp)))
        return BAD(e, "the token is meant for another client");
    if (azp && !str_is(json_str(azp), o->s.client_id))
        return BAD(e, "the token was given to another client");
    if (expires <= now - LEEWAY_S) return BAD(e, "the token is out of date");
    if (issued < now - OIDC_LIFE_SECONDS || issued > now + LEEWAY_S)
        return BAD(e, "the token was not issued just now");
    if (!same(json_text(v, "nonce"), nonce)) return BAD(e, "the token answers another log-on");
    if (proven < now - MAX_AGE_S - LEEWAY_S || proven > now + LEEWAY_S)
        return BAD(e, "the provider's own log-on is older than five minutes, or it does not "
                      "say when it was");
    struct str sub = json_text(v, "sub");
    return sub.n && sub.n <= SUBJECT_MAX ? RC_OK : BAD(e, "the token names nobody");
}

static RC token_read(struct oidc *o, struct arena *a, struct str token, struct str nonce,
                     struct str *ret_subject, struct err *e)
{
    const char *alg = NULL;
    struct str kid, key, payload;
    struct json *v;
    struct err why;
    TRY(header_read(a, token, &alg, &kid, e));
    TRY(key_of(o, a, alg, kid, &key, e));
    TRY(jws_verify(a, token, alg, key, &payload, e));
    if (json_parse(a, payload, "token", NULL, &v, &why) != RC_OK || v->type != JSON_OBJECT)
        return BAD(e, "what the token says is no JSON object");
    TRY(claims_good(o, v, nonce, e));
    *ret_subject = json_text(v, "sub");
    return RC_OK;
}

/* ---- the way back ----------------------------------------------------------------------- */

static RC redeem(struct oidc *o, struct arena *a, struct str code, struct str verifier,
                 struct str *ret, struct err *e)
{
    struct json *v;
    struct buf form = buf_in(a);
    bool secret = *o->s.client_secret != 0;
    struct oidc_call call = {.url = str_dupz(a, o->token)};
    pair(&form, "grant_type", STR("authorization_code"));
    pair(&form, "code", code);
    pair(&form, "redirect_uri", str_c(o->s.redirect_uri));
    pair(&form, "code_verifier", verifier);
    if (!secret || o->post_secret) pair(&form, "client_id", str_c(o->s.client_id));
    if (secret && o->post_secret) pair(&form, "client_secret", str_c(o->s.client_secret));
    if (secret && !o->post_secret) {
        call.user = encoded(a, str_c(o->s.client_id));
        call.secret = encoded(a, str_c(o->s.client_secret));
    }
    call.form = buf_str(&form);
    TRY(fetch_json(o, &call, a, &v, e));
    *ret = json_text(v, "id_token");
    return ret->n ? RC_OK : BAD(e, "the provider gave no token");
}

RC oidc_finish(struct oidc *o, struct str cookie, const struct oidc_callback *c,
               struct arena *a, struct str *ret_issuer, struct str *ret_subject, struct err *e)
{
    unsigned char begun[BEGUN];
    struct str token;
    TRY(cookie_read(o, a, cookie, begun, e));
    if (!same(derived(a, begun, "state"), c->state))
        return DENIED(e, "OIDC-0003", "the answer belongs to another log-on");
    if (c->iss.n && !str_is(c->iss, o->s.issuer))
        return DENIED(e, "OIDC-0003", "the answer comes from another issuer"); /* RFC 9207 */
    if (c->error.n || !c->code.n)
        return DENIED(e, "OIDC-0004", "the provider did not log anybody on");
    TRY(discover(o, e));
    TRY(redeem(o, a, c->code, derived(a, begun, "verifier"), &token, e));
    TRY(token_read(o, a, token, derived(a, begun, "nonce"), ret_subject, e));
    *ret_issuer = str_c(o->s.issuer);
    return RC_OK;
}
