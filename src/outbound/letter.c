/* Letters as tagged PDF through pango and cairo: the only file that sees them. Structure is ISO
 * 32000-1 §14.8 (H1, H2, P, L, Table). No clock and no random number enters: the creation date
 * is the notice's own, so the same notice is the same file and its hash in the ledger means
 * something. Text is always text, never markup. */
#include "outbound/letter.h"
#include "base/buf.h"
#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "pango_lazy.h"

#define WIDTH 612.0 /* US Letter, points */
#define HEIGHT 792.0
#define LEFT 72.0
#define RIGHT 540.0
#define TOP 46.0
#define BOTTOM 728.0
#define LABEL 150.0 /* width of the label column */

#define SERIF "Liberation Serif, DejaVu Serif, serif"
#define SANS "Liberation Sans, DejaVu Sans, sans"
#define MONO "Liberation Mono, DejaVu Sans Mono, monospace"

struct face {
    const char *family;
    double size, lead; /* points; lead is the distance of lines beyond the font's own */
    bool bold, italic;
};
static const struct face face_facility = {SERIF, 15, 0, true, false};
static const struct face face_office = {SANS, 8.5, 1, false, false};
static const struct face face_title = {SERIF, 17, 1, true, false};
static const struct face face_heading = {SANS, 10.5, 0, true, false};
static const struct face face_text = {SERIF, 10.8, 1.2, false, false};
static const struct face face_lead = {SERIF, 12, 1.8, true, false};
static const struct face face_label = {SANS, 9, 1.2, false, false};
static const struct face face_code = {MONO, 8, 1.2, false, false};
static const struct face face_foot = {SANS, 7.5, 0, false, false};

struct letter {
    cairo_t *cr;
    cairo_surface_t *surface;
    PangoContext *pango;
    const struct letter_head *head;
    double y;
    int page, pages;
    struct buf *plain; /* words only, for the body of a mail; nothing is drawn */
};

static void tag(struct letter *l, const char *name) { cairo_tag_begin(l->cr, name, NULL); }
static void untag(struct letter *l, const char *name) { cairo_tag_end(l->cr, name); }

