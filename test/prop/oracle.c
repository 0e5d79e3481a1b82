/* See oracle.h. Straight from the plain words: the house's rules in their order, then the
 * mayor's sentence. */
#include "oracle.h"

const struct kind_row kinds[KIND_COUNT] = {
    [KIND_VIOLENT] = {"C.R.S. 18-3-202(1)(a)", "ASSAULT IN THE FIRST DEGREE", GRADE_FELONY,
                      "F3"},
    [KIND_SERIOUS] = {"C.R.S. 18-18-405(1)(a)", "DISTRIBUTION OF A CONTROLLED SUBSTANCE",
                      GRADE_FELONY, "DF2"},
    [KIND_SMALL] = {"C.R.S. 42-4-1301(1)(a)", "DRIVING UNDER THE INFLUENCE", GRADE_MISDEMEANOR,
                    "M"},
    [KIND_UNCLASSIFIED] = {"", "HOLD FOR OTHER JURISDICTION", GRADE_UNKNOWN, ""},
};

static bool charged(enum stage s) { return s == STAGE_CHARGED || s == STAGE_PROBABLE_CAUSE; }
static bool convicted(enum stage s) { return s == STAGE_CONVICTED || s == STAGE_SENTENCED; }

static bool in_focus(const struct world *w)
{
    for (int i = 0; i < w->n_charges; i++) {
        const struct charge *c = &w->charges[i];
        if (c->kind == KIND_VIOLENT && (charged(c->stage) || convicted(c->stage))) return true;
        if (c->kind == KIND_SERIOUS && convicted(c->stage)) return true;
    }
    return false;
}

static enum outcome pack(enum ask ask, const struct world *w)
{
    if (ask == ASK_INTERVIEW) return OUTCOME_DECLINE;
    if (ask != ASK_NOTIFY) return OUTCOME_REVIEW;
    return in_focus(w) && w->written == YES ? OUTCOME_NOTIFY : OUTCOME_REVIEW;
}

enum outcome oracle(enum ask ask, const struct world *w)
{
    bool opens = ask == ASK_NOTIFY || ask == ASK_HOLD || ask == ASK_TRANSFER;
    if (w->custody == CUSTODY_NEVER || w->custody == CUSTODY_RELEASED ||
        w->custody == CUSTODY_TRANSFERRED)
        return OUTCOME_DECLINE;
    if (!w->request_open) return OUTCOME_DECLINE;
    if (!w->match_confirmed || w->disputed) return OUTCOME_REVIEW;
    if (opens && w->paper == PAPER_JUDICIAL_GOOD) return OUTCOME_HONOR;
    if (opens && w->paper == PAPER_JUDICIAL_UNVERIFIED) return OUTCOME_REVIEW;
    if (ask == ASK_HOLD || ask == ASK_TRANSFER) return OUTCOME_DECLINE;
    if (ask == ASK_INFORMATION) return OUTCOME_REFER;
    if (ask == ASK_RELAY) return OUTCOME_DECLINE;
    return pack(ask, w);
}
