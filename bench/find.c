/* Finding bookings and cases at any size, the board of the next hour, and what the indexes for
 * finding cost an import. bench_find [FOLDER] [ROWS]     default: /tmp 1000000 */
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
        sqlite3_exec(
            db, "DROP INDEX bookings_find; DROP INDEX bookings_born; DROP INDEX bookings_known",
            NULL, NULL, NULL) != SQLITE_OK)
        exit(1);
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
static const char *const ways[] = {"how the family name begins",
                                   "family and given name",
                                   "how the number begins",
                                   "state number",
                                   "birth date",
                                   "everybody who is here"};

static void wish(struct arena *a, enum way w, long n, struct bookings_wish *q)
{
    struct booking_row r = jail_row(a, (long)roll((uint64_t)n), true);
    *q = (struct bookings_wish){.born = DAYS_UNKNOWN, .page = {.limit = 50}};
    if (w == BY_NAME) q->q = str_sub(r.family, 0, 2 + roll(r.family.n));
    if (w == BY_NAME_AND_GIVEN)
        q->q = str_c(arena_printf(a, STR_FMT ", " STR_FMT, STR_ARG(r.family),
                                  STR_ARG(str_sub(r.given, 0, 2))));
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
        jail_must(casework_bookings(j->c, (struct actor){"m.ortiz"}, &q, &a, &v, &next, &e), &e,
                  "bookings");
        took[i] = jail_seconds() - t;
        rows += json_len(json_get(v, "bookings"));
        looks = (struct looks){0};
        arena_reset(&a);
    }
    casework_looks_later(j->c, NULL);
    arena_done(&a);
    qsort(took, ASKS, sizeof *took, up);
    printf("  %-28s p50 %6.2f ms, p99 %6.2f ms, most %6.2f ms; %.1f rows\n", ways[w],
           took[ASKS / 2] * 1e3, took[ASKS * 99 / 100] * 1e3, took[ASKS - 1] * 1e3,
           (double)rows / ASKS);
}

/* As many cases as bookings: one in 2,000 is a release that runs, one in 3,000 waits for a
 * person, one in a hundred is open. */
static void make_cases(const char *path, long n)
{
    sqlite3 *db;
    char *sql = sqlite3_mprintf(
        "BEGIN; INSERT INTO "
        "requests(agency,reference,form,received_at,content,body,dropped,find_key) WITH "
        "RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM k WHERE i<%ld) "
        "SELECT (SELECT id FROM agencies LIMIT "
        "1),'REF-'||i,'I-247A',1700000000000+i*1000,'','{\"asks\":[\"notify\"],\"subject\":{"
        "\"family\":\"Nobody\"}}',0,'n'||char(97+i%%26,97+i/26%%26,97+i/676%%26) FROM k;"
        "INSERT INTO cases(id,state,request_state,match,disputed,booking,told,work_why) SELECT "
        "id,CASE WHEN id%%2000=0 THEN 3 WHEN id%%100=0 THEN 2 ELSE 5 END,0,0,0,id,"
        "'[{\"ask\":\"notify\",\"outcome\":\"notify\"}]',CASE WHEN id%%3000=7 THEN 'look' END "
        "FROM requests; COMMIT",
        n);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
    sqlite3_free(sql);
    sqlite3_close(db);
}

enum list {
    BOARD,
    NEWEST,
    BY_REFERENCE,
    BY_SUBJECT,
    BY_DAY,
    OPEN_ONES,
    TO_LOOK_AT,
    OF_BOOKING,
    LISTS
};
static const char *const lists[] = {
    "the board",         "newest cases", "how a reference begins", "how a name begins",
    "received on a day", "open cases",   "to be looked at",        "cases of a booking"};

static RC list(struct jail *j, enum list w, long n, struct arena *a, size_t *rows,
               struct err *e)
{
    struct cases_wish q = {.from = INSTANT_NONE,
                           .to = INSTANT_NONE,
                           .page = {.limit = 50},
                           .work = w == TO_LOOK_AT,
                           .open = w == OPEN_ONES};
    struct json *v;
    struct str next;
    long one = 1 + (long)roll((uint64_t)n);
    if (w == BOARD) {
        TRY(casework_now(j->c, a, &v, e));
        *rows += json_len(json_get(v, "rows"));
        return RC_OK;
    }
    if (w == BY_REFERENCE) q.q = str_c(arena_printf(a, "REF-%ld", one));
    if (w == BY_SUBJECT)
        q.q = str_c(arena_printf(a, "N%c%c%c", (int)(97 + one % 26), (int)(97 + one / 26 % 26),
                                 (int)(97 + one / 676 % 26)));
    if (w == BY_DAY) q.from = 1700000000000 + one * 1000, q.to = q.from + HOURS(24);
    if (w == OF_BOOKING) q.booking = jail_row(a, one, true).booking_number;
    TRY(casework_cases_page(j->c, (struct actor){"m.ortiz"}, &q, a, &v, &next, e));
    *rows += json_len(json_get(v, "cases"));
    return RC_OK;
}

static void ask_cases(struct jail *j, enum list w, long n)
{
    static double took[ASKS];
    enum { TIMES = 200 };
    struct arena a;
    struct looks looks = {0};
    struct err e;
    size_t rows = 0;
    arena_init(&a, 0);
    casework_looks_later(j->c, &looks);
    for (int i = 0; i < TIMES; i++) {
        double t = jail_seconds();
        jail_must(list(j, w, n, &a, &rows, &e), &e, "cases");
        took[i] = jail_seconds() - t;
        looks = (struct looks){0};
        arena_reset(&a);
    }
    casework_looks_later(j->c, NULL);
    arena_done(&a);
    qsort(took, TIMES, sizeof *took, up);
    printf("  %-28s p50 %6.2f ms, p99 %6.2f ms, most %6.2f ms; %.1f rows\n", lists[w],
           took[TIMES / 2] * 1e3, took[TIMES * 99 / 100] * 1e3, took[TIMES - 1] * 1e3,
           (double)rows / TIMES);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    long n = argc > 2 ? atol(argv[2]) : 1000000;
    struct jail j;
    double bare = import(under, n, false, &j);
    jail_close(&j);
    double full = import(under, n, true, &j);
    printf("import of %ld bookings: %.0f rows a CPU second without the indexes for finding, "
           "%.0f with them (%.0f %%)\n",
           n, bare, full, full / bare * 100);
    for (int w = 0; w < WAYS; w++) ask(&j, (enum way)w, n);
    make_cases(j.database, n);
    for (int w = 0; w < LISTS; w++) ask_cases(&j, (enum list)w, n);
    jail_close(&j);
    return 0;
}
