/* dmn_check: goes over the logic of every element of the model asked for, then over what the
 * elements require. */
#include "dmn/check.h"
#include "dmn/api.h"
#include <stdio.h>
#include <stdlib.h>

#define BUDGET 400000

struct dmn_finding *check_add(struct check *c, enum dmn_severity severity, const char *id,
                              const struct place *place, int line, int column, const char *fmt,
                              ...)
{
    char text[1000];
    va_list ap;
    struct dmn_findings *f = c->out;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    arena_push(&f->arena, f->items, f->n, f->cap);
    struct dmn_finding *one = &f->items[f->n++];
    *one = (struct dmn_finding){
        .severity = severity,
        .line = line ? line : place->line,
        .column = line ? column : place->column,
        .source = arena_strdup(&f->arena, place->source ? place->source : ""),
        .element = arena_strdup(&f->arena, place->element ? place->element : ""),
        .text = arena_strdup(&f->arena, text)};
    snprintf(one->id, sizeof one->id, "%s", id);
    return one;
}

/* The tree of an expression */

static void visit(struct check *c, const struct node *n);

static void visit_lambda(struct check *c, const struct lambda *l)
{
    uint32_t n_slots = c->n_slots;
    size_t n_captures = c->n_captures;
    bool in_function = c->in_function;
    c->n_slots = l->n_slots;
    c->n_captures = l->n_captures;
    c->in_function = true;
    visit(c, l->body);
    c->n_slots = n_slots;
    c->n_captures = n_captures;
    c->in_function = in_function;
}

static void visit_table(struct check *c, const struct table *t)
{
    for (size_t i = 0; i < t->n_inputs; i++) {
        visit(c, t->inputs[i].value);
        visit(c, t->inputs[i].allowed);
    }
    for (size_t i = 0; i < t->n_outputs; i++) visit(c, t->outputs[i].otherwise);
    for (size_t r = 0; r < t->n_rules; r++) {
        for (size_t i = 0; i < t->n_inputs; i++) visit(c, t->rules[r].cells[i]);
        for (size_t i = 0; i < t->n_outputs; i++) visit(c, t->rules[r].outputs[i]);
    }
    check_table(c, t);
}

static void refer(struct check *c, const struct element *el)
{
    for (size_t i = 0; i < c->n_used; i++)
        if (c->used[i] == el) return;
    arena_push(c->arena, c->used, c->n_used, c->cap_used);
    c->used[c->n_used++] = el;
}

static void visit_loop(struct check *c, const struct node *n)
{
    for (size_t i = 0; i < n->loop.n; i++) {
        visit(c, n->loop.its[i].in);
        visit(c, n->loop.its[i].to);
    }
    visit(c, n->loop.body);
}

static void visit(struct check *c, const struct node *n)
{
    if (!n) return;
    switch ((enum op)n->op) {
    case N_CONST:
    case N_SLOT:
    case N_CAPTURED:
    case N_BUILTIN:
    case N_ERROR: break;
    case N_GLOBAL: refer(c, n->element); break;
    case N_ITEM: visit(c, n->item.otherwise); break;
    case N_LIST:
    case N_ANY_TEST:
        for (size_t i = 0; i < n->list.n; i++) visit(c, n->list.items[i]);
        break;
    case N_CONTEXT:
        for (size_t i = 0; i < n->context.n; i++) visit(c, n->context.entries[i].value);
        break;
    case N_RANGE:
        visit(c, n->range.low);
        visit(c, n->range.high);
        break;
    case N_RANGE_OP: visit(c, n->range_op.value); break;
    case N_ADD:
    case N_SUB:
    case N_MUL:
    case N_DIV:
    case N_POW:
    case N_NEG:
    case N_EQ:
    case N_NE:
    case N_LT:
    case N_LE:
    case N_GT:
    case N_GE:
    case N_AND:
    case N_OR:
    case N_BETWEEN:
    case N_IF:
        visit(c, n->kid.a);
        if (n->op != N_NEG) visit(c, n->kid.b);
        if (n->op == N_BETWEEN || n->op == N_IF) visit(c, n->kid.c);
        break;
    case N_IN:
        visit(c, n->in.value);
        visit(c, n->in.test);
        break;
    case N_TEST: visit(c, n->test.value); break;
    case N_FOR:
    case N_SOME:
    case N_EVERY: visit_loop(c, n); break;
    case N_PATH: visit(c, n->path.of); break;
    case N_FILTER:
        visit(c, n->filter.of);
        visit(c, n->filter.by);
        break;
    case N_CALL:
        visit(c, n->call.fn);
        for (uint32_t i = 0; i < n->call.n; i++) visit(c, n->call.args[i].value);
        break;
    case N_FUNCTION: visit_lambda(c, n->lambda); break;
    case N_INSTANCE:
    case N_COERCE: visit(c, n->cast.value); break;
    case N_TABLE: visit_table(c, n->table); break;
    }
    check_types(c, n);
}

