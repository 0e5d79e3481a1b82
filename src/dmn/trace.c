/* Recording and writing the trace; see trace.h and docs/trace.md. */
#include "dmn/trace.h"
#include "base/json.h"
#include "dmn/cells.h"
#include "dmn/convert.h"

void trace_begin(struct trace *t, struct arena *a)
{
    *t = (struct trace){.arena = a};
    t->current = &t->root;
}

struct trace_step *trace_push(struct trace *t, enum trace_kind kind)
{
    struct trace_step *s = arena_new(t->arena, struct trace_step);
    s->kind = kind;
    s->parent = t->current;
    if (t->current->last)
        t->current->last->next = s;
    else
        t->current->first = s;
    t->current->last = s;
    t->current = s;
    return s;
}

void trace_pop(struct trace *t, struct value v)
{
    t->current->value = v;
    t->current->done = true;
    t->current = t->current->parent;
}

void trace_enter(struct trace *t, const struct element *el)
{
    struct trace_step *s =
        trace_push(t, el->kind == ELEMENT_DECISION ? TRACE_DECISION : TRACE_INVOCATION);
    s->element = el;
}

void trace_leave(struct trace *t, const struct element *el, struct value v)
{
    (void)el;
    trace_pop(t, v);
}

/* Tables: what every cell said, from the positions of the inputs */

static const struct trace_rule *rules_of(struct arena *a, const struct trace_step *s)
{
    const struct table *t = s->table;
    struct trace_rule *rules = s->rules;
    if (!rules && s->n_rules) {
        rules = arena_array(a, struct trace_rule, s->n_rules);
        uint8_t *cells = arena_array(a, uint8_t, s->n_rules * t->n_inputs);
        for (size_t i = 0; i < s->n_rules; i++, cells += t->n_inputs) {
            enum truth all = T_TRUE;
            rules[i].cells = cells;
            for (size_t k = 0; k < t->n_inputs; k++) {
                cells[k] = CELL_ANY;
                if (!t->rules[i].cells[k]) continue;
                enum truth c = columns_answer(t, i, k, s->positions[k]);
                cells[k] = (uint8_t)c;
                if (c == T_FALSE || (c == T_NULL && all == T_TRUE)) all = c;
            }
            rules[i].matched = (uint8_t)all;
        }
    }
    for (const struct trace_hit *h = s->hits; h; h = h->next)
        rules[h->rule].outputs = h->outputs;
    return rules;
}

/* JSON */

static const char *const cell_names[] = {"no", "yes", "unknown", "any"};

static struct json *text_json(struct arena *a, struct str s)
{
    return s.n ? json_string(a, s) : NULL;
}

static struct json *rule_json(struct arena *a, const struct table *t, size_t i,
                              const struct trace_rule *tr)
{
    const struct table_rule *r = &t->rules[i];
    struct json *o = json_object(a), *cells = json_array(a);
    json_set(a, o, "rule", json_int(a, (int64_t)i + 1));
    json_set(a, o, "id", text_json(a, r->id));
    json_set(a, o, "line", json_int(a, r->line));
    json_set(a, o, "matched", json_c(a, cell_names[tr->matched]));
    for (size_t k = 0; k < t->n_inputs; k++) {
        struct json *c = json_object(a);
        json_set(a, c, "test", json_string(a, r->cell_texts[k]));
        json_set(a, c, "answer", json_c(a, cell_names[tr->cells[k]]));
        json_add(a, cells, c);
    }
    json_set(a, o, "cells", cells);
    if (tr->outputs) {
        struct json *outs = json_array(a);
        for (size_t k = 0; k < t->n_outputs; k++)
            json_add(a, outs, convert_to_json(a, tr->outputs[k]));
        json_set(a, o, "outputs", outs);
    }
    if (t->n_annotations) {
        struct json *notes = json_object(a);
        for (size_t k = 0; k < t->n_annotations; k++)
            json_set_str(a, notes, t->annotation_names[k], json_string(a, r->annotations[k]));
        json_set(a, o, "annotations", notes);
    }
    return o;
}

