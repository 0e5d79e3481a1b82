/* The life of a case: a happening goes through the table of custody/case.h, and what the table
 * and the new decision demand is done here. Deciding stores the whole facts and the whole
 * answer in the ledger, so that a replay decides again. */
#include "casework/work.h"
#include "base/hash.h"

static struct str text_of_last(struct work *w, const struct store_case *c, const char *member,
                               struct err *e)
{
    struct store_event ev;
    struct event read;
    if (!c->decision ||
        store_event_get(w->s, w->a, (uint64_t)c->decision - 1, &ev, e) != RC_OK || !ev.text.p)
        return STR("");
    if (event_read(w->a, ev.text, &read, e) != RC_OK) return STR("");
    return work_canonical(w->a, json_get(read.body, member));
}

RC life_booking(struct work *w, const struct store_case *c, struct store_booking *ret,
                struct err *e)
{
    return c->booking ? store_booking_get(w->s, w->a, c->booking, ret, e) : RC_NO;
}

/* A person may answer only where the question is open, and never give what the house's own
 * rules refuse. */
bool life_may_give(const struct facts *f, const struct answer *ans, enum outcome o)
{
    if (o != OUTCOME_NOTIFY && o != OUTCOME_HONOR) return true;
    /* what is honored is a judicial document, and a good one decides itself */
    if (o == OUTCOME_HONOR) return false;
    if (f->match != MATCH_CONFIRMED || f->disputed || f->request.state != REQUEST_OPEN)
        return false;
    if (f->custody != CUSTODY_IN && f->custody != CUSTODY_TRIGGERED) return false;
    if (ans->ask == ASK_HOLD || ans->ask == ASK_TRANSFER || ans->ask == ASK_RELAY ||
        ans->ask == ASK_INFORMATION)
        return false;
    return !str_is(ans->rule, "INV-3"); /* a judicial document that may be good: verify it, then
                                           this decides itself */
}

/* What a person looked at, without the passing of time and the way out of the door: if this
 * changes, they must look again. Two people with the same charges have the same facts; what was
 * said about one is not said about the other. */
struct str life_basis(struct work *w, const struct store_case *c, const struct standing *st)
{
    struct json *o = json_object(w->a);
    const struct facts *f = st->facts;
    char hex[HASH_SIZE * 2 + 1];
    for (size_t i = 0; i < json_len(f->json); i++) {
        const struct json_member *m = &f->json->object.members[i];
        if (!str_is(m->key, "as_of") && !str_is(m->key, "custody"))
            json_set_str(w->a, o, m->key, m->value);
    }
    json_set(w->a, o, "pack", json_string(w->a, st->d.pack_sha256));
    json_set(w->a, o, "booking", json_int(w->a, c->booking));
    return str_dup(w->a, str_c(hash_hex(hash_of(work_canonical(w->a, o)), hex)));
}

static RC by_hand(struct work *w, const struct store_case *c, struct standing *st,
                  struct err *e)
{
    struct store_by_hand *hands;
    size_t n;
    TRY(store_by_hand_all(w->s, w->a, c->id, &hands, &n, e));
    struct str basis = n ? life_basis(w, c, st) : STR("");
    for (size_t i = 0; i < st->d.n_answers; i++) {
        const struct answer *ans = &st->d.answers[i];
        st->now[i] = ans->outcome;
        for (size_t k = 0; k < n; k++) {
            const struct store_by_hand *h = &hands[k];
            if (!h->confirmed || h->ask != ans->ask || !str_eq(h->basis, basis)) continue;
            if (!h->override && ans->outcome != OUTCOME_REVIEW) continue;
            if (!life_may_give(st->facts, ans, h->outcome)) continue;
            st->now[i] = h->outcome;
            st->by[i] = h->by;
        }
    }
    return RC_OK;
}

/* No policy is in force: what has no open matter stays closed, all else waits for a person. */
void life_decide(struct arena *a, struct pack_run *run, const struct facts *f,
                 struct decision *ret)
{
    bool closed = f->custody == CUSTODY_RELEASED || f->custody == CUSTODY_TRANSFERRED ||
                  f->custody == CUSTODY_NEVER || f->request.state != REQUEST_OPEN;
    if (run) {
        decide(a, run, f, false, ret);
        return;
    }
    *ret = (struct decision){.pack_id = STR("none"),
                             .pack_version = STR("none"),
                             .pack_sha256 = STR(""),
                             .as_of = f->as_of_text,
                             .n_answers = f->request.n_asks};
    for (size_t i = 0; i < f->request.n_asks; i++)
        ret->answers[i] =
            (struct answer){.ask = f->request.asks[i],
                            .outcome = closed ? OUTCOME_DECLINE : OUTCOME_REVIEW,
                            .rule = closed ? STR("INV-1") : STR("INV-6"),
                            .why = closed ? STR("There is no open matter.")
                                          : STR("No policy is in force; a person decides.")};
}

