/* The trend and the auditor's questions asked again and again of one database, as a service is
 * asked: the first time, when nothing came since, and when the ledger grew by a few events.
 * Usage: past DATABASE KEY PACKS. Gives processor time of the thread beside the clock. */
#include "casework/casework.h"
#include "os/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t which)
{
    struct timespec t;
    clock_gettime(which, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(enum rc rc, const struct err *e)
{
    char text[700];
    if (rc == RC_OK || rc == RC_NO) return; /* RC_NO: the audit found something */
    fprintf(stderr, "%s\n", err_print(e, text, sizeof text));
    exit(1);
}

static enum rc trend(struct casework *c, struct arena *a, struct err *e)
{
    struct json *v;
    return casework_trend(c, NULL, a, &v, e);
}
static enum rc audit(struct casework *c, struct arena *a, struct err *e)
{
    struct audit_wish wish = {.to = INT64_MAX};
    struct json *v;
    return casework_audit(c, &wish, (struct progress){0}, a, &v, e);
}

static void ask(struct casework *c, const char *title,
                enum rc (*what)(struct casework *c, struct arena *a, struct err *e))
{
    struct arena a;
    struct err e;
    arena_init(&a, 0);
    double from = seconds(CLOCK_MONOTONIC), work = seconds(CLOCK_THREAD_CPUTIME_ID);
    must(what(c, &a, &e), &e);
    printf("%-28s %8.3f s clock %8.3f s processor\n", title, seconds(CLOCK_MONOTONIC) - from,
           seconds(CLOCK_THREAD_CPUTIME_ID) - work);
    arena_done(&a);
}

int main(int argc, char **argv)
{
    struct casework *fresh, *kept;
    struct err e;
    if (argc != 4) return 2;
    struct casework_setup s = {.database = argv[1],
                               .key_file = argv[2],
                               .packs_dir = argv[3],
                               .origin = "year.jail.example/sallyport",
                               .time_zone = "America/Denver",
                               .administrations = "2019-01-21T12:00:00-05:00 the one before; "
                                                  "2025-01-20T12:00:00-05:00 the one now",
                               .clock = clock_real()};
    must(casework_open(&s, &fresh, &e), &e);
    s.pasts = casework_pasts_new();
    must(casework_open(&s, &kept, &e), &e);
    ask(fresh, "trend, a fresh fold", trend);
    ask(fresh, "audit, a fresh fold", audit);
    ask(kept, "trend, the first", trend);
    for (int i = 0; i < 3; i++) ask(kept, "trend, again", trend);
    for (int i = 0; i < 3; i++) ask(kept, "audit, again", audit);
    casework_close(kept);
    casework_close(fresh);
    casework_pasts_free(s.pasts);
    return 0;
}
