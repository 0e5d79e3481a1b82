/* The evaluator; see eval.h. Operators follow DMN 1.5 §10.3.2, tables 42 to 59. */
#include "dmn/eval.h"
#include "dmn/external.h"
#include "dmn/num.h"
#include "dmn/table.h"
#include "dmn/trace.h"

#define MAX_LEVEL 6000
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

static struct value stop(struct eval *e, const struct node *at, const char *id,
                         const char *text)
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
    stop(e, NULL, "FEEL-0215", "the memory budget of the run is used up");
    return false;
}

/* How deep a list, context or range is nested, kept in the unused `n` of its cell, so that
 * everything that walks a value (printing, comparing, JSON) has a bounded stack. Built-ins
 * leave 0 in what they make, which is measured once. */

static uint32_t measure(struct value *v)
{
    uint32_t deepest = 0, d;
    if (v->tag != TAG_LIST && v->tag != TAG_CONTEXT && v->tag != TAG_RANGE) return 0;
    if (v->n) return v->n;
    if (v->tag == TAG_RANGE) {
        struct value low = v->range->low, high = v->range->high;
        d = measure(&low), deepest = measure(&high);
        if (d > deepest) deepest = d;
    } else {
        size_t n = v->tag == TAG_LIST ? v->list->n : v->context->n;
        struct value *items = v->tag == TAG_LIST ? v->list->items : v->context->values;
        for (size_t i = 0; i < n; i++)
            if ((d = measure(&items[i])) > deepest) deepest = d;
    }
    v->n = deepest + 1;
    return v->n;
}

struct value eval_settle(struct eval *e, const struct node *at, struct value v)
{
    return measure(&v) <= MAX_VALUE_DEPTH
               ? v
               : stop(e, at, "FEEL-0220", "the value is nested too deep");
}

/* Types */

static bool conforms_range(struct eval *e, const struct range *r, const struct type *t)
{
    return !t->of || ((v_is_null(r->low) || eval_conforms(e, r->low, t->of)) &&
                      (v_is_null(r->high) || eval_conforms(e, r->high, t->of)));
}

static const struct type *function_type(const struct function *f)
{
    return f->kind == FUNCTION_LAMBDA    ? f->lambda->type
           : f->kind == FUNCTION_SERVICE ? f->element->type
                                         : NULL;
}

static bool conforms_function(const struct function *f, const struct type *t)
{
    const struct type *own = function_type(f);
    if (t == &type_function) return true;
    if (!own) return f->kind == FUNCTION_BUILTIN;
    if (own->n_members != t->n_members) return false;
    for (size_t i = 0; i < t->n_members; i++) {
        const struct type *a = own->members[i].type;
        if (a && !type_conforms(t->members[i].type, a, 0)) return false;
    }
    return !own->of || type_conforms(own->of, t->of, 0);
}

static bool conforms_shape(struct eval *e, struct value v, const struct type *t)
{
    switch ((enum type_kind)t->kind) {
    case TY_ANY: return true;
    case TY_NULL: return false;
    case TY_NUMBER: return v_is_num(v);
    case TY_STRING: return v.tag == TAG_STR;
    case TY_BOOLEAN: return v.tag == TAG_BOOL;
    case TY_DATE: return v.tag == TAG_DATE;
    case TY_TIME: return v.tag == TAG_TIME;
    case TY_DATE_TIME: return v.tag == TAG_DATE_TIME;
    case TY_DAYS: return v.tag == TAG_DAYS;
    case TY_MONTHS: return v.tag == TAG_MONTHS;
    case TY_LIST:
        if (v.tag != TAG_LIST) return false;
        for (size_t i = 0; t->of && i < v.list->n; i++)
            if (!eval_conforms(e, v.list->items[i], t->of)) return false;
        return true;
    case TY_CONTEXT:
        if (v.tag != TAG_CONTEXT) return false;
        for (size_t i = 0; i < t->n_members; i++) {
            struct value m;
            if (!v_entry(v, t->members[i].name, &m)) return false;
            if (t->members[i].type && !eval_conforms(e, m, t->members[i].type)) return false;
        }
        return true;
    case TY_RANGE: return v.tag == TAG_RANGE && conforms_range(e, v.range, t);
    case TY_FUNCTION: return v.tag == TAG_FUNCTION && conforms_function(v.function, t);
    }
    return false;
}

