/* Boxed expressions (DMN 1.5 §7.3, §10.2) and decision tables (§8) to nodes: the same nodes
 * FEEL text makes. */
#include "dmn/cells.h"
#include "dmn/external.h"
#include "dmn/parse.h"

static struct str text_of(const struct xml *x, const char *name)
{
    const struct xml *c = x ? xml_child(x, name) : NULL;
    return c ? c->text : str_n("", 0);
}

static struct node *literal(const struct home *h, const struct xml *x, struct scope *scope)
{
    const struct xml *text = xml_child(x, "text");
    struct str language = xml_attr(x, "expressionLanguage");
    if (!model_is_feel(language))
        return node_error(h, "DMN-0103", h->line, h->column,
                          "the expression language '" STR_FMT "' is not evaluated",
                          STR_ARG(language));
    if (!text || !str_trim(text->text).n) {
        struct node *n = node_new(h, N_ERROR, h->line, h->column);
        n->error.id = "DMN-0107";
        n->error.text = "the expression is empty";
        return n;
    }
    struct home at = *h;
    at.line = text->line;
    at.column = text->column;
    return parse_expression(&at, text->text, scope);
}

/* Entries see those before them; the one without a variable is the result (§10.2.1.4). */
static struct node *context(const struct home *h, const struct xml *x, struct scope *outer)
{
    struct compile *c = h->c;
    struct scope *s = scope_new(c, outer, outer->fn);
    struct node *n = node_new(h, N_CONTEXT, h->line, h->column);
    struct type *t = arena_new(c->arena, struct type);
    size_t cap = 0, tcap = 0;
    t->kind = TY_CONTEXT;
    for (struct xml *en = xml_child(x, "contextEntry"); en; en = xml_next(en, "contextEntry")) {
        const struct xml *var = xml_child(en, "variable");
        struct home eh = home_at(h, en);
        struct entry entry = {.name = var ? lex_normal(c->arena, xml_attr(var, "name"))
                                          : str_n("", 0)};
        const struct type *declared = var ? home_type(&eh, var) : NULL;
        bool function = xml_child(en, "functionDefinition") != NULL;
        entry.slot = slot_new(s->fn);
        struct symbol sym = {
            .name = entry.name, .kind = SYMBOL_SLOT, .slot = entry.slot, .type = declared};
        if (function && entry.name.n) scope_add(c, s, sym);
        struct node *value = boxed_child(&eh, en, s);
        if (!value) {
            value = node_new(&eh, N_ERROR, eh.line, eh.column);
            value->error.id = "DMN-0107";
            value->error.text = "the context entry has no expression";
        }
        entry.value = node_coerce(&eh, value, declared);
        sym.type = declared ? declared : value->type;
        pool_add(&c->pool, entry.name);
        if (entry.name.n && type_member(t, entry.name))
            return node_error(&eh, "FEEL-0217", eh.line, eh.column,
                              "the context has two entries named '" STR_FMT "'",
                              STR_ARG(entry.name));
        if (entry.name.n) {
            if (function)
                s->symbols[s->n - 1].type = sym.type;
            else
                scope_add(c, s, sym);
            arena_push(c->arena, t->members, t->n_members, tcap);
            t->members[t->n_members++] = (struct member){entry.name, sym.type};
        } else {
            n->flag = true;
            n->type = value->type;
        }
        arena_push(c->arena, n->context.entries, n->context.n, cap);
        n->context.entries[n->context.n++] = entry;
        if (n->flag) break;
    }
    if (!n->flag) n->type = t;
    return n;
}

static struct node *invocation(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *fn = boxed_child(h, x, scope);
    struct argument *args = NULL;
    size_t n = 0, cap = 0;
    if (!fn)
        return node_error(h, "DMN-0107", h->line, h->column,
                          "the invocation names no function");
    for (struct xml *b = xml_child(x, "binding"); b; b = xml_next(b, "binding")) {
        const struct xml *p = xml_child(b, "parameter");
        struct home bh = home_at(h, b);
        struct argument arg = {.name = p ? lex_normal(h->c->arena, xml_attr(p, "name"))
                                         : str_n("", 0),
                               .value = boxed_child(&bh, b, scope)};
        if (!arg.value) arg.value = node_new(&bh, N_CONST, bh.line, bh.column);
        arena_push(h->c->arena, args, n, cap);
        args[n++] = arg;
    }
    return node_call(h, fn, args, n);
}

