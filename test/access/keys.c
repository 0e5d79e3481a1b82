/* See keys.h. */
#include "keys.h"
#include <assert.h>
#include <cjose/cjose.h>
#include <stdlib.h>

struct test_key {
    cjose_jwk_t *jwk;
};

struct test_key *test_key_make(const char *alg, const char *kid, int bits)
{
    cjose_err e;
    static const uint8_t exponent[] = {1, 0, 1};
    struct test_key *k = malloc(sizeof *k);
    if (!k) abort();
    k->jwk = alg[0] == 'R'
                 ? cjose_jwk_create_RSA_random((size_t)bits, exponent, sizeof exponent, &e)
             : alg[0] == 'E' ? cjose_jwk_create_EC_random(
                                   bits == 384 ? CJOSE_JWK_EC_P_384 : CJOSE_JWK_EC_P_256, &e)
                             : cjose_jwk_create_oct_random(256, &e);
    assert(k->jwk);
    bool named = cjose_jwk_set_kid(k->jwk, kid, strlen(kid), &e);
    assert(named);
    (void)named;
    return k;
}

void test_key_free(struct test_key *k)
{
    cjose_jwk_release(k->jwk);
    free(k);
}

struct str test_key_public(struct arena *a, struct test_key *k)
{
    cjose_err e;
    char *text = cjose_jwk_to_json(k->jwk, false, &e);
    assert(text);
    struct str r = str_dup(a, str_c(text));
    free(text);
    return r;
}

struct str test_key_sign(struct arena *a, struct test_key *k, const char *alg, const char *kid,
                         struct str payload)
{
    cjose_err e;
    const char *out = NULL;
    cjose_header_t *h = cjose_header_new(&e);
    bool good = cjose_header_set(h, CJOSE_HDR_ALG, alg, &e) &&
                (!kid || cjose_header_set(h, CJOSE_HDR_KID, kid, &e));
    cjose_jws_t *jws =
        good ? cjose_jws_sign(k->jwk, h, (const uint8_t *)payload.p, payload.n, &e) : NULL;
    good = jws && cjose_jws_export(jws, &out, &e);
    assert(good);
    struct str r = str_dup(a, str_c(out));
    cjose_jws_release(jws);
    cjose_header_release(h);
    return r;
}
