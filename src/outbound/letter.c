/* Letters: the page with its head and foot, and the blocks of words. Structure is ISO 32000-1
 * §14.8 (H1, H2, P, L); tables are letter_table.c, plots letter_plot.c. The same notice is the
 * same file, so that its hash in the ledger means something. */
#include "outbound/letter_in.h"
#include <stdio.h>

#define SERIF "Liberation Serif, DejaVu Serif, serif"
#define SANS "Liberation Sans, DejaVu Sans, sans"
#define LEAST 0.89 /* of the size of letters: 10.8 points become 9.7, and no fewer */
#define MONO "Liberation Mono, DejaVu Sans Mono, monospace"

static const struct face face_facility = {SERIF, 15, 0, true, false};
static const struct face face_office = {SANS, 8.5, 1, false, false};
static const struct face face_title = {SERIF, 17, 1, true, false};
static const struct face face_heading = {SANS, 10.5, 0, true, false};
static const struct face face_lead = {SERIF, 12, 1.8, true, false};
const struct face face_text = {SERIF, 10.8, 1.2, false, false};
const struct face face_label = {SANS, 9, 1.2, false, false};
const struct face face_code = {MONO, 8, 1.2, false, true};
const struct face face_small = {SANS, 7.5, 0, false, false};

/* ---- the page ---------------------------------------------------------------------------- */

/* Of the page's furniture: cut off rather than let into the text. */
static double furniture(struct letter *l, const struct face *f, struct str text, double x,
                        double width, double y, enum side side, int most_lines)
{
    struct laid *t = sheet_lay(l->sheet, f, text, width, side, most_lines);
    size_t n = laid_lines(t);
    double h = laid_height(t, 0, n);
    sheet_show(l->sheet, t, 0, n, x, y);
    laid_done(t);
    return h;
}

static void page_head(struct letter *l)
{
    const struct letter_head *h = l->head;
    double y = TOP, right = TOP;
    for (const char *const *line = h->lines; line && *line; line++)
        right +=
            furniture(l, &face_office, str_c(*line), 320, RIGHT - 320, right, SIDE_RIGHT, 2);
    y += furniture(l, &face_facility, h->facility, LEFT, 240, y, SIDE_LEFT, 3) + 1;
    y += furniture(l, &face_office, h->office, LEFT, 240, y, SIDE_LEFT, 2);
    y = (y > right ? y : right) + 7;
    sheet_line(l->sheet, LEFT, y, RIGHT, y, 1.2);
    sheet_line(l->sheet, LEFT, y + 2.4, RIGHT, y + 2.4, 0.4);
    l->y = l->top = y + 16;
}

static void furnish(struct letter *l)
{
    char page[80];
    bool spanish = strncmp(l->lang, "es", 2) == 0;
    snprintf(page, sizeof page, spanish ? "P\303\241gina %d de %d" : "Page %d of %d", l->page,
             l->pages);
    page_head(l);
    sheet_line(l->sheet, LEFT, SHEET_HEIGHT - 52, RIGHT, SHEET_HEIGHT - 52, 0.4);
    furniture(l, &face_small, l->head->mark, LEFT, 380, SHEET_HEIGHT - 47, SIDE_LEFT, 2);
    furniture(l, &face_small, str_c(page), RIGHT - 80, 80, SHEET_HEIGHT - 47, SIDE_RIGHT, 1);
}

/* The heading under which nothing came. */
static void put_waiting(struct letter *l)
{
    if (l->heading.n) letter_need(l, 0);
}

void letter_new_page(struct letter *l)
{
    if (l->plain) return;
    put_waiting(l);
    sheet_next_page(l->sheet);
    l->page++;
    furnish(l);
}

/* The heading itself; there is room for it. */
static void put_heading(struct letter *l, const struct laid *t)
{
    size_t n = laid_lines(t);
    double space = l->y > l->top ? 3 : 0;
    sheet_tag(l->sheet, "H2");
    sheet_show(l->sheet, t, 0, n, LEFT, l->y + space);
    sheet_untag(l->sheet, "H2");
    l->y += space + laid_height(t, 0, n) + 2.5;
}

