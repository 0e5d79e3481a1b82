/* The page that answers whether requests have expanded (docs/trend.md): months, comparisons,
 * mix, change, forecast, as one JSON object. Own counts come from the ledger, earlier ones as
 * reported.
 *
 * What it must never do: take a month that was not watched for one without requests, mix what
 * was reported with what was counted without saying so. */
#include "casework/work.h"
#include "custody/history.h"
#include "custody/mix.h"
#include <math.h>
#include <stdlib.h>

struct month_row {
    int month, months;
    bool reported;
    int64_t papers, requests, persons, bookings; /* < 0: unknown */
    int64_t reported_requests;                   /* beside an own count; < 0: none */
    bool silent;                                 /* the ledger was not kept */
    struct str source;
};

struct page {
    struct work *w;
    struct arena *a;
    struct history *h;
    instant as_of;
    int own_from, own_to; /* whole months since the ledger began */
    bool *watched;        /* of each of them: no long silence in it */
    int *row_of;          /* of each of them in months; -1: no own row */
    int booked_from;      /* the same of the jail's feed */
    int to;               /* end of every window */
    struct month_row *months;
    size_t n_months;
    struct trend_row *rows;                            /* the same, for the comparison */
    const struct trend_administration *now, *previous; /* NULL: not in the calendar */
    struct trend_rule rule;
    struct str pack;
    int *case_month;     /* of each case row */
    struct json *unused; /* reported counts over months that the ledger has watched */
};

static int month_in_utc(instant t)
{
    int64_t days = t / HOURS(24) - (t % HOURS(24) < 0), year;
    int month, day;
    date_civil(days, &year, &month, &day);
    return TREND_MONTH((int)year, month);
}

static struct json *month_json(struct arena *a, int month)
{
    char text[24];
    return json_c(a, arena_strdup(a, trend_month_print(month, text)));
}

static struct json *count_json(struct arena *a, int64_t n)
{
    return n < 0 ? json_null(a) : json_int(a, n);
}

/* ---- months ------------------------------------------------------------------------------ */

struct pair {
    int month;
    uint64_t person;
};

static int by_month_and_person(const void *x, const void *y)
{
    const struct pair *p = x, *q = y;
    if (p->month != q->month) return p->month < q->month ? -1 : 1;
    return p->person < q->person ? -1 : p->person > q->person;
}

static struct month_row *own_row(struct page *p, int month)
{
    if (month < p->own_from || month >= p->own_to) return NULL;
    int row = p->row_of[month - p->own_from];
    return row >= 0 && !p->months[row].silent ? &p->months[row] : NULL;
}

/* A paper that takes the place of an earlier one is no new request. Persons are counted once a
 * month. */
static void count_cases(struct page *p)
{
    const struct history *h = p->h;
    struct pair *pairs = malloc((h->n_cases + 1) * sizeof *pairs);
    if (!pairs) abort();
    p->case_month = arena_array(p->a, int, h->n_cases + 1);
    for (size_t i = 0; i < h->n_cases; i++) {
        const struct past_case *c = &h->cases[i];
        struct month_row *row =
            own_row(p, p->case_month[i] = work_month(p->w->c, c->received_at));
        /* an expunged one counts for itself */
        pairs[i] = (struct pair){p->case_month[i], c->person ? c->person : (uint64_t)c->id};
        if (!row) continue;
        row->papers++;
        row->requests += !c->supersedes && !c->amends;
    }
    qsort(pairs, h->n_cases, sizeof *pairs, by_month_and_person);
    for (size_t i = 0; i < h->n_cases; i++) {
        struct month_row *row = own_row(p, pairs[i].month);
        if (row && (!i || by_month_and_person(&pairs[i - 1], &pairs[i]))) row->persons++;
    }
    free(pairs);
    for (size_t i = 0; i < h->n_bookings; i++) {
        struct month_row *row = own_row(p, h->bookings[i].month);
        if (row && row->bookings >= 0) row->bookings += h->bookings[i].n;
    }
}

/* A long silence is no month without requests: the ledger was not kept. Long is fifty times
 * what usually lies between two events, and a week at least, for a small jail has little to
 * write. */
