/* See desk.h. The order of what is asked of a request: does its target stand in the table, how
 * often may this source ask, who is it, may he, is it his own page that sent it, is it not the
 * same again; then the body. */
#include "server/desk.h"
#include "os/log.h"
#include "os/metrics.h"
#include "server/assets.h"
#include "server/limit.h"
#include "server/passage.h"
#include "server/sso.h"
#include "store/store.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HAND_CACHE_MIB = 16, LANE_THREADS = 2, WAITING_MAX = 4096, BURST_SECONDS = 4 };
#define COOKIE STR("__Host-sallyport")
#define YEAR "max-age=31536000; includeSubDomains"
#define CSP_PAGE                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src " \
    "'self'; connect-src 'self'; "                                                             \
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "            \
    "frame-ancestors 'none'"
#define CSP_DATA "default-src 'none'; frame-ancestors 'none'; sandbox"

enum { LANE_LONG, LANE_PRESSING, LANE_DOOR, LANES };

struct lane { /* what waits for its slow threads; under the desk's lock */
    struct desk *desk;
    struct passage *first, **last;
    int waiting, bulks, n_threads;
    pthread_cond_t more;
    pthread_t threads[LANE_THREADS];
};

struct desk {
    struct desk_setup setup;
    struct limit *limit;
    struct auth *auth;
    struct writer *writer;
    struct hub *hub;
    pthread_key_t hand_key;
    pthread_mutex_t lock; /* of what follows */
    struct lane lanes[LANES];
    struct hand *hands;
    struct passage *flights;
    bool stopping;
};

static struct metric m_requests =
    METRIC_COUNTER("sallyport_requests_total", "Requests answered.", NULL);
static struct metric m_refused = METRIC_COUNTER(
    "sallyport_requests_refused_total", "Requests refused before a handler saw them.", NULL);
static struct metric m_hostile =
    METRIC_COUNTER("sallyport_requests_malformed_total",
                   "Requests about which two readers could disagree.", NULL);

/* ---- what each thread has ---------------------------------------------------------------- */

static RC open_hand(struct desk *d, struct casework **ret_casework, struct access **ret_access,
                    struct err *e)
{
    struct access_setup s = d->setup.access;
    TRY(casework_open(&d->setup.casework, ret_casework, e));
    s.casework = *ret_casework;
    s.clock = d->setup.casework.clock;
    enum rc rc = access_open(&s, ret_access, e);
    if (rc != RC_OK) {
        casework_close(*ret_casework);
        *ret_casework = NULL;
    }
    return rc;
}

RC desk_hand(struct desk *d, struct hand **ret, struct err *e)
{
    struct hand *h = pthread_getspecific(d->hand_key);
    if (h) {
        *ret = h;
        return RC_OK;
    }
    h = calloc(1, sizeof *h);
    if (!h) abort();
    enum rc rc = open_hand(d, &h->casework, &h->access, e);
    /* there are many of these, and one writer */
    if (rc == RC_OK) rc = casework_cache(h->casework, HAND_CACHE_MIB, e);
    if (rc != RC_OK) {
        access_close(h->access);
        casework_close(h->casework);
        free(h);
        return rc;
    }
    pthread_setspecific(d->hand_key, h);
    pthread_mutex_lock(&d->lock);
    h->next = d->hands;
    d->hands = h;
    pthread_mutex_unlock(&d->lock);
    *ret = h;
    return RC_OK;
}

struct auth *desk_auth(struct desk *d) { return d->auth; }

static RC writer_open(void *ctx, struct casework **ret_casework, struct access **ret_access,
                      struct err *e)
{
    return open_hand(ctx, ret_casework, ret_access, e);
}

static void writer_close(void *ctx, struct casework *c, struct access *x)
{
    (void)ctx;
    access_close(x);
    casework_close(c);
}

/* Workers are woken only for something: each look of theirs takes the write lock. */
static void committed(void *ctx, struct casework *c)
{
    struct desk *d = ctx;
    struct err e;
    size_t due = 0;
    hub_ring(d->hub);
    if (d->setup.outbox && casework_outbox_due(c, &due, &e) == RC_OK && due)
        bell_ring(d->setup.outbox);
}

