/* See suppress.h. The tables that fit are the whole points of { y >= 0, A y = b }, y being the
 * hidden cells less the least that they can be: one, or zero for inner ones. A small simplex
 * (two phases, Bland's rule, so that it ends) walks to its corners; a corner counts only when
 * it is whole and fits every sum in whole numbers, so that no rounding of the simplex can make
 * a cell look kept that is not. */
#include "custody/suppress.h"
#include <math.h>
#include <string.h>

#define TINY 1e-9
#define NOT_WHOLE 1e-6

struct lp {
    size_t rows, columns, real; /* columns from `real` on are artificial */
    double *t;                  /* rows of columns + 1; the last is the right side */
    size_t *basis;
    bool *dead; /* rows that say nothing new */
};

struct watch { /* the tables found so far */
    const struct suppress *s;
    const bool *hidden;
    size_t *cell; /* of a variable */
    size_t n;
    int64_t *low, *high, *point;
};

static double *at(const struct lp *p, size_t row, size_t column)
{
    return &p->t[row * (p->columns + 1) + column];
}

static void pivot(struct lp *p, size_t row, size_t column)
{
    double by = *at(p, row, column);
    for (size_t j = 0; j <= p->columns; j++) *at(p, row, j) /= by;
    *at(p, row, column) = 1;
    for (size_t i = 0; i < p->rows; i++) {
        double f = *at(p, i, column);
        if (i == row || p->dead[i] || f == 0) continue;
        for (size_t j = 0; j <= p->columns; j++) {
            double *v = at(p, i, j);
            *v -= f * *at(p, row, j);
            if (fabs(*v) < TINY) *v = 0;
        }
    }
    p->basis[row] = column;
}

/* The gain of raising a column that is not in the basis. */
static double gain(const struct lp *p, const double *cost, size_t column)
{
    double g = cost[column];
    for (size_t i = 0; i < p->rows; i++)
        if (!p->dead[i]) g -= cost[p->basis[i]] * *at(p, i, column);
    return g;
}

static size_t leaving(const struct lp *p, size_t column)
{
    size_t found = p->rows;
    double least = 0;
    for (size_t i = 0; i < p->rows; i++) {
        double v = p->dead[i] ? 0 : *at(p, i, column);
        if (v <= TINY) continue;
        double r = *at(p, i, p->columns) / v;
        if (found == p->rows || r < least - TINY ||
            (r < least + TINY && p->basis[i] < p->basis[found])) {
            least = found == p->rows || r < least ? r : least;
            found = i;
        }
    }
    return found;
}

/* Returns the column along which there is no bound, or `columns` at an optimum. */
static size_t maximise(struct lp *p, const double *cost, size_t columns)
{
    for (;;) {
        size_t enter = 0, row;
        while (enter < columns && gain(p, cost, enter) <= TINY * 10) enter++;
        if (enter == columns) return p->columns;
        row = leaving(p, enter);
        if (row == p->rows) return enter;
        pivot(p, row, enter);
    }
}

static bool fits(const struct watch *w)
{
    const struct suppress *s = w->s;
    for (size_t i = 0; i < s->n_sums; i++) {
        int64_t sum = 0;
        for (size_t k = 0; k < s->sums[i].n; k++) sum += w->point[s->sums[i].parts[k]];
        if (sum != w->point[s->sums[i].whole]) return false;
    }
    return true;
}

static bool is_inner(const struct suppress *s, size_t cell)
{
    return s->inner && s->inner[cell];
}

static int64_t least_of(const struct suppress *s, size_t cell) { return !is_inner(s, cell); }

/* The corner where the simplex stands, `far` steps along a column without a bound (columns:
 * none). */
static void look(struct watch *w, const struct lp *p, size_t ray, double far)
{
    memcpy(w->point, w->s->count, w->s->n * sizeof *w->point);
    for (size_t k = 0; k < w->n; k++)
        w->point[w->cell[k]] = least_of(w->s, w->cell[k]) + (k == ray ? (int64_t)far : 0);
    for (size_t i = 0; i < p->rows; i++) {
        if (p->dead[i] || p->basis[i] >= p->real) continue;
        double v = *at(p, i, p->columns) - (ray < p->columns ? far * *at(p, i, ray) : 0),
               whole = round(v);
        if (fabs(v - whole) > NOT_WHOLE || whole < 0 || whole > 1e15) return;
        w->point[w->cell[p->basis[i]]] += (int64_t)whole;
    }
    if (!fits(w)) return;
    for (size_t k = 0; k < w->n; k++) {
        size_t c = w->cell[k];
        if (w->point[c] < w->low[c]) w->low[c] = w->point[c];
        if (w->point[c] > w->high[c]) w->high[c] = w->point[c];
    }
}

