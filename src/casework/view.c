/* Cases, notices and alerts as people and machines see them (docs/casework.md). */
#include "casework/work.h"

static RC last_event(struct work *w, const struct store_case *c, struct event *ret,
                     struct err *e)
{
    struct store_event ev;
    if (!c->decision) return RC_NO;
    TRY(store_event_get(w->s, w->a, (uint64_t)c->decision - 1, &ev, e));
    if (!ev.text.p) return RC_NO;
    return event_read(w->a, ev.text, ret, e);
}

RC view_decision(struct work *w, const struct store_case *c, struct json **ret, struct err *e)
{
    struct event ev;
    enum rc rc = last_event(w, c, &ev, e);
    *ret = rc == RC_OK ? json_get(ev.body, "decision") : NULL;
    return rc == RC_NO ? RC_OK : rc;
}

struct str view_what(struct work *w, const struct store_case *c)
{
    if (c->work_why.n)
        return str_c(arena_printf(w->a, "a person must look - " STR_FMT, STR_ARG(c->work_why)));
    if (c->request_state == REQUEST_CANCELLED)
        return STR("nothing - the agency cancelled the request");
    if (c->request_state == REQUEST_SUPERSEDED)
        return STR("nothing - a newer request took its place");
    switch (c->state) {
    case CASE_RECEIVED: return STR("wait - no booking is confirmed yet");
    case CASE_MATCHED: return STR("wait - it is being decided");
    case CASE_DECIDED:
        return str_find(c->told, STR("\"outcome\":\"notify\"")) >= 0 ||
                       str_find(c->told, STR("\"outcome\":\"honor\"")) >= 0
                   ? STR("nothing now - the agency is told when a release begins")
                   : STR("nothing - declined; the release takes its course");
    case CASE_TRIGGERED:
        return STR("nothing - a release has begun; what is owed is in the outbox");
    case CASE_NOTICED:
        return STR("nothing - the agency was told; the release takes its course");
    case CASE_CLOSED: return STR("nothing - closed");
    }
    return STR("");
}

struct json *view_notice(struct arena *a, const struct store_notice *n)
{
    static const char *const words[] = {"queued",    "begun",     "underway", "unknown",
                                        "confirmed", "withdrawn", "refused",  "not confirmed"};
    struct json *o = json_object(a);
    json_set(a, o, "notice", json_c(a, arena_printf(a, "%lld", (long long)n->id)));
    json_set(a, o, "case", json_string(a, work_case_name(a, n->case_id)));
    json_set(a, o, "kind", json_c(a, notice_kind_word((enum notice_kind)n->kind)));
    json_set(a, o, "channel", json_c(a, channel_word((enum channel)n->channel)));
    json_set(a, o, "address", json_string(a, n->address));
    json_set(a, o, "state", json_c(a, words[n->state]));
    json_set(a, o, "attempts", json_int(a, n->attempts));
    json_set(a, o, "queued_at", work_time_json(a, n->queued_at));
    if (n->state < NOTICE_CONFIRMED) json_set(a, o, "next_at", work_time_json(a, n->next_at));
    json_set(a, o, "confirmed_at", work_time_json(a, n->confirmed_at));
    json_set(a, o, "key", json_string(a, n->key));
    SET_TEXT(a, o, "provider_ref", n->provider_ref);
    SET_TEXT(a, o, "why", n->why);
    return o;
}

static struct json *alert_json(struct work *w, const struct store_alert *al)
{
    struct json *o = json_object(w->a);
    struct store_booking b;
    struct err ignored;
    json_set(w->a, o, "alert", json_c(w->a, arena_printf(w->a, "%lld", (long long)al->id)));
    json_set(w->a, o, "kind", json_string(w->a, al->kind));
    json_set(w->a, o, "text", json_string(w->a, al->text));
    if (al->case_id)
        json_set(w->a, o, "case", json_string(w->a, work_case_name(w->a, al->case_id)));
    if (al->booking && store_booking_get(w->s, w->a, al->booking, &b, &ignored) == RC_OK)
        json_set(w->a, o, "booking", json_string(w->a, b.who.booking_number));
    json_set(w->a, o, "raised_at", work_time_json(w->a, al->raised_at));
    return o;
}

static RC alerts_json(struct work *w, int64_t case_id, struct json **ret, struct err *e)
{
    struct store_alert *list;
    size_t n;
    TRY(store_alerts(w->s, w->a, case_id, &list, &n, e));
    *ret = json_array(w->a);
    for (size_t i = 0; i < n; i++) json_add(w->a, *ret, alert_json(w, &list[i]));
    return RC_OK;
}

