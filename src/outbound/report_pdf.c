/* See report_pdf.h. */
#include "outbound/report_pdf.h"
#include "outbound/letter.h"
#include <stdlib.h>

struct printing {
    struct arena *a;
    const struct json *report;
};

static struct str cell_text(const struct json *v)
{
    return !v || v->type == JSON_NULL ? STR("-")
           : v->type == JSON_NUMBER   ? v->num.text
                                      : json_str(v);
}

/* NAN stands for what is held back or not known. */
static double value(const struct json *v)
{
    return v && v->type == JSON_NUMBER ? v->num.real : LETTER_UNKNOWN;
}

/* One bar for each row: its last column, which is the row's total. */
static void bars(struct printing *p, struct letter *l, const struct json *t)
{
    const struct json *rows = json_get(t, "rows");
    size_t n = json_len(rows), last = json_len(json_get(t, "columns"));
    struct letter_bar *list = arena_array(p->a, struct letter_bar, n + 1);
    if (n < 2) return;
    for (size_t i = 0; i + 1 < n; i++)
        list[i] = (struct letter_bar){cell_text(json_at(json_at(rows, i), 0)),
                                      value(json_at(json_at(rows, i), last - 1))};
    if (str_is(json_text(t, "plot"), "bars"))
        letter_bars(l, list, n - 1);
    else
        letter_shares(l, list, n - 1, value(json_at(json_at(rows, n - 1), last - 1)));
}

/* Columns 2 to 6 of a table of spans are the quantiles. */
static void strips(struct printing *p, struct letter *l, const struct json *t)
{
    const struct json *rows = json_get(t, "rows");
    size_t n = json_len(rows);
    struct letter_strip *list = arena_array(p->a, struct letter_strip, n + 1);
    for (size_t i = 0; i < n; i++) {
        list[i].label = cell_text(json_at(json_at(rows, i), 0));
        for (size_t k = 0; k < 5; k++) list[i].at[k] = value(json_at(json_at(rows, i), k + 2));
    }
    letter_strips(
        l, list, n,
        STR("minutes: the line from 10 % to 90 %, the box from 25 % to 75 %, the median"));
}

static void table(struct printing *p, struct letter *l, const struct json *t)
{
    const struct json *columns = json_get(t, "columns"), *rows = json_get(t, "rows"),
                      *words = json_get(t, "words");
    size_t n = json_len(columns), n_rows = json_len(rows);
    struct str *cells = arena_array(p->a, struct str, n * (n_rows + 1) + 1);
    bool *right = arena_array(p->a, bool, n + 1);
    letter_heading(l, json_text(t, "title"));
    for (size_t i = 0; i < json_len(words); i++)
        letter_paragraph(l, json_str(json_at(words, i)));
    for (size_t i = 0; i < n; i++) {
        right[i] = !str_is(json_text(json_at(columns, i), "unit"), "text");
        cells[i] = json_text(json_at(columns, i), "name");
        for (size_t r = 0; r < n_rows; r++)
            cells[(r + 1) * n + i] = cell_text(json_at(json_at(rows, r), i));
    }
    if (n_rows)
        letter_grid(l, cells, n, n_rows + 1, right);
    else
        letter_paragraph(l, STR("None."));
    if (n_rows && str_is(json_text(t, "plot"), "strip"))
        strips(p, l, t);
    else if (n_rows && json_get(t, "plot"))
        bars(p, l, t);
}

static void body(struct letter *l, void *ctx)
{
    struct printing *p = ctx;
    static const struct str blanks[] = {{"Name and office", 15}, {"Date and signature", 18}};
    const struct json *words = json_get(p->report, "words"),
                      *tables = json_get(p->report, "tables"),
                      *ledger = json_get(p->report, "ledger");
    letter_title(l, json_text(p->report, "title"));
    for (size_t i = 0; i < json_len(words); i++)
        letter_paragraph(l, json_str(json_at(words, i)));
    if (json_text(p->report, "certificate").n) {
        letter_lead(l, json_text(p->report, "certificate"));
        letter_blanks(l, blanks, 2);
    }
    for (size_t i = 0; i < json_len(tables); i++) table(p, l, json_at(tables, i));
    if (!json_text(ledger, "checkpoint").n) return;
    letter_heading(l, STR("The signed state of the ledger from which this is drawn"));
    letter_code(l, str_trim(json_text(ledger, "checkpoint")));
}

RC report_pdf(struct arena *a, const struct json *report, struct str *ret, struct err *e)
{
    struct printing p = {a, report};
    const struct json *period = json_get(report, "period"),
                      *ledger = json_get(report, "ledger");
    struct letter_head head = {.facility = json_text(report, "facility"),
                               .title = json_text(report, "title"),
                               .page = "Page"};
    head.office =
        str_c(arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(json_text(period, "from")),
                           STR_ARG(json_text(period, "to"))));
    head.mark = str_c(arena_printf(a, "ledger of %lld events, root " STR_FMT,
                                   (long long)json_whole(json_get(ledger, "events"), 0),
                                   STR_ARG(json_text(ledger, "root"))));
    if (!instant_parse(json_text(ledger, "last_event_at"), &head.created, NULL))
        head.created = 0;
    return letter_make(a, &head, body, &p, ret, e);
}
