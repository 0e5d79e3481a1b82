/* Who may, from where, how often, and the same again: the desk around handlers of the test's
 * own. */
#include "office.h"

static _Atomic int calls;

static RC report(struct exchange *x, struct err *e)
{
    struct json *v;
    calls++;
    TRY(casework_trigger(x->casework, exchange_actor(x), json_text(x->body, "booking"),
                         json_text(x->body, "kind"), world_now(), x->arena, &v, e));
    if (json_is_true(json_get(x->body, "fail")))
        return FAIL(e, RC_CONFLICT, "CASE-0001", "as it was asked");
    if (json_is_true(json_get(x->body, "break")))
        return FAIL(e, RC_IO, "STORE-0003", "/secret/path/of.db: short read");
    json_set(x->arena, v, "call", json_int(x->arena, calls));
    return exchange_answer(x, 200, v);
}

static RC look(struct exchange *x, struct err *e)
{
    struct json *v;
    TRY(casework_case(x->casework, exchange_actor(x), exchange_param(x, "case"), x->arena, &v,
                      e));
    return exchange_answer(x, 200, v);
}

static RC tell(struct exchange *x, struct err *e)
{
    struct json *o = json_object(x->arena);
    struct str cursor;
    int64_t limit;
    TRY(exchange_query_whole(x, "limit", 1, 100, 20, &limit, e));
    TRY(exchange_cursor(x, &cursor, e));
    json_set(x->arena, o, "name", json_string(x->arena, exchange_param(x, "name")));
    json_set(x->arena, o, "limit", json_int(x->arena, limit));
    json_set(x->arena, o, "cursor", json_string(x->arena, cursor));
    if (!cursor.n) exchange_next(x, o, STR("17/ü"));
    return exchange_answer(x, 200, o);
}

static RC count(struct exchange *x, struct err *e)
{
    struct str line;
    int n = 0, bytes = 0;
    enum rc rc;
    while ((rc = exchange_line(x, x->arena, &line, &n, e)) == RC_OK) bytes += (int)line.n;
    if (rc != RC_NO) return rc;
    struct json *o = json_object(x->arena);
    json_set(x->arena, o, "rows", json_int(x->arena, n));
    json_set(x->arena, o, "bytes", json_int(x->arena, bytes));
    json_set(x->arena, o, "call", json_int(x->arena, ++calls));
    return exchange_answer(x, 200, o);
}

static RC put(struct exchange *x, struct err *e)
{
    struct json *now = json_object(x->arena);
    json_set(x->arena, now, "name", json_c(x->arena, "a"));
    TRY(exchange_if_match(x, now, e));
    return exchange_answer(x, 200, now);
}

static RC whisper(struct exchange *x, struct err *e)
{
    (void)e;
    struct json *o = json_object(x->arena);
    json_set(x->arena, o, "secret", json_c(x->arena, "s3cr3t"));
    return exchange_answer(x, 201, o);
}

static _Atomic bool evaluated;

static RC evaluate(struct exchange *x,
                   struct err *e) /* a long one: it ends when the test says so */
{
    while (!evaluated) usleep(1000);
    return tell(x, e);
}

#define CASES (ROLE_RECORDS_OFFICER | ROLE_SUPERVISOR)
static const struct route mine[] = {
    {"GET", "/api/v1/session", ROLES_ALL, 0, ROUTE_FRESH, NULL, session_get},
    {"POST", "/api/v1/session", 0, 0, ROUTE_SLOW | ROUTE_DOOR | ROUTE_NO_CSRF, "Login",
     session_login},
    {"DELETE", "/api/v1/session", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL, session_logout},
    {"POST", "/api/v1/session/acknowledge", ROLES_ALL, 0, ROUTE_SLOW | ROUTE_FRESH, NULL,
     session_acknowledge},
    {"POST", "/api/v1/reports", CASES | ROLE_INTEGRATION, SCOPE_TRIGGERS,
     ROUTE_WRITES | ROUTE_KEY, "Any", report},
    {"GET", "/api/v1/cases/{case}", CASES, 0, 0, NULL, look},
    {"GET", "/api/v1/tell/{name}", ROLES_ALL, 0, 0, NULL, tell},
    {"PUT", "/api/v1/tell/{name}", CASES, 0, ROUTE_WRITES, NULL, put},
    {"POST", "/api/v1/bulk", ROLE_INTEGRATION, SCOPE_BOOKINGS, ROUTE_BULK | ROUTE_KEY, NULL,
     count},
    {"GET", "/api/v1/evaluation", ROLES_ALL, 0, ROUTE_SLOW, NULL, evaluate},
    {"POST", "/api/v1/releases", ROLE_INTEGRATION, SCOPE_BOOKINGS,
     ROUTE_BULK | ROUTE_PRESSING | ROUTE_KEY, NULL, count},
    {"POST", "/api/v1/secrets", CASES | ROLE_INTEGRATION, SCOPE_TRIGGERS,
     ROUTE_WRITES | ROUTE_KEY | ROUTE_SECRET, NULL, whisper},
    {"POST", "/api/v1/grave", CASES, 0, ROUTE_WRITES | ROUTE_KEY | ROUTE_STEP_UP, NULL,
     whisper},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};

