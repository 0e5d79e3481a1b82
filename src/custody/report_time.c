/* See report_part.h: spans of time in reports - how quickly notices of release were given, and
 * from the trigger to the release with and without a request. */
#include "custody/report_part.h"
#include <math.h>
#include <stdlib.h>

/* ---- spans and notices ------------------------------------------------------------------- */

static int by_size(const void *p, const void *q)
{
    int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
    return a < b ? -1 : a > b;
}

int64_t part_quantile(const struct spans *s, double q)
{
    return s->list[(size_t)((double)(s->n - 1) * q + 0.5)];
}

static struct json *tenths(struct making *m, double v)
{
    return json_real(m->a, round(v * 10) / 10);
}

struct json *part_minutes(struct making *m, int64_t ms)
{
    return tenths(m, (double)ms / 60000);
}

static const double shown_at[] = {0.1, 0.25, 0.5, 0.75, 0.9};
enum { SHOWN = sizeof shown_at / sizeof *shown_at };

static struct json *spans_table(struct making *m, const char *id, const char *title,
                                const char *words, const char *what, const char *last)
{
    static const char *const names[SHOWN] = {"10 %", "25 %", "median", "75 %", "90 %"};
    struct json *t = part_table(m, id, title, words, false);
    part_column(m, t, str_c(what), "text");
    part_column(m, t, STR("number"), "count");
    for (size_t i = 0; i < SHOWN; i++) part_column(m, t, str_c(names[i]), "minutes");
    part_column(m, t, str_c(last), "minutes");
    part_column(m, t, STR("without"), "count");
    part_column(m, t, STR("share without"), "%");
    json_set(m->a, t, "plot", json_c(m->a, "strip"));
    json_set(m->a, t, "held", json_int(m->a, 0));
    return t;
}

static void spans_row(struct making *m, struct json *t, const char *name, const struct spans *s,
                      double worst)
{
    struct json *r = part_row(m, t);
    json_add(m->a, r, json_c(m->a, name));
    json_add(m->a, r, json_int(m->a, (int64_t)s->n));
    for (size_t i = 0; i < SHOWN; i++)
        json_add(m->a, r,
                 s->n ? part_minutes(m, part_quantile(s, shown_at[i])) : json_null(m->a));
    json_add(m->a, r, s->n ? part_minutes(m, part_quantile(s, worst)) : json_null(m->a));
    json_add(m->a, r, json_int(m->a, (int64_t)s->without));
    json_add(m->a, r,
             s->n + s->without
                 ? tenths(m, 100.0 * (double)s->without / (double)(s->n + s->without))
                 : json_null(m->a));
}

static void span(struct spans *s, instant from, instant to)
{
    if (from != INSTANT_NONE && to != INSTANT_NONE)
        s->list[s->n++] = to - from;
    else
        s->without++;
}

static instant left_of(const struct making *m, const struct past_notice *n)
{
    history_id row = history_custody(m->h, m->h->cases[n->of].booking);
    return row == HISTORY_NONE ? INSTANT_NONE : m->h->custody[row].left_at;
}

const char *const part_delivery_names[DELIVERY_SPANS] = {
    "trigger to notice queued", "notice queued to first attempt",
    "notice queued to confirmation", "confirmation before release"};

static struct spans spans_for(struct making *m, size_t n)
{
    return (struct spans){.list = arena_array(m->a, int64_t, n + 1)};
}

void part_delivery_spans(struct making *m, struct spans s[DELIVERY_SPANS])
{
    for (int i = 0; i < DELIVERY_SPANS; i++) s[i] = spans_for(m, m->h->n_notices);
    for (size_t i = 0; i < m->h->n_notices; i++) {
        const struct past_notice *n = &m->h->notices[i];
        if (!part_is_named(m, n->kind, "release") || !part_within(m, n->queued_at)) continue;
        span(&s[0], n->triggered_at, n->queued_at);
        span(&s[1], n->queued_at, n->first_attempt_at);
        span(&s[2], n->queued_at, n->confirmed_at);
        span(&s[3], n->confirmed_at, left_of(m, n));
    }
    for (int i = 0; i < DELIVERY_SPANS; i++)
        qsort(s[i].list, s[i].n, sizeof *s[i].list, by_size);
}

void part_delivery(struct making *m)
{
    struct spans s[DELIVERY_SPANS];
    part_delivery_spans(m, s);
    struct json *t =
        spans_table(m, "delivery", "How quickly notices of release were given",
                    "Notices of release queued in the period. \"Without\" are those in which "
                    "the later of the two never happened (or the person is "
                    "still here). Confirmation before release: the worst is the smallest; "
                    "below zero, the person had left.",
                    "from … to", "worst");
    for (int i = 0; i < DELIVERY_SPANS; i++)
        spans_row(m, t, part_delivery_names[i], &s[i], i == 3 ? 0 : 1);
}

