/* Bookings, charges and what was reported about releases. */
#include "store/sqlite.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

struct store_booking db_booking(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_booking){.id = db_int(st, 0),
                                  .who = {.booking_number = db_text(st, a, 1),
                                          .state_id = db_text(st, a, 2),
                                          .family = db_text(st, a, 3),
                                          .given = db_text(st, a, 4),
                                          .middle = db_text(st, a, 5),
                                          .sex = db_text(st, a, 6),
                                          .birth_date = db_days(st, 7)},
                                  .booked_at = db_instant(st, 8),
                                  .custody = (enum custody_state)db_int(st, 9),
                                  .triggered_at = db_instant(st, 10),
                                  .trigger_kind = db_text(st, a, 11),
                                  .left_at = db_instant(st, 12),
                                  .leave_kind = db_text(st, a, 13)};
}

static RC one_booking(struct store *s, sqlite3_stmt *st, struct arena *a,
                      struct store_booking *ret, struct err *e)
{
    TRY(db_step(s, st, e));
    *ret = db_booking(st, a);
    db_rest(st);
    return RC_OK;
}

RC store_booking_get(struct store *s, struct arena *a, int64_t id, struct store_booking *ret,
                     struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, DB_BOOKING "WHERE id=?1", "i", id));
    return one_booking(s, st, a, ret, e);
}

RC store_booking_find(struct store *s, struct arena *a, struct str number,
                      struct store_booking *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, DB_BOOKING "WHERE number=?1", "S", number));
    return one_booking(s, st, a, ret, e);
}

struct str store_name_key(struct arena *a, struct str family, struct str given)
{
    struct buf b = buf_in(a);
    if (!family.n) return (struct str){NULL, 0};
    buf_str_add(&b, family);
    buf_ch(&b, ' ');
    buf_str_add(&b, given);
    return utf8_name_key(a, buf_str(&b));
}

static struct str salt_of(const struct provenance *p)
{
    return p && p->chunk >= 0 ? str_n((const char *)p->salt, LEDGER_SALT)
                              : (struct str){NULL, 0};
}
static int64_t chunk_of(const struct provenance *p)
{
    return p && p->chunk >= 0 ? p->chunk : INSTANT_NONE;
}
static int64_t place_of(const struct provenance *p)
{
    return p && p->chunk >= 0 ? p->place : INSTANT_NONE;
}

RC store_booking_add(struct store *s, struct arena *a, struct store_booking *b,
                     const struct provenance *p, struct err *e)
{
    struct str key = store_name_key(a, b->who.family, b->who.given);
    TRY(db_run(s, e,
               "INSERT INTO "
               "bookings(number,state_id,family,given,middle,sex,birth_date,booked_at,custody,"
               "triggered_at,trigger_kind,"
               "left_at,leave_kind,chunk,place,salt,find_key) "
               "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17) "
               "ON CONFLICT(number) DO NOTHING",
               "Ssssssdtitststtbs", b->who.booking_number, b->who.state_id, b->who.family,
               b->who.given, b->who.middle, b->who.sex, b->who.birth_date, b->booked_at,
               (int64_t)b->custody, b->triggered_at, b->trigger_kind, b->left_at, b->leave_kind,
               chunk_of(p), place_of(p), salt_of(p), key));
    if (db_changes(s) == 0) return RC_NO;
    b->id = db_last_id(s);
    return RC_OK;
}

