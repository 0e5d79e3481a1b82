/* Ranges and comparisons without a left side: DMN 1.5 §10.3.1.2 rules 7 to 12 and 16. */
#include "dmn/grammar.h"

/* Can `[` here open a filter, or does it close a range such as ]1..5[ ? */
bool feel_closes_range(const struct parser *p)
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

/* Rule 8: interval = ( "(" | "]" | "[" ) endpoint ".." endpoint ( ")" | "[" | "]" ) ; the start
 * has been read */
struct node *feel_range_rest(struct parser *p, struct node *low, enum bound low_bound,
                             uint32_t pos)
{
    struct node *n = parse_make(p, N_RANGE, pos);
    bool outer = p->range_end;
    p->range_end = true;
    parse_seek(p, p->tok.end); /* over the dots */
    n->range.low = low;
    n->range.high = feel_additive(p);
    p->range_end = outer;
    n->range.low_bound = (uint8_t)low_bound;
    n->range.high_bound = p->tok.kind == T_RBRACKET ? BOUND_CLOSED : BOUND_OPEN;
    n->type = &type_range;
    if (p->tok.kind == T_RBRACKET || p->tok.kind == T_LBRACKET)
        parse_advance(p);
    else
        parse_expect(p, T_RPAREN);
    return n;
}

/* Rule 7: simple positive unary test = ( "<" | "<=" | ">" | ">=" | "=" | "!=" ) endpoint, as a
 * value */
struct node *feel_range_op(struct parser *p)
{
    struct node *n = parse_make(p, N_RANGE_OP, p->tok.start);
    n->range_op.op = (uint8_t)comparison_op(p->tok.kind);
    n->type = &type_range;
    parse_advance(p);
    n->range_op.value = feel_additive(p);
    return n;
}
