/* What must not happen, tried: messages that leave after the ground under them has gone,
 * answers that follow the wrong person, events that vanish from the ledger. Each test is a way
 * in which a jail's day really goes wrong. */
#include "words.h"
#include <sys/stat.h>

/* The next notice of any kind that the outbox hands out. */
static bool next_notice(struct notice *n)
{
    enum rc rc = casework_outbox_claim(c, "w", 60000, &a, n, &e);
    if (rc == RC_NO) return false;
    OK(rc);
    return true;
}

static int answers_sent(void)
{
    struct notice n;
    int sent = 0;
    while (next_notice(&n)) {
        sent += n.kind == NOTICE_ANSWER;
        send(&n, DELIVERY_CONFIRMED);
    }
    return sent;
}

static void cancel(const char *reference)
{
    char now[40];
    OK(casework_request(
        c, officer,
        read_json(arena_printf(&a,
                               "{\"agency\":\"fed-east\",\"reference\":\"X-%s\",\"received_"
                               "at\":\"%s\",\"cancels\":\"%s\"}",
                               reference, instant_utc(world_now(), now), reference)),
        &a, &r, &e));
}

static int in_ledger(struct str id, const char *kind)
{
    int n = 0;
    OK(casework_proof(c, officer, id, &a, &r, &e));
    const struct json *list = json_get(r, "events");
    for (size_t i = 0; i < json_len(list); i++)
        n += str_find(json_text(json_at(list, i), "event"),
                      str_c(arena_printf(&a, "\"kind\":\"%s\"", kind))) >= 0;
    return n;
}

/* ---- what leaves ------------------------------------------------------------------------- */

/* An answer that waits in the outbox says "notify"; then the person says that it is someone
 * else. */
static void test_no_answer_about_a_disputed_person(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_int_equal(notices(id, "answer", "queued"), 1);
    OK(casework_dispute(c, officer, id, STR("says it is his brother"), &a, &r, &e));
    assert_int_equal(notices(id, "answer", "queued"), 0);
    assert_int_equal(answers_sent(), 0);
    OK(casework_dispute_settle(c, supervisor, id, true, STR("fingerprints"), &a, &r, &e));
    assert_int_equal(answers_sent(), 1); /* it was never told, so it is told now */
}

/* The same when the charge falls away before the answer left, and when the match does. */
static void test_no_answer_that_stands_no_more(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_int_equal(charge("B1", 1, violent, STAGE_DISMISSED), RC_OK);
    assert_string_equal(stands(id, "notify"), "review");
    struct notice n;
    while (next_notice(&n)) {
        if (n.kind == NOTICE_ANSWER)
            assert_true(str_find(n.answers, STR("\"outcome\":\"notify\"")) < 0);
        send(&n, DELIVERY_CONFIRMED);
    }
    booked("B2", violent);
    id = asked("R2", "B2");
    assert_int_equal(booking_row("B2", "Okafor", "1990-10-10", INSTANT_NONE), RC_OK);
    assert_true(str_is(json_text(look(id), "match"), "conflict"));
    assert_int_equal(answers_sent(), 0);
}

/* The agency takes its request back after the person has left, while the notice is still being
 * tried. */
static void test_cancelled_after_the_release(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    cancel("R1");
    assert_true(str_is(json_text(look(id), "request_state"), "cancelled"));
    assert_false(next_release(&n));
    assert_int_equal(notices(id, "release", "withdrawn"), 1);
}

static void test_replaced_after_the_release(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    OK(casework_request(c, officer, request_of("R1", "B1", "[\"information\"]", ""), &a, &r,
                        &e));
    assert_false(next_release(&n));
    assert_true(str_is(json_text(look(id), "request_state"), "superseded"));
}

/* At the door of the jail they say that it is somebody else: what has not left must not
 * leave. */
static void test_disputed_after_the_release(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    OK(casework_dispute(c, officer, id, STR("his identity card says another name"), &a, &r,
                        &e));
    assert_false(next_release(&n));
    assert_int_equal(alerts("identity disputed"), 1);
    world_pass(MINUTES(10));
    OK(casework_dispute_settle(c, supervisor, id, true, STR("fingerprints"), &a, &r, &e));
    assert_true(str_is(json_text(look(id), "state"), "closed"));
}

