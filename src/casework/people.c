/* What people decide: which booking it is, the answer to a review, an override by two,
 * disputes, duties, alerts. */
#include "casework/work.h"

static RC done(struct work *w, enum rc rc, struct store_case *k, struct json **ret,
               struct err *e)
{
    if (rc == RC_OK) rc = store_case_get(w->s, w->a, k->id, k, e);
    if (rc == RC_OK) rc = view_case(w, k, ret, e);
    return work_end(w, rc, e);
}

static RC open_case(struct work *w, struct str case_id, struct store_case *k, struct err *e)
{
    TRY(work_case(w, case_id, k, e));
    if (k->state == CASE_CLOSED)
        return FAIL(e, RC_CONFLICT, "CASE-0001", "case " STR_FMT " is closed",
                    STR_ARG(case_id));
    return RC_OK;
}

/* ---- alerts that an act answers ---------------------------------------------------------- */

static RC alert_end(struct work *w, int64_t id, struct str reason, struct err *e)
{
    struct json *body = json_object(w->a);
    TRY(store_alert_close(w->s, id, w->now, w->by, reason, e)); /* RC_NO: none is open */
    json_set(w->a, body, "alert", json_c(w->a, arena_printf(w->a, "%lld", (long long)id)));
    json_set(w->a, body, "reason", json_string(w->a, reason));
    return work_event(w, EVENT_KIND_ALERT_CLOSED, 0, 0, body, NULL, e);
}

/* Who has just done what an alert of the case asked for need not close it as well. */
static RC alerts_answered(struct work *w, int64_t case_id, const char *kind, struct str reason,
                          struct err *e)
{
    struct store_alert *list;
    size_t n;
    TRY(store_alerts(w->s, w->a, case_id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (str_is(list[i].kind, kind)) TRY(alert_end(w, list[i].id, reason, e));
    return RC_OK;
}

/* Nothing of the case waits for a person any more. */
static RC answered(struct work *w, const struct store_case *k, struct str reason, struct err *e)
{
    return k->work_why.n ? RC_OK
                         : alerts_answered(w, k->id, "review at the trigger", reason, e);
}

/* ---- who is meant ------------------------------------------------------------------------ */

static RC confirm_match(struct work *w, struct str case_id, struct str booking,
                        struct str reason, struct store_case *k, struct err *e)
{
    struct store_booking b;
    struct json *body = json_object(w->a);
    TRY(work_role(w, roles_officer, e));
    TRY(open_case(w, case_id, k, e));
    enum rc rc = store_booking_find(w->s, w->a, booking, &b, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking '" STR_FMT "'",
                    STR_ARG(booking));
    if (rc != RC_OK) return rc;
    if (k->match == MATCH_CONFIRMED &&
        k->booking != b.id) /* what waits belongs to the other booking */
        TRY(notices_close(w, k, "a person said that it is another booking", e));
    k->match = MATCH_CONFIRMED;
    k->match_by = w->by;
    k->match_why = reason;
    k->booking = b.id;
    json_set(w->a, body, "booking", json_string(w->a, booking));
    json_set(w->a, body, "reason", json_string(w->a, reason));
    SET_TEXT(w->a, body, "state_id", b.who.state_id);
    TRY(work_event(w, EVENT_KIND_MATCH_CONFIRMED, k->id, b.id, body, NULL, e));
    TRY(store_waiting_drop(w->s, k->id, e));
    TRY(life_matched(w, k, e));
    return answered(w, k, reason, e);
}

RC casework_confirm_match(struct casework *c, struct actor by, struct str case_id,
                          struct str booking, struct str reason, struct arena *a,
                          struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, confirm_match(&w, case_id, booking, reason, &k, e), &k, ret, e);
}

/* ---- resolve, override ------------------------------------------------------------------- */

static const struct answer *answer_to(const struct standing *st, enum ask ask)
{
    for (size_t i = 0; i < st->d.n_answers; i++)
        if (st->d.answers[i].ask == ask) return &st->d.answers[i];
    return NULL;
}

static RC question(struct work *w, struct str case_id, enum ask ask, enum outcome outcome,
                   struct store_case *k, struct standing *st, const struct answer **ret,
                   struct err *e)
{
    TRY(work_role(w, roles_supervisor, e));
    TRY(open_case(w, case_id, k, e));
    TRY(life_standing(w, k, st, e));
    *ret = answer_to(st, ask);
    if (!*ret)
        return FAIL(e, RC_NOTFOUND, "CASE-0005", "case " STR_FMT " does not ask for %s",
                    STR_ARG(case_id), ask_word(ask));
    if (outcome == OUTCOME_REVIEW)
        return FAIL(e, RC_INVALID, "CASE-0005",
                    "review is the question; answer with notify, honor, decline or refer");
    if (!life_may_give(st->facts, *ret, outcome))
        return FAIL(e, RC_DENIED, "CASE-0004", "no person can give %s to %s here: " STR_FMT,
                    outcome_word(outcome), ask_word(ask), STR_ARG((*ret)->why));
    if (!case_next(k->state, HAP_RESOLVED)
             .allowed) /* an override says so to the first of the two, not to the second */
        return FAIL(e, RC_CONFLICT, "CASE-0001",
                    "case " STR_FMT " is %s; first somebody says which booking it is",
                    STR_ARG(case_id), case_state_word(k->state));
    return RC_OK;
}

static struct json *by_hand_body(struct work *w, enum ask ask, enum outcome outcome,
                                 struct str reason)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "ask", json_c(w->a, ask_word(ask)));
    json_set(w->a, body, "outcome", json_c(w->a, outcome_word(outcome)));
    json_set(w->a, body, "reason", json_string(w->a, reason));
    return body;
}