static void silent_months(struct page *p)
{
    const struct history *h = p->h;
    int64_t usual = h->events > 1 ? (h->last_at - h->first_at) / (int64_t)(h->events - 1) : 0,
            limit = 50 * usual > HISTORY_SILENCE ? 50 * usual : HISTORY_SILENCE;
    for (size_t i = 0; i <= h->n_silences; i++) {
        struct past_silence s = {h->last_at, p->as_of};
        if (i < h->n_silences) s = h->silences[i];
        if (s.from == INSTANT_NONE || s.to - s.from < limit) continue;
        int last = work_month(p->w->c, s.to);
        for (int m = work_month(p->w->c, s.from); m <= last; m++)
            if (m >= p->own_from && m < p->own_to) p->watched[m - p->own_from] = false;
    }
}

static bool watched_any(const struct page *p, const struct store_past_count *r)
{
    for (int m = r->month; m < r->month + r->months; m++)
        if (m >= p->own_from && m < p->own_to && p->watched[m - p->own_from]) return true;
    return false;
}

static struct json *unused_json(struct arena *a, const struct store_past_count *r)
{
    struct json *o = json_object(a);
    json_set(a, o, "month", month_json(a, r->month));
    json_set(a, o, "months", json_int(a, r->months));
    json_set(a, o, "requests", count_json(a, r->requests));
    json_set(a, o, "source", json_string(a, r->source));
    return o;
}

static void own_months(struct page *p, int from, int to)
{
    for (int m = from; m < to; m++) {
        if (m < p->own_from || m >= p->own_to) continue;
        bool here = p->watched[m - p->own_from];
        p->row_of[m - p->own_from] = (int)p->n_months;
        p->months[p->n_months++] =
            (struct month_row){.month = m,
                               .months = 1,
                               .silent = !here,
                               .papers = here ? 0 : -1,
                               .requests = here ? 0 : -1,
                               .persons = here ? 0 : -1,
                               .bookings = here && m >= p->booked_from ? 0 : -1,
                               .reported_requests = -1,
                               .source = STR("")};
    }
}

/* A reported count over a month that the ledger has watched gives way to the ledger, and the
 * page says what it was. */
static void merge(struct page *p, const struct store_past_count *list, size_t n)
{
    int done = INT32_MIN; /* months before this one have their row */
    for (size_t i = 0; i < n; i++) {
        const struct store_past_count *r = &list[i];
        if (watched_any(p, r)) {
            json_add(p->a, p->unused, unused_json(p->a, r));
            continue;
        }
        own_months(p, done > p->own_from ? done : p->own_from,
                   r->month < p->own_to ? r->month : p->own_to);
        p->months[p->n_months++] = (struct month_row){.month = r->month,
                                                      .months = r->months,
                                                      .reported = true,
                                                      .papers = -1,
                                                      .requests = r->requests,
                                                      .persons = -1,
                                                      .bookings = r->bookings,
                                                      .reported_requests = -1,
                                                      .source = r->source};
        done = r->month + r->months;
    }
    own_months(p, done > p->own_from ? done : p->own_from, p->own_to);
}

static void reported_beside(struct page *p, const struct store_past_count *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct month_row *row = list[i].months == 1 ? own_row(p, list[i].month) : NULL;
        if (!row || list[i].requests < 0) continue;
        row->reported_requests = list[i].requests;
        row->source = list[i].source;
    }
}

static RC fill_months(struct page *p, struct err *e)
{
    struct store_past_count *list;
    size_t n;
    TRY(store_past_counts(p->w->s, p->a, &list, &n, e));
    p->unused = json_array(p->a);
    p->own_to = work_month(p->w->c, p->as_of);
    p->own_from =
        p->h->first_at == INSTANT_NONE ? p->own_to : work_month(p->w->c, p->h->first_at) + 1;
    p->booked_from = p->h->first_import_at == INSTANT_NONE
                         ? INT32_MAX
                         : work_month(p->w->c, p->h->first_import_at) + 1;
    if (p->own_to < p->own_from) p->own_to = p->own_from;
    size_t own = (size_t)(p->own_to - p->own_from);
    p->watched = arena_array(p->a, bool, own + 1);
    p->row_of = arena_array(p->a, int, own + 1);
    for (size_t i = 0; i < own; i++) {
        p->watched[i] = true;
        p->row_of[i] = -1;
    }
    silent_months(p);
    p->months = arena_array(p->a, struct month_row, n + own + 1);
    merge(p, list, n);
    count_cases(p);
    reported_beside(p, list, n);
    p->rows = arena_array(p->a, struct trend_row, p->n_months + 1);
    for (size_t i = 0; i < p->n_months; i++)
        p->rows[i] = (struct trend_row){p->months[i].month, p->months[i].months,
                                        p->months[i].requests, p->months[i].bookings};
    return RC_OK;
}

