/* See http.h. Slow senders are cut off by a clock of our own: the library's timeout begins anew
 * with every byte. */
#include "server/http.h"
#include "os/log.h"
#include "os/metrics.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mhd_lazy.h"

enum {
    THREADS = 4,
    CONNECTIONS = 1024,
    PER_ADDRESS = 64,
    HEAD_MS = 10000,
    BODY_MS = 120000,
    IDLE_MS = 60000,
    MEMORY = 32 << 10,
    STACK = 512 << 10,
    LOOK_MS = 250,
    PIECE = 16 << 10
};

enum phase { PHASE_HEAD, PHASE_BODY, PHASE_WORK, PHASE_IDLE };

struct line { /* one connection */
    struct line *next, **at;
    int fd;
    enum phase phase;
    int64_t since;
    /* while it sleeps the library does not look whether anybody listens */
    struct stream *stream;
};

struct http {
    struct http_setup setup;
    struct MHD_Daemon *daemon;
    pthread_t clock;
    bool clock_runs;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t end;
    struct line *lines;
    bool stopping;
};

struct request { /* one request */
    struct http *http;
    struct passage *passage;
    struct MHD_Connection *to;
    struct stream *stream;
    struct str target;
    enum { REQUEST_NEW, REQUEST_BODY, REQUEST_WAIT } state;
    enum passage_next next;
    char text[GUARD_URI + 2]; /* the target as it was sent */
};

static struct metric m_slow =
    METRIC_COUNTER("sallyport_connections_cut_total",
                   "Connections cut because their sender was too slow.", NULL);
static struct metric m_open = METRIC_GAUGE("sallyport_connections", "Open connections.", NULL);

/* ---- connections and their clock --------------------------------------------------------- */

static void line_open(struct http *h, struct MHD_Connection *to, void **ctx)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(to, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct line *l = calloc(1, sizeof *l);
    if (!l) abort();
    l->fd = info ? info->connect_fd : -1;
    l->since = clock_ticks();
    pthread_mutex_lock(&h->lock);
    l->next = h->lines;
    l->at = &h->lines;
    if (l->next) l->next->at = &l->next;
    h->lines = l;
    pthread_mutex_unlock(&h->lock);
    metric_add(&m_open, 1);
    *ctx = l;
}

static void line_close(struct http *h, struct line *l)
{
    if (!l) return;
    pthread_mutex_lock(&h->lock);
    *l->at = l->next;
    if (l->next) l->next->at = l->at;
    pthread_mutex_unlock(&h->lock);
    metric_add(&m_open, -1);
    free(l);
}

static void on_connection(void *ctx, struct MHD_Connection *to, void **line,
                          enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        line_open(ctx, to, line);
    else
        line_close(ctx, *line);
}

static void enter(struct request *k, enum phase phase)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(k->to, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct line *l = info ? info->socket_context : NULL;
    if (!l) return;
    pthread_mutex_lock(&k->http->lock);
    l->phase = phase;
    l->since = clock_ticks();
    l->stream = phase == PHASE_WORK ? k->stream : NULL;
    pthread_mutex_unlock(&k->http->lock);
}

static int64_t allowed(const struct http *h, enum phase p)
{
    switch (p) {
    case PHASE_HEAD: return h->setup.head_ms;
    case PHASE_BODY: return h->setup.body_ms;
    case PHASE_IDLE: return h->setup.idle_ms;
    case PHASE_WORK: break;
    }
    return INT64_MAX;
}

static bool has_gone(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    return poll(&p, 1, 0) == 1 && p.revents & (POLLRDHUP | POLLHUP | POLLERR);
}

static void cut_slow(struct http *h)
{
    int64_t now = clock_ticks();
    for (struct line *l = h->lines; l; l = l->next) {
        if (l->stream && l->fd >= 0 && has_gone(l->fd)) {
            stream_end(l->stream);
            l->stream = NULL;
        }
        if (l->fd < 0 || now - l->since <= allowed(h, l->phase)) continue;
        shutdown(l->fd, SHUT_RDWR); /* the library sees the end and cleans up */
        if (l->phase != PHASE_IDLE) metric_add(&m_slow, 1);
        l->fd = -1;
    }
}

static void *run_clock(void *ctx)
{
    struct http *h = ctx;
    pthread_setname_np(pthread_self(), "clock");
    pthread_mutex_lock(&h->lock);
    while (!h->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&h->end, &h->lock, &until);
        cut_slow(h);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

/* ---- one request ------------------------------------------------------------------------- */

struct gather {
    struct guard_header *list;
    size_t n;
    bool bad;
};

static enum MHD_Result gather(void *ctx, enum MHD_ValueKind kind, const char *name,
                              size_t name_n, const char *value, size_t value_n)
{
    struct gather *g = ctx;
    (void)kind;
    /* A NUL inside would be where one reader stops and another goes on. */
    if (g->n == GUARD_HEADERS || !name || strlen(name) != name_n ||
        (value ? strlen(value) : 0) != value_n) {
        g->bad = true;
        return MHD_NO;
    }
    g->list[g->n++] =
        (struct guard_header){str_n(name, name_n), str_n(value ? value : "", value_n)};
    return MHD_YES;
}

static struct str peer_of(struct MHD_Connection *to, char text[INET6_ADDRSTRLEN])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(to, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *at = info ? info->client_addr : NULL;
    text[0] = 0;
    if (at && at->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)at)->sin_addr, text,
                  INET6_ADDRSTRLEN);
    if (at && at->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr, text,
                  INET6_ADDRSTRLEN);
    return strncmp(text, "::ffff:", 7) == 0 ? str_c(text + 7) : str_c(text);
}

