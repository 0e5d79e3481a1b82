/* Many requests, one commit: who fails undoes only himself, nobody is answered before the
 * commit, a commit that fails fails all, and a crash in the middle leaves either the effect
 * with its answer or neither. */
#include "office.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "store/store.h"

static struct json *said;

static int setup(void **s)
{
    (void)s;
    arena_init(&arena, 0);
    casework = world_open(&arena);
    return 0;
}

static int teardown(void **s)
{
    (void)s;
    OK(casework_ledger_verify(casework, (struct progress){0}, &arena, &said, &err));
    (void)world_close_and_search(casework, "ZZ");
    arena_done(&arena);
    return 0;
}

static uint64_t size_of(struct casework *c)
{
    uint64_t n;
    OK(casework_ledger_size(c, &n, &err));
    return n;
}

static enum rc trigger(struct casework *c, const char *booking)
{
    return casework_trigger(c, (struct actor){"jail-feed"}, str_c(booking), STR("other"),
                            world_now(), &arena, &said, &err);
}

/* ---- the group itself -------------------------------------------------------------------- */

static void members_fail_alone(void **s)
{
    (void)s;
    struct casework *other = world_reopen();
    uint64_t before = size_of(casework);
    OK(casework_group_begin(casework, &err));
    for (int i = 0; i < 20; i++) {
        OK(casework_member_begin(casework, &err));
        OK(trigger(casework, arena_printf(&arena, "G-%d", i)));
        if (i % 5 == 2)
            assert_int_not_equal(casework_trigger(casework, (struct actor){"x"}, STR("G"),
                                                  STR("nonsense"), world_now(), &arena, &said,
                                                  &err),
                                 RC_OK); /* a verb inside */
        OK(casework_member_end(casework, i % 3 != 0, &err));
    }
    assert_int_equal(size_of(other), before); /* nothing is seen before the commit */
    OK(casework_group_end(casework, &err));
    for (int i = 0; i < 20; i++) {
        OK(trigger(casework,
                   arena_printf(&arena, "G-%d", i))); /* new again only where it was undone */
        assert_int_equal(json_is_true(json_get(said, "new")), i % 3 == 0);
    }
    OK(casework_ledger_verify(casework, (struct progress){0}, &arena, &said, &err));
    casework_close(other);
}

static void a_dropped_group_has_not_been(void **s)
{
    (void)s;
    uint64_t before = size_of(casework);
    OK(casework_group_begin(casework, &err));
    OK(casework_member_begin(casework, &err));
    OK(trigger(casework, "D-1"));
    OK(casework_member_end(casework, true, &err));
    casework_group_drop(casework);
    assert_int_equal(size_of(casework), before);
    OK(trigger(casework, "D-1"));
    assert_true(json_is_true(json_get(said, "new")));
}

static bool is_set(const char *name)
{
    struct str v;
    enum rc rc = store_meta_get(casework_store(casework), &arena, name, &v, &err);
    assert_true(rc == RC_OK || rc == RC_NO);
    return rc == RC_OK;
}

/* One transaction of a member: its mark stays or is undone. */
static void mark(const char *name, bool keep)
{
    struct store *s = casework_store(casework);
    OK(store_begin(s, &err));
    OK(store_meta_set(s, name, STR("1"), &err));
    if (keep)
        OK(store_commit(s, &err));
    else
        store_rollback(s);
}

/* The first transaction of a member shares its savepoint; what is undone is the same. */
static void a_transaction_of_a_member_is_undone_alone(void **s)
{
    (void)s;
    OK(casework_group_begin(casework, &err));
    OK(casework_member_begin(casework, &err));
    mark("m-first-undone", false);
    mark("m-second", true);
    mark("m-third-undone", false);
    OK(casework_member_end(casework, true, &err));
    OK(casework_member_begin(casework, &err));
    mark("m-of-failed", true);
    mark("m-of-failed-too", true);
    OK(casework_member_end(casework, false, &err));
    OK(casework_member_begin(casework, &err));
    mark("m-last", true);
    mark("m-last-undone", false);
    OK(casework_member_end(casework, true, &err));
    OK(casework_group_end(casework, &err));
    assert_true(is_set("m-second") && is_set("m-last"));
    assert_false(is_set("m-first-undone") || is_set("m-third-undone"));
    assert_false(is_set("m-of-failed") || is_set("m-of-failed-too"));
    assert_false(is_set("m-last-undone"));
}

/* The disk is full from some byte on: everything after that fails and nothing of the group is
 * there. */
