/* See reads.h. One walk over every expression of the model, whatever decision it belongs to. A
 * value that may have a context of an input in it `carries`. Its members are seen in two ways:
 * by name, which the walk writes down, or as a whole, where values are compared (DMN 1.5
 * §10.3.2.13, §7.3.2), handed to a built-in that looks inside, tested by a table or by allowed
 * values of a type; any of these means that everything is read. What is not known to be
 * harmless is taken as reading: a mistake on that side costs time, on the other side it would
 * give a wrong answer. */
#include "dmn/reads.h"
#include "dmn/api.h"
#include "dmn/table.h"

struct walk {
    struct reads *r;
    struct map types; /* that were looked at: item definitions may be recursive */
    struct arena *a;
};

static void note(struct walk *w, struct str name) { map_put(&w->r->names, name, w); }

static bool type_carries(const struct type *t, int depth)
{
    if (!t || depth > 8) return true;
    switch ((enum type_kind)t->kind) {
    case TY_NULL:
    case TY_NUMBER:
    case TY_STRING:
    case TY_BOOLEAN:
    case TY_DATE:
    case TY_TIME:
    case TY_DATE_TIME:
    case TY_DAYS:
    case TY_MONTHS:
    case TY_RANGE: return false;
    case TY_LIST: return type_carries(t->of, depth + 1);
    case TY_ANY:
    case TY_CONTEXT:
    case TY_FUNCTION: return true;
    }
    return true;
}

static bool carries(const struct node *n);

static bool any_carries(struct node *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (carries(list[i])) return true;
    return false;
}

static bool context_carries(const struct node *n)
{
    for (size_t i = 0; i < n->context.n; i++)
        if (carries(n->context.entries[i].value)) return true;
    return false;
}

static bool arguments_carry(const struct node *n)
{
    for (uint32_t i = 0; i < n->call.n; i++)
        if (carries(n->call.args[i].value)) return true;
    return false;
}

static bool table_carries(const struct table *t)
{
    for (size_t i = 0; i < t->n_outputs; i++)
        if (t->outputs[i].otherwise && carries(t->outputs[i].otherwise)) return true;
    for (size_t i = 0; i < t->n_rules; i++)
        if (any_carries(t->rules[i].outputs, t->n_outputs)) return true;
    return false;
}

static bool carries(const struct node *n)
{
    if (!n || (n->type && !type_carries(n->type, 0))) return false;
    switch ((enum op)n->op) {
    case N_CONST:
    case N_ERROR:
    case N_RANGE:
    case N_RANGE_OP:
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW:
    case N_NEG:
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE:
    case N_AND:
    case N_OR:
    case N_BETWEEN:
    case N_IN:
    case N_TEST:
    case N_ANY_TEST:
    case N_SOME:
    case N_EVERY:
    case N_INSTANCE: return false;
    case N_GLOBAL: return type_carries(n->element->type, 0);
    case N_SLOT:
    case N_CAPTURED:
    case N_ITEM:
    case N_PATH:
    case N_BUILTIN:
    case N_FUNCTION: return true;
    case N_LIST: return any_carries(n->list.items, n->list.n);
    case N_CONTEXT: return context_carries(n);
    case N_IF: return carries(n->kid.b) || carries(n->kid.c);
    case N_FOR: return carries(n->loop.body); /* `partial` holds what the body gave */
    case N_FILTER: return carries(n->filter.of);
    case N_CALL: return n->call.fn->op != N_BUILTIN || arguments_carry(n);
    case N_COERCE: return carries(n->cast.value);
    case N_TABLE: return table_carries(n->table);
    }
    return true;
}

/* These move items about or count them and compare none. */
static bool harmless(const struct builtin *b)
{
    static const char *const names[] = {"count",         "concatenate", "append",
                                        "flatten",       "sublist",     "reverse",
                                        "insert before", "any",         "all"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(b->name, names[i]) == 0) return true;
    return false;
}

static void walk(struct walk *w, const struct node *n);

static void sink(struct walk *w, const struct node *n)
{
    if (carries(n)) w->r->all = true;
    walk(w, n);
}

/* A member with allowed values is looked at whenever its context is checked; allowed values of
 * a whole context see all of it. */
static void walk_type(struct walk *w, const struct type *t)
{
    if (!t || !t->constrained) return;
    struct str key = str_n((const char *)&t, sizeof t);
    if (map_has(&w->types, key)) return;
    map_put(&w->types, str_dup(w->a, key), w);
    if (t->allowed && type_carries(t, 0)) w->r->all = true;
    walk_type(w, t->of);
    for (size_t i = 0; i < t->n_members; i++) {
        if (t->members[i].type && t->members[i].type->constrained) note(w, t->members[i].name);
        walk_type(w, t->members[i].type);
    }
}

static void walk_lambda(struct walk *w, const struct lambda *l)
{
    if (!l) return;
    if (l->external) w->r->all = true;
    for (size_t i = 0; i < l->n_params; i++) walk_type(w, l->params[i].type);
    walk_type(w, l->result);
    walk(w, l->body);
}

