/* RFC 4180 rows from a bounded buffer: see csv.h. Simple rows, without quotes, are found with
 * memchr; only rows that hold a quote are looked at byte by byte. */
#include "base/csv.h"
#include "base/utf8.h"

enum { ROOM = 1 << 20, MAX_FIELDS = 512 }; /* a row fits the buffer */

struct csv_reader {
    csv_fill fill;
    void *ctx;
    char separator;
    char *bytes;     /* ROOM */
    char *unescaped; /* ROOM: fields of a row with quotes */
    size_t from, to; /* unread bytes */
    bool ended, failed, started;
    bool skipping; /* the rest of an over-long row is still to be passed over */
    long line;
    struct str fields[MAX_FIELDS];
};

struct csv_reader *csv_open(struct arena *a, csv_fill fill, void *ctx, char separator)
{
    struct csv_reader *r = arena_new(a, struct csv_reader);
    r->fill = fill;
    r->ctx = ctx;
    r->separator = separator;
    r->bytes = arena_alloc(a, ROOM);
    r->unescaped = arena_alloc(a, ROOM);
    r->line = 1;
    return r;
}

static void refill(struct csv_reader *r)
{
    if (r->from) {
        memmove(r->bytes, r->bytes + r->from, r->to - r->from);
        r->to -= r->from;
        r->from = 0;
    }
    while (!r->ended && r->to < ROOM) {
        ptrdiff_t n = r->fill(r->ctx, r->bytes + r->to, ROOM - r->to);
        if (n <= 0) {
            r->ended = true;
            r->failed = n < 0;
            return;
        }
        r->to += (size_t)n;
    }
}

/* Length of the row from p without its line end, *ret_all with it; SIZE_MAX if its end is not
 * in the buffer. A line end within quotes belongs to the row. */
static size_t row_end(const struct csv_reader *r, size_t *ret_all, bool *ret_quotes)
{
    const char *p = r->bytes + r->from, *end = r->bytes + r->to, *from = p;
    bool inside = false;
    *ret_quotes = false;
    for (;;) {
        const char *nl = memchr(from, '\n', (size_t)(end - from));
        const char *stop = nl ? nl : end;
        for (const char *q = from; (q = memchr(q, '"', (size_t)(stop - q))); q++) {
            inside = !inside;
            *ret_quotes = true;
        }
        if (!nl) break;
        if (!inside) {
            *ret_all = (size_t)(nl + 1 - p);
            return (size_t)(nl - p) - (nl > p && nl[-1] == '\r');
        }
        from = nl + 1;
    }
    *ret_all = (size_t)(end - p);
    return SIZE_MAX;
}

static enum rc add_field(struct csv_reader *r, size_t *n, const char *p, size_t len)
{
    if (*n == MAX_FIELDS) return RC_INVALID;
    r->fields[(*n)++] = str_n(p, len);
    return RC_OK;
}

static const char *split_plain(struct csv_reader *r, struct str row, size_t *n)
{
    const char *p = row.p, *end = row.p + row.n;
    for (;;) {
        const char *sep = p < end ? memchr(p, r->separator, (size_t)(end - p)) : NULL;
        if (add_field(r, n, p, (size_t)((sep ? sep : end) - p)) != RC_OK)
            return "more than 512 fields";
        if (!sep) return NULL;
        p = sep + 1;
    }
}

/* escaped = DQUOTE *(TEXTDATA / COMMA / CR / LF / 2DQUOTE) DQUOTE; doubled quotes are undone in
 * place. */
static const char *split_quoted(struct csv_reader *r, struct str row, char *copy, size_t *n)
{
    const char *p = row.p, *end = row.p + row.n;
    for (;;) {
        char *out = copy, *begin = copy;
        if (p < end && *p == '"') {
            for (p++;; p++) {
                if (p >= end) return "a quote is not closed";
                if (*p == '"') {
                    if (p + 1 < end && p[1] == '"')
                        p++;
                    else
                        break;
                }
                *out++ = *p;
            }
            p++;
            if (p < end && *p != r->separator) return "text behind a closing quote";
        } else {
            while (p < end && *p != r->separator) {
                if (*p == '"') return "a quote inside a field that does not begin with one";
                *out++ = *p++;
            }
        }
        if (add_field(r, n, begin, (size_t)(out - begin)) != RC_OK)
            return "more than 512 fields";
        copy = out;
        if (p >= end) return NULL;
        p++;
    }
}

static long lines_in(const char *p, size_t n)
{
    long lines = 0;
    for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++) lines++;
    return lines;
}

/* A row whose quote is never closed would swallow the file: it ends at its first line end
 * instead. */
static size_t first_line(const struct csv_reader *r)
{
    const char *p = r->bytes + r->from, *nl = memchr(p, '\n', r->to - r->from);
    return nl ? (size_t)(nl - p) + 1 : r->to - r->from;
}

static enum rc bad(struct csv_row *ret, struct err *e, const char *why)
{
    err_set(e, RC_INVALID, "CSV-0001", __FILE__, __LINE__, "%s", why);
    err_at(e, "", (int)ret->line, 0);
    return RC_INVALID;
}

static enum rc parse_row(struct csv_reader *r, struct str row, bool quotes, struct csv_row *ret,
                         struct err *e)
{
    size_t n = 0;
    const char *why = NULL;
    if (memchr(row.p, 0, row.n))
        why = "a NUL byte";
    else if (utf8_bad(row) >= 0)
        why = "not UTF-8; export the file as UTF-8";
    else
        why = quotes ? split_quoted(r, row, r->unescaped, &n) : split_plain(r, row, &n);
    if (why) return bad(ret, e, why);
    ret->fields = r->fields;
    ret->n = n;
    return RC_OK;
}

/* Pass over the rest of a row whose line end was not within the buffer: it must not be taken
 * for a row. */
static void skip_rest(struct csv_reader *r)
{
    while (r->skipping) {
        char *p = r->bytes + r->from, *nl = memchr(p, '\n', r->to - r->from);
        r->from = nl ? (size_t)(nl + 1 - r->bytes) : r->to;
        r->skipping = !nl && !r->ended;
        r->line += nl != NULL;
        if (r->skipping) refill(r);
    }
}

RC csv_next(struct csv_reader *r, struct csv_row *ret, struct err *e)
{
    size_t all;
    bool quotes;
    skip_rest(r);
    *ret = (struct csv_row){.line = r->line};
    if (!r->started) {
        refill(r);
        r->started = true;
        if (r->to >= 3 && memcmp(r->bytes, "\xEF\xBB\xBF", 3) == 0) r->from = 3;
    }
    size_t n = row_end(r, &all, &quotes);
    if (n == SIZE_MAX && !r->ended) {
        refill(r);
        n = row_end(r, &all, &quotes);
    }
    if (r->failed) return FAIL(e, RC_IO, "CSV-0002", "the file cannot be read further");
    if (r->from == r->to) return RC_NO;
    bool open =
        n == SIZE_MAX && (!r->ended || (quotes && lines_in(r->bytes + r->from, all) > 0));
    if (open) {
        all = first_line(r);
        ret->raw = str_n(r->bytes + r->from, all);
        r->from += all;
        r->skipping = all == 0 || r->bytes[r->from - 1] != '\n';
        r->line += !r->skipping;
        return bad(ret, e, "a quote is not closed, or the row is longer than a MiB");
    }
    if (n == SIZE_MAX) n = all;
    ret->raw = str_n(r->bytes + r->from, n);
    r->from += all;
    r->line += lines_in(ret->raw.p, all > n ? n : all) + 1;
    return parse_row(r, ret->raw, quotes, ret, e);
}