/* A policy that cannot be loaded is no policy: everything waits for a person, and a person is
 * told. */
static RC policy_of_now(struct work *w, struct pack_run **ret, struct err *e)
{
    struct err why;
    enum rc rc = packs_in_force(w, ret, &why);
    if (rc == RC_OK || rc == RC_NO) return RC_OK;
    if (rc == RC_IO || rc == RC_BUSY) {
        *e = why;
        return rc;
    }
    *ret = NULL;
    return work_alert(
        w, "policy broken",
        str_c(arena_printf(w->a, "policy/%lld", (long long)(w->now / HOURS(1)))), 0, 0,
        str_c(arena_printf(
            w->a,
            "the policy in force cannot be loaded, every decision waits for a person: %s [%s]",
            why.text, why.id)),
        e);
}

RC life_standing(struct work *w, const struct store_case *c, struct standing *ret,
                 struct err *e)
{
    struct pack_run *run;
    struct facts *f = arena_new(w->a, struct facts);
    *ret = (struct standing){.facts = f};
    enum rc rc = life_booking(w, c, &ret->booking, e);
    if (rc != RC_OK && rc != RC_NO) return rc;
    ret->booked = rc == RC_OK;
    TRY(policy_of_now(w, &run, e));
    TRY(facts_of_case(w, c, ret->booked ? &ret->booking : NULL, run ? pack_run_pack(run) : NULL,
                      f, e));
    life_decide(w->a, run, f, &ret->d);
    return by_hand(w, c, ret, e);
}

/* What stood when the last decision was recorded: for a case whose person has left, that is
 * what was done. RC_NO: none, or expunged. Decided again from its own facts and pack, which the
 * ledger's replay shows to be the same. */
static RC stood(struct work *w, const struct store_case *c, struct standing *ret, struct err *e)
{
    struct store_event ev;
    struct event read;
    struct kept_pack *pack;
    struct facts *f = arena_new(w->a, struct facts);
    if (!c->decision) return RC_NO;
    TRY(store_event_get(w->s, w->a, (uint64_t)c->decision - 1, &ev, e));
    if (!ev.text.p) return RC_NO;
    TRY(event_read(w->a, ev.text, &read, e));
    const struct json *decided = json_get(json_get(read.body, "decision"), "pack");
    TRY(facts_read(w->a, json_get(read.body, "facts"), f, e));
    enum rc rc =
        packs_find(w, json_text(decided, "id"), json_text(decided, "version"), &pack, e);
    if (rc != RC_OK && rc != RC_NO && rc != RC_NOTFOUND) return rc;
    *ret = (struct standing){.facts = f};
    life_decide(w->a, rc == RC_OK ? pack->run : NULL, f, &ret->d);
    return by_hand(w, c, ret, e);
}

RC life_shown(struct work *w, const struct store_case *c, struct standing *ret, struct err *e)
{
    enum rc rc = c->state == CASE_CLOSED && c->request_state == REQUEST_OPEN
                     ? stood(w, c, ret, e)
                     : RC_NO;
    return rc == RC_NO ? life_standing(w, c, ret, e) : rc;
}

bool life_tells(const struct standing *st)
{
    for (size_t i = 0; i < st->d.n_answers; i++) {
        enum ask k = st->d.answers[i].ask;
        if ((k == ASK_NOTIFY || k == ASK_HOLD || k == ASK_TRANSFER) &&
            (st->now[i] == OUTCOME_NOTIFY || st->now[i] == OUTCOME_HONOR))
            return true;
    }
    return false;
}

static RC record(struct work *w, struct store_case *c, const struct standing *st, struct err *e)
{
    struct json *body = json_object(w->a), *decision = decision_json(w->a, &st->d);
    uint64_t index;
    /* The same facts at the same instant under the same pack: nothing new to record. */
    if (c->decided_at == w->now &&
        str_eq(text_of_last(w, c, "facts", e), work_canonical(w->a, st->facts->json)) &&
        str_eq(text_of_last(w, c, "decision", e), work_canonical(w->a, decision)))
        return RC_OK;
    json_set_str(w->a, body, STR("facts"), (struct json *)(uintptr_t)st->facts->json);
    json_set(w->a, body, "decision", decision);
    TRY(work_event(w, EVENT_KIND_DECISION_MADE, c->id, c->booking, body, &index, e));
    c->decision = (int64_t)index + 1;
    c->decided_at = w->now;
    return RC_OK;
}

