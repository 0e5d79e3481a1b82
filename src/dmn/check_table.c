/* Findings about one decision table. What gaps.c finds is put through the evaluator before it
 * is said: first the table with the values of the box as its inputs, by sets and cell by cell;
 * then, where every input expression is a datum that can be set, the whole decision from JSON.
 * Only what the second has shown, for inputs that do not depend on each other, is an error; the
 * first alone shows what happens if such values occur together. */
#include "base/json.h"
#include "dmn/check.h"
#include "dmn/convert.h"
#include <string.h>

#define MAX_SHOWN 12 /* pairs of rules of a table */

/* Where the value of a column comes from: a component of an input datum or of a decision. */
struct source {
    const struct element *element; /* NULL: computed */
    struct str path[8];
    size_t n;
};

struct work {
    struct check *c;
    const struct table *t;
    struct gaps g;
    struct frame f;
    uint64_t budget;
    struct source *sources;
    bool independent; /* every column its own part of an input datum */
    bool bindable;    /* an example for the whole decision can be made */
    size_t shown;
};

static bool source_of(const struct node *n, struct source *s)
{
    if (n->op == N_COERCE) return source_of(n->cast.value, s);
    if (n->op == N_GLOBAL &&
        (n->element->kind == ELEMENT_INPUT || n->element->kind == ELEMENT_DECISION)) {
        s->element = n->element;
        return true;
    }
    if (n->op != N_PATH || s->n == 8 || !source_of(n->path.of, s)) return false;
    const struct type *t = n->path.of->type;
    if (s->n == 8 || (t && t->kind != TY_CONTEXT && t->kind != TY_ANY)) return false;
    s->path[s->n++] = n->path.name;
    return true;
}

static bool related(const struct source *a, const struct source *b)
{
    if (a->element != b->element) return false;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (!str_eq(a->path[i], b->path[i])) return false;
    return true;
}

static void sources(struct work *w)
{
    size_t n = w->t->n_inputs;
    w->sources = arena_array(w->c->arena, struct source, n);
    w->bindable = w->independent =
        w->c->element->kind == ELEMENT_DECISION && !w->c->in_function;
    for (size_t i = 0; i < n; i++) {
        struct source *s = &w->sources[i];
        if (!source_of(w->t->inputs[i].value, s)) {
            w->bindable = w->independent = false;
            continue;
        }
        w->independent &= s->element->kind == ELEMENT_INPUT;
        for (size_t k = 0; k < i; k++)
            if (related(s, &w->sources[k])) w->bindable = w->independent = false;
    }
}

/* Two columns that look at the same thing cannot have just any pair of values. */
static bool entangled(const struct work *w)
{
    for (size_t i = 0; i < w->t->n_inputs; i++)
        for (size_t k = 0; k < i; k++)
            if (str_eq(w->t->inputs[i].text, w->t->inputs[k].text) ||
                (w->sources[i].element && related(&w->sources[i], &w->sources[k])))
                return true;
    return false;
}

/* Examples */

static struct str literal(struct arena *a, struct value v)
{
    if (v.tag == TAG_NULL) return STR("null");
    struct str s = v_print(a, v);
    if (v.tag == TAG_STR) return str_c(arena_printf(a, "\"" STR_FMT "\"", STR_ARG(s)));
    if (v_is_num(v) || v.tag == TAG_BOOL) return s;
    if (v.tag == TAG_LIST || v.tag == TAG_CONTEXT || v.tag == TAG_RANGE)
        return STR("some value");
    return str_c(arena_printf(a, "@\"" STR_FMT "\"", STR_ARG(s)));
}

static const char *box_text(struct work *w, const size_t *segments)
{
    struct buf b = buf_in(w->c->arena);
    for (size_t i = 0; i < w->t->n_inputs; i++) {
        struct str v = literal(w->c->arena, w->g.columns[i].segments[segments[i]].value);
        struct str text = w->t->inputs[i].text;
        buf_printf(&b, "%s" STR_FMT " = " STR_FMT, i ? ", " : "", STR_ARG(text), STR_ARG(v));
    }
    return buf_z(&b);
}

static struct json *child(struct arena *a, struct json *o, struct str key)
{
    for (size_t i = 0; i < o->object.n; i++)
        if (str_eq(o->object.members[i].key, key)) return o->object.members[i].value;
    struct json *n = json_object(a);
    json_set_str(a, o, key, n);
    return n;
}