static RC resolve(struct work *w, struct str case_id, enum ask ask, enum outcome outcome,
                  struct str reason, struct store_case *k, struct err *e)
{
    struct standing st;
    const struct answer *ans;
    TRY(question(w, case_id, ask, outcome, k, &st, &ans, e));
    if (ans->outcome != OUTCOME_REVIEW)
        return FAIL(e, RC_CONFLICT, "CASE-0005",
                    "the policy's answer to %s is %s, not review; two people can override it",
                    ask_word(ask), outcome_word(ans->outcome));
    struct store_by_hand h = {.case_id = k->id,
                              .ask = ask,
                              .outcome = outcome,
                              .confirmed = true,
                              .basis = life_basis(w, k, &st),
                              .by = w->by,
                              .reason = reason,
                              .at = w->now};
    TRY(store_by_hand_put(w->s, &h, e));
    TRY(work_event(w, EVENT_KIND_REVIEW_RESOLVED, k->id, k->booking,
                   by_hand_body(w, ask, outcome, reason), NULL, e));
    TRY(life_happens(w, k, HAP_RESOLVED, e));
    return answered(w, k, reason, e);
}

RC casework_resolve(struct casework *c, struct actor by, struct str case_id, enum ask ask,
                    enum outcome outcome, struct str reason, struct arena *a, struct json **ret,
                    struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, resolve(&w, case_id, ask, outcome, reason, &k, e), &k, ret, e);
}

