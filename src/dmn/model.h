/* A compiled model: the elements of the decision graph of one DMN text and of those it imports,
 * each with its compiled logic. Built once by model_load, immutable and shared from then on. */
#pragma once
#include "base/xml.h"
#include "dmn/parse.h"

enum element_kind { ELEMENT_INPUT, ELEMENT_DECISION, ELEMENT_BKM, ELEMENT_SERVICE };
enum element_state { ELEMENT_NEW, ELEMENT_COMPILING, ELEMENT_DONE };

struct unit;

struct element {
    uint8_t kind, state;
    uint32_t index; /* in the environment */
    struct str name, id;
    const char *name_z;
    struct unit *unit;
    const struct xml *xml;
    struct place place;
    const struct type *declared; /* of its variable; NULL: none */
    const struct type *type;     /* of its value, as far as known */
    struct element **requires;
    size_t n_requires, cap_requires;
    struct node *root; /* DECISION */
    uint32_t n_slots;
    struct lambda *lambda;    /* BKM; SERVICE: parameters only */
    struct element **outputs; /* SERVICE */
    size_t n_outputs;
    struct element **inputs; /* SERVICE: what its parameters stand for, in order */
    size_t n_inputs;
    struct str question;
};

/* One DMN text. */
struct unit {
    const char *source;
    struct str name, ns;
    const struct xml *xml;
    struct type_names types;
    struct map by_id, by_name; /* element */
    struct unit_import {
        struct str prefix, ns;
        struct unit *unit;
    } * imports;
    size_t n_imports;
    struct element **elements; /* in document order */
    size_t n_elements, cap_elements;
    bool typed;
};

struct model {
    struct arena arena;
    const struct dmn_host *host;
    const char *root_name, *root_ns;
    struct map zones_seen; /* name → struct tz, those of literals */
    struct zones zones;
    struct compile compile;
    struct unit *units;
    size_t n_units;
    struct element **elements; /* by index */
    size_t n_elements, cap_elements;
};

/* Into m, whose arena is ready. False when there is no model to evaluate; see the
 * diagnostics. */
bool model_load(struct model *m, const struct dmn_source *sources, size_t n,
                struct diag_list *diags);
/* By name in the text asked for, else in the only imported one that has it. ns: NULL = any. */
struct element *model_find(const struct model *m, struct str name, const char *ns,
                           unsigned kinds);

/* FEEL by one of its names, or nothing said; not B-FEEL, which hides errors. */
bool model_is_feel(struct str language);

/* boxed.c: the expression element inside x compiled in scope; NULL if there is none. */
struct node *boxed_child(const struct home *h, const struct xml *x, struct scope *scope);
struct node *boxed_expression(const struct home *h, const struct xml *x, struct scope *scope);
bool boxed_is_expression(const struct xml *x);
/* formalParameter children and the body below x. */
void boxed_function(const struct home *h, const struct xml *x, struct func *fn,
                    struct scope *scope);
struct home home_at(const struct home *h, const struct xml *x);
/* typeRef attribute or element of x; NULL if absent or unknown. */
const struct type *home_type(const struct home *h, const struct xml *x);
