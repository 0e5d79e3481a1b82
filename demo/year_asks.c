/* See year_jail.h: requests, and what people make of them. */
#include "year_jail.h"
#include <string.h>

static const char *const agencies[] = {"field-office", "field-office-2", "marshals",
                                       "neighbour-county"};
static const double agency_weights[] = {72, 16, 7, 5};
enum { MARSHALS = 2, NEIGHBOUR = 3 };

/* ---- how many, when ---------------------------------------------------------------------- */

static double day_weight(const struct jail *j, int64_t day)
{
    double weekend = j->m.request_weekend / 2, weekday = (1 - j->m.request_weekend) / 5;
    return date_weekday(day) >= 6 ? weekend : weekday;
}

static double factor_on(const struct jail *j, int64_t day)
{
    return day >= j->setup->change ? j->setup->volume_factor : 1;
}

void asks_of_month(struct jail *j, int64_t first)
{
    int64_t year;
    int month, of_month;
    double weights[31], whole = 0, here = 0;
    date_civil(first, &year, &month, &of_month);
    int64_t day_one = first - of_month + 1;
    size_t n = (size_t)date_month_days(year, month);
    for (size_t i = 0; i < n; i++) {
        int64_t day = day_one + (int64_t)i;
        bool inside = day >= first && day < j->setup->from + j->setup->days;
        whole += day_weight(j, day);
        weights[i] = inside ? day_weight(j, day) * factor_on(j, day) : 0;
        here += weights[i];
    }
    uint32_t count = chance_count(&j->agencies, j->setup->requests_a_month * here / whole,
                                  j->m.request_index);
    for (uint32_t i = 0; i < count; i++) {
        int64_t day = day_one + (int64_t)chance_weighted(&j->agencies, weights, n);
        int64_t hour = (int64_t)chance_weighted(&j->agencies, j->m.request_hour, 24);
        jail_later(
            j, jail_local(j, day, HOURS(hour) + (int64_t)chance_below(&j->agencies, 3600000)),
            ASKED, NOBODY);
    }
}

/* ---- the paper --------------------------------------------------------------------------- */

static struct json *paper(struct jail *j, const struct asked *q)
{
    struct arena *a = &j->scratch;
    struct json *list = json_array(a), *d = json_object(a);
    json_set(a, d, "kind",
             json_c(a, q->judicial ? "judicial warrant" : "administrative warrant"));
    json_set(a, d, "form",
             json_c(a, q->judicial     ? "AO 442"
                       : q->number % 3 ? "I-200"
                                       : "I-205"));
    json_set(a, d, "issuer",
             json_c(a, q->judicial ? "federal judge or magistrate" : "immigration officer"));
    json_set(a, d, "state", json_c(a, "active"));
    json_set(a, d, "criminal", json_bool(a, q->judicial));
    if (q->judicial) {
        json_set(a, d, "verified", json_bool(a, q->number % 5 != 0));
        json_set(a, d, "for_this_person", json_bool(a, true));
    }
    json_add(a, list, d);
    return list;
}

static struct json *subject(struct jail *j, const struct asked *q)
{
    struct arena *a = &j->scratch;
    struct json *s = json_object(a);
    struct identity id = people_identity(j, q->person, a);
    char day[24];
    bool number = !q->stranger && q->number % 10 < 7,
         state_id = !q->stranger && q->number % 5 < 3;
    if (number)
        json_set(a, s, "booking_number", json_c(a, people_number(a, q->year, q->serial)));
    if (state_id) json_set(a, s, "state_id", json_string(a, id.state_id));
    json_set(a, s, "family", json_string(a, id.family));
    json_set(a, s, "given", json_string(a, id.given));
    json_set(a, s, "birth_date",
             json_c(a, arena_strdup(
                           a, date_print(id.birth_date - (q->wrong_birth ? 4018 : 0), day))));
    return s;
}

static const char *reference(struct arena *a, const struct asked *q, int version)
{
    return version ? arena_printf(a, "R-%06u-%c", q->number, 'A' + version - 1)
                   : arena_printf(a, "R-%06u", q->number);
}

