/* DMN XML to a compiled model: texts and imports, item definitions, the decision graph, then
 * the logic of each element in the order of its requirements. DMN 1.1 to 1.6 differ little in
 * what is read here; elements are known by local name inside the namespaces of the OMG. */
#include "dmn/model.h"
#include "dmn/eval.h"

struct home home_at(const struct home *h, const struct xml *x)
{
    struct home ret = *h;
    struct place *p = arena_new(h->c->arena, struct place);
    struct str id = xml_attr(x, "id");
    if (!id.n) id = xml_attr(x, "name");
    *p = *h->place;
    p->line = x->line;
    p->column = x->column;
    if (id.n) p->element = str_dupz(h->c->arena, id);
    ret.place = p;
    ret.line = x->line;
    ret.column = x->column;
    return ret;
}

/* Texts and imports */

static bool is_dmn(const struct xml *x)
{
    static const struct str old = {"http://www.omg.org/spec/DMN/", 28},
                            now = {"https://www.omg.org/spec/DMN/", 29};
    return str_is(x->name, "definitions") && (str_starts(x->ns, old) || str_starts(x->ns, now));
}

bool model_is_feel(struct str language)
{
    return !language.n ||
           (str_find(language, STR("FEEL")) >= 0 && str_find(language, STR("B-FEEL")) < 0 &&
            str_find(language, STR("BFEEL")) < 0) ||
           str_ieq(language, STR("feel"));
}

static struct place *unit_place(struct model *m, const struct unit *u, const struct xml *x)
{
    struct place *p = arena_new(&m->arena, struct place);
    struct str id = x ? xml_attr(x, "id") : str_n("", 0);
    struct str name = x ? xml_attr(x, "name") : str_n("", 0);
    p->source = u->source;
    p->element = name.n ? str_dupz(&m->arena, name) : id.n ? str_dupz(&m->arena, id) : "";
    p->line = x ? x->line : 0;
    p->column = x ? x->column : 0;
    return p;
}

static bool unit_read(struct model *m, struct unit *u, const struct dmn_source *s)
{
    struct diag_list *d = m->compile.diags;
    struct err e = {0};
    struct xml *x;
    u->source = s->name ? s->name : "";
    if (xml_parse(&m->arena, str_n(s->bytes.p, s->bytes.n), u->source, NULL, &x, &e) != RC_OK) {
        struct place p = {
            .source = u->source, .element = "", .line = e.line, .column = e.column};
        diag_add(d, true, "DMN-0101", &p, 0, 0, "%s", e.text);
        return false;
    }
    u->xml = x;
    if (!is_dmn(x)) {
        diag_add(d, true, "DMN-0102", unit_place(m, u, x), 0, 0,
                 "the root is '" STR_FMT "' of '" STR_FMT
                 "', not the definitions of a DMN model",
                 STR_ARG(x->name), STR_ARG(x->ns));
        return false;
    }
    if (!model_is_feel(xml_attr(x, "expressionLanguage"))) {
        struct str l = xml_attr(x, "expressionLanguage");
        diag_add(d, true, "DMN-0103", unit_place(m, u, x), 0, 0,
                 "the expression language '" STR_FMT "' is not evaluated", STR_ARG(l));
        return false;
    }
    u->name = xml_attr(x, "name");
    u->ns = xml_attr(x, "namespace");
    u->by_id = map_in(&m->arena);
    u->by_name = map_in(&m->arena);
    u->types.arena = &m->arena;
    u->types.map = map_in(&m->arena);
    return true;
}

static void imports_link(struct model *m, struct unit *u)
{
    size_t cap = 0;
    for (struct xml *x = xml_child(u->xml, "import"); x; x = xml_next(x, "import")) {
        struct unit_import im = {.prefix = lex_normal(&m->arena, xml_attr(x, "name")),
                                 .ns = xml_attr(x, "namespace")};
        struct str kind = xml_attr(x, "importType");
        for (size_t i = 0; i < m->n_units; i++)
            if (&m->units[i] != u && str_eq(m->units[i].ns, im.ns)) im.unit = &m->units[i];
        if (!im.unit) {
            bool dmn = str_find(kind, STR("omg.org/spec/DMN")) >= 0;
            diag_add(m->compile.diags, dmn, "DMN-0106", unit_place(m, u, x), 0, 0,
                     dmn ? "the imported model '" STR_FMT "' was not handed over"
                         : "the import of '" STR_FMT "' is not evaluated",
                     STR_ARG(im.ns));
        }
        arena_push(&m->arena, u->imports, u->n_imports, cap);
        u->imports[u->n_imports++] = im;
    }
}

