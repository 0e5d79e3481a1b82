/* List functions (DMN 1.5 §10.3.4.4) and sort (§10.3.4.9). Positions count from 1, or from -1
 * backwards; fractions of them are cut off (TCK 1155). Items are equal in the sense of `=`.
 * Work that grows with the square of a list pays for every step. */
#include "dmn/b.h"
#include <stdlib.h>

/* A signature with a list first or with the items themselves: both as items. */
static const struct value *items_of(size_t which, const struct value *args, size_t n,
                                    size_t *ret_n)
{
    *ret_n = which == 0 ? args[0].list->n : n;
    return which == 0 ? args[0].list->items : args;
}

/* Position as an index; false (and *ret the null) if there is no such item. */
static bool index_of(struct call *c, const char *name, struct value position, size_t n,
                     size_t *ret_at, struct value *ret)
{
    int64_t p, count = (int64_t)n;
    if (!num_trunc_i64(position, &p) || p == 0 || p > count || p < -count) {
        *ret = call_null(c, "FEEL-0305", "%s: the list of %zu items has no such position", name,
                         n);
        return false;
    }
    *ret_at = (size_t)(p > 0 ? p - 1 : count + p);
    return true;
}

static struct value list_of(struct call *c, const struct value *items, size_t n)
{
    struct value v = v_list(c->arena, n);
    if (n) memcpy(v.list->items, items, n * sizeof *items);
    return v;
}

BUILTIN(b_list_contains)
{
    (void)which, (void)n;
    const struct list *l = args[0].list;
    if (!has_room(c, 0, l->n)) return over_limit(c);
    for (size_t i = 0; i < l->n; i++)
        if (v_equal(l->items[i], args[1]) == T_TRUE) return v_bool(true);
    return v_bool(false);
}

BUILTIN(b_count)
{
    (void)c, (void)which, (void)n;
    return v_int((int64_t)args[0].list->n);
}

static struct value extreme(struct call *c, const struct value *items, size_t n, int sign,
                            const char *name)
{
    if (n == 0) return v_null(0);
    if (!has_room(c, 0, n)) return over_limit(c);
    struct value best = items[0];
    for (size_t i = 0; i < n; i++) {
        int order;
        if (!v_compare(items[i], best, &order))
            return call_null(c, "FEEL-0304", "%s: item %zu cannot be compared with the first",
                             name, i + 1);
        if (order * sign > 0) best = items[i];
    }
    return best;
}

BUILTIN(b_min)
{
    const struct value *items = items_of(which, args, n, &n);
    return extreme(c, items, n, -1, "min()");
}

BUILTIN(b_max)
{
    const struct value *items = items_of(which, args, n, &n);
    return extreme(c, items, n, 1, "max()");
}

static bool all_numbers(struct call *c, const struct value *items, size_t n, const char *name,
                        struct value *ret)
{
    if (!has_room(c, n, n)) { /* a sum may need 16 bytes a step */
        *ret = over_limit(c);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (v_is_num(items[i])) continue;
        *ret = call_null(c, "FEEL-0304", "%s: item %zu is not a number", name, i + 1);
        return false;
    }
    return true;
}

static struct value out_of_range(struct call *c, const char *name)
{
    return call_null(c, "FEEL-0302", "%s: the result is out of range", name);
}

static struct value empty(struct call *c, const char *name)
{
    return call_null(c, "FEEL-0304", "%s: the list is empty", name);
}

static bool total(struct call *c, const struct value *items, size_t n, struct value *ret)
{
    *ret = v_int(0);
    for (size_t i = 0; i < n; i++)
        if (!num_add(c->arena, *ret, items[i], ret)) return false;
    return true;
}

static bool mean(struct call *c, const struct value *items, size_t n, struct value *ret)
{
    struct value count = v_int((int64_t)n);
    return total(c, items, n, ret) && num_div(c->arena, *ret, count, ret);
}

