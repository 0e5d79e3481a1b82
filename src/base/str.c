/* Text as pointer and length: comparing, cutting, copying. Bytes only; what needs to know UTF-8
 * stands in utf8.c. */
#include "base/str.h"

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_n(s.p, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || str_eq(str_n(s.p + (s.n - suffix.n), suffix.n), suffix));
}

static char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c; }

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i])) return false;
    return true;
}

ptrdiff_t str_find(struct str s, struct str what)
{
    if (what.n == 0) return 0;
    if (s.n < what.n) return -1;
    const char *at = memmem(s.p, s.n, what.p, what.n);
    return at ? at - s.p : -1;
}

struct str str_sub(struct str s, size_t from, size_t n)
{
    if (from >= s.n) return str_n(s.p ? s.p + s.n : s.p, 0);
    return str_n(s.p + from, n < s.n - from ? n : s.n - from);
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0])) s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1])) s.n--;
    return s;
}

bool str_cut(struct str *s, char sep, struct str *head)
{
    if (!s->p) return false;
    const char *at = s->n ? memchr(s->p, sep, s->n) : NULL;
    if (!at) {
        *head = *s;
        *s = (struct str){NULL, 0};
        return true;
    }
    *head = str_n(s->p, (size_t)(at - s->p));
    *s = str_n(at + 1, s->n - head->n - 1);
    return true;
}

bool str_to_i64(struct str s, int64_t *ret)
{
    bool minus = s.n && s.p[0] == '-';
    size_t i = minus ? 1 : 0;
    if (i == s.n) return false;
    int64_t v = 0; /* gathered below zero, where INT64_MIN has room */
    for (; i < s.n; i++) {
        int digit = s.p[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, digit, &v))
            return false;
    }
    if (!minus && v == INT64_MIN) return false;
    *ret = minus ? v : -v;
    return true;
}

struct str str_dup(struct arena *a, struct str s)
{
    return str_n(arena_strndup(a, s.p, s.n), s.n);
}

char *str_dupz(struct arena *a, struct str s) { return arena_strndup(a, s.p, s.n); }

static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes a step, a multiplication and a fold of the product; the length goes in first so
 * that padding the last word with zeros cannot make two texts equal. Little-endian words by
 * definition, so that the value is the same on every machine. */
uint64_t str_hash(struct str s)
{
    uint64_t h = 0x9e3779b97f4a7c15u ^ s.n;
    size_t i = 0;
    for (; i < s.n; i += 8) {
        unsigned char word[8] = {0};
        memcpy(word, s.p + i, s.n - i < 8 ? s.n - i : 8);
        uint64_t w = 0;
        for (int k = 7; k >= 0; k--) w = w << 8 | word[k];
        h = fold(h ^ w, 0xd6e8feb86659fd93u) + 0x2545f4914f6cdd1du;
    }
    return fold(h, 0xff51afd7ed558ccdu);
}
