/* Streams of events: what happens arrives, in order, once; each role sees its part; a broken
 * connection goes on where it was. */
#include "office.h"
#include "server/stream.h"

static const struct route mine[] = {
    {"GET", "/api/v1/events", ROLES_ALL, 0, ROUTE_STREAM, NULL, NULL},
    {"POST", "/api/v1/session", 0, 0, ROUTE_SLOW | ROUTE_NO_CSRF, "Login", session_login},
    {"DELETE", "/api/v1/session", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL, session_logout},
    {"POST", "/api/v1/session/acknowledge", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL,
     session_acknowledge},
    {NULL, NULL, 0, 0, 0, NULL, NULL}};
static const char *officer, *officer_csrf, *admin, *jail;

static const char *log_on(const char *name, const char **ret_csrf)
{
    const char *body =
        arena_printf(&arena, "{\"name\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}", name,
                     PASSWORD, enrol(name));
    assert_int_equal(ask("POST", "/api/v1/session", "Sec-Fetch-Site: same-origin\r\n", body),
                     200);
    const char *set = header_of("Set-Cookie");
    const char *cookie = arena_printf(&arena, "Cookie: %.*s\r\n", (int)strcspn(set, ";"), set);
    *ret_csrf = arena_printf(&arena, "X-CSRF-Token: %s\r\nSec-Fetch-Site: same-origin\r\n",
                             str_dupz(&arena, json_text(json_of(), "csrf")));
    assert_int_equal(ask("POST", "/api/v1/session/acknowledge",
                         arena_printf(&arena, "%s%s", cookie, *ret_csrf), ""),
                     200);
    return cookie;
}

static int setup(void **s)
{
    const char *ignored;
    (void)s;
    http_setup.per_address = 200;
    office_open(mine);
    officer = log_on("m.ortiz", &officer_csrf);
    admin = log_on("admin", &ignored);
    jail = arena_printf(&arena, "Authorization: Bearer %s\r\n",
                        token("jail-feed-token", "triggers"));
    return 0;
}

static int teardown(void **s)
{
    (void)s;
    office_close();
    return 0;
}

