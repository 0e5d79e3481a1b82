/* See batch.h. The rows go through in blocks that stay in the first cache; within a block the
 * columns follow one another, so that each inner loop does one simple thing. */
#include "dmn/batch.h"
#include "dmn/num.h"
#include <float.h>
#include <math.h>

#define BLOCK 512
/* whole numbers between the outermost thresholds that still get a table of their own */
#define MAX_SPAN 4096
#define UNSET UINT32_MAX

struct threshold {
    union {
        int64_t i;
        double d;
    };
    size_t position; /* in the column from here on */
};

struct binding {
    enum dmn_column_kind kind;
    bool none; /* the table tests nothing here */
    const struct dmn_column *source;
    const struct value *values;
    struct threshold *thresholds; /* numbers; made for its kind once */
    size_t n_thresholds;
    bool made[2];  /* thresholds and table are of this kind */
    int64_t first; /* INT64: table[v - first], ends held */
    size_t span;
    const uint64_t **table; /* sets */
    size_t cap_table;
    uint64_t *words; /* the same when a set is one word */
};

struct batch {
    struct arena *arena;
    const struct table *table;
    batch_decide *decide;
    void *ctx;
    struct binding *bounds;
    size_t n_words;
    uint64_t *everything; /* set of all rules */
    uint32_t *by_rule;    /* outcome when just this rule matches, or it is the first and that
                             counts; [n_rules]: none */
    struct value *outcomes;
    size_t n_outcomes, cap_outcomes;
    struct several { /* sets of more than one rule */
        uint64_t *set;
        uint32_t outcome;
    } * seen;
    size_t n_seen, n_slots;
    struct value *row;
    uint64_t *scratch;
};

/* What can be batched */

static bool constant(const struct node *n)
{
    if (!n || n->op == N_CONST) return true;
    if (n->op == N_COERCE) return constant(n->cast.value);
    if (n->op == N_NEG) return constant(n->kid.a);
    if (n->op != N_LIST) return false;
    for (size_t i = 0; i < n->list.n; i++)
        if (!constant(n->list.items[i])) return false;
    return true;
}

static const struct node *input_node(const struct node *n)
{
    if (n->op == N_COERCE && n->cast.type && !n->cast.type->allowed) n = n->cast.value;
    return n->op == N_GLOBAL ? n : NULL;
}

const struct element *batch_input(const struct table *t, size_t i)
{
    const struct node *n = input_node(t->inputs[i].value);
    return n ? n->element : NULL;
}

const struct table *batch_table(const struct element *decision)
{
    const struct node *n = decision->root;
    if (n && n->op == N_COERCE) n = n->cast.value;
    if (!n || n->op != N_TABLE) return NULL;
    const struct table *t = n->table;
    if (!columns_plain(t)) return NULL;
    for (size_t i = 0; i < t->n_inputs; i++) {
        const struct node *in = input_node(t->inputs[i].value);
        if (!in || in->element->kind != ELEMENT_INPUT || t->inputs[i].allowed) return NULL;
    }
    for (size_t k = 0; k < t->n_outputs; k++)
        if (!constant(t->outputs[k].otherwise)) return NULL;
    for (size_t r = 0; r < t->n_rules; r++)
        for (size_t k = 0; k < t->n_outputs; k++)
            if (!constant(t->rules[r].outputs[k])) return NULL;
    return t;
}

struct batch *batch_new(struct arena *a, const struct table *t, batch_decide *decide, void *ctx)
{
    struct batch *b = arena_new(a, struct batch);
    *b = (struct batch){.arena = a,
                        .table = t,
                        .decide = decide,
                        .ctx = ctx,
                        .n_words = (t->n_rules + 63) / 64};
    b->bounds = arena_array(a, struct binding, t->n_inputs);
    b->row = arena_array(a, struct value, t->n_inputs);
    b->everything = arena_array(a, uint64_t, b->n_words);
    b->scratch = arena_array(a, uint64_t, b->n_words);
    for (size_t r = 0; r < t->n_rules; r++) b->everything[r / 64] |= (uint64_t)1 << (r % 64);
    b->by_rule = arena_array(a, uint32_t, t->n_rules + 1);
    for (size_t r = 0; r <= t->n_rules; r++) b->by_rule[r] = UNSET;
    return b;
}

