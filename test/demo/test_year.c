/* The generator of a jail's past: the same seed makes the same events, the ledger verifies and
 * every decision replays, what is drawn has the marginals it was given, and the audit of what
 * was made finds what was put there and nothing else. */
#include "base/hash.h"
#include "custody/history.h"
#include "os/file.h"
#include "year.h"
#include "year_draw.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static struct casework_setup opened;
static char folder[96], database[120], key_file[120], packs[300];

static const char *source(void)
{
    return getenv("SALLYPORT_SOURCE") ? getenv("SALLYPORT_SOURCE") : ".";
}

static instant end_of_time(void *ctx)
{
    (void)ctx;
    return date_days(2026, 1, 1) * HOURS(24);
}

static struct year_setup small(uint64_t seed)
{
    struct year_setup s = year_usual();
    snprintf(folder, sizeof folder, "%s/year-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(folder));
    snprintf(packs, sizeof packs, "%s/policies", source());
    snprintf(database, sizeof database, "%s/sallyport.db", folder);
    snprintf(key_file, sizeof key_file, "%s/ledger.key", folder);
    s.folder = folder;
    s.policies = packs;
    s.seed = seed;
    s.days = 36;
    s.from = s.change - 18;
    s.bookings_a_day = 9;
    s.requests_a_month = 60;
    s.feed_minutes = 240;
    return s;
}

static void must(enum rc rc, const struct err *e)
{
    char text[700];
    if (rc != RC_OK) fail_msg("%s", err_print(e, text, sizeof text));
}

static struct casework *open_made(void)
{
    struct casework *c;
    struct err e;
    opened = (struct casework_setup){.database = database,
                                     .key_file = key_file,
                                     .origin = "year.jail.example/sallyport",
                                     .time_zone = "America/Denver",
                                     .packs_dir = packs,
                                     .info_official = "",
                                     .clock = {end_of_time, NULL}};
    must(casework_open(&opened, &c, &e), &e);
    return c;
}

static void forget_files(void)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char path[140];
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s%s", database, parts[i]);
        unlink(path);
    }
    unlink(key_file);
    rmdir(folder);
}

/* What the ledger says, without what must differ each time: salts, keys, and the root over
 * salted rows. */
struct told {
    struct hash so_far;
    uint64_t events;
    struct arena a;
};

static RC one_line(void *ctx, struct str line, struct err *e)
{
    struct told *t = ctx;
    struct json *v, *event, *body, *plain;
    arena_reset(&t->a);
    struct buf b = buf_in(&t->a);
    TRY(json_parse(&t->a, line, "line", NULL, &v, e));
    event = json_get(v, "event");
    if (!event) return RC_OK;
    struct str text = json_str(event);
    if (text.n) TRY(json_parse(&t->a, text, "event", NULL, &event, e));
    body = json_get(event, "body");
    plain = json_object(&t->a);
    for (size_t i = 0; i < json_len(body); i++)
        if (!str_is(body->object.members[i].key, "root"))
            json_set_str(&t->a, plain, body->object.members[i].key,
                         body->object.members[i].value);
    for (size_t i = 0; i < json_len(event); i++)
        if (str_is(event->object.members[i].key, "body"))
            event->object.members[i].value = plain;
    buf_add(&b, t->so_far.b, sizeof t->so_far.b);
    json_write(&b, event);
    t->so_far = hash_of(buf_str(&b));
    t->events++;
    return RC_OK;
}

static struct told told_by(uint64_t seed, struct year_counts *n)
{
    struct year_setup s = small(seed);
    struct told t = {.events = 0};
    struct err e;
    arena_init(&t.a, 0);
    must(year_make(&s, n, &e), &e);
    struct casework *c = open_made();
    must(casework_ledger_export(c, one_line, &t, &e), &e);
    casework_close(c);
    forget_files();
    arena_done(&t.a);
    return t;
}

static void the_same_seed_makes_the_same_events(void **state)
{
    struct year_counts n[3];
    (void)state;
    struct told a = told_by(7, &n[0]), b = told_by(7, &n[1]), c = told_by(8, &n[2]);
    assert_true(a.events > 1000);
    assert_int_equal(a.events, b.events);
    assert_true(hash_eq(a.so_far, b.so_far));
    assert_memory_equal(&n[0], &n[1], sizeof n[0]);
    assert_false(hash_eq(a.so_far, c.so_far));
}

/* Requests before and after the change: how many, on weekends, about somebody on the list of
 * violent offences. */
static void check_requests(const struct history *h, instant change)
{
    int n[2] = {0}, known[2] = {0}, violent[2] = {0}, weekend = 0,
        bit = history_list_bit(h, STR("violent"));
    assert_true(bit >= 0);
    for (size_t i = 0; i < h->n_cases; i++) {
        const struct past_case *c = &h->cases[i];
        int later = c->recorded_at >= change;
        uint64_t lists = c->at_request.lists_charged | c->at_request.lists_convicted;
        if (c->supersedes || c->expunged) continue;
        n[later]++;
        known[later] += c->at_request.known;
        violent[later] += (int)(lists >> bit & 1);
        weekend += date_weekday((c->recorded_at - HOURS(7)) / HOURS(24)) >= 6;
    }
    print_message(
        "# %d and %d requests, %d and %d of %d and %d about violence, %d on weekends\n", n[0],
        n[1], violent[0], violent[1], known[0], known[1], weekend);
    /* twice as many a month, from the middle on */
    assert_true(n[0] > 15 && n[1] > n[0]);
    /* 5.7 % of them, and not two sevenths */
    assert_true(weekend * 5 < n[0] + n[1]);
    assert_true(violent[0] * known[1] > violent[1] * known[0]); /* the mix drifts */
}

