/* Segments, boxes and the walk over them; see gaps.h. The walk goes column by column with the
 * set of rules that are still true; equal sets at the same column have equal answers and are
 * looked up. Its states are bounded by a budget because the worst case is exponential in the
 * columns. */
#include "dmn/gaps.h"
#include "dmn/num.h"
#include "dmn/temporal.h"
#include <string.h>

typedef unsigned __int128 u128;

#define MAX_CELLS 20000000u /* evaluations of cells for one column */

/* Plain cells */

bool gaps_is_closed(const struct node *n)
{
    switch ((enum op)n->op) {
    case N_CONST: return true;
    case N_NEG: return gaps_is_closed(n->kid.a);
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW: return gaps_is_closed(n->kid.a) && gaps_is_closed(n->kid.b);
    case N_RANGE:
        return (!n->range.low || gaps_is_closed(n->range.low)) &&
               (!n->range.high || gaps_is_closed(n->range.high));
    case N_RANGE_OP: return gaps_is_closed(n->range_op.value);
    case N_LIST:
        for (size_t i = 0; i < n->list.n; i++)
            if (!gaps_is_closed(n->list.items[i])) return false;
        return true;
    case N_CALL:
        if (n->call.fn->op != N_BUILTIN) return false;
        if (strcmp(n->call.fn->builtin->name, "now") == 0 ||
            strcmp(n->call.fn->builtin->name, "today") == 0)
            return false;
        for (uint32_t i = 0; i < n->call.n; i++)
            if (!gaps_is_closed(n->call.args[i].value)) return false;
        return true;
    case N_SLOT:
    case N_CAPTURED:
    case N_GLOBAL:
    case N_BUILTIN:
    case N_ITEM:
    case N_ERROR:
    case N_CONTEXT:
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
    case N_IF:
    case N_FOR:
    case N_SOME:
    case N_EVERY:
    case N_PATH:
    case N_FILTER:
    case N_FUNCTION:
    case N_INSTANCE:
    case N_COERCE:
    case N_TABLE: return false;
    }
    return false;
}

struct bounds {
    struct arena *arena;
    struct eval *e;
    const struct frame *f;
    uint32_t slot;
    uint8_t tag;  /* of the column; TAG_NULL: not known yet */
    bool fixed;   /* it is declared */
    bool ordered; /* some test asks for order */
    struct value *items;
    size_t n, cap;
};

static uint8_t plain_tag(struct value v) { return v.tag == TAG_NUM_BIG ? TAG_NUM : v.tag; }

static bool divides(uint8_t tag)
{
    return tag == TAG_NUM || tag == TAG_STR || tag == TAG_BOOL || tag == TAG_DATE ||
           tag == TAG_DAYS || tag == TAG_MONTHS;
}

static int order(struct value a, struct value b)
{
    int c = 0;
    if (a.tag == TAG_BOOL) return a.flag - b.flag;
    (void)v_compare(a, b, &c);
    return c;
}

/* The constants in v; false if it does not divide the column into segments as its other
 * constants do. A constant of another type never equals a value of a declared type, but a date
 * is compared with a date and time. */
static bool bound(struct bounds *b, struct value v, bool asks_order)
{
    uint8_t tag = plain_tag(v);
    if (tag == TAG_NULL) return true;
    if (tag == TAG_LIST) {
        for (size_t i = 0; i < v.list->n; i++)
            if (!bound(b, v.list->items[i], false)) return false;
        return true;
    }
    if (tag == TAG_RANGE) {
        bool points = v.range->is_equal || v.range->is_not;
        return bound(b, v.range->low, !points) && bound(b, v.range->high, !points);
    }
    if (!divides(tag)) return false;
    if (b->tag == TAG_NULL && !b->fixed) b->tag = tag;
    if (b->tag != tag) return b->fixed && divides(b->tag);
    b->ordered |= asks_order;
    size_t at = 0;
    while (at < b->n && order(b->items[at], v) < 0) at++;
    if (at < b->n && order(b->items[at], v) == 0) return true;
    arena_push(b->arena, b->items, b->n, b->cap);
    memmove(b->items + at + 1, b->items + at, (b->n - at) * sizeof v);
    b->items[at] = v;
    b->n++;
    return true;
}