/* Only what the first text imports, directly or not, is part of the model. */
static size_t units_imported(struct model *m)
{
    bool *wanted = arena_array(&m->arena, bool, m->n_units), more = true;
    size_t n = 1;
    wanted[0] = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < m->n_units; i++) {
            if (!wanted[i]) continue;
            for (struct xml *x = xml_child(m->units[i].xml, "import"); x;
                 x = xml_next(x, "import"))
                for (size_t k = 1; k < m->n_units; k++)
                    if (!wanted[k] && str_eq(m->units[k].ns, xml_attr(x, "namespace")))
                        wanted[k] = more = true;
        }
    }
    for (size_t i = 1; i < m->n_units; i++)
        if (wanted[i]) m->units[n++] = m->units[i];
    m->n_units = n;
    return n;
}

/* Item definitions */

struct typing {
    struct model *m;
    struct unit *u;
    struct map states; /* type → "filling" while it is */
};

static struct home unit_home(struct model *m, struct unit *u, const struct xml *x)
{
    return (struct home){.c = &m->compile,
                         .types = &u->types,
                         .place = unit_place(m, u, x),
                         .line = x->line,
                         .column = x->column};
}

static const struct type *type_ref(const struct home *h, struct str ref)
{
    struct str name = lex_normal(h->c->arena, ref);
    if (!name.n) return NULL;
    const struct type *t = h->types ? map_get(&h->types->map, name) : NULL;
    if (t) return t;
    const char *colon = memchr(name.p, ':', name.n);
    if (colon && !memchr(name.p, '<', name.n))
        name = str_sub(name, (size_t)(colon - name.p) + 1, name.n);
    t = type_builtin(name);
    return t ? t : parse_type(h, name);
}

static struct str child_text(const struct xml *x, const char *name)
{
    const struct xml *c = xml_child(x, name);
    return c ? str_trim(c->text) : str_n("", 0);
}

const struct type *home_type(const struct home *h, const struct xml *x)
{
    struct str ref = xml_attr(x, "typeRef");
    if (!ref.n) ref = child_text(x, "typeRef");
    return type_ref(h, ref);
}

static bool is_true(struct str s) { return str_is(s, "true") || str_is(s, "1"); }

/* allowedValues or typeConstraint: unary tests on slot 0; joined with those of the base
 * type. */
static void constrain(struct typing *ty, struct type *t, const struct xml *x,
                      const struct type *element)
{
    const struct xml *text = x ? xml_child(x, "text") : NULL;
    if (!text || !str_trim(text->text).n) return;
    struct home h = unit_home(ty->m, ty->u, text);
    struct func *fn = func_new(&ty->m->compile, NULL);
    struct scope *s = scope_new(&ty->m->compile, NULL, fn);
    uint32_t slot = slot_new(fn);
    struct node *n = parse_tests(&h, text->text, s, slot, element);
    if (!n) return;
    if (t->allowed) {
        struct node *both = node_new(&h, N_AND, h.line, h.column);
        both->kid.a = n;
        both->kid.b = arena_new(&ty->m->arena, struct node);
        *both->kid.b = *t->allowed;
        n = both;
    }
    t->allowed = n;
    t->constrained = true;
    t->allowed_text = str_trim(text->text);
    if (fn->lambda->n_slots > t->allowed_slots) t->allowed_slots = fn->lambda->n_slots;
}

static void fill_type(struct typing *ty, struct type *t, const struct xml *x);

