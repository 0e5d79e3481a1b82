/* Dates, times and durations: what is read and how it prints, what is refused, arithmetic of
 * Table 55, order, identity and properties. */
#include "test/dmn/kit.h"

static void reads_and_prints(void **state)
{
    static const char *const same[] = {"2017-12-31",
                                       "-2017-01-01",
                                       "0000-02-29",
                                       "999999999-12-31",
                                       "-999999999-01-01",
                                       "10000-01-01",
                                       "01:02:03",
                                       "11:22:33.444",
                                       "11:22:33.123456789",
                                       "23:59:00Z",
                                       "13:20:00+02:00",
                                       "11:59:45-02:45:55",
                                       "13:20:00+18:00",
                                       "00:01:00@Europe/Paris",
                                       "2017-12-31T11:22:33.456+01:35",
                                       "2011-12-31T10:15:30.987@Europe/Paris",
                                       "999999999-12-31T23:59:59.999999999@Europe/Paris",
                                       "-999999999-12-31T23:59:59.999999999+02:00",
                                       "2018-12-10T10:30:00.0001+05:00:01",
                                       "P1D",
                                       "PT2H",
                                       "PT0.999S",
                                       "P1DT2H3M4.123456789S",
                                       "PT0S",
                                       "-PT1H2M",
                                       "P1Y2M",
                                       "P0M",
                                       "-P1Y",
                                       "P99999999Y",
                                       "-P83333333Y3M",
                                       "PT16H40M0.999999999S"};
    static const char *const changed[][2] = {{"11:22:33-00:00", "11:22:33Z"},
                                             {"24:00:00", "00:00:00"},
                                             {"2017-12-31T24:00:00", "2018-01-01T00:00:00"},
                                             {"PT0.S", "PT0S"},
                                             {"P0D", "PT0S"},
                                             {"-P0D", "PT0S"},
                                             {"PT1000M", "PT16H40M"},
                                             {"PT24H", "P1D"},
                                             {"P2DT274M", "P2DT4H34M"},
                                             {"P0Y", "P0M"},
                                             {"P26M", "P2Y2M"},
                                             {"-P100M", "-P8Y4M"},
                                             {"10:00:00.5000", "10:00:00.5"},
                                             {"10:00:00.1234567890", "10:00:00.123456789"}};
    (void)state;
    struct value v;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (!temporal_literal(&kit_arena, &kit_zones, str_c(same[i]), &v))
            fail_msg("%s is refused", same[i]);
        assert_string_equal(kit_print(v), same[i]);
    }
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        if (!temporal_literal(&kit_arena, &kit_zones, str_c(changed[i][0]), &v))
            fail_msg("%s is refused", changed[i][0]);
        assert_string_equal(kit_print(v), changed[i][1]);
    }
}

static void refuses(void **state)
{
    static const char *const bad[] = {"",
                                      "foo",
                                      "2012-12-25T",
                                      "2012/12/25",
                                      "9999999999-12-25",
                                      "2017-13-10",
                                      "2017-12-32",
                                      "2017-02-29",
                                      "998-12-31",
                                      "01211-12-31",
                                      "+2012-12-02",
                                      "-0000-01-01",
                                      "2017-1-01",
                                      "23:59:60",
                                      "24:00:01",
                                      "24:00:00.1",
                                      "25:00:00",
                                      "00:60:00",
                                      "00:00:61",
                                      "7:00:00",
                                      "07:1:00",
                                      "07:01",
                                      "07:01:00.",
                                      "13:20:00@xyz/abc",
                                      "13:20:00@../etc/passwd",
                                      "13:20:00@",
                                      "13:20:00+19:00",
                                      "13:20:00-18:00:01",
                                      "13:20:00+5:00",
                                      "13:20:00+05:60",
                                      "13:20:00+02:00@Europe/Paris",
                                      "11:30:00T",
                                      "2011-12-0310:15:30",
                                      "2017-12-31T11:22:33z",
                                      "999999999-12-31T24:00:00",
                                      "10:00:00.1234567891",
                                      "P",
                                      "PT",
                                      "P1DT",
                                      "-P",
                                      "P-1D",
                                      "P0",
                                      "1Y",
                                      "P1H",
                                      "P1S",
                                      "P1Y1D",
                                      "P1M1Y",
                                      "PT1S1H",
                                      "PT1ST1H",
                                      "P1.5D",
                                      "PT.5S",
                                      "P1D ",
                                      " P1D",
                                      "P1234567890123456789D"};
    (void)state;
    struct value v;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (temporal_literal(&kit_arena, &kit_zones, str_c(bad[i]), &v))
            fail_msg("\"%s\" is read as %s", bad[i], kit_print(v));
    assert_false(temporal_time(&kit_arena, NULL, STR("10:00:00@Europe/Paris"), &v));
}

