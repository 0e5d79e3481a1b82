/* Requests and the cases they are, answers given by hand, duties, alerts; forgetting;
 * counts. */
#include "store/sqlite.h"

#define CASE                                                                                   \
    "SELECT "                                                                                  \
    "c.id,r.agency,r.reference,r.form,r.received_at,r.content,r.body,r.dropped,c.state,c."     \
    "request_state,c.match,c.match_why,c.match_by,"                                            \
    "c.disputed,c.booking,c.decision,c.decided_at,c.told,c.work_why,c.supersedes,c."           \
    "superseded_by FROM cases c JOIN requests r ON r.id=c.id "

static struct store_case case_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_case){.id = db_int(st, 0),
                               .agency = db_text(st, a, 1),
                               .reference = db_text(st, a, 2),
                               .form = db_text(st, a, 3),
                               .received_at = db_int(st, 4),
                               .content = db_text(st, a, 5),
                               .body = db_text(st, a, 6),
                               .dropped = db_int(st, 7),
                               .state = (enum case_state)db_int(st, 8),
                               .request_state = (enum request_state)db_int(st, 9),
                               .match = (enum match)db_int(st, 10),
                               .match_why = db_text(st, a, 11),
                               .match_by = db_text(st, a, 12),
                               .disputed = db_int(st, 13) != 0,
                               .booking = db_int(st, 14),
                               .decision = db_int(st, 15),
                               .decided_at = db_instant(st, 16),
                               .told = db_text(st, a, 17),
                               .work_why = db_text(st, a, 18),
                               .supersedes = db_int(st, 19),
                               .superseded_by = db_int(st, 20)};
}

RC store_case_add(struct store *s, struct store_case *c, struct err *e)
{
    TRY(db_run(
        s, e,
        "INSERT INTO requests(agency,reference,form,received_at,content,body,dropped,find_key) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,"
        "name_key(json_extract(?6,'$.subject.family'),json_extract(?6,'$.subject.given')))",
        "SSSiSSi", c->agency, c->reference, c->form, c->received_at, c->content, c->body,
        c->dropped));
    c->id = db_last_id(s);
    return db_run(s, e,
                  "INSERT INTO "
                  "cases(id,state,request_state,match,match_why,match_by,disputed,booking,"
                  "decision,decided_at,told,work_why,supersedes,"
                  "superseded_by) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)",
                  "iiiissirrtssrr", c->id, (int64_t)c->state, (int64_t)c->request_state,
                  (int64_t)c->match, c->match_why, c->match_by, (int64_t)c->disputed,
                  c->booking, c->decision, c->decided_at, c->told, c->work_why, c->supersedes,
                  c->superseded_by);
}

RC store_case_save(struct store *s, const struct store_case *c, struct err *e)
{
    return db_run(s, e,
                  "UPDATE cases SET "
                  "state=?2,request_state=?3,match=?4,match_why=?5,match_by=?6,disputed=?7,"
                  "booking=?8,decision=?9,decided_at=?10,"
                  "told=?11,work_why=?12,supersedes=?13,superseded_by=?14 WHERE id=?1",
                  "iiiissirrtssrr", c->id, (int64_t)c->state, (int64_t)c->request_state,
                  (int64_t)c->match, c->match_why, c->match_by, (int64_t)c->disputed,
                  c->booking, c->decision, c->decided_at, c->told, c->work_why, c->supersedes,
                  c->superseded_by);
}

RC store_case_body(struct store *s, int64_t id, struct str body, struct err *e)
{
    return db_run(s, e,
                  "UPDATE requests SET "
                  "body=?2,find_key=name_key(json_extract(?2,'$.subject.family'),json_extract(?"
                  "2,'$.subject.given')) WHERE id=?1",
                  "is", id, body);
}

RC store_case_get(struct store *s, struct arena *a, int64_t id, struct store_case *ret,
                  struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, CASE "WHERE c.id=?1", "i", id));
    TRY(db_step(s, st, e));
    *ret = case_row(st, a);
    db_rest(st);
    return RC_OK;
}

