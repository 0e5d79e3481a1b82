/* See audit.h. One function a question; each fills the same form. */
#include "custody/audit.h"
#include <math.h>
#include <stdlib.h>

struct asking {
    struct arena *a;
    const struct audit *in;
    const struct history *h;
    instant end; /* what is due later than this is not late yet */
    struct json *answer, *numbers, *exceptions;
};

struct audit audit_usual(const struct history *h)
{
    return (struct audit){.past = h,
                          .from = INSTANT_NONE,
                          .to = INSTANT_MAX,
                          .tolerance = HOURS(6),
                          .service_hours = 24,
                          .service = STR("serve a copy on the person"),
                          .human = MINUTES(60),
                          .threshold = 2,
                          .level = 0.99};
}

const char *audit_asks(int question)
{
    static const char *const texts[] = {
        "Was anything told to an agency without a request of it before, or after the request "
        "had ended?",
        "Was anything sent to an address that was not on the agency's verified list?",
        "Was anybody with a request released later than the local median and the tolerance "
        "allow?",
        "Was a request not served on the person in time?",
        "Did a decision say other than the policy that was in force?",
        "Who decided otherwise than the policy, and how often?",
        "How many requests for a thousand bookings, by charge, against the administration "
        "before?",
        "Which messages failed, and how long until a person knew?",
        "Who looked at cases, and what for?"};
    return question >= 1 && question <= AUDIT_QUESTIONS ? texts[question - 1] : "";
}

/* ---- the form ---------------------------------------------------------------------------- */

static bool within(const struct asking *x, instant at)
{
    return at != INSTANT_NONE && at >= x->in->from && at < x->in->to;
}

static struct json *time_json(struct arena *a, instant t)
{
    char text[40];
    return t == INSTANT_NONE ? json_null(a) : json_c(a, arena_strdup(a, instant_utc(t, text)));
}

static struct json *case_json(struct arena *a, int64_t id)
{
    return id ? json_c(a, arena_printf(a, "C%06lld", (long long)id)) : json_null(a);
}

static struct json *rounded(struct arena *a, double d)
{
    return isfinite(d) ? json_real(a, round(d * 1000) / 1000) : json_null(a);
}

static void count(struct asking *x, const char *name, uint64_t n)
{
    json_set(x->a, x->numbers, name, json_int(x->a, (int64_t)n));
}

static struct json *name_json(struct asking *x, history_id id)
{
    return id == HISTORY_NONE ? json_null(x->a)
                              : json_string(x->a, str_dup(x->a, history_name(x->h, id)));
}

static bool is_named(const struct asking *x, history_id id, const char *text)
{
    return str_is(history_name(x->h, id), text);
}

static struct json *row_of(struct asking *x, int64_t case_id, uint64_t event, instant at)
{
    struct json *o = json_object(x->a);
    json_set(x->a, o, "case", case_json(x->a, case_id));
    if (at != INSTANT_NONE) { /* a finding about many events points at none */
        json_set(x->a, o, "event", json_int(x->a, (int64_t)event));
        json_set(x->a, o, "at", time_json(x->a, at));
    }
    return o;
}

static void exception(struct asking *x, int64_t case_id, uint64_t event, instant at,
                      const char *what)
{
    struct json *o = row_of(x, case_id, event, at);
    json_set(x->a, o, "what", json_c(x->a, what));
    json_add(x->a, x->exceptions, o);
}

static int by_size(const void *p, const void *q)
{
    int64_t a = *(const int64_t *)p, b = *(const int64_t *)q;
    return a < b ? -1 : a > b;
}

static int64_t quantile(const int64_t *sorted, size_t n, double q)
{
    return n ? sorted[(size_t)((double)(n - 1) * q + 0.5)] : -1;
}

static void spans(struct asking *x, const char *name, int64_t *list, size_t n)
{
    struct json *o = json_object(x->a);
    qsort(list, n, sizeof *list, by_size);
    json_set(x->a, o, "n", json_int(x->a, (int64_t)n));
    if (n) {
        json_set(x->a, o, "median_minutes",
                 rounded(x->a, (double)quantile(list, n, 0.5) / 60000));
        json_set(x->a, o, "p95_minutes",
                 rounded(x->a, (double)quantile(list, n, 0.95) / 60000));
        json_set(x->a, o, "longest_minutes", rounded(x->a, (double)list[n - 1] / 60000));
    }
    json_set(x->a, x->answer, name, o);
}

