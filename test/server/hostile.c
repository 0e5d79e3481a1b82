/* Requests as no client would send them: the ten of RFC 9112 smuggling lore, and more; slow,
 * oversized and malformed ones; paths that climb. After each round the desk must still answer
 * an honest caller. Counts are printed. */
#include "office.h"
#include <errno.h>

static int handled; /* how often a handler ran */

static RC note(struct exchange *x, struct err *e)
{
    (void)e;
    handled++;
    return exchange_answer(x, 200, json_object(x->arena));
}

static const struct route mine[] = {{"GET", "/api/v1/open", 0, 0, 0, NULL, note},
                                    {"POST", "/api/v1/open", 0, 0, 0, "Any", note},
                                    {"GET", "/api/v1/open/{name}", 0, 0, 0, NULL, note},
                                    {NULL, NULL, 0, 0, 0, NULL, NULL}};

static int setup(void **s)
{
    (void)s;
    http_setup.head_ms = 1000;
    http_setup.body_ms = 1000;
    http_setup.idle_ms = 1000;
    http_setup.per_address = 40;
    office_open(mine);
    return 0;
}

static int teardown(void **s)
{
    (void)s;
    office_close();
    return 0;
}

static void still_there(void)
{
    int before = handled;
    assert_int_equal(ask("GET", "/api/v1/open", "", NULL), 200);
    assert_int_equal(handled, before + 1);
}

/* The first status that comes back; 0: only a close. *ret_answers counts what was answered
 * well: a smuggled request would be. */
static int raw_n(const void *text, size_t n, int *ret_answers)
{
    int fd = dial();
    *ret_answers = 0;
    (void)say(fd, text, n);
    shutdown(fd, SHUT_WR);
    hear(fd, answer, sizeof answer);
    close(fd);
    for (const char *p = answer; (p = strstr(p, "HTTP/1.1 2")); p++) ++*ret_answers;
    return status_of(answer);
}

#define H "Host: localhost\r\n"
#define POST_ "POST /api/v1/open HTTP/1.1\r\n" H "Content-Type: application/json\r\n"
#define SMUGGLED "GET /api/v1/open/smuggled HTTP/1.1\r\n" H "\r\n"
#define CASE(text)                                                                             \
    {                                                                                          \
        text, sizeof(text) - 1                                                                 \
    }

