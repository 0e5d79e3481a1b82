/* See report_pdf.h. */
#include "outbound/report_pdf.h"
#include "base/buf.h"
#include "outbound/letter.h"
#include <stdlib.h>

struct printing {
    struct arena *a;
    const struct json *report;
};

static struct str cell_text(const struct json *v)
{
    return !v || v->type == JSON_NULL ? STR("\342\200\223")
           : v->type == JSON_NUMBER   ? v->num.text
                                      : json_str(v);
}

static const struct json *cell(const struct json *t, size_t row, size_t column)
{
    return json_at(json_at(json_get(t, "rows"), row), column);
}

/* NAN stands for what is held back or not known. */
static double value(const struct json *v)
{
    return v && v->type == JSON_NUMBER ? v->num.real : LETTER_UNKNOWN;
}

/* ---- plots ------------------------------------------------------------------------------- */

static void say(struct buf *b, struct str label, const struct json *v, const char *unit)
{
    buf_printf(b, "; " STR_FMT ": ", STR_ARG(label));
    if (v && v->type == JSON_NUMBER)
        buf_printf(b, STR_FMT "%s", STR_ARG(v->num.text), unit);
    else
        buf_c(b, v && v->type == JSON_STRING ? "held back" : "not known");
}

/* One bar for each row: its last column, which is the row's total. The last row is the sum. */
static void bars(struct printing *p, struct letter *l, const struct json *t)
{
    size_t n = json_len(json_get(t, "rows")), last = json_len(json_get(t, "columns"));
    bool upright = str_is(json_text(t, "plot"), "bars");
    struct buf alt = buf_in(p->a);
    if (n < 2) return;
    struct letter_bar *list = arena_array(p->a, struct letter_bar, n);
    buf_printf(&alt, "Bars: " STR_FMT, STR_ARG(json_text(t, "title")));
    for (size_t i = 0; i + 1 < n; i++) {
        list[i] = (struct letter_bar){cell_text(cell(t, i, 0)), value(cell(t, i, last - 1))};
        say(&alt, list[i].label, cell(t, i, last - 1), "");
    }
    if (!upright) say(&alt, STR("of all"), cell(t, n - 1, last - 1), "");
    if (upright)
        letter_bars(l, list, n - 1, buf_str(&alt));
    else
        letter_shares(l, list, n - 1, value(cell(t, n - 1, last - 1)), buf_str(&alt));
}

/* Columns 2 to 6 of a table of spans are the quantiles. */
static void strips(struct printing *p, struct letter *l, const struct json *t)
{
    size_t n = json_len(json_get(t, "rows"));
    struct letter_strip *list = arena_array(p->a, struct letter_strip, n + 1);
    struct buf alt = buf_in(p->a);
    buf_printf(&alt, "Strips of times: " STR_FMT ", medians", STR_ARG(json_text(t, "title")));
    for (size_t i = 0; i < n; i++) {
        list[i].label = cell_text(cell(t, i, 0));
        for (size_t k = 0; k < 5; k++) list[i].at[k] = value(cell(t, i, k + 2));
        say(&alt, list[i].label, cell(t, i, 4), " minutes");
    }
    letter_strips(
        l, list, n,
        STR("minutes: the line from 10 % to 90 %, the box from 25 % to 75 %, the median"),
        buf_str(&alt));
}

/* ---- tables ------------------------------------------------------------------------------ */

struct section {
    struct printing *p;
    const struct json *t;
    size_t rows; /* so many of them */
};

/* Numbers of one unit in one table show the same decimals: tenths if one of them has tenths. */
static bool in_tenths(const struct json *t, struct str unit)
{
    const struct json *columns = json_get(t, "columns");
    for (size_t c = 0; c < json_len(columns); c++)
        for (size_t r = 0; r < json_len(json_get(t, "rows")); r++) {
            const struct json *v = cell(t, r, c);
            if (str_eq(json_text(json_at(columns, c), "unit"), unit) && v &&
                v->type == JSON_NUMBER && str_find(v->num.text, STR(".")) >= 0)
                return true;
        }
    return false;
}

