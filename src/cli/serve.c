/* sallyport serve: the desk and its API, outbox workers, the clocks, the watched folder. Each
 * thread has its own connection to the store; they share the bell, the heart and the state
 * behind /health. A thread that cannot work says so and tries again; only the start fails.
 * Release never waits on any of them. */
#include "cli/cli.h"
#include "intake/watch.h"
#include "os/bell.h"
#include "os/log.h"
#include "os/metrics.h"
#include "os/notify.h"
#include "os/signals.h"
#include "os/file.h"
#include "server/desk.h"
#include "server/http.h"
#include "server/sso.h"
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKERS_MAX 16
#define STACK (512u << 10)
#define LOOK_MS 1000        /* workers look so often for what other processes queued */
#define TICK_MAX_MS 15000   /* the clocks are looked at at least so often */
#define HEART_LATE_MS 90000 /* without a beat for so long the service is not healthy */

struct service {
    const struct config *conf;
    struct casework_setup setup;
    struct outbound_setup outbound;
    const struct profile *profile;
    struct bell bell;
    struct outbound_worker *workers[WORKERS_MAX];
    pthread_t timer, watcher;
    bool timer_runs, watcher_runs;
    struct desk *desk;
    struct http *http;
    struct sso *sso;
    pthread_mutex_t lock; /* of what follows */
    char stats[2048];     /* canonical JSON of casework_stats */
    _Atomic int64_t beat; /* clock_ticks() of the last good turn of the clocks */
    _Atomic bool stopping;
};

static struct metric m_due =
    METRIC_GAUGE("sallyport_notices_due", "Notices that are due now.", NULL);
static struct metric m_files = METRIC_COUNTER("sallyport_import_files_total",
                                              "Files taken from the watched folder.", NULL);
static struct metric m_failures =
    METRIC_COUNTER("sallyport_failures_total", "Turns of a service thread that failed.", NULL);

static void log_err(const char *name, const struct err *e)
{
    metric_add(&m_failures, 1);
    log_event(LEVEL_ERROR, name, log_c("id", e->id), log_c("code", rc_name(e->code)));
}

/* ---- the clocks -------------------------------------------------------------------------- */

static void keep_stats(struct service *s, struct casework *w, struct arena *a)
{
    struct json *stats = NULL;
    struct err e;
    struct buf b = buf_in(a);
    if (casework_stats(w, a, &stats, &e) != RC_OK) return;
    json_write(&b, stats);
    pthread_mutex_lock(&s->lock);
    if (b.n < sizeof s->stats) memcpy(s->stats, buf_z(&b), b.n + 1);
    pthread_mutex_unlock(&s->lock);
}

static RC turn(struct service *s, struct casework *w, struct arena *a, int *ret_wait_ms,
               struct err *e)
{
    instant next = INSTANT_NONE;
    size_t due = 0;
    TRY(casework_tick(w, &next, e));
    TRY(casework_outbox_due(w, &due, e));
    metric_set(&m_due, (int64_t)due);
    if (due) bell_ring(&s->bell);
    keep_stats(s, w, a);
    atomic_store(&s->beat, clock_ticks());
    int64_t wait = next == INSTANT_NONE ? TICK_MAX_MS : next - clock_now(&s->setup.clock);
    *ret_wait_ms = wait < 100 ? 100 : wait > TICK_MAX_MS ? TICK_MAX_MS : (int)wait;
    return RC_OK;
}

static void last_checkpoint(struct casework *w, struct arena *a)
{
    struct str note;
    struct err e;
    if (casework_checkpoint(w, a, &note, &e) != RC_OK) log_err("checkpoint.failed", &e);
}

/* Sleeps until the time is over or the service stops. Rings are meant for the workers. */
static bool sleep_ms(struct service *s, int wait_ms)
{
    uint64_t seen = UINT64_MAX;
    int64_t until = clock_ticks() + wait_ms;
    while (!atomic_load(&s->stopping) && clock_ticks() < until) {
        int64_t rest = until - clock_ticks();
        if (!bell_wait(&s->bell, &seen, rest > 0 ? (int)rest : 0)) return false;
    }
    return !atomic_load(&s->stopping);
}

