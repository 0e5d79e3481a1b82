/* See stream.h. */
#include "server/stream.h"
#include "os/bell.h"
#include "os/log.h"
#include "os/metrics.h"
#include <stdio.h>
#include <stdlib.h>

enum { PIECE = 256 };

struct stream {
    struct hub *hub;
    struct stream *next;
    struct stream_carrier carrier;
    uint64_t from; /* the next event of the ledger it wants */
    int64_t until, beat;
    bool sees_cases, sees_any, asleep, ended, leaving; /* leaving: ends once it is read empty */
    char name[80];
    char *room; /* STREAM_ROOM bytes */
    size_t n;
};

struct hub {
    struct hub_setup setup;
    struct bell bell;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    struct stream *streams;
    size_t count;
    uint64_t next; /* the event of the ledger that comes next */
    bool known, closed;
};

static struct metric m_streams =
    METRIC_GAUGE("sallyport_streams", "Open streams of events.", NULL);
static struct metric m_lost = METRIC_COUNTER("sallyport_streams_lost_total",
                                             "Streams that were told to load anew.", NULL);

/* ---- what an event looks like ------------------------------------------------------------ */

/* Reads and signatures of the ledger are no news: each page that is shown makes some. */
static const char *topic(const struct change *k)
{
    static const char *const quiet[] = {"record.read", "persons.read", "checkpoint", NULL};
    for (size_t i = 0; quiet[i]; i++)
        if (str_is(k->kind, quiet[i])) return NULL;
    if (str_starts(k->kind, STR("alert."))) return "alert";
    if (str_starts(k->kind, STR("notice."))) return "notice";
    return k->case_id.n || k->booking.n ? "case" : "ledger";
}

static void write_event(struct buf *b, struct arena *a, const struct change *k,
                        const char *what)
{
    struct json *o = json_object(a);
    char at[40];
    json_set(a, o, "kind", json_string(a, k->kind));
    json_set(a, o, "at", json_c(a, arena_strdup(a, instant_utc(k->at, at))));
    if (k->case_id.n) json_set(a, o, "case", json_string(a, k->case_id));
    if (k->booking.n) json_set(a, o, "booking", json_string(a, k->booking));
    buf_printf(b, "id: %llu\nevent: %s\ndata: ", (unsigned long long)k->index, what);
    json_write(b, o);
    buf_c(b, "\n\n");
}

/* ---- one stream; the hub's lock is held -------------------------------------------------- */

static void wake(struct stream *s)
{
    if (!s->asleep) return;
    s->asleep = false;
    s->carrier.wake(s->carrier.ctx);
}

static void put(struct stream *s, struct str bytes)
{
    /* it does not keep up: what waits is worth nothing any more */
    if (s->n + bytes.n > STREAM_ROOM) {
        metric_add(&m_lost, 1);
        s->n = (size_t)snprintf(s->room, STREAM_ROOM, "id: %llu\nevent: lost\ndata: {}\n\n",
                                (unsigned long long)(s->from ? s->from - 1 : 0));
    } else {
        memcpy(s->room + s->n, bytes.p, bytes.n);
        s->n += bytes.n;
    }
    wake(s);
}

static bool may_see(const struct stream *s, const struct change *k)
{
    return s->sees_any && (s->sees_cases || (!k->case_id.n && !k->booking.n));
}

static void give(struct stream *s, struct arena *a, const struct change *list, size_t n)
{
    struct buf b = buf_in(a);
    for (size_t i = 0; i < n; i++) {
        const char *what = topic(&list[i]);
        s->from = list[i].index + 1;
        if (what && may_see(s, &list[i])) write_event(&b, a, &list[i], what);
        s->leaving = list[i].person.n && str_is(list[i].person, s->name);
        if (s->leaving) break; /* the rest is for him who he is now */
    }
    if (b.n) put(s, buf_str(&b));
    if (s->leaving) wake(s);
}

/* ---- the thread -------------------------------------------------------------------------- */

