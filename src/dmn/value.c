/* Values: equality, order, identity and text of FEEL's semantic domains (DMN 1.5 §10.3.2.2,
 * Tables 42, 53 and 54). Every comparison of the engine comes through here, so that `a = b`, `a
 * in (b)` and a cell of a table can never disagree. Nothing here fails: what cannot be compared
 * is T_NULL, and the caller gives the reason. */
#include "dmn/value.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "dmn/num.h"
#include "dmn/temporal.h"

struct value v_list(struct arena *a, size_t n)
{
    struct list *l = arena_new(a, struct list);
    l->n = n;
    l->items = arena_array(a, struct value, n ? n : 1);
    return (struct value){.tag = TAG_LIST, .list = l};
}

struct value v_context(struct arena *a, size_t n)
{
    struct context *c = arena_new(a, struct context);
    c->n = n;
    c->keys = arena_array(a, struct str, n ? n : 1);
    c->values = arena_array(a, struct value, n ? n : 1);
    return (struct value){.tag = TAG_CONTEXT, .context = c};
}

bool v_entry(struct value context, struct str key, struct value *ret)
{
    const struct context *c = context.context;
    if (context.tag != TAG_CONTEXT) return false;
    for (size_t i = 0; i < c->n; i++) {
        if (!str_eq(c->keys[i], key)) continue;
        *ret = c->values[i];
        return true;
    }
    return false;
}

static enum truth truth_of(bool b) { return b ? T_TRUE : T_FALSE; }

/* Kinds that `=` may compare; both representations of a number are one kind. */
static uint8_t kind_of(struct value v) { return v.tag == TAG_NUM_BIG ? TAG_NUM : v.tag; }

/* Lists can be nested as deep as a loop runs; the C stack cannot. Beyond this depth equality is
 * unknown, nothing is the same and text ends in an ellipsis. */
enum { DEPTH_MAX = 1000 };

static enum truth equal_at(struct value a, struct value b, int depth);

static enum truth lists_equal(const struct list *a, const struct list *b, int depth)
{
    if (a->n != b->n) return T_FALSE;
    enum truth all = T_TRUE;
    for (size_t i = 0; i < a->n; i++) {
        enum truth t = equal_at(a->items[i], b->items[i], depth);
        if (t == T_FALSE) return T_FALSE;
        if (t == T_NULL) all = T_NULL;
    }
    return all;
}

static enum truth contexts_equal(struct value a, struct value b, int depth)
{
    const struct context *c = a.context;
    if (c->n != b.context->n) return T_FALSE;
    enum truth all = T_TRUE;
    for (size_t i = 0; i < c->n; i++) {
        struct value other;
        if (!v_entry(b, c->keys[i], &other)) return T_FALSE;
        enum truth t = equal_at(c->values[i], other, depth);
        if (t == T_FALSE) return T_FALSE;
        if (t == T_NULL) all = T_NULL;
    }
    return all;
}

static enum truth ranges_equal(const struct range *a, const struct range *b)
{
    if (a->low_bound != b->low_bound || a->high_bound != b->high_bound ||
        a->is_not != b->is_not || a->is_equal != b->is_equal)
        return T_FALSE;
    enum truth low = v_equal(a->low, b->low), high = v_equal(a->high, b->high);
    if (low == T_FALSE || high == T_FALSE) return T_FALSE;
    return low == T_NULL || high == T_NULL ? T_NULL : T_TRUE;
}

enum truth v_equal(struct value a, struct value b) { return equal_at(a, b, 0); }

static enum truth equal_at(struct value a, struct value b, int depth)
{
    int order;
    if (depth > DEPTH_MAX) return T_NULL;
    if (v_is_null(a) || v_is_null(b)) return truth_of(v_is_null(a) && v_is_null(b));
    if (kind_of(a) != kind_of(b)) return T_NULL;
    if (a.tag == TAG_LIST && a.list == b.list) return T_TRUE;
    switch ((enum tag)a.tag) {
    case TAG_NULL: return T_TRUE;
    case TAG_BOOL: return truth_of(a.flag == b.flag);
    case TAG_NUM:
    case TAG_NUM_BIG: return truth_of(num_cmp(a, b) == 0);
    case TAG_STR: return truth_of(str_eq(v_text(a), v_text(b)));
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME: return temporal_compare(a, b, &order) ? truth_of(order == 0) : T_NULL;
    case TAG_DAYS: return truth_of(a.dur->nanos == b.dur->nanos);
    case TAG_MONTHS: return truth_of(a.i == b.i);
    case TAG_LIST: return lists_equal(a.list, b.list, depth + 1);
    case TAG_CONTEXT: return contexts_equal(a, b, depth + 1);
    case TAG_RANGE: return ranges_equal(a.range, b.range);
    case TAG_FUNCTION: return truth_of(a.function == b.function);
    }
    return T_NULL;
}

