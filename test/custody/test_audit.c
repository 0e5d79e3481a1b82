/* Each of the auditor's questions on a past made by hand: one in order, and one that violates
 * it, so that each can fail. */
#include "custody/audit.h"
#include "ledger/event.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static struct arena arena;
static struct history *h;
static uint64_t next_event;
static instant now;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 0);
    h = history_new();
    next_event = 0;
    if (!instant_parse(STR("2025-03-03T00:00:00Z"), &now, NULL)) return -1;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    history_free(h);
    arena_done(&arena);
    return 0;
}

/* One event of the ledger; the body is JSON with ' for ". */
static uint64_t tell(enum event_kind kind, const char *actor, int64_t case_id, int64_t booking,
                     const char *body)
{
    char *text = arena_strdup(&arena, body);
    struct event ev = {.at = now,
                       .kind = kind,
                       .actor = str_c(actor),
                       .case_id =
                           case_id ? str_c(arena_printf(&arena, "C%06lld", (long long)case_id))
                                   : STR("")};
    struct history_event row = {.index = next_event,
                                .at = now,
                                .kind = str_c(event_word(kind)),
                                .case_id = case_id,
                                .booking = booking};
    struct err e;
    for (char *p = text; *p; p++)
        if (*p == '\'') *p = '"';
    assert_int_equal(json_parse(&arena, str_c(text), "body", NULL, &ev.body, &e), RC_OK);
    assert_int_equal(event_write(&arena, &ev, &row.text, &e), RC_OK);
    assert_int_equal(history_feed(h, &row, &e), RC_OK);
    now += 1000;
    return next_event++;
}

static const char *at_now(void)
{
    char text[40];
    return arena_strdup(&arena, instant_utc(now, text));
}

#define BODY(...) arena_printf(&arena, __VA_ARGS__)
#define FAX_1 "+13035550101"
#define FAX_2 "+13035550102"

static void office(void)
{
    tell(EVENT_KIND_PERSON_ADDED, "a.bede", 0, 0,
         "{'name':'m.ortiz','role':'records officer'}");
    tell(EVENT_KIND_PERSON_ADDED, "a.bede", 0, 0, "{'name':'t.lindgren','role':'supervisor'}");
    tell(EVENT_KIND_AGENCY_CHANGED, "a.bede", 0, 0,
         "{'agency':{'id':'east','name':'Field Office East','kind':'federal "
         "immigration','addresses':[{'channel':'fax','address':'" FAX_1
         "','verified_by':'t.lindgren','verified_on':'2025-01-15'},{'channel':'email','address'"
         ":'unverified@east."
         "example'}]}}");
}

static void ask(int64_t id)
{
    tell(EVENT_KIND_REQUEST_RECEIVED, "m.ortiz", id, 0,
         BODY("{'request':{'agency':'east','reference':'R-%lld','form':'I-247A','received_at':'"
              "%s','asks':['notify'],'"
              "subject':{'booking_number':'25-%lld'}}}",
              (long long)id, at_now(), (long long)id));
}

static void match(int64_t id, int64_t booking)
{
    tell(EVENT_KIND_MATCH_FOUND, "system", id, booking,
         "{'match':'confirmed','why':'number and name'}");
}

static void duty(int64_t id)
{
    tell(EVENT_KIND_DUTY_OPENED, "system", id, 0, "{'duty':'serve a copy on the person'}");
}
static void serve(int64_t id)
{
    tell(EVENT_KIND_DUTY_DONE, "m.ortiz", id, 0,
         "{'duty':'serve a copy on the person','how':'in person'}");
}

static void trigger(int64_t booking)
{
    tell(EVENT_KIND_TRIGGER, "jail-feed", 0, booking,
         BODY("{'booking':'25-%lld','kind':'bond posted','at':'%s'}", (long long)booking,
              at_now()));
}

static void leave(int64_t booking)
{
    tell(EVENT_KIND_RELEASE, "jail-feed", 0, booking,
         BODY("{'booking':'25-%lld','kind':'released','at':'%s'}", (long long)booking,
              at_now()));
}

