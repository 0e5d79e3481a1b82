/* Each verb and each way of a case's life, through the agreed interface only, on a real
 * pack. */
#include "words.h"

/* ---- the straight way ---------------------------------------------------------------- */

static void test_the_straight_way(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_string_equal(stands(id, "notify"), "notify");
    assert_string_equal(stands(id, "hold"), "decline");
    assert_int_equal(notices(id, "answer", "queued"), 1);
    assert_int_equal(notices(id, "person copy", "queued"), 1);
    assert_int_equal(notices(id, "release", ""), 0);
    assert_true(json_len(json_get(look(id), "duties")) >= 1);
    triggered("B1");
    assert_true(str_is(json_text(look(id), "state"), "triggered"));
    assert_true(next_release(&n));
    assert_int_equal(n.channel, CHANNEL_FAX);
    assert_true(str_is(n.address, "+13035550101") && str_is(n.booking_number, "B1") &&
                n.attempt == 1);
    send(&n, DELIVERY_CONFIRMED);
    assert_true(str_is(json_text(look(id), "state"), "noticed"));
    assert_false(next_release(&n));
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    assert_true(str_is(json_text(look(id), "state"), "closed"));
    assert_string_equal(stands(id, "notify"),
                        "notify"); /* what stood when the person left stays to be read */
}

static void test_everything_twice_is_once(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    int64_t before;
    assert_true(
        str_eq(asked("R1", "B1"), id)); /* the same paper, even when it is faxed again later */
    world_pass(MINUTES(5));
    assert_true(str_eq(asked("R1", "B1"), id));
    before = events();
    assert_int_equal(booking_row("B1", "Okafor", "1980-01-02", INSTANT_NONE), RC_NO);
    assert_int_equal(charge("B1", 1, violent, STAGE_CHARGED), RC_NO);
    assert_int_equal(events(), before);
    instant at = world_now();
    OK(casework_trigger(c, jail, STR("B1"), STR("bond posted"), at, &a, &r, &e));
    assert_true(json_is_true(json_get(r, "new")));
    before = events();
    OK(casework_trigger(c, jail, STR("B1"), STR("bond-posted"), at, &a, &r, &e));
    assert_false(json_is_true(json_get(r, "new")));
    assert_int_equal(events(), before);
    assert_int_equal(notices(id, "release", ""), 1);
}

/* ---- the request door -------------------------------------------------------------------- */

static void test_no_status_gets_in(void **state)
{
    (void)state;
    booked("B1", violent);
    OK(casework_request(c, officer,
                        request_of("R1", "B1", "[\"notify\"]",
                                   ",\"citizenship\":\"ZZ1\",\"alienNumber\":\"ZZ2\","
                                   "\"documents\":[{\"kind\":\"writ\",\"A#\":\"ZZ3\"}]"),
                        &a, &r, &e));
    assert_int_equal(json_whole(json_get(r, "dropped"), -1), 3);
    int64_t before = events();
    REFUSED(casework_request(c, officer, request_of("A 123 456 789", "B1", "[\"notify\"]", ""),
                             &a, &r, &e),
            "REQ-0007");
    assert_string_equal(e.where, "/reference");
    assert_null(strstr(e.text, "123"));
    REFUSED(casework_dispute(c, officer, STR("C000001"), STR("is a citizen of Freedonia"), &a,
                             &r, &e),
            "REQ-0007");
    assert_int_equal(events(), before);
    assert_int_equal(world_close_and_search(c, "ZZ1") + 0, 0);
    c = world_open(&a);
}

static void test_bad_requests_name_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *asks, *more, *id, *where;
    } rows[] = {
        {"[]", "", "REQ-0002", "/asks"},
        {"[\"deport\"]", "", "REQ-0001", "/asks/0"},
        {"[\"hold\",\"hold\"]", "", "REQ-0001", "/asks/1"},
        {"[\"notify\"]", ",\"colour\":1", "REQ-0004", "/colour"},
        {"[\"notify\"]", ",\"signed\":\"yes\"", "REQ-0001", "/signed"},
        {"[\"notify\"]", ",\"documents\":[{\"kind\":\"letter\"}]", "REQ-0001", "/documents/0"},
        {"[\"notify\"]", ",\"amends\":\"R9\"", "REQ-0005", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        REFUSED(casework_request(c, officer, request_of("R1", "B1", rows[i].asks, rows[i].more),
                                 &a, &r, &e),
                rows[i].id);
        assert_string_equal(e.where, rows[i].where);
    }
}