/* ---- 1: a notice without a request ------------------------------------------------------- */

static instant ended_at(const struct past_case *c) /* the agency took it back or replaced it */
{
    if (c->cancelled_at == INSTANT_NONE) return c->superseded_at;
    return c->superseded_at == INSTANT_NONE || c->cancelled_at < c->superseded_at
               ? c->cancelled_at
               : c->superseded_at;
}

static void question_1(struct asking *x)
{
    uint64_t notices = 0, to_agencies = 0, forgotten = 0, requests = 0;
    for (size_t i = 0; i < x->h->n_cases; i++)
        requests += x->h->cases[i].has_request && within(x, x->h->cases[i].recorded_at);
    for (size_t i = 0; i < x->h->n_notices; i++) {
        const struct past_notice *n = &x->h->notices[i];
        const struct past_case *c = &x->h->cases[n->of];
        bool person = is_named(x, n->kind, "person copy"),
             release = is_named(x, n->kind, "release"),
             correction = is_named(x, n->kind, "withdrawal");
        instant ended = ended_at(c),
                last = n->last_attempt_at != INSTANT_NONE ? n->last_attempt_at : n->queued_at;
        if (!within(x, n->queued_at)) continue;
        notices++;
        to_agencies += !person;
        /* that there was a request is known even when its text is not */
        forgotten += c->expunged;
        if (!c->has_request || c->event > n->event)
            exception(x, c->id, n->event, n->queued_at, "there is no request before it");
        else if (!person && !correction && ended != INSTANT_NONE && last > ended)
            exception(x, c->id, n->last_attempt == UINT64_MAX ? n->event : n->last_attempt,
                      last, "the request had ended before this attempt");
        else if (release && (c->matched_at == INSTANT_NONE || c->matched_at > n->queued_at))
            exception(x, c->id, n->event, n->queued_at,
                      "it was not confirmed that the request meant this person");
    }
    count(x, "notices", notices);
    count(x, "to_agencies", to_agencies);
    count(x, "of_forgotten_requests", forgotten);
    count(x, "requests", requests);
}

/* ---- 2: an address that is not listed ---------------------------------------------------- */

static bool listed_at(const struct history *h, const struct past_case *c,
                      const struct past_notice *n, uint64_t event)
{
    for (size_t i = 0; i < h->n_addresses; i++) {
        const struct past_address *d = &h->addresses[i];
        if (d->agency == c->agency && d->channel == n->channel && d->address == n->address &&
            d->verified && d->from < event && event < d->until)
            return true;
    }
    return false;
}

static void question_2(struct asking *x)
{
    uint64_t checked = 0, unknown = 0;
    for (size_t i = 0; i < x->h->n_notices; i++) {
        const struct past_notice *n = &x->h->notices[i];
        const struct past_case *c = &x->h->cases[n->of];
        if (!within(x, n->queued_at) || is_named(x, n->kind, "person copy")) continue;
        if (c->expunged) { /* whose request it was is forgotten by order */
            unknown++;
            continue;
        }
        checked++;
        uint64_t last = n->last_attempt == UINT64_MAX ? n->event : n->last_attempt;
        bool then = listed_at(x->h, c, n, n->event),
             sent = n->last_attempt == UINT64_MAX || listed_at(x->h, c, n, last);
        if (then && sent) continue;
        exception(x, c->id, then ? last : n->event, then ? n->last_attempt_at : n->queued_at,
                  arena_printf(x->a, "the %.*s address was not a verified one of the agency%s",
                               STR_ARG(history_name(x->h, n->channel)),
                               then ? " any more" : ""));
    }
    count(x, "checked", checked);
    count(x, "not_known", unknown);
    count(x, "addresses", x->h->n_addresses);
}

/* ---- 3: held longer ---------------------------------------------------------------------- */

enum { ENOUGH = 20 }; /* releases for a median of their own kind */

struct lags {
    int64_t *list;
    size_t n;
};

static bool timed(const struct asking *x, const struct past_custody *b)
{
    return b->leave == LEAVE_RELEASED && within(x, b->left_at) &&
           b->triggered_at != INSTANT_NONE && b->left_at >= b->triggered_at;
}

static bool was_asked(const struct past_custody *b)
{
    return b->open_at_trigger > 0 || b->open_at_leave > 0;
}

