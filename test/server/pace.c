/* Answers to who may not know of requests come on a grid, by a clock that the test moves: the
 * grid itself, what is held, and a desk whose every answer to a token waits for it while a
 * person at the desk is answered though the clock stands. */
#include "office.h"
#include "server/api.h"
#include "server/pace.h"
#include <errno.h>

enum { HELD = 300 };

static _Atomic int64_t micros;
static int64_t moved(void) { return micros; }

static void it_is_the_next_multiple(void **s)
{
    (void)s;
    unsigned seed = 7;
    for (int i = 0; i < 20000; i++) {
        int64_t from = rand_r(&seed), now = from + rand_r(&seed) % (5 * PACE_US);
        int64_t due = pace_due(from, now);
        assert_true(due > now && due - now <= PACE_US);
        assert_int_equal((due - from) % PACE_US, 0);
    }
    assert_int_equal(pace_due(1000, 900), 1000 + PACE_US); /* a clock that is behind */
    assert_int_equal(pace_due(0, PACE_US), 2 * PACE_US);   /* the edge belongs to the next */
}

struct waiting {
    struct held held;
    _Atomic int64_t went; /* 1 + the clock then */
};

static void go(struct held *h)
{
    struct waiting *w = (struct waiting *)(void *)h;
    w->went = 1 + micros;
}

static bool all_of(struct waiting *list, int n)
{
    for (int i = 0; i < n; i++)
        if (list[i].held.due <= micros && !list[i].went) return false;
    return true;
}

static void nothing_goes_early(void **s)
{
    (void)s;
    static struct waiting list[HELD];
    struct pace *p = pace_new(moved);
    struct err e;
    unsigned seed = 11;
    micros = 1000000;
    assert_int_equal(pace_start(p, &e), RC_OK);
    for (int i = 0; i < HELD; i++) {
        list[i].held.go = go;
        pace_hold(p, &list[i].held, micros - rand_r(&seed) % (3 * PACE_US));
    }
    for (int k = 0; k < 40 && micros < 1000000 + PACE_US - 2000; k++) {
        micros += 1 + rand_r(&seed) % 2000;
        while (!all_of(list, HELD)) usleep(200);
    }
    int left = 0;
    for (int i = 0; i < HELD; i++) {
        if (list[i].went) assert_true(list[i].went - 1 >= list[i].held.due);
        left += !list[i].went;
    }
    assert_true(left > 0); /* or the end would show nothing */
    pace_stop(p);          /* and now all of them */
    for (int i = 0; i < HELD; i++) assert_true(list[i].went);
    pace_free(p);
}

/* ---- a desk ------------------------------------------------------------------------------ */

static const struct route mine[] = {{"POST", "/api/v1/bookings/{number}/triggers",
                                     ROLE_RECORDS_OFFICER | ROLE_INTEGRATION, SCOPE_TRIGGERS,
                                     ROUTE_WRITES | ROUTE_KEY, "Any", booking_trigger},
                                    {NULL, NULL, 0, 0, 0, NULL, NULL}};

static void add_booking(const char *number)
{
    struct import *in;
    struct json *told;
    struct booking_row row = {.booking_number = str_c(number),
                              .family = STR("Quillon"),
                              .given = STR("Marta"),
                              .birth_date = DAYS_UNKNOWN,
                              .booked_at = world_now(),
                              .released_at = INSTANT_NONE};
    OK(casework_import_open(casework, (struct actor){"feed"}, STR("feed"), &in, &err));
    OK(casework_import_booking(in, &row, &err));
    OK(casework_import_close(in, &arena, &told, &err));
}

static void ask_about(const char *number)
{
    struct json *r, *told;
    OK(json_parse(&arena,
                  str_c(arena_printf(&arena,
                                     "{\"agency\":\"fed-east\",\"reference\":\"R-%s\",\"form\":"
                                     "\"I-247A\",\"received_at\":\"2025-03-01T10:00:00-07:00\","
                                     "\"asks\":[\"notify\"],\"written\":true,\"subject\":{"
                                     "\"booking_number\":\"%s\",\"family\":\"Quillon\","
                                     "\"given\":\"Marta\"}}",
                                     number, number)),
                  "request", NULL, &r, &err));
    OK(casework_request(casework, (struct actor){"m.ortiz"}, r, &arena, &told, &err));
}