/* ---- keys at work ------------------------------------------------------------------------ */

/* Two requests of one key at the same time: the second is told so. In the writer they come one
 * after the other anyway. */
static bool flight_begin(struct desk *d, struct passage *p)
{
    bool other = false;
    pthread_mutex_lock(&d->lock);
    for (struct passage *q = d->flights; q; q = q->flight)
        other |= str_eq(q->x.key, p->x.key) && str_eq(q->x.caller.name, p->x.caller.name);
    if (!other) {
        p->flight = d->flights;
        d->flights = p;
        p->in_flight = true;
    }
    pthread_mutex_unlock(&d->lock);
    return !other;
}

static void flight_end(struct desk *d, struct passage *p)
{
    if (!p->in_flight) return;
    pthread_mutex_lock(&d->lock);
    struct passage **at = &d->flights;
    while (*at != p) at = &(*at)->flight;
    *at = p->flight;
    p->in_flight = false;
    pthread_mutex_unlock(&d->lock);
}

/* ---- the answer becomes bytes ------------------------------------------------------------ */

static void render(struct passage *p)
{
    struct exchange *x = &p->x;
    if (!x->json) return;
    struct buf b = buf_in(x->arena);
    json_write(&b, x->json);
    x->json = NULL;
    x->bytes = buf_str(&b);
    if (x->is_get && x->status == 200 && !x->etag.n)
        x->etag = exchange_etag(x->arena, x->bytes);
}

static void settle(struct passage *p, enum rc rc, const struct err *e)
{
    struct exchange *x = &p->x;
    if (rc != RC_OK && rc != RC_NO) {
        x->bytes = x->set_cookie = STR("");
        exchange_fail(x, e);
    } else if (x->end_sessions) {
        auth_forget(p->desk->auth);
        if (!(x->route->flags & ROUTE_FRESH))
            hub_end(p->desk->hub, STR(""));
        else if (str_is(x->method, "DELETE"))
            hub_end(p->desk->hub, x->caller.name);
    }
    render(p);
    if (x->is_get && x->status == 200 && x->etag.n && x->if_none_match.n &&
        guard_tags(x->if_none_match, x->etag)) {
        x->status = 304;
        x->bytes = STR("");
    }
    metric_add(&m_requests, 1);
}

static enum passage_next refuse(struct passage *p, int status, const char *id, const char *text)
{
    metric_add(&m_refused, 1);
    (void)exchange_problem(&p->x, status, id, text);
    render(p);
    return PASSAGE_ANSWER;
}

/* ---- the same again ---------------------------------------------------------------------- */

