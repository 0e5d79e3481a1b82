/* What the program tells about itself: logs without personal data, metrics, systemd, the
 * progress line. */
#include "os/log.h"
#include "os/metrics.h"
#include "os/notify.h"
#include "os/term.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static int ends[2];
static char line[8192];

static const char *logged(void)
{
    ssize_t n = read(ends[0], line, sizeof line - 1);
    line[n > 0 ? n : 0] = 0;
    return line;
}

static void configure(bool json, bool journal, enum log_level least)
{
    log_configure(
        (struct log_setup){.least = least, .json = json, .journal = journal, .fd = ends[1]});
}

static void test_personal_never(void **state)
{
    (void)state;
    for (int json = 0; json < 2; json++)
        for (int journal = 0; journal < 2; journal++) {
            configure(json, journal, LEVEL_DEBUG);
            log_event(LEVEL_DEBUG, "case.read", log_personal("family", STR("Quillfeather")),
                      log_int("n", 1));
            assert_null(strstr(logged(), "Quillfeather"));
            assert_null(strstr(line, "family"));
            assert_non_null(strstr(line, "case.read"));
        }
}

static void test_text(void **state)
{
    (void)state;
    configure(false, true, LEVEL_INFO);
    log_event(LEVEL_WARNING, "notice.late", log_c("channel", "fax"), log_int("minutes", 11),
              log_bool("told", true), log_c("why", "no\nanswer \"x\""), log_real("rate", 0.5));
    assert_string_equal(logged(), "<4>warning notice.late channel=fax minutes=11 told=true "
                                  "why=\"no\\u000aanswer \\\"x\\\"\" rate=0.5\n");
    log_event(LEVEL_DEBUG, "not.wanted");
    log_event(LEVEL_INFO, "bare");
    assert_string_equal(logged(), "<6>info bare\n");
}

static void test_json(void **state)
{
    (void)state;
    configure(true, false, LEVEL_INFO);
    log_event(LEVEL_ERROR, "store.full", log_c("path", "a\"b"), log_int("free", 0));
    assert_non_null(strstr(
        logged(),
        "\"level\":\"error\",\"event\":\"store.full\",\"path\":\"a\\\"b\",\"free\":0}\n"));
    assert_memory_equal(line, "{\"time\":\"", 9);
}

static void test_too_long(void **state)
{
    (void)state;
    static char big[10000];
    memset(big, 'x', sizeof big - 1);
    configure(true, false, LEVEL_INFO);
    log_event(LEVEL_INFO, "long", log_int("n", 7), log_c("big", big));
    assert_non_null(strstr(logged(), "\"n\":7}\n")); /* cut at a field, still JSON */
}

static void test_levels(void **state)
{
    (void)state;
    enum log_level l;
    assert_true(log_level_from_word(STR("warning"), &l));
    assert_int_equal(l, LEVEL_WARNING);
    assert_false(log_level_from_word(STR("loud"), &l));
}

static void test_metrics(void **state)
{
    (void)state;
    static struct metric sent =
        METRIC_COUNTER("sallyport_notices_total", "Notices by end.", "end=\"confirmed\"");
    static struct metric open_cases = METRIC_GAUGE("sallyport_cases", "Cases open now.", NULL);
    static struct metric failed =
        METRIC_COUNTER("sallyport_notices_total", "Notices by end.", "end=\"failed\"");
    static const double bounds[] = {0.5, 1};
    static struct metric took =
        METRIC_HISTOGRAM("sallyport_seconds", "Time of a decision.", NULL, bounds);
    metric_register(&sent);
    metric_register(&open_cases);
    metric_register(&failed);
    metric_register(&took);
    metric_register(&took);
    metric_add(&sent, 2);
    metric_add(&sent, 1);
    metric_set(&open_cases, 41);
    metric_observe(&took, 0.5);
    metric_observe(&took, 0.75);
    metric_observe(&took, 8);
    struct arena a;
    arena_init(&a, 0);
    struct buf b = buf_in(&a);
    metrics_write(&b);
    assert_string_equal(buf_z(&b), "# HELP sallyport_notices_total Notices by end.\n"
                                   "# TYPE sallyport_notices_total counter\n"
                                   "sallyport_notices_total{end=\"confirmed\"} 3\n"
                                   "sallyport_notices_total{end=\"failed\"} 0\n"
                                   "# HELP sallyport_cases Cases open now.\n"
                                   "# TYPE sallyport_cases gauge\n"
                                   "sallyport_cases 41\n"
                                   "# HELP sallyport_seconds Time of a decision.\n"
                                   "# TYPE sallyport_seconds histogram\n"
                                   "sallyport_seconds_bucket{le=\"0.5\"} 1\n"
                                   "sallyport_seconds_bucket{le=\"1\"} 2\n"
                                   "sallyport_seconds_bucket{le=\"+Inf\"} 3\n"
                                   "sallyport_seconds_sum 9.25\n"
                                   "sallyport_seconds_count 3\n");
    arena_done(&a);
}