static RC notices_json(struct work *w, int64_t case_id, struct json **ret, struct err *e)
{
    struct store_notice *list;
    size_t n;
    TRY(store_notices(w->s, w->a, case_id, &list, &n, e));
    *ret = json_array(w->a);
    for (size_t i = 0; i < n; i++) json_add(w->a, *ret, view_notice(w->a, &list[i]));
    return RC_OK;
}

static RC duties_json(struct work *w, int64_t case_id, struct json **ret, struct err *e)
{
    static const char *const words[] = {"open", "done", "late", "lapsed"};
    struct store_duty *list;
    size_t n;
    TRY(store_duties(w->s, w->a, case_id, &list, &n, e));
    *ret = json_array(w->a);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(w->a);
        struct duty d = {.what = list[i].what,
                         .since = list[i].since,
                         .due = list[i].due,
                         .state = (enum duty_state)list[i].state};
        json_set(w->a, o, "duty", json_string(w->a, list[i].what));
        json_set(w->a, o, "since", work_time_json(w->a, list[i].since));
        json_set(w->a, o, "due", work_time_json(w->a, list[i].due));
        json_set(w->a, o, "state", json_c(w->a, words[duty_at(&d, w->now)]));
        SET_TEXT(w->a, o, "citation", list[i].citation);
        SET_TEXT(w->a, o, "done_by", list[i].done_by);
        SET_TEXT(w->a, o, "how", list[i].how);
        json_add(w->a, *ret, o);
    }
    return RC_OK;
}

