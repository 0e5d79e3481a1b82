/* The store by itself: transactions, the edge of the ledger across rollbacks and connections,
 * tiles, tampering, settings. */
#include "store/store.h"
#include "base/buf.h"
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[64], path[96];
static struct store *s;
static struct arena a;
static struct err e;

#define OK(call)                                                                               \
    do {                                                                                       \
        enum rc rc_ = (call);                                                                  \
        if (rc_ != RC_OK) {                                                                    \
            char t_[700];                                                                      \
            fail_msg("%s: %s", #call, err_print(&e, t_, sizeof t_));                           \
        }                                                                                      \
    } while (0)

static int setup(void **state)
{
    (void)state;
    arena_init(&a, 0);
    snprintf(folder, sizeof folder, "%s/store-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/s.db", folder);
    return store_create(path, &e) != RC_OK || store_open(path, &s, &e) != RC_OK;
}

static int teardown(void **state)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char name[128];
    (void)state;
    store_close(s);
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, parts[i]);
        unlink(name);
    }
    rmdir(folder);
    arena_done(&a);
    return 0;
}

static struct store_event add(struct store *to, int i)
{
    struct store_event ev = {
        .at = 1000 + i, .kind = STR("test"), .text = str_c(arena_printf(&a, "{\"n\":%d}", i))};
    OK(store_event_add(to, &ev, &e));
    return ev;
}

static void test_never_overwrites(void **state)
{
    (void)state;
    struct store *other;
    assert_int_equal(store_create(path, &e), RC_CONFLICT);
    assert_int_equal(store_open("/nonexistent/x.db", &other, &e), RC_NOTFOUND);
    char name[128];
    snprintf(name, sizeof name, "%s/other.db", folder);
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs("this is no database, and long enough to be looked at as one: "
          "0123456789012345678901234567890123456789012345678901234567890",
          f);
    fclose(f);
    assert_int_not_equal(store_open(name, &other, &e), RC_OK);
    unlink(name);
}

static void test_a_newer_database_is_left_alone(void **state)
{
    (void)state;
    sqlite3 *db;
    struct store *other;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL);
    sqlite3_close(db);
    assert_int_equal(store_open(path, &other, &e), RC_INVALID);
    assert_string_equal(e.id, "STORE-0001");
}

static void test_rollback_and_mark_restore_the_edge(void **state)
{
    struct ledger_edge before, after;
    (void)state;
    OK(store_begin(s, &e));
    for (int i = 0; i < 3; i++) add(s, i);
    OK(store_commit(s, &e));
    OK(store_ledger_edge(s, &before, &e));
    OK(store_begin(s, &e));
    add(s, 3);
    store_rollback(s);
    OK(store_begin(s, &e));
    OK(store_mark(s, &e));
    add(s, 3);
    OK(store_mark_undo(s, &e));
    OK(store_commit(s, &e));
    OK(store_ledger_edge(s, &after, &e));
    assert_int_equal(after.size, 3);
    assert_true(hash_eq(ledger_root(&before), ledger_root(&after)));
}

/* Two connections append in turns over several tiles; a third reads it all from the file and
 * has the same root. */
static void test_two_connections_and_tiles(void **state)
{
    enum { N = 700 };
    struct store *two, *three;
    struct ledger_edge edge, plain = {0};
    struct hash *leaves = arena_array(&a, struct hash, N);
    (void)state;
    OK(store_open(path, &two, &e));
    for (int i = 0; i < N;) {
        struct store *to = i / 7 % 2 ? two : s;
        OK(store_begin(to, &e));
        for (int k = 0; k < 7 && i < N; k++, i++) {
            leaves[i] = ledger_leaf(add(to, i).commitment);
            ledger_append(&plain, leaves[i]);
        }
        OK(store_commit(to, &e));
    }
    OK(store_open(path, &three, &e));
    OK(store_ledger_edge(three, &edge, &e));
    assert_int_equal(edge.size, N);
    assert_true(hash_eq(ledger_root(&edge), ledger_root(&plain)));
    struct ledger_reader r = store_ledger_reader(three);
    struct ledger_path p;
    struct hash root;
    OK(ledger_root_at(&r, 513, &root, &e));
    for (uint64_t i = 0; i < 513; i += 37) {
        OK(ledger_inclusion(&r, i, 513, &p, &e));
        assert_true(ledger_check_inclusion(leaves[i], i, 513, &p, root));
    }
    store_close(three);
    store_close(two);
}

