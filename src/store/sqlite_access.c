/* Accounts, failures, sessions, links and tokens. Secrets come in as hashes or sealed; this
 * file never sees one. */
#include "store/sqlite.h"

#define BYTES(x) str_n((const char *)(x), sizeof(x))

static struct str hash_bytes(const struct hash *h)
{
    return str_n((const char *)h->b, HASH_SIZE);
}

/* ---- accounts --------------------------------------------------------------------------- */

#define ACCOUNT                                                                                \
    "SELECT "                                                                                  \
    "name,role,issuer,subject,public_key,password,totp,totp_step,disabled_at,password_at,"     \
    "seen_at FROM people "

static struct store_account account_row(sqlite3_stmt *st, struct arena *a)
{
    struct store_account c = {.name = db_text(st, a, 0),
                              .role = db_text(st, a, 1),
                              .issuer = db_text(st, a, 2),
                              .subject = db_text(st, a, 3),
                              .password = db_text(st, a, 5),
                              .totp = db_text(st, a, 6),
                              .totp_step = db_int(st, 7),
                              .disabled_at = db_instant(st, 8),
                              .password_at = db_instant(st, 9),
                              .seen_at = db_instant(st, 10)};
    c.has_key = sqlite3_column_bytes(st, 4) == sizeof c.public_key;
    if (c.has_key) memcpy(c.public_key, sqlite3_column_blob(st, 4), sizeof c.public_key);
    return c;
}

RC store_account_get(struct store *s, struct arena *a, struct str name,
                     struct store_account *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, ACCOUNT "WHERE name=?1", "S", name));
    TRY(db_step(s, st, e));
    *ret = account_row(st, a);
    db_rest(st);
    return RC_OK;
}

RC store_account_sso(struct store *s, struct arena *a, struct str issuer, struct str subject,
                     struct store_account *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, ACCOUNT "WHERE issuer=?1 AND subject=?2", "SS", issuer, subject));
    TRY(db_step(s, st, e));
    *ret = account_row(st, a);
    db_rest(st);
    return RC_OK;
}

static RC identity_taken(struct store *s, const struct store_account *c, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT 1 FROM people WHERE issuer=?1 AND subject=?2 AND name<>?3",
                 "SSS", c->issuer, c->subject, c->name));
    enum rc rc = db_step(s, st, e);
    if (rc == RC_OK) db_rest(st);
    return rc;
}

RC store_account_save(struct store *s, const struct store_account *c, struct err *e)
{
    enum rc rc = c->issuer.n ? identity_taken(s, c, e) : RC_NO;
    if (rc == RC_OK)
        return FAIL(e, RC_CONFLICT, "STORE-0006", "the identity belongs to another account");
    if (rc != RC_NO) return rc;
    return db_run(s, e,
                  "UPDATE people SET "
                  "issuer=?2,subject=?3,password=?4,totp=?5,totp_step=?6,disabled_at=?7,"
                  "password_at=?8,seen_at=?9 WHERE name=?1",
                  "Ssssbittt", c->name, c->issuer, c->subject, c->password, c->totp,
                  c->totp_step, c->disabled_at, c->password_at, c->seen_at);
}

RC store_accounts(struct store *s, struct arena *a, struct store_account **ret, size_t *ret_n,
                  struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, ACCOUNT "ORDER BY name", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        (*ret)[(*ret_n)++] = account_row(st, a);
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_people_with(struct store *s, struct str role, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT count(*) FROM people WHERE role=?1 AND disabled_at IS NULL",
                 "S", role));
    TRY(db_step(s, st, e));
    *ret = db_int(st, 0);
    db_rest(st);
    return RC_OK;
}

RC store_name_taken(struct store *s, struct str name, bool *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT 1 FROM tokens WHERE name=?1", "S", name));
    enum rc rc = db_step(s, st, e);
    *ret = rc == RC_OK;
    if (rc == RC_OK) db_rest(st);
    return rc == RC_NO ? RC_OK : rc;
}

/* ---- failures --------------------------------------------------------------------------- */

RC store_attempts_get(struct store *s, struct hash who, struct store_attempts *ret,
                      struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT failures,since,locked_at,known FROM attempts WHERE who=?1",
                 "b", hash_bytes(&who)));
    TRY(db_step(s, st, e));
    *ret = (struct store_attempts){.who = who,
                                   .failures = db_int(st, 0),
                                   .since = db_instant(st, 1),
                                   .locked_at = db_instant(st, 2),
                                   .known = db_int(st, 3) != 0};
    db_rest(st);
    return RC_OK;
}

RC store_attempts_put(struct store *s, const struct store_attempts *t, struct err *e)
{
    return db_run(s, e,
                  "INSERT OR REPLACE INTO attempts(who,failures,since,locked_at,known) "
                  "VALUES(?1,?2,?3,?4,?5)",
                  "bitti", hash_bytes(&t->who), t->failures, t->since, t->locked_at,
                  (int64_t)t->known);
}

RC store_attempts_drop(struct store *s, struct hash who, struct err *e)
{
    return db_run(s, e, "DELETE FROM attempts WHERE who=?1", "b", hash_bytes(&who));
}

RC store_attempts_sweep(struct store *s, instant unlocked, instant unknown, struct err *e)
{
    return db_run(
        s, e,
        "DELETE FROM attempts WHERE since<?1 AND (locked_at IS NULL OR (known=0 AND since<?2))",
        "ii", unlocked, unknown);
}

/* ---- sessions --------------------------------------------------------------------------- */

