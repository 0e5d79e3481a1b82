/* SHA-256 and HMAC through OpenSSL; hex and base64: see hash.h. The low-level one-shot
 * interface is used on purpose: a Merkle node is 65 bytes, and fetching a digest by name would
 * cost more than hashing it. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

struct hash hash_of(struct str bytes)
{
    struct hash h;
    SHA256((const unsigned char *)(bytes.n ? bytes.p : ""), bytes.n, h.b);
    return h;
}

struct hash hash_prefixed(unsigned char prefix, struct str a, struct str b)
{
    struct hash h;
    SHA256_CTX c;
    SHA256_Init(&c);
    SHA256_Update(&c, &prefix, 1);
    if (a.n) SHA256_Update(&c, a.p, a.n);
    if (b.n) SHA256_Update(&c, b.p, b.n);
    SHA256_Final(h.b, &c);
    return h;
}

struct hash hash_hmac(struct str key, struct str bytes)
{
    struct hash h;
    unsigned int n = HASH_SIZE;
    HMAC(EVP_sha256(), key.n ? key.p : "", (int)key.n,
         (const unsigned char *)(bytes.n ? bytes.p : ""), bytes.n, h.b, &n);
    return h;
}

bool hash_eq(struct hash a, struct hash b) { return CRYPTO_memcmp(a.b, b.b, HASH_SIZE) == 0; }

static const char hexes[] = "0123456789abcdef";

void hex_add(struct buf *b, struct str bytes)
{
    buf_room(b, bytes.n * 2);
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        b->p[b->n++] = hexes[c >> 4];
        b->p[b->n++] = hexes[c & 15];
    }
}

const char *hash_hex(struct hash h, char out[HASH_SIZE * 2 + 1])
{
    for (size_t i = 0; i < HASH_SIZE; i++) {
        out[i * 2] = hexes[h.b[i] >> 4];
        out[i * 2 + 1] = hexes[h.b[i] & 15];
    }
    out[HASH_SIZE * 2] = 0;
    return out;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hex_parse(struct str hex, unsigned char *ret, size_t n)
{
    if (hex.n != n * 2) return false;
    for (size_t i = 0; i < n; i++) {
        int hi = nibble(hex.p[i * 2]), lo = nibble(hex.p[i * 2 + 1]);
        if (hi < 0 || lo < 0) return false;
        ret[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buf *b, struct str bytes)
{
    const unsigned char *p = (const unsigned char *)bytes.p;
    for (size_t i = 0; i < bytes.n; i += 3) {
        size_t left = bytes.n - i;
        uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0);
        buf_ch(b, letters[v >> 18]);
        buf_ch(b, letters[v >> 12 & 63]);
        buf_ch(b, left > 1 ? letters[v >> 6 & 63] : '=');
        buf_ch(b, left > 2 ? letters[v & 63] : '=');
    }
}

static int sextet(char c)
{
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

bool base64_parse(struct arena *a, struct str text, struct str *ret)
{
    if (text.n % 4) return false;
    size_t pad = text.n && text.p[text.n - 1] == '=' ? 1 + (text.p[text.n - 2] == '=') : 0;
    unsigned char *out = arena_alloc(a, text.n / 4 * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i += 4) {
        uint32_t v = 0;
        for (size_t k = 0; k < 4; k++) {
            bool padding = i + k >= text.n - pad;
            int s = padding ? 0 : sextet(text.p[i + k]);
            if (s < 0) return false;
            v = v << 6 | (uint32_t)s;
        }
        out[n++] = (unsigned char)(v >> 16);
        out[n++] = (unsigned char)(v >> 8);
        out[n++] = (unsigned char)v;
    }
    for (size_t i = n - pad; i < n; i++)
        /* bits behind the end must be zero: one encoding for each text */
        if (out[i]) return false;
    *ret = str_n((const char *)out, n - pad);
    return true;
}
