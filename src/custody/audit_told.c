/* See audit.h: what was told to whom, to which address, and which messages failed. */
#include "custody/audit_part.h"

/* ---- 1: a notice without a request ------------------------------------------------------- */

instant audit_ended_at(const struct past_case *c) /* the agency took it back or replaced it */
{
    if (c->cancelled_at == INSTANT_NONE) return c->superseded_at;
    return c->superseded_at == INSTANT_NONE || c->cancelled_at < c->superseded_at
               ? c->cancelled_at
               : c->superseded_at;
}

void audit_question_1(struct asking *x)
{
    uint64_t notices = 0, to_agencies = 0, forgotten = 0, requests = 0;
    for (size_t i = 0; i < x->h->n_cases; i++)
        requests += x->h->cases[i].has_request && audit_within(x, x->h->cases[i].recorded_at);
    for (size_t i = 0; i < x->h->n_notices; i++) {
        const struct past_notice *n = &x->h->notices[i];
        const struct past_case *c = &x->h->cases[n->of];
        bool person = audit_is_named(x, n->kind, "person copy"),
             release = audit_is_named(x, n->kind, "release"),
             correction = audit_is_named(x, n->kind, "withdrawal");
        instant ended = audit_ended_at(c),
                last = n->last_attempt_at != INSTANT_NONE ? n->last_attempt_at : n->queued_at;
        if (!audit_within(x, n->queued_at)) continue;
        notices++;
        to_agencies += !person;
        /* that there was a request is known even when its text is not */
        forgotten += c->expunged;
        if (!c->has_request || c->event > n->event)
            audit_exception(x, c->id, n->event, n->queued_at, "there is no request before it");
        else if (!person && !correction && ended != INSTANT_NONE && last > ended)
            audit_exception(x, c->id,
                            n->last_attempt == UINT64_MAX ? n->event : n->last_attempt, last,
                            "the request had ended before this attempt");
        else if (release && (c->matched_at == INSTANT_NONE || c->matched_at > n->queued_at))
            audit_exception(x, c->id, n->event, n->queued_at,
                            "it was not confirmed that the request meant this person");
    }
    audit_count(x, "notices", notices);
    audit_count(x, "to_agencies", to_agencies);
    audit_count(x, "of_forgotten_requests", forgotten);
    audit_count(x, "requests", requests);
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

void audit_question_2(struct asking *x)
{
    uint64_t checked = 0, unknown = 0;
    for (size_t i = 0; i < x->h->n_notices; i++) {
        const struct past_notice *n = &x->h->notices[i];
        const struct past_case *c = &x->h->cases[n->of];
        if (!audit_within(x, n->queued_at) || audit_is_named(x, n->kind, "person copy"))
            continue;
        if (c->expunged) { /* whose request it was is forgotten by order */
            unknown++;
            continue;
        }
        checked++;
        uint64_t last = n->last_attempt == UINT64_MAX ? n->event : n->last_attempt;
        bool then = listed_at(x->h, c, n, n->event),
             sent = n->last_attempt == UINT64_MAX || listed_at(x->h, c, n, last);
        if (then && sent) continue;
        audit_exception(
            x, c->id, then ? last : n->event, then ? n->last_attempt_at : n->queued_at,
            arena_printf(x->a, "the %.*s address was not a verified one of the agency%s",
                         STR_ARG(history_name(x->h, n->channel)), then ? " any more" : ""));
    }
    audit_count(x, "checked", checked);
    audit_count(x, "not_known", unknown);
    audit_count(x, "addresses", x->h->n_addresses);
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
            if (audit_is_named(x, al->kind, kinds[k])) return al;
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
        audit_exception(x, c->id, n->event, since,
                        "it failed, was never confirmed, and nobody was alerted");
    else if (looked ? al->closed_at - since > x->in->human : x->end - since > x->in->human)
        audit_exception(
            x, c->id, n->event, since,
            looked ? arena_printf(x->a, "it failed and a person had looked only after %lld min",
                                  (long long)((al->closed_at - since) / 60000))
                   : "it failed and no person has looked");
}

void audit_question_8(struct asking *x)
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
            if (!audit_within(x, p->queued_at) || !audit_is_named(x, p->kind, kinds[k]))
                continue;
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
    audit_count(x, "notices", all);
    audit_count(x, "with_a_failure", with_failure);
    audit_count(x, "told_after_a_failure", t.n_healed);
    audit_count(x, "withdrawn_after_a_failure", t.withdrawn);
    audit_count(x, "never_told", t.never);
    json_set(x->a, x->numbers, "human_minutes", json_int(x->a, x->in->human / 60000));
    audit_spans(x, "queued_to_confirmed", took, n_took);
    audit_spans(x, "failure_to_confirmed", t.healed, t.n_healed);
    audit_spans(x, "failure_to_a_person", t.human, t.n_human);
    json_set(x->a, x->answer, "by_kind", table);
}