static const char *triggers, *bookings; /* Authorization lines of tokens */
static char *officer, *officer_csrf;    /* lines of a session */

#define OWN "Sec-Fetch-Site: same-origin\r\n"
#define KEY(k) "Idempotency-Key: " k "\r\n"

static char *line(const char *name, const char *value)
{
    return arena_printf(&arena, "%s: %s\r\n", name, value);
}
static const char *both(const char *a, const char *b)
{
    return arena_printf(&arena, "%s%s", a, b);
}

static int setup(void **s)
{
    (void)s;
    office_open(mine);
    triggers = line("Authorization", both("Bearer ", token("jail-triggers", "triggers")));
    bookings = line("Authorization", both("Bearer ", token("jail-bookings", "bookings")));
    return 0;
}

static int teardown(void **s)
{
    (void)s;
    office_close();
    return 0;
}

static void log_on(const char *name)
{
    const char *body =
        arena_printf(&arena, "{\"name\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}", name,
                     PASSWORD, enrol(name));
    assert_int_equal(ask("POST", "/api/v1/session", OWN, body), 200);
    const char *cookie = header_of("Set-Cookie");
    assert_non_null(strstr(cookie, "; Secure; HttpOnly; SameSite=Strict"));
    assert_non_null(strstr(cookie, "Path=/;"));
    assert_null(strstr(cookie, "Domain"));
    officer = line("Cookie", arena_strndup(&arena, cookie, strcspn(cookie, ";")));
    officer_csrf = line("X-CSRF-Token", str_dupz(&arena, json_text(json_of(), "csrf")));
}

/* ---- who may ----------------------------------------------------------------------------- */

static void strangers_get_nothing(void **s)
{
    (void)s;
    assert_int_equal(ask("GET", "/api/v1/tell/x", "", NULL), 401);
    problem_is("SRV-0010");
    assert_string_equal(header_of("WWW-Authenticate"), "Bearer");
    assert_string_equal(header_of("Content-Type"), "application/problem+json");
    assert_string_equal(header_of("Cache-Control"), "no-store");
    assert_int_equal(ask("GET", "/api/v1/tell/x", "Authorization: Bearer nonsense\r\n", NULL),
                     401);
    assert_int_equal(
        ask("GET", "/api/v1/tell/x", "Cookie: __Host-sallyport=nonsense\r\n", NULL), 401);
    assert_int_equal(ask("GET", "/api/v1/nowhere", "", NULL), 404);
    assert_int_equal(ask("POST", "/api/v1/tell/x", "", "{}"), 405);
    assert_string_equal(header_of("Allow"), "GET, PUT");
    assert_int_equal(ask("GET", "/health", "", NULL), 200);
    assert_int_equal(ask("GET", "/metrics", "", NULL), 200);
    assert_non_null(strstr(answer, "sallyport_requests_total"));
    assert_int_equal(ask("POST", "/health", "", "{}"), 405);
}

