/* JSON glue; see convert.h. */
#include "dmn/convert.h"
#include "dmn/num.h"
#include <stdio.h>

struct json *convert_to_json(struct arena *a, struct value v)
{
    struct json *j;
    int64_t i;
    switch ((enum tag)v.tag) {
    case TAG_NULL: return json_null(a);
    case TAG_BOOL: return json_bool(a, v.flag);
    case TAG_NUM:
    case TAG_NUM_BIG:
        if (num_to_i64(v, &i)) return json_int(a, i);
        j = json_real(a, num_to_double(v));
        j->num.text = num_print(a, v); /* all digits */
        return j;
    case TAG_STR: return json_string(a, v_text(v));
    case TAG_LIST:
        j = json_array(a);
        for (size_t k = 0; k < v.list->n; k++)
            json_add(a, j, convert_to_json(a, v.list->items[k]));
        return j;
    case TAG_CONTEXT:
        j = json_object(a);
        for (size_t k = 0; k < v.context->n; k++)
            json_set_str(a, j, v.context->keys[k], convert_to_json(a, v.context->values[k]));
        return j;
    case TAG_DATE:
    case TAG_TIME:
    case TAG_DATE_TIME:
    case TAG_DAYS:
    case TAG_MONTHS:
    case TAG_RANGE:
    case TAG_FUNCTION: return json_string(a, v_print(a, v));
    }
    return json_null(a);
}

/* Where in the input: made into a JSON pointer (RFC 6901) only when something is wrong
 * there. */
struct path {
    const struct path *up;
    struct str key; /* key.p NULL: an index; the outermost one is a pointer already */
    size_t index;
};

static void path_write(struct buf *b, const struct path *p)
{
    if (!p->up) {
        buf_str_add(b, p->key);
        return;
    }
    path_write(b, p->up);
    buf_ch(b, '/');
    if (!p->key.p) buf_printf(b, "%zu", p->index);
    for (size_t i = 0; p->key.p && i < p->key.n; i++) {
        if (p->key.p[i] == '~')
            buf_c(b, "~0");
        else if (p->key.p[i] == '/')
            buf_c(b, "~1");
        else
            buf_ch(b, p->key.p[i]);
    }
}

const char *convert_pointer(struct arena *a, struct str name)
{
    struct buf b = buf_in(a);
    path_write(&b, &(struct path){&(struct path){NULL, {"", 0}, 0}, name, 0});
    return buf_z(&b);
}

static struct place path_place(struct eval *e, const struct path *p)
{
    struct buf b = buf_in(e->arena);
    path_write(&b, p);
    return (struct place){.source = "input", .element = buf_z(&b)};
}

static bool misfit(struct eval *e, const struct path *pointer, const struct type *t,
                   const char *got)
{
    struct str want = type_text(e->arena, t);
    struct place p = path_place(e, pointer);
    diag_add(&e->diags, true, "DMN-0302", &p, 0, 0, "expected " STR_FMT ", found %s",
             STR_ARG(want), got);
    return false;
}

static bool from_string(struct eval *e, struct str s, const struct type *t,
                        const struct path *pointer, struct value *ret)
{
    bool ok = true;
    const struct zones *z = &e->zones;
    switch (t ? (enum type_kind)t->kind : TY_STRING) {
    case TY_DATE: ok = temporal_date(e->arena, s, ret); break;
    case TY_TIME: ok = temporal_time(e->arena, z, s, ret); break;
    case TY_DATE_TIME:
        ok = temporal_date_time(e->arena, z, s, ret) || temporal_date(e->arena, s, ret);
        break;
    case TY_DAYS: ok = temporal_duration(e->arena, s, ret) && ret->tag == TAG_DAYS; break;
    case TY_MONTHS: ok = temporal_duration(e->arena, s, ret) && ret->tag == TAG_MONTHS; break;
    case TY_NUMBER:
        ok = num_parse(e->arena, s, ret);
        break; /* digits a JSON number could not hold */
    case TY_ANY:
    case TY_NULL:
    case TY_STRING:
    case TY_BOOLEAN:
    case TY_LIST:
    case TY_CONTEXT:
    case TY_RANGE:
    case TY_FUNCTION: *ret = v_str(str_dup(e->arena, s)); break;
    }
    if (ok) return true;
    *ret = v_null(0);
    return misfit(e, pointer, t, "other text");
}

static bool from_any(struct eval *e, const struct json *j, const struct type *t,
                     const struct path *pointer, struct value *ret);

static bool from_object(struct eval *e, const struct json *j, const struct type *t,
                        const struct path *pointer, struct value *ret)
{
    size_t declared = t && t->kind == TY_CONTEXT ? t->n_members : 0, n = 0;
    bool ok = true;
    struct value v = v_context(e->arena, json_len(j) + declared);
    struct context *c = arena_new(e->arena, struct context);
    *c = *v.context;
    for (size_t i = 0; i < json_len(j); i++) {
        struct json_member *m = &j->object.members[i];
        const struct type *mt = declared ? type_member(t, m->key) : NULL;
        c->keys[n] = str_dup(e->arena, m->key);
        struct path at = {pointer, c->keys[n], 0};
        ok &= from_any(e, m->value, mt, &at, &c->values[n++]);
    }
    for (size_t i = 0; i < declared; i++) /* absent: null, so that unknown stays unknown */
        if (!json_get_str(j, t->members[i].name)) c->keys[n++] = t->members[i].name;
    c->n = n;
    v.context = c;
    *ret = v;
    return ok;
}