static const struct {
    const char *text;
    size_t n;
} smuggling[] = {
    /* the ten of the reference */
    CASE(POST_ "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    CASE(POST_ "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" SMUGGLED),
    CASE("GET /api/v1/open HTTP/1.1\r\n\r\n"),
    CASE("POST /api/v1/open HTTP/1.1\r\nHost : localhost\r\nContent-Type: "
         "application/json\r\nContent-Length : 2\r\n\r\n{}"),
    CASE(POST_ "Transfer-Encoding: identity, frob\r\n\r\n" SMUGGLED),
    CASE(POST_ "Content-Length: -2\r\n\r\n{}"),
    CASE(POST_ "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: elsewhere\r\n X: folded\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\nHost: elsewhere\n\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: local\0host\r\n\r\n"),
    /* more */
    CASE(POST_ "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n" SMUGGLED),
    CASE(POST_
         "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" SMUGGLED),
    CASE(POST_ "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    CASE(POST_ "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    CASE(POST_ "Transfer-Encoding:\x0b"
               "chunked\r\n\r\n0\r\n\r\n" SMUGGLED),
    CASE(POST_ "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    CASE(POST_ "Content-Length: 2, 2\r\n\r\n{}"),
    CASE(POST_ "Content-Length: +2\r\n\r\n{}"),
    CASE(POST_ "Content-Length: 0x2\r\n\r\n{}"),
    CASE(POST_ "Content-Length: 2e0\r\n\r\n{}"),
    CASE(POST_ "Content-Length: 99999999999999999999\r\n\r\n{}"),
    CASE(POST_ "Content-Length:\r\n\r\n{}"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H H "\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "Host: elsewhere\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: elsewhere\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost: localhost:80:81\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\nHost:\r\n\r\n"),
    CASE("GET http://elsewhere/api/v1/open HTTP/1.1\r\n" H "\r\n"),
    CASE("GET api/v1/open HTTP/1.1\r\n" H "\r\n"),
    CASE("GET * HTTP/1.1\r\n" H "\r\n"),
    CASE("CONNECT localhost:22 HTTP/1.1\r\n" H "\r\n"),
    CASE("TRACE /api/v1/open HTTP/1.1\r\n" H "\r\n"),
    CASE("FROB /api/v1/open HTTP/1.1\r\n" H "\r\n"),
    CASE("get /api/v1/open HTTP/1.1\r\n" H "\r\n"),
    CASE("GET /api/v1/open HTTP/2.0\r\n" H "\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "Bad Name: x\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "X\0Y: x\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "X: a\x01"
         "b\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "Cookie: a=b\r\nCookie: c=d\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H
         "Cookie: __Host-sallyport=a; __Host-sallyport=b\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H "Authorization: Basic YTpi\r\n\r\n"),
    CASE("GET /api/v1/open HTTP/1.1\r\n" H
         "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.2\r\n\r\n"),
    CASE("GET /api/v1/open/%00 HTTP/1.1\r\n" H "\r\n"),
    CASE("GET /api/v1/open/%0d%0aX:%20y HTTP/1.1\r\n" H "\r\n"),
    CASE("\0\0\0\0\r\n\r\n"),
    CASE("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    CASE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    CASE("\r\n\r\n\r\n\r\n"),
};

/* Every one is refused or cut, no handler runs, and nothing behind it is read. What the library
 * hands on although it might refuse it stands below: a folded header (RFC 9112 §5.2), a bare LF
 * (§2.2), a value or target that ends at a NUL. None of them moves the end of a request; what
 * they say is then looked at like anything else. */
static void smuggling_is_refused(void **s)
{
    (void)s;
    int by[6] = {0}, n = (int)(sizeof smuggling / sizeof *smuggling), answers;
    for (int i = 0; i < n; i++) {
        int before = handled, status = raw_n(smuggling[i].text, smuggling[i].n, &answers);
        if (answers || handled != before)
            fail_msg("probe %d: %s status %d, %d answers, %d handled", i + 1, answer, status,
                     answers, handled - before);
        by[status / 100]++;
    }
    still_there();
    print_message("# smuggling: %d probes, %d cut without an answer, %d answered 4xx, %d "
                  "answered 5xx, 0 handled, 0 answered twice\n",
                  n, by[0], by[4], by[5]);
}

static void what_the_library_lets_through(void **s)
{
    (void)s;
    int answers, status, before = handled;
    static const char folded[] =
        "GET /api/v1/open HTTP/1.1\r\n" H "X: a\r\n b\r\nConnection: close\r\n\r\n",
                      bare[] =
                          "GET /api/v1/open HTTP/1.1\nHost: localhost\nConnection: close\n\n";
    status = raw_n(folded, sizeof folded - 1, &answers);
    assert_true(answers <= 1);
    print_message("# a folded header: %d\n", status);
    status = raw_n(bare, sizeof bare - 1, &answers);
    assert_true(answers <= 1);
    print_message("# bare LF: %d\n", status);
    static const char zero[] =
        "GET /api/v1/open HTTP/1.1\r\n" H "X: a\0b\r\nConnection: close\r\n\r\n" SMUGGLED;
    status = raw_n(zero, sizeof zero - 1, &answers);
    assert_true(answers <= 1);
    print_message("# a NUL in a value: %d\n", status);
    static const char end[] =
        "GET /api/v1/open\0/x HTTP/1.1\r\n" H "Connection: close\r\n\r\n" SMUGGLED;
    status = raw_n(end, sizeof end - 1, &answers);
    assert_true(answers <= 1);
    print_message("# a NUL in a target: %d\n", status);
    assert_true(handled - before <= 4);
    still_there();
}

static void paths_that_climb(void **s)
{
    (void)s;
    static const char *const paths[] = {"/../etc/passwd",
                                        "/..%2f..%2fetc/passwd",
                                        "/%2e%2e/%2e%2e/etc/passwd",
                                        "/assets/../../etc/passwd",
                                        "/assets/..%5c..%5cetc",
                                        "/./index.html",
                                        "//etc/passwd",
                                        "/desk/../api/v1/open",
                                        "/api/v1/../v1/open",
                                        "/api//v1/open",
                                        "/api/v1/open/..",
                                        "/api/v1/open/%2e",
                                        "/%c0%ae%c0%ae/etc/passwd",
                                        "/%ff",
                                        "/%",
                                        "/%2",
                                        "/%zz",
                                        "/a%00.js",
                                        "/openapi.json",
                                        "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r",
                                        "/health/../metrics",
                                        "/.git/config",
                                        "/sallyport.db",
                                        "/ledger.key",
                                        NULL};
    int n = 0, before = handled;
    for (; paths[n]; n++) {
        int status = ask("GET", paths[n], "", NULL);
        if (status != 400 && status != 404) fail_msg("%s: %d", paths[n], status);
        assert_null(strstr(answer, "root:"));
    }
    assert_int_equal(handled, before);
    still_there();
    print_message("# traversal: %d paths refused\n", n);
}

static void too_large(void **s)
{
    (void)s;
    int answers, refused = 0;
    char *text = arena_alloc(&arena, 4 << 20);
    size_t n = (size_t)sprintf(text, "GET /api/v1/open?");
    memset(text + n, 'a', 100000);
    n += 100000 + (size_t)sprintf(text + n + 100000, " HTTP/1.1\r\n" H "\r\n");
    refused += raw_n(text, n, &answers) / 100 != 2; /* a long target */
    n = (size_t)sprintf(text, "GET /api/v1/open?%05000d HTTP/1.1\r\n" H "\r\n", 0);
    refused += raw_n(text, n, &answers) / 100 !=
               2; /* longer than we take, not than the library does */
    n = (size_t)sprintf(text, "GET /api/v1/open HTTP/1.1\r\n" H);
    for (int i = 0; i < 65; i++) n += (size_t)sprintf(text + n, "X-%d: y\r\n", i);
    n += (size_t)sprintf(text + n, "\r\n");
    refused += raw_n(text, n, &answers) / 100 != 2; /* many headers */
    n = (size_t)sprintf(text, "GET /api/v1/open HTTP/1.1\r\n" H);
    for (int i = 0; i < 20000; i++) n += (size_t)sprintf(text + n, "X-%d: y\r\n", i);
    n += (size_t)sprintf(text + n, "\r\n");
    refused += raw_n(text, n, &answers) / 100 != 2; /* very many */
    n = (size_t)sprintf(text, "GET /api/v1/open HTTP/1.1\r\n" H "X: %05000d\r\n\r\n", 0);
    refused += raw_n(text, n, &answers) / 100 != 2; /* a long value */
    n = (size_t)sprintf(text, POST_ "Content-Length: 2000000\r\n\r\n");
    refused += raw_n(text, n, &answers) == 413; /* told before it comes */
    n = (size_t)sprintf(text, POST_ "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 24; i++) { /* 1.5 MiB that nobody announced */
        n += (size_t)sprintf(text + n, "10000\r\n");
        memset(text + n, ' ', 0x10000);
        n += 0x10000;
        n += (size_t)sprintf(text + n, "\r\n");
    }
    n += (size_t)sprintf(text + n, "0\r\n\r\n");
    refused += raw_n(text, n, &answers) == 413;
    assert_int_equal(refused, 7);
    still_there();
    print_message("# oversized: 7 of 7 refused\n");
}

/* A byte now and then: the library's own timeout would begin anew with each. Whether they are
 * cut is asked, not how soon. */
static void slow_senders_are_cut(void **s)
{
    (void)s;
    enum { SLOW = 24 };
    static const char head[] = "GET /api/v1/open HTTP/1.1\r\nHost: localhost\r\nX: "
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                               "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    static const char body[] = POST_ "Content-Length: 1000\r\n\r\n";
    int fd[SLOW], cut = 0, before = handled;
    for (int i = 0; i < SLOW; i++) {
        fd[i] = dial();
        /* head at once, then the body byte by byte */
        if (i % 3 == 1) assert_true(say(fd[i], body, sizeof body - 1));
    } /* i % 3 == 2: says nothing at all */
    for (size_t k = 0; cut < SLOW && k < 100; k++) {
        usleep(100000);
        for (int i = 0; i < SLOW; i++) {
            char c;
            if (fd[i] < 0) continue;
            bool gone =
                recv(fd[i], &c, 1, MSG_DONTWAIT) == 0 ||
                (i % 3 < 2 &&
                 !say(fd[i], i % 3 ? " " : head + (k < sizeof head - 1 ? k : sizeof head - 2),
                      1));
            if (!gone) continue;
            close(fd[i]);
            fd[i] = -1;
            cut++;
        }
        if (k % 5 == 0) still_there();
    }
    for (int i = 0; i < SLOW; i++)
        if (fd[i] >= 0) close(fd[i]);
    assert_int_equal(cut, SLOW);
    assert_true(handled > before);
    print_message("# slowloris: %d of %d cut, honest callers answered meanwhile\n", cut, SLOW);
}

static void many_connections(void **s)
{
    (void)s;
    enum { MANY = 100 };
    int fd[MANY], refused = 0;
    for (int i = 0; i < MANY; i++) fd[i] = dial();
    usleep(300000);
    for (int i = 0; i < MANY; i++) {
        char c;
        refused +=
            recv(fd[i], &c, 1, MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
        close(fd[i]);
    }
    assert_true(refused >= MANY - 40);
    for (int i = 0; i < 100 && ask("GET", "/api/v1/open", "", NULL) != 200; i++) usleep(50000);
    still_there();
    print_message("# connections: %d of %d from one address turned away\n", refused, MANY);
}

/* Mutations of good and bad requests; nothing may be answered 500, and the desk goes on. */
static void mutations(void **s)
{
    (void)s;
    unsigned seed = 20260301;
    int n = getenv("HOSTILE_N") ? atoi(getenv("HOSTILE_N")) : 200, by[6] = {0}, answers;
    for (int i = 0; i < n; i++) {
        char text[2048];
        size_t k = (size_t)rand_r(&seed) % (sizeof smuggling / sizeof *smuggling),
               len = smuggling[k].n;
        memcpy(text, smuggling[k].text, len);
        for (int m = 1 + rand_r(&seed) % 4; m; m--) {
            size_t at = (size_t)rand_r(&seed) % len;
            static const char odd[] = "\r\n\t :,;%\0\xff"
                                      "0aZ/?=";
            if (rand_r(&seed) % 3 == 0 && len > 1)
                memmove(text + at, text + at + 1, --len - at);
            else
                text[at] = odd[(size_t)rand_r(&seed) % (sizeof odd - 1)];
        }
        int status = raw_n(text, len, &answers);
        assert_true(status < 500 || status == 505 || status == 501);
        by[status / 100 > 5 ? 5 : status / 100]++;
    }
    still_there();
    print_message("# mutations (seed 20260301): %d sent, %d cut, %d handled well, %d refused, "
                  "%d not known to the library, 0 failed\n",
                  n, by[0], by[2], by[3] + by[4], by[5]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(smuggling_is_refused),
                                       cmocka_unit_test(what_the_library_lets_through),
                                       cmocka_unit_test(paths_that_climb),
                                       cmocka_unit_test(too_large),
                                       cmocka_unit_test(slow_senders_are_cut),
                                       cmocka_unit_test(many_connections),
                                       cmocka_unit_test(mutations)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
