/* Static checks of a compiled model: the parts behind dmn_check (dmn.h). Nothing here changes
 * the model. */
#pragma once
#include "dmn/gaps.h"

struct dmn_findings {
    struct arena arena;
    struct dmn_finding *items;
    size_t n, cap;
};

struct check {
    const struct dmn_model *handle;
    struct eval *e;      /* of a run of its own */
    struct arena *arena; /* of the findings */
    struct dmn_findings *out;
    const struct element *element; /* whose logic is looked at */
    uint32_t n_slots;              /* of the function it stands in */
    size_t n_captures;
    bool in_function;            /* not evaluated with the element itself */
    const struct element **used; /* those its logic refers to */
    size_t n_used, cap_used;
    uint64_t budget;
};

struct dmn_finding *check_add(struct check *c, enum dmn_severity severity, const char *id,
                              const struct place *place, int line, int column, const char *fmt,
                              ...) __attribute__((format(printf, 7, 8)));
/* check_types.c: what is certain about the value of one node; its children are visited by the
 * caller. */
void check_types(struct check *c, const struct node *n);
/* check_table.c */
void check_table(struct check *c, const struct table *t);
