/* Agencies with their addresses, people, packs with their signatures and the dates from which
 * they are in force. */
#include "store/sqlite.h"
#include "custody/pack.h"

RC store_agency_put(struct store *s, const struct store_agency *g, struct err *e)
{
    TRY(db_run(s, e,
               "INSERT INTO agencies(id,name,kind) VALUES(?1,?2,?3) ON CONFLICT(id) DO UPDATE "
               "SET name=excluded.name, kind=excluded.kind",
               "SSS", g->id, g->name, g->kind));
    TRY(db_run(s, e, "DELETE FROM addresses WHERE agency=?1", "S", g->id));
    for (size_t i = 0; i < g->n; i++) {
        const struct store_address *d = &g->addresses[i];
        TRY(db_run(s, e,
                   "INSERT INTO "
                   "addresses(agency,position,channel,address,verified_by,verified_on,secret) "
                   "VALUES(?1,?2,?3,?4,?5,?6,?7)",
                   "SiiSsds", g->id, (int64_t)i, (int64_t)d->channel, d->address,
                   d->verified_by, d->verified_on, d->secret));
    }
    return RC_OK;
}

static RC addresses(struct store *s, struct arena *a, struct store_agency *g, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    TRY(db_query(s, e, &st,
                 "SELECT position,channel,address,verified_by,verified_on,secret FROM "
                 "addresses WHERE agency=?1 ORDER BY position",
                 "S", g->id));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, g->addresses, g->n, cap);
        g->addresses[g->n++] = (struct store_address){.position = (int)db_int(st, 0),
                                                      .channel = (int)db_int(st, 1),
                                                      .address = db_text(st, a, 2),
                                                      .verified_by = db_text(st, a, 3),
                                                      .verified_on = db_days(st, 4),
                                                      .secret = db_text(st, a, 5)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

static struct store_agency agency_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_agency){
        .id = db_text(st, a, 0), .name = db_text(st, a, 1), .kind = db_text(st, a, 2)};
}

RC store_agency_get(struct store *s, struct arena *a, struct str id, struct store_agency *ret,
                    struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT id,name,kind FROM agencies WHERE id=?1", "S", id));
    TRY(db_step(s, st, e));
    *ret = agency_row(st, a);
    db_rest(st);
    return addresses(s, a, ret, e);
}

RC store_agencies(struct store *s, struct arena *a, struct store_agency **ret, size_t *ret_n,
                  struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, "SELECT id,name,kind FROM agencies ORDER BY id", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = agency_row(st, a);
    }
    if (rc != RC_NO) return rc;
    for (size_t i = 0; i < *ret_n; i++) TRY(addresses(s, a, &(*ret)[i], e));
    return RC_OK;
}

RC store_person_put(struct store *s, const struct store_person *p, struct err *e)
{
    struct str key =
        p->has_key ? str_n((const char *)p->public_key, 32) : (struct str){NULL, 0};
    return db_run(s, e,
                  "INSERT INTO people(name,role,public_key) VALUES(?1,?2,?3) ON CONFLICT(name) "
                  "DO UPDATE SET role=excluded.role, public_key=excluded.public_key",
                  "SSb", p->name, p->role, key);
}

RC store_person_get(struct store *s, struct arena *a, struct str name, struct store_person *ret,
                    struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT name,role,public_key,disabled_at FROM people WHERE name=?1",
                 "S", name));
    TRY(db_step(s, st, e));
    *ret = (struct store_person){.name = db_text(st, a, 0), .role = db_text(st, a, 1)};
    ret->has_key = sqlite3_column_bytes(st, 2) == 32;
    if (ret->has_key) memcpy(ret->public_key, sqlite3_column_blob(st, 2), 32);
    ret->disabled = db_instant(st, 3) != INSTANT_NONE;
    db_rest(st);
    return RC_OK;
}

/* ---- packs ------------------------------------------------------------------------------- */

