/* Decision tables as sets of rules: the constants in the cells of a column cut its values into segments, and each
 * segment has the set of rules whose cell says yes there, so that matching is one binary search and one AND a
 * column. null is a segment of its own, so three-valued logic costs nothing. A cell that is not made of constants
 * keeps its bit in every segment and is asked only if the rule is still alive then; so is a whole column when its
 * value is of another type than its constants.
 *
 * Positions: bound i is at 2i + 1, the gap before it at 2i, the gap behind the last at 2n. The answers must be those of
 * the cells themselves, which the test of tables compares. */
#include "dmn/table.h"
#include "dmn/cells.h"

#define MAX_WORDS (1u << 20) /* of one column's sets */

struct column {
    bool used;
    uint8_t tag;          /* of the constants; TAG_NUM stands for both kinds of numbers */
    struct value *bounds; /* sorted */
    size_t n_bounds;
    uint64_t *segments;   /* (2 n + 1) sets */
    uint64_t *null;
    uint64_t *lazy;       /* rules whose cell must be asked */
};

struct columns {
    size_t words;
    struct column *columns;
    bool any_lazy;
};

/* What a cell compares its input with */

static bool ordered_tag(uint8_t tag)
{
    return tag == TAG_NUM || tag == TAG_STR || tag == TAG_DATE || tag == TAG_DAYS || tag == TAG_MONTHS ||
           tag == TAG_BOOL;
}

static uint8_t plain_tag(struct value v)
{
    return v.tag == TAG_NUM_BIG ? TAG_NUM : v.tag;
}

static bool constant(const struct node *n)
{
    return n->op == N_CONST;
}

static bool is_slot(const struct node *n, uint32_t slot)
{
    return n->op == N_SLOT && n->slot == slot;
}

/* Is the test made of constants? Calls `see` for each; a false answer of it ends the walk. */
static bool walk(const struct node *n, uint32_t slot, bool (*see)(void *ctx, struct value v, bool order), void *ctx)
{
    switch ((enum op)n->op) {
    case N_EQ:
    case N_NE: return is_slot(n->kid.a, slot) && constant(n->kid.b) && see(ctx, n->kid.b->value, false);
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE:
        return is_slot(n->kid.a, slot) && constant(n->kid.b) && see(ctx, n->kid.b->value, true);
    case N_ANY_TEST:
        for (size_t i = 0; i < n->list.n; i++)
            if (!walk(n->list.items[i], slot, see, ctx)) return false;
        return true;
    case N_TEST: {
        const struct node *v = n->test.value;
        if (n->test.slot != slot || (n->flag & TEST_QUESTION)) return false;
        if (constant(v)) return see(ctx, v->value, false);
        return v->op == N_RANGE && constant(v->range.low) && constant(v->range.high) &&
               see(ctx, v->range.low->value, true) && see(ctx, v->range.high->value, true);
    }
    case N_CONST: case N_SLOT: case N_CAPTURED: case N_GLOBAL: case N_BUILTIN: case N_ITEM: case N_ERROR: case N_LIST:
    case N_CONTEXT: case N_RANGE: case N_RANGE_OP: case N_ADD: case N_SUB: case N_MUL: case N_DIV: case N_POW: case N_NEG:
    case N_AND: case N_OR: case N_BETWEEN: case N_IN: case N_IF: case N_FOR: case N_SOME: case N_EVERY: case N_PATH:
    case N_FILTER: case N_CALL: case N_FUNCTION: case N_INSTANCE: case N_COERCE: case N_TABLE:
        return false;
    }
    return false;
}

struct bounds {
    struct arena *arena;
    struct value *items;
    size_t n, cap;
    uint8_t tag;
};

static int bound_cmp(struct value a, struct value b)
{
    int c = 0;
    if (a.tag == TAG_BOOL) return a.flag - b.flag;
    (void)v_compare(a, b, &c);
    return c;
}

/* The same kind as the others; null only where equality is asked; booleans have no order. */
static bool see_kind(void *ctx, struct value v, bool order)
{
    struct bounds *b = ctx;
    if (v_is_null(v)) return !order;
    if (!ordered_tag(plain_tag(v)) || (v.tag == TAG_BOOL && order)) return false;
    if (b->tag == TAG_NULL) b->tag = plain_tag(v);
    return b->tag == plain_tag(v);
}

