/* decimal128 arithmetic with 34 digits, half-even (DMN 1.5 §10.3.2.3.1): int64 fast path
 * inline, the rest through libintelrdfpmath (num.c is the only file to see it). Integer powers
 * are our own multiplication, because the library's pow is inexact. Results out of range are
 * null (false). */
#pragma once
#include "dmn/value.h"

/* FEEL numeric literal or JSON number, sign and exponent allowed */
bool num_parse(struct arena *a, struct str s, struct value *ret);
/* plain notation, exact, no exponent, no trailing zeros */
struct str num_print(struct arena *a, struct value v);
/* at least as many bytes as num_print gives */
size_t num_print_size(struct value v);
bool num_to_i64(struct value v, int64_t *ret);   /* exact integers only */
bool num_to_i128(struct value v, __int128 *ret); /* the same */
/* towards zero; false if it does not fit */
bool num_trunc_i64(struct value v, int64_t *ret);
struct value num_from_i128(struct arena *a, __int128 i); /* rounded to 34 digits */
/* i × 10^-scale, scale 0 … 18 */
struct value num_make(struct arena *a, int64_t i, int16_t scale);
bool num_is_integer(struct value v);
double num_to_double(struct value v);
/* shortest text that reads back; 0 if not finite */
struct value num_from_double(struct arena *a, double d);
int num_cmp(struct value a, struct value b);
int num_sign(struct value v);

/* The general cases of the four inline functions below. */
bool num_add_any(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_sub_any(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_mul_any(struct arena *a, struct value x, struct value y, struct value *ret);

static inline bool num_add(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t i;
    if (x.tag == TAG_NUM && y.tag == TAG_NUM && x.scale == y.scale &&
        !__builtin_add_overflow(x.i, y.i, &i)) {
        *ret = (struct value){.tag = TAG_NUM, .scale = x.scale, .i = i};
        return true;
    }
    return num_add_any(a, x, y, ret);
}

static inline bool num_sub(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t i;
    if (x.tag == TAG_NUM && y.tag == TAG_NUM && x.scale == y.scale &&
        !__builtin_sub_overflow(x.i, y.i, &i)) {
        *ret = (struct value){.tag = TAG_NUM, .scale = x.scale, .i = i};
        return true;
    }
    return num_sub_any(a, x, y, ret);
}

static inline bool num_mul(struct arena *a, struct value x, struct value y, struct value *ret)
{
    int64_t i;
    if (x.tag == TAG_NUM && y.tag == TAG_NUM && x.scale + y.scale <= 18 &&
        !__builtin_mul_overflow(x.i, y.i, &i)) {
        *ret = (struct value){.tag = TAG_NUM, .scale = (int16_t)(x.scale + y.scale), .i = i};
        return true;
    }
    return num_mul_any(a, x, y, ret);
}

/* false: by zero */
bool num_div(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_pow(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_neg(struct arena *a, struct value x, struct value *ret);
bool num_abs(struct arena *a, struct value x, struct value *ret);
/* floored, as modulo() */
bool num_mod(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_sqrt(struct arena *a, struct value x, struct value *ret);
bool num_exp(struct arena *a, struct value x, struct value *ret);
bool num_log(struct arena *a, struct value x, struct value *ret);

enum rounding {
    ROUND_HALF_EVEN,
    ROUND_UP,
    ROUND_DOWN,
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_FLOOR,
    ROUND_CEILING
};
/* Round to `scale` decimal places (may be negative); false outside [-6111, 6176] or on
 * overflow. */
bool num_round(struct arena *a, struct value x, int64_t scale, enum rounding how,
               struct value *ret);