/* ---- parity ------------------------------------------------------------------------------ */

static size_t pairs_at_most(const int64_t *x, size_t n, const int64_t *y, size_t m, int64_t d)
{
    size_t count = 0, k = 0; /* y[0..k) >= x - d needs y sorted: count of x[i] - y[j] <= d */
    for (size_t i = 0; i < n; i++) {
        while (k < m && x[i] - y[k] > d) k++;
        count += m - k;
    }
    return count;
}

/* The rank-th smallest difference, ranks from 1, by halving: never a list of n × m. */
static int64_t difference(const int64_t *x, size_t n, const int64_t *y, size_t m, size_t rank)
{
    int64_t low = x[0] - y[m - 1], high = x[n - 1] - y[0];
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (pairs_at_most(x, n, y, m, mid) >= rank)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

bool report_shift_of(const int64_t *x, size_t n, const int64_t *y, size_t m,
                     struct report_shift *ret)
{
    if (n < 5 || m < 5) return false;
    double nm = (double)n * (double)m,
           spread = 1.959963984540054 * sqrt(nm * (double)(n + m + 1) / 12);
    double k = floor(nm / 2 - spread + 0.5); /* ranks are whole: the half corrects for it */
    size_t all = n * m, low = k < 1 ? 1 : (size_t)k;
    ret->low = difference(x, n, y, m, low);
    ret->high = difference(x, n, y, m, all + 1 - low);
    ret->shift = difference(x, n, y, m, (all + 1) / 2);
    ret->shift += (difference(x, n, y, m, all / 2 + 1) - ret->shift) / 2;
    return true;
}

const char *part_shift_word(const struct report_shift *s)
{
    return s->low > 0    ? "later with a request"
           : s->high < 0 ? "sooner with a request"
                         : "no difference seen";
}

static void shift_table(struct making *m, const struct spans *with, const struct spans *none)
{
    struct report_shift s;
    bool known = report_shift_of(with->list, with->n, none->list, none->n, &s);
    struct json *t = part_table(
        m, "parity-difference", "Difference between the two groups",
        known ? "Median of all differences between a release with and one without a request, "
                "with the interval that holds the true shift in 95 of 100 such periods. "
                "Above zero: with a request, later."
              : "A group has fewer than five releases: nothing is said of a difference.",
        false);
    part_column(m, t, STR("with less without"), "text");
    part_column(m, t, STR("shift"), "minutes");
    part_column(m, t, STR("from"), "minutes");
    part_column(m, t, STR("to"), "minutes");
    if (!known) return;
    struct json *r = part_row(m, t);
    json_add(m->a, r, json_c(m->a, part_shift_word(&s)));
    json_add(m->a, r, part_minutes(m, s.shift));
    json_add(m->a, r, part_minutes(m, s.low));
    json_add(m->a, r, part_minutes(m, s.high));
}

void part_parity_spans(struct making *m, struct spans *with, struct spans *none)
{
    *with = spans_for(m, m->h->n_custody);
    *none = spans_for(m, m->h->n_custody);
    for (size_t i = 0; i < m->h->n_custody; i++) {
        const struct past_custody *b = &m->h->custody[i];
        if (!part_within(m, b->triggered_at)) continue;
        struct spans *s = b->open_at_trigger > 0 ? with : none;
        /* asked about, but not when the release began: neither */
        if (b->open_at_trigger == 0 && b->cases != HISTORY_NONE) continue;
        if (b->left_at == INSTANT_NONE)
            s->without++;
        else if (b->leave == LEAVE_RELEASED && b->left_at >= b->triggered_at)
            s->list[s->n++] = b->left_at - b->triggered_at;
    }
    qsort(with->list, with->n, sizeof *with->list, by_size);
    qsort(none->list, none->n, sizeof *none->list, by_size);
}

void part_parity(struct making *m)
{
    struct spans with, none;
    part_parity_spans(m, &with, &none);
    struct json *t = spans_table(
        m, "parity", "From the trigger to the release, with and without a request",
        "Releases whose trigger came in the period. With: a request was open when the release "
        "began. Without: nobody ever asked. \"Without\" in the last columns: "
        "not released yet. It can show that one group left later than the other; it cannot "
        "show why, for the groups may differ in charge, hour and kind of release, "
        "and it sees nothing of what came before the trigger.",
        "group", "longest");
    spans_row(m, t, "with a request", &with, 1);
    spans_row(m, t, "without a request", &none, 1);
    shift_table(m, &with, &none);
}
