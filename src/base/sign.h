/* Ed25519 (RFC 8032), Argon2id (RFC 9106) and sealed boxes through libsodium. Keys are values;
 * the caller reads and writes them. */
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
bool sign_verify(const unsigned char public_key[32], struct str bytes,
                 const struct signature *s) __attribute__((warn_unused_result));
void sign_wipe(void *p, size_t n); /* memory the optimiser may not keep */

/* A password as Argon2id text with a salt of 128 bits: 64 MiB, three passes. One costs about a
 * tenth of a second, so the caller sees to it that nobody makes many at once. */
enum { PASSWORD_TEXT = 128 };
void sign_password(struct str password, char ret[PASSWORD_TEXT]);
/* hashed: NUL-terminated */
bool sign_password_is(const char *hashed, struct str password)
    __attribute__((warn_unused_result));

/* XSalsa20-Poly1305 under a key: what must be read again but not by whoever has the database
 * file alone. */
enum { SEAL_MORE = 24 + 16 };
/* plain.n + SEAL_MORE bytes */
void sign_seal(const unsigned char key[32], const unsigned char nonce[24], struct str plain,
               unsigned char *ret);
bool sign_unseal(const unsigned char key[32], struct str sealed, unsigned char *ret)
    __attribute__((warn_unused_result));