/* Thresholds: from which number on a position holds */

static void add(struct binding *c, struct threshold t)
{
    if (c->n_thresholds && c->thresholds[c->n_thresholds - 1].position >= t.position) return;
    c->thresholds[c->n_thresholds++] = t;
}

static void whole_thresholds(struct batch *b, struct binding *c, const struct column_view *v)
{
    for (size_t i = 0; i < v->n_bounds; i++) {
        struct value floor;
        int64_t at;
        if (!num_round(b->arena, v->bounds[i], 0, ROUND_FLOOR, &floor)) floor = v->bounds[i];
        if (!num_to_i64(floor, &at)) {
            if (num_sign(v->bounds[i]) < 0)
                add(c, (struct threshold){.i = INT64_MIN, .position = 2 * i + 2});
            continue;
        }
        if (num_cmp(floor, v->bounds[i]) == 0)
            add(c, (struct threshold){.i = at, .position = 2 * i + 1});
        if (at < INT64_MAX) add(c, (struct threshold){.i = at + 1, .position = 2 * i + 2});
    }
}

/* The least double whose decimal is at least the bound, or more than it. */
static double least(struct arena *a, struct value bound, bool more)
{
    double d = num_to_double(bound);
    int want = more ? 1 : 0;
    while (num_cmp(num_from_double(a, d), bound) >= want && d > -DBL_MAX)
        d = nextafter(d, -INFINITY);
    while (num_cmp(num_from_double(a, d), bound) < want && d < DBL_MAX)
        d = nextafter(d, INFINITY);
    return num_cmp(num_from_double(a, d), bound) < want ? INFINITY : d;
}

static void real_thresholds(struct batch *b, struct binding *c, const struct column_view *v)
{
    for (size_t i = 0; i < v->n_bounds; i++) {
        double from = least(b->arena, v->bounds[i], false),
               behind = least(b->arena, v->bounds[i], true);
        if (from < behind) add(c, (struct threshold){.d = from, .position = 2 * i + 1});
        add(c, (struct threshold){.d = behind, .position = 2 * i + 2});
    }
}

/* The table of an INT64 column covers its thresholds, if they are near each other; index 0 is
 * all below. */
static void whole_table(struct batch *b, struct binding *c, const struct column_view *v)
{
    size_t n = c->n_thresholds;
    uint64_t reach = n ? (uint64_t)c->thresholds[n - 1].i - (uint64_t)c->thresholds[0].i : 0;
    if (!n || reach >= MAX_SPAN || b->n_words != 1 || c->thresholds[0].i == INT64_MIN) return;
    c->first = c->thresholds[0].i - 1;
    c->span = (size_t)reach + 1;
    c->words = arena_array(b->arena, uint64_t, c->span + 1);
    for (size_t k = 0, at = 0; k <= c->span; k++) {
        while (at < n && c->thresholds[at].i <= c->first + (int64_t)k) at++;
        c->words[k] = v->segments[at ? c->thresholds[at - 1].position : 0];
    }
}

static bool numbers_bind(struct batch *b, struct binding *c, const struct column_view *v)
{
    size_t kind = c->kind == DMN_COLUMN_DOUBLE;
    if (v->tag != TAG_NUM && v->tag != TAG_NULL) return false;
    if (c->made[kind]) return true;
    c->made[kind] = true;
    c->made[!kind] = false;
    c->words = NULL;
    c->n_thresholds = 0;
    c->thresholds = arena_array(b->arena, struct threshold, 2 * v->n_bounds + 1);
    if (kind)
        real_thresholds(b, c, v);
    else
        whole_thresholds(b, c, v);
    if (!kind) whole_table(b, c, v);
    return true;
}