BUILTIN(b_sum)
{
    struct value v;
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "sum()", &v)) return v;
    if (n == 0) return empty(c, "sum()");
    return total(c, items, n, &v) ? v : out_of_range(c, "sum()");
}

BUILTIN(b_mean)
{
    struct value v;
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "mean()", &v)) return v;
    if (n == 0) return empty(c, "mean()");
    return mean(c, items, n, &v) ? v : out_of_range(c, "mean()");
}

BUILTIN(b_product)
{
    struct value v;
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "product()", &v)) return v;
    if (n == 0) return empty(c, "product()");
    v = v_int(1);
    for (size_t i = 0; i < n; i++)
        if (!num_mul(c->arena, v, items[i], &v)) return out_of_range(c, "product()");
    return v;
}

static int by_number(const void *a, const void *b)
{
    return num_cmp(*(const struct value *)a, *(const struct value *)b);
}

static struct value sorted(struct call *c, const struct value *items, size_t n)
{
    struct value v = list_of(c, items, n);
    qsort(v.list->items, n, sizeof *items, by_number);
    return v;
}

BUILTIN(b_median)
{
    struct value v, half = v_int(2);
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "median()", &v)) return v;
    if (n == 0) return v_null(0); /* TCK 0061: not an error */
    if (!has_room(c, n, n * 8)) return over_limit(c);
    const struct value *s = sorted(c, items, n).list->items;
    if (n % 2) return s[n / 2];
    bool ok = num_add(c->arena, s[n / 2 - 1], s[n / 2], &v) && num_div(c->arena, v, half, &v);
    return ok ? v : out_of_range(c, "median()");
}

/* Of a sample: divided by n - 1. */
BUILTIN(b_stddev)
{
    struct value v, m, sum = v_int(0);
    struct arena *a = c->arena;
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "stddev()", &v)) return v;
    if (n < 2) return call_null(c, "FEEL-0304", "stddev(): two numbers are needed at least");
    bool ok = mean(c, items, n, &m);
    for (size_t i = 0; ok && i < n; i++)
        ok = num_sub(a, items[i], m, &v) && num_mul(a, v, v, &v) && num_add(a, sum, v, &sum);
    m = v_int((int64_t)n - 1);
    return ok && num_div(a, sum, m, &sum) && num_sqrt(a, sum, &v) ? v
                                                                  : out_of_range(c, "stddev()");
}

BUILTIN(b_mode)
{
    struct value v;
    const struct value *items = items_of(which, args, n, &n);
    if (!all_numbers(c, items, n, "mode()", &v)) return v;
    if (!has_room(c, n, n * 8)) return over_limit(c);
    struct value *s = sorted(c, items, n).list->items;
    size_t most = 0, found = 0;
    /* runs of equal numbers; the winners move to the front */
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && num_cmp(s[end], s[i]) == 0;) end++;
        if (end - i > most) most = end - i, found = 0;
        if (end - i == most) s[found++] = s[i];
    }
    return list_of(c, s, found);
}

/* Three-valued and/or over the items: `wins` decides at once, null otherwise spoils. */
static struct value conjunction(struct call *c, const struct value *items, size_t n, bool wins,
                                const char *name)
{
    bool won = false, unknown = false;
    if (!has_room(c, 0, n)) return over_limit(c);
    for (size_t i = 0; i < n; i++) {
        if (v_is_null(items[i]))
            unknown = true;
        else if (items[i].tag != TAG_BOOL)
            return call_null(c, "FEEL-0304", "%s: item %zu is neither true nor false", name,
                             i + 1);
        else if (items[i].flag == wins)
            won = true;
    }
    if (won) return v_bool(wins);
    return unknown ? v_null(0) : v_bool(!wins);
}

BUILTIN(b_all)
{
    const struct value *items = items_of(which, args, n, &n);
    return conjunction(c, items, n, false, "all()");
}

BUILTIN(b_any)
{
    const struct value *items = items_of(which, args, n, &n);
    return conjunction(c, items, n, true, "any()");
}

