/* See audit.h: requests for a thousand bookings, by charge, against the administration
 * before. */
#include "custody/audit_part.h"

/* ---- 7: requests for a thousand bookings ------------------------------------------------- */

static int month_of(const struct asking *x, instant at)
{
    if (x->in->month.of) return x->in->month.of(x->in->month.ctx, at);
    int64_t year;
    int month, day;
    date_civil(at / HOURS(24) - (at % HOURS(24) < 0), &year, &month, &day);
    return TREND_MONTH((int)year, month);
}

struct class_of {
    const char *group, *name;
    bool (*is)(const struct past_case *c, const struct class_of *k);
    uint64_t bit;
    enum grade grade;
};

static bool is_all(const struct past_case *c, const struct class_of *k) { return c && k; }
static bool is_unknown(const struct past_case *c, const struct class_of *k)
{
    return k && !c->at_request.known;
}
static bool is_open_class(const struct past_case *c, const struct class_of *k)
{
    return k && c->at_request.known && c->at_request.unclassified &&
           !(c->at_request.lists_charged | c->at_request.lists_convicted);
}

static bool is_listed(const struct past_case *c, const struct class_of *k)
{
    return c->at_request.known &&
           ((c->at_request.lists_charged | c->at_request.lists_convicted) & k->bit);
}

static bool is_unlisted(const struct past_case *c, const struct class_of *k)
{
    return k && c->at_request.known && !c->at_request.unclassified &&
           !(c->at_request.lists_charged | c->at_request.lists_convicted);
}

static bool is_grade(const struct past_case *c, const struct class_of *k)
{
    return c->at_request.known && c->at_request.grade == k->grade;
}

struct months {
    int first, end, base_first, base_end; /* known: [first, end) */
    struct trend_question q;
    bool base;
    const char *which;
};

/* Months known from the ledger: the first is not whole, and neither is the last unless it has
 * ended. */
static struct months months_of(struct asking *x)
{
    const struct history *h = x->h;
    const struct audit *in = x->in;
    struct months m = {.q = {.threshold = in->threshold, .level = in->level}, .which = "none"};
    if (h->first_at == INSTANT_NONE) return m;
    instant first = h->first_import_at != INSTANT_NONE ? h->first_import_at : h->first_at;
    m.first = month_of(x, first) + (month_of(x, first - HOURS(24)) == month_of(x, first));
    m.end = month_of(x, h->last_at);
    m.q.from = in->from == INSTANT_NONE ? m.end - 12 : month_of(x, in->from);
    m.q.to = in->to == INSTANT_MAX ? m.end : month_of(x, in->to);
    if (in->from == INSTANT_NONE && in->has_previous && in->present.from < h->last_at &&
        month_of(x, in->present.from) + 1 > m.q.from)
        m.q.from = month_of(x, in->present.from) + 1;
    if (m.q.from < m.first) m.q.from = m.first;
    if (m.q.to > m.end) m.q.to = m.end;
    m.base = in->has_previous;
    m.q.previous = in->previous;
    return m;
}

static int64_t bookings_in(const struct history *h, int month)
{
    for (size_t i = 0; i < h->n_bookings; i++)
        if (h->bookings[i].month == month) return h->bookings[i].n;
    return 0;
}

static struct trend_series series_of(struct asking *x, const struct months *m,
                                     const struct class_of *k)
{
    size_t n = m->end > m->first ? (size_t)(m->end - m->first) : 0;
    struct trend_row *rows = arena_array(x->a, struct trend_row, n + 1);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct trend_row){.month = m->first + (int)i,
                                     .months = 1,
                                     .bookings = bookings_in(x->h, m->first + (int)i)};
    for (size_t i = 0; i < x->h->n_cases; i++) {
        const struct past_case *c = &x->h->cases[i];
        int at = month_of(x, c->received_at) - m->first;
        /* A form that is amended or issued again is one request. */
        if (c->has_request && !c->expunged && !c->supersedes && at >= 0 && (size_t)at < n &&
            k->is(c, k))
            rows[at].count++;
    }
    return (struct trend_series){rows, n};
}