static void test_cancel_and_supersede(void **state)
{
    (void)state;
    char now[40];
    booked("B1", violent);
    struct str one = asked("R1", "B1");
    OK(casework_request(c, officer,
                        request_of("R2", "B1", "[\"notify\"]", ",\"supersedes\":\"R1\""), &a,
                        &r, &e));
    struct str two = json_text(r, "case");
    assert_true(str_eq(json_text(r, "supersedes"), one));
    assert_true(str_is(json_text(look(one), "request_state"), "superseded"));
    OK(casework_request(c, officer, request_of("R2", "B1", "[\"notify\",\"interview\"]", ""),
                        &a, &r, &e)); /* the same number, changed: replaces it */
    struct str three = json_text(r, "case");
    assert_true(str_is(json_text(look(two), "state"), "closed"));
    triggered("B1");
    assert_int_equal(notices(one, "release", "") + notices(two, "release", ""), 0);
    assert_int_equal(notices(three, "release", "queued"), 1);
    OK(casework_request(c, officer,
                        read_json(arena_printf(&a,
                                               "{\"agency\":\"fed-east\",\"reference\":\"R3\","
                                               "\"received_at\":\"%s\",\"cancels\":\"R2\"}",
                                               instant_utc(world_now(), now))),
                        &a, &r, &e));
    assert_true(str_is(json_text(look(three), "request_state"), "cancelled"));
    assert_int_equal(notices(three, "release", "withdrawn"), 1);
}

/* ---- matching ---------------------------------------------------------------------------- */

static void test_waits_for_its_booking(void **state)
{
    (void)state;
    struct str id = asked("R1", "B1");
    assert_true(str_is(json_text(look(id), "match"), "unverified"));
    assert_string_equal(stands(id, "notify"), "review");
    assert_int_equal(notices(id, "answer", ""), 0);
    booked("B1", violent);
    assert_true(str_is(json_text(look(id), "match"), "confirmed"));
    assert_string_equal(stands(id, "notify"), "notify");
}

static void test_a_person_confirms_the_match(void **state)
{
    (void)state;
    assert_int_equal(booking_row("B1", "Okafor", "1981-05-05", INSTANT_NONE), RC_OK);
    assert_int_equal(charge("B1", 1, violent, STAGE_CHARGED), RC_OK);
    struct str id = asked("R1", "B1");
    assert_true(str_is(json_text(look(id), "match"), "conflict"));
    triggered("B1");
    assert_int_equal(notices(id, "release", ""), 0);
    REFUSED(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR("surely him"),
                             &a, &r, &e),
            "CASE-0004");
    REFUSED(casework_confirm_match(c, (struct actor){"nobody"}, id, STR("B1"),
                                   STR("fingerprints"), &a, &r, &e),
            "CASE-0003");
    OK(casework_confirm_match(c, officer, id, STR("B1"), STR("fingerprints"), &a, &r, &e));
    assert_int_equal(notices(id, "release", "queued"),
                     1); /* the release is under way: at once */
}

static void test_asked_while_leaving_and_after(void **state)
{
    (void)state;
    booked("B1", violent);
    triggered("B1");
    struct str during = asked("R1", "B1");
    assert_int_equal(notices(during, "release", "queued"), 1);
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    struct str after = asked("R2", "B1");
    assert_string_equal(stands(after, "notify"), "decline");
    assert_int_equal(notices(after, "release", ""), 0);
    assert_int_equal(notices(after, "answer", "queued"), 1);
}

/* ---- facts change ------------------------------------------------------------------------ */

static void test_charges_decide_again(void **state)
{
    (void)state;
    booked("B1", small);
    struct str id = asked("R1", "B1");
    assert_string_equal(stands(id, "notify"), "review");
    assert_int_equal(charge("B1", 2, violent, STAGE_CHARGED), RC_OK);
    assert_string_equal(stands(id, "notify"), "notify");
    triggered("B1");
    assert_int_equal(notices(id, "release", "queued"), 1);
    assert_int_equal(charge("B1", 2, violent, STAGE_DISMISSED), RC_OK); /* before it left */
    assert_int_equal(notices(id, "release", "withdrawn"), 1);
    assert_int_equal(notices(id, "release", "queued"), 0);
}

