/* The life of a case and the clocks: what must hold of every cell of the table. */
#include "help.h"
#include "custody/case.h"
#include "custody/duty.h"

static void every_cell(void **state)
{
    (void)state;
    for (enum case_state s = CASE_RECEIVED; s <= CASE_CLOSED; s++) {
        enum case_state back;
        assert_true(case_state_from_word(str_c(case_state_word(s)), &back) && back == s);
        for (enum happening h = 0; h < HAP_COUNT; h++) {
            struct case_step t = case_next(s, h);
            bool from_outside = h == HAP_TRIGGERED || h == HAP_TRIGGER_UNDONE ||
                                (h >= HAP_RELEASED && h <= HAP_SUPERSEDED) ||
                                h == HAP_FACTS_CHANGED;
            /* a report is never refused */
            if (from_outside) assert_true(t.allowed);
            if (!t.allowed) assert_true(t.effects == 0 && t.next == s);
            if (s == CASE_CLOSED) assert_true(t.next == CASE_CLOSED && t.effects == 0);
            /* decided again at the trigger */
            if (t.effects & DO_NOTICE) assert_true(t.effects & DO_DECIDE || h == HAP_RESOLVED);
            /* never before a trigger */
            if (t.effects & DO_NOTICE) assert_int_equal(t.next, CASE_TRIGGERED);
            if (h == HAP_UNMATCHED && s != CASE_CLOSED)
                assert_true(t.next == CASE_RECEIVED && (t.effects & DO_WORK_LIST));
            if (h == HAP_CANCELLED || h == HAP_SUPERSEDED ||
                (h >= HAP_RELEASED && h <= HAP_ESCAPED))
                assert_int_equal(t.next, CASE_CLOSED);
            /* still in custody */
            if (h == HAP_HOSPITAL) assert_int_equal(t.next, s);
            bool dead_end = (h == HAP_CANCELLED || h == HAP_SUPERSEDED ||
                             h == HAP_TRANSFERRED || h == HAP_DIED || h == HAP_ESCAPED) &&
                            s != CASE_CLOSED;
            /* what is queued is withdrawn */
            if (dead_end) assert_true(t.effects & DO_CLOSE);
        }
    }
}

static void a_plain_life(void **state)
{
    (void)state;
    static const struct {
        enum happening h;
        enum case_state then;
    } life[] = {{HAP_RECEIVED, CASE_RECEIVED},       {HAP_MATCHED, CASE_DECIDED},
                {HAP_FACTS_CHANGED, CASE_DECIDED},   {HAP_TRIGGERED, CASE_TRIGGERED},
                {HAP_NOTICE_FAILED, CASE_TRIGGERED}, {HAP_NOTICE_CONFIRMED, CASE_NOTICED},
                {HAP_RELEASED, CASE_CLOSED}};
    enum case_state s = CASE_RECEIVED;
    for (size_t i = 0; i < sizeof life / sizeof *life; i++) {
        s = case_next(s, life[i].h).next;
        assert_int_equal(s, life[i].then);
    }
    /* a release does not withdraw what the trigger owed: it is tried until an hour after */
    assert_false(case_next(CASE_TRIGGERED, HAP_RELEASED).effects & DO_CLOSE);
}

static void duties(void **state)
{
    (void)state;
    struct duty d = {.what = STR("serve a copy on the person"), .since = 0, .due = HOURS(24)};
    assert_int_equal(duty_at(&d, HOURS(24)), DUTY_OPEN);
    assert_int_equal(duty_at(&d, HOURS(24) + 1), DUTY_LATE);
    d.state = DUTY_DONE;
    assert_int_equal(duty_at(&d, HOURS(99)), DUTY_DONE);
    d.state = DUTY_LAPSED;
    assert_int_equal(duty_at(&d, HOURS(99)), DUTY_LAPSED);
    d.state = DUTY_OPEN;
    d.due = INSTANT_NONE;
    assert_int_equal(duty_at(&d, HOURS(9999)), DUTY_OPEN);
}

static void retries_are_minutes_apart(void **state)
{
    (void)state;
    instant longest = 0;
    for (unsigned n = 0; n < 20; n++)
        for (unsigned j = 0; j < 1100; j += 37) {
            instant t = retry_at(n, HOURS(1), j);
            assert_true(t > HOURS(1) + SECONDS(29) && t <= HOURS(1) + MINUTES(5));
            longest = t > longest ? t : longest;
        }
    assert_true(retry_at(1, 0, 0) <= MINUTES(1));
    instant at = 0; /* three attempts are over before a person is alerted */
    for (unsigned n = 1; n <= 3; n++) at = retry_at(n, at, 0);
    assert_true(at <= ALERT_UNCONFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_cell),
                                       cmocka_unit_test(a_plain_life), cmocka_unit_test(duties),
                                       cmocka_unit_test(retries_are_minutes_apart)};
    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
