/* See report_part.h: the counts of requests of one quarter that everybody may know. Each
 * request has a month, a class of offence lists and an answer; printed are the three tables
 * that take two of them each, with their totals. They are one system for suppress.h, down to
 * the cells of all three that nobody prints: three tables of the same requests say more
 * together than each by its totals.
 *
 * What it must never do: let a count out that suppress.h has not shown, or choose or order
 * classes by how many there are of them. */
#include "custody/report_part.h"
#include "custody/suppress.h"
#include <stdlib.h>

enum { CLASSES_APART = 8, KEPT_APART = 3, QUARTER = 3 };

/* A box of (months + 1) × (classes + 1) × (answers + 1) counts; the last of each direction is
 * all of it. */
struct box {
    struct arena *a;
    struct str months[QUARTER], *classes;
    int first_month; /* of those in which there was a ledger */
    size_t n[3];     /* without the last */
    int64_t *count;
    bool *inner, *hidden;
    struct suppress_sum *sums;
    size_t n_sums, cap_sums;
};

static size_t cell(const struct box *x, size_t month, size_t class, size_t answer)
{
    return (month * (x->n[1] + 1) + class) * (x->n[2] + 1) + answer;
}

static size_t cells(const struct box *x)
{
    return (x->n[0] + 1) * (x->n[1] + 1) * (x->n[2] + 1);
}

/* Months without a ledger are not months without requests. A clock that was put back leaves
 * requests before the first event or behind the last. */
static void find_months(struct making *m, struct box *x)
{
    instant from = m->h->first_at, to = m->h->last_at;
    for (size_t i = 0; i < m->h->n_cases; i++) {
        instant at = m->h->cases[i].recorded_at;
        if (!part_is_request(m, &m->h->cases[i])) continue;
        if (at < from) from = at;
        if (at > to) to = at;
    }
    if (from < m->s->from) from = m->s->from;
    if (to >= m->s->to) to = m->s->to - 1;
    int last = part_local_month(m, to);
    x->first_month = part_local_month(m, from);
    for (int i = x->first_month; i <= last; i++)
        x->months[x->n[0]++] = str_c(arena_printf(m->a, "%04d-%02d", i / 12, i % 12 + 1));
}

/* Those that there are, in the order of their names: what comes late in it goes together. */
static void find_classes(struct making *m, struct box *x)
{
    size_t n = 0, cap = 0;
    struct str *list = NULL;
    for (size_t i = 0; i < m->h->n_cases; i++) {
        size_t k = 0;
        if (!part_is_request(m, &m->h->cases[i])) continue;
        struct str name = part_class(m, &m->h->cases[i]);
        while (k < n && !str_eq(list[k], name)) k++;
        if (k < n) continue;
        arena_push(m->a, list, n, cap);
        list[n++] = str_dup(m->a, name); /* the past is freed before the quarter */
    }
    if (n) qsort(list, n, sizeof *list, part_by_name);
    if (n > CLASSES_APART) {
        n = CLASSES_APART + 1;
        list[CLASSES_APART] = STR(REPORT_OTHER_CLASSES);
    }
    x->classes = list;
    x->n[1] = n;
}

static void add(struct box *x, size_t month, size_t class, size_t answer)
{
    for (int bits = 0; bits < 8; bits++)
        x->count[cell(x, bits & 1 ? x->n[0] : month, bits & 2 ? x->n[1] : class,
                      bits & 4 ? x->n[2] : answer)]++;
}

static void count(struct making *m, struct box *x)
{
    for (size_t i = 0; i < m->h->n_cases; i++) {
        const struct past_case *c = &m->h->cases[i];
        size_t k = 0;
        if (!part_is_request(m, c)) continue;
        struct str name = part_class(m, c);
        while (k + 1 < x->n[1] && !str_eq(x->classes[k], name)) k++;
        add(x, (size_t)(part_local_month(m, c->recorded_at) - x->first_month), k,
            part_answer(m, c, ASK_NOTIFY));
    }
}

/* What is all of a direction is the sum along it. */
static void sum_along(struct box *x, const size_t at[3], int direction)
{
    size_t n = x->n[direction], *parts = arena_array(x->a, size_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        size_t p[3] = {at[0], at[1], at[2]};
        p[direction] = i;
        parts[i] = cell(x, p[0], p[1], p[2]);
    }
    arena_push(x->a, x->sums, x->n_sums, x->cap_sums);
    x->sums[x->n_sums++] = (struct suppress_sum){cell(x, at[0], at[1], at[2]), parts, n};
}

/* An inner cell can only be other than zero where no table that it is part of says zero. */
static bool is_inner(const struct box *x, const size_t at[3])
{
    return at[0] < x->n[0] && at[1] < x->n[1] && at[2] < x->n[2] &&
           x->count[cell(x, at[0], at[1], x->n[2])] &&
           x->count[cell(x, at[0], x->n[1], at[2])] && x->count[cell(x, x->n[0], at[1], at[2])];
}

static void hide(struct box *x)
{
    size_t at[3];
    for (at[0] = 0; at[0] <= x->n[0]; at[0]++)
        for (at[1] = 0; at[1] <= x->n[1]; at[1]++)
            for (at[2] = 0; at[2] <= x->n[2]; at[2]++) {
                x->inner[cell(x, at[0], at[1], at[2])] = is_inner(x, at);
                for (int d = 0; d < 3; d++)
                    if (at[d] == x->n[d]) sum_along(x, at, d);
            }
    suppress_hide(x->a,
                  &(struct suppress){.count = x->count,
                                     .n = cells(x),
                                     .sums = x->sums,
                                     .n_sums = x->n_sums,
                                     .below = REPORT_BELOW,
                                     .width = KEPT_APART,
                                     .inner = x->inner},
                  x->hidden);
}

/* Two directions as rows and columns, all of the third. */
static struct json *face(struct box *x, int rows, int columns)
{
    struct json *t = json_array(x->a);
    size_t at[3] = {x->n[0], x->n[1], x->n[2]};
    for (at[rows] = 0; at[rows] <= x->n[rows]; at[rows]++) {
        struct json *r = json_array(x->a);
        for (at[columns] = 0; at[columns] <= x->n[columns]; at[columns]++) {
            size_t i = cell(x, at[0], at[1], at[2]);
            json_add(x->a, r, x->hidden[i] ? json_c(x->a, "*") : json_int(x->a, x->count[i]));
        }
        json_add(x->a, t, r);
    }
    return t;
}

static struct json *names(struct arena *a, const struct str *list, size_t n)
{
    struct json *o = json_array(a);
    for (size_t i = 0; i < n; i++) json_add(a, o, json_string(a, list[i]));
    return o;
}

int64_t part_cells(struct making *m, struct json *quarter)
{
    struct box x = {.a = m->a, .n = {0, 0, ANSWERS}};
    find_months(m, &x);
    find_classes(m, &x);
    x.count = arena_array(m->a, int64_t, cells(&x));
    x.inner = arena_array(m->a, bool, cells(&x));
    x.hidden = arena_array(m->a, bool, cells(&x));
    count(m, &x);
    hide(&x);
    json_set(m->a, quarter, "months", names(m->a, x.months, x.n[0]));
    json_set(m->a, quarter, "classes", names(m->a, x.classes, x.n[1]));
    json_set(m->a, quarter, "answers", face(&x, 0, 2));
    json_set(m->a, quarter, "lists", face(&x, 1, 2));
    json_set(m->a, quarter, "list_months", face(&x, 0, 1));
    size_t all = cell(&x, x.n[0], x.n[1], x.n[2]);
    return x.hidden[all] ? -1 : x.count[all];
}