static void queue(int64_t id, const char *key, const char *kind, const char *channel,
                  const char *address)
{
    tell(EVENT_KIND_NOTICE_QUEUED, "system", id, 0,
         BODY("{'notice':'%s','kind':'%s','channel':'%s','address':'%s','decision':1}", key,
              kind, channel, address));
}

static void attempt(int64_t id, const char *key)
{
    tell(EVENT_KIND_NOTICE_ATTEMPT, "system", id, 0, BODY("{'notice':'%s','attempt':1}", key));
}

static void confirm(int64_t id, const char *key)
{
    tell(EVENT_KIND_NOTICE_CONFIRMED, "system", id, 0,
         BODY("{'notice':'%s','attempt':1}", key));
}

static void failed(int64_t id, const char *key)
{
    tell(EVENT_KIND_NOTICE_FAILED, "system", id, 0,
         BODY("{'notice':'%s','attempt':1,'why':'busy'}", key));
}

/* A life in order: asked, matched, served, told, released. */
static void life(int64_t id, int64_t booking)
{
    const char *key = BODY("C%06lld-release", (long long)id);
    ask(id);
    match(id, booking);
    duty(id);
    now += HOURS(2);
    serve(id);
    trigger(booking);
    queue(id, key, "release", "fax", FAX_1);
    attempt(id, key);
    confirm(id, key);
    now += HOURS(2);
    leave(booking);
}

static void others(int64_t from, int n) /* nobody asks about them; they leave after two hours */
{
    for (int i = 0; i < n; i++) {
        trigger(from + i);
        now += HOURS(2);
        leave(from + i);
    }
}

static struct json *answer(int question)
{
    struct audit in = audit_usual(h);
    return audit_answer(&arena, &in, question);
}

static void clean(int question)
{
    struct json *r = answer(question);
    struct buf b = buf_in(&arena);
    json_write(&b, r);
    if (!json_is_true(json_get(r, "clean"))) fail_msg("%.*s", (int)b.n, b.p);
    assert_int_equal(json_len(json_get(r, "exceptions")), 0);
}

/* Exactly one, in this case (NULL: none), with these words. */
static void finds_in(const struct json *r, const char *id, const char *words)
{
    const struct json *one = json_at(json_get(r, "exceptions"), 0);
    assert_false(json_is_true(json_get(r, "clean")));
    assert_int_equal(json_len(json_get(r, "exceptions")), 1);
    if (id) assert_true(str_is(json_text(one, "case"), id));
    struct str what = json_text(one, "what");
    if (str_find(what, str_c(words)) < 0)
        fail_msg("'%.*s' does not say '%s'", STR_ARG(what), words);
}

static void finds(int question, const char *id, const char *words)
{
    finds_in(answer(question), id, words);
}
static int64_t number(int question, const char *name)
{
    return json_whole(json_get(json_get(answer(question), "numbers"), name), -1);
}

static void a_past_in_order_is_clean(void **state)
{
    (void)state;
    office();
    life(1, 1);
    others(100, 30);
    life(2, 2);
    tell(EVENT_KIND_RECORD_READ, "m.ortiz", 1, 0, "{'what':'case'}");
    for (int q = 1; q <= AUDIT_QUESTIONS; q++) clean(q);
    assert_int_equal(number(1, "notices"), 2);
    assert_int_equal(number(3, "released_with_request"), 2);
    assert_int_equal(number(3, "released_without"), 30);
    assert_int_equal(number(4, "served_in_time"), 2);
    assert_int_equal(number(9, "reads"), 1);
}

static void nothing_is_clean_and_says_so(void **state)
{
    (void)state;
    for (int q = 1; q <= AUDIT_QUESTIONS; q++) clean(q);
    assert_int_equal(number(1, "notices"), 0);
}

static void q1_a_notice_without_a_request(void **state)
{
    (void)state;
    office();
    match(5, 5);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    finds(1, "C000005", "no request before it");
}

static void q1_a_request_that_came_afterwards(void **state)
{
    (void)state;
    office();
    match(5, 5);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    ask(5);
    finds(1, "C000005", "no request before it");
}