static const char *officer(void)
{
    const char *code = enrol("m.ortiz");
    enum access_answer said;
    struct str secret;
    struct caller c;
    OK(access_login(access_here, STR("m.ortiz"), STR(PASSWORD), str_c(code), STR("127.0.0.1"),
                    &arena, &said, &secret, &c, &err));
    assert_int_equal(said, ACCESS_IN);
    OK(access_acknowledge(access_here, &c, &err));
    return arena_printf(&arena,
                        "Cookie: __Host-sallyport=" STR_FMT "\r\nX-CSRF-Token: " STR_FMT
                        "\r\nOrigin: http://localhost\r\n",
                        STR_ARG(secret), STR_ARG(c.csrf));
}

static int report(const char *who, const char *number)
{
    static int key;
    int fd = dial();
    const char *text = arena_printf(
        &arena,
        "POST /api/v1/bookings/%s/triggers HTTP/1.1\r\nHost: localhost\r\nConnection: "
        "close\r\n%sIdempotency-Key: p-%d\r\nContent-Type: application/json\r\n"
        "Content-Length: 22\r\n\r\n{\"kind\":\"bond posted\"}",
        number, who, key++);
    assert_true(say(fd, text, strlen(text)));
    return fd;
}

static bool silent(int fd)
{
    char c;
    return recv(fd, &c, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

static void a_token_is_answered_on_the_grid(void **s)
{
    (void)s;
    static const char *const numbers[] = {"PACE-1", "PACE-2"};
    const char *bearer =
        arena_printf(&arena, "Authorization: Bearer %s\r\n", token("jail", "triggers"));
    micros = 0;
    for (int i = 0; i < 2; i++) add_booking(numbers[i]);
    ask_about(numbers[0]); /* and about the other nobody did */
    for (int i = 0; i < 2; i++) {
        uint64_t before, now;
        int64_t from = micros;
        OK(casework_ledger_size(casework, &before, &err));
        int fd = report(bearer, numbers[i]);
        do OK(casework_ledger_size(casework, &now, &err));
        while (now == before); /* it is done, and the disk has it */
        usleep(20000);
        assert_true(silent(fd));
        micros = from + PACE_US - 1;
        usleep(20000);
        assert_true(silent(fd));
        micros = from + PACE_US;
        hear(fd, answer, sizeof answer);
        close(fd);
        assert_int_equal(status_of(answer), 200);
    }
    /* who sees cases does not wait, nor does who is not let in */
    int fd = report(officer(), "PACE-3");
    hear(fd, answer, sizeof answer);
    close(fd);
    assert_int_equal(status_of(answer), 200);
    fd = report("", "PACE-3");
    hear(fd, answer, sizeof answer);
    close(fd);
    assert_int_equal(status_of(answer), 401);
}

/* A desk that ends lets go what it holds. */
static void closing_lets_go(void **s)
{
    (void)s;
    uint64_t before, now;
    OK(casework_ledger_size(casework, &before, &err));
    int fd = report(
        arena_printf(&arena, "Authorization: Bearer %s\r\n", token("jail-2", "triggers")),
        "PACE-4");
    do OK(casework_ledger_size(casework, &now, &err));
    while (now < before + 2); /* the token is an event, too */
    http_quiet(http);
    desk_close(desk);
    hear(fd, answer, sizeof answer);
    close(fd);
    assert_int_equal(status_of(answer), 200);
    http_stop(http);
    desk_free(desk);
    access_close(access_here);
    (void)world_close_and_search(casework, "ZZ");
    arena_done(&arena);
}

int main(void)
{
    desk_setup.micros = moved;
    office_open(mine);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_next_multiple), cmocka_unit_test(nothing_goes_early),
        cmocka_unit_test(a_token_is_answered_on_the_grid),
        cmocka_unit_test(closing_lets_go), /* the last: the desk is gone behind it */
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