/* Of those about whom nobody ever asked. */
static struct lags control(struct asking *x, history_id kind)
{
    struct lags l = {.list = arena_array(x->a, int64_t, x->h->n_custody + 1)};
    for (size_t i = 0; i < x->h->n_custody; i++) {
        const struct past_custody *b = &x->h->custody[i];
        if (timed(x, b) && b->cases == HISTORY_NONE &&
            (kind == HISTORY_NONE || b->trigger_kind == kind))
            l.list[l.n++] = b->left_at - b->triggered_at;
    }
    qsort(l.list, l.n, sizeof *l.list, by_size);
    return l;
}

static int64_t first_case(const struct asking *x, const struct past_custody *b)
{
    return b->cases == HISTORY_NONE ? 0 : x->h->cases[b->cases].id;
}

struct local { /* the median of a kind of trigger, looked up once */
    history_id kind;
    int64_t median;
};

static int64_t local_median(struct asking *x, struct local *known, size_t *n, history_id kind,
                            const struct lags *all)
{
    for (size_t i = 0; i < *n; i++)
        if (known[i].kind == kind) return known[i].median;
    struct lags own = control(x, kind);
    int64_t median = own.n >= ENOUGH    ? quantile(own.list, own.n, 0.5)
                     : all->n >= ENOUGH ? quantile(all->list, all->n, 0.5)
                                        : -1;
    if (*n < 16) known[(*n)++] = (struct local){kind, median};
    return median;
}

static void longer(struct asking *x, const struct past_custody *b, int64_t median)
{
    int64_t lag = b->left_at - b->triggered_at;
    struct json *o = row_of(x, first_case(x, b), b->leave_event, b->left_at);
    json_set(
        x->a, o, "what",
        json_c(x->a,
               arena_printf(
                   x->a,
                   "released %lld min after the trigger; the local median for %.*s is %lld min",
                   (long long)(lag / 60000), STR_ARG(history_name(x->h, b->trigger_kind)),
                   (long long)(median / 60000))));
    json_add(x->a, x->exceptions, o);
}

static void question_3(struct asking *x)
{
    struct lags all = control(x, HISTORY_NONE),
                with = {.list = arena_array(x->a, int64_t, x->h->n_custody + 1)};
    struct local known[16];
    size_t n_known = 0;
    uint64_t no_trigger = 0, no_trigger_asked = 0, no_median = 0, long_without = 0,
             forgotten = 0;
    for (size_t i = 0; i < x->h->n_custody; i++) {
        const struct past_custody *b = &x->h->custody[i];
        if (b->leave == LEAVE_RELEASED && within(x, b->left_at) &&
            b->triggered_at == INSTANT_NONE) {
            no_trigger++;
            no_trigger_asked += was_asked(b);
        }
        forgotten += b->expunged;
        if (!timed(x, b)) continue;
        int64_t median = local_median(x, known, &n_known, b->trigger_kind, &all),
                lag = b->left_at - b->triggered_at;
        bool over = median >= 0 && lag > median + x->in->tolerance;
        if (!was_asked(b)) {
            long_without += over && b->cases == HISTORY_NONE;
            continue;
        }
        with.list[with.n++] = lag;
        no_median += median < 0;
        if (over) longer(x, b, median);
    }
    count(x, "released_with_request", with.n);
    count(x, "released_without", all.n);
    count(x, "longer_with_request", json_len(x->exceptions));
    count(x, "longer_without", long_without);
    count(x, "trigger_unknown", no_trigger);
    count(x, "trigger_unknown_with_request", no_trigger_asked);
    count(x, "not_comparable", no_median);
    count(x, "forgotten", forgotten);
    json_set(x->a, x->numbers, "tolerance_minutes", json_int(x->a, x->in->tolerance / 60000));
    spans(x, "with_request", with.list, with.n);
    spans(x, "without_request", all.list, all.n);
}

/* ---- 4: served on the person ------------------------------------------------------------- */

static const struct past_duty *service_of(const struct asking *x, const struct past_case *c)
{
    for (history_id i = c->duties; i != HISTORY_NONE; i = x->h->duties[i].next)
        if (str_eq(history_name(x->h, x->h->duties[i].what), x->in->service))
            return &x->h->duties[i];
    return NULL;
}

