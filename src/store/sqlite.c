/* The connection: opening, settings, migrations, transactions, the cache of prepared
 * statements. WAL with synchronous=FULL: a commit is one fsync of the log, readers never wait.
 * secure_delete: what is forgotten is overwritten. */
#include "store/sqlite.h"
#include "base/buf.h"
#include "store/turn.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static const char schema_001[] =
#include "schema_001.inc"
    ;
static const char schema_002[] =
#include "schema_002.inc"
    ;
static const char schema_003[] =
#include "schema_003.inc"
    ;
static const char schema_004[] =
#include "schema_004.inc"
    ;
static const char schema_006[] =
#include "schema_006.inc"
    ;
static const struct {
    int version;
    const char *sql;
    /* in order; a database of any older version goes through the rest */
} migrations[] = {
    {1, schema_001}, {2, schema_002}, {3, schema_003}, {4, schema_004}, {6, schema_006}};
enum { SCHEMA_VERSION = 6, APPLICATION_ID = 0x53504c59 };

enum { BUSY_WAIT_US = 500, BUSY_TRIES = 40000, TURN_MS = 20000 }; /* 20 s and more */
enum { LOG_PAGES = 8192 }; /* a log longer than that is folded by a commit */

RC db_fail(struct store *s, struct err *e, const char *what)
{
    int code = sqlite3_errcode(s->db), ext = sqlite3_extended_errcode(s->db);
    const char *text = sqlite3_errmsg(s->db);
    switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return FAIL(e, RC_BUSY, "STORE-0002", "%s: the database is busy (%s); try again", what,
                    text);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
        return FAIL(e, RC_IO, "STORE-0003", "%s: the database file failed: %s (%d)", what, text,
                    ext);
    default: return FAIL(e, RC_BUG, "STORE-0009", "%s: %s (%d)", what, text, ext);
    }
}

static sqlite3_stmt *prepared(struct store *s, const char *sql)
{
    size_t i = ((uintptr_t)sql >> 3) * 0x9e3779b97f4a7c15u >> 20 & (STMT_SLOTS - 1);
    while (s->slots[i].sql && s->slots[i].sql != sql) i = (i + 1) & (STMT_SLOTS - 1);
    if (!s->slots[i].sql) {
        sqlite3_stmt *st;
        if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) !=
            SQLITE_OK)
            return NULL;
        s->slots[i].sql = sql;
        s->slots[i].st = st;
    }
    return s->slots[i].st;
}

