/* Reports as text and as CSV, read off their JSON form (report.h). */
#include "custody/report.h"
#include "base/buf.h"
#include <string.h>

/* A constant of static storage, which a compound literal is not. */
#define STR_INIT(lit)                                                                          \
    {                                                                                          \
        ("" lit), sizeof(lit) - 1                                                              \
    }

static struct str cell_text(const struct json *v)
{
    return !v || v->type == JSON_NULL ? STR("")
           : v->type == JSON_NUMBER   ? v->num.text
                                      : json_str(v);
}

static size_t width_of(struct str s) /* letters, not bytes */
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void pad(struct buf *b, struct str s, size_t width, bool right)
{
    size_t n = width_of(s);
    for (size_t i = n; right && i < width; i++) buf_ch(b, ' ');
    buf_str_add(b, s);
    for (size_t i = n; !right && i < width; i++) buf_ch(b, ' ');
}

static void table_text(struct arena *a, struct buf *b, const struct json *t)
{
    const struct json *columns = json_get(t, "columns"), *rows = json_get(t, "rows");
    size_t n = json_len(columns), *wide = arena_array(a, size_t, n + 1);
    buf_printf(b, "\n" STR_FMT "\n", STR_ARG(json_text(t, "title")));
    for (size_t i = 0; i < json_len(json_get(t, "words")); i++)
        buf_printf(b, STR_FMT "\n", STR_ARG(json_str(json_at(json_get(t, "words"), i))));
    if (!json_len(rows)) {
        buf_c(b, "\n  none\n");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        wide[i] = width_of(json_text(json_at(columns, i), "name"));
        for (size_t r = 0; r < json_len(rows); r++) {
            size_t w = width_of(cell_text(json_at(json_at(rows, r), i)));
            wide[i] = w > wide[i] ? w : wide[i];
        }
    }
    for (size_t r = 0; r <= json_len(rows); r++) {
        buf_ch(b, '\n');
        for (size_t i = 0; i < n; i++) {
            bool text = str_is(json_text(json_at(columns, i), "unit"), "text");
            struct str s = r ? cell_text(json_at(json_at(rows, r - 1), i))
                             : json_text(json_at(columns, i), "name");
            buf_c(b, "  ");
            pad(b, s, text && i + 1 == n ? 0 : wide[i], !text);
        }
        while (b->n && b->p[b->n - 1] == ' ') b->n--;
    }
    buf_ch(b, '\n');
}

struct str report_text(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    const struct json *period = json_get(v, "period"), *ledger = json_get(v, "ledger"),
                      *words = json_get(v, "words"), *tables = json_get(v, "tables");
    buf_printf(&b, STR_FMT "\n" STR_FMT "\n" STR_FMT " to " STR_FMT "\n",
               STR_ARG(json_text(v, "title")), STR_ARG(json_text(v, "facility")),
               STR_ARG(json_text(period, "from")), STR_ARG(json_text(period, "to")));
    buf_printf(&b, "drawn from %lld events of the ledger, root " STR_FMT "\n",
               (long long)json_whole(json_get(ledger, "events"), 0),
               STR_ARG(json_text(ledger, "root")));
    for (size_t i = 0; i < json_len(words); i++)
        buf_printf(&b, "\n" STR_FMT "\n", STR_ARG(json_str(json_at(words, i))));
    if (json_text(v, "certificate").n)
        buf_printf(&b,
                   "\n" STR_FMT
                   "\n\nName, office, date, signature: ______________________________\n",
                   STR_ARG(json_text(v, "certificate")));
    for (size_t i = 0; i < json_len(tables); i++) table_text(a, &b, json_at(tables, i));
    return buf_str(&b);
}

/* RFC 4180 §2.6, 2.7; a cell that a spreadsheet would take for a formula is opened with an
 * apostrophe. */
static void csv_cell(struct buf *b, struct str s, bool number)
{
    if (!number && s.n > 1 && strchr("=+-@\t\r", s.p[0]))
        s = str_c(arena_printf(b->arena, "'" STR_FMT, STR_ARG(s)));
    bool quote = false;
    for (size_t i = 0; i < s.n; i++)
        quote |= s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r';
    if (quote) buf_ch(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') buf_ch(b, '"');
        buf_ch(b, s.p[i]);
    }
    if (quote) buf_ch(b, '"');
}

static void csv_line(struct buf *b, const struct str *cells, size_t n, bool last_is_number)
{
    for (size_t i = 0; i < n; i++) {
        if (i) buf_ch(b, ',');
        csv_cell(b, cells[i], last_is_number && i + 1 == n);
    }
    buf_c(b, "\r\n");
}

static void table_csv(struct buf *b, const struct json *t)
{
    const struct json *columns = json_get(t, "columns"), *rows = json_get(t, "rows");
    for (size_t r = 0; r < json_len(rows); r++)
        for (size_t i = 1; i < json_len(columns); i++) {
            const struct json *col = json_at(columns, i), *v = json_at(json_at(rows, r), i);
            struct str cells[] = {json_text(t, "id"), cell_text(json_at(json_at(rows, r), 0)),
                                  json_text(col, "name"), json_text(col, "unit"), cell_text(v)};
            csv_line(b, cells, 5, v && v->type == JSON_NUMBER);
        }
}

struct str report_csv(struct arena *a, const struct json *v)
{
    struct buf b = buf_in(a);
    const struct json *period = json_get(v, "period"), *ledger = json_get(v, "ledger"),
                      *tables = json_get(v, "tables");
    static const struct str head[] = {STR_INIT("table"), STR_INIT("row"), STR_INIT("column"),
                                      STR_INIT("unit"), STR_INIT("value")};
    const struct str about[][5] = {
        {STR("report"), STR(""), STR("name"), STR("text"), json_text(v, "report")},
        {STR("report"), STR(""), STR("facility"), STR("text"), json_text(v, "facility")},
        {STR("report"), STR(""), STR("from"), STR("date"), json_text(period, "from")},
        {STR("report"), STR(""), STR("to"), STR("date"), json_text(period, "to")},
        {STR("report"), STR(""), STR("ledger events"), STR("count"),
         cell_text(json_get(ledger, "events"))},
        {STR("report"), STR(""), STR("ledger root"), STR("text"), json_text(ledger, "root")}};
    csv_line(&b, head, 5, false);
    for (size_t i = 0; i < sizeof about / sizeof *about; i++) csv_line(&b, about[i], 5, false);
    if (json_text(v, "certificate").n) {
        struct str line[] = {STR("report"), STR(""), STR("certificate"), STR("text"),
                             json_text(v, "certificate")};
        csv_line(&b, line, 5, false);
    }
    for (size_t i = 0; i < json_len(tables); i++) table_csv(&b, json_at(tables, i));
    return buf_str(&b);
}
