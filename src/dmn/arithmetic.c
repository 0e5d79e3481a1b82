/* Arithmetic: DMN 1.5 §10.3.1.2 rules 4 and 19 to 24. From low to high: additive,
 * multiplicative, power, negation, then what postfix.c reads. */
#include "dmn/grammar.h"
#include "dmn/num.h"

/* Rule 24: arithmetic negation */
static struct node *unary(struct parser *p)
{
    if (p->tok.kind != T_MINUS) return feel_postfix(p);
    uint32_t pos = p->tok.start;
    struct node *n = parse_make(p, N_NEG, pos);
    if (++p->depth > MAX_NESTING)
        return parse_fail(p, "FEEL-0105", pos, "nested deeper than %d", MAX_NESTING);
    parse_advance(p);
    n->kid.a = unary(p);
    p->depth--;
    struct value v;
    if (n->kid.a->op == N_CONST && v_is_num(n->kid.a->value) &&
        num_neg(p->h->c->arena, n->kid.a->value, &v))
        return parse_constant(p, v, pos);
    n->type = n->kid.a->type;
    return n;
}

/* Only numbers give a type that is certain; dates and durations mix. */
static const struct type *arithmetic_type(const struct node *a, const struct node *b)
{
    return a->type == &type_number && b->type == &type_number ? &type_number : NULL;
}

/* Rule 23: exponentiation */
static struct node *power(struct parser *p)
{
    struct node *a = unary(p);
    while (parse_accept(p, T_POWER)) {
        struct node *b = unary(p);
        a = parse_pair(p, N_POW, a, b, arithmetic_type(a, b));
    }
    return a;
}

/* Rules 21 and 22 */
static struct node *multiplicative(struct parser *p)
{
    struct node *a = power(p);
    while (p->tok.kind == T_STAR || p->tok.kind == T_SLASH) {
        enum op op = p->tok.kind == T_STAR ? N_MUL : N_DIV;
        parse_advance(p);
        struct node *b = power(p);
        a = parse_pair(p, op, a, b, arithmetic_type(a, b));
    }
    return a;
}

/* Rules 19 and 20; also an endpoint, rule 16 */
struct node *feel_additive(struct parser *p)
{
    if (++p->depth > MAX_NESTING)
        return parse_fail(p, "FEEL-0105", p->tok.start, "nested deeper than %d", MAX_NESTING);
    struct node *a = multiplicative(p);
    while (p->tok.kind == T_PLUS || p->tok.kind == T_MINUS) {
        enum op op = p->tok.kind == T_PLUS ? N_ADD : N_SUB;
        parse_advance(p);
        struct node *b = multiplicative(p);
        a = parse_pair(p, op, a, b, arithmetic_type(a, b));
    }
    p->depth--;
    return a;
}
