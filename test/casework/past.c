/* What a process keeps of the past equals a fresh fold, in every field of every table: at
 * random points of a life with expungements, for the newest ledger and for earlier sizes, while
 * others still read what they were given, from several threads, and after a backup was put
 * back. */
#include "words.h"
#include "../custody/past_same.h"
#include <pthread.h>

static uint64_t dice;
static size_t roll(size_t n)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(dice >> 33) % n;
}

static int people, gone;
static struct pasts *pasts;
static struct casework *kept[3]; /* of the same folds */
enum { KEPT = 3 };

static int open_here(void **state)
{
    if (setup(state)) return 1;
    people = gone = 0;
    const char *seed = getenv("SALLYPORT_SEED");
    dice = seed ? strtoull(seed, NULL, 10) : 20261123;
    print_message("# seed %llu\n", (unsigned long long)dice);
    struct casework_setup s = *world_setup();
    s.pasts = pasts = casework_pasts_new();
    for (int i = 0; i < KEPT; i++)
        if (casework_open(&s, &kept[i], &e) != RC_OK) return 1;
    return 0;
}

static int close_here(void **state)
{
    for (int i = 0; i < KEPT; i++) casework_close(kept[i]);
    casework_pasts_free(pasts);
    return teardown(state);
}

static uint64_t size_now(void)
{
    struct history *h;
    OK(casework_history(c, 0, &h, &e));
    uint64_t n = h->events;
    history_free(h);
    return n;
}

static void agrees(struct casework *which, uint64_t size)
{
    struct history *x, *y;
    OK(casework_history(which, size, &x, &e));
    OK(casework_history(c, size, &y, &e));
    assert_true(!size || x->events == size);
    past_same(x, y);
    history_free(x);
    history_free(y);
}

static const char *number_of(int n) { return arena_printf(&a, "P-%04d", n); }

/* Something happens: somebody is booked and asked about, is triggered, leaves, is forgotten. */
static void something(void)
{
    const char *number;
    world_pass(MINUTES(1 + (int64_t)roll(600)));
    switch (people - gone < 2 ? 0 : roll(6)) {
    case 0:
    case 1:
        number = number_of(people);
        booked(number, roll(2) ? violent : small);
        asked(arena_printf(&a, "R-%d", people), number);
        people++;
        return;
    case 2:
        number = number_of(gone + (int)roll((size_t)(people - gone)));
        if (casework_trigger(c, jail, str_c(number), STR("posted"), world_now(), &a, &r, &e))
            assert_string_not_equal(e.id, "");
        return;
    case 3:
        number = number_of(gone++);
        OK(casework_release(c, jail, str_c(number), STR("released"), STR(""), world_now(), &a,
                            &r, &e));
        return;
    case 4:
        if (!gone) return;
        number = number_of((int)roll((size_t)gone));
        if (casework_expunge(c, supervisor, str_c(number), STR("order 1"), &a, &r, &e)) {
            assert_string_equal(e.id, "CASE-0007"); /* it is forgotten already */
            return;
        }
        OK(casework_expunge(c, second, str_c(number), STR("order 1"), &a, &r, &e));
        return;
    default:
        asked(arena_printf(&a, "Q-%d-%zu", people, roll(1000000)),
              number_of(gone + (int)roll((size_t)(people - gone))));
    }
}

static void test_resumed_is_fresh(void **state)
{
    struct history *held = NULL, *copy = NULL;
    (void)state;
    for (int round = 0; round < 120; round++) {
        something();
        if (roll(3) == 0) agrees(kept[roll(KEPT)], 0);
        if (roll(4) == 0) agrees(kept[roll(KEPT)], 1 + roll((size_t)size_now()));
        if (roll(10) == 0) { /* somebody reads for long */
            if (held) past_same(held, copy);
            history_free(held);
            history_free(copy);
            OK(casework_history(kept[0], 0, &held, &e));
            copy = history_copy(held);
        }
    }
    agrees(kept[0], 0);
    if (held) past_same(held, copy);
    history_free(held);
    history_free(copy);
}

/* The number of events before an instant is what a walk over all of them finds. */
static void test_as_of(void **state)
{
    struct history *h;
    (void)state;
    for (int i = 0; i < 40; i++) something();
    OK(casework_history(c, 0, &h, &e));
    for (int i = 0; i < 50; i++) {
        uint64_t n = 0;
        instant at = h->first_at +
                     (instant)roll((size_t)((h->last_at - h->first_at) / 1000)) * INT64_C(1000);
        enum rc rc = casework_events_before(c, h, at, &n, &e);
        assert_int_equal(rc, RC_OK);
        if (n) {
            struct history *then;
            OK(casework_history(c, n, &then, &e));
            assert_true(then->latest < at);
            history_free(then);
        }
        struct history *one_more;
        OK(casework_history(c, n + 1, &one_more, &e));
        assert_true(one_more->last_at >= at);
        history_free(one_more);
    }
    uint64_t n = 0;
    assert_int_equal(casework_events_before(c, h, h->latest + 1, &n, &e), RC_NO);
    history_free(h);
}

static void copy_database(const char *from, const char *to)
{
    sqlite3 *x, *y;
    assert_int_equal(sqlite3_open(from, &x), SQLITE_OK);
    assert_int_equal(sqlite3_open(to, &y), SQLITE_OK);
    sqlite3_busy_timeout(y, 5000);
    sqlite3_backup *b = sqlite3_backup_init(y, "main", x, "main");
    assert_non_null(b);
    assert_int_equal(sqlite3_backup_step(b, -1), SQLITE_DONE);
    assert_int_equal(sqlite3_backup_finish(b), SQLITE_OK);
    sqlite3_close(x);
    sqlite3_close(y);
}

/* A backup is put back: shorter at first, then as long as before with other events. */
static void test_restored(void **state)
{
    const char *kept_file = arena_printf(&a, "%s.backup", world_database());
    (void)state;
    for (int i = 0; i < 10; i++) something();
    copy_database(world_database(), kept_file);
    int people_then = people, gone_then = gone;
    for (int i = 0; i < 10; i++) something();
    agrees(kept[0], 0);
    uint64_t long_ago = size_now();
    copy_database(kept_file, world_database());
    people = people_then;
    gone = gone_then;
    assert_true(size_now() < long_ago);
    if (roll(2)) agrees(kept[1], 0);
    while (size_now() < long_ago) something();
    agrees(kept[0], 0);
    remove(kept_file);
}

struct reader {
    struct casework *c;
    int wrong;
};

static void *read_often(void *ctx)
{
    struct reader *x = ctx;
    struct err mine;
    uint64_t last = 0;
    for (int i = 0; i < 60; i++) {
        struct history *h;
        if (casework_history(x->c, 0, &h, &mine) != RC_OK) {
            x->wrong++;
            continue;
        }
        x->wrong += h->events < last || h->n_cases < 1;
        last = h->events;
        history_free(h);
    }
    return NULL;
}

static void test_threads(void **state)
{
    struct reader readers[KEPT];
    pthread_t threads[KEPT];
    (void)state;
    something();
    for (int i = 0; i < KEPT; i++) {
        readers[i] = (struct reader){kept[i], 0};
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &readers[i]), 0);
    }
    for (int i = 0; i < 20; i++) something();
    for (int i = 0; i < KEPT; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    agrees(kept[0], 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, open_here, close_here)
    const struct CMUnitTest tests[] = {T(test_resumed_is_fresh), T(test_as_of),
                                       T(test_restored), T(test_threads)};
#undef T
    return cmocka_run_group_tests_name("casework-past", tests, NULL, NULL);
}
