/* The 86 built-in functions (DMN 1.5 §10.3.4) as rows of a table: name, parameter names of each signature, C
 * function. The evaluator picks the row by name, binds named arguments by the signature's parameter names, and
 * calls. A built-in returns null through call_null() with a reason, never fails otherwise. */
#pragma once
#include "dmn/temporal.h"
#include "dmn/value.h"

struct call; /* what a built-in may use of the evaluation */

/* Supplied by the evaluator. */
struct call {
    struct arena *arena;
    const struct zones *zones;
    /* Record why and give the null value: id "FEEL-0xxx", printf text. */
    struct value (*null)(struct call *c, const char *id, const char *fmt, ...);
    /* Call a FEEL function value (sort's precedes, …). */
    struct value (*invoke)(struct call *c, const struct function *f, const struct value *args, size_t n);
    bool (*now)(struct call *c, int64_t *ret_seconds, int32_t *ret_nanos);
    /* False when fuel or memory for that much more output is not there; the built-in then returns null(). */
    bool (*fits)(struct call *c, size_t bytes, uint64_t steps);
    void *eval;
};

#define call_null(c, ...) ((c)->null((c), __VA_ARGS__))

struct builtin_signature {
    const char *params;   /* comma-separated parameter names; "" for none; a trailing "..." for variadic */
    uint8_t min, max;     /* arguments; max 255 = variadic */
};

struct builtin {
    const char *name;                      /* as written in FEEL, with spaces */
    const struct builtin_signature *signatures;
    size_t n_signatures;
    /* which: index of the signature; args in the order of its parameters; absent optional ones are null. */
    struct value (*fn)(struct call *c, size_t which, const struct value *args, size_t n);
};

const struct builtin *builtin_find(struct str name); /* name with single spaces; NULL if none */
extern const struct builtin builtin_table[];
extern const size_t builtin_count;
