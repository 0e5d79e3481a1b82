/* Ed25519 (RFC 8032) through libsodium. Keys are values; the caller reads and writes them. */
#pragma once
#include "base/str.h"

struct sign_key {
    unsigned char seed[32], public_key[32];
};
struct signature {
    unsigned char b[64];
};

struct sign_key sign_key_from_seed(const unsigned char seed[32]);
struct signature sign_bytes(const struct sign_key *k, struct str bytes);
bool sign_verify(const unsigned char public_key[32], struct str bytes, const struct signature *s)
    __attribute__((warn_unused_result));
void sign_wipe(void *p, size_t n); /* memory the optimiser may not keep */
