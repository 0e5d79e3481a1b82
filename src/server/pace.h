/* An even pace: answers to callers who may not know whether an agency asked about somebody come
 * at a whole multiple of PACE_US after their request was complete, so that what the program did
 * for such a request (a decision takes some tenths of a millisecond) cannot be read off the
 * clock. Nothing waits but the answer: it is done and durable before.
 *
 * What it must never do: hold a thread, or answer before the multiple. */
#pragma once
#include "base/rc.h"
#include <stdint.h>

enum { PACE_US = 50000, PACE_TICK_US = 1000 };

struct held {
    struct held *next, *before;
    int64_t due;
    void (*go)(struct held *h); /* from the pace's thread; the held is the caller's again */
};

/* When an answer that is ready at `now` goes to whom was complete at `from`; microseconds. */
int64_t pace_due(int64_t from, int64_t now);

int64_t pace_clock(void); /* microseconds that never go back */
struct pace;
struct pace *pace_new(int64_t (*now)(void)); /* pace_clock, or what a test moves */
int64_t pace_now(const struct pace *p);
/* Lets it go at the next multiple behind `from`; from the thread that pace_start() made. */
void pace_hold(struct pace *p, struct held *h, int64_t from);
RC pace_start(struct pace *p, struct err *e);
void pace_stop(struct pace *p); /* what is held goes at once */
void pace_free(struct pace *p); /* NULL is fine */
