/* What requests are made of, and whether that has shifted: shares by offence list, grade,
 * charged or convicted, documents, ask and agency, each against the same baseline as the counts
 * (trend.h). What is not known of a request is a share of its own and stands in no other: an
 * unclassified offence is never "not violent". Pure.
 *
 * What it must never do: change an outcome. It says what the past shows; people decide. */
#pragma once
#include "custody/history.h"
#include "custody/trend.h"

enum mix_about {
    MIX_PREMISE,
    MIX_LIST,
    MIX_GRADE,
    MIX_STANDING,
    MIX_DOCUMENT,
    MIX_ASK,
    MIX_AGENCY
};
const char *mix_about_word(enum mix_about m);

struct mix_side {
    int64_t yes, known, unknown; /* requests; the share is yes of known */
    /* exact interval at the rule's level; share NaN: nothing known */
    double share, low, high;
};
struct mix_row {
    enum mix_about about;
    struct str what;
    struct mix_side now, base;
    /* Fisher's exact test, two-sided, and after Holm over all rows; NaN: not to be compared */
    double p, holm;
    bool shifted; /* holm below 1 - level */
};
struct mix {
    struct mix_row *rows; /* [0] is the premise: about one of the rule's lists */
    size_t n, tests;
    int64_t now, base; /* requests on each side */
    bool fell, below_half, alert;
    const char *why; /* of the alert or that there is none, one sentence */
};
enum mix_which { MIX_NEITHER, MIX_NOW, MIX_BASE };
/* `which` has a word for each row of h->cases. */
void mix_ask(struct arena *a, const struct history *h, const unsigned char *which,
             const struct trend_rule *rule, struct mix *ret);
