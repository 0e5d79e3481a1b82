/* What the files of the FEEL parser share; parse.h is what others see. The functions feel_…
 * read one rule of the grammar each (DMN 1.5 §10.3.1.2) with the current token at its start,
 * and leave it at the first token beyond; parse_… are the steps they are made of. Once `failed`
 * is set the current token is T_END and every function comes back soon with `error`.
 *
 *   rules               file
 *   1, 2, 44 to 49      expression.c: loops, `if`, comparisons, `and`, `or`
 *   4, 19 to 24         arithmetic.c
 *   7, 13 to 15         tests.c: unary tests, and `in` (rule 49 c and d)
 *   8 to 12, 16         range.c
 *   25 to 37, 60 to 65  lex.c: names, literals, white space
 *   2 h, 31, 32         primary.c: what an expression starts with
 *   38 to 43, 50, 51    postfix.c, call.c: invocations, paths, filters, `instance of`
 *   52                  type_text.c
 *   53 to 59            boxed_text.c: lists, contexts, function definitions */
#pragma once
#include "dmn/parse.h"

#define MAX_NESTING 250

struct parser {
    const struct home *h;
    struct lexer lex;
    struct scope *scope;
    struct func *fn;
    struct token tok;
    uint32_t prev_end;
    bool failed;
    struct node *error;
    int depth;
    bool range_end; /* reading the upper end of a range: `[` may close it */
    bool in_tests;  /* `?` has a meaning */
    uint32_t input_slot;
    struct func *input_fn;
    const struct type *input_type;
    size_t n_questions;
    uint32_t *lines; /* where each line but the first starts */
    size_t n_lines, work;
};

struct state {
    struct token tok;
    size_t n_diags, n_questions;
    struct scope *scope;
};

struct nodes {
    struct node **items;
    size_t n, cap;
};

/* scope.c: from the innermost scope outwards, then the built-in functions; NULL if nobody
 * declared the name. ret_alias (may be NULL) is set if it is an import's prefix. */
struct node *scope_resolve(const struct home *h, struct func *here, const struct scope *s,
                           struct str name, const struct symbol **ret_alias);

/* parse.c */
struct parser parse_begin(const struct home *h, struct str text, struct scope *scope);
void parse_locate(const struct parser *p, uint32_t pos, int *line, int *column);
struct node *parse_fail(struct parser *p, const char *id, uint32_t pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void parse_seek(struct parser *p, uint32_t pos);
void parse_advance(struct parser *p);
bool parse_accept(struct parser *p, enum tok kind);
bool parse_expect(struct parser *p, enum tok kind);
struct node *parse_make(struct parser *p, enum op op, uint32_t pos);
struct node *parse_constant(struct parser *p, struct value v, uint32_t pos);
struct node *parse_pair(struct parser *p, enum op op, struct node *a, struct node *b,
                        const struct type *type);
struct state parse_save(const struct parser *p);
void parse_restore(struct parser *p, struct state s);
void parse_push(struct parser *p); /* a scope */
void parse_pop(struct parser *p);

static inline bool is_comparison(enum tok t) { return t >= T_EQ && t <= T_GE; }

static inline enum op comparison_op(enum tok t) { return (enum op)(N_EQ + (int)(t - T_EQ)); }

/* expression.c */
struct node *feel_expression(struct parser *p);
struct node *feel_loop(struct parser *p, enum op op, enum tok then);
struct node *feel_condition(struct parser *p);
/* arithmetic.c */
struct node *feel_additive(struct parser *p);
/* tests.c. whole: as far as an expression goes, otherwise only to the next comparison. */
struct node *feel_test(struct parser *p, uint32_t slot, const struct type *type, bool whole);
struct node *feel_membership(struct parser *p, struct node *value);
/* range.c */
bool feel_closes_range(const struct parser *p);
struct node *feel_range_rest(struct parser *p, struct node *low, enum bound low_bound,
                             uint32_t pos);
struct node *feel_range_op(struct parser *p);
/* primary.c and postfix.c */
struct node *feel_primary(struct parser *p);
struct node *feel_postfix(struct parser *p);
/* boxed_text.c */
void nodes_add(struct parser *p, struct nodes *l, struct node *n);
/* NULL unless both are the same plain type. */
const struct type *feel_common_type(const struct type *a, const struct type *b);
struct node *feel_list(struct parser *p);
struct node *feel_context(struct parser *p);
struct node *feel_function(struct parser *p);
/* call.c: named arguments of a built-in in the order of its signature, literals written as
 * calls computed. */
struct node *call_bind_builtin(const struct home *h, struct node *call);
/* type_text.c: the type after the current token. */
const struct type *feel_type(struct parser *p);
