/* What the jail reports about leaving: triggers, triggers taken back, releases. A report never
 * fails because of a case, and nothing here is asked before a person leaves. */
#include "casework/work.h"
#include "custody/status.h"

struct kind {
    const char *word;
    enum happening happening;
    enum event_kind event;
    enum custody_state custody;
};
static const struct kind triggers[] = {
    {"bond posted", HAP_TRIGGERED, EVENT_KIND_TRIGGER, CUSTODY_TRIGGERED},
    {"release order", HAP_TRIGGERED, EVENT_KIND_TRIGGER, CUSTODY_TRIGGERED},
    {"sentence served", HAP_TRIGGERED, EVENT_KIND_TRIGGER, CUSTODY_TRIGGERED},
    {"charges dropped", HAP_TRIGGERED, EVENT_KIND_TRIGGER, CUSTODY_TRIGGERED},
    {"other", HAP_TRIGGERED, EVENT_KIND_TRIGGER, CUSTODY_TRIGGERED}};
static const struct kind releases[] = {
    {"released", HAP_RELEASED, EVENT_KIND_RELEASE, CUSTODY_RELEASED},
    {"transferred", HAP_TRANSFERRED, EVENT_KIND_TRANSFER, CUSTODY_TRANSFERRED},
    {"died", HAP_DIED, EVENT_KIND_DEATH, CUSTODY_RELEASED},
    {"escaped", HAP_ESCAPED, EVENT_KIND_ESCAPE, CUSTODY_RELEASED},
    {"hospital", HAP_HOSPITAL, EVENT_KIND_HOSPITAL, CUSTODY_IN},
    {"returned", HAP_HOSPITAL, EVENT_KIND_HOSPITAL, CUSTODY_IN}};

static const struct kind *kind_of(struct arena *a, struct str word, const struct kind *list,
                                  size_t n)
{
    char *plain = str_dupz(a, word);
    for (char *p = plain; *p; p++)
        if (*p == '-' || *p == '_') *p = ' ';
    for (size_t i = 0; i < n; i++)
        if (str_is(str_c(plain), list[i].word)) return &list[i];
    return NULL;
}
#define KIND_OF(a, word, list) kind_of((a), (word), (list), sizeof(list) / sizeof *(list))

enum { NUMBER_MAX = 200, TO_MAX = 200 };

/* A booking the list does not have yet is entered by its number: what was reported must not be
 * lost. */
static RC booking_or_stub(struct work *w, struct str number, struct store_booking *b,
                          bool *ret_known, struct err *e)
{
    enum rc rc = store_booking_find(w->s, w->a, number, b, e);
    *ret_known = rc == RC_OK;
    if (rc != RC_NO) return rc;
    if (status_text(number, NULL))
        return FAIL(e, RC_INVALID, "REQ-0007",
                    "this is no booking number; it carries a status or an A-number");
    if (number.n > NUMBER_MAX)
        return FAIL(e, RC_INVALID, "CASE-0011", "a booking number has at most %d bytes",
                    NUMBER_MAX);
    *b = (struct store_booking){.who = {.booking_number = number, .birth_date = DAYS_UNKNOWN},
                                .booked_at = INSTANT_NONE,
                                .triggered_at = INSTANT_NONE,
                                .left_at = INSTANT_NONE,
                                .custody = CUSTODY_IN};
    TRY(store_booking_add(w->s, w->a, b, NULL, e));
    return work_alert(w, "unknown booking",
                      str_c(arena_printf(w->a, "unknown/%lld", (long long)b->id)), 0, b->id,
                      str_c(arena_printf(w->a,
                                         "a release of booking " STR_FMT
                                         " was reported, but the jail's list does not have it",
                                         STR_ARG(number))),
                      e);
}

/* What is reported for tomorrow by a slip of the hand has happened now: clocks that run from it
 * must end. */
static instant not_later(const struct work *w, instant at) { return at > w->now ? w->now : at; }

/* to: who received the person, if anybody. Nothing about it may stop a report. */
static RC report(struct work *w, const struct store_booking *b, const struct kind *k,
                 struct str to, instant at, struct err *e)
{
    struct json *body = json_object(w->a);
    uint64_t index = store_ledger_size(w->s, e);
    TRY(store_report_add(w->s, b->id, str_c(k->word), at, index, e));
    json_set(w->a, body, "booking", json_string(w->a, b->who.booking_number));
    json_set(w->a, body, "kind", json_c(w->a, k->word));
    json_set(w->a, body, "at", work_time_json(w->a, at));
    if (to.n && to.n <= TO_MAX && !status_text(to, NULL))
        json_set(w->a, body, "to", json_string(w->a, to));
    return work_event(w, k->event, 0, b->id, body, NULL, e);
}

static struct json *answer(struct work *w, struct str number, struct str kind, instant at,
                           bool new, bool known, struct json *cases)
{
    struct json *o = json_object(w->a);
    json_set(w->a, o, "booking", json_string(w->a, number));
    json_set(w->a, o, "kind", json_string(w->a, kind));
    json_set(w->a, o, "at", work_time_json(w->a, at));
    json_set(w->a, o, "new", json_bool(w->a, new));
    json_set(w->a, o, "known", json_bool(w->a, known));
    json_set(w->a, o, "cases", cases);
    return o;
}

