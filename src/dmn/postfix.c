/* What follows an operand: invocations, paths, filters and `instance of`, DMN 1.5 §10.3.1.2
 * rules 38 to 43, 50 and 51. */
#include "dmn/grammar.h"

/* Rule 43: path expression = expression "." name */
static struct node *path(struct parser *p, struct node *of)
{
    struct token member;
    lex_member(&p->lex, p->tok.end, of->type, NULL, &member);
    if (member.kind == T_BAD) return parse_fail(p, "FEEL-0101", member.start, "%s", member.why);
    struct node *n = parse_make(p, N_PATH, member.start);
    n->path.of = of;
    n->path.name = member.text;
    const struct type *m = type_member(of->type, member.text);
    n->type = m && of->type->kind == TY_LIST ? type_list_of(p->h->c->arena, m) : m;
    p->tok = member;
    parse_advance(p);
    return n;
}

static bool is_index(const struct node *n) { return n->type && n->type->kind == TY_NUMBER; }

/* Rule 50: filter expression = expression "[" expression "]" (§10.3.2.5) */
static struct node *filter(struct parser *p, struct node *of)
{
    struct node *n = parse_make(p, N_FILTER, p->tok.start);
    bool outer_end = p->range_end;
    p->range_end = false;
    n->filter.of = of;
    parse_push(p);
    const struct type *item = type_element(of->type);
    n->filter.slot = scope_slot(p->h->c, p->scope, STR("item"), item);
    p->scope->is_item = true;
    p->scope->item_slot = n->filter.slot;
    p->scope->item_type = item;
    parse_advance(p);
    n->filter.by = feel_expression(p);
    parse_pop(p);
    parse_expect(p, T_RBRACKET);
    p->range_end = outer_end;
    n->flag = is_index(n->filter.by);
    n->type = n->flag ? item : of->type && of->type->kind == TY_LIST ? of->type : NULL;
    return n;
}

/* Rules 38 to 42: parameters = "(" [ name ":" expression, … | expression, … ] ")" */
static struct node *invocation(struct parser *p, struct node *fn)
{
    struct node *n = node_new(p->h, N_CALL, (int)fn->line, fn->column);
    size_t cap = 0;
    bool outer_end = p->range_end;
    p->range_end = false;
    n->call.fn = fn;
    uint32_t at = p->tok.end;
    parse_advance(p);
    while (p->tok.kind != T_RPAREN && !p->failed) {
        struct argument arg = {0};
        struct token key;
        uint32_t colon;
        if (lex_declared(&p->lex, at, ":,()[]{}\"", NULL, &key) &&
            (colon = lex_skip(p->lex.text, key.end)) < p->lex.text.n &&
            p->lex.text.p[colon] == ':') {
            n->flag = true;
            arg.name = key.text;
            parse_seek(p, colon + 1);
        } else if (n->flag) {
            parse_fail(p, "FEEL-0101", at, "named and positional arguments cannot be mixed");
        }
        arg.value = is_comparison(p->tok.kind) ? feel_range_op(p) : feel_expression(p);
        arena_push(p->h->c->arena, n->call.args, n->call.n, cap);
        n->call.args[n->call.n++] = arg;
        at = p->tok.end;
        if (!parse_accept(p, T_COMMA)) break;
    }
    p->range_end = outer_end;
    parse_expect(p, T_RPAREN);
    if (fn->type && fn->type->kind == TY_FUNCTION) n->type = fn->type->of;
    return fn->op == N_BUILTIN && !p->failed ? call_bind_builtin(p->h, n) : n;
}

struct node *feel_postfix(struct parser *p)
{
    struct node *n = feel_primary(p);
    while (!p->failed) {
        if (p->tok.kind == T_DOT) {
            n = path(p, n);
        } else if (p->tok.kind == T_LBRACKET && !feel_closes_range(p)) {
            n = filter(p, n);
        } else if (p->tok.kind == T_LPAREN) {
            n = invocation(p, n);
        } else if (p->tok.kind == K_INSTANCE) {
            struct node *i = parse_make(p, N_INSTANCE, p->tok.start);
            parse_advance(p);
            if (p->tok.kind != K_OF) parse_expect(p, K_OF);
            i->cast.value = n;
            i->cast.type = feel_type(p);
            i->type = &type_boolean;
            n = i;
        } else {
            break;
        }
    }
    return p->failed ? p->error : n;
}
