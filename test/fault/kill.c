/* kill -9 at random points of import, decide and delivery. A child works and notes what was acknowledged to it; the parent
 * kills it, opens the database and looks: nothing acknowledged is lost, nothing was sent twice to the same effect, nothing was
 * sent that was not decided. FAULT_KILLS and FAULT_SEED lengthen or repeat a run. */
#include "../prop/world.h"
#include "base/buf.h"
#include "base/json.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The "other side" and the notes are plain appended lines: what write() took survives the process. */
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

static void note(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) < 0) _exit(3);
    close(fd);
}

static struct str slurp(struct arena *a, const char *path)
{
    struct buf b = buf_in(a);
    char block[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(block, 1, sizeof block, f)) > 0) buf_add(&b, block, n);
    if (f) fclose(f);
    return buf_str(&b);
}

static int times(struct str text, struct str line)
{
    int n = 0;
    struct str one;
    while (str_cut(&text, '\n', &one)) n += str_eq(one, line);
    return n;
}

/* ---- the child's work --------------------------------------------------------------- */

static void import_some(struct casework *c, struct arena *a, long base)
{
    struct import *in;
    struct json *report;
    struct err e;
    char number[24];
    if (casework_import_open(c, (struct actor){"jail-feed"}, STR("feed"), &in, &e) != RC_OK) _exit(4);
    for (long i = base; i < base + 20; i++) {
        snprintf(number, sizeof number, "K%08ld", i);
        struct booking_row row = {.booking_number = str_c(number), .family = STR("Okafor"), .given = STR("Adrian"),
                                  .birth_date = date_days(1980, 1, 1 + (int)(i % 28)), .booked_at = world_now(),
                                  .released_at = INSTANT_NONE};
        struct charge_row charge = {.booking_number = str_c(number), .sequence = 1,
                                    .offence = {.this_booking = true, .citation = STR("C.R.S. 18-3-202(1)(a)"),
                                                .text = STR("ASSAULT IN THE FIRST DEGREE"), .grade = GRADE_FELONY, .class = STR("F3"),
                                                .stage = STAGE_CHARGED, .on = DAYS_UNKNOWN, .convicted_on = DAYS_UNKNOWN}};
        if (casework_import_booking(in, &row, &e) > RC_NO || casework_import_charge(in, &charge, &e) > RC_NO) _exit(5);
    }
    if (casework_import_close(in, a, &report, &e) != RC_OK) _exit(6);
    note(acks_path, arena_printf(a, "booking K%08ld\n", base + 19));
}

static void ask(struct casework *c, struct arena *a, long i)
{
    struct json *r = json_object(a), *s = json_object(a), *asks = json_array(a), *view;
    char now[40], born[24];
    struct err e;
    json_set(a, r, "agency", json_c(a, "fed-east"));
    json_set(a, r, "reference", json_c(a, arena_printf(a, "K-%ld", i)));
    json_set(a, r, "form", json_c(a, "I-247A"));
    json_set(a, r, "received_at", json_c(a, instant_utc(world_now(), now)));
    json_add(a, asks, json_c(a, "notify"));
    json_set(a, r, "asks", asks);
    json_set(a, r, "written", json_bool(a, true));
    json_set(a, s, "booking_number", json_c(a, arena_printf(a, "K%08ld", i)));
    json_set(a, s, "family", json_c(a, "Okafor"));
    json_set(a, s, "given", json_c(a, "Adrian"));
    json_set(a, s, "birth_date", json_c(a, date_print(date_days(1980, 1, 1 + (int)(i % 28)), born)));
    json_set(a, r, "subject", s);
    if (casework_request(c, (struct actor){"m.ortiz"}, r, a, &view, &e) != RC_OK) _exit(7);
    note(acks_path, arena_printf(a, "case " STR_FMT "\n", STR_ARG(json_text(view, "case"))));
}

