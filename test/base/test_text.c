/* Arena, buffers, map, text, dates, zones: tables of cases and properties with a printed
 * seed. */
#include "base/buf.h"
#include "base/date.h"
#include "base/map.h"
#include "base/rc.h"
#include "base/tz.h"
#include "base/utf8.h"
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

static uint64_t state;

static uint64_t rnd(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int seed(void **unused)
{
    const char *given = getenv("SEED");
    (void)unused;
    state = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("# SEED=%llu\n", (unsigned long long)state);
    state |= 1;
    return 0;
}

static void arena_keeps_bytes(void **unused)
{
    (void)unused;
    struct arena a;
    arena_init(&a, 0);
    struct arena_mark m = arena_mark(&a);
    for (int round = 0; round < 20; round++) {
        unsigned char *p[200];
        size_t n[200];
        for (int i = 0; i < 200; i++) {
            n[i] = rnd() % (i % 50 == 0 ? 100000 : 100);
            p[i] = arena_alloc(&a, n[i]);
            for (size_t k = 0; k < n[i]; k++) assert_int_equal(p[i][k], 0);
            memset(p[i], i, n[i]);
        }
        for (int i = 0; i < 200; i++)
            for (size_t k = 0; k < n[i]; k++) assert_int_equal(p[i][k], (unsigned char)i);
        if (round % 2)
            arena_release(&a, m);
        else
            arena_reset(&a);
    }
    arena_done(&a);
}

static void arena_pushes_and_budgets(void **unused)
{
    (void)unused;
    struct arena a;
    arena_init(&a, 1000);
    assert_true(arena_fits(&a, 1000));
    assert_false(arena_fits(&a, 1001));
    (void)arena_alloc(&a, 600);
    assert_false(arena_fits(&a, 401));
    int *v = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 10000; i++) {
        arena_push(&a, v, n, cap);
        v[n++] = i;
    }
    for (int i = 0; i < 10000; i++) assert_int_equal(v[i], i);
    char *text = arena_printf(&a, "%0500d|%s", 7, "x");
    assert_int_equal(strlen(text), 502);
    arena_done(&a);
    arena_done(NULL);
}

static void buf_prints(void **unused)
{
    (void)unused;
    struct arena a;
    arena_init(&a, 0);
    struct buf b = buf_in(&a);
    assert_string_equal(buf_z(&b), "");
    for (int i = 0; i < 300; i++) buf_printf(&b, "%d,", i % 10);
    buf_printf(&b, "%0300d", 1);
    assert_int_equal(b.n, 900);
    assert_int_equal(strlen(buf_z(&b)), 900);
    arena_done(&a);
}

static void map_agrees_with_a_list(void **unused)
{
    (void)unused;
    enum { KEYS = 500 };
    struct arena a;
    arena_init(&a, 0);
    struct map m = map_in(&a);
    uintptr_t model[KEYS] = {0};
    size_t n = 0;
    assert_null(map_get(&m, STR("")));
    for (int i = 0; i < 5000; i++) {
        size_t k = rnd() % KEYS;
        uintptr_t value = 1 + rnd() % 1000;
        struct str key = str_c(k ? arena_printf(&a, "key%zu", k) : "");
        n += model[k] == 0;
        assert_int_equal((uintptr_t)map_put(&m, key, (void *)value), model[k]);
        model[k] = value;
    }
    assert_int_equal(m.n, n);
    for (size_t k = 0; k < KEYS; k++) {
        struct str key = str_c(k ? arena_printf(&a, "key%zu", k) : "");
        assert_int_equal((uintptr_t)map_get(&m, key), model[k]);
        assert_int_equal(map_has(&m, key), model[k] != 0);
    }
    arena_done(&a);
}

