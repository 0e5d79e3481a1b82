/* Invocations: lambdas, knowledge models, decision services (DMN 1.5 §10.4), built-in and
 * external functions. */
#include "dmn/nodes.h"
#include "dmn/external.h"
#include "dmn/trace.h"

static void trace_call(struct eval *e, const struct element *el, const struct value *args)
{
    struct trace_step *s = trace_push(e->trace, TRACE_INVOCATION);
    s->element = el;
    s->n_inputs = el->lambda->n_params;
    s->inputs = arena_array(e->arena, struct value, s->n_inputs);
    if (s->n_inputs) memcpy(s->inputs, args, s->n_inputs * sizeof *args);
}

static struct value call_external(struct eval *e, const struct lambda *l,
                                  const struct value *args, const struct node *at)
{
    struct value v;
    const char *why = "the external function is not one this engine knows";
    if (l->external && external_call(e->arena, l->external, args, l->n_params, &v, &why))
        return v;
    return eval_null(e, at, "FEEL-0212", "%s", why);
}

static struct value call_lambda(struct eval *e, const struct function *fn, struct value *args,
                                const struct node *at)
{
    const struct lambda *l = fn->lambda; /* args are on the stack, at its top */
    for (size_t i = 0; i < l->n_params; i++) {
        struct value v;
        if (!l->params[i].type) continue;
        if (!eval_convert(e, args[i], l->params[i].type, &v)) {
            if (e->stop != DMN_OK) return v_null(0);
            struct str want = type_text(e->arena, l->params[i].type);
            return eval_null(e, at, "FEEL-0206", "argument '" STR_FMT "' is %s, not " STR_FMT,
                             STR_ARG(l->params[i].name), type_tag_name(args[i]), STR_ARG(want));
        }
        args[i] = v;
    }
    if (!l->body) return call_external(e, l, args, at);
    size_t extra = l->n_slots - l->n_params;
    if (++e->depth > e->max_depth || e->sp + extra > e->stack_size) {
        e->depth--;
        return eval_stop(e, at, "FEEL-0213", "functions call each other too deep");
    }
    memset(e->stack + e->sp, 0, extra * sizeof *e->stack);
    e->sp += extra;
    struct env *outer = e->env;
    if (fn->env) e->env = fn->env;
    if (e->trace && fn->element) trace_call(e, fn->element, args);
    struct frame f = {.slots = args, .captured = fn->captured};
    struct value v = eval_node(e, l->body, &f);
    if (e->trace && fn->element) trace_leave(e->trace, fn->element, v);
    e->env = outer;
    e->sp -= extra;
    e->depth--;
    return v;
}

struct env *env_new(struct eval *e)
{
    size_t n = e->model->n_elements;
    struct env *env = arena_new(e->arena, struct env);
    env->values = arena_array(e->arena, struct value, n);
    env->states = arena_array(e->arena, uint8_t, n);
    return env;
}

/* §10.4: a service is a function of its input data and input decisions. */
static struct value call_service(struct eval *e, const struct element *el,
                                 const struct value *args, const struct node *at)
{
    struct env *outer = e->env, *env = env_new(e);
    for (size_t i = 0; i < el->n_inputs; i++) {
        struct value v;
        if (!eval_convert(e, args[i], el->lambda->params[i].type, &v))
            return eval_null(e, at, "FEEL-0206",
                             "argument '" STR_FMT "' is %s and does not conform",
                             STR_ARG(el->inputs[i]->name), type_tag_name(args[i]));
        env->values[el->inputs[i]->index] = v;
        env->states[el->inputs[i]->index] = ENV_SET;
    }
    if (++e->depth > e->max_depth) {
        e->depth--;
        return eval_stop(e, at, "FEEL-0213", "functions call each other too deep");
    }
    e->env = env;
    struct value ret;
    if (e->trace) trace_call(e, el, args);
    if (el->n_outputs == 1) {
        ret = eval_element(e, el->outputs[0]);
    } else {
        ret = v_context(e->arena, el->n_outputs);
        for (size_t i = 0; i < el->n_outputs; i++) {
            ret.context->keys[i] = el->outputs[i]->name;
            ret.context->values[i] = eval_element(e, el->outputs[i]);
        }
    }
    if (e->trace) trace_leave(e->trace, el, ret);
    e->env = outer;
    e->depth--;
    return el->lambda->result ? eval_coerce(e, ret, el->lambda->result, at) : ret;
}

static struct value call_builtin(struct eval *e, const struct builtin *b, size_t which,
                                 const struct value *args, size_t n, const struct node *at)
{
    const struct node *outer = e->at;
    e->at = at;
    struct value v = builtin_call(&e->call, b, which, args, n);
    e->at = outer;
    return eval_settle(e, at, v);
}

static size_t function_params(const struct function *f, const struct param **ret)
{
    const struct lambda *l = f->kind == FUNCTION_SERVICE ? f->element->lambda : f->lambda;
    *ret = l ? l->params : NULL;
    return l ? l->n_params : 0;
}

