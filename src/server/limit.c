/* See limit.h. A name has four places it may stand in; the one unused for longest makes
 * room. */
#include "server/limit.h"
#include "os/random.h"
#include <pthread.h>
#include <stdlib.h>

enum { SETS = 2048, WAYS = 4, MILLI = 1000 };

struct bucket {
    uint64_t name;   /* salted hash; 0: free */
    int64_t at, has; /* thousandths of one */
};
struct limit {
    pthread_mutex_t lock;
    uint64_t salt;
    struct bucket buckets[SETS][WAYS];
};

struct limit *limit_new(void)
{
    struct limit *l = calloc(1, sizeof *l);
    if (!l) abort();
    pthread_mutex_init(&l->lock, NULL);
    random_bytes(&l->salt, sizeof l->salt);
    return l;
}

void limit_free(struct limit *l)
{
    if (!l) return;
    pthread_mutex_destroy(&l->lock);
    free(l);
}

static struct bucket *bucket_of(struct limit *l, uint64_t name, int64_t full, int64_t now)
{
    struct bucket *set = l->buckets[name % SETS], *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].name == name) return &set[i];
        if (!set[i].name || (oldest->name && set[i].at < oldest->at)) oldest = &set[i];
    }
    *oldest = (struct bucket){.name = name, .at = now, .has = full};
    return oldest;
}

int limit_take(struct limit *l, struct str name, int64_t rate, int64_t burst, int64_t now)
{
    if (!rate) return 0;
    uint64_t hash = ((str_hash(name) ^ l->salt) * 0x9e3779b97f4a7c15u) | 1;
    int wait = 0;
    hash ^= hash >> 29;
    pthread_mutex_lock(&l->lock);
    struct bucket *b = bucket_of(l, hash ? hash : 1, burst * MILLI, now);
    int64_t gone = now > b->at ? now - b->at : 0;
    if (gone > burst * MILLI / rate + 1)
        gone = burst * MILLI / rate + 1; /* full by then; no overflow */
    b->has += gone * rate;
    if (b->has > burst * MILLI) b->has = burst * MILLI;
    b->at = now;
    if (b->has >= MILLI)
        b->has -= MILLI;
    else
        wait = (int)((MILLI - b->has) / rate / 1000) + 1;
    pthread_mutex_unlock(&l->lock);
    return wait;
}
