/* Events, tiles and checkpoints. The right edge of the tree is kept in memory; it is read again
 * when another connection has appended, which the write transaction looks at before anything
 * else. */
#include "store/sqlite.h"
#include "os/random.h"

static RC size_in_file(struct store *s, uint64_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT coalesce(max(id)+1,0) FROM events", ""));
    TRY(db_step(s, st, e));
    *ret = (uint64_t)db_int(st, 0);
    db_rest(st);
    return RC_OK;
}

static RC add_leaves(struct store *s, struct ledger_edge *edge, uint64_t to, struct err *e)
{
    sqlite3_stmt *st;
    struct hash h;
    enum rc rc;
    TRY(db_query(s, e, &st,
                 "SELECT id, commitment FROM events WHERE id>=?1 AND id<?2 ORDER BY id", "ii",
                 (int64_t)edge->size, (int64_t)to));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        if ((uint64_t)db_int(st, 0) != edge->size) {
            db_rest(st);
            return FAIL(e, RC_IO, "LEDGER-0010", "event %llu is missing from the ledger",
                        (unsigned long long)edge->size);
        }
        if ((rc = db_hash(st, 1, &h, e)) != RC_OK) {
            db_rest(st);
            return rc;
        }
        ledger_append(edge, ledger_leaf(h));
    }
    if (rc != RC_NO) return rc;
    if (edge->size != to)
        return FAIL(e, RC_IO, "LEDGER-0010", "event %llu is missing from the ledger",
                    (unsigned long long)edge->size);
    return RC_OK;
}

/* A tree over the tiles' roots has the peaks of the tree over their leaves; then the leaves
 * behind the last tile. */
static RC edge_from_tiles(struct store *s, uint64_t size, struct ledger_edge *ret,
                          struct err *e)
{
    sqlite3_stmt *st;
    struct hash h;
    enum rc rc;
    *ret = (struct ledger_edge){0};
    TRY(db_query(s, e, &st, "SELECT id, root FROM tiles WHERE id<?1 ORDER BY id", "i",
                 (int64_t)(size / LEDGER_TILE)));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        if ((uint64_t)db_int(st, 0) != ret->size)
            rc = FAIL(e, RC_IO, "LEDGER-0010", "tile %llu is missing",
                      (unsigned long long)ret->size);
        else
            rc = db_hash(st, 1, &h, e);
        if (rc != RC_OK) {
            db_rest(st);
            return rc;
        }
        ledger_append(ret, h);
    }
    if (rc != RC_NO) return rc;
    ret->size *= LEDGER_TILE;
    return add_leaves(s, ret, size, e);
}

RC store_ledger_edge(struct store *s, struct ledger_edge *ret, struct err *e)
{
    uint64_t size;
    TRY(size_in_file(s, &size, e));
    if (!s->edge_known || size < s->edge.size || size > s->edge.size + 4 * LEDGER_TILE) {
        TRY(edge_from_tiles(s, size, &s->edge, e));
    } else if (size > s->edge.size) {
        TRY(add_leaves(s, &s->edge, size, e));
    }
    s->edge_known = true;
    *ret = s->edge;
    return RC_OK;
}

uint64_t store_ledger_size(struct store *s, struct err *e)
{
    uint64_t size;
    if (s->in_transaction) return s->edge.size;
    return size_in_file(s, &size, e) == RC_OK ? size : 0;
}

static RC tile_root(struct store *s, uint64_t tile, struct hash *ret, struct err *e)
{
    struct ledger_edge t = {0};
    sqlite3_stmt *st;
    struct hash h;
    enum rc rc;
    int64_t from = (int64_t)(tile * LEDGER_TILE);
    TRY(db_query(s, e, &st, "SELECT commitment FROM events WHERE id>=?1 AND id<?2 ORDER BY id",
                 "ii", from, from + LEDGER_TILE));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        if ((rc = db_hash(st, 0, &h, e)) != RC_OK) {
            db_rest(st);
            return rc;
        }
        ledger_append(&t, ledger_leaf(h));
    }
    if (rc != RC_NO) return rc;
    if (t.size != LEDGER_TILE)
        return FAIL(e, RC_IO, "LEDGER-0010", "tile %llu has %llu events",
                    (unsigned long long)tile, (unsigned long long)t.size);
    *ret = t.peaks[0];
    return RC_OK;
}

RC store_event_add(struct store *s, struct store_event *ev, struct err *e)
{
    random_bytes(ev->salt, sizeof ev->salt);
    ev->commitment = ledger_commitment(ev->salt, ev->text);
    ev->index = s->edge.size;
    TRY(db_run(s, e,
               "INSERT INTO events(id,at,kind,case_id,booking,salt,text,commitment) "
               "VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
               "itsrrbSb", (int64_t)ev->index, ev->at, ev->kind, ev->case_id, ev->booking,
               str_n((const char *)ev->salt, LEDGER_SALT), ev->text,
               str_n((const char *)ev->commitment.b, HASH_SIZE)));
    ledger_append(&s->edge, ledger_leaf(ev->commitment));
    if (s->edge.size % LEDGER_TILE) return RC_OK;
    struct hash root;
    int64_t tile = (int64_t)(s->edge.size / LEDGER_TILE) - 1;
    TRY(tile_root(s, (uint64_t)tile, &root, e));
    return db_run(s, e, "INSERT INTO tiles(id,root) VALUES(?1,?2)", "ib", tile,
                  str_n((const char *)root.b, HASH_SIZE));
}

