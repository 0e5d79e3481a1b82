/* Which rules match, and what their hit policy makes of them; see table.h. A cell whose test is
 * null does not match: the rule is passed over, and the trace says that the answer was
 * unknown. */
#include "dmn/table.h"
#include "dmn/cells.h"
#include "dmn/num.h"
#include "dmn/trace.h"

const char *table_hit_name(const struct table *t)
{
    static const char *const names[] = {"UNIQUE",     "ANY",          "PRIORITY", "FIRST",
                                        "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
    static const char *const collect[] = {"COLLECT", "COLLECT SUM", "COLLECT COUNT",
                                          "COLLECT MIN", "COLLECT MAX"};
    return t->hit == HIT_COLLECT ? collect[t->aggregation] : names[t->hit];
}

struct matching {
    struct eval *e;
    const struct table *t;
    const struct node *at;
    const struct frame *f;
    uint32_t *rules; /* those that matched, in order */
    size_t n;
    struct trace_step *step;
};

static enum truth cell(struct matching *m, const struct node *n)
{
    struct value v = eval_node(m->e, n, m->f);
    return v.tag == TAG_BOOL ? (v.flag ? T_TRUE : T_FALSE) : T_NULL;
}

/* For the trace every cell is looked at, but only those up to the first that fails may leave
 * diagnostics. */
static bool matches(struct matching *m, size_t rule)
{
    const struct table_rule *r = &m->t->rules[rule];
    struct trace_rule *tr = m->step ? &m->step->rules[rule] : NULL;
    enum truth all = T_TRUE;
    for (size_t i = 0; i < m->t->n_inputs; i++) {
        if (!r->cells[i]) {
            if (tr) tr->cells[i] = CELL_ANY;
            continue;
        }
        size_t n_diags = m->e->diags.n;
        enum truth c = cell(m, r->cells[i]);
        if (tr) tr->cells[i] = (uint8_t)c;
        if (all != T_TRUE && m->e->stop == DMN_OK) m->e->diags.n = n_diags;
        if (c == T_FALSE || (c == T_NULL && all == T_TRUE)) all = c;
        if (all != T_TRUE && !tr) return false;
    }
    if (tr) tr->matched = (uint8_t)all;
    return all == T_TRUE;
}

static struct value *outputs_of(struct matching *m, uint32_t rule)
{
    const struct table_rule *r = &m->t->rules[rule];
    struct value *v = arena_array(m->e->arena, struct value, m->t->n_outputs);
    bool lenient = m->e->lenient;
    m->e->lenient = false;
    for (size_t i = 0; i < m->t->n_outputs; i++)
        v[i] = r->outputs[i]->op == N_CONST ? r->outputs[i]->value
                                            : eval_node(m->e, r->outputs[i], m->f);
    m->e->lenient = lenient;
    if (m->step) {
        struct trace_hit *h = arena_new(m->e->arena, struct trace_hit);
        *h = (struct trace_hit){.rule = rule, .outputs = v, .next = m->step->hits};
        m->step->hits = h;
    }
    return v;
}

static struct value result_of(struct matching *m, const struct value *outputs)
{
    if (m->t->n_outputs == 1) return outputs[0];
    struct value v = v_context(m->e->arena, m->t->n_outputs);
    for (size_t i = 0; i < m->t->n_outputs; i++) {
        v.context->keys[i] = m->t->outputs[i].name;
        v.context->values[i] = outputs[i];
    }
    return v;
}

/* Position of an output among the output values of its column: the earlier, the higher its
 * priority. */
static size_t rank(struct matching *m, const struct table_output *o, struct value v)
{
    struct eval *e = m->e;
    const struct node *n = o->allowed;
    if (!n) return 0;
    struct frame own = *m->f;
    size_t room = o->of_type && o->type ? o->type->allowed_slots : 0;
    if (e->sp + room > e->stack_size) return 0;
    if (o->of_type) own = (struct frame){.slots = e->stack + e->sp};
    e->sp += room;
    own.slots[o->slot] = v;
    size_t count = n->op == N_ANY_TEST ? n->list.n : 1, i, n_diags = e->diags.n;
    for (i = 0; i < count; i++)
        if (v_is_true(eval_node(e, n->op == N_ANY_TEST ? n->list.items[i] : n, &own))) break;
    e->sp -= room;
    if (e->stop == DMN_OK) e->diags.n = n_diags;
    return i;
}

struct ranked {
    struct value *outputs;
    size_t *ranks;
    uint32_t rule;
};

static int ranked_cmp(const struct ranked *a, const struct ranked *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a->ranks[i] != b->ranks[i]) return a->ranks[i] < b->ranks[i] ? -1 : 1;
    return a->rule < b->rule ? -1 : 1;
}