static void sessions(void **s)
{
    (void)s;
    assert_int_equal(ask("POST", "/api/v1/session", OWN,
                         "{\"name\":\"m.ortiz\",\"password\":\"wrong\",\"code\":\"000000\"}"),
                     401);
    problem_is("ACCESS-0001");
    assert_int_equal(
        ask("POST", "/api/v1/session", "", "{\"name\":\"m.ortiz\",\"password\":\"x\"}"),
        403); /* from no page of ours: log-on CSRF */
    assert_int_equal(ask("POST", "/api/v1/session", "Origin: https://evil.example\r\n",
                         "{\"name\":\"m.ortiz\",\"password\":\"x\"}"),
                     403);
    log_on("m.ortiz");
    assert_int_equal(ask("GET", "/api/v1/session", officer, NULL), 200);
    assert_int_equal(ask("GET", "/api/v1/tell/x", officer, NULL), 403);
    problem_is("SRV-0013"); /* the banner first */
    const char *own = both(both(officer, officer_csrf), OWN);
    assert_int_equal(ask("POST", "/api/v1/session/acknowledge", own, ""), 200);
    assert_int_equal(ask("GET", "/api/v1/tell/x", officer, NULL), 200);
    assert_int_equal(ask("GET", "/api/v1/tell/x", both(officer, "Cookie: a=b\r\n"), NULL),
                     400); /* two cookie headers */
}

/* What is known of a session is remembered for a second. */
static int later(int64_t ms, const char *more)
{
    world_pass(ms);
    usleep(1100 * 1000);
    return ask("GET", "/api/v1/tell/x", both(officer, more), NULL);
}

static void log_on_and_acknowledge(const char *name)
{
    log_on(name);
    const char *own = both(both(officer, officer_csrf), OWN);
    assert_int_equal(ask("POST", "/api/v1/session/acknowledge", own, ""), 200);
}

/* AC-11: fifteen minutes in which nobody did anything, whatever the page does by itself. */
static void a_page_alone_keeps_nobody_in(void **s)
{
    static const char by_itself[] = "X-Sallyport-Background: 1\r\n";
    (void)s;
    log_on_and_acknowledge("m.ortiz");
    for (int minute = 0; minute < 14; minute += 7)
        assert_int_equal(later(MINUTES(7), by_itself), 200);
    assert_int_equal(later(MINUTES(2), by_itself), 401);

    log_on_and_acknowledge("m.ortiz");
    assert_int_equal(later(MINUTES(9), by_itself), 200);
    /* in the same second: what the page asked is no answer for the person's own act */
    assert_int_equal(ask("GET", "/api/v1/tell/x", officer, NULL), 200);
    assert_int_equal(later(MINUTES(9), by_itself), 200);
    assert_int_equal(later(MINUTES(7), ""), 401);
    log_on_and_acknowledge("m.ortiz"); /* for what follows */
}

static void csrf(void **s)
{
    (void)s;
    static const char *const bad[] = {"",
                                      "X-CSRF-Token: x\r\n" OWN,
                                      OWN,
                                      "Origin: http://localhost\r\n",
                                      "Origin: http://evil.example\r\n",
                                      "Sec-Fetch-Site: cross-site\r\n",
                                      "Sec-Fetch-Site: none\r\n",
                                      "Sec-Fetch-Site: same-site\r\n",
                                      "Origin: null\r\n" OWN,
                                      NULL};
    int tried = 0;
    for (int i = 0; bad[i]; i++, tried++) {
        assert_int_equal(ask("POST", "/api/v1/reports",
                             both(both(officer, KEY("csrf")), bad[i]),
                             "{\"booking\":\"B-1\",\"kind\":\"other\"}"),
                         403);
        problem_is("SRV-0012");
    }
    const char *foreign[] = {"Origin: http://evil.example\r\n",
                             "Origin: https://localhost\r\n",
                             "Origin: http://localhost.evil.example\r\n",
                             "Origin: null\r\n",
                             "Sec-Fetch-Site: cross-site\r\n",
                             ""};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign;
         i++, tried++) /* the token alone is not enough */
        assert_int_equal(ask("POST", "/api/v1/reports",
                             both(both(both(officer, officer_csrf), KEY("csrf")), foreign[i]),
                             "{\"booking\":\"B-1\",\"kind\":\"other\"}"),
                         403);
    print_message("# csrf: %d forged requests refused\n", tried);
    assert_int_equal(calls, 0);
    assert_int_equal(ask("POST", "/api/v1/reports",
                         both(both(both(officer, officer_csrf), KEY("good")),
                              "Origin: http://localhost\r\n"),
                         "{\"booking\":\"B-1\",\"kind\":\"other\"}"),
                     200);
}

