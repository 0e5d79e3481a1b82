/* What is published of each quarter (custody/report.h): counted once, of the ledger's events up
 * to two weeks after the quarter's end, and kept as it was published. A later checkpoint, a
 * later version of the program or an expungement gives the same numbers again: whoever has two
 * editions of a number can subtract them.
 *
 * What it must never do: keep a number that is held back, or publish a quarter before the
 * signed ledger holds its two weeks. */
#include "base/tz.h"
#include "casework/work.h"
#include "custody/history.h"
#include "custody/report.h"
#include <stdlib.h>

#define LAST "quarters_published" /* the month in which the last one began */
enum { QUARTER = 3, PAGE = 400 };

int64_t work_zone_offset(void *ctx, instant at)
{
    const struct tz *zone = casework_zone(ctx);
    return zone ? tz_offset_at(zone, at / 1000 - (at % 1000 < 0)) : 0;
}

instant work_month_start(struct casework *c, int month)
{
    const struct tz *zone = casework_zone(c);
    int64_t local = date_days(month / 12, month % 12 + 1, 1) * 86400;
    return SECONDS(local - (zone ? tz_offset_local(zone, local) : 0));
}

static instant cut_of(struct casework *c, int month)
{
    return work_month_start(c, month + QUARTER) + REPORT_SETTLES;
}

/* The last quarter whose two weeks were over at an instant. */
static int settled(struct casework *c, instant at)
{
    int month = work_month(c, at);
    month -= month % QUARTER + QUARTER;
    return cut_of(c, month) <= at ? month : month - QUARTER;
}

static RC at_of(struct casework *c, struct arena *a, uint64_t index, instant *ret,
                struct err *e)
{
    struct store_event ev;
    TRY(store_event_get(c->store, a, index, &ev, e));
    *ret = ev.at;
    return RC_OK;
}

static const char *key_of(struct arena *a, int month)
{
    return arena_printf(a, "quarter_%04d_%d", month / 12, month % 12 / QUARTER + 1);
}

/* RC_NO: not published yet. */
static RC kept(struct casework *c, struct arena *a, int month, struct json **ret, struct err *e)
{
    struct str text;
    TRY(store_meta_get(c->store, a, key_of(a, month), &text, e));
    return json_parse(a, text, key_of(a, month), NULL, ret, e);
}

struct search {
    instant from;
    uint64_t found;
    bool is;
};

static RC search_one(void *ctx, const struct store_event *row, struct err *e)
{
    struct search *s = ctx;
    (void)e;
    if (row->at < s->from) return RC_OK;
    s->found = row->index;
    s->is = true;
    return RC_NO;
}

/* How many events come before the first one that is not before the cut: a beginning of the
 * ledger, and the same one whatever came later. RC_NO: the ledger does not hold the cut. */
static RC events_before(struct casework *c, instant cut, uint64_t from, uint64_t size,
                        uint64_t *ret, struct err *e)
{
    struct search s = {.from = cut};
    TRY(store_read_begin(c->store, e));
    enum rc rc = store_events_each(c->store, from, size, search_one, &s, e);
    store_read_end(c->store);
    *ret = s.found;
    return rc != RC_OK ? rc : s.is ? RC_OK : RC_NO;
}

static RC count(struct casework *c, struct arena *a, int month, uint64_t events,
                struct json **ret, struct err *e)
{
    struct history *past;
    TRY(casework_history(c, events, &past, e));
    struct report_source s = {.past = past,
                              .from = work_month_start(c, month),
                              .to = work_month_start(c, month + QUARTER),
                              .offset = work_zone_offset,
                              .ctx = c};
    *ret = past->first_at < s.to && past->last_at >= s.from ? report_quarter(a, &s) : NULL;
    history_free(past);
    if (*ret) json_set(a, *ret, "events", json_int(a, (int64_t)events));
    return *ret ? RC_OK : RC_NO;
}

/* As it was published or, before that, as it will be, if size is not 0; from: an event not
 * behind the cut, for the search. RC_NO: there was no ledger; REPORT-0006: these events do
 * not hold it. */
static RC quarter(struct casework *c, struct arena *a, int month, uint64_t size, uint64_t *from,
                  struct json **ret, struct err *e)
{
    enum rc rc = kept(c, a, month, ret, e);
    if (rc == RC_OK) *from = (uint64_t)json_whole(json_get(*ret, "events"), 0);
    if (!size) return rc;
    if (rc == RC_NO) {
        rc = events_before(c, cut_of(c, month), *from, size, from, e);
        if (rc == RC_OK && *from) return count(c, a, month, *from, ret, e);
        if (rc == RC_OK) return RC_NO;
    }
    if (rc == RC_NO || (rc == RC_OK && *from >= size))
        return FAIL(e, RC_NOTFOUND, "REPORT-0006",
                    "the quarter that begins in %04d-%02d is not published yet: the signed "
                    "ledger has to hold the two weeks after it",
                    month / 12, month % 12 + 1);
    return rc;
}

