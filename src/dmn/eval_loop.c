/* for, some and every: DMN 1.5 §10.3.2.11 and §10.3.2.14. */
#include "dmn/nodes.h"
#include "dmn/num.h"

struct looping {
    struct eval *e;
    const struct node *n;
    const struct frame *f;
    struct growing g;
    bool done, unknown;
    bool decided; /* `some` met a true or `every` a false: unknown items no longer matter */
};

static void loop_level(struct looping *l, size_t level);

static void loop_body(struct looping *l)
{
    struct eval *e = l->e;
    if (l->n->op == N_FOR) {
        if (l->n->flag) l->f->slots[l->n->loop.partial] = eval_grown(e, &l->g);
        struct value v = eval_node(e, l->n->loop.body, l->f);
        if (!eval_grow(e, &l->g, v)) l->done = true;
        return;
    }
    struct value v = eval_node(e, l->n->loop.body, l->f);
    if (v.tag != TAG_BOOL) {
        l->unknown = true;
        l->done = !v_is_null(v); /* an error, not an unknown */
    } else if ((bool)v.flag == (l->n->op == N_SOME))
        l->done = l->decided = true;
}

/* From a to b in steps of one, up or down; whole numbers or dates. */
static bool loop_span(struct looping *l, size_t level, struct value a, struct value b)
{
    struct value *slot = &l->f->slots[l->n->loop.its[level].slot];
    int64_t from, to;
    bool dates = a.tag == TAG_DATE && b.tag == TAG_DATE;
    if (dates)
        from = a.moment->days, to = b.moment->days;
    else if (!v_is_num(a) || !v_is_num(b) || !num_to_i64(a, &from) || !num_to_i64(b, &to))
        return false;
    for (int64_t i = from;; i += from <= to ? 1 : -1) {
        if (l->done || l->e->stop != DMN_OK) break;
        *slot =
            dates ? temporal_make(l->e->arena, TAG_DATE, (struct moment){.days = i}) : v_int(i);
        loop_level(l, level + 1);
        if (i == to) break;
    }
    return true;
}

static void loop_over(struct looping *l, size_t level, struct value in)
{
    struct eval *e = l->e;
    struct value *slot = &l->f->slots[l->n->loop.its[level].slot];
    if (in.tag == TAG_LIST) {
        for (size_t i = 0; i < in.list->n && !l->done && e->stop == DMN_OK; i++) {
            *slot = in.list->items[i];
            loop_level(l, level + 1);
        }
        return;
    }
    if (in.tag == TAG_RANGE && in.range->low_bound != BOUND_NONE &&
        in.range->high_bound != BOUND_NONE) {
        struct value a = in.range->low, b = in.range->high, one = v_int(1);
        if (v_is_num(a) && in.range->low_bound == BOUND_OPEN && !num_add(e->arena, a, one, &a))
            a = v_null(0);
        if (v_is_num(b) && in.range->high_bound == BOUND_OPEN && !num_sub(e->arena, b, one, &b))
            b = v_null(0);
        if (a.tag == TAG_DATE && in.range->low_bound == BOUND_OPEN)
            a = temporal_make(e->arena, TAG_DATE, (struct moment){.days = a.moment->days + 1});
        if (b.tag == TAG_DATE && in.range->high_bound == BOUND_OPEN)
            b = temporal_make(e->arena, TAG_DATE, (struct moment){.days = b.moment->days - 1});
        int c;
        if (v_compare(a, b, &c) && c > 0) return;
        if (loop_span(l, level, a, b)) return;
    } else if (!v_is_null(in) && in.tag != TAG_RANGE) { /* a singleton list */
        *slot = in;
        loop_level(l, level + 1);
        return;
    }
    l->done = l->unknown = true;
    eval_null(e, l->n, "FEEL-0211", "%s cannot be iterated over", type_tag_name(in));
}

static void loop_level(struct looping *l, size_t level)
{
    if (level == l->n->loop.n) {
        loop_body(l);
        return;
    }
    const struct iteration *it = &l->n->loop.its[level];
    struct value in = eval_node(l->e, it->in, l->f);
    if (!it->to) {
        loop_over(l, level, in);
        return;
    }
    struct value to = eval_node(l->e, it->to, l->f);
    if (loop_span(l, level, in, to)) return;
    l->done = l->unknown = true;
    eval_null(l->e, l->n, "FEEL-0211", "cannot iterate from %s to %s", type_tag_name(in),
              type_tag_name(to));
}

struct value eval_loop(struct eval *e, const struct node *n, const struct frame *f)
{
    struct looping l = {.e = e, .n = n, .f = f};
    size_t first = e->diags.n;
    loop_level(&l, 0);
    if (n->op == N_FOR)
        return l.unknown ? v_null((uint32_t)e->diags.n)
                         : eval_settle(e, n, eval_grown(e, &l.g));
    if (l.decided) return v_bool(n->op == N_SOME);
    if (l.done && e->diags.n > first) return v_null((uint32_t)e->diags.n);
    if (l.unknown)
        return eval_null(e, n, "FEEL-0219",
                         "`satisfies` gave neither true nor false for an item");
    return v_bool(n->op == N_EVERY);
}