static RC all_cases(struct store *s, sqlite3_stmt *st, struct arena *a, struct store_case **ret,
                    size_t *ret_n, struct err *e)
{
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = case_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

/* Newest first. The most selective condition picks the statement, so that each has an index. */
RC store_cases(struct store *s, struct arena *a, const struct store_case_filter *f,
               struct store_case **ret, size_t *ret_n, struct err *e)
{
    static const char *const texts[] = {
        CASE "WHERE c.booking=?5 AND (?1<0 OR c.state=?1) AND (?2 IS NULL OR r.agency=?2) AND "
             "(?3 IS NULL OR r.reference=?3) AND (?4=0 OR c.state<5) "
             "AND (?6=0 OR c.work_why IS NOT NULL) ORDER BY c.id DESC LIMIT ?7",
        CASE "WHERE r.agency=?2 AND r.reference=?3 AND (?1<0 OR c.state=?1) AND (?4=0 OR "
             "c.state<5) AND (?5 IS NULL OR c.booking=?5) "
             "AND (?6=0 OR c.work_why IS NOT NULL) ORDER BY c.id DESC LIMIT ?7",
        CASE "WHERE c.work_why IS NOT NULL AND (?1<0 OR c.state=?1) AND (?2 IS NULL OR "
             "r.agency=?2) AND (?3 IS NULL OR r.reference=?3) "
             "AND (?4=0 OR c.state<5) AND (?5 IS NULL OR c.booking=?5) AND ?6=1 ORDER BY c.id "
             "DESC LIMIT ?7",
        CASE "WHERE (?1<0 OR c.state=?1) AND (?2 IS NULL OR r.agency=?2) AND (?3 IS NULL OR "
             "r.reference=?3) AND (?4=0 OR c.state<5) "
             "AND (?5 IS NULL OR c.booking=?5) AND ?6=0 ORDER BY c.id DESC LIMIT ?7",
    };
    sqlite3_stmt *st;
    const char *sql = f->booking                      ? texts[0]
                      : f->reference.n && f->agency.n ? texts[1]
                      : f->work_only                  ? texts[2]
                                                      : texts[3];
    TRY(db_query(s, e, &st, sql, "issirii", (int64_t)f->state, f->agency, f->reference,
                 (int64_t)f->open_only, f->booking, (int64_t)f->work_only,
                 (int64_t)(f->limit > 0 ? f->limit : -1)));
    return all_cases(s, st, a, ret, ret_n, e);
}

RC store_cases_open_at(struct store *s, struct arena *a, int64_t booking, int64_t **ret,
                       size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, "SELECT id FROM cases WHERE booking=?1 AND state<5 ORDER BY id",
                 "i", booking));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = db_int(st, 0);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_waiting_set(struct store *s, const struct store_waiting *w, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO unmatched(id,number,state_id,name_key) VALUES(?1,?2,?3,?4) ON "
                  "CONFLICT(id) DO UPDATE SET number=excluded.number,"
                  "state_id=excluded.state_id,name_key=excluded.name_key",
                  "isss", w->id, w->number, w->state_id, w->name_key);
}

RC store_waiting_drop(struct store *s, int64_t id, struct err *e)
{
    return db_run(s, e, "DELETE FROM unmatched WHERE id=?1", "i", id);
}

