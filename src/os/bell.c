/* A counter under a mutex and a condition: who waits compares the count, so a ring in between
 * is seen. */
#include "os/bell.h"
#include <errno.h>
#include <time.h>

void bell_init(struct bell *b)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    /* A clock that is set back must not make a worker sleep for an hour. */
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->rung, &attr);
    pthread_condattr_destroy(&attr);
    b->rings = 0;
    b->closed = false;
}

void bell_done(struct bell *b)
{
    pthread_cond_destroy(&b->rung);
    pthread_mutex_destroy(&b->lock);
}

void bell_ring(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    b->rings++;
    pthread_cond_broadcast(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

void bell_close(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    b->closed = true;
    pthread_cond_broadcast(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

static struct timespec in_ms(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

bool bell_wait(struct bell *b, uint64_t *seen, int timeout_ms)
{
    struct timespec until = in_ms(timeout_ms > 0 ? timeout_ms : 0);
    pthread_mutex_lock(&b->lock);
    int rc = 0;
    while (!b->closed && b->rings == *seen && rc != ETIMEDOUT)
        rc = timeout_ms < 0 ? pthread_cond_wait(&b->rung, &b->lock)
                            : pthread_cond_timedwait(&b->rung, &b->lock, &until);
    *seen = b->rings;
    bool open = !b->closed;
    pthread_mutex_unlock(&b->lock);
    return open;
}