/* args stand on top of the stack. */
static struct value apply(struct eval *e, const struct function *f, struct value *args,
                          size_t n, const struct node *at)
{
    if (f->kind == FUNCTION_BUILTIN)
        return call_builtin(e, f->builtin, BUILTIN_POSITIONAL, args, n, at);
    const struct param *params;
    size_t want = function_params(f, &params);
    if (n != want)
        return eval_null(e, at, "FEEL-0205", "the function takes %zu arguments, not %zu", want,
                         n);
    return f->kind == FUNCTION_LAMBDA ? call_lambda(e, f, args, at)
                                      : call_service(e, f->element, args, at);
}

static struct value *push(struct eval *e, size_t n, const struct node *at)
{
    if (e->sp + n > e->stack_size) {
        eval_stop(e, at, "FEEL-0213", "functions call each other too deep");
        return NULL;
    }
    struct value *p = e->stack + e->sp;
    e->sp += n;
    return p;
}

struct value eval_function(struct eval *e, const struct function *f, const struct value *args,
                           size_t n, const struct node *at)
{
    struct value *top = push(e, n, at);
    if (!top) return v_null(0);
    if (n) memcpy(top, args, n * sizeof *args);
    struct value v = apply(e, f, top, n, at);
    e->sp -= n;
    return v;
}

struct value eval_named(struct eval *e, const struct function *f, const struct str *names,
                        const struct value *args, size_t n, const struct node *at)
{
    const struct param *params;
    size_t want = function_params(f, &params);
    if (f->kind == FUNCTION_BUILTIN) {
        uint8_t slots[BUILTIN_ARGS];
        struct value by_slot[BUILTIN_ARGS] = {0};
        size_t count = 0;
        int which = builtin_by_names(f->builtin, names, n, slots, &count);
        if (which < 0)
            return eval_null(e, at, "FEEL-0205", "%s() has no signature with these arguments",
                             f->builtin->name);
        for (size_t i = 0; i < n; i++) by_slot[slots[i]] = args[i];
        return call_builtin(e, f->builtin, (size_t)which, by_slot, count, at);
    }
    if (n != want)
        return eval_null(e, at, "FEEL-0205", "the function takes %zu arguments, not %zu", want,
                         n);
    struct value *top = push(e, n, at);
    if (!top) return v_null(0);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < n && !str_eq(names[k], params[i].name)) k++;
        if (k == n) {
            e->sp -= n;
            return eval_null(e, at, "FEEL-0205", "the argument '" STR_FMT "' is missing",
                             STR_ARG(params[i].name));
        }
        top[i] = args[k];
    }
    struct value v = apply(e, f, top, n, at);
    e->sp -= n;
    return v;
}

struct value eval_call(struct eval *e, const struct node *n, const struct frame *f)
{
    const struct node *fn_node = n->call.fn;
    size_t count = n->call.n;
    struct value fn = v_null(0);
    if (fn_node->op != N_BUILTIN) {
        fn = eval_node(e, fn_node, f);
        if (fn.tag != TAG_FUNCTION) {
            if (v_is_null(fn) && fn.n) return fn;
            return eval_null(e, n, "FEEL-0204", "%s is not a function", type_tag_name(fn));
        }
    }
    struct value *args = push(e, count, n);
    if (!args) return v_null(0);
    for (size_t i = 0; i < count; i++)
        args[i] = n->call.args[i].value ? eval_node(e, n->call.args[i].value, f) : v_null(0);
    struct value v;
    if (fn_node->op == N_BUILTIN) {
        v = call_builtin(e, fn_node->builtin, n->call.which, args, count, n);
    } else if (n->flag) {
        struct str *names = arena_array(e->arena, struct str, count);
        for (size_t i = 0; i < count; i++) names[i] = n->call.args[i].name;
        v = eval_named(e, fn.function, names, args, count, n);
    } else {
        v = apply(e, fn.function, args, count, n);
    }
    e->sp -= count;
    return v;
}

struct value eval_function_value(struct function *fn)
{
    return (struct value){.tag = TAG_FUNCTION, .function = fn};
}

struct value eval_closure(struct eval *e, const struct lambda *l, const struct frame *f)
{
    struct function *fn = arena_new(e->arena, struct function);
    fn->kind = FUNCTION_LAMBDA;
    fn->lambda = l;
    fn->env = e->env;
    fn->captured = arena_array(e->arena, struct value, l->n_captures);
    for (size_t i = 0; i < l->n_captures; i++) {
        const struct capture *c = &l->captures[i];
        fn->captured[i] = c->captured ? f->captured[c->index] : f->slots[c->index];
    }
    return eval_function_value(fn);
}

struct value eval_builtin_value(struct eval *e, const struct builtin *b)
{
    struct function *fn = arena_new(e->arena, struct function);
    fn->kind = FUNCTION_BUILTIN;
    fn->builtin = b;
    return eval_function_value(fn);
}
