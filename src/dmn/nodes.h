/* What the files of the evaluator share: the functions behind the cases of the switch in
 * eval.c. eval.h is what others see. */
#pragma once
#include "dmn/eval.h"

#define MAX_LEVEL 6000

struct growing {
    struct value *items;
    size_t n, cap;
    uint32_t depth;
};

/* eval.c. A budget is used up: everything returns null from here on. */
struct value eval_stop(struct eval *e, const struct node *at, const char *id, const char *text);
uint32_t eval_measure(struct value *v);
/* eval_type.c */
struct value eval_coerce(struct eval *e, struct value v, const struct type *t,
                         const struct node *at);
bool eval_instance(struct eval *e, struct value v, const struct type *t);
/* eval_operator.c */
struct value eval_arithmetic(struct eval *e, const struct node *n, struct value a,
                             struct value b);
struct value eval_negation(struct eval *e, const struct node *n, struct value a);
struct value eval_compare(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_logic(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_between(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_unary_test(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_any_test(struct eval *e, const struct node *n, const struct frame *f);
/* eval_build.c. Lists that grow; the items of a finished list are never changed. */
struct value eval_range(struct eval *e, const struct node *n, struct range r);
struct value eval_range_op(struct eval *e, const struct node *n, struct value v);
bool eval_grow(struct eval *e, struct growing *g, struct value v);
struct value eval_grown(struct eval *e, const struct growing *g);
struct value eval_list(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_context(struct eval *e, const struct node *n, const struct frame *f);
/* eval_path.c */
struct value eval_path(struct eval *e, const struct node *n, struct value v);
struct value eval_filter(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_item(struct eval *e, const struct node *n, const struct frame *f);
/* eval_loop.c */
struct value eval_loop(struct eval *e, const struct node *n, const struct frame *f);
/* eval_call.c */
struct value eval_call(struct eval *e, const struct node *n, const struct frame *f);
struct value eval_function_value(struct function *fn);
struct value eval_closure(struct eval *e, const struct lambda *l, const struct frame *f);
struct value eval_builtin_value(struct eval *e, const struct builtin *b);