static struct node *list(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *n = node_new(h, N_LIST, h->line, h->column);
    const struct type *of = NULL;
    size_t cap = 0;
    for (struct xml *c = xml_first(x); c; c = xml_next(c, NULL)) {
        if (!boxed_is_expression(c)) continue;
        struct node *item = boxed_expression(h, c, scope);
        of = n->list.n == 0 || of == item->type ? item->type : NULL;
        arena_push(h->c->arena, n->list.items, n->list.n, cap);
        n->list.items[n->list.n++] = item;
    }
    n->type = type_list_of(h->c->arena, of);
    return n;
}

static struct node *relation_row(const struct home *h, const struct xml *row, struct str *names,
                                 size_t n_names, struct scope *scope)
{
    struct home rh = home_at(h, row);
    struct node *n = node_new(&rh, N_CONTEXT, rh.line, rh.column);
    n->context.entries = arena_array(h->c->arena, struct entry, n_names);
    for (struct xml *c = xml_first(row); c && n->context.n < n_names; c = xml_next(c, NULL)) {
        if (!boxed_is_expression(c)) continue;
        size_t i = n->context.n++;
        n->context.entries[i] =
            (struct entry){names[i], boxed_expression(&rh, c, scope), slot_new(scope->fn)};
    }
    return n;
}

static struct node *relation(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *n = node_new(h, N_LIST, h->line, h->column);
    struct str *names = NULL;
    struct type *row = arena_new(h->c->arena, struct type);
    size_t n_names = 0, cap = 0, rows = 0;
    row->kind = TY_CONTEXT;
    for (struct xml *c = xml_child(x, "column"); c; c = xml_next(c, "column")) {
        arena_push(h->c->arena, names, n_names, cap);
        names[n_names++] = lex_normal(h->c->arena, xml_attr(c, "name"));
        pool_add(&h->c->pool, names[n_names - 1]);
    }
    row->members = arena_array(h->c->arena, struct member, n_names);
    row->n_members = n_names;
    for (size_t i = 0; i < n_names; i++) row->members[i].name = names[i];
    for (struct xml *r = xml_child(x, "row"); r; r = xml_next(r, "row")) {
        struct node *item = relation_row(h, r, names, n_names, scope);
        arena_push(h->c->arena, n->list.items, n->list.n, rows);
        n->list.items[n->list.n++] = item;
    }
    for (size_t i = 0; i < n_names && n->list.n && i < n->list.items[0]->context.n; i++)
        row->members[i].type = n->list.items[0]->context.entries[i].value->type;
    n->type = type_list_of(h->c->arena, row);
    return n;
}

/* The class and the method of a context with entries `class` and `method signature`. */
static void external(const struct xml *x, struct lambda *l)
{
    const struct xml *c = xml_child(x, "context");
    struct str class = {"", 0}, method = {"", 0};
    for (const struct xml *en = c ? xml_child(c, "contextEntry") : NULL; en;
         en = xml_next(en, "contextEntry")) {
        const struct xml *var = xml_child(en, "variable");
        struct str text = str_trim(text_of(xml_child(en, "literalExpression"), "text"));
        if (text.n >= 2 && text.p[0] == '"') text = str_sub(text, 1, text.n - 2);
        if (var && str_is(xml_attr(var, "name"), "class")) class = text;
        if (var && str_is(xml_attr(var, "name"), "method signature")) method = text;
    }
    l->external = external_find(class, method);
}

