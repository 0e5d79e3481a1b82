/* Reports of this database (custody/report.h), drawn from the ledger as a checkpoint signed it:
 * the newest, or the one that is asked for, so that the same question gives the same bytes
 * again. Bookings are no part of a report: their table is of now.
 *
 * What it must never do: write, or draw a report from events that nobody signed. */
#include "casework/work.h"
#include "base/tz.h"
#include "custody/history.h"
#include "custody/report.h"
#include <stdlib.h>

static int64_t offset(void *ctx, instant at)
{
    const struct tz *zone = casework_zone(ctx);
    return zone ? tz_offset_at(zone, at / 1000 - (at % 1000 < 0)) : 0;
}

static instant month_start(struct casework *c, int month)
{
    const struct tz *zone = casework_zone(c);
    int64_t local = date_days(month / 12, month % 12 + 1, 1) * 86400;
    return SECONDS(local - (zone ? tz_offset_local(zone, local) : 0));
}

/* The last whole quarter, year or twelve months before an instant; twelve months for the public
 * are four whole quarters. */
static void usual_period(struct casework *c, const struct report_info *info, instant at,
                         struct report_source *s)
{
    int month = work_month(c, at);
    int end = info->period == REPORT_YEAR                    ? month - month % 12
              : info->period == REPORT_QUARTER || info->open ? month - month % 3
                                                             : month;
    s->from = month_start(c, end - (info->period == REPORT_QUARTER ? 3 : 12));
    s->to = month_start(c, end);
}

/* The start of the quarter that is meant by a date, in whatever zone it was written;
 * INSTANT_NONE: none is near. */
static instant quarter_near(struct casework *c, instant at)
{
    int month = work_month(c, at + HOURS(14));
    instant start = month_start(c, month);
    return month % 3 == 0 && llabs(at - start) <= HOURS(14) ? start : INSTANT_NONE;
}

/* Two public periods that differ by a day would tell that day. */
static RC period_good(struct casework *c, const struct report_info *info,
                      struct report_source *s, struct err *e)
{
    if (s->from >= s->to || s->to - s->from > HOURS(24 * 366 * 5))
        return FAIL(e, RC_USAGE, "REPORT-0003",
                    "a report is of up to five years and begins before it ends");
    if (!info->open) return RC_OK;
    s->from = quarter_near(c, s->from);
    s->to = quarter_near(c, s->to);
    if (s->from == INSTANT_NONE || s->to == INSTANT_NONE || s->from == s->to)
        return FAIL(e, RC_USAGE, "REPORT-0005",
                    "a report for the public is of whole quarters: begin and end on the first "
                    "of January, April, July or October");
    return RC_OK;
}

static RC checkpoint_of(struct casework *c, uint64_t size, struct arena *a,
                        struct store_checkpoint *ret, struct err *e)
{
    struct store_checkpoint *list;
    size_t n;
    TRY(store_checkpoints_page(c->store, a, size ? (int64_t)size + 1 : INT64_MAX, 1, &list, &n,
                               e));
    if (!n && !size)
        return FAIL(e, RC_NOTFOUND, "REPORT-0002",
                    "no checkpoint was signed yet: a report is drawn from a signed ledger");
    if (!n || (size && list[0].size != size))
        return FAIL(e, RC_NOTFOUND, "REPORT-0002", "there is no checkpoint of %llu events",
                    (unsigned long long)size);
    *ret = list[0];
    return RC_OK;
}

static RC root_of(struct casework *c, const struct store_checkpoint *k, struct arena *a,
                  struct str *ret, struct err *e)
{
    struct checkpoint opened;
    struct buf b = buf_in(a);
    TRY(checkpoint_open(a, k->note, c->verifier_key, &opened, e));
    hex_add(&b, str_n((const char *)opened.root.b, HASH_SIZE));
    *ret = buf_str(&b);
    return RC_OK;
}

RC casework_report(struct casework *c, const struct report_question *q, struct arena *a,
                   struct json **ret, struct err *e)
{
    const struct report_info *info = report_find(q->name);
    struct store_checkpoint k;
    struct history *past;
    struct report_source s = {.offset = offset, .ctx = c, .facility = str_dup(a, c->facility)};
    if (!info)
        return FAIL(e, RC_NOTFOUND, "REPORT-0001", "there is no report '" STR_FMT "'",
                    STR_ARG(q->name));
    TRY(checkpoint_of(c, q->checkpoint, a, &k, e));
    TRY(root_of(c, &k, a, &s.root, e));
    TRY(casework_history(c, k.size, &past, e));
    s.past = past;
    s.checkpoint = k.note;
    usual_period(c, info, past->last_at, &s);
    if (q->from != INSTANT_NONE) s.from = q->from;
    if (q->to != INSTANT_NONE) s.to = q->to;
    enum rc rc = period_good(c, info, &s, e);
    if (rc == RC_OK) *ret = report_make(a, info, &s);
    if (rc == RC_OK && q->ret_later) *q->ret_later = store_ledger_size(c->store, e) - k.size;
    history_free(past);
    return rc;
}

struct json *casework_reports(struct arena *a)
{
    static const char *const periods[] = {"quarter", "year", "twelve months"};
    struct json *list = json_array(a);
    size_t n;
    const struct report_info *r = report_infos(&n);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(a);
        json_set(a, o, "report", json_c(a, r[i].name));
        json_set(a, o, "title", json_c(a, r[i].title));
        json_set(a, o, "about", json_c(a, r[i].about));
        json_set(a, o, "period", json_c(a, periods[r[i].period]));
        json_set(a, o, "public", json_bool(a, r[i].open));
        json_add(a, list, o);
    }
    struct json *all = json_object(a);
    json_set(a, all, "reports", list);
    return all;
}