static void scopes_and_roles(void **s)
{
    (void)s;
    assert_int_equal(ask("GET", "/api/v1/cases/C000001", triggers, NULL), 403);
    assert_int_equal(ask("POST", "/api/v1/reports", both(bookings, KEY("k")), "{}"), 403);
    assert_int_equal(ask("POST", "/api/v1/bulk",
                         both(triggers, KEY("k") "Content-Type: application/x-ndjson\r\n"),
                         "{}\n"),
                     403);
    assert_int_equal(ask("POST", "/api/v1/grave",
                         both(both(both(officer, officer_csrf), OWN), KEY("k")), ""),
                     201); /* just logged on: strong */
    assert_int_equal(ask("GET", "/api/v1/cases/C000001", officer, NULL), 404);
    problem_is("CASE-0002");
}

/* ---- what comes in and goes out ---------------------------------------------------------- */

static void queries_and_tags(void **s)
{
    (void)s;
    assert_int_equal(ask("GET", "/api/v1/tell/a%2Fb%20%C3%BC?limit=7", officer, NULL), 200);
    assert_string_equal(str_dupz(&arena, json_text(json_of(), "name")), "a/b ü");
    assert_int_equal(json_whole(json_get(json_of(), "limit"), 0), 7);
    const char *next = str_dupz(&arena, json_text(json_of(), "next")),
               *etag = header_of("ETag");
    assert_int_equal(ask("GET", both("/api/v1/tell/x?cursor=", next), officer, NULL), 200);
    assert_string_equal(str_dupz(&arena, json_text(json_of(), "cursor")), "17/ü");
    assert_int_equal(ask("GET", "/api/v1/tell/a%2Fb%20%C3%BC?limit=7",
                         both(officer, line("If-None-Match", etag)), NULL),
                     304);
    assert_string_equal(body_of(), "");
    assert_int_equal(ask("GET", "/api/v1/tell/a%2Fb%20%C3%BC?limit=8",
                         both(officer, line("If-None-Match", etag)), NULL),
                     200);
    static const char *const bad[] = {
        "?limit=0",    "?limit=101", "?limit=x",   "?limit=7&limit=8", "?cursor=zz",
        "?cursor=abc", "?limit=%zz", "?limit=%00", "?a=%ff",           NULL};
    for (int i = 0; bad[i]; i++)
        assert_int_equal(ask("GET", both("/api/v1/tell/x", bad[i]), officer, NULL), 400);
    const char *own = both(both(officer, officer_csrf), OWN);
    assert_int_equal(ask("PUT", "/api/v1/tell/x", own, ""), 200);
    assert_int_equal(ask("PUT", "/api/v1/tell/x", both(own, "If-Match: \"other\"\r\n"), ""),
                     412);
    assert_int_equal(
        ask("PUT", "/api/v1/tell/x",
            both(own, line("If-Match",
                           str_dupz(&arena, exchange_etag(&arena, STR("{\"name\":\"a\"}"))))),
            ""),
        200);
}

static void bodies(void **s)
{
    (void)s;
    static const char *const bad[] = {"",     "{",    "nonsense",      "{\"a\":1,\"a\":2}",
                                      "\xff", "[[[[", "{\"n\":1e999}", NULL};
    for (int i = 0; bad[i]; i++)
        assert_true(ask("POST", "/api/v1/reports", both(triggers, KEY("bad")), bad[i]) / 100 ==
                    4);
    assert_int_equal(ask("POST", "/api/v1/reports",
                         both(triggers, KEY("bad") "Content-Type: text/plain\r\n"), "{}"),
                     415);
    assert_int_equal(ask("POST", "/api/v1/reports", triggers, "{}"), 400);
    problem_is("SRV-0017");
    char *deep = arena_alloc(&arena, 20001);
    memset(deep, '[', 20000);
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("deep")), deep) / 100,
                     4);
    int fd = dial();
    const char *big =
        arena_printf(&arena,
                     "POST /api/v1/reports HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                     "application/json\r\n%s" KEY("big") "Content-Length: 1048577\r\n\r\n",
                     triggers);
    assert_true(say(fd, big, strlen(big)));
    hear(fd, answer, sizeof answer);
    close(fd);
    assert_int_equal(status_of(answer), 413); /* before a byte of it came */
}

