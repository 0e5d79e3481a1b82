/* FEEL text to nodes (DMN 1.5 §10.3.1): a recursive descent that resolves names while it reads,
 * because in FEEL the scope decides where a name ends. An expression that does not parse
 * becomes one N_ERROR node, so that its decision gives null with the reason instead of the
 * model being unusable. */
#pragma once
#include "dmn/lex.h"
#include "dmn/temporal.h"

struct compile {
    struct arena *arena;
    struct diag_list *diags;
    const struct zones *zones;
    struct name_pool pool;
    size_t n_nodes;
};

/* Names of item definitions visible in a model text; imported ones with their prefix. */
struct type_names {
    struct arena *arena;
    struct map map;
};

struct home {
    struct compile *c;
    const struct type_names *types; /* may be NULL */
    const struct place *place;
    int line, column; /* where the text starts */
};

struct func *func_new(struct compile *c, struct func *up);
struct scope *scope_new(struct compile *c, struct scope *up, struct func *fn);
uint32_t slot_new(struct func *fn);
void scope_add(struct compile *c, struct scope *s, struct symbol sym);
/* A fresh slot of the scope's function under that name. */
uint32_t scope_slot(struct compile *c, struct scope *s, struct str name,
                    const struct type *type);
struct node *node_new(const struct home *h, enum op op, int line, int column);
struct node *node_error(const struct home *h, const char *id, int line, int column,
                        const char *fmt, ...) __attribute__((format(printf, 5, 6)));
struct node *node_coerce(const struct home *h, struct node *n, const struct type *t);
struct node *node_name(const struct home *h, struct scope *scope, struct str name, int line,
                       int column);
struct node *node_slot(const struct home *h, struct func *here, struct func *owner,
                       uint32_t slot, const struct type *type);
/* The signature with all these names and none required missing, or -1; slots[i] is the place of
 * names[i]. */
int builtin_by_names(const struct builtin *b, const struct str *names, size_t n, uint8_t *slots,
                     size_t *ret_n);
/* An invocation with named arguments. */
struct node *node_call(const struct home *h, struct node *fn, struct argument *args, size_t n);
const struct type *lambda_type(struct compile *c, const struct lambda *l);

struct node *parse_expression(const struct home *h, struct str text, struct scope *scope);
/* Unary tests on the value in `slot` of the scope's function; `?` names it. */
struct node *parse_tests(const struct home *h, struct str text, struct scope *scope,
                         uint32_t slot, const struct type *input);
/* A type by its text: FEEL's, an item definition's, list<…> and so on. NULL with a diagnostic
 * if unknown. */
const struct type *parse_type(const struct home *h, struct str text);