static void q1_a_notice_after_the_request_had_ended(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    tell(EVENT_KIND_REQUEST_CANCELLED, "m.ortiz", 5, 5, "{'reason':'taken back'}");
    clean(1); /* it waits, and may still be withdrawn */
    attempt(5, "C000005-release");
    finds(1, "C000005", "had ended");
}

static void q1_a_notice_about_somebody_unconfirmed(void **state)
{
    (void)state;
    office();
    ask(5);
    queue(5, "C000005-answer", "answer", "fax", FAX_1); /* "nobody here" is an answer */
    clean(1);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    finds(1, "C000005", "not confirmed");
}

static void q2_an_address_that_nobody_listed(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    queue(5, "C000005-copy", "person copy", "letter", "person in custody");
    clean(2);
    queue(5, "C000005-release", "release", "fax", "+19995550000");
    finds(2, "C000005", "not a verified one");
}

static void q2_an_address_that_nobody_verified(void **state)
{
    (void)state;
    office();
    ask(5);
    queue(5, "C000005-answer", "answer", "email", "unverified@east.example");
    finds(2, "C000005", "not a verified one");
}

static void q2_an_address_that_was_taken_off(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    tell(EVENT_KIND_AGENCY_CHANGED, "a.bede", 0, 0,
         "{'agency':{'id':'east','addresses':[{'channel':'fax','address':'" FAX_2
         "','verified_by':'t.lindgren','verified_on':'2025-03-01'}]}}");
    clean(2);
    attempt(5, "C000005-release");
    finds(2, "C000005", "any more");
}

static void q3_held_longer(void **state)
{
    (void)state;
    office();
    others(100, 30);
    ask(5);
    match(5, 5);
    trigger(5);
    now += HOURS(2) + HOURS(6) - 1000; /* the second of the event */
    leave(5);
    clean(3);
    ask(6);
    match(6, 6);
    trigger(6);
    now += HOURS(9);
    leave(6);
    finds(3, "C000006", "540 min after the trigger");
}

static void q3_cannot_tell_without_a_trigger_or_a_median(void **state)
{
    (void)state;
    office();
    others(100, 5);
    ask(5);
    match(5, 5);
    trigger(5);
    now += HOURS(50);
    leave(5);
    ask(6);
    match(6, 6);
    leave(6);
    clean(3);
    assert_int_equal(number(3, "not_comparable"), 1);
    assert_int_equal(number(3, "trigger_unknown_with_request"), 1);
}

static void q4_served_late_and_never(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    duty(5);
    now += HOURS(23);
    clean(4);
    assert_int_equal(number(4, "not_due_yet"), 1);
    now += HOURS(2);
    serve(5);
    finds(4, "C000005", "served 25.0 h");
}

static void q4_never_served(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    duty(5);
    now += HOURS(30);
    leave(5);
    finds(4, "C000005", "never served");
}

static void q4_who_left_before_it_was_due(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    duty(5);
    now += HOURS(3);
    leave(5);
    now += HOURS(30);
    ask(6); /* nobody here of that name: there is nobody to serve */
    clean(4);
    assert_int_equal(number(4, "ended_before_it_was_due"), 1);
    assert_int_equal(json_len(json_get(answer(4), "ended_unserved")), 1);
    assert_int_equal(number(4, "nobody_matched"), 1);
}

static void q5_another_policy(void **state)
{
    (void)state;
    office();
    const struct audit_differs list[] = {{.event = 9,
                                          .case_id = 5,
                                          .at = now,
                                          .why = STR("decided under a 1; b 1 was in force")}};
    struct audit in = audit_usual(h);
    in.differs = list;
    in.n_differs = 1;
    in.decided = 12;
    finds_in(audit_answer(&arena, &in, 5), "C000005", "was in force");
}

