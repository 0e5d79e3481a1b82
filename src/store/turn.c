/* See turn.h. Who waits stands in a list of places on the waiting threads' own stacks; who ends
 * hands the turn to the first of them, so nobody who comes later can be quicker. */
#include "store/turn.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct place {
    struct place *next;
    pthread_cond_t called;
    bool pressing, mine;
};

struct turns {
    struct turns *next;
    char *path;
    int users;
    bool taken;
    struct place *first;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all of it */
static struct turns *files;

struct turns *turns_of(const char *path)
{
    pthread_mutex_lock(&lock);
    struct turns *t = files;
    while (t && strcmp(t->path, path) != 0) t = t->next;
    if (!t) {
        t = calloc(1, sizeof *t);
        if (!t || !(t->path = strdup(path))) abort();
        t->next = files;
        files = t;
    }
    t->users++;
    pthread_mutex_unlock(&lock);
    return t;
}

void turns_leave(struct turns *t)
{
    if (!t) return;
    pthread_mutex_lock(&lock);
    if (--t->users == 0) {
        struct turns **at = &files;
        while (*at != t) at = &(*at)->next;
        *at = t->next;
        free(t->path);
        free(t);
    }
    pthread_mutex_unlock(&lock);
}

static void enter(struct turns *t, struct place *p)
{
    struct place **at = &t->first;
    while (*at && (!p->pressing || (*at)->pressing)) at = &(*at)->next;
    p->next = *at;
    *at = p;
}

static void leave(struct turns *t, const struct place *p)
{
    struct place **at = &t->first;
    while (*at != p) at = &(*at)->next;
    *at = p->next;
}

static struct timespec in(int ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    return t;
}

/* The lock is held. */
static bool wait_for(struct turns *t, bool pressing, int wait_ms)
{
    struct place p = {.pressing = pressing};
    struct timespec until = in(wait_ms);
    pthread_condattr_t attr;
    int late = 0;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p.called, &attr);
    pthread_condattr_destroy(&attr);
    enter(t, &p);
    while (!p.mine && !late) late = pthread_cond_timedwait(&p.called, &lock, &until);
    if (!p.mine) leave(t, &p);
    pthread_cond_destroy(&p.called);
    return p.mine;
}

bool turn_take(struct turns *t, bool pressing, int wait_ms)
{
    pthread_mutex_lock(&lock);
    bool mine = !t->taken;
    if (!mine && wait_ms) mine = wait_for(t, pressing, wait_ms);
    t->taken |= mine;
    pthread_mutex_unlock(&lock);
    return mine;
}

void turn_give(struct turns *t)
{
    pthread_mutex_lock(&lock);
    struct place *p = t->first;
    if (p) {
        t->first = p->next; /* it stays taken, by him */
        p->mine = true;
        pthread_cond_signal(&p->called);
    } else {
        t->taken = false;
    }
    pthread_mutex_unlock(&lock);
}
