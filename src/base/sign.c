/* Ed25519 through libsodium: see sign.h. */
#include "base/sign.h"
#include <sodium.h>

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

bool sign_verify(const unsigned char public_key[32], struct str bytes, const struct signature *s)
{
    return crypto_sign_verify_detached(s->b, (const unsigned char *)bytes.p, bytes.n, public_key) == 0;
}

void sign_wipe(void *p, size_t n) { sodium_memzero(p, n); }
