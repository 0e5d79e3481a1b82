/* The desk under 64 clients, over real sockets on this machine: triggers with idempotency keys,
 * each answered after it is durable, against bare SQLite that puts as many bytes into the same
 * disk in groups of the same size, in turns in the same run; and reads of a case among CASES,
 * each answered after it is in the ledger who looked, at a steady rate and as fast as it goes.
 * Server and clients share the processor. bench_api [FOLDER] [BOOKINGS] [WRITES] [CASES]
 * [READS]     default: /tmp 100000 40000 1000000 40000 */
#include "jail.h"
#include "os/metrics.h"
#include "server/http.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 64, TURN = 5000 };

static RC put_trigger(struct exchange *x, struct err *e)
{
    struct json *v;
    struct clock clock = clock_real();
    TRY(casework_trigger(x->casework, exchange_actor(x), exchange_param(x, "number"),
                         json_text(x->body, "kind"), clock_now(&clock), x->arena, &v, e));
    return exchange_answer(x, 200, v);
}

static RC get_case(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_case(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &v,
                      e));
    return exchange_answer(x, 200, v);
}

static const struct route mine[] = {
    {"POST", "/api/v1/bookings/{number}/triggers", 0x7f, SCOPE_TRIGGERS,
     ROUTE_WRITES | ROUTE_KEY, "Trigger", put_trigger},
    {"GET", "/api/v1/cases/{case}", 0x7f, SCOPE_TRIGGERS, 0, NULL, get_case},
    {NULL, NULL, 0, 0, 0, NULL, NULL}};
#define DOCUMENT                                                                               \
    "{\"components\":{\"schemas\":{\"Trigger\":{\"type\":\"object\",\"required\":[\"kind\"],"  \
    "\"additionalProperties\":false,\"properties\":{\"kind\":"                                 \
    "{\"type\":\"string\",\"enum\":[\"bond posted\",\"release order\",\"other\"]}}}}}}"

/* ---- the clients: one thread, 64 connections --------------------------------------------- */

struct client {
    int fd;
    double sent;
    char in[16384];
    size_t n;
};
static struct client clients[CLIENTS];
static char as_token[400], as_officer[600];
static const char *as = as_officer; /* who asks, as headers */
static int port, poll_fd;
static long bookings;
static double *times;
/* seconds of the processor that the drives since the last show() took */
enum { CPU_CLIENTS, CPU_LISTENERS, CPU_WRITER, CPU_FOLD, CPU_ALL, CPU_KINDS };
static double cpu[CPU_KINDS];

/* Of all threads whose name begins like that; +1 or -1 of it is added. */
static double cpu_named(const char *name)
{
    char path[80], comm[32];
    long long ns = 0, sum = 0;
    DIR *d = opendir("/proc/self/task");
    for (struct dirent *t; d && (t = readdir(d));) {
        snprintf(path, sizeof path, "/proc/self/task/%.20s/comm", t->d_name);
        FILE *f = fopen(path, "r");
        bool is = f && fgets(comm, sizeof comm, f) && strncmp(comm, name, strlen(name)) == 0;
        if (f) fclose(f);
        snprintf(path, sizeof path, "/proc/self/task/%.20s/schedstat", t->d_name);
        f = is ? fopen(path, "r") : NULL;
        if (f && fscanf(f, "%lld", &ns) == 1) sum += ns;
        if (f) fclose(f);
    }
    if (d) closedir(d);
    return (double)sum / 1e9;
}

static void cpu_add(double sign)
{
    cpu[CPU_CLIENTS] += sign * cpu_named("bench_api");
    cpu[CPU_LISTENERS] += sign * cpu_named("MHD-");
    cpu[CPU_WRITER] += sign * cpu_named("writer");
    cpu[CPU_FOLD] += sign * cpu_named("fold");
    cpu[CPU_ALL] += sign * jail_cpu();
}

