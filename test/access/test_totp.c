/* The codes: the published vectors of RFC 6238 and RFC 4226, the window, replay, the address
 * for the authenticator app. */
#include "access/totp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static const char seed[] = "12345678901234567890";

static void test_rfc6238(void **state)
{
    /* Appendix B, SHA1 */
    static const struct {
        int64_t seconds;
        const char *code;
    } vectors[] = {{59, "94287082"},         {1111111109, "07081804"},
                   {1111111111, "14050471"}, {1234567890, "89005924"},
                   {2000000000, "69279037"}, {20000000000, "65353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char code[9];
        assert_true(totp_code(STR("12345678901234567890"),
                              totp_step(SECONDS(vectors[i].seconds)), 8, code));
        assert_string_equal(code, vectors[i].code);
    }
}

static void test_rfc4226(void **state)
{
    static const char *const codes[] = {"755224", "287082", "359152", "969429",
                                        "338314", "254676", "287922", "162583",
                                        "399871", "520489"}; /* Appendix D */
    (void)state;
    for (int64_t i = 0; i < 10; i++) {
        char code[9];
        assert_true(totp_code(str_c(seed), i, 6, code));
        assert_string_equal(code, codes[i]);
    }
}

static void test_window_and_replay(void **state)
{
    instant now = SECONDS(2000000000);
    int64_t step = 0;
    (void)state;
    for (int64_t off = -5; off <= 5; off++) {
        char code[9];
        assert_true(totp_code(str_c(seed), totp_step(now) + off, 6, code));
        assert_int_equal(totp_check(str_c(seed), str_c(code), now, 0, &step),
                         off >= -1 && off <= 1);
        if (off < -1 || off > 1) continue;
        assert_int_equal(step, totp_step(now) + off);
        /* the same again */
        assert_false(totp_check(str_c(seed), str_c(code), now, step, &step));
        /* an older one than was used */
        assert_false(totp_check(str_c(seed), str_c(code), now, step + 1, &step));
        assert_true(totp_check(str_c(seed), str_c(code), now, step - 1, &step));
    }
}

static void test_odd_codes(void **state)
{
    static const char *const odd[] = {
        "",          "1",      "12345",
        "1234567",   "abcdef", "      ",
        "00000\xff", "-12345", "1234567890123456789012345678901234567890"};
    int64_t step;
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        assert_false(totp_check(str_c(seed), str_c(odd[i]), SECONDS(59), 0, &step));
    assert_false(totp_check(str_c(seed), str_n("28708\0", 6), SECONDS(59), 0, &step));
}

static void test_uri(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct str base32 = totp_base32(&a, str_c(seed));
    assert_true(str_is(base32, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_true(str_is(totp_uri(&a, STR("Jail & Co"), STR("m.ortiz"), base32),
                       "otpauth://totp/"
                       "Jail%20%26%20Co:m.ortiz?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="
                       "Jail%20%26%20Co"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rfc6238), cmocka_unit_test(test_rfc4226),
        cmocka_unit_test(test_window_and_replay), cmocka_unit_test(test_odd_codes),
        cmocka_unit_test(test_uri)};
    return cmocka_run_group_tests_name("access-totp", tests, NULL, NULL);
}