/* The lowest event that somebody wants, and nobody's if all have everything. */
static bool wanted(struct hub *h, uint64_t *ret_from)
{
    bool any = false;
    pthread_mutex_lock(&h->lock);
    for (struct stream *s = h->streams; s; s = s->next) {
        if (s->leaving) continue;
        if (s->from != UINT64_MAX && s->from + STREAM_BACK < h->next) {
            s->from = h->next;
            s->n = STREAM_ROOM; /* as if it had not kept up */
            put(s, STR(" "));
        }
        if (s->from < h->next && (!any || s->from < *ret_from)) *ret_from = s->from, any = true;
    }
    pthread_mutex_unlock(&h->lock);
    return any;
}

static RC catch_up(struct hub *h, struct casework *c, struct arena *a, struct err *e)
{
    struct change *list;
    size_t n;
    uint64_t from = 0;
    while (wanted(h, &from)) {
        TRY(casework_changes(c, from, PIECE, a, &list, &n, e));
        bool people = false;
        for (size_t i = 0; i < n; i++) people |= list[i].person.n != 0;
        /* before streams end, so that nobody comes back as who he was */
        if (people && h->setup.people) h->setup.people(h->setup.ctx);
        pthread_mutex_lock(&h->lock);
        for (struct stream *s = h->streams; s; s = s->next) {
            size_t skip = 0;
            while (skip < n && list[skip].index < s->from) skip++;
            if (!s->leaving && s->from >= from && s->from < from + PIECE)
                give(s, a, list + skip, n - skip);
            if (n == 0 && s->from < h->next) s->from = h->next; /* the ledger has none there */
        }
        pthread_mutex_unlock(&h->lock);
        arena_reset(a);
    }
    return RC_OK;
}

static RC look(struct hub *h, struct casework *c, struct arena *a, int64_t *version,
               struct err *e)
{
    int64_t now = 0;
    uint64_t size;
    TRY(casework_version(c, &now, e));
    if (now != *version) {
        TRY(casework_ledger_size(c, &size, e));
        *version = now;
        pthread_mutex_lock(&h->lock);
        if (!h->known) /* who came before the ledger was read has missed nothing he asked for */
            for (struct stream *s = h->streams; s; s = s->next)
                if (s->sees_any && s->from == UINT64_MAX) s->from = size;
        h->known = true;
        h->next = size;
        pthread_mutex_unlock(&h->lock);
    }
    return catch_up(h, c, a, e);
}

static void beat(struct hub *h)
{
    int64_t now = clock_ticks();
    pthread_mutex_lock(&h->lock);
    for (struct stream *s = h->streams; s; s = s->next) {
        if (now >= s->until && !s->ended) {
            s->ended = true;
            wake(s);
        }
        if (now < s->beat) continue;
        s->beat = now + h->setup.beat_ms;
        put(s, STR(": beat\n\n"));
    }
    pthread_mutex_unlock(&h->lock);
}

static void *run(void *ctx)
{
    struct hub *h = ctx;
    struct casework *c = NULL;
    struct arena a;
    uint64_t seen = UINT64_MAX;
    int64_t version = INT64_MIN;
    arena_init(&a, 0);
    pthread_setname_np(pthread_self(), "events");
    do {
        struct err e;
        enum rc rc = c ? RC_OK : h->setup.open(h->setup.ctx, &c, &e);
        if (rc == RC_OK) rc = look(h, c, &a, &version, &e);
        if (rc != RC_OK) log_event(LEVEL_ERROR, "events.failed", log_c("id", e.id));
        arena_reset(&a);
        beat(h);
    } while (bell_wait(&h->bell, &seen, h->setup.look_ms));
    casework_close(c);
    arena_done(&a);
    return NULL;
}

/* ---- from outside ------------------------------------------------------------------------ */

RC hub_start(const struct hub_setup *s, struct hub **ret, struct err *e)
{
    struct hub *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->setup = *s;
    bell_init(&h->bell);
    pthread_mutex_init(&h->lock, NULL);
    metric_register(&m_streams);
    metric_register(&m_lost);
    if (pthread_create(&h->thread, NULL, run, h)) {
        free(h);
        return FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
    }
    *ret = h;
    return RC_OK;
}