static struct json *request_json(struct jail *j, const struct asked *q, const char *replaces)
{
    struct arena *a = &j->scratch;
    struct json *r = json_object(a), *asks = json_array(a);
    char text[40];
    json_set(a, r, "agency", json_c(a, agencies[q->agency]));
    json_set(a, r, "reference", json_c(a, reference(a, q, q->version)));
    json_set(a, r, "form",
             json_c(a, q->telephone             ? "telephone"
                       : q->judicial            ? "court document"
                       : q->agency == NEIGHBOUR ? "letter"
                                                : "I-247A"));
    json_set(a, r, "received_at", json_c(a, arena_strdup(a, instant_utc(q->at, text))));
    for (int k = 0; k < ASK_COUNT; k++)
        if (q->asks & 1u << k) json_add(a, asks, json_c(a, ask_word((enum ask)k)));
    json_set(a, r, "asks", asks);
    json_set(a, r, "written", json_bool(a, !q->telephone));
    json_set(a, r, "signed", json_bool(a, !q->telephone && q->number % 20 != 0));
    json_set(a, r, "complete", json_bool(a, q->number % 12 != 0));
    json_set(a, r, "subject", subject(j, q));
    if (q->documents) json_set(a, r, "documents", paper(j, q));
    if (replaces) json_set(a, r, replaces, json_c(a, reference(a, q, q->version - 1)));
    return r;
}

/* ---- what follows ------------------------------------------------------------------------ */

static instant after(struct jail *j, double median_hours, double sigma)
{
    return j->clock.now + MINUTES(1) +
           (int64_t)(chance_lognormal(&j->luck, median_hours, sigma) * 3600000);
}

static void maybe(struct jail *j, double p, double median_hours, double sigma, enum what what,
                  uint32_t r)
{
    if (chance_is(&j->luck, p)) jail_later(j, after(j, median_hours, sigma), what, r);
}

static bool answers_review(const struct json *view)
{
    const struct json *list = json_get(view, "answers");
    for (size_t i = 0; i < json_len(list); i++)
        if (str_is(json_text(json_at(list, i), "ask"), "notify") &&
            str_is(json_text(json_at(list, i), "outcome"), "review"))
            return true;
    return false;
}

/* Officers serve the copy within hours, a few the day after, some never. */
static void serve_later(struct jail *j, uint32_t r)
{
    double when = chance_unit(&j->luck);
    if (when < 0.93)
        jail_later(j, after(j, 5, 0.7), SERVED, r);
    else if (when < 0.98)
        jail_later(j, after(j, 34, 0.3), SERVED, r);
}

static void officers_follow(struct jail *j, uint32_t r, const struct json *view)
{
    const struct asked *q = &j->asked[r];
    bool confirmed = str_is(json_text(view, "match"), "confirmed");
    if (confirmed)
        serve_later(j, r);
    else if (!q->stranger)
        maybe(j, 0.75, 3, 0.9, MATCHED, r);
    /* the agency learns that it is nobody here */
    if (!confirmed) jail_later(j, after(j, 24 * 14, 0.4), CANCELLED, r);
    if (answers_review(view)) maybe(j, 0.8, 4, 1, RESOLVED, r);
    for (uint32_t n = 1 + chance_poisson(&j->luck, 1.5); n; n--) maybe(j, 1, 8, 1.5, LOOKED, r);
}

static void agencies_follow(struct jail *j, uint32_t r)
{
    const struct asked *q = &j->asked[r];
    maybe(j, 0.05, 12, 0.8, AGAIN, r);
    maybe(j, 0.04, 30, 0.9, AMENDED, r);
    maybe(j, 0.04, 60, 1, CANCELLED, r);
    maybe(j, 0.03, 70, 0.9, REISSUED, r);
    maybe(j, 0.015, 10, 0.8, DISPUTED, r);
    maybe(j, 0.02, 14, 0.9, FIRST_OF_TWO, r);
    if (q->stay != NOBODY && chance_is(&j->luck, 0.006))
        jail_later(j, j->stays[q->stay].left_at + HOURS(24 * 30), FORGET, r);
}

static RC send(struct jail *j, uint32_t r, const char *replaces, struct err *e)
{
    struct json *view;
    struct asked *q = &j->asked[r];
    TRY(casework_request(j->c, year_officer, request_json(j, q, replaces), &j->scratch, &view,
                         e));
    struct str id = json_text(view, "case");
    memcpy(q->case_id, id.p, id.n < sizeof q->case_id ? id.n : sizeof q->case_id - 1);
    j->counts->requests++;
    j->outbox_waits = true;
    officers_follow(j, r, view);
    return RC_OK;
}

