/* Boxed expressions written as text: DMN 1.5 §10.3.1.2 rules 53 to 59, lists, function
 * definitions and contexts. boxed.c reads those of the XML. */
#include "dmn/external.h"
#include "dmn/grammar.h"

void nodes_add(struct parser *p, struct nodes *l, struct node *n)
{
    arena_push(p->h->c->arena, l->items, l->n, l->cap);
    l->items[l->n++] = n;
}

const struct type *feel_common_type(const struct type *a, const struct type *b)
{
    return a && b && (a == b || (a->kind == b->kind && a->kind < TY_LIST)) ? a : NULL;
}

/* Rule 54: list = "[" [ expression { "," expression } ] "]" ; or a closed interval */
struct node *feel_list(struct parser *p)
{
    uint32_t pos = p->tok.start;
    struct nodes items = {0};
    bool outer = p->range_end;
    p->range_end = false;
    parse_advance(p);
    const struct type *of = NULL;
    while (p->tok.kind != T_RBRACKET && !p->failed) {
        struct node *item = is_comparison(p->tok.kind) ? feel_range_op(p) : feel_expression(p);
        if (items.n == 0 && p->tok.kind == T_DOTS) {
            p->range_end = outer;
            return feel_range_rest(p, item, BOUND_CLOSED, pos);
        }
        of = items.n == 0 ? item->type : feel_common_type(of, item->type);
        nodes_add(p, &items, item);
        if (!parse_accept(p, T_COMMA)) break;
    }
    p->range_end = outer;
    parse_expect(p, T_RBRACKET);
    struct node *n = parse_make(p, N_LIST, pos);
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

/* Rules 57 to 59: context = "{" [ key ":" expression { "," … } ] "}" ; an entry sees those
 * before it (§10.3.2.6) */
struct node *feel_context(struct parser *p)
{
    struct compile *c = p->h->c;
    uint32_t pos = p->tok.start;
    struct entry *entries = NULL;
    size_t n = 0, cap = 0;
    bool outer = p->range_end, twice = false;
    p->range_end = false;
    parse_push(p);
    uint32_t at = lex_skip(p->lex.text, p->tok.end);
    bool first = true;
    for (;;) {
        struct token key;
        if (first && at < p->lex.text.n && p->lex.text.p[at] == '}') {
            parse_seek(p, at);
            break;
        }
        first = false;
        if (at < p->lex.text.n && p->lex.text.p[at] == '"')
            lex_token(&p->lex, at, p->scope, &key);
        else if (!lex_declared(&p->lex, at, ":,{}\"()", NULL, &key)) {
            parse_fail(p, "FEEL-0101", at, "expected the name of a context entry and `:`");
            break;
        }
        if (key.kind == T_BAD) {
            parse_fail(p, "FEEL-0101", at, "%s", key.why);
            break;
        }
        parse_seek(p, key.end);
        if (p->tok.kind != T_COLON) {
            parse_expect(p, T_COLON);
            break;
        }
        for (size_t i = 0; i < n; i++) twice |= str_eq(entries[i].name, key.text);
        uint32_t slot = slot_new(p->fn);
        struct symbol sym = {.name = key.text, .kind = SYMBOL_SLOT, .slot = slot};
        parse_advance(p);
        bool named = p->tok.kind == K_FUNCTION && key.text.n; /* may call itself */
        if (named) scope_add(c, p->scope, sym);
        struct node *value = feel_expression(p);
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
    parse_pop(p);
    p->range_end = outer;
    parse_expect(p, T_RBRACE);
    if (p->failed) return p->error;
    if (twice) {
        int line, column;
        parse_locate(p, pos, &line, &column);
        return node_error(p->h, "FEEL-0217", line, column,
                          "the context has two entries of the same name");
    }
    struct node *node = parse_make(p, N_CONTEXT, pos);
    node->context.entries = entries;
    node->context.n = n;
    node->type = context_type(c, entries, n);
    return node;
}

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

/* Rules 55 and 56: function definition = "function" "(" [ parameter { "," parameter } ] ")" [
 * "external" ] expression */
struct node *feel_function(struct parser *p)
{
    struct compile *c = p->h->c;
    struct node *n = parse_make(p, N_FUNCTION, p->tok.start);
    struct func *fn = func_new(c, p->fn);
    struct scope *outer = p->scope;
    struct lambda *l = fn->lambda;
    size_t cap = 0;
    bool outer_end = p->range_end;
    p->range_end = false;
    parse_advance(p);
    if (p->tok.kind != T_LPAREN) parse_expect(p, T_LPAREN);
    uint32_t at = lex_skip(p->lex.text, p->tok.end);
    struct scope *scope = scope_new(c, outer, fn);
    fn->base = scope;
    bool none = at < p->lex.text.n && p->lex.text.p[at] == ')';
    while (!none && !p->failed) {
        struct token name;
        if (!lex_declared(&p->lex, at, ":,)", NULL, &name)) {
            parse_fail(p, "FEEL-0101", at, "expected the name of a parameter");
            break;
        }
        parse_seek(p, name.end);
        const struct type *t = NULL;
        if (p->tok.kind == T_COLON) t = feel_type(p);
        arena_push(c->arena, l->params, l->n_params, cap);
        l->params[l->n_params++] = (struct param){name.text, t};
        scope_slot(c, scope, name.text, t);
        if (p->tok.kind != T_COMMA) break;
        at = p->tok.end;
    }
    if (none) parse_seek(p, at);
    parse_expect(p, T_RPAREN);
    if (p->tok.kind == T_COLON) l->result = feel_type(p);
    p->scope = scope;
    p->fn = fn;
    if (!p->failed) parse_seek(p, p->tok.start);
    if (parse_accept(p, K_EXTERNAL)) {
        l->external = external_of(feel_expression(p));
        if (!l->external && !p->failed)
            diag_add(c->diags, false, "FEEL-0212", p->h->place, (int)n->line, n->column,
                     "the external function is not one this engine knows");
    } else {
        l->body = node_coerce(p->h, feel_expression(p), l->result);
        if (!l->result) l->result = l->body->type;
    }
    p->scope = outer;
    p->fn = fn->up;
    p->range_end = outer_end;
    if (!p->failed) parse_seek(p, p->tok.start);
    l->type = lambda_type(c, l);
    n->lambda = l;
    n->type = l->type;
    return n;
}
