/* Reports of this database (custody/report.h), drawn from the ledger as a checkpoint signed it:
 * the newest, or the one that is asked for, so that the same question gives the same bytes
 * again. Those for the public are put together of quarters (quarters.c). Bookings are no part
 * of a report: their table is of now.
 *
 * What it must never do: write, or draw a report from events that nobody signed. */
#include "casework/work.h"
#include "custody/history.h"
#include "custody/report.h"
#include <stdlib.h>

/* The last whole year or twelve months before an instant. */
static void usual_period(struct casework *c, const struct report_info *info, instant at,
                         struct report_source *s)
{
    int month = work_month(c, at),
        end = info->period == REPORT_YEAR ? month - month % 12 : month;
    s->from = work_month_start(c, end - 12);
    s->to = work_month_start(c, end);
}

/* The first month of the quarter that is meant by a date, in whatever zone it was written; 0:
 * none is near. */
static int quarter_near(struct casework *c, instant at)
{
    int month = work_month(c, at + HOURS(14));
    return month % 3 == 0 && llabs(at - work_month_start(c, month)) <= HOURS(14) ? month : 0;
}

static RC period_good(const struct report_source *s, struct err *e)
{
    return s->from < s->to && s->to - s->from <= HOURS(24 * 366 * 5)
               ? RC_OK
               : FAIL(e, RC_USAGE, "REPORT-0003",
                      "a report is of up to five years and begins before it ends");
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

static RC own_report(struct casework *c, const struct report_info *info,
                     const struct report_question *q, struct store_checkpoint *k,
                     struct report_source *s, struct arena *a, struct json **ret, struct err *e)
{
    struct history *past;
    TRY(casework_history(c, k->size, &past, e));
    s->past = past;
    usual_period(c, info, past->last_at, s);
    if (q->from != INSTANT_NONE) s->from = q->from;
    if (q->to != INSTANT_NONE) s->to = q->to;
    enum rc rc = period_good(s, e);
    if (rc == RC_OK) rc = root_of(c, k, a, &s->root, e);
    s->checkpoint = k->note;
    if (rc == RC_OK) *ret = report_make(a, info, s);
    history_free(past);
    return rc;
}

/* One for the public is of whole quarters, and names the first checkpoint that holds them, so
 * that it is the same whichever later one is asked for. */
static RC open_report(struct casework *c, const struct report_info *info,
                      const struct report_question *q, struct store_checkpoint *k,
                      struct report_source *s, struct arena *a, struct json **ret,
                      struct err *e)
{
    int from, to;
    struct json *quarters;
    TRY(quarters_last(c, a, k->size, &to, e));
    to += 3;
    if (q->to != INSTANT_NONE) to = quarter_near(c, q->to);
    from = q->from != INSTANT_NONE ? quarter_near(c, q->from)
                                   : to - (info->period == REPORT_QUARTER ? 3 : 12);
    if (!to || from <= 0)
        return FAIL(e, RC_USAGE, "REPORT-0005",
                    "a report for the public is of whole quarters: begin and end on the first "
                    "of January, April, July or October");
    s->from = work_month_start(c, from);
    s->to = work_month_start(c, to);
    TRY(period_good(s, e));
    TRY(quarters_get(c, a, from, to, k->size, &quarters, &s->events, e));
    TRY(quarters_checkpoint(c, a, s->events, k, e));
    TRY(root_of(c, k, a, &s->root, e));
    s->events = k->size;
    s->checkpoint = k->note;
    *ret = report_open(a, info, s, quarters);
    return RC_OK;
}

RC casework_report(struct casework *c, const struct report_question *q, struct arena *a,
                   struct json **ret, struct err *e)
{
    const struct report_info *info = report_find(q->name);
    struct store_checkpoint k;
    struct report_source s = {
        .offset = work_zone_offset, .ctx = c, .facility = str_dup(a, c->facility)};
    if (!info)
        return FAIL(e, RC_NOTFOUND, "REPORT-0001", "there is no report '" STR_FMT "'",
                    STR_ARG(q->name));
    TRY(checkpoint_of(c, q->checkpoint, a, &k, e));
    TRY((info->open ? open_report : own_report)(c, info, q, &k, &s, a, ret, e));
    if (q->ret_later) *q->ret_later = store_ledger_size(c->store, e) - k.size;
    return RC_OK;
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
