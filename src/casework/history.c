/* The past of this database: the ledger folded into custody/history.h, and how many were booked
 * in each month. What it says of events is what the ledger says up to a checkpoint; bookings
 * are those of the tables of now.
 *
 * A process that is asked again and again keeps its folds (struct pasts) and feeds them what
 * came since. A kept fold is handed out to any number of readers and is fed only while nobody
 * else holds it; otherwise a copy is. So nobody waits for a reader, and a reader's tables never
 * change. Kept are the newest and two of earlier sizes, which move on with checkpoints.
 *
 * What it must never do: hand out a fold that a fresh one would not equal. An event of each
 * expungement is written in the transaction that forgets the texts, so one among the events
 * since the last look throws all folds away; so does a ledger that is shorter than what was
 * seen, or whose last event then is another now (its commitment is salted by chance): a backup
 * was put back, or a transaction was undone. */
#include "casework/work.h"
#include "custody/history.h"
#include "base/tz.h"
#include <pthread.h>
#include <stdlib.h>

enum { EARLIER = 2 };

struct pasts {
    pthread_mutex_t lock; /* around each fold: who comes second wants the same one */
    struct history *newest, *earlier[EARLIER];
    uint64_t used[EARLIER], turn;
    uint64_t seen;    /* the ledger at the last look */
    struct hash last; /* commitment of its last event */
};

struct pasts *casework_pasts_new(void)
{
    struct pasts *p = calloc(1, sizeof *p);
    if (!p) abort();
    pthread_mutex_init(&p->lock, NULL);
    return p;
}

static void forget(struct pasts *p)
{
    history_free(p->newest);
    p->newest = NULL;
    for (int i = 0; i < EARLIER; i++) {
        history_free(p->earlier[i]);
        p->earlier[i] = NULL;
    }
    p->seen = 0;
}