static int bind_text(sqlite3_stmt *st, int i, struct str v, bool empty_is_null)
{
    if (v.n == 0 && empty_is_null) return sqlite3_bind_null(st, i);
    return sqlite3_bind_text64(st, i, v.n ? v.p : "", v.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_one(sqlite3_stmt *st, int i, char type, va_list *ap)
{
    if (type == 's' || type == 'S')
        return bind_text(st, i, va_arg(*ap, struct str), type == 's');
    if (type == 'b') {
        struct str v = va_arg(*ap, struct str);
        return v.p ? sqlite3_bind_blob64(st, i, v.p, v.n, SQLITE_STATIC)
                   : sqlite3_bind_null(st, i);
    }
    int64_t v = va_arg(*ap, int64_t);
    bool none = (type == 't' && v == INSTANT_NONE) || (type == 'd' && v == DAYS_UNKNOWN) ||
                (type == 'r' && v == 0);
    return none ? sqlite3_bind_null(st, i) : sqlite3_bind_int64(st, i, v);
}

static RC bind_all(struct store *s, struct err *e, sqlite3_stmt **ret, const char *sql,
                   const char *types, va_list *ap)
{
    sqlite3_stmt *st = prepared(s, sql);
    if (!st) return db_fail(s, e, sql);
    for (int i = 0; types[i]; i++)
        if (bind_one(st, i + 1, types[i], ap) != SQLITE_OK) return db_fail(s, e, sql);
    *ret = st;
    return RC_OK;
}

RC db_query(struct store *s, struct err *e, sqlite3_stmt **ret, const char *sql,
            const char *types, ...)
{
    va_list ap;
    va_start(ap, types);
    enum rc rc = bind_all(s, e, ret, sql, types, &ap);
    va_end(ap);
    return rc;
}

RC db_step(struct store *s, sqlite3_stmt *st, struct err *e)
{
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW) return RC_OK;
    if (code == SQLITE_DONE) {
        sqlite3_reset(st);
        return RC_NO;
    }
    /* before the reset: it clears nothing, but another step might */
    enum rc rc = db_fail(s, e, sqlite3_sql(st));
    sqlite3_reset(st);
    return rc;
}

RC db_run(struct store *s, struct err *e, const char *sql, const char *types, ...)
{
    va_list ap;
    sqlite3_stmt *st;
    va_start(ap, types);
    enum rc rc = bind_all(s, e, &st, sql, types, &ap);
    va_end(ap);
    if (rc != RC_OK) return rc;
    while ((rc = db_step(s, st, e)) == RC_OK) continue;
    return rc == RC_NO ? RC_OK : rc;
}

int64_t db_changes(struct store *s) { return sqlite3_changes64(s->db); }
int64_t db_last_id(struct store *s) { return sqlite3_last_insert_rowid(s->db); }

struct str db_peek(sqlite3_stmt *st, int column)
{
    if (sqlite3_column_type(st, column) == SQLITE_NULL) return (struct str){NULL, 0};
    const void *p = sqlite3_column_blob(st, column);
    return str_n(p ? p : "", (size_t)sqlite3_column_bytes(st, column));
}

struct str db_text(sqlite3_stmt *st, struct arena *a, int column)
{
    struct str v = db_peek(st, column);
    return v.p ? str_dup(a, v) : v;
}

instant db_instant(sqlite3_stmt *st, int column)
{
    return sqlite3_column_type(st, column) == SQLITE_NULL ? INSTANT_NONE
                                                          : sqlite3_column_int64(st, column);
}

int64_t db_days(sqlite3_stmt *st, int column)
{
    return sqlite3_column_type(st, column) == SQLITE_NULL ? DAYS_UNKNOWN
                                                          : sqlite3_column_int64(st, column);
}

RC db_hash(sqlite3_stmt *st, int column, struct hash *ret, struct err *e)
{
    if (sqlite3_column_bytes(st, column) != HASH_SIZE)
        return FAIL(e, RC_IO, "STORE-0003", "a hash in the database has %d bytes",
                    sqlite3_column_bytes(st, column));
    memcpy(ret->b, sqlite3_column_blob(st, column), HASH_SIZE);
    return RC_OK;
}

/* ---- opening ----------------------------------------------------------------------------- */

static RC exec(struct store *s, const char *sql, struct err *e)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? RC_OK : db_fail(s, e, sql);
}

static RC pragma(struct store *s, const char *sql, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK) return db_fail(s, e, sql);
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW) *ret = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return code == SQLITE_ROW ? RC_OK : db_fail(s, e, sql);
}

static RC migrate(struct store *s, int64_t from, struct err *e)
{
    for (size_t i = 0; i < sizeof migrations / sizeof *migrations; i++) {
        char mark[64];
        if (migrations[i].version <= from) continue;
        snprintf(mark, sizeof mark, "PRAGMA user_version=%d", migrations[i].version);
        TRY(exec(s, "BEGIN EXCLUSIVE", e));
        enum rc rc = exec(s, migrations[i].sql, e);
        if (rc == RC_OK) rc = exec(s, mark, e);
        if (rc == RC_OK) rc = exec(s, "COMMIT", e);
        if (rc != RC_OK) {
            sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
            return rc;
        }
    }
    return RC_OK;
}

/* Waits for a writer of another process by half milliseconds: SQLite's own waiting grows to a
 * tenth of a second, and a release would sit through it behind an import that has long ended
 * its transaction. Those of this process take turns (turn.h). */
static int wait_turn(void *ctx, int tries)
{
    const struct store *s = ctx;
    if (s->hurried || tries >= BUSY_TRIES) return 0;
    usleep(BUSY_WAIT_US);
    return 1;
}

/* Behind each commit: a log that has grown long is folded at once, by whoever committed, unless
 * somebody else was asked to (store_fold_elsewhere). */
static int log_grew(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct store *s = ctx;
    s->log_pages = pages;
    if (pages >= s->log_max)
        sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK; /* what was committed stays so */
}

