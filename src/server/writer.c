/* See writer.h. */
#include "server/writer.h"
#include "os/log.h"
#include "os/metrics.h"
#include <stdlib.h>
#include <unistd.h>

#define TIDY_MS (10 * 60000)
#define LOOK_S 60

struct writer {
    struct writer_setup setup;
    pthread_t thread;
    pthread_mutex_t lock; /* of the queue */
    pthread_cond_t more;
    struct job *first, **last;
    size_t waiting;
    bool stopping;
    struct casework *casework; /* of the thread */
    struct access *access;
    int64_t tidied;
};

static struct metric m_groups =
    METRIC_COUNTER("sallyport_write_groups_total", "Commits of the writer.", NULL);
static struct metric m_members =
    METRIC_COUNTER("sallyport_write_members_total", "Requests in these commits.", NULL);
static struct metric m_failed =
    METRIC_COUNTER("sallyport_write_failures_total", "Commits that failed.", NULL);

/* NULL: none waits; with `wait` only after a minute, or at the end. */
static struct job *take(struct writer *w, bool wait)
{
    struct timespec until;
    int late = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_S;
    pthread_mutex_lock(&w->lock);
    while (wait && !w->first && !w->stopping && !late)
        late = pthread_cond_timedwait(&w->more, &w->lock, &until);
    struct job *j = w->first;
    if (j) {
        w->first = j->next;
        if (!w->first) w->last = &w->first;
        w->waiting--;
        j->next = NULL;
    }
    pthread_mutex_unlock(&w->lock);
    return j;
}

/* One member: what it did is kept as it asks, and a savepoint that cannot be closed fails the
 * whole group. */
static RC member(struct writer *w, struct job *j, struct err *e)
{
    TRY(casework_member_begin(w->casework, e));
    j->rc = j->run(j, w->casework, w->access, &j->err);
    return casework_member_end(w->casework, j->rc == RC_OK || j->rc == RC_NO, e);
}

static RC group(struct writer *w, struct job *first, struct job **list, size_t *ret_n,
                struct err *e)
{
    enum rc rc = w->casework ? RC_OK : w->setup.open(w->setup.ctx, &w->casework, &w->access, e);
    list[0] = first;
    *ret_n = 1;
    if (rc == RC_OK) rc = casework_group_begin(w->casework, e);
    if (rc != RC_OK) return rc;
    int64_t until = clock_ticks() + WRITER_MS;
    rc = member(w, first, e);
    while (rc == RC_OK && *ret_n < WRITER_GROUP && clock_ticks() < until) {
        struct job *j = take(w, false);
        if (!j) break;
        list[(*ret_n)++] = j;
        rc = member(w, j, e);
    }
    if (rc == RC_OK) return casework_group_end(w->casework, e);
    casework_group_drop(w->casework);
    return rc;
}

/* What is over: answers of yesterday, sessions, accounts of people who do not come any more. */
static void tidy(struct writer *w)
{
    struct err e;
    int64_t now = clock_ticks();
    if (!w->casework || (w->tidied && now - w->tidied < TIDY_MS)) return;
    w->tidied = now;
    if (casework_answers_forget(w->casework, &e) != RC_OK ||
        (w->access && access_tick(w->access, &e) != RC_OK))
        log_event(LEVEL_WARNING, "tidy.failed", log_c("id", e.id));
}

static void turn(struct writer *w, struct job *first)
{
    struct job *list[WRITER_GROUP];
    struct err e = {0};
    size_t n = 0;
    bool news = false;
    enum rc rc = group(w, first, list, &n, &e);
    metric_add(rc == RC_OK ? &m_groups : &m_failed, 1);
    metric_add(&m_members, (int64_t)n);
    if (rc != RC_OK)
        log_event(LEVEL_ERROR, "commit.failed", log_c("id", e.id),
                  log_int("requests", (int64_t)n));
    /* they are not ours any more once they are done */
    for (size_t i = 0; i < n; i++) news |= !list[i]->quiet;
    for (size_t i = 0; i < n; i++)
        list[i]->done(list[i], rc == RC_OK ? list[i]->rc : rc,
                      rc == RC_OK ? &list[i]->err : &e);
    if (rc == RC_OK && news) w->setup.committed(w->setup.ctx, w->casework);
}

static bool is_stopping(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    bool yes = w->stopping && !w->first;
    pthread_mutex_unlock(&w->lock);
    return yes;
}

static void *run(void *ctx)
{
    struct writer *w = ctx;
    pthread_setname_np(pthread_self(), "writer");
    for (;;) {
        struct job *j = take(w, true);
        if (!j && is_stopping(w)) break;
        if (j) turn(w, j);
        tidy(w);
    }
    if (w->casework) w->setup.close(w->setup.ctx, w->casework, w->access);
    return NULL;
}

RC writer_start(const struct writer_setup *s, struct writer **ret, struct err *e)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w) abort();
    w->setup = *s;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->more, NULL);
    metric_register(&m_groups);
    metric_register(&m_members);
    metric_register(&m_failed);
    if (pthread_create(&w->thread, NULL, run, w)) {
        free(w);
        return FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
    }
    *ret = w;
    return RC_OK;
}

bool writer_add(struct writer *w, struct job *j)
{
    j->next = NULL;
    j->rc = RC_OK;
    j->err = (struct err){0};
    pthread_mutex_lock(&w->lock);
    bool room = !w->stopping && w->waiting < w->setup.waiting_max;
    if (room) {
        *w->last = j;
        w->last = &j->next;
        w->waiting++;
        pthread_cond_signal(&w->more);
    }
    pthread_mutex_unlock(&w->lock);
    return room;
}

void writer_stop(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->more);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
}

void writer_free(struct writer *w)
{
    if (!w) return;
    pthread_cond_destroy(&w->more);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