/* RC_NO: not answered yet. RC_OK: the exchange has its answer. */
static RC replay(struct passage *p, struct casework *c, struct err *e)
{
    struct exchange *x = &p->x;
    struct store_answer v;
    if (!x->key.n) return RC_NO;
    TRY(casework_answer_find(c, x->arena, x->caller.name, x->key, &v, e));
    p->replayed = true;
    if (!hash_eq(v.request, p->request))
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

static RC keep(struct passage *p, struct casework *c, struct err *e)
{
    struct exchange *x = &p->x;
    bool secret = x->route->flags & ROUTE_SECRET;
    if (!x->key.n || x->status >= 400) return RC_OK; /* what failed may be tried again */
    render(p);
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
    settle(p, rc, e);
    p->done(p->done_ctx);
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
    return refuse(p, 503, "SRV-0025", "too many requests wait; nothing was changed");
}

/* ---- slow ones --------------------------------------------------------------------------- */

static void run_slow(struct desk *d, struct passage *p)
{
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
    settle(p, rc, &e);
    flight_end(d, p);
    if (rc == RC_OK && !p->x.is_get) committed(d, h->casework);
    p->done(p->done_ctx);
}

static struct lane *lane_of(struct passage *p)
{
    unsigned flags = p->x.route->flags;
    return &p->desk->lanes[flags & ROUTE_PRESSING ? LANE_PRESSING
                           : flags & ROUTE_DOOR   ? LANE_DOOR
                                                  : LANE_LONG];
}

static struct passage *take_slow(struct lane *l)
{
    struct desk *d = l->desk;
    pthread_mutex_lock(&d->lock);
    while (!l->first && !d->stopping) pthread_cond_wait(&l->more, &d->lock);
    struct passage *p = l->first;
    if (p) {
        l->first = (struct passage *)(void *)p->job.next;
        if (!l->first) l->last = &l->first;
        l->waiting--;
    }
    pthread_mutex_unlock(&d->lock);
    return p;
}

static void *slow(void *ctx)
{
    struct lane *l = ctx;
    struct passage *p;
    pthread_setname_np(pthread_self(), "slow");
    while ((p = take_slow(l))) run_slow(l->desk, p);
    return NULL;
}

static enum passage_next give_slow(struct passage *p)
{
    struct desk *d = p->desk;
    struct lane *l = lane_of(p);
    if (p->x.key.n && !flight_begin(d, p))
        return refuse(p, 409, "SRV-0019", "the same request is under way");
    pthread_mutex_lock(&d->lock);
    bool room = !d->stopping && l->waiting < WAITING_MAX / 16;
    if (room) {
        p->job.next = NULL;
        *l->last = p;
        l->last = (struct passage **)(void *)&p->job.next;
        l->waiting++;
        pthread_cond_signal(&l->more);
    }
    pthread_mutex_unlock(&d->lock);
    if (room) return PASSAGE_LATER;
    flight_end(d, p);
    p->x.retry_after = 2;
    return refuse(p, 503, "SRV-0025", "too many requests wait; nothing was changed");
}

/* ---- quick ones -------------------------------------------------------------------------- */

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
    settle(p, rc, &e);
    return PASSAGE_ANSWER;
}

/* ---- before the body --------------------------------------------------------------------- */

static bool matches(struct passage *p, const struct route *r)
{
    struct str path = str_c(r->path + 1), part;
    size_t i = 0;
    p->x.n_params = 0;
    while (str_cut(&path, '/', &part)) {
        if (i == p->n_segments) return false;
        if (part.p[0] == '{')
            p->x.params[p->x.n_params++] = p->segments[i];
        else if (!str_eq(part, p->segments[i]))
            return false;
        i++;
    }
    return i == p->n_segments;
}

/* A name stands before a parameter: /tokens/me goes before /tokens/{id} when its row does. */
static const struct route *route_of(struct passage *p)
{
    struct buf allow = buf_in(p->x.arena);
    for (const struct route *r = p->desk->setup.routes; r->method; r++) {
        if (!matches(p, r)) continue;
        if (str_is(p->x.method, r->method)) return r;
        buf_printf(&allow, "%s%s", allow.n ? ", " : "", r->method);
    }
    if (allow.n) p->allow = buf_z(&allow);
    return NULL;
}

static bool is_change(const struct passage *p) { return !p->x.is_get; }

static int too_often(struct passage *p)
{
    const struct desk_setup *s = &p->desk->setup;
    int64_t now = clock_ticks();
    if (!p->x.caller.name.n)
        return limit_take(p->desk->limit, p->x.source, s->rate_stranger,
                          s->rate_stranger * BURST_SECONDS, now);
    int64_t rate = p->x.caller.is_token ? s->rate_token : s->rate_person;
    return limit_take(p->desk->limit, p->x.caller.name, rate, rate * BURST_SECONDS, now);
}

static bool may(const struct route *r, const struct caller *c)
{
    if (!c->is_token) return (r->roles & c->role) != 0;
    return r->scopes ? (r->scopes & c->scopes) != 0 : (r->roles & c->role) != 0;
}

static bool good_csrf(const struct passage *p)
{
    return p->csrf.n && hash_eq(hash_of(p->csrf), hash_of(p->x.caller.csrf));
}