static void test_documents_decide_again(void **state)
{
    (void)state;
    booked("B1", small);
    struct str id = asked("R1", "B1");
    static const char paper[] = "{\"kind\":\"judicial warrant\",\"form\":\"AO "
                                "442\",\"criminal\":true,\"issuer\":\"federal judge or "
                                "magistrate\",\"state\":\"%s\",\"for_this_person\":true%s}";
    OK(casework_document(c, officer, id, read_json(arena_printf(&a, paper, "active", "")), &a,
                         &r, &e));
    assert_string_equal(stands(id, "hold"), "review");
    REFUSED(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR("looks good"),
                             &a, &r, &e),
            "CASE-0004"); /* verify it instead */
    OK(casework_document(c, officer, id,
                         read_json(arena_printf(&a, paper, "active", ",\"verified\":true")), &a,
                         &r, &e));
    assert_string_equal(stands(id, "hold"), "honor");
    OK(casework_document(c, officer, id,
                         read_json(arena_printf(&a, paper, "recalled", ",\"verified\":true")),
                         &a, &r, &e));
    assert_string_equal(stands(id, "hold"), "decline");
    assert_int_equal(json_len(json_get(json_get(look(id), "request"), "documents")), 1);
}

static void test_a_trigger_taken_back(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_trigger_undo(c, jail, STR("B1"), STR("bond revoked"), &a, &r, &e));
    assert_int_equal(notices(id, "release", "withdrawn"), 1);
    assert_int_equal(notices(id, "withdrawal", ""), 0); /* nobody was told */
    world_pass(MINUTES(1));
    triggered("B1");
    assert_true(next_release(&n));
    send(&n, DELIVERY_CONFIRMED);
    OK(casework_trigger_undo(c, jail, STR("B1"), STR("bond revoked"), &a, &r, &e));
    assert_int_equal(notices(id, "withdrawal", "queued"), 1);
    assert_true(str_is(json_text(look(id), "state"), "decided"));
}

struct seek {
    const char *what;
    int found;
};

static enum rc seek_line(void *ctx, struct str line, struct err *err)
{
    struct seek *s = ctx;
    (void)err;
    s->found += str_find(line, str_c(s->what)) >= 0;
    return RC_OK;
}

static int exported_with(const char *what)
{
    struct seek s = {what, 0};
    OK(casework_ledger_export(c, seek_line, &s, &e));
    return s.found;
}

static void test_an_answer_ends_its_alert(void **state)
{
    (void)state;
    booked("B1", small);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_int_equal(alerts("review at the trigger"), 1);
    OK(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_DECLINE, STR("read the file"),
                        &a, &r, &e));
    assert_int_equal(alerts("review at the trigger"), 0);
    assert_int_equal(exported_with("alert.closed"), 1);
}

static void test_a_dispute_pauses(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_dispute(c, officer, id, STR("says it is his brother"), &a, &r, &e));
    assert_string_equal(stands(id, "notify"), "review");
    assert_int_equal(notices(id, "release", "queued"), 0);
    assert_int_equal(alerts("identity disputed"), 1);
    REFUSED(casework_dispute_settle(c, officer, id, true, STR("I think so"), &a, &r, &e),
            "CASE-0003");
    OK(casework_dispute_settle(c, supervisor, id, true, STR("fingerprints"), &a, &r, &e));
    assert_int_equal(notices(id, "release", "queued"), 1);
    /* who did what they asked for has answered them */
    assert_int_equal(alerts("identity disputed"), 0);
    assert_int_equal(alerts("review at the trigger"), 0);
    OK(casework_dispute(c, officer, id, STR("again"), &a, &r, &e));
    OK(casework_dispute_settle(c, supervisor, id, false, STR("it is the brother"), &a, &r, &e));
    assert_true(str_is(json_text(look(id), "match"), "conflict"));
    assert_int_equal(notices(id, "release", "queued"), 0);
}

static void test_other_ways_out(void **state)
{
    static const char *const ways[] = {"transferred", "died", "escaped"};
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *number = arena_printf(&a, "B%d", i);
        booked(number, violent);
        struct str id = asked(arena_printf(&a, "R%d", i), number);
        triggered(number);
        OK(casework_release(c, jail, str_c(number), str_c(ways[i]), STR(""), world_now(), &a,
                            &r, &e));
        assert_int_equal(notices(id, "release", "withdrawn"), 1);
        assert_true(str_is(json_text(look(id), "state"), "closed"));
    }
    booked("B9", violent);
    struct str id = asked("R9", "B9");
    OK(casework_release(c, jail, STR("B9"), STR("hospital"), STR(""), world_now(), &a, &r, &e));
    assert_string_equal(stands(id, "notify"), "notify"); /* still in custody */
}

