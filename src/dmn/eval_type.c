/* Conformance, conversion and `instance of`: DMN 1.5 §10.3.2.3 and §10.3.2.9.4. */
#include "dmn/nodes.h"

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
        eval_stop(e, NULL, "FEEL-0213", "values nested too deep");
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

struct value eval_coerce(struct eval *e, struct value v, const struct type *t,
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
bool eval_instance(struct eval *e, struct value v, const struct type *t)
{
    if (!t) return false;
    if (v_is_null(v)) return t->kind == TY_NULL;
    e->shape_only = true; /* allowed values do not make another type (TCK 0070 number_013) */
    bool yes = eval_conforms(e, v, t);
    e->shape_only = false;
    return yes;
}