static PangoLayout *lay_out(struct letter *l, const struct face *f, struct str text,
                            double width)
{
    PangoLayout *p = pango_layout_new(l->pango);
    PangoFontDescription *d = pango_font_description_from_string(f->family);
    pango_font_description_set_absolute_size(d, f->size * PANGO_SCALE);
    pango_font_description_set_weight(d, f->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(d, f->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(p, d);
    pango_font_description_free(d);
    pango_layout_set_text(p, text.n ? text.p : "", (int)text.n);
    pango_layout_set_width(p, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(p, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_spacing(p, (int)(f->lead * PANGO_SCALE));
    return p;
}

static double height_of(PangoLayout *p)
{
    int w, h;
    pango_layout_get_size(p, &w, &h);
    return (double)h / PANGO_SCALE;
}

static void show(struct letter *l, PangoLayout *p, double x, double y)
{
    cairo_move_to(l->cr, x, y);
    pango_cairo_show_layout(l->cr, p);
}

static void rule(struct letter *l, double y, double thick)
{
    cairo_set_line_width(l->cr, thick);
    cairo_move_to(l->cr, LEFT, y);
    cairo_line_to(l->cr, RIGHT, y);
    cairo_stroke(l->cr);
}

/* One short text; returns its height. */
static double put(struct letter *l, const struct face *f, struct str text, double x,
                  double width, double y, bool right)
{
    PangoLayout *p = lay_out(l, f, text, width);
    if (right) pango_layout_set_alignment(p, PANGO_ALIGN_RIGHT);
    double h = height_of(p);
    show(l, p, x, y);
    g_object_unref(p);
    return h;
}

static void furnish(struct letter *l)
{
    const struct letter_head *h = l->head;
    double y = TOP, right = TOP;
    for (const char *const *line = h->lines; line && *line; line++)
        right += put(l, &face_office, str_c(*line), 320, RIGHT - 320, right, true) + 1;
    y += put(l, &face_facility, h->facility, LEFT, 300, y, false) + 1;
    y += put(l, &face_office, h->office, LEFT, 300, y, false);
    y = (y > right ? y : right) + 7;
    rule(l, y, 1.2);
    rule(l, y + 2.4, 0.4);
    l->y = y + 16;
    char page[80];
    snprintf(page, sizeof page, "%s %d / %d", h->page, l->page, l->pages);
    rule(l, HEIGHT - 52, 0.4);
    put(l, &face_foot, h->mark, LEFT, 380, HEIGHT - 47, false);
    put(l, &face_foot, str_c(page), RIGHT - 80, 80, HEIGHT - 47, true);
}

void letter_new_page(struct letter *l)
{
    if (l->plain) return;
    cairo_show_page(l->cr);
    l->page++;
    furnish(l);
}

static void need(struct letter *l, double h)
{
    if (l->y + h > BOTTOM) letter_new_page(l);
}

static void plain(struct letter *l, const char *before, struct str text, const char *after)
{
    buf_c(l->plain, before);
    buf_str_add(l->plain, text);
    buf_c(l->plain, after);
}

void letter_space(struct letter *l, double points) { l->y += points; }

/* A block of text line by line, so that it may run over pages; each piece is tagged on its own
 * page. */
static void block(struct letter *l, const struct face *f, const char *name, struct str text,
                  double x, double width)
{
    PangoLayout *p = lay_out(l, f, text, width);
    PangoLayoutIter *i = pango_layout_get_iter(p);
    tag(l, name);
    do {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(i, NULL, &logical);
        double h = (double)logical.height / PANGO_SCALE;
        if (l->y + h > BOTTOM) {
            untag(l, name);
            letter_new_page(l);
            tag(l, name);
        }
        PangoLayoutLine *line = pango_layout_iter_get_line_readonly(i);
        int base = pango_layout_iter_get_baseline(i) - logical.y;
        cairo_move_to(l->cr, x + (double)logical.x / PANGO_SCALE,
                      l->y + (double)base / PANGO_SCALE);
        pango_cairo_show_layout_line(l->cr, line);
        l->y += h + f->lead;
    } while (pango_layout_iter_next_line(i));
    untag(l, name);
    pango_layout_iter_free(i);
    g_object_unref(p);
}

void letter_title(struct letter *l, struct str text)
{
    if (l->plain) {
        plain(l, "", text, "\n\n");
        return;
    }
    block(l, &face_title, "H1", text, LEFT, RIGHT - LEFT);
    l->y += 8;
}

void letter_heading(struct letter *l, struct str text)
{
    if (l->plain) {
        plain(l, "\n", text, "\n");
        return;
    }
    l->y += 3;
    need(l, 44); /* never alone at the foot of a page */
    block(l, &face_heading, "H2", text, LEFT, RIGHT - LEFT);
    l->y += 2.5;
}

void letter_paragraph(struct letter *l, struct str text)
{
    if (l->plain) {
        plain(l, "", text, "\n\n");
        return;
    }
    block(l, &face_text, "P", text, LEFT, RIGHT - LEFT);
    l->y += 4.5;
}

void letter_lead(struct letter *l, struct str text)
{
    if (l->plain) {
        plain(l, "", text, "\n\n");
        return;
    }
    block(l, &face_lead, "P", text, LEFT, RIGHT - LEFT);
    l->y += 6;
}

void letter_code(struct letter *l, struct str text)
{
    if (l->plain) {
        plain(l, "", text, "\n\n");
        return;
    }
    block(l, &face_code, "P", text, LEFT + 10, RIGHT - LEFT - 10);
    l->y += 4;
}

void letter_items(struct letter *l, const struct str *items, size_t n, bool numbered)
{
    for (size_t i = 0; l->plain && i < n; i++) plain(l, "- ", items[i], "\n");
    if (l->plain) return;
    tag(l, "L");
    for (size_t i = 0; i < n; i++) {
        char bullet[16];
        snprintf(bullet, sizeof bullet, numbered ? "%zu." : "\342\200\242", i + 1);
        PangoLayout *p = lay_out(l, &face_text, items[i], RIGHT - LEFT - 20);
        double h = height_of(p);
        if (l->y + h > BOTTOM) {
            untag(l, "L");
            letter_new_page(l);
            tag(l, "L");
        }
        tag(l, "LI");
        tag(l, "Lbl");
        put(l, &face_text, str_c(bullet), LEFT + 4, 20, l->y, false);
        untag(l, "Lbl");
        tag(l, "LBody");
        show(l, p, LEFT + 20, l->y);
        untag(l, "LBody");
        untag(l, "LI");
        g_object_unref(p);
        l->y += h + 1.8;
    }
    untag(l, "L");
    l->y += 3;
}

static void cell(struct letter *l, const char *name, PangoLayout *p, double x, double y)
{
    tag(l, name);
    show(l, p, x, y);
    untag(l, name);
    g_object_unref(p);
}

void letter_rows(struct letter *l, const struct letter_row *rows, size_t n)
{
    for (size_t i = 0; l->plain && i < n; i++)
        if (rows[i].value.n) {
            plain(l, "", rows[i].label, ": ");
            plain(l, "", rows[i].value, i + 1 == n ? "\n\n" : "\n");
        }
    if (l->plain) return;
    tag(l, "Table");
    for (size_t i = 0; i < n; i++) {
        if (rows[i].value.n == 0) continue;
        PangoLayout *label = lay_out(l, &face_label, rows[i].label, LABEL - 12);
        PangoLayout *value = lay_out(l, rows[i].code ? &face_code : &face_text, rows[i].value,
                                     RIGHT - LEFT - LABEL);
        double hl = height_of(label) + 2, hv = height_of(value), h = hl > hv ? hl : hv;
        if (l->y + h > BOTTOM) {
            untag(l, "Table");
            letter_new_page(l);
            tag(l, "Table");
        }
        tag(l, "TR");
        cell(l, "TH", label, LEFT, l->y + (rows[i].code ? 0 : 2));
        cell(l, "TD", value, LEFT + LABEL, l->y + (rows[i].code ? 1 : 0));
        untag(l, "TR");
        l->y += h + 3;
    }
    untag(l, "Table");
    l->y += 5;
}

static void table_row(struct letter *l, const struct str cells[3], bool head)
{
    static const double x[4] = {LEFT, LEFT + 122, LEFT + 300, RIGHT};
    PangoLayout *p[3];
    double h = 0;
    for (int i = 0; i < 3; i++) {
        p[i] = lay_out(l,
                       head     ? &face_label
                       : i == 2 ? &face_label
                                : &face_text,
                       cells[i], x[i + 1] - x[i] - 8);
        double hi = height_of(p[i]) + (i == 2 && !head ? 2 : 0);
        h = hi > h ? hi : h;
    }
    if (l->y + h + 6 > BOTTOM) {
        untag(l, "Table");
        letter_new_page(l);
        tag(l, "Table");
    }
    tag(l, "TR");
    for (int i = 0; i < 3; i++)
        cell(l, head ? "TH" : "TD", p[i], x[i], l->y + (i == 2 && !head ? 2 : 0));
    untag(l, "TR");
    l->y += h + 2.5;
    rule(l, l->y, head ? 0.8 : 0.3);
    l->y += 3;
}

void letter_table(struct letter *l, const struct str head[3], const struct str *cells, size_t n)
{
    for (size_t i = 0; l->plain && i < n; i++) {
        plain(l, "- ", cells[3 * i], ": ");
        plain(l, "", cells[3 * i + 1], cells[3 * i + 2].n ? " " : "\n");
        if (cells[3 * i + 2].n) plain(l, "(", cells[3 * i + 2], ")\n");
    }
    if (l->plain) return;
    tag(l, "Table");
    table_row(l, head, true);
    for (size_t i = 0; i < n; i++) table_row(l, cells + 3 * i, false);
    untag(l, "Table");
    l->y += 5;
}

/* The narrowest that each column may be is its longest word; what is left goes to the columns
 * of text. */
static void grid_widths(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                        double *wide)
{
    double all = 0;
    for (size_t c = 0; c < columns; c++) {
        wide[c] = 18;
        for (size_t r = 0; r < rows; r++) {
            struct str s = cells[r * columns + c], word;
            while (str_cut(&s, ' ', &word)) {
                int w, h;
                PangoLayout *p = lay_out(l, &face_label, word, 1000);
                pango_layout_set_width(p, -1);
                pango_layout_get_size(p, &w, &h);
                g_object_unref(p);
                if ((double)w / PANGO_SCALE + 9 > wide[c])
                    wide[c] = (double)w / PANGO_SCALE + 9;
            }
        }
        all += wide[c];
    }
    double more = RIGHT - LEFT - all;
    for (size_t c = 0; more < 0 && c < columns; c++) wide[c] *= (RIGHT - LEFT) / all;
    for (size_t c = 0; more > 0 && c < columns; c++)
        wide[c] += c ? more * 0.55 / (double)(columns - 1) : more * (columns > 1 ? 0.45 : 1);
}

static void grid_row(struct letter *l, const struct str *cells, size_t columns,
                     const double *wide, const bool *right, bool head)
{
    double x = LEFT;
    tag(l, "TR");
    double h = 0;
    for (size_t c = 0; c < columns; c++) {
        const char *name = head ? "TH" : "TD";
        tag(l, name);
        double hc =
            put(l, head ? &face_foot : &face_label, cells[c], x, wide[c] - 6, l->y, right[c]);
        untag(l, name);
        h = hc > h ? hc : h;
        x += wide[c];
    }
    untag(l, "TR");
    l->y += h + 2;
    rule(l, l->y, head ? 0.8 : 0.25);
    l->y += 2;
}

void letter_grid(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                 const bool *right)
{
    double wide[24];
    if (l->plain || columns > sizeof wide / sizeof *wide) return;
    grid_widths(l, cells, columns, rows, wide);
    need(l, 60);
    tag(l, "Table");
    for (size_t r = 0; r < rows; r++) {
        if (l->y + 26 > BOTTOM) {
            untag(l, "Table");
            letter_new_page(l);
            tag(l, "Table");
            grid_row(l, cells, columns, wide, right, true);
        }
        grid_row(l, cells + r * columns, columns, wide, right, r == 0);
    }
    untag(l, "Table");
    l->y += 8;
}

static void box(struct letter *l, double x, double y, double w, double h, double grey)
{
    cairo_set_source_rgb(l->cr, grey, grey, grey);
    cairo_rectangle(l->cr, x, y, w, h);
    cairo_fill(l->cr);
    cairo_set_source_rgb(l->cr, 0, 0, 0);
}

static void line(struct letter *l, double x, double y, double to_x, double to_y, double thick)
{
    cairo_set_line_width(l->cr, thick);
    cairo_move_to(l->cr, x, y);
    cairo_line_to(l->cr, to_x, to_y);
    cairo_stroke(l->cr);
}

static bool unknown(double v) { return !(v == v); }

/* 1, 2 or 5 times a power of ten, so that at most five of them are needed. */
static double step_for(double most)
{
    double s = 1;
    while (s * 5 < most) {
        if (s * 10 >= most) return s * 2;
        if (s * 25 >= most) return s * 5;
        s *= 10;
    }
    return s;
}

void letter_bars(struct letter *l, const struct letter_bar *bars, size_t n)
{
    enum { HIGH = 110, MARGIN = 30 };
    double most = 1;
    if (l->plain || !n) return;
    for (size_t i = 0; i < n; i++)
        if (bars[i].value > most) most = bars[i].value;
    need(l, HIGH + 40);
    double step = step_for(most), foot = l->y + HIGH + 8,
           wide = (RIGHT - LEFT - MARGIN) / (double)n, top = step * ceil(most / step);
    size_t every = 1 + n / 13;
    tag(l, "Figure");
    for (int k = 0; k * step <= top; k++) {
        double v = k * step;
        char text[40];
        snprintf(text, sizeof text, "%.0f", v);
        double y = foot - v / top * HIGH;
        line(l, LEFT + MARGIN, y, RIGHT, y, v > 0 ? 0.2 : 0.8);
        put(l, &face_foot, str_c(text), LEFT, MARGIN - 6, y - 5, true);
    }
    for (size_t i = 0; i < n; i++) {
        double x = LEFT + MARGIN + (double)i * wide,
               h = unknown(bars[i].value) ? 0 : bars[i].value / top * HIGH;
        box(l, x + wide * 0.18, foot - h, wide * 0.64, h, 0.35);
        if (unknown(bars[i].value))
            put(l, &face_foot, STR("*"), x + wide / 2 - 2, 10, foot - 10, false);
        if (i % every == 0)
            put(l, &face_foot, bars[i].label, x + wide * 0.1, 60, foot + 3, false);
    }
    untag(l, "Figure");
    l->y = foot + 22;
}

void letter_shares(struct letter *l, const struct letter_bar *bars, size_t n, double of)
{
    enum { LABELS = 190, NUMBERS = 70, ROW = 15 };
    if (l->plain || unknown(of) || of <= 0) return;
    need(l, (double)n * ROW < 300 ? (double)n * ROW + 10 : 300);
    tag(l, "Figure");
    for (size_t i = 0; i < n; i++) {
        char text[40];
        bool hidden = unknown(bars[i].value);
        double wide = hidden ? 0 : bars[i].value / of * (RIGHT - LEFT - LABELS - NUMBERS);
        snprintf(text, sizeof text, hidden ? "*" : "%.0f %%",
                 hidden ? 0 : bars[i].value / of * 100);
        put(l, &face_foot, bars[i].label, LEFT, LABELS - 8, l->y, false);
        box(l, LEFT + LABELS, l->y, wide, 9, 0.35);
        put(l, &face_foot, str_c(text), LEFT + LABELS + wide + 4, NUMBERS, l->y, false);
        l->y += ROW;
    }
    untag(l, "Figure");
    l->y += 8;
}

void letter_strips(struct letter *l, const struct letter_strip *strips, size_t n,
                   struct str unit)
{
    enum { LABELS = 150, ROW = 20 };
    double most = 1, least = 0;
    if (l->plain) return;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 5; k++) {
            if (strips[i].at[k] > most) most = strips[i].at[k];
            if (strips[i].at[k] < least) least = strips[i].at[k];
        }
    need(l, (double)n * ROW + 40);
    double step = step_for(most - least), left = LEFT + LABELS,
           low = step * floor(least / step), top = step * ceil(most / step);
    double scale = (RIGHT - 12 - left) / (top - low), foot = l->y + (double)n * ROW + 2;
    tag(l, "Figure");
    for (int k = 0; low + k * step <= top; k++) {
        double v = low + k * step;
        char text[40];
        snprintf(text, sizeof text, "%.0f", v);
        line(l, left + (v - low) * scale, l->y, left + (v - low) * scale, foot, 0.2);
        put(l, &face_foot, str_c(text), left + (v - low) * scale - 4, 60, foot + 2, false);
    }
    for (size_t i = 0; i < n; i++) {
        const double *q = strips[i].at, y = l->y + (double)i * ROW;
        put(l, &face_foot, strips[i].label, LEFT, LABELS - 8, y + 4, false);
        if (unknown(q[0])) continue;
        line(l, left + (q[0] - low) * scale, y + 9, left + (q[4] - low) * scale, y + 9, 1);
        box(l, left + (q[1] - low) * scale, y + 4, (q[3] - q[1]) * scale, 10, 0.7);
        line(l, left + (q[2] - low) * scale, y + 2, left + (q[2] - low) * scale, y + 16, 2);
    }
    l->y = foot + 13;
    put(l, &face_foot, unit, left, RIGHT - left, l->y, false);
    untag(l, "Figure");
    l->y += 18;
}

void letter_blanks(struct letter *l, const struct str *labels, size_t n)
{
    if (l->plain) return; /* nobody signs a mail's text */
    for (size_t i = 0; i < n; i += 2) {
        need(l, 36);
        l->y += 20;
        for (size_t k = 0; k < 2 && i + k < n; k++) {
            double x = k ? LEFT + 244 : LEFT, end = k ? RIGHT : LEFT + 224;
            cairo_set_line_width(l->cr, 0.5);
            cairo_move_to(l->cr, x, l->y);
            cairo_line_to(l->cr, end, l->y);
            cairo_stroke(l->cr);
            tag(l, "P");
            put(l, &face_foot, labels[i + k], x, end - x, l->y + 2, false);
            untag(l, "P");
        }
        l->y += 11;
    }
}

static cairo_status_t on_bytes(void *ctx, const unsigned char *p, unsigned n)
{
    buf_add(ctx, p, n);
    return CAIRO_STATUS_SUCCESS;
}

static void describe(cairo_surface_t *s, const struct letter_head *head, struct arena *a)
{
    char when[40];
    instant_utc(head->created - head->created % 1000, when);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, str_dupz(a, head->title));
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_AUTHOR, str_dupz(a, head->facility));
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "sallyport");
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, when);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_MOD_DATE, when);
}

