/* include/dmn.h implemented: models, runs, values. Everything else is behind this file; it is
 * the only one whose symbols leave the library. */
#include "dmn/api.h"
#include "base/utf8.h"
#include "dmn/batch.h"
#include "dmn/convert.h"
#include "dmn/num.h"
#include "dmn/trace.h"
#include <stdio.h>
#include <stdlib.h>

struct dmn_value {
    struct value v;
};

struct dmn_model {
    struct model m;
};

struct dmn_report {
    struct arena arena;
    struct diag_list diags;
};

struct dmn_plan {
    const struct dmn_model *model;
    const struct element *decision;
    size_t n;
    const struct element *inputs[];
};

struct dmn_run {
    const struct dmn_model *model;
    struct arena arena;
    struct arena work;           /* of dmn_decide, forgotten at each */
    const struct dmn_plan *plan; /* whose inputs are bound */
    struct dmn_value result;     /* of dmn_decide */
    struct eval eval;
    struct trace trace;
    struct map zones; /* name → struct tz */
    uint64_t fuel;
    bool traced;
    bool clean; /* nothing computed is remembered */
};

#define STACK_VALUES 16384

/* Zones */

static const struct tz *zone_load(const struct dmn_host *host, struct arena *a,
                                  struct map *seen, struct str name)
{
    struct dmn_text bytes;
    struct err e;
    const struct tz *z = NULL;
    struct tz *known = map_get(seen, name);
    if (known) return known;
    if (!host || !host->zone ||
        !host->zone(host->ctx, (struct dmn_text){name.p, name.n}, &bytes))
        return NULL;
    if (tz_load(a, str_dup(a, name), str_n(bytes.p, bytes.n), &z, &e) != RC_OK) return NULL;
    map_put(seen, tz_name(z), (void *)(uintptr_t)z);
    return z;
}

static const struct tz *model_zone(void *ctx, struct str name)
{
    struct model *m = ctx;
    return zone_load(m->host, &m->arena, &m->zones_seen, name);
}

static const struct tz *run_zone(void *ctx, struct str name)
{
    struct dmn_run *r = ctx;
    const struct tz *z = map_get(&r->model->m.zones_seen, name);
    return z ? z : zone_load(r->model->m.host, &r->arena, &r->zones, name);
}

/* Models */

enum dmn_status dmn_load(const struct dmn_source *sources, size_t n,
                         const struct dmn_host *host, struct dmn_model **ret_model,
                         struct dmn_report **ret_report)
{
    struct dmn_report *rep = calloc(1, sizeof *rep);
    struct dmn_model *model = calloc(1, sizeof *model);
    if (!rep || !model) abort();
    arena_init(&rep->arena, 0);
    arena_init(&model->m.arena, 0);
    rep->diags = (struct diag_list){.arena = &rep->arena, .limit = 1000};
    model->m.host = host;
    model->m.zones_seen = map_in(&model->m.arena);
    model->m.zones = (struct zones){.ctx = &model->m, .find = model_zone};
    /* The texts are kept: what is compiled points into them. */
    struct dmn_source *own = arena_array(&model->m.arena, struct dmn_source, n);
    for (size_t i = 0; i < n; i++)
        own[i] = (struct dmn_source){
            arena_strdup(&model->m.arena, sources[i].name ? sources[i].name : ""),
            sources[i].bytes};
    bool ok = n > 0 && model_load(&model->m, own, n, &rep->diags);
    *ret_report = rep;
    if (!ok) {
        /* places of diagnostics live in the model's arena: copy them before it goes */
        for (size_t i = 0; i < rep->diags.n; i++) {
            rep->diags.items[i].source = arena_strdup(&rep->arena, rep->diags.items[i].source);
            rep->diags.items[i].element =
                arena_strdup(&rep->arena, rep->diags.items[i].element);
        }
        dmn_model_free(model);
        *ret_model = NULL;
        return DMN_INVALID;
    }
    for (size_t i = 0; i < rep->diags.n; i++) {
        rep->diags.items[i].source = arena_strdup(&rep->arena, rep->diags.items[i].source);
        rep->diags.items[i].element = arena_strdup(&rep->arena, rep->diags.items[i].element);
    }
    *ret_model = model;
    return DMN_OK;
}

