/* The past of this database: the ledger folded into custody/history.h, and how many were booked
 * in each month. What it says of events is what the ledger says up to a checkpoint; bookings
 * are those of the tables of now. */
#include "casework/work.h"
#include "custody/history.h"
#include "base/tz.h"

static RC feed_one(void *ctx, const struct store_event *row, struct err *e)
{
    const struct history_event ev = {.index = row->index,
                                     .at = row->at,
                                     .kind = row->kind,
                                     .case_id = row->case_id,
                                     .booking = row->booking,
                                     .text = row->text};
    return history_feed(ctx, &ev, e);
}

int64_t work_day(struct casework *c, instant at)
{
    const struct tz *zone = zones_find(c->zones, c->time_zone);
    int64_t seconds = at / 1000 - (at % 1000 < 0);
    if (zone) seconds += tz_offset_at(zone, seconds);
    return seconds / 86400 - (seconds % 86400 < 0);
}

int work_month(struct casework *c, instant at)
{
    int64_t year;
    int month, day;
    date_civil(work_day(c, at), &year, &month, &day);
    return (int)year * 12 + month - 1;
}

enum { FIRST_MONTH = 1900 * 12, MONTHS = 400 * 12 };

struct booked {
    struct casework *c;
    int64_t *by_month;
};

static RC booked_one(void *ctx, instant at, struct err *e)
{
    struct booked *b = ctx;
    (void)e;
    int m = work_month(b->c, at) - FIRST_MONTH;
    if (m >= 0 && m < MONTHS) b->by_month[m]++;
    return RC_OK;
}

static RC add_bookings(struct casework *c, struct history *h, struct err *e)
{
    struct arena a;
    arena_init(&a, 0);
    struct booked b = {.c = c, .by_month = arena_array(&a, int64_t, MONTHS)};
    struct past_bookings *list = arena_array(&a, struct past_bookings, MONTHS);
    size_t n = 0;
    enum rc rc = store_booked_each(c->store, booked_one, &b, e);
    for (int i = 0; i < MONTHS; i++)
        if (b.by_month[i]) list[n++] = (struct past_bookings){FIRST_MONTH + i, b.by_month[i]};
    if (rc == RC_OK) history_set_bookings(h, list, n);
    arena_done(&a);
    return rc;
}

RC casework_history(struct casework *c, uint64_t size, struct history **ret, struct err *e)
{
    TRY(store_read_begin(c->store, e));
    struct history *h = history_new();
    uint64_t all = store_ledger_size(c->store, e);
    enum rc rc =
        size > all ? FAIL(e, RC_INVALID, "LEDGER-0013", "the ledger has %llu events, not %llu",
                          (unsigned long long)all, (unsigned long long)size)
                   : store_events_each(c->store, 0, size ? size : all, feed_one, h, e);
    if (rc == RC_OK) rc = add_bookings(c, h, e);
    store_read_end(c->store);
    if (rc != RC_OK) {
        history_free(h);
        return rc;
    }
    *ret = h;
    return RC_OK;
}
