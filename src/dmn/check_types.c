/* What the declared types and the literals of an expression make certain: operators that are
 * not defined for their operands, conditions that are never true or false, components a type
 * does not have, values that never fit. The static type of a node is that of its value unless
 * the value is null, so whatever is said here also holds for null. */
#include "dmn/check.h"

enum sort { SORT_UNKNOWN, SORT_NUMBER, SORT_STRING, SORT_BOOLEAN, SORT_MOMENT, SORT_DURATION };

static enum type_kind kind(const struct node *n)
{
    if (n->op == N_CONST)
        return v_is_null(n->value) ? TY_ANY : (enum type_kind)type_of_value(n->value)->kind;
    return n->type ? (enum type_kind)n->type->kind : TY_ANY;
}

static enum sort sort_of(enum type_kind k)
{
    switch (k) {
    case TY_NUMBER: return SORT_NUMBER;
    case TY_STRING: return SORT_STRING;
    case TY_BOOLEAN: return SORT_BOOLEAN;
    case TY_DATE:
    case TY_TIME:
    case TY_DATE_TIME: return SORT_MOMENT;
    case TY_DAYS:
    case TY_MONTHS: return SORT_DURATION;
    case TY_ANY:
    case TY_NULL:
    case TY_LIST:
    case TY_CONTEXT:
    case TY_RANGE:
    case TY_FUNCTION: return SORT_UNKNOWN;
    }
    return SORT_UNKNOWN;
}

static const char *name(enum type_kind k)
{
    static const char *const names[] = {"Any",
                                        "Null",
                                        "number",
                                        "string",
                                        "boolean",
                                        "date",
                                        "time",
                                        "date and time",
                                        "days and time duration",
                                        "years and months duration",
                                        "list",
                                        "context",
                                        "range",
                                        "function"};
    return names[k];
}

static void always_null(struct check *c, const struct node *n, const char *what,
                        enum type_kind a, enum type_kind b)
{
    check_add(c, DMN_ERROR, "DMN-0501", n->place ? n->place : &c->element->place, (int)n->line,
              n->column, "%s is not defined for %s and %s: the result is always null", what,
              name(a), name(b));
}

/* DMN 1.5 table 55. */
static bool arithmetic(enum op op, enum sort a, enum sort b)
{
    bool numbers = a == SORT_NUMBER && b == SORT_NUMBER;
    if (op == N_ADD)
        return numbers || (a == SORT_STRING && b == SORT_STRING) ||
               (a == SORT_MOMENT && b == SORT_DURATION) ||
               (a == SORT_DURATION && (b == SORT_MOMENT || b == SORT_DURATION));
    if (op == N_SUB)
        return numbers || (a == SORT_MOMENT && (b == SORT_MOMENT || b == SORT_DURATION)) ||
               (a == SORT_DURATION && b == SORT_DURATION);
    if (op == N_MUL)
        return numbers || (a == SORT_NUMBER && b == SORT_DURATION) ||
               (a == SORT_DURATION && b == SORT_NUMBER);
    if (op == N_DIV)
        return numbers || (a == SORT_DURATION && (b == SORT_NUMBER || b == SORT_DURATION));
    return numbers;
}

/* Two kinds of moments may be compared by an implicit conversion (§10.3.2.9.4); durations may
 * not, but it is left. */
static bool comparable(enum type_kind x, enum type_kind y, bool ordered)
{
    enum sort a = sort_of(x), b = sort_of(y);
    return !a || !b || (a == b && !(ordered && a == SORT_BOOLEAN));
}

static void condition(struct check *c, const struct node *n, const char *what)
{
    enum sort s = sort_of(kind(n));
    if (s != SORT_UNKNOWN && s != SORT_BOOLEAN)
        check_add(c, DMN_ERROR, "DMN-0502", n->place ? n->place : &c->element->place,
                  (int)n->line, n->column, "%s is a %s: it is never true or false", what,
                  name(kind(n)));
}

static void operands(struct check *c, const struct node *n)
{
    static const char *const words[] = {
        [N_ADD] = "+",  [N_SUB] = "-", [N_MUL] = "*", [N_DIV] = "/",
        [N_POW] = "**", [N_EQ] = "=",  [N_NE] = "!=", [N_LT] = "<",
        [N_LE] = "<=",  [N_GT] = ">",  [N_GE] = ">="};
    enum type_kind a = kind(n->kid.a), b = kind(n->kid.b);
    if (n->op >= N_EQ) {
        if (!comparable(a, b, n->op >= N_LT)) always_null(c, n, words[n->op], a, b);
    } else if (sort_of(a) && sort_of(b) &&
               !arithmetic((enum op)n->op, sort_of(a), sort_of(b))) {
        always_null(c, n, words[n->op], a, b);
    }
}

