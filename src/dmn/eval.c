/* The heart of the evaluator: budgets, the decision graph, and the switch over the nodes; see
 * eval.h, and nodes.h for what stands behind each case. */
#include "dmn/eval.h"
#include "dmn/nodes.h"
#include "dmn/table.h"
#include "dmn/trace.h"

#define MAX_VALUE_DEPTH 400

struct value eval_null(struct eval *e, const struct node *at, const char *id, const char *fmt,
                       ...)
{
    va_list ap;
    va_start(ap, fmt);
    uint32_t why = 0;
    if (e->stop == DMN_OK)
        why = diag_vadd(&e->diags, !e->lenient, id, at ? at->place : NULL,
                        at ? (int)at->line : 0, at ? at->column : 0, fmt, ap);
    va_end(ap);
    return v_null(why);
}

struct value eval_stop(struct eval *e, const struct node *at, const char *id, const char *text)
{
    bool lenient = e->lenient;
    e->lenient = false;
    if (!at) at = e->near;
    struct value v = eval_null(e, at, id, "%s", text);
    e->lenient = lenient;
    e->stop = DMN_LIMIT;
    return v;
}

bool eval_fits(struct eval *e, size_t bytes)
{
    if (e->stop != DMN_OK) return false;
    if (arena_fits(e->arena, bytes)) return true;
    eval_stop(e, NULL, "FEEL-0215", "the memory budget of the run is used up");
    return false;
}

/* How deep a list, context or range is nested, kept in the unused `n` of its cell, so that
 * everything that walks a value (printing, comparing, JSON) has a bounded stack. Built-ins
 * leave 0 in what they make, which is measured once. */

uint32_t eval_measure(struct value *v)
{
    uint32_t deepest = 0, d;
    if (v->tag != TAG_LIST && v->tag != TAG_CONTEXT && v->tag != TAG_RANGE) return 0;
    if (v->n) return v->n;
    if (v->tag == TAG_RANGE) {
        struct value low = v->range->low, high = v->range->high;
        d = eval_measure(&low), deepest = eval_measure(&high);
        if (d > deepest) deepest = d;
    } else {
        size_t n = v->tag == TAG_LIST ? v->list->n : v->context->n;
        struct value *items = v->tag == TAG_LIST ? v->list->items : v->context->values;
        for (size_t i = 0; i < n; i++)
            if ((d = eval_measure(&items[i])) > deepest) deepest = d;
    }
    v->n = deepest + 1;
    return v->n;
}

struct value eval_settle(struct eval *e, const struct node *at, struct value v)
{
    return eval_measure(&v) <= MAX_VALUE_DEPTH
               ? v
               : eval_stop(e, at, "FEEL-0220", "the value is nested too deep");
}

/* The decision graph */

struct value eval_env_function(struct eval *e, const struct element *el)
{
    if (e->env->states[el->index] != ENV_UNKNOWN) return e->env->values[el->index];
    struct function *fn = arena_new(e->arena, struct function);
    fn->kind = el->kind == ELEMENT_BKM ? FUNCTION_LAMBDA : FUNCTION_SERVICE;
    fn->lambda = el->lambda;
    fn->env = e->env;
    fn->element = el;
    e->env->values[el->index] = eval_function_value(fn);
    e->env->states[el->index] = ENV_COMPUTED;
    return e->env->values[el->index];
}

struct value eval_root(struct eval *e, const struct node *n, uint32_t n_slots)
{
    if (e->sp + n_slots > e->stack_size)
        return eval_stop(e, n, "FEEL-0213", "the value stack of the run is full");
    struct frame f = {.slots = e->stack + e->sp};
    memset(f.slots, 0, n_slots * sizeof *f.slots);
    e->sp += n_slots;
    struct value v = eval_node(e, n, &f);
    e->sp -= n_slots;
    return v;
}

static struct value missing_input(struct eval *e, const struct element *el)
{
    struct node at = {.place = &el->place, .line = (uint32_t)el->place.line};
    bool lenient = e->lenient;
    e->lenient = true; /* a warning: what it leads to is the error */
    struct value v = eval_null(e, &at, "DMN-0301", "the input '" STR_FMT "' was not supplied",
                               STR_ARG(el->name));
    e->lenient = lenient;
    return v;
}

static struct value decide(struct eval *e, const struct element *el)
{
    bool lenient = e->lenient;
    e->lenient = false;
    if (e->trace) trace_enter(e->trace, el);
    struct value v = el->root ? eval_root(e, el->root, el->n_slots) : v_null(0);
    if (e->trace) trace_leave(e->trace, el, v);
    e->lenient = lenient;
    return v;
}