static void test_a_release_nobody_announced(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    assert_int_equal(notices(id, "release", ""), 0);
    assert_int_equal(alerts("released without a trigger"), 1);
    OK(casework_trigger(c, jail, STR("B77"), STR("bond posted"), world_now(), &a, &r,
                        &e)); /* a booking that is not in the list yet */
    assert_false(json_is_true(json_get(r, "known")));
    assert_int_equal(alerts("unknown booking"), 1);
    booked("B77", violent);
    assert_int_equal(notices(asked("R77", "B77"), "release", "queued"),
                     1); /* the report was not lost */
}

static void test_a_release_that_the_feed_brings(void **state)
{
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_int_equal(booking_row("B1", "Okafor", "1980-01-02", world_now()), RC_OK);
    assert_true(str_is(json_text(look(id), "state"), "closed"));
    assert_int_equal(booking_row("B1", "Okafor", "1980-01-02", INSTANT_NONE),
                     RC_NO); /* an older file does not bring them back */
    assert_true(str_is(json_text(json_get(look(id), "custody"), "state"), "released"));
}

/* ---- people ------------------------------------------------------------------------------ */

static void test_resolve_and_override(void **state)
{
    (void)state;
    booked("B1", small);
    struct str id = asked("R1", "B1");
    REFUSED(casework_resolve(c, officer, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR("why not"), &a, &r,
                             &e),
            "CASE-0003");
    REFUSED(
        casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR(" "), &a, &r, &e),
        "CASE-0010");
    REFUSED(
        casework_resolve(c, supervisor, id, ASK_HOLD, OUTCOME_HONOR, STR("please"), &a, &r, &e),
        "CASE-0004");
    OK(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_NOTIFY, STR("read the file"), &a,
                        &r, &e));
    assert_string_equal(stands(id, "notify"), "notify");
    assert_true(str_is(
        json_text(json_at(json_get(json_get(look(id), "decision"), "asks"), 0), "outcome"),
        "review")); /* the policy's own stays */
    assert_int_equal(charge("B1", 2, small, STAGE_ARRESTED),
                     RC_OK); /* new facts bring the question back */
    assert_string_equal(stands(id, "notify"), "review");
    booked("B2", violent);
    id = asked("R2", "B2");
    REFUSED(
        casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_DECLINE, STR("no"), &a, &r, &e),
        "CASE-0005");
    OK(casework_override(c, supervisor, id, ASK_NOTIFY, OUTCOME_DECLINE, STR("witness at risk"),
                         &a, &r, &e));
    assert_string_equal(stands(id, "notify"), "notify");
    REFUSED(casework_override(c, supervisor, id, ASK_NOTIFY, OUTCOME_DECLINE, STR("really"), &a,
                              &r, &e),
            "CASE-0006");
    REFUSED(casework_override(c, second, id, ASK_HOLD, OUTCOME_HONOR, STR("hold"), &a, &r, &e),
            "CASE-0004");
    OK(casework_override(c, second, id, ASK_NOTIFY, OUTCOME_DECLINE, STR("I agree"), &a, &r,
                         &e));
    assert_string_equal(stands(id, "notify"), "decline");
    triggered("B2");
    assert_int_equal(notices(id, "release", ""), 0);
}

static void test_packs_need_two(void **state)
{
    struct str statement;
    struct signature s = {{0}};
    (void)state;
    OK(casework_packs(c, &a, &r, &e));
    struct json *p = json_at(json_get(r, "packs"), 0);
    assert_true(json_is_true(json_get(p, "in_force")));
    OK(casework_pack_statement(c, json_text(p, "pack"), json_text(p, "version"),
                               world_now() + HOURS(24), &a, &statement, &e));
    REFUSED(casework_pack_sign(c, (struct actor){"p.adeyemi"}, json_text(p, "pack"),
                               json_text(p, "version"), world_now() + HOURS(24), &s, &a, &r,
                               &e),
            "PACK-1003");
    REFUSED(casework_pack_sign(c, supervisor, json_text(p, "pack"), json_text(p, "version"),
                               world_now(), &s, &a, &r, &e),
            "PACK-1003");
}

/* Somebody damages the policy in the file: a report is taken all the same, and a person is
 * told. */