static void test_disputed_between_claim_and_begin(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_true(next_release(&n));
    OK(casework_dispute(c, officer, id, STR("says it is his brother"), &a, &r, &e));
    REFUSED(casework_outbox_begin(c, &n, &e), "CASE-0008");
}

/* A fax waits for a line when the person says that it is someone else: the job is stopped, not
 * forgotten. */
static void test_a_job_under_way_is_recalled(void **state)
{
    struct notice n, again;
    (void)state;
    for (int arrives = 0; arrives < 2; arrives++) {
        const char *number = arena_printf(&a, "B%d", arrives),
                   *reference = arena_printf(&a, "R%d", arrives);
        booked(number, violent);
        struct str id = asked(reference, number);
        triggered(number);
        assert_true(next_release(&n));
        assert_int_equal(n.recall.n, 0);
        send(&n, DELIVERY_UNDERWAY);
        OK(casework_dispute(c, officer, id, STR("says it is his brother"), &a, &r, &e));
        world_pass(MINUTES(2));
        assert_true(next_release(&again));
        assert_true(str_eq(again.key, n.key) && again.recall.n > 0 &&
                    str_is(again.provider_ref, "job 7"));
        REFUSED(casework_outbox_begin(c, &again, &e), "CASE-0008");
        again.attempt--; /* nothing new began */
        OK(casework_outbox_result(c, &again, arrives ? DELIVERY_CONFIRMED : DELIVERY_REFUSED,
                                  STR(""), STR("{}"), STR(""), &e));
        assert_int_equal(notices(id, "release", arrives ? "confirmed" : "withdrawn"), 1);
        assert_int_equal(notices(id, "release", ""), 1); /* and to no other address */
        assert_int_equal(alerts("withdrawn too late"), arrives + 1);
        assert_false(next_release(&n));
    }
}

/* The agency's fax number changes between queue and claim: nothing goes to the old one, and
 * nothing is lost. */
static void test_the_address_changes(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_agency_set(
        c, (struct actor){"admin"},
        read_json("{\"id\":\"fed-east\",\"name\":\"Field Office East\",\"kind\":\"federal "
                  "immigration\",\"addresses\":"
                  "[{\"channel\":\"fax\",\"address\":\"+13035559999\",\"verified_by\":\"t."
                  "lindgren\",\"verified_on\":\"2025-03-01\"}]}"),
        &a, &r, &e));
    int releases = 0, answers = 0;
    while (next_notice(&n)) {
        if (n.kind != NOTICE_PERSON_COPY) assert_true(str_is(n.address, "+13035559999"));
        releases += n.kind == NOTICE_RELEASE;
        answers += n.kind == NOTICE_ANSWER;
        send(&n, DELIVERY_CONFIRMED);
    }
    assert_int_equal(releases, 1);
    assert_int_equal(answers, 1);
    assert_true(str_is(json_text(look(id), "state"), "noticed"));
}

static const char *public_page(void)
{
    struct buf b = buf_in(&a);
    OK(casework_public(c, &a, &r, &e));
    json_write(&b, r);
    return buf_z(&b);
}

/* A quarter and two weeks go by; somebody is booked, so that the ledger says so. */
static void quarter_passes(const char *number)
{
    instant next;
    world_pass((92 + 15) * HOURS(24));
    booked(number, violent);
    OK(casework_tick(c, &next, &e));
    OK(casework_tick(c, &next, &e));
}

/* Whoever reports a release and looks at the public page before and after must not see whether
 * an agency asked, not on that day and not later: what is published of a quarter stays. */
static void test_the_public_page_does_not_move(void **state)
{
    instant next;
    struct notice n;
    struct json *figures;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_null(strstr(public_page(), "violent")); /* nothing is published yet */
    quarter_passes("B2");
    const char *before = public_page();
    assert_non_null(strstr(before, "violent")); /* it is counted */
    figures = json_get(r, "figures");
    assert_int_equal(json_len(figures), 3);
    const struct json *rows = json_get(json_at(figures, 0), "rows"),
                      *all = json_at(json_get(json_at(rows, json_len(rows) - 1), "counts"), 0);
    assert_true(all->type == JSON_NULL); /* one is not told */
    triggered("B1");
    while (next_notice(&n)) send(&n, DELIVERY_CONFIRMED);
    assert_int_equal(notices(id, "release", "confirmed"), 1);
    world_pass(HOURS(30));
    OK(casework_tick(c, &next, &e));
    assert_string_equal(public_page(), before);
    quarter_passes("B3");
    assert_string_not_equal(public_page(), before);
}

