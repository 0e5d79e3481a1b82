/* Numbers: decimal128 with a short cut. A value is either small (int64 × 10^-scale, scale 0 …
 * 18) or a pointer to the 16 bytes of a decimal128 in BID encoding. The library does the
 * inexact arithmetic (add, subtract, multiply, divide, square root, exp, log, fractional
 * powers); reading, printing, rounding, comparison of small numbers and integer powers are done
 * here on (sign, coefficient, exponent), because the library's text is E-notation and its pow
 * is off by up to thousands of units (a differential test against Python's decimal guards all
 * of it). Infinities and NaN never become values: a function that would yield one returns
 * false. */
#include "dmn/num.h"
#include "base/buf.h"
#include <stdio.h>
#include <stdlib.h>

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <bid_conf.h>
#include <bid_functions.h>
#pragma GCC diagnostic pop

typedef unsigned __int128 u128; /* the language's own name is too long for formulas */

enum { BIAS = 6176, EXP_MIN = -6176, EXP_MAX = 6111, DIGITS = 34 };

/* A finite decimal: (-1)^neg × coef × 10^exp. */
struct dec {
    u128 coef;
    int64_t exp;
    bool neg;
};

static u128 power10(int n) /* 0 … 38 */
{
    static const uint64_t small[] = {1ULL,
                                     10ULL,
                                     100ULL,
                                     1000ULL,
                                     10000ULL,
                                     100000ULL,
                                     1000000ULL,
                                     10000000ULL,
                                     100000000ULL,
                                     1000000000ULL,
                                     10000000000ULL,
                                     100000000000ULL,
                                     1000000000000ULL,
                                     10000000000000ULL,
                                     100000000000000ULL,
                                     1000000000000000ULL,
                                     10000000000000000ULL,
                                     100000000000000000ULL,
                                     1000000000000000000ULL,
                                     10000000000000000000ULL};
    return n < 20 ? small[n] : (u128)small[19] * small[n - 19];
}

static int digits_of(u128 v) /* of 0: 0 */
{
    uint64_t high = (uint64_t)(v >> 64), low = (uint64_t)v;
    if (v == 0) return 0;
    int bits = high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low);
    int n = bits * 1233 >> 12; /* bits × log10(2): the digits, or one too few */
    return v >= power10(n) ? n + 1 : n;
}

static struct dec dec_of_big(const struct num_big *b)
{
    uint64_t hi = b->w[1];
    struct dec d = {.neg = hi >> 63};
    /* non-canonical: a coefficient beyond 34 digits counts as zero */
    if ((hi >> 61 & 3) == 3) {
        d.exp = 0;
        return d;
    }
    d.exp = (int64_t)(hi >> 49 & 0x3fff) - BIAS;
    d.coef = (u128)(hi & 0x1ffffffffffffULL) << 64 | b->w[0];
    return d;
}

static struct dec dec_of(struct value v)
{
    if (v.tag == TAG_NUM_BIG) return dec_of_big(v.big);
    uint64_t magnitude = v.i < 0 ? 0 - (uint64_t)v.i : (uint64_t)v.i;
    return (struct dec){.coef = magnitude, .exp = -v.scale, .neg = v.i < 0};
}

static BID_UINT128 bid_pack(struct dec d) /* coef < 10^34, exp in range */
{
    BID_UINT128 b;
    b.w[0] = (uint64_t)d.coef;
    b.w[1] = (uint64_t)(d.coef >> 64) | (uint64_t)(d.exp + BIAS) << 49 | (uint64_t)d.neg << 63;
    return b;
}

static BID_UINT128 bid_of(struct value v)
{
    if (v.tag == TAG_NUM_BIG) {
        BID_UINT128 b;
        b.w[0] = v.big->w[0], b.w[1] = v.big->w[1];
        return b;
    }
    return bid_pack(dec_of(v));
}

/* Small if it fits without loss. */
static bool dec_to_small(struct dec d, struct value *ret)
{
    if (d.coef == 0) {
        *ret = v_int(0);
        return true;
    }
    while (d.exp < -18 && d.coef % 10 == 0) d.coef /= 10, d.exp++;
    if (d.exp < -18 || d.exp > 18 || d.coef > INT64_MAX) return false;
    if (d.exp > 0) {
        d.coef *= power10((int)d.exp);
        if (d.coef > INT64_MAX) return false;
        d.exp = 0;
    }
    int64_t i = (int64_t)d.coef;
    *ret = (struct value){.tag = TAG_NUM, .scale = (int16_t)-d.exp, .i = d.neg ? -i : i};
    return true;
}