static void cpu_show(long n)
{
    double us = 1e6 / (double)n;
    printf("%-40s %8.0f us, of which clients %.0f, listeners %.0f, writer %.0f, fold %.0f\n",
           "  processor, each", cpu[CPU_ALL] * us, cpu[CPU_CLIENTS] * us,
           cpu[CPU_LISTENERS] * us, cpu[CPU_WRITER] * us, cpu[CPU_FOLD] * us);
}

static void dial_all(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    poll_fd = epoll_create1(0);
    for (int i = 0; i < CLIENTS; i++) {
        int one = 1;
        struct epoll_event ev = {.events = EPOLLIN, .data.ptr = &clients[i]};
        clients[i] = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0)};
        if (connect(clients[i].fd, (struct sockaddr *)&to, sizeof to)) exit(1);
        setsockopt(clients[i].fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(clients[i].fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, clients[i].fd, &ev);
    }
}

static void hang_up_all(void)
{
    for (int i = 0; i < CLIENTS; i++) close(clients[i].fd);
    close(poll_fd);
}

static void send_write(struct client *k, long i)
{
    char text[1200];
    i = i * 7919 % bookings; /* in no order, as people leave */
    int n = snprintf(text, sizeof text,
                     "POST /api/v1/bookings/B%09ld/triggers HTTP/1.1\r\nHost: "
                     "localhost\r\n%sIdempotency-Key: %016llx\r\n"
                     "Content-Type: application/json\r\nContent-Length: "
                     "22\r\n\r\n{\"kind\":\"bond posted\"}",
                     i, as, (unsigned long long)i * 0x9e3779b97f4a7c15ull);
    k->n = 0;
    k->sent = jail_seconds();
    if (send(k->fd, text, (size_t)n, MSG_NOSIGNAL) != n) exit(1);
}

static void send_read(struct client *k, long id)
{
    char text[1024];
    int n = snprintf(text, sizeof text,
                     "GET /api/v1/cases/C%06ld HTTP/1.1\r\nHost: localhost\r\n%s\r\n", id, as);
    k->n = 0;
    k->sent = jail_seconds();
    /* not write(2), whose bytes are counted as the disk's */
    if (send(k->fd, text, (size_t)n, MSG_NOSIGNAL) != n) exit(1);
}

static bool complete(struct client *k)
{
    ssize_t got = read(k->fd, k->in + k->n, sizeof k->in - 1 - k->n);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return false;
        fprintf(stderr, "the desk hung up: %s\n", k->in);
        exit(1);
    }
    k->in[k->n += (size_t)got] = 0;
    const char *end = strstr(k->in, "\r\n\r\n"),
               *length = strcasestr(k->in, "content-length: ");
    if (!end || !length || k->n < (size_t)(end + 4 - k->in) + (size_t)atol(length + 16))
        return false;
    if (strncmp(k->in, "HTTP/1.1 200", 12) == 0) return true;
    fprintf(stderr, "%s\n", k->in);
    exit(1);
}

/* n requests; every client sends its next when it has its answer and, with a rate, when its
 * turn has come. Seconds it took. */