static void draw_paper(struct jail *j, struct asked *q)
{
    struct chance *c = &j->agencies;
    q->agency = (int)chance_weighted(c, agency_weights, 4);
    q->telephone = chance_is(c, 0.02);
    q->wrong_birth = !q->stranger && chance_is(c, 0.03);
    q->judicial = q->agency == MARSHALS;
    q->documents =
        !q->telephone && (q->judicial || (q->agency != NEIGHBOUR && chance_is(c, 0.85)));
    q->asks = 1u << ASK_NOTIFY;
    if (q->judicial)
        q->asks |= 1u << ASK_TRANSFER;
    else if (q->agency != NEIGHBOUR && chance_is(c, 0.6))
        q->asks |= 1u << ASK_HOLD;
    if (q->agency < MARSHALS && chance_is(c, 0.08)) q->asks |= 1u << ASK_INTERVIEW;
    j->counts->telephone += q->telephone;
    j->counts->conflicting += q->wrong_birth;
    j->counts->unmatched += q->stranger;
}

RC asks_new(struct jail *j, struct err *e)
{
    struct chance *c = &j->agencies;
    double share =
        j->setup->violent_share - (j->clock.now >= j->change ? j->setup->mix_drift : 0);
    bool violent = chance_is(c, share);
    struct asked q = {.number = ++j->number,
                      .at = j->clock.now - MINUTES(1 + chance_below(c, 40)),
                      .stay = NOBODY,
                      .stranger = chance_is(c, 0.03)};
    if (!q.stranger) q.stay = people_pick(j, violent);
    if (!q.stranger && q.stay == NOBODY) q.stay = people_pick(j, !violent);
    if (q.stay == NOBODY) {
        q.stranger = true;
        q.person = 0xf0000000u + q.number;
    } else {
        struct stay *s = &j->stays[q.stay];
        people_out(j, q.stay);
        s->asked = true;
        q.person = s->person;
        q.serial = s->serial;
        q.year = s->year;
    }
    draw_paper(j, &q);
    arena_push(&j->keep, j->asked, j->n_asked, j->cap_asked);
    uint32_t r = (uint32_t)j->n_asked++;
    j->asked[r] = q;
    TRY(send(j, r, NULL, e));
    agencies_follow(j, r);
    return RC_OK;
}

RC asks_again(struct jail *j, uint32_t r, enum what what, struct err *e)
{
    struct asked *q = &j->asked[r];
    struct json *view;
    if (q->ended) return RC_OK;
    if (what == AGAIN) { /* the same paper comes through the fax machine once more */
        LIFE(casework_request(j->c, year_officer,
                              request_json(j, q, q->version ? "amends" : NULL), &j->scratch,
                              &view, e));
        j->counts->duplicates++;
        return RC_OK;
    }
    if (what == CANCELLED) {
        struct arena *a = &j->scratch;
        struct json *o = json_object(a);
        char text[40];
        json_set(a, o, "agency", json_c(a, agencies[q->agency]));
        json_set(a, o, "reference", json_c(a, arena_printf(a, "R-%06u-X", q->number)));
        json_set(a, o, "received_at",
                 json_c(a, arena_strdup(a, instant_utc(j->clock.now, text))));
        json_set(a, o, "cancels", json_c(a, reference(a, q, q->version)));
        LIFE(casework_request(j->c, year_officer, o, a, &view, e));
        j->counts->cancelled++;
        q->ended = true;
        return RC_OK;
    }
    if (q->version == 3) return RC_OK;
    q->version++;
    q->at = j->clock.now - MINUTES(5);
    if (what == AMENDED) {
        q->asks ^= 1u << ASK_HOLD;
        if (q->judicial || q->agency == NEIGHBOUR) q->asks |= 1u << ASK_NOTIFY;
        j->counts->amended++;
    } else {
        q->wrong_birth = false; /* issued anew because something was wrong with it */
        q->telephone = false;
        j->counts->reissued++;
    }
    return send(j, r, what == AMENDED ? "amends" : "supersedes", e);
}

