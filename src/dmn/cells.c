/* Decision tables as sets of rules: the constants in the cells of a column cut its values into
 * segments, and each segment has the set of rules whose cell says yes there, so that matching
 * is one binary search and one AND a column. null is a segment of its own, so three-valued
 * logic costs nothing. A cell that is not made of constants keeps its bit in every segment and
 * is asked only if the rule is still alive then; so is a whole column when its value is of
 * another type than its constants.
 *
 * Positions: bound i is at 2i + 1, the gap before it at 2i, the gap behind the last at 2n. The
 * answers must be those of the cells themselves, which the test of tables compares. */
#include "dmn/cells.h"
#include "dmn/table.h"

#define MAX_WORDS (1u << 20) /* of one column's sets */
#define MAX_SPAN 4096        /* of keys with a table of positions */

struct column {
    bool used;
    uint8_t tag;          /* of the constants; TAG_NUM stands for both kinds of numbers */
    struct value *bounds; /* sorted */
    size_t n_bounds;
    uint64_t *segments; /* (2 n + 1) sets */
    uint64_t *null;
    uint64_t *lazy; /* rules whose cell must be asked */
    int64_t
        *keys; /* the bounds × 10^scale, if all are small numbers; searched without branches */
    int16_t scale;
    uint16_t *near; /* positions of first … first + span, if the keys are near each other; the
                       ends are all beyond */
    int64_t first, span;
    struct text_slot { /* strings that are only compared for equality: a hash table */
        const char *s; /* NULL: free */
        uint32_t n, position;
    } * texts;
    uint32_t slot; /* of the input */
    uint32_t texts_mask;
    uint32_t flags[2]; /* booleans: positions of false and true */
};

struct columns {
    size_t words;
    struct column *columns;
    bool any_lazy;
};

/* What a cell compares its input with */

static bool ordered_tag(uint8_t tag)
{
    return tag == TAG_NUM || tag == TAG_STR || tag == TAG_DATE || tag == TAG_DAYS ||
           tag == TAG_MONTHS || tag == TAG_BOOL;
}

static uint8_t plain_tag(struct value v) { return v.tag == TAG_NUM_BIG ? TAG_NUM : v.tag; }

static bool constant(const struct node *n) { return n->op == N_CONST; }

static bool is_slot(const struct node *n, uint32_t slot)
{
    return n->op == N_SLOT && n->slot == slot;
}

/* Is the test made of constants? Calls `see` for each; a false answer of it ends the walk. */
static bool walk(const struct node *n, uint32_t slot,
                 bool (*see)(void *ctx, struct value v, bool order), void *ctx)
{
    switch ((enum op)n->op) {
    case N_EQ:
    case N_NE:
        return is_slot(n->kid.a, slot) && constant(n->kid.b) &&
               see(ctx, n->kid.b->value, false);
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
    case N_CONST:
    case N_SLOT:
    case N_CAPTURED:
    case N_GLOBAL:
    case N_BUILTIN:
    case N_ITEM:
    case N_ERROR:
    case N_LIST:
    case N_CONTEXT:
    case N_RANGE:
    case N_RANGE_OP:
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW:
    case N_NEG:
    case N_AND:
    case N_OR:
    case N_BETWEEN:
    case N_IN:
    case N_IF:
    case N_FOR:
    case N_SOME:
    case N_EVERY:
    case N_PATH:
    case N_FILTER:
    case N_CALL:
    case N_FUNCTION:
    case N_INSTANCE:
    case N_COERCE:
    case N_TABLE: return false;
    }
    return false;
}

struct bounds {
    struct arena *arena;
    struct value *items;
    size_t n, cap;
    uint8_t tag;
    bool order; /* more than equality is asked */
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
    b->order |= order;
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
    if (bound_cmp(v->range.low->value, v->range.high->value) > 0 && pos != NULL_POSITION)
        return T_FALSE;
    enum truth a =
        compares(c, v->range.low_bound == BOUND_CLOSED ? N_GE : N_GT, pos, v->range.low->value);
    enum truth b = compares(c, v->range.high_bound == BOUND_CLOSED ? N_LE : N_LT, pos,
                            v->range.high->value);
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

/* Ways to a position that do not mispredict: keys and a hash. */

static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                 100000, 1000000, 10000000, 100000000, 1000000000};

static bool rescale(struct value v, int16_t scale, int64_t *ret)
{
    int by = scale - v.scale;
    return by >= 0 && (size_t)by < sizeof powers / sizeof *powers &&
           !__builtin_mul_overflow(v.i, powers[by], ret);
}