void hub_ring(struct hub *h) { bell_ring(&h->bell); }

static void end_some(struct hub *h, struct str name, bool all)
{
    pthread_mutex_lock(&h->lock);
    if (all) h->closed = true;
    for (struct stream *s = h->streams; s; s = s->next) {
        if (!all && name.n && !str_is(name, s->name)) continue;
        s->ended = true;
        wake(s);
    }
    pthread_mutex_unlock(&h->lock);
}

void hub_end(struct hub *h, struct str name) { end_some(h, name, false); }

void hub_close(struct hub *h)
{
    end_some(h, STR(""), true);
    bell_close(&h->bell);
    pthread_join(h->thread, NULL);
}

void hub_free(struct hub *h)
{
    if (!h) return;
    bell_done(&h->bell);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

static uint64_t first_wanted(struct hub *h, struct str last)
{
    int64_t id;
    if (!h->known) return UINT64_MAX;
    if (!last.n || !str_to_i64(last, &id) || id < 0 || (uint64_t)id >= h->next) return h->next;
    return (uint64_t)id + 1;
}

struct stream *stream_open(struct hub *h, const struct caller *c, struct str last_event_id,
                           const struct stream_carrier *carrier, int64_t until_ticks)
{
    const unsigned cases =
        ROLE_RECORDS_OFFICER | ROLE_SUPERVISOR | ROLE_ATTORNEY | ROLE_AUDITOR;
    struct stream *s = calloc(1, sizeof *s);
    char *room = malloc(STREAM_ROOM);
    if (!s || !room) abort();
    *s = (struct stream){.hub = h,
                         .carrier = *carrier,
                         .until = until_ticks,
                         .beat = clock_ticks() + h->setup.beat_ms,
                         .room = room,
                         .sees_cases = !c->is_token && (c->role & cases),
                         .sees_any = !c->is_token && c->role != ROLE_INTEGRATION};
    snprintf(s->name, sizeof s->name, STR_FMT, STR_ARG(c->name));
    s->n = (size_t)snprintf(room, STREAM_ROOM, "retry: 1000\n\n");
    pthread_mutex_lock(&h->lock);
    size_t own = 0;
    for (const struct stream *t = h->streams; t; t = t->next) own += str_is(c->name, t->name);
    bool full = h->closed || h->count >= STREAMS_MAX || own >= STREAMS_EACH;
    if (!full) {
        /* who sees nothing is not told how far the ledger is either */
        s->from = s->sees_any ? first_wanted(h, last_event_id) : UINT64_MAX;
        s->next = h->streams;
        h->streams = s;
        metric_set(&m_streams, (int64_t)++h->count);
    }
    pthread_mutex_unlock(&h->lock);
    if (!full) {
        bell_ring(&h->bell); /* it may be behind */
        return s;
    }
    free(room);
    free(s);
    return NULL;
}

ptrdiff_t stream_read(struct stream *s, char *p, size_t n)
{
    ptrdiff_t got;
    pthread_mutex_lock(&s->hub->lock);
    if (s->ended || (s->leaving && !s->n)) {
        got = -1;
    } else if (!s->n) {
        s->asleep = true;
        s->carrier.sleep(s->carrier.ctx);
        got = 0;
    } else {
        got = (ptrdiff_t)(s->n < n ? s->n : n);
        memcpy(p, s->room, (size_t)got);
        s->n -= (size_t)got;
        memmove(s->room, s->room + got, s->n);
    }
    pthread_mutex_unlock(&s->hub->lock);
    return got;
}

void stream_end(struct stream *s)
{
    pthread_mutex_lock(&s->hub->lock);
    s->ended = true;
    wake(s);
    pthread_mutex_unlock(&s->hub->lock);
}

void stream_close(struct stream *s)
{
    struct hub *h = s->hub;
    pthread_mutex_lock(&h->lock);
    struct stream **at = &h->streams;
    while (*at != s) at = &(*at)->next;
    *at = s->next;
    metric_set(&m_streams, (int64_t)--h->count);
    pthread_mutex_unlock(&h->lock);
    free(s->room);
    free(s);
}
