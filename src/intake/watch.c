/* See watch.h. */
#include "intake/watch.h"
#include "os/file.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const parts[] = {"in", "work", "done", "error"};

static const char *path_in(struct arena *a, const struct watch *w, const char *part,
                           const char *name)
{
    return arena_printf(a, "%s/%s/%s", w->folder, part, name);
}

/* The oldest name first, so that a day's files are read in the order of their names. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_wanted(const struct dirent *d)
{
    struct str name = str_c(d->d_name);
    enum intake_form form;
    return name.n && name.p[0] != '.' && !str_ends(name, STR(".part")) &&
           !str_ends(name, STR(".rejected.csv")) && intake_form_of(name, &form);
}

static bool is_stable(const struct watch *w, const char *path)
{
    struct stat s;
    if (lstat(path, &s) != 0 || !S_ISREG(s.st_mode)) return false;
    instant changed = SECONDS(s.st_mtim.tv_sec) + s.st_mtim.tv_nsec / 1000000;
    instant moved = SECONDS(s.st_ctim.tv_sec) + s.st_ctim.tv_nsec / 1000000;
    return clock_now(&w->clock) - (changed > moved ? changed : moved) >= w->stable_ms;
}

/* A name in done or error that is free: the file's, or with the time in front. */
static const char *free_name(struct arena *a, const struct watch *w, const char *part,
                             const char *name)
{
    const char *path = path_in(a, w, part, name);
    for (instant t = clock_now(&w->clock); file_exists(path); t++)
        path = path_in(a, w, part, arena_printf(a, "%lld-%s", (long long)t, name));
    return path;
}

static RC move(const char *from, const char *to, struct err *e)
{
    if (rename(from, to) == 0) return RC_OK;
    return FAIL(e, RC_IO, "INT-0017", "cannot move %s to %s: %s", from, to, strerror(errno));
}

/* Done when every row was taken; error when the file or some rows were refused. A failure that
 * is not the file's leaves it in work for the next look. */
static RC take(const struct watch *w, struct arena *a, const char *name, struct err *e)
{
    struct json *report = NULL;
    struct err why = {0};
    uint64_t refused = 0;
    const char *work = path_in(a, w, "work", name),
               *rejects = path_in(a, w, "work", arena_printf(a, "%s.rejected.csv", name));
    struct intake_job job = {.casework = w->casework,
                             .by = w->by,
                             .profile = w->profile,
                             .zone = w->zone,
                             .file = work,
                             .rejects_path = rejects};
    (void)unlink(rejects); /* of an interrupted run */
    enum rc rc = intake_file(&job, a, &report, &refused, &why);
    if (w->done)
        w->done(w->done_ctx, name, rc == RC_OK ? report : NULL, rc == RC_OK ? NULL : &why);
    if (rc_again(rc) || rc == RC_BUG) {
        *e = why;
        return rc;
    }
    const char *part = rc != RC_OK || refused ? "error" : "done";
    if (file_exists(rejects))
        TRY(move(rejects, free_name(a, w, "error", arena_printf(a, "%s.rejected.csv", name)),
                 e));
    return move(work, free_name(a, w, part, name), e);
}

static RC take_all(const struct watch *w, const char *part, size_t *ret_taken, struct err *e)
{
    struct dirent **list = NULL;
    struct arena a;
    arena_init(&a, 0);
    const char *dir = arena_printf(&a, "%s/%s", w->folder, part);
    int n = scandir(dir, &list, is_wanted, by_name);
    enum rc rc =
        n < 0 ? FAIL(e, RC_IO, "INT-0017", "cannot look into %s: %s", dir, strerror(errno))
              : RC_OK;
    for (int i = 0; i < n; i++) {
        const char *from = path_in(&a, w, part, list[i]->d_name);
        bool fresh = str_is(str_c(part), "in");
        bool stop = rc != RC_OK || (w->stop && w->stop(w->stop_ctx));
        if (!stop && (!fresh || is_stable(w, from))) {
            if (fresh) rc = move(from, path_in(&a, w, "work", list[i]->d_name), e);
            if (rc == RC_OK) rc = take(w, &a, list[i]->d_name, e);
            if (rc == RC_OK) ++*ret_taken;
        }
        free(list[i]);
    }
    free(list);
    arena_done(&a);
    return rc;
}

RC watch_prepare(const struct watch *w, struct err *e)
{
    char path[4096];
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (snprintf(path, sizeof path, "%s/%s", w->folder, parts[i]) >= (int)sizeof path)
            return FAIL(e, RC_INVALID, "INT-0017",
                        "the path of the watched folder is too long");
        TRY(file_make_dirs(path, 0750, e));
    }
    return RC_OK;
}

RC watch_look(const struct watch *w, size_t *ret_taken, struct err *e)
{
    *ret_taken = 0;
    TRY(take_all(w, "work", ret_taken, e)); /* interrupted ones first */
    return take_all(w, "in", ret_taken, e);
}