static void test_a_broken_policy(void **state)
{
    sqlite3 *db;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    struct casework *fresh, *whole = c;
    assert_int_equal(sqlite3_open(world_database(), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE pack_files SET bytes=x'00'", NULL, NULL, NULL),
                     SQLITE_OK);
    c = fresh = world_reopen();
    triggered("B1");
    assert_true(json_is_true(json_get(r, "new")));
    assert_string_equal(stands(id, "notify"), "review");
    assert_int_equal(alerts("policy broken"), 1);
    assert_int_equal(notices(id, "release", ""), 0);
    c = whole;
    sqlite3_close(db);
    casework_close(fresh);
}

/* ---- the outbox -------------------------------------------------------------------------- */

static void test_a_crash_between_begin_and_result(void **state)
{
    struct notice n, again;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    assert_false(next_release(&n)); /* answer and copy are out of the way */
    triggered("B1");
    assert_true(next_release(&n));
    OK(casework_outbox_begin(c, &n, &e)); /* and the worker is gone */
    struct casework *other = world_reopen();
    assert_int_equal(casework_outbox_claim(other, "w2", 60000, &a, &again, &e),
                     RC_NO); /* the lease holds */
    world_pass(MINUTES(2));
    OK(casework_outbox_claim(other, "w2", 60000, &a, &again, &e));
    assert_true(str_eq(again.key, n.key) && again.attempt == 2);
    REFUSED(casework_outbox_begin(c, &n, &e), "CASE-0008");
    assert_int_equal(notices(id, "release", "unknown"), 1);
    OK(casework_outbox_begin(other, &again, &e));
    OK(casework_outbox_result(c, &n, DELIVERY_FAILED, STR(""), STR("{}"), STR(""),
                              &e)); /* a late word changes nothing */
    assert_int_equal(notices(id, "release", "begun"), 1);
    OK(casework_outbox_result(other, &again, DELIVERY_CONFIRMED, STR(""), STR("{}"), STR(""),
                              &e));
    assert_int_equal(notices(id, "release", "confirmed"), 1);
    casework_close(other);
}

static void test_refused_goes_to_the_next_address(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_true(next_release(&n));
    send(&n, DELIVERY_REFUSED);
    assert_true(next_release(&n));
    assert_int_equal(n.channel, CHANNEL_EMAIL);
    send(&n, DELIVERY_REFUSED);
    assert_false(next_release(&n));
    assert_int_equal(notices(id, "release", "refused"), 2);
    assert_int_equal(alerts("no address left"), 1);
}

static void test_the_last_door(void **state)
{
    struct notice n;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_agency_set(c, (struct actor){"admin"},
                           read_json("{\"id\":\"fed-east\",\"name\":\"Field Office "
                                     "East\",\"kind\":\"federal immigration\",\"addresses\":"
                                     "[{\"channel\":\"fax\",\"address\":\"+13035550101\"}]}"),
                           &a, &r, &e));
    assert_false(next_release(&n)); /* nobody has verified the address any more */
    assert_int_equal(notices(id, "release", "withdrawn"), 1);
    assert_int_equal(alerts("notice withdrawn"), 1);
}

static void test_an_hour_after_the_release(void **state)
{
    struct notice n;
    instant later;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    assert_true(next_release(&n));
    send(&n, DELIVERY_FAILED);
    OK(casework_release(c, jail, STR("B1"), STR("released"), STR(""), world_now(), &a, &r, &e));
    world_pass(MINUTES(11));
    OK(casework_tick(c, &later, &e));
    assert_int_equal(alerts("unconfirmed"), 1);
    assert_true(next_release(&n)); /* owed since the trigger */
    send(&n, DELIVERY_FAILED);
    world_pass(MINUTES(60));
    OK(casework_tick(c, &later, &e));
    assert_false(next_release(&n));
    assert_int_equal(notices(id, "release", "not confirmed"), 1);
    assert_int_equal(alerts("not confirmed"), 1);
}

static void test_clocks(void **state)
{
    instant later;
    struct str note;
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    struct str duty = json_text(json_at(json_get(look(id), "duties"), 0), "duty");
    world_pass(HOURS(25));
    OK(casework_tick(c, &later, &e));
    assert_true(alerts("duty late") >= 1);
    OK(casework_stats(c, &a, &r, &e));
    assert_true(json_whole(json_get(r, "checkpoint_size"), 0) > 0);
    OK(casework_duty_done(c, officer, id, duty, STR("served in person, in Spanish"), &a, &r,
                          &e));
    REFUSED(casework_duty_done(c, officer, id, duty, STR("again"), &a, &r, &e), "CASE-0008");
    OK(casework_checkpoint(c, &a, &note, &e));
}

/* ---- the ledger -------------------------------------------------------------------------- */

struct checking {
    struct export_check x;
    struct arena scratch;
};