/* Something for a person to look at? The first open question says what. */
static void work_list(struct work *w, struct store_case *c, const struct standing *st)
{
    c->work_why = STR("");
    for (size_t i = 0; i < st->d.n_answers && !c->work_why.n; i++)
        if (st->now[i] == OUTCOME_REVIEW)
            c->work_why =
                str_c(arena_printf(w->a, "%s: " STR_FMT, ask_word(st->d.answers[i].ask),
                                   STR_ARG(st->d.answers[i].why)));
}

static RC alert_review(struct work *w, const struct store_case *c,
                       const struct store_booking *b, struct err *e)
{
    struct str name = str_c(arena_printf(w->a, "review-at-trigger/%lld/%lld", (long long)c->id,
                                         (long long)b->triggered_at));
    return work_alert(
        w, "review at the trigger", name, c->id, 0,
        str_c(arena_printf(w->a, "a release has begun and case " STR_FMT " waits for a person",
                           STR_ARG(work_case_name(w->a, c->id)))),
        e);
}

/* The agency was told that this person leaves, and now nobody would tell it: paper cannot be
 * called back, a person can call. */
static RC told_before(struct work *w, const struct store_case *c, const struct store_booking *b,
                      struct err *e)
{
    struct store_notice *list;
    size_t n;
    bool told = false;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        told |= list[i].kind == NOTICE_RELEASE && list[i].triggered_at == b->triggered_at &&
                list[i].state == NOTICE_CONFIRMED;
    if (!told) return RC_OK;
    return work_alert(
        w, "told before",
        str_c(
            arena_printf(w->a, "told/%lld/%lld", (long long)c->id, (long long)b->triggered_at)),
        c->id, 0,
        str_c(arena_printf(w->a,
                           "the agency was told of the release in case " STR_FMT
                           ", and that does not stand any more; call the agency and record it",
                           STR_ARG(work_case_name(w->a, c->id)))),
        e);
}

/* What must follow from a decision, whatever brought it about. */
static RC follow(struct work *w, struct store_case *c, const struct standing *st,
                 unsigned effects, struct err *e)
{
    const struct store_booking *b = st->booked ? &st->booking : NULL;
    bool here = !b || b->custody == CUSTODY_IN || b->custody == CUSTODY_TRIGGERED;
    work_list(w, c, st);
    if (b && c->match == MATCH_CONFIRMED)
        TRY(notices_sync(w, c, b,
                         b->custody == CUSTODY_TRIGGERED && c->request_state == REQUEST_OPEN &&
                             life_tells(st),
                         e));
    if (b && b->custody == CUSTODY_TRIGGERED && c->request_state == REQUEST_OPEN &&
        !life_tells(st))
        TRY(told_before(w, c, b, e));
    if (b && b->custody == CUSTODY_TRIGGERED && c->work_why.n) TRY(alert_review(w, c, b, e));
    if (here && c->match == MATCH_CONFIRMED && c->request_state == REQUEST_OPEN)
        TRY(notices_person(w, c, st, e));
    TRY(notices_unsay(w, c, st, e));
    if (effects & DO_ANSWER) TRY(notices_answer(w, c, st, e));
    return RC_OK;
}

static RC matched_event(struct work *w, const struct store_case *c, const struct identity *who,
                        struct err *e)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "match", json_c(w->a, match_word(c->match)));
    json_set(w->a, body, "why", json_string(w->a, c->match_why));
    SET_TEXT(w->a, body, "booking", who ? who->booking_number : STR(""));
    SET_TEXT(w->a, body, "state_id",
             who ? who->state_id : STR("")); /* the same person in another booking */
    return work_event(w, EVENT_KIND_MATCH_FOUND, c->id, c->booking, body, NULL, e);
}

static RC wait_or_not(struct work *w, const struct store_case *c, const struct identity *who,
                      struct err *e)
{
    struct store_waiting wait = {c->id, who->booking_number, who->state_id,
                                 store_name_key(w->a, who->family, who->given)};
    if (c->match != MATCH_CONFIRMED && c->state != CASE_CLOSED && !c->match_by.n)
        return store_waiting_set(w->s, &wait, e);
    return store_waiting_drop(w->s, c->id, e);
}

