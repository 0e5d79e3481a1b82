/* Paths and filters: DMN 1.5 §10.3.2.5. */
#include "dmn/nodes.h"
#include "dmn/num.h"

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

struct value eval_path(struct eval *e, const struct node *n, struct value v)
{
    struct value ret;
    if (v.tag == TAG_CONTEXT) {
        if (v_entry(v, n->path.name, &ret)) return ret;
    } else if (v.tag == TAG_LIST) { /* of each item (§10.3.2.5) */
        if (!eval_fits(e, v.list->n * sizeof v)) return v_null(0);
        ret = v_list(e->arena, v.list->n);
        for (size_t i = 0; i < v.list->n; i++)
            ret.list->items[i] = eval_path(e, n, v.list->items[i]);
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

struct value eval_filter(struct eval *e, const struct node *n, const struct frame *f)
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
        if (v_is_true(by) && !eval_grow(e, &g, items[i])) break;
        if (by.tag != TAG_BOOL && by.tag != TAG_NULL)
            return eval_null(e, n, "FEEL-0209",
                             "a filter must be a number or a condition, not %s",
                             type_tag_name(by));
    }
    return eval_grown(e, &g);
}

struct value eval_item(struct eval *e, const struct node *n, const struct frame *f)
{
    struct value item = n->item.captured ? f->captured[n->item.slot] : f->slots[n->item.slot],
                 v;
    if (item.tag == TAG_CONTEXT && v_entry(item, n->item.name, &v)) return v;
    return eval_node(e, n->item.otherwise, f);
}
