/* See trend.h. */
#include "custody/trend.h"
#include "custody/stats.h"
#include <math.h>
#include <stdio.h>

enum { DISPERSION_ROWS = 6 }; /* fewer tell nothing about how counts scatter */
/* The chance of such a scatter under one Poisson rate below which plain chance is not relied
 * on. High, for a test of few months misses much scatter, and missing it makes intervals too
 * narrow. */
#define DISPERSED 0.35

bool trend_in_order(const struct trend_series *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct trend_row *r = &s->rows[i];
        if (r->months < 1 || (i > 0 && s->rows[i - 1].month + s->rows[i - 1].months > r->month))
            return false;
    }
    return true;
}

struct months { /* a set: [from, to), or the same months of one year as those of [from, to) */
    int from, to;
    int year; /* 0: no other year */
    int as_from, as_to;
};

static bool in(const struct months *m, int month)
{
    if (!m->year) return month >= m->from && month < m->to;
    if (month / 12 != m->year) return false;
    for (int i = m->as_from; i < m->as_to; i++)
        if (i % 12 == month % 12) return true;
    return false;
}

static bool row_in(const struct months *m, const struct trend_row *r)
{
    if (r->count < 0) return false;
    for (int i = 0; i < r->months; i++)
        if (!in(m, r->month + i)) return false;
    return true;
}

static const struct trend_row *row_of(const struct trend_series *s, const struct months *m,
                                      int month)
{
    for (size_t i = 0; i < s->n; i++)
        if (month >= s->rows[i].month && month < s->rows[i].month + s->rows[i].months)
            return row_in(m, &s->rows[i]) ? &s->rows[i] : NULL;
    return NULL;
}

/* Like is compared with like: against the same months of a year, a month counts only if its
 * fellow is known. */
static bool fellows(const struct trend_series *s, const struct months *other,
                    const struct trend_row *r)
{
    for (int i = 0; i < r->months; i++) {
        bool found = false;
        int low = other->year ? other->year * 12 : other->from,
            high = other->year ? low + 12 : other->to;
        for (int m = low; m < high && !found; m++)
            found = m % 12 == (r->month + i) % 12 && row_of(s, other, m);
        if (!found) return false;
    }
    return true;
}

static struct trend_side sum(const struct trend_series *s, const struct months *m,
                             const struct months *paired)
{
    struct trend_side side = {0};
    int low = m->year ? m->year * 12 : m->from, high = m->year ? low + 12 : m->to;
    for (int i = low; i < high; i++) side.asked += in(m, i);
    for (size_t i = 0; i < s->n; i++) {
        const struct trend_row *r = &s->rows[i];
        if (!row_in(m, r) || (paired && !fellows(s, paired, r))) continue;
        side.known += r->months;
        side.count += r->count;
        side.bookings = r->bookings < 0 || side.bookings < 0 ? -1 : side.bookings + r->bookings;
    }
    if (!side.known) side.bookings = -1;
    return side;
}

static int month_of(instant t)
{
    int64_t days = t / HOURS(24) - (t % HOURS(24) < 0), year;
    int month, day;
    date_civil(days, &year, &month, &day);
    return TREND_MONTH((int)year, month);
}

/* Scatter is judged over all known rows of the baseline's time, not only the same months, or
 * there is too little to judge. */
static void choose_method(const struct trend_series *s, const struct months *m,
                          bool per_booking, struct trend_answer *ret)
{
    double count[TREND_ROWS] = {0}, exposure[TREND_ROWS] = {0};
    size_t n = 0;
    for (size_t i = 0; i < s->n && n < TREND_ROWS; i++) {
        if (!row_in(m, &s->rows[i]) || (per_booking && s->rows[i].bookings <= 0)) continue;
        count[n] = (double)s->rows[i].count;
        exposure[n++] = per_booking ? (double)s->rows[i].bookings : s->rows[i].months;
    }
    struct dispersion d = stats_dispersion(count, exposure, n);
    ret->method = TREND_BINOMIAL;
    ret->dispersion = 1;
    if (n < DISPERSION_ROWS || isnan(d.p)) {
        ret->why = "fewer than six known counts in the baseline: how they scatter cannot be "
                   "judged, plain chance is assumed";
    } else if (d.p >= DISPERSED) {
        ret->why = "the counts of the baseline scatter no more than plain chance makes them";
    } else {
        ret->method = TREND_GAMMA_POISSON;
        ret->dispersion = d.upper;
        ret->why = "the counts of the baseline scatter more than plain chance makes them";
    }
}

