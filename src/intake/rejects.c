/* The reject file: CSV with line, id, reason and the row as it came, except for what must not
 * be kept: dropped columns are left out, a text that speaks of a status is replaced, and of a
 * row that could not be split into its columns nothing is kept. Made with the first refusal,
 * readable by its owner only. */
#include "intake/rows.h"
#include "custody/status.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct rejects {
    const char *path;
    FILE *f;
};

struct rejects *rejects_new(struct arena *a, const char *path)
{
    struct rejects *r = arena_new(a, struct rejects);
    if (path) r->path = arena_strdup(a, path);
    return r;
}

static void put(FILE *f, struct str s)
{
    bool quote = memchr(s.p ? s.p : "", ',', s.n) || memchr(s.p ? s.p : "", '"', s.n) ||
                 memchr(s.p ? s.p : "", '\n', s.n) || memchr(s.p ? s.p : "", '\r', s.n);
    if (quote) fputc('"', f);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') fputc('"', f);
        fputc(s.p[i], f);
    }
    if (quote) fputc('"', f);
}

static RC start(struct rejects *r, const struct header *h, struct err *e)
{
    int fd = open(r->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    r->f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!r->f)
        return FAIL(e, RC_IO, "INT-0011", "cannot write the reject file %s: %s", r->path,
                    strerror(errno));
    fputs("line,id,reason", r->f);
    for (size_t i = 0; i < h->n; i++)
        if (!h->dropped[i]) {
            fputc(',', r->f);
            put(r->f, h->names[i]);
        }
    fputs(h->n ? "\r\n" : ",row\r\n", r->f);
    return RC_OK;
}

RC rejects_add(struct intake *in, long line, const struct str *fields, size_t n,
               const struct err *why, struct err *e)
{
    struct rejects *r = in->rejects;
    const struct header *h = &in->header;
    in->counts.refused++;
    if (!in->first.id[0]) {
        in->first = *why;
        err_at(&in->first, in->name, (int)line, 0);
    }
    if (!r || !r->path) return RC_OK;
    if (!r->f) TRY(start(r, h, e));
    fprintf(r->f, "%ld,%s,", line, why->id);
    put(r->f, str_c(why->text));
    for (size_t i = 0; i < n && fields; i++)
        if (i >= h->n || !h->dropped[i]) {
            fputc(',', r->f);
            put(r->f, status_text(fields[i], NULL) ? STR("[removed]") : fields[i]);
        }
    fputs("\r\n", r->f);
    return RC_OK;
}

RC rejects_close(struct rejects *r, struct err *e)
{
    if (!r || !r->f) return RC_OK;
    bool bad = ferror(r->f) || fflush(r->f) != 0 || fsync(fileno(r->f)) != 0;
    bad = fclose(r->f) != 0 || bad;
    r->f = NULL;
    return bad ? FAIL(e, RC_IO, "INT-0011", "cannot write the reject file %s", r->path) : RC_OK;
}
