/* The last door. A notice is leased, looked at once more, begun before any byte leaves, and its
 * end recorded. What cannot pass is withdrawn here, whatever the callers did. A crash between
 * begin and result leaves the notice `begun`: the next lease finds it with a higher attempt,
 * and the driver asks the other side by key before it sends again. */
#include "casework/work.h"
#include "base/utf8.h"
#include "os/random.h"

enum { TRIES_BEFORE_NEXT_ADDRESS = 3 };

/* ---- may it leave? ------------------------------------------------------------------- */

static const char address_gone[] = "the address is not a verified one of the agency any more";

static bool address_stands(const struct store_agency *g, const struct store_notice *n,
                           struct str *ret_secret)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct store_address *d = &g->addresses[i];
        if (d->channel != n->channel || !str_eq(d->address, n->address) || !d->verified_by.n ||
            d->verified_on == DAYS_UNKNOWN)
            continue;
        *ret_secret = d->secret;
        return true;
    }
    return false;
}

/* The last decision of the case, with what people made of it, as stored: does it say that a
 * release is told? */
static RC still_tells(struct work *w, const struct store_case *c, bool *ret, struct err *e)
{
    struct standing st;
    TRY(life_standing(w, c, &st, e));
    *ret = life_tells(&st);
    return RC_OK;
}

static RC release_may_leave(struct work *w, const struct store_case *c,
                            const struct store_booking *b, const struct store_notice *n,
                            const char **why, struct err *e)
{
    bool tells;
    *why = NULL;
    if (b->custody == CUSTODY_TRIGGERED) {
        if (b->triggered_at != n->triggered_at)
            *why = "it belongs to a trigger that was taken back";
        else
            TRY(still_tells(w, c, &tells, e));
        if (!*why && !tells) *why = "the decision of now does not permit it";
        return RC_OK;
    }
    /* Owed since the trigger, when policy permitted it; tried until an hour after the
     * release. */
    if (b->custody == CUSTODY_RELEASED && str_is(b->leave_kind, "released") &&
        b->triggered_at == n->triggered_at) {
        if (w->now > b->left_at + NOTICE_GIVES_UP)
            *why = "an hour has passed since the release";
        return RC_OK;
    }
    *why = b->custody == CUSTODY_IN ? "no release is under way"
                                    : "the person did not leave by release";
    return RC_OK;
}

/* An answer that says more than no. */
static bool says_yes(const struct store_notice *n)
{
    return str_find(n->answers, STR("\"outcome\":\"notify\"")) >= 0 ||
           str_find(n->answers, STR("\"outcome\":\"honor\"")) >= 0;
}

/* *why: NULL when it may leave. */
static RC last_door(struct work *w, const struct store_case *c, const struct store_notice *n,
                    const struct store_booking *b, struct str *ret_secret, const char **why,
                    struct err *e)
{
    struct store_agency g;
    *why = NULL;
    if (!c->body.n) {
        *why = "the record was expunged";
        return RC_OK;
    }
    if (n->kind != NOTICE_PERSON_COPY) {
        TRY(store_agency_get(w->s, w->a, c->agency, &g, e));
        if (!address_stands(&g, n, ret_secret)) *why = address_gone;
    }
    bool matched = c->match == MATCH_CONFIRMED && !c->disputed && b;
    switch ((enum notice_kind)n->kind) {
    case NOTICE_RELEASE:
        if (*why) return RC_OK;
        if (c->request_state != REQUEST_OPEN)
            *why = "the request is not open any more";
        else if (!matched)
            *why = "it is not confirmed that the request is about this person";
        else
            return release_may_leave(w, c, b, n, why, e);
        return RC_OK;
    case NOTICE_PERSON_COPY:
        if (!matched)
            *why = "it is not confirmed that the request is about this person";
        else if (b->custody != CUSTODY_IN && b->custody != CUSTODY_TRIGGERED)
            *why = "the person has left";
        return RC_OK;
    case NOTICE_ANSWER:
        if (*why) return RC_OK;
        if (c->request_state != REQUEST_OPEN)
            *why = "the request is not open any more";
        else if (!matched && says_yes(n))
            *why = "it is not confirmed that the request is about this person";
        return RC_OK;
    case NOTICE_WITHDRAWAL:
        if (!*why && b && b->custody != CUSTODY_IN) *why = "the release goes ahead after all";
        return RC_OK;
    }
    return RC_OK;
}

