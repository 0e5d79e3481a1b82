/* What a decision table answers for all inputs at once (docs/dmn-check.md): each column is cut
 * into segments by the constants of its cells and of its allowed values, null being one of
 * them, so that every value of a segment gets the same answer from every plain cell. A
 * combination of one segment a column is a box; questions are asked of boxes.
 *
 * The answers of cells come from the evaluator itself, at one value of each segment. A cell
 * that is not a plain test of constants counts as `may` and not as `must` in all of its column:
 * what is found with `may` is certain, what is not found with `must` is certain, and between
 * the two the answer is unknown, never "fine". */
#pragma once
#include "dmn/table.h"

enum gap_set { GAP_MAY, GAP_MUST };

struct gap_segment {
    struct value value; /* one of it, shown as the example */
    uint64_t size;      /* values in it; 0: without end */
    uint64_t *rules[2]; /* by enum gap_set */
};

struct gap_column {
    struct gap_segment *segments; /* in the order of values; the last one is null */
    size_t n;
    bool guessed; /* no declared type, or allowed values that are not plain: there may be other
                     values */
};

struct gaps {
    struct arena *arena;
    const struct table *table;
    struct gap_column *columns;
    size_t words;  /* of a set of rules */
    uint64_t *odd; /* rules with a cell that is not plain */
    size_t n_odd;
    bool finite;     /* sizes are exact: counts are of inputs, otherwise of boxes */
    uint64_t *reach; /* [column][rule]: set of segments where its cell is true, `must` */
    size_t reach_words;
    bool too_large; /* the other members are not complete: nothing may be asked */
};

/* f: a frame in which the cells may be evaluated. */
void gaps_build(struct gaps *g, struct arena *a, struct eval *e, const struct table *t,
                const struct frame *f);

enum gap_result { GAP_NONE, GAP_FOUND, GAP_BUDGET };

struct gap_query {
    enum gap_set set;
    const uint64_t *rules; /* only these; NULL: all */
    size_t inside;         /* only the boxes of this rule; SIZE_MAX: all */
    bool nulls;            /* with missing inputs */
};

struct gap_answer {
    enum gap_result result;
    size_t *segments; /* the first box, one segment a column */
    bool counted;     /* the budget was enough for all boxes */
    unsigned __int128 count, total;
    uint64_t states;
};

/* Boxes in which none of the rules is true. budget: states of the walk, taken from *budget. */
struct gap_answer gaps_ask(const struct gaps *g, const struct gap_query *q, uint64_t *budget);
/* A box in which both rules are true, without nulls if there is one; false if there is none. */
bool gaps_overlap(const struct gaps *g, size_t a, size_t b, size_t *ret_segments);
/* The column whose cell of the rule is true in no segment, or SIZE_MAX. */
size_t gaps_dead_cell(const struct gaps *g, size_t rule);
/* Is a value of the box null? */
bool gaps_has_null(const struct gaps *g, const size_t *segments);
/* A constant expression: literals, and operators and built-in functions of such. */
bool gaps_is_closed(const struct node *n);
