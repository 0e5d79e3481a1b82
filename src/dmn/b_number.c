/* Numeric functions (DMN 1.5 §10.3.4.5). A result that is no decimal128 number is null with
 * FEEL-0302. */
#include "dmn/b.h"

static struct value number_or_null(struct call *c, bool ok, struct value v, const char *name)
{
    return ok ? v
              : call_null(c, "FEEL-0302",
                          "%s: not defined for this number, or the result is out of range",
                          name);
}

static struct value round_to(struct call *c, const struct value *args, size_t n,
                             enum rounding how, const char *name)
{
    struct value v = v_int(0);
    int64_t scale = 0;
    bool ok = (n < 2 || num_trunc_i64(args[1], &scale)) &&
              num_round(c->arena, args[0], scale, how, &v);
    return number_or_null(c, ok, v, name);
}

BUILTIN(b_decimal)
{
    (void)which;
    return round_to(c, args, n, ROUND_HALF_EVEN, "decimal()");
}
BUILTIN(b_floor)
{
    (void)which;
    return round_to(c, args, n, ROUND_FLOOR, "floor()");
}
BUILTIN(b_ceiling)
{
    (void)which;
    return round_to(c, args, n, ROUND_CEILING, "ceiling()");
}
BUILTIN(b_round_up)
{
    (void)which;
    return round_to(c, args, n, ROUND_UP, "round up()");
}
BUILTIN(b_round_down)
{
    (void)which;
    return round_to(c, args, n, ROUND_DOWN, "round down()");
}
BUILTIN(b_round_half_up)
{
    (void)which;
    return round_to(c, args, n, ROUND_HALF_UP, "round half up()");
}
BUILTIN(b_round_half_down)
{
    (void)which;
    return round_to(c, args, n, ROUND_HALF_DOWN, "round half down()");
}

BUILTIN(b_abs)
{
    (void)which, (void)n;
    struct value v = args[0];
    if (v.tag == TAG_DAYS) return v.dur->nanos < 0 ? temporal_days(c->arena, -v.dur->nanos) : v;
    if (v.tag == TAG_MONTHS) {
        v.i = v.i < 0 ? -v.i : v.i;
        return v;
    }
    return number_or_null(c, num_abs(c->arena, args[0], &v), v, "abs()");
}

BUILTIN(b_modulo)
{
    (void)which, (void)n;
    struct value v = v_int(0);
    return number_or_null(c, num_mod(c->arena, args[0], args[1], &v), v, "modulo()");
}

BUILTIN(b_sqrt)
{
    (void)which, (void)n;
    struct value v = v_int(0);
    return number_or_null(c, num_sqrt(c->arena, args[0], &v), v, "sqrt()");
}

BUILTIN(b_log)
{
    (void)which, (void)n;
    struct value v = v_int(0);
    return number_or_null(c, num_log(c->arena, args[0], &v), v, "log()");
}

BUILTIN(b_exp)
{
    (void)which, (void)n;
    struct value v = v_int(0);
    return number_or_null(c, num_exp(c->arena, args[0], &v), v, "exp()");
}

static struct value parity(struct call *c, struct value v, bool odd, const char *name)
{
    struct value rest = v_int(0), two = v_int(2);
    bool ok = num_is_integer(v) && num_mod(c->arena, v, two, &rest);
    return number_or_null(c, ok, v_bool((num_sign(rest) != 0) == odd), name);
}

BUILTIN(b_odd)
{
    (void)which, (void)n;
    return parity(c, args[0], true, "odd()");
}
BUILTIN(b_even)
{
    (void)which, (void)n;
    return parity(c, args[0], false, "even()");
}