static void internals_stay_inside(void **s)
{
    (void)s;
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("io")),
                         "{\"booking\":\"B-2\",\"kind\":\"other\",\"break\":true}"),
                     503);
    problem_is("STORE-0003");
    assert_null(strstr(answer, "/secret/path"));
    assert_null(strstr(answer, "src/"));
    assert_non_null(strstr(answer, "Retry-After: "));
}

static void safety_headers(void **s)
{
    (void)s;
    static const char *const wanted[][2] = {{"X-Content-Type-Options", "nosniff"},
                                            {"Referrer-Policy", "no-referrer"},
                                            {"Cross-Origin-Opener-Policy", "same-origin"},
                                            {"Cross-Origin-Resource-Policy", "same-origin"},
                                            {"Cache-Control", "no-store"}};
    assert_int_equal(ask("GET", "/api/v1/tell/x", officer, NULL), 200);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(header_of(wanted[i][0]), wanted[i][1]);
    assert_non_null(strstr(header_of("Content-Security-Policy"), "frame-ancestors 'none'"));
    assert_string_equal(header_of("Strict-Transport-Security"), ""); /* not without TLS */
    assert_int_equal(ask("GET", "/desk/cases/C000001", "", NULL),
                     200); /* the desk's own address: its page, or the hint */
    assert_int_equal(ask("GET", "/nothing.js", "", NULL), 404);
}

/* ---- the same again ---------------------------------------------------------------------- */

static void same_key_same_answer(void **s)
{
    (void)s;
    int before = calls;
    char *first;
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("k-1")),
                         "{\"booking\":\"K-1\",\"kind\":\"other\"}"),
                     200);
    first = arena_strdup(&arena, body_of());
    assert_string_equal(header_of("Idempotent-Replayed"), "");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("k-1")),
                             "{\"booking\":\"K-1\",\"kind\":\"other\"}"),
                         200);
        assert_string_equal(body_of(), first);
        assert_string_equal(header_of("Idempotent-Replayed"), "true");
    }
    assert_int_equal(calls, before + 1);
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("k-1")),
                         "{\"booking\":\"K-2\",\"kind\":\"other\"}"),
                     422);
    problem_is("SRV-0018");
    assert_int_equal(calls, before + 1);
    assert_int_equal(ask("POST", "/api/v1/reports",
                         both(both(both(officer, officer_csrf), OWN), KEY("k-1")),
                         "{\"booking\":\"K-2\",\"kind\":\"other\"}"),
                     200); /* another person's key */
}

static void what_failed_may_be_tried_again(void **s)
{
    (void)s;
    uint64_t size, after;
    OK(casework_ledger_size(casework, &size, &err));
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("k-3")),
                         "{\"booking\":\"K-3\",\"kind\":\"other\",\"fail\":true}"),
                     409);
    OK(casework_ledger_size(casework, &after, &err));
    assert_int_equal(after, size); /* what it did is undone */
    assert_int_equal(ask("POST", "/api/v1/reports", both(triggers, KEY("k-3")),
                         "{\"booking\":\"K-3\",\"kind\":\"other\"}"),
                     200);
    assert_true(json_is_true(json_get(json_of(), "new")));
}

static void secrets_are_not_kept(void **s)
{
    (void)s;
    assert_int_equal(ask("POST", "/api/v1/secrets", both(triggers, KEY("s-1")), ""), 201);
    assert_non_null(strstr(answer, "s3cr3t"));
    assert_int_equal(ask("POST", "/api/v1/secrets", both(triggers, KEY("s-1")), ""), 409);
    problem_is("SRV-0019");
}