static struct json *months_json(const struct page *p)
{
    struct json *list = json_array(p->a);
    for (size_t i = 0; i < p->n_months; i++) {
        const struct month_row *r = &p->months[i];
        struct json *o = json_object(p->a);
        json_set(p->a, o, "month", month_json(p->a, r->month));
        json_set(p->a, o, "months", json_int(p->a, r->months));
        json_set(p->a, o, "requests", count_json(p->a, r->requests));
        json_set(p->a, o, "papers", count_json(p->a, r->papers));
        json_set(p->a, o, "persons", count_json(p->a, r->persons));
        json_set(p->a, o, "bookings", count_json(p->a, r->bookings));
        if (r->requests >= 0 && r->bookings > 0)
            json_set(
                p->a, o, "per_1000_bookings",
                json_real(p->a, round(1e5 * (double)r->requests / (double)r->bookings) / 100));
        json_set(p->a, o, "from", json_c(p->a, r->reported ? "reported" : "ledger"));
        if (r->silent) json_set(p->a, o, "silent", json_bool(p->a, true));
        if (r->source.n) json_set(p->a, o, "source", json_string(p->a, r->source));
        if (r->reported_requests >= 0)
            json_set(p->a, o, "reported", json_int(p->a, r->reported_requests));
        json_add(p->a, list, o);
    }
    return list;
}

/* ---- comparisons ------------------------------------------------------------------------- */

static void find_administrations(struct page *p)
{
    const struct casework *c = p->w->c;
    p->now = p->previous = NULL;
    for (size_t i = 0; i < c->n_administrations; i++)
        if (month_in_utc(c->administrations[i].term.from) < p->to - 1) {
            p->now = &c->administrations[i];
            p->previous = i ? &c->administrations[i - 1] : NULL;
        }
}

static struct trend_question question_of(const struct page *p, int from, enum trend_baseline b)
{
    struct trend_question q = {.from = from,
                               .to = p->to,
                               .baseline = b,
                               .base_from = p->rule.from,
                               .base_to = p->rule.to,
                               .threshold = p->rule.threshold,
                               .level = p->rule.level};
    if (p->previous) q.previous = p->previous->term;
    return q;
}

static bool may_ask(const struct page *p, enum trend_baseline b)
{
    return b == TREND_CHOSEN ? p->rule.to > p->rule.from : p->previous != NULL;
}

static struct json *side_json(struct arena *a, const struct trend_side *s)
{
    struct json *o = json_object(a);
    json_set(a, o, "months", json_int(a, s->asked));
    json_set(a, o, "known", json_int(a, s->known));
    json_set(a, o, "requests", json_int(a, s->count));
    json_set(a, o, "bookings", count_json(a, s->bookings));
    return o;
}

static struct json *answer_json(struct arena *a, enum trend_baseline b,
                                const struct trend_answer *r)
{
    struct json *o = json_object(a);
    json_set(a, o, "baseline", json_c(a, trend_baseline_word(b)));
    json_set(a, o, "now", side_json(a, &r->now));
    json_set(a, o, "base", side_json(a, &r->base));
    json_set(a, o, "comparable", json_bool(a, r->comparable));
    json_set(a, o, "why", json_c(a, r->why));
    if (!r->comparable) return o;
    json_set(a, o, "per", json_c(a, r->per_booking ? "booking" : "month"));
    json_set(a, o, "method",
             json_c(a, r->method == TREND_BINOMIAL ? "exact conditional binomial"
                                                   : "gamma-Poisson"));
    json_set(a, o, "dispersion", json_real(a, r->dispersion));
    json_set(a, o, "ratio", json_real(a, r->ratio.ratio));
    json_set(a, o, "low", json_real(a, r->ratio.low));
    json_set(a, o, "high", json_real(a, r->ratio.high));
    json_set(a, o, "p", json_real(a, r->ratio.p));
    json_set(a, o, "practical", json_bool(a, r->practical));
    json_set(a, o, "statistical", json_bool(a, r->statistical));
    json_set(a, o, "alert", json_bool(a, r->alert));
    return o;
}

static struct json *share_json(struct arena *a, const struct mix_side *s)
{
    struct json *o = json_object(a);
    json_set(a, o, "yes", json_int(a, s->yes));
    json_set(a, o, "known", json_int(a, s->known));
    json_set(a, o, "unknown", json_int(a, s->unknown));
    json_set(a, o, "share", json_real(a, s->share));
    json_set(a, o, "low", json_real(a, s->low));
    json_set(a, o, "high", json_real(a, s->high));
    return o;
}