struct value eval_element(struct eval *e, const struct element *el)
{
    struct env *env = e->env;
    struct value v;
    if (env->states[el->index] >= ENV_COMPUTED) return env->values[el->index];
    if (el->kind == ELEMENT_BKM || el->kind == ELEMENT_SERVICE) return eval_env_function(e, el);
    if (env->states[el->index] == ENV_COMPUTING)
        return eval_null(e, el->root, "DMN-0105", "the decision '" STR_FMT "' requires itself",
                         STR_ARG(el->name));
    env->states[el->index] = ENV_COMPUTING;
    v = el->kind == ELEMENT_INPUT ? missing_input(e, el) : decide(e, el);
    env->values[el->index] = v;
    env->states[el->index] = ENV_COMPUTED;
    return v;
}

static struct value dispatch(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value v;
    switch ((enum op)n->op) {
    case N_CONST: return n->value;
    case N_SLOT: return f->slots[n->slot];
    case N_CAPTURED: return f->captured[n->slot];
    case N_GLOBAL: return eval_element(e, n->element);
    case N_BUILTIN: return eval_builtin_value(e, n->builtin);
    case N_ITEM: return eval_item(e, n, f);
    case N_ERROR: return eval_null(e, n, n->error.id, "%s", n->error.text);
    case N_LIST: return eval_list(e, n, f);
    case N_CONTEXT: return eval_context(e, n, f);
    case N_RANGE: {
        struct range r = {.low = eval_node(e, n->range.low, f),
                          .high = eval_node(e, n->range.high, f),
                          .low_bound = n->range.low_bound,
                          .high_bound = n->range.high_bound};
        return eval_range(e, n, r);
    }
    case N_RANGE_OP:
        return eval_settle(e, n, eval_range_op(e, n, eval_node(e, n->range_op.value, f)));
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW: {
        struct value a = eval_node(e, n->kid.a, f);
        return eval_arithmetic(e, n, a, eval_node(e, n->kid.b, f));
    }
    case N_NEG: return eval_negation(e, n, eval_node(e, n->kid.a, f));
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE: return eval_compare(e, n, f);
    case N_AND:
    case N_OR: return eval_logic(e, n, f);
    case N_BETWEEN: return eval_between(e, n, f);
    case N_IN:
        f->slots[n->in.slot] = eval_node(e, n->in.value, f);
        return eval_node(e, n->in.test, f);
    case N_TEST: return eval_unary_test(e, n, f);
    case N_ANY_TEST: return eval_any_test(e, n, f);
    case N_IF:
        v = eval_node(e, n->kid.a, f);
        if (v_is_true(v)) return eval_node(e, n->kid.b, f);
        if (v.tag != TAG_BOOL && v.tag != TAG_NULL) /* TCK 1150 case 003 */
            return eval_null(e, n, "FEEL-0208", "the condition is %s", type_tag_name(v));
        return eval_node(e, n->kid.c, f);
    case N_FOR:
    case N_SOME:
    case N_EVERY: return eval_loop(e, n, f);
    case N_PATH: return eval_path(e, n, eval_node(e, n->path.of, f));
    case N_FILTER: return eval_filter(e, n, f);
    case N_CALL: return eval_call(e, n, f);
    case N_FUNCTION: return eval_closure(e, n->lambda, f);
    case N_INSTANCE:
        return v_bool(eval_instance(e, eval_node(e, n->cast.value, f), n->cast.type));
    case N_COERCE: return eval_coerce(e, eval_node(e, n->cast.value, f), n->cast.type, n);
    case N_TABLE: return table_eval(e, n->table, n, f);
    }
    return v_null(0);
}

struct value eval_node(struct eval *e, const struct node *n, const struct frame *f)
{
    if (e->stop != DMN_OK) return v_null(0);
    if (e->fuel == 0)
        return eval_stop(e, n, "FEEL-0214", "the evaluation needs more steps than its budget");
    if ((--e->fuel & 63) == 0) {
        e->near = n;
        if (!eval_fits(e, 0)) return v_null(0);
    }
    if (e->level >= MAX_LEVEL)
        return eval_stop(e, n, "FEEL-0213", "the evaluation is nested too deep");
    e->level++;
    struct value v = dispatch(e, n, f);
    e->level--;
    return v;
}