BUILTIN(b_sublist)
{
    (void)n;
    struct value v;
    const struct list *l = args[0].list;
    size_t at, count;
    int64_t wanted;
    if (!index_of(c, "sublist()", args[1], l->n, &at, &v)) return v;
    count = l->n - at;
    if (which == 1) {
        if (!num_trunc_i64(args[2], &wanted) || num_sign(args[2]) < 0 ||
            wanted > (int64_t)count)
            return call_null(c, "FEEL-0305",
                             "sublist(): the list has not that many items from there");
        count = (size_t)wanted;
    }
    if (!has_room(c, count, count)) return over_limit(c);
    return list_of(c, l->items + at, count);
}

BUILTIN(b_append)
{
    (void)which;
    const struct list *l = args[0].list;
    if (!has_room(c, l->n + n, l->n + n)) return over_limit(c);
    struct value v = v_list(c->arena, l->n + n - 1);
    if (l->n) memcpy(v.list->items, l->items, l->n * sizeof *l->items);
    if (n > 1) memcpy(v.list->items + l->n, args + 1, (n - 1) * sizeof *args);
    return v;
}

static struct value joined(struct call *c, const struct value *lists, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += lists[i].list->n;
    if (!has_room(c, count, count)) return over_limit(c);
    struct value v = v_list(c->arena, count);
    struct value *to = v.list->items;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < lists[i].list->n; k++) *to++ = lists[i].list->items[k];
    return v;
}

BUILTIN(b_concatenate)
{
    (void)which;
    return joined(c, args, n);
}

static struct value distinct(struct call *c, struct value list)
{
    const struct list *l = list.list;
    if (!has_room(c, l->n, 1)) return over_limit(c);
    struct value v = v_list(c->arena, l->n);
    struct list *kept = arena_new(c->arena, struct list);
    *kept = (struct list){.items = v.list->items};
    for (size_t i = 0; i < l->n; i++) {
        bool seen = false;
        if (!has_room(c, 0, kept->n / 4 + 1)) return over_limit(c);
        for (size_t k = 0; k < kept->n && !seen; k++)
            seen = v_equal(kept->items[k], l->items[i]) == T_TRUE;
        if (!seen) kept->items[kept->n++] = l->items[i];
    }
    v.list = kept;
    return v;
}

BUILTIN(b_union)
{
    (void)which;
    struct value all = joined(c, args, n);
    return v_is_null(all) ? all : distinct(c, all);
}

BUILTIN(b_distinct_values)
{
    (void)which, (void)n;
    return distinct(c, args[0]);
}

BUILTIN(b_insert_before)
{
    (void)which, (void)n;
    struct value v;
    const struct list *l = args[0].list;
    size_t at;
    if (!index_of(c, "insert before()", args[1], l->n, &at, &v)) return v;
    if (!has_room(c, l->n + 1, l->n)) return over_limit(c);
    v = v_list(c->arena, l->n + 1);
    for (size_t i = 0; i < l->n; i++) v.list->items[i < at ? i : i + 1] = l->items[i];
    v.list->items[at] = args[2];
    return v;
}

BUILTIN(b_remove)
{
    (void)which, (void)n;
    struct value v;
    const struct list *l = args[0].list;
    size_t at;
    if (!index_of(c, "remove()", args[1], l->n, &at, &v)) return v;
    if (!has_room(c, l->n, l->n)) return over_limit(c);
    v = v_list(c->arena, l->n - 1);
    for (size_t i = 0; i < l->n; i++)
        if (i != at) v.list->items[i < at ? i : i - 1] = l->items[i];
    return v;
}

static struct value replace_matching(struct call *c, struct value made,
                                     const struct function *match, struct value item)
{
    for (size_t i = 0; i < made.list->n; i++) {
        struct value pair[2] = {made.list->items[i], item};
        struct value answer = c->invoke(c, match, pair, 2);
        if (answer.tag != TAG_BOOL)
            return call_null(
                c, "FEEL-0310",
                "list replace(): the function gives neither true nor false for item %zu",
                i + 1);
        if (answer.flag) made.list->items[i] = item;
    }
    return made;
}

