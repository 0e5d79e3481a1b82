/* Where a handler runs, and what is done around it: the same again is answered from what was
 * kept, what it answers is kept with what it did.
 *
 * What it must never do: answer a change before it is on the disk, or a look before it is
 * recorded. */
#include "server/api.h"
#include "server/passage.h"
#include "store/store.h"

/* ---- the same again ---------------------------------------------------------------------- */

enum { BEGUN = 1 }; /* in the place of a status: a bulk body of this key was begun */

/* RC_NO: not answered yet. RC_OK: the exchange has its answer. */
static RC replay(struct passage *p, struct casework *c, struct err *e)
{
    struct exchange *x = &p->x;
    struct store_answer v;
    x->begun = INSTANT_NONE;
    if (!x->key.n) return RC_NO;
    TRY(casework_answer_find(c, x->arena, x->caller.name, x->key, &v, e));
    bool same = hash_eq(v.request, p->request);
    if (same && v.status == BEGUN) {
        x->begun = v.at;
        return RC_NO;
    }
    p->replayed = true;
    if (!same)
        return exchange_problem(x, 422, "SRV-0018",
                                "this Idempotency-Key was used for another request");
    if (!v.status)
        return exchange_problem(x, 409, "SRV-0019",
                                "this was done; its answer held a secret, which is shown once");
    x->status = v.status;
    x->json = NULL;
    x->type = v.type;
    x->bytes = v.body;
    x->etag = v.etag;
    x->location = v.location;
    return RC_OK;
}

RC exchange_begin(struct exchange *x, struct err *e)
{
    const struct passage *p = (const struct passage *)(const void *)x;
    struct store_answer v = {.request = p->request, .status = BEGUN};
    if (x->begun != INSTANT_NONE) return RC_OK;
    TRY(casework_answer_put(x->casework, x->caller.name, x->key, &v, e));
    x->begun = v.at;
    return RC_OK;
}

static RC keep(struct passage *p, struct casework *c, struct err *e)
{
    struct exchange *x = &p->x;
    bool secret = x->route->flags & ROUTE_SECRET;
    if (!x->key.n || x->status >= 400) return RC_OK; /* what failed may be tried again */
    answer_render(p);
    struct store_answer v = {.request = p->request,
                             .status = secret ? 0 : x->status,
                             .type = x->type,
                             .etag = x->etag,
                             .location = x->location};
    if (!secret) v.body = x->bytes;
    return casework_answer_put(c, x->caller.name, x->key, &v, e);
}

static RC handle(struct passage *p, struct casework *c, struct access *access, struct err *e)
{
    struct exchange *x = &p->x;
    enum rc rc = replay(p, c, e);
    if (rc != RC_NO) return rc;
    x->casework = c;
    x->access = access;
    rc = x->route->handler(x, e);
    if (rc == RC_NO && !x->status)
        rc = FAIL(e, RC_NOTFOUND, "SRV-0015", "there is nothing of that name");
    return rc == RC_OK || rc == RC_NO ? keep(p, c, e) : rc;
}

/* ---- the answer goes --------------------------------------------------------------------- */

static void let_go(struct held *h)
{
    struct passage *p = (struct passage *)(void *)((char *)h - offsetof(struct passage, held));
    p->done(p->done_ctx);
}

/* Who may not know of requests cannot read one off the clock either (pace.h). */
static void answered(struct passage *p)
{
    p->held.go = let_go;
    if (api_outsider(&p->x))
        pace_hold(p->desk->pace, &p->held, p->complete);
    else
        p->done(p->done_ctx);
}

/* ---- in the writer's thread -------------------------------------------------------------- */

static struct passage *of_job(struct job *j)
{
    return (struct passage *)(void *)((char *)j - offsetof(struct passage, job));
}

static RC run_write(struct job *j, struct casework *c, struct access *access, struct err *e)
{
    return handle(of_job(j), c, access, e);
}

static RC run_looks(struct job *j, struct casework *c, struct access *access, struct err *e)
{
    struct passage *p = of_job(j);
    (void)access;
    return casework_looks_record(c, exchange_actor(&p->x), &p->looks, p->x.arena, e);
}