static double drive(void (*send_one)(struct client *, long), long from, long n, long of,
                    double rate)
{
    long sent = 0, got = 0;
    unsigned seed = 1;
    cpu_add(-1);
    double start = jail_seconds();
    struct client *idle[CLIENTS];
    int n_idle = 0;
    for (int i = 0; i < CLIENTS; i++) idle[n_idle++] = &clients[i];
    while (got < n) {
        struct epoll_event ev[CLIENTS];
        while (n_idle && sent < n &&
               (rate == 0 || (double)sent / rate <= jail_seconds() - start)) {
            send_one(idle[--n_idle],
                     of ? 1 + (long)(((uint64_t)rand_r(&seed) << 15 ^ (uint64_t)rand_r(&seed)) %
                                     (uint64_t)of)
                        : from + sent);
            sent++;
        }
        double turn = n_idle && sent < n ? start + (double)sent / rate - jail_seconds() : 1;
        struct timespec wait = {.tv_nsec = turn <= 0   ? 0
                                           : turn >= 1 ? 999999999
                                                       : (long)(turn * 1e9)};
        int k = epoll_pwait2(poll_fd, ev, CLIENTS, &wait, NULL);
        for (int i = 0; i < k; i++) {
            struct client *c = ev[i].data.ptr;
            if (!complete(c)) continue;
            times[got++] = jail_seconds() - c->sent;
            idle[n_idle++] = c;
        }
    }
    double took = jail_seconds() - start;
    cpu_add(1);
    return took;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void show(const char *what, long n, double seconds)
{
    qsort(times, (size_t)n, sizeof *times, by_size);
    printf("%-40s %8.0f /s   p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms\n", what,
           (double)n / seconds, times[n / 2] * 1e3, times[n * 99 / 100] * 1e3,
           times[n - 1] * 1e3);
    cpu_show(n);
    memset(cpu, 0, sizeof cpu);
    fflush(stdout);
}

/* ---- bare SQLite ------------------------------------------------------------------------- */

static sqlite3 *bare_db;
static sqlite3_stmt *bare_insert;

static void bare_open(const char *folder)
{
    char path[300];
    snprintf(path, sizeof path, "%s/bare.db", folder);
    if (sqlite3_open(path, &bare_db) != SQLITE_OK) exit(1);
    sqlite3_exec(bare_db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
                 "wal_autocheckpoint=8192; CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB)",
                 NULL, NULL, NULL);
    if (sqlite3_prepare_v2(bare_db, "INSERT INTO t(b) VALUES(?1)", -1, &bare_insert, NULL) !=
        SQLITE_OK)
        exit(1);
}

static double bare_cpu;

static double bare(long n, long group, const char *bytes, long size)
{
    double start = jail_seconds();
    bare_cpu -= cpu_named("bench_api");
    for (long i = 0; i < n;) {
        if (sqlite3_exec(bare_db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) exit(1);
        for (long k = 0; k < group && i < n; k++, i++) {
            sqlite3_bind_blob(bare_insert, 1, bytes, (int)size, SQLITE_STATIC);
            if (sqlite3_step(bare_insert) != SQLITE_DONE) exit(1);
            sqlite3_reset(bare_insert);
        }
        if (sqlite3_exec(bare_db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) exit(1);
    }
    double took = jail_seconds() - start;
    bare_cpu += cpu_named("bench_api");
    return took;
}

static void bare_close(const char *folder)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char path[320];
    sqlite3_finalize(bare_insert);
    sqlite3_close(bare_db);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/bare.db%s", folder, parts[i]);
        unlink(path);
    }
}

/* What the disk and the processor themselves do at that time: a page written and synced, a
 * thousand times, with a rest between. */
static void measure_disk(const char *folder)
{
    char path[300], page[4096] = {0};
    double at[1000];
    snprintf(path, sizeof path, "%s/page", folder);
    int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) exit(1);
    for (int i = 0; i < 1000; i++) {
        usleep(1000);
        double t = jail_seconds();
        if (pwrite(fd, page, sizeof page, (off_t)(i % 64) * 4096) != sizeof page ||
            fdatasync(fd))
            exit(1);
        at[i] = jail_seconds() - t;
    }
    qsort(at, 1000, sizeof *at, by_size);
    printf("%-40s              p50 %6.2f ms  p99 %6.2f ms  max %6.2f ms\n",
           "  for comparison: one page, synced", at[500] * 1e3, at[990] * 1e3, at[999] * 1e3);
    close(fd);
    unlink(path);
}

/* ---- the desk and its database ----------------------------------------------------------- */

static bool healthy(void *ctx, bool inside, struct buf *b)
{
    (void)ctx, (void)inside;
    buf_c(b, "{}");
    return true;
}