void letter_need(struct letter *l, double h)
{
    struct str heading = l->heading;
    struct laid *t = NULL;
    l->heading = STR("");
    if (heading.n) {
        t = sheet_lay(l->sheet, &face_heading, heading, RIGHT - LEFT, SIDE_LEFT, 0);
        h += laid_height(t, 0, laid_lines(t)) + 5.5;
    }
    if (l->y + h > BOTTOM && l->y > l->top) letter_new_page(l);
    if (t) put_heading(l, t), laid_done(t);
}

/* On one copy of the page that has no end and is thrown away. */
static double measure(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx)
{
    struct letter copy = *l;
    bool was = sheet_dry(l->sheet, true);
    copy.y = copy.top = -1e6;
    part(&copy, ctx);
    put_waiting(&copy);
    sheet_dry(l->sheet, was);
    return copy.y + 1e6;
}

void letter_keep(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx)
{
    if (l->plain) return;
    double h = measure(l, part, ctx);
    if (l->y + h > BOTTOM && l->top + h <= BOTTOM && l->y > l->top) letter_new_page(l);
}

void letter_together(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx)
{
    letter_keep(l, part, ctx);
    part(l, ctx);
}

void letter_on_one_page(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx)
{
    double scale = 1;
    if (!l->plain) {
        while (scale > LEAST &&
               (sheet_scale(l->sheet, scale), measure(l, part, ctx)) > BOTTOM - l->y)
            scale -= 0.025;
        sheet_scale(l->sheet, scale > LEAST ? scale : 1);
    }
    part(l, ctx);
    if (!l->plain) sheet_scale(l->sheet, 1);
}

void letter_space(struct letter *l, double points) { l->y += points; }

void letter_language(struct letter *l, const char *lang)
{
    if (l->plain) return;
    l->lang = lang;
    sheet_language(l->sheet, lang);
}

/* ---- words ------------------------------------------------------------------------------- */

void letter_plain(struct letter *l, const char *before, struct str text, const char *after)
{
    buf_c(l->plain, before);
    buf_str_add(l->plain, sheet_words(l->arena, text, false));
    buf_c(l->plain, after);
}

double letter_put(struct letter *l, const struct face *f, struct str text, double x,
                  double width, double y, enum side side)
{
    return furniture(l, f, text, x, width, y, side, 0);
}

/* How many of the lines from there on go on this page: never one alone on either. */
static size_t lines_here(const struct letter *l, const struct laid *t, size_t from)
{
    size_t n = laid_lines(t) - from, k = laid_fit(t, from, BOTTOM - l->y);
    if (k + 1 == n && k > 2) k--;
    return k || l->y > l->top ? k : 1;
}

/* Over pages where it must: one element with a piece for each page, so that the head of the
 * next page stands in none of them. */
static void block(struct letter *l, const struct face *f, const char *name, struct str text,
                  double x)
{
    struct laid *t = sheet_lay(l->sheet, f, text, RIGHT - x, SIDE_LEFT, 0);
    size_t n = laid_lines(t);
    letter_need(l, laid_height(t, 0, n < 4 ? n : 2));
    bool pieces = lines_here(l, t, 0) < n;
    sheet_tag(l->sheet, name);
    for (size_t from = 0; from < n;) {
        size_t k = lines_here(l, t, from);
        if (pieces) sheet_tag(l->sheet, "Span");
        sheet_show(l->sheet, t, from, from + k, x, l->y);
        if (pieces) sheet_untag(l->sheet, "Span");
        l->y += laid_height(t, from, from + k);
        from += k;
        if (from < n) letter_new_page(l);
    }
    sheet_untag(l->sheet, name);
    laid_done(t);
}

static void words(struct letter *l, const struct face *f, const char *name, struct str text,
                  double indent, double after)
{
    if (l->plain) {
        buf_str_add(l->plain, sheet_words(l->arena, text, f->lines));
        buf_c(l->plain, "\n\n");
        return;
    }
    if (str_trim(text).n == 0) return;
    block(l, f, name, text, LEFT + indent);
    l->y += after;
}

void letter_title(struct letter *l, struct str text)
{
    words(l, &face_title, "H1", text, 0, 8);
}

void letter_heading(struct letter *l, struct str text)
{
    if (l->plain) {
        letter_plain(l, "\n", text, "\n");
        return;
    }
    put_waiting(l);
    l->heading = text;
}

