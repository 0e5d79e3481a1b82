/* See report.h. Which reports there are, and what stands at the head of each. */
#include "custody/report_part.h"
#include "base/buf.h"

static const struct report_info infos[] = {
    {"council-quarterly", "Quarterly report to the council",
     "Requests, answers, delivery, parity and duties of a quarter", REPORT_QUARTER, true},
    {"illinois-yearly", "Yearly report under 5 ILCS 805/25",
     "Requests and detainers of a year, without names; a certificate when there were none",
     REPORT_YEAR, false},
    {"lists", "Requests and outcomes by offence list",
     "What requests are about and what was answered", REPORT_TWELVE_MONTHS, false},
    {"delivery", "Delivery of notices",
     "From the trigger to the notice, its confirmation and the release", REPORT_TWELVE_MONTHS,
     false},
    {"parity", "Release parity", "From the trigger to the release, with and without a request",
     REPORT_TWELVE_MONTHS, false},
    {"duties", "Duties met and late",
     "What had to be done because of an outcome, and whether it was", REPORT_TWELVE_MONTHS,
     false},
    {"open-data", "Open data by month",
     "Requests by month, answer and offence list; counts under five held back",
     REPORT_TWELVE_MONTHS, true}};
/* of those that are not for the public */
static void (*const makers[])(struct making *m) = {
    NULL, part_illinois, part_lists, part_delivery, part_parity, part_duties, NULL};

const struct report_info *report_infos(size_t *ret_n)
{
    *ret_n = sizeof infos / sizeof *infos;
    return infos;
}

const struct report_info *report_find(struct str name)
{
    for (size_t i = 0; i < sizeof infos / sizeof *infos; i++)
        if (str_is(name, infos[i].name)) return &infos[i];
    return NULL;
}

static struct json *period_json(struct making *m)
{
    struct json *o = json_object(m->a);
    json_set(m->a, o, "from", part_day(m, m->s->from));
    json_set(m->a, o, "to", part_day(m, m->s->to - 1));
    json_set(
        m->a, o, "days",
        json_int(m->a, part_local_day(m, m->s->to - 1) - part_local_day(m, m->s->from) + 1));
    return o;
}

static struct json *ledger_json(struct making *m)
{
    struct json *o = json_object(m->a);
    char text[40];
    json_set(m->a, o, "events", json_int(m->a, (int64_t)(m->h ? m->h->events : m->s->events)));
    json_set(m->a, o, "root", json_string(m->a, m->s->root));
    json_set(m->a, o, "checkpoint",
             m->s->checkpoint.n ? json_string(m->a, m->s->checkpoint) : json_null(m->a));
    if (!m->h) return o;
    json_set(m->a, o, "last_event_at",
             m->h->last_at == INSTANT_NONE
                 ? json_null(m->a)
                 : json_c(m->a, arena_strdup(m->a, instant_utc(m->h->last_at, text))));
    json_set(m->a, o, "expunged", json_int(m->a, (int64_t)m->h->expunged));
    return o;
}

static struct making begin(struct arena *a, const struct report_info *info,
                           const struct report_source *s, const struct history *h)
{
    struct making m = {.a = a,
                       .info = info,
                       .s = s,
                       .h = h,
                       .report = json_object(a),
                       .tables = json_array(a),
                       .words = json_array(a)};
    json_set(a, m.report, "report", json_c(a, info->name));
    json_set(a, m.report, "title", json_c(a, info->title));
    json_set(a, m.report, "facility", json_string(a, s->facility));
    json_set(a, m.report, "period", period_json(&m));
    json_set(a, m.report, "ledger", ledger_json(&m));
    json_set(a, m.report, "words", m.words);
    return m;
}

static void openings(struct making *m)
{
    if (m->h->last_at != INSTANT_NONE && m->h->last_at < m->s->to)
        part_say(m, "The period was not over, or later events were not signed yet, when the "
                    "ledger stood where this report ends.");
    if (m->h->first_at == INSTANT_NONE || m->h->first_at > m->s->from)
        part_say(m, "The ledger begins within the period: what came before is not counted.");
    if (m->h->expunged)
        part_say(m, arena_printf(
                        m->a,
                        "The texts of %llu event%s were expunged by order before this "
                        "report was drawn; it counts them where their columns still say "
                        "what they were. Drawn before, it said more.",
                        (unsigned long long)m->h->expunged, m->h->expunged == 1 ? "" : "s"));
}

struct json *report_make(struct arena *a, const struct report_info *info,
                         const struct report_source *s)
{
    struct making m = begin(a, info, s, s->past);
    openings(&m);
    makers[info - infos](&m);
    json_set(a, m.report, "tables", m.tables);
    return m.report;
}

/* ---- for the public ---------------------------------------------------------------------- */

struct json *report_quarter(struct arena *a, const struct report_source *s)
{
    struct making m = {.a = a, .s = s, .h = s->past, .tables = json_array(a)};
    struct json *o = json_object(a);
    int month = part_local_month(&m, s->from);
    json_set(a, o, "quarter",
             json_c(a, arena_printf(a, "%d Q%d", month / 12, month % 12 / 3 + 1)));
    json_set(a, o, "month", json_int(a, month));
    json_set(a, o, "whole", json_bool(a, m.h->first_at <= s->from));
    part_coarse(&m, o, part_cells(&m, o));
    return o;
}

struct json *report_open(struct arena *a, const struct report_info *info,
                         const struct report_source *s, const struct json *quarters)
{
    struct making m = begin(a, info, s, NULL);
    int months = part_local_month(&m, s->to - 1) - part_local_month(&m, s->from) + 1;
    for (size_t i = 0; i < json_len(quarters); i++)
        months -= (int)json_len(json_get(json_at(quarters, i), "months"));
    if (months > 0 || !json_is_true(json_get(json_at(quarters, 0), "whole")))
        part_say(&m, "For part of the period there was no ledger: nothing is said of it.");
    part_say(&m, "Each quarter is counted once, two weeks after its end; what was answered or "
                 "done later does not change it. The ledger named here is the first signed "
                 "state that holds those two weeks.");
    part_say(&m,
             "Counts from 1 to 4 are held back and shown as *, with as many others as keep "
             "them from being worked out from everything that is published of the quarter.");
    part_open(&m, quarters);
    json_set(a, m.report, "tables", m.tables);
    return m.report;
}