void boxed_function(const struct home *h, const struct xml *x, struct func *fn,
                    struct scope *outer)
{
    struct compile *c = h->c;
    struct scope *s = scope_new(c, outer, fn);
    struct lambda *l = fn->lambda;
    struct str kind = xml_attr(x, "kind");
    size_t cap = 0;
    fn->base = s;
    for (struct xml *p = xml_child(x, "formalParameter"); p;
         p = xml_next(p, "formalParameter")) {
        struct home ph = home_at(h, p);
        struct param param = {lex_normal(c->arena, xml_attr(p, "name")), home_type(&ph, p)};
        arena_push(c->arena, l->params, l->n_params, cap);
        l->params[l->n_params++] = param;
        scope_slot(c, s, param.name, param.type);
    }
    if (kind.n && !str_is(kind, "FEEL") && !str_is(kind, "F")) {
        external(x, l);
        if (!l->external)
            diag_add(c->diags, false, "FEEL-0212", h->place, h->line, h->column,
                     "the function of kind " STR_FMT " is not one this engine knows",
                     STR_ARG(kind));
    } else {
        l->body = boxed_child(h, x, s);
        if (!l->body)
            l->body = node_error(h, "DMN-0107", h->line, h->column, "the function has no body");
        if (!l->result) l->result = l->body->type;
    }
    l->type = lambda_type(c, l);
}

static struct node *function(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *n = node_new(h, N_FUNCTION, h->line, h->column);
    struct func *fn = func_new(h->c, scope->fn);
    boxed_function(h, x, fn, scope);
    n->lambda = fn->lambda;
    n->type = fn->lambda->type;
    return n;
}

static struct node *part(const struct home *h, const struct xml *x, const char *name,
                         struct scope *scope)
{
    const struct xml *c = xml_child(x, name);
    struct node *n = c ? boxed_child(h, c, scope) : NULL;
    return n ? n
             : node_error(h, "DMN-0107", h->line, h->column, "the %s part is missing", name);
}

static struct node *conditional(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *n = node_new(h, N_IF, h->line, h->column);
    n->kid.a = part(h, x, "if", scope);
    n->kid.b = part(h, x, "then", scope);
    n->kid.c = part(h, x, "else", scope);
    return n;
}

static struct node *filter(const struct home *h, const struct xml *x, struct scope *scope)
{
    struct node *n = node_new(h, N_FILTER, h->line, h->column);
    n->filter.of = part(h, x, "in", scope);
    const struct type *item = type_element(n->filter.of->type);
    struct scope *s = scope_new(h->c, scope, scope->fn);
    n->filter.slot = scope_slot(h->c, s, STR("item"), item);
    s->is_item = true;
    s->item_slot = n->filter.slot;
    s->item_type = item;
    n->filter.by = part(h, x, "match", s);
    n->type = n->filter.of->type;
    n->filter.strict = true;
    return n;
}

static struct node *loop(const struct home *h, const struct xml *x, struct scope *scope,
                         enum op op, const char *body)
{
    struct node *n = node_new(h, op, h->line, h->column);
    n->loop.its = arena_new(h->c->arena, struct iteration);
    n->loop.n = 1;
    n->loop.its[0].in = part(h, x, "in", scope);
    n->loop.strict = true;
    struct scope *s = scope_new(h->c, scope, scope->fn);
    const struct type *t = n->loop.its[0].in->type;
    struct str name = lex_normal(h->c->arena, xml_attr(x, "iteratorVariable"));
    n->loop.its[0].slot = scope_slot(h->c, s, name, t && t->kind == TY_LIST ? t->of : NULL);
    if (op == N_FOR) {
        n->loop.partial = scope_slot(h->c, s, STR("partial"), &type_list);
        n->flag = true;
    }
    n->loop.body = part(h, x, body, s);
    n->type = op == N_FOR ? type_list_of(h->c->arena, n->loop.body->type) : &type_boolean;
    return n;
}

enum box {
    BOX_NONE,
    BOX_LITERAL,
    BOX_CONTEXT,
    BOX_INVOCATION,
    BOX_LIST,
    BOX_RELATION,
    BOX_FUNCTION,
    BOX_TABLE,
    BOX_CONDITIONAL,
    BOX_FILTER,
    BOX_FOR,
    BOX_SOME,
    BOX_EVERY,
};

