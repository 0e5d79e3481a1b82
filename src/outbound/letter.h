/* A letter on US Letter paper: blocks in reading order, each tagged for readers who listen.
 * Black on white, because it may pass a fax machine. The same blocks and the same head give the
 * same bytes. */
#pragma once
#include "base/date.h"
#include "base/rc.h"
#include "base/str.h"

struct letter;
struct letter_head {
    struct str facility, office; /* top left */
    const char *const *lines;    /* address lines, NULL-ended, may be NULL */
    struct str title;            /* of the document, for its metadata; names nobody */
    struct str mark;             /* small, at the foot of every page */
    const char *lang;            /* RFC 5646; NULL: "en-US" */
    instant created;
};
struct letter_row {
    struct str label, value;
    bool code;
};

/* body is called twice: once to count the pages, once to draw. */
RC letter_make(struct arena *a, const struct letter_head *head,
               void (*body)(struct letter *l, void *ctx), void *ctx, struct str *ret_pdf,
               struct err *e);

/* The same blocks as plain text. */
struct str letter_words(struct arena *a, void (*body)(struct letter *l, void *ctx), void *ctx);

void letter_title(struct letter *l, struct str text);
void letter_heading(struct letter *l, struct str text);
void letter_paragraph(struct letter *l, struct str text);
void letter_lead(struct letter *l,
                 struct str text); /* a paragraph that must not be overlooked */
void letter_note(struct letter *l, struct str text); /* in small print */
void letter_code(struct letter *l, struct str text); /* text kept line by line, as typed */
void letter_items(struct letter *l, const struct str *items, size_t n, bool numbered);
void letter_rows(struct letter *l, const struct letter_row *rows,
                 size_t n); /* label and value; empty values are left out */
/* A table of three columns with a head. cells: n rows of 3. */
void letter_table(struct letter *l, const struct str head[3], const struct str *cells,
                  size_t n);
void letter_blanks(struct letter *l, const struct str *labels,
                   size_t n); /* lines to write on, two a row */
/* A table of any number of columns; the first of its rows is its head and is repeated on each
 * page, right says which columns hold numbers. The columns share the width by what they
 * hold. */
void letter_grid(struct letter *l, const struct str *cells, size_t columns, size_t rows,
                 const bool *right);
#define LETTER_UNKNOWN ((double)__builtin_nanf(""))
struct letter_bar {
    struct str label;
    double value;
}; /* LETTER_UNKNOWN: drawn as held back */
/* upright, labels below; alt says in words what is drawn, here and in what follows */
void letter_bars(struct letter *l, const struct letter_bar *bars, size_t n, struct str alt);
/* lying, with the share of `of` */
void letter_shares(struct letter *l, const struct letter_bar *bars, size_t n, double of,
                   struct str alt);
/* 10, 25, 50, 75, 90 % */
struct letter_strip {
    struct str label;
    double at[5];
};
void letter_strips(struct letter *l, const struct letter_strip *strips, size_t n,
                   struct str unit, struct str alt);
/* What part puts down stays on one page, if it is not longer than a page. It is called twice.
 * letter_keep only makes the room and puts nothing down. */
void letter_together(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx);
void letter_keep(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx);
/* The same, from here on this page: with smaller letters, if that is what it takes. */
void letter_on_one_page(struct letter *l, void (*part)(struct letter *l, void *ctx), void *ctx);
/* Of all that follows on paper. */
void letter_language(struct letter *l, const char *lang);
void letter_space(struct letter *l, double points);
void letter_new_page(struct letter *l);