RC store_session_add(struct store *s, const struct store_session *n, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO "
                  "sessions(hash,id,run,person,source,since,touched_at,strong_at,acknowledged_"
                  "at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
                  "bSbSstttt", hash_bytes(&n->hash), n->id, BYTES(n->run), n->person, n->source,
                  n->since, n->touched_at, n->strong_at, n->acknowledged_at);
}

RC store_session_get(struct store *s, struct arena *a, struct hash hash,
                     struct store_session *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st,
                 "SELECT id,run,person,source,since,touched_at,strong_at,acknowledged_at FROM "
                 "sessions WHERE hash=?1",
                 "b", hash_bytes(&hash)));
    TRY(db_step(s, st, e));
    *ret = (struct store_session){.hash = hash,
                                  .id = db_text(st, a, 0),
                                  .person = db_text(st, a, 2),
                                  .source = db_text(st, a, 3),
                                  .since = db_instant(st, 4),
                                  .touched_at = db_instant(st, 5),
                                  .strong_at = db_instant(st, 6),
                                  .acknowledged_at = db_instant(st, 7)};
    struct str run = db_peek(st, 1);
    if (run.n == sizeof ret->run) memcpy(ret->run, run.p, run.n);
    db_rest(st);
    return RC_OK;
}

RC store_session_touch(struct store *s, struct str id, instant touched, instant strong,
                       instant acknowledged, struct err *e)
{
    return db_run(
        s, e, "UPDATE sessions SET touched_at=?2,strong_at=?3,acknowledged_at=?4 WHERE id=?1",
        "Sttt", id, touched, strong, acknowledged);
}

RC store_session_drop(struct store *s, struct str id, struct err *e)
{
    return db_run(s, e, "DELETE FROM sessions WHERE id=?1", "S", id);
}

RC store_sessions_drop(struct store *s, struct str person, struct str but_id, struct err *e)
{
    return db_run(s, e, "DELETE FROM sessions WHERE person=?1 AND id<>?2", "SS", person,
                  but_id);
}

RC store_sessions_sweep(struct store *s, instant before, struct err *e)
{
    return db_run(s, e, "DELETE FROM sessions WHERE since<?1", "i", before);
}

/* ---- links ------------------------------------------------------------------------------ */

RC store_link_put(struct store *s, const struct store_link *k, struct err *e)
{
    TRY(db_run(s, e, "DELETE FROM links WHERE person IS ?1", "s", k->person));
    return db_run(s, e, "INSERT INTO links(hash,person,made_by,until) VALUES(?1,?2,?3,?4)",
                  "bsSi", hash_bytes(&k->hash), k->person, k->made_by, k->until);
}

RC store_link_take(struct store *s, struct arena *a, struct hash hash, struct store_link *ret,
                   struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT person,made_by,until FROM links WHERE hash=?1", "b",
                 hash_bytes(&hash)));
    TRY(db_step(s, st, e));
    *ret = (struct store_link){.hash = hash,
                               .person = db_text(st, a, 0),
                               .made_by = db_text(st, a, 1),
                               .until = db_instant(st, 2)};
    db_rest(st);
    return db_run(s, e, "DELETE FROM links WHERE hash=?1", "b", hash_bytes(&hash));
}

/* ---- tokens ----------------------------------------------------------------------------- */

#define TOKEN                                                                                  \
    "SELECT id,name,made_by,scopes,made_at,expires_at,revoked_at,used_at,hash FROM tokens "

static RC token_row(sqlite3_stmt *st, struct arena *a, struct store_token *ret, struct err *e)
{
    *ret = (struct store_token){.id = db_text(st, a, 0),
                                .name = db_text(st, a, 1),
                                .made_by = db_text(st, a, 2),
                                .scopes = db_int(st, 3),
                                .made_at = db_instant(st, 4),
                                .expires_at = db_instant(st, 5),
                                .revoked_at = db_instant(st, 6),
                                .used_at = db_instant(st, 7)};
    return db_hash(st, 8, &ret->hash, e);
}

RC store_token_add(struct store *s, const struct store_token *t, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO tokens(id,name,hash,scopes,made_by,made_at,expires_at) "
                  "VALUES(?1,?2,?3,?4,?5,?6,?7)",
                  "SSbiSii", t->id, t->name, hash_bytes(&t->hash), t->scopes, t->made_by,
                  t->made_at, t->expires_at);
}

RC store_token_find(struct store *s, struct arena *a, struct hash hash, struct store_token *ret,
                    struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, TOKEN "WHERE hash=?1", "b", hash_bytes(&hash)));
    TRY(db_step(s, st, e));
    enum rc rc = token_row(st, a, ret, e);
    db_rest(st);
    return rc;
}

RC store_tokens(struct store *s, struct arena *a, struct store_token **ret, size_t *ret_n,
                struct err *e)
{
    sqlite3_stmt *st;
    size_t cap = 0;
    enum rc rc;
    *ret = NULL;
    *ret_n = 0;
    TRY(db_query(s, e, &st, TOKEN "ORDER BY made_at,name", ""));
    while ((rc = db_step(s, st, e)) == RC_OK) {
        arena_push(a, *ret, *ret_n, cap);
        TRY(token_row(st, a, &(*ret)[(*ret_n)++], e));
    }
    return rc == RC_NO ? RC_OK : rc;
}

RC store_token_mark(struct store *s, struct str id, instant revoked, instant used,
                    struct err *e)
{
    TRY(db_run(s, e,
               "UPDATE tokens SET revoked_at=?2,used_at=?3 WHERE id=?1 AND revoked_at IS NULL",
               "Stt", id, revoked, used));
    return db_changes(s) ? RC_OK : RC_NO;
}