void casework_pasts_free(struct pasts *p)
{
    if (!p) return;
    forget(p);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static RC feed_one(void *ctx, const struct store_event *row, struct err *e)
{
    const struct history_event ev = {.index = row->index,
                                     .at = row->at,
                                     .kind = row->kind,
                                     .case_id = row->case_id,
                                     .booking = row->booking,
                                     .text = row->text};
    return history_feed(ctx, &ev, e);
}

int64_t work_day(struct casework *c, instant at)
{
    const struct tz *zone = zones_find(c->zones, c->time_zone);
    int64_t seconds = at / 1000 - (at % 1000 < 0);
    if (zone) seconds += tz_offset_at(zone, seconds);
    return seconds / 86400 - (seconds % 86400 < 0);
}

int work_month(struct casework *c, instant at)
{
    int64_t year;
    int month, day;
    date_civil(work_day(c, at), &year, &month, &day);
    return (int)year * 12 + month - 1;
}

enum { FIRST_MONTH = 1900 * 12, MONTHS = 400 * 12 };

struct booked {
    struct casework *c;
    int64_t *by_month;
    instant from, to; /* the month that was last hit: most come in the order of time */
    int month;
};

static RC booked_one(void *ctx, instant at, struct err *e)
{
    struct booked *b = ctx;
    (void)e;
    if (at < b->from || at >= b->to) {
        b->month = work_month(b->c, at);
        b->from = work_month_start(b->c, b->month);
        b->to = work_month_start(b->c, b->month + 1);
    }
    int m = b->month - FIRST_MONTH;
    if (m >= 0 && m < MONTHS) b->by_month[m]++;
    return RC_OK;
}

static bool same_bookings(const struct history *h, const struct past_bookings *list, size_t n)
{
    bool same = h->n_bookings == n;
    for (size_t i = 0; same && i < n; i++)
        same = h->bookings[i].month == list[i].month && h->bookings[i].n == list[i].n;
    return same;
}

/* In the place of a history that others read comes a copy. */
static void alone(struct history **h)
{
    if (!history_is_shared(*h)) return;
    struct history *copy = history_copy(*h);
    history_free(*h);
    *h = copy;
}

static RC add_bookings(struct casework *c, struct history **h, struct err *e)
{
    struct arena a;
    arena_init(&a, 0);
    struct booked b = {.c = c, .by_month = arena_array(&a, int64_t, MONTHS)};
    struct past_bookings *list = arena_array(&a, struct past_bookings, MONTHS);
    size_t n = 0;
    enum rc rc = store_booked_each(c->store, booked_one, &b, e);
    for (int i = 0; i < MONTHS; i++)
        if (b.by_month[i]) list[n++] = (struct past_bookings){FIRST_MONTH + i, b.by_month[i]};
    if (rc == RC_OK && !same_bookings(*h, list, n)) {
        alone(h);
        history_set_bookings(*h, list, n);
    }
    arena_done(&a);
    return rc;
}

/* A fold of `size` events in *h, made of what is there; NULL after a failure. */
static RC resume(struct casework *c, uint64_t size, struct history **h, struct err *e)
{
    if (*h && (*h)->events > size) {
        history_free(*h);
        *h = NULL;
    }
    if (!*h) *h = history_new();
    enum rc rc = RC_OK;
    if ((*h)->events < size) {
        alone(h);
        rc = store_events_each(c->store, (*h)->events, size, feed_one, *h, e);
    }
    if (rc == RC_OK) rc = add_bookings(c, h, e);
    if (rc == RC_OK && (*h)->events != size)
        rc = FAIL(e, RC_IO, "LEDGER-0010", "the ledger has %llu events of %llu",
                  (unsigned long long)(*h)->events, (unsigned long long)size);
    if (rc == RC_OK) return RC_OK;
    history_free(*h);
    *h = NULL;
    return rc;
}

/* ---- kept folds -------------------------------------------------------------------------- */

static RC forgotten(void *ctx, const struct store_event *row, struct err *e)
{
    bool *found = ctx;
    (void)e;
    *found |= str_is(row->kind, event_word(EVENT_KIND_RECORD_EXPUNGED));
    return *found ? RC_NO : RC_OK;
}

static RC commitment_of(struct casework *c, uint64_t index, struct hash *ret, struct err *e)
{
    struct arena a;
    struct store_event row;
    arena_init(&a, 0);
    enum rc rc = store_event_get(c->store, &a, index, &row, e);
    if (rc == RC_OK) *ret = row.commitment;
    arena_done(&a);
    return rc == RC_NO ? FAIL(e, RC_IO, "LEDGER-0010", "event %llu is not there",
                              (unsigned long long)index)
                       : rc;
}

/* Throws away what a fresh fold would not equal. */
static RC look_again(struct casework *c, struct pasts *p, uint64_t all, struct err *e)
{
    struct hash last;
    bool stale = all < p->seen;
    if (p->seen && !stale) {
        TRY(commitment_of(c, p->seen - 1, &last, e));
        stale = memcmp(last.b, p->last.b, HASH_SIZE) != 0;
        if (!stale) TRY(store_events_each(c->store, p->seen, all, forgotten, &stale, e));
    }
    if (stale) forget(p);
    if (all && p->seen != all) TRY(commitment_of(c, all - 1, &p->last, e));
    p->seen = all;
    return RC_OK;
}

/* The one nearest below; else the one that was used longest ago. */
static struct history **earlier(struct pasts *p, uint64_t size)
{
    int best = -1, oldest = 0;
    for (int i = 0; i < EARLIER; i++) {
        const struct history *h = p->earlier[i];
        if (h && h->events <= size && (best < 0 || h->events > p->earlier[best]->events))
            best = i;
        if (p->used[i] < p->used[oldest]) oldest = i;
    }
    if (best < 0) best = oldest;
    p->used[best] = ++p->turn;
    return &p->earlier[best];
}

static RC kept(struct casework *c, uint64_t size, uint64_t all, struct history **ret,
               struct err *e)
{
    struct pasts *p = c->pasts;
    TRY(look_again(c, p, all, e));
    bool newest = size == all || (p->newest && p->newest->events == size);
    struct history **h = newest ? &p->newest : earlier(p, size);
    TRY(resume(c, size, h, e));
    *ret = history_share(*h);
    return RC_OK;
}

static RC in_view(struct casework *c, uint64_t size, struct history **ret, struct err *e)
{
    uint64_t all = store_ledger_size(c->store, e);
    if (size > all)
        return FAIL(e, RC_INVALID, "LEDGER-0013", "the ledger has %llu events, not %llu",
                    (unsigned long long)all, (unsigned long long)size);
    if (c->pasts) return kept(c, size ? size : all, all, ret, e);
    *ret = NULL;
    return resume(c, size ? size : all, ret, e);
}

/* The view begins behind the lock, so that those who fold see the ledger grow. */
RC casework_history(struct casework *c, uint64_t size, struct history **ret, struct err *e)
{
    if (c->pasts) pthread_mutex_lock(&c->pasts->lock);
    enum rc rc = store_read_begin(c->store, e);
    if (rc == RC_OK) {
        rc = in_view(c, size, ret, e);
        store_read_end(c->store);
    }
    if (c->pasts) pthread_mutex_unlock(&c->pasts->lock);
    return rc;
}

/* ---- as of an instant -------------------------------------------------------------------- */

struct search {
    instant at;
    uint64_t found;
};

static RC search_one(void *ctx, const struct store_event *row, struct err *e)
{
    struct search *s = ctx;
    (void)e;
    if (row->at < s->at) return RC_OK;
    s->found = row->index;
    return RC_NO;
}

RC casework_events_before(struct casework *c, const struct history *h, instant at,
                          uint64_t *ret, struct err *e)
{
    uint64_t from, to;
    if (!history_before(h, at, &from, &to)) return RC_NO;
    struct search s = {at, to};
    TRY(store_events_each(c->store, from, to, search_one, &s, e));
    *ret = s.found;
    return RC_OK;
}