static void a_commit_that_fails_fails_all(void **s)
{
    (void)s;
    struct rlimit was, small;
    uint64_t before = size_of(casework);
    int failed = 0, rounds = 0;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    for (rlim_t room = 0; room < 1200 << 10; room += 60 << 10, rounds++) {
        /* from here on the log is written from its start */
        OK(store_fold(casework_store(casework), false, &err));
        small = (struct rlimit){.rlim_cur = room, .rlim_max = was.rlim_max};
        enum rc rc = casework_group_begin(casework, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        for (int i = 0; rc == RC_OK && i < 40; i++) {
            rc = casework_member_begin(casework, &err);
            if (rc == RC_OK)
                rc = trigger(casework, arena_printf(&arena, "F-%d-%d", (int)(room >> 10), i));
            if (rc == RC_OK) rc = casework_member_end(casework, true, &err);
        }
        if (rc == RC_OK)
            rc = casework_group_end(casework, &err);
        else
            casework_group_drop(casework);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        failed += rc != RC_OK;
        uint64_t now = size_of(casework);
        if (rc != RC_OK) assert_int_equal(now, before);
        before = now;
    }
    assert_true(failed > 0);
    print_message("# full disk: %d of %d groups failed, none of them in part\n", failed,
                  rounds);
}

/* ---- the writer -------------------------------------------------------------------------- */

struct act {
    struct job job;
    int number;
    _Atomic int ended; /* 1 + rc */
    uint64_t seen;     /* ledger that another connection saw when it was answered */
};
static struct casework *watcher;
static _Atomic int commits;

static RC open_mine(void *ctx, struct casework **c, struct access **x, struct err *e)
{
    (void)ctx, (void)x;
    return casework_open(world_setup(), c, e);
}
static void close_mine(void *ctx, struct casework *c, struct access *x)
{
    (void)ctx, (void)x;
    casework_close(c);
}
static void committed(void *ctx, struct casework *c)
{
    (void)ctx, (void)c;
    commits++;
}

static RC run_act(struct job *j, struct casework *c, struct access *x, struct err *e)
{
    struct act *k = (struct act *)(void *)j;
    struct arena a;
    struct json *v;
    (void)x;
    arena_init(&a, 0);
    enum rc rc = casework_trigger(c, (struct actor){"jail-feed"},
                                  str_c(arena_printf(&a, "W-%d", k->number)), STR("other"),
                                  world_now(), &a, &v, e);
    arena_done(&a);
    return rc == RC_OK && k->number % 4 == 3
               ? FAIL(e, RC_CONFLICT, "CASE-0001", "as it was asked")
               : rc;
}

static void act_done(struct job *j, enum rc rc, const struct err *e)
{
    struct act *k = (struct act *)(void *)j;
    struct err ignored;
    (void)e;
    if (casework_ledger_size(watcher, &k->seen, &ignored) != RC_OK) k->seen = 0;
    k->ended = 1 + (int)rc;
}

static void answered_after_the_commit(void **s)
{
    (void)s;
    enum { ACTS = 500 };
    static struct act acts[ACTS];
    struct writer *w;
    struct writer_setup ws = {
        .open = open_mine, .close = close_mine, .committed = committed, .waiting_max = ACTS};
    uint64_t before = size_of(casework);
    watcher = world_reopen();
    OK(writer_start(&ws, &w, &err));
    for (int i = 0; i < ACTS; i++) {
        acts[i] = (struct act){.job = {.run = run_act, .done = act_done}, .number = i};
        assert_true(writer_add(w, &acts[i].job));
    }
    writer_stop(w); /* what waits is done first */
    assert_false(writer_add(w, &acts[0].job));
    writer_free(w);
    for (int i = 0; i < ACTS; i++) {
        assert_int_equal(acts[i].ended, 1 + (int)(i % 4 == 3 ? RC_CONFLICT : RC_OK));
        /* durable and visible before the answer */
        if (i % 4 != 3) assert_true(acts[i].seen > before);
        OK(trigger(casework, arena_printf(&arena, "W-%d", i)));
        assert_int_equal(json_is_true(json_get(said, "new")), i % 4 == 3);
    }
    assert_true(commits > 0 && commits < ACTS);
    print_message("# writer: %d requests in %d commits, every fourth failed alone\n", ACTS,
                  (int)commits);
    casework_close(watcher);
}

/* ---- effect and answer, or neither ------------------------------------------------------- */

/* A child does request after request, each with its answer stored beside the effect, and is
 * killed somewhere. */
static void keys_survive_a_crash(void **s)
{
    (void)s;
    int kept = 0, lost = 0, rounds = 12;
    for (int round = 0; round < rounds; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            struct casework *c = world_reopen();
            for (int i = 0;; i++) {
                struct store_answer v = {.request = hash_of(STR("r")),
                                         .status = 200,
                                         .type = STR("application/json"),
                                         .body = STR("{}")};
                if (casework_group_begin(c, &err) != RC_OK ||
                    casework_member_begin(c, &err) != RC_OK)
                    _exit(1);
                if (trigger(c, arena_printf(&arena, "X-%d-%d", round, i)) != RC_OK) _exit(1);
                if (casework_answer_put(c, STR("jail"),
                                        str_c(arena_printf(&arena, "x-%d-%d", round, i)), &v,
                                        &err) != RC_OK)
                    _exit(1);
                if (casework_member_end(c, true, &err) != RC_OK ||
                    casework_group_end(c, &err) != RC_OK)
                    _exit(1);
            }
        }
        usleep((useconds_t)(30000 + 7000 * round));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        for (int i = 0;; i++) {
            struct store_answer v;
            enum rc rc = casework_answer_find(casework, &arena, STR("jail"),
                                              str_c(arena_printf(&arena, "x-%d-%d", round, i)),
                                              &v, &err);
            assert_true(rc == RC_OK || rc == RC_NO);
            OK(trigger(casework, arena_printf(&arena, "X-%d-%d", round, i)));
            assert_int_equal(json_is_true(json_get(said, "new")),
                             rc == RC_NO); /* both or neither */
            if (rc == RC_OK) kept++;
            if (rc == RC_NO) break;
        }
        lost++;
    }
    assert_true(kept > 0);
    print_message("# crash: %d kills, %d effects each with its answer, none without\n", lost,
                  kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_fail_alone),
        cmocka_unit_test(a_dropped_group_has_not_been),
        cmocka_unit_test(a_transaction_of_a_member_is_undone_alone),
        cmocka_unit_test(a_commit_that_fails_fails_all),
        cmocka_unit_test(answered_after_the_commit),
        cmocka_unit_test(keys_survive_a_crash)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