static size_t lower(const struct value *items, size_t n, struct value v)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (bound_cmp(items[mid], v) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool see_bound(void *ctx, struct value v, bool order)
{
    struct bounds *b = ctx;
    (void)order;
    if (v_is_null(v)) return true;
    size_t at = lower(b->items, b->n, v);
    if (at < b->n && bound_cmp(b->items[at], v) == 0) return true;
    arena_push(b->arena, b->items, b->n, b->cap);
    memmove(b->items + at + 1, b->items + at, (b->n - at) * sizeof v);
    b->items[at] = v;
    b->n++;
    return true;
}

/* The answer of a test at a position; NULL_POSITION is the null input. */

#define NULL_POSITION SIZE_MAX

static int at_bound(const struct column *c, size_t pos, struct value v)
{
    size_t want = 2 * lower(c->bounds, c->n_bounds, v) + 1;
    return pos < want ? -1 : pos > want;
}

static enum truth truth_not(enum truth t)
{
    return t == T_NULL ? T_NULL : t == T_TRUE ? T_FALSE : T_TRUE;
}

static enum truth equals(const struct column *c, size_t pos, struct value v)
{
    if (pos == NULL_POSITION) return v_is_null(v) ? T_TRUE : T_FALSE;
    if (v_is_null(v)) return T_FALSE;
    return at_bound(c, pos, v) == 0 ? T_TRUE : T_FALSE;
}

static enum truth compares(const struct column *c, enum op op, size_t pos, struct value v)
{
    if (pos == NULL_POSITION) return T_NULL;
    int k = at_bound(c, pos, v);
    bool yes = op == N_LT ? k < 0 : op == N_LE ? k <= 0 : op == N_GT ? k > 0 : k >= 0;
    return yes ? T_TRUE : T_FALSE;
}

static enum truth answer(const struct column *c, const struct node *n, size_t pos)
{
    if (n->op == N_EQ) return equals(c, pos, n->kid.b->value);
    if (n->op == N_NE) return truth_not(equals(c, pos, n->kid.b->value));
    if (n->op == N_LT || n->op == N_LE || n->op == N_GT || n->op == N_GE)
        return compares(c, (enum op)n->op, pos, n->kid.b->value);
    if (n->op == N_ANY_TEST) {
        enum truth any = T_FALSE;
        for (size_t i = 0; i < n->list.n && any != T_TRUE; i++) {
            enum truth t = answer(c, n->list.items[i], pos);
            if (t != T_FALSE) any = t;
        }
        return n->flag ? truth_not(any) : any;
    }
    const struct node *v = n->test.value;
    if (v->op == N_CONST) return equals(c, pos, v->value);
    if (bound_cmp(v->range.low->value, v->range.high->value) > 0 && pos != NULL_POSITION) return T_FALSE;
    enum truth a = compares(c, v->range.low_bound == BOUND_CLOSED ? N_GE : N_GT, pos, v->range.low->value);
    enum truth b = compares(c, v->range.high_bound == BOUND_CLOSED ? N_LE : N_LT, pos, v->range.high->value);
    if (a == T_NULL || b == T_NULL) return T_NULL;
    return a == T_TRUE && b == T_TRUE ? T_TRUE : T_FALSE;
}

static void set(uint64_t *words, size_t rule)
{
    words[rule / 64] |= (uint64_t)1 << (rule % 64);
}

static bool get(const uint64_t *words, size_t rule)
{
    return words[rule / 64] >> (rule % 64) & 1;
}

static void column_build(struct arena *a, const struct table *t, size_t i, size_t words, struct column *c)
{
    struct bounds b = {.arena = a, .tag = TAG_NULL};
    uint32_t slot = t->inputs[i].slot;
    c->lazy = arena_array(a, uint64_t, words);
    for (size_t r = 0; r < t->n_rules; r++) {
        const struct node *n = t->rules[r].cells[i];
        if (!n) continue;
        if (walk(n, slot, see_kind, &b))
            c->used = true;
        else
            set(c->lazy, r);
    }
    for (size_t r = 0; r < t->n_rules; r++)
        if (t->rules[r].cells[i] && !get(c->lazy, r)) (void)walk(t->rules[r].cells[i], slot, see_bound, &b);
    size_t n_segments = 2 * b.n + 1;
    if (!c->used || n_segments * words > MAX_WORDS) {
        c->used = false;
        for (size_t r = 0; r < t->n_rules; r++)
            if (t->rules[r].cells[i]) set(c->lazy, r);
        return;
    }
    c->tag = b.tag;
    c->bounds = b.items;
    c->n_bounds = b.n;
    c->segments = arena_array(a, uint64_t, n_segments * words);
    c->null = arena_array(a, uint64_t, words);
    for (size_t r = 0; r < t->n_rules; r++) {
        const struct node *n = t->rules[r].cells[i];
        bool open = !n || get(c->lazy, r);
        for (size_t s = 0; s < n_segments; s++)
            if (open || answer(c, n, s) == T_TRUE) set(c->segments + s * words, r);
        if (open || answer(c, n, NULL_POSITION) == T_TRUE) set(c->null, r);
    }
}

const struct columns *columns_build(struct arena *a, const struct table *t)
{
    struct columns *cs = arena_new(a, struct columns);
    cs->words = (t->n_rules + 63) / 64;
    cs->columns = arena_array(a, struct column, t->n_inputs);
    for (size_t i = 0; i < t->n_inputs; i++) {
        column_build(a, t, i, cs->words, &cs->columns[i]);
        for (size_t w = 0; w < cs->words; w++)
            cs->any_lazy |= cs->columns[i].lazy[w] != 0;
    }
    return cs;
}

/* The set for a value; NULL: its type is not that of the column, ask the cells. */
static const uint64_t *segment(const struct columns *cs, const struct column *c, struct value v)
{
    if (v_is_null(v)) return c->null;
    if (plain_tag(v) != c->tag) return NULL;
    size_t lo = 0, hi = c->n_bounds;
    if (v.tag == TAG_NUM) {
        while (lo < hi) { /* whole numbers without a call */
            size_t mid = (lo + hi) / 2;
            struct value b = c->bounds[mid];
            bool less = b.tag == TAG_NUM && b.scale == v.scale ? b.i < v.i : bound_cmp(b, v) < 0;
            if (less)
                lo = mid + 1;
            else
                hi = mid;
        }
    } else {
        lo = lower(c->bounds, c->n_bounds, v);
    }
    size_t pos = lo < c->n_bounds && bound_cmp(c->bounds[lo], v) == 0 ? 2 * lo + 1 : 2 * lo;
    return c->segments + pos * cs->words;
}

size_t columns_match(struct eval *e, const struct table *t, const struct frame *f, uint32_t *ret, bool first_only)
{
    const struct columns *cs = t->columns;
    uint64_t *alive = arena_array(e->arena, uint64_t, cs->words), strange = 0;
    memset(alive, 0xff, cs->words * sizeof *alive);
    if (t->n_rules % 64) alive[cs->words - 1] = ((uint64_t)1 << (t->n_rules % 64)) - 1;
    for (size_t i = 0; i < t->n_inputs; i++) {
        const struct column *c = &cs->columns[i];
        if (!c->used) continue;
        const uint64_t *s = segment(cs, c, f->slots[t->inputs[i].slot]);
        if (!s) {
            strange |= (uint64_t)1 << i;
            continue;
        }
        for (size_t w = 0; w < cs->words; w++)
            alive[w] &= s[w];
    }
    size_t n = 0;
    for (size_t w = 0; w < cs->words; w++) {
        for (uint64_t bits = alive[w]; bits && e->stop == DMN_OK; bits &= bits - 1) {
            size_t r = w * 64 + (size_t)__builtin_ctzll(bits);
            bool yes = true;
            for (size_t i = 0; yes && (cs->any_lazy || strange) && i < t->n_inputs; i++)
                if (t->rules[r].cells[i] && (get(cs->columns[i].lazy, r) || strange >> i & 1))
                    yes = v_is_true(eval_node(e, t->rules[r].cells[i], f));
            if (!yes) continue;
            ret[n++] = (uint32_t)r;
            if (first_only) return n;
        }
    }
    return n;
}
