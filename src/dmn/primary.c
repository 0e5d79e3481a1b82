/* What an expression starts with: DMN 1.5 §10.3.1.2 rule 2 h (literals, names, parentheses) and
 * the keywords that open the other rules. */
#include "dmn/grammar.h"
#include "dmn/num.h"

/* Rule 35; a sign is rule 24. */
static struct node *number(struct parser *p)
{
    struct value v;
    uint32_t pos = p->tok.start;
    if (!num_parse(p->h->c->arena, p->tok.text, &v))
        return parse_fail(p, "FEEL-0104", pos, "the number '" STR_FMT "' is out of range",
                          STR_ARG(p->tok.text));
    parse_advance(p);
    return parse_constant(p, v, pos);
}

/* Rule 65: at literal = "@" string literal */
static struct node *at_literal(struct parser *p)
{
    struct value v;
    uint32_t pos = p->tok.start;
    struct str s = p->tok.text;
    parse_advance(p);
    if (temporal_literal(p->h->c->arena, p->h->c->zones, s, &v))
        return parse_constant(p, v, pos);
    int line, column;
    parse_locate(p, pos, &line, &column);
    return node_error(p->h, "FEEL-0104", line, column,
                      "@\"" STR_FMT "\" is no date, time or duration", STR_ARG(s));
}

/* Rule 2 h: "(" expression ")" ; or an open interval, rule 8 */
static struct node *parenthesis(struct parser *p)
{
    uint32_t pos = p->tok.start;
    bool outer = p->range_end;
    p->range_end = false;
    parse_advance(p);
    struct node *n = is_comparison(p->tok.kind) ? feel_range_op(p) : feel_expression(p);
    p->range_end = outer;
    if (p->tok.kind == T_DOTS) return feel_range_rest(p, n, BOUND_OPEN, pos);
    parse_expect(p, T_RPAREN);
    return n;
}

/* Rules 18 and 25: what lex.c has found the scope to know. */
static struct node *name(struct parser *p)
{
    const struct symbol *alias = NULL;
    struct token t = p->tok;
    struct node *n = scope_resolve(p->h, p->fn, p->scope, t.text, &alias);
    uint32_t after = lex_skip(p->lex.text, t.end);
    if (n && n->op == N_ITEM && n->item.otherwise->op == N_BUILTIN && after < p->lex.text.n &&
        p->lex.text.p[after] == '(')
        n = n->item.otherwise; /* count(…) in a filter means the function, whatever the items
                                  are */
    while (alias && !p->failed) { /* an import's prefix */
        parse_advance(p);
        if (p->tok.kind != T_DOT) break;
        struct token member;
        lex_member(&p->lex, p->tok.end, NULL, alias->members, &member);
        const struct symbol *inner = NULL;
        struct node *m = scope_resolve(p->h, p->fn, alias->members, member.text, &inner);
        if (!m || m->op == N_BUILTIN)
            return parse_fail(p, "FEEL-0102", member.start,
                              "the import '" STR_FMT "' brings no '" STR_FMT
                              "' that is required here",
                              STR_ARG(t.text), STR_ARG(member.text));
        n = m;
        p->tok = member;
        alias = inner;
        if (!alias) parse_advance(p);
    }
    int line, column;
    parse_locate(p, t.start, &line, &column);
    if (!n) {
        n = node_error(p->h, "FEEL-0102", line, column, "unknown name '" STR_FMT "'",
                       STR_ARG(t.text));
        parse_advance(p);
        return n;
    }
    n->line = (uint32_t)line;
    n->column = (uint16_t)column;
    if (p->tok.start == t.start) parse_advance(p);
    return n;
}

struct node *feel_primary(struct parser *p)
{
    uint32_t pos = p->tok.start;
    struct node *n;
    if (p->failed) return p->error;
    switch (p->tok.kind) {
    case T_NUMBER: return number(p);
    case T_STRING:
        n = parse_constant(p, v_str(p->tok.text), pos);
        parse_advance(p);
        return n;
    case T_AT: return at_literal(p);
    case T_NAME: return name(p);
    case K_TRUE:
    case K_FALSE:
        n = parse_constant(p, v_bool(p->tok.kind == K_TRUE), pos);
        parse_advance(p);
        return n;
    case K_NULL:
        n = parse_constant(p, v_null(0), pos);
        parse_advance(p);
        return n;
    case T_QUESTION:
        if (!p->in_tests)
            return parse_fail(p, "FEEL-0101", pos, "`?` has a meaning only in unary tests");
        parse_advance(p);
        p->n_questions++;
        return node_slot(p->h, p->fn, p->input_fn, p->input_slot, p->input_type);
    case T_LPAREN: return parenthesis(p);
    case T_LBRACKET: return feel_list(p);
    case T_RBRACKET: {
        parse_advance(p);
        struct node *low = feel_additive(p);
        if (p->tok.kind != T_DOTS) parse_expect(p, T_DOTS);
        return p->failed ? p->error : feel_range_rest(p, low, BOUND_OPEN, pos);
    }
    case T_LBRACE: return feel_context(p);
    case K_FUNCTION: return feel_function(p);
    case K_FOR: return feel_loop(p, N_FOR, K_RETURN);
    case K_SOME: return feel_loop(p, N_SOME, K_SATISFIES);
    case K_EVERY: return feel_loop(p, N_EVERY, K_SATISFIES);
    case K_IF: return feel_condition(p);
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
        return parse_fail(p, "FEEL-0101", pos, "an expression is missing at the end");
    return parse_fail(p, "FEEL-0101", pos, "expected an expression before %s",
                      lex_tok_name(p->tok.kind));
}
