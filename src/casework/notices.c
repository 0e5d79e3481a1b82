/* What is owed to whom: release notices, answers to the agency, the person's copy, corrections.
 * Queued in the transaction of the decision, to a verified address of the agency that asked and
 * to no other. */
#include "casework/work.h"

static RC queued_event(struct work *w, const struct store_notice *n, struct err *e)
{
    struct json *body = json_object(w->a);
    json_set(w->a, body, "notice", json_string(w->a, n->key));
    json_set(w->a, body, "kind", json_c(w->a, notice_kind_word((enum notice_kind)n->kind)));
    json_set(w->a, body, "channel", json_c(w->a, channel_word((enum channel)n->channel)));
    json_set(w->a, body, "address", json_string(w->a, n->address));
    json_set(w->a, body, "decision", json_int(w->a, n->decision - 1));
    SET_TEXT(w->a, body, "answers", n->answers);
    return work_event(w, EVENT_KIND_NOTICE_QUEUED, n->case_id, 0, body, NULL, e);
}

/* The verified addresses of an agency in the order in which they are tried: fax first, then as
 * the agency listed them. */
size_t notices_order(const struct store_agency *g, const struct store_address **ret, size_t max)
{
    size_t n = 0;
    for (int fax = 1; fax >= 0; fax--)
        for (size_t i = 0; i < g->n && n < max; i++)
            if (g->addresses[i].verified_by.n &&
                (g->addresses[i].channel == CHANNEL_FAX) == (fax == 1))
                ret[n++] = &g->addresses[i];
    return n;
}

/* Unique, because every queued notice is itself an event: the index of that event. */
static struct str next_key(struct work *w, const struct store_notice *n, struct err *e)
{
    return str_c(arena_printf(
        w->a, STR_FMT "-%s-%llu", STR_ARG(work_case_name(w->a, n->case_id)),
        n->kind == NOTICE_PERSON_COPY ? "copy" : notice_kind_word((enum notice_kind)n->kind),
        (unsigned long long)store_ledger_size(w->s, e)));
}

static RC add(struct work *w, struct store_notice *n, struct err *e)
{
    n->state = NOTICE_QUEUED;
    n->queued_at = n->next_at = w->now;
    n->key = next_key(w, n, e);
    TRY(store_notice_add(w->s, n, e));
    return queued_event(w, n, e);
}

RC notices_queue(struct work *w, const struct store_case *c, struct store_notice *n, int after,
                 struct err *e)
{
    const struct store_address *order[32];
    struct store_agency g;
    TRY(store_agency_get(w->s, w->a, c->agency, &g, e));
    size_t count = notices_order(&g, order, 32), i = 0;
    while (after >= 0 && i < count && order[i]->position != after) i++;
    if (after >= 0) i++;
    if (i >= count) {
        TRY(work_alert(
            w, "no address left",
            str_c(arena_printf(w->a, "address/%lld/%d/%lld/%d", (long long)c->id, n->kind,
                               (long long)n->triggered_at, after)),
            c->id, 0,
            str_c(arena_printf(w->a,
                               "no verified address of " STR_FMT
                               " is left for the %s of case " STR_FMT
                               "; tell them by telephone and record it",
                               STR_ARG(g.name), notice_kind_word((enum notice_kind)n->kind),
                               STR_ARG(work_case_name(w->a, c->id)))),
            e));
        return RC_NO;
    }
    n->case_id = c->id;
    n->decision = c->decision;
    n->channel = order[i]->channel;
    n->position = order[i]->position;
    n->address = order[i]->address;
    return add(w, n, e);
}

RC notices_withdraw(struct work *w, struct store_notice *n, const char *why, struct err *e)
{
    struct json *body = json_object(w->a);
    bool may_have_left =
        n->state == NOTICE_BEGUN || n->state == NOTICE_UNDERWAY || n->state == NOTICE_UNKNOWN;
    n->state = NOTICE_WITHDRAWN;
    n->lease_until = INSTANT_NONE;
    n->why = str_c(why);
    TRY(store_notice_save(w->s, n, e));
    json_set(w->a, body, "notice", json_string(w->a, n->key));
    json_set(w->a, body, "why", json_c(w->a, why));
    json_set(w->a, body, "may_have_left", json_bool(w->a, may_have_left));
    TRY(work_event(w, EVENT_KIND_NOTICE_WITHDRAWN, n->case_id, 0, body, NULL, e));
    if (!may_have_left) return RC_OK;
    return work_alert(
        w, "withdrawn too late", str_c(arena_printf(w->a, "late/%lld", (long long)n->id)),
        n->case_id, 0,
        str_c(arena_printf(w->a,
                           "a %s of case " STR_FMT " may have left before it was withdrawn: %s",
                           notice_kind_word((enum notice_kind)n->kind),
                           STR_ARG(work_case_name(w->a, n->case_id)), why)),
        e);
}

static bool is_open(const struct store_notice *n) { return n->state < NOTICE_CONFIRMED; }