static void text_is_cut_and_read(void **unused)
{
    (void)unused;
    struct str s = STR("a,,b"), head;
    const char *want[] = {"a", "", "b"};
    size_t n = 0;
    while (str_cut(&s, ',', &head)) assert_true(n < 3 && str_is(head, want[n++]));
    assert_int_equal(n, 3);
    int64_t v;
    static const struct {
        const char *text;
        bool ok;
        int64_t v;
    } ints[] = {
        {"0", true, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {" 1", false, 0},
        {"+1", false, 0},
    };
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        assert_int_equal(str_to_i64(str_c(ints[i].text), &v), ints[i].ok);
        if (ints[i].ok) assert_true(v == ints[i].v);
    }
    assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
    assert_int_equal(str_find(STR("ab"), STR("abd")), -1);
    assert_true(str_is(str_trim(STR(" \t x y\n")), "x y"));
    assert_true(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("\xc3"), STR("z")) > 0);
    assert_true(str_ieq(STR("aBc"), STR("AbC")));
    assert_true(str_is(str_sub(STR("abc"), 1, 99), "bc") && str_sub(STR("abc"), 9, 1).n == 0);
}

static void utf8_refuses_what_rfc_3629_refuses(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        ptrdiff_t bad;
    } cases[] = {
        {"plain text of more than eight bytes", -1},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", -1},
        {"12345678\xff", 8},
        {"\xc0\x80", 0},
        {"\xed\xa0\x80", 0},
        {"\xf4\x90\x80\x80", 0},
        {"a\xe2\x82", 1},
        {"\x80", 0},
        {"\xe0\x80\x80", 0},
        {"\xf0\x80\x80\x80", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_bad(str_c(cases[i].text)), cases[i].bad);
    struct arena a = {0};
    struct str whole = STR("caf\xc3\xa9"),
               mended = utf8_mend(&a, STR("gr\xfc\xc3\xa9\xe2\x82\0z"));
    assert_ptr_equal(utf8_mend(&a, whole).p, whole.p);
    assert_true(str_is(mended, "gr\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz"));
    arena_done(&a);
    for (uint32_t cp = 1; cp < 0x110000; cp += 7) {
        if (cp >= 0xd800 && cp <= 0xdfff) continue;
        char out[4];
        size_t n = utf8_put(out, cp);
        const char *p = out;
        assert_int_equal(utf8_bad(str_n(out, n)), -1);
        assert_int_equal(utf8_next(&p), cp);
        assert_ptr_equal(p, out + n);
    }
}

static void names_fold(void **unused)
{
    (void)unused;
    static const char *same[][2] = {
        {"O'Brien", "OBRIEN"}, {"O’Brien", "obrien"}, {"GARCÍA-LÓPEZ", "Garcia  Lopez"},
        {"Łukasz", "LUKASZ"},  {"Straße", "STRASSE"}, {" Smith, Jr. ", "smith jr"},
        {"İpek", "ipek"},
    };
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_true(
            str_eq(utf8_name_key(&a, str_c(same[i][0])), utf8_name_key(&a, str_c(same[i][1]))));
    assert_true(str_is(utf8_name_key(&a, STR("\xff--'")), ""));
    assert_true(str_is(utf8_upper(&a, STR("éa1")), "ÉA1") &&
                str_is(utf8_lower(&a, STR("ÉA1")), "éa1"));
    arena_done(&a);
}

static void dates_go_there_and_back(void **unused)
{
    (void)unused;
    for (int i = 0; i < 200000; i++) {
        int64_t days = (int64_t)(rnd() % 700000000000) - 350000000000, y;
        int m, d;
        date_civil(days, &y, &m, &d);
        assert_true(date_valid(y, m, d));
        assert_true(date_days(y, m, d) == days);
        instant t = (instant)(rnd() % (uint64_t)HOURS(24 * 365 * 7000)), back;
        char text[40];
        int offset = (int)(rnd() % 2800) - 1400, got;
        assert_true(instant_parse(str_c(instant_at(t, offset, text)), &back, &got));
        assert_true(back == t && got == offset);
    }
}