static enum MHD_Result send_answer(struct request *k)
{
    struct str body = passage_bytes(k->passage);
    const struct answer_header *list;
    size_t n = passage_headers(k->passage, &list);
    /* the passage outlives it */
    struct MHD_Response *r = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p,
                                                             MHD_RESPMEM_PERSISTENT);
    enum MHD_Result done = r ? MHD_YES : MHD_NO;
    for (size_t i = 0; i < n && done == MHD_YES; i++)
        done = MHD_add_response_header(r, list[i].name, list[i].value);
    enter(k, PHASE_BODY); /* a reader may be as slow as a sender */
    if (done == MHD_YES)
        done = MHD_queue_response(k->to, (unsigned)passage_status(k->passage), r);
    if (r) MHD_destroy_response(r);
    return done;
}

static void wake(void *ctx) { MHD_resume_connection(((struct request *)ctx)->to); }
static void sleep_now(void *ctx) { MHD_suspend_connection(((struct request *)ctx)->to); }

static ssize_t stream_piece(void *ctx, uint64_t at, char *p, size_t n)
{
    struct request *k = ctx;
    (void)at;
    ptrdiff_t got = stream_read(k->stream, p, n);
    return got < 0 ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)got;
}

static enum MHD_Result send_stream(struct request *k)
{
    struct stream_carrier carrier = {.sleep = sleep_now, .wake = wake, .ctx = k};
    const struct answer_header *list;
    k->stream = passage_stream(k->passage, &carrier);
    if (!k->stream) return send_answer(k);
    size_t n = passage_headers(k->passage, &list);
    struct MHD_Response *r =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, stream_piece, k, NULL);
    enum MHD_Result done = r ? MHD_YES : MHD_NO;
    for (size_t i = 0; i < n && done == MHD_YES; i++)
        done = MHD_add_response_header(r, list[i].name, list[i].value);
    enter(k, PHASE_WORK);
    if (done == MHD_YES) done = MHD_queue_response(k->to, MHD_HTTP_OK, r);
    if (r) MHD_destroy_response(r);
    return done;
}

/* The connection sleeps before the work is handed on, so that it cannot be woken too early. */
static enum MHD_Result finish(struct request *k)
{
    enter(k, PHASE_WORK);
    k->state = REQUEST_WAIT;
    MHD_suspend_connection(k->to);
    k->next = passage_finish(k->passage, wake, k);
    if (k->next != PASSAGE_LATER) MHD_resume_connection(k->to);
    return MHD_YES;
}