static void *run_timer(void *ctx)
{
    struct service *s = ctx;
    struct casework *w = NULL;
    struct err e;
    struct arena a;
    int wait = 1000;
    arena_init(&a, 0);
    do {
        enum rc rc = w ? RC_OK : casework_open(&s->setup, &w, &e);
        if (rc == RC_OK) rc = turn(s, w, &a, &wait, &e);
        if (rc != RC_OK) {
            log_err("clock.failed", &e);
            wait = 1000;
        }
        arena_reset(&a);
    } while (sleep_ms(s, wait));
    if (w) last_checkpoint(w, &a);
    casework_close(w);
    arena_done(&a);
    return NULL;
}

/* ---- the watched folder ------------------------------------------------------------------ */

static void log_file(void *ctx, const char *name, const struct json *report,
                     const struct err *e)
{
    (void)ctx;
    metric_add(&m_files, 1);
    if (!report)
        log_event(LEVEL_WARNING, "import.refused", log_c("file", name), log_c("id", e->id),
                  log_int("line", e->line));
    else
        log_event(json_whole(json_get(report, "refused"), 0) ? LEVEL_WARNING : LEVEL_INFO,
                  "import.done", log_c("file", name),
                  log_int("rows", json_whole(json_get(report, "rows"), 0)),
                  log_int("refused", json_whole(json_get(report, "refused"), 0)));
}

static bool is_stopping(void *ctx) { return atomic_load(&((struct service *)ctx)->stopping); }

static void *run_watcher(void *ctx)
{
    struct service *s = ctx;
    struct watch watch = {.folder = s->conf->import_folder,
                          .stable_ms = SECONDS(s->conf->import_stable_seconds),
                          .by = {"jail-feed"},
                          .profile = s->profile,
                          .zone = s->outbound.zone,
                          .clock = s->setup.clock,
                          .done = log_file,
                          .stop = is_stopping,
                          .stop_ctx = s};
    do {
        struct err e;
        size_t taken = 0;
        enum rc rc = watch.casework ? RC_OK : casework_open(&s->setup, &watch.casework, &e);
        if (rc == RC_OK) rc = watch_look(&watch, &taken, &e);
        if (rc != RC_OK) log_err("import.failed", &e);
        if (taken) bell_ring(&s->bell);
        if (taken) malloc_trim(0); /* a large file is over; its memory is not kept */
    } while (sleep_ms(s, (int)SECONDS(s->conf->import_poll_seconds)));
    casework_close(watch.casework);
    return NULL;
}

/* ---- health ------------------------------------------------------------------------------ */

static bool is_beating(struct service *s)
{
    return clock_ticks() - atomic_load(&s->beat) < HEART_LATE_MS;
}

static bool write_state(void *ctx, bool inside, struct buf *json)
{
    struct service *s = ctx;
    bool good = is_beating(s);
    pthread_mutex_lock(&s->lock);
    buf_printf(json, "{\"healthy\":%s", good ? "true" : "false");
    if (inside) buf_printf(json, ",\"stats\":%s", s->stats[0] ? s->stats : "{}");
    buf_c(json, "}\n");
    pthread_mutex_unlock(&s->lock);
    return good;
}

/* ---- start and end ----------------------------------------------------------------------- */

static RC start_thread(pthread_t *ret, void *(*run)(void *), struct service *s, struct err *e)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    int failed = pthread_create(ret, &attr, run, s);
    pthread_attr_destroy(&attr);
    return failed ? FAIL(e, RC_IO, "SRV-0003", "cannot start a thread") : RC_OK;
}

static RC start_watcher(struct service *s, struct err *e)
{
    if (!*s->conf->import_folder) return RC_OK;
    TRY(watch_prepare(&(struct watch){.folder = s->conf->import_folder}, e));
    TRY(start_thread(&s->watcher, run_watcher, s, e));
    s->watcher_runs = true;
    return RC_OK;
}

#define BANNER                                                                                 \
    "This is a system of %s for authorised work only. Use is recorded and may be monitored; "  \
    "misuse may be punished. Going on means consent."

/* "a, b" as a list ended by NULL, behind what is always in it. */
static const char *const *words(struct arena *a, const char *text, const char *const *always)
{
    struct str rest = str_c(text), word;
    size_t n = 0;
    while (always && always[n]) n++;
    const char **list = arena_array(a, const char *, n + strlen(text) + 2);
    for (size_t i = 0; i < n; i++) list[i] = always[i];
    while (str_cut(&rest, ',', &word))
        if (str_trim(word).n) list[n++] = str_dupz(a, str_trim(word));
    return list;
}