/* Does the part cut off (rest of 0 ≤ rest < unit, or something positive below it) lift the last
 * digit? */
static bool round_lifts(enum rounding how, bool neg, bool odd, u128 rest, u128 unit)
{
    if (rest == 0) return false;
    int half = rest > unit - rest ? 1 : rest < unit - rest ? -1 : 0;
    switch (how) {
    case ROUND_UP: return true;
    case ROUND_DOWN: return false;
    case ROUND_FLOOR: return neg;
    case ROUND_CEILING: return !neg;
    case ROUND_HALF_UP: return half >= 0;
    case ROUND_HALF_DOWN: return half > 0;
    case ROUND_HALF_EVEN: return half > 0 || (half == 0 && odd);
    }
    return false;
}

/* Drop n digits. */
static struct dec dec_cut(struct dec d, int64_t n, enum rounding how)
{
    if (n <= 0) return d;
    u128 rest, unit;
    u128 q = 0;
    if (n > 38) {
        rest = d.coef ? 1 : 0, unit = 4; /* less than a half */
    } else {
        unit = power10((int)n);
        q = d.coef / unit, rest = d.coef % unit;
    }
    if (round_lifts(how, d.neg, q & 1, rest, unit)) q++;
    return (struct dec){.coef = q, .exp = d.exp + n, .neg = d.neg};
}

/* Round to 34 digits and to the exponents there are; false on overflow. */
static bool dec_finish(struct arena *a, struct dec d, struct value *ret)
{
    if (dec_to_small(d, ret)) return true;
    int64_t cut = digits_of(d.coef) - DIGITS;
    if (d.exp + (cut > 0 ? cut : 0) < EXP_MIN) cut = EXP_MIN - d.exp;
    d = dec_cut(d, cut, ROUND_HALF_EVEN);
    if (d.coef == power10(DIGITS)) d.coef /= 10, d.exp++;
    while (d.exp > EXP_MAX && d.coef && d.coef < power10(DIGITS - 1)) d.coef *= 10, d.exp--;
    if (dec_to_small(d, ret)) return true;
    if (d.exp > EXP_MAX) return false;
    BID_UINT128 b = bid_pack(d);
    struct num_big *big = arena_new(a, struct num_big);
    big->w[0] = b.w[0], big->w[1] = b.w[1];
    *ret = (struct value){.tag = TAG_NUM_BIG, .big = big};
    return true;
}

static bool finish(struct arena *a, BID_UINT128 b, struct value *ret)
{
    if ((b.w[1] >> 59 & 15) == 15) return false; /* infinity or NaN */
    struct num_big big = {{b.w[0], b.w[1]}};
    if (dec_to_small(dec_of_big(&big), ret)) return true;
    struct num_big *copy = arena_new(a, struct num_big); /* the library has rounded it */
    *copy = big;
    *ret = (struct value){.tag = TAG_NUM_BIG, .big = copy};
    return true;
}

/* The digits of a literal: keeps 37 and remembers in the last one whether more followed, so
 * that one rounding to 34 is right. */
struct reading {
    struct dec d;
    int kept;
    bool any, rest;
};

static void read_digit(struct reading *r, int digit, bool fraction)
{
    r->any = true;
    if (r->kept < 37) {
        r->d.coef = r->d.coef * 10 + (unsigned)digit;
        if (r->d.coef) r->kept++;
        if (fraction) r->d.exp--;
    } else {
        if (digit) r->rest = true;
        if (!fraction) r->d.exp++;
    }
}

static bool read_exponent(struct str s, size_t *pos, int64_t *ret)
{
    size_t i = *pos + 1;
    bool neg = false;
    if (i < s.n && (s.p[i] == '+' || s.p[i] == '-')) neg = s.p[i++] == '-';
    if (i == s.n) return false;
    int64_t e = 0;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        if (e < 1000000000) e = e * 10 + (s.p[i] - '0');
    if (s.p[i - 1] < '0' || s.p[i - 1] > '9') return false;
    *pos = i;
    *ret = neg ? -e : e;
    return true;
}