static const struct type *component_type(struct typing *ty, const struct xml *x)
{
    bool plain = !is_true(xml_attr(x, "isCollection")) && !xml_child(x, "allowedValues") &&
                 !xml_child(x, "typeConstraint") && !xml_child(x, "itemComponent") &&
                 !xml_child(x, "functionItem");
    struct home h = unit_home(ty->m, ty->u, x);
    if (plain) {
        struct str ref = child_text(x, "typeRef");
        /* TypeA.x : a component of another definition, which must be there already */
        struct str head = ref;
        const char *dot = ref.n ? memchr(ref.p, '.', ref.n) : NULL;
        if (dot) head = str_n(ref.p, (size_t)(dot - ref.p));
        (void)head;
        return ref.n ? type_ref(&h, ref) : &type_any;
    }
    struct type *t = arena_new(&ty->m->arena, struct type);
    fill_type(ty, t, x);
    return t;
}

static void fill_components(struct typing *ty, struct type *t, const struct xml *x)
{
    size_t cap = 0;
    t->kind = TY_CONTEXT;
    for (struct xml *c = xml_child(x, "itemComponent"); c; c = xml_next(c, "itemComponent")) {
        struct member m = {lex_normal(&ty->m->arena, xml_attr(c, "name")),
                           component_type(ty, c)};
        arena_push(&ty->m->arena, t->members, t->n_members, cap);
        t->members[t->n_members++] = m;
        if (m.type && m.type->constrained) t->constrained = true;
        pool_add(&ty->m->compile.pool, m.name);
    }
}

static void fill_function(struct typing *ty, struct type *t, const struct xml *x)
{
    size_t cap = 0;
    struct home h = unit_home(ty->m, ty->u, x);
    t->kind = TY_FUNCTION;
    t->of = type_ref(&h, xml_attr(x, "outputTypeRef"));
    for (struct xml *p = xml_child(x, "parameters"); p; p = xml_next(p, "parameters")) {
        arena_push(&ty->m->arena, t->members, t->n_members, cap);
        t->members[t->n_members++] =
            (struct member){lex_normal(&ty->m->arena, xml_attr(p, "name")), home_type(&h, p)};
    }
}

/* The base of an alias must be complete before it can be copied. */
static void fill_base(struct typing *ty, struct str ref)
{
    const struct type *t = map_get(&ty->u->types.map, lex_normal(&ty->m->arena, ref));
    for (struct xml *x = xml_child(ty->u->xml, "itemDefinition"); t && x;
         x = xml_next(x, "itemDefinition")) {
        struct str name = lex_normal(&ty->m->arena, xml_attr(x, "name"));
        if (!str_eq(name, lex_normal(&ty->m->arena, ref))) continue;
        struct type *own = map_get(&ty->u->types.map, name);
        if (own == t && !map_has(&ty->states, name)) fill_type(ty, own, x);
        return;
    }
}

static void fill_type(struct typing *ty, struct type *t, const struct xml *x)
{
    struct arena *a = &ty->m->arena;
    struct home h = unit_home(ty->m, ty->u, x);
    bool definition = str_is(x->name, "itemDefinition");
    struct str name = lex_normal(a, xml_attr(x, "name")), ref = child_text(x, "typeRef");
    if (definition && map_has(&ty->states, name)) return;
    if (definition) map_put(&ty->states, name, "filling");
    bool many = is_true(xml_attr(x, "isCollection"));
    struct type *item = many ? arena_new(a, struct type) : t;
    if (xml_child(x, "itemComponent")) {
        fill_components(ty, item, x);
    } else if (xml_child(x, "functionItem")) {
        fill_function(ty, item, xml_child(x, "functionItem"));
    } else if (ref.n) {
        fill_base(ty, ref);
        const struct type *base = type_ref(&h, ref);
        if (base == t ||
            (base && !base->kind && base->name.n && map_get(&ty->states, base->name) &&
             str_is(str_c(map_get(&ty->states, base->name)), "filling") && base != &type_any &&
             !many)) {
            diag_add(h.c->diags, true, "DMN-0105", h.place, 0, 0,
                     "the item definition '" STR_FMT "' is defined by itself", STR_ARG(name));
            base = &type_any;
        }
        bool copies = !many || xml_child(x, "allowedValues");
        if (base && copies) *item = *base;
        if (base && !copies) item = (struct type *)(uintptr_t)base;
    } else {
        *item = type_any;
    }
    if (!many || item->name.n == 0 || xml_child(x, "allowedValues")) {
        if (xml_child(x, "allowedValues"))
            constrain(ty, item, xml_child(x, "allowedValues"), item);
    }
    if (many) {
        *t = (struct type){.kind = TY_LIST, .of = item, .constrained = item->constrained};
    }
    constrain(ty, t, xml_child(x, "typeConstraint"), t);
    t->name = name;
    if (!definition) t->name = str_n("", 0);
    if (definition) map_put(&ty->states, name, "done");
}