RC store_waiting_all(struct store *s, struct arena *a, struct store_waiting **ret,
                     size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, "SELECT id,number,state_id,name_key FROM unmatched ORDER BY id",
                 ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = (struct store_waiting){db_int(st, 0), db_text(st, a, 1),
                                                    db_text(st, a, 2), db_text(st, a, 3)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- answers by hand --------------------------------------------------------------------- */

RC store_by_hand_put(struct store *s, const struct store_by_hand *h, struct err *e)
{
    return db_run(
        s, e,
        "INSERT INTO "
        "answers_by_hand(case_id,ask,outcome,confirmed,override,basis,by_whom,second,at,reason)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10) "
        "ON CONFLICT(case_id,ask,confirmed) DO UPDATE SET "
        "outcome=excluded.outcome,override=excluded.override,basis=excluded.basis,"
        "by_whom=excluded.by_whom,second=excluded.second,at=excluded.at,reason=excluded.reason",
        "iiiiiSSsis", h->case_id, (int64_t)h->ask, (int64_t)h->outcome, (int64_t)h->confirmed,
        (int64_t)h->override, h->basis, h->by, h->second, h->at, h->reason);
}

RC store_by_hand_drop(struct store *s, int64_t case_id, enum ask ask, bool confirmed,
                      struct err *e)
{
    return db_run(s, e,
                  "DELETE FROM answers_by_hand WHERE case_id=?1 AND ask=?2 AND confirmed=?3",
                  "iii", case_id, (int64_t)ask, (int64_t)confirmed);
}

RC store_by_hand_all(struct store *s, struct arena *a, int64_t case_id,
                     struct store_by_hand **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st,
                 "SELECT ask,outcome,confirmed,override,basis,by_whom,second,at,reason FROM "
                 "answers_by_hand WHERE case_id=?1 ORDER BY ask,confirmed",
                 "i", case_id));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = (struct store_by_hand){.case_id = case_id,
                                                    .ask = (enum ask)db_int(st, 0),
                                                    .outcome = (enum outcome)db_int(st, 1),
                                                    .confirmed = db_int(st, 2) != 0,
                                                    .override = db_int(st, 3) != 0,
                                                    .basis = db_text(st, a, 4),
                                                    .by = db_text(st, a, 5),
                                                    .second = db_text(st, a, 6),
                                                    .at = db_int(st, 7),
                                                    .reason = db_text(st, a, 8)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_proposals(struct store *s, struct arena *a, struct store_by_hand **ret, size_t *ret_n,
                   struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(
        s, e, &st,
        "SELECT h.case_id,h.ask,h.outcome,h.by_whom,h.at,h.reason FROM answers_by_hand h JOIN "
        "cases c ON c.id=h.case_id WHERE h.confirmed=0 AND c.state<5 "
        "ORDER BY h.at LIMIT 400",
        ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = (struct store_by_hand){.case_id = db_int(st, 0),
                                                    .ask = (enum ask)db_int(st, 1),
                                                    .outcome = (enum outcome)db_int(st, 2),
                                                    .by = db_text(st, a, 3),
                                                    .at = db_int(st, 4),
                                                    .reason = db_text(st, a, 5)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- duties and alerts ------------------------------------------------------------------- */

RC store_duty_add(struct store *s, const struct store_duty *d, struct err *e)
{
    TRY(db_run(s, e,
               "INSERT INTO duties(case_id,what,since,due,state,citation) "
               "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO NOTHING",
               "iSitis", d->case_id, d->what, d->since, d->due, (int64_t)d->state,
               d->citation));
    return db_changes(s) ? RC_OK : RC_NO;
}

RC store_duty_save(struct store *s, const struct store_duty *d, struct err *e)
{
    return db_run(
        s, e,
        "UPDATE duties SET state=?3,done_at=?4,done_by=?5,how=?6 WHERE case_id=?1 AND what=?2",
        "iSitss", d->case_id, d->what, (int64_t)d->state, d->done_at, d->done_by, d->how);
}

static RC all_duties(struct store *s, sqlite3_stmt *st, struct arena *a,
                     struct store_duty **ret, size_t *ret_n, struct err *e)
{
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = (struct store_duty){.case_id = db_int(st, 0),
                                                 .what = db_text(st, a, 1),
                                                 .since = db_int(st, 2),
                                                 .due = db_instant(st, 3),
                                                 .state = (int)db_int(st, 4),
                                                 .citation = db_text(st, a, 5),
                                                 .done_at = db_instant(st, 6),
                                                 .done_by = db_text(st, a, 7),
                                                 .how = db_text(st, a, 8)};
    }
    return rc == RC_NO ? RC_OK : rc;
}
#define DUTY "SELECT case_id,what,since,due,state,citation,done_at,done_by,how FROM duties "

RC store_duties(struct store *s, struct arena *a, int64_t case_id, struct store_duty **ret,
                size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, DUTY "WHERE case_id=?1 ORDER BY what", "i", case_id));
    return all_duties(s, st, a, ret, ret_n, e);
}

RC store_duties_due(struct store *s, struct arena *a, instant now, struct store_duty **ret,
                    size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, DUTY "WHERE state=0 AND due IS NOT NULL AND due<?1 ORDER BY due",
                 "i", now));
    return all_duties(s, st, a, ret, ret_n, e);
}

RC store_duties_late(struct store *s, struct arena *a, struct store_duty **ret, size_t *ret_n,
                     struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, DUTY "WHERE state=2 ORDER BY due LIMIT 1000", ""));
    return all_duties(s, st, a, ret, ret_n, e);
}

RC store_alert_raise(struct store *s, const struct store_alert *al, struct err *e)
{
    TRY(db_run(s, e,
               "INSERT INTO alerts(name,kind,text,case_id,booking,raised_at) "
               "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(name) DO NOTHING",
               "SSSrri", al->name, al->kind, al->text, al->case_id, al->booking,
               al->raised_at));
    return db_changes(s) ? RC_OK : RC_NO;
}

RC store_alert_close(struct store *s, int64_t id, instant at, struct str by, struct str reason,
                     struct err *e)
{
    TRY(db_run(s, e,
               "UPDATE alerts SET closed_at=?2,closed_by=?3,reason=?4 WHERE id=?1 AND "
               "closed_at IS NULL",
               "iiSs", id, at, by, reason));
    return db_changes(s) ? RC_OK : RC_NO;
}

#define ALERT "SELECT id,name,kind,text,case_id,booking,raised_at FROM alerts "

