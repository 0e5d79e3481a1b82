/* One file, or standard input, into the store. Releases and triggers are verbs of their own: in
 * a file they wait, compactly, until its bookings and charges are stored; in a stream of lines
 * they are reported at once, because a release never waits. */
#include "intake/rows.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct stay_end {
    struct str booking, kind, to;
    instant at;
    bool is_trigger;
    long line;
};

struct into {
    struct casework *casework;
    struct actor by;
    struct import *import; /* open while bookings and charges run */
    const char *source;
    struct intake *in;
    struct arena *arena; /* of the ends */
    struct arena work;   /* of one verb's result */
    struct stay_end *ends;
    size_t n, cap;
    bool at_once;
};

static RC open_import(struct into *t, struct err *e)
{
    return t->import
               ? RC_OK
               : casework_import_open(t->casework, t->by, str_c(t->source), &t->import, e);
}

static RC close_import(struct into *t, struct err *e)
{
    struct json *counts = NULL;
    if (!t->import) return RC_OK;
    enum rc rc = casework_import_close(t->import, &t->work, &counts, e);
    t->import = NULL;
    arena_reset(&t->work);
    return rc;
}

static RC put_booking(void *ctx, const struct booking_row *row, struct err *e)
{
    struct into *t = ctx;
    TRY(open_import(t, e));
    return casework_import_booking(t->import, row, e);
}

static RC put_charge(void *ctx, const struct charge_row *row, struct err *e)
{
    struct into *t = ctx;
    TRY(open_import(t, e));
    return casework_import_charge(t->import, row, e);
}

/* A verb that found nothing new says so in its result. */
static enum rc fresh_or_same(enum rc rc, const struct json *result)
{
    const struct json *fresh = json_get(result, "new");
    return rc == RC_OK && fresh && !json_is_true(fresh) ? RC_NO : rc;
}

static RC report_end(struct into *t, const struct stay_end *s, struct err *e)
{
    struct json *result = NULL;
    enum rc rc = s->is_trigger ? casework_trigger(t->casework, t->by, s->booking, s->kind,
                                                  s->at, &t->work, &result, e)
                               : casework_release(t->casework, t->by, s->booking, s->kind,
                                                  s->to, s->at, &t->work, &result, e);
    rc = fresh_or_same(rc, result);
    arena_reset(&t->work);
    return rc;
}

static RC put_end(struct into *t, struct stay_end s, struct err *e)
{
    if (t->at_once) {
        TRY(close_import(t, e));
        return report_end(t, &s, e);
    }
    s.booking = str_dup(t->arena, s.booking);
    s.kind = str_dup(t->arena, s.kind);
    s.to = str_dup(t->arena, s.to);
    arena_push(t->arena, t->ends, t->n, t->cap);
    t->ends[t->n++] = s;
    return RC_OK;
}

static RC put_release(void *ctx, const struct release_row *row, struct err *e)
{
    struct into *t = ctx;
    return put_end(
        t,
        (struct stay_end){row->booking_number, row->kind, row->to, row->at, false, t->in->line},
        e);
}

static RC put_trigger(void *ctx, const struct trigger_row *row, struct err *e)
{
    struct into *t = ctx;
    return put_end(
        t,
        (struct stay_end){row->booking_number, row->kind, STR(""), row->at, true, t->in->line},
        e);
}

/* What waited: counted as new when it came, set right here. */
static RC report_ends(struct into *t, struct err *e)
{
    TRY(close_import(t, e));
    for (size_t i = 0; i < t->n; i++) {
        enum rc rc = report_end(t, &t->ends[i], e);
        if (rc != RC_OK && rc != RC_NO && !rows_is_refusal(rc)) return rc;
        enum counted kind = t->ends[i].is_trigger ? COUNT_TRIGGER : COUNT_RELEASE;
        if (rc != RC_OK) t->in->counts.fresh[kind]--;
        if (rc == RC_NO) t->in->counts.same[kind]++;
        if (rc != RC_OK && rc != RC_NO) {
            struct err why = *e;
            TRY(rejects_add(t->in, t->ends[i].line, NULL, 0, &why, e));
        }
    }
    t->n = 0;
    return RC_OK;
}

static RC put_request(void *ctx, struct json *request, struct err *e)
{
    struct into *t = ctx;
    struct json *result = NULL;
    TRY(report_ends(t, e));
    enum rc rc = casework_request(t->casework, t->by, request, &t->work, &result, e);
    rc = fresh_or_same(rc, result);
    arena_reset(&t->work);
    return rc;
}