/* The page says what the report says, and both say it again after an expungement and from a
 * later checkpoint. */
static void test_what_is_published_stays(void **state)
{
    struct report_question q = {
        .name = STR("open-data"), .from = INSTANT_NONE, .to = INSTANT_NONE};
    struct json *page, *report;
    (void)state;
    booked("B1", violent);
    for (int i = 0; i < 7; i++) asked(arena_printf(&a, "R%d", i), "B1");
    quarter_passes("B2");
    OK(casework_public(c, &a, &page, &e));
    OK(casework_report(c, &q, &a, &report, &e));
    const struct json *tables = json_get(report, "tables"),
                      *figures = json_get(page, "figures");
    assert_int_equal(json_len(tables), json_len(figures));
    for (size_t t = 0; t < json_len(tables); t++) {
        const struct json *rows = json_get(json_at(tables, t), "rows"),
                          *shown = json_get(json_at(figures, t), "rows");
        for (size_t i = 0; i < json_len(rows); i++)
            for (size_t k = 1; k < json_len(json_at(rows, i)); k++) {
                const struct json *v = json_at(json_at(rows, i), k),
                                  *w = json_at(json_get(json_at(shown, i), "counts"), k - 1);
                assert_int_equal(json_whole(v, -1), json_whole(w, -1));
                assert_int_equal(v->type == JSON_NUMBER, w->type == JSON_NUMBER);
            }
    }
    struct buf before = buf_in(&a), after = buf_in(&a);
    json_write(&before, report);
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    OK(casework_expunge(c, supervisor, STR("B1"), STR("order 1"), &a, &r, &e));
    OK(casework_expunge(c, second, STR("B1"), STR("order 1"), &a, &r, &e));
    instant next;
    world_pass(HOURS(30));
    OK(casework_tick(c, &next, &e));
    uint64_t later = 0;
    q.ret_later = &later;
    OK(casework_report(c, &q, &a, &report, &e));
    assert_true(later > 0);
    json_write(&after, report);
    assert_string_equal(buf_z(&before), buf_z(&after));
}

/* What is written about an agency is printed on papers and kept for good, like any other
 * text. */
static void test_an_agency_carries_no_status(void **state)
{
    static const char *const bad[] = {
        "{\"id\":\"x\",\"name\":\"About A 123 456 789\",\"kind\":\"other\",\"addresses\":[]}",
        "{\"id\":\"x\",\"name\":\"X\",\"kind\":\"other\",\"addresses\":[{\"channel\":"
        "\"folder\",\"address\":\"x\",\"verified_by\":\"he is "
        "undocumented\",\"verified_on\":\"2025-03-01\"}]}",
        "{\"id\":\"x\",\"name\":\"X\",\"kind\":\"other\",\"addresses\":[{\"channel\":"
        "\"folder\",\"address\":\"undocumented/"
        "x\",\"verified_by\":\"t.lindgren\",\"verified_on\":\"2025-03-01\"}]}"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        REFUSED(casework_agency_set(c, (struct actor){"admin"}, read_json(bad[i]), &a, &r, &e),
                "REQ-0007");
    OK(casework_agency_set(c, (struct actor){"admin"},
                           read_json("{\"id\":\"x\",\"name\":\"Citizenship and Immigration "
                                     "Office\",\"kind\":\"other\",\"addresses\":[]}"),
                           &a, &r, &e));
}

/* An address of tomorrow's verification was verified by nobody; a name stands in every
 * event. */
static void test_who_verifies_and_who_acts(void **state)
{
    static const char *const names[] = {"a123456789", "visa-overstay", "undocumented"};
    struct json *p = json_object(&a);
    (void)state;
    REFUSED(casework_agency_set(
                c, (struct actor){"admin"},
                read_json("{\"id\":\"x\",\"name\":\"X\",\"kind\":\"other\",\"addresses\":[{"
                          "\"channel\":\"folder\",\"address\":\"x\",\"verified_by\":"
                          "\"t.lindgren\",\"verified_on\":\"2999-01-01\"}]}"),
                &a, &r, &e),
            "AGENCY-0001");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        json_set(&a, p, "name", json_c(&a, names[i]));
        json_set(&a, p, "role", json_c(&a, "auditor"));
        REFUSED(casework_person_set(c, (struct actor){"admin"}, p, &a, &r, &e), "PERSON-0001");
    }
}

