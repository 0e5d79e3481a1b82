/* How long from the report of a trigger to the committed decision, with many bookings and open
 * cases, against a bare SQLite transaction that gives the disk the same number of bytes. Both
 * are measured in turns, in the same run. bench_trigger [FOLDER] [BOOKINGS] [CASES] [TRIGGERS]
 * default: /tmp 1000000 10000 2000 */
#include "jail.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TURN = 100 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void show(const char *what, double *t, long n)
{
    double sum = 0;
    for (long i = 0; i < n; i++) sum += t[i];
    qsort(t, (size_t)n, sizeof *t, by_size);
    printf("%-22s p50 %7.3f ms  p99 %7.3f ms  max %7.3f ms  %8.1f /s\n", what, t[n / 2] * 1e3,
           t[n * 99 / 100] * 1e3, t[n - 1] * 1e3, (double)n / sum);
}

static void request(struct jail *j, struct arena *a, long i)
{
    struct json *r = json_object(a), *s = json_object(a), *asks = json_array(a), *view;
    struct booking_row row = jail_row(a, i, false);
    char day[24];
    struct err e;
    json_set(a, r, "agency", json_c(a, "fed-east"));
    json_set(a, r, "reference", json_c(a, arena_printf(a, "REF-%ld", i)));
    json_set(a, r, "form", json_c(a, "I-247A"));
    json_set(a, r, "received_at", json_c(a, "2025-03-01T10:00:00-07:00"));
    json_add(a, asks, json_c(a, "notify"));
    json_add(a, asks, json_c(a, "hold"));
    json_set(a, r, "asks", asks);
    json_set(a, r, "written", json_bool(a, true));
    json_set(a, s, "booking_number", json_string(a, row.booking_number));
    json_set(a, s, "family", json_string(a, row.family));
    json_set(a, s, "given", json_string(a, row.given));
    json_set(a, s, "birth_date", json_c(a, date_print(row.birth_date, day)));
    json_set(a, r, "subject", s);
    jail_must(casework_request(j->c, (struct actor){"bench"}, r, a, &view, &e), &e, "request");
    if (!str_is(json_text(view, "state"), "decided")) {
        fprintf(stderr, "a case is not decided\n");
        exit(1);
    }
}

static void trigger(struct jail *j, struct arena *a, long i)
{
    struct booking_row row = jail_row(a, i, false);
    struct json *r;
    struct err e;
    struct clock clock = clock_real();
    jail_must(casework_trigger(j->c, (struct actor){"bench"}, row.booking_number,
                               STR("bond posted"), clock_now(&clock), a, &r, &e),
              &e, "trigger");
    if (!str_is(json_text(json_at(json_get(r, "cases"), 0), "state"), "triggered")) {
        fprintf(stderr, "a case is not triggered\n");
        exit(1);
    }
}

static void bare(sqlite3 *db, sqlite3_stmt *st, const char *bytes, long n)
{
    sqlite3_bind_blob(st, 1, bytes, (int)n, SQLITE_STATIC);
    if (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_step(st) != SQLITE_DONE)
        exit(1);
    sqlite3_reset(st);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) exit(1);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    long bookings = argc > 2 ? atol(argv[2]) : 1000000,
         cases = argc > 3 ? atol(argv[3]) : 10000, n = argc > 4 ? atol(argv[4]) : 2000;
    struct jail j;
    struct arena a;
    sqlite3 *db;
    sqlite3_stmt *st;
    instant next;
    struct err e;
    char path[300];
    jail_open(&j, under);
    arena_init(&a, 0);
    double t = jail_seconds();
    jail_import(&j, cases, bookings - cases, 98);
    jail_charges = true;
    jail_import(&j, 0, cases, 0);
    printf("%ld bookings in %.1f s\n", bookings, jail_seconds() - t);
    t = jail_seconds();
    for (long i = 0; i < cases; i++) {
        request(&j, &a, i);
        arena_reset(&a);
    }
    printf("%ld requests matched and decided in %.1f s\n", cases, jail_seconds() - t);
    snprintf(path, sizeof path, "%s/bare.db", j.folder);
    if (sqlite3_open(path, &db) != SQLITE_OK) return 1;
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
                 "wal_autocheckpoint=8192; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)",
                 NULL, NULL, NULL);
    if (sqlite3_prepare_v2(db, "INSERT INTO t(b) VALUES(?1)", -1, &st, NULL) != SQLITE_OK)
        return 1;
    double *ours = calloc((size_t)n, sizeof *ours), *theirs = calloc((size_t)n, sizeof *theirs);
    char *bytes = calloc(1, 1 << 20);
    if (!ours || !theirs || !bytes) return 1;
    long size = 0, written = 0, theirs_written = 0;
    if (n > cases) n = cases;
    for (long i = 0; i < n; i++) {
        if (i % TURN == 0) { /* both fold their logs here, outside of what is measured */
            jail_must(casework_tick(j.c, &next, &e), &e, "tick");
            sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        }
        long before = jail_written();
        t = jail_seconds();
        trigger(&j, &a, i);
        ours[i] = jail_seconds() - t;
        written += jail_written() - before;
        arena_reset(&a);
        size = written / (i + 1);
        before = jail_written();
        t = jail_seconds();
        bare(db, st, bytes, size > 12288 ? size - 8192 : size / 2);
        theirs[i] = jail_seconds() - t;
        theirs_written += jail_written() - before;
    }
    printf("bytes given to the disk a transaction: ours %ld, bare %ld\n", written / n,
           theirs_written / n);
    show("trigger to committed", ours, n);
    show("bare transaction", theirs, n);
    sqlite3_finalize(st);
    sqlite3_close(db);
    unlink(path);
    snprintf(path, sizeof path, "%s/bare.db-wal", j.folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/bare.db-shm", j.folder);
    unlink(path);
    jail_close(&j);
    arena_done(&a);
    return 0;
}
