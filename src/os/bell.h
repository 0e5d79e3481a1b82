/* Wakes threads: one rings, those who wait go and look. A ring between two waits is not
 * lost. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    uint64_t rings;
    bool closed;
};
void bell_init(struct bell *b);
void bell_done(struct bell *b);
void bell_ring(struct bell *b);
void bell_close(struct bell *b); /* the end: every wait returns at once from now on */
/* Waits until the bell rang after *seen or the time is over (timeout_ms < 0: for ever). *seen
 * starts at 0. False once closed. */
bool bell_wait(struct bell *b, uint64_t *seen, int timeout_ms);