/* ---- people ------------------------------------------------------------------------------ */

static RC serve(struct jail *j, const struct asked *q, struct err *e)
{
    static const char *const how[] = {"handed over and read aloud", "handed over, in Spanish",
                                      "handed over with an interpreter by telephone",
                                      "handed over"};
    struct json *view = NULL, *ignored;
    LIFE(casework_case(j->c, year_officer, str_c(q->case_id), &j->scratch, &view, e));
    const struct json *list = json_get(view, "duties");
    for (size_t i = 0; i < json_len(list); i++) {
        struct str state = json_text(json_at(list, i), "state");
        if (!str_is(state, "open") && !str_is(state, "late")) continue;
        LIFE(casework_duty_done(
            j->c, year_officer, str_c(q->case_id), json_text(json_at(list, i), "duty"),
            str_c(how[chance_below(&j->luck, 4)]), &j->scratch, &ignored, e));
        j->counts->duties_done++;
    }
    return RC_OK;
}

static bool about_violence(const struct jail *j, const struct asked *q)
{
    return q->stay != NOBODY && j->stays[q->stay].violent;
}

static RC look(struct jail *j, const struct asked *q, struct err *e)
{
    static const double weights[] = {50, 20, 15, 10, 5};
    const struct actor who[] = {year_officer, year_clerk, year_auditor, year_attorney,
                                year_supervisor};
    struct json *view;
    size_t i = chance_weighted(&j->luck, weights, 5);
    j->counts->reads++;
    if (chance_is(&j->luck, 0.2))
        LIFE(casework_notices(j->c, who[i], str_c(q->case_id), &j->scratch, &view, e));
    else
        LIFE(casework_case(j->c, who[i], str_c(q->case_id), &j->scratch, &view, e));
    return RC_OK;
}

static RC match_by_person(struct jail *j, uint32_t r, struct err *e)
{
    struct asked *q = &j->asked[r];
    struct json *view = NULL;
    LIFE(casework_confirm_match(
        j->c, year_officer, str_c(q->case_id),
        str_c(people_number(&j->scratch, q->year, q->serial)),
        STR("photograph and fingerprints compared; the date of birth in the request is a slip"),
        &j->scratch, &view, e));
    if (!view) return RC_OK;
    j->counts->confirmed_by_person++;
    j->outbox_waits = true;
    serve_later(j, r);
    if (answers_review(view)) maybe(j, 0.8, 4, 1, RESOLVED, r);
    return RC_OK;
}

static RC resolve(struct jail *j, const char *id, bool violent, struct err *e)
{
    struct json *view = NULL;
    bool tell = chance_is(&j->luck, violent ? 0.75 : 0.2);
    LIFE(casework_resolve(j->c, year_supervisor, str_c(id), ASK_NOTIFY,
                          tell ? OUTCOME_NOTIFY : OUTCOME_DECLINE,
                          tell ? STR("the record shows violence against a person")
                               : STR("nothing violent or serious is known"),
                          &j->scratch, &view, e));
    j->counts->reviews += view != NULL;
    j->outbox_waits = true;
    return RC_OK;
}

RC asks_person(struct jail *j, uint32_t r, enum what what, struct err *e)
{
    struct asked *q = &j->asked[r];
    struct str id = str_c(q->case_id);
    struct json *view = NULL;
    struct arena *a = &j->scratch;
    const struct actor two = what == SECOND_OF_TWO ? year_second : year_supervisor;
    if (what == SERVED) return serve(j, q, e);
    if (what == LOOKED) return look(j, q, e);
    if (what == MATCHED) return match_by_person(j, r, e);
    if (what == RESOLVED) return resolve(j, q->case_id, about_violence(j, q), e);
    j->outbox_waits = true;
    if (what == DISPUTED) {
        LIFE(casework_dispute(j->c, year_officer, id,
                              STR("says that the warrant is for a cousin of the same name"), a,
                              &view, e));
        if (view) jail_later(j, after(j, 4, 0.6), SETTLED, r);
        j->counts->disputes += view != NULL;
    } else if (what == SETTLED) {
        LIFE(casework_dispute_settle(j->c, year_supervisor, id, chance_is(&j->luck, 0.7),
                                     STR("fingerprints compared at the desk"), a, &view, e));
    } else if (what == FIRST_OF_TWO || what == SECOND_OF_TWO) {
        LIFE(casework_override(j->c, two, id, ASK_NOTIFY, OUTCOME_DECLINE,
                               STR("the charge was filed in error, as the prosecutor wrote"), a,
                               &view, e));
        if (view && what == FIRST_OF_TWO) maybe(j, 0.8, 0.7, 0.5, SECOND_OF_TWO, r);
        j->counts->overrides += view && what == SECOND_OF_TWO;
    } else if (what == FORGET || what == FORGOTTEN) {
        LIFE(casework_expunge(j->c, what == FORGET ? year_supervisor : year_admin,
                              str_c(people_number(a, q->year, q->serial)),
                              STR("order to seal, district court"), a, &view, e));
        if (view && what == FORGET) jail_later(j, after(j, 3, 0.5), FORGOTTEN, r);
        j->counts->forgotten += view && what == FORGOTTEN;
        q->ended |= what == FORGOTTEN;
    }
    return RC_OK;
}