static void types_of(struct model *m, struct unit *u)
{
    if (u->typed) return;
    u->typed = true;
    struct typing ty = {.m = m, .u = u, .states = map_in(&m->arena)};
    for (size_t i = 0; i < u->n_imports; i++) {
        struct unit_import *im = &u->imports[i];
        if (!im->unit) continue;
        types_of(m, im->unit);
        for (size_t k = 0; k < im->unit->types.map.n; k++) {
            struct map_entry *en = &im->unit->types.map.entries[k];
            char *full = im->prefix.n ? arena_printf(&m->arena, STR_FMT "." STR_FMT,
                                                     STR_ARG(im->prefix), STR_ARG(en->key))
                                      : str_dupz(&m->arena, en->key);
            map_put(&u->types.map, str_c(full), en->value);
        }
    }
    for (struct xml *x = xml_child(u->xml, "itemDefinition"); x;
         x = xml_next(x, "itemDefinition")) {
        struct type *t = arena_new(&m->arena, struct type);
        t->name = lex_normal(&m->arena, xml_attr(x, "name"));
        map_put(&u->types.map, t->name, t);
    }
    for (struct xml *x = xml_child(u->xml, "itemDefinition"); x;
         x = xml_next(x, "itemDefinition")) {
        struct str name = lex_normal(&m->arena, xml_attr(x, "name"));
        fill_type(&ty, map_get(&u->types.map, name), x);
    }
}

/* Elements */

static void element_add(struct model *m, struct unit *u, const struct xml *x,
                        enum element_kind kind)
{
    struct element *el = arena_new(&m->arena, struct element);
    el->kind = (uint8_t)kind;
    el->unit = u;
    el->xml = x;
    el->id = xml_attr(x, "id");
    el->name = lex_normal(&m->arena, xml_attr(x, "name"));
    el->name_z = str_dupz(&m->arena, el->name);
    el->place = *unit_place(m, u, x);
    el->question = child_text(x, "question");
    el->index = (uint32_t)m->n_elements;
    if (!el->name.n)
        diag_add(m->compile.diags, true, "DMN-0107", &el->place, 0, 0,
                 "a " STR_FMT " without a name", STR_ARG(x->name));
    if (map_has(&u->by_name, el->name))
        diag_add(m->compile.diags, false, "DMN-0108", &el->place, 0, 0,
                 "the name '" STR_FMT "' is given twice", STR_ARG(el->name));
    else
        map_put(&u->by_name, el->name, el);
    arena_push(&m->arena, m->elements, m->n_elements, m->cap_elements);
    m->elements[m->n_elements++] = el;
    arena_push(&m->arena, u->elements, u->n_elements, u->cap_elements);
    u->elements[u->n_elements++] = el;
    if (el->id.n) map_put(&u->by_id, el->id, el);
}

static void elements_of(struct model *m, struct unit *u)
{
    static const struct {
        const char *name;
        enum element_kind kind;
    } rows[] = {{"inputData", ELEMENT_INPUT},
                {"decision", ELEMENT_DECISION},
                {"businessKnowledgeModel", ELEMENT_BKM},
                {"decisionService", ELEMENT_SERVICE}};
    for (struct xml *x = xml_first(u->xml); x; x = xml_next(x, NULL))
        for (size_t i = 0; i < 4; i++)
            if (str_is(x->name, rows[i].name)) element_add(m, u, x, rows[i].kind);
}