static void walk_call(struct walk *w, const struct node *n)
{
    const struct node *fn = n->call.fn;
    bool looks = fn->op == N_BUILTIN && !harmless(fn->builtin);
    if (fn->op != N_BUILTIN) walk(w, fn);
    for (uint32_t i = 0; i < n->call.n; i++) {
        if (looks)
            sink(w, n->call.args[i].value);
        else
            walk(w, n->call.args[i].value);
    }
}

static void walk_table(struct walk *w, const struct table *t)
{
    for (size_t i = 0; i < t->n_inputs; i++) {
        sink(w, t->inputs[i].value);
        walk(w, t->inputs[i].allowed);
    }
    for (size_t i = 0; i < t->n_outputs; i++) {
        walk_type(w, t->outputs[i].type);
        walk(w, t->outputs[i].allowed);
        walk(w, t->outputs[i].otherwise);
        if (t->outputs[i].allowed && table_carries(t)) w->r->all = true;
    }
    for (size_t i = 0; i < t->n_rules; i++) {
        for (size_t k = 0; k < t->n_inputs; k++) walk(w, t->rules[i].cells[k]);
        for (size_t k = 0; k < t->n_outputs; k++) walk(w, t->rules[i].outputs[k]);
    }
    /* outputs are compared */
    if (t->hit != HIT_UNIQUE && t->hit != HIT_FIRST && table_carries(t)) w->r->all = true;
}

static bool is_null(const struct node *n)
{
    return n->op == N_CONST && n->value.tag == TAG_NULL;
}

static void walk_compared(struct walk *w, const struct node *a, const struct node *b)
{
    bool null = is_null(a) || is_null(b); /* whether there is a context, not what is in it */
    if (!null && (carries(a) || carries(b))) w->r->all = true;
    walk(w, a);
    walk(w, b);
}

static void walk_loop(struct walk *w, const struct node *n)
{
    for (size_t i = 0; i < n->loop.n; i++) {
        walk(w, n->loop.its[i].in);
        walk(w, n->loop.its[i].to);
    }
    walk(w, n->loop.body);
}

static void walk(struct walk *w, const struct node *n)
{
    if (!n) return;
    switch ((enum op)n->op) {
    case N_CONST:
    case N_ERROR:
    case N_SLOT:
    case N_CAPTURED: break;
    case N_GLOBAL: note(w, n->element->name); break;
    /* as a value: nobody knows what it will be given */
    case N_BUILTIN: w->r->all = true; break;
    case N_ITEM:
        note(w, n->item.name);
        walk(w, n->item.otherwise);
        break;
    case N_PATH:
        note(w, n->path.name);
        walk(w, n->path.of);
        break;
    case N_LIST:
    case N_ANY_TEST:
        for (size_t i = 0; i < n->list.n; i++) walk(w, n->list.items[i]);
        break;
    case N_CONTEXT:
        for (size_t i = 0; i < n->context.n; i++) walk(w, n->context.entries[i].value);
        break;
    case N_RANGE:
        sink(w, n->range.low);
        sink(w, n->range.high);
        break;
    case N_RANGE_OP: sink(w, n->range_op.value); break;
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE: walk_compared(w, n->kid.a, n->kid.b); break;
    case N_BETWEEN:
        sink(w, n->kid.a);
        sink(w, n->kid.b);
        sink(w, n->kid.c);
        break;
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW:
    case N_NEG:
    case N_AND:
    case N_OR:
    case N_IF:
        walk(w, n->kid.a);
        if (n->op != N_NEG) walk(w, n->kid.b);
        if (n->op == N_IF) walk(w, n->kid.c);
        break;
    case N_IN:
        sink(w, n->in.value);
        walk(w, n->in.test);
        break;
    case N_TEST: sink(w, n->test.value); break;
    case N_FOR:
    case N_SOME:
    case N_EVERY: walk_loop(w, n); break;
    case N_FILTER:
        walk(w, n->filter.of);
        walk(w, n->filter.by);
        break;
    case N_CALL: walk_call(w, n); break;
    case N_FUNCTION: walk_lambda(w, n->lambda); break;
    case N_INSTANCE:
    case N_COERCE:
        walk_type(w, n->cast.type);
        walk(w, n->cast.value);
        break;
    case N_TABLE: walk_table(w, n->table); break;
    }
}

void reads_of(const struct dmn_model *handle, struct arena *a, struct reads *ret)
{
    const struct model *m = api_model(handle);
    *ret = (struct reads){.names = map_in(a)};
    struct walk w = {.r = ret, .types = map_in(a), .a = a};
    for (size_t i = 0; i < m->n_elements; i++) {
        const struct element *el = m->elements[i];
        walk_type(&w, el->declared);
        walk(&w, el->root);
        walk_lambda(&w, el->lambda);
    }
}

bool reads_name(const struct reads *r, struct str name)
{
    return r->all || map_has(&r->names, name);
}