/* A case that goes on waiting after two answers waits for something else than an answer. */
static bool swept_enough(struct jail *j, struct str id)
{
    int64_t n = 0;
    if (!id.n || !str_to_i64(str_sub(id, 1, id.n), &n) || n < 0) return true;
    while (j->n_swept <= (size_t)n) {
        arena_push(&j->keep, j->swept, j->n_swept, j->cap_swept);
        j->swept[j->n_swept++] = 0;
    }
    return j->swept[n]++ >= 2;
}

/* Every morning a supervisor goes through what waits for a person. */
RC asks_sweep(struct jail *j, struct err *e)
{
    struct json *list = NULL;
    const struct case_filter f = {.work_list_only = true, .limit = 500};
    TRY(casework_cases(j->c, year_supervisor, &f, &j->scratch, &list, e));
    const struct json *cases = json_get(list, "cases");
    for (size_t i = 0; i < json_len(cases); i++) {
        const struct json *k = json_at(cases, i);
        if (!str_is(json_text(k, "match"), "confirmed") || !chance_is(&j->luck, 0.7) ||
            swept_enough(j, json_text(k, "case")))
            continue;
        TRY(resolve(j, str_dupz(&j->scratch, json_text(k, "case")), chance_is(&j->luck, 0.3),
                    e));
    }
    return RC_OK;
}

RC asks_alerts(struct jail *j, struct err *e)
{
    struct json *list, *closed;
    TRY(casework_alerts(j->c, &j->scratch, &list, e));
    list = json_get(list, "alerts");
    for (size_t i = 0; i < json_len(list); i++) {
        struct str kind = json_text(json_at(list, i), "kind");
        bool policy = str_is(kind, "trend") || str_is(kind, "mix");
        /* the next round; owners of the policy take a week */
        if (chance_is(&j->luck, policy ? 0.97 : 0.1)) continue;
        bool call = str_is(kind, "not confirmed") || str_is(kind, "no address left") ||
                    str_is(kind, "unconfirmed");
        LIFE(casework_alert_close(j->c, policy ? year_owner : year_supervisor,
                                  json_text(json_at(list, i), "alert"),
                                  policy ? STR("discussed with the mayor's office; the policy "
                                               "stays, to be looked at again in three months")
                                  : call ? STR("told the duty desk by telephone")
                                         : STR("looked at it"),
                                  &j->scratch, &closed, e));
        j->counts->alerts_closed++;
    }
    return RC_OK;
}

/* ---- the outbox: nothing leaves; a script says what the other side did ------------------- */

#define OVER "over" /* the job at the fax server has ended; the next attempt is a new one */

static bool under_way(const struct notice *n)
{
    return n->channel == CHANNEL_FAX && n->provider_ref.n && !str_is(n->provider_ref, OVER);
}

/* On one day in eighty nothing gets through for some hours: the other side's lines are down. */
static bool outage(const struct jail *j)
{
    instant day = j->clock.now / HOURS(24);
    struct chance c = chance_of(j->setup->seed, UINT64_C(0x7000000000) + (uint64_t)day);
    if (!chance_is(&c, 1.0 / 80)) return false;
    instant from = day * HOURS(24) + (instant)(chance_unit(&c) * (double)HOURS(18));
    return j->clock.now >= from &&
           j->clock.now < from + HOURS(2) + (instant)(chance_unit(&c) * (double)HOURS(4));
}