/* What stands now: the decision with what a person made of it. */
static RC answers_json(struct work *w, const struct store_case *c, struct json *o,
                       struct err *e)
{
    struct store_by_hand *hands;
    struct standing st;
    struct json *list = json_array(w->a), *proposals = json_array(w->a);
    size_t n;
    TRY(life_shown(w, c, &st, e));
    for (size_t i = 0; i < st.d.n_answers; i++) {
        const struct answer *ans = &st.d.answers[i];
        struct json *v = json_object(w->a), *cites = json_array(w->a);
        json_set(w->a, v, "ask", json_c(w->a, ask_word(ans->ask)));
        json_set(w->a, v, "outcome", json_c(w->a, outcome_word(st.now[i])));
        json_set(w->a, v, "rule", json_string(w->a, ans->rule));
        json_set(w->a, v, "why", json_string(w->a, ans->why));
        for (size_t k = 0; k < ans->n_citations; k++)
            json_add(w->a, cites, json_string(w->a, ans->citations[k]));
        json_set(w->a, v, "citations", cites);
        json_set(w->a, v, "by", json_string(w->a, st.by[i].n ? st.by[i] : STR("policy")));
        json_add(w->a, list, v);
    }
    json_set(w->a, o, "answers", list);
    TRY(store_by_hand_all(w->s, w->a, c->id, &hands, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (hands[i].confirmed) continue;
        struct json *v = json_object(w->a);
        json_set(w->a, v, "ask", json_c(w->a, ask_word(hands[i].ask)));
        json_set(w->a, v, "outcome", json_c(w->a, outcome_word(hands[i].outcome)));
        json_set(w->a, v, "by", json_string(w->a, hands[i].by));
        json_set(w->a, v, "at", work_time_json(w->a, hands[i].at));
        SET_TEXT(w->a, v, "reason", hands[i].reason);
        json_add(w->a, proposals, v);
    }
    json_set(w->a, o, "proposals", proposals);
    return RC_OK;
}

static const char *request_state_text(enum request_state s)
{
    return s == REQUEST_OPEN ? "open" : s == REQUEST_CANCELLED ? "cancelled" : "superseded";
}

static struct json *person_json(struct arena *a, const struct store_booking *b)
{
    struct json *v = json_object(a);
    char day[24];
    json_set(a, v, "booking", json_string(a, b->who.booking_number));
    SET_TEXT(a, v, "family", b->who.family);
    SET_TEXT(a, v, "given", b->who.given);
    if (b->who.birth_date != DAYS_UNKNOWN)
        json_set(a, v, "birth_date",
                 json_string(a, str_dup(a, str_c(date_print(b->who.birth_date, day)))));
    return v;
}

static RC custody_json(struct work *w, const struct store_case *c, struct json *o,
                       struct err *e)
{
    struct store_booking b;
    enum rc rc = life_booking(w, c, &b, e);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    struct json *v = json_object(w->a);
    json_set(w->a, o, "booking", json_string(w->a, b.who.booking_number));
    json_set(w->a, v, "state", json_c(w->a, custody_word(b.custody)));
    json_set(w->a, v, "booked_at", work_time_json(w->a, b.booked_at));
    json_set(w->a, v, "triggered_at", work_time_json(w->a, b.triggered_at));
    SET_TEXT(w->a, v, "trigger_kind", b.trigger_kind);
    json_set(w->a, v, "left_at", work_time_json(w->a, b.left_at));
    SET_TEXT(w->a, v, "leave_kind", b.leave_kind);
    json_set(w->a, o, "custody", v);
    if (!c->body.n) return RC_OK; /* what the case knew of the person is forgotten */
    v = person_json(w->a, &b);
    SET_TEXT(w->a, v, "state_id", b.who.state_id);
    SET_TEXT(w->a, v, "middle", b.who.middle);
    SET_TEXT(w->a, v, "sex", b.who.sex);
    json_set(w->a, v, "booked_at", work_time_json(w->a, b.booked_at));
    json_set(w->a, o, "person", v);
    return RC_OK;
}

static RC candidates_json(struct work *w, const struct json *request, struct json *o,
                          struct err *e)
{
    struct store_booking *list;
    struct json *all = json_array(w->a);
    struct identity who = facts_subject(request);
    size_t n;
    TRY(store_candidates(w->s, w->a, &who, &list, &n, e));
    for (size_t i = 0; i < n && i < 10; i++) json_add(w->a, all, person_json(w->a, &list[i]));
    json_set(w->a, o, "candidates", all);
    return RC_OK;
}

void view_head(struct work *w, const struct store_case *c, struct json *o)
{
    struct arena *a = w->a;
    json_set(a, o, "case", json_string(a, work_case_name(a, c->id)));
    json_set(a, o, "state", json_c(a, case_state_word(c->state)));
    json_set(a, o, "what", json_string(a, view_what(w, c)));
    json_set(a, o, "work_list", json_bool(a, c->work_why.n != 0));
    SET_TEXT(a, o, "work_why", c->work_why);
    json_set(a, o, "agency", json_string(a, c->agency));
    json_set(a, o, "agency_reference", json_string(a, c->reference));
    json_set(a, o, "form", json_string(a, c->form));
    json_set(a, o, "received_at", work_time_json(a, c->received_at));
    json_set(a, o, "request_state", json_c(a, request_state_text(c->request_state)));
    json_set(a, o, "match", json_c(a, match_word(c->match)));
}

static RC parts_json(struct work *w, const struct store_case *c, struct json *o, struct err *e)
{
    struct json *v, *request = NULL;
    if (c->body.n) TRY(json_parse(w->a, c->body, "request", NULL, &request, e));
    json_set(w->a, o, "request", request);
    TRY(view_decision(w, c, &v, e));
    json_set(w->a, o, "decision", v);
    if (c->body.n) TRY(answers_json(w, c, o, e));
    if (request && c->match != MATCH_CONFIRMED && c->state != CASE_CLOSED)
        TRY(candidates_json(w, request, o, e));
    TRY(duties_json(w, c->id, &v, e));
    json_set(w->a, o, "duties", v);
    TRY(notices_json(w, c->id, &v, e));
    json_set(w->a, o, "notices", v);
    TRY(alerts_json(w, c->id, &v, e));
    json_set(w->a, o, "alerts", v);
    return RC_OK;
}

RC view_case(struct work *w, const struct store_case *c, struct json **ret, struct err *e)
{
    struct arena *a = w->a;
    struct json *o = json_object(a), *told = NULL;
    struct store_agency g;
    view_head(w, c, o);
    if (store_agency_get(w->s, a, c->agency, &g, e) == RC_OK)
        json_set(a, o, "agency_name", json_string(a, g.name));
    SET_TEXT(a, o, "match_why", c->match_why);
    SET_TEXT(a, o, "match_by", c->match_by);
    json_set(a, o, "disputed", json_bool(a, c->disputed));
    json_set(a, o, "dropped", json_int(a, c->dropped));
    TRY(custody_json(w, c, o, e));
    if (c->decision)
        json_set(a, o, "decision_id",
                 json_c(a, arena_printf(a, "%lld", (long long)c->decision - 1)));
    json_set(a, o, "decided_at", work_time_json(a, c->decided_at));
    if (c->told.n) TRY(json_parse(a, c->told, "told", NULL, &told, e));
    json_set(a, o, "told", told);
    if (c->supersedes)
        json_set(a, o, "supersedes", json_string(a, work_case_name(a, c->supersedes)));
    if (c->superseded_by)
        json_set(a, o, "superseded_by", json_string(a, work_case_name(a, c->superseded_by)));
    TRY(parts_json(w, c, o, e));
    *ret = o;
    return RC_OK;
}

/* ---- the verbs that look ----------------------------------------------------------------- */

RC view_read(struct work *w, int64_t case_id, const char *what, struct err *e)
{
    struct looks *l = w->c->looks;
    if (w->looking) {
        arena_push(w->a, l->items, l->n, l->cap);
        l->items[l->n++] = (struct look){work_case_name(w->a, case_id), what};
        return RC_OK;
    }
    struct json *body = json_object(w->a);
    json_set(w->a, body, "what", json_c(w->a, what));
    return work_event(w, EVENT_KIND_RECORD_READ, case_id, 0, body, NULL, e);
}

RC casework_case(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                 struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k;
    TRY(work_look(&w, c, by, a, e));
    enum rc rc = work_case(&w, case_id, &k, e);
    if (rc == RC_OK) rc = view_case(&w, &k, ret, e);
    if (rc == RC_OK) rc = view_read(&w, k.id, "case", e);
    return work_end(&w, rc, e);
}

static RC filter_read(struct work *w, const struct case_filter *f,
                      struct store_case_filter *ret, struct err *e)
{
    enum case_state state;
    struct store_booking b;
    *ret = (struct store_case_filter){.state = -1,
                                      .agency = str_c(f->agency),
                                      .work_only = f->work_list_only,
                                      .limit = f->limit > 0 ? f->limit : 1000};
    if (f->state && *f->state) {
        if (!case_state_from_word(str_c(f->state), &state))
            return FAIL(e, RC_INVALID, "CASE-0001",
                        "'%s' is no state; it is received, matched, decided, triggered, "
                        "noticed or closed",
                        f->state);
        ret->state = (int)state;
    }
    if (!f->booking || !*f->booking) return RC_OK;
    enum rc rc = store_booking_find(w->s, w->a, str_c(f->booking), &b, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking '%s'", f->booking);
    ret->booking = rc == RC_OK ? b.id : 0;
    return rc;
}

static RC cases_json(struct work *w, const struct case_filter *f, struct json **ret,
                     struct err *e)
{
    struct store_case_filter filter;
    struct store_case *list;
    struct json *all = json_array(w->a);
    struct store_booking b;
    size_t n;
    TRY(filter_read(w, f, &filter, e));
    TRY(store_cases(w->s, w->a, &filter, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(w->a);
        view_head(w, &list[i], o);
        if (life_booking(w, &list[i], &b, e) == RC_OK)
            json_set(w->a, o, "booking", json_string(w->a, b.who.booking_number));
        json_add(w->a, all, o);
        TRY(view_read(w, list[i].id, "list", e));
    }
    *ret = json_object(w->a);
    json_set(w->a, *ret, "cases", all);
    return RC_OK;
}

RC casework_cases(struct casework *c, struct actor by, const struct case_filter *f,
                  struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_look(&w, c, by, a, e));
    return work_end(&w, cases_json(&w, f, ret, e), e);
}

RC casework_alerts(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct work w = {.c = c, .s = c->store, .a = a, .now = clock_now(&c->clock)};
    struct json *list;
    TRY(alerts_json(&w, 0, &list, e));
    *ret = json_object(a);
    json_set(a, *ret, "alerts", list);
    return RC_OK;
}

RC casework_notices(struct casework *c, struct actor by, struct str case_id, struct arena *a,
                    struct json **ret, struct err *e)
{
    struct work w;
    struct store_case k = {0};
    struct json *list;
    TRY(work_look(&w, c, by, a, e));
    enum rc rc = case_id.n ? work_case(&w, case_id, &k, e) : RC_OK;
    if (rc == RC_OK) rc = notices_json(&w, k.id, &list, e);
    if (rc == RC_OK && k.id) rc = view_read(&w, k.id, "notices", e);
    if (rc == RC_OK) {
        *ret = json_object(a);
        json_set(a, *ret, "notices", list);
    }
    return work_end(&w, rc, e);
}

RC casework_stats(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct store_count counts[24];
    struct str last;
    instant at;
    int64_t ms;
    size_t n = 24;
    TRY(store_counts(c->store, counts, &n, e));
    *ret = json_object(a);
    for (size_t i = 0; i < n; i++) json_set(a, *ret, counts[i].name, json_int(a, counts[i].n));
    enum rc rc = store_meta_get(c->store, a, "import_last", &last, e);
    if (rc == RC_OK && str_to_i64(last, &ms)) {
        at = ms;
        json_set(a, *ret, "last_import", work_time_json(a, at));
    }
    return rc == RC_NO ? RC_OK : rc;
}