/* The months of the baseline, and those by whose counts scatter is judged. */
static struct months base_months(const struct trend_question *q, struct months *ret_scatter)
{
    struct months base = {.from = q->base_from, .to = q->base_to};
    *ret_scatter = base;
    if (q->baseline == TREND_CHOSEN) return base;
    int first = month_of(q->previous.from) + 1, end = month_of(q->previous.to);
    base = *ret_scatter = (struct months){.from = first, .to = end};
    if (q->baseline == TREND_WHOLE_TERM) return base;
    int year =
        end / 12 - 1; /* the last year that lies in the term from its first day to its last */
    *ret_scatter = (struct months){.from = year * 12, .to = year * 12 + 12};
    return (struct months){.year = year, .as_from = q->from, .as_to = q->to};
}

bool trend_in_base(const struct trend_question *q, int month)
{
    struct months scatter, base = base_months(q, &scatter);
    return in(&base, month);
}

void trend_ask(const struct trend_series *s, const struct trend_question *q,
               struct trend_answer *ret)
{
    struct months now = {.from = q->from, .to = q->to}, scatter,
                  base = base_months(q, &scatter);
    *ret = (struct trend_answer){0};
    bool same = q->baseline == TREND_SAME_MONTHS;
    ret->now = sum(s, &now, same ? &base : NULL);
    ret->base = sum(s, &base, same ? &now : NULL);
    ret->comparable = ret->now.known > 0 && ret->base.known > 0;
    if (!ret->comparable) {
        ret->why = "no month is known on one side: nothing can be said";
        return;
    }
    ret->per_booking = ret->now.bookings > 0 && ret->base.bookings > 0;
    choose_method(s, &scatter, ret->per_booking, ret);
    struct ratio r = stats_ratio(
        (double)ret->now.count, ret->per_booking ? (double)ret->now.bookings : ret->now.known,
        (double)ret->base.count,
        ret->per_booking ? (double)ret->base.bookings : ret->base.known, ret->dispersion,
        q->level);
    ret->ratio = (struct ratio_of){r.ratio, r.low, r.high, r.p};
    ret->practical = r.ratio >= q->threshold;
    ret->statistical = r.low > 1;
    ret->alert = ret->practical && ret->statistical;
}

/* ---- change-point ------------------------------------------------------------------------ */

struct known {
    double count[TREND_ROWS], months[TREND_ROWS];
    int month[TREND_ROWS];
    size_t n;
};

static void known_rows(const struct trend_series *s, int from, int to, struct known *ret)
{
    const struct months m = {.from = from, .to = to};
    ret->n = 0;
    for (size_t i = s->n > TREND_ROWS ? s->n - TREND_ROWS : 0; i < s->n; i++) {
        if (!row_in(&m, &s->rows[i])) continue;
        ret->count[ret->n] = (double)s->rows[i].count;
        ret->months[ret->n] = s->rows[i].months;
        ret->month[ret->n++] = s->rows[i].month;
    }
}

static double total(const double *v, size_t from, size_t to)
{
    double t = 0;
    for (size_t i = from; i < to; i++) t += v[i];
    return t;
}

/* Log evidence of a split before row i, i 0: none. Counts in units of the scatter weigh
 * less. */
static double split(const struct known *k, size_t i, double scatter)
{
    double c = total(k->count, 0, k->n) / scatter, m = total(k->months, 0, k->n) / scatter;
    double c1 = total(k->count, 0, i) / scatter, m1 = total(k->months, 0, i) / scatter;
    double rate = m / c; /* a prior worth one count, about the rate of the whole */
    return i == 0 ? stats_log_evidence(c, m, 1, rate)
                  : stats_log_evidence(c1, m1, 1, rate) +
                        stats_log_evidence(c - c1, m - m1, 1, rate);
}

static size_t best_split(const struct known *k, double scatter)
{
    size_t best = 1;
    for (size_t i = 2; i < k->n; i++)
        if (split(k, i, scatter) > split(k, best, scatter)) best = i;
    return best;
}

/* The scatter about the two rates of the best split: about one rate, a change itself would look
 * like scatter. */
static double scatter_about(const struct known *k, size_t at)
{
    struct dispersion a = stats_dispersion(k->count, k->months, at),
                      b = stats_dispersion(k->count + at, k->months + at, k->n - at);
    double x = (isnan(a.pearson) ? 0 : a.pearson) + (isnan(b.pearson) ? 0 : b.pearson);
    return k->n > 2 ? fmax(1, x / (double)(k->n - 2)) : 1;
}