static enum box box_of(const struct xml *x)
{
    static const char *const names[] = {"literalExpression",
                                        "context",
                                        "invocation",
                                        "list",
                                        "relation",
                                        "functionDefinition",
                                        "decisionTable",
                                        "conditional",
                                        "filter",
                                        "for",
                                        "some",
                                        "every"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(x->name, names[i])) return (enum box)(i + 1);
    return BOX_NONE;
}

bool boxed_is_expression(const struct xml *x) { return x->name.n && box_of(x) != BOX_NONE; }

struct node *boxed_expression(const struct home *outer, const struct xml *x,
                              struct scope *scope)
{
    struct home h = home_at(outer, x);
    struct node *n = NULL;
    switch (box_of(x)) {
    case BOX_LITERAL: n = literal(&h, x, scope); break;
    case BOX_CONTEXT: n = context(&h, x, scope); break;
    case BOX_INVOCATION: n = invocation(&h, x, scope); break;
    case BOX_LIST: n = list(&h, x, scope); break;
    case BOX_RELATION: n = relation(&h, x, scope); break;
    case BOX_FUNCTION: n = function(&h, x, scope); break;
    case BOX_TABLE: return table_compile(&h, x, scope);
    case BOX_CONDITIONAL: n = conditional(&h, x, scope); break;
    case BOX_FILTER: n = filter(&h, x, scope); break;
    case BOX_FOR: n = loop(&h, x, scope, N_FOR, "return"); break;
    case BOX_SOME: n = loop(&h, x, scope, N_SOME, "satisfies"); break;
    case BOX_EVERY: n = loop(&h, x, scope, N_EVERY, "satisfies"); break;
    case BOX_NONE: return NULL;
    }
    return node_coerce(&h, n, home_type(&h, x));
}

struct node *boxed_child(const struct home *h, const struct xml *x, struct scope *scope)
{
    for (struct xml *c = xml_first(x); c; c = xml_next(c, NULL))
        if (boxed_is_expression(c)) return boxed_expression(h, c, scope);
    return NULL;
}

/* Decision tables */

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    for (struct xml *c = xml_child(x, name); c; c = xml_next(c, name)) n++;
    return n;
}

static const struct node *tests_of(const struct home *h, const struct xml *x,
                                   struct scope *scope, uint32_t slot, const struct type *type,
                                   struct str *ret_text)
{
    const struct xml *text = x ? xml_child(x, "text") : NULL;
    *ret_text = text ? str_trim(text->text) : str_n("", 0);
    if (!ret_text->n) {
        *ret_text = STR("-");
        return NULL;
    }
    struct home at = home_at(h, x);
    at.line = text->line;
    at.column = text->column;
    return parse_tests(&at, text->text, scope, slot, type);
}

/* Input data are converted to their type when they are bound. */
static bool typed_already(const struct node *n, const struct type *t)
{
    return n->op == N_GLOBAL && n->element->kind == ELEMENT_INPUT && n->element->declared == t;
}

static void table_inputs(const struct home *h, const struct xml *x, struct table *t,
                         struct scope *scope)
{
    t->inputs = arena_array(h->c->arena, struct table_input, count(x, "input"));
    for (struct xml *in = xml_child(x, "input"); in; in = xml_next(in, "input")) {
        struct table_input *ti = &t->inputs[t->n_inputs++];
        const struct xml *ex = xml_child(in, "inputExpression");
        struct home ih = home_at(h, in);
        ti->label = xml_attr(in, "label");
        ti->text = str_trim(text_of(ex, "text"));
        if (!ex || !ti->text.n) {
            ti->value = node_error(&ih, "DMN-0107", ih.line, ih.column,
                                   "the input of the table has no expression");
        } else {
            struct home eh = home_at(&ih, ex);
            ti->value = literal(&eh, ex, scope);
            if (!typed_already(ti->value, home_type(&eh, ex)))
                ti->value = node_coerce(&eh, ti->value, home_type(&eh, ex));
        }
        ti->slot = slot_new(scope->fn);
        ti->allowed = tests_of(&ih, xml_child(in, "inputValues"), scope, ti->slot,
                               ti->value->type, &ti->allowed_text);
    }
}

