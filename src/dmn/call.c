/* Calls of built-in functions when they are compiled: named arguments (DMN 1.5 §10.3.1.2 rule
 * 40) are matched to a signature, and literals written as calls are computed (rule 60). */
#include "dmn/builtin.h"
#include "dmn/grammar.h"

/* Position of a name in "a, b, c..."; -1 if it is not there. */
static int param_index(const char *params, struct str name)
{
    struct str rest = str_c(params), one;
    for (int i = 0; str_cut(&rest, ',', &one); i++) {
        one = str_trim(one);
        if (str_ends(one, STR("..."))) one.n -= 3;
        if (str_eq(one, name)) return i;
    }
    return -1;
}

static bool signature_fits(const struct builtin_signature *s, const struct str *names, size_t n,
                           uint8_t *slots, size_t *ret_n)
{
    uint32_t given = 0;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        int at = param_index(s->params, names[i]);
        if (at < 0 || at >= BUILTIN_ARGS || (given & 1u << at)) return false;
        given |= 1u << at;
        slots[i] = (uint8_t)at;
        if ((size_t)at + 1 > *ret_n) *ret_n = (size_t)at + 1;
    }
    return (given & ((1u << s->min) - 1)) == (1u << s->min) - 1;
}

int builtin_by_names(const struct builtin *b, const struct str *names, size_t n, uint8_t *slots,
                     size_t *ret_n)
{
    for (size_t i = 0; i < b->n_signatures && n <= BUILTIN_ARGS; i++)
        if (signature_fits(&b->signatures[i], names, n, slots, ret_n)) return (int)i;
    return -1;
}

/* date("2024-01-01") and its like are literals written as calls: computed here, where the cells
 * of tables can use them. A call that has no value stays a call, so that its null has a reason
 * at run time. */

static struct value fold_null(struct call *c, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static struct value fold_null(struct call *c, const char *id, const char *fmt, ...)
{
    (void)c, (void)id, (void)fmt;
    return v_null(0);
}

static bool fold_fits(struct call *c, size_t bytes, uint64_t steps)
{
    (void)c, (void)steps;
    return bytes < 4096;
}

static struct node *fold(const struct home *h, struct node *n)
{
    static const char *const pure[] = {"date", "time", "date and time", "duration"};
    struct value args[3];
    bool known = false;
    for (size_t i = 0; i < 4; i++) known |= strcmp(n->call.fn->builtin->name, pure[i]) == 0;
    if (!known || n->call.n < 1 || n->call.n > 3) return n;
    for (size_t i = 0; i < n->call.n; i++) {
        const struct node *a = n->call.args[i].value;
        if (!a || a->op != N_CONST || v_is_null(a->value)) return n;
        args[i] = a->value;
    }
    struct call c = {
        .arena = h->c->arena, .zones = h->c->zones, .null = fold_null, .fits = fold_fits};
    struct value v = builtin_call(&c, n->call.fn->builtin, n->call.which, args, n->call.n);
    if (v_is_null(v)) return n;
    n->op = N_CONST;
    n->flag = 0;
    n->value = v;
    n->type = type_of_value(v);
    return n;
}

struct node *call_bind_builtin(const struct home *h, struct node *n)
{
    const struct builtin *b = n->call.fn->builtin;
    uint8_t slots[BUILTIN_ARGS];
    struct str names[BUILTIN_ARGS];
    size_t count = 0;
    n->call.which = BUILTIN_POSITIONAL;
    if (b->n_signatures == 1) n->type = type_builtin(str_c(b->signatures[0].result));
    if (!n->flag) return fold(h, n);
    for (size_t i = 0; i < n->call.n && i < BUILTIN_ARGS; i++) names[i] = n->call.args[i].name;
    int which = builtin_by_names(b, names, n->call.n, slots, &count);
    if (which < 0)
        return node_error(h, "FEEL-0205", (int)n->line, n->column,
                          "%s() has no signature with these arguments", b->name);
    struct argument *args = arena_array(h->c->arena, struct argument, count);
    for (size_t i = 0; i < n->call.n; i++) args[slots[i]].value = n->call.args[i].value;
    n->flag = false;
    n->call.args = args;
    n->call.n = (uint32_t)count;
    n->call.which = (uint32_t)which;
    return fold(h, n);
}

struct node *node_call(const struct home *h, struct node *fn, struct argument *args, size_t n)
{
    struct node *call = node_new(h, N_CALL, h->line, h->column);
    call->call.fn = fn;
    call->call.args = args;
    call->call.n = (uint32_t)n;
    call->flag = n > 0;
    if (fn->type && fn->type->kind == TY_FUNCTION) call->type = fn->type->of;
    return fn->op == N_BUILTIN ? call_bind_builtin(h, call) : call;
}
