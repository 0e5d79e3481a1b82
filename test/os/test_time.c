/* Clocks, zones, the bell and the signals. */
#include "os/bell.h"
#include "os/clock.h"
#include "os/signals.h"
#include "os/zones.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static void test_clock(void **state)
{
    (void)state;
    struct sim_clock s;
    sim_clock_init(&s, 1000);
    struct clock c = sim_clock(&s), real = clock_real();
    assert_int_equal(clock_now(&c), 1000);
    sim_clock_advance(&s, MINUTES(10));
    assert_int_equal(clock_now(&c), 601000);
    sim_clock_set(&s, 5);
    assert_int_equal(clock_now(&c), 5);
    sim_clock_done(&s);
    assert_true(clock_now(&real) > date_days(2024, 1, 1) * HOURS(24));
    int64_t before = clock_ticks();
    assert_true(clock_ticks() >= before);
}

/* The hour cannot be moved from outside. */
static void test_clock_has_no_knob(void **state)
{
    (void)state;
    struct clock real = clock_real();
    instant before = clock_now(&real);
    setenv("FAKETIME", "@2001-01-01 00:00:00", 1);
    setenv("SOURCE_DATE_EPOCH", "1", 1);
    setenv("SALLYPORT_NOW", "2001-01-01T00:00:00Z", 1);
    assert_true(clock_now(&real) >= before - SECONDS(60));
}

static void test_zones(void **state)
{
    (void)state;
    struct zones *z = zones_new(NULL);
    const struct tz *denver = zones_find(z, STR("America/Denver"));
    if (!denver) {
        print_message("# skipped: tzdata is not installed\n");
        zones_free(z);
        skip();
    }
    assert_int_equal(tz_offset_at(denver, date_days(2025, 1, 15) * 86400), -7 * 3600);
    assert_int_equal(tz_offset_at(denver, date_days(2025, 7, 15) * 86400), -6 * 3600);
    assert_ptr_equal(zones_find(z, STR("America/Denver")), denver);
    struct str bytes;
    assert_true(zones_bytes(z, STR("America/Denver"), &bytes));
    assert_true(str_starts(bytes, STR("TZif")));
    static const char *const wrong[] = {"",
                                        "/",
                                        "/etc/passwd",
                                        "../../../etc/passwd",
                                        "America/",
                                        "America//Denver",
                                        "America/../UTC",
                                        "America",
                                        "No/Such_Zone",
                                        "zone.tab",
                                        "UTC ",
                                        "tzdata.zi",
                                        "leapseconds"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(zones_find(z, str_c(wrong[i])));
        assert_false(zones_bytes(z, str_c(wrong[i]), &bytes));
    }
    assert_null(zones_find(z, STR("UTC\0x")));
    zones_free(z);
    zones_free(NULL);
}

struct both {
    struct bell bell;
    _Atomic int woken;
};

static void *wait_for_ring(void *ctx)
{
    struct both *b = ctx;
    uint64_t seen = 0;
    while (bell_wait(&b->bell, &seen, -1)) b->woken++;
    return NULL;
}

static void test_bell(void **state)
{
    (void)state;
    struct both b = {.woken = 0};
    uint64_t seen = 0;
    bell_init(&b.bell);
    assert_true(bell_wait(&b.bell, &seen, 1)); /* over without a ring */
    assert_int_equal(seen, 0);
    bell_ring(&b.bell);
    assert_true(bell_wait(&b.bell, &seen, -1)); /* rung before: returns at once */
    assert_int_equal(seen, 1);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_ring, &b), 0);
    while (b.woken == 0) usleep(1000); /* the ring from before */
    bell_ring(&b.bell);
    while (b.woken == 1) usleep(1000);
    bell_close(&b.bell);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_false(bell_wait(&b.bell, &seen, -1));
    bell_done(&b.bell);
}

static void test_signals(void **state)
{
    (void)state;
    signals_block();
    assert_int_equal(signals_wait(0), SIGNAL_NONE);
    kill(getpid(), SIGHUP);
    assert_int_equal(signals_wait(-1), SIGNAL_RELOAD);
    kill(getpid(), SIGTERM);
    assert_int_equal(signals_wait(1000), SIGNAL_STOP);
    kill(getpid(), SIGINT);
    assert_int_equal(signals_wait(-1), SIGNAL_STOP);
    assert_int_equal(signals_wait(1), SIGNAL_NONE);
    signals_unblock();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),   cmocka_unit_test(test_clock_has_no_knob),
        cmocka_unit_test(test_zones),   cmocka_unit_test(test_bell),
        cmocka_unit_test(test_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
