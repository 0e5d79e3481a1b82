/* A failing disk: the n-th write, the n-th fsync, a disk that is full from the n-th write on,
 * for every n until the day's work no longer meets the fault. A verb that answered OK is there
 * afterwards; a verb that failed left nothing half done and succeeds when tried again; the
 * ledger verifies after each. */
#include "base/json.h"
#include "vfs.h"
#include "work.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char sends[128];
static long broken, faults;

static void wrong(const char *what, long n, const struct err *e)
{
    char text[700];
    printf("# %s at %ld: %s\n", what, n, err_print(e, text, sizeof text));
    broken++;
}

/* The work in steps; returns how many were acknowledged before one failed. */
enum { STEPS = 4 };
static enum rc one_step(struct casework *c, struct arena *a, int step, long i, struct err *e)
{
    struct str id;
    if (step == 0) return work_import(c, a, i, 3, e);
    if (step == 1) return work_ask(c, a, i, &id, e);
    if (step == 2) return work_leave(c, a, i, e);
    return work_send(c, a, sends, e);
}

static bool there(struct casework *c, struct arena *a, long i, const char *state_not)
{
    struct case_filter f = {.booking = arena_printf(a, "K%08ld", i), .limit = 3};
    struct json *list;
    struct err e;
    if (casework_cases(c, (struct actor){"t.lindgren"}, &f, a, &list, &e) != RC_OK)
        return false;
    const struct json *cases = json_get(list, "cases");
    return json_len(cases) == 1 && !str_is(json_text(json_at(cases, 0), "state"), state_not);
}

/* True while the fault fires. */
static bool try_one(struct casework **c, enum fault_kind kind, long n, long i, bool reopen)
{
    struct arena a;
    struct err e = {0};
    struct json *report;
    int done = 0;
    arena_init(&a, 0);
    fault_arm(kind, n);
    while (done < STEPS && one_step(*c, &a, done, i, &e) == RC_OK) done++;
    bool fired = fault_fired();
    fault_arm(FAULT_NONE, 0);
    faults += fired;
    if (done < STEPS && !fired) wrong("failed without a fault", n, &e);
    if (reopen) {
        casework_close(*c);
        *c = world_reopen();
    }
    if (done > 1 && !there(*c, &a, i, "")) wrong("an acknowledged request is lost", n, &e);
    if (done > 2 && !there(*c, &a, i, "decided"))
        wrong("an acknowledged trigger is lost", n, &e);
    world_pass(MINUTES(20)); /* leases run out, retries come due */
    for (int step = done; step < STEPS; step++)
        if (one_step(*c, &a, step, i, &e) != RC_OK)
            wrong("does not succeed when tried again", n, &e);
    if (casework_ledger_verify(*c, (struct progress){0}, &a, &report, &e) != RC_OK)
        wrong("the ledger does not verify", n, &e);
    arena_done(&a);
    return fired;
}

static void sweep(struct casework **c, enum fault_kind kind, const char *name, long step,
                  long *number)
{
    long n = 1, before = faults;
    while (!broken && try_one(c, kind, n, (*number += 10), n % 2)) n += step;
    printf("# %s: %ld faults, the last at %ld\n", name, faults - before, n);
}

int main(void)
{
    struct arena a;
    long number = 1000;
    long step = getenv("FAULT_EVERY") ? atol(getenv("FAULT_EVERY")) : 1;
    printf("1..1\n");
    arena_init(&a, 0);
    fault_vfs_install();
    struct casework *c = world_open(&a);
    snprintf(sends, sizeof sends, "%s.sends", world_database());
    sweep(&c, FAULT_WRITE, "n-th write", step, &number);
    sweep(&c, FAULT_SYNC, "n-th fsync", step, &number);
    sweep(&c, FAULT_FULL, "full disk", step, &number);
    struct str all = work_read(&a, sends), rest = all, line;
    while (str_cut(&rest, '\n', &line))
        if (work_times(all, line) > 1)
            wrong("sent twice", 0, &(struct err){.text = "see the key"});
    printf("# %ld faults in all\n", faults);
    printf(broken ? "not ok 1 a failing disk loses nothing and leaves nothing half done\n"
                  : "ok 1 a failing disk loses nothing and leaves nothing half done\n");
    unlink(sends);
    world_close_and_search(c, "ZZ");
    arena_done(&a);
    return broken != 0;
}
