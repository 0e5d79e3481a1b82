/* Pages of US Letter paper on which text, lines and boxes are put, each inside the structure
 * element that was opened last; letter.h is made of it. What is put while no element is open is
 * decoration, and nobody who listens hears it. */
#pragma once
#include "base/date.h"
#include "base/rc.h"
#include "base/str.h"
#include "outbound/tagged.h"

#define SHEET_WIDTH 612.0 /* points */
#define SHEET_HEIGHT 792.0

struct face {
    const char *family;
    double size, lead; /* points; lead is the distance of lines beyond the font's own */
    bool bold, lines;  /* lines: a line feed in the text is one on paper, else a space */
};
enum side { SIDE_LEFT, SIDE_MIDDLE, SIDE_RIGHT };

struct sheet;
struct laid; /* a text broken into lines */

struct sheet *sheet_open(struct arena *a, struct str title, struct str author, instant created);
/* The finished file, tagged; ret_pdf NULL: it is thrown away. The sheet is gone, also after a
 * failure. */
RC sheet_close(struct sheet *s, const char *lang, struct str *ret_pdf, struct err *e);
void sheet_next_page(struct sheet *s);

/* While it is dry nothing is drawn and nothing is opened: for measuring. */
bool sheet_dry(struct sheet *s, bool dry); /* what it was */
/* Of all letters and the distance of their lines from here on; 1 at first. */
void sheet_scale(struct sheet *s, double scale);
/* Of all that is opened from here on; never freed by the sheet. */
void sheet_language(struct sheet *s, const char *lang);
void sheet_tag(struct sheet *s, const char *name);
void sheet_tag_head(struct sheet *s, enum tagged_scope scope); /* TH */
void sheet_tag_figure(struct sheet *s, struct str alt);
void sheet_untag(struct sheet *s, const char *name);

/* width 0: one line as wide as it likes; most_lines 0: as many as it takes. */
struct laid *sheet_lay(struct sheet *s, const struct face *f, struct str text, double width,
                       enum side side, int most_lines);
void laid_done(struct laid *t);
double laid_width(const struct laid *t);
size_t laid_lines(const struct laid *t);
double laid_height(const struct laid *t, size_t from, size_t to);
size_t laid_fit(const struct laid *t, size_t from, double room); /* lines from there on */
struct str laid_rest(const struct laid *t, size_t line);         /* the text from there on */
void sheet_show(struct sheet *s, const struct laid *t, size_t from, size_t to, double x,
                double y);

/* The text as it would stand on paper: without what cannot. */
struct str sheet_words(struct arena *a, struct str text, bool lines);

void sheet_line(struct sheet *s, double x, double y, double to_x, double to_y, double thick);
void sheet_box(struct sheet *s, double x, double y, double w, double h, double grey);