static void grid(struct section *s, struct letter *l)
{
    const struct json *columns = json_get(s->t, "columns");
    size_t n = json_len(columns);
    struct arena *a = s->p->a;
    struct str *cells = arena_array(a, struct str, n * (s->rows + 1) + 1);
    bool *right = arena_array(a, bool, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct str unit = json_text(json_at(columns, i), "unit");
        bool tenths = in_tenths(s->t, unit);
        right[i] = !str_is(unit, "text");
        cells[i] = json_text(json_at(columns, i), "name");
        for (size_t r = 0; r < s->rows; r++) {
            const struct json *v = cell(s->t, r, i);
            struct str text = cell_text(v);
            if (tenths && v && v->type == JSON_NUMBER && str_find(text, STR(".")) < 0)
                text = str_c(arena_printf(a, STR_FMT ".0", STR_ARG(text)));
            cells[(r + 1) * n + i] = text;
        }
    }
    letter_grid(l, cells, n, s->rows + 1, right);
}

static bool has_stars(const struct json *t)
{
    for (size_t r = 0; r < json_len(json_get(t, "rows")); r++)
        for (size_t c = 0; c < json_len(json_get(t, "columns")); c++)
            if (str_is(json_str(cell(t, r, c)), "*")) return true;
    return false;
}

static void section(struct letter *l, void *ctx)
{
    struct section *s = ctx;
    const struct json *words = json_get(s->t, "words");
    letter_heading(l, json_text(s->t, "title"));
    for (size_t i = 0; i < json_len(words); i++)
        letter_paragraph(l, json_str(json_at(words, i)));
    if (s->rows)
        grid(s, l);
    else
        letter_paragraph(l, STR("None."));
    if (has_stars(s->t))
        letter_note(l, STR("* held back: from 1 to 4, or a number that would tell such a one"));
}

/* A short table stands whole under its heading; of a long one, heading and first rows. */
static void table(struct printing *p, struct letter *l, const struct json *t)
{
    enum { SHORT = 16, FIRST = 4 };
    size_t n = json_len(json_get(t, "rows"));
    struct section all = {p, t, n}, opening = {p, t, n > SHORT ? FIRST : n};
    letter_keep(l, section, &opening);
    section(l, &all);
    if (n && str_is(json_text(t, "plot"), "strip"))
        strips(p, l, t);
    else if (n && json_get(t, "plot"))
        bars(p, l, t);
}

static void signed_state(struct letter *l, void *ctx)
{
    const struct printing *p = ctx;
    const struct json *ledger = json_get(p->report, "ledger");
    letter_heading(l, STR("The signed state of the ledger from which this is drawn"));
    letter_code(l, str_trim(json_text(ledger, "checkpoint")));
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
    letter_together(l, signed_state, p);
}

RC report_pdf(struct arena *a, const struct json *report, struct str *ret, struct err *e)
{
    struct printing p = {a, report};
    const struct json *period = json_get(report, "period"),
                      *ledger = json_get(report, "ledger");
    struct letter_head head = {.facility = json_text(report, "facility"),
                               .title = json_text(report, "title")};
    head.office =
        str_c(arena_printf(a, STR_FMT " to " STR_FMT, STR_ARG(json_text(period, "from")),
                           STR_ARG(json_text(period, "to"))));
    head.mark = str_c(arena_printf(a, "Ledger of %lld events, root " STR_FMT,
                                   (long long)json_whole(json_get(ledger, "events"), 0),
                                   STR_ARG(json_text(ledger, "root"))));
    if (!instant_parse(json_text(ledger, "last_event_at"), &head.created, NULL))
        head.created = 0;
    return letter_make(a, &head, body, &p, ret, e);
}