RC store_booking_save(struct store *s, struct arena *a, const struct store_booking *b,
                      const struct provenance *p, struct err *e)
{
    if (!p)
        return db_run(
            s, e,
            "UPDATE bookings SET "
            "custody=?2,triggered_at=?3,trigger_kind=?4,left_at=?5,leave_kind=?6 WHERE id=?1",
            "iitsts", b->id, (int64_t)b->custody, b->triggered_at, b->trigger_kind, b->left_at,
            b->leave_kind);
    return db_run(s, e,
                  "UPDATE bookings SET "
                  "state_id=?2,family=?3,given=?4,middle=?5,sex=?6,birth_date=?7,booked_at=?8,"
                  "custody=?9,triggered_at=?10,"
                  "trigger_kind=?11,left_at=?12,leave_kind=?13,chunk=?14,place=?15,salt=?16,"
                  "find_key=?17 WHERE id=?1",
                  "isssssdtitststtbs", b->id, b->who.state_id, b->who.family, b->who.given,
                  b->who.middle, b->who.sex, b->who.birth_date, b->booked_at,
                  (int64_t)b->custody, b->triggered_at, b->trigger_kind, b->left_at,
                  b->leave_kind, chunk_of(p), place_of(p), salt_of(p),
                  store_name_key(a, b->who.family, b->who.given));
}

enum { CANDIDATES = 64 };

