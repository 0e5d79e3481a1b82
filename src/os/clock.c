/* The clock of the machine and the clock of a story. */
#include "os/clock.h"
#include <assert.h>
#include <time.h>

static instant real_now(void *ctx)
{
    (void)ctx;
    struct timespec t;
    int failed = clock_gettime(CLOCK_REALTIME, &t);
    assert(!failed);
    return (instant)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct clock clock_real(void) { return (struct clock){real_now, NULL}; }

int64_t clock_ticks(void)
{
    struct timespec t;
    int failed = clock_gettime(CLOCK_MONOTONIC, &t);
    assert(!failed);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static instant sim_now(void *ctx)
{
    struct sim_clock *s = ctx;
    pthread_mutex_lock(&s->lock);
    instant now = s->now;
    pthread_mutex_unlock(&s->lock);
    return now;
}

void sim_clock_init(struct sim_clock *s, instant now)
{
    pthread_mutex_init(&s->lock, NULL);
    s->now = now;
}

void sim_clock_done(struct sim_clock *s) { pthread_mutex_destroy(&s->lock); }

void sim_clock_set(struct sim_clock *s, instant now)
{
    pthread_mutex_lock(&s->lock);
    s->now = now;
    pthread_mutex_unlock(&s->lock);
}

void sim_clock_advance(struct sim_clock *s, int64_t milliseconds)
{
    pthread_mutex_lock(&s->lock);
    s->now += milliseconds;
    pthread_mutex_unlock(&s->lock);
}

struct clock sim_clock(struct sim_clock *s) { return (struct clock){sim_now, s}; }
