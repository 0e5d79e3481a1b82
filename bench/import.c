/* Rows a second of an import on one core, to the file, against bare inserts of the same rows;
 * and whether memory stays flat. bench_import [FOLDER] [ROWS …]     default: /tmp, 100000
 * 1000000 */
#include "jail.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static void bind(sqlite3_stmt *st, int i, struct str s)
{
    sqlite3_bind_text(st, i, s.p ? s.p : "", (int)s.n, SQLITE_STATIC);
}

static double bare(const char *under, long n)
{
    char path[300];
    struct arena a;
    sqlite3 *db;
    sqlite3_stmt *st;
    snprintf(path, sizeof path, "%s/bare-%d.db", under, (int)getpid());
    arena_init(&a, 0);
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    run(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
            "CREATE TABLE b(id INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, state_id "
            "TEXT, family TEXT, given TEXT, sex TEXT, birth INTEGER, booked INTEGER, left "
            "INTEGER, why TEXT)");
    if (sqlite3_prepare_v2(
            db,
            "INSERT INTO b(number,state_id,family,given,sex,birth,booked,left,why) "
            "VALUES(?,?,?,?,?,?,?,?,?)",
            -1, &st, NULL) != SQLITE_OK)
        exit(1);
    double t = jail_seconds();
    for (long i = 0; i < n; i++) {
        struct booking_row r = jail_row(&a, i, i % 100 < 98);
        if (i % 4096 == 0) run(db, i ? "COMMIT; BEGIN" : "BEGIN");
        bind(st, 1, r.booking_number);
        bind(st, 2, r.state_id);
        bind(st, 3, r.family);
        bind(st, 4, r.given);
        bind(st, 5, r.sex);
        sqlite3_bind_int64(st, 6, r.birth_date);
        sqlite3_bind_int64(st, 7, r.booked_at);
        sqlite3_bind_int64(st, 8, r.released_at);
        bind(st, 9, r.release_reason);
        if (sqlite3_step(st) != SQLITE_DONE) exit(1);
        sqlite3_reset(st);
        arena_reset(&a);
    }
    run(db, "COMMIT");
    t = jail_seconds() - t;
    sqlite3_finalize(st);
    sqlite3_close(db);
    unlink(path);
    arena_done(&a);
    return t;
}

static void measure(const char *under, long n)
{
    struct jail j;
    jail_open(&j, under);
    double t = jail_seconds(), cpu = jail_cpu();
    jail_import(&j, 0, n, 98);
    t = jail_seconds() - t;
    cpu = jail_cpu() - cpu;
    long rss = jail_rss_kib();
    double again = jail_seconds();
    jail_import(&j, 0, n < 1000000 ? n : 1000000, 98);
    again = jail_seconds() - again;
    jail_close(&j);
    double bare_cpu = jail_cpu(), b = bare(under, n);
    bare_cpu = jail_cpu() - bare_cpu;
    printf("%9ld rows: %8.0f rows/s (%8.0f a CPU second; bare %8.0f), peak memory %ld MiB; the "
           "same again %8.0f rows/s; bare inserts %8.0f rows/s\n",
           n, (double)n / t, (double)n / cpu, (double)n / bare_cpu, rss / 1024,
           (double)(n < 1000000 ? n : 1000000) / again, (double)n / b);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    if (argc > 2)
        for (int i = 2; i < argc; i++) measure(under, atol(argv[i]));
    else
        for (long n = 100000; n <= 1000000; n *= 10) measure(under, n);
    return 0;
}
