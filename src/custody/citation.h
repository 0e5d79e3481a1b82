/* Citations as jail systems write them, in one normal form: code, section, subsections. `C.R.S.
 * 18-3-202(1)(a)`, `18-3-202 (1)(A)`, `720-5/9-1(a)`, `720 ILCS 5/9-1`, `18-2-101; 18-3-202`
 * (an attempt at the second). What does not fit gives nothing: it must never be guessed. */
#pragma once
#include "base/str.h"

enum citation_code { CITATION_ANY, CITATION_CRS, CITATION_ILCS, CITATION_DRMC };

struct citation {
    enum citation_code code;
    struct str section; /* "18-3-202", "720/5/9-1"; empty: every section of the code */
    struct str subs[8]; /* upper case: "1", "A" */
    size_t n_subs;
    /* attempt, conspiracy, solicitation: of the section if there is one, else of what is not
     * said */
    bool inchoate;
};

bool citation_parse(struct arena *a, struct str text, struct citation *ret);
/* A row of a list: as above, or `C.R.S. *` for all sections of a code. */
bool citation_parse_row(struct arena *a, struct str text, struct citation *ret);
/* Does the row's citation cover c? (Same section, and its subsections begin those of c.) */
bool citation_covers(const struct citation *row, const struct citation *c);
/* 0 a whole code, 1 a section, 2 with one subsection, … */
size_t citation_depth(const struct citation *c);
