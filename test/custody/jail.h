/* A made-up jail over some months, told as a ledger (past.h): requests of different lists and
 * answers, what was owed for them, releases with and without a request. What was asked is kept
 * beside it as the truth, counted by nobody else. */
#pragma once
#include "past.h"
#include "base/json.h"
#include "custody/report.h"

struct jail_request {
    int month; /* year * 12 + month - 1 */
    const char *class, *answer;
};
struct jail {
    struct story s;
    unsigned seed, lists; /* lists: so many rare ones more */
    struct jail_request *list;
    size_t n, cap;
    int64_t booking;
};

static inline unsigned jail_draw(struct jail *j, unsigned below)
{
    j->seed = j->seed * 1664525u + 1013904223u; /* seeds that are near stay near for a while */
    return (j->seed * 2654435761u >> 12) % below;
}

static inline struct jail_request jail_request_drawn(struct jail *j)
{
    static const char *const classes[] = {"violent",    "violent",           "violent",
                                          "on no list", "serious + violent", "not known"},
                             *const answers[] = {"notify", "notify",  "notify",  "notify",
                                                 "notify", "decline", "decline", "review"};
    struct jail_request r = {.class = classes[jail_draw(j, 6)]};
    if (j->lists && !jail_draw(j, 3))
        r.class = arena_printf(j->s.a, "list %u", jail_draw(j, j->lists));
    r.answer = jail_draw(j, 40) ? answers[jail_draw(j, 8)] : "honor";
    return r;
}

static inline const char *jail_offences(struct jail *j, const char *class)
{
    const char *lists = strcmp(class, "on no list") == 0 ? ""
                        : strcmp(class, "serious + violent") == 0
                            ? "\"violent\",\"serious\""
                            : arena_printf(j->s.a, "\"%s\"", class);
    return strcmp(class, "not known") == 0
               ? "{\"this_booking\":true,\"stage\":\"charged\"}"
               : arena_printf(j->s.a,
                              "{\"this_booking\":true,\"stage\":\"charged\",\"lists\":[%s]}",
                              lists);
}

/* A release that begins and, mostly, ends. */
static inline void jail_leave(struct jail *j, int64_t booking, int64_t asked)
{
    char at[40];
    tell(&j->s, "trigger", "feed", 0, booking,
         "{\"booking\":\"B%lld\",\"kind\":\"bond posted\",\"at\":\"%s\"}", (long long)booking,
         instant_utc(j->s.now, at));
    if (asked) {
        tell(&j->s, "notice.queued", "system", asked, 0,
             "{\"notice\":\"N%lld\",\"kind\":\"release\",\"channel\":\"fax\",\"address\":\"1\","
             "\"decision\":1}",
             (long long)asked);
        j->s.now += SECONDS(jail_draw(j, 200));
        tell(&j->s, "notice.attempt", "system", asked, 0,
             "{\"notice\":\"N%lld\",\"attempt\":1}", (long long)asked);
        if (jail_draw(j, 12))
            tell(&j->s, "notice.confirmed", "system", asked, 0, "{\"notice\":\"N%lld\"}",
                 (long long)asked);
    }
    j->s.now += MINUTES(40 + jail_draw(j, 240));
    if (jail_draw(j, 30))
        tell(&j->s, "release", "feed", 0, booking,
             "{\"booking\":\"B%lld\",\"kind\":\"released\",\"at\":\"%s\"%s}",
             (long long)booking, instant_utc(j->s.now, at),
             booking % 9 ? "" : ",\"to\":\"North County Sheriff\"");
}

static inline void jail_ask(struct jail *j)
{
    struct jail_request r = jail_request_drawn(j);
    int64_t id = (int64_t)j->n + 1, booking = ++j->booking, year, days;
    int month, day;
    char due[40];
    tell_request(&j->s, id, "ice", "\"notify\"", "\"family\":\"Invented\"", "");
    days = j->s.now / HOURS(24);
    date_civil(days, &year, &month, &day);
    r.month = (int)year * 12 + month - 1;
    tell(&j->s, "match.found", "feed", id, booking,
         "{\"match\":\"confirmed\",\"why\":\"number\",\"booking\":\"B%lld\"}",
         (long long)booking);
    tell_decision(&j->s, id, booking, "confirmed", jail_offences(j, r.class), r.answer);
    tell(&j->s, "duty.opened", "system", id, 0,
         "{\"duty\":\"serve a copy on the person\",\"due\":\"%s\"}",
         instant_utc(j->s.now + HOURS(4), due));
    j->s.now += HOURS(jail_draw(j, 9) ? 1 : 5);
    if (jail_draw(j, 20))
        tell(&j->s, "duty.done", "m.ortiz", id, 0,
             "{\"duty\":\"serve a copy on the person\",\"how\":\"\"}");
    arena_push(j->s.a, j->list, j->n, j->cap);
    j->list[j->n++] = r;
    jail_leave(j, booking, r.answer[0] == 'n' ? id : 0);
}

/* From a day on, so many hours between requests; each with a release that nobody asked
 * about. */
static inline void jail_live(struct jail *j, const char *from, const char *to, int64_t hours)
{
    instant end = 0;
    if (!instant_parse(str_c(from), &j->s.now, NULL) || !instant_parse(str_c(to), &end, NULL))
        fail();
    while (j->s.now + HOURS(24) < end) {
        instant start = j->s.now;
        jail_ask(j);
        jail_leave(j, ++j->booking, 0);
        instant next = start + HOURS(hours / 2 + jail_draw(j, (unsigned)hours));
        if (next > j->s.now) j->s.now = next;
    }
}

/* The ledger before an instant. */
static inline struct history *jail_past(const struct jail *j, instant cut)
{
    struct history *h = history_new();
    size_t n = 0;
    while (n < j->s.n && j->s.list[n].ev.at < cut) n++;
    hear(h, &j->s, 0, n);
    return h;
}

static inline instant jail_month(int month)
{
    return date_days(month / 12, month % 12 + 1, 1) * HOURS(24);
}

/* What is published of the quarter that begins in a month. */
static inline struct json *jail_quarter(const struct jail *j, int month)
{
    instant end = jail_month(month + 3);
    struct history *h = jail_past(j, end + REPORT_SETTLES);
    struct report_source s = {.past = h, .from = jail_month(month), .to = end};
    struct json *q = report_quarter(j->s.a, &s);
    history_free(h);
    return q;
}

static inline struct json *jail_open(const struct jail *j, const char *name, int from, int to,
                                     const struct json *quarters)
{
    struct report_source s = {.events = j->s.n,
                              .from = jail_month(from),
                              .to = jail_month(to),
                              .facility = STR("Example County Jail"),
                              .root = STR("00ff"),
                              .checkpoint = STR("a signed note")};
    return report_open(j->s.a, report_find(str_c(name)), &s, quarters);
}