static void table_outputs(const struct home *h, const struct xml *x, struct table *t,
                          struct scope *scope)
{
    t->outputs = arena_array(h->c->arena, struct table_output, count(x, "output"));
    for (struct xml *out = xml_child(x, "output"); out; out = xml_next(out, "output")) {
        struct table_output *to = &t->outputs[t->n_outputs++];
        struct home oh = home_at(h, out);
        to->label = xml_attr(out, "label");
        to->name = lex_normal(h->c->arena, xml_attr(out, "name"));
        if (!to->name.n) to->name = to->label;
        pool_add(&h->c->pool, to->name);
        to->type = home_type(&oh, out);
        if (!to->type) to->type = home_type(h, x);
        if (to->type && count(x, "output") > 1 && !xml_attr(out, "typeRef").n) to->type = NULL;
        to->slot = slot_new(scope->fn);
        to->allowed = tests_of(&oh, xml_child(out, "outputValues"), scope, to->slot, to->type,
                               &to->allowed_text);
        const struct type *et = type_element(to->type);
        if (!to->allowed && et && et->allowed) {
            to->allowed = et->allowed;
            to->allowed_text = et->allowed_text;
            to->of_type = true;
            to->slot = 0;
            to->type = et;
        }
        const struct xml *def = xml_child(out, "defaultOutputEntry");
        if (def) {
            struct home dh = home_at(&oh, def);
            to->otherwise = node_coerce(&dh, literal(&dh, def, scope), to->type);
        }
    }
}

static void table_rule(const struct home *h, const struct xml *x, struct table *t,
                       struct scope *scope)
{
    struct arena *a = h->c->arena;
    struct table_rule *r = &t->rules[t->n_rules++];
    struct home rh = home_at(h, x);
    size_t i = 0;
    r->id = xml_attr(x, "id");
    r->line = x->line;
    r->cells = arena_array(a, const struct node *, t->n_inputs);
    r->cell_texts = arena_array(a, struct str, t->n_inputs);
    r->outputs = arena_array(a, struct node *, t->n_outputs);
    r->output_texts = arena_array(a, struct str, t->n_outputs);
    r->annotations = arena_array(a, struct str, t->n_annotations);
    struct xml *c = xml_child(x, "inputEntry");
    for (i = 0; i < t->n_inputs; i++, c = c ? xml_next(c, "inputEntry") : NULL)
        r->cells[i] = tests_of(&rh, c, scope, t->inputs[i].slot, t->inputs[i].value->type,
                               &r->cell_texts[i]);
    if (c)
        diag_add(h->c->diags, true, "DMN-0107", rh.place, x->line, x->column,
                 "the rule has more input entries than the table has inputs");
    c = xml_child(x, "outputEntry");
    for (i = 0; i < t->n_outputs; i++, c = c ? xml_next(c, "outputEntry") : NULL) {
        if (!c) {
            r->outputs[i] = node_error(&rh, "DMN-0107", x->line, x->column,
                                       "the rule has no output entry %zu", i + 1);
            continue;
        }
        struct home oh = home_at(&rh, c);
        r->output_texts[i] = str_trim(text_of(c, "text"));
        r->outputs[i] = r->output_texts[i].n && !str_is(r->output_texts[i], "-")
                            ? literal(&oh, c, scope)
                            : node_new(&oh, N_CONST, oh.line, 0);
        const struct type *type = t->outputs[i].type;
        if (type && !(t->n_outputs == 1 && type->kind == TY_LIST))
            r->outputs[i] = node_coerce(&oh, r->outputs[i], type);
    }
    c = xml_child(x, "annotationEntry");
    for (i = 0; i < t->n_annotations; i++, c = c ? xml_next(c, "annotationEntry") : NULL)
        r->annotations[i] = c ? str_trim(text_of(c, "text")) : str_n("", 0);
    if (t->n_annotations && !xml_child(x, "annotationEntry"))
        r->annotations[0] = str_trim(text_of(x, "description"));
}

