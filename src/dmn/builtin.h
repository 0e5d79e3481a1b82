/* The 86 built-in functions (DMN 1.5 §10.3.4) as rows of a table: name, parameter names of each
 * signature, C function. The evaluator picks the row by name, binds named arguments by the
 * signature's parameter names, and calls. A built-in returns null through call_null() with a
 * reason, never fails otherwise.
 *
 * The evaluator binds names to positions by `params` and then calls builtin_call(), never the C
 * function itself: builtin_call() chooses among signatures by type where the arguments are
 * positional, coerces by the signature's types ([x] to x, x to [x], date to date and time:
 * §10.3.2.9.4), refuses wrong types with a reason (FEEL-0205 for their number, FEEL-0206 for
 * their types) and pads absent optional ones with null. */
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
    struct value (*invoke)(struct call *c, const struct function *f, const struct value *args,
                           size_t n);
    bool (*now)(struct call *c, int64_t *ret_seconds, int32_t *ret_nanos);
    /* False when fuel or memory for that much more output is not there; the built-in then
     * returns null(). */
    bool (*fits)(struct call *c, size_t bytes, uint64_t steps);
    void *eval;
};

#define call_null(c, ...) ((c)->null((c), __VA_ARGS__))

struct builtin_signature {
    /* comma-separated parameter names; "" for none; the last ends in "..." if variadic */
    const char *params;
    /* Comma-separated, one for each parameter: "any", "number", "string", "boolean", "date",
     * "time", "date and time", "days and time duration", "years and months duration", "list",
     * "context", "range", "function"; "point" is anything that may stand in a range; "a|b" for
     * either. A trailing "?" allows null, which is otherwise refused (the result is then null
     * with a reason). The type of a variadic one is that of each argument. The same text serves
     * static checks. */
    const char *types;
    uint8_t min, max;   /* arguments; max 255 = variadic */
    const char *result; /* type name, as above; "any" if it depends */
    /* `types` once more, as bits 1 << enum tag; the last one counts for all of "..." */
    uint16_t accepts[4];
};

struct builtin {
    const char *name; /* as written in FEEL, with spaces */
    const struct builtin_signature *signatures;
    size_t n_signatures;
    /* which: index of the signature; args in the order of its parameters, n of them; optional
     * ones that were not given are null at the end, so that n is always the number of
     * parameters unless variadic. */
    struct value (*fn)(struct call *c, size_t which, const struct value *args, size_t n);
};

const struct builtin *builtin_find(struct str name); /* name with single spaces; NULL if none */
extern const struct builtin builtin_table[];
extern const size_t builtin_count;

enum {
    BUILTIN_ARGS = 8, /* no signature has more parameters, variadic ones apart */
    /* instead of a signature's index: the one that fits, by number and types */
    BUILTIN_POSITIONAL = 255,
};
/* which: the signature chosen by names, args then in the order of its parameters (those between
 * that were not given are null, those behind the last given one are left out); or
 * BUILTIN_POSITIONAL. Not the same: `context put(c, key: [..], v)` is an error, `context put(c,
 * [..], v)` is not. */
struct value builtin_call(struct call *c, const struct builtin *b, size_t which,
                          const struct value *args, size_t n);