static bool kept(const struct watch *w, size_t cell)
{
    return is_inner(w->s, cell) || w->high[cell] - w->low[cell] >= w->s->width;
}

static bool touches(const struct watch *w, const struct suppress_sum *sum)
{
    for (size_t k = 0; k < sum->n; k++)
        if (w->hidden[sum->parts[k]]) return true;
    return w->hidden[sum->whole];
}

/* One row for each sum that holds a hidden cell, and an artificial column for each row. */
static struct lp build(struct arena *a, const struct watch *w, const size_t *variable)
{
    const struct suppress *s = w->s;
    size_t rows = 0;
    for (size_t i = 0; i < s->n_sums; i++) rows += touches(w, &s->sums[i]);
    struct lp p = {.rows = rows, .real = w->n, .columns = w->n + rows};
    p.t = arena_array(a, double, p.rows *(p.columns + 1) + 1);
    p.basis = arena_array(a, size_t, p.rows + 1);
    p.dead = arena_array(a, bool, p.rows + 1);
    for (size_t n = 0, i = 0; n < s->n_sums; n++) {
        const struct suppress_sum *sum = &s->sums[n];
        double right = 0;
        if (!touches(w, sum)) continue;
        for (size_t k = 0; k <= sum->n; k++) {
            size_t c = k < sum->n ? sum->parts[k] : sum->whole;
            double sign = k < sum->n ? 1 : -1;
            if (w->hidden[c]) {
                *at(&p, i, variable[c]) += sign;
                right -= sign * (double)least_of(s, c);
            } else {
                right -= sign * (double)s->count[c];
            }
        }
        *at(&p, i, p.columns) = right;
        for (size_t j = 0; right < 0 && j <= p.columns; j++) *at(&p, i, j) = -*at(&p, i, j);
        *at(&p, i, w->n + i) = 1;
        p.basis[i] = w->n + i;
        i++;
    }
    return p;
}

/* A corner, without artificial columns. The true table fits, so there is one. */
static bool first_corner(struct arena *a, struct lp *p)
{
    double *cost = arena_array(a, double, p->columns + 1);
    for (size_t j = p->real; j < p->columns; j++) cost[j] = -1;
    maximise(p, cost, p->columns);
    for (size_t i = 0; i < p->rows; i++) {
        size_t j = 0;
        if (p->basis[i] < p->real) continue;
        if (*at(p, i, p->columns) > NOT_WHOLE) return false;
        while (j < p->real && fabs(*at(p, i, j)) < NOT_WHOLE) j++;
        if (j < p->real)
            pivot(p, i, j);
        else
            p->dead[i] = true;
    }
    return true;
}

static void search(struct arena *a, struct watch *w, const size_t *variable)
{
    struct lp p = build(a, w, variable);
    double *cost = arena_array(a, double, p.columns + 1);
    if (!first_corner(a, &p)) return;
    for (size_t k = 0; k < w->n; k++)
        for (int sign = 1; sign >= -1 && !kept(w, w->cell[k]); sign -= 2) {
            cost[k] = sign;
            size_t ray = maximise(&p, cost, p.real);
            look(w, &p, ray, ray < p.columns ? (double)w->s->width : 0);
            cost[k] = 0;
        }
}

bool suppress_kept(struct arena *a, const struct suppress *s, const bool *hidden, int64_t *low,
                   int64_t *high)
{
    struct arena_mark m = arena_mark(a);
    size_t *variable = arena_array(a, size_t, s->n + 1);
    struct watch w = {.s = s, .hidden = hidden, .cell = arena_array(a, size_t, s->n + 1)};
    w.low = low ? low : arena_array(a, int64_t, s->n + 1);
    w.high = high ? high : arena_array(a, int64_t, s->n + 1);
    w.point = arena_array(a, int64_t, s->n + 1);
    for (size_t i = 0; i < s->n; i++) {
        w.low[i] = w.high[i] = s->count[i];
        variable[i] = w.n;
        if (hidden[i]) w.cell[w.n++] = i;
    }
    if (w.n) search(a, &w, variable);
    bool all = true;
    for (size_t k = 0; k < w.n; k++) all &= kept(&w, w.cell[k]);
    arena_release(a, m);
    return all;
}

/* ---- which others ------------------------------------------------------------------------ */

static bool holds(const struct suppress_sum *s, size_t cell)
{
    for (size_t k = 0; k < s->n; k++)
        if (s->parts[k] == cell) return true;
    return s->whole == cell;
}

static bool is_same(const struct suppress *s, size_t sum)
{
    return s->sums[sum].n == 1 && !is_inner(s, s->sums[sum].parts[0]);
}

