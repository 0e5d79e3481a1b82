/* What everybody may read without signing in. Both answers are made at most once a minute,
 * whoever asks. */
#include "server/api.h"
#include "server/desk.h"
#include <pthread.h>
#include <stdlib.h>

enum { KEEP_MS = 60000 };

struct kept { /* bytes of one answer of one desk */
    const void *of;
    int64_t until; /* clock_ticks() */
    char *p;
    size_t n;
};
static struct kept kept[2]; /* figures, policy */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool remembered(struct exchange *x, const struct kept *k, struct str *ret)
{
    pthread_mutex_lock(&lock);
    bool fresh = k->of == x->setup && k->until > clock_ticks();
    if (fresh) *ret = str_dup(x->arena, str_n(k->p, k->n));
    pthread_mutex_unlock(&lock);
    return fresh;
}

static void remember(struct exchange *x, struct kept *k, struct str bytes)
{
    char *copy = malloc(bytes.n + 1);
    if (!copy) abort();
    memcpy(copy, bytes.p, bytes.n);
    pthread_mutex_lock(&lock);
    free(k->p);
    *k = (struct kept){x->setup, clock_ticks() + KEEP_MS, copy, bytes.n};
    pthread_mutex_unlock(&lock);
}

static RC answer(struct exchange *x, struct kept *k,
                 RC (*make)(struct casework *, struct arena *, struct json **, struct err *),
                 struct err *e)
{
    struct str bytes;
    struct json *v;
    if (!remembered(x, k, &bytes)) {
        struct buf b = buf_in(x->arena);
        TRY(make(x->casework, x->arena, &v, e));
        json_write(&b, v);
        bytes = buf_str(&b);
        remember(x, k, bytes);
    }
    x->etag = exchange_etag(x->arena, bytes);
    x->cache = STR("public, max-age=60");
    return exchange_bytes(x, 200, "application/json", bytes);
}

RC public_get(struct exchange *x, struct err *e)
{
    return answer(x, &kept[0], casework_public, e);
}
RC public_policy(struct exchange *x, struct err *e)
{
    return answer(x, &kept[1], casework_public_policy, e);
}