bool v_compare(struct value a, struct value b, int *ret)
{
    if (kind_of(a) != kind_of(b)) return false;
    switch ((enum tag)a.tag) {
    case TAG_NUM:
    case TAG_NUM_BIG: *ret = num_cmp(a, b); return true;
    case TAG_STR: {
        int order = str_cmp(v_text(a), v_text(b));
        *ret = order < 0 ? -1 : order > 0;
        return true;
    }
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME: return temporal_compare(a, b, ret);
    case TAG_DAYS:
        *ret = a.dur->nanos < b.dur->nanos ? -1 : a.dur->nanos > b.dur->nanos;
        return true;
    case TAG_MONTHS: *ret = a.i < b.i ? -1 : a.i > b.i; return true;
    case TAG_NULL:
    case TAG_BOOL:
    case TAG_LIST:
    case TAG_CONTEXT:
    case TAG_RANGE:
    case TAG_FUNCTION: return false;
    }
    return false;
}

static bool same_at(struct value a, struct value b, int depth);

static bool lists_same(const struct list *a, const struct list *b, int depth)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (!same_at(a->items[i], b->items[i], depth)) return false;
    return true;
}

static bool contexts_same(struct value a, struct value b, int depth)
{
    if (a.context->n != b.context->n) return false;
    for (size_t i = 0; i < a.context->n; i++) {
        struct value other;
        if (!v_entry(b, a.context->keys[i], &other) ||
            !same_at(a.context->values[i], other, depth))
            return false;
    }
    return true;
}

bool v_is_same(struct value a, struct value b) { return same_at(a, b, 0); }

static bool same_at(struct value a, struct value b, int depth)
{
    if (depth > DEPTH_MAX) return false;
    if (kind_of(a) != kind_of(b)) return false;
    switch ((enum tag)a.tag) {
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME: return temporal_same(a, b);
    case TAG_LIST: return lists_same(a.list, b.list, depth + 1);
    case TAG_CONTEXT: return contexts_same(a, b, depth + 1);
    case TAG_RANGE:
        return a.range->low_bound == b.range->low_bound &&
               a.range->high_bound == b.range->high_bound &&
               a.range->is_not == b.range->is_not && a.range->is_equal == b.range->is_equal &&
               v_is_same(a.range->low, b.range->low) && v_is_same(a.range->high, b.range->high);
    case TAG_NULL:
    case TAG_BOOL:
    case TAG_NUM:
    case TAG_NUM_BIG:
    case TAG_STR:
    case TAG_DAYS:
    case TAG_MONTHS:
    case TAG_FUNCTION: return v_equal(a, b) == T_TRUE;
    }
    return false;
}

enum truth v_in_range(struct value v, const struct range *r)
{
    int order;
    if (v_is_null(v)) return T_NULL;
    if (r->is_not) {
        enum truth t = v_equal(v, r->low);
        return t == T_NULL ? T_NULL : truth_of(t == T_FALSE);
    }
    if (r->is_equal) return v_equal(v, r->low);
    bool inside = true;
    if (r->low_bound != BOUND_NONE) {
        if (!v_compare(v, r->low, &order)) return T_NULL;
        inside = order > 0 || (order == 0 && r->low_bound == BOUND_CLOSED);
    }
    if (r->high_bound != BOUND_NONE) {
        if (!v_compare(v, r->high, &order)) return T_NULL;
        inside = inside && (order < 0 || (order == 0 && r->high_bound == BOUND_CLOSED));
    }
    return truth_of(inside);
}

static void print_quoted(struct buf *b, struct str s)
{
    buf_ch(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '"': buf_c(b, "\\\""); break;
        case '\\': buf_c(b, "\\\\"); break;
        case '\n': buf_c(b, "\\n"); break;
        case '\r': buf_c(b, "\\r"); break;
        case '\t': buf_c(b, "\\t"); break;
        default: buf_ch(b, s.p[i]);
        }
    }
    buf_ch(b, '"');
}

/* Keys that need no quotes: words of letters, digits and underscores, single blanks between
 * them. */
static bool is_plain_key(struct str s)
{
    bool start = true;
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        uint32_t c = utf8_next(&p);
        bool letter = c == '_' || c > 0x7f || (c | 32) - 'a' < 26;
        if (c == ' ' && !start)
            start = true;
        else if (letter || (c - '0' < 10 && p - s.p > 1))
            start = false;
        else
            return false;
    }
    return s.n > 0 && !start;
}

