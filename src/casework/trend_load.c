/* Counts of requests from before this ledger, from a CSV file: month, months (1), count,
 * bookings, source. They stand beside the ledger's own counts as reported, each with its
 * source, and one event says who brought them. All rows or none. */
#include "casework/work.h"
#include "base/csv.h"
#include "custody/status.h"

static const char *const names[] = {"month", "months", "count", "bookings", "source"};
enum { MONTH, SPAN, COUNT, BOOKINGS, SOURCE, COLUMNS };
enum { ROWS_MAX = 5000, SOURCE_MAX = 300, SPAN_MAX = 120 };

struct loading {
    struct arena *a;
    const char *name;
    long line;
    int column[COLUMNS]; /* -1: not there */
    struct store_past_count *rows;
    size_t n, cap;
    int end; /* of what may be loaded: the month of now */
};

struct text {
    struct str rest;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct text *t = ctx;
    if (n > t->rest.n) n = t->rest.n;
    if (n) memcpy(into, t->rest.p, n);
    t->rest = str_sub(t->rest, n, t->rest.n);
    return (ptrdiff_t)n;
}

static RC wrong(const struct loading *l, struct err *e, const char *text)
{
    err_set(e, RC_INVALID, "TREND-0002", __FILE__, __LINE__, "%s", text);
    err_at(e, l->name, (int)l->line, 0);
    return RC_INVALID;
}

static RC head(struct loading *l, const struct csv_row *row, struct err *e)
{
    for (int i = 0; i < COLUMNS; i++) l->column[i] = -1;
    for (size_t k = 0; k < row->n; k++) {
        int i = 0;
        while (i < COLUMNS && !str_is(str_trim(row->fields[k]), names[i])) i++;
        if (i == COLUMNS)
            return wrong(l, e, "the columns are month, months, count, bookings and source");
        l->column[i] = (int)k;
    }
    if (l->column[MONTH] < 0 || l->column[COUNT] < 0 || l->column[SOURCE] < 0)
        return wrong(l, e, "the columns month, count and source are needed");
    return RC_OK;
}

static struct str field(const struct loading *l, const struct csv_row *row, int which)
{
    return l->column[which] >= 0 && (size_t)l->column[which] < row->n
               ? str_trim(row->fields[l->column[which]])
               : STR("");
}

/* Empty or "unknown" is unknown. */
static bool whole(struct str s, int64_t *ret)
{
    *ret = -1;
    if (!s.n || str_is(s, "unknown")) return true;
    return str_to_i64(s, ret) && *ret >= 0 && *ret <= 100000000;
}

static RC one(struct loading *l, const struct csv_row *row, struct err *e)
{
    struct store_past_count r = {.months = 1};
    struct str span = field(l, row, SPAN);
    int64_t months = 1;
    if (!trend_month_parse(field(l, row, MONTH), &r.month))
        return wrong(l, e, "a month is written 2018-04");
    if (span.n && (!str_to_i64(span, &months) || months < 1 || months > SPAN_MAX))
        return wrong(l, e, "months says how many months the count covers, 1 to 120");
    r.months = (int)months;
    if (!whole(field(l, row, COUNT), &r.requests))
        return wrong(l, e, "count is a whole number, or empty when it is unknown");
    if (!whole(field(l, row, BOOKINGS), &r.bookings))
        return wrong(l, e, "bookings is a whole number, or empty when it is unknown");
    r.source = str_dup(l->a, field(l, row, SOURCE));
    if (!r.source.n || r.source.n > SOURCE_MAX)
        return wrong(l, e, "source says where the count is from, in at most 300 bytes");
    if (status_text(r.source, NULL))
        return wrong(l, e,
                     "the source speaks of a status, citizenship, nationality, birthplace or "
                     "A-number; say it without");
    if (r.month + r.months > l->end) return wrong(l, e, "this month is not over yet");
    if (l->n == ROWS_MAX) return wrong(l, e, "these are too many rows");
    arena_push(l->a, l->rows, l->n, l->cap);
    l->rows[l->n++] = r;
    return RC_OK;
}

