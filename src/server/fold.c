/* See passage.h: the thread that folds the log of the database into its file, so that neither
 * the writer nor anybody who waits for it does. Beside a writer that never rests it may not
 * catch up; then the writer folds the rest when the log has grown to four times what is
 * usual. */
#include "os/bell.h"
#include "os/log.h"
#include "server/passage.h"
#include <stdlib.h>

/* Not more often: a page that changes all the time is written to the file once a fold. */
enum { FOLD_PAGES = 8192, FOLD_MS = 4000 };

struct fold {
    RC (*open)(void *ctx, struct casework **ret, struct err *e);
    void *ctx;
    struct bell bell;
    pthread_t thread;
    _Atomic int asked; /* length of the log when it was last asked for */
};

/* RC_NO: nobody has written since. */
static RC fold(struct fold *f, struct casework **c, int64_t *version, struct err *e)
{
    int64_t now = 0;
    if (!*c) TRY(f->open(f->ctx, c, e));
    TRY(casework_version(*c, &now, e));
    if (now == *version) return RC_NO;
    *version = now;
    return casework_fold(*c, e);
}

static void *run(void *ctx)
{
    struct fold *f = ctx;
    struct casework *c = NULL;
    int64_t version = INT64_MIN;
    uint64_t seen = 0;
    pthread_setname_np(pthread_self(), "fold");
    while (bell_wait(&f->bell, &seen, FOLD_MS)) {
        struct err e;
        enum rc rc = fold(f, &c, &version, &e);
        if (rc != RC_OK && rc != RC_NO)
            log_event(LEVEL_ERROR, "fold.failed", log_c("id", e.id), log_c("text", e.text));
    }
    casework_close(c);
    return NULL;
}

RC fold_start(RC (*open)(void *ctx, struct casework **ret, struct err *e), void *ctx,
              struct fold **ret, struct err *e)
{
    struct fold *f = calloc(1, sizeof *f);
    if (!f) abort();
    f->open = open;
    f->ctx = ctx;
    bell_init(&f->bell);
    if (pthread_create(&f->thread, NULL, run, f)) {
        bell_done(&f->bell);
        free(f);
        return FAIL(e, RC_IO, "SRV-0003", "cannot start a thread");
    }
    *ret = f;
    return RC_OK;
}

void fold_look(struct fold *f, int log_pages)
{
    if (log_pages < f->asked) f->asked = 0; /* it has begun anew */
    if (log_pages - f->asked < FOLD_PAGES) return;
    f->asked = log_pages;
    bell_ring(&f->bell);
}

void fold_stop(struct fold *f)
{
    if (!f) return;
    bell_close(&f->bell);
    pthread_join(f->thread, NULL);
    bell_done(&f->bell);
    free(f);
}