static void test_settings_of_the_file(void **state)
{
    static const struct {
        const char *sql, *want;
    } rows[] = {{"PRAGMA journal_mode", "wal"},
                {"SELECT count(*) FROM pragma_table_list WHERE schema='main' AND type='table' "
                 "AND strict=0 AND name NOT LIKE 'sqlite_%'",
                 "0"},
                {"PRAGMA integrity_check", "ok"}};
    sqlite3 *db;
    (void)state;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sqlite3_stmt *st;
        assert_int_equal(sqlite3_prepare_v2(db, rows[i].sql, -1, &st, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        assert_string_equal(sqlite3_column_text(st, 0), rows[i].want);
        sqlite3_finalize(st);
    }
    sqlite3_close(db);
}

static struct store_booking booking(const char *number, const char *family, instant left)
{
    return (struct store_booking){.who = {.booking_number = str_c(number),
                                          .family = str_c(family),
                                          .given = STR("Ana"),
                                          .birth_date = 3000},
                                  .booked_at = 5,
                                  .triggered_at = INSTANT_NONE,
                                  .left_at = left,
                                  .custody =
                                      left == INSTANT_NONE ? CUSTODY_IN : CUSTODY_RELEASED};
}

static void test_candidates_are_people_who_are_here(void **state)
{
    struct store_booking b = booking("B1", "Ibáñez", INSTANT_NONE),
                         gone = booking("B2", "IBANEZ", 77), *list;
    struct identity by_name = {.family = STR("ibanez"),
                               .given = STR("ANA"),
                               .birth_date = DAYS_UNKNOWN},
                    by_number = {.booking_number = STR("B2"), .birth_date = DAYS_UNKNOWN};
    size_t n;
    (void)state;
    OK(store_begin(s, &e));
    OK(store_booking_add(s, &a, &b, NULL, &e));
    OK(store_booking_add(s, &a, &gone, NULL, &e));
    assert_int_equal(store_booking_add(s, &a, &b, NULL, &e), RC_NO);
    OK(store_commit(s, &e));
    OK(store_candidates(s, &a, &by_name, &list, &n, &e));
    assert_int_equal(n, 1);
    assert_true(str_is(list[0].who.booking_number, "B1"));
    /* by its number also one who has left */
    OK(store_candidates(s, &a, &by_number, &list, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].custody, CUSTODY_RELEASED);
}

/* A row changed behind the program's back does not fit its leaf any more. */
static void test_altered_rows_are_found(void **state)
{
    struct store_booking b = booking("B1", "Quispe", INSTANT_NONE);
    struct provenance p = {.chunk = 0, .place = 0, .salt = {1, 2, 3}};
    struct hash leaf;
    uint64_t rows, bad;
    sqlite3 *db;
    (void)state;
    leaf = ledger_commitment(p.salt, store_booking_canonical(&a, &b));
    OK(store_begin(s, &e));
    OK(store_booking_add(s, &a, &b, &p, &e));
    OK(store_chunk_add(s, 0, &leaf, 1, &e));
    OK(store_commit(s, &e));
    OK(store_rows_verify(s, &rows, &bad, &e));
    assert_int_equal(rows, 1);
    assert_int_equal(bad, 0);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE bookings SET family='Quispé'", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    OK(store_rows_verify(s, &rows, &bad, &e));
    assert_int_equal(bad, 1);
}

static void test_leases(void **state)
{
    struct store_agency g = {.id = STR("g"), .name = STR("G"), .kind = STR("other")};
    struct store_case c = {.agency = STR("g"),
                           .reference = STR("r"),
                           .form = STR("f"),
                           .content = STR("x"),
                           .body = STR("{}"),
                           .decided_at = INSTANT_NONE};
    struct store_notice n = {.key = STR("k"),
                             .kind = 0,
                             .address = STR("x"),
                             .queued_at = 10,
                             .next_at = 10,
                             .triggered_at = INSTANT_NONE},
                        got;
    (void)state;
    OK(store_begin(s, &e));
    OK(store_agency_put(s, &g, &e));
    OK(store_case_add(s, &c, &e));
    n.case_id = c.id;
    OK(store_notice_add(s, &n, &e));
    assert_int_equal(store_notice_add(s, &n, &e), RC_NO);
    assert_int_equal(store_notice_lease(s, &a, STR("w"), 9, 20, &got, &e),
                     RC_NO); /* not due yet */
    OK(store_notice_lease(s, &a, STR("w"), 10, 20, &got, &e));
    assert_true(str_is(got.worker, "w") && got.lease_until == 20);
    assert_int_equal(store_notice_lease(s, &a, STR("v"), 19, 29, &got, &e),
                     RC_NO); /* somebody has it */
    OK(store_notice_lease(s, &a, STR("v"), 20, 30, &got, &e));
    OK(store_commit(s, &e));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_never_overwrites),
                                       T(test_a_newer_database_is_left_alone),
                                       T(test_rollback_and_mark_restore_the_edge),
                                       T(test_two_connections_and_tiles),
                                       T(test_settings_of_the_file),
                                       T(test_candidates_are_people_who_are_here),
                                       T(test_altered_rows_are_found),
                                       T(test_leases)};
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