static void account(struct access *x, const struct caller *by, struct arena *a)
{
    struct json *o = json_object(a), *sso = json_object(a), *told;
    struct err e;
    json_set(a, sso, "issuer", json_c(a, "https://sso.bench.example"));
    json_set(a, sso, "subject", json_c(a, "1"));
    json_set(a, o, "name", json_c(a, "d.marsh"));
    json_set(a, o, "role", json_c(a, "records officer"));
    json_set(a, o, "sso", sso);
    jail_must(access_account_set(x, by, o, a, &told, &e), &e, "account");
}

/* A records officer's session and a token of the jail's system. */
static void sign_in(struct jail *j, struct arena *a)
{
    struct clock clock = clock_real();
    struct access_setup s = {.casework = j->c, .clock = clock};
    struct access *x;
    struct caller by, officer;
    struct json *o = json_object(a), *list = json_array(a), *told;
    struct str text;
    enum access_answer said;
    char until[40];
    struct err e;
    jail_must(access_open(&s, &x, &e), &e, "access");
    jail_must(access_caller(x, STR("bench"), a, &by, &e), &e, "caller");
    json_add(a, list, json_c(a, "triggers"));
    json_set(a, o, "name", json_c(a, "bench-token"));
    json_set(a, o, "scopes", list);
    json_set(a, o, "expires_at",
             json_c(a, instant_utc(clock_now(&clock) + 24 * HOURS(1), until)));
    jail_must(access_token_make(x, &by, o, a, &told, &e), &e, "token");
    text = json_text(told, "secret").n ? json_text(told, "secret") : json_text(told, "token");
    snprintf(as_token, sizeof as_token, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(text));
    account(x, &by, a);
    jail_must(access_login_sso(x, STR("https://sso.bench.example"), STR("1"), STR("127.0.0.1"),
                               a, &said, &text, &officer, &e),
              &e, "log-on");
    if (said != ACCESS_IN) exit(1);
    jail_must(access_acknowledge(x, &officer, &e), &e, "banner");
    snprintf(as_officer, sizeof as_officer,
             "Cookie: __Host-sallyport=" STR_FMT "\r\nX-CSRF-Token: " STR_FMT
             "\r\nOrigin: http://localhost\r\n",
             STR_ARG(text), STR_ARG(officer.csrf));
    access_close(x);
}

static void request(struct jail *j, struct arena *a, long i)
{
    struct json *r = json_object(a), *s = json_object(a), *asks = json_array(a), *view;
    struct booking_row row = jail_row(a, i, false);
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
    json_set(a, r, "subject", s);
    jail_must(casework_request(j->c, (struct actor){"bench"}, r, a, &view, &e), &e, "request");
}

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK) return;
    fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
    exit(1);
}

/* A thousand cases are made by the verbs and copied, each copy to a booking of its own; their
 * decisions are those of the first. */
static void make_cases(struct jail *j, struct arena *a, long cases)
{
    enum { MADE = 1000 };
    sqlite3 *db;
    char sql[1000];
    for (long i = 0; i < MADE && i < cases; i++) {
        request(j, a, i);
        arena_reset(a);
    }
    if (cases <= MADE) return;
    if (sqlite3_open(j->database, &db) != SQLITE_OK) exit(1);
    run_sql(db, "PRAGMA synchronous=OFF; BEGIN IMMEDIATE");
    snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM k WHERE n<%ld) INSERT INTO "
        "requests(id,agency,reference,form,received_at,content,body,dropped)"
        " SELECT r.id+n*%d,agency,reference||'-'||n,form,received_at,content||n,body,dropped "
        "FROM k, requests r WHERE r.id<=%d",
        cases / MADE - 1, MADE, MADE);
    run_sql(db, sql);
    snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM k WHERE n<%ld) INSERT INTO "
        "cases(id,state,request_state,match,match_why,match_by,disputed,booking,decision,"
        "decided_at,told,work_why) SELECT "
        "c.id+n*%d,state,request_state,match,match_why,match_by,disputed,(SELECT id FROM "
        "bookings b WHERE b.id=c.booking+n*%d),decision,decided_at,"
        "told,work_why FROM k, cases c WHERE c.id<=%d",
        cases / MADE - 1, MADE, MADE, MADE);
    run_sql(db, sql);
    run_sql(db, "COMMIT");
    sqlite3_close(db);
}

