/* Operators and unary tests: DMN 1.5 §10.3.2, tables 42 to 59. */
#include "dmn/nodes.h"
#include "dmn/num.h"

struct value eval_arithmetic(struct eval *e, const struct node *n, struct value a,
                             struct value b)
{
    struct value v;
    struct arena *ar = e->arena;
    bool ok = false, nums = v_is_num(a) && v_is_num(b);
    if (n->op == N_ADD) {
        if (nums)
            ok = num_add(ar, a, b, &v);
        else if (a.tag == TAG_STR && b.tag == TAG_STR) {
            if (!eval_fits(e, (size_t)a.n + b.n)) return v_null(0);
            char *p = arena_alloc(ar, (size_t)a.n + b.n + 1);
            memcpy(p, a.s, a.n);
            memcpy(p + a.n, b.s, b.n);
            return v_str(str_n(p, (size_t)a.n + b.n));
        } else
            ok = temporal_add(ar, a, b, &v);
    } else if (n->op == N_SUB) {
        ok = nums ? num_sub(ar, a, b, &v) : temporal_sub(ar, a, b, &v);
    } else if (n->op == N_MUL) {
        ok = nums ? num_mul(ar, a, b, &v) : temporal_mul(ar, a, b, &v);
    } else if (n->op == N_DIV) {
        ok = nums ? num_div(ar, a, b, &v) : temporal_div(ar, a, b, &v);
    } else {
        ok = nums && num_pow(ar, a, b, &v);
    }
    if (ok) return v;
    static const char *const words[] = {"+", "-", "*", "/", "**"};
    if (nums)
        return eval_null(e, n, "FEEL-0201", "%s of these numbers has no result",
                         words[n->op - N_ADD]);
    return eval_null(e, n, "FEEL-0201", "%s is not defined for %s and %s", words[n->op - N_ADD],
                     type_tag_name(a), type_tag_name(b));
}

struct value eval_negation(struct eval *e, const struct node *n, struct value a)
{
    struct value v;
    if (v_is_num(a) && num_neg(e->arena, a, &v)) return v;
    if (a.tag == TAG_MONTHS && a.i != INT64_MIN) {
        a.i = -a.i;
        return a;
    }
    if (a.tag == TAG_DAYS) return temporal_days(e->arena, -a.dur->nanos);
    return eval_null(e, n, "FEEL-0201", "- is not defined for %s", type_tag_name(a));
}

static struct value from_truth(struct eval *e, const struct node *n, enum truth t,
                               struct value a, struct value b)
{
    if (t != T_NULL) return v_bool(t == T_TRUE);
    return eval_null(e, n, "FEEL-0202", "%s and %s cannot be compared", type_tag_name(a),
                     type_tag_name(b));
}

static enum truth ordered(enum op op, struct value a, struct value b)
{
    int c;
    if (!v_compare(a, b, &c)) return T_NULL;
    bool yes = op == N_LT ? c < 0 : op == N_LE ? c <= 0 : op == N_GT ? c > 0 : c >= 0;
    return yes ? T_TRUE : T_FALSE;
}

struct value eval_compare(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value a = eval_node(e, n->kid.a, f), b = eval_node(e, n->kid.b, f);
    enum truth t;
    if (n->op == N_EQ || n->op == N_NE) {
        t = v_equal(a, b);
        if (t != T_NULL && n->op == N_NE) t = t == T_TRUE ? T_FALSE : T_TRUE;
    } else {
        t = ordered((enum op)n->op, a, b);
    }
    return from_truth(e, n, t, a, b);
}

/* Kleene's and/or, tables 50 and 51; what is not a boolean counts as null. */
struct value eval_logic(struct eval *e, const struct node *n, const struct frame *f)
{
    bool decides = n->op == N_OR;
    struct value a = eval_node(e, n->kid.a, f);
    if (a.tag == TAG_BOOL && (bool)a.flag == decides) return a;
    struct value b = eval_node(e, n->kid.b, f);
    if (b.tag == TAG_BOOL && (bool)b.flag == decides) return b;
    if (a.tag == TAG_BOOL && b.tag == TAG_BOOL) return v_bool(!decides);
    if (v_is_null(a) && a.n) return a;
    if (v_is_null(b) && b.n) return b;
    return eval_null(e, n, "FEEL-0219", "%s of %s and %s is unknown", decides ? "or" : "and",
                     type_tag_name(a), type_tag_name(b));
}

struct value eval_between(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value v = eval_node(e, n->kid.a, f), lo = eval_node(e, n->kid.b, f),
                 hi = eval_node(e, n->kid.c, f);
    enum truth a = ordered(N_GE, v, lo), b = ordered(N_LE, v, hi);
    if (a == T_FALSE || b == T_FALSE) return v_bool(false);
    if (a == T_TRUE && b == T_TRUE) return v_bool(true);
    return from_truth(e, n, T_NULL, v, a == T_NULL ? lo : hi);
}

enum truth eval_in(struct eval *e, struct value v, struct value test, bool cell)
{
    enum truth t;
    if (test.tag == TAG_RANGE) {
        t = v_in_range(v, test.range);
        if (t == T_NULL && v.tag == TAG_RANGE) t = v_equal(v, test);
        return t;
    }
    if (test.tag == TAG_LIST) {
        if (v.tag == TAG_LIST && v_equal(v, test) == T_TRUE) return T_TRUE;
        for (size_t i = 0; i < test.list->n; i++) {
            struct value item = test.list->items[i];
            t = item.tag == TAG_RANGE ? v_in_range(v, item.range) : v_equal(v, item);
            if (t == T_TRUE) return T_TRUE;
        }
        return T_FALSE;
    }
    if (cell && test.tag == TAG_BOOL && v.tag != TAG_BOOL && v.tag != TAG_NULL)
        return test.flag ? T_TRUE : T_FALSE;
    (void)e;
    return v_equal(v, test);
}

struct value eval_unary_test(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value t = eval_node(e, n->test.value, f), v = f->slots[n->test.slot];
    if ((n->flag & TEST_QUESTION) && (t.tag == TAG_BOOL || t.tag == TAG_NULL)) return t;
    return from_truth(e, n, eval_in(e, v, t, n->flag & TEST_CELL), v, t);
}

struct value eval_any_test(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value ret = v_bool(false);
    for (size_t i = 0; i < n->list.n; i++) {
        struct value t = eval_node(e, n->list.items[i], f);
        if (v_is_true(t)) return v_bool(!n->flag);
        if (t.tag != TAG_BOOL) ret = t;
    }
    if (ret.tag == TAG_BOOL) return v_bool(n->flag);
    return ret;
}