static struct value ask(struct bounds *b, const struct node *n)
{
    struct eval *e = b->e;
    e->diags.n = 0;
    e->fuel = 1000000;
    e->stop = DMN_OK;
    e->lenient = true;
    struct value v = eval_node(e, n, b->f);
    e->lenient = false;
    return e->stop == DMN_OK ? v : v_null(0);
}

static bool constant(struct bounds *b, const struct node *n, bool asks_order)
{
    return gaps_is_closed(n) && bound(b, ask(b, n), asks_order);
}

static bool is_slot(const struct bounds *b, const struct node *n)
{
    return n->op == N_SLOT && n->slot == b->slot;
}

static bool plain(struct bounds *b, const struct node *n)
{
    switch ((enum op)n->op) {
    case N_CONST: return n->value.tag == TAG_BOOL || n->value.tag == TAG_NULL;
    case N_EQ:
    case N_NE:
        return (is_slot(b, n->kid.a) && constant(b, n->kid.b, false)) ||
               (is_slot(b, n->kid.b) && constant(b, n->kid.a, false));
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE:
        return (is_slot(b, n->kid.a) && constant(b, n->kid.b, true)) ||
               (is_slot(b, n->kid.b) && constant(b, n->kid.a, true));
    case N_BETWEEN:
        return is_slot(b, n->kid.a) && constant(b, n->kid.b, true) &&
               constant(b, n->kid.c, true);
    case N_AND:
    case N_OR: return plain(b, n->kid.a) && plain(b, n->kid.b);
    case N_ANY_TEST:
        for (size_t i = 0; i < n->list.n; i++)
            if (!plain(b, n->list.items[i])) return false;
        return true;
    case N_TEST:
        if (n->test.slot != b->slot) return false;
        if (n->flag & TEST_QUESTION) return plain(b, n->test.value);
        return constant(b, n->test.value, false);
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

/* One value of each segment */

static const struct type *declared(const struct table_input *in) { return in->value->type; }

static uint8_t tag_of_type(const struct type *t)
{
    static const uint8_t tags[] = {
        [TY_ANY] = TAG_NULL,      [TY_NULL] = TAG_NULL,           [TY_NUMBER] = TAG_NUM,
        [TY_STRING] = TAG_STR,    [TY_BOOLEAN] = TAG_BOOL,        [TY_DATE] = TAG_DATE,
        [TY_TIME] = TAG_TIME,     [TY_DATE_TIME] = TAG_DATE_TIME, [TY_DAYS] = TAG_DAYS,
        [TY_MONTHS] = TAG_MONTHS, [TY_LIST] = TAG_LIST,           [TY_CONTEXT] = TAG_CONTEXT,
        [TY_RANGE] = TAG_RANGE,   [TY_FUNCTION] = TAG_FUNCTION};
    return t ? tags[t->kind] : TAG_NULL;
}

static bool number_between(struct arena *a, const struct value *lo, const struct value *hi,
                           struct value *ret)
{
    struct value one = v_int(1), two = v_int(2), v;
    if (!lo && !hi) {
        *ret = v_int(0);
        return true;
    }
    if (!lo) { /* the whole number below, or twice as far if that is not another number */
        if (num_round(a, *hi, 0, ROUND_CEILING, &v) && num_sub(a, v, one, &v) &&
            num_cmp(v, *hi) < 0)
            goto found;
        return num_mul(a, *hi, num_sign(*hi) < 0 ? two : v_int(-2), ret) &&
               num_cmp(*ret, *hi) < 0;
    }
    if (num_round(a, *lo, 0, ROUND_FLOOR, &v) && num_add(a, v, one, &v) &&
        num_cmp(v, *lo) > 0 && (!hi || num_cmp(v, *hi) < 0))
        goto found;
    if (!hi)
        return num_mul(a, *lo, num_sign(*lo) > 0 ? two : v_int(-2), ret) &&
               num_cmp(*ret, *lo) > 0;
    if (!num_add(a, *lo, *hi, &v) || !num_div(a, v, two, &v)) return false;
    if (num_cmp(v, *lo) <= 0 || num_cmp(v, *hi) >= 0) return false;
found:
    *ret = v;
    return true;
}

static bool string_between(struct arena *a, const struct value *lo, const struct value *hi,
                           struct value *ret)
{
    static const char *const more[] = {"a", "0", " ", "\t", "\x01"};
    if (!lo) {
        *ret = v_str(STR(""));
        return !hi || hi->n > 0;
    }
    for (size_t i = 0; i < 5; i++) {
        *ret = v_str(str_c(arena_printf(a, STR_FMT "%s", STR_ARG(v_text(*lo)), more[i])));
        if (!hi || order(*ret, *hi) < 0) return true;
    }
    return false;
}

/* Whole days, months and nanoseconds can be counted. */
static bool counted_between(struct arena *a, uint8_t tag, const struct value *lo,
                            const struct value *hi, struct value *ret, uint64_t *size)
{
    const struct value *at = lo ? lo : hi;
    __int128 p = 0, q = 0, v;
    for (int i = 0; i < 2; i++) {
        const struct value *b = i ? hi : lo;
        if (b)
            *(i ? &q : &p) = tag == TAG_DATE   ? b->moment->days
                             : tag == TAG_DAYS ? b->dur->nanos
                                               : b->i;
    }
    __int128 day = tag == TAG_DAYS ? (__int128)86400 * 1000000000 : 1;
    if (!at)
        v = tag == TAG_DATE ? 10957 : 0; /* 2000-01-01 */
    else if (!lo)
        v = q - day;
    else if (!hi || p + day < q)
        v = p + day;
    else
        v = p + 1;
    if (lo && hi) {
        if (q - p < 2) return false;
        *size = (uint64_t)(q - p - 1);
        if (tag == TAG_DAYS) *size = 0;
    }
    if (tag == TAG_MONTHS) {
        *ret = (struct value){.tag = TAG_MONTHS, .i = (int64_t)v};
    } else if (tag == TAG_DAYS) {
        *ret = temporal_days(a, v);
    } else {
        struct moment m = {.days = (int64_t)v};
        *ret = temporal_make(a, TAG_DATE, m);
    }
    return true;
}

static bool between(struct arena *a, uint8_t tag, const struct value *lo,
                    const struct value *hi, struct value *ret, uint64_t *size)
{
    *size = 0; /* `alike` gives the one beyond the last for all: it has no end either way */
    if (tag == TAG_NUM) return number_between(a, lo, hi, ret);
    if (tag == TAG_STR) return string_between(a, lo, hi, ret);
    return counted_between(a, tag, lo, hi, ret, size);
}

static struct value other_string(struct bounds *b)
{
    struct value v = v_str(b->n ? STR("other") : STR("any"));
    for (size_t i = 0; i < b->n; i++)
        if (order(b->items[i], v) == 0) {
            v = v_str(str_c(arena_printf(b->arena, STR_FMT " one", STR_ARG(v_text(v)))));
            i = SIZE_MAX;
        }
    return v;
}

struct cutting {
    struct bounds *b;
    struct gap_column *c;
    const struct table_input *in;
    size_t cap;
};

/* Is the value one the column may have? Input values are asked, and the allowed values of the
 * type. */
static bool may_be(struct cutting *c, struct value v)
{
    struct eval *e = c->b->e;
    const struct type *t = declared(c->in);
    e->diags.n = 0;
    e->stop = DMN_OK;
    e->fuel = 1000000;
    if (v_is_null(v)) return true;
    if (t && t->constrained && !eval_conforms(e, v, t)) return false;
    if (!c->in->allowed) return true;
    c->b->f->slots[c->b->slot] = v;
    return v_is_true(ask(c->b, c->in->allowed));
}

static void segment(struct cutting *c, struct value v, uint64_t size)
{
    if (!may_be(c, v)) return;
    arena_push(c->b->arena, c->c->segments, c->c->n, c->cap);
    c->c->segments[c->c->n++] = (struct gap_segment){.value = v, .size = size};
}

static struct value opaque(struct arena *a, uint8_t tag)
{
    struct moment m = {.days = 10957};
    if (tag == TAG_LIST) return v_list(a, 0);
    if (tag == TAG_TIME || tag == TAG_DATE_TIME) return temporal_make(a, (enum tag)tag, m);
    return tag == TAG_NULL ? v_int(0) : v_context(a, 0);
}

static void cut(struct cutting *c)
{
    struct bounds *b = c->b;
    struct value v;
    uint64_t size;
    if (b->tag == TAG_BOOL) {
        segment(c, v_bool(false), 1);
        segment(c, v_bool(true), 1);
    } else if (!divides(b->tag)) {
        segment(c, opaque(b->arena, b->tag), 0);
    } else {
        /* Where only equality is asked all other values are alike. */
        bool alike = !b->ordered && !c->in->allowed &&
                     !(declared(c->in) && declared(c->in)->constrained);
        bool others = b->tag == TAG_STR && !b->ordered;
        for (size_t i = 0; i <= b->n; i++) {
            if (!others && (!alike || i == b->n) &&
                between(b->arena, b->tag, i ? &b->items[i - 1] : NULL,
                        i < b->n ? &b->items[i] : NULL, &v, &size))
                segment(c, v, size);
            if (i < b->n) segment(c, b->items[i], 1);
        }
        if (others) segment(c, other_string(b), 0);
    }
    segment(c, v_null(0), 1);
}

static void put(uint64_t *set, size_t i) { set[i / 64] |= (uint64_t)1 << (i % 64); }

static bool has(const uint64_t *set, size_t i) { return set[i / 64] >> (i % 64) & 1; }

/* The cell's answer at a segment; what the evaluation made is forgotten. A cell that cannot be
 * evaluated is not plain. */
static bool answer(struct bounds *b, const struct node *cell, bool *is_plain)
{
    struct arena_mark m = arena_mark(b->e->arena);
    bool yes = *is_plain && v_is_true(ask(b, cell));
    if (b->e->stop != DMN_OK) *is_plain = false;
    b->e->stop = DMN_OK;
    b->e->diags = (struct diag_list){.arena = b->e->arena, .limit = b->e->diags.limit};
    arena_release(b->e->arena, m);
    return yes && *is_plain;
}

static void answers(struct gaps *g, struct bounds *b, size_t col, bool *is_plain)
{
    struct gap_column *c = &g->columns[col];
    for (size_t s = 0; s < c->n; s++) {
        struct gap_segment *seg = &c->segments[s];
        seg->rules[GAP_MAY] = arena_array(g->arena, uint64_t, g->words);
        seg->rules[GAP_MUST] = arena_array(g->arena, uint64_t, g->words);
        b->f->slots[b->slot] = seg->value;
        for (size_t r = 0; r < g->table->n_rules; r++) {
            const struct node *cell = g->table->rules[r].cells[col];
            bool yes = !cell || answer(b, cell, &is_plain[r]);
            if (yes) put(seg->rules[GAP_MUST], r);
            if (yes || !is_plain[r]) put(seg->rules[GAP_MAY], r);
        }
    }
}

static void odd_add(struct gaps *g, size_t rule)
{
    g->n_odd += !has(g->odd, rule);
    put(g->odd, rule);
}

/* Segments with the same rules are one: the first stands for all. null stays apart. */
static void merge(struct gaps *g, struct gap_column *c)
{
    size_t n = 0;
    for (size_t s = 0; s < c->n; s++) {
        struct gap_segment *seg = &c->segments[s];
        size_t same = 0;
        while (same < n && (s + 1 == c->n ||
                            memcmp(c->segments[same].rules[GAP_MAY], seg->rules[GAP_MAY],
                                   g->words * 8) != 0 ||
                            memcmp(c->segments[same].rules[GAP_MUST], seg->rules[GAP_MUST],
                                   g->words * 8) != 0))
            same++;
        if (same == n)
            c->segments[n++] = *seg;
        else if (c->segments[same].size)
            c->segments[same].size = seg->size ? c->segments[same].size + seg->size : 0;
    }
    c->n = n;
}

static void column(struct gaps *g, struct eval *e, const struct frame *f, size_t col)
{
    const struct table *t = g->table;
    const struct table_input *in = &t->inputs[col];
    const struct type *type = declared(in);
    struct gap_column *c = &g->columns[col];
    struct bounds b = {
        .arena = g->arena, .e = e, .f = f, .slot = in->slot, .tag = tag_of_type(type)};
    bool *is_plain = arena_array(g->arena, bool, t->n_rules + 1);
    b.fixed = b.tag != TAG_NULL;
    c->guessed = !b.fixed;
    for (size_t r = 0; r < t->n_rules; r++) {
        is_plain[r] = !t->rules[r].cells[col] || plain(&b, t->rules[r].cells[col]);
    }
    if (in->allowed && !plain(&b, in->allowed)) c->guessed = true;
    if (type && type->constrained) {
        struct bounds own = b; /* the tests of a type look at slot 0 of a frame of their own */
        own.slot = 0;
        if (!type->allowed || !plain(&own, type->allowed)) c->guessed = true;
        own.slot = in->slot;
        b = own;
    }
    struct cutting cutting = {.b = &b, .c = c, .in = in};
    cut(&cutting);
    if (c->n > MAX_CELLS / (t->n_rules + 1)) {
        g->too_large = true;
        return;
    }
    answers(g, &b, col, is_plain);
    for (size_t r = 0; r < t->n_rules; r++)
        if (!is_plain[r]) odd_add(g, r);
    merge(g, c);
    for (size_t s = 0; s < c->n; s++) g->finite &= c->segments[s].size > 0;
}

static uint64_t *reach(const struct gaps *g, size_t col, size_t rule)
{
    return g->reach + (col * g->table->n_rules + rule) * g->reach_words;
}

void gaps_build(struct gaps *g, struct arena *a, struct eval *e, const struct table *t,
                const struct frame *f)
{
    *g = (struct gaps){.arena = a, .table = t, .finite = true, .words = (t->n_rules + 63) / 64};
    g->columns = arena_array(a, struct gap_column, t->n_inputs);
    g->odd = arena_array(a, uint64_t, g->words);
    size_t widest = 1;
    for (size_t i = 0; i < t->n_inputs; i++) {
        column(g, e, f, i);
        if (g->too_large) return;
        if (g->columns[i].n > widest) widest = g->columns[i].n;
    }
    g->reach_words = (widest + 63) / 64;
    g->reach = arena_array(a, uint64_t, t->n_inputs * t->n_rules * g->reach_words);
    for (size_t i = 0; i < t->n_inputs; i++)
        for (size_t s = 0; s < g->columns[i].n; s++)
            for (size_t r = 0; r < t->n_rules; r++)
                if (has(g->columns[i].segments[s].rules[GAP_MUST], r)) put(reach(g, i, r), s);
}

/* The walk */

struct state {
    uint64_t hash;
    uint64_t *set;
    u128 count;
    uint32_t column;
};

struct walk {
    const struct gaps *g;
    const struct gap_query *q;
    struct arena *arena;
    uint64_t *budget;
    uint64_t *covers;   /* [column]: rules true in every box of the columns from there on */
    uint64_t *possible; /* [column]: rules true in some */
    uint64_t *sets;     /* [column]: scratch */
    u128 *product;      /* [column]: boxes of the columns from there on */
    struct state *states;
    size_t n_states, cap;
    bool first; /* stop at the first box */
    size_t *segments;
    size_t *order; /* in which the columns are walked */
};

static bool used(const struct walk *w, size_t col, size_t s)
{
    const struct gap_column *c = &w->g->columns[w->order[col]];
    if (!w->q->nulls && s + 1 == c->n) return false;
    return w->q->inside == SIZE_MAX || has(c->segments[s].rules[GAP_MAY], w->q->inside);
}

static u128 times(u128 a, u128 b)
{
    u128 r;
    return __builtin_mul_overflow(a, b, &r) ? ~(u128)0 : r;
}

static u128 plus(u128 a, u128 b)
{
    u128 r;
    return __builtin_add_overflow(a, b, &r) ? ~(u128)0 : r;
}

static u128 weight(const struct walk *w, size_t col, size_t s)
{
    return w->g->finite ? w->g->columns[w->order[col]].segments[s].size : 1;
}

static void walk_begin(struct walk *w)
{
    const struct gaps *g = w->g;
    size_t n = g->table->n_inputs, words = g->words;
    w->covers = arena_array(w->arena, uint64_t, (n + 1) * words);
    w->possible = arena_array(w->arena, uint64_t, (n + 1) * words);
    w->sets = arena_array(w->arena, uint64_t, (n + 1) * words);
    w->product = arena_array(w->arena, u128, n + 1);
    memset(w->covers + n * words, 0xff, words * 8);
    memset(w->possible + n * words, 0xff, words * 8);
    w->product[n] = 1;
    for (size_t col = n; col-- > 0;) {
        uint64_t *all = w->covers + col * words, *some = w->possible + col * words;
        u128 sum = 0;
        memcpy(all, all + words, words * 8);
        const struct gap_column *c = &g->columns[w->order[col]];
        for (size_t s = 0; s < c->n; s++) {
            if (!used(w, col, s)) continue;
            const uint64_t *set = c->segments[s].rules[w->q->set];
            sum = plus(sum, weight(w, col, s));
            for (size_t k = 0; k < words; k++) all[k] &= set[k], some[k] |= set[k];
        }
        for (size_t k = 0; k < words; k++) some[k] &= some[words + k];
        w->product[col] = times(sum, w->product[col + 1]);
    }
}

static struct state *look_up(struct walk *w, size_t col, const uint64_t *set)
{
    size_t words = w->g->words;
    uint64_t h = 0x9E3779B97F4A7C15u * (col + 1);
    for (size_t k = 0; k < words; k++) {
        h = (h ^ set[k]) * 0xff51afd7ed558ccdu;
        h ^= h >> 29;
    }
    if (w->n_states * 2 >= w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 1024;
        struct state *bigger = arena_array(w->arena, struct state, cap);
        for (size_t i = 0; i < w->cap; i++) {
            if (!w->states[i].set) continue;
            size_t at = w->states[i].hash & (cap - 1);
            while (bigger[at].set) at = (at + 1) & (cap - 1);
            bigger[at] = w->states[i];
        }
        w->states = bigger;
        w->cap = cap;
    }
    size_t at = h & (w->cap - 1);
    for (; w->states[at].set; at = (at + 1) & (w->cap - 1))
        if (w->states[at].hash == h && w->states[at].column == col &&
            memcmp(w->states[at].set, set, words * 8) == 0)
            break;
    w->states[at].hash = h;
    return &w->states[at];
}

/* Boxes from this column on in which none of the set is true; with `first`, 1 as soon as there
 * is one, whose segments are then set. False: out of budget. */
static bool walk(struct walk *w, size_t col, uint64_t *set, u128 *ret)
{
    const struct gaps *g = w->g;
    size_t words = g->words;
    uint64_t some = 0, cover = 0;
    *ret = 0;
    for (size_t k = 0; k < words; k++) {
        set[k] &= w->possible[col * words + k];
        some |= set[k];
        cover |= set[k] & w->covers[col * words + k];
    }
    if (cover || !w->product[col]) return true;
    if (!some && !w->first) {
        *ret = w->product[col];
        return true;
    }
    if (col == g->table->n_inputs) {
        *ret = 1;
        return true;
    }
    if (some) {
        struct state *known = look_up(w, col, set);
        if (known->set) {
            *ret = known->count;
            return true;
        }
        uint64_t cost = 1 + g->columns[w->order[col]].n * words /
                                1024; /* a state of a huge table is much work */
        if (*w->budget < cost) return false;
        *w->budget -= cost;
    }
    u128 sum = 0, part;
    uint64_t *next = w->sets + (col + 1) * words;
    const struct gap_column *c = &g->columns[w->order[col]];
    for (size_t s = 0; s < c->n; s++) {
        if (!used(w, col, s)) continue;
        for (size_t k = 0; k < words; k++)
            next[k] = set[k] & c->segments[s].rules[w->q->set][k];
        if (!walk(w, col + 1, next, &part)) return false;
        if (part && w->first) {
            w->segments[w->order[col]] = s;
            *ret = 1;
            return true;
        }
        sum = plus(sum, times(part, weight(w, col, s)));
    }
    struct state *mine = some ? look_up(w, col, set) : NULL;
    if (mine && !mine->set) {
        mine->set = arena_array(w->arena, uint64_t, words);
        memcpy(mine->set, set, words * 8);
        mine->column = (uint32_t)col;
        mine->count = sum;
        w->n_states++;
    }
    *ret = sum;
    return true;
}

/* The order of the columns does not change the count, but how many sets there are on the way,
 * by far and not predictably: as they stand, from the most segments, from the fewest. */
enum walk_order { AS_THEY_STAND, MOST_FIRST, FEWEST_FIRST, N_ORDERS };

static size_t *order_make(struct arena *a, const struct gaps *g, enum walk_order how)
{
    size_t *o = arena_array(a, size_t, g->table->n_inputs + 1);
    for (size_t i = 0; i < g->table->n_inputs; i++) {
        size_t at = i, n = g->columns[i].n;
        for (; at > 0 && how != AS_THEY_STAND; at--) {
            size_t before = g->columns[o[at - 1]].n;
            if (how == MOST_FIRST ? before >= n : before <= n) break;
            o[at] = o[at - 1];
        }
        o[at] = i;
    }
    return o;
}

static bool walk_all(const struct gaps *g, const struct gap_query *q, struct arena *scratch,
                     uint64_t *budget, enum walk_order how, size_t *first, struct gap_answer *a)
{
    struct walk w = {.g = g,
                     .q = q,
                     .arena = scratch,
                     .budget = budget,
                     .first = first != NULL,
                     .segments = first,
                     .order = order_make(scratch, g, how)};
    walk_begin(&w);
    for (size_t k = 0; k < g->words; k++) w.sets[k] = q->rules ? q->rules[k] : ~(uint64_t)0;
    if (g->table->n_rules % 64)
        w.sets[g->words - 1] &= ((uint64_t)1 << (g->table->n_rules % 64)) - 1;
    a->total = w.product[0];
    bool done = walk(&w, 0, w.sets, &a->count);
    arena_reset(scratch);
    return done;
}

struct gap_answer gaps_ask(const struct gaps *g, const struct gap_query *q, uint64_t *budget)
{
    struct gap_answer a = {.result = GAP_BUDGET};
    struct arena scratch;
    uint64_t before = *budget;
    a.segments = arena_array(g->arena, size_t, g->table->n_inputs + 1);
    arena_init(&scratch, 0);
    if (walk_all(g, q, &scratch, budget, AS_THEY_STAND, a.segments, &a))
        a.result = a.count ? GAP_FOUND : GAP_NONE;
    for (int how = 0; a.result == GAP_FOUND && !a.counted && how < N_ORDERS; how++) {
        uint64_t part = how + 1 == N_ORDERS ? *budget : *budget / 3, left = part;
        a.counted = walk_all(g, q, &scratch, &left, (enum walk_order)how, NULL, &a);
        *budget -= part - left;
    }
    arena_done(&scratch);
    a.states = before - *budget;
    return a;
}

bool gaps_overlap(const struct gaps *g, size_t a, size_t b, size_t *ret)
{
    for (size_t i = 0; i < g->table->n_inputs; i++) {
        const uint64_t *x = reach(g, i, a), *y = reach(g, i, b);
        size_t k = 0;
        while (k < g->reach_words && !(x[k] & y[k])) k++;
        if (k == g->reach_words) return false;
        ret[i] = k * 64 + (size_t)__builtin_ctzll(x[k] & y[k]);
    }
    return true;
}

size_t gaps_dead_cell(const struct gaps *g, size_t rule)
{
    for (size_t i = 0; i < g->table->n_inputs; i++) {
        bool any = false;
        for (size_t s = 0; s < g->columns[i].n && !any; s++)
            any = has(g->columns[i].segments[s].rules[GAP_MAY], rule);
        if (!any) return i;
    }
    return SIZE_MAX;
}

bool gaps_has_null(const struct gaps *g, const size_t *segments)
{
    for (size_t i = 0; i < g->table->n_inputs; i++)
        if (segments[i] + 1 == g->columns[i].n) return true;
    return false;
}
