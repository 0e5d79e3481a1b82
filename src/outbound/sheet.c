/* Pages through pango and cairo: the only file that sees them. Text is always text, never
 * markup, and what cannot stand on paper is taken out of it: control characters, what turns the
 * direction of what follows, and more marks on one letter than fit between two lines. No clock
 * and no random number enters: the date is the caller's. */
#include "outbound/sheet.h"
#include "base/buf.h"
#include "base/utf8.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "pango_lazy.h"

#define MARKS_MOST 3 /* on one letter; no living language needs more */

struct sheet {
    struct arena *arena;
    cairo_t *cr;
    cairo_surface_t *surface;
    PangoContext *pango;
    struct buf out;
    bool dry;
    double scale;
    const char *lang;
    struct tagged_element *elements;
    size_t n, room;
};
struct laid {
    PangoLayout *layout;
    struct str text;
    double lead;
};

/* ---- text -------------------------------------------------------------------------------- */

static bool is_mark(uint32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x483 && c <= 0x489) ||
           (c >= 0x591 && c <= 0x5bd) || (c >= 0x64b && c <= 0x65f) ||
           (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff) ||
           (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe20 && c <= 0xfe2f);
}

/* UAX #9: embeddings, overrides and isolates would turn what we write after a name. */
static bool turns(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x61c;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

struct str sheet_words(struct arena *a, struct str text, bool lines)
{
    struct buf b = buf_in(a);
    int marks = 0;
    for (size_t done = 0; done < text.n;) {
        struct str rest = str_sub(text, done, text.n);
        ptrdiff_t bad = utf8_bad(rest);
        const char *p = rest.p, *end = rest.p + (bad < 0 ? rest.n : (size_t)bad);
        while (p < end) {
            const char *from = p;
            uint32_t c = utf8_next(&p);
            marks = is_mark(c) ? marks + 1 : 0;
            if (is_control(c) && !(lines && c == '\n'))
                buf_ch(&b, ' ');
            else if (!turns(c) && c != 0xfeff && marks <= MARKS_MOST)
                buf_add(&b, from, (size_t)(p - from));
        }
        if (bad >= 0) buf_c(&b, "\357\277\275");
        done += (size_t)(end - rest.p) + (bad >= 0);
    }
    return buf_str(&b);
}

static void set_face(PangoLayout *p, const struct face *f, double scale)
{
    PangoFontDescription *d = pango_font_description_from_string(f->family);
    pango_font_description_set_absolute_size(d, f->size * scale * PANGO_SCALE);
    pango_font_description_set_weight(d, f->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(p, d);
    pango_font_description_free(d);
}

/* A hyphen where a number or a key is broken would be taken for a part of it. */
static void no_hyphens(PangoLayout *p)
{
    PangoAttrList *list = pango_attr_list_new();
    pango_attr_list_insert(list, pango_attr_insert_hyphens_new(false));
    pango_layout_set_attributes(p, list);
    pango_attr_list_unref(list);
}

struct laid *sheet_lay(struct sheet *s, const struct face *f, struct str text, double width,
                       enum side side, int most_lines)
{
    static const PangoAlignment sides[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                           PANGO_ALIGN_RIGHT};
    struct laid *t = arena_new(s->arena, struct laid);
    *t = (struct laid){pango_layout_new(s->pango), sheet_words(s->arena, text, f->lines),
                       f->lead * s->scale};
    set_face(t->layout, f, s->scale);
    no_hyphens(t->layout);
    /* a name written from right to left stands in its column all the same */
    pango_layout_set_auto_dir(t->layout, false);
    pango_layout_set_alignment(t->layout, sides[side]);
    pango_layout_set_text(t->layout, t->text.p, (int)t->text.n);
    pango_layout_set_width(t->layout, width > 0 ? (int)(width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(t->layout, PANGO_WRAP_WORD_CHAR);
    if (most_lines) {
        pango_layout_set_height(t->layout, -most_lines);
        pango_layout_set_ellipsize(t->layout, PANGO_ELLIPSIZE_END);
    }
    return t;
}

void laid_done(struct laid *t) { g_object_unref(t->layout); }

double laid_width(const struct laid *t)
{
    int w, h;
    pango_layout_get_size(t->layout, &w, &h);
    return (double)w / PANGO_SCALE;
}

size_t laid_lines(const struct laid *t)
{
    return (size_t)pango_layout_get_line_count(t->layout);
}

static PangoRectangle line_box(PangoLayoutIter *i)
{
    PangoRectangle r;
    pango_layout_iter_get_line_extents(i, NULL, &r);
    return r;
}

/* The heights of the lines [from, to), or until no more fit into room. */
static double add_up(const struct laid *t, size_t from, size_t to, double room, size_t *ret_n)
{
    PangoLayoutIter *i = pango_layout_get_iter(t->layout);
    double all = 0;
    size_t at = 0, n = 0;
    do {
        double h = (double)line_box(i).height / PANGO_SCALE;
        if (at >= from && at < to) {
            if (all + h > room) break;
            all += h + t->lead;
            n++;
        }
        at++;
    } while (at < to && pango_layout_iter_next_line(i));
    pango_layout_iter_free(i);
    *ret_n = n;
    return all;
}

double laid_height(const struct laid *t, size_t from, size_t to)
{
    size_t n;
    return add_up(t, from, to, 1e9, &n);
}

size_t laid_fit(const struct laid *t, size_t from, double room)
{
    size_t n;
    add_up(t, from, laid_lines(t), room, &n);
    return n;
}

struct str laid_rest(const struct laid *t, size_t line)
{
    PangoLayoutLine *l = pango_layout_get_line_readonly(t->layout, (int)line);
    return l ? str_sub(t->text, (size_t)l->start_index, t->text.n) : STR("");
}

void sheet_show(struct sheet *s, const struct laid *t, size_t from, size_t to, double x,
                double y)
{
    if (s->dry) return;
    PangoLayoutIter *i = pango_layout_get_iter(t->layout);
    size_t at = 0;
    do {
        PangoRectangle r = line_box(i);
        if (at < from) continue;
        int base = pango_layout_iter_get_baseline(i) - r.y;
        cairo_move_to(s->cr, x + (double)r.x / PANGO_SCALE, y + (double)base / PANGO_SCALE);
        pango_cairo_show_layout_line(s->cr, pango_layout_iter_get_line_readonly(i));
        y += (double)r.height / PANGO_SCALE + t->lead;
    } while (++at < to && pango_layout_iter_next_line(i));
    pango_layout_iter_free(i);
}

/* ---- lines and structure ----------------------------------------------------------------- */

void sheet_line(struct sheet *s, double x, double y, double to_x, double to_y, double thick)
{
    if (s->dry) return;
    cairo_set_line_width(s->cr, thick);
    cairo_move_to(s->cr, x, y);
    cairo_line_to(s->cr, to_x, to_y);
    cairo_stroke(s->cr);
}

void sheet_box(struct sheet *s, double x, double y, double w, double h, double grey)
{
    if (s->dry) return;
    cairo_set_source_rgb(s->cr, grey, grey, grey);
    cairo_rectangle(s->cr, x, y, w, h);
    cairo_fill(s->cr);
    cairo_set_source_rgb(s->cr, 0, 0, 0);
}

bool sheet_dry(struct sheet *s, bool dry)
{
    bool was = s->dry;
    s->dry = dry;
    return was;
}

void sheet_scale(struct sheet *s, double scale) { s->scale = scale; }

void sheet_language(struct sheet *s, const char *lang) { s->lang = lang; }

static void open_element(struct sheet *s, const char *name, enum tagged_scope scope,
                         struct str alt)
{
    if (s->dry) return;
    arena_push(s->arena, s->elements, s->n, s->room);
    s->elements[s->n++] = (struct tagged_element){name, s->lang, alt, scope};
    cairo_tag_begin(s->cr, name, NULL);
}

void sheet_tag(struct sheet *s, const char *name)
{
    open_element(s, name, SCOPE_NONE, STR(""));
}

void sheet_tag_head(struct sheet *s, enum tagged_scope scope)
{
    open_element(s, "TH", scope, STR(""));
}

void sheet_tag_figure(struct sheet *s, struct str alt)
{
    open_element(s, "Figure", SCOPE_NONE, sheet_words(s->arena, alt, false));
}

void sheet_untag(struct sheet *s, const char *name)
{
    if (!s->dry) cairo_tag_end(s->cr, name);
}

/* ---- the file ---------------------------------------------------------------------------- */

void sheet_next_page(struct sheet *s)
{
    if (!s->dry) cairo_show_page(s->cr);
}

static cairo_status_t on_bytes(void *ctx, const unsigned char *p, unsigned n)
{
    buf_add(ctx, p, n);
    return CAIRO_STATUS_SUCCESS;
}

static void describe(struct sheet *s, struct str title, struct str author, instant created)
{
    char when[40];
    instant_utc(created - created % 1000, when);
    const char *words[] = {str_dupz(s->arena, sheet_words(s->arena, title, false)),
                           str_dupz(s->arena, sheet_words(s->arena, author, false))};
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_TITLE, words[0]);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_AUTHOR, words[1]);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATOR, "sallyport");
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_CREATE_DATE, when);
    cairo_pdf_surface_set_metadata(s->surface, CAIRO_PDF_METADATA_MOD_DATE, when);
}