static const char *box_json(struct work *w, const size_t *segments)
{
    struct arena *a = w->c->arena;
    struct json *root = json_object(a);
    for (size_t i = 0; i < w->t->n_inputs; i++) {
        const struct source *s = &w->sources[i];
        struct json *o = root;
        for (size_t k = 0; k < s->n; k++)
            o = child(a, o, k ? s->path[k - 1] : s->element->name);
        json_set_str(a, o, s->n ? s->path[s->n - 1] : s->element->name,
                     convert_to_json(a, w->g.columns[i].segments[segments[i]].value));
    }
    struct buf b = buf_in(a);
    json_write(&b, root);
    return buf_z(&b);
}

/* Replay */

/* The table's result for the box, by sets and cell by cell; NULL: both give the diagnostic
 * asked for. */
static bool replay_table(struct work *w, const size_t *segments, const char *id)
{
    struct eval *e = w->c->e;
    struct table copy = *w->t;
    struct node *values = arena_array(w->c->arena, struct node, w->t->n_inputs + 1);
    struct node at = {.op = N_TABLE, .place = w->t->place};
    copy.inputs = arena_array(w->c->arena, struct table_input, w->t->n_inputs + 1);
    for (size_t i = 0; i < w->t->n_inputs; i++) {
        values[i] = (struct node){.op = N_CONST, .place = w->t->place};
        values[i].value = w->g.columns[i].segments[segments[i]].value;
        copy.inputs[i] = w->t->inputs[i];
        copy.inputs[i].value = &values[i];
    }
    at.table = &copy;
    for (int way = 0; way < 2; way++) {
        bool found = false;
        e->diags.n = 0;
        e->stop = DMN_OK;
        e->fuel = 1000000;
        (void)eval_node(e, &at, &w->f);
        for (size_t i = 0; i < e->diags.n; i++) found |= strcmp(e->diags.items[i].id, id) == 0;
        if (!found || e->stop != DMN_OK) return false;
        copy.columns = NULL;
    }
    return true;
}

static bool replay_model(struct work *w, const char *json, const char *id)
{
    struct dmn_run *r = dmn_run_new(w->c->handle, NULL);
    const struct dmn_value *v;
    struct str name = w->c->element->name;
    bool found = false;
    if (dmn_input_json(r, (struct dmn_text){json, strlen(json)}) == DMN_OK &&
        dmn_eval(r, (struct dmn_text){name.p, name.n}, false, &v) == DMN_OK)
        for (size_t i = 0; i < dmn_run_count(r); i++) {
            const struct dmn_diagnostic *d = dmn_run_get(r, i);
            found |= strcmp(d->id, id) == 0 && d->line == w->t->place->line;
        }
    dmn_run_free(r);
    return found;
}

/* A finding with its witness; the runtime diagnostic is what the evaluator must give. NULL: it
 * could not be shown. */
static struct dmn_finding *shown(struct work *w, const char *id, const char *runtime,
                                 enum dmn_severity worst, int line, const size_t *segments,
                                 const char *text)
{
    if (entangled(w) || !replay_table(w, segments, runtime)) return NULL;
    const char *json = w->bindable ? box_json(w, segments) : NULL;
    if (json && !replay_model(w, json, runtime)) json = NULL;
    bool sure = json && w->independent;
    const char *box = box_text(w, segments);
    struct dmn_finding *f =
        check_add(w->c, sure || worst != DMN_ERROR ? worst : DMN_WARNING, id, w->t->place, line,
                  0, "%s%s%s%s", text, w->t->n_inputs ? ": " : "", box,
                  sure || !w->t->n_inputs ? "" : ", if that can occur");
    f->witness = arena_strdup(&w->c->out->arena, box);
    if (json) f->example = arena_strdup(&w->c->out->arena, json);
    return f;
}

static struct dmn_finding *unknown(struct work *w, const char *what, const char *why)
{
    return check_add(w->c, DMN_NOTE, "DMN-0407", w->t->place, 0, 0, "%s is not known: %s", what,
                     why);
}

static struct dmn_finding *exhausted(struct work *w, const char *what)
{
    return check_add(w->c, DMN_NOTE, "DMN-0408", w->t->place, 0, 0,
                     "%s is not known: the budget of %llu states was used up", what,
                     (unsigned long long)w->c->budget);
}

/* Gaps */

static const char *print_u128(struct arena *a, unsigned __int128 n)
{
    char *p = arena_alloc(a, 41), *q = p + 40;
    if (n == ~(unsigned __int128)0) return "more than 10^38";
    do *--q = (char)('0' + (int)(n % 10));
    while (n /= 10);
    return q;
}

