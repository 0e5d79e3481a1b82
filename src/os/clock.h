/* The time comes in as a value that the caller hands on: clock_real() for production, a
 * sim_clock for tests and the demonstration. Nothing in the environment or the configuration
 * can change what clock_real() tells, because a decision is made under the policy in force at
 * that moment. */
#pragma once
#include "base/date.h"
#include <pthread.h>

struct clock {
    instant (*now)(void *ctx);
    void *ctx;
};

static inline instant clock_now(const struct clock *c) { return c->now(c->ctx); }
struct clock clock_real(void);
/* Milliseconds that never go back, for measuring and timeouts; the zero point means nothing. */
int64_t clock_ticks(void);

/* A clock that stands still until it is set. Any thread may read and set it. */
struct sim_clock {
    pthread_mutex_t lock;
    instant now;
};
void sim_clock_init(struct sim_clock *s, instant now);
void sim_clock_done(struct sim_clock *s);
void sim_clock_set(struct sim_clock *s, instant now);
void sim_clock_advance(struct sim_clock *s, int64_t milliseconds);
struct clock sim_clock(struct sim_clock *s); /* s must outlive it */