static RC proposal(struct work *w, const struct store_case *k, enum ask ask,
                   struct store_by_hand *ret, struct err *e)
{
    struct store_by_hand *list;
    size_t n;
    TRY(store_by_hand_all(w->s, w->a, k->id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (!list[i].confirmed && list[i].ask == ask) {
            *ret = list[i];
            return RC_OK;
        }
    return RC_NO;
}

static RC override(struct work *w, struct str case_id, enum ask ask, enum outcome outcome,
                   struct str reason, struct store_case *k, struct err *e)
{
    struct standing st;
    const struct answer *ans;
    struct store_by_hand p = {0};
    TRY(question(w, case_id, ask, outcome, k, &st, &ans, e));
    enum rc rc = proposal(w, k, ask, &p, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    struct json *body = by_hand_body(w, ask, outcome, reason);
    struct store_by_hand h = {.case_id = k->id,
                              .ask = ask,
                              .outcome = outcome,
                              .override = true,
                              .basis = life_basis(w, k, &st),
                              .by = w->by,
                              .reason = reason,
                              .at = w->now};
    /* The same outcome over the same facts by another person confirms; anything else is a
     * proposal of its own. */
    bool fits = rc == RC_OK && p.outcome == outcome && str_eq(p.basis, h.basis);
    if (fits && str_eq(p.by, w->by))
        return FAIL(e, RC_DENIED, "CASE-0006",
                    "a second, different person must confirm what " STR_FMT " proposed",
                    STR_ARG(w->by));
    if (!fits) {
        TRY(store_by_hand_put(w->s, &h, e));
        json_set(w->a, body, "first", json_string(w->a, w->by));
        json_set(w->a, body, "why", json_c(w->a, "an override waits for a second person"));
        return work_event(w, EVENT_KIND_REVIEW_OPENED, k->id, k->booking, body, NULL, e);
    }
    h.confirmed = true;
    h.by = p.by;
    h.second = w->by;
    TRY(store_by_hand_put(w->s, &h, e));
    TRY(store_by_hand_drop(w->s, k->id, ask, false, e));
    json_set(w->a, body, "first", json_string(w->a, p.by));
    json_set(w->a, body, "second", json_string(w->a, w->by));
    TRY(work_event(w, EVENT_KIND_DECISION_OVERRIDDEN, k->id, k->booking, body, NULL, e));
    TRY(life_happens(w, k, HAP_RESOLVED, e));
    return answered(w, k, reason, e);
}

RC casework_override(struct casework *c, struct actor by, struct str case_id, enum ask ask,
                     enum outcome outcome, struct str reason, struct arena *a,
                     struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, override(&w, case_id, ask, outcome, reason, &k, e), &k, ret, e);
}

/* ---- disputes ---------------------------------------------------------------------------- */

static RC dispute(struct work *w, struct str case_id, struct str reason, struct store_case *k,
                  struct err *e)
{
    struct json *body = json_object(w->a);
    bool waits;
    TRY(work_case(w, case_id, k, e));
    /* somebody may say it at the door, while the notice is still being tried */
    TRY(notices_wait(w, k, &waits, e));
    if (!waits) TRY(open_case(w, case_id, k, e));
    if (k->disputed) return RC_OK;
    k->disputed = true;
    json_set(w->a, body, "reason", json_string(w->a, reason));
    TRY(work_event(w, EVENT_KIND_DISPUTE_OPENED, k->id, k->booking, body, NULL, e));
    TRY(work_alert(
        w, "identity disputed",
        str_c(arena_printf(w->a, "dispute/%lld/%lld", (long long)k->id, (long long)w->now)),
        k->id, k->booking,
        str_c(arena_printf(
            w->a,
            "the person of case " STR_FMT
            " says that it is someone else; a supervisor must settle it, notices wait",
            STR_ARG(case_id))),
        e));
    if (k->state != CASE_CLOSED) return life_happens(w, k, HAP_FACTS_CHANGED, e);
    TRY(notices_close(w, k, "the person says that it is someone else", e));
    return store_case_save(w->s, k, e);
}

RC casework_dispute(struct casework *c, struct actor by, struct str case_id, struct str reason,
                    struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, dispute(&w, case_id, reason, &k, e), &k, ret, e);
}

/* The person has left meanwhile. What was owed since the trigger is owed again, if its hour has
 * not passed. */
static RC settled_late(struct work *w, struct store_case *k, bool same_person, struct err *e)
{
    struct store_booking b;
    struct standing st;
    TRY(store_case_save(w->s, k, e));
    enum rc rc =
        same_person && k->request_state == REQUEST_OPEN ? life_booking(w, k, &b, e) : RC_NO;
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    TRY(life_shown(w, k, &st, e));
    bool in_time = str_is(b.leave_kind, "released") && b.triggered_at != INSTANT_NONE &&
                   w->now <= b.left_at + NOTICE_GIVES_UP;
    return in_time && life_tells(&st) ? notices_sync(w, k, &b, true, e) : RC_OK;
}

static RC settle(struct work *w, struct str case_id, bool same_person, struct str reason,
                 struct store_case *k, struct err *e)
{
    struct json *body = json_object(w->a);
    TRY(work_role(w, roles_supervisor, e));
    TRY(work_case(w, case_id, k, e));
    if (!k->disputed) TRY(open_case(w, case_id, k, e));
    if (!k->disputed)
        return FAIL(e, RC_CONFLICT, "CASE-0001", "nobody disputes case " STR_FMT,
                    STR_ARG(case_id));
    k->disputed = false;
    json_set(w->a, body, "same_person", json_bool(w->a, same_person));
    json_set(w->a, body, "reason", json_string(w->a, reason));
    TRY(work_event(w, EVENT_KIND_DISPUTE_SETTLED, k->id, k->booking, body, NULL, e));
    TRY(alerts_answered(w, k->id, "identity disputed", reason, e));
    if (k->state == CASE_CLOSED) return settled_late(w, k, same_person, e);
    if (same_person) {
        TRY(life_happens(w, k, HAP_FACTS_CHANGED, e));
        return answered(w, k, reason, e);
    }
    TRY(notices_close(w, k, "the person is someone else", e));
    k->match = MATCH_CONFLICT;
    k->match_by = w->by; /* the program does not match it to this booking again */
    k->match_why = STR("a supervisor found that the person is someone else");
    return life_happens(w, k, HAP_UNMATCHED, e);
}

RC casework_dispute_settle(struct casework *c, struct actor by, struct str case_id,
                           bool same_person, struct str reason, struct arena *a,
                           struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, settle(&w, case_id, same_person, reason, &k, e), &k, ret, e);
}

