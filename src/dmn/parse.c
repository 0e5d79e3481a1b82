/* Recursive descent over lex.c; see parse.h. Precedence from low to high: or, and, comparison,
 * additive, multiplicative, power, negation, then `instance of`, paths, filters and
 * invocations. */
#include "dmn/parse.h"
#include "dmn/builtin.h"
#include "dmn/external.h"
#include "dmn/num.h"
#include <stdio.h>

#define MAX_NESTING 250
#define MAX_TEXT (256 * 1024)

struct parser {
    const struct home *h;
    struct lexer lex;
    struct scope *scope;
    struct func *fn;
    struct token tok;
    uint32_t prev_end;
    bool failed;
    struct node *error;
    int depth;
    bool range_end; /* reading the upper end of a range: `[` may close it */
    bool in_tests;  /* `?` has a meaning */
    uint32_t input_slot;
    struct func *input_fn;
    const struct type *input_type;
    size_t n_questions;
    uint32_t *lines; /* where each line but the first starts */
    size_t n_lines, work;
};

static struct node *expression(struct parser *p);
static struct node *additive(struct parser *p);
static struct node *test(struct parser *p, uint32_t slot, const struct type *type, bool whole);
static const struct type *type_name(struct parser *p);

/* Scopes and slots */

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

static struct node *error_node(const struct home *h, const char *id, int line, int column,
                               const char *text)
{
    struct node *n = node_new(h, N_ERROR, line, column);
    n->error.id = id;
    n->error.text = arena_strdup(h->c->arena, text);
    diag_add(h->c->diags, true, id, h->place, line, column, "%s", text);
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
    return error_node(h, id, line, column, text);
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

static struct node *resolve(const struct home *h, struct func *here, const struct scope *s,
                            struct str name, const struct symbol **ret_alias);

static struct node *resolve_symbol(const struct home *h, struct func *here,
                                   const struct scope *s, struct str name,
                                   const struct symbol **ret_alias)
{
    for (size_t i = s->n; i-- > 0;) {
        if (!str_eq(s->symbols[i].name, name)) continue;
        if (ret_alias && s->symbols[i].kind == SYMBOL_ALIAS) *ret_alias = &s->symbols[i];
        return symbol_node(h, here, s, &s->symbols[i]);
    }
    return resolve(h, here, s->up, name, ret_alias);
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

/* From the innermost scope outwards; then the built-in functions. */
static struct node *resolve(const struct home *h, struct func *here, const struct scope *s,
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
    struct node *n = resolve(h, scope->fn, scope, name, NULL);
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

/* Tokens */

static void locate(const struct parser *p, uint32_t pos, int *line, int *column)
{
    size_t lo = 0, hi = p->n_lines;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (p->lines[mid] <= pos)
            lo = mid + 1;
        else
            hi = mid;
    }
    *line = p->h->line + (int)lo;
    *column = lo             ? (int)(pos - p->lines[lo - 1]) + 1
              : p->h->column ? p->h->column + (int)pos
                             : 0;
}

static struct node *fail(struct parser *p, const char *id, uint32_t pos, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static struct node *fail(struct parser *p, const char *id, uint32_t pos, const char *fmt, ...)
{
    if (!p->failed) {
        char text[400];
        int line, column;
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(text, sizeof text, fmt, ap);
        va_end(ap);
        locate(p, pos, &line, &column);
        p->failed = true;
        p->error = error_node(p->h, id, line, column, text);
    }
    p->tok = (struct token){
        .kind = T_END, .start = (uint32_t)p->lex.text.n, .end = (uint32_t)p->lex.text.n};
    return p->error;
}

static void seek(struct parser *p, uint32_t pos)
{
    if (p->failed) return;
    if (++p->work >
        20 * p->lex.text.n + 1000) { /* trying both readings of `in (` again and again */
        fail(p, "FEEL-0105", pos, "the expression is too intricate");
        return;
    }
    lex_token(&p->lex, pos, p->scope, &p->tok);
    if (p->tok.kind == T_BAD) fail(p, "FEEL-0101", p->tok.start, "%s", p->tok.why);
}

static void advance(struct parser *p)
{
    p->prev_end = p->tok.end;
    seek(p, p->tok.end);
}

static bool accept(struct parser *p, enum tok kind)
{
    if (p->tok.kind != kind || p->failed) return false;
    advance(p);
    return true;
}

static bool expect(struct parser *p, enum tok kind)
{
    if (accept(p, kind)) return true;
    char near[24];
    size_t n = p->lex.text.n - p->tok.start;
    if (n > 20) n = 20;
    memcpy(near, p->lex.text.p + p->tok.start, n);
    near[n] = 0;
    if (n == 0)
        fail(p, "FEEL-0101", p->tok.start, "expected %s, but the text ends",
             lex_tok_name(kind));
    else
        fail(p, "FEEL-0101", p->tok.start, "expected %s before '%s'", lex_tok_name(kind), near);
    return false;
}

static struct node *make(struct parser *p, enum op op, uint32_t pos)
{
    int line, column;
    locate(p, pos, &line, &column);
    return node_new(p->h, op, line, column);
}

static struct node *constant(struct parser *p, struct value v, uint32_t pos)
{
    struct node *n = make(p, N_CONST, pos);
    n->value = v;
    n->type = type_of_value(v);
    return n;
}

static struct node *pair(struct parser *p, enum op op, struct node *a, struct node *b,
                         const struct type *type)
{
    struct node *n = node_new(p->h, op, (int)a->line, a->column);
    n->kid.a = a;
    n->kid.b = b;
    n->type = type;
    return n;
}

struct state {
    struct token tok;
    size_t n_diags, n_questions;
    struct scope *scope;
};

static struct state save(const struct parser *p)
{
    return (struct state){p->tok, p->h->c->diags->n, p->n_questions, p->scope};
}

static void restore(struct parser *p, struct state s)
{
    p->tok = s.tok;
    p->h->c->diags->n = s.n_diags;
    p->n_questions = s.n_questions;
    p->scope = s.scope;
    p->failed = p->work > 20 * p->lex.text.n + 1000;
}

static void push(struct parser *p) { p->scope = scope_new(p->h->c, p->scope, p->fn); }

static void pop(struct parser *p) { p->scope = p->scope->up; }

/* Literals, ranges, lists, contexts */

static struct node *number(struct parser *p)
{
    struct value v;
    uint32_t pos = p->tok.start;
    if (!num_parse(p->h->c->arena, p->tok.text, &v))
        return fail(p, "FEEL-0104", pos, "the number '" STR_FMT "' is out of range",
                    STR_ARG(p->tok.text));
    advance(p);
    return constant(p, v, pos);
}

static struct node *at_literal(struct parser *p)
{
    struct value v;
    uint32_t pos = p->tok.start;
    struct str s = p->tok.text;
    advance(p);
    if (temporal_literal(p->h->c->arena, p->h->c->zones, s, &v)) return constant(p, v, pos);
    int line, column;
    locate(p, pos, &line, &column);
    return node_error(p->h, "FEEL-0104", line, column,
                      "@\"" STR_FMT "\" is no date, time or duration", STR_ARG(s));
}

/* Can `[` here open a filter, or does it close a range such as ]1..5[ ? */
static bool closes_range(const struct parser *p)
{
    if (!p->range_end || p->tok.kind != T_LBRACKET) return false;
    struct token next;
    lex_token(&p->lex, p->tok.end, p->scope, &next);
    switch (next.kind) {
    case T_NUMBER:
    case T_STRING:
    case T_AT:
    case T_NAME:
    case T_QUESTION:
    case T_LPAREN:
    case T_LBRACKET:
    case T_LBRACE:
    case T_MINUS:
    case K_TRUE:
    case K_FALSE:
    case K_NULL:
    case K_IF:
    case K_FOR:
    case K_SOME:
    case K_EVERY:
    case K_FUNCTION:
    case T_LT:
    case T_LE:
    case T_GT:
    case T_GE: return false;
    case T_END:
    case T_BAD:
    case T_RPAREN:
    case T_RBRACKET:
    case T_RBRACE:
    case T_COMMA:
    case T_COLON:
    case T_DOT:
    case T_DOTS:
    case T_PLUS:
    case T_STAR:
    case T_SLASH:
    case T_POWER:
    case T_ARROW:
    case T_EQ:
    case T_NE:
    case K_RETURN:
    case K_THEN:
    case K_ELSE:
    case K_SATISFIES:
    case K_IN:
    case K_AND:
    case K_OR:
    case K_BETWEEN:
    case K_INSTANCE:
    case K_OF:
    case K_EXTERNAL: return true;
    }
    return true;
}

/* interval = ( "(" | "]" | "[" ) endpoint ".." endpoint ( ")" | "[" | "]" ) ; the start has
 * been read */
static struct node *range_rest(struct parser *p, struct node *low, enum bound low_bound,
                               uint32_t pos)
{
    struct node *n = make(p, N_RANGE, pos);
    bool outer = p->range_end;
    p->range_end = true;
    seek(p, p->tok.end); /* over the dots */
    n->range.low = low;
    n->range.high = additive(p);
    p->range_end = outer;
    n->range.low_bound = (uint8_t)low_bound;
    n->range.high_bound = p->tok.kind == T_RBRACKET ? BOUND_CLOSED : BOUND_OPEN;
    n->type = &type_range;
    if (p->tok.kind == T_RBRACKET || p->tok.kind == T_LBRACKET)
        advance(p);
    else
        expect(p, T_RPAREN);
    return n;
}

static bool is_comparison(enum tok t) { return t >= T_EQ && t <= T_GE; }

static enum op comparison_op(enum tok t) { return (enum op)(N_EQ + (int)(t - T_EQ)); }

/* simple positive unary test = ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) endpoint, as a value */
static struct node *range_op(struct parser *p)
{
    struct node *n = make(p, N_RANGE_OP, p->tok.start);
    n->range_op.op = (uint8_t)comparison_op(p->tok.kind);
    n->type = &type_range;
    advance(p);
    n->range_op.value = additive(p);
    return n;
}

static struct node *parenthesis(struct parser *p)
{
    uint32_t pos = p->tok.start;
    bool outer = p->range_end;
    p->range_end = false;
    advance(p);
    struct node *n = is_comparison(p->tok.kind) ? range_op(p) : expression(p);
    p->range_end = outer;
    if (p->tok.kind == T_DOTS) return range_rest(p, n, BOUND_OPEN, pos);
    expect(p, T_RPAREN);
    return n;
}

struct nodes {
    struct node **items;
    size_t n, cap;
};

static void nodes_add(struct parser *p, struct nodes *l, struct node *n)
{
    arena_push(p->h->c->arena, l->items, l->n, l->cap);
    l->items[l->n++] = n;
}

static const struct type *common_type(const struct type *a, const struct type *b)
{
    return a && b && (a == b || (a->kind == b->kind && a->kind < TY_LIST)) ? a : NULL;
}

/* list = "[" [ expression { "," expression } ] "]" ; or a closed interval */
static struct node *list(struct parser *p)
{
    uint32_t pos = p->tok.start;
    struct nodes items = {0};
    bool outer = p->range_end;
    p->range_end = false;
    advance(p);
    const struct type *of = NULL;
    while (p->tok.kind != T_RBRACKET && !p->failed) {
        struct node *item = is_comparison(p->tok.kind) ? range_op(p) : expression(p);
        if (items.n == 0 && p->tok.kind == T_DOTS) {
            p->range_end = outer;
            return range_rest(p, item, BOUND_CLOSED, pos);
        }
        of = items.n == 0 ? item->type : common_type(of, item->type);
        nodes_add(p, &items, item);
        if (!accept(p, T_COMMA)) break;
    }
    p->range_end = outer;
    expect(p, T_RBRACKET);
    struct node *n = make(p, N_LIST, pos);
    n->list.items = items.items;
    n->list.n = items.n;
    n->type = type_list_of(p->h->c->arena, of);
    return n;
}

/* The type of a context literal, so that paths into it know its names. */
static const struct type *context_type(struct compile *c, const struct entry *entries, size_t n)
{
    struct type *t = arena_new(c->arena, struct type);
    t->kind = TY_CONTEXT;
    t->members = arena_array(c->arena, struct member, n);
    for (size_t i = 0; i < n; i++)
        t->members[t->n_members++] = (struct member){entries[i].name, entries[i].value->type};
    return t;
}

/* context = "{" [ key ":" expression { "," … } ] "}" ; an entry sees those before it
 * (§10.3.2.6) */
static struct node *context(struct parser *p)
{
    struct compile *c = p->h->c;
    uint32_t pos = p->tok.start;
    struct entry *entries = NULL;
    size_t n = 0, cap = 0;
    bool outer = p->range_end, twice = false;
    p->range_end = false;
    push(p);
    uint32_t at = lex_skip(p->lex.text, p->tok.end);
    bool first = true;
    for (;;) {
        struct token key;
        if (first && at < p->lex.text.n && p->lex.text.p[at] == '}') {
            seek(p, at);
            break;
        }
        first = false;
        if (at < p->lex.text.n && p->lex.text.p[at] == '"')
            lex_token(&p->lex, at, p->scope, &key);
        else if (!lex_declared(&p->lex, at, ":,{}\"()", NULL, &key)) {
            fail(p, "FEEL-0101", at, "expected the name of a context entry and `:`");
            break;
        }
        if (key.kind == T_BAD) {
            fail(p, "FEEL-0101", at, "%s", key.why);
            break;
        }
        seek(p, key.end);
        if (p->tok.kind != T_COLON) {
            expect(p, T_COLON);
            break;
        }
        for (size_t i = 0; i < n; i++) twice |= str_eq(entries[i].name, key.text);
        uint32_t slot = slot_new(p->fn);
        struct symbol sym = {.name = key.text, .kind = SYMBOL_SLOT, .slot = slot};
        advance(p);
        bool named = p->tok.kind == K_FUNCTION && key.text.n; /* may call itself */
        if (named) scope_add(c, p->scope, sym);
        struct node *value = expression(p);
        sym.type = value->type;
        if (named)
            p->scope->symbols[p->scope->n - 1].type = sym.type;
        else if (key.text.n)
            scope_add(c, p->scope, sym);
        pool_add(&c->pool, key.text);
        arena_push(c->arena, entries, n, cap);
        entries[n++] = (struct entry){key.text, value, slot};
        if (p->failed || p->tok.kind != T_COMMA) break;
        at = lex_skip(p->lex.text, p->tok.end);
    }
    pop(p);
    p->range_end = outer;
    expect(p, T_RBRACE);
    if (p->failed) return p->error;
    if (twice) {
        int line, column;
        locate(p, pos, &line, &column);
        return node_error(p->h, "FEEL-0217", line, column,
                          "the context has two entries of the same name");
    }
    struct node *node = make(p, N_CONTEXT, pos);
    node->context.entries = entries;
    node->context.n = n;
    node->type = context_type(c, entries, n);
    return node;
}

/* Functions, loops, conditions */

static const struct node *entry_of(const struct node *n, const char *name)
{
    for (size_t i = 0; n && n->op == N_CONTEXT && i < n->context.n; i++)
        if (str_is(n->context.entries[i].name, name)) return n->context.entries[i].value;
    return NULL;
}

/* {java: {class: "…", method signature: "…"}} */
static const struct external *external_of(const struct node *n)
{
    const struct node *java = entry_of(n, "java"), *class = entry_of(java, "class");
    const struct node *method = entry_of(java, "method signature");
    if (!class || !method || class->op != N_CONST || method->op != N_CONST ||
        class->value.tag != TAG_STR || method->value.tag != TAG_STR)
        return NULL;
    return external_find(v_text(class->value), v_text(method->value));
}

/* function definition = "function" "(" [ parameter { "," parameter } ] ")" [ "external" ]
 * expression */
static struct node *function(struct parser *p)
{
    struct compile *c = p->h->c;
    struct node *n = make(p, N_FUNCTION, p->tok.start);
    struct func *fn = func_new(c, p->fn);
    struct scope *outer = p->scope;
    struct lambda *l = fn->lambda;
    size_t cap = 0;
    bool outer_end = p->range_end;
    p->range_end = false;
    advance(p);
    if (p->tok.kind != T_LPAREN) expect(p, T_LPAREN);
    uint32_t at = lex_skip(p->lex.text, p->tok.end);
    struct scope *scope = scope_new(c, outer, fn);
    fn->base = scope;
    bool none = at < p->lex.text.n && p->lex.text.p[at] == ')';
    while (!none && !p->failed) {
        struct token name;
        if (!lex_declared(&p->lex, at, ":,)", NULL, &name)) {
            fail(p, "FEEL-0101", at, "expected the name of a parameter");
            break;
        }
        seek(p, name.end);
        const struct type *t = NULL;
        if (p->tok.kind == T_COLON) t = type_name(p);
        arena_push(c->arena, l->params, l->n_params, cap);
        l->params[l->n_params++] = (struct param){name.text, t};
        scope_slot(c, scope, name.text, t);
        if (p->tok.kind != T_COMMA) break;
        at = p->tok.end;
    }
    if (none) seek(p, at);
    expect(p, T_RPAREN);
    if (p->tok.kind == T_COLON) l->result = type_name(p);
    p->scope = scope;
    p->fn = fn;
    if (!p->failed) seek(p, p->tok.start);
    if (accept(p, K_EXTERNAL)) {
        l->external = external_of(expression(p));
        if (!l->external && !p->failed)
            diag_add(c->diags, false, "FEEL-0212", p->h->place, (int)n->line, n->column,
                     "the external function is not one this engine knows");
    } else {
        l->body = node_coerce(p->h, expression(p), l->result);
        if (!l->result) l->result = l->body->type;
    }
    p->scope = outer;
    p->fn = fn->up;
    p->range_end = outer_end;
    if (!p->failed) seek(p, p->tok.start);
    l->type = lambda_type(c, l);
    n->lambda = l;
    n->type = l->type;
    return n;
}

/* iteration context = name "in" expression [ ".." expression ] */
static bool iterator(struct parser *p, struct iteration *it, uint32_t at)
{
    struct token name;
    if (!lex_declared(&p->lex, at, ",()[]{}", "in", &name) || p->lex.text.n <= name.end) {
        fail(p, "FEEL-0101", at, "expected the name of a variable and `in`");
        return false;
    }
    seek(p, name.end);
    if (!expect(p, K_IN)) return false;
    it->in = is_comparison(p->tok.kind) ? range_op(p) : expression(p);
    const struct type *t = type_element(it->in->type);
    if (it->in->type && it->in->type->kind != TY_LIST) t = NULL;
    if (p->tok.kind == T_DOTS) {
        advance(p);
        it->to = expression(p);
        t = it->in->type;
    }
    push(p);
    it->slot = scope_slot(p->h->c, p->scope, name.text, t);
    return !p->failed;
}

static struct node *loop(struct parser *p, enum op op, enum tok then)
{
    struct compile *c = p->h->c;
    struct node *n = make(p, op, p->tok.start);
    struct scope *outer = p->scope;
    size_t cap = 0;
    bool outer_end = p->range_end;
    p->range_end = false;
    uint32_t at = p->tok.end;
    for (;;) {
        struct iteration it = {0};
        if (!iterator(p, &it, at)) break;
        arena_push(c->arena, n->loop.its, n->loop.n, cap);
        n->loop.its[n->loop.n++] = it;
        if (p->tok.kind != T_COMMA) break;
        at = p->tok.end;
    }
    if (op == N_FOR && !p->failed) {
        push(p);
        n->loop.partial = scope_slot(c, p->scope, STR("partial"), &type_list);
    }
    expect(p, then);
    n->loop.body = expression(p);
    n->flag = op == N_FOR;
    n->type = op == N_FOR ? type_list_of(c->arena, n->loop.body->type) : &type_boolean;
    p->scope = outer;
    p->range_end = outer_end;
    if (!p->failed) seek(p, p->tok.start);
    return p->failed ? p->error : n;
}

/* if expression = "if" expression "then" expression "else" expression */
static struct node *condition(struct parser *p)
{
    struct node *n = make(p, N_IF, p->tok.start);
    bool outer_end = p->range_end;
    p->range_end = false;
    advance(p);
    n->kid.a = expression(p);
    expect(p, K_THEN);
    n->kid.b = expression(p);
    expect(p, K_ELSE);
    p->range_end = outer_end;
    n->kid.c = expression(p);
    n->type = common_type(n->kid.b->type, n->kid.c->type);
    return n;
}

/* Names, paths, filters, invocations */

static struct node *name(struct parser *p)
{
    const struct symbol *alias = NULL;
    struct token t = p->tok;
    struct node *n = resolve(p->h, p->fn, p->scope, t.text, &alias);
    uint32_t after = lex_skip(p->lex.text, t.end);
    if (n && n->op == N_ITEM && n->item.otherwise->op == N_BUILTIN && after < p->lex.text.n &&
        p->lex.text.p[after] == '(')
        n = n->item.otherwise; /* count(…) in a filter means the function, whatever the items
                                  are */
    while (alias && !p->failed) { /* an import's prefix */
        advance(p);
        if (p->tok.kind != T_DOT) break;
        struct token member;
        lex_member(&p->lex, p->tok.end, NULL, alias->members, &member);
        const struct symbol *inner = NULL;
        struct node *m = resolve(p->h, p->fn, alias->members, member.text, &inner);
        if (!m || m->op == N_BUILTIN)
            return fail(p, "FEEL-0102", member.start,
                        "the import '" STR_FMT "' brings no '" STR_FMT
                        "' that is required here",
                        STR_ARG(t.text), STR_ARG(member.text));
        n = m;
        p->tok = member;
        alias = inner;
        if (!alias) advance(p);
    }
    int line, column;
    locate(p, t.start, &line, &column);
    if (!n) {
        n = node_error(p->h, "FEEL-0102", line, column, "unknown name '" STR_FMT "'",
                       STR_ARG(t.text));
        advance(p);
        return n;
    }
    n->line = (uint32_t)line;
    n->column = (uint16_t)column;
    if (p->tok.start == t.start) advance(p);
    return n;
}

static struct node *path(struct parser *p, struct node *of)
{
    struct token member;
    lex_member(&p->lex, p->tok.end, of->type, NULL, &member);
    if (member.kind == T_BAD) return fail(p, "FEEL-0101", member.start, "%s", member.why);
    struct node *n = make(p, N_PATH, member.start);
    n->path.of = of;
    n->path.name = member.text;
    const struct type *m = type_member(of->type, member.text);
    n->type = m && of->type->kind == TY_LIST ? type_list_of(p->h->c->arena, m) : m;
    p->tok = member;
    advance(p);
    return n;
}

static bool is_index(const struct node *n) { return n->type && n->type->kind == TY_NUMBER; }

/* filter expression = expression "[" expression "]" (§10.3.2.5) */
static struct node *filter(struct parser *p, struct node *of)
{
    struct node *n = make(p, N_FILTER, p->tok.start);
    bool outer_end = p->range_end;
    p->range_end = false;
    n->filter.of = of;
    push(p);
    const struct type *item = type_element(of->type);
    n->filter.slot = scope_slot(p->h->c, p->scope, STR("item"), item);
    p->scope->is_item = true;
    p->scope->item_slot = n->filter.slot;
    p->scope->item_type = item;
    advance(p);
    n->filter.by = expression(p);
    pop(p);
    expect(p, T_RBRACKET);
    p->range_end = outer_end;
    n->flag = is_index(n->filter.by);
    n->type = n->flag ? item : of->type && of->type->kind == TY_LIST ? of->type : NULL;
    return n;
}

/* Position of a name in "a, b, c..."; -1 if it is not there. */
static int param_index(const char *params, struct str name)
{
    struct str rest = str_c(params), one;
    for (int i = 0; str_cut(&rest, ',', &one); i++) {
        one = str_trim(one);
        if (str_ends(one, STR("..."))) one.n -= 3;
        if (str_eq(one, name)) return i;
    }
    return -1;
}

static bool signature_fits(const struct builtin_signature *s, const struct str *names, size_t n,
                           uint8_t *slots, size_t *ret_n)
{
    uint32_t given = 0;
    *ret_n = 0;
    for (size_t i = 0; i < n; i++) {
        int at = param_index(s->params, names[i]);
        if (at < 0 || at >= BUILTIN_ARGS || (given & 1u << at)) return false;
        given |= 1u << at;
        slots[i] = (uint8_t)at;
        if ((size_t)at + 1 > *ret_n) *ret_n = (size_t)at + 1;
    }
    return (given & ((1u << s->min) - 1)) == (1u << s->min) - 1;
}

int builtin_by_names(const struct builtin *b, const struct str *names, size_t n, uint8_t *slots,
                     size_t *ret_n)
{
    for (size_t i = 0; i < b->n_signatures && n <= BUILTIN_ARGS; i++)
        if (signature_fits(&b->signatures[i], names, n, slots, ret_n)) return (int)i;
    return -1;
}

/* date("2024-01-01") and its like are literals written as calls: computed here, where the cells
 * of tables can use them. A call that has no value stays a call, so that its null has a reason
 * at run time. */

static struct value fold_null(struct call *c, const char *id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
static struct value fold_null(struct call *c, const char *id, const char *fmt, ...)
{
    (void)c, (void)id, (void)fmt;
    return v_null(0);
}

static bool fold_fits(struct call *c, size_t bytes, uint64_t steps)
{
    (void)c, (void)steps;
    return bytes < 4096;
}

static struct node *fold(const struct home *h, struct node *n)
{
    static const char *const pure[] = {"date", "time", "date and time", "duration"};
    struct value args[3];
    bool known = false;
    for (size_t i = 0; i < 4; i++) known |= strcmp(n->call.fn->builtin->name, pure[i]) == 0;
    if (!known || n->call.n < 1 || n->call.n > 3) return n;
    for (size_t i = 0; i < n->call.n; i++) {
        const struct node *a = n->call.args[i].value;
        if (!a || a->op != N_CONST || v_is_null(a->value)) return n;
        args[i] = a->value;
    }
    struct call c = {
        .arena = h->c->arena, .zones = h->c->zones, .null = fold_null, .fits = fold_fits};
    struct value v = builtin_call(&c, n->call.fn->builtin, n->call.which, args, n->call.n);
    if (v_is_null(v)) return n;
    n->op = N_CONST;
    n->flag = 0;
    n->value = v;
    n->type = type_of_value(v);
    return n;
}

/* Named arguments of a built-in are put in the order of a signature here, once. */
static struct node *bind_builtin(const struct home *h, struct node *n)
{
    const struct builtin *b = n->call.fn->builtin;
    uint8_t slots[BUILTIN_ARGS];
    struct str names[BUILTIN_ARGS];
    size_t count = 0;
    n->call.which = BUILTIN_POSITIONAL;
    if (b->n_signatures == 1) n->type = type_builtin(str_c(b->signatures[0].result));
    if (!n->flag) return fold(h, n);
    for (size_t i = 0; i < n->call.n && i < BUILTIN_ARGS; i++) names[i] = n->call.args[i].name;
    int which = builtin_by_names(b, names, n->call.n, slots, &count);
    if (which < 0)
        return node_error(h, "FEEL-0205", (int)n->line, n->column,
                          "%s() has no signature with these arguments", b->name);
    struct argument *args = arena_array(h->c->arena, struct argument, count);
    for (size_t i = 0; i < n->call.n; i++) args[slots[i]].value = n->call.args[i].value;
    n->flag = false;
    n->call.args = args;
    n->call.n = (uint32_t)count;
    n->call.which = (uint32_t)which;
    return fold(h, n);
}

struct node *node_call(const struct home *h, struct node *fn, struct argument *args, size_t n)
{
    struct node *call = node_new(h, N_CALL, h->line, h->column);
    call->call.fn = fn;
    call->call.args = args;
    call->call.n = (uint32_t)n;
    call->flag = n > 0;
    if (fn->type && fn->type->kind == TY_FUNCTION) call->type = fn->type->of;
    return fn->op == N_BUILTIN ? bind_builtin(h, call) : call;
}

/* parameters = "(" [ name ":" expression, … | expression, … ] ")" */
static struct node *invocation(struct parser *p, struct node *fn)
{
    struct node *n = node_new(p->h, N_CALL, (int)fn->line, fn->column);
    size_t cap = 0;
    bool outer_end = p->range_end;
    p->range_end = false;
    n->call.fn = fn;
    uint32_t at = p->tok.end;
    advance(p);
    while (p->tok.kind != T_RPAREN && !p->failed) {
        struct argument arg = {0};
        struct token key;
        uint32_t colon;
        if (lex_declared(&p->lex, at, ":,()[]{}\"", NULL, &key) &&
            (colon = lex_skip(p->lex.text, key.end)) < p->lex.text.n &&
            p->lex.text.p[colon] == ':') {
            n->flag = true;
            arg.name = key.text;
            seek(p, colon + 1);
        } else if (n->flag) {
            fail(p, "FEEL-0101", at, "named and positional arguments cannot be mixed");
        }
        arg.value = is_comparison(p->tok.kind) ? range_op(p) : expression(p);
        arena_push(p->h->c->arena, n->call.args, n->call.n, cap);
        n->call.args[n->call.n++] = arg;
        at = p->tok.end;
        if (!accept(p, T_COMMA)) break;
    }
    p->range_end = outer_end;
    expect(p, T_RPAREN);
    if (fn->type && fn->type->kind == TY_FUNCTION) n->type = fn->type->of;
    return fn->op == N_BUILTIN && !p->failed ? bind_builtin(p->h, n) : n;
}

static struct node *primary(struct parser *p)
{
    uint32_t pos = p->tok.start;
    struct node *n;
    if (p->failed) return p->error;
    switch (p->tok.kind) {
    case T_NUMBER: return number(p);
    case T_STRING:
        n = constant(p, v_str(p->tok.text), pos);
        advance(p);
        return n;
    case T_AT: return at_literal(p);
    case T_NAME: return name(p);
    case K_TRUE:
    case K_FALSE:
        n = constant(p, v_bool(p->tok.kind == K_TRUE), pos);
        advance(p);
        return n;
    case K_NULL:
        n = constant(p, v_null(0), pos);
        advance(p);
        return n;
    case T_QUESTION:
        if (!p->in_tests)
            return fail(p, "FEEL-0101", pos, "`?` has a meaning only in unary tests");
        advance(p);
        p->n_questions++;
        return node_slot(p->h, p->fn, p->input_fn, p->input_slot, p->input_type);
    case T_LPAREN: return parenthesis(p);
    case T_LBRACKET: return list(p);
    case T_RBRACKET: {
        advance(p);
        struct node *low = additive(p);
        if (p->tok.kind != T_DOTS) expect(p, T_DOTS);
        return p->failed ? p->error : range_rest(p, low, BOUND_OPEN, pos);
    }
    case T_LBRACE: return context(p);
    case K_FUNCTION: return function(p);
    case K_FOR: return loop(p, N_FOR, K_RETURN);
    case K_SOME: return loop(p, N_SOME, K_SATISFIES);
    case K_EVERY: return loop(p, N_EVERY, K_SATISFIES);
    case K_IF: return condition(p);
    case T_END:
    case T_BAD:
    case T_RPAREN:
    case T_RBRACE:
    case T_COMMA:
    case T_COLON:
    case T_DOT:
    case T_DOTS:
    case T_PLUS:
    case T_MINUS:
    case T_STAR:
    case T_SLASH:
    case T_POWER:
    case T_ARROW:
    case T_EQ:
    case T_NE:
    case T_LT:
    case T_LE:
    case T_GT:
    case T_GE:
    case K_RETURN:
    case K_THEN:
    case K_ELSE:
    case K_SATISFIES:
    case K_IN:
    case K_AND:
    case K_OR:
    case K_BETWEEN:
    case K_INSTANCE:
    case K_OF:
    case K_EXTERNAL: break;
    }
    if (p->tok.kind == T_END)
        return fail(p, "FEEL-0101", pos, "an expression is missing at the end");
    return fail(p, "FEEL-0101", pos, "expected an expression before %s",
                lex_tok_name(p->tok.kind));
}

static struct node *postfix(struct parser *p)
{
    struct node *n = primary(p);
    while (!p->failed) {
        if (p->tok.kind == T_DOT) {
            n = path(p, n);
        } else if (p->tok.kind == T_LBRACKET && !closes_range(p)) {
            n = filter(p, n);
        } else if (p->tok.kind == T_LPAREN) {
            n = invocation(p, n);
        } else if (p->tok.kind == K_INSTANCE) {
            struct node *i = make(p, N_INSTANCE, p->tok.start);
            advance(p);
            if (p->tok.kind != K_OF) expect(p, K_OF);
            i->cast.value = n;
            i->cast.type = type_name(p);
            i->type = &type_boolean;
            n = i;
        } else {
            break;
        }
    }
    return p->failed ? p->error : n;
}

/* Operators */

static struct node *unary(struct parser *p)
{
    if (p->tok.kind != T_MINUS) return postfix(p);
    uint32_t pos = p->tok.start;
    struct node *n = make(p, N_NEG, pos);
    if (++p->depth > MAX_NESTING)
        return fail(p, "FEEL-0105", pos, "nested deeper than %d", MAX_NESTING);
    advance(p);
    n->kid.a = unary(p);
    p->depth--;
    struct value v;
    if (n->kid.a->op == N_CONST && v_is_num(n->kid.a->value) &&
        num_neg(p->h->c->arena, n->kid.a->value, &v))
        return constant(p, v, pos);
    n->type = n->kid.a->type;
    return n;
}

/* Only numbers give a type that is certain; dates and durations mix. */
static const struct type *arithmetic_type(const struct node *a, const struct node *b)
{
    return a->type == &type_number && b->type == &type_number ? &type_number : NULL;
}

static struct node *power(struct parser *p)
{
    struct node *a = unary(p);
    while (accept(p, T_POWER)) {
        struct node *b = unary(p);
        a = pair(p, N_POW, a, b, arithmetic_type(a, b));
    }
    return a;
}

static struct node *multiplicative(struct parser *p)
{
    struct node *a = power(p);
    while (p->tok.kind == T_STAR || p->tok.kind == T_SLASH) {
        enum op op = p->tok.kind == T_STAR ? N_MUL : N_DIV;
        advance(p);
        struct node *b = power(p);
        a = pair(p, op, a, b, arithmetic_type(a, b));
    }
    return a;
}

static struct node *additive(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return fail(p, "FEEL-0105", p->tok.start, "nested deeper than %d", MAX_NESTING);
    struct node *a = multiplicative(p);
    while (p->tok.kind == T_PLUS || p->tok.kind == T_MINUS) {
        enum op op = p->tok.kind == T_PLUS ? N_ADD : N_SUB;
        advance(p);
        struct node *b = multiplicative(p);
        a = pair(p, op, a, b, arithmetic_type(a, b));
    }
    p->depth--;
    return a;
}

/* Does what follows the closing parenthesis make it an operand instead of a list of tests? */
static bool goes_on(enum tok t)
{
    return t == T_DOT || t == T_LBRACKET || t == T_LPAREN || t == T_PLUS || t == T_MINUS ||
           t == T_STAR || t == T_SLASH || t == T_POWER || t == T_DOTS || t == K_INSTANCE;
}

static struct node *any_of(struct parser *p, struct nodes tests, bool negated, uint32_t pos)
{
    struct node *n = make(p, N_ANY_TEST, pos);
    n->list.items = tests.items;
    n->list.n = tests.n;
    n->flag = negated;
    n->type = &type_boolean;
    return n;
}

/* expression "in" ( positive unary test | "(" positive unary tests ")" ) */
static struct node *membership(struct parser *p, struct node *value)
{
    struct node *n = node_new(p->h, N_IN, (int)value->line, value->column);
    uint32_t pos = p->tok.start;
    n->type = &type_boolean;
    n->in.value = value;
    n->in.slot = slot_new(p->fn);
    if (p->tok.kind == T_LPAREN) {
        struct state s = save(p);
        struct nodes tests = {0};
        bool outer = p->range_end;
        p->range_end = false;
        advance(p);
        do nodes_add(p, &tests, test(p, n->in.slot, value->type, true));
        while (accept(p, T_COMMA));
        p->range_end = outer;
        if (!p->failed && p->tok.kind == T_RPAREN) {
            advance(p);
            if (!p->failed && (tests.n > 1 || !goes_on(p->tok.kind))) {
                n->in.test = any_of(p, tests, false, pos);
                return n;
            }
        }
        restore(p, s);
    }
    n->in.test = test(p, n->in.slot, value->type, false);
    return n;
}

static struct node *comparison(struct parser *p)
{
    struct node *a = additive(p);
    for (;;) {
        if (is_comparison(p->tok.kind)) {
            enum op op = comparison_op(p->tok.kind);
            advance(p);
            a = pair(p, op, a, additive(p), &type_boolean);
        } else if (accept(p, K_BETWEEN)) {
            struct node *n = pair(p, N_BETWEEN, a, additive(p), &type_boolean);
            expect(p, K_AND);
            n->kid.c = additive(p);
            a = n;
        } else if (accept(p, K_IN)) {
            a = membership(p, a);
        } else {
            return p->failed ? p->error : a;
        }
    }
}

static struct node *conjunction(struct parser *p)
{
    struct node *a = comparison(p);
    while (accept(p, K_AND)) a = pair(p, N_AND, a, comparison(p), &type_boolean);
    return a;
}

static struct node *expression(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return fail(p, "FEEL-0105", p->tok.start, "nested deeper than %d", MAX_NESTING);
    struct node *a = conjunction(p);
    while (accept(p, K_OR)) a = pair(p, N_OR, a, conjunction(p), &type_boolean);
    p->depth--;
    return p->failed ? p->error : a;
}

/* positive unary test = simple positive unary test | expression (§10.3.1.2 rules 7 and 15);
 * whole: as far as an expression goes, otherwise only to the next comparison. */
static struct node *test(struct parser *p, uint32_t slot, const struct type *type, bool whole)
{
    if (is_comparison(p->tok.kind)) {
        struct node *input = node_slot(p->h, p->fn, p->fn, slot, type);
        enum op op = comparison_op(p->tok.kind);
        input->line = (uint32_t)p->h->line;
        advance(p);
        return pair(p, op, input, additive(p), &type_boolean);
    }
    struct node *n = make(p, N_TEST, p->tok.start);
    size_t before = p->n_questions;
    n->test.slot = slot;
    n->test.value = whole ? expression(p) : additive(p);
    if (p->failed) return p->error;
    if (p->n_questions != before) n->flag = TEST_QUESTION;
    if (whole && p->in_tests && n->test.value->op != N_CONST) n->flag |= TEST_CELL;
    n->type = &type_boolean;
    return n;
}

/* Types */

static bool take(struct parser *p, uint32_t *at, const char *what)
{
    *at = lex_skip(p->lex.text, *at);
    size_t n = strlen(what);
    if (*at + n > p->lex.text.n || memcmp(p->lex.text.p + *at, what, n) != 0) return false;
    *at += (uint32_t)n;
    return true;
}

static const struct type *type_at(struct parser *p, uint32_t *at, int depth);

/* context<name: type, …>, function<type, …> -> type */
static const struct type *type_members(struct parser *p, uint32_t *at, enum type_kind kind,
                                       int depth)
{
    struct compile *c = p->h->c;
    struct type *t = arena_new(c->arena, struct type);
    size_t cap = 0;
    t->kind = (uint8_t)kind;
    while (!take(p, at, ">")) {
        struct member m = {0};
        if (t->n_members && !take(p, at, ",")) return NULL;
        if (kind == TY_CONTEXT) {
            struct token name;
            if (!lex_declared(&p->lex, *at, ":,>", NULL, &name)) return NULL;
            m.name = name.text;
            *at = name.end;
            if (!take(p, at, ":")) return NULL;
        }
        if (!(m.type = type_at(p, at, depth + 1))) return NULL;
        arena_push(c->arena, t->members, t->n_members, cap);
        t->members[t->n_members++] = m;
    }
    if (kind == TY_FUNCTION && (!take(p, at, "->") || !(t->of = type_at(p, at, depth + 1))))
        return NULL;
    return t;
}

static const struct type *type_at(struct parser *p, uint32_t *at, int depth)
{
    uint32_t best = 0;
    const struct type *found = NULL;
    *at = lex_skip(p->lex.text, *at);
    if (depth > 40) return NULL;
    static const char *const own[] = {"Any",
                                      "any",
                                      "Null",
                                      "number",
                                      "string",
                                      "boolean",
                                      "date",
                                      "time",
                                      "date and time",
                                      "dateTime",
                                      "days and time duration",
                                      "dayTimeDuration",
                                      "years and months duration",
                                      "yearMonthDuration",
                                      "list",
                                      "context",
                                      "range",
                                      "function"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        uint32_t end = lex_match(p->lex.text, *at, str_c(own[i]));
        if (end > best) best = end, found = type_builtin(str_c(own[i]));
    }
    const struct type_names *names = p->h->types;
    for (size_t i = 0; names && i < names->map.n; i++) {
        uint32_t end = lex_match(p->lex.text, *at, names->map.entries[i].key);
        if (end > best || (end == best && end)) best = end, found = names->map.entries[i].value;
    }
    if (!found) return NULL;
    *at = best;
    uint32_t inner = best;
    if ((found == &type_list || found == &type_range) && take(p, &inner, "<")) {
        struct type *t = arena_new(p->h->c->arena, struct type);
        t->kind = found->kind;
        t->of = type_at(p, &inner, depth + 1);
        if (!t->of || !take(p, &inner, ">")) return NULL;
        *at = inner;
        return t;
    }
    if ((found == &type_context || found == &type_function) && take(p, &inner, "<")) {
        *at = inner;
        return type_members(p, at, (enum type_kind)found->kind, depth);
    }
    for (;;) { /* tApplicant.address */
        struct token m;
        uint32_t dot = best;
        if (found->kind != TY_CONTEXT || !take(p, &dot, ".")) return found;
        lex_member(&p->lex, dot, found, NULL, &m);
        const struct type *member = m.kind == T_NAME ? type_member(found, m.text) : NULL;
        if (!member) return found;
        found = member;
        *at = best = m.end;
    }
}

/* The type after the current token. */
static const struct type *type_name(struct parser *p)
{
    if (p->failed) return NULL;
    uint32_t start = lex_skip(p->lex.text, p->tok.end), at = start;
    const struct type *t = type_at(p, &at, 0);
    if (!t) {
        fail(p, "FEEL-0103", start, "unknown type");
        return NULL;
    }
    p->prev_end = at;
    seek(p, at);
    return t;
}

const struct type *parse_type(const struct home *h, struct str text)
{
    struct parser p = {.h = h, .lex = {h->c->arena, text, &h->c->pool}};
    uint32_t at = 0;
    const struct type *t = type_at(&p, &at, 0);
    if (t && lex_skip(text, at) == text.n) return t;
    diag_add(h->c->diags, true, "FEEL-0103", h->place, h->line, h->column,
             "unknown type '" STR_FMT "'", STR_ARG(text));
    return NULL;
}

/* Entrances */

static struct parser begin(const struct home *h, struct str text, struct scope *scope)
{
    struct parser p = {
        .h = h, .lex = {h->c->arena, text, &h->c->pool}, .scope = scope, .fn = scope->fn};
    size_t cap = 0;
    if (text.n > MAX_TEXT) {
        p.lex.text.n = 0;
        fail(&p, "FEEL-0105", 0, "the expression is longer than %d bytes", MAX_TEXT);
        return p;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\n') continue;
        arena_push(h->c->arena, p.lines, p.n_lines, cap);
        p.lines[p.n_lines++] = (uint32_t)i + 1;
    }
    seek(&p, 0);
    return p;
}

struct node *parse_expression(const struct home *h, struct str text, struct scope *scope)
{
    struct parser p = begin(h, text, scope);
    struct node *n = expression(&p);
    if (!p.failed && p.tok.kind != T_END) expect(&p, T_END);
    return p.failed ? p.error : n;
}

/* unary tests = "-" | "not" "(" positive unary tests ")" | positive unary tests */
struct node *parse_tests(const struct home *h, struct str text, struct scope *scope,
                         uint32_t slot, const struct type *input)
{
    struct parser p = begin(h, text, scope);
    struct nodes tests = {0};
    p.in_tests = true;
    p.input_slot = slot;
    p.input_fn = scope->fn;
    p.input_type = input;
    if (p.failed) return p.error;
    if (p.tok.kind == T_MINUS && lex_skip(text, p.tok.end) == text.n) return NULL;
    if (p.tok.kind == T_END) return NULL;
    if (p.tok.kind == T_NAME && str_is(p.tok.text, "not")) {
        struct state s = save(&p);
        advance(&p);
        if (accept(&p, T_LPAREN)) {
            do nodes_add(&p, &tests, test(&p, slot, input, true));
            while (accept(&p, T_COMMA));
            if (accept(&p, T_RPAREN) && !p.failed && p.tok.kind == T_END)
                return any_of(&p, tests, true, s.tok.start);
        }
        restore(&p, s);
        tests = (struct nodes){0};
    }
    do nodes_add(&p, &tests, test(&p, slot, input, true));
    while (accept(&p, T_COMMA));
    if (!p.failed && p.tok.kind != T_END) expect(&p, T_END);
    if (p.failed) return p.error;
    return tests.n == 1 ? tests.items[0] : any_of(&p, tests, false, 0);
}