/* A path and an abstract name; `@` stands for the NUL. */
static void test_notify(void **state)
{
    (void)state;
    char dir[] = "/tmp/sallyport-notify-XXXXXX", path[64], abstract[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/socket", dir);
    snprintf(abstract, sizeof abstract, "@sallyport-test-%d", (int)getpid());
    const char *names[] = {path, abstract};
    unsetenv("NOTIFY_SOCKET");
    assert_false(notify_ready());
    for (int i = 0; i < 2; i++) {
        struct sockaddr_un to = {.sun_family = AF_UNIX};
        memcpy(to.sun_path, names[i], strlen(names[i]));
        if (i == 1) to.sun_path[0] = 0;
        socklen_t n = (socklen_t)(sizeof(sa_family_t) + strlen(names[i]) + (i == 0));
        int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        assert_int_equal(bind(fd, (struct sockaddr *)&to, n), 0);
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_true(notify_ready());
        assert_true(notify_status("41 cases open\nREADY=0"));
        assert_true(notify_stopping());
        const char *const expected[] = {"READY=1", "STATUS=41 cases open", "STOPPING=1"};
        for (int k = 0; k < 3; k++) {
            ssize_t got = recv(fd, line, sizeof line - 1, 0);
            assert_true(got > 0);
            line[got] = 0;
            assert_string_equal(line, expected[k]);
        }
        close(fd);
    }
    unlink(path);
    assert_false(notify_send("READY=1")); /* nobody listens any more */
    unsetenv("NOTIFY_SOCKET");
    rmdir(dir);
}

static void test_watchdog(void **state)
{
    (void)state;
    char pid[24];
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(notify_watchdog_ms(), 15000);
    setenv("WATCHDOG_PID", "1", 1);
    assert_int_equal(notify_watchdog_ms(), 0);
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    setenv("WATCHDOG_PID", pid, 1);
    assert_int_equal(notify_watchdog_ms(), 15000);
    unsetenv("WATCHDOG_USEC");
    assert_int_equal(notify_watchdog_ms(), 0);
}

static void test_bar(void **state)
{
    (void)state;
    struct term_bar b = {.what = "verify", .unit = "leaves", .started = 1000};
    char out[256];
    term_bar_print(&b, 3000, 500, 1000, 80, out, sizeof out);
    assert_non_null(strstr(out, " 50%  500/1000 leaves  250/s  2 s left"));
    assert_true(strlen(out) <= 80);
    term_bar_print(&b, 3000, 500, 0, 80, out, sizeof out);
    assert_string_equal(out, "verify  500 leaves  250/s");
    term_bar_print(&b, 1000, 0, 1000, 10, out, sizeof out); /* no time yet, no room */
    assert_non_null(strstr(out, "0%"));
    term_bar_print(&b, 1000, 0, 1u << 31, 400, out, 8); /* a small buffer is kept to */
    assert_true(strlen(out) < 8);
    term_bar_print(&b, 2000, 1, 1u << 31, 400, out, sizeof out);
    assert_non_null(strstr(out, " h left"));
}

static void test_no_terminal_no_colour(void **state)
{
    (void)state;
    assert_false(term_is_tty(ends[1]));
    assert_string_equal(term_paint(ends[1], PAINT_RED), "");
    assert_int_equal(term_width(ends[1]), 80);
}

int main(void)
{
    if (pipe(ends) != 0) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_personal_never),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_notify),
        cmocka_unit_test(test_watchdog),
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_no_terminal_no_colour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
