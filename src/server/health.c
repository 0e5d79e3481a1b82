/* See health.h. One thread with a small stack, a handful of connections, strict parsing. */
#include "server/health.h"
#include "os/metrics.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "mhd_lazy.h"

#define CONNECTIONS 16
#define STACK (128u << 10)
#define TIMEOUT_S 5

struct health {
    struct health_setup setup;
    struct MHD_Daemon *daemon;
};

static enum MHD_Result answer(struct MHD_Connection *to, unsigned status, const char *type, struct str body, bool head)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(head ? 0 : body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
    if (!r) return MHD_NO;
    enum MHD_Result done = MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (done == MHD_YES) done = MHD_add_response_header(r, "Cache-Control", "no-store");
    if (done == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED) done = MHD_add_response_header(r, "Allow", "GET, HEAD");
    if (done == MHD_YES) done = MHD_queue_response(to, status, r);
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result route(const struct health *h, struct MHD_Connection *to, const char *url, bool head)
{
    struct arena a;
    enum MHD_Result done;
    arena_init(&a, 0);
    struct buf b = buf_in(&a);
    if (str_is(str_c(url), "/metrics")) {
        metrics_write(&b);
        done = answer(to, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", buf_str(&b), head);
    } else if (str_is(str_c(url), "/health")) {
        bool good = h->setup.state(h->setup.ctx, &b);
        done = answer(to, good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, "application/json", buf_str(&b), head);
    } else {
        done = answer(to, MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8", STR("there is /health and /metrics\n"), head);
    }
    arena_done(&a);
    return done;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *to, const char *url, const char *method, const char *version,
                              const char *upload, size_t *upload_n, void **state)
{
    (void)version, (void)upload;
    static int seen;
    bool head = str_is(str_c(method), MHD_HTTP_METHOD_HEAD);
    if (!*state) { /* headers only: the answer comes behind the body */
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_n) { /* nobody reads it */
        *upload_n = 0;
        return MHD_YES;
    }
    if (!head && !str_is(str_c(method), MHD_HTTP_METHOD_GET))
        return answer(to, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", STR("read only\n"), false);
    return route(ctx, to, url, head);
}

static bool place_of(const struct health_setup *s, struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    struct sockaddr_in *four = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
    if (inet_pton(AF_INET, s->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)s->port);
        return ntohl(four->sin_addr.s_addr) >> 24 == 127;
    }
    if (inet_pton(AF_INET6, s->address, &six->sin6_addr) != 1) return false;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)s->port);
    return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

RC health_start(const struct health_setup *s, struct health **ret, struct err *e)
{
    struct sockaddr_storage place;
    if (!place_of(s, &place)) return FAIL(e, RC_INVALID, "SRV-0001", "health and metrics listen on a loopback address, not on %s", s->address);
    struct health *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->setup = *s;
    lazy_mhd_ready();
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | (place.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    h->daemon = MHD_start_daemon(flags, (uint16_t)s->port, NULL, NULL, handle, h,
                                 MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&place, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
                                 MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK,
                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)8192, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                                 MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
    if (!h->daemon) {
        free(h);
        return FAIL(e, RC_IO, "SRV-0002", "cannot listen on %s port %d; is another one running?", s->address, s->port);
    }
    *ret = h;
    return RC_OK;
}

int health_port(const struct health *h)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : h->setup.port;
}

void health_stop(struct health *h)
{
    if (!h) return;
    MHD_stop_daemon(h->daemon);
    free(h);
}
