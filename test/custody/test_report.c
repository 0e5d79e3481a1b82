/* Reports on a small past against files that were read by a person (REPORT_WRITE=1 writes them
 * anew); what a published quarter says against the truth; the certificate that there was
 * nothing; the shift of two groups against all differences and against R. */
#include "jail.h"

enum { FIRST = 2026 * 12 };

static struct jail jail_of(struct arena *a, const char *from, const char *to, int64_t hours)
{
    struct jail j = {.s = {.a = a}, .seed = 20261123};
    jail_live(&j, from, to, hours);
    tell(&j.s, "person.added", "root", 0, 0, "{\"name\":\"a.keita\",\"role\":\"auditor\"}");
    return j;
}

static struct json *made(const struct jail *j, const char *name, const struct history *h)
{
    struct report_source s = {.past = h,
                              .from = jail_month(FIRST),
                              .to = jail_month(FIRST + 3),
                              .facility = STR("Example County Jail"),
                              .root = STR("00ff"),
                              .checkpoint = STR("a signed note")};
    struct json *quarters = json_array(j->s.a);
    if (!report_find(str_c(name))->open)
        return report_make(j->s.a, report_find(str_c(name)), &s);
    json_add(j->s.a, quarters, jail_quarter(j, FIRST));
    return jail_open(j, name, FIRST, FIRST + 3, quarters);
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
    struct jail j = jail_of(&a, "2025-12-30T08:00:00Z", "2026-05-02T00:00:00Z", 18);
    struct history *h = jail_past(&j, j.s.now + 1);
    size_t n;
    const struct report_info *list = report_infos(&n);
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_in(&a);
        struct json *r = made(&j, list[i].name, h);
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

static int64_t truth(const struct jail *j, int month, const char *class, struct str answer)
{
    int64_t n = 0;
    for (size_t i = 0; i < j->n; i++) {
        const struct jail_request *r = &j->list[i];
        n += r->month >= FIRST && r->month < FIRST + 3 && (!month || r->month == month) &&
             (!class || strcmp(r->class, class) == 0) &&
             (!answer.n || str_is(answer, r->answer));
    }
    return n;
}

static void check_cell(const struct json *v, int64_t is)
{
    if (v->type == JSON_NUMBER) {
        assert_int_equal(json_whole(v, -1), is);
        if (is > 0 && is < REPORT_BELOW) fail_msg("%lld is shown", (long long)is);
    } else {
        assert_true(str_is(json_str(v), "*") && is > 0);
    }
}

/* Whatever a quarter shows is so, and nothing small is shown. */
static void test_quarter(void **state)
{
    static const struct str answers[] = {{"notify", 6},  {"honor", 5},
                                         {"decline", 7}, {"review", 6},
                                         {"refer", 5},   {"not asked or not decided", 24},
                                         {NULL, 0}};
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    for (unsigned seed = 1; seed < 6; seed++) {
        struct jail j = {.s = {.a = &a}, .seed = seed};
        jail_live(&j, "2026-01-01T00:00:00Z", "2026-05-02T00:00:00Z", 12 * seed);
        struct json *q = jail_quarter(&j, FIRST), *classes = json_get(q, "classes");
        for (size_t k = 0; k <= json_len(classes); k++) {
            struct str name = json_str(json_at(classes, k));
            const char *class = name.n ? str_dupz(&a, name) : NULL;
            for (size_t i = 0; i < 7; i++)
                check_cell(json_at(json_at(json_get(q, "lists"), k), i),
                           truth(&j, 0, class, answers[i]));
            for (int m = 0; m < 4; m++)
                check_cell(json_at(json_at(json_get(q, "list_months"), (size_t)m), k),
                           truth(&j, m < 3 ? FIRST + m : 0, class, STR("")));
        }
        for (int m = 0; m < 4; m++)
            for (size_t i = 0; i < 7; i++)
                check_cell(json_at(json_at(json_get(q, "answers"), (size_t)m), i),
                           truth(&j, m < 3 ? FIRST + m : 0, NULL, answers[i]));
        arena_reset(&a);
    }
    arena_done(&a);
}

/* Over two quarters a number is the sum of what both show, and * where one of them does not. */
static void test_sums(void **state)
{
    struct arena a;
    int shown = 0, held = 0;
    (void)state;
    arena_init(&a, 0);
    struct jail j = jail_of(&a, "2026-01-01T00:00:00Z", "2026-08-02T00:00:00Z", 18);
    struct json *quarters = json_array(&a), *report;
    for (int i = 0; i < 2; i++) json_add(&a, quarters, jail_quarter(&j, FIRST + 3 * i));
    report = jail_open(&j, "open-data", FIRST, FIRST + 6, quarters);
    const struct json *rows = json_get(json_at(json_get(report, "tables"), 0), "rows"),
                      *all = json_at(rows, json_len(rows) - 1);
    assert_int_equal(json_len(rows), 7);
    for (size_t k = 0; k <= 6; k++) {
        const struct json *v = json_at(all, k + 1), *part[2];
        for (size_t i = 0; i < 2; i++)
            part[i] = json_at(json_at(json_get(json_at(quarters, i), "answers"), 3), k);
        bool both = part[0]->type == JSON_NUMBER && part[1]->type == JSON_NUMBER;
        assert_int_equal(v->type == JSON_NUMBER, both);
        if (both)
            assert_int_equal(json_whole(v, -1),
                             json_whole(part[0], 0) + json_whole(part[1], 0));
        shown += both;
        held += !both;
    }
    assert_true(shown > 1 && held > 0);
    arena_done(&a);
}

/* A small quarter says nothing of times and duties, and no shift where a row is held back. */
static void test_few(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct jail many = jail_of(&a, "2026-01-01T00:00:00Z", "2026-05-02T00:00:00Z", 18),
                few = jail_of(&a, "2026-01-01T00:00:00Z", "2026-05-02T00:00:00Z", 100);
    struct json *q = jail_quarter(&many, FIRST);
    assert_non_null(json_get(q, "shift"));
    assert_int_equal(json_len(json_get(q, "duties")), 1);
    q = jail_quarter(&few, FIRST);
    assert_null(json_get(q, "shift"));
    assert_int_equal(json_len(json_get(q, "duties")), 0);
    for (size_t i = 0; i < 2; i++)
        assert_true(str_is(json_str(json_at(json_at(json_get(q, "parity"), i), 2)), "*"));
    arena_done(&a);
}

/* A clock that was put back over the end of a month: each request has its own month all the
 * same. */
static void test_clock_back(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct jail j = {.s = {.a = &a}, .seed = 5};
    assert_true(instant_parse(STR("2026-03-01T00:00:10Z"), &j.s.now, NULL));
    jail_leave(&j, ++j.booking, 0);
    for (int month = 1; month < 4; month++) {
        const char *at = arena_printf(&a, "2026-0%d-10T08:00:00Z", month);
        assert_true(instant_parse(str_c(at), &j.s.now, NULL));
        for (int i = 0; i < 6; i++) jail_ask(&j);
    }
    assert_true(instant_parse(STR("2026-02-01T00:00:10Z"), &j.s.now, NULL));
    jail_leave(&j, ++j.booking, 0);
    struct json *q = jail_quarter(&j, FIRST);
    assert_int_equal(json_len(json_get(q, "months")), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct json *row = json_at(json_get(q, "answers"), i);
        assert_int_equal(json_whole(json_at(row, json_len(row) - 1), 0), 6);
    }
    arena_done(&a);
}

static void test_nil(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct jail none = {.s = {.a = &a}}, some = {.s = {.a = &a}, .seed = 3};
    jail_live(&some, "2026-01-05T08:00:00Z", "2026-01-07T08:00:00Z", 30);
    struct history *h0 = jail_past(&none, 0), *h1 = jail_past(&some, some.s.now + 1);
    assert_true(json_text(made(&none, "illinois-yearly", h0), "certificate").n > 0);
    assert_int_equal(json_text(made(&some, "illinois-yearly", h1), "certificate").n, 0);
    history_free(h0);
    history_free(h1);
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
        /* qwilcox(0.025, 37, 52) in R is 727, ranks from 1 */
        assert_int_equal(s.low, all[727 - 1]);
        assert_int_equal(s.high, all[N * M - 727]);
    }
    assert_false(report_shift_of(x, 4, y, M, &s));
}