static RC settle(struct store *s, struct err *e)
{
    sqlite3_busy_handler(s->db, wait_turn, s);
    sqlite3_extended_result_codes(s->db, 0);
    TRY(exec(s, "PRAGMA journal_mode=WAL", e));
    TRY(exec(s, "PRAGMA synchronous=FULL", e));
    TRY(exec(s, "PRAGMA foreign_keys=ON", e));
    TRY(exec(s, "PRAGMA secure_delete=ON", e));
    TRY(exec(s, "PRAGMA temp_store=MEMORY", e));
    TRY(exec(s, "PRAGMA cache_size=-65536", e));
    s->log_max = LOG_PAGES;
    sqlite3_wal_hook(s->db, log_grew, s);
    return RC_OK;
}

static RC check_version(struct store *s, const char *path, bool make, struct err *e)
{
    int64_t version = 0, id = 0;
    TRY(pragma(s, "PRAGMA application_id", &id, e));
    TRY(pragma(s, "PRAGMA user_version", &version, e));
    if (!make && id != APPLICATION_ID)
        return FAIL(e, RC_INVALID, "STORE-0001", "%s is not a database of this program", path);
    if (version > SCHEMA_VERSION)
        return FAIL(
            e, RC_INVALID, "STORE-0001",
            "%s has schema version %lld, this program knows up to %d; use the newer program",
            path, (long long)version, SCHEMA_VERSION);
    return migrate(s, version, e);
}

