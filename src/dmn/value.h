/* FEEL values (DMN 1.5 §10.3.2): a 16-byte tagged cell passed by value; what does not fit lives
 * in the arena of the evaluation and is never changed after it has been built.
 *
 * Numbers are decimal128. A number whose coefficient fits int64 is stored small, as i ×
 * 10^-scale; a large one points to a struct num_big. num.h does all arithmetic on both. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "base/tz.h"
#include <stdbool.h>
#include <stdint.h>

enum tag {
    TAG_NULL, /* why: the reason, a diagnostic index + 1 of the run, or 0 */
    TAG_BOOL,
    TAG_NUM, /* small */
    TAG_NUM_BIG,
    TAG_STR,
    TAG_DATE,
    TAG_TIME,
    TAG_DATE_TIME,
    TAG_DAYS,   /* days and time duration, in nanoseconds: struct dur */
    TAG_MONTHS, /* years and months duration, in whole months: i */
    TAG_LIST,
    TAG_CONTEXT,
    TAG_RANGE,
    TAG_FUNCTION,
};

struct value {
    uint8_t tag;   /* enum tag */
    uint8_t flag;  /* TAG_BOOL: 0 or 1; else 0 */
    int16_t scale; /* TAG_NUM: value = i × 10^-scale, 0 <= scale <= 18 */
    uint32_t n;    /* TAG_STR: bytes (strings are limited to 2^32-1); TAG_NULL: why */
    union {
        int64_t i;
        const char *s;
        const struct num_big *big;
        const struct list *list;
        const struct context *context;
        const struct range *range;
        const struct function *function;
        const struct moment *moment; /* DATE, TIME, DATE_TIME */
        const struct dur *dur;
    };
};
_Static_assert(sizeof(struct value) == 16, "a value is two words");

struct num_big {
    uint64_t w[2]; /* IEEE 754-2008 decimal128 in BID encoding, as num.c's library has it */
};

struct list {
    size_t n;
    struct value *items;
};

/* Entries in the order they were made; keys are unique. Small: linear search. */
struct context {
    size_t n;
    struct str *keys;
    struct value *values;
};

enum bound { BOUND_NONE, BOUND_OPEN, BOUND_CLOSED };
/* A range [a..b], also a unary comparison such as (< 10), where one bound is absent. */
struct range {
    struct value low, high;
    uint8_t low_bound, high_bound; /* enum bound; NONE: unbounded on that side */
    /* (!= a): everything but low; high and both bounds are absent */
    bool is_not;
    /* (= a): low and high are a, both closed; yet not equal to [a..a] (TCK 0068) */
    bool is_equal;
};

enum zone_kind { ZONE_LOCAL, ZONE_OFFSET, ZONE_NAMED };
/* Date, time of day, or both. Unused fields are zero. */
struct moment {
    int64_t days;        /* since 1970-01-01, proleptic Gregorian */
    int64_t nanos;       /* of the day, 0 … 86399999999999 */
    uint8_t zone_kind;   /* enum zone_kind */
    int32_t offset;      /* seconds east of UTC, ZONE_OFFSET */
    const struct tz *tz; /* ZONE_NAMED */
};

struct dur {
    __int128 nanos;
};

struct function; /* eval.h: closure, built-in, knowledge model, service or external */

static inline struct value v_null(uint32_t why)
{
    return (struct value){.tag = TAG_NULL, .n = why};
}
static inline struct value v_bool(bool b) { return (struct value){.tag = TAG_BOOL, .flag = b}; }
static inline struct value v_int(int64_t i) { return (struct value){.tag = TAG_NUM, .i = i}; }
static inline struct value v_str(struct str s)
{
    return (struct value){.tag = TAG_STR, .n = (uint32_t)s.n, .s = s.p};
}
static inline struct str v_text(struct value v) { return str_n(v.s, v.n); }
static inline bool v_is_null(struct value v) { return v.tag == TAG_NULL; }
static inline bool v_is_num(struct value v) { return v.tag == TAG_NUM || v.tag == TAG_NUM_BIG; }
static inline bool v_is_true(struct value v) { return v.tag == TAG_BOOL && v.flag; }
static inline bool v_is_false(struct value v) { return v.tag == TAG_BOOL && !v.flag; }

/* items are null, fill list->items */
struct value v_list(struct arena *a, size_t n);
struct value v_context(struct arena *a, size_t n); /* fill keys and values */
bool v_entry(struct value context, struct str key, struct value *ret); /* false if absent */

/* Three-valued results of comparison. */
enum truth { T_FALSE, T_TRUE, T_NULL };
/* FEEL `=` (Table 53): T_NULL where the types differ; null = null is true. */
enum truth v_equal(struct value a, struct value b);
/* `<` and its kin: sets *ret to -1, 0, 1; false where the two cannot be compared. Times of day
 * and date-times are equal and ordered by whole seconds, as TCK 0068 time_005 and
 * datetime_003_a ask; is() sees every nanosecond. */
bool v_compare(struct value a, struct value b, int *ret);
/* is(): same value and same semantic domain, zone identity included. */
bool v_is_same(struct value a, struct value b);
/* Is v in the range (unary `in`)? */
enum truth v_in_range(struct value v, const struct range *r);
/* string(v) (DMN 1.5 §10.3.4.1): numbers without trailing zeros, so that equal ones print
 * alike; strings within lists and contexts are quoted; endpoints of ranges are literals, so
 * that range(string(r)) = r if r has two ends. */
struct str v_print(struct arena *a, struct value v);
/* At least as many bytes as v_print will give; stops counting beyond limit. Lists may share
 * their items, so that a small value can have a very long text. */
size_t v_print_size(struct value v, size_t limit);
