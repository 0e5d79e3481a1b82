/* kill -9 at random points of import, decide and delivery. A child works and notes what was
 * acknowledged to it; the parent kills it, opens the database and looks: nothing acknowledged
 * is lost, nothing was sent twice to the same effect, nothing was sent that was not decided.
 * FAULT_KILLS and FAULT_SEED lengthen or repeat a run. */
#include "base/json.h"
#include "work.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The "other side" and the notes are plain appended lines: what write() took survives the
 * process. */
static char acks_path[128], sends_path[128];
static uint64_t rng;
static long broken;

static uint64_t next(void)
{
    rng ^= rng >> 12;
    rng ^= rng << 25;
    rng ^= rng >> 27;
    return rng * 2685821657736338717u;
}

/* ---- the child's work --------------------------------------------------------------- */

static void must(enum rc rc, int code)
{
    if (rc != RC_OK) _exit(code);
}

static void child(long from)
{
    struct arena a;
    struct err e;
    struct str id;
    arena_init(&a, 0);
    struct casework *c = world_reopen();
    must(work_send(c, &a, sends_path, &e), 4);
    for (long i = from;; i += 20) {
        world_pass(SECONDS(30));
        must(work_import(c, &a, i, 20, &e), 5);
        for (long k = i; k < i + 5; k++) {
            must(work_ask(c, &a, k, &id, &e), 6);
            work_note(acks_path, arena_printf(&a, "case " STR_FMT "\n", STR_ARG(id)));
            world_pass(SECONDS(5));
            must(work_leave(c, &a, k, &e), 7);
            work_note(acks_path, arena_printf(&a, "trigger K%08ld\n", k));
            must(work_send(c, &a, sends_path, &e), 8);
        }
        arena_reset(&a);
    }
}

/* ---- the parent's look ------------------------------------------------------------------ */

static void wrong(const char *what, struct str line)
{
    printf("# %s: " STR_FMT "\n", what, STR_ARG(line));
    broken++;
}

static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static long none_twice(struct arena *a, struct str sends)
{
    struct str *keys = NULL;
    size_t n = 0, cap = 0;
    for (struct str line; str_cut(&sends, '\n', &line);) {
        arena_push(a, keys, n, cap);
        keys[n++] = line;
    }
    if (n) qsort(keys, n, sizeof *keys, by_text);
    for (size_t i = 1; i < n; i++)
        if (str_eq(keys[i - 1], keys[i])) wrong("sent twice", keys[i]);
    return (long)n;
}

/* What was acknowledged since `from` bytes of the notes; 0 looks at everything. */
static size_t look(struct casework *c, struct arena *a, size_t from, long *ret_acks,
                   long *ret_sends)
{
    struct str acks = work_read(a, acks_path), line, kind;
    struct json *view, *report;
    struct err e;
    size_t all = acks.n;
    acks = str_sub(acks, from, all);
    while (str_cut(&acks, '\n', &line)) {
        struct str whole = line;
        (*ret_acks)++;
        str_cut(&line, ' ', &kind);
        if (str_is(kind, "case")) {
            if (casework_case(c, (struct actor){"t.lindgren"}, line, a, &view, &e) != RC_OK)
                wrong("acknowledged but lost", whole);
        } else {
            struct case_filter f = {.booking = str_dupz(a, line), .limit = 5};
            if (casework_cases(c, (struct actor){"t.lindgren"}, &f, a, &view, &e) != RC_OK)
                wrong("cannot be looked at", whole);
            const struct json *first = json_at(json_get(view, "cases"), 0);
            if (str_is(kind, "trigger") && str_is(json_text(first, "state"), "decided"))
                wrong("trigger lost", whole);
        }
    }
    *ret_sends = none_twice(a, work_read(a, sends_path));
    if (from == 0 && casework_ledger_verify(c, (struct progress){0}, a, &report, &e) != RC_OK)
        wrong("ledger", str_c(e.text));
    return all;
}

static long from_env(const char *name, long otherwise)
{
    const char *s = getenv(name);
    return s ? atol(s) : otherwise;
}

int main(void)
{
    long kills = from_env("FAULT_KILLS", 40), acks = 0, sends = 0;
    size_t seen = 0;
    rng = (uint64_t)from_env("FAULT_SEED", 7);
    printf("1..1\n# seed %llu, %ld kills\n", (unsigned long long)rng, kills);
    struct arena a;
    arena_init(&a, 0);
    casework_close(world_open(&a));
    snprintf(acks_path, sizeof acks_path, "%s.acks", world_database());
    snprintf(sends_path, sizeof sends_path, "%s.sends", world_database());
    for (long i = 0; i < kills && !broken; i++) {
        pid_t pid = fork();
        if (pid < 0) return 1;
        if (pid == 0) child(i * 100000);
        struct timespec pause = {.tv_nsec = (long)(next() % 150000000u) + 2000000};
        nanosleep(&pause, NULL);
        kill(pid, SIGKILL);
        int status;
        waitpid(pid, &status, 0);
        if (WIFEXITED(status))
            wrong("the child gave up", str_c(arena_printf(&a, "exit %d", WEXITSTATUS(status))));
        world_pass(MINUTES(5)); /* leases run out */
        struct casework *c = world_reopen();
        /* now and then, and at the end, everything and the ledger */
        if (i % 25 == 24 || i == kills - 1) seen = acks = 0;
        seen = look(c, &a, seen, &acks, &sends);
        casework_close(c);
        arena_reset(&a);
    }
    printf("# %ld kills, %ld acknowledgements all there, %ld messages none twice\n", kills,
           acks, sends);
    printf(broken ? "not ok 1 kill -9 loses nothing and sends nothing twice\n"
                  : "ok 1 kill -9 loses nothing and sends nothing twice\n");
    unlink(acks_path);
    unlink(sends_path);
    struct casework *c = world_reopen();
    world_close_and_search(c, "ZZ");
    arena_done(&a);
    return broken != 0;
}