/* When nobody could be served any more: the person had left, or the request had ended. */
static instant moot_at(const struct asking *x, const struct past_case *c)
{
    instant end = ended_at(c);
    history_id row = c->booking ? history_custody(x->h, c->booking) : HISTORY_NONE;
    instant left = row == HISTORY_NONE ? INSTANT_NONE : x->h->custody[row].left_at;
    if (end == INSTANT_NONE) return left;
    return left == INSTANT_NONE || end < left ? end : left;
}

static void question_4(struct asking *x)
{
    uint64_t requests = 0, unmatched = 0, served = 0, moot = 0, running = 0, forgotten = 0,
             none = 0;
    int64_t *took = arena_array(x->a, int64_t, x->h->n_cases + 1);
    size_t n = 0;
    struct json *left = json_array(x->a);
    for (size_t i = 0; i < x->h->n_cases; i++) {
        const struct past_case *c = &x->h->cases[i];
        if (!c->has_request || !within(x, c->recorded_at)) continue;
        requests++;
        if (c->expunged)
            forgotten++;
        else if (c->matched_at == INSTANT_NONE)
            unmatched++;
        if (c->expunged || c->matched_at == INSTANT_NONE) continue;
        const struct past_duty *d = service_of(x, c);
        instant since = d ? d->since : c->matched_at,
                due = since + (int64_t)(x->in->service_hours * 3600000), over = moot_at(x, c);
        none += !d;
        if (d && d->done_at != INSTANT_NONE) {
            took[n++] = d->done_at - since;
            if (d->done_at <= due)
                served++;
            else
                exception(x, c->id, c->event, d->done_at,
                          arena_printf(x->a, "served %.1f h after it could be",
                                       (double)(d->done_at - since) / 3600000));
        } else if (over != INSTANT_NONE && over <= due) {
            moot++;
            json_add(x->a, left, row_of(x, c->id, c->event, over));
        } else if (x->end <= due)
            running++;
        else
            exception(x, c->id, c->event, due,
                      d ? "never served" : "the policy opened no duty to serve it");
    }
    count(x, "requests", requests);
    count(x, "served_in_time", served);
    count(x, "ended_before_it_was_due", moot);
    count(x, "nobody_matched", unmatched);
    count(x, "not_due_yet", running);
    count(x, "no_duty_opened", none);
    count(x, "forgotten", forgotten);
    json_set(x->a, x->numbers, "hours", rounded(x->a, x->in->service_hours));
    spans(x, "time_to_service", took, n);
    json_set(x->a, x->answer, "ended_unserved", left);
}

/* ---- 5: the policy in force -------------------------------------------------------------- */

static void question_5(struct asking *x)
{
    struct json *packs = json_array(x->a);
    for (size_t i = 0; i < x->in->n_differs; i++) {
        const struct audit_differs *d = &x->in->differs[i];
        exception(x, d->case_id, d->event, d->at, str_dupz(x->a, d->why));
    }
    for (size_t i = 0; i < x->h->n_packs; i++) {
        struct json *o = json_object(x->a);
        json_set(x->a, o, "pack", name_json(x, x->h->packs[i].pack));
        json_set(x->a, o, "in_force_from", time_json(x->a, x->h->packs[i].starts));
        json_add(x->a, packs, o);
    }
    count(x, "decided_again", x->in->decided);
    count(x, "forgotten", x->in->unreadable);
    json_set(x->a, x->answer, "policies", packs);
}

/* ---- 6: overrides ------------------------------------------------------------------------ */

struct tally {
    history_id who, with, what;
    int month;
    uint64_t n;
};

static void tally(struct tally *list, size_t *n, struct tally one)
{
    for (size_t i = 0; i < *n; i++)
        if (list[i].who == one.who && list[i].with == one.with && list[i].what == one.what &&
            list[i].month == one.month) {
            list[i].n += one.n;
            return;
        }
    list[(*n)++] = one;
}

static int by_count(const void *p, const void *q)
{
    const struct tally *a = p, *b = q;
    if (a->n != b->n) return a->n > b->n ? -1 : 1;
    return a->who != b->who    ? (a->who < b->who ? -1 : 1)
           : a->what < b->what ? -1
                               : a->what > b->what;
}

static bool confirmed_later(const struct history *h, const struct past_by_hand *p)
{
    for (history_id i = p->next; i != HISTORY_NONE; i = h->by_hand[i].next)
        if (h->by_hand[i].what == HAND_OVERRIDDEN && h->by_hand[i].ask == p->ask &&
            h->by_hand[i].outcome == p->outcome && h->by_hand[i].first == p->first)
            return true;
    return false;
}