static bool proven(const struct passage *p)
{
    return access_strong(&p->x.caller, clock_now(&p->desk->setup.casework.clock));
}

static enum passage_next admit(struct passage *p)
{
    const struct route *r = p->x.route;
    const struct caller *c = &p->x.caller;
    bool cookie = c->name.n && !c->is_token;
    if (r->roles && !c->name.n)
        return refuse(p, 401, "SRV-0010", "sign in, or send a token that is valid");
    if (r->roles && !may(r, c)) return refuse(p, 403, "SRV-0011", "your role may not do this");
    if (is_change(p) && (cookie || r->flags & ROUTE_NO_CSRF) && !p->is_bearer &&
        !guard_same_origin(p->origin, p->site, p->host, p->x.secure))
        return refuse(p, 403, "SRV-0012", "this did not come from a page of this service");
    if (is_change(p) && cookie && !(r->flags & ROUTE_NO_CSRF) && !good_csrf(p))
        return refuse(p, 403, "SRV-0012", "X-CSRF-Token is missing or not right");
    if (r->roles && cookie && !c->acknowledged && !(r->flags & ROUTE_FRESH))
        return refuse(p, 403, "SRV-0013", "acknowledge the banner first");
    if (r->flags & ROUTE_STEP_UP && !proven(p))
        return refuse(p, 403, "ACCESS-0003", "prove again who you are, then repeat this");
    if (!is_change(p) || !(r->flags & (ROUTE_WRITES | ROUTE_KEY)))
        p->x.key = STR(""); /* nothing to do twice, or never to be kept */
    if (p->x.key.n && (!guard_key(p->x.key) || !c->name.n))
        return refuse(p, 400, "SRV-0017", "Idempotency-Key has 1 to 128 visible characters");
    if (r->flags & ROUTE_KEY && !p->x.key.n)
        return refuse(p, 400, "SRV-0017",
                      "send an Idempotency-Key; the same again is then done once");
    return PASSAGE_BODY;
}

