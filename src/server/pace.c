/* See pace.h. What is held stands in a list by its time; a new one is nearly always the
 * latest. */
#include "server/pace.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct pace {
    int64_t (*now)(void);
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t sooner;
    struct held *first, *last;
    bool stopping, runs;
    pthread_t thread;
};

int64_t pace_due(int64_t from, int64_t now)
{
    int64_t gone = now > from ? now - from : 0;
    return from + (gone / PACE_US + 1) * PACE_US;
}

int64_t pace_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct pace *pace_new(int64_t (*now)(void))
{
    struct pace *p = calloc(1, sizeof *p);
    pthread_condattr_t attr;
    if (!p) abort();
    p->now = now;
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->sooner, &attr);
    pthread_condattr_destroy(&attr);
    return p;
}

/* The lock is held. */
static void insert(struct pace *p, struct held *h)
{
    struct held *before = p->last;
    while (before && before->due > h->due) before = before->before;
    h->before = before;
    h->next = before ? before->next : p->first;
    *(before ? &before->next : &p->first) = h;
    *(h->next ? &h->next->before : &p->last) = h;
}

int64_t pace_now(const struct pace *p) { return p->now(); }

void pace_hold(struct pace *p, struct held *h, int64_t from)
{
    h->due = pace_due(from, p->now());
    pthread_mutex_lock(&p->lock);
    bool open = !p->stopping;
    if (open) insert(p, h);
    if (open && p->first == h) pthread_cond_signal(&p->sooner);
    pthread_mutex_unlock(&p->lock);
    if (!open) h->go(h); /* nobody is left to measure */
}

/* What is due, as a list of its own; the lock is held. */
static struct held *cut(struct pace *p, int64_t now)
{
    struct held *first = p->first, *rest = first;
    while (rest && rest->due <= now) rest = rest->next;
    if (rest == first) return NULL;
    if (rest)
        rest->before->next = NULL, rest->before = NULL;
    else
        p->last = NULL;
    p->first = rest;
    return first;
}

static void let_go(struct held *list)
{
    while (list) {
        struct held *h = list;
        list = h->next;
        h->go(h);
    }
}

/* At most a thousand turns a second, however many answers: what is due within a tick goes
 * together. */
static void rest(struct pace *p, int64_t us)
{
    struct timespec until;
    int64_t at = pace_clock() + (us < PACE_TICK_US ? PACE_TICK_US : us);
    until = (struct timespec){.tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000};
    pthread_cond_timedwait(&p->sooner, &p->lock, &until);
}

static void *run(void *ctx)
{
    struct pace *p = ctx;
    pthread_setname_np(pthread_self(), "pace");
    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        int64_t now = p->now();
        struct held *list = cut(p, now);
        if (list) {
            pthread_mutex_unlock(&p->lock);
            let_go(list);
            pthread_mutex_lock(&p->lock);
        } else if (p->first) {
            rest(p, p->first->due - now);
        } else {
            pthread_cond_wait(&p->sooner, &p->lock);
        }
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

RC pace_start(struct pace *p, struct err *e)
{
    p->runs = pthread_create(&p->thread, NULL, run, p) == 0;
    return p->runs ? RC_OK : FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
}

void pace_stop(struct pace *p)
{
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->sooner);
    pthread_mutex_unlock(&p->lock);
    if (p->runs) pthread_join(p->thread, NULL);
    p->runs = false;
    let_go(cut(p, INT64_MAX));
}

void pace_free(struct pace *p)
{
    if (!p) return;
    pthread_cond_destroy(&p->sooner);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
