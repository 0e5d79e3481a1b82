/* Plots of a letter: bars, shares, and strips of quantiles, black and grey for a fax machine.
 * Each is one figure whose words stand in its /Alt; what is drawn stands in a table too. */
#include "outbound/letter_in.h"
#include <math.h>
#include <stdio.h>

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

static void number(struct letter *l, double v, double x, double width, double y, enum side side)
{
    char text[40];
    snprintf(text, sizeof text, "%.0f", v);
    letter_put(l, &face_small, str_c(text), x, width, y, side);
}

static void one_bar(struct letter *l, const struct letter_bar *bar, double x, double wide,
                    double foot, double scale, bool label)
{
    bool hidden = unknown(bar->value);
    double h = hidden ? 0 : bar->value * scale, room = wide > 60 ? wide : 60;
    sheet_box(l->sheet, x + wide * 0.2, foot - h, wide * 0.6, h, 0.35);
    if (hidden)
        letter_put(l, &face_small, STR("*"), x, wide, foot - 10, SIDE_MIDDLE);
    else if (wide > 22) {
        sheet_box(l->sheet, x + wide / 2 - 11, foot - h - 10, 22, 9, 1); /* over the grid */
        number(l, bar->value, x, wide, foot - h - 10, SIDE_MIDDLE);
    }
    if (label)
        letter_put(l, &face_small, bar->label, x + (wide - room) / 2, room, foot + 3,
                   SIDE_MIDDLE);
}

void letter_bars(struct letter *l, const struct letter_bar *bars, size_t n, struct str alt)
{
    enum { HIGH = 100, MARGIN = 30 };
    double most = 1;
    if (l->plain || !n) return;
    for (size_t i = 0; i < n; i++)
        if (bars[i].value > most) most = bars[i].value;
    letter_need(l, HIGH + 42);
    double step = step_for(most), foot = l->y + HIGH + 16,
           wide = (RIGHT - LEFT - MARGIN) / (double)n, top = step * ceil(most / step);
    size_t every = 1 + n / 13;
    sheet_tag_figure(l->sheet, alt);
    for (int k = 0; k * step <= top; k++) {
        double y = foot - k * step / top * HIGH;
        sheet_line(l->sheet, LEFT + MARGIN, y, RIGHT, y, k ? 0.2 : 0.8);
        number(l, k * step, LEFT, MARGIN - 6, y - 5, SIDE_RIGHT);
    }
    for (size_t i = 0; i < n; i++)
        one_bar(l, &bars[i], LEFT + MARGIN + (double)i * wide, wide, foot, HIGH / top,
                i % every == 0);
    sheet_untag(l->sheet, "Figure");
    l->y = foot + 24;
}

/* The column of labels is as wide as the longest of them. */
static double wider(struct letter *l, struct str label, double wide, double most)
{
    struct laid *t = sheet_lay(l->sheet, &face_small, label, 0, SIDE_LEFT, 0);
    double w = laid_width(t) + 1;
    laid_done(t);
    return w > most ? most : w > wide ? w : wide;
}

static void label_at(struct letter *l, struct str label, double width, double middle)
{
    struct laid *t = sheet_lay(l->sheet, &face_small, label, width, SIDE_LEFT, 2);
    double h = laid_height(t, 0, laid_lines(t));
    sheet_show(l->sheet, t, 0, laid_lines(t), LEFT, middle - h / 2);
    laid_done(t);
}

static void one_share(struct letter *l, const struct letter_bar *bar, double of, double labels,
                      double y)
{
    enum { NUMBERS = 40, BAR = 9 };
    char text[40];
    bool hidden = unknown(bar->value);
    double left = LEFT + labels + 10,
           wide = hidden ? 0 : bar->value / of * (RIGHT - left - NUMBERS);
    snprintf(text, sizeof text, hidden ? "*" : "%.0f %%", hidden ? 0 : bar->value / of * 100);
    label_at(l, bar->label, labels, y + BAR / 2.0);
    sheet_box(l->sheet, left, y, wide, BAR, 0.35);
    letter_put(l, &face_small, str_c(text), left + wide + 4, NUMBERS, y, SIDE_LEFT);
}

void letter_shares(struct letter *l, const struct letter_bar *bars, size_t n, double of,
                   struct str alt)
{
    enum { ROW = 17 };
    if (l->plain || unknown(of) || of <= 0 || n == 0) return;
    double labels = 0;
    for (size_t i = 0; i < n; i++) labels = wider(l, bars[i].label, labels, 190);
    for (size_t i = 0; i < n;) {
        size_t here = n - i < 25 ? n - i : 25; /* a figure cannot go on over a page */
        letter_need(l, (double)here * ROW + 4);
        sheet_tag_figure(l->sheet, alt);
        l->y += 4;
        for (size_t k = 0; k < here; k++)
            one_share(l, &bars[i + k], of, labels, l->y + (double)k * ROW);
        l->y += (double)here * ROW;
        sheet_untag(l->sheet, "Figure");
        i += here;
    }
    l->y += 6;
}

static void one_strip(struct letter *l, const struct letter_strip *s, double y, double left,
                      double low, double scale)
{
    const double *q = s->at;
    bool known = true;
    for (int k = 0; k < 5; k++) known = known && !unknown(q[k]);
    if (!known) {
        letter_put(l, &face_small, STR("*"), left + 4, 20, y + 5, SIDE_LEFT);
        return;
    }
    sheet_line(l->sheet, left + (q[0] - low) * scale, y + 9, left + (q[4] - low) * scale, y + 9,
               1);
    sheet_box(l->sheet, left + (q[1] - low) * scale, y + 4, (q[3] - q[1]) * scale, 10, 0.7);
    sheet_line(l->sheet, left + (q[2] - low) * scale, y + 2, left + (q[2] - low) * scale,
               y + 16, 2);
}

void letter_strips(struct letter *l, const struct letter_strip *strips, size_t n,
                   struct str unit, struct str alt)
{
    enum { ROW = 20 };
    double most = 1, least = 0;
    if (l->plain || n == 0) return;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 5; k++) {
            if (strips[i].at[k] > most) most = strips[i].at[k];
            if (strips[i].at[k] < least) least = strips[i].at[k];
        }
    letter_need(l, (double)n * ROW + 42);
    double labels = 0;
    for (size_t i = 0; i < n; i++) labels = wider(l, strips[i].label, labels, 160);
    double step = step_for(most - least), left = LEFT + labels + 14, y0 = l->y + 4,
           low = step * floor(least / step), top = step * ceil(most / step);
    double scale = (RIGHT - 12 - left) / (top - low), foot = y0 + (double)n * ROW + 2;
    sheet_tag_figure(l->sheet, alt);
    for (int k = 0; low + k * step <= top; k++) {
        double v = low + k * step, x = left + (v - low) * scale;
        sheet_line(l->sheet, x, y0, x, foot, 0.2);
        number(l, v, x - 30, 60, foot + 2, SIDE_MIDDLE);
    }
    for (size_t i = 0; i < n; i++) {
        label_at(l, strips[i].label, labels, y0 + (double)i * ROW + 9);
        one_strip(l, &strips[i], y0 + (double)i * ROW, left, low, scale);
    }
    l->y = foot + 13;
    letter_put(l, &face_small, unit, left, RIGHT - left, l->y, SIDE_LEFT);
    sheet_untag(l->sheet, "Figure");
    l->y += 18;
}
