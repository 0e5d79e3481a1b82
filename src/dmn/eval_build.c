/* What literals and boxed expressions build: ranges (DMN 1.5 §10.3.2.7), lists and contexts
 * (§10.3.2.6). */
#include "dmn/nodes.h"

struct value eval_range(struct eval *e, const struct node *n, struct range r)
{
    bool open_low = r.low_bound == BOUND_NONE || v_is_null(r.low);
    bool open_high = r.high_bound == BOUND_NONE || v_is_null(r.high);
    int c;
    if (!open_low && !open_high && !v_compare(r.low, r.high, &c))
        return eval_null(e, n, "FEEL-0216", "a range cannot go from %s to %s",
                         type_tag_name(r.low), type_tag_name(r.high));
    if (open_low && open_high)
        return eval_null(e, n, "FEEL-0216", "a range needs at least one end");
    struct range *p = arena_new(e->arena, struct range);
    *p = r;
    return (struct value){.tag = TAG_RANGE, .range = p};
}

struct value eval_range_op(struct eval *e, const struct node *n, struct value v)
{
    struct range r = {.low = v_null(0), .high = v_null(0)};
    uint8_t op = n->range_op.op, end = op == N_LE || op == N_GE ? BOUND_CLOSED : BOUND_OPEN;
    if (op == N_EQ)
        r = (struct range){v, v, BOUND_CLOSED, BOUND_CLOSED, .is_equal = true};
    else if (op == N_NE)
        r = (struct range){.low = v, .high = v_null(0), .is_not = true};
    else if (op == N_LT || op == N_LE)
        r.high = v, r.high_bound = end;
    else
        r.low = v, r.low_bound = end;
    struct range *p = arena_new(e->arena, struct range);
    *p = r;
    return (struct value){.tag = TAG_RANGE, .range = p};
}

/* Lists that grow; the items of a finished list are never changed. */

bool eval_grow(struct eval *e, struct growing *g, struct value v)
{
    if (g->n == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 8;
        if (!eval_fits(e, cap * sizeof v)) return false;
        struct value *items = arena_array(e->arena, struct value, cap);
        if (g->n) memcpy(items, g->items, g->n * sizeof v);
        g->items = items;
        g->cap = cap;
    }
    uint32_t d = eval_measure(&v);
    if (d > g->depth) g->depth = d;
    g->items[g->n++] = v;
    return true;
}

struct value eval_grown(struct eval *e, const struct growing *g)
{
    struct list *l = arena_new(e->arena, struct list);
    l->n = g->n;
    l->items = g->items;
    return (struct value){.tag = TAG_LIST, .n = g->depth + 1, .list = l};
}

struct value eval_list(struct eval *e, const struct node *n, const struct frame *f)
{
    if (!eval_fits(e, n->list.n * sizeof(struct value))) return v_null(0);
    struct value v = v_list(e->arena, n->list.n);
    for (size_t i = 0; i < n->list.n; i++) v.list->items[i] = eval_node(e, n->list.items[i], f);
    return eval_settle(e, n, v);
}

struct value eval_context(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value ret = v_context(e->arena, n->context.n);
    struct context *c = arena_new(e->arena, struct context);
    *c = *ret.context;
    c->n = 0;
    ret.context = c;
    for (size_t i = 0; i < n->context.n; i++) {
        const struct entry *en = &n->context.entries[i];
        struct value v = eval_node(e, en->value, f);
        f->slots[en->slot] = v;
        if (v.tag == TAG_FUNCTION && en->value->op == N_FUNCTION) { /* it may call itself */
            const struct lambda *l = v.function->lambda;
            for (size_t k = 0; k < l->n_captures; k++)
                if (!l->captures[k].captured && l->captures[k].index == en->slot)
                    v.function->captured[k] = v;
        }
        if (en->name.n == 0 && n->flag) return v; /* the result of a boxed context */
        c->keys[c->n] = en->name;
        c->values[c->n++] = v;
    }
    return eval_settle(e, n, ret);
}