static RC add_candidates(struct store *s, sqlite3_stmt *st, struct arena *a,
                         struct store_booking *list, size_t *n, struct err *e)
{
    enum rc rc;
    while ((rc = db_step(s, st, e)) == RC_OK) {
        bool known = false;
        for (size_t i = 0; i < *n; i++) known |= list[i].id == db_int(st, 0);
        if (known) continue;
        if (*n == CANDIDATES) {
            db_rest(st);
            return RC_OK;
        }
        list[(*n)++] = db_booking(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_candidates(struct store *s, struct arena *a, const struct identity *who,
                    struct store_booking **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    struct str key = store_name_key(a, who->family, who->given);
    *ret = arena_array(a, struct store_booking, CANDIDATES);
    *ret_n = 0;
    if (who->state_id.n) {
        TRY(db_query(s, e, &st, DB_BOOKING "WHERE left_at IS NULL AND state_id=?1 LIMIT 32",
                     "S", who->state_id));
        TRY(add_candidates(s, st, a, *ret, ret_n, e));
    }
    if (who->booking_number.n) {
        TRY(db_query(s, e, &st, DB_BOOKING "WHERE number=?1", "S", who->booking_number));
        TRY(add_candidates(s, st, a, *ret, ret_n, e));
    }
    if (!key.n) return RC_OK;
    TRY(db_query(s, e, &st, DB_BOOKING "WHERE left_at IS NULL AND find_key=?1 LIMIT 64", "S",
                 key));
    return add_candidates(s, st, a, *ret, ret_n, e);
}

/* ---- charges ---------------------------------------------------------------------------- */

static int64_t charge_id(int64_t booking, int sequence) { return booking * 65536 + sequence; }

static struct str spans_text(struct arena *a, const struct offence *o)
{
    struct buf b = buf_in(a);
    if (!o->incarcerated_known) return (struct str){NULL, 0};
    buf_ch(&b, '[');
    for (size_t i = 0; i < o->n_incarcerated; i++)
        buf_printf(&b, "%s[%lld,%lld]", i ? "," : "", (long long)o->incarcerated[i].from,
                   (long long)(o->incarcerated[i].to == INT64_MAX ? 0 : o->incarcerated[i].to));
    buf_ch(&b, ']');
    return buf_str(&b);
}

static void spans_read(struct arena *a, struct str text, struct offence *o)
{
    struct json *v;
    struct err e;
    if (!text.n || json_parse(a, text, "", NULL, &v, &e) != RC_OK) return;
    o->incarcerated_known = true;
    o->n_incarcerated = json_len(v);
    o->incarcerated = arena_array(a, struct span, o->n_incarcerated + 1);
    for (size_t i = 0; i < o->n_incarcerated; i++) {
        int64_t to = json_whole(json_at(json_at(v, i), 1), 0);
        o->incarcerated[i] =
            (struct span){json_whole(json_at(json_at(v, i), 0), 0), to ? to : INT64_MAX};
    }
}

#define CHARGE                                                                                 \
    "SELECT "                                                                                  \
    "id,this_booking,citation,text,class,grade,state_prison,attempt,stage,happened_on,"        \
    "convicted_on,incarcerated FROM charges "

static struct offence charge_row(sqlite3_stmt *st, struct arena *a)
{
    struct offence o = {.this_booking = db_int(st, 1) != 0,
                        .citation = db_text(st, a, 2),
                        .text = db_text(st, a, 3),
                        .class = db_text(st, a, 4),
                        .grade = (enum grade)db_int(st, 5),
                        .state_prison = (enum known)db_int(st, 6),
                        .attempt = (enum known)db_int(st, 7),
                        .stage = (enum stage)db_int(st, 8),
                        .on = db_days(st, 9),
                        .convicted_on = db_days(st, 10)};
    spans_read(a, db_text(st, a, 11), &o);
    return o;
}

RC store_charge_find(struct store *s, struct arena *a, int64_t booking, int sequence,
                     struct offence *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, CHARGE "WHERE id=?1", "i", charge_id(booking, sequence)));
    TRY(db_step(s, st, e));
    *ret = charge_row(st, a);
    db_rest(st);
    return RC_OK;
}

RC store_charge_put(struct store *s, const struct store_charge *c, const struct provenance *p,
                    struct err *e)
{
    struct arena a;
    const struct offence *o = &c->offence;
    arena_init(&a, 0);
    enum rc rc = db_run(
        s, e,
        "INSERT INTO "
        "charges(id,this_booking,citation,text,class,grade,state_prison,attempt,stage,happened_"
        "on,convicted_on,"
        "incarcerated,chunk,place,salt) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15) "
        "ON CONFLICT(id) DO UPDATE SET "
        "this_booking=excluded.this_booking,citation=excluded.citation,text=excluded.text,"
        "class=excluded.class,grade=excluded.grade,state_prison=excluded.state_prison,attempt="
        "excluded.attempt,"
        "stage=excluded.stage,happened_on=excluded.happened_on,convicted_on=excluded.convicted_"
        "on,"
        "incarcerated=excluded.incarcerated,chunk=excluded.chunk,place=excluded.place,salt="
        "excluded.salt",
        "iisssiiiiddsttb", charge_id(c->booking, c->sequence), (int64_t)o->this_booking,
        o->citation, o->text, o->class, (int64_t)o->grade, (int64_t)o->state_prison,
        (int64_t)o->attempt, (int64_t)o->stage, o->on, o->convicted_on, spans_text(&a, o),
        chunk_of(p), place_of(p), salt_of(p));
    arena_done(&a);
    return rc;
}

RC store_charges(struct store *s, struct arena *a, int64_t booking, struct offence **ret,
                 size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, CHARGE "WHERE id>=?1 AND id<?2 ORDER BY id", "ii",
                 charge_id(booking, 0), charge_id(booking + 1, 0)));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = charge_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_report_add(struct store *s, int64_t booking, struct str kind, instant at,
                    uint64_t event, struct err *e)
{
    TRY(db_run(
        s, e,
        "INSERT INTO reports(booking,kind,at,event) VALUES(?1,?2,?3,?4) ON CONFLICT DO NOTHING",
        "iSii", booking, kind, at, (int64_t)event));
    return db_changes(s) ? RC_OK : RC_NO;
}

RC store_chunk_add(struct store *s, uint64_t event, const struct hash *leaves, size_t n,
                   struct err *e)
{
    return db_run(s, e, "INSERT INTO import_chunks(event,leaves) VALUES(?1,?2)", "ib",
                  (int64_t)event, str_n((const char *)leaves, n * sizeof *leaves));
}

RC store_chunk_get(struct store *s, struct arena *a, int64_t event, const struct hash **ret,
                   size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT leaves FROM import_chunks WHERE event=?1", "i", event));
    TRY(db_step(s, st, e));
    struct str v = db_text(st, a, 0);
    db_rest(st);
    *ret = (const struct hash *)(const void *)v.p;
    *ret_n = v.n / sizeof **ret;
    return RC_OK;
}
