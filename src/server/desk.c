/* See desk.h: what a desk consists of, and what each of its threads has. The way of a request
 * through it is told by admit.c (before its body), body.c, run.c (where its handler runs, and
 * the same again) and answer.c; beside them stand the writer, the lanes for what takes long,
 * the fold of the log, the stream of events and the pace of answers. */
#include "server/desk.h"
#include "server/limit.h"
#include "server/passage.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HAND_CACHE_MIB = 16, WAITING_MAX = 4096 };

struct metric desk_requests =
    METRIC_COUNTER("sallyport_requests_total", "Requests answered.", NULL);
struct metric desk_refused = METRIC_COUNTER(
    "sallyport_requests_refused_total", "Requests refused before a handler saw them.", NULL);
struct metric desk_malformed =
    METRIC_COUNTER("sallyport_requests_malformed_total",
                   "Requests about which two readers could disagree.", NULL);

/* ---- what each thread has ---------------------------------------------------------------- */

static RC open_hand(struct desk *d, struct casework **ret_casework, struct access **ret_access,
                    struct err *e)
{
    struct access_setup s = d->setup.access;
    TRY(casework_open(&d->setup.casework, ret_casework, e));
    casework_fold_elsewhere(*ret_casework);
    s.casework = *ret_casework;
    s.clock = d->setup.casework.clock;
    enum rc rc = access_open(&s, ret_access, e);
    if (rc != RC_OK) {
        casework_close(*ret_casework);
        *ret_casework = NULL;
    }
    return rc;
}

RC desk_hand(struct desk *d, struct hand **ret, struct err *e)
{
    struct hand *h = pthread_getspecific(d->hand_key);
    if (h) {
        *ret = h;
        return RC_OK;
    }
    h = calloc(1, sizeof *h);
    if (!h) abort();
    enum rc rc = open_hand(d, &h->casework, &h->access, e);
    /* there are many of these, and one writer */
    if (rc == RC_OK) rc = casework_cache(h->casework, HAND_CACHE_MIB, e);
    if (rc != RC_OK) {
        access_close(h->access);
        casework_close(h->casework);
        free(h);
        return rc;
    }
    pthread_setspecific(d->hand_key, h);
    pthread_mutex_lock(&d->lock);
    h->next = d->hands;
    d->hands = h;
    pthread_mutex_unlock(&d->lock);
    *ret = h;
    return RC_OK;
}

static RC writer_open(void *ctx, struct casework **ret_casework, struct access **ret_access,
                      struct err *e)
{
    TRY(open_hand(ctx, ret_casework, ret_access, e));
    casework_press(*ret_casework); /* before bulk and workers: somebody waits at a door */
    return RC_OK;
}

static void writer_close(void *ctx, struct casework *c, struct access *x)
{
    (void)ctx;
    access_close(x);
    casework_close(c);
}

/* Workers are woken only for something: each look of theirs takes the write lock. */
void desk_committed(struct desk *d, struct casework *c)
{
    struct err e;
    size_t due = 0;
    hub_ring(d->hub);
    fold_look(d->fold, casework_log_pages(c));
    if (d->setup.outbox && casework_outbox_due(c, &due, &e) == RC_OK && due)
        bell_ring(d->setup.outbox);
}

static void committed(void *ctx, struct casework *c) { desk_committed(ctx, c); }

/* ---- one request ------------------------------------------------------------------------- */

struct passage *passage_new(struct desk *d)
{
    struct passage *p = calloc(1, sizeof *p);
    if (!p) abort();
    arena_init(&p->arena, 0);
    p->x = (struct exchange){.arena = &p->arena, .setup = &d->setup, .bytes = STR("")};
    p->body = buf_in(&p->arena);
    p->desk = d;
    p->spool.fd = -1;
    p->ticks = clock_ticks();
    return p;
}

void passage_free(struct passage *p)
{
    if (p->spool.map) munmap((void *)(uintptr_t)p->spool.map, p->spool.n);
    if (p->spool.fd >= 0) close(p->spool.fd);
    if (p->has_bulk) lanes_bulk_end(p->desk->lanes, p);
    arena_done(&p->arena);
    free(p);
}

/* ---- start and end ----------------------------------------------------------------------- */

static void people_changed(void *ctx) { auth_forget(((struct desk *)ctx)->auth); }
static RC follow(void *ctx, struct casework **ret, struct err *e)
{
    return casework_open(&((struct desk *)ctx)->setup.casework, ret, e);
}

static RC start_threads(struct desk *d, struct err *e)
{
    struct hub_setup hub = {
        .open = follow, .people = people_changed, .ctx = d, .look_ms = 100, .beat_ms = 15000};
    struct writer_setup writer = {.open = writer_open,
                                  .close = writer_close,
                                  .committed = committed,
                                  .ctx = d,
                                  .waiting_max = WAITING_MAX};
    TRY(schemas_load(d->setup.routes, d->setup.document.n ? d->setup.document : schemas_text(),
                     e));
    TRY(hub_start(&hub, &d->hub, e));
    TRY(fold_start(follow, d, &d->fold, e));
    TRY(pace_start(d->pace, e));
    TRY(writer_start(&writer, &d->writer, e));
    return lanes_start(run_slow, &d->lanes, e);
}

RC desk_start(const struct desk_setup *s, struct desk **ret, struct err *e)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d) abort();
    d->setup = *s;
    if (!d->setup.routes) d->setup.routes = routes;
    d->limit = limit_new();
    d->auth = auth_new();
    d->pace = pace_new(s->micros ? s->micros : pace_clock);
    pthread_mutex_init(&d->lock, NULL);
    if (pthread_key_create(&d->hand_key, NULL)) abort();
    metric_register(&desk_requests);
    metric_register(&desk_refused);
    metric_register(&desk_malformed);
    enum rc rc = start_threads(d, e);
    if (rc == RC_OK) {
        *ret = d;
        return RC_OK;
    }
    desk_close(d);
    desk_free(d);
    return rc;
}

void desk_close(struct desk *d)
{
    if (!d) return;
    if (d->lanes) lanes_stop(d->lanes);
    if (d->writer) writer_stop(d->writer);
    fold_stop(d->fold);
    d->fold = NULL;
    pace_stop(d->pace);
    if (d->hub) hub_close(d->hub);
}

void desk_free(struct desk *d)
{
    if (!d) return;
    while (d->hands) {
        struct hand *h = d->hands;
        d->hands = h->next;
        access_close(h->access);
        casework_close(h->casework);
        free(h);
    }
    lanes_free(d->lanes);
    writer_free(d->writer);
    pace_free(d->pace);
    hub_free(d->hub);
    auth_free(d->auth);
    limit_free(d->limit);
    pthread_key_delete(d->hand_key);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