static void dates_are_strict(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool ok;
        instant t;
    } cases[] = {
        {"1970-01-01T00:00:00Z", true, 0},
        {"1969-12-31T17:00:00-07:00", true, 0},
        {"1970-01-01T00:00:00.5Z", true, 500},
        {"1970-01-01T00:00:00.123000Z", true, 123},
        {"1970-01-01T00:00:00.1234Z", false, 0},
        {"1970-01-01T24:00:00Z", false, 0},
        {"1970-02-29T00:00:00Z", false, 0},
        {"1970-01-01T00:00:00", false, 0},
        {"1970-01-01T00:00:00+24:00", false, 0},
        {"1970-01-01T00:00:00.Z", false, 0},
        {"9999-12-31T23:59:59.999Z", true, INT64_C(253402300799999)},
        {"9999-12-31T23:59:59-00:01", false, 0}, /* 10000 in UTC */
        {"0000-01-01T00:00:00Z", true, -INT64_C(62167219200000)},
        {"0000-01-01T00:00:00+00:01", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        instant t;
        assert_int_equal(instant_parse(str_c(cases[i].text), &t, NULL), cases[i].ok);
        if (cases[i].ok) assert_true(t == cases[i].t);
    }
    int64_t days;
    assert_false(date_parse(STR("2025-02-29"), &days));
    assert_true(date_parse(STR("2024-02-29"), &days));
    assert_int_equal(date_weekday(days), 4);
    char buf[40];
    (void)instant_utc(INT64_MIN, buf);
    (void)instant_utc(INT64_MAX, buf);
}

static void errors_never_overflow(void **unused)
{
    (void)unused;
    char big[2000], out[64];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    for (size_t i = 300; i < 340; i++) memcpy(big + i, "\xe2\x82\xac", 3), i += 2;
    struct err e;
    err_set(&e, RC_INVALID, big, __FILE__, 1, "%s", big);
    err_at(&e, big, 1, 2);
    err_wrap(&e, "%s", big);
    assert_int_equal(utf8_bad(str_c(e.text)), -1);
    assert_true(strlen(e.text) < sizeof e.text && strlen(e.where) < sizeof e.where &&
                strlen(e.id) == 15);
    assert_true(strlen(err_print(&e, out, sizeof out)) < sizeof out);
    err_set(&e, RC_INVALID, "T-1", __FILE__, 1, "a\nb");
    err_at(&e, "f", 3, 4);
    assert_string_equal(err_print(&e, out, sizeof out), "f:3:4: a b [T-1]");
    assert_int_equal(rc_http((enum rc)99), 500);
}

static void zone_by_footer(void **unused)
{
    (void)unused;
    /* A file of one type and no transitions: all is in the footer. */
    static const char head[] =
        "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4";
    static const char body[] = "\xff\xff\x9d\x90\0\0MST";
    char file[200], *p = file;
    for (int i = 0; i < 2; i++) p = mempcpy(mempcpy(p, head, 44), body, 10);
    p = mempcpy(p, "\nMST7MDT,M3.2.0,M11.1.0\n", 24);
    struct arena a;
    arena_init(&a, 0);
    const struct tz *z;
    struct err e;
    assert_int_equal(tz_load(&a, STR("Test"), str_n(file, (size_t)(p - file)), &z, &e), RC_OK);
    static const struct {
        const char *local;
        int32_t offset;
    } cases[] = {
        {"2026-01-01T00:00:00Z", -25200},
        {"2026-07-01T00:00:00Z", -21600},
        {"2026-03-08T02:30:00Z", -25200} /* gap */,
        {"2026-03-08T03:00:00Z", -21600},
        {"2026-11-01T01:30:00Z", -21600} /* overlap */,
        {"2026-11-01T02:00:00Z", -25200},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        instant t;
        assert_true(instant_parse(str_c(cases[i].local), &t, NULL));
        assert_int_equal(tz_offset_local(z, t / 1000), cases[i].offset);
    }
    (void)tz_offset_at(z, INT64_MIN);
    (void)tz_offset_local(z, INT64_MAX);
    for (size_t n = 0; n < (size_t)(p - file) - 1; n++) {
        char *copy = str_dupz(&a, str_n(file, n));
        assert_int_equal(tz_load(&a, STR("Test"), str_n(copy, n), &z, &e), RC_INVALID);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_keeps_bytes),
        cmocka_unit_test(arena_pushes_and_budgets),
        cmocka_unit_test(buf_prints),
        cmocka_unit_test(map_agrees_with_a_list),
        cmocka_unit_test(text_is_cut_and_read),
        cmocka_unit_test(utf8_refuses_what_rfc_3629_refuses),
        cmocka_unit_test(names_fold),
        cmocka_unit_test(dates_go_there_and_back),
        cmocka_unit_test(dates_are_strict),
        cmocka_unit_test(errors_never_overflow),
        cmocka_unit_test(zone_by_footer),
    };
    return cmocka_run_group_tests(tests, seed, NULL);
}