/* Why what was not found may still be there; NULL: it is not there. */
static const char *doubt(struct work *w)
{
    struct arena *a = w->c->arena;
    for (size_t r = 0; r < w->t->n_rules; r++)
        if (w->g.odd[r / 64] >> (r % 64) & 1)
            return arena_printf(a,
                                "%zu of %zu rules, the first of them %zu, have a cell that is "
                                "not a test of constants",
                                w->g.n_odd, w->t->n_rules, r + 1);
    for (size_t i = 0; i < w->t->n_inputs; i++)
        if (w->g.columns[i].guessed)
            return arena_printf(a, "the values of '" STR_FMT "' are not declared",
                                STR_ARG(w->t->inputs[i].text));
    return entangled(w) ? "two columns look at the same datum" : NULL;
}

static bool report_gap(struct work *w, bool nulls, const struct gap_answer *ans)
{
    struct arena *a = w->c->arena;
    const char *text =
        arena_printf(a, "no rule of '" STR_FMT "' matches%s", STR_ARG(w->t->name),
                     nulls ? " when something is missing" : "");
    struct dmn_finding *f = shown(w, nulls ? "DMN-0402" : "DMN-0401", "DMN-0201", DMN_WARNING,
                                  0, ans->segments, text);
    if (!f) return false;
    f->states = ans->states;
    if (!w->t->n_inputs) return true;
    if (!ans->counted) {
        f->text = arena_printf(
            &w->c->out->arena,
            "%s (how many such inputs there are was not counted within the budget)", f->text);
        return true;
    }
    f->text = arena_printf(&w->c->out->arena, "%s (%s of %s %s)", f->text,
                           print_u128(a, ans->count), print_u128(a, ans->total),
                           w->g.finite ? "inputs" : "combinations of segments");
    return true;
}

static void gaps(struct work *w)
{
    const struct table *t = w->t;
    const char *why = doubt(w);
    if (t->hit == HIT_COLLECT &&
        (t->aggregation == AGGREGATE_NONE || t->aggregation == AGGREGATE_COUNT))
        return;
    for (size_t i = 0; i < t->n_outputs; i++)
        if (t->outputs[i].otherwise) return;
    for (int nulls = 0; nulls < 2; nulls++) {
        struct gap_query q = {.set = GAP_MAY, .inside = SIZE_MAX, .nulls = nulls};
        struct gap_answer may = gaps_ask(&w->g, &q, &w->budget);
        const char *what = nulls ? "whether a rule matches whatever is missing"
                                 : "whether a rule always matches";
        if (may.result == GAP_FOUND && report_gap(w, nulls, &may)) return;
        if (may.result == GAP_BUDGET) {
            exhausted(w, what);
            return;
        }
        q.set = GAP_MUST;
        bool sure = may.result == GAP_NONE && !w->g.n_odd && !why;
        if (!sure && w->g.n_odd && may.result == GAP_NONE)
            sure =
                gaps_ask(&w->g, &q, &w->budget).result == GAP_NONE && !w->g.columns[0].guessed;
        if (!sure) {
            unknown(w, what, why ? why : "what was found could not be shown by an evaluation");
            return;
        }
    }
}

/* Pairs of rules */

static struct value output(struct work *w, const struct node *n)
{
    struct eval *e = w->c->e;
    e->diags.n = 0;
    e->stop = DMN_OK;
    e->fuel = 1000000;
    return eval_node(e, n, &w->f);
}

static const struct node *bare(const struct node *n)
{
    return n->op == N_COERCE ? n->cast.value : n;
}

/* Evaluations leave their values in the run, which has a budget. */
static void forget(struct check *c, struct arena_mark m)
{
    c->e->diags = (struct diag_list){.arena = c->e->arena, .limit = c->e->diags.limit};
    arena_release(c->e->arena, m);
}

/* T_NULL: not known. */
static enum truth same_outputs(struct work *w, size_t a, size_t b)
{
    struct arena_mark m = arena_mark(w->c->e->arena);
    enum truth all = T_TRUE;
    for (size_t i = 0; i < w->t->n_outputs && all != T_FALSE; i++) {
        const struct node *x = w->t->rules[a].outputs[i], *y = w->t->rules[b].outputs[i];
        if (gaps_is_closed(bare(x)) && gaps_is_closed(bare(y))) {
            if (v_equal(output(w, x), output(w, y)) != T_TRUE) all = T_FALSE;
        } else if (!str_eq(w->t->rules[a].output_texts[i], w->t->rules[b].output_texts[i])) {
            all = T_NULL;
        }
    }
    forget(w->c, m);
    return all;
}

