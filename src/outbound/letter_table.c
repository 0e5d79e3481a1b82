/* Tables of a letter: label and value, three columns of words, and grids of numbers. A row
 * stands whole on one page unless it is longer than a page; then what does not fit goes on in a
 * row on the next. A head is repeated on each page, for the eye alone: who listens hears
 * it once. */
#include "outbound/letter_in.h"

#define LABEL 164.0 /* width of the label column */
#define COLUMNS 24
#define GAP 11.0 /* between the columns of a grid */

struct cell {
    const struct face *face;
    struct str text;
    double x, width, drop; /* drop: so much lower, so that two faces share a line */
    enum side side;
    enum tagged_scope scope; /* SCOPE_NONE: TD */
};
struct table {
    struct letter *l;
    const struct cell *head; /* NULL: none */
    size_t columns;
    double rule, after, head_height; /* thickness of the line under a row, space under that */
};

static void lay_out(struct letter *l, const struct cell *cells, size_t n, struct laid **ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] =
            sheet_lay(l->sheet, cells[i].face, cells[i].text, cells[i].width, cells[i].side, 0);
}

static void done(struct laid **laid, size_t n)
{
    for (size_t i = 0; i < n; i++) laid_done(laid[i]);
}

static double row_height(const struct cell *cells, struct laid *const *laid, size_t n)
{
    double h = 0;
    for (size_t i = 0; i < n; i++) {
        double one = cells[i].drop + laid_height(laid[i], 0, laid_lines(laid[i]));
        h = one > h ? one : h;
    }
    return h;
}

static double height_of(struct letter *l, const struct cell *cells, size_t n)
{
    struct laid *laid[COLUMNS];
    lay_out(l, cells, n, laid);
    double h = row_height(cells, laid, n);
    done(laid, n);
    return h;
}

/* As many lines of each cell as fit into room. */
static void draw_row(struct letter *l, const struct cell *cells, struct laid *const *laid,
                     size_t n, double room, bool tagged)
{
    if (tagged) sheet_tag(l->sheet, "TR");
    for (size_t i = 0; i < n; i++) {
        bool head = cells[i].scope != SCOPE_NONE;
        if (tagged && head) sheet_tag_head(l->sheet, cells[i].scope);
        if (tagged && !head) sheet_tag(l->sheet, "TD");
        sheet_show(l->sheet, laid[i], 0, laid_fit(laid[i], 0, room - cells[i].drop), cells[i].x,
                   l->y + cells[i].drop);
        if (tagged) sheet_untag(l->sheet, head ? "TH" : "TD");
    }
    if (tagged) sheet_untag(l->sheet, "TR");
}

static void under_row(const struct table *t, double h, double rule)
{
    struct letter *l = t->l;
    l->y += h;
    if (rule > 0) {
        l->y += 2;
        sheet_line(l->sheet, LEFT, l->y, RIGHT, l->y, rule);
    }
    l->y += t->after;
}

static void put_head(const struct table *t, bool tagged)
{
    struct laid *laid[COLUMNS];
    lay_out(t->l, t->head, t->columns, laid);
    draw_row(t->l, t->head, laid, t->columns, 1e6, tagged);
    under_row(t, row_height(t->head, laid, t->columns), 0.8);
    done(laid, t->columns);
}

static void next_page(const struct table *t)
{
    letter_new_page(t->l);
    if (t->head) put_head(t, false);
}

/* Draws what fits here and leaves in cells what does not; false when nothing is left. */
static bool put_part(const struct table *t, struct cell *cells, struct laid **laid, double h)
{
    double room = BOTTOM - t->l->y;
    bool rest = false;
    draw_row(t->l, cells, laid, t->columns, room, true);
    for (size_t i = 0; i < t->columns; i++) {
        size_t n = laid_fit(laid[i], 0, room - cells[i].drop);
        if (n < laid_lines(laid[i])) rest = true;
        cells[i].text = n < laid_lines(laid[i]) ? laid_rest(laid[i], n) : STR("");
    }
    under_row(t, rest ? room : h, rest ? 0 : t->rule);
    return rest;
}

/* with: of the rows that may not be parted from this one. */
static void put_row(const struct table *t, struct cell *cells, double with)
{
    struct letter *l = t->l;
    struct laid *laid[COLUMNS];
    for (bool rest = true; rest;) {
        lay_out(l, cells, t->columns, laid);
        double h = row_height(cells, laid, t->columns), fresh = l->top + t->head_height;
        bool later = l->y > fresh + 1;
        if (later && l->y + h + with > BOTTOM && (fresh + h <= BOTTOM || l->y + 40 > BOTTOM)) {
            next_page(t);
        } else {
            rest = put_part(t, cells, laid, h);
            if (rest) next_page(t);
        }
        done(laid, t->columns);
        with = 0;
    }
}

void letter_rows(struct letter *l, const struct letter_row *rows, size_t n)
{
    for (size_t i = 0; l->plain && i < n; i++)
        if (rows[i].value.n) {
            letter_plain(l, "", rows[i].label, ": ");
            letter_plain(l, "", rows[i].value, i + 1 == n ? "\n\n" : "\n");
        }
    if (l->plain) return;
    struct table t = {.l = l, .columns = 2, .after = 3};
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        if (str_trim(rows[i].value).n == 0) continue;
        struct cell cells[2] = {{&face_label, rows[i].label, LEFT, LABEL - 12,
                                 rows[i].code ? 0 : 2, SIDE_LEFT, SCOPE_ROW},
                                {rows[i].code ? &face_code : &face_text, rows[i].value,
                                 LEFT + LABEL, RIGHT - LEFT - LABEL, rows[i].code ? 1 : 0,
                                 SIDE_LEFT, SCOPE_NONE}};
        if (!open) {
            letter_need(l, 20);
            sheet_tag(l->sheet, "Table");
        }
        open = true;
        put_row(&t, cells, 0);
    }
    if (open) sheet_untag(l->sheet, "Table");
    l->y += 5;
}