/* One release notice a trigger, if it is owed; none that waits, if it is not. What has begun is
 * not taken back here. */
RC notices_sync(struct work *w, const struct store_case *c, const struct store_booking *b,
                bool owed, struct err *e)
{
    struct store_notice *list;
    size_t n;
    bool there = false;
    /* see close_case: tried for an hour more */
    bool left_owed = b->custody == CUSTODY_RELEASED;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (list[i].kind != NOTICE_RELEASE) continue;
        bool this_trigger =
            list[i].triggered_at == b->triggered_at && b->triggered_at != INSTANT_NONE;
        there |= this_trigger && list[i].state != NOTICE_WITHDRAWN;
        if ((!owed || !this_trigger) && !left_owed && list[i].state == NOTICE_QUEUED)
            TRY(notices_withdraw(w, &list[i],
                                 this_trigger ? "the decision of now does not permit it"
                                              : "the trigger was taken back",
                                 e));
    }
    if (!owed || there) return RC_OK;
    struct store_notice add_one = {.kind = NOTICE_RELEASE,
                                   .triggered_at = b->triggered_at,
                                   .trigger_kind = b->trigger_kind};
    enum rc rc = notices_queue(w, c, &add_one, -1, e);
    return rc == RC_NO ? RC_OK : rc;
}

RC notices_correct(struct work *w, const struct store_case *c, instant triggered_at,
                   struct err *e)
{
    struct store_notice *list,
        add_one = {.kind = NOTICE_WITHDRAWAL, .triggered_at = triggered_at};
    size_t n;
    bool told = false;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (list[i].triggered_at != triggered_at) continue;
        if (list[i].kind == NOTICE_WITHDRAWAL && list[i].state != NOTICE_WITHDRAWN)
            return RC_OK;
        if (list[i].kind != NOTICE_RELEASE) continue;
        if (list[i].state == NOTICE_QUEUED)
            TRY(notices_withdraw(w, &list[i], "the trigger was taken back", e));
        else
            told |= list[i].state == NOTICE_CONFIRMED || is_open(&list[i]);
    }
    if (!told) return RC_OK;
    enum rc rc = notices_queue(w, c, &add_one, -1, e);
    return rc == RC_NO ? RC_OK : rc;
}

RC notices_close(struct work *w, const struct store_case *c, const char *why, struct err *e)
{
    struct store_notice *list;
    size_t n;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (!is_open(&list[i])) continue;
        /* a correction is owed whatever comes */
        if (list[i].kind == NOTICE_WITHDRAWAL) continue;
        if (list[i].state == NOTICE_QUEUED) TRY(notices_withdraw(w, &list[i], why, e));
    }
    return RC_OK;
}

RC notices_wait(struct work *w, const struct store_case *c, bool *ret, struct err *e)
{
    struct store_notice *list;
    size_t n;
    *ret = false;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++) *ret |= list[i].kind == NOTICE_RELEASE && is_open(&list[i]);
    return RC_OK;
}

/* ---- answers -------------------------------------------------------------------------- */

static const struct json *told_of(const struct json *told, enum ask ask)
{
    for (size_t i = 0; i < json_len(told); i++)
        if (str_is(json_text(json_at(told, i), "ask"), ask_word(ask))) return json_at(told, i);
    return NULL;
}

static struct json *answer_json(struct arena *a, const struct answer *ans, enum outcome now)
{
    struct json *o = json_object(a), *cites = json_array(a);
    json_set(a, o, "ask", json_c(a, ask_word(ans->ask)));
    json_set(a, o, "outcome", json_c(a, outcome_word(now)));
    for (size_t i = 0; i < ans->n_citations; i++)
        json_add(a, cites, json_string(a, ans->citations[i]));
    json_set(a, o, "citations", cites);
    return o;
}

static RC drop_unsent_answers(struct work *w, const struct store_case *c, struct err *e)
{
    struct store_notice *list;
    size_t n;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (list[i].kind == NOTICE_ANSWER && list[i].state == NOTICE_QUEUED)
            TRY(notices_withdraw(w, &list[i], "a newer answer takes its place", e));
    return RC_OK;
}

/* What an answer says, does it stand? */
static RC stands_now(struct work *w, const struct store_notice *n, const struct standing *st,
                     bool *ret, struct err *e)
{
    struct json *said;
    TRY(json_parse(w->a, n->answers, "answers", NULL, &said, e));
    *ret = true;
    for (size_t i = 0; i < st->d.n_answers; i++) {
        const struct json *one = told_of(said, st->d.answers[i].ask);
        if (one && !str_is(json_text(one, "outcome"), outcome_word(st->now[i]))) *ret = false;
    }
    return RC_OK;
}

