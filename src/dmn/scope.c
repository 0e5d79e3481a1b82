/* Scopes, slots and names of FEEL, and the nodes they become. In FEEL the scope decides where a
 * name ends, so it is known while the text is read. */
#include "dmn/builtin.h"
#include "dmn/grammar.h"
#include <stdio.h>

struct func *func_new(struct compile *c, struct func *up)
{
    struct func *f = arena_new(c->arena, struct func);
    f->up = up;
    f->lambda = arena_new(c->arena, struct lambda);
    return f;
}

struct scope *scope_new(struct compile *c, struct scope *up, struct func *fn)
{
    struct scope *s = arena_new(c->arena, struct scope);
    s->up = up;
    s->fn = fn;
    return s;
}

uint32_t slot_new(struct func *fn) { return fn->lambda->n_slots++; }

void scope_add(struct compile *c, struct scope *s, struct symbol sym)
{
    arena_push(c->arena, s->symbols, s->n, s->cap);
    s->symbols[s->n++] = sym;
}

uint32_t scope_slot(struct compile *c, struct scope *s, struct str name,
                    const struct type *type)
{
    uint32_t slot = slot_new(s->fn);
    scope_add(c, s,
              (struct symbol){.name = name, .kind = SYMBOL_SLOT, .slot = slot, .type = type});
    return slot;
}

struct node *node_new(const struct home *h, enum op op, int line, int column)
{
    struct node *n = arena_new(h->c->arena, struct node);
    n->op = (uint8_t)op;
    n->line = (uint32_t)line;
    n->column = (uint16_t)(column > 65535 ? 65535 : column);
    n->place = h->place;
    h->c->n_nodes++;
    return n;
}

struct node *node_error(const struct home *h, const char *id, int line, int column,
                        const char *fmt, ...)
{
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct node *n = node_new(h, N_ERROR, line, column);
    n->error.id = id;
    n->error.text = arena_strdup(h->c->arena, text);
    diag_add(h->c->diags, true, id, h->place, line, column, "%s", text);
    return n;
}

struct node *node_coerce(const struct home *h, struct node *n, const struct type *t)
{
    if (!t || t->kind == TY_ANY) return n;
    struct node *c = node_new(h, N_COERCE, (int)n->line, n->column);
    c->cast.value = n;
    c->cast.type = t;
    c->type = t;
    return c;
}

/* The index of a captured value in fn for a slot of an enclosing function. */
static uint32_t capture(struct compile *c, struct func *fn, struct func *owner, uint32_t slot)
{
    struct capture want = {.captured = false, .index = slot};
    if (fn->up != owner && fn->up)
        want = (struct capture){true, capture(c, fn->up, owner, slot)};
    struct lambda *l = fn->lambda;
    for (size_t i = 0; i < l->n_captures; i++)
        if (l->captures[i].captured == want.captured && l->captures[i].index == want.index)
            return (uint32_t)i;
    arena_push(c->arena, l->captures, l->n_captures, l->cap_captures);
    l->captures[l->n_captures++] = want;
    return (uint32_t)l->n_captures - 1;
}

struct node *node_slot(const struct home *h, struct func *here, struct func *owner,
                       uint32_t slot, const struct type *type)
{
    struct node *n = node_new(h, here == owner ? N_SLOT : N_CAPTURED, h->line, 0);
    n->slot = here == owner ? slot : capture(h->c, here, owner, slot);
    n->type = type;
    return n;
}

static struct node *symbol_node(const struct home *h, struct func *here, const struct scope *s,
                                const struct symbol *sym)
{
    struct node *n;
    switch ((enum symbol_kind)sym->kind) {
    case SYMBOL_SLOT: return node_slot(h, here, s->fn, sym->slot, sym->type);
    case SYMBOL_GLOBAL:
        n = node_new(h, N_GLOBAL, h->line, 0);
        n->element = sym->element;
        n->type = sym->type;
        return n;
    case SYMBOL_ALIAS: /* an import as a whole is the context of what it brings */
        n = node_new(h, N_CONTEXT, h->line, 0);
        n->context.n = sym->members->n;
        n->context.entries = arena_array(h->c->arena, struct entry, sym->members->n);
        for (size_t i = 0; i < sym->members->n; i++)
            n->context.entries[i] = (struct entry){
                .name = sym->members->symbols[i].name,
                .value = symbol_node(h, here, sym->members, &sym->members->symbols[i]),
                .slot = slot_new(here)};
        return n;
    }
    return NULL;
}

