/* Diagnostics: a bounded list of what was found wrong, each with a stable id, a place in the
 * model and one line of text. The same list serves loading (errors of the model) and evaluation
 * (reasons for nulls); a null value carries the index of its reason. */
#pragma once
#include "base/arena.h"
#include "base/str.h"
#include "dmn.h"
#include <stdarg.h>

/* A place in a model: an element of a source text. Expressions share one. */
struct place {
    const char *source;  /* name of the text */
    const char *element; /* id or name of the nearest DMN element */
    int line, column;    /* of the XML element */
};

struct diag_list {
    struct arena *arena;
    struct dmn_diagnostic *items;
    size_t n, cap;
    size_t limit; /* more than that are only counted */
    size_t dropped;
};

/* diag_table.c: a page for every id that is given anywhere in this folder (test/dmn/ids.sh). */
extern const struct dmn_page diag_pages[];
extern const size_t diag_page_count;
const struct dmn_page *diag_find(const char *id); /* NULL if unknown */

/* Returns the number of the diagnostic (index + 1), or 0 if it was only counted. */
uint32_t diag_add(struct diag_list *l, bool error, const char *id, const struct place *place,
                  int line, int column, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));
uint32_t diag_vadd(struct diag_list *l, bool error, const char *id, const struct place *place,
                   int line, int column, const char *fmt, va_list ap)
    __attribute__((format(printf, 7, 0)));
