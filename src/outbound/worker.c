/* The outbox worker: claim → last door → document → begin → deliver → result, one notice at a
 * time, and a thread that does so whenever the bell rings. An attempt that began and never
 * ended (a crash, a lost line) is first asked after at the provider; a job under way is
 * followed, never sent again. Whatever happens, the result goes back to casework, which alone
 * decides when to try again and when a person is alerted.
 *
 * What it must never do: send what the door refused, send to an address other than the claimed
 * one, keep personal data after a turn, log more than kind, channel and result. */
#include "base/hash.h"
#include "os/log.h"
#include "outbound/outbound.h"
#include <pthread.h>
#include <stdlib.h>

#define ENDED "ended" /* provider_ref of a job that is over */
/* Longer than the longest attempt: a mail 60 s, a fax dialogue a few times 30 s. */
#define LEASE MINUTES(5)

static void refused(struct delivery_report *r, struct arena *a, const struct err *why)
{
    *r = (struct delivery_report){.delivery = DELIVERY_REFUSED, .receipt = json_object(a)};
    json_set(a, r->receipt, "why", json_c(a, arena_strdup(a, why->text)));
    json_set(a, r->receipt, "id", json_c(a, arena_strdup(a, why->id)));
}

static RC report(struct casework *c, const struct notice *n, const struct delivery_report *r,
                 const char *sha256, struct arena *a, struct err *e)
{
    struct buf receipt = buf_in(a);
    json_write(&receipt, r->receipt);
    enum log_level level = r->delivery == DELIVERY_REFUSED ? LEVEL_WARNING
                           : r->delivery == DELIVERY_UNDERWAY
                               ? LEVEL_DEBUG /* said again at every look */
                               : LEVEL_INFO;
    log_event(level, "notice.attempt", log_int("notice", n->id),
              log_c("kind", notice_kind_word(n->kind)),
              log_c("channel", channel_word(n->channel)), log_int("attempt", n->attempt),
              log_c("result", delivery_word(r->delivery)));
    return casework_outbox_result(c, n, r->delivery, r->provider_ref, buf_str(&receipt),
                                  str_c(sha256), e);
}

/* Nothing new began: the word is about the attempt before this one (casework counts an attempt
 * at its begin). A job that ended is struck out, so that nobody follows it again. */
static RC report_earlier(struct casework *c, const struct notice *n, struct delivery_report *r,
                         const char *sha256, struct arena *a, struct err *e)
{
    struct notice earlier = *n;
    earlier.attempt--;
    if (n->provider_ref.n && r->delivery != DELIVERY_UNDERWAY) r->provider_ref = STR(ENDED);
    return report(c, &earlier, r, sha256, a, e);
}

/* An earlier attempt may have got through unseen. True when the answer settles it or forbids
 * sending now. */
static bool settled(const struct channel_driver *d, const struct outbound_setup *s,
                    const struct notice *n, const struct outbound_document *doc,
                    struct arena *a, struct delivery_report *r)
{
    if (n->attempt <= 1 || !d->ask) return false;
    d->ask(s, n, doc, a, r);
    return r->delivery != DELIVERY_UNKNOWN;
}

static RC follow(struct casework *c, const struct channel_driver *d,
                 const struct outbound_setup *s, const struct notice *n, const struct err *door,
                 struct arena *a, struct delivery_report *r, struct err *e)
{
    if (door && d->take_back) {
        d->take_back(s, n, a, r);
        /* what left is proven as it is; what did not leave is refused */
        if (r->delivery != DELIVERY_CONFIRMED && r->delivery != DELIVERY_UNDERWAY)
            refused(r, a, door);
    } else {
        d->follow(s, n, a, r);
    }
    return report_earlier(c, n, r, "", a, e);
}

