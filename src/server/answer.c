/* The answer becomes status, headers and bytes, and a failure a problem.
 *
 * What it must never do: let a browser keep, frame or guess what the API said. */
#include "os/log.h"
#include "server/passage.h"

#define YEAR "max-age=31536000; includeSubDomains"
#define CSP_PAGE                                                                               \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src " \
    "'self'; connect-src 'self'; "                                                             \
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "            \
    "frame-ancestors 'none'"
#define CSP_DATA "default-src 'none'; frame-ancestors 'none'; sandbox"

void answer_render(struct passage *p)
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

void answer_settle(struct passage *p, enum rc rc, const struct err *e)
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
    answer_render(p);
    if (x->is_get && x->status == 200 && x->etag.n && x->if_none_match.n &&
        guard_tags(x->if_none_match, x->etag)) {
        x->status = 304;
        x->bytes = STR("");
    }
    metric_add(&desk_requests, 1);
}

enum passage_next answer_refuse(struct passage *p, int status, const char *id, const char *text)
{
    metric_add(&desk_refused, 1);
    (void)exchange_problem(&p->x, status, id, text);
    answer_render(p);
    return PASSAGE_ANSWER;
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