/* Allowed values are unary tests on the value (§7.3.3); a null test result is a no. */
static bool allowed(struct eval *e, struct value v, const struct type *t)
{
    if (!t->allowed) return true;
    if (e->sp + t->allowed_slots > e->stack_size) return false;
    struct frame f = {.slots = e->stack + e->sp};
    size_t n_diags = e->diags.n;
    e->sp += t->allowed_slots;
    memset(f.slots, 0, t->allowed_slots * sizeof *f.slots);
    f.slots[0] = v;
    struct value ok = eval_node(e, t->allowed, &f);
    e->sp -= t->allowed_slots;
    if (e->stop == DMN_OK) e->diags.n = n_diags;
    return v_is_true(ok);
}

bool eval_conforms(struct eval *e, struct value v, const struct type *t)
{
    if (!t || v_is_null(v) || e->stop != DMN_OK) return true;
    if (++e->level > MAX_LEVEL) {
        stop(e, NULL, "FEEL-0213", "values nested too deep");
        return false;
    }
    bool ok = conforms_shape(e, v, t) && (e->shape_only || allowed(e, v, t));
    e->level--;
    return ok;
}

bool eval_convert(struct eval *e, struct value v, const struct type *t, struct value *ret)
{
    *ret = v;
    if (!t || t->kind == TY_ANY || eval_plain(v, t) || eval_conforms(e, v, t)) return true;
    if (t->kind == TY_LIST && v.tag != TAG_LIST) { /* to singleton list */
        struct value list = v_list(e->arena, 1);
        list.list->items[0] = v;
        *ret = list;
        return eval_conforms(e, list, t);
    }
    if (v.tag == TAG_LIST && v.list->n == 1 && t->kind != TY_LIST) { /* from singleton list */
        *ret = v.list->items[0];
        return eval_conforms(e, *ret, t);
    }
    if (t->kind == TY_DATE_TIME &&
        v.tag == TAG_DATE) { /* from date to date and time: midnight UTC */
        struct moment m = *v.moment;
        m.zone_kind = ZONE_OFFSET;
        *ret = temporal_make(e->arena, TAG_DATE_TIME, m);
        return allowed(e, *ret, t);
    }
    return false;
}

static struct value coerce(struct eval *e, struct value v, const struct type *t,
                           const struct node *at)
{
    struct value ret;
    if (eval_convert(e, v, t, &ret)) return ret;
    if (e->stop != DMN_OK) return v_null(0);
    struct str text = type_text(e->arena, t);
    if (conforms_shape(e, v, t))
        return eval_null(e, at, "FEEL-0218",
                         "the value is not one of those allowed for " STR_FMT ": " STR_FMT,
                         STR_ARG(text), STR_ARG(t->allowed_text));
    return eval_null(e, at, "FEEL-0207", "a value of type %s does not conform to " STR_FMT,
                     type_tag_name(v), STR_ARG(text));
}

/* `instance of` (§10.3.2.3.3): null is an instance of Null only, or of Any as long as it is a
 * value. */
static bool instance(struct eval *e, struct value v, const struct type *t)
{
    if (!t) return false;
    if (v_is_null(v)) return t->kind == TY_NULL;
    e->shape_only = true; /* allowed values do not make another type (TCK 0070 number_013) */
    bool yes = eval_conforms(e, v, t);
    e->shape_only = false;
    return yes;
}

/* Operators */