static void table_json(struct arena *a, struct json *o, const struct trace_step *s)
{
    const struct table *t = s->table;
    struct json *inputs = json_array(a), *rules = json_array(a);
    json_set(a, o, "table", json_string(a, t->name));
    json_set(a, o, "id", text_json(a, t->id));
    json_set(a, o, "source", json_c(a, t->place->source));
    json_set(a, o, "line", json_int(a, t->place->line));
    json_set(a, o, "hitPolicy", json_c(a, table_hit_name(t)));
    for (size_t i = 0; i < t->n_inputs; i++) {
        struct json *in = json_object(a);
        json_set(a, in, "expression", json_string(a, t->inputs[i].text));
        json_set(a, in, "label", text_json(a, t->inputs[i].label));
        json_set(a, in, "value", convert_to_json(a, s->inputs[i]));
        json_add(a, inputs, in);
    }
    json_set(a, o, "inputs", inputs);
    const struct trace_rule *looked_at = rules_of(a, s);
    for (size_t i = 0; i < s->n_rules; i++)
        json_add(a, rules, rule_json(a, t, i, &looked_at[i]));
    json_set(a, o, "rules", rules);
    if (s->by_default) json_set(a, o, "default", json_bool(a, true));
}

static struct json *step_json(struct arena *a, const struct trace_step *s);

static struct json *steps_json(struct arena *a, const struct trace_step *s)
{
    struct json *list = json_array(a);
    for (const struct trace_step *k = s->first; k; k = k->next)
        json_add(a, list, step_json(a, k));
    return list;
}

static struct json *step_json(struct arena *a, const struct trace_step *s)
{
    struct json *o = json_object(a);
    if (s->kind == TRACE_TABLE) {
        table_json(a, o, s);
    } else {
        json_set(a, o, s->kind == TRACE_DECISION ? "decision" : "function",
                 json_string(a, s->element->name));
        json_set(a, o, "id", text_json(a, s->element->id));
        json_set(a, o, "source", json_c(a, s->element->place.source));
        json_set(a, o, "line", json_int(a, s->element->place.line));
        json_set(a, o, "question", text_json(a, s->element->question));
        if (s->kind == TRACE_INVOCATION) {
            struct json *args = json_object(a);
            for (size_t i = 0; i < s->n_inputs; i++)
                json_set_str(a, args, s->element->lambda->params[i].name,
                             convert_to_json(a, s->inputs[i]));
            json_set(a, o, "arguments", args);
        }
    }
    json_set(a, o, "value", convert_to_json(a, s->value));
    if (s->first) json_set(a, o, "steps", steps_json(a, s));
    return o;
}

struct str trace_to_json(struct arena *a, const struct trace *t)
{
    struct json *root = json_object(a);
    struct buf b = buf_in(a);
    json_set(a, root, "version", json_int(a, 1));
    json_set(a, root, "steps", steps_json(a, &t->root));
    json_write_pretty(&b, root);
    buf_ch(&b, '\n');
    return buf_str(&b);
}

/* Text */

static void indent(struct buf *b, int depth)
{
    for (int i = 0; i < depth; i++) buf_c(b, "  ");
}

static void value_text(struct buf *b, struct value v)
{
    if (v.tag == TAG_STR) {
        json_write_string(b, v_text(v));
    } else if (v_is_null(v)) {
        buf_c(b, "null");
    } else {
        buf_str_add(b, v_print(b->arena, v));
    }
}