static RC trigger(struct work *w, struct str number, const struct kind *k, instant at,
                  struct json **ret, struct err *e)
{
    struct store_booking b;
    struct json *cases = json_array(w->a);
    bool known;
    TRY(booking_or_stub(w, number, &b, &known, e));
    enum rc rc = report(w, &b, k, STR(""), at, e);
    *ret = answer(w, number, str_c(k->word), at, rc == RC_OK, known, cases);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    /* only the first event starts a release; after it there is nothing to start */
    if (b.custody != CUSTODY_IN) return RC_OK;
    b.custody = CUSTODY_TRIGGERED;
    b.triggered_at = not_later(w, at);
    b.trigger_kind = str_c(k->word);
    TRY(store_booking_save(w->s, w->a, &b, NULL, e));
    /* Who is meant is asked again as well: a namesake may have come since. */
    return life_of_booking(w, b.id, HAP_TRIGGERED, true, cases, NULL, e);
}

RC casework_trigger(struct casework *c, struct actor by, struct str booking, struct str kind,
                    instant at, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    const struct kind *k = KIND_OF(a, kind, triggers);
    if (!k)
        return FAIL(e, RC_INVALID, "CASE-0009",
                    "'" STR_FMT "' is no trigger; it is bond posted, release order, sentence "
                    "served, charges dropped or other",
                    STR_ARG(kind));
    if (!booking.n)
        return FAIL(e, RC_INVALID, "CASE-0007", "which booking? its number is empty");
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, trigger(&w, booking, k, at, ret, e), e);
}

static RC correct_all(struct work *w, const struct store_booking *b, instant was, struct err *e)
{
    struct store_case_filter f = {.state = -1, .booking = b->id, .open_only = true};
    struct store_case *list;
    size_t n;
    TRY(store_cases(w->s, w->a, &f, &list, &n, e));
    for (size_t i = 0; i < n; i++) TRY(notices_correct(w, &list[i], was, e));
    return RC_OK;
}

static RC undo(struct work *w, struct str number, struct str reason, struct json **ret,
               struct err *e)
{
    struct store_booking b;
    struct json *cases = json_array(w->a), *body = json_object(w->a);
    enum rc rc = store_booking_find(w->s, w->a, number, &b, e);
    if (rc == RC_NO)
        return FAIL(e, RC_NOTFOUND, "CASE-0007", "there is no booking '" STR_FMT "'",
                    STR_ARG(number));
    if (rc != RC_OK) return rc;
    *ret = answer(w, number, STR("trigger undone"), w->now, b.custody == CUSTODY_TRIGGERED,
                  true, cases);
    if (b.custody != CUSTODY_TRIGGERED) return RC_OK;
    instant was = b.triggered_at;
    b.custody = CUSTODY_IN;
    b.triggered_at = INSTANT_NONE;
    b.trigger_kind = STR("");
    TRY(store_booking_save(w->s, w->a, &b, NULL, e));
    json_set(w->a, body, "booking", json_string(w->a, number));
    json_set(w->a, body, "reason", json_string(w->a, reason));
    TRY(work_event(w, EVENT_KIND_TRIGGER_UNDONE, 0, b.id, body, NULL, e));
    TRY(correct_all(w, &b, was, e));
    return life_of_booking(w, b.id, HAP_TRIGGER_UNDONE, false, cases, NULL, e);
}

RC casework_trigger_undo(struct casework *c, struct actor by, struct str booking,
                         struct str reason, struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    TRY(work_reason(reason, "/reason", e));
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, undo(&w, booking, reason, ret, e), e);
}

static RC left(struct work *w, struct str number, const struct kind *k, struct str to,
               instant at, struct json **ret, struct err *e)
{
    struct store_booking b;
    struct json *cases = json_array(w->a);
    bool known;
    TRY(booking_or_stub(w, number, &b, &known, e));
    enum rc rc = report(w, &b, k, to, at, e);
    *ret = answer(w, number, str_c(k->word), at, rc == RC_OK, known, cases);
    if (rc != RC_OK) return rc == RC_NO ? RC_OK : rc;
    if (k->custody == CUSTODY_IN) {
        if (str_is(str_c(k->word), "returned") &&
            str_is(b.leave_kind, "escaped")) { /* back in the same stay */
            b.custody = CUSTODY_IN;
            b.left_at = INSTANT_NONE;
            b.leave_kind = STR("");
            TRY(store_booking_save(w->s, w->a, &b, NULL, e));
        }
        return life_of_booking(w, b.id, HAP_HOSPITAL, false, cases, NULL, e);
    }
    /* gone already, as reported before */
    if (b.custody != CUSTODY_IN && b.custody != CUSTODY_TRIGGERED) return RC_OK;
    b.custody = k->custody;
    b.left_at = not_later(w, at);
    b.leave_kind = str_c(k->word);
    TRY(store_booking_save(w->s, w->a, &b, NULL, e));
    return life_of_booking(w, b.id, k->happening, false, cases, NULL, e);
}

RC custody_left(struct work *w, struct str number, struct str kind, instant at, struct err *e)
{
    struct json *ignored;
    const struct kind *k = KIND_OF(w->a, kind, releases);
    return left(w, number, k && k->custody != CUSTODY_IN ? k : &releases[0], STR(""), at,
                &ignored, e);
}

RC casework_release(struct casework *c, struct actor by, struct str booking, struct str kind,
                    struct str to, instant at, struct arena *a, struct json **ret,
                    struct err *e)
{
    struct work w;
    const struct kind *k = KIND_OF(a, kind, releases);
    if (!k)
        return FAIL(
            e, RC_INVALID, "CASE-0009",
            "'" STR_FMT
            "' is no release; it is released, transferred, died, escaped, hospital or returned",
            STR_ARG(kind));
    if (!booking.n)
        return FAIL(e, RC_INVALID, "CASE-0007", "which booking? its number is empty");
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, left(&w, booking, k, to, at, ret, e), e);
}
