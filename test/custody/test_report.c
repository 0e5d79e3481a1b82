/* Reports on a small past against files that were read by a person (REPORT_WRITE=1 writes them
 * anew), the shift of two groups against all differences, and the certificate that there was
 * nothing. */
#include "past.h"
#include "custody/report.h"

static struct history *past(struct arena *a, int requests)
{
    struct story s = {.a = a};
    struct history *h = history_new();
    if (!instant_parse(STR("2026-01-05T08:00:00Z"), &s.now, NULL)) fail();
    for (int i = 1; i <= requests; i++) {
        s.now += HOURS(52);
        tell_request(&s, i, "ice", "\"notify\"", "\"family\":\"Invented\"", "");
        tell_decision(
            &s, i, 100 + i, "confirmed",
            i % 4 ? "{\"this_booking\":true,\"stage\":\"charged\",\"lists\":[\"violent\"]}"
                  : "",
            i % 3 ? "notify" : "decline");
        tell(&s, "trigger", "feed", 0, 100 + i,
             "{\"booking\":\"B%d\",\"kind\":\"bond posted\",\"at\":\"2026-01-20T10:00:00Z\"}",
             i);
        tell(&s, "duty.opened", "system", i, 0,
             "{\"duty\":\"serve a copy on the person\",\"due\":\"2026-12-01T00:00:00Z\"}");
    }
    s.now += HOURS(1);
    tell(&s, "person.added", "root", 0, 0, "{\"name\":\"a.keita\",\"role\":\"auditor\"}");
    hear(h, &s, 0, s.n);
    return h;
}

static struct json *made(struct arena *a, const char *name, const struct history *h)
{
    struct report_source s = {.past = h,
                              .facility = STR("Example County Jail"),
                              .root = STR("00ff"),
                              .checkpoint = STR("a signed note")};
    if (!instant_parse(STR("2026-01-01T00:00:00Z"), &s.from, NULL) ||
        !instant_parse(STR("2026-04-01T00:00:00Z"), &s.to, NULL))
        fail();
    return report_make(a, report_find(str_c(name)), &s);
}

static void same_as(struct arena *a, const char *file, struct str text)
{
    const char *path = source_path(a, arena_printf(a, "test/custody/golden/%s", file));
    struct err e = {0};
    if (getenv("REPORT_WRITE"))
        assert_int_equal(file_write_atomic(path, text, 0644, &e), RC_OK);
    struct str want = read_text(a, path);
    if (!str_eq(want, text)) fail_msg("%s differs:\n%.*s", file, STR_ARG(text));
}

static void test_golden(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct history *h = past(&a, 30);
    size_t n;
    const struct report_info *list = report_infos(&n);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_in(&a);
        struct json *r = made(&a, list[i].name, h);
        json_write_pretty(&b, r);
        buf_ch(&b, '\n');
        same_as(&a, arena_printf(&a, "%s.txt", list[i].name), report_text(&a, r));
        same_as(&a, arena_printf(&a, "%s.csv", list[i].name), report_csv(&a, r));
        same_as(&a, arena_printf(&a, "%s.json", list[i].name), buf_str(&b));
        assert_true(str_find(buf_str(&b), STR("Invented")) < 0);
    }
    history_free(h);
    arena_done(&a);
}

static void test_nil(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct history *none = past(&a, 0), *some = past(&a, 1);
    assert_true(json_text(made(&a, "illinois-yearly", none), "certificate").n > 0);
    assert_int_equal(json_text(made(&a, "illinois-yearly", some), "certificate").n, 0);
    history_free(none);
    history_free(some);
    arena_done(&a);
}

static int by_size(const void *p, const void *q)
{
    int64_t x = *(const int64_t *)p, y = *(const int64_t *)q;
    return x < y ? -1 : x > y;
}

static void test_shift(void **state)
{
    enum { N = 37, M = 52 };
    int64_t x[N], y[M], all[N * M];
    unsigned seed = 11;
    struct report_shift s;
    (void)state;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < N; i++)
            x[i] = 300 + (int64_t)((seed = seed * 1103515245u + 12345u) >> 22);
        for (int i = 0; i < M; i++)
            y[i] = (int64_t)((seed = seed * 1103515245u + 12345u) >> 22);
        for (int i = 0; i < N * M; i++) all[i] = x[i / M] - y[i % M];
        qsort(x, N, sizeof *x, by_size);
        qsort(y, M, sizeof *y, by_size);
        qsort(all, N * M, sizeof *all, by_size);
        assert_true(report_shift_of(x, N, y, M, &s));
        assert_int_equal(s.shift,
                         all[N * M / 2 - 1] + (all[N * M / 2] - all[N * M / 2 - 1]) / 2);
        /* floor(nm / 2 - 1.95996… sqrt(nm (n + m + 1) / 12)) by Python, ranks from 1 */
        assert_int_equal(s.low, all[726 - 1]);
        assert_int_equal(s.high, all[N * M - 726]);
    }
    assert_false(report_shift_of(x, 4, y, M, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden),
                                       cmocka_unit_test(test_nil),
                                       cmocka_unit_test(test_shift)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