/* What is the same number is hidden in both places. */
static void tie(const struct suppress *s, bool *hidden)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < s->n_sums; i++) {
            size_t p = s->sums[i].whole, q = is_same(s, i) ? s->sums[i].parts[0] : p;
            if (hidden[p] == hidden[q]) continue;
            hidden[p] = hidden[q] = more = true;
        }
    }
}

static bool is_total(const struct suppress *s, size_t cell)
{
    for (size_t i = 0; i < s->n_sums; i++)
        if (s->sums[i].n > 1 && s->sums[i].whole == cell && !is_inner(s, s->sums[i].parts[0]))
            return true;
    return false;
}

/* Totals are worth more to a reader than what they are made of. */
static bool cheaper(const struct suppress *s, size_t x, size_t y)
{
    bool tx = is_total(s, x), ty = is_total(s, y);
    if (tx != ty) return ty;
    return s->count[x] != s->count[y] ? s->count[x] < s->count[y] : x < y;
}

/* A cell to hide so that those not kept may be: of their sums, the one with the fewest hidden
 * cells first. n: there is none. */
static size_t companion(const struct suppress *s, const bool *hidden, const int64_t *low,
                        const int64_t *high)
{
    size_t found = s->n, fewest = SIZE_MAX;
    for (size_t i = 0; i < s->n_sums; i++) {
        const struct suppress_sum *sum = &s->sums[i];
        size_t already = 0, best = s->n;
        bool open = false;
        for (size_t k = 0; k <= sum->n; k++) {
            size_t c = k < sum->n ? sum->parts[k] : sum->whole;
            already += hidden[c];
            open |= hidden[c] && !is_inner(s, c) && high[c] - low[c] < s->width;
            if (!hidden[c] && s->count[c] > 0 && (best == s->n || cheaper(s, c, best)))
                best = c;
        }
        if (!open || best == s->n || already > fewest) continue;
        if (already < fewest || cheaper(s, best, found)) found = best;
        fewest = already;
    }
    return found;
}

static size_t any_shown(const struct suppress *s, const bool *hidden)
{
    size_t found = s->n;
    for (size_t i = 0; i < s->n; i++)
        if (!hidden[i] && s->count[i] > 0 && (found == s->n || cheaper(s, i, found))) found = i;
    return found;
}

/* Hides one more; false: all are kept, or nothing is left to hide. */
static bool hide_more(struct arena *a, const struct suppress *s, bool *hidden, int64_t *low,
                      int64_t *high)
{
    if (suppress_kept(a, s, hidden, low, high)) return false;
    size_t c = companion(s, hidden, low, high);
    if (c == s->n) c = any_shown(s, hidden);
    if (c == s->n) return false;
    hidden[c] = true;
    tie(s, hidden);
    return true;
}

enum { TRY_TO_SHOW = 80 };

/* Hiding one after another may have hidden too much: what can be shown again is, the largest
 * first. */
static void show_again(struct arena *a, const struct suppress *s, bool *hidden,
                       const bool *small)
{
    bool *trial = arena_array(a, bool, s->n + 1), *tried = arena_array(a, bool, s->n + 1);
    for (int round = 0; round < TRY_TO_SHOW; round++) {
        size_t next = s->n;
        for (size_t i = 0; i < s->n; i++)
            if (hidden[i] && !small[i] && !tried[i] && (next == s->n || cheaper(s, next, i)))
                next = i;
        if (next == s->n) return;
        tried[next] = true;
        memcpy(trial, hidden, s->n * sizeof *trial);
        trial[next] = false;
        for (size_t i = 0; i < s->n_sums;
             i++) /* with the places where the same number stands */
            if (is_same(s, i) && holds(&s->sums[i], next))
                trial[s->sums[i].whole] = trial[s->sums[i].parts[0]] = false;
        if (suppress_kept(a, s, trial, NULL, NULL)) memcpy(hidden, trial, s->n * sizeof *trial);
    }
}

size_t suppress_hide(struct arena *a, const struct suppress *s, bool *hidden)
{
    struct arena_mark m = arena_mark(a);
    bool *small = arena_array(a, bool, s->n + 1);
    int64_t *low = arena_array(a, int64_t, s->n + 1), *high = arena_array(a, int64_t, s->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        small[i] = is_inner(s, i) || (s->count[i] > 0 && s->count[i] < s->below);
    memcpy(hidden, small, s->n * sizeof *hidden);
    tie(s, hidden);
    tie(s, small);
    while (hide_more(a, s, hidden, low, high)) continue;
    show_again(a, s, hidden, small);
    for (size_t i = 0; i < s->n; i++) n += hidden[i] && !is_inner(s, i);
    arena_release(a, m);
    return n;
}
