/* The papers and the last door: same notice same bytes, nothing said that may not be said, and
 * what the door refuses. */
#include "cm.h"
#include "fixture.h"
#include <stdlib.h>

static struct arena arena;
static struct outbound_setup setup;

static bool has(struct str text, const char *what) { return str_find(text, str_c(what)) >= 0; }

static struct outbound_document document(struct notice n)
{
    struct outbound_document d = {0};
    struct err e = {0};
    assert_int_equal(outbound_document(&setup, &n, &arena, &d, &e), RC_OK);
    return d;
}

static void same_notice_same_bytes(void **state)
{
    (void)state;
    for (int k = NOTICE_RELEASE; k <= NOTICE_WITHDRAWAL; k++) {
        struct notice n = fixture_notice((enum notice_kind)k, CHANNEL_FAX, "555-0100");
        struct outbound_document one = document(n);
        n.attempt = 4; /* a later attempt is the same paper */
        n.now += HOURS(1);
        struct outbound_document two = document(n);
        assert_true(str_eq(one.pdf, two.pdf));
        assert_true(str_eq(one.event, two.event));
        assert_string_equal(one.sha256, two.sha256);
        assert_true(str_starts(one.pdf, STR("%PDF-1.5")));
        n.case_id = STR("000124");
        assert_string_not_equal(one.sha256, document(n).sha256);
    }
}

static void release_says_what_it_must(void **state)
{
    (void)state;
    struct outbound_document d =
        document(fixture_notice(NOTICE_RELEASE, CHANNEL_EMAIL, "desk@agency.example"));
    assert_true(has(d.text, "November 22, 2026, 02:40:15 (UTC-07:00)"));
    assert_true(has(d.text, "EX-2026-0042") && has(d.text, "B-2026-01187") &&
                has(d.text, "Bond was posted"));
    assert_false(has(d.text, "1980") || has(d.event, "1980")); /* the birth date stays here */
    assert_true(has(d.event, "\"release_began\":\"2026-11-22T09:40:15Z\""));
    assert_false(has(d.title, "Example")); /* a subject line names nobody */
}

static void answer_tells_answers_only(void **state)
{
    (void)state;
    struct notice n = fixture_notice(NOTICE_ANSWER, CHANNEL_EMAIL, "desk@agency.example");
    n.triggered_at = INSTANT_NONE;
    struct outbound_document d = document(n);
    assert_true(has(d.text, "Declined. Release is not delayed for this request."));
    assert_true(has(d.text, "C.R.S. 24-76.6-102(2)") &&
                has(d.text, "Referred to: the County Attorney."));
    assert_false(has(d.text, "bond") || has(d.event, "release_began"));
    n.answers = STR("[{\"ask\":\"hold\",\"citations\":[],\"outcome\":\"honor\"}]");
    assert_false(has(document(n).text, "No release is delayed"));
    struct err e = {0};
    n.answers = STR("[]");
    assert_int_equal(outbound_document(&setup, &n, &arena, &d, &e), RC_BUG);
    n.answers = STR("[{\"ask\":\"ransom\",\"citations\":[],\"outcome\":\"notify\"}]");
    assert_int_equal(outbound_document(&setup, &n, &arena, &d, &e), RC_BUG);
}

static void person_gets_both_languages(void **state)
{
    (void)state;
    struct notice n = fixture_notice(NOTICE_PERSON_COPY, CHANNEL_LETTER, "person in custody");
    struct str es_first = document(n).text;
    n.language = STR("en");
    struct str en_first = document(n).text;
    assert_true(str_starts(es_first, STR("Su copia")) &&
                str_starts(en_first, STR("Your copy")));
    static const char *const points[] = {
        "right to remain silent",   "speak with a lawyer before you answer",
        "may ask to interview you", "may be used against you, also in immigration court",
        "guardar silencio",         "hablar con un abogado antes de contestar"};
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++)
        assert_true(has(en_first, points[i]));
    assert_true(has(en_first, "does not change your bail"));
    n.answers = STR("[{\"ask\":\"hold\",\"citations\":[],\"outcome\":\"honor\"}]");
    assert_false(has(document(n).text, "You will not be kept longer"));
}

static enum rc door(struct notice n)
{
    struct err e = {0};
    return outbound_door(&n, &e);
}

static void the_door(void **state)
{
    (void)state;
    struct notice good = fixture_notice(NOTICE_RELEASE, CHANNEL_FAX, "555-0100"), n;
    assert_int_equal(door(good), RC_OK);
    assert_int_equal(door(fixture_notice(NOTICE_PERSON_COPY, CHANNEL_LETTER, "")), RC_OK);
    assert_int_equal(door(fixture_notice(NOTICE_PERSON_COPY, CHANNEL_FAX, "555-0100")),
                     RC_DENIED);
    assert_int_equal(door(fixture_notice(NOTICE_RELEASE, CHANNEL_LETTER, "x")), RC_DENIED);
    n = good, n.address = STR("");
    assert_int_equal(door(n), RC_DENIED);
    n = good, n.case_id = STR("");
    assert_int_equal(door(n), RC_DENIED);
    n = good, n.triggered_at = INSTANT_NONE;
    assert_int_equal(door(n), RC_DENIED);
    n = good, n.agency_reference = STR("A123 456 789");
    assert_int_equal(door(n), RC_DENIED);
    n = good, n.form = STR("place of birth: elsewhere");
    assert_int_equal(door(n), RC_DENIED);
    n = good,
    n.answers =
        STR("[{\"ask\":\"hold\",\"citations\":[\"A123 456 789\"],\"outcome\":\"decline\"}]");
    assert_int_equal(door(n), RC_DENIED);
    n = good, n.subject.family = STR("Aliens\303\263n"); /* a name is a name */
    assert_int_equal(door(n), RC_OK);
}

int main(void)
{
    arena_init(&arena, 0);
    setup = fixture_setup(&arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_notice_same_bytes),
        cmocka_unit_test(release_says_what_it_must),
        cmocka_unit_test(answer_tells_answers_only),
        cmocka_unit_test(person_gets_both_languages),
        cmocka_unit_test(the_door),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