static struct unit *unit_by_ns(struct model *m, struct unit *u, struct str ns)
{
    if (!ns.n || str_eq(u->ns, ns)) return u;
    for (size_t i = 0; i < u->n_imports; i++)
        if (u->imports[i].unit && str_eq(u->imports[i].ns, ns)) return u->imports[i].unit;
    for (size_t i = 0; i < m->n_units; i++)
        if (str_eq(m->units[i].ns, ns)) return &m->units[i];
    return NULL;
}

/* href: "#id", "namespace#id" or, in older files, the bare id or name. */
static struct element *element_at(struct model *m, struct unit *u, const struct xml *x)
{
    struct str href = xml_attr(x, "href"), ns = {"", 0}, id = href;
    const char *hash = href.n ? memchr(href.p, '#', href.n) : NULL;
    if (hash) {
        ns = str_n(href.p, (size_t)(hash - href.p));
        id = str_sub(href, ns.n + 1, href.n);
    }
    struct unit *where = unit_by_ns(m, u, ns);
    struct element *el = where ? map_get(&where->by_id, id) : NULL;
    for (size_t i = 0; where && !el && i < where->n_elements; i++)
        if (str_eq(where->elements[i]->name, id)) el = where->elements[i];
    if (!el)
        diag_add(m->compile.diags, true, "DMN-0104", unit_place(m, u, x), x->line, x->column,
                 "the href '" STR_FMT "' points to nothing", STR_ARG(href));
    return el;
}

static void require(struct model *m, struct element *el, struct element *on)
{
    if (!on) return;
    for (size_t i = 0; i < el->n_requires; i++)
        if (el->requires[i] == on) return;
    arena_push(&m->arena, el->requires, el->n_requires, el->cap_requires);
    el->requires[el->n_requires++] = on;
}

static void requirements_of(struct model *m, struct element *el)
{
    static const char *const names[] = {"requiredInput", "requiredDecision",
                                        "requiredKnowledge"};
    for (struct xml *x = xml_first(el->xml); x; x = xml_next(x, NULL)) {
        if (!str_is(x->name, "informationRequirement") &&
            !str_is(x->name, "knowledgeRequirement"))
            continue;
        for (size_t i = 0; i < 3; i++) {
            struct xml *r = xml_child(x, names[i]);
            if (r) require(m, el, element_at(m, el->unit, r));
        }
    }
}

static void variable_of(struct model *m, struct element *el)
{
    const struct xml *v = xml_child(el->xml, "variable");
    struct home h = {.c = &m->compile,
                     .types = &el->unit->types,
                     .place = &el->place,
                     .line = el->place.line};
    el->declared = v ? home_type(&h, v) : NULL;
    el->type = el->declared;
}

static struct element **references(struct model *m, struct element *el, const char *name,
                                   struct element **list, size_t *n)
{
    size_t cap = *n;
    for (struct xml *x = xml_child(el->xml, name); x; x = xml_next(x, name)) {
        struct element *to = element_at(m, el->unit, x);
        if (!to) continue;
        arena_push(&m->arena, list, *n, cap);
        list[(*n)++] = to;
    }
    return list;
}

/* §10.4: parameters are the input data, then the input decisions. */
static void service_of(struct model *m, struct element *el)
{
    el->outputs = references(m, el, "outputDecision", NULL, &el->n_outputs);
    el->inputs = references(m, el, "inputData", NULL, &el->n_inputs);
    el->inputs = references(m, el, "inputDecision", el->inputs, &el->n_inputs);
    struct lambda *l = arena_new(&m->arena, struct lambda);
    l->name = el->name;
    l->n_params = el->n_inputs;
    l->params = arena_array(&m->arena, struct param, el->n_inputs);
    for (size_t i = 0; i < el->n_inputs; i++)
        l->params[i] = (struct param){el->inputs[i]->name, el->inputs[i]->declared};
    if (el->declared)
        l->result = el->declared->kind == TY_FUNCTION ? el->declared->of : el->declared;
    if (!l->result && el->n_outputs == 1) l->result = el->outputs[0]->declared;
    el->lambda = l;
    el->type = l->type = lambda_type(&m->compile, l);
    if (!el->n_outputs)
        diag_add(m->compile.diags, true, "DMN-0107", &el->place, 0, 0,
                 "the decision service has no output decision");
}

