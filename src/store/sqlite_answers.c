/* Answers by idempotency key (schema/004.sql). They may speak of cases, so they are forgotten
 * with any record that is. */
#include "store/sqlite.h"

RC store_answer_find(struct store *s, struct arena *a, struct str owner, struct str key,
                     instant after, struct store_answer *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "SELECT request,status,type,etag,location,body,at FROM answers WHERE owner=?1 "
                 "AND key=?2 AND at>=?3",
                 "ssi", owner, key, after));
    TRY(db_step(s, st, e));
    *ret = (struct store_answer){.status = (int)db_int(st, 1),
                                 .type = db_text(st, a, 2),
                                 .etag = db_text(st, a, 3),
                                 .location = db_text(st, a, 4),
                                 .body = db_text(st, a, 5),
                                 .at = db_int(st, 6)};
    enum rc rc = db_hash(st, 0, &ret->request, e);
    db_rest(st);
    return rc;
}

RC store_answer_put(struct store *s, struct str owner, struct str key,
                    const struct store_answer *v, struct err *e)
{
    return db_run(
        s, e,
        "INSERT OR REPLACE INTO answers(owner,key,request,status,type,etag,location,body,at) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        "ssbissssi", owner, key, str_n((const char *)v->request.b, HASH_SIZE),
        (int64_t)v->status, v->type, v->etag, v->location, v->body, v->at);
}

RC store_answers_forget(struct store *s, instant before, struct err *e)
{
    return db_run(s, e, "DELETE FROM answers WHERE at<?1", "i", before);
}