static struct json *mix_json(struct arena *a, const struct mix *m)
{
    struct json *o = json_object(a), *list = json_array(a);
    for (size_t i = 0; i < m->n; i++) {
        const struct mix_row *r = &m->rows[i];
        struct json *v = json_object(a);
        json_set(a, v, "about", json_c(a, mix_about_word(r->about)));
        json_set(a, v, "what", json_string(a, r->what));
        json_set(a, v, "now", share_json(a, &r->now));
        json_set(a, v, "base", share_json(a, &r->base));
        json_set(a, v, "p", json_real(a, r->p));
        json_set(a, v, "p_holm", json_real(a, r->holm));
        json_set(a, v, "shifted", json_bool(a, r->shifted));
        json_add(a, list, v);
    }
    json_set(a, o, "requests_now", json_int(a, m->now));
    json_set(a, o, "requests_base", json_int(a, m->base));
    json_set(a, o, "tests", json_int(a, (int64_t)m->tests));
    json_set(a, o, "correction", json_c(a, "Holm over all rows"));
    json_set(a, o, "rows", list);
    json_set(a, o, "fell", json_bool(a, m->fell));
    json_set(a, o, "below_half", json_bool(a, m->below_half));
    json_set(a, o, "alert", json_bool(a, m->alert));
    json_set(a, o, "why", json_c(a, m->why));
    return o;
}

static int by_person(const void *x, const void *y)
{
    uint64_t p = *(const uint64_t *)x, q = *(const uint64_t *)y;
    return p < q ? -1 : p > q;
}

static int64_t persons_in(const struct history *h, const unsigned char *which,
                          unsigned char side)
{
    uint64_t *list = malloc((h->n_cases + 1) * sizeof *list);
    size_t n = 0, distinct = 0;
    if (!list) abort();
    for (size_t i = 0; i < h->n_cases; i++)
        if (which[i] == side)
            list[n++] = h->cases[i].person ? h->cases[i].person : (uint64_t)h->cases[i].id;
    qsort(list, n, sizeof *list, by_person);
    for (size_t i = 0; i < n; i++) distinct += !i || list[i] != list[i - 1];
    free(list);
    return (int64_t)distinct;
}

static struct json *ask_mix(struct page *p, const struct trend_question *q, bool with_base)
{
    struct mix m;
    unsigned char *which = arena_array(p->a, unsigned char, p->h->n_cases + 1);
    for (size_t i = 0; i < p->h->n_cases; i++) {
        const struct past_case *c = &p->h->cases[i];
        int month = p->case_month[i];
        if (c->supersedes || c->amends || !own_row(p, month)) continue;
        if (month >= q->from && month < q->to)
            which[i] = MIX_NOW;
        else if (with_base && trend_in_base(q, month))
            which[i] = MIX_BASE;
    }
    mix_ask(p->a, p->h, which, &p->rule, &m);
    struct json *o = mix_json(p->a, &m);
    json_set(p->a, o, "persons_now", json_int(p->a, persons_in(p->h, which, MIX_NOW)));
    json_set(p->a, o, "persons_base", json_int(p->a, persons_in(p->h, which, MIX_BASE)));
    return o;
}

/* A window that reaches back into the time it is compared with would compare that time with
 * itself. */
static int cut(const struct page *p, int from)
{
    bool chosen = p->rule.baseline == TREND_CHOSEN;
    int first = chosen && p->rule.from < p->to && p->rule.to > from ? p->rule.to
                : !chosen && p->now ? month_in_utc(p->now->term.from) + 1
                                    : from;
    return first <= from ? from : first < p->to ? first : p->to - 1;
}

static struct json *rolled_json(struct page *p, int months)
{
    struct trend_series s = {p->rows, p->n_months};
    struct trend_question q = question_of(p, cut(p, p->to - months), p->rule.baseline);
    struct trend_answer r;
    struct json *o = json_object(p->a);
    if (!may_ask(p, p->rule.baseline)) return json_null(p->a);
    trend_ask(&s, &q, &r);
    if (!r.comparable) return json_null(p->a);
    json_set(p->a, o, "requests", json_int(p->a, r.now.count));
    json_set(p->a, o, "ratio", json_real(p->a, r.ratio.ratio));
    json_set(p->a, o, "low", json_real(p->a, r.ratio.low));
    json_set(p->a, o, "high", json_real(p->a, r.ratio.high));
    json_set(p->a, o, "alert", json_bool(p->a, r.alert));
    return o;
}

