/* What the files of this folder that speak SQL share. The only place that includes sqlite3.h;
 * nothing outside src/store may include this. A statement is prepared once and kept by the
 * address of its text, so every SQL text is a literal.
 *
 * Types of db_run and db_query, one letter a parameter: i int64_t · t instant (INSTANT_NONE is
 * NULL) · d days (DAYS_UNKNOWN is NULL) · r a reference (0 is NULL) · s struct str (empty is
 * NULL) · S struct str (empty is empty) · b struct str as bytes. */
#pragma once
#include "store/store.h"
#include <sqlite3.h>

enum { STMT_SLOTS = 512 }; /* a power of two, well above the number of statements */
struct store {
    sqlite3 *db;
    struct {
        const char *sql;
        sqlite3_stmt *st;
    } slots[STMT_SLOTS];
    struct turns *turns;
    bool pressing; /* goes before others of this process that wait */
    bool hurried;  /* waits for no other writer */
    bool in_transaction, reading;
    bool edge_known; /* edge is that of the file, or of the open transaction */
    struct ledger_edge edge, edge_begin, edge_mark;
    enum { GROUP_NONE, GROUP_OPEN, GROUP_BROKEN } group;
    bool in_member, in_verb, fold_later, wipe_later;
    bool member_used, verb_is_member; /* the member has had a verb; this one is its first */
    int log_pages, log_max;           /* after the last commit; more are folded by a commit */
    struct ledger_edge edge_member, edge_verb;
};

RC db_fail(struct store *s, struct err *e, const char *what);
RC db_run(struct store *s, struct err *e, const char *sql, const char *types, ...);
RC db_query(struct store *s, struct err *e, sqlite3_stmt **ret, const char *sql,
            const char *types, ...);
/* RC_OK: a row; RC_NO: no more, and the statement is at rest again. */
RC db_step(struct store *s, sqlite3_stmt *st, struct err *e);
int64_t db_changes(struct store *s);
int64_t db_last_id(struct store *s);
static inline void db_rest(sqlite3_stmt *st) { sqlite3_reset(st); }

struct str db_text(sqlite3_stmt *st, struct arena *a, int column); /* {NULL,0} for NULL */
/* valid until the next step */
struct str db_peek(sqlite3_stmt *st, int column);
instant db_instant(sqlite3_stmt *st, int column);
int64_t db_days(sqlite3_stmt *st, int column);
static inline int64_t db_int(sqlite3_stmt *st, int column)
{
    return sqlite3_column_int64(st, column);
}
/* One booking of a row of DB_BOOKING … */
#define DB_BOOKING                                                                             \
    "SELECT id,number,state_id,family,given,middle,sex,birth_date,booked_at,custody,"          \
    "triggered_at,trigger_kind,left_at,leave_kind FROM bookings "
struct store_booking db_booking(sqlite3_stmt *st, struct arena *a);
RC db_hash(sqlite3_stmt *st, int column, struct hash *ret, struct err *e);