bool num_parse(struct arena *a, struct str s, struct value *ret)
{
    struct reading r = {0};
    size_t i = 0;
    if (i < s.n && (s.p[i] == '-' || s.p[i] == '+')) r.d.neg = s.p[i++] == '-';
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) read_digit(&r, s.p[i] - '0', false);
    if (i < s.n && s.p[i] == '.') {
        size_t dot = i++;
        for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
            read_digit(&r, s.p[i] - '0', true);
        if (i == dot + 1) return false;
    }
    if (!r.any) return false;
    int64_t e = 0;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E') && !read_exponent(s, &i, &e)) return false;
    if (i != s.n) return false;
    if (r.rest && r.d.coef % 5 == 0) r.d.coef++; /* not a tie, not exact */
    r.d.exp += e;
    return dec_finish(a, r.d, ret);
}

struct str num_print(struct arena *a, struct value v)
{
    struct dec d = dec_of(v);
    if (d.coef == 0) return STR("0");
    while (d.exp < 0 && d.coef % 10 == 0) d.coef /= 10, d.exp++;
    char digits[40];
    int n = 0;
    for (u128 c = d.coef; c; c /= 10)
        digits[n++] = (char)('0' + (int)(c % 10)); /* last first */
    int64_t point = n + d.exp;                     /* digits before the point */
    size_t room = (size_t)(point > n ? point : n) + (size_t)(point < 1 ? 1 - point : 0) + 2;
    char *p = arena_alloc(a, room), *q = p;
    if (d.neg) *q++ = '-';
    if (point <= 0) {
        *q++ = '0', *q++ = '.';
        for (int64_t k = point; k < 0; k++) *q++ = '0';
    }
    for (int64_t k = 0; k < n; k++) {
        if (k == point && point > 0) *q++ = '.';
        *q++ = digits[n - 1 - k];
    }
    for (int64_t k = n; k < point; k++) *q++ = '0';
    return str_n(p, (size_t)(q - p));
}

size_t num_print_size(struct value v)
{
    int64_t exp = v.tag == TAG_NUM ? v.scale : dec_of(v).exp;
    return 40 + (size_t)(exp < 0 ? -exp : exp);
}

/* The integer part; *ret_exact tells whether there was no other. */
static bool dec_integer(struct dec d, u128 *ret, bool *ret_exact)
{
    *ret_exact = true;
    if (d.exp > 0) {
        if (d.coef == 0) return *ret = 0, true;
        if (d.exp > 38 || digits_of(d.coef) + d.exp > 38) return false;
        d.coef *= power10((int)d.exp);
    } else if (d.exp < -38) {
        *ret_exact = d.coef == 0;
        d.coef = 0;
    } else {
        u128 unit = power10((int)-d.exp);
        *ret_exact = d.coef % unit == 0;
        d.coef /= unit;
    }
    *ret = d.coef;
    return true;
}

bool num_to_i128(struct value v, __int128 *ret)
{
    struct dec d = dec_of(v);
    u128 i;
    bool exact;
    if (!dec_integer(d, &i, &exact) || !exact) return false;
    *ret = d.neg ? -(__int128)i : (__int128)i;
    return true;
}

bool num_to_i64(struct value v, int64_t *ret)
{
    if (v.tag == TAG_NUM && v.scale == 0) return *ret = v.i, true;
    __int128 i;
    if (!num_to_i128(v, &i) || i > INT64_MAX || i < INT64_MIN) return false;
    *ret = (int64_t)i;
    return true;
}

bool num_trunc_i64(struct value v, int64_t *ret)
{
    struct dec d = dec_of(v);
    u128 i;
    bool exact;
    if (!dec_integer(d, &i, &exact) || i > INT64_MAX) return false;
    *ret = d.neg ? -(int64_t)i : (int64_t)i;
    return true;
}

struct value num_from_i128(struct arena *a, __int128 i)
{
    struct dec d = {.coef = i < 0 ? 0 - (u128)i : (u128)i, .neg = i < 0};
    struct value v = v_int(0);
    (void)dec_finish(a, d, &v); /* 39 digits at most: never out of range */
    return v;
}

