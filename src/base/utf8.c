/* UTF-8 (RFC 3629): validation, decoding and, through utf8proc, case and the folding of
 * names. */
#include "base/utf8.h"
#include "base/buf.h"
#include <utf8proc.h>

/* Length of the well-formed sequence at p, 0 if there is none. RFC 3629 §4. */
static size_t sequence(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    if (c < 0x80) return 1;
    if (c < 0xc2 || c > 0xf4) return 0;
    size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (n < len) return 0;
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < low || p[1] > high) return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    return len;
}

ptrdiff_t utf8_bad(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;
    while (i < s.n) {
        uint64_t word;
        while (s.n - i >= 8 && (memcpy(&word, p + i, 8), !(word & 0x8080808080808080u))) i += 8;
        if (i == s.n) break;
        size_t len = sequence(p + i, s.n - i);
        if (len == 0) return (ptrdiff_t)i;
        i += len;
    }
    return -1;
}

uint32_t utf8_next(const char **p)
{
    const unsigned char *s = (const unsigned char *)*p;
    uint32_t c = s[0];
    if (c < 0x80) {
        *p += 1;
        return c;
    }
    if (c < 0xe0) {
        *p += 2;
        return (c & 0x1f) << 6 | (s[1] & 0x3f);
    }
    if (c < 0xf0) {
        *p += 3;
        return (c & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
    }
    *p += 4;
    return (c & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 | (uint32_t)(s[2] & 0x3f) << 6 |
           (s[3] & 0x3f);
}

size_t utf8_put(char out[4], uint32_t cp)
{
    if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) cp = 0xfffd;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3f));
        cp >>= 6;
    }
    out[0] = (char)(lead[n] | cp);
    return n;
}

struct str utf8_mend(struct arena *a, struct str s)
{
    if (utf8_bad(s) < 0 && (!s.n || !memchr(s.p, 0, s.n))) return s;
    struct buf b = buf_in(a);
    for (size_t i = 0; i < s.n;) {
        size_t n = s.p[i] ? sequence((const unsigned char *)s.p + i, s.n - i) : 0;
        if (n)
            buf_add(&b, s.p + i, n);
        else
            buf_c(&b, "\xef\xbf\xbd");
        i += n ? n : 1;
    }
    return buf_str(&b);
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.n; i++) count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return count;
}

size_t utf8_offset(struct str s, size_t cp_index)
{
    size_t i = 0;
    while (i < s.n) {
        if (((unsigned char)s.p[i] & 0xc0) != 0x80 && cp_index-- == 0) return i;
        i++;
    }
    return s.n;
}

/* Every code point of s through change; a malformed byte is copied as it is. */
static struct str each(struct arena *a, struct str s,
                       utf8proc_int32_t (*change)(utf8proc_int32_t))
{
    /* A simple case mapping makes two bytes three at most (U+0250 and its like). */
    if (s.n > PTRDIFF_MAX / 2) return s;
    char *out = arena_alloc(a, s.n * 2 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t len = sequence((const unsigned char *)s.p + i, s.n - i);
        if (len == 0) {
            out[n++] = s.p[i++];
            continue;
        }
        const char *at = s.p + i;
        char put[4];
        size_t made = utf8_put(put, (uint32_t)change((utf8proc_int32_t)utf8_next(&at)));
        memcpy(out + n, put, made);
        n += made;
        i += len;
    }
    return str_n(out, n);
}

struct str utf8_upper(struct arena *a, struct str s) { return each(a, s, utf8proc_toupper); }

struct str utf8_lower(struct arena *a, struct str s) { return each(a, s, utf8proc_tolower); }

static bool is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0xb4 || (c >= 0x2b9 && c <= 0x2bf) || c == 0x2c8 ||
           (c >= 0x2018 && c <= 0x201b) || c == 0x2032 || c == 0xff07;
}

/* Letters that Unicode does not decompose but that clerks write without their stroke. */
static const char *plain_letter(uint32_t c)
{
    switch (c) {
    case 0xe6:
    case 0xc6: return "ae";
    case 0xf0:
    case 0xd0:
    case 0x111:
    case 0x110: return "d";
    case 0xf8:
    case 0xd8: return "o";
    case 0xfe:
    case 0xde: return "th";
    case 0x127:
    case 0x126: return "h";
    case 0x131: return "i";
    case 0x142:
    case 0x141: return "l";
    case 0x153:
    case 0x152: return "oe";
    default: return NULL;
    }
}

/* The key under construction: a space is written only before the next letter. */
struct key {
    char *out;
    size_t n;
    bool space;
};

static void key_put(struct key *k, uint32_t c)
{
    if (k->space && k->n) k->out[k->n++] = ' ';
    k->space = false;
    k->n += utf8_put(k->out + k->n, c);
}

/* One folded code point: letters, digits and symbols stay, dashes and what separates become a
 * space, other punctuation goes. */
static void key_add(struct key *k, uint32_t c)
{
    if (utf8_is_space(c) || c == ',' || c == ';' || c == '/' || c == '_') {
        k->space = true;
        return;
    }
    switch ((utf8proc_category_t)utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_PD: /* dashes */ k->space = true; return;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN: return;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SO:
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CO: key_put(k, c);
    }
}

enum { MOST_DECOMPOSED = 32 }; /* U+FDFA becomes 18, the most there is */

static void key_fold(struct key *k, uint32_t c)
{
    static const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                         UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    const char *plain = plain_letter(c);
    utf8proc_int32_t parts[MOST_DECOMPOSED];
    int boundary = 0;
    if (is_apostrophe(c)) return;
    if (plain) {
        for (; *plain; plain++) key_put(k, (unsigned char)*plain);
        return;
    }
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)c, parts, MOST_DECOMPOSED, how, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < MOST_DECOMPOSED; i++)
        key_add(k, (uint32_t)parts[i]);
}

struct str utf8_name_key(struct arena *a, struct str s)
{
    /* No byte makes more than 18 bytes and a space: U+FDFA, three bytes, makes 18 Arabic
     * letters. */
    if (s.n > PTRDIFF_MAX / 32) return STR("");
    struct arena_mark all = arena_mark(a);
    struct key k = {.out = arena_alloc(a, s.n * 20 + 1)};
    for (size_t i = 0; i < s.n;) {
        size_t len = sequence((const unsigned char *)s.p + i, s.n - i);
        const char *at = s.p + i;
        if (len) key_fold(&k, utf8_next(&at));
        i += len ? len : 1;
    }
    char small[256];
    if (k.n > sizeof small) return str_n(k.out, k.n);
    memcpy(small, k.out, k.n);
    arena_release(a, all);
    return str_dup(a, str_n(small, k.n));
}

bool utf8_is_letter(uint32_t cp)
{
    int c = utf8proc_category((utf8proc_int32_t)cp);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}

bool utf8_is_space(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0d) || cp == 0x20 || cp == 0x85 || cp == 0xa0 ||
           cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
           cp == 0x202f || cp == 0x205f || cp == 0x3000;
}