static RC read_all(struct loading *l, struct str csv, struct err *e)
{
    struct text t = {csv};
    struct csv_reader *reader = csv_open(l->a, fill, &t, ',');
    struct csv_row row;
    enum rc rc;
    bool begun = false;
    while ((rc = csv_next(reader, &row, e)) != RC_NO) {
        l->line = row.line;
        if (rc != RC_OK) {
            err_at(e, l->name, (int)row.line, 0);
            return rc;
        }
        if (row.n == 1 && !str_trim(row.fields[0]).n) continue;
        TRY(begun ? one(l, &row, e) : head(l, &row, e));
        begun = true;
    }
    l->line = 0;
    return l->n ? RC_OK : wrong(l, e, "the file has no row");
}

static bool apart(const struct store_past_count *x, const struct store_past_count *y)
{
    return x->month + x->months <= y->month || y->month + y->months <= x->month;
}

/* Two counts over one month would be counted twice. A row that begins where an earlier one
 * began takes its place. */
static RC no_overlap(struct work *w, struct loading *l, struct err *e)
{
    struct store_past_count *old;
    size_t n;
    TRY(store_past_counts(w->s, w->a, &old, &n, e));
    for (size_t i = 0; i < l->n; i++) {
        for (size_t k = 0; k < i; k++)
            if (!apart(&l->rows[i], &l->rows[k]))
                return wrong(l, e, "two rows cover the same month");
        for (size_t k = 0; k < n; k++) {
            bool replaced = false;
            for (size_t j = 0; j < l->n; j++) replaced |= l->rows[j].month == old[k].month;
            if (!replaced && !apart(&l->rows[i], &old[k]))
                return wrong(l, e,
                             "a row covers a month of which a count was loaded before, for "
                             "another span of months");
        }
    }
    return RC_OK;
}

static struct json *row_json(struct arena *a, const struct store_past_count *r)
{
    char text[24];
    struct json *o = json_object(a);
    json_set(a, o, "month", json_c(a, arena_strdup(a, trend_month_print(r->month, text))));
    json_set(a, o, "months", json_int(a, r->months));
    json_set(a, o, "count", r->requests < 0 ? json_null(a) : json_int(a, r->requests));
    if (r->bookings >= 0) json_set(a, o, "bookings", json_int(a, r->bookings));
    json_set(a, o, "source", json_string(a, r->source));
    return o;
}

static RC store_all(struct work *w, struct loading *l, struct json **ret, struct err *e)
{
    static const char *const roles[] = {"policy owner", "supervisor", "administrator", NULL};
    struct json *rows = json_array(w->a);
    uint64_t index;
    TRY(work_role(w, roles, e));
    TRY(no_overlap(w, l, e));
    *ret = json_object(w->a);
    for (size_t i = 0; i < l->n; i++) json_add(w->a, rows, row_json(w->a, &l->rows[i]));
    json_set(w->a, *ret, "source", json_c(w->a, l->name));
    json_set(w->a, *ret, "rows", rows);
    TRY(work_event(w, EVENT_KIND_HISTORY_LOADED, 0, 0, *ret, &index, e));
    for (size_t i = 0; i < l->n; i++) {
        l->rows[i].event = index;
        TRY(store_past_count_put(w->s, &l->rows[i], e));
    }
    return RC_OK;
}

RC casework_trend_load(struct casework *c, struct actor by, struct str csv, const char *name,
                       struct arena *a, struct json **ret, struct err *e)
{
    struct work w;
    struct loading l = {.a = a, .name = name, .end = work_month(c, clock_now(&c->clock))};
    if (status_text(str_c(name), NULL))
        return FAIL(
            e, RC_INVALID, "REQ-0007",
            "the name of the file speaks of a status or an A-number; call it something else");
    TRY(read_all(&l, csv, e));
    TRY(work_begin(&w, c, by, a, e));
    return work_end(&w, store_all(&w, &l, ret, e), e);
}