static void keys_build(struct arena *a, struct column *c)
{
    if (!c->n_bounds) return; /* only nulls are asked for */
    for (size_t i = 0; i < c->n_bounds; i++) {
        if (c->bounds[i].tag != TAG_NUM) return;
        if (c->bounds[i].scale > c->scale) c->scale = c->bounds[i].scale;
    }
    int64_t *keys = arena_array(a, int64_t, c->n_bounds + 1);
    for (size_t i = 0; i < c->n_bounds; i++)
        if (!rescale(c->bounds[i], c->scale, &keys[i])) return;
    c->keys = keys;
    uint64_t reach = (uint64_t)keys[c->n_bounds - 1] - (uint64_t)keys[0];
    if (reach >= MAX_SPAN - 2 || keys[0] == INT64_MIN || keys[c->n_bounds - 1] == INT64_MAX)
        return;
    c->first = keys[0] - 1;
    c->span = (int64_t)reach + 2;
    c->near = arena_array(a, uint16_t, (size_t)c->span + 1);
    for (int64_t k = 0, at = 0; k <= c->span; k++) {
        bool exact = (size_t)at < c->n_bounds && keys[at] == c->first + k;
        c->near[k] = (uint16_t)(2 * at + exact);
        at += exact;
    }
}

/* The length and four letters: no loop and no branch on lengths, which are as unpredictable as
 * the texts. */
static inline uint32_t text_hash(const char *p, size_t n)
{
    if (!n) return 0;
    uint64_t h = (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 4] << 8 |
                 (uint64_t)(unsigned char)p[n / 2] << 16 |
                 (uint64_t)(unsigned char)p[n - 1] << 24 | (uint64_t)n << 32;
    return (uint32_t)((h * 0x9e3779b97f4a7c15u) >> 32);
}

static void texts_build(struct arena *a, struct column *c)
{
    uint32_t size = 8;
    while (size < c->n_bounds * 4) size *= 2;
    c->texts = arena_array(a, struct text_slot, size);
    c->texts_mask = size - 1;
    for (size_t i = 0; i < c->n_bounds; i++) {
        uint32_t at = text_hash(c->bounds[i].s, c->bounds[i].n) & c->texts_mask;
        while (c->texts[at].s) at = (at + 1) & c->texts_mask;
        c->texts[at] = (struct text_slot){c->bounds[i].s ? c->bounds[i].s : "", c->bounds[i].n,
                                          2 * (uint32_t)i + 1};
    }
}

/* The positions from … to of which a simple test is true; from > to: none. */
static void reach(const struct column *c, enum op op, struct value v, size_t *from, size_t *to)
{
    size_t at = 2 * lower(c->bounds, c->n_bounds, v) + 1;
    if ((op == N_GT || op == N_GE || op == N_EQ) && *from < at + (op == N_GT))
        *from = at + (op == N_GT);
    if (op == N_LT || op == N_LE || op == N_EQ) {
        size_t last = op == N_LT ? at - 1 : at;
        if (last < *to) *to = last;
    }
}

/* What answer() says at every position, but with one search a constant. Anything but one
 * interval is left to it. */
static void segments_set(struct column *c, const struct node *n, size_t words, size_t rule)
{
    size_t from = 0, to = 2 * c->n_bounds;
    if (n->op == N_ANY_TEST && !n->flag) {
        for (size_t i = 0; i < n->list.n; i++) segments_set(c, n->list.items[i], words, rule);
        return;
    }
    if (n->op == N_TEST && n->test.value->op == N_RANGE) {
        const struct node *v = n->test.value;
        reach(c, v->range.low_bound == BOUND_CLOSED ? N_GE : N_GT, v->range.low->value, &from,
              &to);
        reach(c, v->range.high_bound == BOUND_CLOSED ? N_LE : N_LT, v->range.high->value, &from,
              &to);
    } else if (n->op == N_TEST || (n->op != N_NE && n->op != N_ANY_TEST)) {
        struct value v = n->op == N_TEST ? n->test.value->value : n->kid.b->value;
        if (v_is_null(v)) return; /* true of null only */
        reach(c, n->op == N_TEST ? N_EQ : (enum op)n->op, v, &from, &to);
    } else {
        for (size_t s = from; s <= to; s++)
            if (answer(c, n, s) == T_TRUE) set(c->segments + s * words, rule);
        return;
    }
    for (size_t s = from; s <= to; s++) set(c->segments + s * words, rule);
}

static size_t position(const struct column *c, struct value v);