static RC send_now(struct casework *c, const struct channel_driver *d,
                   const struct outbound_setup *s, const struct notice *n, struct arena *a,
                   struct delivery_report *r, struct err *e)
{
    struct outbound_document doc;
    struct err why = {0};
    if (outbound_document(s, n, a, &doc, &why) != RC_OK) {
        refused(r, a, &why);
        return report_earlier(c, n, r, "", a, e);
    }
    if (settled(d, s, n, &doc, a, r)) return report_earlier(c, n, r, doc.sha256, a, e);
    enum rc rc = casework_outbox_begin(c, n, e);
    if (rc == RC_CONFLICT) { /* the case changed since the claim: the next claim withdraws it */
        log_event(LEVEL_INFO, "notice.overtaken", log_int("notice", n->id));
        return RC_OK;
    }
    if (rc != RC_OK) return rc;
    d->deliver(s, n, &doc, a, r);
    return report(c, n, r, doc.sha256, a, e);
}

RC outbound_run_once(struct casework *c, const struct outbound_setup *s, const char *worker,
                     struct arena *a, struct delivery_report *ret_report, struct err *e)
{
    struct notice n = {0};
    struct delivery_report r = {0};
    struct err why = {0};
    TRY(casework_outbox_claim(c, worker, LEASE, a, &n, e));
    const struct channel_driver *d = outbound_driver(n.channel);
    enum rc door = outbound_door(&n, &why), rc;
    if (n.recall.n)
        door = FAIL(&why, RC_DENIED, "OUT-0107", "it may not leave any more: " STR_FMT,
                    STR_ARG(n.recall));
    if (d->ready(s) && d->follow && n.provider_ref.n && !str_is(n.provider_ref, ENDED)) {
        rc = follow(c, d, s, &n, door == RC_OK ? NULL : &why, a, &r, e);
    } else if (door != RC_OK) {
        refused(&r, a, &why);
        rc = report_earlier(c, &n, &r, "", a, e);
    } else if (!d->ready(s)) {
        (void)FAIL(&why, RC_DENIED, "OUT-0106", "this channel is not configured here");
        refused(&r, a, &why);
        rc = report_earlier(c, &n, &r, "", a, e);
    } else {
        rc = send_now(c, d, s, &n, a, &r, e);
    }
    if (ret_report) *ret_report = r;
    return rc;
}

/* ---- the thread
 * ------------------------------------------------------------------------------ */

struct outbound_worker {
    pthread_t thread;
    struct casework *casework;
    const struct outbound_setup *setup;
    const char *name;
    struct bell *bell;
    int poll_ms;
};

/* Everything due now, then sleep. A failure of the store ends the round, not the thread. */
static void drain(struct outbound_worker *w, struct arena *a)
{
    for (;;) {
        struct err e = {0};
        arena_reset(a);
        enum rc rc = outbound_run_once(w->casework, w->setup, w->name, a, NULL, &e);
        if (rc == RC_OK) continue;
        if (rc != RC_NO)
            log_event(LEVEL_ERROR, "outbox.failed", log_c("id", e.id), log_c("text", e.text));
        return;
    }
}

static void *run(void *ctx)
{
    struct outbound_worker *w = ctx;
    struct arena a;
    uint64_t seen = 0;
    arena_init(&a, 0);
    do drain(w, &a);
    while (bell_wait(w->bell, &seen, w->poll_ms));
    arena_done(&a);
    casework_close(w->casework);
    return NULL;
}

RC outbound_start(const struct casework_setup *casework, const struct outbound_setup *s,
                  const char *name, struct bell *bell, int poll_ms,
                  struct outbound_worker **ret, struct err *e)
{
    struct casework *c = NULL;
    TRY(casework_open(casework, &c, e));
    struct outbound_worker *w = calloc(1, sizeof *w);
    if (!w) abort();
    *w = (struct outbound_worker){
        .casework = c, .setup = s, .name = name, .bell = bell, .poll_ms = poll_ms};
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        casework_close(c);
        free(w);
        return FAIL(e, RC_BUSY, "OUT-0003", "no thread for the outbox");
    }
    *ret = w;
    return RC_OK;
}

void outbound_stop(struct outbound_worker *w)
{
    if (!w) return;
    pthread_join(w->thread, NULL);
    free(w);
}