static void table_policy(const struct home *h, const struct xml *x, struct table *t)
{
    static const char *const hits[] = {"UNIQUE",     "ANY",          "PRIORITY", "FIRST",
                                       "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
    static const char *const sums[] = {"", "SUM", "COUNT", "MIN", "MAX"};
    struct str hp = xml_attr(x, "hitPolicy"), ag = xml_attr(x, "aggregation");
    size_t i = 0, k = 0;
    while (hp.n && i < 7 && !str_is(hp, hits[i])) i++;
    while (ag.n && k < 5 && !str_is(ag, sums[k])) k++;
    if (i == 7 || k == 5) {
        diag_add(h->c->diags, true, "DMN-0107", h->place, h->line, h->column,
                 "unknown hit policy " STR_FMT " " STR_FMT, STR_ARG(hp), STR_ARG(ag));
        i = k = 0;
    }
    t->hit = (uint8_t)i;
    t->aggregation = (uint8_t)k;
}

static const struct type *table_type(const struct home *h, const struct table *t)
{
    const struct type *one = t->outputs[0].type;
    if (t->n_outputs > 1) {
        struct type *ct = arena_new(h->c->arena, struct type);
        ct->kind = TY_CONTEXT;
        ct->n_members = t->n_outputs;
        ct->members = arena_array(h->c->arena, struct member, t->n_outputs);
        for (size_t i = 0; i < t->n_outputs; i++)
            ct->members[i] = (struct member){t->outputs[i].name, t->outputs[i].type};
        one = ct;
    }
    bool many = t->hit == HIT_RULE_ORDER || t->hit == HIT_OUTPUT_ORDER ||
                (t->hit == HIT_COLLECT && t->aggregation == AGGREGATE_NONE);
    if (t->aggregation == AGGREGATE_COUNT) return &type_number;
    return many ? type_list_of(h->c->arena, one) : one;
}

struct node *table_compile(const struct home *h, const struct xml *x, struct scope *outer)
{
    struct arena *a = h->c->arena;
    struct table *t = arena_new(a, struct table);
    struct scope *scope = scope_new(h->c, outer, outer->fn);
    struct node *n = node_new(h, N_TABLE, h->line, h->column);
    t->place = h->place;
    t->id = xml_attr(x, "id");
    t->name = xml_attr(x, "label");
    if (!t->name.n) t->name = xml_attr(x, "outputLabel");
    for (const struct xml *up = x->parent; !t->name.n && up; up = up->parent)
        t->name = xml_attr(up, "name");
    if (!t->name.n) t->name = STR("");
    table_policy(h, x, t);
    table_inputs(h, x, t, scope);
    table_outputs(h, x, t, scope);
    if (!t->n_outputs)
        return node_error(h, "DMN-0107", h->line, h->column,
                          "the decision table has no output");
    size_t n_notes = count(x, "annotation");
    bool described = false;
    for (struct xml *r = xml_child(x, "rule"); r; r = xml_next(r, "rule"))
        described |= xml_child(r, "description") != NULL;
    t->n_annotations = n_notes ? n_notes : described;
    t->annotation_names = arena_array(a, struct str, t->n_annotations);
    size_t i = 0;
    for (struct xml *c = xml_child(x, "annotation"); c; c = xml_next(c, "annotation"))
        t->annotation_names[i++] = xml_attr(c, "name");
    if (!n_notes && described) t->annotation_names[0] = STR("description");
    t->rules = arena_array(a, struct table_rule, count(x, "rule"));
    for (struct xml *r = xml_child(x, "rule"); r; r = xml_next(r, "rule"))
        table_rule(h, r, t, scope);
    if (t->n_rules && t->n_inputs <= 64) t->columns = columns_build(a, t);
    n->table = t;
    n->type = table_type(h, t);
    return node_coerce(h, n, home_type(h, x));
}