static const char *title_of(struct str id)
{
    for (const struct diagnostic *d = diagnostics; d->id; d++)
        if (str_is(id, d->id)) return d->meaning;
    return NULL;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "127.", 4) == 0 || str_is(str_c(address), "::1");
}

static RC read_tls(struct call *c, const struct config *conf, struct http_setup *h,
                   struct err *e)
{
    struct str certificate, key;
    if (!*conf->serve_tls_certificate && !*conf->serve_proxy &&
        !is_loopback(conf->serve_address))
        return FAIL(e, RC_INVALID, "SRV-0001",
                    "%s can be reached by others; that takes serve.tls_certificate and "
                    "serve.tls_key, or serve.proxy",
                    conf->serve_address);
    if (!*conf->serve_tls_certificate) return RC_OK;
    if (file_read(c->arena, conf->serve_tls_certificate, 1 << 20, &certificate, e) != RC_OK ||
        file_read(c->arena, conf->serve_tls_key, 1 << 20, &key, e) != RC_OK)
        return FAIL(e, RC_INVALID, "SRV-0001",
                    "serve.tls_certificate and serve.tls_key name two files that can be read");
    h->certificate = certificate.p;
    h->key = key.p;
    return RC_OK;
}

/* A link that is a log-on by itself is for the one who sits at this machine. */
static RC demo_allowed(const struct config *conf, struct err *e)
{
    if (!conf->access_demo_links) return RC_OK;
    if (!is_loopback(conf->serve_address) || *conf->serve_proxy || *conf->serve_hosts)
        return FAIL(e, RC_INVALID, "ACCESS-0012",
                    "access.demo_links takes serve.address 127.0.0.1 or ::1, and neither "
                    "serve.proxy nor serve.hosts");
    log_event(LEVEL_WARNING, "demo.links", log_c("hint", "signed-in links are allowed here"));
    return RC_OK;
}

/* Who reads the terminal or the file has the machine; a journal is read by more. */
static RC tell_link(struct service *s, struct arena *a, struct str secret, struct err *e)
{
    const char *path = arena_printf(a, "%s.first-link", s->conf->database);
    const char *link = arena_printf(a, "/desk/link#" STR_FMT, STR_ARG(secret));
    if (isatty(2)) {
        fprintf(stderr, "The first administrator opens this once, within 72 hours: %s\n", link);
        return RC_OK;
    }
    TRY(file_write_atomic(path, str_c(arena_printf(a, "%s\n", link)), 0600, e));
    log_event(LEVEL_WARNING, "first.link", log_c("file", path));
    return RC_OK;
}

static RC first_link(struct service *s, const struct access_setup *setup, struct err *e)
{
    struct access_setup with = *setup;
    struct access *x = NULL;
    struct arena a;
    struct str secret;
    /* a wrong database is told before anything runs */
    TRY(casework_open(&s->setup, &with.casework, e));
    with.clock = s->setup.clock;
    arena_init(&a, 0);
    enum rc rc = access_open(&with, &x, e);
    if (rc == RC_OK) rc = access_first_link(x, &a, &secret, e);
    if (rc == RC_OK) rc = tell_link(s, &a, secret, e);
    access_close(x);
    arena_done(&a);
    casework_close(with.casework);
    return rc == RC_NO ? RC_OK : rc;
}

static RC start_sso(struct service *s, struct call *c, struct err *e)
{
    const struct config *conf = s->conf;
    const char *secret;
    if (!*conf->sso_name) return RC_OK;
    TRY(call_secret(c, conf->sso_client_secret_file, &secret, e));
    struct sso_setup setup = {.name = conf->sso_name,
                              .ca_file = conf->sso_ca_file,
                              .oidc = {.issuer = conf->sso_issuer,
                                       .client_id = conf->sso_client_id,
                                       .client_secret = secret,
                                       .redirect_uri = conf->sso_redirect_uri,
                                       .clock = s->setup.clock}};
    return sso_open(&setup, &s->sso, e);
}