struct sum {
    const char *x, *op, *y, *result; /* NULL: not defined */
};

static void arithmetic(void **state)
{
    static const struct sum sums[] = {
        {"2021-01-31", "+", "P1M", "2021-02-28"},
        {"2020-02-29", "+", "P1Y", "2021-02-28"},
        {"2021-01-02", "-", "PT1H", "2021-01-01"},
        {"2021-01-01", "+", "PT36H", "2021-01-02"},
        {"2021-01-01T24:00:00", "-", "PT1S", "2021-01-01T23:59:59"},
        {"-2021-01-01T10:10:10@Australia/Melbourne", "-", "P1D",
         "-2022-12-31T10:10:10@Australia/Melbourne"},
        {"2021-10-02T10:00:00@Australia/Melbourne", "+", "P1D",
         "2021-10-03T11:00:00@Australia/Melbourne"},
        {"2021-03-27T12:00:00@Europe/Paris", "+", "P1M", "2021-04-27T12:00:00@Europe/Paris"},
        {"10:15:00@Australia/Melbourne", "+", "-PT11H", "23:15:00@Australia/Melbourne"},
        {"10:15:00", "+", "P1DT1H", "11:15:00"},
        {"P1Y", "-", "P2M", "P10M"},
        {"P1D", "+", "PT1H", "P1DT1H"},
        {"2021-01-02T10:10:10@Europe/Paris", "-", "2021-01-01T10:10:10@Asia/Dhaka", "P1DT5H"},
        {"2021-01-02", "-", "2021-01-01T10:10:10+11:00", "P1DT49M50S"},
        {"2021-01-02T10:10:10+01:00", "-", "1995-01-01", "P9498DT9H10M10S"},
        {"2021-01-02", "-", "1995-01-01", "P9498D"},
        {"10:10:10+11:00", "-", "11:10:10+11:00", "-PT1H"},
        {"2021-01-02", "-", "2021-01-01T10:10:10", NULL},
        {"2021-01-02T10:10:10Z", "-", "2021-01-01T10:10:10", NULL},
        {"10:10:10", "+", "P1Y", NULL},
        {"P1D", "+", "P1Y", NULL},
        {"P1D", "-", "2021-01-01", NULL},
        {"2021-01-01", "+", "2021-01-01", NULL},
        {"10:10:10", "-", "10:10:10Z", NULL},
        {"999999999-12-31", "+", "P1D", NULL},
        {"-999999999-01-01", "-", "P1M", NULL},
        {"2021-01-01", "+", "P999999999999999D", NULL},
        {"10:00:00", "-", "2021-01-01", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        const struct sum *s = &sums[i];
        struct value x, y, v;
        assert_true(temporal_literal(&kit_arena, &kit_zones, str_c(s->x), &x));
        assert_true(temporal_literal(&kit_arena, &kit_zones, str_c(s->y), &y));
        bool ok = (*s->op == '+' ? temporal_add : temporal_sub)(&kit_arena, x, y, &v);
        if (ok != (s->result != NULL))
            fail_msg("%s %s %s %s", s->x, s->op, s->y, ok ? kit_print(v) : "undefined");
        if (ok) assert_string_equal(kit_print(v), s->result);
    }
}

static void scaling(void **state)
{
    static const struct sum sums[] = {
        {"-2.5", "*", "@\"P1Y11M\"", "-P4Y9M"}, {"@\"PT23H\"", "*", "2.5", "P2DT9H30M"},
        {"@\"P10Y11M\"", "/", "2.5", "P4Y4M"},  {"@\"P10DT23H\"", "/", "2.5", "P4DT9H12M"},
        {"@\"P10Y\"", "/", "@\"P5Y\"", "2"},    {"@\"P1D\"", "/", "@\"PT5H\"", "4.8"},
        {"@\"PT1H\"", "/", "3", "PT20M"},       {"@\"P1D\"", "/", "0", NULL},
        {"@\"P1D\"", "/", "@\"P0D\"", NULL},    {"@\"P1D\"", "/", "@\"P1Y\"", NULL},
        {"10", "/", "@\"P1D\"", NULL},          {"@\"P1D\"", "*", "@\"P1D\"", NULL},
        {"@\"P1D\"", "*", "1E30", NULL},        {"@\"2021-01-01\"", "*", "2", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        const struct sum *s = &sums[i];
        struct value x = kit_read(s->x), y = kit_read(s->y), v;
        bool ok = (*s->op == '*' ? temporal_mul : temporal_div)(&kit_arena, x, y, &v);
        if (ok != (s->result != NULL))
            fail_msg("%s %s %s %s", s->x, s->op, s->y, ok ? kit_print(v) : "undefined");
        if (ok) assert_string_equal(kit_print(v), s->result);
    }
}

static void order_and_identity(void **state)
{
    /* =, is and < of each pair: t, f, or n for null */
    static const char *const pairs[][3] = {
        {"@\"10:30:00.0001\"", "@\"10:30:00.0002\"", "tff"},
        {"@\"10:30:00\"", "@\"10:30:01\"", "fft"},
        {"@\"23:00:50Z\"", "@\"23:00:50+00:00\"", "ttf"},
        {"@\"23:00:50@Etc/GMT\"", "@\"23:00:50Z\"", "tff"},
        {"@\"20:00:50+00:00\"", "@\"21:00:50+01:00\"", "tff"},
        {"@\"23:00:50\"", "@\"23:00:50Z\"", "nfn"},
        {"@\"2018-10-08T00:00:00+02:00\"", "@\"2018-10-08T00:00:00@Europe/Paris\"", "tff"},
        {"@\"2018-12-08T00:00:00@Europe/Paris\"", "@\"2018-12-08T00:00:00@Asia/Dhaka\"", "fff"},
        {"@\"2002-04-02T12:00:00@Australia/Melbourne\"",
         "@\"2002-04-02T12:00:00@Australia/Sydney\"", "tff"},
        {"@\"P1D\"", "@\"PT24H\"", "ttf"},
        {"@\"P1Y\"", "@\"P12M\"", "ttf"},
        {"@\"P1Y\"", "@\"P365D\"", "nfn"},
        {"@\"P0Y\"", "@\"P0D\"", "nfn"},
        {"@\"2012-12-25\"", "@\"2012-12-25T00:00:00Z\"", "nfn"},
        {"@\"-0001-01-01\"", "@\"0001-01-01\"", "fft"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct value a = kit_read(pairs[i][0]), b = kit_read(pairs[i][1]);
        enum truth t = v_equal(a, b);
        int order;
        bool ordered = v_compare(a, b, &order);
        char got[4] = {t == T_TRUE    ? 't'
                       : t == T_FALSE ? 'f'
                                      : 'n',
                       v_is_same(a, b) ? 't' : 'f',
                       !ordered    ? 'n'
                       : order < 0 ? 't'
                                   : 'f',
                       0};
        if (strcmp(got, pairs[i][2]) != 0)
            fail_msg("%s and %s: %s", pairs[i][0], pairs[i][1], got);
    }
}

static void properties(void **state)
{
    static const char *const rows[][3] = {
        {"@\"2018-12-10\"", "year", "2018"},
        {"@\"2018-12-10\"", "weekday", "1"},
        {"@\"2018-12-10\"", "hour", NULL},
        {"@\"2018-12-10T10:30:01.25\"", "second", "1.25"},
        {"@\"2018-12-10T10:30:00+05:00\"", "time offset", "PT5H"},
        {"@\"2018-12-10T10:30:00\"", "time offset", "null"},
        {"@\"2018-07-10T10:30:00@Europe/Paris\"", "time offset", "PT2H"},
        {"@\"10:30:00@Europe/Paris\"", "time offset", "PT1H"},
        {"@\"10:30:00@Etc/UTC\"", "timezone", "Etc/UTC"},
        {"@\"10:30:00Z\"", "timezone", "null"},
        {"@\"10:30:01\"", "minute", "30"},
        {"@\"10:30:01\"", "day", NULL},
        {"@\"P1Y2M\"", "years", "1"},
        {"@\"-P1Y2M\"", "months", "-2"},
        {"@\"P1Y\"", "days", NULL},
        {"@\"P1DT2H3M4.5S\"", "days", "1"},
        {"@\"P1DT2H3M4.5S\"", "hours", "2"},
        {"@\"P1DT2H3M4.5S\"", "minutes", "3"},
        {"@\"-P1DT2H3M4.5S\"", "seconds", "-4.5"},
        {"@\"P1D\"", "years", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct value v;
        bool ok = temporal_property(&kit_arena, kit_read(rows[i][0]), str_c(rows[i][1]), &v);
        if (ok != (rows[i][2] != NULL)) fail_msg("%s.%s", rows[i][0], rows[i][1]);
        if (ok) assert_string_equal(kit_print(v), rows[i][2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_prints),   cmocka_unit_test(refuses),
        cmocka_unit_test(arithmetic),         cmocka_unit_test(scaling),
        cmocka_unit_test(order_and_identity), cmocka_unit_test(properties),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