struct office {
    struct desk *desk;
    struct http *http;
};

static struct office open_office(struct jail *j)
{
    static const char *const hosts[] = {"localhost", NULL};
    struct office o;
    struct err e;
    struct desk_setup d = {.routes = mine,
                           .document = STR(DOCUMENT),
                           .spool_dir = j->folder,
                           .banner = "",
                           .health = healthy,
                           .hosts = hosts,
                           .casework = {.database = j->database,
                                        .key_file = j->key_file,
                                        .origin = "bench.example/sallyport",
                                        .time_zone = "America/Denver",
                                        .packs_dir = "",
                                        .info_official = "",
                                        .clock = clock_real()}};
    jail_must(desk_start(&d, &o.desk, &e), &e, "desk");
    struct http_setup h = {.address = "127.0.0.1", .desk = o.desk, .per_address = 200};
    jail_must(http_start(&h, &o.http, &e), &e, "http");
    port = http_port(o.http);
    dial_all();
    return o;
}

static void close_office(struct office *o)
{
    hang_up_all();
    http_quiet(o->http);
    desk_close(o->desk);
    http_stop(o->http);
    desk_free(o->desk);
}

static long groups(void)
{
    struct arena a;
    arena_init(&a, 0);
    struct buf b = buf_in(&a);
    metrics_write(&b);
    const char *at = strstr(buf_z(&b), "\nsallyport_write_groups_total ");
    long n = at ? atol(at + 30) : 0;
    arena_done(&a);
    return n;
}