static void job_done(struct job *j, enum rc rc, const struct err *e)
{
    struct passage *p = of_job(j);
    answer_settle(p, rc, e);
    answered(p);
}

static enum passage_next give_writer(struct passage *p,
                                     RC (*run)(struct job *, struct casework *, struct access *,
                                               struct err *))
{
    p->job.run = run;
    p->job.quiet = run == run_looks;
    p->job.done = job_done;
    if (writer_add(p->desk->writer, &p->job)) return PASSAGE_LATER;
    p->x.retry_after = 1;
    return answer_refuse(p, 503, "SRV-0025", "too many requests wait; nothing was changed");
}

/* ---- slow ones, in a thread of their lane ------------------------------------------------ */

void run_slow(struct passage *p)
{
    struct desk *d = p->desk;
    struct hand *h;
    struct err e = {0};
    enum rc rc = desk_hand(d, &h, &e);
    if (rc == RC_OK) {
        casework_looks_later(h->casework, &p->looks);
        rc = handle(p, h->casework, h->access, &e);
        casework_looks_later(h->casework, NULL);
        if (rc == RC_OK && p->looks.n)
            rc = casework_looks_record(h->casework, exchange_actor(&p->x), &p->looks,
                                       p->x.arena, &e);
    }
    answer_settle(p, rc, &e);
    lanes_done(d->lanes, p);
    if (rc == RC_OK && !p->x.is_get) desk_committed(d, h->casework);
    answered(p);
}

static enum passage_next give_lane(struct passage *p)
{
    switch (lanes_add(p->desk->lanes, p)) {
    case LANES_TAKEN: return PASSAGE_LATER;
    case LANES_SAME: return answer_refuse(p, 409, "SRV-0019", "the same request is under way");
    case LANES_FULL: break;
    }
    p->x.retry_after = 2;
    return answer_refuse(p, 503, "SRV-0025", "too many requests wait; nothing was changed");
}

/* ---- quick ones, in the listener's thread ------------------------------------------------ */

static enum passage_next run_quick(struct passage *p)
{
    struct hand *h;
    struct err e = {0};
    enum rc rc = desk_hand(p->desk, &h, &e);
    if (rc == RC_OK) {
        casework_looks_later(h->casework, &p->looks);
        rc = handle(p, h->casework, h->access, &e);
        casework_looks_later(h->casework, NULL);
    }
    /* shown only once it is recorded who looked */
    if ((rc == RC_OK || rc == RC_NO) && p->looks.n) return give_writer(p, run_looks);
    answer_settle(p, rc, &e);
    if (!api_outsider(&p->x)) return PASSAGE_ANSWER;
    answered(p);
    return PASSAGE_LATER;
}

enum passage_next passage_finish(struct passage *p, void (*done)(void *ctx), void *ctx)
{
    struct err e = {0};
    p->done = done;
    p->done_ctx = ctx;
    p->complete = pace_now(p->desk->pace);
    enum rc rc = body_read(p, &e);
    if (rc != RC_OK) {
        answer_settle(p, rc, &e);
        return PASSAGE_ANSWER;
    }
    if (p->x.route->flags & ROUTE_STREAM) return PASSAGE_STREAM;
    if (p->x.route->flags & (ROUTE_SLOW | ROUTE_BULK)) return give_lane(p);
    return p->x.route->flags & ROUTE_WRITES ? give_writer(p, run_write) : run_quick(p);
}

struct stream *passage_stream(struct passage *p, const struct stream_carrier *c)
{
    const struct clock *clock = &p->desk->setup.casework.clock;
    int64_t rest = p->x.caller.expires_at == INSTANT_NONE
                       ? HOURS(12)
                       : p->x.caller.expires_at - clock_now(clock);
    struct stream *s = stream_open(p->desk->hub, &p->x.caller, p->x.last_event_id, c,
                                   clock_ticks() + (rest > 0 ? rest : 0));
    p->x.status = 200;
    p->x.type = STR("text/event-stream; charset=utf-8");
    p->hang_up = true; /* at its end */
    if (s) return s;
    p->x.retry_after = 5;
    (void)answer_refuse(p, 503, "SRV-0025", "enough streams are open");
    return NULL;
}
