/* What another policy would have done, asked of a database that lived: the pack in force gives
 * every decision again to the byte, keeping answers changes nothing, the question changes
 * nothing, and writers go on while it is asked. */
#include "words.h"
#include "custody/whatif.h"

static struct str pack_id_now, pack_version_now;
static const char *folder(const char *name)
{
    const char *root = getenv("SALLYPORT_SOURCE");
    return arena_printf(&a, "%s/policies/%s", root ? root : ".", name);
}

static struct json *what_if(const char *other, bool plain, struct progress p)
{
    struct whatif_pack packs[2] = {{.id = pack_id_now, .version = pack_version_now},
                                   {.dir = other ? folder(other) : NULL}};
    const struct whatif_question q = {.packs = packs,
                                      .n_packs = other ? 2 : 1,
                                      .from = INSTANT_NONE,
                                      .to = INSTANT_NONE,
                                      .limit = 5,
                                      .plain = plain};
    struct json *v;
    OK(casework_whatif(c, &q, p, &a, &v, &e));
    return v;
}

static int64_t of_first(const struct json *page, const char *member)
{
    return json_whole(json_get(json_at(json_get(page, "packs"), 0), member), -1);
}

/* Requests of every kind, charges that come later, triggers, undone ones, releases, answers by
 * hand. */
static void live(void)
{
    static const char *const asks[] = {"[\"notify\",\"hold\"]", "[\"notify\"]",
                                       "[\"interview\",\"notify\"]",
                                       "[\"notify\",\"transfer\",\"relay\"]"};
    for (int i = 0; i < 24; i++) {
        const char *number = arena_printf(&a, "W-%d", i);
        assert_int_equal(booking_row(number, "Okafor", "1980-01-02", INSTANT_NONE), RC_OK);
        if (i % 3)
            assert_int_equal(charge(number, 1, i % 2 ? violent : small,
                                    i % 5 ? STAGE_CHARGED : STAGE_ARRESTED),
                             RC_OK);
        OK(casework_request(c, officer,
                            request_of(arena_printf(&a, "R-%d", i), number, asks[i % 4],
                                       i % 7 ? "" : ",\"complete\":true"),
                            &a, &r, &e));
        struct str id = json_text(r, "case");
        world_pass(HOURS(7));
        if (i % 3 == 0) assert_int_equal(charge(number, 2, violent, STAGE_CONVICTED), RC_OK);
        if (strcmp(stands(id, "notify"), "review") == 0 && i % 5)
            OK(casework_resolve(c, supervisor, id, ASK_NOTIFY, OUTCOME_DECLINE,
                                STR("looked at the file"), &a, &r, &e));
        if (i % 4 == 1) triggered(number);
        world_pass(HOURS(9));
        if (i % 8 == 1)
            OK(casework_release(c, jail, str_c(number), STR("released"), STR(""), world_now(),
                                &a, &r, &e));
    }
}

static void find_pack(void)
{
    OK(casework_packs(c, &a, &r, &e));
    const struct json *list = json_get(r, "packs");
    for (size_t i = 0; i < json_len(list); i++)
        if (json_text(json_at(list, i), "in_force_from").n) {
            pack_id_now = json_text(json_at(list, i), "pack");
            pack_version_now = json_text(json_at(list, i), "version");
        }
    assert_true(pack_id_now.n > 0);
}

static struct str without_decided(const struct json *v)
{
    struct json *o = json_object(&a);
    struct buf b = buf_in(&a);
    for (size_t i = 0; i < json_len(v); i++)
        if (!str_is(v->object.members[i].key, "decided"))
            json_set_str(&a, o, v->object.members[i].key, v->object.members[i].value);
    json_write(&b, o);
    return buf_str(&b);
}

static void reproduces(void **state)
{
    (void)state;
    live();
    find_pack();
    OK(casework_ledger_replay(c, (struct progress){0}, &a, &r, &e));
    int64_t decisions = json_whole(json_get(r, "decisions"), -1), before = events();
    struct json *page = what_if("us-il-trust-act", false, (struct progress){0});
    assert_true(decisions > 30);
    assert_int_equal(json_whole(json_get(page, "points"), -1), decisions);
    assert_int_equal(of_first(page, "changed_points"), 0);
    assert_int_equal(of_first(page, "decided_by_it"), decisions);
    assert_int_equal(of_first(page, "reproduced"), decisions);
    assert_true(json_whole(json_get(page, "acts"), 0) > 2);
    const struct json *trust = json_at(json_get(page, "packs"), 1);
    assert_int_equal(json_len(json_get(trust, "changes")), 5);
    assert_int_equal(events(), before); /* nothing was recorded */
    struct json *plain = what_if("us-il-trust-act", true, (struct progress){0});
    assert_string_equal(str_dupz(&a, without_decided(page)),
                        str_dupz(&a, without_decided(plain)));
}

static void writes(void *ctx, uint64_t done, uint64_t of)
{
    int *times = ctx;
    (void)of;
    if (done || ++*times > 1) return;
    struct casework *other = world_reopen(), *mine = c;
    c = other;
    booked("W-late", violent);
    (void)asked("R-late", "W-late");
    casework_close(other);
    c = mine;
}

static void a_steady_view(void **state)
{
    int times = 0;
    (void)state;
    live();
    find_pack();
    struct json *before = what_if(NULL, false, (struct progress){0});
    int64_t was = events();
    struct json *during = what_if(NULL, false, (struct progress){writes, &times});
    assert_true(times > 0);
    assert_true(events() > was); /* the writer was not kept waiting */
    assert_string_equal(str_dupz(&a, without_decided(before)),
                        str_dupz(&a, without_decided(during)));
    struct json *after = what_if(NULL, false, (struct progress){0});
    assert_true(json_whole(json_get(after, "points"), 0) >
                json_whole(json_get(before, "points"), 0));
}

static void windows_and_errors(void **state)
{
    (void)state;
    live();
    find_pack();
    struct whatif_pack nine[9];
    for (int i = 0; i < 9; i++)
        nine[i] = (struct whatif_pack){.id = pack_id_now, .version = pack_version_now};
    struct whatif_question q = {
        .packs = nine, .n_packs = 1, .from = world_now(), .to = INSTANT_NONE};
    OK(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e));
    assert_int_equal(json_whole(json_get(r, "points"), -1), 0);
    q = (struct whatif_question){
        .packs = nine, .n_packs = 1, .from = INSTANT_NONE, .to = world_now() - HOURS(100)};
    OK(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e));
    int64_t early = json_whole(json_get(r, "points"), -1);
    q.from = q.to;
    q.to = INSTANT_NONE;
    OK(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e));
    int64_t late = json_whole(json_get(r, "points"), -1);
    assert_true(early > 0 && late > 0);
    assert_int_equal(
        early + late,
        json_whole(json_get(what_if(NULL, false, (struct progress){0}), "points"), -1));
    q.n_packs = 9;
    REFUSED(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e), "WHATIF-0001");
    q.n_packs = 0;
    REFUSED(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e), "WHATIF-0001");
    nine[0].version = STR("no such");
    q.n_packs = 1;
    REFUSED(casework_whatif(c, &q, (struct progress){0}, &a, &r, &e), "PACK-1001");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(reproduces), TEST(a_steady_view),
                                       TEST(windows_and_errors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