static struct node *resolve_symbol(const struct home *h, struct func *here,
                                   const struct scope *s, struct str name,
                                   const struct symbol **ret_alias)
{
    for (size_t i = s->n; i-- > 0;) {
        if (!str_eq(s->symbols[i].name, name)) continue;
        if (ret_alias && s->symbols[i].kind == SYMBOL_ALIAS) *ret_alias = &s->symbols[i];
        return symbol_node(h, here, s, &s->symbols[i]);
    }
    return scope_resolve(h, here, s->up, name, ret_alias);
}

/* In a filter an entry of the item comes first, even one named `item` (§10.3.2.5). */
static struct node *resolve_item(const struct home *h, struct func *here, const struct scope *s,
                                 struct str name, const struct symbol **ret_alias)
{
    const struct type *t = s->item_type, *m = type_member(t, name);
    if (m && t->kind == TY_CONTEXT) {
        struct node *n = node_new(h, N_PATH, h->line, 0);
        n->path.of = node_slot(h, here, s->fn, s->item_slot, t);
        n->path.name = name;
        n->type = m;
        return n;
    }
    if (t && t->kind != TY_ANY && t->kind != TY_CONTEXT)
        return resolve_symbol(h, here, s, name, ret_alias);
    struct node *item = node_slot(h, here, s->fn, s->item_slot, t);
    struct node *n = node_new(h, N_ITEM, h->line, 0);
    n->item.slot = item->slot;
    n->item.captured = item->op == N_CAPTURED;
    n->item.name = name;
    n->item.otherwise = resolve_symbol(h, here, s, name, ret_alias);
    if (ret_alias && *ret_alias) return n->item.otherwise; /* an import's prefix is no value */
    if (!n->item.otherwise) {
        n->item.otherwise = node_new(h, N_ERROR, h->line, 0);
        n->item.otherwise->error.id = "FEEL-0203";
        n->item.otherwise->error.text =
            arena_printf(h->c->arena, "the item has no entry '" STR_FMT "'", STR_ARG(name));
    } else if (str_is(name, "item")) {
        n->type = n->item.otherwise->type;
    }
    return n;
}

struct node *scope_resolve(const struct home *h, struct func *here, const struct scope *s,
                           struct str name, const struct symbol **ret_alias)
{
    if (s && s->is_item) return resolve_item(h, here, s, name, ret_alias);
    if (s) return resolve_symbol(h, here, s, name, ret_alias);
    const struct builtin *b = builtin_find(name);
    if (!b) return NULL;
    struct node *n = node_new(h, N_BUILTIN, h->line, 0);
    n->builtin = b;
    return n;
}

struct node *node_name(const struct home *h, struct scope *scope, struct str name, int line,
                       int column)
{
    struct node *n = scope_resolve(h, scope->fn, scope, name, NULL);
    if (!n)
        n = node_error(h, "FEEL-0102", line, column, "unknown name '" STR_FMT "'",
                       STR_ARG(name));
    n->line = (uint32_t)line;
    n->column = (uint16_t)column;
    return n;
}

const struct type *lambda_type(struct compile *c, const struct lambda *l)
{
    struct type *t = arena_new(c->arena, struct type);
    t->kind = TY_FUNCTION;
    t->of = l->result;
    t->n_members = l->n_params;
    t->members = arena_array(c->arena, struct member, l->n_params);
    for (size_t i = 0; i < l->n_params; i++)
        t->members[i] = (struct member){l->params[i].name, l->params[i].type};
    return t;
}