struct value num_make(struct arena *a, int64_t i, int16_t scale)
{
    (void)a;
    return (struct value){.tag = TAG_NUM, .scale = scale, .i = i};
}

bool num_is_integer(struct value v)
{
    struct dec d = dec_of(v);
    if (d.exp >= 0 || d.coef == 0) return true;
    return d.exp >= -38 && d.coef % power10((int)-d.exp) == 0;
}

double num_to_double(struct value v)
{
    unsigned flags = 0;
    return bid128_to_binary64(bid_of(v), BID_ROUNDING_TO_NEAREST, &flags);
}

struct value num_from_double(struct arena *a, double d)
{
    char text[40];
    struct value v = v_int(0);
    if (d != d || d - d != 0) return v;
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*e", digits - 1, d);
        if (strtod(text, NULL) == d) break;
    }
    (void)num_parse(a, str_c(text), &v); /* a double's exponents are well within range */
    return v;
}

int num_sign(struct value v)
{
    if (v.tag == TAG_NUM) return v.i > 0 ? 1 : v.i < 0 ? -1 : 0;
    struct dec d = dec_of(v);
    return d.coef == 0 ? 0 : d.neg ? -1 : 1;
}

int num_cmp(struct value x, struct value y)
{
    if (x.tag == TAG_NUM && y.tag == TAG_NUM) {
        if (x.scale == y.scale) return x.i < y.i ? -1 : x.i > y.i;
        __int128 p = x.i, q = y.i; /* 10^18 × 2^63 < 2^127 */
        if (x.scale < y.scale)
            p *= (__int128)power10(y.scale - x.scale);
        else
            q *= (__int128)power10(x.scale - y.scale);
        return p < q ? -1 : p > q;
    }
    unsigned flags = 0;
    BID_UINT128 p = bid_of(x), q = bid_of(y);
    return bid128_quiet_less(p, q, &flags) ? -1 : bid128_quiet_less(q, p, &flags);
}

/* Both small, as integers of one scale. */
static bool aligned(struct value x, struct value y, int64_t *p, int64_t *q, int16_t *scale)
{
    if (x.tag != TAG_NUM || y.tag != TAG_NUM) return false;
    *p = x.i, *q = y.i;
    *scale = x.scale > y.scale ? x.scale : y.scale;
    if (__builtin_mul_overflow(*p, (int64_t)power10(*scale - x.scale), p)) return false;
    return !__builtin_mul_overflow(*q, (int64_t)power10(*scale - y.scale), q);
}