static void column_build(struct arena *a, const struct table *t, size_t i, size_t words,
                         struct column *c)
{
    struct bounds b = {.arena = a, .tag = TAG_NULL};
    uint32_t slot = t->inputs[i].slot;
    c->slot = slot;
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
        if (t->rules[r].cells[i] && !get(c->lazy, r))
            (void)walk(t->rules[r].cells[i], slot, see_bound, &b);
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
    if (b.tag == TAG_NUM) keys_build(a, c);
    if (b.tag == TAG_STR && !b.order) texts_build(a, c);
    if (b.tag == TAG_BOOL)
        for (unsigned k = 0; k < 2; k++) c->flags[k] = (uint32_t)position(c, v_bool(k));
    c->segments = arena_array(a, uint64_t, n_segments * words);
    c->null = arena_array(a, uint64_t, words);
    for (size_t r = 0; r < t->n_rules; r++) {
        const struct node *n = t->rules[r].cells[i];
        if (!n || get(c->lazy, r)) set(c->null, r);
    }
    for (size_t s = 0; s < n_segments; s++) /* rules without a test here are in every set */
        memcpy(c->segments + s * words, c->null, words * sizeof *c->null);
    for (size_t r = 0; r < t->n_rules; r++) {
        const struct node *n = t->rules[r].cells[i];
        if (!n || get(c->lazy, r)) continue;
        segments_set(c, n, words, r);
        if (answer(c, n, NULL_POSITION) == T_TRUE) set(c->null, r);
    }
}

const struct columns *columns_build(struct arena *a, const struct table *t)
{
    struct columns *cs = arena_new(a, struct columns);
    cs->words = (t->n_rules + 63) / 64;
    cs->columns = arena_array(a, struct column, t->n_inputs);
    for (size_t i = 0; i < t->n_inputs; i++) {
        column_build(a, t, i, cs->words, &cs->columns[i]);
        for (size_t w = 0; w < cs->words; w++) cs->any_lazy |= cs->columns[i].lazy[w] != 0;
    }
    return cs;
}

/* Lower bound with conditional moves only: on unpredictable rows a branch costs more than the
 * whole search. */
static size_t lower_key(const int64_t *keys, size_t n, int64_t v)
{
    const int64_t *base = keys;
    while (n > 1) {
        size_t half = n / 2;
        base += half & -(size_t)(base[half - 1] < v);
        n -= half;
    }
    return (size_t)(base - keys) + (n == 1 && *base < v);
}

static inline size_t text_position(const struct column *c, struct value v)
{
    for (uint32_t at = text_hash(v.s, v.n) & c->texts_mask; c->texts[at].s;
         at = (at + 1) & c->texts_mask) {
        const struct text_slot *t = &c->texts[at];
        if (t->n == v.n && memcmp(t->s, v.s, v.n) == 0) return t->position;
    }
    return 0; /* every gap has the same set */
}

static __attribute__((noinline)) size_t position(const struct column *c, struct value v)
{
    int64_t key;
    if (v_is_null(v)) return COLUMN_NULL;
    if (c->keys && v.tag == TAG_NUM && rescale(v, c->scale, &key)) {
        if (c->near) {
            key = key < c->first ? c->first : key;
            uint64_t at = (uint64_t)key - (uint64_t)c->first, span = (uint64_t)c->span;
            return c->near[at < span ? at : span];
        }
        size_t lo = lower_key(c->keys, c->n_bounds, key);
        return 2 * lo + (size_t)(lo < c->n_bounds) * (c->keys[lo] == key);
    }
    if (c->tag == TAG_NULL)
        return 0; /* the column asks for null only, which no other value equals */
    if (plain_tag(v) != c->tag) return COLUMN_STRANGE;
    if (c->texts) return text_position(c, v);
    size_t lo = lower(c->bounds, c->n_bounds, v);
    return lo < c->n_bounds && bound_cmp(c->bounds[lo], v) == 0 ? 2 * lo + 1 : 2 * lo;
}

/* Cells that must be asked one by one, of a rule that is alive by its sets. */
static bool ask(struct eval *e, const struct table *t, const struct frame *f, size_t r,
                uint64_t strange)
{
    const struct columns *cs = t->columns;
    for (size_t i = 0; i < t->n_inputs; i++)
        if (t->rules[r].cells[i] && (get(cs->columns[i].lazy, r) || strange >> i & 1) &&
            !v_is_true(eval_node(e, t->rules[r].cells[i], f)))
            return false;
    return true;
}

