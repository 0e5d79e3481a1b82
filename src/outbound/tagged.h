/* What a PDF of our own still lacks to be read aloud well: its language, that it is tagged, its
 * title in the window, what stands for a figure, which way a table's head points, and that
 * everything else on the page is decoration. ISO 32000-1 §14.8, §14.9; ISO 14289-1 §7. */
#pragma once
#include "base/rc.h"
#include "base/str.h"

enum tagged_scope { SCOPE_NONE, SCOPE_COLUMN, SCOPE_ROW };
struct tagged_element {
    const char *name; /* "P" */
    const char *lang; /* RFC 5646 */
    struct str alt;   /* in words what a figure shows */
    enum tagged_scope scope;
};

/* elements: all of the structure in the order in which they were opened. The same input gives
 * the same bytes. */
RC tagged_pdf(struct arena *a, struct str pdf, const char *lang,
              const struct tagged_element *elements, size_t n, struct str *ret, struct err *e);
