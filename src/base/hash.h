/* SHA-256, HMAC-SHA-256 through OpenSSL (the only file that sees it here), hex and base64. */
#pragma once
#include "base/buf.h"

#define HASH_SIZE 32
struct hash {
    unsigned char b[HASH_SIZE];
};

struct hash hash_of(struct str bytes);
/* SHA-256 over prefix byte ‖ a ‖ b: the form RFC 6962 §2.1 needs; no allocation. */
struct hash hash_prefixed(unsigned char prefix, struct str a, struct str b);
struct hash hash_hmac(struct str key, struct str bytes);
bool hash_eq(struct hash a, struct hash b); /* constant time */

void hex_add(struct buf *b, struct str bytes);
const char *hash_hex(struct hash h, char out[HASH_SIZE * 2 + 1]);
bool hex_parse(struct str hex, unsigned char *ret, size_t n); /* exactly n bytes */
void base64_add(struct buf *b, struct str bytes);
bool base64_parse(struct arena *a, struct str text, struct str *ret); /* strict, padded */
