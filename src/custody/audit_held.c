/* See audit.h: who was held longer than others, and who was not served in time. */
#include "custody/audit_part.h"
#include <stdlib.h>

/* ---- 3: held longer ---------------------------------------------------------------------- */

enum { ENOUGH = 20 }; /* releases for a median of their own kind */

struct lags {
    int64_t *list;
    size_t n;
};

static bool timed(const struct asking *x, const struct past_custody *b)
{
    return b->leave == LEAVE_RELEASED && audit_within(x, b->left_at) &&
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
    qsort(l.list, l.n, sizeof *l.list, audit_by_size);
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
    int64_t median = own.n >= ENOUGH    ? audit_quantile(own.list, own.n, 0.5)
                     : all->n >= ENOUGH ? audit_quantile(all->list, all->n, 0.5)
                                        : -1;
    if (*n < 16) known[(*n)++] = (struct local){kind, median};
    return median;
}

static void longer(struct asking *x, const struct past_custody *b, int64_t median)
{
    int64_t lag = b->left_at - b->triggered_at;
    struct json *o = audit_row(x, first_case(x, b), b->leave_event, b->left_at);
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

void audit_question_3(struct asking *x)
{
    struct lags all = control(x, HISTORY_NONE),
                with = {.list = arena_array(x->a, int64_t, x->h->n_custody + 1)};
    struct local known[16];
    size_t n_known = 0;
    uint64_t no_trigger = 0, no_trigger_asked = 0, no_median = 0, long_without = 0,
             forgotten = 0;
    for (size_t i = 0; i < x->h->n_custody; i++) {
        const struct past_custody *b = &x->h->custody[i];
        if (b->leave == LEAVE_RELEASED && audit_within(x, b->left_at) &&
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
    audit_count(x, "released_with_request", with.n);
    audit_count(x, "released_without", all.n);
    audit_count(x, "longer_with_request", json_len(x->exceptions));
    audit_count(x, "longer_without", long_without);
    audit_count(x, "trigger_unknown", no_trigger);
    audit_count(x, "trigger_unknown_with_request", no_trigger_asked);
    audit_count(x, "not_comparable", no_median);
    audit_count(x, "forgotten", forgotten);
    json_set(x->a, x->numbers, "tolerance_minutes", json_int(x->a, x->in->tolerance / 60000));
    audit_spans(x, "with_request", with.list, with.n);
    audit_spans(x, "without_request", all.list, all.n);
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
    instant end = audit_ended_at(c);
    history_id row = c->booking ? history_custody(x->h, c->booking) : HISTORY_NONE;
    instant left = row == HISTORY_NONE ? INSTANT_NONE : x->h->custody[row].left_at;
    if (end == INSTANT_NONE) return left;
    return left == INSTANT_NONE || end < left ? end : left;
}

void audit_question_4(struct asking *x)
{
    uint64_t requests = 0, unmatched = 0, served = 0, moot = 0, running = 0, forgotten = 0,
             none = 0;
    int64_t *took = arena_array(x->a, int64_t, x->h->n_cases + 1);
    size_t n = 0;
    struct json *left = json_array(x->a);
    for (size_t i = 0; i < x->h->n_cases; i++) {
        const struct past_case *c = &x->h->cases[i];
        if (!c->has_request || !audit_within(x, c->recorded_at)) continue;
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
                audit_exception(x, c->id, c->event, d->done_at,
                                arena_printf(x->a, "served %.1f h after it could be",
                                             (double)(d->done_at - since) / 3600000));
        } else if (over != INSTANT_NONE && over <= due) {
            moot++;
            json_add(x->a, left, audit_row(x, c->id, c->event, over));
        } else if (x->end <= due)
            running++;
        else
            audit_exception(x, c->id, c->event, due,
                            d ? "never served" : "the policy opened no duty to serve it");
    }
    audit_count(x, "requests", requests);
    audit_count(x, "served_in_time", served);
    audit_count(x, "ended_before_it_was_due", moot);
    audit_count(x, "nobody_matched", unmatched);
    audit_count(x, "not_due_yet", running);
    audit_count(x, "no_duty_opened", none);
    audit_count(x, "forgotten", forgotten);
    json_set(x->a, x->numbers, "hours", audit_rounded(x->a, x->in->service_hours));
    audit_spans(x, "time_to_service", took, n);
    json_set(x->a, x->answer, "ended_unserved", left);
}