/* Logic */

static void compile_element(struct model *m, struct element *el);

static struct scope *import_scope(struct model *m, struct scope *s, struct str prefix)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->symbols[i].kind == SYMBOL_ALIAS && str_eq(s->symbols[i].name, prefix))
            return s->symbols[i].members;
    struct scope *inner = scope_new(&m->compile, NULL, s->fn);
    scope_add(&m->compile, s,
              (struct symbol){.name = prefix, .kind = SYMBOL_ALIAS, .members = inner});
    return inner;
}

static void scope_element(struct model *m, struct scope *s, struct element *from,
                          struct element *on)
{
    struct symbol sym = {
        .name = on->name, .kind = SYMBOL_GLOBAL, .element = on, .type = on->type};
    if (on->unit != from->unit) {
        for (size_t i = 0; i < from->unit->n_imports; i++) {
            struct unit_import *im = &from->unit->imports[i];
            if (im->unit != on->unit) continue;
            if (im->prefix.n) s = import_scope(m, s, im->prefix);
            break;
        }
    }
    scope_add(&m->compile, s, sym);
    const struct xml *v = xml_child(
        on->xml, "variable"); /* should be the same name (§6.3.7), but is not in every file */
    sym.name = v ? lex_normal(&m->arena, xml_attr(v, "name")) : on->name;
    if (sym.name.n && !str_eq(sym.name, on->name)) scope_add(&m->compile, s, sym);
}

static struct scope *element_scope(struct model *m, struct element *el, struct func *fn)
{
    struct scope *s = scope_new(&m->compile, NULL, fn);
    for (size_t i = 0; i < el->n_requires; i++) {
        compile_element(m, el->requires[i]);
        scope_element(m, s, el, el->requires[i]);
    }
    return s;
}

static void compile_decision(struct model *m, struct element *el)
{
    struct home h = {.c = &m->compile,
                     .types = &el->unit->types,
                     .place = &el->place,
                     .line = el->place.line};
    struct func *fn = func_new(&m->compile, NULL);
    struct scope *s = element_scope(m, el, fn);
    struct node *n = boxed_child(&h, el->xml, s);
    if (!n) {
        diag_add(m->compile.diags, false, "DMN-0107", &el->place, 0, 0,
                 "the decision '" STR_FMT "' has no logic", STR_ARG(el->name));
        n = node_new(&h, N_ERROR, el->place.line, 0);
        n->error.id = "DMN-0107";
        n->error.text = "the decision has no logic";
    }
    if (!el->type) el->type = n->type;
    el->root = node_coerce(&h, n, el->declared);
    el->n_slots = fn->lambda->n_slots;
}

static void compile_bkm(struct model *m, struct element *el)
{
    struct home h = {.c = &m->compile,
                     .types = &el->unit->types,
                     .place = &el->place,
                     .line = el->place.line};
    struct func *root = func_new(&m->compile, NULL), *fn = func_new(&m->compile, root);
    const struct xml *logic = xml_child(el->xml, "encapsulatedLogic");
    el->lambda = fn->lambda;
    fn->lambda->name = el->name;
    struct scope *s = element_scope(m, el, root);
    scope_add(&m->compile, s,
              (struct symbol){
                  .name = el->name, .kind = SYMBOL_GLOBAL, .element = el, .type = el->type});
    if (!logic) {
        diag_add(m->compile.diags, true, "DMN-0107", &el->place, 0, 0,
                 "the knowledge model '" STR_FMT "' has no logic", STR_ARG(el->name));
        return;
    }
    boxed_function(&h, logic, fn, s);
    struct lambda *l = fn->lambda;
    const struct type *result =
        el->declared && el->declared->kind == TY_FUNCTION ? el->declared->of : el->declared;
    if (l->body && result) {
        l->body = node_coerce(&h, l->body, result);
        l->result = result;
    }
    el->type = l->type = lambda_type(&m->compile, l);
}