static enum rc check_line(void *ctx, struct str line, struct err *err)
{
    struct checking *k = ctx;
    enum rc rc = export_check_line(&k->x, &k->scratch, line, err);
    arena_reset(&k->scratch);
    return rc;
}

static void test_proof_and_export(void **state)
{
    struct ledger_bundle b;
    struct json *report;
    struct checking k = {0};
    (void)state;
    booked("B1", violent);
    struct str id = asked("R1", "B1");
    triggered("B1");
    OK(casework_proof(c, officer, id, &a, &r, &e));
    OK(bundle_read(&a, r, &b, &e));
    assert_int_equal(bundle_verify(&a, &b, b.key, &report, &e), RC_OK);
    arena_init(&k.scratch, 0);
    OK(casework_ledger_export(c, check_line, &k, &e));
    assert_int_equal(k.x.events, events());
    assert_true(k.x.checkpoints >= 1);
    arena_done(&k.scratch);
}

/* 5 ILCS 805/25(E) wants the receiving agency; a report is taken whatever is said of it. */
static void test_who_received_the_person(void **state)
{
    (void)state;
    booked("B1", violent);
    booked("B2", violent);
    OK(casework_release(c, jail, STR("B1"), STR("transferred"), STR("North County Sheriff"),
                        world_now(), &a, &r, &e));
    OK(casework_release(c, jail, STR("B2"), STR("transferred"), STR("ICE, A 123 456 789"),
                        world_now(), &a, &r, &e));
    assert_true(json_is_true(json_get(r, "new")));
    assert_int_equal(exported_with("North County Sheriff"), 1);
    assert_int_equal(exported_with("123 456"), 0);
}

static void test_expunge(void **state)
{
    (void)state;
    assert_int_equal(booking_row("BZZ8", "Okafor", "1980-01-02", INSTANT_NONE), RC_OK);
    assert_int_equal(charge("BZZ8", 1, violent, STAGE_CHARGED), RC_OK);
    struct str id = asked("RZZ8", "BZZ8");
    triggered("BZZ8");
    REFUSED(casework_expunge(c, officer, STR("BZZ8"), STR("order 12"), &a, &r, &e),
            "CASE-0003");
    OK(casework_release(c, jail, STR("BZZ8"), STR("released"), STR(""), world_now(), &a, &r,
                        &e));
    OK(casework_expunge(c, supervisor, STR("BZZ8"), STR("order 12"), &a, &r, &e));
    assert_false(json_is_true(json_get(r, "done")));
    REFUSED(casework_expunge(c, supervisor, STR("BZZ8"), STR("order 12"), &a, &r, &e),
            "CASE-0006");
    OK(casework_expunge(c, second, STR("BZZ8"), STR("order 12"), &a, &r, &e));
    assert_true(json_is_true(json_get(r, "done")));
    OK(casework_case(c, officer, id, &a, &r, &e)); /* that there was a case is still known */
    assert_null(json_get(r, "request"));
    OK(casework_ledger_verify(c, (struct progress){0}, &a, &r, &e));
    assert_true(json_whole(json_get(r, "expunged"), 0) > 3);
    assert_int_equal(world_close_and_search(c, "ZZ8"), 0);
    c = world_open(&a);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {T(test_the_straight_way),
                                       T(test_everything_twice_is_once),
                                       T(test_no_status_gets_in),
                                       T(test_bad_requests_name_the_place),
                                       T(test_cancel_and_supersede),
                                       T(test_waits_for_its_booking),
                                       T(test_a_person_confirms_the_match),
                                       T(test_asked_while_leaving_and_after),
                                       T(test_charges_decide_again),
                                       T(test_documents_decide_again),
                                       T(test_a_trigger_taken_back),
                                       T(test_an_answer_ends_its_alert),
                                       T(test_a_dispute_pauses),
                                       T(test_other_ways_out),
                                       T(test_a_release_nobody_announced),
                                       T(test_who_received_the_person),
                                       T(test_a_release_that_the_feed_brings),
                                       T(test_resolve_and_override),
                                       T(test_packs_need_two),
                                       T(test_a_broken_policy),
                                       T(test_a_crash_between_begin_and_result),
                                       T(test_refused_goes_to_the_next_address),
                                       T(test_the_last_door),
                                       T(test_an_hour_after_the_release),
                                       T(test_clocks),
                                       T(test_proof_and_export),
                                       T(test_expunge)};
    return cmocka_run_group_tests_name("casework-verbs", tests, NULL, NULL);
}