enum { ROLLED = 36 };

/* The policy's question as it would have been asked at the end of each month, by the
 * administrations of then. */
static struct json *rolling_json(struct page *p)
{
    struct json *list = json_array(p->a);
    int end = p->to, first = p->n_months ? p->months[0].month : end;
    if (first < end - ROLLED) first = end - ROLLED;
    for (p->to = first + 1; p->to <= end; p->to++) {
        struct json *o = json_object(p->a);
        find_administrations(p);
        json_set(p->a, o, "month", month_json(p->a, p->to - 1));
        json_set(p->a, o, "months_3", rolled_json(p, 3));
        json_set(p->a, o, "months_12", rolled_json(p, 12));
        json_add(p->a, list, o);
    }
    p->to = end;
    find_administrations(p);
    return list;
}

static struct json *window_json(struct page *p, int from, const char *name)
{
    struct trend_series s = {p->rows, p->n_months};
    struct json *o = json_object(p->a), *list = json_array(p->a);
    from = cut(p, from);
    json_set(p->a, o, "window", json_c(p->a, name));
    json_set(p->a, o, "from", month_json(p->a, from));
    json_set(p->a, o, "to", month_json(p->a, p->to - 1));
    for (enum trend_baseline b = TREND_SAME_MONTHS; b <= TREND_CHOSEN; b++) {
        struct trend_question q = question_of(p, from, b);
        struct trend_answer r;
        if (!may_ask(p, b)) continue;
        trend_ask(&s, &q, &r);
        struct json *v = answer_json(p->a, b, &r);
        json_set(p->a, v, "chosen", json_bool(p->a, b == p->rule.baseline));
        json_add(p->a, list, v);
    }
    json_set(p->a, o, "compared", list);
    struct trend_question q = question_of(p, from, p->rule.baseline);
    json_set(p->a, o, "mix", ask_mix(p, &q, may_ask(p, p->rule.baseline)));
    return o;
}

static struct json *change_json(struct page *p)
{
    struct trend_series s = {p->rows, p->n_months};
    struct trend_change c = trend_change(&s, 0, p->to);
    struct json *o = json_object(p->a);
    if (!c.month) return json_null(p->a);
    json_set(p->a, o, "month", month_json(p->a, c.month));
    json_set(p->a, o, "certainty", json_real(p->a, c.certainty));
    json_set(p->a, o, "earliest", month_json(p->a, c.earliest));
    json_set(p->a, o, "latest", month_json(p->a, c.latest));
    json_set(p->a, o, "before_a_month", json_real(p->a, c.before));
    json_set(p->a, o, "after_a_month", json_real(p->a, c.after));
    return o;
}

static struct json *forecast_json(struct page *p)
{
    struct trend_series s = {p->rows, p->n_months};
    struct trend_forecast f = trend_forecast(&s, p->to);
    struct json *o = json_object(p->a);
    if (!f.known) return json_null(p->a);
    json_set(p->a, o, "from", month_json(p->a, p->to));
    json_set(p->a, o, "to", month_json(p->a, p->to + 2));
    json_set(p->a, o, "months_known", json_int(p->a, f.known));
    json_set(p->a, o, "mean", json_real(p->a, f.mean));
    json_set(p->a, o, "low", json_real(p->a, f.low));
    json_set(p->a, o, "high", json_real(p->a, f.high));
    return o;
}

static struct json *administration_json(struct arena *a, const struct trend_administration *t)
{
    struct json *o = json_object(a);
    if (!t) return json_null(a);
    json_set(a, o, "name", json_string(a, str_dup(a, t->name)));
    json_set(a, o, "from", work_time_json(a, t->term.from));
    if (t->term.to != INSTANT_MAX) json_set(a, o, "to", work_time_json(a, t->term.to));
    return o;
}

static struct json *rule_json(const struct page *p)
{
    struct json *o = json_object(p->a), *lists = json_array(p->a);
    json_set(p->a, o, "pack", json_string(p->a, p->pack));
    json_set(p->a, o, "threshold", json_real(p->a, p->rule.threshold));
    json_set(p->a, o, "level", json_real(p->a, p->rule.level));
    json_set(p->a, o, "baseline", json_c(p->a, trend_baseline_word(p->rule.baseline)));
    if (p->rule.to > p->rule.from) {
        json_set(p->a, o, "base_from", month_json(p->a, p->rule.from));
        json_set(p->a, o, "base_to", month_json(p->a, p->rule.to - 1));
    }
    json_set(p->a, o, "fall", json_real(p->a, p->rule.fall));
    for (size_t i = 0; i < p->rule.n_lists; i++)
        json_add(p->a, lists, json_string(p->a, str_dup(p->a, p->rule.lists[i])));
    json_set(p->a, o, "lists", lists);
    return o;
}