RC store_pack_add(struct store *s, const struct store_pack *p, instant at,
                  const struct pack_file *files, size_t n, struct err *e)
{
    TRY(db_run(
        s, e,
        "INSERT INTO packs(id,version,sha256,title,status,added_at) VALUES(?1,?2,?3,?4,?5,?6)",
        "SSSSSi", p->id, p->version, p->sha256, p->title, p->status, at));
    for (size_t i = 0; i < n; i++)
        TRY(db_run(s, e, "INSERT INTO pack_files(pack,version,name,bytes) VALUES(?1,?2,?3,?4)",
                   "SSSb", p->id, p->version, files[i].name,
                   str_n(files[i].bytes.p ? files[i].bytes.p : "", files[i].bytes.n)));
    return RC_OK;
}

#define PACK                                                                                   \
    "SELECT p.id,p.version,p.sha256,p.title,p.status,(SELECT max(in_force_from) FROM "         \
    "activations v WHERE v.pack=p.id AND v.version=p.version) FROM packs p "

static struct store_pack pack_row(sqlite3_stmt *st, struct arena *a)
{
    return (struct store_pack){.id = db_text(st, a, 0),
                               .version = db_text(st, a, 1),
                               .sha256 = db_text(st, a, 2),
                               .title = db_text(st, a, 3),
                               .status = db_text(st, a, 4),
                               .in_force_from = db_instant(st, 5)};
}

RC store_pack_get(struct store *s, struct arena *a, struct str id, struct str version,
                  struct store_pack *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, PACK "WHERE p.id=?1 AND p.version=?2", "SS", id, version));
    TRY(db_step(s, st, e));
    *ret = pack_row(st, a);
    db_rest(st);
    return RC_OK;
}

RC store_packs(struct store *s, struct arena *a, struct store_pack **ret, size_t *ret_n,
               struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, PACK "ORDER BY p.id,p.version", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = pack_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_pack_files(struct store *s, struct arena *a, struct str id, struct str version,
                    struct pack_file **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st,
                 "SELECT name,bytes FROM pack_files WHERE pack=?1 AND version=?2 ORDER BY name",
                 "SS", id, version));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] =
            (struct pack_file){.name = db_text(st, a, 0), .bytes = db_text(st, a, 1)};
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_pack_sign(struct store *s, struct str id, struct str version,
                   const struct store_signature *sig, instant at, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO pack_signatures(pack,version,starts,person,signature,signed_at) "
                  "VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO NOTHING",
                  "SSiSbi", id, version, sig->starts, sig->person,
                  str_n((const char *)sig->signature.b, sizeof sig->signature.b), at);
}

RC store_pack_signatures(struct store *s, struct arena *a, struct str id, struct str version,
                         struct store_signature **ret, size_t *ret_n, struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st,
                 "SELECT person,starts,signature FROM pack_signatures WHERE pack=?1 AND "
                 "version=?2 ORDER BY starts,signed_at,person",
                 "SS", id, version));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        struct store_signature *sig = &(*ret)[(*ret_n)++];
        *sig = (struct store_signature){.person = db_text(st, a, 0), .starts = db_int(st, 1)};
        if (sqlite3_column_bytes(st, 2) == sizeof sig->signature.b)
            memcpy(sig->signature.b, sqlite3_column_blob(st, 2), sizeof sig->signature.b);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_pack_activate(struct store *s, struct str id, struct str version, instant from,
                       struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO activations(in_force_from,pack,version) VALUES(?1,?2,?3) ON "
                  "CONFLICT DO NOTHING",
                  "iSS", from, id, version);
}

RC store_pack_in_force(struct store *s, struct arena *a, instant at, struct str *ret_id,
                       struct str *ret_version, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "SELECT pack,version FROM activations WHERE in_force_from<=?1 ORDER BY "
                 "in_force_from DESC, id DESC LIMIT 1",
                 "i", at));
    TRY(db_step(s, st, e));
    *ret_id = db_text(st, a, 0);
    *ret_version = db_text(st, a, 1);
    db_rest(st);
    return RC_OK;
}