/* name_key(family, given) of SQL: the name as names are compared. */
static void name_key(sqlite3_context *ctx, int n, sqlite3_value **v)
{
    struct arena a;
    (void)n;
    arena_init(&a, 0);
    struct str family =
        str_n((const char *)sqlite3_value_text(v[0]), (size_t)sqlite3_value_bytes(v[0]));
    struct str given =
        str_n((const char *)sqlite3_value_text(v[1]), (size_t)sqlite3_value_bytes(v[1]));
    struct str key = store_name_key(&a, family, given);
    if (key.n) sqlite3_result_text64(ctx, key.p, key.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    arena_done(&a);
}

/* SQLite counts each piece of memory under one lock of the whole process, which all threads
 * would meet at, and nobody reads the count. */
static void configure(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

static RC open_file(const char *path, bool make, struct store **ret, struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    struct store *s = calloc(1, sizeof *s);
    if (!s) abort();
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (make ? SQLITE_OPEN_CREATE : 0);
    enum rc rc =
        sqlite3_open_v2(path, &s->db, flags, NULL) == SQLITE_OK ? RC_OK : db_fail(s, e, path);
    if (rc == RC_OK) s->turns = turns_of(sqlite3_db_filename(s->db, "main"));
    if (rc == RC_OK && make)
        rc = exec(s, "PRAGMA application_id=1397771353", e); /* APPLICATION_ID */
    if (rc == RC_OK) rc = settle(s, e);
    int flags_of = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    if (rc == RC_OK && sqlite3_create_function(s->db, "name_key", 2, flags_of, NULL, name_key,
                                               NULL, NULL) != SQLITE_OK)
        rc = db_fail(s, e, "name_key");
    if (rc == RC_OK) rc = check_version(s, path, make, e);
    if (rc != RC_OK) {
        store_close(s);
        return rc;
    }
    *ret = s;
    return RC_OK;
}

RC store_create(const char *path, struct err *e)
{
    struct store *s;
    if (access(path, F_OK) == 0)
        return FAIL(e, RC_CONFLICT, "STORE-0004", "%s exists already; nothing was changed",
                    path);
    /* The file's owner and nobody else, whatever the umask; the log beside it takes the same
     * mode. */
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return FAIL(e, RC_IO, "STORE-0003", "%s: %s", path, strerror(errno));
    close(fd);
    TRY(open_file(path, true, &s, e));
    store_close(s);
    return RC_OK;
}

RC store_open(const char *path, struct store **ret, struct err *e)
{
    if (access(path, F_OK) != 0)
        return FAIL(e, RC_NOTFOUND, "STORE-0004",
                    "%s does not exist; make it with 'sallyport init'", path);
    return open_file(path, false, ret, e);
}

void store_close(struct store *s)
{
    if (!s) return;
    store_read_end(s);
    store_group_drop(s);
    for (size_t i = 0; i < STMT_SLOTS; i++) sqlite3_finalize(s->slots[i].st);
    sqlite3_close(s->db);
    turns_leave(s->turns);
    free(s);
}

/* ---- transactions ------------------------------------------------------------------------ */

static void rest_all(struct store *s)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        if (s->slots[i].st) sqlite3_reset(s->slots[i].st);
}

static void ended(struct store *s)
{
    s->in_transaction = false;
    turn_give(s->turns);
}

static RC begin_file(struct store *s, struct err *e)
{
    store_read_end(s);
    if (!turn_take(s->turns, s->pressing, s->hurried ? 0 : TURN_MS))
        return FAIL(e, RC_BUSY, "STORE-0002", "the database is busy; try again");
    enum rc began = db_run(s, e, "BEGIN IMMEDIATE", "");
    if (began != RC_OK) {
        turn_give(s->turns);
        return began;
    }
    s->in_transaction = true;
    /* also catches up with other processes */
    enum rc rc = store_ledger_edge(s, &s->edge_begin, e);
    if (rc != RC_OK) store_rollback(s);
    return rc;
}

static void rollback_file(struct store *s)
{
    if (!s->in_transaction) return;
    rest_all(s);
    if (!sqlite3_get_autocommit(s->db)) sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    ended(s);
    s->edge_known = false; /* after a failed commit nobody knows; it is read again */
}

static RC whole(struct store *s, struct err *e)
{
    /* a full disk undoes all at once */
    if (s->group == GROUP_OPEN && sqlite3_get_autocommit(s->db)) s->group = GROUP_BROKEN;
    return s->group == GROUP_OPEN
               ? RC_OK
               : FAIL(e, RC_IO, "STORE-0003",
                      "the group of transactions was undone by the database");
}

/* Back to the savepoint, which stays without `release`. SQLite itself has undone more when the
 * whole transaction is gone. */
static RC undo_to(struct store *s, const char *back, const char *release,
                  const struct ledger_edge *edge, struct err *e)
{
    rest_all(s);
    s->edge = *edge;
    TRY(whole(s, e));
    enum rc rc =
        sqlite3_exec(s->db, back, NULL, NULL, NULL) == SQLITE_OK &&
                (!release || sqlite3_exec(s->db, release, NULL, NULL, NULL) == SQLITE_OK)
            ? RC_OK
            : db_fail(s, e, back);
    if (rc != RC_OK) s->group = GROUP_BROKEN;
    return rc;
}

RC store_begin(struct store *s, struct err *e)
{
    if (s->group == GROUP_NONE) return begin_file(s, e);
    TRY(whole(s, e));
    /* the first of a member begins where the member did: one savepoint serves both */
    s->verb_is_member = s->in_member && !s->member_used;
    if (!s->verb_is_member) TRY(db_run(s, e, "SAVEPOINT verb", ""));
    s->edge_verb = s->edge;
    s->in_verb = s->member_used = true;
    return RC_OK;
}

RC store_begin_now(struct store *s, struct err *e)
{
    s->hurried = true;
    enum rc rc = store_begin(s, e);
    s->hurried = false;
    return rc;
}

RC store_commit(struct store *s, struct err *e)
{
    enum rc rc = s->group == GROUP_NONE ? db_run(s, e, "COMMIT", "") : whole(s, e);
    if (rc == RC_OK && s->group != GROUP_NONE && !s->verb_is_member)
        rc = db_run(s, e, "RELEASE verb", "");
    if (rc != RC_OK)
        store_rollback(s);
    else if (s->group == GROUP_NONE)
        ended(s);
    else
        s->in_verb = false;
    return rc;
}

void store_rollback(struct store *s)
{
    struct err ignored; /* whole() tells the next one */
    if (s->group == GROUP_NONE) {
        rollback_file(s);
        return;
    }
    if (!s->in_verb) return;
    s->in_verb = false;
    enum rc rc = s->verb_is_member
                     ? undo_to(s, "ROLLBACK TO member", NULL, &s->edge_verb, &ignored)
                     : undo_to(s, "ROLLBACK TO verb", "RELEASE verb", &s->edge_verb, &ignored);
    if (rc != RC_OK) s->group = GROUP_BROKEN;
}

RC store_group_begin(struct store *s, struct err *e)
{
    TRY(begin_file(s, e));
    s->group = GROUP_OPEN;
    return RC_OK;
}

RC store_group_end(struct store *s, struct err *e)
{
    enum rc rc = whole(s, e);
    if (rc == RC_OK) rc = db_run(s, e, "COMMIT", "");
    if (rc != RC_OK) {
        store_group_drop(s);
        return rc;
    }
    bool fold = s->fold_later, wipe = s->wipe_later;
    s->group = GROUP_NONE;
    s->in_verb = s->in_member = s->fold_later = s->wipe_later = false;
    ended(s);
    struct err ignored; /* a reader at work keeps the old log a little longer */
    if (fold && store_fold(s, wipe, &ignored) != RC_OK && wipe)
        (void)!store_fold(s, false, &ignored);
    return RC_OK;
}

void store_group_drop(struct store *s)
{
    s->group = GROUP_NONE;
    s->in_verb = s->in_member = s->fold_later = s->wipe_later = false;
    rollback_file(s);
}

bool store_in_group(const struct store *s) { return s->group != GROUP_NONE; }

RC store_member_begin(struct store *s, struct err *e)
{
    TRY(whole(s, e));
    TRY(db_run(s, e, "SAVEPOINT member", ""));
    s->edge_member = s->edge;
    s->in_member = true;
    s->member_used = false;
    return RC_OK;
}

RC store_member_end(struct store *s, bool keep, struct err *e)
{
    s->in_member = false;
    if (!keep) return undo_to(s, "ROLLBACK TO member", "RELEASE member", &s->edge_member, e);
    TRY(whole(s, e));
    return db_run(s, e, "RELEASE member", "");
}

void store_fold_elsewhere(struct store *s) { s->log_max = 4 * LOG_PAGES; }
int store_log_pages(const struct store *s) { return s->log_pages; }

void store_press(struct store *s) { s->pressing = true; }

RC store_cache(struct store *s, int mebibytes, struct err *e)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA cache_size=%d", -1024 * mebibytes);
    return exec(s, sql, e);
}

