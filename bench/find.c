/* Finding bookings at any size, and what the indexes for it cost an import.
 *   bench_find [FOLDER] [ROWS]     default: /tmp 1000000 */
#include "jail.h"
#include "store/store.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { ASKS = 2000 };
static uint64_t state_of_dice = 88172645463325252u;
static uint64_t roll(uint64_t n)
{
    state_of_dice ^= state_of_dice << 13;
    state_of_dice ^= state_of_dice >> 7;
    state_of_dice ^= state_of_dice << 17;
    return state_of_dice % n;
}

static int up(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static void drop_indexes(const char *path)
{
    sqlite3 *db;
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, "DROP INDEX bookings_find; DROP INDEX bookings_born; DROP INDEX bookings_known", NULL, NULL, NULL) != SQLITE_OK) exit(1);
    sqlite3_close(db);
}

static double import(const char *under, long n, bool indexed, struct jail *j)
{
    jail_open(j, under);
    if (!indexed) drop_indexes(j->database);
    double t = jail_cpu();
    jail_import(j, 0, n, 98);
    return (double)n / (jail_cpu() - t);
}

enum way { BY_NAME, BY_NAME_AND_GIVEN, BY_NUMBER, BY_STATE, BY_BIRTH, BY_HERE, WAYS };
static const char *const ways[] = {"how the family name begins", "family and given name", "how the number begins", "state number", "birth date", "everybody who is here"};

static void wish(struct arena *a, enum way w, long n, struct bookings_wish *q)
{
    struct booking_row r = jail_row(a, (long)roll((uint64_t)n), true);
    *q = (struct bookings_wish){.born = DAYS_UNKNOWN, .page = {.limit = 50}};
    if (w == BY_NAME) q->q = str_sub(r.family, 0, 2 + roll(r.family.n));
    if (w == BY_NAME_AND_GIVEN) q->q = str_c(arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(r.family), STR_ARG(str_sub(r.given, 0, 2))));
    if (w == BY_NUMBER) q->number = str_sub(r.booking_number, 0, r.booking_number.n - roll(3));
    if (w == BY_STATE) q->state_id = r.state_id;
    if (w == BY_BIRTH) q->born = r.birth_date;
    if (w == BY_HERE) q->here = true;
}

static void ask(struct jail *j, enum way w, long n)
{
    static double took[ASKS];
    struct arena a;
    struct looks looks = {0};
    struct err e;
    size_t rows = 0;
    arena_init(&a, 0);
    casework_looks_later(j->c, &looks);
    for (int i = 0; i < ASKS; i++) {
        struct bookings_wish q;
        struct json *v;
        struct str next;
        wish(&a, w, n, &q);
        double t = jail_seconds();
        jail_must(casework_bookings(j->c, (struct actor){"m.ortiz"}, &q, &a, &v, &next, &e), &e, "bookings");
        took[i] = jail_seconds() - t;
        rows += json_len(json_get(v, "bookings"));
        looks = (struct looks){0};
        arena_reset(&a);
    }
    casework_looks_later(j->c, NULL);
    arena_done(&a);
    qsort(took, ASKS, sizeof *took, up);
    printf("  %-28s p50 %6.2f ms, p99 %6.2f ms, most %6.2f ms; %.1f rows\n", ways[w], took[ASKS / 2] * 1e3, took[ASKS * 99 / 100] * 1e3, took[ASKS - 1] * 1e3, (double)rows / ASKS);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    long n = argc > 2 ? atol(argv[2]) : 1000000;
    struct jail j;
    double bare = import(under, n, false, &j);
    jail_close(&j);
    double full = import(under, n, true, &j);
    printf("import of %ld bookings: %.0f rows a CPU second without the indexes for finding, %.0f with them (%.0f %%)\n", n, bare, full, full / bare * 100);
    for (int w = 0; w < WAYS; w++) ask(&j, (enum way)w, n);
    jail_close(&j);
    return 0;
}