static const uint64_t *set_of(const struct column_view *v, uint32_t position)
{
    return position == COLUMN_NULL ? v->null : v->segments + position * v->words;
}

/* Sets of the values of a dictionary (or of false and true), and of null behind them. */
static bool values_bind(struct batch *b, struct binding *c, const struct column_view *v,
                        size_t i, const struct value *values, size_t n)
{
    if (c->cap_table < n + 1) {
        c->cap_table = 2 * n + 8;
        c->table = arena_array(b->arena, const uint64_t *, c->cap_table);
        c->words = NULL;
    }
    for (size_t k = 0; k <= n; k++) {
        uint32_t at = columns_position(b->table, i, k < n ? values[k] : v_null(0));
        if (at == COLUMN_STRANGE) return false;
        c->table[k] = set_of(v, at);
    }
    c->span = n;
    if (b->n_words != 1) return true;
    if (!c->words) c->words = arena_array(b->arena, uint64_t, c->cap_table);
    for (size_t k = 0; k <= n; k++) c->words[k] = *c->table[k];
    return true;
}

bool batch_bind(struct batch *b, size_t i, const struct dmn_column *source,
                const struct value *values)
{
    static const struct value truths[] = {{.tag = TAG_BOOL, .flag = 0},
                                          {.tag = TAG_BOOL, .flag = 1}};
    struct binding *c = &b->bounds[i];
    struct column_view v;
    if (source && (c->kind != source->kind || !c->source) &&
        (source->kind == DMN_COLUMN_VALUES || source->kind == DMN_COLUMN_BOOLEAN)) {
        c->made[0] = c->made[1] = false;
        c->cap_table = 0;
        c->words = NULL;
    }
    c->source = source;
    c->values = values;
    if (source) c->kind = source->kind;
    c->none = !columns_view(b->table, i, &v);
    if (c->none || !source) return true;
    switch (source->kind) {
    case DMN_COLUMN_INT64:
    case DMN_COLUMN_DOUBLE: return numbers_bind(b, c, &v);
    case DMN_COLUMN_BOOLEAN: return values_bind(b, c, &v, i, truths, 2);
    case DMN_COLUMN_VALUES: return values_bind(b, c, &v, i, values, source->n_dictionary);
    }
    return false;
}

/* The set of one value */

static size_t threshold_of(const struct binding *c, int64_t i, double d)
{
    size_t lo = 0, n = c->n_thresholds;
    while (n) {
        size_t half = n / 2;
        const struct threshold *t = &c->thresholds[lo + half];
        bool reached = c->kind == DMN_COLUMN_INT64 ? t->i <= i : t->d <= d;
        lo += reached ? half + 1 : 0;
        n = reached ? n - half - 1 : half;
    }
    return lo ? c->thresholds[lo - 1].position : 0;
}

static uint32_t index_of(const struct binding *c, size_t row)
{
    const struct dmn_column *s = c->source;
    if (s->nulls && s->nulls[row]) return (uint32_t)c->span;
    if (s->kind == DMN_COLUMN_BOOLEAN) return ((const uint8_t *)s->data)[row] != 0;
    uint32_t id = ((const uint32_t *)s->data)[row];
    return id < c->span ? id : (uint32_t)c->span;
}

static const uint64_t *set_at(const struct binding *c, const struct column_view *v, size_t row)
{
    const struct dmn_column *s = c->source;
    if (!s || (s->nulls && s->nulls[row])) return v->null;
    if (s->kind == DMN_COLUMN_INT64)
        return v->segments + threshold_of(c, ((const int64_t *)s->data)[row], 0) * v->words;
    if (s->kind == DMN_COLUMN_DOUBLE) {
        double d = ((const double *)s->data)[row];
        return isfinite(d) ? v->segments + threshold_of(c, 0, d) * v->words : v->null;
    }
    return c->table[index_of(c, row)];
}