static inline uint32_t quick_position(const struct column *c, const struct value *v)
{
    if (!c->used) return COLUMN_UNUSED;
    if (v->tag == TAG_NUM && c->near && v->scale == c->scale) {
        int64_t key = v->i < c->first ? c->first : v->i;
        uint64_t at = (uint64_t)key - (uint64_t)c->first, span = (uint64_t)c->span;
        return c->near[at < span ? at : span];
    }
    if (v->tag == TAG_STR && c->texts) return (uint32_t)text_position(c, *v);
    if (v->tag == TAG_BOOL && c->tag == TAG_BOOL) return c->flags[v->flag];
    return (uint32_t)position(c, *v);
}

bool columns_locate(const struct table *t, const struct frame *f, uint32_t *positions)
{
    const struct columns *cs = t->columns;
    bool plain = !cs->any_lazy;
    for (size_t i = 0; i < t->n_inputs; i++) {
        const struct column *c = &cs->columns[i];
        positions[i] = quick_position(c, &f->slots[c->slot]);
        plain &= positions[i] != COLUMN_STRANGE;
    }
    return plain;
}

static const uint64_t *set_at(const struct columns *cs, size_t i, uint32_t position)
{
    const struct column *c = &cs->columns[i];
    return position == COLUMN_NULL ? c->null : c->segments + position * cs->words;
}

/* Up to 64 rules in a table whose positions tell everything: one word. */
static size_t match_word(const struct table *t, const uint32_t *positions, uint32_t *ret,
                         bool first_only)
{
    const struct columns *cs = t->columns;
    uint64_t bits = t->n_rules % 64 ? ((uint64_t)1 << t->n_rules) - 1 : UINT64_MAX;
    size_t n = 0;
    for (size_t i = 0; i < t->n_inputs; i++)
        if (positions[i] != COLUMN_UNUSED) bits &= *set_at(cs, i, positions[i]);
    for (; bits; bits &= bits - 1) {
        ret[n++] = (uint32_t)__builtin_ctzll(bits);
        if (first_only) return n;
    }
    return n;
}

static size_t match_words(struct eval *e, const struct table *t, const struct frame *f,
                          const uint32_t *positions, uint32_t *ret, bool first_only)
{
    const struct columns *cs = t->columns;
    const uint64_t *sets[64];
    uint64_t strange = 0;
    size_t n_sets = 0, n = 0;
    for (size_t i = 0; i < t->n_inputs; i++) {
        if (positions[i] == COLUMN_STRANGE) strange |= (uint64_t)1 << i;
        if (positions[i] == COLUMN_STRANGE || positions[i] == COLUMN_UNUSED) continue;
        sets[n_sets++] = set_at(cs, i, positions[i]);
    }
    for (size_t w = 0; w < cs->words; w++) {
        uint64_t bits = w + 1 == cs->words && t->n_rules % 64
                            ? ((uint64_t)1 << (t->n_rules % 64)) - 1
                            : UINT64_MAX;
        for (size_t i = 0; i < n_sets; i++) bits &= sets[i][w];
        for (; bits && e->stop == DMN_OK; bits &= bits - 1) {
            size_t r = w * 64 + (size_t)__builtin_ctzll(bits);
            if ((cs->any_lazy || strange) && !ask(e, t, f, r, strange)) continue;
            ret[n++] = (uint32_t)r;
            if (first_only) return n;
        }
    }
    return n;
}

size_t columns_match(struct eval *e, const struct table *t, const struct frame *f,
                     const uint32_t *positions, bool plain, uint32_t *ret, bool first_only)
{
    if (plain && t->columns->words == 1) return match_word(t, positions, ret, first_only);
    return match_words(e, t, f, positions, ret, first_only);
}

enum truth columns_answer(const struct table *t, size_t rule, size_t input, uint32_t position)
{
    const struct column *c = &t->columns->columns[input];
    return answer(c, t->rules[rule].cells[input],
                  position == COLUMN_NULL ? NULL_POSITION : position);
}

bool columns_view(const struct table *t, size_t input, struct column_view *ret)
{
    const struct column *c = &t->columns->columns[input];
    *ret = (struct column_view){.tag = c->tag,
                                .bounds = c->bounds,
                                .n_bounds = c->n_bounds,
                                .words = t->columns->words,
                                .segments = c->segments,
                                .null = c->null};
    return c->used;
}

bool columns_plain(const struct table *t) { return t->columns && !t->columns->any_lazy; }

uint32_t columns_position(const struct table *t, size_t input, struct value v)
{
    const struct column *c = &t->columns->columns[input];
    return c->used ? (uint32_t)position(c, v) : COLUMN_UNUSED;
}