void letter_paragraph(struct letter *l, struct str text)
{
    words(l, &face_text, "P", text, 0, 4.5);
}
void letter_lead(struct letter *l, struct str text) { words(l, &face_lead, "P", text, 0, 6); }
void letter_note(struct letter *l, struct str text) { words(l, &face_small, "P", text, 0, 6); }
void letter_code(struct letter *l, struct str text) { words(l, &face_code, "P", text, 10, 4); }

static void item(struct letter *l, struct str text, size_t number, bool numbered)
{
    char bullet[16];
    snprintf(bullet, sizeof bullet, numbered ? "%zu." : "\342\200\242", number);
    sheet_tag(l->sheet, "LI");
    sheet_tag(l->sheet, "Lbl");
    letter_put(l, &face_text, str_c(bullet), LEFT + 4, 20, l->y, SIDE_LEFT);
    sheet_untag(l->sheet, "Lbl");
    block(l, &face_text, "LBody", text, LEFT + 20);
    sheet_untag(l->sheet, "LI");
    l->y += 1.2;
}

void letter_items(struct letter *l, const struct str *items, size_t n, bool numbered)
{
    for (size_t i = 0; l->plain && i < n; i++) letter_plain(l, "- ", items[i], "\n");
    if (l->plain) return;
    for (size_t i = 0; i < n; i++) {
        struct laid *t =
            sheet_lay(l->sheet, &face_text, items[i], RIGHT - LEFT - 20, SIDE_LEFT, 0);
        letter_need(l, laid_height(t, 0, laid_lines(t)));
        laid_done(t);
        if (i == 0) sheet_tag(l->sheet, "L");
        item(l, items[i], i + 1, numbered);
    }
    if (n) sheet_untag(l->sheet, "L");
    l->y += 3;
}

void letter_blanks(struct letter *l, const struct str *labels, size_t n)
{
    if (l->plain) return; /* nobody signs a mail's text */
    size_t lines = n / 2 + n % 2;
    letter_need(l, 31 * (double)lines);
    for (size_t i = 0; i < n; i += 2) {
        l->y += 20;
        for (size_t k = 0; k < 2 && i + k < n; k++) {
            double x = k ? LEFT + 244 : LEFT, end = k ? RIGHT : LEFT + 224;
            sheet_line(l->sheet, x, l->y, end, l->y, 0.5);
            sheet_tag(l->sheet, "P");
            letter_put(l, &face_small, labels[i + k], x, end - x, l->y + 2, SIDE_LEFT);
            sheet_untag(l->sheet, "P");
        }
        l->y += 11;
    }
}

/* ---- the letter -------------------------------------------------------------------------- */

/* One pass; says how many pages it took. */
static RC draw(struct arena *a, const struct letter_head *head,
               void (*body)(struct letter *, void *), void *ctx, int *pages,
               struct str *ret_pdf, struct err *e)
{
    struct letter l = {.head = head, .arena = a, .page = 1, .pages = *pages};
    l.sheet = sheet_open(a, head->title, head->facility, head->created);
    letter_language(&l, head->lang ? head->lang : "en-US");
    furnish(&l);
    sheet_tag(l.sheet, "Document");
    body(&l, ctx);
    put_waiting(&l);
    sheet_untag(l.sheet, "Document");
    *pages = l.page;
    return sheet_close(l.sheet, head->lang ? head->lang : "en-US", ret_pdf, e);
}

struct str letter_words(struct arena *a, void (*body)(struct letter *l, void *ctx), void *ctx)
{
    struct buf b = buf_in(a);
    struct letter l = {.plain = &b, .arena = a};
    body(&l, ctx);
    return str_trim(buf_str(&b));
}

RC letter_make(struct arena *a, const struct letter_head *head,
               void (*body)(struct letter *l, void *ctx), void *ctx, struct str *ret_pdf,
               struct err *e)
{
    struct arena_mark m = arena_mark(a);
    int pages = 1;
    TRY(draw(a, head, body, ctx, &pages, NULL, e));
    arena_release(a, m);
    return draw(a, head, body, ctx, &pages, ret_pdf, e);
}
