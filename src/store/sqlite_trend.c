/* What the trend needs besides the ledger: when people were booked, and counts that were
 * reported for the time before. */
#include "store/sqlite.h"

RC store_booked_each(struct store *s, RC (*each)(void *ctx, instant booked_at, struct err *e),
                     void *ctx, struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    TRY(db_query(s, e, &st, "SELECT booked_at FROM bookings WHERE booked_at IS NOT NULL", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        rc = each(ctx, db_int(st, 0), e);
        if (rc != RC_OK) {
            db_rest(st);
            return rc;
        }
    }
    return rc == RC_NO ? RC_OK : rc;
}

static struct store_past_count past_row(sqlite3_stmt *st, struct arena *a)
{
    struct store_past_count r = {.month = (int)db_int(st, 0),
                                 .months = (int)db_int(st, 1),
                                 .requests = -1,
                                 .bookings = -1,
                                 .source = db_text(st, a, 4),
                                 .event = (uint64_t)db_int(st, 5)};
    if (sqlite3_column_type(st, 2) != SQLITE_NULL) r.requests = db_int(st, 2);
    if (sqlite3_column_type(st, 3) != SQLITE_NULL) r.bookings = db_int(st, 3);
    return r;
}

RC store_past_counts(struct store *s, struct arena *a, struct store_past_count **ret,
                     size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(
        s, e, &st,
        "SELECT month,months,requests,bookings,source,event FROM past_counts ORDER BY month",
        ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = past_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_past_count_put(struct store *s, const struct store_past_count *c, struct err *e)
{
    return db_run(
        s, e,
        "INSERT INTO past_counts(month,months,requests,bookings,source,event) "
        "VALUES(?1,?2,?3,?4,?5,?6) "
        "ON CONFLICT(month) DO UPDATE SET months=?2,requests=?3,bookings=?4,source=?5,event=?6",
        "iittSi", (int64_t)c->month, (int64_t)c->months,
        c->requests < 0 ? INSTANT_NONE : c->requests,
        c->bookings < 0 ? INSTANT_NONE : c->bookings, c->source, (int64_t)c->event);
}