RC store_alerts(struct store *s, struct arena *a, int64_t case_id, struct store_alert **ret,
                size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st,
                 case_id ? ALERT "WHERE closed_at IS NULL AND case_id=?1 ORDER BY id"
                         : ALERT "WHERE closed_at IS NULL AND ?1=0 ORDER BY id",
                 "i", case_id));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = (struct store_alert){.id = db_int(st, 0),
                                                  .name = db_text(st, a, 1),
                                                  .kind = db_text(st, a, 2),
                                                  .text = db_text(st, a, 3),
                                                  .case_id = db_int(st, 4),
                                                  .booking = db_int(st, 5),
                                                  .raised_at = db_int(st, 6)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- forgetting -------------------------------------------------------------------------- */

RC store_expunge_proposed(struct store *s, struct arena *a, int64_t booking, struct str *ret_by,
                          struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT proposed_by FROM expunges WHERE booking=?1", "i", booking));
    TRY(db_step(s, st, e));
    *ret_by = db_text(st, a, 0);
    db_rest(st);
    return RC_OK;
}

RC store_expunge_propose(struct store *s, int64_t booking, struct str by, struct str authority,
                         instant at, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO expunges(booking,proposed_by,authority,at) VALUES(?1,?2,?3,?4) "
                  "ON CONFLICT DO NOTHING",
                  "iSSi", booking, by, authority, at);
}

/* Every place where a text about the person can stand, by the tables of schema/001.sql.
 * Commitments, leaves and counts stay. */
RC store_expunge(struct store *s, int64_t booking, uint64_t *ret_events, uint64_t *ret_cases,
                 struct err *e)
{
    static const char *const by_case[] = {
        "UPDATE requests SET reference='expunged:'||id, content='', body=NULL, find_key=NULL "
        "WHERE id IN (SELECT id FROM cases WHERE booking=?1)",
        "UPDATE answers_by_hand SET reason=NULL, basis='' WHERE case_id IN (SELECT id FROM "
        "cases WHERE booking=?1)",
        "UPDATE duties SET how=NULL WHERE case_id IN (SELECT id FROM cases WHERE booking=?1)",
        "UPDATE alerts SET text='expunged', reason=NULL, name='expunged:'||id WHERE booking=?1 "
        "OR case_id IN (SELECT id FROM cases WHERE booking=?1)",
        "UPDATE notices SET provider_ref=NULL, why=NULL WHERE case_id IN (SELECT id FROM cases "
        "WHERE booking=?1)",
        "DELETE FROM answers WHERE ?1 IS NOT NULL", /* they may quote it */
        "DELETE FROM unmatched WHERE id IN (SELECT id FROM cases WHERE booking=?1)",
        "DELETE FROM charges WHERE id>=?1*65536 AND id<(?1+1)*65536",
        "UPDATE bookings SET "
        "number='expunged:'||id,state_id=NULL,family=NULL,given=NULL,middle=NULL,sex=NULL,"
        "birth_date=NULL,find_key=NULL,salt=NULL WHERE id=?1",
    };
    TRY(db_run(s, e,
               "UPDATE events SET salt=NULL, text=NULL WHERE text IS NOT NULL AND (booking=?1 "
               "OR case_id IN (SELECT id FROM cases WHERE booking=?1))",
               "i", booking));
    *ret_events = (uint64_t)db_changes(s);
    TRY(db_run(s, e, "UPDATE cases SET match_why=NULL, told=NULL WHERE booking=?1", "i",
               booking));
    *ret_cases = (uint64_t)db_changes(s);
    for (size_t i = 0; i < sizeof by_case / sizeof *by_case; i++)
        TRY(db_run(s, e, by_case[i], "i", booking));
    return db_run(s, e, "DELETE FROM expunges WHERE booking=?1", "i", booking);
}

RC store_counts(struct store *s, struct store_count *ret, size_t *n, struct err *e)
{
    static const struct {
        const char *name, *sql;
    } rows[] = {
        {"bookings", "SELECT coalesce(max(id),0) FROM bookings"},
        {"in_custody",
         "SELECT count(*) FROM bookings INDEXED BY bookings_here WHERE left_at IS NULL"},
        {"cases", "SELECT coalesce(max(id),0) FROM cases"},
        {"open_cases", "SELECT count(*) FROM cases WHERE state<5"},
        {"work_list", "SELECT count(*) FROM cases WHERE work_why IS NOT NULL"},
        {"alerts", "SELECT count(*) FROM alerts WHERE closed_at IS NULL"},
        {"notices_open", "SELECT count(*) FROM notices WHERE state<4"},
        {"notices_confirmed", "SELECT count(*) FROM notices WHERE state=4"},
        {"duties_late", "SELECT count(*) FROM duties WHERE state=2"},
        {"events", "SELECT coalesce(max(id)+1,0) FROM events"},
        {"checkpoint_size", "SELECT coalesce(max(size),0) FROM checkpoints"},
    };
    size_t room = *n;
    *n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows && i < room; i++) {
        sqlite3_stmt *st;
        TRY(db_query(s, e, &st, rows[i].sql, ""));
        TRY(db_step(s, st, e));
        ret[(*n)++] = (struct store_count){rows[i].name, db_int(st, 0)};
        db_rest(st);
    }
    return RC_OK;
}