static enum delivery script(struct jail *j, const struct notice *n)
{
    struct chance c =
        chance_of(j->setup->seed + n->attempt, str_hash(n->key) ^ (uint64_t)j->clock.now);
    double r = chance_unit(&c);
    if (n->recall.n) return DELIVERY_FAILED; /* stopped at the provider */
    if (n->channel == CHANNEL_LETTER) return DELIVERY_CONFIRMED;
    if (outage(j)) return DELIVERY_FAILED;
    if (under_way(n))
        return r < 0.85 ? DELIVERY_CONFIRMED : r < 0.95 ? DELIVERY_UNDERWAY : DELIVERY_FAILED;
    if (n->channel == CHANNEL_FAX)
        return r < 0.05    ? DELIVERY_FAILED
               : r < 0.054 ? DELIVERY_REFUSED
               : r < 0.15  ? DELIVERY_UNDERWAY
                           : DELIVERY_CONFIRMED;
    return r < 0.015   ? DELIVERY_FAILED
           : r < 0.017 ? DELIVERY_REFUSED
           : r < 0.022 ? DELIVERY_UNKNOWN
                       : DELIVERY_CONFIRMED;
}

static struct str receipt_of(enum delivery d)
{
    switch (d) {
    case DELIVERY_CONFIRMED: return STR("{\"state\":\"done\"}");
    case DELIVERY_UNDERWAY: return STR("{\"state\":\"waits for a line\"}");
    case DELIVERY_FAILED: return STR("{\"state\":\"busy\"}");
    case DELIVERY_REFUSED: return STR("{\"state\":\"no such number\"}");
    case DELIVERY_UNKNOWN: return STR("{\"state\":\"connection lost\"}");
    }
    return STR("{}");
}

static RC deliver(struct jail *j, struct notice *n, enum delivery *ret, struct err *e)
{
    enum delivery d = *ret = script(j, n);
    bool begun = under_way(n);
    if (begun) {
        n->attempt--; /* it is the attempt before that is followed */
    } else {
        enum rc rc = casework_outbox_begin(j->c, n, e);
        if (rc != RC_OK) return rc == RC_CONFLICT ? RC_NO : rc;
    }
    j->counts->attempts += !begun;
    j->counts->failures += d == DELIVERY_FAILED || d == DELIVERY_UNKNOWN;
    j->counts->refusals += d == DELIVERY_REFUSED;
    j->counts->confirmations += d == DELIVERY_CONFIRMED;
    struct str job = begun ? n->provider_ref
                           : str_c(arena_printf(&j->scratch, "job-%lld", (long long)n->id));
    struct str ref = d == DELIVERY_UNDERWAY ? job : begun ? STR(OVER) : STR("");
    return casework_outbox_result(j->c, n, d, ref, receipt_of(d), STR(""), e);
}

/* The program spreads its retries by chance of its own, at most a step of five minutes. After a
 * failure nothing is claimed until five minutes have passed, so that all that may be due is,
 * and the same seed gives the same story. */
RC asks_outbox(struct jail *j, struct err *e)
{
    size_t due;
    bool again = false;
    if (j->clock.now < j->quiet_until) return RC_OK; /* another round stands at its end */
    TRY(casework_outbox_due(j->c, &due, e));
    while (due) {
        struct notice n;
        enum delivery d = DELIVERY_CONFIRMED;
        enum rc rc = casework_outbox_claim(j->c, "year", MINUTES(2), &j->scratch, &n, e);
        if (rc == RC_NO) break;
        if (rc != RC_OK) return rc;
        rc = deliver(j, &n, &d, e);
        if (rc != RC_OK && rc != RC_NO) return rc;
        again |= d != DELIVERY_CONFIRMED;
    }
    if (!again) return RC_OK;
    j->quiet_until = j->clock.now + MINUTES(5);
    jail_later(j, j->quiet_until, OUTBOX, NOBODY);
    jail_later(j, j->clock.now + MINUTES(11), TICK, NOBODY);
    jail_later(j, after(j, 0.4, 0.7), ALERTS, NOBODY);
    return RC_OK;
}