static void rule_text(struct buf *b, const struct trace_step *s, const struct trace_rule *tr,
                      size_t i, int depth)
{
    const struct table *t = s->table;
    const struct table_rule *r = &t->rules[i];
    indent(b, depth);
    buf_printf(b, "rule %zu", i + 1);
    if (r->id.n) buf_printf(b, " [" STR_FMT "]", STR_ARG(r->id));
    buf_c(b, tr->matched == T_TRUE   ? " applies"
             : tr->matched == T_NULL ? " cannot be answered"
                                     : " does not apply");
    if (tr->outputs) {
        buf_c(b, ": ");
        for (size_t k = 0; k < t->n_outputs; k++) {
            if (k) buf_c(b, ", ");
            if (t->n_outputs > 1) buf_printf(b, STR_FMT " = ", STR_ARG(t->outputs[k].name));
            value_text(b, tr->outputs[k]);
        }
    }
    buf_ch(b, '\n');
    for (size_t k = 0; k < t->n_inputs; k++) {
        bool show = tr->matched == T_TRUE ? tr->cells[k] == T_TRUE
                                          : tr->cells[k] == T_FALSE || tr->cells[k] == T_NULL;
        if (!show) continue;
        indent(b, depth + 1);
        buf_printf(b, STR_FMT " is ", STR_ARG(t->inputs[k].text));
        value_text(b, s->inputs[k]);
        buf_printf(b,
                   tr->cells[k] == T_TRUE   ? ", as asked: " STR_FMT "\n"
                   : tr->cells[k] == T_NULL ? ", so this has no answer: " STR_FMT "\n"
                                            : ", not: " STR_FMT "\n",
                   STR_ARG(r->cell_texts[k]));
    }
    for (size_t k = 0; k < t->n_annotations && tr->matched == T_TRUE; k++) {
        if (!r->annotations[k].n) continue;
        indent(b, depth + 1);
        buf_printf(b, STR_FMT ": " STR_FMT "\n", STR_ARG(t->annotation_names[k]),
                   STR_ARG(r->annotations[k]));
    }
}

static void step_text(struct buf *b, const struct trace_step *s, int depth)
{
    indent(b, depth);
    if (s->kind == TRACE_TABLE) {
        const struct table *t = s->table;
        buf_printf(b, "table \"" STR_FMT "\" (%s, %s line %d) gives ", STR_ARG(t->name),
                   table_hit_name(t), t->place->source, t->place->line);
        value_text(b, s->value);
        buf_c(b, s->by_default ? " by default\n" : "\n");
        for (size_t i = 0; i < t->n_inputs; i++) {
            indent(b, depth + 1);
            buf_printf(b, "input " STR_FMT " = ", STR_ARG(t->inputs[i].text));
            value_text(b, s->inputs[i]);
            buf_ch(b, '\n');
        }
        for (const struct trace_step *k = s->first; k; k = k->next) step_text(b, k, depth + 1);
        const struct trace_rule *rules = rules_of(b->arena, s);
        for (size_t i = 0; i < s->n_rules; i++) rule_text(b, s, &rules[i], i, depth + 1);
        return;
    }
    bool call = s->kind == TRACE_INVOCATION;
    buf_printf(b, "%s \"" STR_FMT "\" is ", call ? "call of" : "decision",
               STR_ARG(s->element->name));
    value_text(b, s->value);
    buf_ch(b, '\n');
    for (size_t i = 0; call && i < s->n_inputs; i++) {
        indent(b, depth + 1);
        buf_printf(b, "with " STR_FMT " = ", STR_ARG(s->element->lambda->params[i].name));
        value_text(b, s->inputs[i]);
        buf_ch(b, '\n');
    }
    if (s->element->question.n) {
        indent(b, depth + 1);
        buf_printf(b, "question: " STR_FMT "\n", STR_ARG(s->element->question));
    }
    for (const struct trace_step *k = s->first; k; k = k->next) step_text(b, k, depth + 1);
}

struct str trace_to_text(struct arena *a, const struct trace *t)
{
    struct buf b = buf_in(a);
    for (const struct trace_step *s = t->root.first; s; s = s->next) step_text(&b, s, 0);
    return buf_str(&b);
}