/* "It is not going ahead" must not arrive when it goes ahead after all. */
static void test_a_correction_that_is_overtaken(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_true(next_release(&n));
    send(&n, DELIVERY_CONFIRMED);
    OK(casework_trigger_undo(c, jail, STR("B1"), STR("bond revoked"), &a, &r, &e));
    assert_int_equal(notices(id, "withdrawal", "queued"), 1);
    world_pass(MINUTES(5));
    triggered("B1");
    while (next_notice(&n)) {
        assert_int_not_equal(n.kind, NOTICE_WITHDRAWAL);
        send(&n, DELIVERY_CONFIRMED);
    }
    assert_int_equal(notices(id, "release", "confirmed"), 2);
}

/* The agency was told, and then the person turns out to be someone else: a person must call. */
static void test_told_about_the_wrong_person(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_true(next_release(&n));
    send(&n, DELIVERY_CONFIRMED);
    OK(casework_dispute(c, officer, id, STR("says it is his brother"), &a, &r, &e));
    assert_int_equal(alerts("told before"), 1);
}

/* ---- who is meant ------------------------------------------------------------------------ */

/* What a supervisor said about one person is not said about another with the same charges. */
static void test_an_answer_stays_with_its_person(void **state)
{
    (void)state;
    booked("B1", small);
    assert_int_equal(booking_row("B2", "Okafor", "1985-05-05", INSTANT_NONE), RC_OK);
    assert_int_equal(charge("B2", 1, small, STAGE_CHARGED), RC_OK);
    struct str id = asked("R1", "B1");
    OK(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR("read the file"), &a,
                        &r, &e));
    assert_string_equal(stands(id, "notify"), "notify");
    OK(casework_confirm_match(c, officer, id, STR("B2"), STR("the other one"), &a, &r, &e));
    assert_string_equal(stands(id, "notify"), "review");
    triggered("B2");
    assert_int_equal(notices(id, "release", ""), 0);
}

static struct str asked_by_name(const char *reference)
{
    char now[40];
    OK(casework_request(
        c, officer,
        read_json(arena_printf(&a,
                               "{\"agency\":\"fed-east\",\"reference\":\"%s\",\"form\":\"I-"
                               "247A\",\"received_at\":\"%s\",\"asks\":[\"notify\"],"
                               "\"written\":true,\"subject\":{\"family\":\"Okafor\",\"given\":"
                               "\"Adrian\",\"birth_date\":\"1980-01-02\"}}",
                               reference, instant_utc(world_now(), now))),
        &a, &r, &e));
    return json_text(r, "case");
}

/* A second person of the same name and birth date is booked after the match: which one is meant
 * is not ours to say. */
static void test_a_namesake_comes_later(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked_by_name("R1");
    assert_true(str_is(json_text(look(id), "match"), "confirmed"));
    booked("B2", violent);
    triggered("B1");
    assert_string_equal(stands(id, "notify"), "review");
    assert_false(next_release(&n));
}

/* The booking that fitted is corrected, and another one fits now. */
static void test_the_match_moves(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked_by_name("R1");
    triggered("B1");
    assert_int_equal(booking_row("B1", "Hargrove", "1971-07-07", INSTANT_NONE), RC_OK);
    booked("B2", violent);
    assert_true(str_is(json_text(look(id), "booking"), "B2"));
    assert_false(next_release(&n)); /* B2 is not leaving */
    triggered("B2");
    assert_true(next_release(&n));
    assert_true(str_is(n.booking_number, "B2"));
}

/* A number that comes again for somebody else is refused: the first person's request is not
 * about the second. */
static void test_a_number_used_twice(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_int_equal(
        booking_row_at("B1", "Hargrove", "1971-07-07", world_now() + HOURS(48), INSTANT_NONE),
        RC_INVALID);
    assert_string_equal(e.id, "CASE-0012");
    assert_int_equal(
        booking_row_at("B1", "Okafor", "1980-01-02", world_now() + HOURS(48), INSTANT_NONE),
        RC_OK); /* a corrected time */
    triggered("B1");
    assert_true(str_is(json_text(look(id), "match"), "confirmed"));
    assert_true(next_release(&n));
}