static struct json *override_json(struct asking *x, const struct past_by_hand *p)
{
    struct json *o = row_of(x, x->h->cases[p->of].id, p->event, p->at);
    json_set(x->a, o, "ask", json_c(x->a, ask_word(p->ask)));
    json_set(x->a, o, "outcome", json_c(x->a, outcome_word(p->outcome)));
    json_set(x->a, o, "first", name_json(x, p->first));
    json_set(x->a, o, "second", name_json(x, p->second));
    return o;
}

static void people_table(struct asking *x, const char *name, struct tally *list, size_t n,
                         bool pairs)
{
    struct json *all = json_array(x->a);
    qsort(list, n, sizeof *list, by_count);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(x->a);
        json_set(x->a, o, "who", name_json(x, list[i].who));
        if (pairs) json_set(x->a, o, "with", name_json(x, list[i].with));
        json_set(x->a, o, "n", json_int(x->a, (int64_t)list[i].n));
        json_add(x->a, all, o);
    }
    json_set(x->a, x->answer, name, all);
}

static void question_6(struct asking *x)
{
    const struct history *h = x->h;
    struct tally *two = arena_array(x->a, struct tally, h->n_by_hand + 1),
                 *one = arena_array(x->a, struct tally, h->n_by_hand + 1);
    size_t n_two = 0, n_one = 0;
    uint64_t overridden = 0, waiting = 0, resolved = 0, cases = 0;
    struct json *list = json_array(x->a);
    for (size_t i = 0; i < h->n_cases; i++)
        cases += h->cases[i].decided && within(x, h->cases[i].recorded_at);
    for (size_t i = 0; i < h->n_by_hand; i++) {
        const struct past_by_hand *p = &h->by_hand[i];
        if (!within(x, p->at)) continue;
        if (p->what == HAND_PROPOSED) waiting += !confirmed_later(h, p);
        if (p->what == HAND_RESOLVED) {
            resolved++;
            tally(one, &n_one,
                  (struct tally){
                      .who = p->first, .with = HISTORY_NONE, .what = HISTORY_NONE, .n = 1});
        }
        if (p->what != HAND_OVERRIDDEN) continue;
        overridden++;
        tally(two, &n_two,
              (struct tally){.who = p->first, .with = p->second, .what = HISTORY_NONE, .n = 1});
        json_add(x->a, list, override_json(x, p));
        if (p->second == HISTORY_NONE || p->first == p->second)
            exception(x, h->cases[p->of].id, p->event, p->at,
                      "one person alone overrode the policy");
    }
    count(x, "overrides", overridden);
    count(x, "proposed_only", waiting);
    count(x, "reviews_answered", resolved);
    count(x, "cases", cases);
    json_set(x->a, x->numbers, "overrides_for_1000_cases",
             rounded(x->a, cases ? 1000.0 * (double)overridden / (double)cases : NAN));
    people_table(x, "by_pair", two, n_two, true);
    people_table(x, "reviews_by", one, n_one, false);
    json_set(x->a, x->answer, "overrides", list);
}

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
                 ? rounded(a, 1000.0 * (double)s->count / (double)s->bookings)
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
        json_set(x->a, o, "ratio", rounded(x->a, t.ratio.ratio));
        json_set(x->a, o, "low", rounded(x->a, t.ratio.low));
        json_set(x->a, o, "high", rounded(x->a, t.ratio.high));
        json_set(x->a, o, "by",
                 json_c(x->a,
                        t.method == TREND_BINOMIAL ? "conditional binomial" : "gamma-Poisson"));
        json_set(x->a, o, "alert", json_bool(x->a, t.alert));
    }
    json_add(x->a, table, o);
    return t.comparable && t.alert;
}

static void question_7(struct asking *x)
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
    count(x, "expanded_classes", alerts);
    json_set(x->a, x->answer, "months", window);
    json_set(x->a, x->answer, "classes", table);
}

/* ---- 8: failures ------------------------------------------------------------------------- */

/* The same message to the next address counts as the same message. */
static instant told_at(const struct history *h, const struct past_notice *n)
{
    for (const struct past_notice *k = n;;) {
        if (k->kind == n->kind && k->triggered_at == n->triggered_at &&
            k->confirmed_at != INSTANT_NONE)
            return k->confirmed_at;
        if (k->next == HISTORY_NONE) return INSTANT_NONE;
        k = &h->notices[k->next];
    }
}

