/* The lattice of types: lookup by name, conformance, printing. What needs evaluation (allowed
 * values, conversion of values) is in eval.c. */
#include "dmn/type.h"

#define T(id, k, nm) const struct type id = {.kind = k, .name = {nm, sizeof nm - 1}}
T(type_any, TY_ANY, "Any");
T(type_null, TY_NULL, "Null");
T(type_number, TY_NUMBER, "number");
T(type_string, TY_STRING, "string");
T(type_boolean, TY_BOOLEAN, "boolean");
T(type_date, TY_DATE, "date");
T(type_time, TY_TIME, "time");
T(type_date_time, TY_DATE_TIME, "date and time");
T(type_days, TY_DAYS, "days and time duration");
T(type_months, TY_MONTHS, "years and months duration");
T(type_list, TY_LIST, "list");
T(type_context, TY_CONTEXT, "context");
T(type_range, TY_RANGE, "range");
T(type_function, TY_FUNCTION, "function");

static const struct {
    const char *name;
    const struct type *type;
} names[] = {
    {"Any", &type_any},
    {"any", &type_any},
    {"Null", &type_null},
    {"number", &type_number},
    {"string", &type_string},
    {"boolean", &type_boolean},
    {"date", &type_date},
    {"time", &type_time},
    {"date and time", &type_date_time},
    {"dateTime", &type_date_time},
    {"days and time duration", &type_days},
    {"dayTimeDuration", &type_days},
    {"years and months duration", &type_months},
    {"yearMonthDuration", &type_months},
    {"list", &type_list},
    {"context", &type_context},
    {"range", &type_range},
    {"function", &type_function},
};

const struct type *type_builtin(struct str name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name)) return names[i].type;
    return NULL;
}

const struct type *type_of_value(struct value v)
{
    switch ((enum tag)v.tag) {
    case TAG_NULL: return &type_null;
    case TAG_BOOL: return &type_boolean;
    case TAG_NUM:
    case TAG_NUM_BIG: return &type_number;
    case TAG_STR: return &type_string;
    case TAG_DATE: return &type_date;
    case TAG_TIME: return &type_time;
    case TAG_DATE_TIME: return &type_date_time;
    case TAG_DAYS: return &type_days;
    case TAG_MONTHS: return &type_months;
    case TAG_LIST: return &type_list;
    case TAG_CONTEXT: return &type_context;
    case TAG_RANGE: return &type_range;
    case TAG_FUNCTION: return &type_function;
    }
    return &type_any;
}

const char *type_tag_name(struct value v)
{
    if (v.tag == TAG_NULL) return "null";
    return type_of_value(v)->name.p;
}

struct type *type_list_of(struct arena *a, const struct type *of)
{
    struct type *t = arena_new(a, struct type);
    t->kind = TY_LIST;
    t->of = of;
    t->constrained = of && of->constrained;
    return t;
}

const struct type *type_element(const struct type *t)
{
    return t && t->kind == TY_LIST ? t->of : t;
}

const struct type *type_member(const struct type *t, struct str name)
{
    while (t && t->kind == TY_LIST) t = t->of;
    if (!t || t->kind != TY_CONTEXT) return NULL;
    for (size_t i = 0; i < t->n_members; i++)
        if (str_eq(t->members[i].name, name)) return t->members[i].type;
    return NULL;
}

bool type_is_open(const struct type *t)
{
    while (t && t->kind == TY_LIST) t = t->of;
    return !t || t->kind == TY_ANY || (t->kind == TY_CONTEXT && t->n_members == 0);
}

void type_print(struct buf *b, const struct type *t)
{
    if (!t) {
        buf_c(b, "Any");
        return;
    }
    if (t->name.n) {
        buf_str_add(b, t->name);
        return;
    }
    switch ((enum type_kind)t->kind) {
    case TY_LIST:
    case TY_RANGE:
        buf_c(b, t->kind == TY_LIST ? "list<" : "range<");
        type_print(b, t->of);
        buf_ch(b, '>');
        return;
    case TY_CONTEXT:
    case TY_FUNCTION:
        buf_c(b, t->kind == TY_CONTEXT ? "context<" : "function<");
        for (size_t i = 0; i < t->n_members; i++) {
            if (i) buf_c(b, ", ");
            if (t->kind == TY_CONTEXT) {
                buf_str_add(b, t->members[i].name);
                buf_c(b, ": ");
            }
            type_print(b, t->members[i].type);
        }
        buf_ch(b, '>');
        if (t->kind == TY_FUNCTION) {
            buf_c(b, "->");
            type_print(b, t->of);
        }
        return;
    case TY_ANY:
    case TY_NULL:
    case TY_NUMBER:
    case TY_STRING:
    case TY_BOOLEAN:
    case TY_DATE:
    case TY_TIME:
    case TY_DATE_TIME:
    case TY_DAYS:
    case TY_MONTHS: break;
    }
    static const char *const plain[] = {"Any",
                                        "Null",
                                        "number",
                                        "string",
                                        "boolean",
                                        "date",
                                        "time",
                                        "date and time",
                                        "days and time duration",
                                        "years and months duration"};
    buf_c(b, plain[t->kind]);
}

struct str type_text(struct arena *a, const struct type *t)
{
    struct buf b = buf_in(a);
    type_print(&b, t);
    return buf_str(&b);
}

/* DMN 1.5 §10.3.2.9.2, table 46: conformance of types. Recursive item definitions are cut off
 * by depth. */
bool type_conforms(const struct type *a, const struct type *b, int depth)
{
    if (!b || b->kind == TY_ANY || a == b || depth > 32) return true;
    if (!a || a->kind == TY_ANY) return false;
    if (a->kind == TY_NULL) return true;
    if (a->kind != b->kind) return false;
    switch ((enum type_kind)b->kind) {
    case TY_LIST:
    case TY_RANGE: return !b->of || type_conforms(a->of, b->of, depth + 1);
    case TY_CONTEXT:
        for (size_t i = 0; i < b->n_members; i++) {
            const struct type *m = type_member(a, b->members[i].name);
            if (!m || !type_conforms(m, b->members[i].type, depth + 1)) return false;
        }
        return true;
    case TY_FUNCTION:
        if (b == &type_function) return true;
        if (a->n_members != b->n_members) return false;
        for (size_t i = 0; i < b->n_members; i++) /* contravariant in the parameters */
            if (!type_conforms(b->members[i].type, a->members[i].type, depth + 1)) return false;
        return type_conforms(a->of, b->of, depth + 1);
    case TY_ANY:
    case TY_NULL:
    case TY_NUMBER:
    case TY_STRING:
    case TY_BOOLEAN:
    case TY_DATE:
    case TY_TIME:
    case TY_DATE_TIME:
    case TY_DAYS:
    case TY_MONTHS: return true;
    }
    return false;
}