static struct value value_at(const struct binding *c, struct arena *a, size_t row)
{
    const struct dmn_column *s = c->source;
    if (!s || (s->nulls && s->nulls[row])) return v_null(0);
    switch (s->kind) {
    case DMN_COLUMN_INT64: return v_int(((const int64_t *)s->data)[row]);
    case DMN_COLUMN_DOUBLE: {
        double d = ((const double *)s->data)[row];
        return isfinite(d) ? num_from_double(a, d) : v_null(0);
    }
    case DMN_COLUMN_BOOLEAN: return v_bool(((const uint8_t *)s->data)[row] != 0);
    case DMN_COLUMN_VALUES: {
        uint32_t id = ((const uint32_t *)s->data)[row];
        return id < s->n_dictionary ? c->values[id] : v_null(0);
    }
    }
    return v_null(0);
}

/* Outcomes */

static uint32_t outcome_new(struct batch *b, size_t row)
{
    for (size_t i = 0; i < b->table->n_inputs; i++)
        b->row[i] = value_at(&b->bounds[i], b->arena, row);
    arena_push(b->arena, b->outcomes, b->n_outcomes, b->cap_outcomes);
    b->outcomes[b->n_outcomes] = b->decide(b->ctx, b->row);
    return (uint32_t)b->n_outcomes++;
}

static uint32_t by_rule(struct batch *b, size_t rule, size_t row)
{
    if (b->by_rule[rule] == UNSET) b->by_rule[rule] = outcome_new(b, row);
    return b->by_rule[rule];
}

