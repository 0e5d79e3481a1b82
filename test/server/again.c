/* A bulk body that says no times is sent, the server is killed somewhere in the middle, and the
 * same is sent again a minute later: each line has been done once. SALLYPORT_SEED chooses
 * where. */
#include "office.h"
#include "server/api.h"
#include <signal.h>
#include <sqlite3.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

enum { LINES = 600, ROUNDS = 5 };

static const struct route mine[] = {{"POST", "/api/v1/triggers", ROLE_INTEGRATION,
                                     SCOPE_TRIGGERS, ROUTE_BULK | ROUTE_PRESSING | ROUTE_KEY,
                                     NULL, triggers_push},
                                    {NULL, NULL, 0, 0, 0, NULL, NULL}};
static const char *bearer;
static char lines[LINES * 64];

/* A server in a process of its own, which the test may kill; its port. */
static pid_t serve(int *ret_port)
{
    int to[2], port;
    assert_int_equal(pipe(to), 0);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
        if (desk_start(&desk_setup, &desk, &err) != RC_OK) _exit(1);
        http_setup = (struct http_setup){.address = "127.0.0.1", .desk = desk, .threads = 1};
        if (http_start(&http_setup, &http, &err) != RC_OK) _exit(1);
        port = http_port(http);
        if (write(to[1], &port, sizeof port) != sizeof port) _exit(1);
        for (;;) pause();
    }
    close(to[1]);
    assert_int_equal(read(to[0], ret_port, sizeof *ret_port), sizeof *ret_port);
    close(to[0]);
    return child;
}

static void end(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

static int send_lines(int port, int key)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const char *head = arena_printf(
        &arena,
        "POST /api/v1/triggers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s"
        "Idempotency-Key: again-%d\r\nContent-Type: application/x-ndjson\r\n"
        "Content-Length: %zu\r\n\r\n",
        bearer, key, strlen(lines));
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_true(say(fd, head, strlen(head)) && say(fd, lines, strlen(lines)));
    return fd;
}

/* Reports of this round's bookings, and how many bookings have one. */
static long reports(int round, const char *what)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT count(%s) FROM reports r JOIN bookings b ON b.id=r.booking WHERE number "
             "LIKE 'AG-%d-%%'",
             what, round);
    assert_int_equal(sqlite3_open_v2(world_database(), &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    long n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return n;
}

static void once_each(void **s)
{
    (void)s;
    const char *given = getenv("SALLYPORT_SEED");
    unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
    long killed_at = 0;
    int port;
    print_message("# seed %u\n", seed);
    for (int round = 0; round < ROUNDS; round++) {
        char *at = lines;
        for (int i = 0; i < LINES; i++)
            at += sprintf(at, "{\"booking_number\":\"AG-%d-%d\",\"trigger_kind\":\"other\"}\n",
                          round, i);
        long enough = 1 + (long)(rand_r(&seed) % (LINES - 150));
        pid_t child = serve(&port);
        int fd = send_lines(port, round);
        while (reports(round, "*") < enough && recv(fd, answer, 1, MSG_DONTWAIT | MSG_PEEK) < 0)
            usleep(500);
        end(child);
        close(fd);
        long done = reports(round, "*");
        assert_true(done >= enough && done < LINES); /* in the middle */
        killed_at += done;
        world_pass(60000);
        child = serve(&port);
        fd = send_lines(port, round);
        hear(fd, answer, sizeof answer);
        close(fd);
        assert_int_equal(status_of(answer), 200);
        assert_int_equal(json_whole(json_get(json_of(), "rows"), 0), LINES);
        assert_int_equal(reports(round, "*"), LINES);
        assert_int_equal(reports(round, "DISTINCT b.id"), LINES);
        fd = send_lines(port, round); /* and now it is answered from what was kept */
        hear(fd, answer, sizeof answer);
        close(fd);
        assert_string_equal(header_of("Idempotent-Replayed"), "true");
        end(child);
    }
    print_message("# killed after %ld of %d lines on average\n", killed_at / ROUNDS, LINES);
}

int main(void)
{
    office_open(mine); /* makes the world, and is closed: children serve it */
    bearer = arena_printf(&arena, "Authorization: Bearer %s\r\n", token("jail", "triggers"));
    http_quiet(http);
    desk_close(desk);
    http_stop(http);
    desk_free(desk);
    access_close(access_here);
    casework_close(casework); /* no connection of this process goes into a child */
    const struct CMUnitTest tests[] = {cmocka_unit_test(once_each)};
    int rc = cmocka_run_group_tests_name("again", tests, NULL, NULL);
    (void)world_close_and_search(world_reopen(), "ZZ");
    arena_done(&arena);
    return rc;
}
