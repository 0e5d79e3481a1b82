/* decimal128 arithmetic with 34 digits, half-even (DMN 1.5 §10.3.2.3.1): int64 fast path inline, the rest
 * through libintelrdfpmath (num.c is the only file to see it). Integer powers are our own multiplication,
 * because the library's pow is inexact. Results out of range are null (false). */
#pragma once
#include "dmn/value.h"

bool num_parse(struct arena *a, struct str s, struct value *ret); /* FEEL numeric literal or JSON number, sign and exponent allowed */
struct str num_print(struct arena *a, struct value v);            /* plain notation, exact, no exponent */
bool num_to_i64(struct value v, int64_t *ret);                    /* exact integers only */
bool num_is_integer(struct value v);
double num_to_double(struct value v);
struct value num_from_double(struct arena *a, double d); /* shortest text that reads back */
int num_cmp(struct value a, struct value b);
int num_sign(struct value v);

bool num_add(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_sub(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_mul(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_div(struct arena *a, struct value x, struct value y, struct value *ret); /* false: by zero */
bool num_pow(struct arena *a, struct value x, struct value y, struct value *ret);
bool num_neg(struct arena *a, struct value x, struct value *ret);
bool num_abs(struct arena *a, struct value x, struct value *ret);
bool num_mod(struct arena *a, struct value x, struct value y, struct value *ret); /* floored, as modulo() */
bool num_sqrt(struct arena *a, struct value x, struct value *ret);
bool num_exp(struct arena *a, struct value x, struct value *ret);
bool num_log(struct arena *a, struct value x, struct value *ret);

enum rounding { ROUND_HALF_EVEN, ROUND_UP, ROUND_DOWN, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_FLOOR, ROUND_CEILING };
/* Round to `scale` decimal places (may be negative); false outside [-6111, 6176] or on overflow. */
bool num_round(struct arena *a, struct value x, int64_t scale, enum rounding how, struct value *ret);
