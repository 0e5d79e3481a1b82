/* See demo.h: the real drivers, pointed at the servers that demo/run started on this
 * machine. */
#include "demo.h"
#include "base/buf.h"
#include "os/file.h"
#include "os/zones.h"
#include "outbound/outbound.h"
#include <stdio.h>
#include <stdlib.h>

struct demo_outbound {
    struct casework *casework;
    struct outbound_setup setup;
};

static struct zones *zones;

RC demo_zone(struct arena *a, const char *name, const struct tz **ret, struct err *e)
{
    (void)a;
    if (!zones) zones = zones_new(NULL);
    *ret = zones_find(zones, str_c(name));
    return *ret ? RC_OK
                : FAIL(e, RC_NOTFOUND, "DEMO-0001",
                       "no time zone %s on this machine; install tzdata", name);
}

static void fax_server(struct arena *a, struct outbound_fax *fax)
{
    const char *at = getenv("DEMO_FAX"), *colon = at ? strrchr(at, ':') : NULL;
    if (!colon) return;
    fax->host = arena_strndup(a, at, (size_t)(colon - at));
    fax->port = arena_strdup(a, colon + 1);
    fax->user = "demo";
    fax->sender = "Records Office";
    fax->kill_minutes = 180;
    fax->timeout_s = 10;
}

RC demo_outbound_open(struct arena *a, struct casework *c, struct clock clock,
                      const char *folder, struct demo_outbound **ret, struct err *e)
{
    struct demo_outbound *o = arena_new(a, struct demo_outbound);
    const char *smtp = getenv("DEMO_SMTP");
    (void)clock;
    o->casework = c;
    o->setup =
        (struct outbound_setup){.office = {.name = "Records Office",
                                           .facility = "Example County Jail",
                                           .lines = {"100 Example Way", "Denver, Colorado"},
                                           .contact = "Records desk, window 3, at any hour"},
                                .info_official = "the records supervisor",
                                .letters_dir = arena_printf(a, "%s/letters", folder)};
    TRY(demo_zone(a, "America/Denver", &o->setup.zone, e));
    TRY(file_make_dirs(o->setup.letters_dir, 0700, e));
    if (smtp) {
        o->setup.smtp.url = arena_printf(a, "smtp://%s", smtp);
        o->setup.smtp.from = "records@jail.example";
        o->setup.smtp.timeout_s = 20;
    }
    fax_server(a, &o->setup.fax);
    *ret = o;
    return RC_OK;
}

RC demo_outbound_pump(struct demo_outbound *o, struct err *e)
{
    struct arena a;
    enum rc rc;
    arena_init(&a, 0);
    /* every turn takes one notice that is due; it is due again minutes later at the earliest */
    do {
        arena_reset(&a);
        rc = outbound_run_once(o->casework, &o->setup, "demo", &a, NULL, e);
    } while (rc == RC_OK);
    arena_done(&a);
    return rc == RC_NO ? RC_OK : rc;
}

void demo_outbound_close(struct demo_outbound *o)
{
    (void)o;
    zones_free(zones);
    zones = NULL;
}

const char *demo_proof(struct casework *c, const char *case_id, const char *folder,
                       struct arena *a, struct err *e)
{
    struct json *bundle;
    struct str pdf;
    struct buf text = buf_in(a);
    struct outbound_setup setup = {
        .office = {.name = "Records Office", .facility = "Example County Jail"},
        .zone = zones_find(zones, STR("America/Denver"))};
    if (casework_proof(c, (struct actor){"t.lindgren"}, str_c(case_id), a, &bundle, e) != RC_OK)
        return NULL;
    json_write_pretty(&text, bundle);
    if (file_make_dirs(arena_printf(a, "%s/proofs", folder), 0700, e) != RC_OK) return NULL;
    if (file_write_atomic(arena_printf(a, "%s/proofs/%s.json", folder, case_id), buf_str(&text),
                          0600, e) != RC_OK)
        return NULL;
    if (outbound_proof_pdf(a, &setup, bundle, &pdf, e) != RC_OK) return NULL;
    const char *name = arena_printf(a, "%s/proofs/%s.pdf", folder, case_id);
    return file_write_atomic(name, pdf, 0600, e) == RC_OK ? name : NULL;
}