static void pair(struct work *w, size_t a, size_t b, size_t *segments, size_t *ret_more,
                 size_t *ret_unknown)
{
    bool unique = w->t->hit == HIT_UNIQUE;
    if (!gaps_overlap(&w->g, a, b, segments)) return;
    if (!unique) {
        enum truth same = same_outputs(w, a, b);
        *ret_unknown += same == T_NULL;
        if (same != T_FALSE) return;
    }
    if (w->shown == MAX_SHOWN) {
        ++*ret_more;
        return;
    }
    const char *text =
        arena_printf(w->c->arena, "rules %zu and %zu of '" STR_FMT "' both match%s", a + 1,
                     b + 1, STR_ARG(w->t->name), unique ? "" : " with different outputs");
    if (shown(w, unique ? "DMN-0403" : "DMN-0404", unique ? "DMN-0202" : "DMN-0203", DMN_ERROR,
              w->t->rules[b].line, segments, text))
        w->shown++;
    else
        ++*ret_unknown;
}

static void pairs(struct work *w)
{
    size_t *segments = arena_array(w->c->arena, size_t, w->t->n_inputs + 1), more = 0,
           not_known = 0;
    const char *what = w->t->hit == HIT_UNIQUE
                           ? "whether two rules ever match together"
                           : "whether rules ever match with different outputs";
    if (w->t->hit != HIT_UNIQUE && w->t->hit != HIT_ANY) return;
    for (size_t b = 1; b < w->t->n_rules; b++)
        for (size_t a = 0; a < b; a++) pair(w, a, b, segments, &more, &not_known);
    if (more)
        check_add(w->c, DMN_WARNING, w->t->hit == HIT_UNIQUE ? "DMN-0403" : "DMN-0404",
                  w->t->place, 0, 0,
                  "%zu more pairs of rules of '" STR_FMT "' overlap in the same way", more,
                  STR_ARG(w->t->name));
    if (w->g.n_odd || not_known)
        unknown(w, what,
                w->g.n_odd                ? doubt(w)
                : entangled(w)            ? "two columns look at the same datum"
                : w->t->hit == HIT_UNIQUE ? "what was found could not be shown by an evaluation"
                                          : "their outputs are computed");
}

/* Masked rules */

static bool covers(struct work *w, size_t above, size_t rule)
{
    for (size_t i = 0; i < w->t->n_inputs; i++) {
        const struct gap_column *c = &w->g.columns[i];
        for (size_t s = 0; s < c->n; s++) {
            uint64_t bit = (uint64_t)1 << (rule % 64), up = (uint64_t)1 << (above % 64);
            if ((c->segments[s].rules[GAP_MAY][rule / 64] & bit) &&
                !(c->segments[s].rules[GAP_MUST][above / 64] & up))
                return false;
        }
        if (c->guessed && w->t->rules[above].cells[i] &&
            !str_eq(w->t->rules[above].cell_texts[i], w->t->rules[rule].cell_texts[i]))
            return false;
    }
    return true;
}

static bool any_guessed(const struct work *w)
{
    for (size_t i = 0; i < w->t->n_inputs; i++)
        if (w->g.columns[i].guessed) return true;
    return false;
}

static void masked_by(struct work *w, size_t rule, const uint64_t *above)
{
    struct gap_query q = {.set = GAP_MUST, .rules = above, .inside = rule, .nulls = true};
    for (size_t s = 0; s < w->t->n_rules; s++)
        if ((above[s / 64] >> (s % 64) & 1) && covers(w, s, rule)) {
            check_add(w->c, DMN_WARNING, "DMN-0405", w->t->place, w->t->rules[rule].line, 0,
                      "rule %zu of '" STR_FMT
                      "' never decides: wherever it matches, rule %zu goes before it",
                      rule + 1, STR_ARG(w->t->name), s + 1);
            return;
        }
    struct gap_answer a = gaps_ask(&w->g, &q, &w->budget);
    if (a.result == GAP_NONE && !any_guessed(w))
        check_add(w->c, DMN_WARNING, "DMN-0405", w->t->place, w->t->rules[rule].line, 0,
                  "rule %zu of '" STR_FMT
                  "' never decides: wherever it matches, others go before it",
                  rule + 1, STR_ARG(w->t->name));
    else if (a.result == GAP_BUDGET)
        exhausted(w, arena_printf(w->c->arena, "whether rule %zu ever decides", rule + 1));
}

/* Places of a rule's outputs among the output values; false: they are computed, or there are no
 * output values. */