/* Insertion sort: stable, and the rules that match are few. */
static struct ranked *by_priority(struct matching *m)
{
    size_t n_out = m->t->n_outputs;
    struct ranked *r = arena_array(m->e->arena, struct ranked, m->n);
    for (size_t i = 0; i < m->n; i++) {
        struct ranked one = {.outputs = outputs_of(m, m->rules[i]), .rule = m->rules[i]};
        one.ranks = arena_array(m->e->arena, size_t, n_out);
        for (size_t k = 0; k < n_out; k++)
            one.ranks[k] = rank(m, &m->t->outputs[k], one.outputs[k]);
        size_t at = i;
        for (; at > 0 && ranked_cmp(&one, &r[at - 1], n_out) < 0; at--) r[at] = r[at - 1];
        r[at] = one;
    }
    return r;
}

static struct value aggregate(struct matching *m, struct value list)
{
    struct eval *e = m->e;
    const struct list *l = list.list;
    if (m->t->aggregation == AGGREGATE_NONE) return list;
    if (m->t->aggregation == AGGREGATE_COUNT) return v_int((int64_t)l->n);
    struct value acc = l->items[0];
    bool ok = m->t->aggregation != AGGREGATE_SUM || v_is_num(acc) || acc.tag == TAG_DAYS ||
              acc.tag == TAG_MONTHS;
    for (size_t i = 1; i < l->n && ok; i++) {
        struct value v = l->items[i];
        int c = 0;
        if (m->t->aggregation == AGGREGATE_SUM)
            ok = v_is_num(v) && v_is_num(acc) ? num_add(e->arena, acc, v, &acc)
                                              : temporal_add(e->arena, acc, v, &acc);
        else if ((ok = v_compare(v, acc, &c)) &&
                 (m->t->aggregation == AGGREGATE_MIN ? c < 0 : c > 0))
            acc = v;
    }
    if (ok) return acc;
    return eval_null(e, m->at, "DMN-0206",
                     "the outputs of the matching rules cannot be aggregated");
}

static struct value unmatched(struct matching *m)
{
    const struct table *t = m->t;
    bool any = false;
    for (size_t i = 0; i < t->n_outputs; i++) any |= t->outputs[i].otherwise != NULL;
    if (any) {
        struct value *v = arena_array(m->e->arena, struct value, t->n_outputs);
        for (size_t i = 0; i < t->n_outputs; i++)
            if (t->outputs[i].otherwise) v[i] = eval_node(m->e, t->outputs[i].otherwise, m->f);
        if (m->step) m->step->by_default = true;
        return result_of(m, v);
    }
    if (t->hit == HIT_COLLECT && t->aggregation == AGGREGATE_NONE)
        return v_list(m->e->arena, 0);
    if (t->hit == HIT_COLLECT && t->aggregation == AGGREGATE_COUNT) return v_int(0);
    return eval_null(m->e, m->at, "DMN-0201", "no rule of the table '" STR_FMT "' matched",
                     STR_ARG(t->name));
}

static struct value all_results(struct matching *m)
{
    struct value list = v_list(m->e->arena, m->n);
    for (size_t i = 0; i < m->n; i++)
        list.list->items[i] = result_of(m, outputs_of(m, m->rules[i]));
    return list;
}

static struct value hit(struct matching *m)
{
    const struct table *t = m->t;
    if (m->n == 0) return unmatched(m);
    switch ((enum hit_policy)t->hit) {
    case HIT_UNIQUE:
        if (m->n > 1)
            return eval_null(m->e, m->at, "DMN-0202",
                             "rules %u and %u of the table '" STR_FMT
                             "' both match, but its hit policy is UNIQUE",
                             m->rules[0] + 1, m->rules[1] + 1, STR_ARG(t->name));
        return result_of(m, outputs_of(m, m->rules[0]));
    case HIT_FIRST: return result_of(m, outputs_of(m, m->rules[0]));
    case HIT_ANY: {
        struct value first = result_of(m, outputs_of(m, m->rules[0]));
        for (size_t i = 1; i < m->n; i++)
            if (v_equal(first, result_of(m, outputs_of(m, m->rules[i]))) != T_TRUE)
                return eval_null(m->e, m->at, "DMN-0203",
                                 "rules %u and %u of the table '" STR_FMT
                                 "' match with different outputs, but its hit policy is ANY",
                                 m->rules[0] + 1, m->rules[i] + 1, STR_ARG(t->name));
        return first;
    }
    case HIT_PRIORITY: return result_of(m, by_priority(m)[0].outputs);
    case HIT_OUTPUT_ORDER: {
        struct ranked *r = by_priority(m);
        struct value list = v_list(m->e->arena, m->n);
        for (size_t i = 0; i < m->n; i++) list.list->items[i] = result_of(m, r[i].outputs);
        return list;
    }
    case HIT_RULE_ORDER: return all_results(m);
    case HIT_COLLECT: return aggregate(m, all_results(m));
    }
    return v_null(0);
}