static bool from_array(struct eval *e, const struct json *j, const struct type *t,
                       const struct path *pointer, struct value *ret)
{
    bool ok = true;
    *ret = v_list(e->arena, json_len(j));
    for (size_t i = 0; i < json_len(j); i++) {
        struct path at = {pointer, {NULL, 0}, i};
        ok &= from_any(e, json_at(j, i), t && t->kind == TY_LIST ? t->of : t, &at,
                       &ret->list->items[i]);
    }
    return ok;
}

static bool from_any(struct eval *e, const struct json *j, const struct type *t,
                     const struct path *pointer, struct value *ret)
{
    const struct type *one = t;
    while (one && one->kind == TY_LIST && j->type != JSON_ARRAY)
        one = one->of; /* a singleton may stand for a list */
    *ret = v_null(0);
    switch (j->type) {
    case JSON_NULL: return true;
    case JSON_BOOL: *ret = v_bool(j->boolean); return true;
    case JSON_NUMBER:
        if (j->num.is_whole)
            *ret = v_int(j->num.whole);
        else if (!num_parse(e->arena, j->num.text, ret))
            return misfit(e, pointer, &type_number, "a number out of range");
        return true;
    case JSON_STRING: return from_string(e, j->string, one, pointer, ret);
    case JSON_ARRAY: return from_array(e, j, one, pointer, ret);
    case JSON_OBJECT: return from_object(e, j, one, pointer, ret);
    }
    return true;
}

/* Which part of the value breaks the type: the deepest pointer that can be blamed. */
static bool blame(struct eval *e, struct value v, const struct type *t,
                  const struct path *pointer)
{
    if (t->kind == TY_CONTEXT && v.tag == TAG_CONTEXT) {
        for (size_t i = 0; i < t->n_members; i++) {
            struct value m;
            const struct type *mt = t->members[i].type;
            if (!mt || !v_entry(v, t->members[i].name, &m) || eval_conforms(e, m, mt)) continue;
            struct path at = {pointer, t->members[i].name, 0};
            return blame(e, m, mt, &at);
        }
    }
    if (t->kind == TY_LIST && v.tag == TAG_LIST && t->of) {
        for (size_t i = 0; i < v.list->n; i++) {
            struct path at = {pointer, {NULL, 0}, i};
            if (!eval_conforms(e, v.list->items[i], t->of))
                return blame(e, v.list->items[i], t->of, &at);
        }
    }
    if (t->allowed && t->kind == type_of_value(v)->kind) {
        struct str shown = v_print(e->arena, v);
        struct place p = path_place(e, pointer);
        diag_add(&e->diags, true, "DMN-0302", &p, 0, 0,
                 STR_FMT " is not one of the allowed values " STR_FMT, STR_ARG(shown),
                 STR_ARG(t->allowed_text));
        return false;
    }
    return misfit(e, pointer, t, type_tag_name(v));
}

bool convert_from_json(struct eval *e, const struct json *j, const struct type *t,
                       struct str name, struct value *ret)
{
    struct value v;
    struct path root = {NULL, {"", 0}, 0}, at = {&root, name, 0};
    *ret = v_null(0);
    if (!from_any(e, j, t, &at, &v)) return false;
    v = convert_complete(e, v, t);
    if (eval_convert(e, v, t, ret)) return true;
    *ret = v_null(0);
    return blame(e, v, t, &at);
}

static bool lacks(struct value v, const struct type *t)
{
    struct value m;
    for (size_t i = 0; i < t->n_members; i++)
        if (!v_entry(v, t->members[i].name, &m)) return true;
    return false;
}

struct value convert_complete(struct eval *e, struct value v, const struct type *t)
{
    if (!t || v_is_null(v)) return v;
    if (t->kind == TY_LIST && v.tag != TAG_LIST) {
        struct value one = convert_complete(e, v, t->of), list = v_list(e->arena, 1);
        list.list->items[0] = one;
        return list;
    }
    if (v.tag == TAG_LIST && t->kind == TY_LIST) {
        struct value list = v_list(e->arena, v.list->n);
        for (size_t i = 0; i < v.list->n; i++)
            list.list->items[i] = convert_complete(e, v.list->items[i], t->of);
        return list;
    }
    if (v.tag == TAG_DATE && t->kind == TY_DATE_TIME) {
        struct value d;
        return eval_convert(e, v, t, &d) ? d : v;
    }
    if (v.tag != TAG_CONTEXT || t->kind != TY_CONTEXT) return v;
    size_t more = lacks(v, t) ? t->n_members : 0;
    struct value ret = v_context(e->arena, v.context->n + more);
    struct context *c = arena_new(e->arena, struct context);
    *c = *ret.context;
    c->n = v.context->n;
    for (size_t i = 0; i < v.context->n; i++) {
        c->keys[i] = v.context->keys[i];
        c->values[i] = convert_complete(e, v.context->values[i], type_member(t, c->keys[i]));
    }
    struct value m;
    for (size_t i = 0; i < t->n_members; i++)
        if (!v_entry(v, t->members[i].name, &m)) c->keys[c->n++] = t->members[i].name;
    ret.context = c;
    return ret;
}
