/* The board of the next hour: which releases run, what is not confirmed, which duties fall due,
 * what a person must answer. Rows say what to do and why in one line each, most urgent first.
 *
 * What it must never do: name a person, take a lock, count as a look at a case (opening a row
 * does). */
#include "casework/work.h"
#include <stdlib.h>

enum urgency { URGENT_NOW, URGENT_SOON, URGENT_TODAY, URGENCIES };
static const char *const urgencies[] = {"now", "soon", "today"};
/* among equals, in this order */
enum row_kind { ROW_LATE, ROW_TRIGGER, ROW_DUTY, ROW_REVIEW, ROW_MATCH, ROW_ALERT, ROW_KINDS };
static const char *const kinds[] = {"late", "trigger", "duty", "review", "match", "alert"};
enum { ROWS_MAX = 300, EACH_MAX = 400 };
#define LATE_AFTER MINUTES(15)

struct row {
    enum urgency urgency;
    enum row_kind kind;
    instant due, since;
    int64_t case_id;
    struct json *json;
};

struct board {
    struct work *w;
    struct row *rows;
    size_t n, cap;
};

static struct json *add(struct board *b, enum urgency u, enum row_kind k, int64_t case_id,
                        instant since, instant due, const char *what, struct str why)
{
    struct arena *a = b->w->a;
    struct json *o = json_object(a);
    json_set(a, o, "urgency", json_c(a, urgencies[u]));
    json_set(a, o, "kind", json_c(a, kinds[k]));
    if (case_id) json_set(a, o, "case", json_string(a, work_case_name(a, case_id)));
    json_set(a, o, "what", json_c(a, what));
    json_set(a, o, "why", json_string(a, why));
    json_set(a, o, "since", work_time_json(a, since));
    json_set(a, o, "due_at", work_time_json(a, due));
    arena_push(a, b->rows, b->n, b->cap);
    b->rows[b->n++] = (struct row){u, k, due, since, case_id, o};
    return o;
}

static bool has(const struct board *b, int64_t case_id, enum row_kind k)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->rows[i].case_id == case_id && b->rows[i].kind == k) return true;
    return false;
}

static struct str agency_name(struct work *w, struct str id)
{
    struct store_agency g;
    struct err ignored;
    return store_agency_get(w->s, w->a, id, &g, &ignored) == RC_OK ? g.name : id;
}

static const char *minutes(struct work *w, instant since)
{
    int64_t n = (w->now - since) / MINUTES(1);
    return n < 120 ? arena_printf(w->a, "%lld minutes", (long long)n)
                   : arena_printf(w->a, "%lld hours", (long long)(n / 60));
}

static RC set_booking(struct board *b, struct json *o, const struct store_case *k,
                      struct store_booking *ret, struct err *e)
{
    enum rc rc = life_booking(b->w, k, ret, e);
    if (rc == RC_NO)
        *ret = (struct store_booking){.triggered_at = INSTANT_NONE, .left_at = INSTANT_NONE};
    if (rc == RC_OK && o)
        json_set(b->w->a, o, "booking", json_string(b->w->a, ret->who.booking_number));
    return rc == RC_NO ? RC_OK : rc;
}