static RC start_desk(struct service *s, struct call *c, struct err *e)
{
    static const char *const local[] = {"localhost", "127.0.0.1", "[::1]", NULL};
    const struct config *conf = s->conf;
    char *dir = arena_strdup(c->arena, conf->database), *slash = strrchr(dir, '/');
    if (slash) *slash = 0;
    TRY(start_sso(s, c, e));
    struct desk_setup desk = {
        .access = {.banned_file = conf->access_banned_file,
                   .idle_ms = MINUTES(conf->access_idle_minutes),
                   .absolute_ms = HOURS(conf->access_session_hours),
                   .demo_links = conf->access_demo_links},
        .sso = s->sso,
        .casework = s->setup,
        .spool_dir = slash ? dir : ".",
        .banner = *conf->serve_banner ? conf->serve_banner
                                      : arena_printf(c->arena, BANNER, conf->facility),
        .rate_stranger = conf->serve_rate_stranger,
        .rate_person = conf->serve_rate_person,
        .rate_token = conf->serve_rate_token,
        .outbox = &s->bell,
        .health = write_state,
        .health_ctx = s,
        .explain = title_of,
        .outbound = &s->outbound,
        .hosts = words(c->arena,
                       arena_printf(c->arena, "%s,%s", conf->serve_hosts, conf->serve_address),
                       local),
        .proxies = words(c->arena, conf->serve_proxy, NULL)};
    struct http_setup http = {
        .address = conf->serve_address, .port = (int)conf->serve_port, .proxies = desk.proxies};
    TRY(read_tls(c, conf, &http, e));
    TRY(demo_allowed(conf, e));
    TRY(first_link(s, &desk.access, e));
    if (!conf->serve_port) return RC_OK;
    TRY(desk_start(&desk, &s->desk, e));
    http.desk = s->desk;
    return http_start(&http, &s->http, e);
}

static RC start(struct service *s, struct call *c, struct err *e)
{
    TRY(start_desk(s, c, e));
    for (int i = 0; i < s->conf->serve_workers; i++) {
        char name[24];
        snprintf(name, sizeof name, "worker-%d", i + 1);
        TRY(outbound_start(&s->setup, &s->outbound, name, &s->bell, LOOK_MS, &s->workers[i],
                           e));
    }
    TRY(start_thread(&s->timer, run_timer, s, e));
    s->timer_runs = true;
    return start_watcher(s, e);
}

static void stop(struct service *s)
{
    notify_stopping();
    atomic_store(&s->stopping, true);
    bell_close(&s->bell);
    http_quiet(s->http);
    desk_close(s->desk);
    http_stop(s->http);
    desk_free(s->desk);
    sso_close(s->sso);
    for (int i = 0; i < WORKERS_MAX; i++) outbound_stop(s->workers[i]);
    if (s->watcher_runs) pthread_join(s->watcher, NULL);
    if (s->timer_runs) pthread_join(s->timer, NULL); /* last: it signs the checkpoint */
}

static void stay(struct service *s)
{
    int64_t period = notify_watchdog_ms();
    for (;;) {
        enum signal_ask ask = signals_wait(period > 0 ? (int)period : -1);
        if (ask == SIGNAL_STOP) return;
        if (ask == SIGNAL_RELOAD)
            log_event(LEVEL_WARNING, "reload.unsupported",
                      log_c("hint", "restart to read the configuration"));
        if (is_beating(s)) notify_watchdog(); /* else systemd starts us anew */
    }
}

static void configure_log(const struct config *conf)
{
    struct log_setup log = {.json = str_is(str_c(conf->log_format), "json"),
                            .journal = log_journal_wanted(),
                            .fd = 2};
    (void)log_level_from_word(str_c(conf->log_level), &log.least);
    log_configure(log);
}

RC run_serve(struct call *c, struct err *e)
{
    struct config conf;
    static struct service s;
    mallopt(M_ARENA_MAX, 2);
    signals_block();
    TRY(call_config(c, &conf, e));
    configure_log(&conf);
    s.conf = &conf;
    s.setup = call_setup(&conf);
    s.setup.pasts = casework_pasts_new();
    TRY(call_outbound(c, &conf, &s.outbound, e));
    TRY(profile_find(c->arena, conf.import_profile, &s.profile, e));
    bell_init(&s.bell);
    pthread_mutex_init(&s.lock, NULL);
    atomic_store(&s.beat, clock_ticks());
    metric_register(&m_due);
    metric_register(&m_files);
    metric_register(&m_failures);
    enum rc rc = start(&s, c, e);
    if (rc == RC_OK) {
        log_event(LEVEL_INFO, "serve.ready", log_int("workers", conf.serve_workers),
                  log_int("port", conf.serve_port));
        notify_ready();
        stay(&s);
        log_event(LEVEL_INFO, "serve.stopping");
    }
    stop(&s);
    casework_pasts_free(s.setup.pasts);
    bell_done(&s.bell);
    return rc;
}