RC life_match(struct work *w, struct store_case *c, struct err *e)
{
    struct store_booking *list;
    struct json *body;
    size_t n;
    if (c->match_by.n || !c->body.n) return RC_OK; /* a person has said which one it is */
    TRY(json_parse(w->a, c->body, "request", NULL, &body, e));
    struct identity who = facts_subject(body);
    TRY(store_candidates(w->s, w->a, &who, &list, &n, e));
    struct identity *ids = arena_array(w->a, struct identity, n + 1);
    for (size_t i = 0; i < n; i++) ids[i] = list[i].who;
    struct match_result m = match_identity(w->a, &who, ids, n);
    const struct store_booking *found = m.booking < n ? &list[m.booking] : NULL;
    bool same = c->match == m.match && c->booking == (found ? found->id : 0) && c->match_why.n;
    c->match = m.match;
    c->match_why = m.why.n ? m.why : STR("nothing agrees");
    c->booking = found ? found->id : 0;
    TRY(wait_or_not(w, c, &who, e));
    return same ? RC_OK : matched_event(w, c, found ? &found->who : NULL, e);
}

/* The end of a case. A release notice owed since the trigger goes on being tried for an hour,
 * if the person left by release. */
static RC close_case(struct work *w, struct store_case *c, enum happening h, struct err *e)
{
    struct store_duty *duties;
    size_t n;
    if (h != HAP_RELEASED) TRY(notices_close(w, c, "the request has ended", e));
    TRY(store_waiting_drop(w->s, c->id, e));
    TRY(store_duties(w->s, w->a, c->id, &duties, &n, e));
    for (size_t i = 0; i < n; i++) {
        /* serving a copy is still possible after a release */
        if (duties[i].state != DUTY_OPEN || h == HAP_RELEASED) continue;
        duties[i].state = DUTY_LAPSED;
        TRY(store_duty_save(w->s, &duties[i], e));
    }
    c->work_why = STR("");
    return RC_OK;
}

static RC released_untold(struct work *w, const struct store_case *c,
                          const struct store_booking *b, struct err *e)
{
    struct store_notice *list;
    size_t n;
    if (b->triggered_at != INSTANT_NONE || c->match != MATCH_CONFIRMED ||
        c->request_state != REQUEST_OPEN)
        return RC_OK;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == NOTICE_RELEASE) return RC_OK;
    if (!str_is(c->told, "") && str_find(c->told, STR("\"notify\"")) < 0 &&
        str_find(c->told, STR("\"honor\"")) < 0)
        return RC_OK;
    return work_alert(
        w, "released without a trigger",
        str_c(arena_printf(w->a, "untold/%lld", (long long)c->id)), c->id, b->id,
        str_c(arena_printf(
            w->a,
            "the release was reported without a trigger; no notice went out in case " STR_FMT,
            STR_ARG(work_case_name(w->a, c->id)))),
        e);
}

static bool has_left(enum happening h)
{
    return h == HAP_RELEASED || h == HAP_TRANSFERRED || h == HAP_DIED || h == HAP_ESCAPED;
}

static RC custody_ends(struct work *w, struct store_case *c, const struct standing *st,
                       enum happening h, struct err *e)
{
    if (!st->booked) return RC_OK;
    if (has_left(h) && c->match != MATCH_CONFIRMED &&
        c->request_state == REQUEST_OPEN) /* unknown is never a silent no */
        return work_alert(w, "left unmatched",
                          str_c(arena_printf(w->a, "unmatched/%lld", (long long)c->id)), c->id,
                          c->booking,
                          str_c(arena_printf(w->a,
                                             "the person to whom case " STR_FMT
                                             " may belong has left before anybody confirmed "
                                             "it; look whether it means another",
                                             STR_ARG(work_case_name(w->a, c->id)))),
                          e);
    if (h == HAP_RELEASED) return released_untold(w, c, &st->booking, e);
    if (h == HAP_HOSPITAL || has_left(h))
        return work_alert(
            w, "custody",
            str_c(arena_printf(w->a, "custody/%lld/%d/%lld", (long long)c->id, (int)h,
                               (long long)w->now)),
            c->id, c->booking,
            str_c(arena_printf(w->a, "%s: look whether case " STR_FMT " asks to be told",
                               h == HAP_DIED          ? "death in custody"
                               : h == HAP_TRANSFERRED ? "transfer to other custody"
                               : h == HAP_ESCAPED     ? "escape"
                                                      : "hospital",
                               STR_ARG(work_case_name(w->a, c->id)))),
            e);
    return RC_OK;
}