static enum MHD_Result begin(struct request *k, const char *method, const char *version)
{
    struct guard_header headers[GUARD_HEADERS];
    struct gather g = {.list = headers};
    char peer[INET6_ADDRSTRLEN];
    MHD_get_connection_values_n(k->to, MHD_HEADER_KIND, gather, &g);
    struct passage_request r = {.method = method,
                                .target = k->target,
                                .peer = peer_of(k->to, peer),
                                .headers = headers,
                                .n_headers = g.bad ? GUARD_HEADERS + 1 : g.n,
                                .tls = k->http->setup.certificate != NULL,
                                .http10 = strcmp(version, MHD_HTTP_VERSION_1_1) != 0};
    k->state = REQUEST_BODY;
    enter(k, PHASE_BODY);
    k->next = passage_begin(k->passage, &r);
    if (k->next != PASSAGE_ANSWER) return MHD_YES;
    bool body = guard_find(headers, g.n, "Content-Length").p ||
                guard_find(headers, g.n, "Transfer-Encoding").p;
    /* and the connection ends: nobody wants the rest */
    if (body || passage_hang_up(k->passage)) return send_answer(k);
    /* the answer comes with the next call, so that the connection stays */
    k->state = REQUEST_WAIT;
    return MHD_YES;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *to, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_n, void **state)
{
    struct request *k = *state;
    (void)ctx, (void)url;
    if (!k) return MHD_NO;
    k->to = to;
    if (k->state == REQUEST_NEW) return begin(k, method, version);
    if (*upload_n) {
        bool go_on = passage_body(k->passage, str_n(upload, *upload_n));
        *upload_n = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    if (k->state == REQUEST_BODY) return finish(k);
    return k->next == PASSAGE_STREAM ? send_stream(k) : send_answer(k);
}

/* The request line is read: the target is taken before the library decodes it. */
static void *on_target(void *ctx, const char *uri, struct MHD_Connection *to)
{
    struct http *h = ctx;
    struct request *k = calloc(1, sizeof *k);
    if (!k) abort();
    k->http = h;
    k->to = to;
    k->passage = passage_new(h->setup.desk);
    size_t n = strnlen(uri, GUARD_URI + 1); /* one more than may be: it is refused */
    memcpy(k->text, uri, n);
    k->target = str_n(k->text, n);
    enter(k, PHASE_HEAD);
    return k;
}

static void on_end(void *ctx, struct MHD_Connection *to, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct request *k = *state;
    (void)ctx, (void)why;
    *state = NULL;
    if (!k) return;
    k->to = to;
    enter(k, PHASE_IDLE);
    if (k->stream) stream_close(k->stream);
    passage_free(k->passage);
    free(k);
}

static size_t as_it_is(void *ctx, struct MHD_Connection *to, char *s)
{
    (void)ctx, (void)to;
    return strlen(s);
}

static void quiet(void *ctx, const char *format, va_list ap)
{
    (void)ctx, (void)format, (void)ap;
} /* it would quote what was sent */

/* ---- start and end ----------------------------------------------------------------------- */

static bool place_of(const struct http_setup *s, struct sockaddr_storage *ret)
{
    memset(ret, 0, sizeof *ret);
    struct sockaddr_in *four = (struct sockaddr_in *)ret;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)ret;
    if (inet_pton(AF_INET, s->address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)s->port);
        return true;
    }
    if (inet_pton(AF_INET6, s->address, &six->sin6_addr) != 1) return false;
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)s->port);
    return true;
}

static int or_else(int given, int otherwise) { return given ? given : otherwise; }

static struct MHD_Daemon *start_daemon(struct http *h, const struct sockaddr_storage *place)
{
    const struct http_setup *s = &h->setup;
    bool tls = s->certificate != NULL, proxied = s->proxies && s->proxies[0];
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL |
                     MHD_ALLOW_SUSPEND_RESUME |
                     (place->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0) |
                     (tls ? MHD_USE_TLS : 0) | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        flags, (uint16_t)s->port, NULL, NULL, handle, h, MHD_OPTION_EXTERNAL_LOGGER, quiet,
        NULL, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)place, MHD_OPTION_ARRAY,
        tls ? secure : plain, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)or_else(s->threads, THREADS), MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)or_else(s->connections, CONNECTIONS), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        proxied ? 0u : (unsigned)or_else(s->per_address, PER_ADDRESS),
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(h->setup.idle_ms / 1000 + 30),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_THREAD_STACK_SIZE,
        (size_t)STACK, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_NOTIFY_COMPLETED, on_end, h,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK, as_it_is, NULL,
        MHD_OPTION_END);
}

static RC start_clock(struct http *h, struct err *e)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&h->end, &attr);
    pthread_condattr_destroy(&attr);
    h->clock_runs = pthread_create(&h->clock, NULL, run_clock, h) == 0;
    return h->clock_runs ? RC_OK : FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
}

RC http_start(const struct http_setup *s, struct http **ret, struct err *e)
{
    struct sockaddr_storage place;
    if (!place_of(s, &place))
        return FAIL(e, RC_INVALID, "SRV-0001", "'%s' is no address to listen on", s->address);
    struct http *h = calloc(1, sizeof *h);
    if (!h) abort();
    h->setup = *s;
    h->setup.head_ms = or_else(s->head_ms, HEAD_MS);
    h->setup.body_ms = or_else(s->body_ms, BODY_MS);
    h->setup.idle_ms = or_else(s->idle_ms, IDLE_MS);
    pthread_mutex_init(&h->lock, NULL);
    metric_register(&m_slow);
    metric_register(&m_open);
    lazy_mhd_ready();
    enum rc rc = start_clock(h, e);
    if (rc == RC_OK) h->daemon = start_daemon(h, &place);
    if (rc == RC_OK && !h->daemon)
        rc = FAIL(e, RC_IO, "SRV-0002", "cannot listen on %s port %d; is another one running?",
                  s->address, s->port);
    if (rc == RC_OK)
        *ret = h;
    else
        http_stop(h);
    return rc;
}

int http_port(const struct http *h)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : h->setup.port;
}

void http_quiet(struct http *h)
{
    if (!h) return;
    MHD_socket fd = MHD_quiesce_daemon(h->daemon);
    if (fd != MHD_INVALID_SOCKET) close(fd);
}

void http_stop(struct http *h)
{
    if (!h) return;
    if (h->daemon) MHD_stop_daemon(h->daemon);
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    pthread_cond_signal(&h->end);
    pthread_mutex_unlock(&h->lock);
    if (h->clock_runs) pthread_join(h->clock, NULL);
    pthread_cond_destroy(&h->end);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
