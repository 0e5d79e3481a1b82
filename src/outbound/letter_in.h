/* What the files of a letter share: letter.c (page, words), letter_table.c, letter_plot.c. */
#pragma once
#include "base/buf.h"
#include "outbound/letter.h"
#include "outbound/sheet.h"

#define LEFT 72.0
#define RIGHT 540.0
#define TOP 46.0
#define BOTTOM 728.0

struct letter {
    struct sheet *sheet;
    struct arena *arena;
    const struct letter_head *head;
    const char *lang;
    double y, top; /* top: where the first block of this page began */
    int page, pages;
    struct str heading; /* waits for the block under it, so that neither stands alone */
    struct buf *plain;  /* words only, for the body of a mail; nothing is drawn */
};

extern const struct face face_text, face_label, face_small, face_code;

void letter_plain(struct letter *l, const char *before, struct str text, const char *after);
/* So many points stand on one page, with the heading that waits. */
void letter_need(struct letter *l, double h);
/* One short text; returns its height. */
double letter_put(struct letter *l, const struct face *f, struct str text, double x,
                  double width, double y, enum side side);