static void compile_element(struct model *m, struct element *el)
{
    if (el->state == ELEMENT_DONE) return;
    if (el->state == ELEMENT_COMPILING) {
        if (el->kind != ELEMENT_BKM)
            diag_add(m->compile.diags, true, "DMN-0105", &el->place, 0, 0,
                     "the decision '" STR_FMT "' requires itself, directly or through others",
                     STR_ARG(el->name));
        return;
    }
    el->state = ELEMENT_COMPILING;
    switch ((enum element_kind)el->kind) {
    case ELEMENT_INPUT: break;
    case ELEMENT_DECISION: compile_decision(m, el); break;
    case ELEMENT_BKM: compile_bkm(m, el); break;
    case ELEMENT_SERVICE:
        for (size_t i = 0; i < el->n_outputs;
             i++) /* a decision may call a service that contains it */
            if (el->outputs[i]->state != ELEMENT_COMPILING) compile_element(m, el->outputs[i]);
        if (el->n_outputs == 1 && !el->lambda->result && el->outputs[0]->type) {
            struct type *t = arena_new(&m->arena, struct type);
            *t = *el->type;
            t->of = el->outputs[0]->type;
            el->type = t;
        }
        break;
    }
    el->state = ELEMENT_DONE;
}

static bool fatal(const struct diag_list *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->items[i].error && (strcmp(d->items[i].id, "DMN-0105") == 0 ||
                                  strcmp(d->items[i].id, "DMN-0106") == 0))
            return true;
    return false;
}

bool model_load(struct model *m, const struct dmn_source *sources, size_t n,
                struct diag_list *diags)
{
    m->compile = (struct compile){.arena = &m->arena, .diags = diags, .zones = &m->zones};
    m->compile.pool = (struct name_pool){.arena = &m->arena, .seen = map_in(&m->arena)};
    m->units = arena_array(&m->arena, struct unit, n);
    for (size_t i = 0; i < n; i++) {
        struct unit *u = &m->units[m->n_units];
        if (unit_read(m, u, &sources[i])) {
            m->n_units++;
        } else if (i == 0) {
            return false;
        } else { /* it matters only if it is imported, and then the import says so */
            *u = (struct unit){0};
            diags->items[diags->n - 1].error = false;
        }
    }
    n = units_imported(m);
    m->root_name = str_dupz(&m->arena, m->units[0].name);
    m->root_ns = str_dupz(&m->arena, m->units[0].ns);
    for (size_t i = 0; i < n; i++) imports_link(m, &m->units[i]);
    for (size_t i = 0; i < n; i++) types_of(m, &m->units[i]);
    for (size_t i = 0; i < n; i++) elements_of(m, &m->units[i]);
    for (size_t i = 0; i < m->n_elements; i++) variable_of(m, m->elements[i]);
    for (size_t i = 0; i < m->n_elements; i++) {
        requirements_of(m, m->elements[i]);
        if (m->elements[i]->kind == ELEMENT_SERVICE) service_of(m, m->elements[i]);
    }
    for (size_t i = 0; i < m->n_elements; i++) compile_element(m, m->elements[i]);
    return !fatal(diags);
}

/* By the name as it is written in the model, else after the white-space rule of names. */
static struct element *unit_find(const struct unit *u, struct str name, unsigned kinds)
{
    struct element *el = map_get(&u->by_name, name);
    if (el && kinds & 1u << el->kind && name.n) return el;
    for (size_t i = 0; i < u->n_elements && name.n; i++) {
        el = u->elements[i];
        if (kinds & 1u << el->kind && lex_match(name, 0, el->name) == name.n) return el;
    }
    return NULL;
}

struct element *model_find(const struct model *m, struct str name, const char *ns,
                           unsigned kinds)
{
    struct element *found = NULL;
    for (size_t u = 0; u < m->n_units; u++) {
        const struct unit *unit = &m->units[u];
        if (ns && !str_is(unit->ns, ns)) continue;
        struct element *el = unit_find(unit, name, kinds);
        if (el && (u == 0 || ns)) return el;
        if (found && el && found != el) return NULL; /* more than one import has it */
        if (el) found = el;
    }
    return found;
}