RC life_happens(struct work *w, struct store_case *c, enum happening h, struct err *e)
{
    struct case_step step = case_next(c->state, h);
    struct standing st;
    if (!step.allowed)
        return FAIL(e, RC_CONFLICT, "CASE-0001",
                    "case " STR_FMT " is %s; that cannot happen to it now",
                    STR_ARG(work_case_name(w->a, c->id)), case_state_word(c->state));
    c->state = step.next;
    if (step.effects & DO_MATCH) {
        TRY(life_match(w, c, e));
        if (c->match == MATCH_CONFIRMED && c->state == CASE_RECEIVED)
            return life_matched(w, c, e);
    }
    /* The decision of now, whatever happened: it costs little and is never stale. When the
     * person has left there is nothing to decide any more: what stood at that moment is what
     * was done, and stays to be read. */
    bool left = has_left(h);
    TRY(life_standing(w, c, &st, e));
    if (!left || !c->decision) {
        TRY(record(w, c, &st, e));
        TRY(follow(w, c, &st, step.effects, e));
    }
    if (left) c->work_why = STR(""); /* an open question has no object any more */
    TRY(custody_ends(w, c, &st, h, e));
    if (step.effects & DO_CLOSE) TRY(close_case(w, c, h, e));
    return store_case_save(w->s, c, e);
}

RC life_matched(struct work *w, struct store_case *c, struct err *e)
{
    struct store_booking b;
    TRY(life_happens(w, c, c->match == MATCH_CONFIRMED ? HAP_MATCHED : HAP_UNMATCHED, e));
    enum rc rc = life_booking(w, c, &b, e);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    /* Asked while a release is under way: what is owed is owed at once. */
    if (b.custody == CUSTODY_TRIGGERED && c->state == CASE_DECIDED)
        return life_happens(w, c, HAP_TRIGGERED, e);
    return RC_OK;
}

static RC one_of_booking(struct work *w, int64_t id, int64_t booking, enum happening h,
                         bool rematch, struct json *list, struct err *e)
{
    struct store_case c;
    TRY(store_case_get(w->s, w->a, id, &c, e));
    if (rematch) {
        enum match before = c.match;
        TRY(life_match(w, &c, e));
        if (c.match != before || c.booking != booking) TRY(life_matched(w, &c, e));
        /* it is about somebody else; what happened did not happen to them */
        if (c.booking != booking) return RC_OK;
    }
    TRY(life_happens(w, &c, h, e));
    if (!list) return RC_OK;
    struct json *o = json_object(w->a);
    json_set(w->a, o, "case", json_string(w->a, work_case_name(w->a, c.id)));
    json_set(w->a, o, "state", json_c(w->a, case_state_word(c.state)));
    json_set(w->a, o, "what", json_string(w->a, view_what(w, &c)));
    json_add(w->a, list, o);
    return RC_OK;
}

/* The report stands; a person must look at this case. */
static RC could_not(struct work *w, int64_t id, const struct err *why, struct err *e)
{
    struct store_case c;
    TRY(store_case_get(w->s, w->a, id, &c, e));
    c.work_why = str_c(arena_printf(w->a, "could not be decided: %s", why->text));
    TRY(store_case_save(w->s, &c, e));
    return work_alert(
        w, "could not be decided",
        str_c(arena_printf(w->a, "undecided/%lld/%lld", (long long)id, (long long)w->now)), id,
        0,
        str_c(arena_printf(w->a, "case " STR_FMT ": %s [%s]", STR_ARG(work_case_name(w->a, id)),
                           why->text, why->id)),
        e);
}

RC life_of_booking(struct work *w, int64_t booking, enum happening h, bool rematch,
                   struct json *ret_list, size_t *ret_n, struct err *e)
{
    int64_t *ids;
    size_t n;
    TRY(store_cases_open_at(w->s, w->a, booking, &ids, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct err why;
        TRY(store_mark(w->s, e));
        enum rc rc = one_of_booking(w, ids[i], booking, h, rematch, ret_list, &why);
        if (rc == RC_OK) {
            TRY(store_mark_keep(w->s, e));
            continue;
        }
        /* a broken disk fails here as well, and then the whole report does */
        TRY(store_mark_undo(w->s, e));
        if (rc == RC_CONFLICT && str_is(str_c(why.id), "CASE-0001"))
            continue; /* means nothing to a case in that state */
        TRY(could_not(w, ids[i], &why, e));
    }
    if (ret_n) *ret_n = n;
    return RC_OK;
}
