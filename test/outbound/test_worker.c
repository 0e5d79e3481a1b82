/* The worker's thread on a real store: it starts, looks, is woken, delivers what casework
 * queued, and stops. */
#include "cm.h"
#include "fixture.h"
#include "os/file.h"
#include <stdlib.h>
#include <unistd.h>

static struct arena arena;

static struct json *parse(const char *text)
{
    struct json *v = NULL;
    struct err e = {0};
    if (json_parse(&arena, str_c(text), "test", NULL, &v, &e) != RC_OK) fail_msg("%s", e.text);
    return v;
}

#define GOOD(call)                                                                             \
    do {                                                                                       \
        struct err e = {0};                                                                    \
        if ((call) != RC_OK) fail_msg("%s: %s", e.id, e.text);                                 \
    } while (0)

static void answer_reaches_the_folder(void **state)
{
    (void)state;
    char dir[] = "/tmp/outbound-worker-XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct actor who = {"m.ortiz"}, admin = {"admin"};
    struct json *said;
    struct casework_setup cs = {
        .database = arena_printf(&arena, "%s/db", dir),
        .key_file = arena_printf(&arena, "%s/key", dir),
        .origin = "jail.example.gov/sallyport",
        .time_zone = "America/Denver",
        .packs_dir = dir,
        .info_official = "the County Attorney",
        .clock = clock_real(),
    };
    struct outbound_setup setup = fixture_setup(&arena);
    setup.folder_root = dir;
    setup.letters_dir = dir;
    struct casework *c = NULL;
    GOOD(casework_create(&cs, &e));
    GOOD(casework_open(&cs, &c, &e));
    GOOD(casework_person_set(c, admin, parse("{\"name\":\"admin\",\"role\":\"administrator\"}"),
                             &arena, &said, &e));
    GOOD(casework_agency_set(c, admin,
                             parse("{\"id\":\"field\",\"name\":\"Field Office\",\"kind\":\"law "
                                   "enforcement\",\"addresses\":["
                                   "{\"channel\":\"folder\",\"address\":\"field\",\"verified_"
                                   "by\":\"m.ortiz\",\"verified_on\":\"2026-01-02\"}]}"),
                             &arena, &said, &e));

    GOOD(casework_person_set(c, admin, parse("{\"name\":\"m.ortiz\",\"role\":\"supervisor\"}"),
                             &arena, &said, &e));

    struct import *in = NULL;
    struct booking_row row = {.booking_number = STR("B-1"),
                              .family = STR("Example"),
                              .given = STR("Juan"),
                              .birth_date = date_days(1980, 1, 2),
                              .booked_at = 1772355600000,
                              .released_at = INSTANT_NONE};
    GOOD(casework_import_open(c, who, STR("test"), &in, &e));
    GOOD(casework_import_booking(in, &row, &e));
    GOOD(casework_import_close(in, &arena, &said, &e));

    struct bell bell;
    struct outbound_worker *w = NULL;
    bell_init(&bell);
    GOOD(outbound_start(&cs, &setup, "w1", &bell, 60000, &w, &e));
    GOOD(casework_request(
        c, who,
        parse("{\"agency\":\"field\",\"reference\":\"EX-1\",\"form\":\"I-247A\",\"received_"
              "at\":\"2026-03-01T09:00:00Z\","
              "\"asks\":[\"hold\"],\"written\":true,\"signed\":true,\"complete\":true,"
              "\"subject\":{\"family\":\"Example\",\"given\":\"Juan\",\"booking_number\":\"B-"
              "1\",\"birth_date\":\"1980-01-02\"}}"),
        &arena, &said, &e));
    /* No policy is in force, so a person decides. */
    GOOD(casework_resolve(c, who, json_text(said, "case"), ASK_HOLD, OUTCOME_DECLINE,
                          STR("no judge signed it"), &arena, &said, &e));
    size_t due = 0;
    GOOD(casework_outbox_due(c, &due, &e));
    assert_int_equal(due, 1);
    bell_ring(&bell);
    for (int i = 0; i < 100 && due; i++) {
        usleep(50000);
        GOOD(casework_outbox_due(c, &due, &e));
    }
    assert_int_equal(due, 0);
    bell_close(&bell);
    outbound_stop(w);
    bell_done(&bell);

    struct file_entry *files;
    size_t n = 0;
    GOOD(casework_case(c, who, json_text(said, "case"), &arena, &said, &e));
    struct str state_word = json_text(json_at(json_get(said, "notices"), 0), "state");
    if (!str_is(state_word, "confirmed")) fail_msg("notice is " STR_FMT, STR_ARG(state_word));
    if (file_exists(arena_printf(&arena, "%s/field", dir)))
        GOOD(file_read_tree(&arena, arena_printf(&arena, "%s/field", dir), 20, 1 << 22, &files,
                            &n, &e));
    casework_close(c);
    if (system(arena_printf(&arena, "rm -rf '%s'", dir)) != 0) fail();
    assert_int_equal(n, 2);
}

int main(void)
{
    arena_init(&arena, 0);
    const struct CMUnitTest tests[] = {cmocka_unit_test(answer_reaches_the_folder)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&arena);
    return failed;
}