/* R 4.2.2, where the values are made by the same rule:
 *   s <- function(n, m) { i <- 1:n; j <- 1:m
 *     wilcox.test(2 * ((i * 7919) %% 997) + 80, 2 * ((j * 6151) %% 983) + 1, conf.int = TRUE,
 *                 exact = TRUE) }
 * gives the shift and, from the exact distribution of the rank sum, its interval. The normal
 * approximation gives the same ranks, or now and then one rank more to both sides. */
static void test_shift_as_in_r(void **state)
{
    static const struct {
        int64_t n, m, shift, low, high;
        bool wider;
    } is[] = {{5, 5, 1053, 213, 1673, false}, {13, 11, 375, -79, 833, false},
              {20, 20, 269, -87, 715, false}, {20, 49, 250, -79, 589, false},
              {25, 30, 266, -29, 603, false}, {37, 52, 209, -35, 477, false},
              {40, 60, 241, 5, 481, true}};
    int64_t x[60], y[60];
    struct report_shift s;
    (void)state;
    for (size_t k = 0; k < sizeof is / sizeof *is; k++) {
        for (int64_t i = 1; i <= is[k].n; i++) x[i - 1] = 2 * (i * 7919 % 997) + 80;
        for (int64_t j = 1; j <= is[k].m; j++) y[j - 1] = 2 * (j * 6151 % 983) + 1;
        qsort(x, (size_t)is[k].n, sizeof *x, by_size);
        qsort(y, (size_t)is[k].m, sizeof *y, by_size);
        assert_true(report_shift_of(x, (size_t)is[k].n, y, (size_t)is[k].m, &s));
        assert_int_equal(s.shift, is[k].shift);
        if (is[k].wider) {
            assert_true(s.low < is[k].low && s.low > is[k].low - 10);
            assert_true(s.high > is[k].high && s.high < is[k].high + 10);
        } else {
            assert_int_equal(s.low, is[k].low);
            assert_int_equal(s.high, is[k].high);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),        cmocka_unit_test(test_quarter),
        cmocka_unit_test(test_sums),          cmocka_unit_test(test_few),
        cmocka_unit_test(test_nil),           cmocka_unit_test(test_shift),
        cmocka_unit_test(test_shift_as_in_r), cmocka_unit_test(test_clock_back)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