static bool taken_back(const struct history *h, const struct past_notice *n)
{
    for (const struct past_notice *k = n;;) {
        if (k->kind == n->kind && k->triggered_at == n->triggered_at &&
            k->end == NOTICE_WAS_WITHDRAWN)
            return true;
        if (k->next == HISTORY_NONE) return false;
        k = &h->notices[k->next];
    }
}

/* The first alert by which a person was told of the failure. */
static const struct past_alert *alert_after(const struct asking *x, int64_t case_id, instant at)
{
    static const char *const kinds[] = {"unconfirmed", "not confirmed", "no address left",
                                        "address refused", "letter failed"};
    for (size_t i = 0; i < x->h->n_alerts; i++) {
        const struct past_alert *al = &x->h->alerts[i];
        if (al->case_id != case_id || al->opened_at < at) continue;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (is_named(x, al->kind, kinds[k])) return al;
    }
    return NULL;
}

struct failure_times {
    int64_t *healed, *human;
    size_t n_healed, n_human;
    uint64_t never, withdrawn;
};

static void failed_notice(struct asking *x, const struct past_notice *n,
                          struct failure_times *t)
{
    const struct past_case *c = &x->h->cases[n->of];
    instant told = told_at(x->h, n), since = n->first_failed_at;
    const struct past_alert *al = alert_after(x, c->id, since);
    bool looked = al && al->closed_at != INSTANT_NONE;
    if (told != INSTANT_NONE) t->healed[t->n_healed++] = told - since;
    if (looked) t->human[t->n_human++] = al->closed_at - since;
    if (told != INSTANT_NONE) return;
    if (taken_back(x->h, n)) {
        t->withdrawn++;
        return;
    }
    t->never++;
    if (!al)
        exception(x, c->id, n->event, since,
                  "it failed, was never confirmed, and nobody was alerted");
    else if (looked ? al->closed_at - since > x->in->human : x->end - since > x->in->human)
        exception(x, c->id, n->event, since,
                  looked ? arena_printf(x->a,
                                        "it failed and a person had looked only after %lld min",
                                        (long long)((al->closed_at - since) / 60000))
                         : "it failed and no person has looked");
}

static void question_8(struct asking *x)
{
    static const char *const kinds[] = {"release", "answer", "person copy", "withdrawal"};
    const struct history *h = x->h;
    struct failure_times t = {.healed = arena_array(x->a, int64_t, h->n_notices + 1),
                              .human = arena_array(x->a, int64_t, h->n_notices + 1)};
    int64_t *took = arena_array(x->a, int64_t, h->n_notices + 1);
    struct json *table = json_array(x->a);
    size_t n_took = 0;
    uint64_t all = 0, with_failure = 0;
    for (size_t k = 0; k < 4; k++) {
        uint64_t n = 0, attempts = 0, failures = 0, by_end[4] = {0};
        for (size_t i = 0; i < h->n_notices; i++) {
            const struct past_notice *p = &h->notices[i];
            if (!within(x, p->queued_at) || !is_named(x, p->kind, kinds[k])) continue;
            n++;
            attempts += (uint64_t)p->attempts;
            failures += (uint64_t)p->failures;
            by_end[p->end]++;
            if (p->confirmed_at != INSTANT_NONE)
                took[n_took++] = p->confirmed_at - p->queued_at;
            with_failure += p->failures > 0;
            if (p->failures) failed_notice(x, p, &t);
        }
        struct json *o = json_object(x->a);
        json_set(x->a, o, "kind", json_c(x->a, kinds[k]));
        const struct {
            const char *name;
            uint64_t n;
        } cells[] = {{"notices", n},
                     {"attempts", attempts},
                     {"failures", failures},
                     {"confirmed", by_end[NOTICE_WAS_CONFIRMED]},
                     {"withdrawn", by_end[NOTICE_WAS_WITHDRAWN]},
                     {"given_up", by_end[NOTICE_WAS_GIVEN_UP]},
                     {"open", by_end[NOTICE_STILL_OPEN]}};
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
            json_set(x->a, o, cells[i].name, json_int(x->a, (int64_t)cells[i].n));
        json_add(x->a, table, o);
        all += n;
    }
    count(x, "notices", all);
    count(x, "with_a_failure", with_failure);
    count(x, "told_after_a_failure", t.n_healed);
    count(x, "withdrawn_after_a_failure", t.withdrawn);
    count(x, "never_told", t.never);
    json_set(x->a, x->numbers, "human_minutes", json_int(x->a, x->in->human / 60000));
    spans(x, "queued_to_confirmed", took, n_took);
    spans(x, "failure_to_confirmed", t.healed, t.n_healed);
    spans(x, "failure_to_a_person", t.human, t.n_human);
    json_set(x->a, x->answer, "by_kind", table);
}