static void words_row(struct cell cells[3], const struct str text[3], bool head)
{
    static const double x[4] = {LEFT, LEFT + 132, LEFT + 318, RIGHT};
    for (int i = 0; i < 3; i++)
        cells[i] = (struct cell){.face = head || i == 2 ? &face_label : &face_text,
                                 .text = text[i],
                                 .x = x[i],
                                 .width = x[i + 1] - x[i] - 8,
                                 .drop = i == 2 && !head ? 2 : 0,
                                 .scope = head ? SCOPE_COLUMN : SCOPE_NONE};
}

void letter_table(struct letter *l, const struct str head[3], const struct str *cells, size_t n)
{
    for (size_t i = 0; l->plain && i < n; i++) {
        letter_plain(l, "- ", cells[3 * i], ": ");
        letter_plain(l, "", cells[3 * i + 1], cells[3 * i + 2].n ? " " : "\n");
        if (cells[3 * i + 2].n) letter_plain(l, "(", cells[3 * i + 2], ")\n");
    }
    if (l->plain || n == 0) return;
    struct cell heads[3], row[3];
    words_row(heads, head, true);
    words_row(row, cells, false);
    struct table t = {.l = l, .head = heads, .columns = 3, .rule = 0.3, .after = 3};
    double first = height_of(l, row, 3);
    t.head_height = height_of(l, heads, 3) + 5;
    letter_need(l, t.head_height + (first < 200 ? first : 200));
    sheet_tag(l->sheet, "Table");
    put_head(&t, true);
    for (size_t i = 0; i < n; i++) {
        words_row(row, cells + 3 * i, false);
        put_row(&t, row, 0);
    }
    sheet_untag(l->sheet, "Table");
    l->y += 5;
}

/* ---- grids ------------------------------------------------------------------------------- */

static double natural(struct letter *l, const struct face *f, struct str s)
{
    struct laid *t = sheet_lay(l->sheet, f, s, 0, SIDE_LEFT, 0);
    double w = laid_width(t);
    laid_done(t);
    return w;
}

/* The narrowest that a column may be is its longest word, the widest it asks for its longest
 * text. */
static void asked_width(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                        double *ret_least, double *ret_most)
{
    *ret_least = *ret_most = 12;
    for (size_t r = 0; r < rows; r++) {
        const struct face *f = r ? &face_label : &face_small;
        struct str s = cells[r * columns], word;
        double w = natural(l, f, s);
        if (w > *ret_most && r) *ret_most = w;
        while (str_cut(&s, ' ', &word)) {
            w = natural(l, f, word);
            if (w > *ret_least) *ret_least = w;
        }
    }
    if (*ret_most < *ret_least) *ret_most = *ret_least;
}

static void grid_widths(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                        double *wide)
{
    double least[COLUMNS], most[COLUMNS], all_least = 0, all_most = 0,
                                          room = RIGHT - LEFT - GAP * (double)(columns - 1);
    for (size_t c = 0; c < columns; c++) {
        asked_width(l, cells + c, columns, rows, &least[c], &most[c]);
        all_least += least[c];
        all_most += most[c];
    }
    for (size_t c = 0; c < columns; c++) {
        if (all_most <= room)
            wide[c] = most[c] + (room - all_most) / (double)columns;
        else if (all_least <= room)
            wide[c] =
                least[c] + (room - all_least) * (most[c] - least[c]) / (all_most - all_least);
        else
            wide[c] = least[c] * room / all_least;
    }
}

static void grid_row(struct cell *ret, const struct str *cells, size_t columns,
                     const double *wide, const bool *right, bool head)
{
    double x = LEFT;
    for (size_t c = 0; c < columns; c++) {
        ret[c] = (struct cell){.face = head ? &face_small : &face_label,
                               .text = cells[c],
                               .x = x,
                               .width = wide[c],
                               .side = right[c] ? SIDE_RIGHT : SIDE_LEFT,
                               .scope = head                  ? SCOPE_COLUMN
                                        : c == 0 && !right[0] ? SCOPE_ROW
                                                              : SCOPE_NONE};
        x += wide[c] + GAP;
    }
}

void letter_grid(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                 const bool *right)
{
    double wide[COLUMNS];
    struct cell head[COLUMNS], row[COLUMNS];
    if (l->plain || columns == 0 || columns > COLUMNS || rows == 0) return;
    grid_widths(l, cells, columns, rows, wide);
    grid_row(head, cells, columns, wide, right, true);
    struct table t = {.l = l, .head = head, .columns = columns, .rule = 0.25, .after = 2};
    t.head_height = height_of(l, head, columns) + 4;
    letter_need(l, t.head_height + 40);
    sheet_tag(l->sheet, "Table");
    put_head(&t, true);
    for (size_t r = 1; r < rows; r++) {
        grid_row(row, cells + r * columns, columns, wide, right, false);
        /* the last row, often the sum, is not left alone on a page */
        put_row(&t, row, r + 2 == rows ? 16 : 0);
    }
    sheet_untag(l->sheet, "Table");
    l->y += 6;
}