static RC add_notices(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_notice *list;
    struct store_case k;
    struct store_booking at;
    size_t n;
    TRY(store_notices(w->s, w->a, 0, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        bool release = list[i].kind == NOTICE_RELEASE;
        instant due = list[i].queued_at + (release ? LATE_AFTER : HOURS(1));
        if (due > w->now && list[i].state != NOTICE_UNKNOWN) continue;
        TRY(store_case_get(w->s, w->a, list[i].case_id, &k, e));
        struct str name = agency_name(w, k.agency);
        const char *what =
            release
                ? arena_printf(w->a, "Call " STR_FMT ": the notice of release is not confirmed",
                               STR_ARG(name))
                : arena_printf(w->a, "See why the %s to " STR_FMT " has not arrived",
                               notice_kind_word((enum notice_kind)list[i].kind), STR_ARG(name));
        const char *why = arena_printf(w->a, "queued %s ago by %s, %d attempt%s",
                                       minutes(w, list[i].queued_at),
                                       channel_word((enum channel)list[i].channel),
                                       list[i].attempts, list[i].attempts == 1 ? "" : "s");
        struct json *o = add(b, release ? URGENT_NOW : URGENT_TODAY, ROW_LATE, k.id,
                             list[i].queued_at, due, what, str_c(why));
        json_set(w->a, o, "notice",
                 json_c(w->a, arena_printf(w->a, "%lld", (long long)list[i].id)));
        TRY(set_booking(b, o, &k, &at, e));
    }
    return RC_OK;
}

static RC cases_of(struct work *w, const struct store_case_wish *wish, struct store_case **ret,
                   size_t *ret_n, struct err *e)
{
    int64_t *ids;
    instant ignored;
    TRY(store_cases_find(w->s, w->a, wish, &ids, &ignored, ret_n, e));
    *ret = arena_array(w->a, struct store_case, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++) TRY(store_case_get(w->s, w->a, ids[i], &(*ret)[i], e));
    return RC_OK;
}

static bool owed(const struct store_case *k)
{
    return str_find(k->told, STR("\"outcome\":\"notify\"")) >= 0 ||
           str_find(k->told, STR("\"outcome\":\"honor\"")) >= 0;
}

static RC add_triggers(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_case *list;
    struct store_booking at;
    size_t n;
    struct store_case_wish wish = {.state = CASE_TRIGGERED,
                                   .from = INSTANT_NONE,
                                   .to = INSTANT_NONE,
                                   .before_at = INSTANT_NONE,
                                   .limit = EACH_MAX};
    TRY(cases_of(w, &wish, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        if (has(b, list[i].id, ROW_LATE)) continue;
        TRY(set_booking(b, NULL, &list[i], &at, e));
        struct str name = agency_name(w, list[i].agency), number = at.who.booking_number;
        const char *what =
            list[i].work_why.n
                ? arena_printf(w->a, "The release of " STR_FMT " runs and a person must look",
                               STR_ARG(number))
            : owed(&list[i])
                ? arena_printf(w->a,
                               "The release of " STR_FMT
                               " runs: see that the notice to " STR_FMT " arrives",
                               STR_ARG(number), STR_ARG(name))
                : arena_printf(w->a,
                               "The release of " STR_FMT " runs; nothing is owed to " STR_FMT,
                               STR_ARG(number), STR_ARG(name));
        struct str why = list[i].work_why.n  ? list[i].work_why
                         : at.trigger_kind.n ? at.trigger_kind
                                             : STR("a release was reported");
        enum urgency u = list[i].work_why.n || owed(&list[i]) ? URGENT_NOW : URGENT_TODAY;
        struct json *o =
            add(b, u, ROW_TRIGGER, list[i].id,
                at.triggered_at != INSTANT_NONE ? at.triggered_at : list[i].received_at,
                INSTANT_NONE, what, why);
        if (number.n) json_set(w->a, o, "booking", json_string(w->a, number));
    }
    return RC_OK;
}

static RC add_duties(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_duty *lists[2];
    size_t counts[2];
    TRY(store_duties_due(w->s, w->a, w->now + HOURS(24), &lists[0], &counts[0], e));
    TRY(store_duties_late(w->s, w->a, &lists[1], &counts[1], e));
    for (int part = 0; part < 2; part++)
        for (size_t i = 0; i < counts[part] && i < EACH_MAX; i++) {
            const struct store_duty *d = &lists[part][i];
            enum urgency u = d->due <= w->now              ? URGENT_NOW
                             : d->due <= w->now + HOURS(1) ? URGENT_SOON
                                                           : URGENT_TODAY;
            const char *why =
                arena_printf(w->a, "%s" STR_FMT "%s", d->due <= w->now ? "late; " : "",
                             STR_ARG(d->citation), d->citation.n ? "" : "owed by the policy");
            struct json *o =
                add(b, u, ROW_DUTY, d->case_id, d->since, d->due,
                    arena_printf(w->a, "Do and note: " STR_FMT, STR_ARG(d->what)), str_c(why));
            json_set(w->a, o, "duty", json_string(w->a, d->what));
        }
    return RC_OK;
}

static RC add_work(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_case *list;
    struct store_booking at;
    size_t n;
    struct store_case_wish wish = {.state = -1,
                                   .work = true,
                                   .from = INSTANT_NONE,
                                   .to = INSTANT_NONE,
                                   .before_at = INSTANT_NONE,
                                   .limit = EACH_MAX};
    TRY(cases_of(w, &wish, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        const struct store_case *k = &list[i];
        if (has(b, k->id, ROW_TRIGGER)) continue;
        TRY(set_booking(b, NULL, k, &at, e));
        bool runs = at.custody == CUSTODY_TRIGGERED && at.triggered_at != INSTANT_NONE,
             match = k->match != MATCH_CONFIRMED && k->state != CASE_CLOSED;
        const char *what =
            match ? arena_printf(w->a,
                                 "Say whether " STR_FMT " of " STR_FMT
                                 " is about somebody who is here",
                                 STR_ARG(k->reference), STR_ARG(agency_name(w, k->agency)))
                  : arena_printf(w->a, "Answer " STR_FMT " of " STR_FMT, STR_ARG(k->reference),
                                 STR_ARG(agency_name(w, k->agency)));
        struct json *o = add(b,
                             runs                      ? URGENT_NOW
                             : k->state == CASE_CLOSED ? URGENT_TODAY
                                                       : URGENT_SOON,
                             match ? ROW_MATCH : ROW_REVIEW, k->id, k->received_at,
                             INSTANT_NONE, what, k->work_why);
        if (at.who.booking_number.n)
            json_set(w->a, o, "booking", json_string(w->a, at.who.booking_number));
    }
    return RC_OK;
}

/* An override that one person proposed waits for another one. */
static RC add_proposals(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_by_hand *list;
    size_t n;
    TRY(store_proposals(w->s, w->a, &list, &n, e));
    for (size_t i = 0; i < n; i++) {
        const char *what = arena_printf(
            w->a, "A second supervisor is asked: %s instead of the policy's answer to %s",
            outcome_word(list[i].outcome), ask_word(list[i].ask));
        const char *why = arena_printf(w->a, "proposed by " STR_FMT, STR_ARG(list[i].by));
        struct json *o = add(b, URGENT_SOON, ROW_REVIEW, list[i].case_id, list[i].at,
                             INSTANT_NONE, what, str_c(why));
        json_set(w->a, o, "ask", json_c(w->a, ask_word(list[i].ask)));
    }
    return RC_OK;
}

static RC add_alerts(struct board *b, struct err *e)
{
    struct work *w = b->w;
    struct store_alert *list;
    struct store_booking at;
    size_t n;
    TRY(store_alerts(w->s, w->a, 0, &list, &n, e));
    for (size_t i = n > EACH_MAX ? n - EACH_MAX : 0; i < n; i++) {
        const struct store_alert *al = &list[i];
        if (str_is(al->kind, "trend") || str_is(al->kind, "mix"))
            continue; /* for policy owners */
        if (str_is(al->kind, "duty late") && has(b, al->case_id, ROW_DUTY)) continue;
        enum urgency u = al->raised_at > w->now - HOURS(1) ? URGENT_SOON : URGENT_TODAY;
        enum rc rc = al->booking ? store_booking_get(w->s, w->a, al->booking, &at, e) : RC_NO;
        if (rc != RC_OK && rc != RC_NO) return rc;
        if (rc == RC_OK && at.custody == CUSTODY_TRIGGERED) u = URGENT_NOW;
        struct json *o = add(b, u, ROW_ALERT, al->case_id, al->raised_at, INSTANT_NONE,
                             str_dupz(w->a, al->text), al->kind);
        json_set(w->a, o, "alert", json_c(w->a, arena_printf(w->a, "%lld", (long long)al->id)));
        if (rc == RC_OK) json_set(w->a, o, "booking", json_string(w->a, at.who.booking_number));
    }
    return RC_OK;
}

static int by_urgency(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    instant da = a->due == INSTANT_NONE ? INT64_MAX : a->due,
            db = b->due == INSTANT_NONE ? INT64_MAX : b->due;
    if (a->urgency != b->urgency) return a->urgency < b->urgency ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (da != db) return da < db ? -1 : 1;
    if (a->since != b->since) return a->since < b->since ? -1 : 1;
    return a->case_id < b->case_id ? -1 : a->case_id > b->case_id;
}

static struct json *board_json(struct board *b)
{
    struct arena *a = b->w->a;
    struct json *o = json_object(a), *list = json_array(a), *counts = json_object(a);
    int64_t by_u[URGENCIES] = {0}, by_k[ROW_KINDS] = {0};
    if (b->n) qsort(b->rows, b->n, sizeof *b->rows, by_urgency);
    for (size_t i = 0; i < b->n; i++) {
        by_u[b->rows[i].urgency]++;
        by_k[b->rows[i].kind]++;
        if (i < ROWS_MAX) json_add(a, list, b->rows[i].json);
    }
    for (int i = 0; i < URGENCIES; i++) json_set(a, counts, urgencies[i], json_int(a, by_u[i]));
    for (int i = 0; i < ROW_KINDS; i++) json_set(a, counts, kinds[i], json_int(a, by_k[i]));
    json_set(a, o, "as_of", work_time_json(a, b->w->now));
    json_set(a, o, "rows", list);
    json_set(a, o, "counts", counts);
    if (b->n > ROWS_MAX) json_set(a, o, "more", json_int(a, (int64_t)b->n - ROWS_MAX));
    return o;
}

RC casework_now(struct casework *c, struct arena *a, struct json **ret, struct err *e)
{
    struct work w = {.c = c,
                     .s = c->store,
                     .a = a,
                     .by = STR("system"),
                     .looking = true,
                     .now = clock_now(&c->clock)};
    struct board b = {.w = &w};
    TRY(store_read_begin(c->store, e));
    enum rc rc = add_notices(&b, e);
    if (rc == RC_OK) rc = add_triggers(&b, e);
    if (rc == RC_OK) rc = add_duties(&b, e);
    if (rc == RC_OK) rc = add_work(&b, e);
    if (rc == RC_OK) rc = add_proposals(&b, e);
    if (rc == RC_OK) rc = add_alerts(&b, e);
    store_read_end(c->store);
    if (rc == RC_OK) *ret = board_json(&b);
    return rc;
}