/* A request whose match was never confirmed does not end in silence when the likeness
 * leaves. */
static void test_a_likeness_leaves(void **state)
{
    (void)state;
    assert_int_equal(booking_row("B1", "Okafor", "1981-05-05", INSTANT_NONE), RC_OK);
    struct str id = asked("R1", "B1");
    assert_true(str_is(json_text(look(id), "match"), "conflict"));
    triggered("B1");
    assert_int_equal(alerts("left unmatched"), 0); /* is still here */
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    assert_int_equal(alerts("left unmatched"), 1);
}

static void test_a_cancellation_that_meets_nothing(void **state)
{
    (void)state;
    booked("B1", violent);
    asked("R1", "B1");
    OK(casework_request(
        c, officer, request_of("R2", "B1", "[\"notify\"]", ",\"amends\":\"R1\""), &a, &r, &e));
    cancel("R1"); /* its amendment R2 stands: is that meant as well? a person asks */
    assert_int_equal(alerts("cancels nothing"), 1);
}

/* ---- times ------------------------------------------------------------------------------- */

/* A slip of the keyboard in the year must not keep a notice alive for decades. */
static void test_a_release_in_the_future(void **state)
{
    struct notice n;
    instant later;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""),
                        world_now() + HOURS(24 * 365), &a, &r, &e));
    world_pass(MINUTES(61));
    OK(casework_tick(c, &later, &e));
    assert_false(next_release(&n));
    assert_int_equal(notices(id, "release", "not confirmed"), 1);
}

static void test_a_trigger_in_the_future(void **state)
{
    instant later;
    (void)state;
    booked("B1", violent);
    asked("R1", "B1");
    OK(casework_trigger(c, jail, STR("B1"), STR("bond posted"), world_now() + HOURS(24 * 365),
                        &a, &r, &e));
    world_pass(MINUTES(11));
    OK(casework_tick(c, &later, &e));
    assert_int_equal(alerts("unconfirmed"), 1);
}

/* ---- no status --------------------------------------------------------------------------- */

static void test_numbers_in_other_columns(void **state)
{
    struct import *in;
    (void)state;
    struct booking_row rows[] = {{.booking_number = STR("B1"),
                                  .state_id = STR("A-123456789"),
                                  .family = STR("Okafor"),
                                  .birth_date = DAYS_UNKNOWN,
                                  .booked_at = INSTANT_NONE,
                                  .released_at = INSTANT_NONE},
                                 {.booking_number = STR("B1"),
                                  .sex = STR("alien"),
                                  .family = STR("Okafor"),
                                  .birth_date = DAYS_UNKNOWN,
                                  .booked_at = INSTANT_NONE,
                                  .released_at = INSTANT_NONE},
                                 {.booking_number = STR("A 123 456 789"),
                                  .family = STR("Okafor"),
                                  .birth_date = DAYS_UNKNOWN,
                                  .booked_at = INSTANT_NONE,
                                  .released_at = INSTANT_NONE}};
    OK(casework_import_open(c, jail, STR("feed"), &in, &e));
    for (size_t i = 0; i < 3; i++)
        REFUSED(casework_import_booking(in, &rows[i], &e), "REQ-0007");
    struct booking_row name = {.booking_number = STR("B2"),
                               .family = STR("Alien"),
                               .given = STR("Citizen"),
                               .birth_date = DAYS_UNKNOWN,
                               .booked_at = INSTANT_NONE,
                               .released_at = INSTANT_NONE};
    OK(casework_import_booking(in, &name, &e)); /* there are people of that name */
    OK(casework_import_close(in, &a, &r, &e));
    REFUSED(casework_trigger(c, jail, STR("A-123-456-789"), STR("bond posted"), world_now(), &a,
                             &r, &e),
            "REQ-0007");
    assert_int_equal(world_close_and_search(c, "123456789"), 0);
    c = world_open(&a);
}

