/* What is asked of a request before its body comes, in this order: could two readers disagree
 * about it, does its target stand in the table, how often may this source ask, who is it, may
 * he, is it his own page that sent it, is it not the same again.
 *
 * What it must never do: let anybody on whose role is not in the row of the route. */
#include "os/log.h"
#include "server/assets.h"
#include "server/limit.h"
#include "server/passage.h"
#include "server/sso.h"
#include <fcntl.h>

enum { BURST_SECONDS = 4 };
#define COOKIE STR("__Host-sallyport")

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
        return answer_refuse(p, 401, "SRV-0010", "sign in, or send a token that is valid");
    if (r->roles && !may(r, c))
        return answer_refuse(p, 403, "SRV-0011", "your role may not do this");
    if (is_change(p) && (cookie || r->flags & ROUTE_NO_CSRF) && !p->is_bearer &&
        !guard_same_origin(p->origin, p->site, p->host, p->x.secure))
        return answer_refuse(p, 403, "SRV-0012",
                             "this did not come from a page of this service");
    if (is_change(p) && cookie && !(r->flags & ROUTE_NO_CSRF) && !good_csrf(p))
        return answer_refuse(p, 403, "SRV-0012", "X-CSRF-Token is missing or not right");
    if (r->roles && cookie && !c->acknowledged && !(r->flags & ROUTE_FRESH))
        return answer_refuse(p, 403, "SRV-0013", "acknowledge the banner first");
    if (r->flags & ROUTE_STEP_UP && !proven(p))
        return answer_refuse(p, 403, "ACCESS-0003",
                             "prove again who you are, then repeat this");
    if (!is_change(p) || !(r->flags & (ROUTE_WRITES | ROUTE_KEY)))
        p->x.key = STR(""); /* nothing to do twice, or never to be kept */
    if (p->x.key.n && (!guard_key(p->x.key) || !c->name.n))
        return answer_refuse(p, 400, "SRV-0017",
                             "Idempotency-Key has 1 to 128 visible characters");
    if (r->flags & ROUTE_KEY && !p->x.key.n)
        return answer_refuse(p, 400, "SRV-0017",
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
        return answer_refuse(p, 415, "SRV-0020",
                             bulk ? "send application/x-ndjson" : "send application/json");
    if (length.n && (!str_to_i64(length, &n) || n > (int64_t)p->body_max))
        return answer_refuse(p, 413, "SRV-0021", "the body is too large");
    if (!bulk) return PASSAGE_BODY;
    p->has_bulk = lanes_bulk_begin(p->desk->lanes, p);
    p->x.retry_after = p->has_bulk ? 0 : 5;
    if (!p->has_bulk)
        return answer_refuse(p, 503, "SRV-0025", "enough bulk transfers are under way");
    p->spool.fd = open(p->desk->setup.spool_dir, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (p->spool.fd < 0)
        return answer_refuse(p, 503, "SRV-0025", "there is no room for a bulk transfer");
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
        return answer_refuse(p, 404, "SRV-0015", "there is nothing of that name");
    if (!p->x.is_get) {
        p->allow = "GET, HEAD";
        return answer_refuse(p, 405, "SRV-0016", "this can only be read");
    }
    if (one && str_is(p->segments[0], "health")) {
        bool good = s->health(s->health_ctx, may_count(p), &b);
        (void)exchange_bytes(&p->x, good ? 200 : 503, "application/json", buf_str(&b));
    } else if (one && str_is(p->segments[0], "metrics")) {
        if (!may_count(p))
            return answer_refuse(p, 403, "SRV-0011",
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
        return answer_refuse(p, 404, "SRV-0015", "there is nothing of that name");
    }
    metric_add(&desk_requests, 1);
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
    p->is_background = str_is(guard_find(h, n, "X-Sallyport-Background"), "1");
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
    metric_add(&desk_malformed, 1);
    log_event(LEVEL_INFO, "request.malformed", log_c("rule", rule));
    p->hang_up = true;
    return answer_refuse(p, 400, "SRV-0023", "the request is malformed");
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
        answer_settle(p, rc, &e);
        return PASSAGE_ANSWER;
    }
    p->x.retry_after = too_often(p);
    if (p->x.retry_after) return answer_refuse(p, 429, "SRV-0014", "slower, please");
    if (!p->x.route && p->allow)
        return answer_refuse(p, 405, "SRV-0016", "not with this method");
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
