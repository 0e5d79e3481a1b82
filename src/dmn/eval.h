/* Evaluation: a switch over the nodes, with a value stack for the frames of functions, an arena
 * for what is built, and budgets of fuel, depth and memory. A null that comes out of an
 * operation has its reason in the diagnostics. When a budget is used up, `stop` is set and
 * everything returns null at once. */
#pragma once
#include "dmn/builtin.h"
#include "dmn/model.h"

struct trace;

/* Values of the elements of the decision graph, in the run or in one invocation of a decision
 * service. */
enum env_state { ENV_UNKNOWN, ENV_COMPUTING, ENV_COMPUTED, ENV_SET };
struct env {
    struct value *values;
    uint8_t *states;
};

enum function_kind { FUNCTION_LAMBDA, FUNCTION_BUILTIN, FUNCTION_SERVICE };

struct function {
    uint8_t kind; /* enum function_kind */
    const struct lambda *lambda;
    struct value *captured;
    struct env *env; /* where its free names of the decision graph live */
    const struct builtin *builtin;
    const struct element *element; /* knowledge model or service */
};

struct frame {
    struct value *slots;
    const struct value *captured;
};

struct eval {
    const struct model *model;
    struct arena *arena;
    struct diag_list diags;
    struct zones zones;
    struct env *env;
    struct value *stack;
    size_t sp, stack_size;
    uint64_t fuel;
    int depth, max_depth; /* calls */
    int level;            /* nested nodes */
    bool shape_only;      /* conformance without allowed values */
    bool lenient;         /* in the cells of tables: nulls are warnings */
    enum dmn_status stop;
    const struct node *at;   /* where a built-in was called */
    const struct node *near; /* one of the last nodes: the place of a budget used up */
    struct trace *trace;     /* NULL: off */
    struct call call;
};

struct value eval_node(struct eval *e, const struct node *n, const struct frame *f);
/* Evaluate a root in a fresh frame of n_slots. */
struct value eval_root(struct eval *e, const struct node *n, uint32_t n_slots);
struct value eval_element(struct eval *e, const struct element *el);
struct value eval_function(struct eval *e, const struct function *f, const struct value *args,
                           size_t n, const struct node *at);
struct value eval_named(struct eval *e, const struct function *f, const struct str *names,
                        const struct value *args, size_t n, const struct node *at);
/* Does the value conform to the type, without any conversion? */
bool eval_conforms(struct eval *e, struct value v, const struct type *t);
/* Does it conform so plainly that no conversion and no allowed value has to be looked at? */
static inline bool eval_plain(struct value v, const struct type *t)
{
    return !t->allowed && ((t->kind == TY_NUMBER && v.tag == TAG_NUM) ||
                           (t->kind == TY_STRING && v.tag == TAG_STR) ||
                           (t->kind == TY_BOOLEAN && v.tag == TAG_BOOL));
}
/* With the implicit conversions of §10.3.2.9.4; false: it does not fit. */
bool eval_convert(struct eval *e, struct value v, const struct type *t, struct value *ret);
struct value eval_null(struct eval *e, const struct node *at, const char *id, const char *fmt,
                       ...) __attribute__((format(printf, 4, 5)));
/* A value just built: measured, and refused if it is nested deeper than anything may be. */
struct value eval_settle(struct eval *e, const struct node *at, struct value v);
bool eval_fits(struct eval *e, size_t bytes);
/* Three-valued `v in test`; cell: see TEST_CELL. */
enum truth eval_in(struct eval *e, struct value v, struct value test, bool cell);
struct value eval_env_function(struct eval *e, const struct element *el);
struct env *env_new(struct eval *e);
