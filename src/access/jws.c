/* cjose stands behind this file alone, and of it only the checking of a signature. Includes no
 * base/json.h: cjose brings jansson's names. Must never decrypt, and never let a token's own
 * header choose the kind of key. */
#include "access/jws.h"
#include <cjose/cjose.h>
#include <stdlib.h>

enum { RSA_BITS = 2048, EC_BITS = 256 };

static bool key_fits(const cjose_jwk_t *key, const char *alg)
{
    cjose_err ce;
    cjose_jwk_kty_t kty = cjose_jwk_get_kty(key, &ce);
    if (strcmp(alg, "RS256") == 0)
        return kty == CJOSE_JWK_KTY_RSA && cjose_jwk_get_keysize(key, &ce) >= RSA_BITS;
    if (strcmp(alg, "ES256") == 0)
        return kty == CJOSE_JWK_KTY_EC && cjose_jwk_get_keysize(key, &ce) == EC_BITS;
    return false;
}

static bool alg_is(cjose_jws_t *jws, const char *alg)
{
    cjose_err ce;
    const char *has = cjose_header_get(cjose_jws_get_protected(jws), CJOSE_HDR_ALG, &ce);
    return has && strcmp(has, alg) == 0;
}

RC jws_verify(struct arena *a, struct str compact, const char *alg, struct str jwk_json,
              struct str *ret_payload, struct err *e)
{
    cjose_err ce;
    uint8_t *plain = NULL;
    size_t n = 0;
    cjose_jwk_t *key = cjose_jwk_import(jwk_json.p, jwk_json.n, &ce);
    cjose_jws_t *jws = cjose_jws_import(compact.p, compact.n, &ce);
    bool good = key && jws && key_fits(key, alg) && alg_is(jws, alg) &&
                cjose_jws_verify(jws, key, &ce) &&
                cjose_jws_get_plaintext(jws, &plain, &n, &ce);
    if (good)
        *ret_payload = str_dup(a, str_n((const char *)plain, n)); /* plain is the JWS's own */
    cjose_jws_release(jws);
    cjose_jwk_release(key);
    return good ? RC_OK
                : FAIL(e, RC_DENIED, "OIDC-0005",
                       "the token's signature is not that of the provider's key");
}
