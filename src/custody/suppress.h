/* Small numbers held back in published tables. Cells are counts, totals among them, and sums
 * say which cells add up to which: rows and columns, hierarchies, the same number in two
 * tables. Counts from 1 to below - 1 are hidden, and with them as many others as it takes that
 * whoever knows every shown number, every sum and that no hidden cell is zero still cannot tell
 * a hidden one. Tables that sort the same things in different ways tell more of each other than
 * their totals: the finer cells of which all of them are made are given as `inner`, which
 * nobody prints.
 *
 * That is proven, not hoped for: for each hidden cell two whole-number tables are found that
 * fit everything shown and differ in it by at least `width`. Zeros are shown. Pure and
 * deterministic.
 *
 * What it must never do: show a count of which it has no such proof. */
#pragma once
#include "base/arena.h"

struct suppress_sum {
    size_t whole; /* cell */
    const size_t *parts;
    size_t n; /* 1: the same number stands in two places */
};
struct suppress {
    const int64_t *count; /* >= 0 */
    size_t n;
    const struct suppress_sum *sums;
    size_t n_sums;
    /* NULL: none; cells that are never shown, may be zero and need no proof */
    const bool *inner;
    int64_t below; /* 5 */
    int64_t width; /* how far apart the two values of a hidden cell are; at least 1 */
};

/* hidden: n places, written. Returns how many are hidden. */
size_t suppress_hide(struct arena *scratch, const struct suppress *s, bool *hidden);
/* Is each hidden cell kept, by the proof above? low and high (n places, may be NULL) are the
 * values found for it. */
bool suppress_kept(struct arena *scratch, const struct suppress *s, const bool *hidden,
                   int64_t *low, int64_t *high);