static RC event_row(sqlite3_stmt *st, struct arena *a, struct store_event *ret, struct err *e)
{
    *ret = (struct store_event){.index = (uint64_t)db_int(st, 0),
                                .at = db_int(st, 1),
                                .case_id = db_int(st, 3),
                                .booking = db_int(st, 4)};
    ret->kind = a ? db_text(st, a, 2) : db_peek(st, 2);
    ret->text = a ? db_text(st, a, 6) : db_peek(st, 6);
    if (sqlite3_column_bytes(st, 5) == LEDGER_SALT)
        memcpy(ret->salt, sqlite3_column_blob(st, 5), LEDGER_SALT);
    return db_hash(st, 7, &ret->commitment, e);
}
#define EVENT "SELECT id,at,kind,case_id,booking,salt,text,commitment FROM events "

RC store_event_get(struct store *s, struct arena *a, uint64_t index, struct store_event *ret,
                   struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, EVENT "WHERE id=?1", "i", (int64_t)index));
    TRY(db_step(s, st, e));
    enum rc rc = event_row(st, a, ret, e);
    db_rest(st);
    return rc;
}

RC store_events_each(struct store *s, uint64_t from, uint64_t to,
                     RC (*each)(void *ctx, const struct store_event *ev, struct err *e),
                     void *ctx, struct err *e)
{
    sqlite3_stmt *st;
    struct store_event ev;
    enum rc rc;
    TRY(db_query(s, e, &st, EVENT "WHERE id>=?1 AND id<?2 ORDER BY id", "ii", (int64_t)from,
                 (int64_t)to));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        rc = event_row(st, NULL, &ev, e);
        if (rc == RC_OK) rc = each(ctx, &ev, e);
        if (rc != RC_OK) {
            db_rest(st);
            break;
        }
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_events_of_case(struct store *s, struct arena *a, int64_t case_id,
                        struct store_event **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, EVENT "WHERE case_id=?1 ORDER BY id", "i", case_id));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        if ((rc = event_row(st, a, &(*ret)[(*ret_n)++], e)) != RC_OK) {
            db_rest(st);
            return rc;
        }
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_tile_get(struct store *s, uint64_t tile, struct hash *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT root FROM tiles WHERE id=?1", "i", (int64_t)tile));
    TRY(db_step(s, st, e));
    enum rc rc = db_hash(st, 0, ret, e);
    db_rest(st);
    return rc;
}

static RC node(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
    struct store *s = ctx;
    struct ledger_edge t = {0};
    sqlite3_stmt *st;
    struct hash h;
    enum rc rc;
    bool tiles = level >= 8;
    unsigned up = tiles ? level - 8 : level;
    int64_t from = (int64_t)(index << up), to = (int64_t)((index + 1) << up);
    if (tiles)
        TRY(db_query(s, e, &st, "SELECT root FROM tiles WHERE id>=?1 AND id<?2 ORDER BY id",
                     "ii", from, to));
    else
        TRY(db_query(s, e, &st,
                     "SELECT commitment FROM events WHERE id>=?1 AND id<?2 ORDER BY id", "ii",
                     from, to));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        if ((rc = db_hash(st, 0, &h, e)) != RC_OK) {
            db_rest(st);
            return rc;
        }
        ledger_append(&t, tiles ? h : ledger_leaf(h));
    }
    if (rc != RC_NO) return rc;
    if (t.size != (uint64_t)(to - from))
        return FAIL(e, RC_IO, "LEDGER-0010", "the ledger lacks a part of %lld to %lld",
                    (long long)from, (long long)to);
    *ret = t.peaks[0];
    return RC_OK;
}

struct ledger_reader store_ledger_reader(struct store *s)
{
    return (struct ledger_reader){.ctx = s, .node = node};
}

RC store_checkpoint_add(struct store *s, const struct store_checkpoint *c, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO checkpoints(size,at,note) VALUES(?1,?2,?3) ON CONFLICT(size) DO "
                  "UPDATE SET at=excluded.at, note=excluded.note",
                  "itS", (int64_t)c->size, c->at, c->note);
}

static struct store_checkpoint checkpoint_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_checkpoint){
        .size = (uint64_t)db_int(st, 0), .at = db_int(st, 1), .note = db_text(st, a, 2)};
}

RC store_checkpoints(struct store *s, struct arena *a, struct store_checkpoint **ret,
                     size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, "SELECT size,at,note FROM checkpoints ORDER BY size", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = checkpoint_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_checkpoints_page(struct store *s, struct arena *a, int64_t before, int limit,
                          struct store_checkpoint **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    enum rc rc;
    *ret = arena_array(a, struct store_checkpoint, (size_t)limit + 1);
    *ret_n = 0;
    TRY(db_query(
        s, e, &st,
        "SELECT size,at,note FROM checkpoints WHERE size<?1 ORDER BY size DESC LIMIT ?2", "ii",
        before, (int64_t)limit));
    while ((rc = db_step(s, st, e)) == RC_OK) (*ret)[(*ret_n)++] = checkpoint_row(st, a);
    return rc == RC_NO ? RC_OK : rc;
}

RC store_checkpoint_last(struct store *s, struct arena *a, struct store_checkpoint *ret,
                         struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT size,at,note FROM checkpoints ORDER BY size DESC LIMIT 1",
                 ""));
    TRY(db_step(s, st, e));
    *ret = checkpoint_row(st, a);
    db_rest(st);
    return RC_OK;
}