RC store_version(struct store *s, int64_t *ret, struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "PRAGMA data_version", ""));
    TRY(db_step(s, st, e));
    *ret = db_int(st, 0);
    db_rest(st);
    return RC_OK;
}

RC store_read_begin(struct store *s, struct err *e)
{
    if (s->group != GROUP_NONE) return RC_OK; /* a group is a steady view already */
    store_read_end(s);
    TRY(db_run(s, e, "BEGIN", ""));
    s->reading = true;
    return RC_OK;
}

void store_read_end(struct store *s)
{
    if (!s->reading) return;
    for (size_t i = 0; i < STMT_SLOTS; i++)
        if (s->slots[i].st) sqlite3_reset(s->slots[i].st);
    sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
    s->reading = false;
}

RC store_mark(struct store *s, struct err *e)
{
    s->edge_mark = s->edge;
    return db_run(s, e, "SAVEPOINT mark", "");
}

RC store_mark_keep(struct store *s, struct err *e) { return db_run(s, e, "RELEASE mark", ""); }

RC store_mark_undo(struct store *s, struct err *e)
{
    for (size_t i = 0; i < STMT_SLOTS; i++)
        if (s->slots[i].st) sqlite3_reset(s->slots[i].st);
    s->edge = s->edge_mark;
    TRY(db_run(s, e, "ROLLBACK TO mark", ""));
    return db_run(s, e, "RELEASE mark", "");
}

RC store_fold(struct store *s, bool wipe, struct err *e)
{
    if (s->group != GROUP_NONE) {
        s->fold_later = true;
        s->wipe_later |= wipe;
        return RC_OK;
    }
    int mode = wipe ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int code = sqlite3_wal_checkpoint_v2(s->db, NULL, mode, NULL, NULL);
    return code == SQLITE_OK || (code == SQLITE_BUSY && !wipe)
               ? RC_OK
               : db_fail(s, e, "folding the log");
}

RC store_meta_get(struct store *s, struct arena *a, const char *name, struct str *ret,
                  struct err *e)
{
    sqlite3_stmt *st;
    TRY(db_query(s, e, &st, "SELECT value FROM meta WHERE name=?1", "s", str_c(name)));
    TRY(db_step(s, st, e));
    *ret = db_text(st, a, 0);
    db_rest(st);
    return RC_OK;
}

RC store_meta_set(struct store *s, const char *name, struct str value, struct err *e)
{
    return db_run(s, e,
                  "INSERT INTO meta(name,value) VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET "
                  "value=excluded.value",
                  "sS", str_c(name), value);
}