BUILTIN(b_list_replace)
{
    (void)n;
    struct value v;
    const struct list *l = args[0].list;
    size_t at = 0;
    if (which == 0 && !index_of(c, "list replace()", args[1], l->n, &at, &v)) return v;
    if (!has_room(c, l->n, l->n)) return over_limit(c);
    v = list_of(c, l->items, l->n);
    if (which == 1) return replace_matching(c, v, args[1].function, args[2]);
    v.list->items[at] = args[2];
    return v;
}

BUILTIN(b_reverse)
{
    (void)which, (void)n;
    const struct list *l = args[0].list;
    if (!has_room(c, l->n, l->n)) return over_limit(c);
    struct value v = v_list(c->arena, l->n);
    for (size_t i = 0; i < l->n; i++) v.list->items[i] = l->items[l->n - 1 - i];
    return v;
}

BUILTIN(b_index_of)
{
    (void)which, (void)n;
    const struct list *l = args[0].list;
    size_t found = 0;
    if (!has_room(c, l->n, l->n)) return over_limit(c);
    struct value *at = arena_array(c->arena, struct value, l->n + 1);
    for (size_t i = 0; i < l->n; i++)
        if (v_equal(l->items[i], args[1]) == T_TRUE) at[found++] = v_int((int64_t)i + 1);
    return list_of(c, at, found);
}

/* Counts the leaves, or (to not NULL) puts them at *to; false: too deep or too long (lists may
 * share lists). */
static bool walk(struct call *c, const struct list *l, int depth, struct value **to,
                 size_t *count)
{
    if (depth > 500 || !has_room(c, 0, l->n + 1)) return false;
    for (size_t i = 0; i < l->n; i++) {
        if (l->items[i].tag == TAG_LIST) {
            if (!walk(c, l->items[i].list, depth + 1, to, count)) return false;
        } else {
            ++*count;
            if (to) *(*to)++ = l->items[i];
        }
    }
    return true;
}

BUILTIN(b_flatten)
{
    (void)which, (void)n;
    size_t count = 0;
    if (!walk(c, args[0].list, 0, NULL, &count) || !has_room(c, count, 0)) return over_limit(c);
    struct value v = v_list(c->arena, count);
    struct value *to = v.list->items;
    size_t again = 0;
    return walk(c, args[0].list, 0, &to, &again) ? v : over_limit(c);
}

/* A stable merge sort of from[0 … n) into to; false: *ret_bad is set. */
static bool merge_sort(struct call *c, const struct function *precedes, struct value *from,
                       struct value *to, size_t n)
{
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t mid = low + width < n ? low + width : n,
                   high = low + 2 * width < n ? low + 2 * width : n;
            size_t i = low, k = mid;
            for (size_t out = low; out < high; out++) {
                bool right = k < high && i >= mid;
                if (k < high && i < mid) {
                    struct value pair[2] = {from[k], from[i]};
                    struct value answer = c->invoke(c, precedes, pair, 2);
                    if (answer.tag != TAG_BOOL) return false;
                    right = answer.flag;
                }
                to[out] = right ? from[k++] : from[i++];
            }
        }
        memcpy(from, to, n * sizeof *to);
    }
    return true;
}

BUILTIN(b_sort)
{
    (void)which, (void)n;
    const struct list *l = args[0].list;
    if (!has_room(c, 2 * l->n, l->n)) return over_limit(c);
    struct value v = list_of(c, l->items, l->n);
    struct value *other = arena_array(c->arena, struct value, l->n + 1);
    if (merge_sort(c, args[1].function, v.list->items, other, l->n)) return v;
    return call_null(c, "FEEL-0310",
                     "sort(): the function does not tell which of two items comes first");
}