/* Requirements (§6.2.3): what is asked for and not used makes a reader look for an influence
 * that is not there. */
static void requirements(struct check *c, const struct element *el)
{
    for (size_t i = 0; i < el->n_requires; i++) {
        bool found = false;
        for (size_t k = 0; k < c->n_used && !found; k++) found = c->used[k] == el->requires[i];
        if (!found)
            check_add(c, DMN_WARNING, "DMN-0504", &el->place, 0, 0,
                      "'" STR_FMT "' requires '" STR_FMT "' but does not use it",
                      STR_ARG(el->name), STR_ARG(el->requires[i] -> name));
    }
}

static bool needed(const struct model *m, const struct element *el)
{
    for (size_t i = 0; i < m->n_elements; i++) {
        const struct element *by = m->elements[i];
        for (size_t k = 0; k < by->n_requires; k++)
            if (by->requires[k] == el) return true;
        for (size_t k = 0; k < by->n_inputs; k++)
            if (by->inputs[k] == el) return true;
    }
    return false;
}

static void element(struct check *c, const struct element *el)
{
    c->element = el;
    c->n_used = 0;
    if (el->kind == ELEMENT_INPUT && !needed(c->e->model, el))
        check_add(c, DMN_NOTE, "DMN-0505", &el->place, 0, 0,
                  "nothing requires the input '" STR_FMT "'", STR_ARG(el->name));
    if (el->kind == ELEMENT_DECISION && el->root) {
        c->n_slots = el->n_slots;
        c->n_captures = 0;
        c->in_function = false;
        visit(c, el->root);
        requirements(c, el);
    } else if (el->kind == ELEMENT_BKM && el->lambda && el->lambda->body) {
        visit_lambda(c, el->lambda);
        requirements(c, el);
    }
}

enum dmn_status dmn_check(const struct dmn_model *m, uint64_t budget, struct dmn_findings **ret)
{
    const struct model *model = api_model(m);
    const struct unit *u = &model->units[0];
    struct arena scratch;
    struct dmn_findings *f = calloc(1, sizeof *f);
    struct dmn_run *r = dmn_run_new(m, NULL);
    if (!f) abort();
    arena_init(&f->arena, 0);
    arena_init(&scratch, 0);
    struct check c = {.handle = m,
                      .e = api_eval(r),
                      .arena = &scratch,
                      .out = f,
                      .budget = budget ? budget : BUDGET};
    for (size_t i = 0; i < u->n_elements; i++) element(&c, u->elements[i]);
    dmn_run_free(r);
    arena_done(&scratch);
    *ret = f;
    return DMN_OK;
}

size_t dmn_findings_count(const struct dmn_findings *f) { return f ? f->n : 0; }

const struct dmn_finding *dmn_findings_get(const struct dmn_findings *f, size_t i)
{
    return f && i < f->n ? &f->items[i] : NULL;
}

void dmn_findings_free(struct dmn_findings *f)
{
    if (!f) return;
    arena_done(&f->arena);
    free(f);
}