/* ---- claim ------------------------------------------------------------------------------ */

static RC fill(struct work *w, const struct store_case *c, const struct store_booking *b,
               const struct store_notice *n, struct str secret, struct notice *ret,
               struct err *e)
{
    struct store_agency g;
    struct json *body;
    TRY(store_agency_get(w->s, w->a, c->agency, &g, e));
    TRY(json_parse(w->a, c->body, "request", NULL, &body, e));
    *ret = (struct notice){.id = n->id,
                           .key = n->key,
                           .kind = (enum notice_kind)n->kind,
                           .channel = (enum channel)n->channel,
                           .address = n->address,
                           .secret = secret,
                           .attempt = (unsigned)n->attempts + 1,
                           .provider_ref = n->provider_ref,
                           .case_id = work_case_name(w->a, c->id),
                           .agency_name = g.name,
                           .agency_reference = c->reference,
                           .form = c->form,
                           .subject = facts_subject(body),
                           .triggered_at = n->triggered_at,
                           .trigger_kind = n->trigger_kind,
                           .answers = n->kind == NOTICE_PERSON_COPY ? c->told : n->answers,
                           .facility = w->c->facility,
                           .language = STR("en"),
                           .queued_at = n->queued_at,
                           .now = w->now,
                           .decision_id =
                               str_c(arena_printf(w->a, "%lld", (long long)n->decision - 1))};
    /* A declined agency learns no booking number from the answer. */
    if (b && c->match == MATCH_CONFIRMED && n->kind != NOTICE_ANSWER)
        ret->booking_number = b->who.booking_number;
    return RC_OK;
}

