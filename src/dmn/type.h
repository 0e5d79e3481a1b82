/* Types (DMN 1.5 §10.3.2.9): FEEL's own, lists, contexts, ranges, functions, and the item
 * definitions of models, with their allowed values. A type is immutable once its model is
 * compiled; item definitions may be recursive through their components. */
#pragma once
#include "base/buf.h"
#include "dmn/ast.h"

enum type_kind {
    TY_ANY,
    TY_NULL,
    TY_NUMBER,
    TY_STRING,
    TY_BOOLEAN,
    TY_DATE,
    TY_TIME,
    TY_DATE_TIME,
    TY_DAYS,
    TY_MONTHS,
    TY_LIST,
    TY_CONTEXT,
    TY_RANGE,
    TY_FUNCTION,
};

struct member {
    struct str name;
    const struct type *type;
};

struct type {
    uint8_t kind;           /* enum type_kind */
    bool constrained;       /* this type or a part of it has allowed values */
    struct str name;        /* as written in the model; "" if anonymous */
    const struct type *of;  /* LIST, RANGE: of what (NULL: anything); FUNCTION: result */
    struct member *members; /* CONTEXT: components; FUNCTION: parameters */
    size_t n_members;
    const struct node *allowed; /* unary tests on the value in slot 0, or NULL */
    uint32_t allowed_slots;
    struct str allowed_text;
};

/* FEEL's own type of that name (also the spellings of DMN 1.1 and 1.2); NULL if none. */
const struct type *type_builtin(struct str name);
extern const struct type type_any, type_number, type_string, type_boolean, type_date, type_time,
    type_date_time, type_days, type_months, type_null, type_range, type_list, type_context,
    type_function;

const struct type *type_of_value(struct value v); /* outermost kind only */
struct type *type_list_of(struct arena *a, const struct type *of);
/* Component of a context type (or of its list items); NULL if not known. */
const struct type *type_member(const struct type *t, struct str name);
const struct type *type_element(const struct type *t); /* of a list; t itself otherwise */
bool type_is_open(
    const struct type *t); /* may have entries that are not declared: names by guess */
void type_print(struct buf *b, const struct type *t);
struct str type_text(struct arena *a, const struct type *t);
/* Is a function of type `a` usable where `b` is asked for, and so on for every kind
 * (§10.3.2.9.2). */
bool type_conforms(const struct type *a, const struct type *b, int depth);
const char *type_tag_name(struct value v); /* "number", "list", … for messages */
