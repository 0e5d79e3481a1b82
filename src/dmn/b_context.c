/* Context functions (DMN 1.5 §10.3.4.10). Contexts are never changed, so the new ones share
 * what stays. */
#include "dmn/b.h"
#include "base/map.h"

BUILTIN(b_get_value)
{
    (void)which, (void)n;
    struct value v;
    if (v_entry(args[0], v_text(args[1]), &v)) return v;
    return call_null(c, "FEEL-0306", "get value(): the context has no entry %.*s",
                     STR_ARG(v_text(args[1])));
}

BUILTIN(b_get_entries)
{
    (void)which, (void)n;
    const struct context *m = args[0].context;
    if (!has_room(c, m->n * 8, m->n)) return over_limit(c);
    struct value list = v_list(c->arena, m->n);
    for (size_t i = 0; i < m->n; i++) {
        struct value entry = v_context(c->arena, 2);
        entry.context->keys[0] = STR("key");
        entry.context->values[0] = v_str(m->keys[i]);
        entry.context->keys[1] = STR("value");
        entry.context->values[1] = m->values[i];
        list.list->items[i] = entry;
    }
    return list;
}

BUILTIN(b_context)
{
    (void)which, (void)n;
    const struct list *entries = args[0].list;
    if (!has_room(c, entries->n * 8, entries->n)) return over_limit(c);
    struct value made = v_context(c->arena, entries->n);
    struct map seen = map_in(c->arena);
    for (size_t i = 0; i < entries->n; i++) {
        struct value key, value;
        if (!v_entry(entries->items[i], STR("key"), &key) || key.tag != TAG_STR ||
            !v_entry(entries->items[i], STR("value"), &value))
            return call_null(c, "FEEL-0306",
                             "context(): item %zu is not an entry with key and value", i + 1);
        if (map_has(&seen, v_text(key)))
            return call_null(c, "FEEL-0306", "context(): the key %.*s comes twice",
                             STR_ARG(v_text(key)));
        (void)map_put(&seen, v_text(key), made.context->values);
        made.context->keys[i] = v_text(key);
        made.context->values[i] = value;
    }
    return made;
}

static struct value with_entry(struct arena *a, const struct context *old, struct str key,
                               struct value value)
{
    size_t at = 0;
    while (at < old->n && !str_eq(old->keys[at], key)) at++;
    struct value made = v_context(a, at < old->n ? old->n : old->n + 1);
    for (size_t i = 0; i < old->n; i++) {
        made.context->keys[i] = old->keys[i];
        made.context->values[i] = old->values[i];
    }
    made.context->keys[at] = key;
    made.context->values[at] = value;
    return made;
}

/* keys[0] … keys[n - 1] lead through contexts that must be there; the last key need not. */
static struct value put_path(struct call *c, struct value context, const struct value *keys,
                             size_t n, struct value value)
{
    if (keys[0].tag != TAG_STR)
        return call_null(c, "FEEL-0306", "context put(): a key is not a string");
    if (n > 100 || !has_room(c, context.context->n * 2 + 2, context.context->n))
        return over_limit(c);
    if (n > 1) {
        struct value inner;
        if (!v_entry(context, v_text(keys[0]), &inner) || inner.tag != TAG_CONTEXT)
            return call_null(c, "FEEL-0306", "context put(): %.*s is not a context",
                             STR_ARG(v_text(keys[0])));
        value = put_path(c, inner, keys + 1, n - 1, value);
        if (v_is_null(value)) return value;
    }
    return with_entry(c->arena, context.context, v_text(keys[0]), value);
}

BUILTIN(b_context_put)
{
    (void)n;
    if (which == 0) return put_path(c, args[0], &args[1], 1, args[2]);
    if (args[1].list->n == 0)
        return call_null(c, "FEEL-0306", "context put(): the list of keys is empty");
    return put_path(c, args[0], args[1].list->items, args[1].list->n, args[2]);
}

BUILTIN(b_context_merge)
{
    (void)which, (void)n;
    const struct list *contexts = args[0].list;
    size_t total = 0;
    for (size_t i = 0; i < contexts->n; i++) {
        if (contexts->items[i].tag != TAG_CONTEXT)
            return call_null(c, "FEEL-0306", "context merge(): item %zu is not a context",
                             i + 1);
        total += contexts->items[i].context->n;
    }
    if (!has_room(c, total * 8, total)) return over_limit(c);
    struct value made = v_context(c->arena, total);
    struct context *m = arena_new(c->arena, struct context);
    *m = *made.context;
    m->n = 0;
    struct map seen = map_in(c->arena); /* key → its place in values */
    for (size_t i = 0; i < contexts->n; i++) {
        const struct context *from = contexts->items[i].context;
        for (size_t k = 0; k < from->n; k++) {
            struct value *place = map_get(&seen, from->keys[k]);
            if (!place) {
                place = &m->values[m->n];
                m->keys[m->n++] = from->keys[k];
                (void)map_put(&seen, from->keys[k], place);
            }
            *place = from->values[k];
        }
    }
    made.context = m;
    return made;
}