RC quarters_get(struct casework *c, struct arena *a, int from, int to, uint64_t size,
                struct json **ret, uint64_t *ret_events, struct err *e)
{
    *ret = json_array(a);
    *ret_events = 0;
    for (int month = from; month < to; month += QUARTER) {
        struct json *q;
        enum rc rc = quarter(c, a, month, size, ret_events, &q, e);
        if (rc == RC_OK) json_add(a, *ret, q);
        if (rc != RC_OK && rc != RC_NO) return rc;
    }
    return RC_OK;
}

RC quarters_last(struct casework *c, struct arena *a, uint64_t size, int *ret, struct err *e)
{
    instant last;
    if (!size)
        return FAIL(e, RC_NOTFOUND, "REPORT-0006", "the signed ledger holds no quarter yet");
    TRY(at_of(c, a, size - 1, &last, e));
    *ret = settled(c, last);
    return RC_OK;
}

RC quarters_checkpoint(struct casework *c, struct arena *a, uint64_t events,
                       struct store_checkpoint *ret, struct err *e)
{
    struct store_checkpoint *list;
    int64_t before = INT64_MAX;
    for (size_t n = 1; n;) {
        TRY(store_checkpoints_page(c->store, a, before, PAGE, &list, &n, e));
        for (size_t i = 0; i < n; i++) {
            if (list[i].size <= events) return RC_OK;
            *ret = list[i];
            before = (int64_t)list[i].size;
        }
    }
    return RC_OK;
}

RC quarters_published(struct casework *c, struct arena *a, int *ret, struct err *e)
{
    struct str text;
    TRY(store_meta_get(c->store, a, LAST, &text, e));
    *ret = atoi(str_dupz(a, text));
    return RC_OK;
}

/* What is published stays: another worker may have counted the same quarter and been quicker.
 */
static RC keep(struct casework *c, struct arena *a, int month, struct json *q, struct err *e)
{
    struct work w;
    int published;
    TRY(work_begin(&w, c, (struct actor){"system"}, a, e));
    enum rc rc = quarters_published(c, a, &published, e);
    if (rc == RC_OK && published >= month) return work_end(&w, RC_OK, e);
    if (rc == RC_NO) rc = RC_OK;
    if (rc == RC_OK && q)
        rc = store_meta_set(c->store, key_of(a, month), work_canonical(a, q), e);
    if (rc == RC_OK)
        rc = store_meta_set(c->store, LAST, str_c(arena_printf(a, "%d", month)), e);
    return work_end(&w, rc, e);
}

/* The first quarter that is not published, and how many events the signed ledger has. RC_NO:
 * there is nothing to publish. */
static RC next_of(struct casework *c, struct arena *a, int *ret, int *ret_last, uint64_t *size,
                  struct err *e)
{
    int now = settled(c, clock_now(&c->clock));
    struct store_checkpoint *list;
    instant first;
    size_t n;
    enum rc rc = quarters_published(c, a, ret, e);
    if (rc == RC_OK && *ret >= now) return RC_NO;
    if (rc != RC_OK && rc != RC_NO) return rc;
    TRY(store_checkpoints_page(c->store, a, INT64_MAX, 1, &list, &n, e));
    if (!n || !list[0].size) return RC_NO;
    *size = list[0].size;
    TRY(quarters_last(c, a, *size, ret_last, e));
    if (rc == RC_NO) {
        TRY(at_of(c, a, 0, &first, e));
        *ret = work_month(c, first);
        *ret -= *ret % QUARTER;
    } else {
        *ret += QUARTER;
    }
    return *ret <= *ret_last ? RC_OK : RC_NO;
}

/* Counted without a lock, for it may take long; only keeping it takes one. */
RC quarters_publish(struct casework *c, struct arena *a, struct err *e)
{
    int month = 0, last = 0;
    uint64_t size, from = 0;
    enum rc rc = next_of(c, a, &month, &last, &size, e);
    for (; rc == RC_OK && month <= last; month += QUARTER) {
        struct json *q = NULL;
        rc = quarter(c, a, month, size, &from, &q, e);
        if (rc == RC_OK || rc == RC_NO) rc = keep(c, a, month, q, e);
    }
    return rc == RC_NO ? RC_OK : rc;
}