static void what_is_made_is_true_to_life(void **state)
{
    (void)state;
    struct year_setup s = small(3);
    struct year_counts n;
    struct arena a;
    struct json *r;
    struct history *h;
    struct err e;
    const struct audit_wish all = {.from = INSTANT_NONE, .to = INT64_MAX};
    must(year_make(&s, &n, &e), &e);
    arena_init(&a, 0);
    struct casework *c = open_made();
    must(casework_ledger_verify(c, (struct progress){0}, &a, &r, &e), &e);
    must(casework_ledger_replay(c, (struct progress){0}, &a, &r, &e), &e);
    assert_true(json_whole(json_get(r, "decisions"), 0) > 100);
    must(casework_history(c, 0, &h, &e), &e);
    size_t matched = 0, told = 0, served = 0, tested = 0;
    for (size_t i = 0; i < h->n_cases; i++) matched += h->cases[i].matched_at != INSTANT_NONE;
    for (size_t i = 0; i < h->n_notices; i++) told += h->notices[i].end == NOTICE_WAS_CONFIRMED;
    for (size_t i = 0; i < h->n_duties; i++) served += h->duties[i].done_at != INSTANT_NONE;
    for (size_t i = 0; i < h->n_custody; i++)
        tested +=
            h->custody[i].leave == LEAVE_RELEASED && h->custody[i].triggered_at != INSTANT_NONE;
    assert_true(matched * 10 > h->n_cases * 8);
    assert_true(told > 50 && served > 50 && tested > 150);
    assert_int_equal(n.requests, h->by_kind[EVENT_KIND_REQUEST_RECEIVED]);
    assert_int_equal(h->n_packs, 2); /* one before the change, one after it */
    check_requests(h, s.change * HOURS(24) + HOURS(17));
    history_free(h);
    /* Invariants of the program hold whatever chance does; service and delivery are people's
     * and may be late. */
    enum rc rc = casework_audit(c, &all, (struct progress){0}, &a, &r, &e);
    assert_true(rc == RC_OK || rc == RC_NO);
    for (size_t i = 0; i < 9; i++) {
        const struct json *q = json_at(json_get(r, "answers"), i);
        bool clean = json_is_true(json_get(q, "clean"));
        if ((i == 0 || i == 1 || i == 4 || i == 5 || i == 8) && !clean)
            fail_msg("question %zu is not clean", i + 1);
    }
    assert_int_equal(
        json_whole(
            json_get(json_get(json_at(json_get(r, "answers"), 5), "numbers"), "overrides"), -1),
        (int64_t)n.overrides);
    casework_close(c);
    arena_done(&a);
    forget_files();
}

static void counts_scatter_as_they_are_told_to(void **state)
{
    static const double indexes[] = {1, 2.13, 8};
    (void)state;
    for (size_t k = 0; k < 3; k++) {
        struct chance c = chance_of(11, k);
        double sum = 0, squares = 0, mean;
        const int n = 20000;
        for (int i = 0; i < n; i++) {
            double x = chance_count(&c, 14, indexes[k]);
            sum += x;
            squares += x * x;
        }
        mean = sum / n;
        assert_true(fabs(mean - 14) < 0.35);
        assert_true(fabs((squares / n - mean * mean) / mean / indexes[k] - 1) < 0.06);
    }
}

static void the_built_in_figures_are_those_of_the_counts(void **state)
{
    const char *named = getenv("SALLYPORT_SHARED");
    char path[400], probe[500];
    (void)state;
    snprintf(path, sizeof path, "%s", named ? named : "");
    if (!named) snprintf(path, sizeof path, "%s/../shared", source());
    snprintf(probe, sizeof probe, "%s/data/c_jail_load/nyc_doc_daily_flow_2016_2026.csv", path);
    if (access(probe, R_OK) != 0) {
        print_message(
            "# the public counts are not there; SALLYPORT_SHARED names their folder\n");
        skip();
    }
    struct marginals built = marginals_built_in(), now = built;
    marginals_measure(&now, path);
    assert_true(now.measured);
    assert_true(fabs(now.request_index - built.request_index) < 0.05);
    for (int i = 0; i < 7; i++) assert_true(fabs(now.weekday[i] - built.weekday[i]) < 0.01);
    for (int i = 0; i < 12; i++) assert_true(fabs(now.month[i] - built.month[i]) < 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_makes_the_same_events),
        cmocka_unit_test(what_is_made_is_true_to_life),
        cmocka_unit_test(counts_scatter_as_they_are_told_to),
        cmocka_unit_test(the_built_in_figures_are_those_of_the_counts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
