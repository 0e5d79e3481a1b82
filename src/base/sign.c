/* libsodium stands behind this file alone: see sign.h. */
#include "base/sign.h"
#include <sodium.h>
#include <stdlib.h>

struct sign_key sign_key_from_seed(const unsigned char seed[32])
{
    struct sign_key k;
    unsigned char secret[crypto_sign_SECRETKEYBYTES];
    memcpy(k.seed, seed, sizeof k.seed);
    crypto_sign_seed_keypair(k.public_key, secret, seed);
    sodium_memzero(secret, sizeof secret);
    return k;
}

struct signature sign_bytes(const struct sign_key *k, struct str bytes)
{
    struct signature s;
    unsigned char secret[crypto_sign_SECRETKEYBYTES], public_key[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_seed_keypair(public_key, secret, k->seed);
    crypto_sign_detached(s.b, NULL, (const unsigned char *)bytes.p, bytes.n, secret);
    sodium_memzero(secret, sizeof secret);
    return s;
}

bool sign_verify(const unsigned char public_key[32], struct str bytes,
                 const struct signature *s)
{
    return crypto_sign_verify_detached(s->b, (const unsigned char *)bytes.p, bytes.n,
                                       public_key) == 0;
}

void sign_wipe(void *p, size_t n) { sodium_memzero(p, n); }

enum { ARGON_PASSES = 3, ARGON_BYTES = 64 << 20 };

/* Chooses the code for this processor; may be called by any thread any number of times. */
static void ready(void)
{
    if (sodium_init() < 0) abort();
}

void sign_password(struct str password, char ret[PASSWORD_TEXT])
{
    _Static_assert(PASSWORD_TEXT == crypto_pwhash_STRBYTES, "room for what libsodium writes");
    ready();
    if (crypto_pwhash_str_alg(ret, password.n ? password.p : "", password.n, ARGON_PASSES,
                              ARGON_BYTES, crypto_pwhash_ALG_ARGON2ID13))
        abort(); /* out of memory, as everywhere */
}

bool sign_password_is(const char *hashed, struct str password)
{
    ready();
    return crypto_pwhash_str_verify(hashed, password.n ? password.p : "", password.n) == 0;
}

void sign_seal(const unsigned char key[32], const unsigned char nonce[24], struct str plain,
               unsigned char *ret)
{
    memcpy(ret, nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(ret + crypto_secretbox_NONCEBYTES, (const unsigned char *)plain.p,
                          plain.n, nonce, key);
}

bool sign_unseal(const unsigned char key[32], struct str sealed, unsigned char *ret)
{
    const unsigned char *p = (const unsigned char *)sealed.p;
    if (sealed.n < SEAL_MORE) return false;
    return crypto_secretbox_open_easy(ret, p + crypto_secretbox_NONCEBYTES,
                                      sealed.n - crypto_secretbox_NONCEBYTES, p, key) == 0;
}