static struct value arithmetic(struct eval *e, const struct node *n, struct value a,
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

static struct value negation(struct eval *e, const struct node *n, struct value a)
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

static struct value compare(struct eval *e, const struct node *n, const struct frame *f)
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
static struct value logic(struct eval *e, const struct node *n, const struct frame *f)
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

static struct value between(struct eval *e, const struct node *n, const struct frame *f)
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

static struct value unary_test(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value t = eval_node(e, n->test.value, f), v = f->slots[n->test.slot];
    if ((n->flag & TEST_QUESTION) && (t.tag == TAG_BOOL || t.tag == TAG_NULL)) return t;
    return from_truth(e, n, eval_in(e, v, t, n->flag & TEST_CELL), v, t);
}

static struct value any_test(struct eval *e, const struct node *n, const struct frame *f)
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

/* Ranges (§10.3.2.7) */

static struct value range_new(struct eval *e, const struct node *n, struct range r)
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

static struct value range_from_op(struct eval *e, const struct node *n, struct value v)
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

struct growing {
    struct value *items;
    size_t n, cap;
    uint32_t depth;
};

static bool grow(struct eval *e, struct growing *g, struct value v)
{
    if (g->n == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 8;
        if (!eval_fits(e, cap * sizeof v)) return false;
        struct value *items = arena_array(e->arena, struct value, cap);
        if (g->n) memcpy(items, g->items, g->n * sizeof v);
        g->items = items;
        g->cap = cap;
    }
    uint32_t d = measure(&v);
    if (d > g->depth) g->depth = d;
    g->items[g->n++] = v;
    return true;
}

static struct value grown(struct eval *e, const struct growing *g)
{
    struct list *l = arena_new(e->arena, struct list);
    l->n = g->n;
    l->items = g->items;
    return (struct value){.tag = TAG_LIST, .n = g->depth + 1, .list = l};
}

static struct value context_of(struct eval *e, const struct node *n, const struct frame *f)
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

/* Paths and filters */

static struct value range_property(struct eval *e, const struct node *n, const struct range *r)
{
    struct str name = n->path.name;
    bool has_low = r->low_bound != BOUND_NONE && !v_is_null(r->low);
    bool has_high = r->high_bound != BOUND_NONE && !v_is_null(r->high);
    if (str_is(name, "start")) return has_low ? r->low : v_null(0);
    if (str_is(name, "end")) return has_high ? r->high : v_null(0);
    if (str_is(name, "start included")) return v_bool(has_low && r->low_bound == BOUND_CLOSED);
    if (str_is(name, "end included")) return v_bool(has_high && r->high_bound == BOUND_CLOSED);
    return eval_null(e, n, "FEEL-0203", "a range has no '" STR_FMT "'", STR_ARG(name));
}

static struct value path_of(struct eval *e, const struct node *n, struct value v)
{
    struct value ret;
    if (v.tag == TAG_CONTEXT) {
        if (v_entry(v, n->path.name, &ret)) return ret;
    } else if (v.tag == TAG_LIST) { /* of each item (§10.3.2.5) */
        if (!eval_fits(e, v.list->n * sizeof v)) return v_null(0);
        ret = v_list(e->arena, v.list->n);
        for (size_t i = 0; i < v.list->n; i++)
            ret.list->items[i] = path_of(e, n, v.list->items[i]);
        return ret;
    } else if (v.tag == TAG_RANGE) {
        return range_property(e, n, v.range);
    } else if (temporal_property(e->arena, v, n->path.name, &ret)) {
        return ret;
    }
    if (v_is_null(v) && v.n) return v;
    return eval_null(e, n, "FEEL-0203", "%s has no entry '" STR_FMT "'", type_tag_name(v),
                     STR_ARG(n->path.name));
}

static struct value at_index(struct eval *e, const struct node *n, const struct value *items,
                             size_t count, struct value index)
{
    int64_t i;
    if (!num_to_i64(index, &i))
        return eval_null(e, n, "FEEL-0210", "an index must be a whole number");
    if (i > 0 && (uint64_t)i <= count) return items[i - 1];
    if (i < 0 && i >= -(int64_t)count) return items[(int64_t)count + i];
    return eval_null(e, n, "FEEL-0210", "the list of %zu has no item %lld", count,
                     (long long)i);
}

static struct value filter_of(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value v = eval_node(e, n->filter.of, f);
    const struct value *items = &v;
    size_t count = 1;
    if (v.tag == TAG_LIST)
        items = v.list->items, count = v.list->n;
    else if (v_is_null(v) && !n->flag)
        count = 0;
    if (n->flag) {
        struct value by = eval_node(e, n->filter.by, f);
        if (v_is_num(by)) return at_index(e, n, items, count, by);
        return eval_null(e, n, "FEEL-0209", "a filter must be a number or a condition, not %s",
                         type_tag_name(by));
    }
    struct growing g = {0};
    for (size_t i = 0; i < count && e->stop == DMN_OK; i++) {
        f->slots[n->filter.slot] = items[i];
        struct value by = eval_node(e, n->filter.by, f);
        if (v_is_num(by)) return at_index(e, n, items, count, by);
        if (v_is_true(by) && !grow(e, &g, items[i])) break;
        if (by.tag != TAG_BOOL && by.tag != TAG_NULL)
            return eval_null(e, n, "FEEL-0209",
                             "a filter must be a number or a condition, not %s",
                             type_tag_name(by));
    }
    return grown(e, &g);
}

static struct value item_of(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value item = n->item.captured ? f->captured[n->item.slot] : f->slots[n->item.slot],
                 v;
    if (item.tag == TAG_CONTEXT && v_entry(item, n->item.name, &v)) return v;
    return eval_node(e, n->item.otherwise, f);
}

/* Loops (§10.3.2.11, 10.3.2.14) */

struct looping {
    struct eval *e;
    const struct node *n;
    const struct frame *f;
    struct growing g;
    bool done, unknown;
    bool decided; /* `some` met a true or `every` a false: unknown items no longer matter */
};

static void loop_body(struct looping *l);
static void loop_level(struct looping *l, size_t level);

static void loop_body(struct looping *l)
{
    struct eval *e = l->e;
    if (l->n->op == N_FOR) {
        if (l->n->flag) l->f->slots[l->n->loop.partial] = grown(e, &l->g);
        struct value v = eval_node(e, l->n->loop.body, l->f);
        if (!grow(e, &l->g, v)) l->done = true;
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

static struct value loop_of(struct eval *e, const struct node *n, const struct frame *f)
{
    struct looping l = {.e = e, .n = n, .f = f};
    size_t first = e->diags.n;
    loop_level(&l, 0);
    if (n->op == N_FOR)
        return l.unknown ? v_null((uint32_t)e->diags.n) : eval_settle(e, n, grown(e, &l.g));
    if (l.decided) return v_bool(n->op == N_SOME);
    if (l.done && e->diags.n > first) return v_null((uint32_t)e->diags.n);
    if (l.unknown)
        return eval_null(e, n, "FEEL-0219",
                         "`satisfies` gave neither true nor false for an item");
    return v_bool(n->op == N_EVERY);
}

/* Functions */

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
        return stop(e, at, "FEEL-0213", "functions call each other too deep");
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
        return stop(e, at, "FEEL-0213", "functions call each other too deep");
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
    return el->lambda->result ? coerce(e, ret, el->lambda->result, at) : ret;
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
        stop(e, at, "FEEL-0213", "functions call each other too deep");
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

static struct value call_of(struct eval *e, const struct node *n, const struct frame *f)
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

static struct value function_value(struct function *fn)
{
    return (struct value){.tag = TAG_FUNCTION, .function = fn};
}

static struct value closure(struct eval *e, const struct lambda *l, const struct frame *f)
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
    return function_value(fn);
}

static struct value builtin_value(struct eval *e, const struct builtin *b)
{
    struct function *fn = arena_new(e->arena, struct function);
    fn->kind = FUNCTION_BUILTIN;
    fn->builtin = b;
    return function_value(fn);
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
    e->env->values[el->index] = function_value(fn);
    e->env->states[el->index] = ENV_COMPUTED;
    return e->env->values[el->index];
}

struct value eval_root(struct eval *e, const struct node *n, uint32_t n_slots)
{
    if (e->sp + n_slots > e->stack_size)
        return stop(e, n, "FEEL-0213", "the value stack of the run is full");
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

static struct value list_of(struct eval *e, const struct node *n, const struct frame *f)
{
    if (!eval_fits(e, n->list.n * sizeof(struct value))) return v_null(0);
    struct value v = v_list(e->arena, n->list.n);
    for (size_t i = 0; i < n->list.n; i++) v.list->items[i] = eval_node(e, n->list.items[i], f);
    return eval_settle(e, n, v);
}

static struct value dispatch(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value v;
    switch ((enum op)n->op) {
    case N_CONST: return n->value;
    case N_SLOT: return f->slots[n->slot];
    case N_CAPTURED: return f->captured[n->slot];
    case N_GLOBAL: return eval_element(e, n->element);
    case N_BUILTIN: return builtin_value(e, n->builtin);
    case N_ITEM: return item_of(e, n, f);
    case N_ERROR: return eval_null(e, n, n->error.id, "%s", n->error.text);
    case N_LIST: return list_of(e, n, f);
    case N_CONTEXT: return context_of(e, n, f);
    case N_RANGE: {
        struct range r = {.low = eval_node(e, n->range.low, f),
                          .high = eval_node(e, n->range.high, f),
                          .low_bound = n->range.low_bound,
                          .high_bound = n->range.high_bound};
        return range_new(e, n, r);
    }
    case N_RANGE_OP:
        return eval_settle(e, n, range_from_op(e, n, eval_node(e, n->range_op.value, f)));
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW: {
        struct value a = eval_node(e, n->kid.a, f);
        return arithmetic(e, n, a, eval_node(e, n->kid.b, f));
    }
    case N_NEG: return negation(e, n, eval_node(e, n->kid.a, f));
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE: return compare(e, n, f);
    case N_AND:
    case N_OR: return logic(e, n, f);
    case N_BETWEEN: return between(e, n, f);
    case N_IN:
        f->slots[n->in.slot] = eval_node(e, n->in.value, f);
        return eval_node(e, n->in.test, f);
    case N_TEST: return unary_test(e, n, f);
    case N_ANY_TEST: return any_test(e, n, f);
    case N_IF:
        v = eval_node(e, n->kid.a, f);
        if (v_is_true(v)) return eval_node(e, n->kid.b, f);
        if (v.tag != TAG_BOOL && v.tag != TAG_NULL) /* TCK 1150 case 003 */
            return eval_null(e, n, "FEEL-0208", "the condition is %s", type_tag_name(v));
        return eval_node(e, n->kid.c, f);
    case N_FOR:
    case N_SOME:
    case N_EVERY: return loop_of(e, n, f);
    case N_PATH: return path_of(e, n, eval_node(e, n->path.of, f));
    case N_FILTER: return filter_of(e, n, f);
    case N_CALL: return call_of(e, n, f);
    case N_FUNCTION: return closure(e, n->lambda, f);
    case N_INSTANCE: return v_bool(instance(e, eval_node(e, n->cast.value, f), n->cast.type));
    case N_COERCE: return coerce(e, eval_node(e, n->cast.value, f), n->cast.type, n);
    case N_TABLE: return table_eval(e, n->table, n, f);
    }
    return v_null(0);
}

struct value eval_node(struct eval *e, const struct node *n, const struct frame *f)
{
    if (e->stop != DMN_OK) return v_null(0);
    if (e->fuel == 0)
        return stop(e, n, "FEEL-0214", "the evaluation needs more steps than its budget");
    if ((--e->fuel & 63) == 0) {
        e->near = n;
        if (!eval_fits(e, 0)) return v_null(0);
    }
    if (e->level >= MAX_LEVEL)
        return stop(e, n, "FEEL-0213", "the evaluation is nested too deep");
    e->level++;
    struct value v = dispatch(e, n, f);
    e->level--;
    return v;
}