static void q6_overrides_are_counted_and_one_alone_is_found(void **state)
{
    (void)state;
    office();
    ask(5);
    tell(
        EVENT_KIND_REVIEW_OPENED, "t.lindgren", 5, 0,
        "{'ask':'notify','outcome':'decline','reason':'x','first':'t.lindgren','why':'waits'}");
    assert_int_equal(number(6, "proposed_only"), 1);
    tell(EVENT_KIND_DECISION_OVERRIDDEN, "s.marlowe", 5, 0,
         "{'ask':'notify','outcome':'decline','reason':'x','first':'t.lindgren','second':'s."
         "marlowe'}");
    clean(6);
    assert_int_equal(number(6, "overrides"), 1);
    assert_int_equal(number(6, "proposed_only"), 0);
    const struct json *pair = json_at(json_get(answer(6), "by_pair"), 0);
    assert_true(str_is(json_text(pair, "who"), "t.lindgren"));
    assert_true(str_is(json_text(pair, "with"), "s.marlowe"));
    tell(EVENT_KIND_DECISION_OVERRIDDEN, "t.lindgren", 5, 0,
         "{'ask':'notify','outcome':'decline','reason':'x','first':'t.lindgren','second':'t."
         "lindgren'}");
    finds(6, "C000005", "one person alone");
}

static void q7_rates_by_class_against_before(void **state)
{
    static struct past_bookings bookings[30];
    (void)state;
    struct audit in = audit_usual(h);
    assert_true(instant_parse(STR("2023-12-15T00:00:00Z"), &now, NULL));
    office();
    tell(EVENT_KIND_BOOKINGS_IMPORTED, "jail-feed", 0, 0, "{'source':'x','rows':1}");
    for (int m = 0; m < 24; m++) {
        bookings[m] = (struct past_bookings){TREND_MONTH(2024, 1) + m, 1000};
        int n = m < 13 ? 4 : 12; /* three times as many from February 2025 on */
        for (int i = 0; i < n; i++) {
            now = date_days(2024 + m / 12, m % 12 + 1, 2 + i) * HOURS(24);
            int64_t id = 100 * m + i + 1;
            ask(id);
            match(id, id);
            tell(EVENT_KIND_DECISION_MADE, "system", id, id,
                 BODY("{'facts':{'match':'confirmed','request':{'agency_kind':'federal "
                      "immigration'},'offences':[{'this_booking':true,'stage':'charged','grade'"
                      ":'felony','lists':[%s]}]},"
                      "'decision':{'pack':{'id':'p','version':'1'},'asks':[]}}",
                      i % 2 ? "" : "'violent'"));
        }
    }
    now = date_days(2026, 1, 1) * HOURS(24);
    tell(EVENT_KIND_BOOKINGS_IMPORTED, "jail-feed", 0, 0, "{'source':'x','rows':1}");
    history_set_bookings(h, bookings, 24);
    in.has_previous = true;
    in.previous = (struct trend_term){date_days(2021, 1, 20) * HOURS(24),
                                      date_days(2025, 1, 20) * HOURS(24)};
    in.present = (struct trend_term){date_days(2025, 1, 20) * HOURS(24), INSTANT_MAX};
    struct json *r = audit_answer(&arena, &in, 7);
    const struct json *all = json_at(json_get(r, "classes"), 0),
                      *months = json_get(r, "months");
    assert_true(json_is_true(json_get(r, "clean"))); /* more requests are no violation */
    assert_true(str_is(json_text(months, "from"), "2025-02"));
    assert_true(str_is(json_text(months, "to"), "2025-12"));
    assert_int_equal(json_whole(json_get(all, "now_requests"), 0), 11 * 12);
    assert_int_equal(json_whole(json_get(all, "base_requests"), 0),
                     11 * 4); /* February to December 2024 */
    assert_true(json_get(all, "now_per_1000_bookings")->num.real == 12);
    assert_true(json_get(all, "ratio")->num.real == 3);
    assert_true(json_is_true(json_get(all, "alert")));
    bool violent = false;
    for (size_t i = 0; i < json_len(json_get(r, "classes")); i++) {
        const struct json *k = json_at(json_get(r, "classes"), i);
        if (!str_is(json_text(k, "class"), "violent")) continue;
        violent = true;
        assert_int_equal(json_whole(json_get(k, "now_requests"), 0), 11 * 6);
    }
    assert_true(violent);
}

