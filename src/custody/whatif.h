/* What another policy would have done: decision points of the past, each with the facts of its
 * time, decided again under one or more candidate packs and counted against what was decided.
 * Pure: the caller walks the ledger and hands the events over.
 *
 * The facts as recorded carry the offence lists of the pack then in force; under a candidate
 * they are classified anew by its own lists on that day, and what its lists leave open is
 * unknown (docs/packs.md). It must never change anything, and it must never take a recorded
 * list for the candidate's. */
#pragma once
#include "custody/decide.h"

enum { WHATIF_PACKS = 8, WHATIF_MONTH_FIRST = 1900 * 12, WHATIF_MONTHS = 400 * 12 };

struct whatif_point { /* one decision.made; text is the whole event, canonical */
    uint64_t index;
    instant at;
    int month; /* year * 12 + month - 1, where the jail is */
    int64_t case_id;
    struct str text;
};

struct whatif_change { /* an ask that comes out differently at one decision point */
    uint64_t index;
    instant at;
    int64_t case_id;
    size_t pack; /* which candidate */
    struct str policy, version;
    enum ask ask;
    enum outcome before, after;
    struct str rule_before, why_before, rule_after, why_after;
};

struct whatif_setup {
    const struct pack *const *packs;
    size_t n_packs;
    /* decides every point and keeps no answer: slow, to test that keeping changes nothing */
    bool plain;
    /* may be NULL; texts are valid during the call */
    RC (*change)(void *ctx, const struct whatif_change *c, struct err *e);
    void *ctx;
};

struct whatif;
struct whatif *whatif_new(const struct whatif_setup *s);
void whatif_free(struct whatif *w); /* NULL is fine */
RC whatif_feed(struct whatif *w, const struct whatif_point *p, struct err *e);
/* A person's answer (resolve, override), with the decision it was about: counted apart. */
RC whatif_person(struct whatif *w, const struct whatif_point *p, enum ask ask,
                 enum outcome given, struct err *e);
/* {points, cases, was, packs: […]}, docs/whatif.md; without the single changes, which the
 * caller kept as it liked. */
struct json *whatif_json(const struct whatif *w, struct arena *a);