void dmn_model_free(struct dmn_model *m)
{
    if (!m) return;
    arena_done(&m->m.arena);
    free(m);
}

size_t dmn_report_count(const struct dmn_report *r) { return r ? r->diags.n : 0; }

const struct dmn_diagnostic *dmn_report_get(const struct dmn_report *r, size_t i)
{
    return r && i < r->diags.n ? &r->diags.items[i] : NULL;
}

void dmn_report_free(struct dmn_report *r)
{
    if (!r) return;
    arena_done(&r->arena);
    free(r);
}

const char *dmn_model_name(const struct dmn_model *m) { return m->m.root_name; }

const char *dmn_model_namespace(const struct dmn_model *m) { return m->m.root_ns; }

static enum element_kind kind_of(enum dmn_kind k)
{
    static const enum element_kind kinds[] = {ELEMENT_DECISION, ELEMENT_SERVICE, ELEMENT_BKM,
                                              ELEMENT_INPUT};
    return kinds[k];
}

size_t dmn_model_count(const struct dmn_model *m, enum dmn_kind kind)
{
    const struct unit *u = &m->m.units[0];
    size_t n = 0;
    for (size_t i = 0; i < u->n_elements; i++) n += u->elements[i]->kind == kind_of(kind);
    return n;
}

const char *dmn_model_item(const struct dmn_model *m, enum dmn_kind kind, size_t i)
{
    const struct unit *u = &m->m.units[0];
    for (size_t k = 0; k < u->n_elements; k++)
        if (u->elements[k]->kind == kind_of(kind) && i-- == 0) return u->elements[k]->name_z;
    return NULL;
}

/* Runs */

