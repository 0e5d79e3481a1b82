/* The rows that imports bring, as bytes: what a leaf of a chunk commits to. Canonical JSON
 * written by hand, because millions of rows go through here; members in the order of their
 * bytes, unknown ones absent. */
#include "store/sqlite.h"
#include "base/buf.h"
#include "base/json.h"

static void member(struct buf *b, const char *name)
{
    buf_c(b, b->n > 1 ? ",\"" : "\"");
    buf_c(b, name);
    buf_add(b, "\":", 2);
}

static void text(struct buf *b, const char *name, struct str v)
{
    if (!v.n) return;
    member(b, name);
    json_write_string(b, v);
}

static void whole(struct buf *b, const char *name, int64_t v)
{
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    if (v == INSTANT_NONE) return;
    do *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (v < 0) *--p = '-';
    member(b, name);
    buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

struct str store_booking_canonical(struct arena *a, const struct store_booking *k)
{
    struct buf b = buf_in(a);
    buf_room(&b, 256);
    buf_ch(&b, '{');
    whole(&b, "birth_date", k->who.birth_date);
    whole(&b, "booked_at", k->booked_at);
    text(&b, "booking_number", k->who.booking_number);
    text(&b, "family", k->who.family);
    text(&b, "given", k->who.given);
    text(&b, "middle", k->who.middle);
    text(&b, "sex", k->who.sex);
    text(&b, "state_id", k->who.state_id);
    buf_ch(&b, '}');
    return buf_str(&b);
}

struct str store_charge_canonical(struct arena *a, struct str booking_number,
                                  const struct store_charge *c)
{
    struct buf b = buf_in(a);
    const struct offence *o = &c->offence;
    buf_room(&b, 256);
    buf_ch(&b, '{');
    whole(&b, "attempt", o->attempt);
    text(&b, "booking_number", booking_number);
    text(&b, "citation", o->citation);
    text(&b, "class", o->class);
    whole(&b, "convicted_on", o->convicted_on);
    whole(&b, "grade", o->grade);
    if (o->incarcerated_known) {
        member(&b, "incarcerated");
        buf_ch(&b, '[');
        for (size_t i = 0; i < o->n_incarcerated; i++)
            buf_printf(
                &b, "%s[%lld,%lld]", i ? "," : "", (long long)o->incarcerated[i].from,
                (long long)(o->incarcerated[i].to == INT64_MAX ? 0 : o->incarcerated[i].to));
        buf_ch(&b, ']');
    }
    whole(&b, "on", o->on);
    whole(&b, "sequence", c->sequence);
    whole(&b, "stage", o->stage);
    whole(&b, "state_prison", o->state_prison);
    text(&b, "text", o->text);
    whole(&b, "this_booking", o->this_booking);
    buf_ch(&b, '}');
    return buf_str(&b);
}

/* ---- are the rows still those that were committed to? ------------------------------------ */

struct chunk_leaf {
    bool found;
    struct hash leaf;
};

static RC leaf_at(struct store *s, int64_t chunk, int64_t place, struct chunk_leaf *ret,
                  struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "SELECT substr(leaves,?2*32+1,32) FROM import_chunks WHERE event=?1", "ii",
                 chunk, place));
    enum rc rc = db_step(s, st, e);
    ret->found = rc == RC_OK && sqlite3_column_bytes(st, 0) == HASH_SIZE;
    if (ret->found) memcpy(ret->leaf.b, sqlite3_column_blob(st, 0), HASH_SIZE);
    if (rc == RC_OK) db_rest(st);
    return rc == RC_NO ? RC_OK : rc;
}

static RC check_row(struct store *s, const struct provenance *p, struct str canonical,
                    uint64_t *bad, struct err *e)
{
    struct chunk_leaf l;
    TRY(leaf_at(s, p->chunk, p->place, &l, e));
    *bad += !l.found || !hash_eq(l.leaf, ledger_commitment(p->salt, canonical));
    return RC_OK;
}

static bool provenance_row(sqlite3_stmt *st, int column, struct provenance *ret)
{
    if (sqlite3_column_type(st, column) == SQLITE_NULL ||
        sqlite3_column_bytes(st, column + 2) != LEDGER_SALT)
        return false;
    ret->chunk = db_int(st, column);
    ret->place = db_int(st, column + 1);
    memcpy(ret->salt, sqlite3_column_blob(st, column + 2), LEDGER_SALT);
    return true;
}

static RC verify_bookings(struct store *s, struct arena *a, uint64_t *rows, uint64_t *bad,
                          struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    TRY(db_query(
        s, e, &st,
        "SELECT number,state_id,family,given,middle,sex,birth_date,booked_at,chunk,place,salt "
        "FROM bookings ORDER BY id",
        ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        struct provenance p;
        struct store_booking b = {.who = {db_peek(st, 0), db_peek(st, 1), db_peek(st, 2),
                                          db_peek(st, 3), db_peek(st, 4), db_days(st, 6),
                                          db_peek(st, 5)},
                                  .booked_at = db_instant(st, 7)};
        if (!provenance_row(st, 8, &p)) continue;
        (*rows)++;
        if ((rc = check_row(s, &p, store_booking_canonical(a, &b), bad, e)) != RC_OK) {
            db_rest(st);
            return rc;
        }
        arena_reset(a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

static RC verify_charges(struct store *s, struct arena *a, uint64_t *rows, uint64_t *bad,
                         struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    TRY(db_query(s, e, &st,
                 "SELECT c.id,b.number,c.chunk,c.place,c.salt FROM charges c JOIN bookings b "
                 "ON b.id=c.id/65536 WHERE c.salt IS NOT NULL ORDER BY c.id",
                 ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        struct provenance p;
        struct store_charge c = {.booking = db_int(st, 0) / 65536,
                                 .sequence = (int)(db_int(st, 0) % 65536)};
        if (!provenance_row(st, 2, &p)) continue;
        (*rows)++;
        rc = store_charge_find(s, a, c.booking, c.sequence, &c.offence, e);
        if (rc == RC_OK)
            rc = check_row(s, &p, store_charge_canonical(a, db_peek(st, 1), &c), bad, e);
        if (rc != RC_OK) {
            db_rest(st);
            return rc;
        }
        arena_reset(a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_rows_verify(struct store *s, uint64_t *ret_rows, uint64_t *ret_bad, struct err *e)
{
    struct arena a;
    *ret_rows = *ret_bad = 0;
    arena_init(&a, 0);
    enum rc rc = verify_bookings(s, &a, ret_rows, ret_bad, e);
    if (rc == RC_OK) rc = verify_charges(s, &a, ret_rows, ret_bad, e);
    arena_done(&a);
    return rc;
}