static void side(struct asking *x, struct json *o, const char *prefix,
                 const struct trend_side *s)
{
    struct arena *a = x->a;
    json_set(a, o, arena_printf(a, "%s_requests", prefix), json_int(a, s->count));
    json_set(a, o, arena_printf(a, "%s_months", prefix), json_int(a, s->known));
    json_set(a, o, arena_printf(a, "%s_per_1000_bookings", prefix),
             s->known && s->bookings > 0
                 ? audit_rounded(a, 1000.0 * (double)s->count / (double)s->bookings)
                 : json_null(a));
}

static bool class_row(struct asking *x, struct months *m, const struct class_of *k,
                      struct json *table)
{
    struct trend_series s = series_of(x, m, k);
    struct trend_answer t = {0};
    struct json *o = json_object(x->a);
    json_set(x->a, o, "group", json_c(x->a, k->group));
    json_set(x->a, o, "class", json_c(x->a, k->name));
    /* without a calendar: against nothing */
    m->q.baseline = m->base ? TREND_SAME_MONTHS : TREND_CHOSEN;
    trend_ask(&s, &m->q, &t);
    m->which = "the same months of the previous administration's last full year";
    if (m->base && !t.base.known) {
        m->q.baseline = TREND_WHOLE_TERM;
        trend_ask(&s, &m->q, &t);
        m->which = "the whole term of the previous administration, as far as it is known";
    }
    side(x, o, "now", &t.now);
    if (t.base.known)
        side(x, o, "base", &t.base);
    else
        m->which = "none";
    if (t.comparable && t.base.known) {
        json_set(x->a, o, "ratio", audit_rounded(x->a, t.ratio.ratio));
        json_set(x->a, o, "low", audit_rounded(x->a, t.ratio.low));
        json_set(x->a, o, "high", audit_rounded(x->a, t.ratio.high));
        json_set(x->a, o, "by",
                 json_c(x->a,
                        t.method == TREND_BINOMIAL ? "conditional binomial" : "gamma-Poisson"));
        json_set(x->a, o, "alert", json_bool(x->a, t.alert));
    }
    json_add(x->a, table, o);
    return t.comparable && t.alert;
}

void audit_question_7(struct asking *x)
{
    static const struct class_of fixed[] = {
        {"all", "all", is_all, 0, GRADE_UNKNOWN},
        {"list", "on no list", is_unlisted, 0, GRADE_UNKNOWN},
        {"list", "unclassified", is_open_class, 0, GRADE_UNKNOWN},
        {"list", "not known: nobody matched", is_unknown, 0, GRADE_UNKNOWN}};
    static const enum grade grades[] = {GRADE_FELONY, GRADE_WOBBLER, GRADE_MISDEMEANOR,
                                        GRADE_PETTY,  GRADE_TRAFFIC, GRADE_MUNICIPAL,
                                        GRADE_UNKNOWN};
    struct json *table = json_array(x->a);
    struct months m = months_of(x);
    uint64_t alerts = 0;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        alerts += class_row(x, &m, &fixed[i], table);
    for (size_t i = 0; i < history_lists(x->h) && i < 63; i++) {
        struct class_of k = {"list", str_dupz(x->a, history_list(x->h, i)), is_listed,
                             UINT64_C(1) << i, GRADE_UNKNOWN};
        alerts += class_row(x, &m, &k, table);
    }
    for (size_t i = 0; i < sizeof grades / sizeof *grades; i++) {
        struct class_of k = {"grade",
                             grade_word(grades[i]) ? grade_word(grades[i]) : "no grade known",
                             is_grade, 0, grades[i]};
        alerts += class_row(x, &m, &k, table);
    }
    struct json *window = json_object(x->a);
    if (m.q.to > m.q.from) {
        json_set(
            x->a, window, "from",
            json_c(x->a, arena_printf(x->a, "%04d-%02d", m.q.from / 12, m.q.from % 12 + 1)));
        json_set(x->a, window, "to",
                 json_c(x->a, arena_printf(x->a, "%04d-%02d", (m.q.to - 1) / 12,
                                           (m.q.to - 1) % 12 + 1)));
    }
    json_set(x->a, window, "baseline", json_c(x->a, m.which));
    audit_count(x, "expanded_classes", alerts);
    json_set(x->a, x->answer, "months", window);
    json_set(x->a, x->answer, "classes", table);
}