static size_t slot_of(const struct batch *b, const uint64_t *set)
{
    uint64_t h = 0;
    for (size_t w = 0; w < b->n_words; w++) {
        h = (h ^ set[w]) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    size_t at = (size_t)h & (b->n_slots - 1);
    while (b->seen[at].set && memcmp(b->seen[at].set, set, b->n_words * sizeof *set) != 0)
        at = (at + 1) & (b->n_slots - 1);
    return at;
}

static void widen(struct batch *b)
{
    struct several *old = b->seen;
    size_t n = b->n_slots;
    b->n_slots = n ? n * 2 : 64;
    b->seen = arena_array(b->arena, struct several, b->n_slots);
    for (size_t i = 0; i < n; i++)
        if (old[i].set) b->seen[slot_of(b, old[i].set)] = old[i];
}

static uint32_t by_set(struct batch *b, const uint64_t *set, size_t row)
{
    if (b->n_seen * 2 >= b->n_slots) widen(b);
    size_t at = slot_of(b, set);
    if (!b->seen[at].set) {
        uint64_t *copy = arena_array(b->arena, uint64_t, b->n_words);
        memcpy(copy, set, b->n_words * sizeof *set);
        b->seen[at] = (struct several){copy, outcome_new(b, row)};
        b->n_seen++;
    }
    return b->seen[at].outcome;
}

/* Up to 64 rules: one word a row, column after column */

static void block_whole(uint64_t *masks, const struct binding *c, const struct column_view *v,
                        size_t from, size_t n)
{
    const int64_t *data = (const int64_t *)c->source->data + from;
    const uint8_t *nulls = c->source->nulls ? c->source->nulls + from : NULL;
    int64_t first = c->first, last = c->first + (int64_t)c->span;
    if (!c->words) {
        for (size_t i = 0; i < n; i++) masks[i] &= *set_at(c, v, from + i);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t x = data[i] < first ? first : data[i];
        x = x > last ? last : x;
        uint64_t set = c->words[x - first];
        masks[i] &= nulls && nulls[i] ? *v->null : set;
    }
}

static void block_ids(uint64_t *masks, const struct binding *c, size_t from, size_t n)
{
    const uint32_t *data = (const uint32_t *)c->source->data + from;
    uint32_t span = (uint32_t)c->span;
    if (c->source->nulls || c->kind == DMN_COLUMN_BOOLEAN) {
        for (size_t i = 0; i < n; i++) masks[i] &= c->words[index_of(c, from + i)];
        return;
    }
    for (size_t i = 0; i < n; i++) masks[i] &= c->words[data[i] < span ? data[i] : span];
}

static void block_masks(struct batch *b, uint64_t *masks, size_t from, size_t n)
{
    for (size_t i = 0; i < n; i++) masks[i] = *b->everything;
    for (size_t k = 0; k < b->table->n_inputs; k++) {
        const struct binding *c = &b->bounds[k];
        struct column_view v;
        if (!columns_view(b->table, k, &v)) continue;
        if (!c->source)
            for (size_t i = 0; i < n; i++) masks[i] &= *v.null;
        else if (c->kind == DMN_COLUMN_INT64)
            block_whole(masks, c, &v, from, n);
        else if (c->kind == DMN_COLUMN_DOUBLE)
            for (size_t i = 0; i < n; i++) masks[i] &= *set_at(c, &v, from + i);
        else
            block_ids(masks, c, from, n);
    }
}

static void run_words(struct batch *b, size_t n_rows, uint32_t *ret)
{
    uint64_t masks[BLOCK];
    size_t n_rules = b->table->n_rules;
    bool first = b->table->hit == HIT_FIRST;
    for (size_t from = 0; from < n_rows; from += BLOCK) {
        size_t n = n_rows - from < BLOCK ? n_rows - from : BLOCK;
        block_masks(b, masks, from, n);
        for (size_t i = 0; i < n; i++) {
            size_t rule = masks[i] ? (size_t)__builtin_ctzll(masks[i]) : n_rules;
            uint32_t known = b->by_rule[rule];
            if (!first && (masks[i] & (masks[i] - 1)))
                ret[from + i] = by_set(b, &masks[i], from + i);
            else
                ret[from + i] = known != UNSET ? known : by_rule(b, rule, from + i);
        }
    }
}

/* More rules: row by row, word by word, no further than needed */

static uint32_t row_of(struct batch *b, const struct column_view *views, const bool *used,
                       size_t row)
{
    const uint64_t *sets[64];
    uint64_t *set = b->scratch;
    size_t n = 0, found = b->table->n_rules, many = 0;
    for (size_t k = 0; k < b->table->n_inputs; k++)
        if (used[k]) sets[n++] = set_at(&b->bounds[k], &views[k], row);
    for (size_t w = 0; w < b->n_words; w++) {
        uint64_t bits = b->everything[w];
        for (size_t k = 0; k < n; k++) bits &= sets[k][w];
        set[w] = bits;
        if (bits && !many) found = w * 64 + (size_t)__builtin_ctzll(bits);
        many += (size_t)__builtin_popcountll(bits);
        if (many && b->table->hit == HIT_FIRST) many = 1, w = b->n_words - 1;
    }
    return many > 1 ? by_set(b, set, row) : by_rule(b, found, row);
}

void batch_run(struct batch *b, size_t n_rows, uint32_t *ret)
{
    if (b->n_words == 1) {
        run_words(b, n_rows, ret);
        return;
    }
    size_t n = b->table->n_inputs;
    struct column_view views[64];
    bool used[64];
    for (size_t k = 0; k < n; k++) used[k] = columns_view(b->table, k, &views[k]);
    for (size_t row = 0; row < n_rows; row++) ret[row] = row_of(b, views, used, row);
}

size_t batch_count(const struct batch *b) { return b->n_outcomes; }

const struct value *batch_outcome(const struct batch *b, uint32_t outcome)
{
    return outcome < b->n_outcomes ? &b->outcomes[outcome] : NULL;
}