static RC copy_of(struct work *w, int64_t case_id, struct str name, struct store_notice *ret,
                  struct err *e)
{
    struct store_notice *list;
    size_t n;
    TRY(store_notices(w->s, w->a, case_id, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct str id = str_c(arena_printf(w->a, "%lld", (long long)list[i].id));
        if (list[i].kind != NOTICE_PERSON_COPY || !str_eq(id, name)) continue;
        *ret = list[i];
        return RC_OK;
    }
    return FAIL(e, RC_NOTFOUND, "CASE-0008",
                "the case has no copy '" STR_FMT "' for the person", STR_ARG(name));
}

static RC paper(struct work *w, struct str case_id, struct str name, struct notice *ret,
                struct err *e)
{
    struct store_case c;
    struct store_notice n;
    struct store_booking b;
    TRY(work_case(w, case_id, &c, e));
    TRY(copy_of(w, c.id, name, &n, e));
    enum rc rc = life_booking(w, &c, &b, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    /* a paper about somebody else must not reach this person */
    if (rc == RC_NO || c.match != MATCH_CONFIRMED)
        return FAIL(e, RC_CONFLICT, "CASE-0015",
                    "it is not confirmed that the request is about this person");
    if (!c.body.n) return FAIL(e, RC_CONFLICT, "CASE-0015", "the request has been expunged");
    TRY(fill(w, &c, &b, &n, STR(""), ret, e));
    return view_read(w, c.id, "paper", e);
}

RC casework_paper(struct casework *c, struct actor by, struct str case_id, struct str name,
                  struct arena *a, struct notice *ret, struct err *e)
{
    struct work w;
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, paper(&w, case_id, name, ret, e), e);
}

/* Begun, and its worker never came back. */
static RC lost_attempt(struct work *w, struct store_notice *n, struct err *e)
{
    struct json *body = json_object(w->a);
    n->state = NOTICE_UNKNOWN;
    TRY(store_notice_save(w->s, n, e));
    json_set(w->a, body, "notice", json_string(w->a, n->key));
    json_set(w->a, body, "why",
             json_c(w->a, "the attempt was cut off; whether it arrived is asked by key"));
    json_set(w->a, body, "attempt", json_int(w->a, n->attempts));
    return work_event(w, EVENT_KIND_NOTICE_FAILED, n->case_id, 0, body, NULL, e);
}

static RC refuse_notice(struct work *w, struct store_notice *n, const char *why, struct err *e)
{
    struct store_case c;
    struct store_notice again = {.kind = n->kind,
                                 .triggered_at = n->triggered_at,
                                 .trigger_kind = n->trigger_kind,
                                 .answers = n->answers};
    bool unsent = n->state == NOTICE_QUEUED;
    TRY(notices_withdraw(w, n, why, e));
    /* the agency has moved: what is owed goes where it is now */
    if (why == address_gone && unsent) {
        TRY(store_case_get(w->s, w->a, n->case_id, &c, e));
        enum rc rc = notices_queue(w, &c, &again, -1, e);
        if (rc != RC_NO) return rc;
    }
    if (n->kind != NOTICE_RELEASE) return RC_OK;
    return work_alert(
        w, "notice withdrawn", str_c(arena_printf(w->a, "door/%lld", (long long)n->id)),
        n->case_id, 0,
        str_c(arena_printf(w->a, "the release notice of case " STR_FMT " was withdrawn: %s",
                           STR_ARG(work_case_name(w->a, n->case_id)), why)),
        e);
}

static RC claim(struct work *w, struct str worker, int64_t lease_ms, struct notice *ret,
                struct err *e)
{
    for (;;) {
        struct store_notice n;
        struct store_case c;
        struct store_booking b;
        struct str secret = {NULL, 0};
        const char *why;
        /* RC_NO: none is due */
        TRY(store_notice_lease(w->s, w->a, worker, w->now, w->now + lease_ms, &n, e));
        TRY(store_case_get(w->s, w->a, n.case_id, &c, e));
        enum rc rc = life_booking(w, &c, &b, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        const struct store_booking *booked = rc == RC_OK ? &b : NULL;
        if (n.state == NOTICE_BEGUN) TRY(lost_attempt(w, &n, e));
        TRY(last_door(w, &c, &n, booked, &secret, &why, e));
        if (!why) return fill(w, &c, booked, &n, secret, ret, e);
        /* it waits for a line: paper that is not sent yet can be stopped */
        if (n.state == NOTICE_UNDERWAY && n.provider_ref.n && c.body.n) {
            TRY(fill(w, &c, booked, &n, secret, ret, e));
            ret->recall = str_c(why);
            return RC_OK;
        }
        TRY(refuse_notice(w, &n, why, e));
    }
}

RC casework_outbox_claim(struct casework *c, const char *worker, int64_t lease_ms,
                         struct arena *a, struct notice *ret, struct err *e)
{
    struct work w;
    size_t due = 0;
    /* an idle worker never takes the write lock */
    TRY(store_notices_due(c->store, clock_now(&c->clock), &due, e));
    if (!due) return RC_NO;
    TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
    return work_end(&w, claim(&w, str_c(worker), lease_ms, ret, e), e);
}

RC casework_outbox_due(struct casework *c, size_t *ret, struct err *e)
{
    return store_notices_due(c->store, clock_now(&c->clock), ret, e);
}

/* ---- begin, result ----------------------------------------------------------------------- */

static RC begin(struct work *w, const struct notice *given, struct err *e)
{
    struct store_notice n;
    struct store_case c;
    struct store_booking b;
    struct str secret;
    const char *why;
    struct json *body = json_object(w->a);
    enum rc rc = store_notice_get(w->s, w->a, given->id, &n, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0008", "there is no notice %lld",
                    (long long)given->id);
    if (rc != RC_OK) return rc;
    if (n.state >= NOTICE_CONFIRMED || (unsigned)n.attempts + 1 != given->attempt ||
        n.lease_until == INSTANT_NONE)
        return FAIL(e, RC_CONFLICT, "CASE-0008",
                    "notice " STR_FMT " is not leased to this attempt any more",
                    STR_ARG(n.key));
    TRY(store_case_get(w->s, w->a, n.case_id, &c, e));
    rc = life_booking(w, &c, &b, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    TRY(last_door(w, &c, &n, rc == RC_OK ? &b : NULL, &secret, &why, e));
    if (why)
        return FAIL(e, RC_CONFLICT, "CASE-0008",
                    "notice " STR_FMT " may not leave any more: %s", STR_ARG(n.key), why);
    n.state = NOTICE_BEGUN;
    n.attempts++;
    TRY(store_notice_save(w->s, &n, e));
    json_set(w->a, body, "notice", json_string(w->a, n.key));
    json_set(w->a, body, "attempt", json_int(w->a, n.attempts));
    json_set(w->a, body, "channel", json_c(w->a, channel_word((enum channel)n.channel)));
    json_set(w->a, body, "address", json_string(w->a, n.address));
    return work_event(w, EVENT_KIND_NOTICE_ATTEMPT, n.case_id, 0, body, NULL, e);
}

RC casework_outbox_begin(struct casework *c, const struct notice *n, struct err *e)
{
    struct work w;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = work_begin(&w, c, (struct actor){"system"}, &a, e);
    if (rc == RC_OK) rc = work_end(&w, begin(&w, n, e), e);
    arena_done(&a);
    return rc;
}

static RC case_step_to(struct work *w, int64_t id, enum happening h, struct err *e)
{
    struct store_case c;
    TRY(store_case_get(w->s, w->a, id, &c, e));
    struct case_step step = case_next(c.state, h);
    if (!step.allowed || step.next == c.state) return RC_OK;
    c.state = step.next;
    return store_case_save(w->s, &c, e);
}

static RC confirmed(struct work *w, struct store_notice *n, struct err *e)
{
    struct json *body = json_object(w->a);
    n->state = NOTICE_CONFIRMED;
    n->confirmed_at = w->now;
    json_set(w->a, body, "notice", json_string(w->a, n->key));
    json_set(w->a, body, "attempt", json_int(w->a, n->attempts));
    TRY(work_event(w, EVENT_KIND_NOTICE_CONFIRMED, n->case_id, 0, body, NULL, e));
    return n->kind == NOTICE_RELEASE ? case_step_to(w, n->case_id, HAP_NOTICE_CONFIRMED, e)
                                     : RC_OK;
}

/* This address will not do: the next verified one, or a person. */
static RC next_address(struct work *w, struct store_notice *n, struct err *e)
{
    struct store_case c;
    struct store_notice again = {.kind = n->kind,
                                 .triggered_at = n->triggered_at,
                                 .trigger_kind = n->trigger_kind,
                                 .answers = n->answers};
    TRY(store_case_get(w->s, w->a, n->case_id, &c, e));
    if (n->channel == CHANNEL_LETTER)
        return work_alert(
            w, "letter failed", str_c(arena_printf(w->a, "letter/%lld", (long long)n->id)),
            n->case_id, 0,
            STR("a letter to the person could not be made; serve the copy by hand"), e);
    enum rc rc = notices_queue(w, &c, &again, n->position, e);
    return rc == RC_NO ? RC_OK : rc;
}

static RC failed(struct work *w, struct store_notice *n, const char *why, bool final,
                 struct err *e)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "notice", json_string(w->a, n->key));
    json_set(w->a, body, "attempt", json_int(w->a, n->attempts));
    json_set(w->a, body, "why", json_c(w->a, why));
    if (final) json_set(w->a, body, "final", json_bool(w->a, true));
    return work_event(w, EVENT_KIND_NOTICE_FAILED, n->case_id, 0, body, NULL, e);
}

static RC more_addresses(struct work *w, const struct store_notice *n, bool *ret, struct err *e)
{
    const struct store_address *order[32];
    struct store_case c;
    struct store_agency g;
    TRY(store_case_get(w->s, w->a, n->case_id, &c, e));
    TRY(store_agency_get(w->s, w->a, c.agency, &g, e));
    size_t count = notices_order(&g, order, 32);
    *ret =
        n->channel != CHANNEL_LETTER && count > 1 && order[count - 1]->position != n->position;
    return RC_OK;
}

/* A job that waits for a line is looked at every minute while it is fresh, every ten when it is
 * old. */
static int64_t look_again(int64_t age)
{
    int64_t tenth = age / 10;
    return tenth < MINUTES(1) ? MINUTES(1) : tenth > MINUTES(10) ? MINUTES(10) : tenth;
}

static RC ended(struct work *w, struct store_notice *n, enum delivery d, struct err *e)
{
    bool more = false;
    n->next_at = retry_at((unsigned)n->attempts, w->now, random_jitter());
    switch (d) {
    case DELIVERY_CONFIRMED: return confirmed(w, n, e);
    case DELIVERY_UNDERWAY:
        n->state = NOTICE_UNDERWAY;
        n->next_at = w->now + look_again(w->now - n->queued_at);
        return RC_OK;
    case DELIVERY_UNKNOWN:
        n->state = NOTICE_UNKNOWN;
        return failed(w, n,
                      "whether it arrived is not known; the other side is asked before "
                      "anything is sent again",
                      false, e);
    case DELIVERY_FAILED:
        n->state = NOTICE_QUEUED;
        if (n->attempts >= TRIES_BEFORE_NEXT_ADDRESS) TRY(more_addresses(w, n, &more, e));
        TRY(failed(w, n,
                   more ? "the attempt failed; the next address is tried"
                        : "the attempt failed; it is tried again",
                   more, e));
        if (!more) return RC_OK;
        n->state = NOTICE_REFUSED;
        n->why = STR("several attempts failed; the next address is tried");
        return next_address(w, n, e);
    case DELIVERY_REFUSED:
        n->state = NOTICE_REFUSED;
        n->why = STR("the address refused it");
        TRY(failed(w, n, "the address refused it for good", true, e));
        TRY(work_alert(
            w, "address refused", str_c(arena_printf(w->a, "refused/%lld", (long long)n->id)),
            n->case_id, 0,
            str_c(arena_printf(w->a, "the %s " STR_FMT " refused a message of case " STR_FMT,
                               channel_word((enum channel)n->channel), STR_ARG(n->address),
                               STR_ARG(work_case_name(w->a, n->case_id)))),
            e));
        return next_address(w, n, e);
    }
    return FAIL(e, RC_BUG, "STORE-0009", "no such delivery");
}

static RC recalled_too_late(struct work *w, const struct store_notice *n, struct err *e)
{
    return work_alert(
        w, "withdrawn too late", str_c(arena_printf(w->a, "late/%lld", (long long)n->id)),
        n->case_id, 0,
        str_c(arena_printf(w->a,
                           "a %s of case " STR_FMT
                           " had left before it could be taken back; call the agency",
                           notice_kind_word((enum notice_kind)n->kind),
                           STR_ARG(work_case_name(w->a, n->case_id)))),
        e);
}

static RC result(struct work *w, const struct notice *given, enum delivery d,
                 struct str provider_ref, struct str receipt, struct str sha256, struct err *e)
{
    struct store_notice n;
    struct json *body = json_object(w->a), *said;
    struct err ignored;
    enum rc rc = store_notice_get(w->s, w->a, given->id, &n, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0008", "there is no notice %lld",
                    (long long)given->id);
    if (rc != RC_OK) return rc;
    /* A job that is followed and still waits tells nothing new: one receipt says so, not one a
     * minute. */
    bool waits = d == DELIVERY_UNDERWAY && n.state == NOTICE_UNDERWAY &&
                 str_eq(provider_ref, n.provider_ref);
    json_set(w->a, body, "notice", json_string(w->a, n.key));
    json_set(w->a, body, "attempt", json_int(w->a, given->attempt));
    json_set(w->a, body, "receipt",
             json_parse(w->a, receipt, "receipt", NULL, &said, &ignored) == RC_OK
                 ? said
                 : json_string(w->a, receipt.n ? utf8_mend(w->a, receipt) : STR("")));
    SET_TEXT(w->a, body, "provider_ref", provider_ref);
    SET_TEXT(w->a, body, "document_sha256", sha256);
    if (!waits) TRY(work_event(w, EVENT_KIND_NOTICE_RECEIPT, n.case_id, 0, body, NULL, e));
    /* A late word of a worker whose lease ran out changes nothing, except that what arrived has
     * arrived. */
    bool mine = (unsigned)n.attempts == given->attempt && n.state < NOTICE_CONFIRMED;
    if (!mine && !(d == DELIVERY_CONFIRMED && n.state != NOTICE_CONFIRMED)) return RC_OK;
    n.lease_until = INSTANT_NONE;
    if (provider_ref.n) n.provider_ref = provider_ref;
    if (given->recall.n && d != DELIVERY_CONFIRMED && d != DELIVERY_UNDERWAY)
        return refuse_notice(w, &n, str_dupz(w->a, given->recall), e);
    if (given->recall.n && d == DELIVERY_CONFIRMED) TRY(recalled_too_late(w, &n, e));
    TRY(ended(w, &n, d, e));
    return store_notice_save(w->s, &n, e);
}

RC casework_outbox_result(struct casework *c, const struct notice *n, enum delivery d,
                          struct str provider_ref, struct str receipt,
                          struct str document_sha256, struct err *e)
{
    struct work w;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = work_begin(&w, c, (struct actor){"system"}, &a, e);
    if (rc == RC_OK)
        rc = work_end(&w, result(&w, n, d, provider_ref, receipt, document_sha256, e), e);
    arena_done(&a);
    return rc;
}

/* ---- clocks ------------------------------------------------------------------------------ */

static RC late_duties(struct work *w, struct err *e)
{
    struct store_duty *list;
    size_t n;
    TRY(store_duties_due(w->s, w->a, w->now, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct json *body = json_object(w->a);
        list[i].state = DUTY_LATE;
        TRY(store_duty_save(w->s, &list[i], e));
        json_set(w->a, body, "duty", json_string(w->a, list[i].what));
        json_set(w->a, body, "due", work_time_json(w->a, list[i].due));
        TRY(work_event(w, EVENT_KIND_DUTY_LATE, list[i].case_id, 0, body, NULL, e));
        TRY(work_alert(w, "duty late",
                       str_c(arena_printf(w->a, "duty/%lld/" STR_FMT,
                                          (long long)list[i].case_id, STR_ARG(list[i].what))),
                       list[i].case_id, 0,
                       str_c(arena_printf(w->a, "late in case " STR_FMT ": " STR_FMT,
                                          STR_ARG(work_case_name(w->a, list[i].case_id)),
                                          STR_ARG(list[i].what))),
                       e));
    }
    return RC_OK;
}

static RC give_up(struct work *w, struct store_notice *n, struct err *e)
{
    n->state = NOTICE_UNCONFIRMED;
    n->lease_until = INSTANT_NONE;
    n->why = STR("an hour after the release it is still not confirmed");
    TRY(store_notice_save(w->s, n, e));
    TRY(failed(w, n, "closed as not confirmed an hour after the release", true, e));
    return work_alert(
        w, "not confirmed", str_c(arena_printf(w->a, "gaveup/%lld", (long long)n->id)),
        n->case_id, 0,
        str_c(arena_printf(w->a,
                           "the release notice of case " STR_FMT
                           " was never confirmed; tell the agency by telephone and record it",
                           STR_ARG(work_case_name(w->a, n->case_id)))),
        e);
}

static RC unconfirmed(struct work *w, instant *next, struct err *e)
{
    struct store_notice *list;
    struct store_case c;
    struct store_booking b;
    size_t n;
    TRY(store_notices(w->s, w->a, 0, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (list[i].kind != NOTICE_RELEASE) continue;
        TRY(store_case_get(w->s, w->a, list[i].case_id, &c, e));
        enum rc rc = life_booking(w, &c, &b, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_OK && b.left_at != INSTANT_NONE && w->now > b.left_at + NOTICE_GIVES_UP) {
            TRY(give_up(w, &list[i], e));
            continue;
        }
        instant alert = list[i].triggered_at + ALERT_UNCONFIRMED;
        if (w->now < alert) {
            if (alert < *next) *next = alert;
            continue;
        }
        TRY(work_alert(w, "unconfirmed",
                       str_c(arena_printf(w->a, "unconfirmed/%lld/%lld", (long long)c.id,
                                          (long long)list[i].triggered_at)),
                       c.id, 0,
                       str_c(arena_printf(
                           w->a,
                           "ten minutes after the trigger the release notice of case " STR_FMT
                           " is not confirmed; call the agency",
                           STR_ARG(work_case_name(w->a, c.id)))),
                       e));
    }
    return RC_OK;
}

static RC meta_time(struct work *w, const char *name, instant *ret, struct err *e)
{
    struct str text;
    enum rc rc = store_meta_get(w->s, w->a, name, &text, e);
    *ret = INSTANT_NONE;
    if (rc == RC_OK && !str_to_i64(text, ret)) *ret = INSTANT_NONE;
    return rc == RC_NO ? RC_OK : rc;
}

/* The jail's feed is silent when it is three times as late as its last two files were apart,
 * and a quarter of an hour at least. */
static RC silent_feed(struct work *w, struct err *e)
{
    instant last, before;
    TRY(meta_time(w, "import_last", &last, e));
    TRY(meta_time(w, "import_before", &before, e));
    if (last == INSTANT_NONE || before == INSTANT_NONE) return RC_OK;
    int64_t gap = (last - before) * 3 > MINUTES(15) ? (last - before) * 3 : MINUTES(15);
    if (w->now - last <= gap) return RC_OK;
    return work_alert(
        w, "silent feed", str_c(arena_printf(w->a, "feed/%lld", (long long)last)), 0, 0,
        str_c(arena_printf(w->a, "nothing has come from the jail system since " STR_FMT,
                           STR_ARG(work_time(w->a, last)))),
        e);
}

enum { CHECKPOINT_EVENTS = 1000 };
#define CHECKPOINT_EVERY MINUTES(10)

static RC checkpoint_due(struct work *w, bool *ret, struct err *e)
{
    struct store_checkpoint last = {.at = INSTANT_NONE};
    uint64_t size = store_ledger_size(w->s, e);
    enum rc rc = store_checkpoint_last(w->s, w->a, &last, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    *ret = size && (rc == RC_NO || size >= last.size + CHECKPOINT_EVENTS ||
                    (size > last.size && w->now >= last.at + CHECKPOINT_EVERY));
    return RC_OK;
}

static RC tick(struct work *w, instant *next, struct err *e)
{
    instant notice;
    bool due = false;
    struct str note;
    TRY(late_duties(w, e));
    TRY(unconfirmed(w, next, e));
    TRY(silent_feed(w, e));
    TRY(checkpoint_due(w, &due, e));
    if (due) TRY(log_checkpoint(w, &note, e));
    enum rc rc = store_notice_next(w->s, &notice, e);
    if (rc == RC_OK && notice < *next) *next = notice > w->now ? notice : w->now;
    return rc == RC_NO ? RC_OK : rc;
}

RC casework_tick(struct casework *c, instant *ret_next, struct err *e)
{
    struct work w;
    struct arena a;
    arena_init(&a, 0);
    enum rc rc = work_begin(&w, c, (struct actor){"system"}, &a, e);
    if (rc == RC_OK) {
        *ret_next = w.now + MINUTES(1);
        rc = work_end(&w, tick(&w, ret_next, e), e);
    }
    if (rc == RC_OK) rc = trend_daily(c, &a, e);
    if (rc == RC_OK) rc = quarters_publish(c, &a, e);
    if (rc == RC_OK) rc = store_fold(c->store, false, e);
    arena_done(&a);
    return rc;
}