/* What may be known of the body before it comes. */
static enum passage_next announce(struct passage *p, struct str length)
{
    const struct route *r = p->x.route;
    int64_t n = 0;
    bool bulk = r->flags & ROUTE_BULK;
    ptrdiff_t mark = str_find(p->content_type, STR(";"));
    struct str type =
        str_trim(mark >= 0 ? str_sub(p->content_type, 0, (size_t)mark) : p->content_type);
    p->body_max = bulk ? BULK_MAX : BODY_MAX;
    if ((r->body || bulk) &&
        !str_ieq(type, bulk ? STR("application/x-ndjson") : STR("application/json")))
        return refuse(p, 415, "SRV-0020",
                      bulk ? "send application/x-ndjson" : "send application/json");
    if (length.n && (!str_to_i64(length, &n) || n > (int64_t)p->body_max))
        return refuse(p, 413, "SRV-0021", "the body is too large");
    if (!bulk) return PASSAGE_BODY;
    pthread_mutex_lock(&p->desk->lock);
    p->has_bulk = lane_of(p)->bulks < BULKS_MAX;
    lane_of(p)->bulks += p->has_bulk;
    pthread_mutex_unlock(&p->desk->lock);
    p->x.retry_after = p->has_bulk ? 0 : 5;
    if (!p->has_bulk) return refuse(p, 503, "SRV-0025", "enough bulk transfers are under way");
    p->spool.fd = open(p->desk->setup.spool_dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (p->spool.fd < 0)
        return refuse(p, 503, "SRV-0025", "there is no room for a bulk transfer");
    p->x.bulk = &p->spool;
    return PASSAGE_BODY;
}

static bool from_loopback(struct str source)
{
    return str_starts(source, STR("127.")) || str_is(source, "::1");
}

/* Figures of the service grow with requests and notices: who reports a release must not see
 * what it set going. */
static bool may_count(const struct passage *p)
{
    return p->is_local || (p->x.caller.is_token && p->x.caller.scopes & SCOPE_METRICS);
}

/* /health, /metrics, pages: what is no API. */
static enum passage_next elsewhere(struct passage *p)
{
    struct buf b = buf_in(p->x.arena);
    const struct desk_setup *s = &p->desk->setup;
    bool one = p->n_segments == 1;
    if (p->n_segments && str_is(p->segments[0], "api"))
        return refuse(p, 404, "SRV-0015", "there is nothing of that name");
    if (!p->x.is_get) {
        p->allow = "GET, HEAD";
        return refuse(p, 405, "SRV-0016", "this can only be read");
    }
    if (one && str_is(p->segments[0], "health")) {
        bool good = s->health(s->health_ctx, may_count(p), &b);
        (void)exchange_bytes(&p->x, good ? 200 : 503, "application/json", buf_str(&b));
    } else if (one && str_is(p->segments[0], "metrics")) {
        if (!may_count(p))
            return refuse(p, 403, "SRV-0011",
                          "metrics are for this machine, or a token for them");
        metrics_write(&b);
        (void)exchange_bytes(&p->x, 200, "text/plain; version=0.0.4; charset=utf-8",
                             buf_str(&b));
    } else if (p->n_segments == 2 && str_is(p->segments[0], "problems") && s->explain &&
               s->explain(p->segments[1])) {
        (void)exchange_bytes(
            &p->x, 200, "text/plain; charset=utf-8",
            str_c(arena_printf(p->x.arena, STR_FMT ": %s\n", STR_ARG(p->segments[1]),
                               s->explain(p->segments[1]))));
    } else if (!assets_answer(p)) {
        return refuse(p, 404, "SRV-0015", "there is nothing of that name");
    }
    metric_add(&m_requests, 1);
    return PASSAGE_ANSWER;
}

static bool read_headers(struct passage *p, const struct passage_request *r)
{
    const struct guard_header *h = r->headers;
    const char *const *proxies = p->desk->setup.proxies;
    size_t n = r->n_headers;
    struct exchange *x = &p->x;
    struct str bearer = guard_find(h, n, "Authorization"),
               via = guard_find(h, n, "X-Forwarded-For");
    x->source = str_dup(x->arena, guard_forwarded(via, proxies, r->peer));
    /* "Connection: X-Forwarded-For" makes some proxies drop it */
    p->is_local = from_loopback(x->source) && (via.n || !guard_trusted(r->peer, proxies));
    x->secure = r->tls || (guard_trusted(r->peer, proxies) &&
                           str_ieq(guard_find(h, n, "X-Forwarded-Proto"), STR("https")));
    p->host = guard_find(h, n, "Host");
    p->origin = guard_find(h, n, "Origin");
    p->site = guard_find(h, n, "Sec-Fetch-Site");
    p->csrf = guard_find(h, n, "X-CSRF-Token");
    p->content_type = guard_find(h, n, "Content-Type");
    p->encodings = guard_encodings(guard_find(h, n, "Accept-Encoding"));
    x->key = guard_find(h, n, "Idempotency-Key");
    x->if_match = guard_find(h, n, "If-Match");
    x->if_none_match = guard_find(h, n, "If-None-Match");
    x->last_event_id = guard_find(h, n, "Last-Event-ID");
    p->is_bearer = bearer.p != NULL;
    if (!guard_cookie(guard_find(h, n, "Cookie"), STR(SSO_COOKIE), &x->sso_cookie))
        return false;
    return bearer.p ? guard_bearer(bearer, &p->secret)
                    : guard_cookie(guard_find(h, n, "Cookie"), COOKIE, &p->secret);
}

static bool known_method(struct str m)
{
    static const char *const methods[] = {"GET",   "HEAD",   "POST",    "PUT",
                                          "PATCH", "DELETE", "OPTIONS", NULL};
    for (size_t i = 0; methods[i]; i++)
        if (str_is(m, methods[i])) return true;
    return false;
}

static enum passage_next malformed(struct passage *p, const char *rule)
{
    metric_add(&m_hostile, 1);
    log_event(LEVEL_INFO, "request.malformed", log_c("rule", rule));
    p->hang_up = true;
    return refuse(p, 400, "SRV-0023", "the request is malformed");
}

static bool read_target(struct passage *p, struct str target)
{
    struct str query;
    struct guard_pair pairs[QUERY_MAX];
    if (!guard_path(p->x.arena, target, p->segments, &p->n_segments, &query) ||
        !guard_query(p->x.arena, query, pairs, &p->x.n_query, QUERY_MAX))
        return false;
    for (size_t i = 0; i < p->x.n_query; i++)
        p->x.query[i] = (struct exchange_pair){pairs[i].name, pairs[i].value};
    return true;
}

static enum passage_next routed(struct passage *p, struct str length)
{
    struct hand *h;
    struct err e = {0};
    p->x.route = route_of(p);
    enum rc rc = p->secret.n ? desk_hand(p->desk, &h, &e) : RC_OK;
    if (rc == RC_OK && p->secret.n) rc = auth_see(p->desk->auth, p, h, &e);
    if (rc != RC_OK) {
        settle(p, rc, &e);
        return PASSAGE_ANSWER;
    }
    p->x.retry_after = too_often(p);
    if (p->x.retry_after) return refuse(p, 429, "SRV-0014", "slower, please");
    if (!p->x.route && p->allow) return refuse(p, 405, "SRV-0016", "not with this method");
    if (!p->x.route) return elsewhere(p);
    enum passage_next next = admit(p);
    return next == PASSAGE_BODY ? announce(p, length) : next;
}

enum passage_next passage_begin(struct passage *p, const struct passage_request *r)
{
    struct guard_rules rules = {.hosts = p->desk->setup.hosts, .http10 = r->http10};
    const char *broken = guard_headers(r->headers, r->n_headers, &rules);
    struct exchange *x = &p->x;
    x->method = str_is(str_c(r->method), "HEAD") ? STR("GET") : str_c(r->method);
    x->is_get = str_is(x->method, "GET");
    x->path = r->target;
    p->ticks = clock_ticks();
    if (broken) return malformed(p, broken);
    if (!known_method(str_c(r->method))) return malformed(p, "method");
    if (!read_target(p, r->target)) return malformed(p, "target");
    if (!read_headers(p, r)) return malformed(p, "credentials");
    return routed(p, guard_find(r->headers, r->n_headers, "Content-Length"));
}

/* ---- the body ---------------------------------------------------------------------------- */

bool passage_body(struct passage *p, struct str bytes)
{
    size_t have = p->x.bulk ? p->spool.n : p->body.n;
    if (p->too_big || have + bytes.n > p->body_max) {
        p->too_big = true;
        p->spool.at += bytes.n; /* a little is swallowed so that the answer is seen */
        return p->spool.at < BODY_MAX;
    }
    if (!p->x.bulk) {
        buf_str_add(&p->body, bytes);
        return true;
    }
    for (size_t at = 0; at < bytes.n;) {
        ssize_t put = write(p->spool.fd, bytes.p + at, bytes.n - at);
        if (put <= 0) return false; /* no room on the disk: hang up, nothing was done */
        at += (size_t)put;
        p->spool.n += (size_t)put;
    }
    return true;
}

static void hash_request(struct passage *p, struct str body)
{
    struct buf b = buf_in(p->x.arena);
    struct hash content = hash_of(body);
    buf_str_add(&b, p->x.method);
    buf_ch(&b, '\n');
    buf_str_add(&b, p->x.path);
    buf_ch(&b, '\n');
    buf_add(&b, content.b, sizeof content.b);
    p->request = hash_of(buf_str(&b));
}

static RC read_body(struct passage *p, struct err *e)
{
    struct exchange *x = &p->x;
    if (p->too_big) return FAIL(e, RC_LIMIT, "SRV-0021", "the body is too large");
    if (x->bulk) {
        p->spool.at = 0;
        if (p->spool.n) {
            void *map = mmap(NULL, p->spool.n, PROT_READ, MAP_PRIVATE, p->spool.fd, 0);
            if (map == MAP_FAILED)
                return FAIL(e, RC_IO, "SRV-0026", "a bulk body cannot be read");
            p->spool.map = map;
        }
        if (x->key.n) hash_request(p, str_n(p->spool.map ? p->spool.map : "", p->spool.n));
        return RC_OK;
    }
    x->raw = buf_str(&p->body);
    if (x->key.n) hash_request(p, x->raw);
    if (!x->route->body) return RC_OK; /* what nobody asked for is not looked at */
    TRY(json_parse(x->arena, x->raw, "", NULL, &x->body, e));
    return schemas_check(x->arena, x->route->body, x->body, e);
}

enum passage_next passage_finish(struct passage *p, void (*done)(void *ctx), void *ctx)
{
    struct err e = {0};
    p->done = done;
    p->done_ctx = ctx;
    enum rc rc = read_body(p, &e);
    if (rc != RC_OK) {
        settle(p, rc, &e);
        return PASSAGE_ANSWER;
    }
    if (p->x.route->flags & ROUTE_STREAM) return PASSAGE_STREAM;
    if (p->x.route->flags & (ROUTE_SLOW | ROUTE_BULK)) return give_slow(p);
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
    (void)refuse(p, 503, "SRV-0025", "enough streams are open");
    return NULL;
}

/* ---- what the carrier takes -------------------------------------------------------------- */

int passage_status(const struct passage *p) { return p->x.status; }
struct str passage_bytes(const struct passage *p) { return p->x.bytes; }
bool passage_hang_up(const struct passage *p) { return p->hang_up; }
int64_t passage_ticks(const struct passage *p) { return p->ticks; }

static void add(struct passage *p, const char *name, const char *value)
{
    p->headers[p->n_headers++] = (struct answer_header){name, value};
}

static void add_str(struct passage *p, const char *name, struct str value)
{
    if (value.n) add(p, name, str_dupz(p->x.arena, value));
}

/* No page of another origin may frame, read or guess; a browser keeps nothing of the API. */
static void add_safety(struct passage *p)
{
    bool page = p->is_asset && str_starts(p->x.type, STR("text/html"));
    add(p, "Content-Security-Policy", page ? CSP_PAGE : CSP_DATA);
    add(p, "X-Content-Type-Options", "nosniff");
    add(p, "X-Frame-Options", "DENY");
    add(p, "Referrer-Policy", "no-referrer");
    add(p, "Cross-Origin-Opener-Policy", "same-origin");
    add(p, "Cross-Origin-Resource-Policy", "same-origin");
    add(p, "Permissions-Policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    if (p->x.secure) add(p, "Strict-Transport-Security", YEAR);
    if (p->x.cache.n)
        add_str(p, "Cache-Control", p->x.cache);
    else
        add(p, "Cache-Control", "no-store");
}

size_t passage_headers(struct passage *p, const struct answer_header **ret)
{
    struct exchange *x = &p->x;
    add_safety(p);
    if (x->status != 304 && x->status != 204) add_str(p, "Content-Type", x->type);
    add_str(p, "ETag", x->etag);
    add_str(p, "Location", x->location.n ? x->location : x->redirect);
    add_str(p, "Set-Cookie", x->set_cookie);
    if (x->filename.n)
        add(p, "Content-Disposition",
            arena_printf(x->arena, "attachment; filename=\"" STR_FMT "\"",
                         STR_ARG(x->filename)));
    if (x->retry_after) add(p, "Retry-After", arena_printf(x->arena, "%d", x->retry_after));
    if (x->status == 405 && p->allow) add(p, "Allow", p->allow);
    if (x->status == 401) add(p, "WWW-Authenticate", "Bearer");
    if (p->replayed) add(p, "Idempotent-Replayed", "true");
    if (p->hang_up) add(p, "Connection", "close");
    *ret = p->headers;
    return p->n_headers;
}

struct passage *passage_new(struct desk *d)
{
    struct passage *p = calloc(1, sizeof *p);
    if (!p) abort();
    arena_init(&p->arena, 0);
    p->x = (struct exchange){.arena = &p->arena, .setup = &d->setup, .bytes = STR("")};
    p->body = buf_in(&p->arena);
    p->desk = d;
    p->spool.fd = -1;
    p->ticks = clock_ticks();
    return p;
}

void passage_free(struct passage *p)
{
    if (p->spool.map) munmap((void *)(uintptr_t)p->spool.map, p->spool.n);
    if (p->spool.fd >= 0) close(p->spool.fd);
    if (p->has_bulk) {
        pthread_mutex_lock(&p->desk->lock);
        lane_of(p)->bulks--;
        pthread_mutex_unlock(&p->desk->lock);
    }
    arena_done(&p->arena);
    free(p);
}

/* ---- start and end ----------------------------------------------------------------------- */

static void people_changed(void *ctx) { auth_forget(((struct desk *)ctx)->auth); }
static RC hub_open(void *ctx, struct casework **ret, struct err *e)
{
    return casework_open(&((struct desk *)ctx)->setup.casework, ret, e);
}

static RC start_slow(struct desk *d, struct err *e)
{
    for (struct lane *l = d->lanes; l < d->lanes + LANES; l++)
        for (; l->n_threads < LANE_THREADS; l->n_threads++)
            if (pthread_create(&l->threads[l->n_threads], NULL, slow, l))
                return FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
    return RC_OK;
}

static RC start_threads(struct desk *d, struct err *e)
{
    struct hub_setup hub = {
        .open = hub_open, .people = people_changed, .ctx = d, .look_ms = 100, .beat_ms = 15000};
    struct writer_setup writer = {.open = writer_open,
                                  .close = writer_close,
                                  .committed = committed,
                                  .ctx = d,
                                  .waiting_max = WAITING_MAX};
    TRY(schemas_load(d->setup.routes, d->setup.document.n ? d->setup.document : schemas_text(),
                     e));
    TRY(hub_start(&hub, &d->hub, e));
    TRY(writer_start(&writer, &d->writer, e));
    return start_slow(d, e);
}

RC desk_start(const struct desk_setup *s, struct desk **ret, struct err *e)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d) abort();
    d->setup = *s;
    if (!d->setup.routes) d->setup.routes = routes;
    d->limit = limit_new();
    d->auth = auth_new();
    pthread_mutex_init(&d->lock, NULL);
    for (struct lane *l = d->lanes; l < d->lanes + LANES; l++) {
        l->desk = d;
        l->last = &l->first;
        pthread_cond_init(&l->more, NULL);
    }
    if (pthread_key_create(&d->hand_key, NULL)) abort();
    metric_register(&m_requests);
    metric_register(&m_refused);
    metric_register(&m_hostile);
    enum rc rc = start_threads(d, e);
    if (rc == RC_OK) {
        *ret = d;
        return RC_OK;
    }
    desk_close(d);
    desk_free(d);
    return rc;
}

void desk_close(struct desk *d)
{
    if (!d) return;
    pthread_mutex_lock(&d->lock);
    d->stopping = true;
    for (struct lane *l = d->lanes; l < d->lanes + LANES; l++) pthread_cond_broadcast(&l->more);
    pthread_mutex_unlock(&d->lock);
    for (struct lane *l = d->lanes; l < d->lanes + LANES; l++)
        while (l->n_threads) pthread_join(l->threads[--l->n_threads], NULL);
    if (d->writer) writer_stop(d->writer);
    if (d->hub) hub_close(d->hub);
}

void desk_free(struct desk *d)
{
    if (!d) return;
    while (d->hands) {
        struct hand *h = d->hands;
        d->hands = h->next;
        access_close(h->access);
        casework_close(h->casework);
        free(h);
    }
    writer_free(d->writer);
    hub_free(d->hub);
    auth_free(d->auth);
    limit_free(d->limit);
    pthread_key_delete(d->hand_key);
    for (struct lane *l = d->lanes; l < d->lanes + LANES; l++) pthread_cond_destroy(&l->more);
    pthread_mutex_destroy(&d->lock);
    free(d);
}