/* One pass; returns the number of pages, 0 when cairo failed. */
static int draw(struct arena *a, const struct letter_head *head,
                void (*body)(struct letter *, void *), void *ctx, int pages, struct buf *out)
{
    struct letter l = {.head = head, .page = 1, .pages = pages};
    lazy_pango_ready();
    l.surface = cairo_pdf_surface_create_for_stream(on_bytes, out, WIDTH, HEIGHT);
    cairo_pdf_surface_restrict_to_version(l.surface, CAIRO_PDF_VERSION_1_5);
    describe(l.surface, head, a);
    l.cr = cairo_create(l.surface);
    l.pango = pango_cairo_create_context(l.cr);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(l.pango, o);
    cairo_font_options_destroy(o);
    furnish(&l);
    body(&l, ctx);
    g_object_unref(l.pango);
    cairo_destroy(l.cr);
    cairo_surface_finish(l.surface);
    bool good = cairo_surface_status(l.surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(l.surface);
    return good ? l.page : 0;
}

struct str letter_words(struct arena *a, void (*body)(struct letter *l, void *ctx), void *ctx)
{
    struct buf b = buf_in(a);
    struct letter l = {.plain = &b};
    body(&l, ctx);
    return str_trim(buf_str(&b));
}

RC letter_make(struct arena *a, const struct letter_head *head,
               void (*body)(struct letter *l, void *ctx), void *ctx, struct str *ret_pdf,
               struct err *e)
{
    struct arena_mark m = arena_mark(a);
    struct buf b = buf_in(a);
    int pages = draw(a, head, body, ctx, 1, &b);
    arena_release(a, m);
    b = buf_in(a);
    if (pages == 0 || draw(a, head, body, ctx, pages, &b) != pages)
        return FAIL(e, RC_BUG, "OUT-0002", "the letter could not be drawn");
    *ret_pdf = buf_str(&b);
    return RC_OK;
}