static void path(struct check *c, const struct node *n)
{
    const struct type *t = n->path.of->type;
    enum sort s = sort_of(kind(n->path.of));
    if (s == SORT_NUMBER || s == SORT_STRING || s == SORT_BOOLEAN)
        check_add(c, DMN_ERROR, "DMN-0503", n->place ? n->place : &c->element->place,
                  (int)n->line, n->column, "a %s has no component '" STR_FMT "'",
                  name(kind(n->path.of)), STR_ARG(n->path.name));
    while (t && t->kind == TY_LIST) t = t->of;
    if (t && t->name.n && t->kind == TY_CONTEXT && !type_is_open(t) &&
        !type_member(t, n->path.name))
        check_add(c, DMN_ERROR, "DMN-0503", n->place ? n->place : &c->element->place,
                  (int)n->line, n->column,
                  "the type " STR_FMT " has no component '" STR_FMT "'", STR_ARG(t->name),
                  STR_ARG(n->path.name));
}

static bool fits(enum type_kind k, uint16_t accepts)
{
    static const uint8_t tags[] = {
        [TY_NUMBER] = TAG_NUM, [TY_STRING] = TAG_STR,   [TY_BOOLEAN] = TAG_BOOL,
        [TY_DATE] = TAG_DATE,  [TY_TIME] = TAG_TIME,    [TY_DATE_TIME] = TAG_DATE_TIME,
        [TY_DAYS] = TAG_DAYS,  [TY_MONTHS] = TAG_MONTHS};
    if (!sort_of(k)) return true;
    if (accepts & (1u << TAG_LIST | 1u << tags[k])) return true;
    if (k == TY_NUMBER && (accepts & 1u << TAG_NUM_BIG)) return true;
    return k == TY_DATE && (accepts & 1u << TAG_DATE_TIME);
}

static bool signature_fits(const struct builtin_signature *s, const struct node *n)
{
    size_t params = *s->params != 0;
    for (const char *p = s->params; *p; p++) params += *p == ',';
    if (n->call.n < s->min || (s->max != 255 && n->call.n > s->max)) return false;
    for (uint32_t i = 0; i < n->call.n && params; i++)
        if (!fits(kind(n->call.args[i].value), s->accepts[i < params ? i : params - 1]))
            return false;
    return true;
}

/* Positional calls only; named ones are bound when they are compiled. */
static void call(struct check *c, const struct node *n)
{
    if (n->flag || n->call.fn->op != N_BUILTIN) return;
    const struct builtin *b = n->call.fn->builtin;
    for (size_t i = 0; i < b->n_signatures; i++)
        if (signature_fits(&b->signatures[i], n)) return;
    check_add(c, DMN_ERROR, "DMN-0507", n->place ? n->place : &c->element->place, (int)n->line,
              n->column,
              "%s() has no form for arguments of these types: the result is always null",
              b->name);
}

static void coercion(struct check *c, const struct node *n)
{
    const struct node *v = n->cast.value;
    const struct type *t = n->cast.type;
    const struct place *at = v->place ? v->place : n->place ? n->place : &c->element->place;
    enum type_kind from = kind(v), to = (enum type_kind)t->kind;
    struct value ret;
    if (sort_of(from) && (sort_of(to) || to == TY_CONTEXT || to == TY_FUNCTION) && from != to &&
        !(from == TY_DATE && to == TY_DATE_TIME)) {
        struct str want = type_text(c->arena, t);
        check_add(c, DMN_ERROR, "DMN-0506", at, (int)v->line, v->column,
                  "a %s never conforms to the declared type " STR_FMT
                  ": the result is always null",
                  name(from), STR_ARG(want));
    } else if (v->op == N_CONST && !v_is_null(v->value) && t->constrained) {
        c->e->diags.n = 0;
        c->e->stop = DMN_OK;
        c->e->fuel = 1000000;
        if (eval_convert(c->e, v->value, t, &ret) || c->e->stop != DMN_OK) return;
        struct str shown = v_print(c->arena, v->value), want = type_text(c->arena, t);
        check_add(c, DMN_ERROR, "DMN-0506", at, (int)v->line, v->column,
                  STR_FMT " is not one of the values of " STR_FMT, STR_ARG(shown),
                  STR_ARG(want));
    }
}

void check_types(struct check *c, const struct node *n)
{
    switch ((enum op)n->op) {
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW:
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE: operands(c, n); return;
    case N_AND:
    case N_OR:
        condition(c, n->kid.a, n->op == N_AND ? "an operand of `and`" : "an operand of `or`");
        condition(c, n->kid.b, n->op == N_AND ? "an operand of `and`" : "an operand of `or`");
        return;
    case N_IF: condition(c, n->kid.a, "the condition of `if`"); return;
    case N_SOME:
    case N_EVERY: condition(c, n->loop.body, "what is asked of each item"); return;
    case N_BETWEEN:
        if (!comparable(kind(n->kid.a), kind(n->kid.b), true))
            always_null(c, n, "`between`", kind(n->kid.a), kind(n->kid.b));
        return;
    case N_PATH: path(c, n); return;
    case N_CALL: call(c, n); return;
    case N_COERCE: coercion(c, n); return;
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
    case N_NEG:
    case N_IN:
    case N_TEST:
    case N_ANY_TEST:
    case N_FOR:
    case N_FILTER:
    case N_FUNCTION:
    case N_INSTANCE:
    case N_TABLE: return;
    }
}