/* ---- the page ---------------------------------------------------------------------------- */

static RC rule_of(struct page *p, const struct trend_page_question *q, struct err *e)
{
    struct pack_run *run = NULL;
    enum rc rc = packs_in_force(p->w, &run, e);
    if (rc == RC_IO || rc == RC_BUSY) return rc;
    /* a broken policy has an alert of its own */
    const struct pack *pack = rc == RC_OK && run ? pack_run_pack(run) : NULL;
    p->rule = pack ? pack_trend(pack) : trend_rule_usual();
    p->pack = pack ? str_c(arena_printf(p->a, STR_FMT " " STR_FMT, STR_ARG(pack_id(pack)),
                                        STR_ARG(pack_version(pack))))
                   : STR("none");
    if (q->baseline && !trend_baseline_from_word(str_c(q->baseline), &p->rule.baseline))
        return FAIL(e, RC_INVALID, "TREND-0003",
                    "a baseline is 'same months', 'whole term' or 'window'");
    if (q->base_to > q->base_from) {
        p->rule.from = q->base_from;
        p->rule.to = q->base_to;
    }
    if (p->rule.baseline == TREND_CHOSEN && p->rule.to <= p->rule.from)
        return FAIL(e, RC_INVALID, "TREND-0003",
                    "a window as baseline needs its first and last month");
    return RC_OK;
}

RC trend_rule_in_force(struct work *w, struct trend_rule *ret, struct err *e)
{
    static const struct trend_page_question usual = {0};
    struct page p = {.w = w, .a = w->a};
    TRY(rule_of(&p, &usual, e));
    *ret = p.rule;
    return RC_OK;
}

static RC fill(struct page *p, const struct trend_page_question *q, struct json **ret,
               struct err *e)
{
    struct json *o = *ret = json_object(p->a), *windows = json_array(p->a);
    TRY(rule_of(p, q, e));
    TRY(fill_months(p, e));
    p->to = q->to ? q->to : work_month(p->w->c, p->as_of);
    if (q->from >= p->to)
        return FAIL(e, RC_INVALID, "TREND-0003", "the window ends before it begins");
    find_administrations(p);
    json_set(p->a, o, "as_of", work_time_json(p->a, p->as_of));
    json_set(p->a, o, "ledger_events", json_int(p->a, (int64_t)p->h->events));
    json_set(p->a, o, "expunged_events", json_int(p->a, (int64_t)p->h->expunged));
    json_set(p->a, o, "facility", json_string(p->a, str_dup(p->a, p->w->c->facility)));
    json_set(p->a, o, "rule", rule_json(p));
    json_set(p->a, o, "administration", administration_json(p->a, p->now));
    json_set(p->a, o, "previous_administration", administration_json(p->a, p->previous));
    if (q->from && q->from != p->to - 3 && q->from != p->to - 12)
        json_add(p->a, windows, window_json(p, q->from, "asked"));
    json_add(p->a, windows, window_json(p, p->to - 3, "3 months"));
    json_add(p->a, windows, window_json(p, p->to - 12, "12 months"));
    json_set(p->a, o, "windows", windows);
    json_set(p->a, o, "rolling", rolling_json(p));
    json_set(p->a, o, "change", change_json(p));
    json_set(p->a, o, "forecast", forecast_json(p));
    json_set(p->a, o, "months", months_json(p));
    json_set(p->a, o, "reported_not_used", p->unused);
    return RC_OK;
}

RC casework_trend(struct casework *c, const struct trend_page_question *q, struct arena *a,
                  struct json **ret, struct err *e)
{
    static const struct trend_page_question usual = {0};
    struct work w = {
        .c = c, .s = c->store, .a = a, .by = STR("system"), .now = clock_now(&c->clock)};
    struct page p = {.w = &w, .a = a};
    if (!q) q = &usual;
    TRY(casework_history(c, q->size, &p.h, e));
    /* the policy, too, is that of then */
    w.now = p.as_of = q->size && p.h->last_at != INSTANT_NONE ? p.h->last_at : w.now;
    enum rc rc = store_read_begin(c->store, e);
    if (rc == RC_OK) {
        rc = fill(&p, q, ret, e);
        store_read_end(c->store);
    }
    history_free(p.h);
    return rc;
}