/* ---- 9: who looked ----------------------------------------------------------------------- */

static const struct past_person *on_staff(const struct history *h, history_id name)
{
    const struct past_person *found = NULL;
    for (size_t i = 0; i < h->n_people; i++)
        if (h->people[i].name == name) found = &h->people[i];
    return found;
}

/* Reads are counted by month of UTC: a month counts when any part of it lies within. */
static bool month_within(const struct asking *x, int month)
{
    instant from = date_days(month / 12, month % 12 + 1, 1) * HOURS(24),
            to = date_days((month + 1) / 12, (month + 1) % 12 + 1, 1) * HOURS(24);
    return to > x->in->from && from < x->in->to;
}

static void question_9(struct asking *x)
{
    const struct history *h = x->h;
    struct tally *list = arena_array(x->a, struct tally, h->n_reads + 1);
    size_t n = 0;
    uint64_t reads[2] = {0, 0}, known = 0, strangers = 0;
    struct json *table = json_array(x->a);
    for (size_t i = 0; i < h->n_reads; i++) {
        const struct past_read *r = &h->reads[i];
        known += r->n;
        if (!month_within(x, r->month)) continue;
        reads[r->persons] += r->n;
        tally(list, &n,
              (struct tally){.who = r->who, .with = HISTORY_NONE, .what = r->what, .n = r->n});
    }
    qsort(list, n, sizeof *list, by_count);
    for (size_t i = 0; i < n; i++) {
        const struct past_person *p = on_staff(h, list[i].who);
        struct json *o = json_object(x->a);
        json_set(x->a, o, "who", name_json(x, list[i].who));
        json_set(x->a, o, "role", p ? name_json(x, p->role) : json_null(x->a));
        json_set(x->a, o, "what", name_json(x, list[i].what));
        json_set(x->a, o, "n", json_int(x->a, (int64_t)list[i].n));
        json_add(x->a, table, o);
        if (p) continue;
        strangers += list[i].n;
        exception(x, 0, 0, INSTANT_NONE,
                  arena_printf(x->a, "%.*s is not on the staff and read %llu times: %.*s",
                               STR_ARG(history_name(h, list[i].who)),
                               (unsigned long long)list[i].n,
                               STR_ARG(history_name(h, list[i].what))));
    }
    uint64_t ever = h->by_kind[EVENT_KIND_RECORD_READ] + h->by_kind[EVENT_KIND_PERSONS_READ];
    count(x, "reads", reads[false] + reads[true]);
    count(x, "of_one_case", reads[false]);
    count(x, "of_persons_and_lists", reads[true]);
    count(x, "by_strangers", strangers);
    count(x, "reads_ever", ever);
    count(x, "forgotten_ever", ever - known);
    json_set(x->a, x->answer, "by_person", table);
}

/* ---- all --------------------------------------------------------------------------------- */

struct json *audit_answer(struct arena *a, const struct audit *in, int question)
{
    static void (*const questions[])(struct asking * x) = {question_1, question_2, question_3,
                                                           question_4, question_5, question_6,
                                                           question_7, question_8, question_9};
    struct asking x = {.a = a,
                       .in = in,
                       .h = in->past,
                       .answer = json_object(a),
                       .numbers = json_object(a),
                       .exceptions = json_array(a)};
    x.end = in->past->last_at == INSTANT_NONE || in->past->last_at < in->to ? in->past->last_at
                                                                            : in->to;
    json_set(a, x.answer, "question", json_int(a, question));
    json_set(a, x.answer, "asks", json_c(a, audit_asks(question)));
    if (question < 1 || question > AUDIT_QUESTIONS) return x.answer;
    questions[question - 1](&x);
    json_set(a, x.answer, "clean", json_bool(a, json_len(x.exceptions) == 0));
    json_set(a, x.answer, "numbers", x.numbers);
    json_set(a, x.answer, "exceptions", x.exceptions);
    return x.answer;
}