struct sheet *sheet_open(struct arena *a, struct str title, struct str author, instant created)
{
    struct sheet *s = arena_new(a, struct sheet);
    *s = (struct sheet){.arena = a, .out = buf_in(a), .scale = 1};
    lazy_pango_ready();
    s->surface =
        cairo_pdf_surface_create_for_stream(on_bytes, &s->out, SHEET_WIDTH, SHEET_HEIGHT);
    cairo_pdf_surface_restrict_to_version(s->surface, CAIRO_PDF_VERSION_1_5);
    describe(s, title, author, created);
    s->cr = cairo_create(s->surface);
    s->pango = pango_cairo_create_context(s->cr);
    pango_context_set_base_dir(s->pango, PANGO_DIRECTION_LTR);
    cairo_font_options_t *o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(s->pango, o);
    cairo_font_options_destroy(o);
    return s;
}

RC sheet_close(struct sheet *s, const char *lang, struct str *ret_pdf, struct err *e)
{
    g_object_unref(s->pango);
    cairo_destroy(s->cr);
    cairo_surface_finish(s->surface);
    cairo_status_t status = cairo_surface_status(s->surface);
    cairo_surface_destroy(s->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return FAIL(e, RC_BUG, "OUT-0002", "the letter could not be drawn");
    if (!ret_pdf) return RC_OK;
    return tagged_pdf(s->arena, buf_str(&s->out), lang, s->elements, s->n, ret_pdf, e);
}