static void q8_a_failure_nobody_was_told_of(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    trigger(5);
    queue(5, "C000005-release-1", "release", "fax", FAX_1);
    attempt(5, "C000005-release-1");
    failed(5, "C000005-release-1");
    finds(8, "C000005", "nobody was alerted");
    queue(5, "C000005-release-2", "release", "fax", FAX_1); /* the next address */
    now += MINUTES(5);
    confirm(5, "C000005-release-2");
    clean(8);
    assert_int_equal(number(8, "told_after_a_failure"), 1);
}

static void q8_a_failure_seen_in_time_late_or_not_at_all(void **state)
{
    (void)state;
    office();
    ask(5);
    match(5, 5);
    trigger(5);
    queue(5, "C000005-release-1", "release", "fax", FAX_1);
    failed(5, "C000005-release-1");
    tell(EVENT_KIND_ALERT_OPENED, "system", 5, 5,
         "{'alert':'unconfirmed','name':'u/5','what':'call the agency'}");
    clean(8); /* its hour is not over */
    now += MINUTES(61);
    tell(EVENT_KIND_RECORD_READ, "m.ortiz", 5, 0, "{'what':'case'}");
    finds(8, "C000005", "no person has looked");
    tell(EVENT_KIND_ALERT_CLOSED, "t.lindgren", 0, 0,
         "{'alert':'1','reason':'told by telephone'}");
    finds(8, "C000005", "only after 61 min");
}

static void q9_a_reader_who_is_not_on_the_staff(void **state)
{
    (void)state;
    office();
    ask(5);
    tell(EVENT_KIND_RECORD_READ, "m.ortiz", 5, 0, "{'what':'case'}");
    tell(EVENT_KIND_RECORD_READ, "m.ortiz", 5, 0, "{'what':'notices'}");
    tell(EVENT_KIND_RECORD_READ, "m.ortiz", 5, 0, "{'what':'case'}");
    clean(9);
    const struct json *first = json_at(json_get(answer(9), "by_person"), 0);
    assert_int_equal(json_whole(json_get(first, "n"), 0), 2);
    assert_true(str_is(json_text(first, "role"), "records officer"));
    tell(EVENT_KIND_RECORD_READ, "nosy.neighbour", 5, 0, "{'what':'case'}");
    finds(9, NULL, "nosy.neighbour is not on the staff");
}

static void a_window_leaves_out_what_was_before(void **state)
{
    (void)state;
    office();
    match(5, 5);
    queue(5, "C000005-release", "release", "fax", FAX_1);
    now += HOURS(24);
    instant later = now;
    ask(6);
    struct audit in = audit_usual(h);
    in.from = later;
    assert_true(json_is_true(json_get(audit_answer(&arena, &in, 1), "clean")));
    in.from = INSTANT_NONE;
    in.to = later;
    assert_false(json_is_true(json_get(audit_answer(&arena, &in, 1), "clean")));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {T(a_past_in_order_is_clean),
                                       T(nothing_is_clean_and_says_so),
                                       T(q1_a_notice_without_a_request),
                                       T(q1_a_request_that_came_afterwards),
                                       T(q1_a_notice_after_the_request_had_ended),
                                       T(q1_a_notice_about_somebody_unconfirmed),
                                       T(q2_an_address_that_nobody_listed),
                                       T(q2_an_address_that_nobody_verified),
                                       T(q2_an_address_that_was_taken_off),
                                       T(q3_held_longer),
                                       T(q3_cannot_tell_without_a_trigger_or_a_median),
                                       T(q4_served_late_and_never),
                                       T(q4_never_served),
                                       T(q4_who_left_before_it_was_due),
                                       T(q5_another_policy),
                                       T(q6_overrides_are_counted_and_one_alone_is_found),
                                       T(q7_rates_by_class_against_before),
                                       T(q8_a_failure_nobody_was_told_of),
                                       T(q8_a_failure_seen_in_time_late_or_not_at_all),
                                       T(q9_a_reader_who_is_not_on_the_staff),
                                       T(a_window_leaves_out_what_was_before)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