/* ---- files ------------------------------------------------------------------------------- */

static ptrdiff_t fill_fd(void *ctx, char *into, size_t n)
{
    const int *fd = ctx;
    ptrdiff_t got;
    do got = read(*fd, into, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static RC read_all(struct arena *a, int fd, const char *name, struct str *ret, struct err *e)
{
    struct buf b = buf_in(a);
    for (;;) {
        buf_room(&b, 1 << 16);
        ptrdiff_t got = fill_fd(&fd, b.p + b.n, 1 << 16);
        if (got < 0)
            return FAIL(e, RC_IO, "INT-0013", "cannot read %s: %s", name, strerror(errno));
        if (got == 0) break;
        b.n += (size_t)got;
        if (b.n > 256u << 20)
            return FAIL(e, RC_LIMIT, "INT-0014", "%s is larger than 256 MiB; use NDJSON or CSV",
                        name);
    }
    *ret = buf_str(&b);
    return RC_OK;
}

static RC read_form(struct intake *in, struct arena *a, enum intake_form form, int fd,
                    struct err *e)
{
    struct str text;
    switch (form) {
    case INTAKE_CSV: return intake_csv(in, a, fill_fd, &fd, e);
    case INTAKE_NDJSON: return intake_ndjson(in, a, fill_fd, &fd, e);
    case INTAKE_JSON:
        TRY(read_all(a, fd, in->name, &text, e));
        return intake_json(in, a, text, e);
    }
    return FAIL(e, RC_BUG, "INT-0099", "no such form");
}

static const char *rejects_path(const struct intake_job *job, struct arena *a, bool is_stdin)
{
    if (job->rejects_path) return job->rejects_path;
    return is_stdin || !job->casework ? NULL : arena_printf(a, "%s.rejected.csv", job->file);
}

static RC open_source(const struct intake_job *job, bool is_stdin, enum intake_form *form,
                      int *ret_fd, struct err *e)
{
    *form = job->form;
    if (!job->form_known && !intake_form_of(str_c(job->file), form))
        return FAIL(e, RC_USAGE, "INT-0015",
                    "cannot tell the form of %s by its name; say --format csv, json or ndjson",
                    job->file);
    *ret_fd = is_stdin ? dup(0) : open(job->file, O_RDONLY | O_CLOEXEC);
    return *ret_fd >= 0 ? RC_OK
                        : FAIL(e, RC_INVALID, "INT-0016", "cannot open %s: %s", job->file,
                               strerror(errno));
}

/* What was taken up to a failure stays: it is durable and the same file again changes
 * nothing. */
static RC run_job(const struct intake_job *job, struct into *t, enum intake_form form, int fd,
                  struct arena *a, struct err *e)
{
    enum rc rc = read_form(t->in, a, form, fd, e);
    if (rc == RC_OK && job->casework) rc = report_ends(t, e);
    if (t->import) casework_import_abandon(t->import);
    struct err also;
    enum rc closed = rejects_close(t->in->rejects, rc == RC_OK ? e : &also);
    return rc == RC_OK ? closed : rc;
}

RC intake_file(const struct intake_job *job, struct arena *a, struct json **ret_report,
               uint64_t *ret_refused, struct err *e)
{
    bool is_stdin = str_is(str_c(job->file), "-");
    enum intake_form form;
    int fd = -1;
    TRY(open_source(job, is_stdin, &form, &fd, e));
    struct intake in = {.name = is_stdin ? "standard input" : job->file,
                        .profile = job->profile,
                        .zone = job->zone,
                        .sink = intake_nowhere,
                        .rejects = rejects_new(a, rejects_path(job, a, is_stdin)),
                        .progress = job->progress,
                        .progress_ctx = job->progress_ctx};
    struct into t = {.casework = job->casework,
                     .by = job->by,
                     .source = in.name,
                     .in = &in,
                     .arena = a,
                     .at_once = form == INTAKE_NDJSON};
    const char *base = strrchr(in.name, '/');
    if (base) t.source = base + 1;
    arena_init(&t.work, 0);
    if (job->casework)
        in.sink = (struct intake_sink){&t,          put_booking, put_charge,
                                       put_release, put_trigger, put_request};
    enum rc rc = run_job(job, &t, form, fd, a, e);
    arena_done(&t.work);
    close(fd);
    if (rc != RC_OK) return rc;
    *ret_report = intake_report(&in, a);
    *ret_refused = in.counts.refused;
    return RC_OK;
}