/* Most input expressions are the name of something known already. */
static inline struct value input_value(struct matching *m, const struct node *n)
{
    const struct env *env = m->e->env;
    if (n->op == N_GLOBAL && env->states[n->element->index] >= ENV_COMPUTED)
        return env->values[n->element->index];
    return eval_node(m->e, n, m->f);
}

/* False: the input is not among the input values of its column (§8.2.6), so the table has no
 * result. */
static __attribute__((noinline)) bool input_allowed(struct matching *m,
                                                    const struct table_input *in,
                                                    struct value v, struct value *ret)
{
    if (v_is_null(v) || v_is_true(eval_node(m->e, in->allowed, m->f))) return true;
    struct str shown = v_print(m->e->arena, v);
    *ret = eval_null(m->e, m->at, "DMN-0205",
                     "the input '" STR_FMT "' is " STR_FMT ", which is not one of " STR_FMT,
                     STR_ARG(in->text), STR_ARG(shown), STR_ARG(in->allowed_text));
    return false;
}

static bool read_inputs(struct matching *m, struct value *ret)
{
    const struct table_input *inputs = m->t->inputs;
    struct value *slots = m->f->slots;
    for (size_t i = 0, n = m->t->n_inputs; i < n; i++) {
        struct value v = input_value(m, inputs[i].value);
        slots[inputs[i].slot] = v;
        if (m->step) m->step->inputs[i] = v;
        if (inputs[i].allowed && !input_allowed(m, &inputs[i], v, ret)) return false;
    }
    return true;
}

static void step_begin(struct matching *m)
{
    const struct table *t = m->t;
    struct arena *a = m->e->arena;
    struct trace_step *s = trace_push(m->e->trace, TRACE_TABLE);
    s->table = t;
    s->n_inputs = t->n_inputs;
    s->inputs = arena_array(a, struct value, t->n_inputs);
    m->step = s;
}

static void step_rules(struct matching *m)
{
    const struct table *t = m->t;
    struct arena *a = m->e->arena;
    struct trace_rule *rules = arena_array(a, struct trace_rule, t->n_rules);
    uint8_t *cells = arena_array(a, uint8_t, t->n_rules * t->n_inputs);
    for (size_t i = 0; i < t->n_rules; i++) rules[i].cells = cells + i * t->n_inputs;
    m->step->rules = rules;
}

/* Cell by cell, for the trace and for tables that are not compiled to sets. */
static void match_all(struct matching *m)
{
    const struct table *t = m->t;
    if (m->step) {
        step_rules(m);
        m->step->n_rules = t->n_rules;
    }
    for (size_t i = 0; i < t->n_rules && m->e->stop == DMN_OK; i++) {
        if (!matches(m, i)) continue;
        m->rules[m->n++] = (uint32_t)i;
        if (t->hit != HIT_FIRST) continue;
        if (m->step) m->step->n_rules = i + 1;
        break;
    }
}

/* By sets. False: the trace wants to know what cells said that the positions of the inputs do
 * not tell. */
static bool match_sets(struct matching *m)
{
    const struct table *t = m->t;
    bool first = t->hit == HIT_FIRST;
    if (!t->columns) return false;
    uint32_t *positions = arena_array(m->e->arena, uint32_t, t->n_inputs);
    bool plain = columns_locate(t, m->f, positions);
    if (!plain && m->step) return false;
    m->n = columns_match(m->e, t, m->f, positions, plain, m->rules, first);
    if (m->step) {
        m->step->positions = positions;
        m->step->n_rules = first && m->n ? m->rules[0] + 1 : t->n_rules;
    }
    return true;
}

struct value table_eval(struct eval *e, const struct table *t, const struct node *n,
                        const struct frame *f)
{
    struct matching m = {.e = e, .t = t, .at = n, .f = f};
    struct value v;
    if (!eval_fits(e, t->n_rules * (sizeof(struct trace_rule) + 2 * t->n_inputs + 64)))
        return v_null(0);
    if (e->trace) step_begin(&m);
    if (read_inputs(&m, &v)) {
        uint32_t first[1];
        m.rules = t->hit == HIT_FIRST ? first : arena_array(e->arena, uint32_t, t->n_rules);
        bool lenient = e->lenient;
        e->lenient = true;
        if (!match_sets(&m)) match_all(&m);
        e->lenient = lenient;
        v = eval_settle(e, n, hit(&m));
    }
    if (e->trace) trace_pop(e->trace, v);
    return v;
}