static int listen_to(const char *who, const char *more)
{
    int fd = dial();
    const char *text = arena_printf(
        &arena, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n", who, more);
    assert_true(say(fd, text, strlen(text)));
    return fd;
}

/* Reads until the text has come; false at the end or when nothing comes any more. */
static bool until(int fd, char *room, size_t n, const char *what)
{
    size_t used = strlen(room);
    while (!strstr(room, what)) {
        ssize_t got = used + 1 < n ? recv(fd, room + used, n - 1 - used, 0) : 0;
        if (got <= 0) return false;
        room[used += (size_t)got] = 0;
    }
    return true;
}

static void report(const char *booking)
{
    struct json *v;
    OK(casework_trigger(casework, (struct actor){"jail-feed"}, str_c(booking), STR("other"),
                        world_now(), &arena, &v, &err));
}

static void it_arrives(void **s)
{
    (void)s;
    static char room[65536];
    room[0] = 0;
    int fd = listen_to(officer, "");
    assert_true(until(fd, room, sizeof room, "retry: 1000"));
    assert_non_null(strstr(room, "text/event-stream"));
    report("S-1"); /* another connection than any of the desk's: it is seen in the file */
    assert_true(until(fd, room, sizeof room, "\"booking\":\"S-1\""));
    assert_true(until(fd, room, sizeof room, "event: case"));
    assert_true(until(fd, room, sizeof room, "\"kind\":\"trigger\""));
    for (int i = 2; i < 40; i++) report(arena_printf(&arena, "S-%d", i));
    assert_true(until(fd, room, sizeof room, "\"booking\":\"S-39\",\"kind\":\"trigger\""));
    close(fd);
    long long last = -1;
    for (const char *p = room; (p = strstr(p, "\nid: ")); p++) { /* in order, none twice */
        long long id = atoll(p + 5);
        assert_true(id > last);
        last = id;
    }
    for (int i = 1; i < 40; i++)
        assert_non_null(
            strstr(room, arena_printf(&arena, "\"booking\":\"S-%d\",\"kind\":\"trigger\"", i)));
}

static void it_goes_on(void **s)
{
    (void)s;
    static char room[65536];
    room[0] = 0;
    uint64_t size;
    OK(casework_ledger_size(casework, &size, &err));
    report("T-1");
    report("T-2");
    int fd = listen_to(
        officer, arena_printf(&arena, "Last-Event-ID: %llu\r\n", (unsigned long long)size - 1));
    assert_true(until(fd, room, sizeof room, "\"booking\":\"T-2\",\"kind\":\"trigger\""));
    assert_non_null(strstr(room, "\"booking\":\"T-1\""));
    assert_null(strstr(room, "\"booking\":\"S-39\""));
    close(fd);
}

static void each_role_its_part(void **s)
{
    (void)s;
    static char of_admin[65536], of_jail[65536], of_officer[65536];
    of_admin[0] = of_jail[0] = of_officer[0] = 0;
    int a = listen_to(admin, ""), j = listen_to(jail, ""), o = listen_to(officer, "");
    struct json *p = json_object(&arena), *v;
    assert_true(until(a, of_admin, sizeof of_admin, "retry") &&
                until(j, of_jail, sizeof of_jail, "retry") &&
                until(o, of_officer, sizeof of_officer, "retry"));
    report("U-1");
    json_set(&arena, p, "name", json_c(&arena, "n.newcomer"));
    json_set(&arena, p, "role", json_c(&arena, "auditor"));
    OK(casework_person_set(casework, (struct actor){"admin"}, p, &arena, &v, &err));
    assert_true(until(o, of_officer, sizeof of_officer, "person.added"));
    assert_true(until(a, of_admin, sizeof of_admin, "person.added"));
    assert_non_null(strstr(of_officer, "U-1"));
    assert_null(strstr(of_admin, "U-1"));
    close(a);
    close(o);
    struct timeval short_one = {.tv_usec = 300000};
    setsockopt(j, SOL_SOCKET, SO_RCVTIMEO, &short_one, sizeof short_one);
    assert_false(until(j, of_jail, sizeof of_jail, "event:"));
    close(j);
}

/* An id, or being told to load anew, says how far the ledger has grown: whoever reports a
 * release could see what it set going. */
static void who_sees_nothing_does_not_see_it_grow(void **s)
{
    (void)s;
    static char of_jail[65536], of_officer[65536];
    struct json *body = json_object(&arena);
    of_jail[0] = of_officer[0] = 0;
    json_set(&arena, body, "session", json_c(&arena, "0123456789abcdef"));
    OK(casework_group_begin(casework, &err));
    for (int i = 0; i < STREAM_BACK + 10; i++)
        OK(casework_event(casework, (struct actor){"jail-feed"}, EVENT_KIND_ACCESS_LOGOUT,
                          world_now(), body, &arena, &err));
    OK(casework_group_end(casework, &err));
    int j = listen_to(jail, "Last-Event-ID: 1\r\n"),
        o = listen_to(officer, "Last-Event-ID: 1\r\n");
    assert_true(until(o, of_officer, sizeof of_officer, "event: lost"));
    struct timeval short_one = {.tv_usec = 500000};
    setsockopt(j, SOL_SOCKET, SO_RCVTIMEO, &short_one, sizeof short_one);
    assert_false(until(j, of_jail, sizeof of_jail, "id:"));
    assert_non_null(strstr(of_jail, "retry"));
    close(j);
    close(o);
}

static void many_come_and_go(void **s)
{
    (void)s;
    unsigned seed = 7;
    int fd[30];
    for (int i = 0; i < 30; i++) fd[i] = listen_to(officer, "");
    for (int i = 0; i < 200; i++) {
        int k = rand_r(&seed) % 30;
        close(fd[k]);
        fd[k] = listen_to(officer, "");
        if (i % 10 == 0) report(arena_printf(&arena, "V-%d", i));
    }
    for (int i = 0; i < 30; i++) close(fd[i]);
    /* who has gone without a word is noticed within a while, long before the next heartbeat */
    int tries = 0;
    while (tries < 100 && (ask("GET", "/metrics", "", NULL) != 200 ||
                           !strstr(answer, "\nsallyport_streams 0\n"))) {
        usleep(50000);
        tries++;
    }
    assert_true(tries < 100);
}

/* By the command line, which is another process and does not know of streams. */
static void it_ends_with_the_account(void **s)
{
    (void)s;
    static char room[65536];
    room[0] = 0;
    struct caller by;
    struct json *o = json_object(&arena), *v;
    const char *ignored, *other = log_on("t.lindgren", &ignored);
    int fd = listen_to(other, "");
    assert_true(until(fd, room, sizeof room, "retry"));
    OK(access_caller(access_here, STR("admin"), &arena, &by, &err));
    json_set(&arena, o, "name", json_c(&arena, "t.lindgren"));
    json_set(&arena, o, "disabled", json_bool(&arena, true));
    OK(access_account_set(access_here, &by, o, &arena, &v, &err));
    assert_false(until(fd, room, sizeof room, "never"));
    close(fd);
    assert_non_null(strstr(room, "0\r\n\r\n"));
    assert_int_equal(ask("GET", "/api/v1/events", other, NULL), 401);
}

static void nobody_takes_all_of_them(void **s)
{
    (void)s;
    static char room[4096];
    int fd[STREAMS_EACH];
    for (int i = 0; i < STREAMS_EACH; i++) {
        room[0] = 0;
        fd[i] = listen_to(jail, "");
        assert_true(until(fd[i], room, sizeof room, "retry"));
    }
    assert_int_equal(ask("GET", "/api/v1/events", jail, NULL), 503);
    room[0] = 0;
    int mine_too = listen_to(officer, "");
    assert_true(until(mine_too, room, sizeof room, "retry"));
    close(mine_too);
    for (int i = 0; i < STREAMS_EACH; i++) close(fd[i]);
}

static void it_ends_with_the_session(void **s)
{
    (void)s;
    static char room[65536];
    room[0] = 0;
    int fd = listen_to(officer, "");
    assert_true(until(fd, room, sizeof room, "retry"));
    assert_int_equal(ask("DELETE", "/api/v1/session",
                         arena_printf(&arena, "%s%s", officer, officer_csrf), NULL),
                     204);
    assert_false(until(fd, room, sizeof room, "never")); /* the other side closed */
    close(fd);
    assert_non_null(strstr(room, "0\r\n\r\n")); /* in good order */
    assert_int_equal(ask("GET", "/api/v1/events", officer, NULL), 401);
    fd = listen_to(admin, ""); /* and one is open when the desk closes */
    room[0] = 0;
    assert_true(until(fd, room, sizeof room, "retry"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_arrives),
                                       cmocka_unit_test(it_goes_on),
                                       cmocka_unit_test(each_role_its_part),
                                       cmocka_unit_test(who_sees_nothing_does_not_see_it_grow),
                                       cmocka_unit_test(many_come_and_go),
                                       cmocka_unit_test(it_ends_with_the_account),
                                       cmocka_unit_test(nobody_takes_all_of_them),
                                       cmocka_unit_test(it_ends_with_the_session)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
