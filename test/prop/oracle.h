/* What the pack us-co-denver-2025-stated must answer, written a second time from packs.md by
 * way of a small model of the world, so that the two can be compared after every step of a
 * random life. Knows nothing of DMN or of the store. */
#pragma once
#include "custody/decide.h"

enum kind { KIND_VIOLENT, KIND_SERIOUS, KIND_SMALL, KIND_UNCLASSIFIED, KIND_COUNT };
struct kind_row {
    const char *citation, *text;
    enum grade grade;
    const char *class;
};
extern const struct kind_row kinds[KIND_COUNT];

struct charge {
    enum kind kind;
    enum stage stage;
};

enum paper {
    PAPER_NONE,
    PAPER_ADMINISTRATIVE,
    PAPER_JUDICIAL_GOOD,
    PAPER_JUDICIAL_UNVERIFIED,
    PAPER_JUDICIAL_RECALLED,
    PAPER_CIVIL,
    PAPER_COUNT
};

struct world { /* of one request */
    enum custody_state custody;
    bool request_open, match_confirmed, disputed;
    enum known written;
    enum paper paper;
    struct charge charges[6];
    int n_charges;
};

enum outcome oracle(enum ask ask, const struct world *w);