/* ---- duties, alerts ---------------------------------------------------------------------- */

static RC duty_done(struct work *w, struct str case_id, struct str duty, struct str how,
                    struct store_case *k, struct err *e)
{
    struct store_duty *list;
    struct json *body = json_object(w->a);
    size_t n, i = 0;
    TRY(work_role(w, roles_officer, e));
    TRY(work_case(w, case_id, k, e));
    TRY(store_duties(w->s, w->a, k->id, &list, &n, e));
    while (i < n && !str_eq(list[i].what, duty)) i++;
    if (i == n || list[i].state == DUTY_DONE || list[i].state == DUTY_LAPSED)
        return FAIL(e, RC_NOTFOUND, "CASE-0008",
                    "case " STR_FMT " has no open duty '" STR_FMT "'", STR_ARG(case_id),
                    STR_ARG(duty));
    list[i].state = DUTY_DONE;
    list[i].done_at = w->now;
    list[i].done_by = w->by;
    list[i].how = how;
    TRY(store_duty_save(w->s, &list[i], e));
    json_set(w->a, body, "duty", json_string(w->a, duty));
    json_set(w->a, body, "how", json_string(w->a, how.n ? how : STR("")));
    return work_event(w, EVENT_KIND_DUTY_DONE, k->id, 0, body, NULL, e);
}

RC casework_duty_done(struct casework *c, struct actor by, struct str case_id, struct str duty,
                      struct str how, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    if (how.n) TRY(work_reason(how, "/how", e));
    TRY(work_begin(&w, c, by, a, e));
    return done(&w, duty_done(&w, case_id, duty, how, &k, e), &k, ret, e);
}

/* What the policy's own figures say is its owners' to answer; everything else is the desk's. */
static RC alert_may(struct work *w, int64_t id, struct err *e)
{
    struct store_alert *list;
    size_t n, i = 0;
    TRY(store_alerts(w->s, w->a, 0, &list, &n, e));
    while (i < n && list[i].id != id) i++;
    bool policy = i < n && (str_is(list[i].kind, "trend") || str_is(list[i].kind, "mix"));
    return work_role(w, policy ? roles_policy_owner : roles_officer, e);
}

static RC alert_close(struct work *w, struct str alert_id, struct str reason, struct json **ret,
                      struct err *e)
{
    int64_t id = 0;
    bool number = str_to_i64(alert_id, &id);
    TRY(alert_may(w, id, e));
    enum rc rc = number ? alert_end(w, id, reason, e) : RC_NO;
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0008", "there is no open alert '" STR_FMT "'",
                    STR_ARG(alert_id));
    *ret = json_object(w->a);
    json_set(w->a, *ret, "alert", json_string(w->a, alert_id));
    json_set(w->a, *ret, "closed", json_bool(w->a, true));
    return rc;
}

RC casework_alert_close(struct casework *c, struct actor by, struct str alert_id,
                        struct str reason, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, alert_close(&w, alert_id, reason, ret, e), e);
}