struct trend_change trend_change(const struct trend_series *s, int from, int to)
{
    struct trend_change ret = {0};
    struct known k;
    double weight[TREND_ROWS], all = 0, run = 0;
    known_rows(s, from, to, &k);
    if (k.n < 4 || !(total(k.count, 0, k.n) > 0)) return ret;
    double scatter = scatter_about(&k, best_split(&k, 1));
    size_t best = best_split(&k, scatter);
    double none = split(&k, 0, scatter), top = split(&k, best, scatter);
    for (size_t i = 1; i < k.n; i++) all += weight[i] = exp(split(&k, i, scatter) - top);
    double odds = all / (double)(k.n - 1) * exp(fmin(700, top - none));
    ret.month = k.month[best];
    ret.certainty = odds / (1 + odds);
    ret.before = total(k.count, 0, best) / total(k.months, 0, best);
    ret.after = total(k.count, best, k.n) / total(k.months, best, k.n);
    for (size_t i = 1; i < k.n; i++) {
        if (run < 0.05 * all && run + weight[i] >= 0.05 * all) ret.earliest = k.month[i];
        if (run < 0.95 * all) ret.latest = k.month[i];
        run += weight[i];
    }
    return ret;
}

/* ---- forecast ---------------------------------------------------------------------------- */

struct trend_forecast trend_forecast(const struct trend_series *s, int month)
{
    struct trend_forecast ret = {0};
    struct known k;
    known_rows(s, month - 12, month, &k);
    double months = total(k.months, 0, k.n), count = total(k.count, 0, k.n);
    if (k.n == 0) return ret;
    struct dispersion d = stats_dispersion(k.count, k.months, k.n);
    double scatter = k.n >= DISPERSION_ROWS && d.p < DISPERSED ? d.upper : 1;
    double shape = count / scatter +
                   0.5; /* Jeffreys: a year of nothing does not forecast certain nothing */
    ret.known = (int)months;
    ret.mean = shape * scatter / months * 3;
    double variance = scatter * ret.mean + ret.mean * ret.mean / shape;
    ret.low = stats_count_quantile(0.05, ret.mean, variance);
    ret.high = stats_count_quantile(0.95, ret.mean, variance);
    return ret;
}

/* ---- words ------------------------------------------------------------------------------- */

const char *trend_baseline_word(enum trend_baseline b)
{
    switch (b) {
    case TREND_SAME_MONTHS: return "same months";
    case TREND_WHOLE_TERM: return "whole term";
    case TREND_CHOSEN: return "window";
    }
    return "window";
}

bool trend_baseline_from_word(struct str s, enum trend_baseline *ret)
{
    for (enum trend_baseline b = TREND_SAME_MONTHS; b <= TREND_CHOSEN; b++)
        if (str_is(s, trend_baseline_word(b))) {
            *ret = b;
            return true;
        }
    return false;
}

bool trend_month_parse(struct str s, int *ret)
{
    int64_t year, month;
    if (s.n != 7 || s.p[4] != '-' || !str_to_i64(str_sub(s, 0, 4), &year) ||
        !str_to_i64(str_sub(s, 5, 7), &month))
        return false;
    if (year < 1900 || month < 1 || month > 12 || s.p[0] == '+' || s.p[5] == '+' ||
        s.p[5] == '-')
        return false;
    *ret = TREND_MONTH((int)year, (int)month);
    return true;
}

const char *trend_month_print(int month, char buf[24])
{
    snprintf(buf, 24, "%04d-%02d", month / 12, month % 12 + 1);
    return buf;
}

struct trend_rule trend_rule_usual(void)
{
    return (struct trend_rule){.threshold = 2,
                               .level = 0.99,
                               .baseline = TREND_SAME_MONTHS,
                               .fall = 0.2,
                               .lists = {STR("violent"), STR("serious")},
                               .n_lists = 2};
}

RC trend_calendar(struct arena *a, struct str text, struct trend_administration **ret,
                  size_t *ret_n, struct err *e)
{
    struct str rest = text, row;
    size_t cap = 0, n = 0;
    struct trend_administration *list = NULL;
    while (str_cut(&rest, ';', &row)) {
        row = str_trim(row);
        if (!row.n) continue;
        struct trend_administration one = {.term.to = INSTANT_MAX};
        struct str name = row, at = STR("");
        if (!str_cut(&name, ' ', &at) || !instant_parse(at, &one.term.from, NULL))
            return FAIL(
                e, RC_INVALID, "TREND-0001",
                "'" STR_FMT
                "' is no row of the calendar; write 2025-01-20T12:00:00-05:00 and a name",
                STR_ARG(row));
        one.name = str_dup(a, str_trim(name));
        if (!one.name.n)
            return FAIL(e, RC_INVALID, "TREND-0001",
                        "the administration of " STR_FMT " has no name", STR_ARG(at));
        if (n && list[n - 1].term.from >= one.term.from)
            return FAIL(e, RC_INVALID, "TREND-0001",
                        "the administrations do not stand in the order of time at " STR_FMT,
                        STR_ARG(at));
        if (n) list[n - 1].term.to = one.term.from;
        arena_push(a, list, n, cap);
        list[n++] = one;
    }
    *ret = list;
    *ret_n = n;
    return RC_OK;
}