static struct value run_null(struct call *c, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static struct value run_null(struct call *c, const char *id, const char *fmt, ...)
{
    struct eval *e = c->eval;
    va_list ap;
    uint32_t why = 0;
    va_start(ap, fmt);
    if (e->stop == DMN_OK)
        why = diag_vadd(&e->diags, !e->lenient, id, e->at ? e->at->place : NULL,
                        e->at ? (int)e->at->line : 0, e->at ? e->at->column : 0, fmt, ap);
    va_end(ap);
    return v_null(why);
}

static struct value run_invoke(struct call *c, const struct function *f,
                               const struct value *args, size_t n)
{
    struct eval *e = c->eval;
    return eval_function(e, f, args, n, e->at);
}

static bool run_now(struct call *c, int64_t *s, int32_t *ns)
{
    struct eval *e = c->eval;
    const struct dmn_host *h = e->model->host;
    return h && h->now && h->now(h->ctx, s, ns);
}

static bool run_fits(struct call *c, size_t bytes, uint64_t steps)
{
    struct eval *e = c->eval;
    if (!eval_fits(e, bytes)) return false;
    if (e->fuel < steps) {
        e->fuel = 0;
        return false;
    }
    e->fuel -= steps;
    return true;
}

static void run_begin(struct dmn_run *r)
{
    struct eval *e = &r->eval;
    e->arena = &r->arena;
    e->diags = (struct diag_list){.arena = &r->arena, .limit = 1000};
    e->zones = (struct zones){.ctx = r, .find = run_zone};
    r->zones = map_in(&r->arena);
    e->env = env_new(e);
    e->stop = DMN_OK;
    e->sp = 0;
    e->trace = NULL;
    e->call = (struct call){.arena = &r->arena,
                            .zones = &e->zones,
                            .null = run_null,
                            .invoke = run_invoke,
                            .now = run_now,
                            .fits = run_fits,
                            .eval = e};
    trace_begin(&r->trace, &r->arena);
}

struct dmn_run *dmn_run_new(const struct dmn_model *m, const struct dmn_limits *limits)
{
    struct dmn_run *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->model = m;
    r->fuel = limits && limits->fuel ? limits->fuel : 50000000;
    r->eval.model = &m->m;
    r->eval.fuel = r->fuel;
    r->eval.max_depth = limits && limits->depth ? limits->depth : 400;
    r->eval.stack_size = STACK_VALUES;
    r->eval.stack = malloc(STACK_VALUES * sizeof *r->eval.stack);
    if (!r->eval.stack) abort();
    arena_init(&r->arena, limits && limits->memory ? limits->memory : (size_t)256 << 20);
    arena_init(&r->work, r->arena.budget);
    run_begin(r);
    return r;
}

void dmn_run_free(struct dmn_run *r)
{
    if (!r) return;
    arena_done(&r->arena);
    arena_done(&r->work);
    free(r->eval.stack);
    free(r);
}

void dmn_run_reset(struct dmn_run *r)
{
    arena_reset(&r->arena);
    arena_reset(&r->work);
    r->plan = NULL;
    r->eval.fuel = r->fuel;
    run_begin(r);
}

const struct model *api_model(const struct dmn_model *m) { return &m->m; }

struct eval *api_eval(struct dmn_run *r) { return &r->eval; }

/* Values */

static const struct dmn_value null_value;

static struct dmn_value *wrap(struct dmn_run *r, struct value v)
{
    struct dmn_value *d = arena_new(&r->arena, struct dmn_value);
    d->v = v;
    return d;
}

enum dmn_type dmn_type_of(const struct dmn_value *v)
{
    static const enum dmn_type types[] = {
        [TAG_NULL] = DMN_NULL,          [TAG_BOOL] = DMN_BOOLEAN,
        [TAG_NUM] = DMN_NUMBER,         [TAG_NUM_BIG] = DMN_NUMBER,
        [TAG_STR] = DMN_STRING,         [TAG_DATE] = DMN_DATE,
        [TAG_TIME] = DMN_TIME,          [TAG_DATE_TIME] = DMN_DATE_TIME,
        [TAG_DAYS] = DMN_DAYS_DURATION, [TAG_MONTHS] = DMN_MONTHS_DURATION,
        [TAG_LIST] = DMN_LIST,          [TAG_CONTEXT] = DMN_CONTEXT,
        [TAG_RANGE] = DMN_RANGE,        [TAG_FUNCTION] = DMN_FUNCTION};
    return types[v->v.tag];
}

bool dmn_boolean(const struct dmn_value *v) { return v_is_true(v->v); }

struct dmn_text dmn_string(const struct dmn_value *v)
{
    return v->v.tag == TAG_STR ? (struct dmn_text){v->v.s, v->v.n} : (struct dmn_text){"", 0};
}

struct dmn_text dmn_print(struct dmn_run *r, const struct dmn_value *v)
{
    struct str s = v->v.tag == TAG_NULL ? STR("null") : v_print(&r->arena, v->v);
    return (struct dmn_text){s.p, s.n};
}

size_t dmn_count(const struct dmn_value *v)
{
    return v->v.tag == TAG_LIST ? v->v.list->n : v->v.tag == TAG_CONTEXT ? v->v.context->n : 0;
}

/* A handle is a value in place: struct dmn_value has no other member. */
static const struct dmn_value *handle(const struct value *v)
{
    return (const struct dmn_value *)v;
}

const struct dmn_value *dmn_item(const struct dmn_value *list, size_t i)
{
    return list->v.tag == TAG_LIST && i < list->v.list->n ? handle(&list->v.list->items[i])
                                                          : &null_value;
}

const struct dmn_value *dmn_entry(const struct dmn_value *context, struct dmn_text name)
{
    if (context->v.tag == TAG_CONTEXT)
        for (size_t i = 0; i < context->v.context->n; i++)
            if (str_eq(context->v.context->keys[i], str_n(name.p, name.n)))
                return handle(&context->v.context->values[i]);
    return &null_value;
}

struct dmn_text dmn_entry_name(const struct dmn_value *context, size_t i)
{
    if (context->v.tag != TAG_CONTEXT || i >= context->v.context->n)
        return (struct dmn_text){"", 0};
    struct str s = context->v.context->keys[i];
    return (struct dmn_text){s.p, s.n};
}

const struct dmn_value *dmn_make_null(struct dmn_run *r) { return wrap(r, v_null(0)); }

const struct dmn_value *dmn_make_boolean(struct dmn_run *r, bool b)
{
    return wrap(r, v_bool(b));
}

const struct dmn_value *dmn_make_integer(struct dmn_run *r, int64_t n)
{
    return wrap(r, v_int(n));
}

const struct dmn_value *dmn_make_string(struct dmn_run *r, struct dmn_text s)
{
    if (utf8_bad(str_n(s.p, s.n)) >= 0) return wrap(r, v_null(0));
    return wrap(r, v_str(str_dup(&r->arena, str_n(s.p, s.n))));
}

const struct dmn_value *dmn_make_literal(struct dmn_run *r, struct dmn_text feel)
{
    struct str s = str_trim(str_n(feel.p, feel.n));
    struct value v = v_null(0);
    if (utf8_bad(s) >= 0) return wrap(r, v);
    if (str_is(s, "true") || str_is(s, "false"))
        v = v_bool(s.n == 4);
    else if (s.n >= 3 && s.p[0] == '@' && s.p[1] == '"' && s.p[s.n - 1] == '"')
        (void)temporal_literal(&r->arena, &r->eval.zones, str_sub(s, 2, s.n - 3), &v);
    else if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"' && !memchr(s.p, '\\', s.n))
        v = v_str(str_dup(&r->arena, str_sub(s, 1, s.n - 2)));
    else
        (void)num_parse(&r->arena, s, &v);
    return wrap(r, v);
}

struct dmn_value *dmn_make_list(struct dmn_run *r, size_t n)
{
    return wrap(r, v_list(&r->arena, n));
}

void dmn_list_set(struct dmn_value *list, size_t i, const struct dmn_value *v)
{
    if (list->v.tag == TAG_LIST && i < list->v.list->n) list->v.list->items[i] = v->v;
}

bool dmn_equal(const struct dmn_value *a, const struct dmn_value *b)
{
    return v_equal(a->v, b->v) == T_TRUE;
}

struct building {
    struct context context;
    size_t room;
};

struct dmn_value *dmn_make_context(struct dmn_run *r, size_t n)
{
    struct building *b = arena_new(&r->arena, struct building);
    b->room = n;
    b->context.keys = arena_array(&r->arena, struct str, n);
    b->context.values = arena_array(&r->arena, struct value, n);
    return wrap(r, (struct value){.tag = TAG_CONTEXT, .context = &b->context});
}

void dmn_context_add(struct dmn_value *context, struct dmn_text name, const struct dmn_value *v)
{
    if (context->v.tag != TAG_CONTEXT) return;
    struct building *b = (struct building *)(uintptr_t)context->v.context;
    if (b->context.n >= b->room) return;
    b->context.keys[b->context.n] = str_n(name.p, name.n);
    b->context.values[b->context.n++] = v->v;
}

/* Inputs */

static enum dmn_status not_found(struct dmn_run *r, struct str name, const char *pointer)
{
    struct place p = {.source = "input", .element = pointer};
    diag_add(&r->eval.diags, true, "DMN-0303", &p, 0, 0, "the model has no '" STR_FMT "'",
             STR_ARG(name));
    return DMN_NOTFOUND;
}

/* What was computed from other inputs is forgotten. */
static void bind(struct dmn_run *r, const struct element *el, struct value v)
{
    struct env *env = r->eval.env;
    for (size_t i = 0; i < r->model->m.n_elements; i++)
        if (env->states[i] == ENV_COMPUTED) env->states[i] = ENV_UNKNOWN;
    env->values[el->index] = v;
    env->states[el->index] = ENV_SET;
}

static struct value misfit(struct dmn_run *r, const struct element *el, struct value v)
{
    struct str want = type_text(r->eval.arena, el->declared);
    diag_add(&r->eval.diags, true, "DMN-0302", &el->place, 0, 0,
             "the value of '" STR_FMT "' is %s and not a " STR_FMT, STR_ARG(el->name),
             type_tag_name(v), STR_ARG(want));
    return v_null(0);
}

static enum dmn_status input(struct dmn_run *r, struct str name, const char *ns, struct value v)
{
    const struct element *el =
        model_find(&r->model->m, name, ns, 1u << ELEMENT_INPUT | 1u << ELEMENT_DECISION);
    if (!el) return not_found(r, name, "");
    struct value c;
    v = convert_complete(&r->eval, v, el->declared);
    if (eval_convert(&r->eval, v, el->declared, &c)) {
        bind(r, el, c);
        return DMN_OK;
    }
    bind(r, el, misfit(r, el, v));
    return DMN_INVALID;
}

enum dmn_status dmn_input(struct dmn_run *r, struct dmn_text name, const struct dmn_value *v)
{
    return input(r, str_n(name.p, name.n), NULL, v->v);
}

enum dmn_status dmn_input_in(struct dmn_run *r, const char *ns, struct dmn_text name,
                             const struct dmn_value *v)
{
    return input(r, str_n(name.p, name.n), ns, v->v);
}

enum dmn_status dmn_input_json(struct dmn_run *r, struct dmn_text text)
{
    struct json *root;
    struct err err = {0};
    struct place p = {.source = "input", .element = ""};
    enum dmn_status st = DMN_OK;
    if (json_parse(&r->arena, str_n(text.p, text.n), "input", NULL, &root, &err) != RC_OK) {
        p.line = err.line, p.column = err.column;
        diag_add(&r->eval.diags, true, "DMN-0302", &p, 0, 0, "%s", err.text);
        return DMN_INVALID;
    }
    if (root->type != JSON_OBJECT) {
        diag_add(&r->eval.diags, true, "DMN-0302", &p, 0, 0,
                 "the input must be a JSON object of named values");
        return DMN_INVALID;
    }
    for (size_t i = 0; i < json_len(root); i++) {
        struct str name = root->object.members[i].key;
        struct value v;
        const struct element *el =
            model_find(&r->model->m, name, NULL, 1u << ELEMENT_INPUT | 1u << ELEMENT_DECISION);
        if (!el) {
            enum dmn_status miss = not_found(r, name, convert_pointer(&r->arena, name));
            st = st == DMN_OK ? miss : st;
            continue;
        }
        if (!convert_from_json(&r->eval, root->object.members[i].value, el->declared, name, &v))
            st = DMN_INVALID;
        bind(r, el, v);
    }
    return st;
}

/* Evaluation */

static void evaluation_begin(struct dmn_run *r, bool trace)
{
    struct eval *e = &r->eval;
    e->stop = DMN_OK;
    e->fuel = r->fuel;
    e->sp = 0;
    e->depth = e->level = 0;
    e->near = NULL;
    e->lenient = false;
    e->trace = trace ? &r->trace : NULL;
    if (trace || r->traced) trace_begin(&r->trace, e->arena);
    r->traced = trace;
    r->clean = false;
    for (size_t i = 0; trace && i < r->model->m.n_elements;
         i++) /* so that the trace is whole */
        if (e->env->states[i] == ENV_COMPUTED) e->env->states[i] = ENV_UNKNOWN;
}

static enum dmn_status evaluation_end(struct dmn_run *r, struct value v,
                                      const struct dmn_value **ret)
{
    enum dmn_status st = r->eval.stop;
    if (st != DMN_OK) { /* half a graph must not be taken for a result later */
        for (size_t i = 0; i < r->model->m.n_elements; i++)
            if (r->eval.env->states[i] != ENV_SET) r->eval.env->states[i] = ENV_UNKNOWN;
        v = v_null(0);
    }
    r->eval.stop = DMN_OK;
    r->eval.trace = NULL;
    *ret = wrap(r, v);
    return st;
}

enum dmn_status dmn_eval_in(struct dmn_run *r, const char *ns, struct dmn_text decision,
                            bool trace, const struct dmn_value **ret)
{
    struct str name = str_n(decision.p, decision.n);
    const struct element *el = model_find(&r->model->m, name, ns, 1u << ELEMENT_DECISION);
    *ret = &null_value;
    if (!el) return not_found(r, name, "");
    evaluation_begin(r, trace);
    return evaluation_end(r, eval_element(&r->eval, el), ret);
}

enum dmn_status dmn_eval(struct dmn_run *r, struct dmn_text decision, bool trace,
                         const struct dmn_value **ret)
{
    return dmn_eval_in(r, NULL, decision, trace, ret);
}

enum dmn_status dmn_call(struct dmn_run *r, struct dmn_text name,
                         const struct dmn_value *arguments, bool trace,
                         const struct dmn_value **ret)
{
    struct str text = str_n(name.p, name.n);
    const struct element *el =
        model_find(&r->model->m, text, NULL, 1u << ELEMENT_SERVICE | 1u << ELEMENT_BKM);
    *ret = &null_value;
    if (!el || !el->lambda) return not_found(r, text, "");
    evaluation_begin(r, trace);
    size_t n = arguments->v.tag == TAG_CONTEXT ? arguments->v.context->n : 0;
    struct value f = eval_env_function(&r->eval, el);
    struct node *at =
        arena_new(&r->arena, struct node); /* the place of the call: what is called */
    at->place = &el->place;
    struct value v = eval_named(&r->eval, f.function, n ? arguments->v.context->keys : NULL,
                                n ? arguments->v.context->values : NULL, n, at);
    return evaluation_end(r, v, ret);
}

/* Plans */

enum dmn_status dmn_plan_new(const struct dmn_model *m, struct dmn_text decision,
                             const struct dmn_text *inputs, size_t n, struct dmn_plan **ret)
{
    struct dmn_plan *p = calloc(1, sizeof *p + n * sizeof *p->inputs);
    if (!p) abort();
    p->model = m;
    p->n = n;
    p->decision =
        model_find(&m->m, str_n(decision.p, decision.n), NULL, 1u << ELEMENT_DECISION);
    bool ok = p->decision != NULL;
    for (size_t i = 0; i < n && ok; i++) {
        p->inputs[i] = model_find(&m->m, str_n(inputs[i].p, inputs[i].n), NULL,
                                  1u << ELEMENT_INPUT | 1u << ELEMENT_DECISION);
        ok = p->inputs[i] != NULL;
    }
    *ret = ok ? p : NULL;
    if (!ok) free(p);
    return ok ? DMN_OK : DMN_NOTFOUND;
}

void dmn_plan_free(struct dmn_plan *p) { free(p); }

static void forget_computed(struct dmn_run *r)
{
    uint8_t *states = r->eval.env->states;
    for (size_t i = 0; i < r->model->m.n_elements; i++)
        states[i] = states[i] == ENV_SET ? ENV_SET : ENV_UNKNOWN;
}

static void decide_begin(struct dmn_run *r, const struct dmn_plan *p, bool trace)
{
    struct eval *e = &r->eval;
    if (r->plan && r->plan != p) /* what the other plan bound may lie in memory that goes now */
        for (size_t i = 0; i < r->plan->n; i++)
            e->env->states[r->plan->inputs[i]->index] = ENV_UNKNOWN;
    r->plan = p;
    if (!r->clean) forget_computed(r);
    arena_reset(&r->work);
    e->arena = e->call.arena = &r->work;
    e->diags = (struct diag_list){.arena = &r->work, .limit = 1000};
    evaluation_begin(r, trace);
}

static __attribute__((noinline)) bool bind_converted(struct dmn_run *r,
                                                     const struct element *el, struct value v)
{
    struct value c, whole = convert_complete(&r->eval, v, el->declared);
    bool ok = eval_convert(&r->eval, whole, el->declared, &c);
    r->eval.env->values[el->index] = ok ? c : misfit(r, el, whole);
    return ok;
}

static inline bool bind_planned(struct dmn_run *r, const struct element *el,
                                const struct value *v)
{
    struct env *env = r->eval.env;
    env->states[el->index] = ENV_SET;
    if (el->declared && !eval_plain(*v, el->declared)) return bind_converted(r, el, *v);
    env->values[el->index] = *v;
    return true;
}

enum dmn_status dmn_decide(struct dmn_run *r, const struct dmn_plan *p,
                           const struct dmn_value *const *inputs, bool trace,
                           const struct dmn_value **ret)
{
    struct eval *e = &r->eval;
    bool ok = true;
    if (p->model != r->model) return DMN_BUG;
    decide_begin(r, p, trace);
    for (size_t i = 0; i < p->n; i++) ok &= bind_planned(r, p->inputs[i], &inputs[i]->v);
    r->result.v = v_null(0);
    if (ok) r->result.v = eval_element(e, p->decision);
    enum dmn_status st = e->stop;
    if (st != DMN_OK) r->result.v = v_null(0);
    forget_computed(r); /* it lies in the memory of this call */
    r->clean = true;
    e->stop = DMN_OK;
    e->trace = NULL;
    e->arena = e->call.arena = &r->arena;
    *ret = &r->result;
    return ok ? st : DMN_INVALID;
}

/* Batches */

struct dmn_batch {
    const struct dmn_model *model;
    const struct table *table;
    const struct element *decision;
    struct batch *batch;
    struct dmn_run
        *run; /* decides what a set of rules comes to; its memory keeps the outcomes */
    struct arena arena;
    size_t n;
    const struct element *inputs[];
};

static struct value batch_row(void *ctx, const struct value *inputs)
{
    struct dmn_batch *b = ctx;
    struct env *env = b->run->eval.env;
    const struct dmn_value *ret;
    forget_computed(b->run);
    for (size_t i = 0; i < b->table->n_inputs; i++) {
        const struct element *el = batch_input(b->table, i);
        env->values[el->index] = inputs[i];
        env->states[el->index] = ENV_SET;
    }
    b->run->eval.diags = (struct diag_list){.arena = &b->run->arena, .limit = 16};
    evaluation_begin(b->run, false);
    (void)evaluation_end(b->run, eval_element(&b->run->eval, b->decision), &ret);
    return ret->v;
}

enum dmn_status dmn_batch_new(const struct dmn_model *m, struct dmn_text decision,
                              const struct dmn_text *inputs, size_t n, struct dmn_batch **ret)
{
    const struct element *el =
        model_find(&m->m, str_n(decision.p, decision.n), NULL, 1u << ELEMENT_DECISION);
    const struct table *t = el ? batch_table(el) : NULL;
    *ret = NULL;
    if (!t) return el ? DMN_INVALID : DMN_NOTFOUND;
    struct dmn_batch *b = calloc(1, sizeof *b + n * sizeof *b->inputs);
    if (!b) abort();
    b->model = m, b->table = t, b->decision = el, b->n = n;
    for (size_t i = 0; i < n; i++) {
        b->inputs[i] =
            model_find(&m->m, str_n(inputs[i].p, inputs[i].n), NULL, 1u << ELEMENT_INPUT);
        if (b->inputs[i]) continue;
        free(b);
        return DMN_NOTFOUND;
    }
    b->run = dmn_run_new(m, NULL);
    arena_init(&b->arena, 0);
    b->batch = batch_new(&b->arena, t, batch_row, b);
    *ret = b;
    return DMN_OK;
}

/* The values of a dictionary as the input would have them. */
static bool dictionary(struct dmn_batch *b, const struct type *t, const struct dmn_column *c,
                       const struct value **ret)
{
    struct value *v = arena_array(&b->run->arena, struct value, c->n_dictionary);
    *ret = v;
    for (size_t i = 0; i < c->n_dictionary; i++) {
        struct value one = convert_complete(&b->run->eval, c->dictionary[i]->v, t);
        if (!eval_convert(&b->run->eval, one, t, &v[i])) return false;
    }
    return true;
}

static bool column_fits(const struct type *t, const struct dmn_column *c)
{
    if (!t || t->kind == TY_ANY) return true;
    if (t->allowed && c->kind != DMN_COLUMN_VALUES) return false;
    return c->kind == DMN_COLUMN_VALUES ||
           t->kind == (c->kind == DMN_COLUMN_BOOLEAN ? TY_BOOLEAN : TY_NUMBER);
}

enum dmn_status dmn_batch_run(struct dmn_batch *b, const struct dmn_column *columns,
                              size_t n_rows, uint32_t *ret)
{
    for (size_t i = 0; i < b->table->n_inputs; i++) {
        const struct element *el = batch_input(b->table, i);
        const struct dmn_column *c = NULL;
        const struct value *values = NULL;
        for (size_t k = 0; k < b->n && !c; k++)
            if (b->inputs[k] == el) c = &columns[k];
        if (c && !column_fits(el->declared, c)) return DMN_INVALID;
        if (c && c->kind == DMN_COLUMN_VALUES && !dictionary(b, el->declared, c, &values))
            return DMN_INVALID;
        if (!batch_bind(b->batch, i, c, values)) return DMN_INVALID;
    }
    batch_run(b->batch, n_rows, ret);
    return DMN_OK;
}

size_t dmn_batch_count(const struct dmn_batch *b) { return batch_count(b->batch); }

const struct dmn_value *dmn_batch_outcome(const struct dmn_batch *b, uint32_t outcome)
{
    const struct value *v = batch_outcome(b->batch, outcome);
    return v ? handle(v) : &null_value;
}

void dmn_batch_free(struct dmn_batch *b)
{
    if (!b) return;
    dmn_run_free(b->run);
    arena_done(&b->arena);
    free(b);
}

size_t dmn_run_count(const struct dmn_run *r) { return r->eval.diags.n; }

const struct dmn_diagnostic *dmn_run_get(const struct dmn_run *r, size_t i)
{
    return i < r->eval.diags.n ? &r->eval.diags.items[i] : NULL;
}

const struct dmn_diagnostic *dmn_why(const struct dmn_run *r, const struct dmn_value *v)
{
    return v->v.tag == TAG_NULL && v->v.n > 0 ? dmn_run_get(r, v->v.n - 1) : NULL;
}

struct dmn_text dmn_to_json(struct dmn_run *r, const struct dmn_value *v)
{
    struct buf b = buf_in(&r->arena);
    json_write(&b, convert_to_json(&r->arena, v->v));
    const char *z = buf_z(&b);
    return (struct dmn_text){z, b.n};
}

struct dmn_text dmn_trace_json(struct dmn_run *r)
{
    struct str s = trace_to_json(&r->arena, &r->trace);
    return (struct dmn_text){s.p, s.n};
}

struct dmn_text dmn_trace_text(struct dmn_run *r)
{
    struct str s = trace_to_text(&r->arena, &r->trace);
    return (struct dmn_text){s.p, s.n};
}

const char *dmn_explain(const char *id, const char **ret_title)
{
    const struct dmn_page *k = diag_find(id);
    if (k && ret_title) *ret_title = k->title;
    return k ? k->meaning : NULL;
}