static void leave(struct casework *c, struct arena *a, long i)
{
    struct json *r;
    struct err e;
    char number[24];
    snprintf(number, sizeof number, "K%08ld", i);
    if (casework_trigger(c, (struct actor){"jail-feed"}, str_c(number), STR("bond posted"), world_now(), a, &r, &e) != RC_OK) _exit(8);
    note(acks_path, arena_printf(a, "trigger %s\n", number));
}

static void send_all(struct casework *c, struct arena *a)
{
    struct notice n;
    struct err e;
    while (casework_outbox_claim(c, "w", 1000, a, &n, &e) == RC_OK) {
        /* An earlier attempt may have reached the other side before the crash: ask it by key. */
        bool there = n.attempt > 1 && times(slurp(a, sends_path), n.key) > 0;
        if (casework_outbox_begin(c, &n, &e) != RC_OK) _exit(9);
        if (!there) note(sends_path, arena_printf(a, STR_FMT "\n", STR_ARG(n.key)));
        if (casework_outbox_result(c, &n, DELIVERY_CONFIRMED, STR(""), STR("{}"), STR(""), &e) != RC_OK) _exit(10);
    }
}

static void child(long from)
{
    struct arena a;
    arena_init(&a, 0);
    struct casework *c = world_reopen();
    send_all(c, &a);
    for (long i = from;; i += 20) {
        world_pass(SECONDS(30));
        import_some(c, &a, i);
        for (long k = 0; k < 5; k++) {
            ask(c, &a, i + k);
            world_pass(SECONDS(5));
            leave(c, &a, i + k);
            send_all(c, &a);
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

static void look(struct casework *c, struct arena *a, long *ret_acks, long *ret_sends)
{
    struct str acks = slurp(a, acks_path), sends = slurp(a, sends_path), line, kind, all = sends;
    struct json *view, *report;
    struct err e;
    while (str_cut(&acks, '\n', &line)) {
        struct str whole = line;
        (*ret_acks)++;
        str_cut(&line, ' ', &kind);
        if (str_is(kind, "case")) {
            if (casework_case(c, (struct actor){"t.lindgren"}, line, a, &view, &e) != RC_OK) wrong("acknowledged but lost", whole);
        } else {
            struct case_filter f = {.booking = str_dupz(a, line), .limit = 5};
            if (casework_cases(c, (struct actor){"t.lindgren"}, &f, a, &view, &e) != RC_OK) wrong("cannot be looked at", whole);
            const struct json *first = json_at(json_get(view, "cases"), 0);
            if (str_is(kind, "trigger") && str_is(json_text(first, "state"), "decided")) wrong("trigger lost", whole);
        }
    }
    while (str_cut(&sends, '\n', &line)) {
        (*ret_sends)++;
        if (times(all, line) > 1) wrong("sent twice", line);
    }
    if (casework_ledger_verify(c, (struct progress){0}, a, &report, &e) != RC_OK) wrong("ledger", str_c(e.text));
}

static long from_env(const char *name, long otherwise)
{
    const char *s = getenv(name);
    return s ? atol(s) : otherwise;
}

int main(void)
{
    long kills = from_env("FAULT_KILLS", 40), acks = 0, sends = 0;
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
        if (WIFEXITED(status)) wrong("the child gave up", str_c(arena_printf(&a, "exit %d", WEXITSTATUS(status))));
        world_pass(MINUTES(5)); /* leases run out */
        struct casework *c = world_reopen();
        acks = sends = 0;
        look(c, &a, &acks, &sends);
        casework_close(c);
        arena_reset(&a);
    }
    printf("# %ld kills, %ld acknowledgements all there, %ld messages none twice\n", kills, acks, sends);
    printf(broken ? "not ok 1 kill -9 loses nothing and sends nothing twice\n" : "ok 1 kill -9 loses nothing and sends nothing twice\n");
    unlink(acks_path);
    unlink(sends_path);
    struct casework *c = world_reopen();
    world_close_and_search(c, "ZZ");
    arena_done(&a);
    return broken != 0;
}