static bool ranks(struct work *w, size_t rule, size_t *ret)
{
    struct eval *e = w->c->e;
    for (size_t k = 0; k < w->t->n_outputs; k++) {
        const struct table_output *o = &w->t->outputs[k];
        const struct node *n = o->allowed;
        ret[k] = 0;
        if (!n) continue;
        if (!gaps_is_closed(bare(w->t->rules[rule].outputs[k]))) return false;
        struct frame own = w->f;
        if (o->of_type)
            own.slots = arena_array(w->c->arena, struct value, o->type->allowed_slots + 1);
        own.slots[o->slot] = output(w, w->t->rules[rule].outputs[k]);
        size_t count = n->op == N_ANY_TEST ? n->list.n : 1;
        for (; ret[k] < count; ret[k]++)
            if (v_is_true(eval_node(e, n->op == N_ANY_TEST ? n->list.items[ret[k]] : n, &own)))
                break;
    }
    return true;
}

static void masked(struct work *w)
{
    const struct table *t = w->t;
    size_t *all = arena_array(w->c->arena, size_t, t->n_rules * t->n_outputs + 1);
    if (t->hit != HIT_FIRST && t->hit != HIT_PRIORITY) return;
    for (size_t r = 0; r < t->n_rules && t->hit == HIT_PRIORITY; r++)
        if (!ranks(w, r, all + r * t->n_outputs)) {
            unknown(w, "whether rules hide each other", "their outputs are computed");
            return;
        }
    for (size_t r = 0; r < t->n_rules; r++) {
        uint64_t *above = arena_array(w->c->arena, uint64_t, w->g.words);
        for (size_t s = 0; s < t->n_rules; s++) {
            size_t k = 0;
            while (k < t->n_outputs && all[s * t->n_outputs + k] == all[r * t->n_outputs + k])
                k++;
            bool before = k == t->n_outputs
                              ? s < r
                              : all[s * t->n_outputs + k] < all[r * t->n_outputs + k];
            if (before) above[s / 64] |= (uint64_t)1 << (s % 64);
        }
        if (gaps_dead_cell(&w->g, r) == SIZE_MAX) masked_by(w, r, above);
    }
}

/* Cells and outputs */

static void cells(struct work *w)
{
    for (size_t r = 0; r < w->t->n_rules; r++) {
        size_t col = gaps_dead_cell(&w->g, r);
        if (col == SIZE_MAX) continue;
        const struct table_rule *rule = &w->t->rules[r];
        struct str type = w->t->inputs[col].value->type
                              ? type_text(w->c->arena, w->t->inputs[col].value->type)
                              : STR("Any");
        check_add(w->c, DMN_WARNING, "DMN-0406", w->t->place, rule->line, 0,
                  "rule %zu of '" STR_FMT "' never matches: no value of '" STR_FMT "' (" STR_FMT
                  ") satisfies " STR_FMT,
                  r + 1, STR_ARG(w->t->name), STR_ARG(w->t->inputs[col].text), STR_ARG(type),
                  STR_ARG(rule->cell_texts[col]));
    }
}

static void outputs(struct work *w)
{
    for (size_t r = 0; r < w->t->n_rules; r++)
        for (size_t k = 0; k < w->t->n_outputs; k++) {
            const struct table_output *o = &w->t->outputs[k];
            const struct node *n = w->t->rules[r].outputs[k];
            if (!o->allowed || o->of_type || !gaps_is_closed(bare(n))) continue;
            struct value v = output(w, n);
            w->f.slots[o->slot] = v;
            if (v_is_null(v) || !v_is_false(output(w, o->allowed))) continue;
            struct str s = literal(w->c->arena, v);
            check_add(w->c, DMN_WARNING, "DMN-0204", w->t->place, w->t->rules[r].line, 0,
                      "rule %zu of '" STR_FMT "' gives " STR_FMT
                      ", which is not one of the output values " STR_FMT,
                      r + 1, STR_ARG(w->t->name), STR_ARG(s), STR_ARG(o->allowed_text));
        }
}

void check_table(struct check *c, const struct table *t)
{
    struct work w = {.c = c, .t = t, .budget = c->budget};
    w.f.slots = arena_array(c->arena, struct value, c->n_slots + 1);
    w.f.captured = arena_array(c->arena, struct value, c->n_captures + 1);
    gaps_build(&w.g, c->arena, c->e, t, &w.f);
    if (w.g.too_large) {
        check_add(c, DMN_NOTE, "DMN-0408", t->place, 0, 0,
                  "the table is too large to be analysed: nothing is known of it");
        return;
    }
    sources(&w);
    cells(&w);
    outputs(&w);
    pairs(&w);
    masked(&w);
    gaps(&w);
}
