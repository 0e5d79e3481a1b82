/* The outbox: notices, their leases and how they ended. */
#include "store/sqlite.h"

#define COLUMNS                                                                                \
    "id,key,case_id,kind,channel,address,position,state,attempts,queued_at,next_at,lease_"     \
    "until,worker,provider_ref,decision,triggered_at,trigger_kind,"                            \
    "answers,confirmed_at,why"
#define NOTICE "SELECT " COLUMNS " FROM notices "

static struct store_notice notice_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_notice){.id = db_int(st, 0),
                                 .key = db_text(st, a, 1),
                                 .case_id = db_int(st, 2),
                                 .kind = (int)db_int(st, 3),
                                 .channel = (int)db_int(st, 4),
                                 .address = db_text(st, a, 5),
                                 .position = (int)db_int(st, 6),
                                 .state = (enum notice_state)db_int(st, 7),
                                 .attempts = (int)db_int(st, 8),
                                 .queued_at = db_int(st, 9),
                                 .next_at = db_int(st, 10),
                                 .lease_until = db_instant(st, 11),
                                 .worker = db_text(st, a, 12),
                                 .provider_ref = db_text(st, a, 13),
                                 .decision = db_int(st, 14),
                                 .triggered_at = db_instant(st, 15),
                                 .trigger_kind = db_text(st, a, 16),
                                 .answers = db_text(st, a, 17),
                                 .confirmed_at = db_instant(st, 18),
                                 .why = db_text(st, a, 19)};
}

RC store_notice_add(struct store *s, struct store_notice *n, struct err *e)
{
    TRY(db_run(s, e,
               "INSERT INTO "
               "notices(key,case_id,kind,channel,address,position,state,attempts,queued_at,"
               "next_at,decision,triggered_at,trigger_kind,answers,why) "
               "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15) ON CONFLICT(key) DO "
               "NOTHING",
               "SiiiSiiiiiitsss", n->key, n->case_id, (int64_t)n->kind, (int64_t)n->channel,
               n->address, (int64_t)n->position, (int64_t)n->state, (int64_t)n->attempts,
               n->queued_at, n->next_at, n->decision, n->triggered_at, n->trigger_kind,
               n->answers, n->why));
    if (!db_changes(s)) return RC_NO;
    n->id = db_last_id(s);
    return RC_OK;
}

RC store_notice_save(struct store *s, const struct store_notice *n, struct err *e)
{
    return db_run(s, e,
                  "UPDATE notices SET "
                  "state=?2,attempts=?3,next_at=?4,lease_until=?5,worker=?6,provider_ref=?7,"
                  "confirmed_at=?8,why=?9 WHERE id=?1",
                  "iiiitssts", n->id, (int64_t)n->state, (int64_t)n->attempts, n->next_at,
                  n->lease_until, n->worker, n->provider_ref, n->confirmed_at, n->why);
}

RC store_notice_get(struct store *s, struct arena *a, int64_t id, struct store_notice *ret,
                    struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, NOTICE "WHERE id=?1", "i", id));
    TRY(db_step(s, st, e));
    *ret = notice_row(st, a);
    db_rest(st);
    return RC_OK;
}

RC store_notices(struct store *s, struct arena *a, int64_t case_id, struct store_notice **ret,
                 size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    if (case_id)
        TRY(db_query(s, e, &st, NOTICE "WHERE case_id=?1 ORDER BY id", "i", case_id));
    else
        TRY(db_query(s, e, &st, NOTICE "WHERE state<4 ORDER BY next_at,id", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = notice_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_notices_page(struct store *s, struct arena *a, bool open, int64_t before, int limit,
                      struct store_notice **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    *ret = arena_array(a, struct store_notice, (size_t)limit + 1);
    *ret_n = 0;
    if (open)
        TRY(db_query(s, e, &st, NOTICE "WHERE state<4 AND id<?1 ORDER BY id DESC LIMIT ?2",
                     "ii", before, (int64_t)limit));
    else
        TRY(db_query(s, e, &st, NOTICE "WHERE id<?1 ORDER BY id DESC LIMIT ?2", "ii", before,
                     (int64_t)limit));
    while ((rc = db_step(s, st, e)) == RC_OK) (*ret)[(*ret_n)++] = notice_row(st, a);
    return rc == RC_NO ? RC_OK : rc;
}

RC store_notice_lease(struct store *s, struct arena *a, struct str worker, instant now,
                      instant until, struct store_notice *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "UPDATE notices SET lease_until=?2, worker=?3 WHERE id=(SELECT id FROM "
                 "notices WHERE state<4 AND next_at<=?1 AND "
                 "(lease_until IS NULL OR lease_until<=?1) ORDER BY kind, next_at, id LIMIT 1) "
                 "RETURNING " COLUMNS,
                 "iiS", now, until, worker));
    TRY(db_step(s, st, e));
    *ret = notice_row(st, a);
    enum rc rc = db_step(s, st, e); /* to its end, so that the change is made */
    if (rc == RC_OK) db_rest(st);
    return rc == RC_NO ? RC_OK : rc;
}

RC store_notices_due(struct store *s, instant now, size_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "SELECT count(*) FROM notices WHERE state<4 AND next_at<=?1 AND (lease_until "
                 "IS NULL OR lease_until<=?1)",
                 "i", now));
    TRY(db_step(s, st, e));
    *ret = (size_t)db_int(st, 0);
    db_rest(st);
    return RC_OK;
}

RC store_notice_next(struct store *s, instant *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(
        s, e, &st,
        "SELECT min(max(next_at,coalesce(lease_until,next_at))) FROM notices WHERE state<4",
        ""));
    TRY(db_step(s, st, e));
    *ret = db_instant(st, 0);
    db_rest(st);
    return *ret == INSTANT_NONE ? RC_NO : RC_OK;
}