static void fold(struct jail *j)
{
    instant next;
    struct err e;
    jail_must(casework_tick(j->c, &next, &e), &e, "tick");
    sqlite3_wal_checkpoint_v2(bare_db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void measure_writes(struct jail *j, long n)
{
    double ours = 0, theirs = 0, *all = calloc((size_t)n + TURN, sizeof *all);
    char *bytes = calloc(1, 1 << 20);
    long done = 0, written = 0, theirs_written = 0, group = 0, in_groups = 0, size = 16384;
    if (!all || !bytes) exit(1);
    for (long at = 0; at < n + TURN; at += TURN) {
        fold(j);
        long before = jail_written(), commits = groups();
        ours += drive(send_write, at, TURN, 0, 0);
        memcpy(all + done, times, TURN * sizeof *times);
        done += TURN;
        written += jail_written() - before;
        in_groups += groups() - commits;
        group = done / in_groups;
        fold(j);
        before = jail_written();
        theirs += bare(TURN, group, bytes, size);
        theirs_written += jail_written() - before;
        /* the first turn finds how large a row must be for the same bytes, and does not
         * count */
        if (!at) {
            size = (long)((double)size * (double)written / (double)theirs_written);
            written = theirs_written = done = in_groups = 0;
            ours = theirs = 0;
            memset(cpu, 0, sizeof cpu);
            bare_cpu = 0;
        } else {
            size = (long)((double)size * (double)written / (double)theirs_written);
        }
    }
    memcpy(times, all, (size_t)done * sizeof *all);
    show("writes, 64 clients, durable", done, ours);
    printf("%-40s %8.0f /s   in groups of %ld\n", "bare SQLite, same disk",
           (double)done / theirs, group);
    printf("%-40s %8.0f us\n", "  processor, each", bare_cpu / (double)done * 1e6);
    printf("bytes written a write: desk %ld, bare %ld\n", written / done,
           theirs_written / done);
    printf("desk : bare = %.0f %%\n", (double)theirs / ours * 100);
    free(all);
    free(bytes);
}

/* ---- single reports beside a bulk transfer ----------------------------------------------- */

struct bulk {
    struct jail *j;
    long from; /* of bookings that are not there yet */
    bool triggers;
    _Atomic bool stop;
    long lines;
};

/* What a body of many triggers does: groups of 64, one after the other. */
static void report_many(struct bulk *b, struct arena *a)
{
    struct clock clock = clock_real();
    struct json *v;
    struct err e;
    jail_must(casework_group_begin(b->j->c, &e), &e, "group");
    for (int i = 0; i < 64; i++) {
        const char *number = arena_printf(a, "B%09ld", b->lines++ * 7919 % bookings);
        jail_must(casework_trigger(b->j->c, (struct actor){"bench"}, str_c(number),
                                   STR("release order"), clock_now(&clock), a, &v, &e),
                  &e, "trigger");
    }
    jail_must(casework_group_end(b->j->c, &e), &e, "group");
    arena_reset(a);
}

static void *run_bulk(void *ctx)
{
    struct bulk *b = ctx;
    struct arena a;
    arena_init(&a, 0);
    while (!b->stop) {
        if (b->triggers)
            report_many(b, &a);
        else
            jail_import(b->j, b->from + b->lines, 20000, 0), b->lines += 20000;
    }
    arena_done(&a);
    return NULL;
}

static void measure_beside(struct jail *j, const char *what, struct bulk *b)
{
    enum { SINGLES = 2000, RATE = 200 };
    static long from;
    pthread_t thread;
    double t = jail_seconds();
    fold(j);
    if (b && pthread_create(&thread, NULL, run_bulk, b)) exit(1);
    double took = drive(send_write, bookings / 2 + from, SINGLES, 0, RATE);
    if (b) {
        b->stop = true;
        pthread_join(thread, NULL);
        printf("%-40s %8.0f lines/s\n", what, (double)b->lines / (jail_seconds() - t));
    }
    from += SINGLES;
    show(b ? "  single triggers beside it" : what, SINGLES, took);
}

static void measure_single(struct jail *j)
{
    struct bulk triggers = {.j = j, .triggers = true}, rows = {.j = j, .from = bookings};
    measure_beside(j, "single triggers, 200 a second", NULL);
    measure_beside(j, "triggers in bulk", &triggers);
    measure_beside(j, "bookings in bulk", &rows);
}

int main(int argc, char **argv)
{
    const char *under = argc > 1 ? argv[1] : "/tmp";
    bookings = argc > 2 ? atol(argv[2]) : 100000;
    long writes = argc > 3 ? atol(argv[3]) : 40000, cases = argc > 4 ? atol(argv[4]) : 1000000,
         reads = argc > 5 ? atol(argv[5]) : 40000;
    struct jail j;
    struct arena a;
    long most = writes > reads ? writes : reads;
    times = calloc((size_t)most + CLIENTS, sizeof *times);
    if (!times) return 1;
    arena_init(&a, 0);
    if (writes) {
        jail_open(&j, under);
        sign_in(&j, &a);
        jail_import(&j, 0, bookings, 0);
        bare_open(j.folder);
        struct office o = open_office(&j);
        printf("%ld bookings\n", bookings);
        measure_writes(&j, writes);
        measure_single(&j);
        close_office(&o);
        bare_close(j.folder);
        jail_close(&j);
    }
    if (reads) {
        double t = jail_seconds();
        jail_open(&j, under);
        sign_in(&j, &a);
        jail_charges = true;
        jail_import(&j, 0, cases, 0);
        make_cases(&j, &a, cases);
        struct office o = open_office(&j);
        printf("%ld cases, each with a booking, in %.0f s\n", cases, jail_seconds() - t);
        drive(send_read, 0, reads / 4, cases, 0);
        show("reads, 64 clients, as fast as it goes", reads,
             drive(send_read, 0, reads, cases, 0));
        static const double rates[] = {500, 1000, 2000, 4000};
        for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
            char what[64];
            snprintf(what, sizeof what, "reads, 64 clients, %.0f a second", rates[i]);
            show(what, reads / 4, drive(send_read, 0, reads / 4, cases, rates[i]));
            measure_disk(j.folder);
        }
        close_office(&o);
        jail_close(&j);
    }
    arena_done(&a);
    free(times);
    return 0;
}
