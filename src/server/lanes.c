/* Lanes: threads for what may take long, two for each kind, so that neither a log-on nor what
 * the jail reports stands behind an import or an evaluation; and the keys of what is at work in
 * them, because two of the same may not run beside each other. */
#include "server/passage.h"
#include <stdlib.h>

enum { LANE_LONG, LANE_PRESSING, LANE_DOOR, LANES };
enum { LANE_THREADS = 2, LANE_WAITING = 256, LANE_BULKS = 4 };

struct lane { /* what waits for its threads; under the lock */
    struct lanes *of;
    struct passage *first, **last;
    int waiting, bulks, n_threads;
    pthread_cond_t more;
    pthread_t threads[LANE_THREADS];
};

struct lanes {
    void (*run)(struct passage *p);
    pthread_mutex_t lock; /* of what follows */
    struct lane list[LANES];
    struct passage *flights;
    bool stopping;
};

static struct lane *lane_of(struct lanes *l, const struct passage *p)
{
    unsigned flags = p->x.route->flags;
    return &l->list[flags & ROUTE_PRESSING ? LANE_PRESSING
                    : flags & ROUTE_DOOR   ? LANE_DOOR
                                           : LANE_LONG];
}

/* ---- keys at work ------------------------------------------------------------------------ */

/* Two requests of one key at the same time: the second is told so. In the writer they come one
 * after the other anyway. */
static bool flight_begin(struct lanes *l, struct passage *p)
{
    for (const struct passage *q = l->flights; q && p->x.key.n; q = q->flight)
        if (str_eq(q->x.key, p->x.key) && str_eq(q->x.caller.name, p->x.caller.name))
            return false;
    p->flight = l->flights;
    l->flights = p;
    return true;
}

static void flight_end(struct lanes *l, struct passage *p)
{
    struct passage **at = &l->flights;
    while (*at != p) at = &(*at)->flight;
    *at = p->flight;
}

/* ---- threads ----------------------------------------------------------------------------- */

static struct passage *take(struct lane *lane)
{
    struct lanes *l = lane->of;
    pthread_mutex_lock(&l->lock);
    while (!lane->first && !l->stopping) pthread_cond_wait(&lane->more, &l->lock);
    struct passage *p = lane->first;
    if (p) {
        lane->first = p->next;
        if (!lane->first) lane->last = &lane->first;
        lane->waiting--;
    }
    pthread_mutex_unlock(&l->lock);
    return p;
}

static void *work(void *ctx)
{
    struct lane *lane = ctx;
    struct passage *p;
    pthread_setname_np(pthread_self(), "lane");
    while ((p = take(lane))) lane->of->run(p);
    return NULL;
}

enum lanes_said lanes_add(struct lanes *l, struct passage *p)
{
    struct lane *lane = lane_of(l, p);
    enum lanes_said said = LANES_FULL;
    pthread_mutex_lock(&l->lock);
    if (!l->stopping && lane->waiting < LANE_WAITING)
        said = flight_begin(l, p) ? LANES_TAKEN : LANES_SAME;
    if (said == LANES_TAKEN) {
        p->next = NULL;
        *lane->last = p;
        lane->last = &p->next;
        lane->waiting++;
        pthread_cond_signal(&lane->more);
    }
    pthread_mutex_unlock(&l->lock);
    return said;
}

void lanes_done(struct lanes *l, struct passage *p)
{
    pthread_mutex_lock(&l->lock);
    flight_end(l, p);
    pthread_mutex_unlock(&l->lock);
}

bool lanes_bulk_begin(struct lanes *l, const struct passage *p)
{
    pthread_mutex_lock(&l->lock);
    bool room = lane_of(l, p)->bulks < LANE_BULKS;
    lane_of(l, p)->bulks += room;
    pthread_mutex_unlock(&l->lock);
    return room;
}

void lanes_bulk_end(struct lanes *l, const struct passage *p)
{
    pthread_mutex_lock(&l->lock);
    lane_of(l, p)->bulks--;
    pthread_mutex_unlock(&l->lock);
}

/* ---- start and end ----------------------------------------------------------------------- */

RC lanes_start(void (*run)(struct passage *p), struct lanes **ret, struct err *e)
{
    struct lanes *l = *ret = calloc(1, sizeof *l);
    if (!l) abort();
    l->run = run;
    pthread_mutex_init(&l->lock, NULL);
    for (struct lane *lane = l->list; lane < l->list + LANES; lane++) {
        lane->of = l;
        lane->last = &lane->first;
        pthread_cond_init(&lane->more, NULL);
    }
    for (struct lane *lane = l->list; lane < l->list + LANES; lane++)
        for (; lane->n_threads < LANE_THREADS; lane->n_threads++)
            if (pthread_create(&lane->threads[lane->n_threads], NULL, work, lane))
                return FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
    return RC_OK;
}

void lanes_stop(struct lanes *l)
{
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    for (struct lane *lane = l->list; lane < l->list + LANES; lane++)
        pthread_cond_broadcast(&lane->more);
    pthread_mutex_unlock(&l->lock);
    for (struct lane *lane = l->list; lane < l->list + LANES; lane++)
        while (lane->n_threads) pthread_join(lane->threads[--lane->n_threads], NULL);
}

void lanes_free(struct lanes *l)
{
    if (!l) return;
    for (struct lane *lane = l->list; lane < l->list + LANES; lane++)
        pthread_cond_destroy(&lane->more);
    pthread_mutex_destroy(&l->lock);
    free(l);
}
