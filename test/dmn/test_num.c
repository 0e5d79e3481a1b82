/* Numbers: text in and out, the limits of decimal128, whole powers, rounding, the small
 * representation. The digits of arithmetic are compared with Python's by num_oracle.py. */
#include "test/dmn/kit.h"

static void reads_and_prints(void **state)
{
    static const char *const rows[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"+5", "5"},
        {"0.00", "0"},
        {"1.50", "1.5"},
        {".5", "0.5"},
        {"007", "7"},
        {"1.23e4", "12300"},
        {"1.23E+4", "12300"},
        {"1.23e-4", "0.000123"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"0.000000000000000001", "0.000000000000000001"},
        {"0.0000000000000000001", "0.0000000000000000001"},
        {"12345678901234567890123456789012345", "12345678901234567890123456789012340"},
        {"12345678901234567890123456789012355", "12345678901234567890123456789012360"},
        {"12345678901234567890123456789012345000000000000000000000000001",
         "12345678901234567890123456789012350000000000000000000000000000"},
        {"99999999999999999999999999999999999", "100000000000000000000000000000000000"},
        {"1e-7000", "0"},
        {"0e99999999999", "0"}};
    static const char *const bad[] = {"",
                                      "-",
                                      ".",
                                      "1.",
                                      "1e",
                                      "1e+",
                                      "e5",
                                      "1 ",
                                      " 1",
                                      "1,5",
                                      "0x10",
                                      "1.2.3",
                                      "--1",
                                      "NaN",
                                      "Infinity",
                                      "1e6145",
                                      "1e99999999999999999999",
                                      "\xd9\xa3"};
    (void)state;
    struct value v;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!num_parse(&kit_arena, str_c(rows[i][0]), &v))
            fail_msg("%s is refused", rows[i][0]);
        assert_string_equal(kit_print(v), rows[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (num_parse(&kit_arena, str_c(bad[i]), &v))
            fail_msg("\"%s\" is read as %s", bad[i], kit_print(v));
}

static void keeps_to_its_limits(void **state)
{
    (void)state;
    struct arena *a = &kit_arena;
    struct value v, max, ten = v_int(10), one = v_int(1), zero = v_int(0);
    assert_true(num_parse(a, STR("9.999999999999999999999999999999999E6144"), &max));
    assert_false(num_mul(a, max, ten, &v));
    assert_false(num_add(a, max, max, &v));
    assert_true(num_sub(a, max, max, &v));
    assert_int_equal(num_sign(v), 0);
    assert_false(num_div(a, one, zero, &v));
    assert_false(num_mod(a, one, zero, &v));
    assert_false(num_pow(a, ten, kit_read("6145"), &v));
    assert_true(num_pow(a, ten, kit_read("6144"), &v));
    assert_true(num_pow(a, ten, kit_read("-9223372036854775808"), &v));
    assert_int_equal(num_sign(v), 0);
    assert_false(num_pow(a, zero, kit_read("-1"), &v));
    assert_false(num_pow(a, kit_read("-2"), kit_read("0.5"), &v));
    assert_false(num_round(a, one, 6177, ROUND_UP, &v));
    assert_false(num_round(a, one, -6112, ROUND_UP, &v));
    assert_true(num_round(a, one, -6111, ROUND_UP, &v));
    assert_false(num_exp(a, kit_read("14150"), &v));
    assert_false(num_exp(a, max, &v));
    assert_true(num_exp(a, kit_read("-99999999999999999999"), &v));
    assert_int_equal(num_sign(v), 0);
}

static void powers(void **state)
{
    static const char *const rows[][3] = {{"5", "-2", "0.04"},
                                          {"0", "0", "1"},
                                          {"-2", "3", "-8"},
                                          {"1.1", "2", "1.21"},
                                          {"5", "2.55", "60.58617166"},
                                          {"0.9877", "888923", ""},
                                          {"-1", "99999999999999999999", "-1"},
                                          {"1", "1E6000", "1"},
                                          {"2", "112", "5192296858534827628530496329220096"},
                                          {"2", "-20", "0.00000095367431640625"},
                                          {"0.5", "1E300", "0"}};
    (void)state;
    struct value v;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(num_pow(&kit_arena, kit_read(rows[i][0]), kit_read(rows[i][1]), &v));
        if (strncmp(kit_print(v), rows[i][2], strlen(rows[i][2])) != 0)
            fail_msg("%s ** %s = %s", rows[i][0], rows[i][1], kit_print(v));
    }
}

static void small_and_big_are_one_kind(void **state)
{
    (void)state;
    struct arena *a = &kit_arena;
    struct value big = kit_read("1E30"), v, tiny = kit_read("1E-30");
    assert_int_equal(big.tag, TAG_NUM_BIG);
    assert_true(num_mul(a, big, tiny, &v));
    assert_int_equal(v.tag, TAG_NUM); /* back to the short form */
    assert_int_equal(num_cmp(v, v_int(1)), 0);
    assert_int_equal(num_cmp(kit_read("0.1"), kit_read("0.10")), 0);
    assert_int_equal(
        num_cmp(kit_read("-9223372036854775808"), kit_read("0.000000000000000001")), -1);
    assert_int_equal(num_cmp(big, kit_read("9.99E29")), 1);
    assert_true(num_neg(a, kit_read("-9223372036854775808"), &v));
    assert_string_equal(kit_print(v), "9223372036854775808");
    assert_int_equal(v_equal(kit_read("100000000000000000000"), kit_read("1E20")), T_TRUE);
    int64_t i;
    assert_true(num_to_i64(kit_read("12.00"), &i) && i == 12);
    assert_false(num_to_i64(kit_read("12.5"), &i));
    assert_false(num_to_i64(kit_read("1E19"), &i));
    assert_true(num_trunc_i64(kit_read("-12.9"), &i) && i == -12);
    assert_true(num_trunc_i64(kit_read("1E-50"), &i) && i == 0);
    assert_true(num_is_integer(kit_read("1E50")) && !num_is_integer(kit_read("1.5")));
}

static void doubles(void **state)
{
    static const double rows[] = {
        0.1, 1.5, -2, 1e300, 5e-324, 123456789.125, 0.30000000000000004};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(num_to_double(num_from_double(&kit_arena, rows[i])) == rows[i]);
    assert_string_equal(kit_print(num_from_double(&kit_arena, 0.1)), "0.1");
    assert_string_equal(kit_print(num_from_double(&kit_arena, 1e21)), "1000000000000000000000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_prints), cmocka_unit_test(keeps_to_its_limits),
        cmocka_unit_test(powers),           cmocka_unit_test(small_and_big_are_one_kind),
        cmocka_unit_test(doubles),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