/* What is no text is not recorded: the ledger is read by others. */
static void test_bytes_that_are_no_text(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    int64_t before = events();
    REFUSED(casework_trigger(c, jail,
                             STR("B\xff"
                                 "1"),
                             STR("bond posted"), world_now(), &a, &r, &e),
            "CASE-0011");
    REFUSED(casework_dispute(c, officer, id, STR("caf\xe9"), &a, &r, &e), "CASE-0011");
    REFUSED(casework_dispute(c, (struct actor){"m.\xff"}, id, STR("says so"), &a, &r, &e),
            "CASE-0011");
    char *long_text = arena_alloc(&a, 20001);
    memset(long_text, 'x', 20000);
    long_text[20000] = 0;
    REFUSED(casework_dispute(c, officer, id, str_c(long_text), &a, &r, &e), "CASE-0011");
    REFUSED(casework_trigger(c, jail, str_c(long_text), STR("bond posted"), world_now(), &a, &r,
                             &e),
            "CASE-0011");
    assert_int_equal(events(), before);
    assert_string_equal(stands(id, "notify"), "notify");
}

/* ---- the file and the ledger ------------------------------------------------------------- */

static void test_the_file_is_its_owners(void **state)
{
    struct stat s;
    (void)state;
    assert_int_equal(stat(world_database(), &s), 0);
    assert_int_equal(s.st_mode & 0777, 0600);
}

static void changed(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(world_database(), &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void seen(const char *change, const char *back)
{
    changed(change);
    struct casework *fresh = world_reopen();
    assert_int_equal(casework_ledger_verify(fresh, (struct progress){0}, &a, &r, &e), RC_NO);
    casework_close(fresh);
    changed(back);
}

/* Somebody edits the file. */
static void test_the_ledger_sees_it(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_int_equal(in_ledger(id, "decision.made"), 2);
    seen("CREATE TABLE kept AS SELECT * FROM events; UPDATE events SET text=NULL, salt=NULL "
         "WHERE kind='decision.made'",
         "UPDATE events SET (text,salt)=(SELECT text,salt FROM kept k WHERE k.id=events.id)");
    seen("UPDATE events SET kind='record.read' WHERE kind='decision.made'",
         "UPDATE events SET kind=(SELECT kind FROM kept k WHERE k.id=events.id)");
    seen("UPDATE events SET case_id=NULL WHERE kind='decision.made'",
         "UPDATE events SET case_id=(SELECT case_id FROM kept k WHERE k.id=events.id)");
    seen("UPDATE events SET at=at+1 WHERE kind='trigger'",
         "UPDATE events SET at=(SELECT at FROM kept k WHERE k.id=events.id)");
    seen("UPDATE addresses SET address='+13035556666' WHERE agency='fed-east' AND position=0",
         "UPDATE addresses SET address='+13035550101' WHERE agency='fed-east' AND position=0");
    seen("UPDATE people SET role='supervisor' WHERE name='m.ortiz'",
         "UPDATE people SET role='records officer' WHERE name='m.ortiz'");
    seen("CREATE TABLE asked AS SELECT * FROM requests; UPDATE requests SET "
         "body=replace(body,'\"notify\",\"hold\"','\"notify\"')",
         "UPDATE requests SET body=(SELECT body FROM asked k WHERE k.id=requests.id)");
    changed("DROP TABLE asked");
    changed("DROP TABLE kept");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_no_answer_about_a_disputed_person),
                                       T(test_no_answer_that_stands_no_more),
                                       T(test_cancelled_after_the_release),
                                       T(test_replaced_after_the_release),
                                       T(test_disputed_after_the_release),
                                       T(test_disputed_between_claim_and_begin),
                                       T(test_a_job_under_way_is_recalled),
                                       T(test_the_address_changes),
                                       T(test_an_agency_carries_no_status),
                                       T(test_who_verifies_and_who_acts),
                                       T(test_the_public_page_does_not_move),
                                       T(test_what_is_published_stays),
                                       T(test_a_correction_that_is_overtaken),
                                       T(test_told_about_the_wrong_person),
                                       T(test_an_answer_stays_with_its_person),
                                       T(test_a_namesake_comes_later),
                                       T(test_the_match_moves),
                                       T(test_a_number_used_twice),
                                       T(test_a_likeness_leaves),
                                       T(test_a_cancellation_that_meets_nothing),
                                       T(test_a_release_in_the_future),
                                       T(test_a_trigger_in_the_future),
                                       T(test_numbers_in_other_columns),
                                       T(test_bytes_that_are_no_text),
                                       T(test_the_file_is_its_owners),
                                       T(test_the_ledger_sees_it)};
    return cmocka_run_group_tests_name("casework-hostile", tests, NULL, NULL);
}