/* What the agency knows: the last word to each ask of all answers that were not taken back. */
static RC told_really(struct work *w, const struct store_notice *list, size_t n,
                      const struct standing *st, struct str *ret, struct err *e)
{
    struct json *told = json_array(w->a), *said;
    for (size_t i = 0; i < st->d.n_answers; i++) {
        struct json *last = NULL;
        for (size_t k = 0; k < n; k++) {
            if (list[k].kind != NOTICE_ANSWER || list[k].state == NOTICE_WITHDRAWN) continue;
            TRY(json_parse(w->a, list[k].answers, "answers", NULL, &said, e));
            const struct json *one = told_of(said, st->d.answers[i].ask);
            if (one) last = (struct json *)(uintptr_t)one;
        }
        if (last) json_add(w->a, told, last);
    }
    *ret = json_len(told) ? work_canonical(w->a, told) : STR("");
    return RC_OK;
}

RC notices_unsay(struct work *w, struct store_case *c, const struct standing *st, struct err *e)
{
    struct store_notice *list;
    size_t n;
    bool stands, unsaid = false;
    TRY(store_notices(w->s, w->a, c->id, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (list[i].kind != NOTICE_ANSWER || list[i].state != NOTICE_QUEUED) continue;
        TRY(stands_now(w, &list[i], st, &stands, e));
        if (stands) continue;
        TRY(notices_withdraw(w, &list[i], "what it says does not stand any more", e));
        unsaid = true;
    }
    return unsaid ? told_really(w, list, n, st, &c->told, e) : RC_OK;
}

RC notices_answer(struct work *w, struct store_case *c, const struct standing *st,
                  struct err *e)
{
    struct json *told = NULL, *next = json_array(w->a);
    struct store_notice n = {.kind = NOTICE_ANSWER, .triggered_at = INSTANT_NONE};
    bool news = false;
    for (size_t i = 0; i < st->d.n_answers; i++)
        if (st->now[i] != OUTCOME_REVIEW)
            json_add(w->a, next, answer_json(w->a, &st->d.answers[i], st->now[i]));
    /* nothing to tell, or told already */
    if (!json_len(next) || str_eq(c->told, work_canonical(w->a, next))) return RC_OK;
    n.answers = work_canonical(w->a, next); /* what stands, and nothing that is open again */
    next = json_array(w->a);
    if (c->told.n) TRY(json_parse(w->a, c->told, "told", NULL, &told, e));
    for (size_t i = 0; i < st->d.n_answers; i++) {
        const struct answer *ans = &st->d.answers[i];
        const struct json *before = told_of(told, ans->ask);
        if (st->now[i] == OUTCOME_REVIEW) {
            /* told once, open again: nothing new to tell yet */
            if (before) json_add(w->a, next, (struct json *)(uintptr_t)before);
            continue;
        }
        news |= !before || !str_is(json_text(before, "outcome"), outcome_word(st->now[i]));
        json_add(w->a, next, answer_json(w->a, ans, st->now[i]));
    }
    if (!news) return RC_OK;
    TRY(drop_unsent_answers(w, c, e));
    c->told = work_canonical(w->a, next);
    enum rc rc = notices_queue(w, c, &n, -1, e);
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- the person -------------------------------------------------------------------------- */

static RC open_duty(struct work *w, const struct store_case *c, const struct obligation *o,
                    bool *ret_new, struct err *e)
{
    struct store_duty d = {.case_id = c->id,
                           .what = o->duty,
                           .citation = o->citation,
                           .since = w->now,
                           .due = INSTANT_NONE,
                           .done_at = INSTANT_NONE,
                           .state = DUTY_OPEN};
    struct json *body = json_object(w->a);
    if (o->within_hours > 0) d.due = c->received_at + (int64_t)(o->within_hours * 3600000.0);
    /* matched late: the clock starts now */
    if (d.due != INSTANT_NONE && d.due < w->now)
        d.due = w->now + (int64_t)(o->within_hours * 3600000.0);
    enum rc rc = store_duty_add(w->s, &d, e);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    *ret_new = true;
    json_set(w->a, body, "duty", json_string(w->a, d.what));
    json_set(w->a, body, "due", work_time_json(w->a, d.due));
    return work_event(w, EVENT_KIND_DUTY_OPENED, c->id, 0, body, NULL, e);
}

RC notices_person(struct work *w, const struct store_case *c, const struct standing *st,
                  struct err *e)
{
    struct store_notice n = {.case_id = c->id,
                             .kind = NOTICE_PERSON_COPY,
                             .channel = CHANNEL_LETTER,
                             .address = STR("person in custody"),
                             .triggered_at = INSTANT_NONE,
                             .decision = c->decision};
    bool news = false;
    for (size_t i = 0; i < st->d.n_answers; i++) {
        /* one list for all asks */
        if (i && st->d.answers[i].obligations == st->d.answers[0].obligations) continue;
        for (size_t k = 0; k < st->d.answers[i].n_obligations; k++)
            TRY(open_duty(w, c, &st->d.answers[i].obligations[k], &news, e));
    }
    return news ? add(w, &n, e) : RC_OK;
}