static void bulk(void **s)
{
    (void)s;
    const char *head = both(bookings, KEY("bulk-1") "Content-Type: application/x-ndjson\r\n");
    assert_int_equal(ask("POST", "/api/v1/bulk", head, "{\"a\":1}\n{\"a\":2}\r\n\n{}"), 200);
    assert_int_equal(json_whole(json_get(json_of(), "rows"), 0), 4);
    assert_int_equal(json_whole(json_get(json_of(), "bytes"), 0), 16);
    char *first = arena_strdup(&arena, body_of());
    assert_int_equal(ask("POST", "/api/v1/bulk", head, "{\"a\":1}\n{\"a\":2}\r\n\n{}"), 200);
    assert_string_equal(body_of(), first);
    assert_int_equal(ask("POST", "/api/v1/bulk", head, "{\"a\":1}\n"), 422);
    /* chunked, three MiB, as a jail system would stream it */
    int fd = dial();
    const char *text = arena_printf(
        &arena,
        "POST /api/v1/bulk HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s" KEY(
            "bulk-2") "Content-Type: application/x-ndjson\r\nTransfer-Encoding: "
                      "chunked\r\n\r\n",
        bookings);
    assert_true(say(fd, text, strlen(text)));
    char chunk[1024];
    for (int i = 0; i < 3072; i++) {
        memset(chunk, 'x', sizeof chunk);
        chunk[1023] = '\n';
        assert_true(say(fd, "400\r\n", 5) && say(fd, chunk, sizeof chunk) &&
                    say(fd, "\r\n", 2));
    }
    assert_true(say(fd, "0\r\n\r\n", 5));
    hear(fd, answer, sizeof answer);
    close(fd);
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "\"rows\":3072"));
}

/* ---- the end of a session ---------------------------------------------------------------- */

/* However many evaluations and imports are under way: a release, also among lines of them, and
 * a log-on go on. */
static void release_waits_for_nothing(void **s)
{
    (void)s;
    enum { LONG = 8 };
    int fd[LONG];
    const char *text = arena_printf(
        &arena,
        "GET /api/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n",
        bookings);
    evaluated = false;
    for (int i = 0; i < LONG; i++) {
        fd[i] = dial();
        assert_true(say(fd[i], text, strlen(text)));
    }
    usleep(100000); /* they fill their lane */
    assert_int_equal(
        ask("POST", "/api/v1/releases",
            both(bookings, KEY("release-1") "Content-Type: application/x-ndjson\r\n"), "{}\n"),
        200);
    assert_int_equal(ask("POST", "/api/v1/session", OWN,
                         "{\"name\":\"m.ortiz\",\"password\":\"wrong\",\"code\":\"000000\"}"),
                     401);
    evaluated = true;
    for (int i = 0; i < LONG; i++) {
        hear(fd[i], answer, sizeof answer);
        assert_int_equal(status_of(answer), 200);
        close(fd[i]);
    }
    for (const struct route *r = routes; r->method; r++) {
        bool reports = strstr(r->path, "/triggers") || strstr(r->path, "/releases"),
             door = strstr(r->path, "/session");
        if (reports && !(r->flags & ROUTE_WRITES)) assert_true(r->flags & ROUTE_PRESSING);
        if (door && r->flags & ROUTE_SLOW) assert_true(r->flags & ROUTE_DOOR);
    }
}

static void log_out(void **s)
{
    (void)s;
    assert_int_equal(
        ask("DELETE", "/api/v1/session", both(both(officer, officer_csrf), OWN), NULL), 204);
    assert_non_null(strstr(header_of("Set-Cookie"), "Max-Age=0"));
    assert_int_equal(ask("GET", "/api/v1/session", officer, NULL),
                     401); /* at once, whatever was remembered */
}

static void often(void **s)
{
    (void)s;
    int refused = 0;
    office_close();
    desk_setup.rate_stranger = 2;
    office_open(mine);
    for (int i = 0; i < 40; i++) refused += ask("GET", "/api/v1/nowhere", "", NULL) == 429;
    assert_true(refused > 0);
    assert_int_equal(ask("GET", "/api/v1/nowhere", "", NULL), 429);
    assert_true(atoi(header_of("Retry-After")) > 0);
    print_message("# rate: %d of 40 told to wait\n", refused);
    desk_setup.rate_stranger = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(strangers_get_nothing),
                                       cmocka_unit_test(sessions),
                                       cmocka_unit_test(a_page_alone_keeps_nobody_in),
                                       cmocka_unit_test(csrf),
                                       cmocka_unit_test(scopes_and_roles),
                                       cmocka_unit_test(queries_and_tags),
                                       cmocka_unit_test(bodies),
                                       cmocka_unit_test(internals_stay_inside),
                                       cmocka_unit_test(safety_headers),
                                       cmocka_unit_test(same_key_same_answer),
                                       cmocka_unit_test(what_failed_may_be_tried_again),
                                       cmocka_unit_test(secrets_are_not_kept),
                                       cmocka_unit_test(bulk),
                                       cmocka_unit_test(release_waits_for_nothing),
                                       cmocka_unit_test(log_out),
                                       cmocka_unit_test(often)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