static void print_item(struct buf *b, struct value v, bool literal, int depth);

static void print_context(struct buf *b, const struct context *c, int depth)
{
    buf_ch(b, '{');
    for (size_t i = 0; i < c->n; i++) {
        if (i) buf_c(b, ", ");
        if (is_plain_key(c->keys[i]))
            buf_str_add(b, c->keys[i]);
        else
            print_quoted(b, c->keys[i]);
        buf_c(b, ": ");
        print_item(b, c->values[i], false, depth);
    }
    buf_ch(b, '}');
}

static void print_range(struct buf *b, const struct range *r)
{
    if (r->low_bound != BOUND_NONE && r->high_bound != BOUND_NONE && !r->is_equal) {
        buf_ch(b, r->low_bound == BOUND_CLOSED ? '[' : '(');
        print_item(b, r->low, true, 0);
        buf_c(b, "..");
        print_item(b, r->high, true, 0);
        buf_ch(b, r->high_bound == BOUND_CLOSED ? ']' : ')');
        return;
    }
    const char *op = r->is_not                       ? "!="
                     : r->is_equal                   ? "="
                     : r->low_bound == BOUND_CLOSED  ? ">="
                     : r->low_bound == BOUND_OPEN    ? ">"
                     : r->high_bound == BOUND_CLOSED ? "<="
                                                     : "<";
    buf_printf(b, "(%s ", op);
    print_item(b, r->is_not || r->low_bound != BOUND_NONE ? r->low : r->high, true, 0);
    buf_ch(b, ')');
}

/* literal: so that it reads back within a range. */
static void print_item(struct buf *b, struct value v, bool literal, int depth)
{
    if (depth > DEPTH_MAX) {
        buf_c(b, "…");
        return;
    }
    switch ((enum tag)v.tag) {
    case TAG_NULL: buf_c(b, "null"); break;
    case TAG_BOOL: buf_c(b, v.flag ? "true" : "false"); break;
    case TAG_NUM:
    case TAG_NUM_BIG: buf_str_add(b, num_print(b->arena, v)); break;
    case TAG_STR: print_quoted(b, v_text(v)); break;
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME:
    case TAG_DAYS:
    case TAG_MONTHS:
        if (literal) buf_c(b, "@\"");
        buf_str_add(b, temporal_print(b->arena, v));
        if (literal) buf_ch(b, '"');
        break;
    case TAG_LIST:
        buf_ch(b, '[');
        for (size_t i = 0; i < v.list->n; i++) {
            if (i) buf_c(b, ", ");
            print_item(b, v.list->items[i], false, depth + 1);
        }
        buf_ch(b, ']');
        break;
    case TAG_CONTEXT: print_context(b, v.context, depth + 1); break;
    case TAG_RANGE: print_range(b, v.range); break;
    case TAG_FUNCTION: buf_c(b, "function"); break;
    }
}

struct str v_print(struct arena *a, struct value v)
{
    if (v.tag == TAG_STR) return v_text(v);
    if (v_is_num(v)) return num_print(a, v);
    struct buf b = buf_in(a);
    print_item(&b, v, false, 0);
    return buf_str(&b);
}

static void add_size(struct value v, int depth, size_t limit, size_t *n)
{
    *n += 8;
    if (*n > limit || depth > DEPTH_MAX) return;
    switch ((enum tag)v.tag) {
    case TAG_NULL:
    case TAG_BOOL:
    case TAG_FUNCTION: break;
    case TAG_NUM:
    case TAG_NUM_BIG: *n += num_print_size(v); break;
    case TAG_STR: *n += 2 * (size_t)v.n; break; /* escapes */
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME:
    case TAG_DAYS:
    case TAG_MONTHS: *n += 128; break;
    case TAG_LIST:
        for (size_t i = 0; i < v.list->n && *n <= limit; i++)
            add_size(v.list->items[i], depth + 1, limit, n);
        break;
    case TAG_CONTEXT:
        for (size_t i = 0; i < v.context->n && *n <= limit; i++) {
            *n += 2 * v.context->keys[i].n + 8;
            add_size(v.context->values[i], depth + 1, limit, n);
        }
        break;
    case TAG_RANGE:
        add_size(v.range->low, depth + 1, limit, n);
        add_size(v.range->high, depth + 1, limit, n);
        break;
    }
}

size_t v_print_size(struct value v, size_t limit)
{
    size_t n = 0;
    add_size(v, 0, limit, &n);
    return n;
}
