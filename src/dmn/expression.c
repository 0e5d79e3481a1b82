/* Textual expressions of the lowest precedence: DMN 1.5 §10.3.1.2 rules 44 to 49. From low to
 * high: or, and, comparison; arithmetic.c goes on from there. */
#include "dmn/grammar.h"

/* Rule 63 with the name before it: iteration context = name "in" expression [ ".." expression
 * ] */
static bool iterator(struct parser *p, struct iteration *it, uint32_t at)
{
    struct token name;
    if (!lex_declared(&p->lex, at, ",()[]{}", "in", &name) || p->lex.text.n <= name.end) {
        parse_fail(p, "FEEL-0101", at, "expected the name of a variable and `in`");
        return false;
    }
    parse_seek(p, name.end);
    if (!parse_expect(p, K_IN)) return false;
    it->in = is_comparison(p->tok.kind) ? feel_range_op(p) : feel_expression(p);
    const struct type *t = type_element(it->in->type);
    if (it->in->type && it->in->type->kind != TY_LIST) t = NULL;
    if (p->tok.kind == T_DOTS) {
        parse_advance(p);
        it->to = feel_expression(p);
        t = it->in->type;
    }
    parse_push(p);
    it->slot = scope_slot(p->h->c, p->scope, name.text, t);
    return !p->failed;
}

/* Rules 44 and 46: ( "for" | "some" | "every" ) … ( "return" | "satisfies" ) expression */
struct node *feel_loop(struct parser *p, enum op op, enum tok then)
{
    struct compile *c = p->h->c;
    struct node *n = parse_make(p, op, p->tok.start);
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
        parse_push(p);
        n->loop.partial = scope_slot(c, p->scope, STR("partial"), &type_list);
    }
    parse_expect(p, then);
    n->loop.body = feel_expression(p);
    n->flag = op == N_FOR;
    n->type = op == N_FOR ? type_list_of(c->arena, n->loop.body->type) : &type_boolean;
    p->scope = outer;
    p->range_end = outer_end;
    if (!p->failed) parse_seek(p, p->tok.start);
    return p->failed ? p->error : n;
}

/* Rule 45: if expression = "if" expression "then" expression "else" expression */
struct node *feel_condition(struct parser *p)
{
    struct node *n = parse_make(p, N_IF, p->tok.start);
    bool outer_end = p->range_end;
    p->range_end = false;
    parse_advance(p);
    n->kid.a = feel_expression(p);
    parse_expect(p, K_THEN);
    n->kid.b = feel_expression(p);
    parse_expect(p, K_ELSE);
    p->range_end = outer_end;
    n->kid.c = feel_expression(p);
    n->type = feel_common_type(n->kid.b->type, n->kid.c->type);
    return n;
}

/* Operators */

/* Rule 49 */
static struct node *comparison(struct parser *p)
{
    struct node *a = feel_additive(p);
    for (;;) {
        if (is_comparison(p->tok.kind)) {
            enum op op = comparison_op(p->tok.kind);
            parse_advance(p);
            a = parse_pair(p, op, a, feel_additive(p), &type_boolean);
        } else if (parse_accept(p, K_BETWEEN)) {
            struct node *n = parse_pair(p, N_BETWEEN, a, feel_additive(p), &type_boolean);
            parse_expect(p, K_AND);
            n->kid.c = feel_additive(p);
            a = n;
        } else if (parse_accept(p, K_IN)) {
            a = feel_membership(p, a);
        } else {
            return p->failed ? p->error : a;
        }
    }
}

/* Rule 48 */
static struct node *conjunction(struct parser *p)
{
    struct node *a = comparison(p);
    while (parse_accept(p, K_AND)) a = parse_pair(p, N_AND, a, comparison(p), &type_boolean);
    return a;
}

/* Rule 47: disjunction */
struct node *feel_expression(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return parse_fail(p, "FEEL-0105", p->tok.start, "nested deeper than %d", MAX_NESTING);
    struct node *a = conjunction(p);
    while (parse_accept(p, K_OR)) a = parse_pair(p, N_OR, a, conjunction(p), &type_boolean);
    p->depth--;
    return p->failed ? p->error : a;
}