bool num_add_any(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t p, q, i;
    int16_t scale;
    if (aligned(x, y, &p, &q, &scale) && !__builtin_add_overflow(p, q, &i)) {
        *ret = num_make(a, i, scale);
        return true;
    }
    unsigned flags = 0;
    return finish(a, bid128_add(bid_of(x), bid_of(y), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool num_sub_any(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t p, q, i;
    int16_t scale;
    if (aligned(x, y, &p, &q, &scale) && !__builtin_sub_overflow(p, q, &i)) {
        *ret = num_make(a, i, scale);
        return true;
    }
    unsigned flags = 0;
    return finish(a, bid128_sub(bid_of(x), bid_of(y), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool num_mul_any(struct arena *a, struct value x, struct value y, struct value *ret)
{
    unsigned flags = 0;
    return finish(a, bid128_mul(bid_of(x), bid_of(y), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool num_div(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t p, q;
    int16_t scale;
    if (num_sign(y) == 0) return false;
    if (aligned(x, y, &p, &q, &scale) && q != -1 && p % q == 0) {
        *ret = v_int(p / q);
        return true;
    }
    unsigned flags = 0;
    return finish(a, bid128_div(bid_of(x), bid_of(y), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool num_neg(struct arena *a, struct value x, struct value *ret)
{
    struct dec d = dec_of(x);
    d.neg = !d.neg;
    return dec_finish(a, d, ret);
}

bool num_abs(struct arena *a, struct value x, struct value *ret)
{
    struct dec d = dec_of(x);
    d.neg = false;
    return dec_finish(a, d, ret);
}

bool num_mod(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t p, q;
    int16_t scale;
    if (num_sign(y) == 0) return false;
    if (aligned(x, y, &p, &q, &scale) && q != -1) {
        int64_t rest = p % q;
        if (rest != 0 && (rest < 0) != (q < 0)) rest += q;
        *ret = num_make(a, rest, scale);
        return true;
    }
    unsigned flags = 0;
    struct value rest;
    if (!finish(a, bid128_fmod(bid_of(x), bid_of(y), &flags), &rest)) return false;
    if (num_sign(rest) != 0 && num_sign(rest) != num_sign(y)) return num_add(a, rest, y, ret);
    *ret = rest;
    return true;
}

bool num_sqrt(struct arena *a, struct value x, struct value *ret)
{
    if (num_sign(x) < 0) return false;
    unsigned flags = 0;
    return finish(a, bid128_sqrt(bid_of(x), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

/* e^x as 10^n × e^r with r = x - n ln 10, because the library's exp goes astray beyond ±11000.
 * n ln 10 is subtracted in two parts, the first of 30 digits so that its product with n is
 * exact. */
bool num_exp(struct arena *a, struct value x, struct value *ret)
{
    struct value ln10, tail, n, r;
    unsigned flags = 0;
    int64_t shift;
    if (!num_parse(a, STR("2.30258509299404568401799145468"), &ln10) ||
        !num_parse(a, STR("4.364207601101488628772976033327900968E-30"), &tail) ||
        !num_div(a, x, ln10, &n) || !num_round(a, n, 0, ROUND_HALF_EVEN, &n))
        return false;
    if (!num_to_i64(n, &shift) || shift > 10000 || shift < -10000) {
        *ret = v_int(0);
        return num_sign(x) < 0;
    }
    if (!num_mul(a, n, ln10, &ln10) || !num_mul(a, n, tail, &tail) ||
        !num_sub(a, x, ln10, &r) || !num_sub(a, r, tail, &r) ||
        !finish(a, bid128_exp(bid_of(r), BID_ROUNDING_TO_NEAREST, &flags), &r))
        return false;
    struct dec d = dec_of(r);
    d.exp += shift;
    return dec_finish(a, d, ret);
}

bool num_log(struct arena *a, struct value x, struct value *ret)
{
    if (num_sign(x) <= 0) return false;
    unsigned flags = 0;
    return finish(a, bid128_log(bid_of(x), BID_ROUNDING_TO_NEAREST, &flags), ret);
}

bool num_round(struct arena *a, struct value x, int64_t scale, enum rounding how,
               struct value *ret)
{
    if (scale < -EXP_MAX || scale > BIAS) return false;
    struct dec d = dec_of(x);
    return dec_finish(a, dec_cut(d, -scale - d.exp, how), ret);
}

/* Integer powers with guard digits: a 57-digit significand in three limbs of 19 digits, most
 * significant first, always with a leading digit in the first limb, so that n multiplications
 * lose about n units in the 57th. */
enum { LIMBS = 3, LIMB_DIGITS = 19 };

struct wide {
    uint64_t limb[LIMBS];
    int64_t exp; /* of the last digit */
};

static struct wide wide_of(struct dec d)
{
    struct wide w = {.exp = d.exp};
    int up = LIMBS * LIMB_DIGITS - digits_of(d.coef);
    w.exp -= up;
    uint64_t base = (uint64_t)power10(LIMB_DIGITS);
    for (int shift = up / LIMB_DIGITS; shift < LIMBS && d.coef; shift++) {
        w.limb[LIMBS - 1 - shift] = (uint64_t)(d.coef % base);
        d.coef /= base;
    }
    for (int k = up % LIMB_DIGITS; k > 0; k--) { /* align to the left */
        uint64_t carry = 0;
        for (int i = LIMBS - 1; i >= 0; i--) {
            u128 t = (u128)w.limb[i] * 10 + carry;
            w.limb[i] = (uint64_t)(t % base);
            carry = (uint64_t)(t / base);
        }
    }
    return w;
}

static struct wide wide_mul(const struct wide *x, const struct wide *y)
{
    uint64_t base = (uint64_t)power10(LIMB_DIGITS), product[2 * LIMBS] = {0};
    for (int i = LIMBS - 1; i >= 0; i--) {
        uint64_t carry = 0;
        for (int k = LIMBS - 1; k >= 0; k--) {
            u128 t = (u128)x->limb[i] * y->limb[k] + product[i + k + 1] + carry;
            product[i + k + 1] = (uint64_t)(t % base);
            carry = (uint64_t)(t / base);
        }
        product[i] += carry;
    }
    struct wide w = {.exp = x->exp + y->exp + LIMBS * LIMB_DIGITS};
    if (product[0] < base / 10) { /* one digit short */
        w.exp--;
        for (int i = 0; i < LIMBS; i++)
            w.limb[i] = product[i] % (base / 10) * 10 + product[i + 1] / (base / 10);
    } else {
        for (int i = 0; i < LIMBS; i++) w.limb[i] = product[i];
    }
    return w;
}

/* 37 digits, the last one telling whether anything was cut off. */
static struct dec dec_of_wide(const struct wide *w, bool neg)
{
    struct dec d = {.neg = neg, .exp = w->exp + LIMB_DIGITS + 1};
    d.coef = (u128)w->limb[0] * power10(LIMB_DIGITS - 1) + w->limb[1] / 10;
    if ((w->limb[1] % 10 || w->limb[2]) && d.coef % 5 == 0) d.coef++;
    return d;
}

/* 1 / d by long division, d having 37 digits; again 37 or 38 digits, the last one telling of a
 * rest. */
static struct dec dec_invert(struct dec d)
{
    struct dec q = {.neg = d.neg, .exp = -d.exp - 36 - 37};
    u128 rest = power10(36);
    for (int i = 0; i < 38; i++) {
        q.coef = q.coef * 10 + rest / d.coef;
        rest = rest % d.coef * 10;
    }
    if (rest && q.coef % 5 == 0) q.coef++;
    return q;
}

static bool power_integer(struct arena *a, struct value x, int64_t n, struct value *ret)
{
    struct dec d = dec_of(x);
    bool neg = d.neg && (n & 1);
    struct wide square = wide_of(d), product = wide_of((struct dec){.coef = 1});
    for (uint64_t k = n < 0 ? 0 - (uint64_t)n : (uint64_t)n; k; k >>= 1) {
        if (k & 1) product = wide_mul(&product, &square);
        /* out of range for certain, stop before it wraps */
        if (square.exp > 20000 || square.exp < -20000) {
            if (k > 1) product.exp = square.exp > 0 ? 20000 : -20000;
            break;
        }
        square = wide_mul(&square, &square);
    }
    if (n < 0) return dec_finish(a, dec_invert(dec_of_wide(&product, neg)), ret);
    return dec_finish(a, dec_of_wide(&product, neg), ret);
}

bool num_pow(struct arena *a, struct value x, struct value y, struct value *ret)
{
    struct value whole, rest, p, q;
    int64_t n;
    int sign = num_sign(x);
    if (sign == 0) {
        if (num_sign(y) < 0) return false;
        *ret = v_int(num_sign(y) == 0);
        return true;
    }
    if (num_to_i64(y, &n)) return power_integer(a, x, n, ret);
    /* beyond int64: only ±1 stay in range, all such numbers but few are even */
    if (num_is_integer(y)) {
        struct value one = v_int(1);
        if (num_abs(a, x, &p) && num_cmp(p, one) == 0) {
            struct value two = v_int(2);
            if (!num_mod(a, y, two, &q)) return false;
            *ret = v_int(sign < 0 && num_sign(q) ? -1 : 1);
            return true;
        }
        *ret = v_int(0);
        return (num_cmp(p, one) < 0) == (num_sign(y) > 0);
    }
    if (sign < 0) return false;
    /* the whole part exactly, the library only for an exponent below one */
    if (!num_round(a, y, 0, ROUND_DOWN, &whole) || !num_sub(a, y, whole, &rest)) return false;
    unsigned flags = 0;
    if (!num_to_i64(whole, &n) || !power_integer(a, x, n, &p))
        return finish(a, bid128_pow(bid_of(x), bid_of(y), BID_ROUNDING_TO_NEAREST, &flags),
                      ret);
    return finish(a, bid128_pow(bid_of(x), bid_of(rest), BID_ROUNDING_TO_NEAREST, &flags),
                  &q) &&
           num_mul(a, p, q, ret);
}
