/* Unary tests and `in`: DMN 1.5 §10.3.1.2 rules 7, 13 to 15, 49 c and 49 d. */
#include "dmn/grammar.h"

/* Does what follows the closing parenthesis make it an operand instead of a list of tests? */
static bool goes_on(enum tok t)
{
    return t == T_DOT || t == T_LBRACKET || t == T_LPAREN || t == T_PLUS || t == T_MINUS ||
           t == T_STAR || t == T_SLASH || t == T_POWER || t == T_DOTS || t == K_INSTANCE;
}

static struct node *any_of(struct parser *p, struct nodes tests, bool negated, uint32_t pos)
{
    struct node *n = parse_make(p, N_ANY_TEST, pos);
    n->list.items = tests.items;
    n->list.n = tests.n;
    n->flag = negated;
    n->type = &type_boolean;
    return n;
}

/* Rule 49 c and d: expression "in" ( positive unary test | "(" positive unary tests ")" ) */
struct node *feel_membership(struct parser *p, struct node *value)
{
    struct node *n = node_new(p->h, N_IN, (int)value->line, value->column);
    uint32_t pos = p->tok.start;
    n->type = &type_boolean;
    n->in.value = value;
    n->in.slot = slot_new(p->fn);
    if (p->tok.kind == T_LPAREN) {
        struct state s = parse_save(p);
        struct nodes tests = {0};
        bool outer = p->range_end;
        p->range_end = false;
        parse_advance(p);
        do nodes_add(p, &tests, feel_test(p, n->in.slot, value->type, true));
        while (parse_accept(p, T_COMMA));
        p->range_end = outer;
        if (!p->failed && p->tok.kind == T_RPAREN) {
            parse_advance(p);
            if (!p->failed && (tests.n > 1 || !goes_on(p->tok.kind))) {
                n->in.test = any_of(p, tests, false, pos);
                return n;
            }
        }
        parse_restore(p, s);
    }
    n->in.test = feel_test(p, n->in.slot, value->type, false);
    return n;
}

/* Rules 7 and 13: positive unary test = simple positive unary test | expression */
struct node *feel_test(struct parser *p, uint32_t slot, const struct type *type, bool whole)
{
    if (is_comparison(p->tok.kind)) {
        struct node *input = node_slot(p->h, p->fn, p->fn, slot, type);
        enum op op = comparison_op(p->tok.kind);
        input->line = (uint32_t)p->h->line;
        parse_advance(p);
        return parse_pair(p, op, input, feel_additive(p), &type_boolean);
    }
    struct node *n = parse_make(p, N_TEST, p->tok.start);
    size_t before = p->n_questions;
    n->test.slot = slot;
    n->test.value = whole ? feel_expression(p) : feel_additive(p);
    if (p->failed) return p->error;
    if (p->n_questions != before) n->flag = TEST_QUESTION;
    if (whole && p->in_tests && n->test.value->op != N_CONST) n->flag |= TEST_CELL;
    n->type = &type_boolean;
    return n;
}

/* Rule 15: unary tests = "-" | "not" "(" positive unary tests ")" | positive unary tests */
struct node *parse_tests(const struct home *h, struct str text, struct scope *scope,
                         uint32_t slot, const struct type *input)
{
    struct parser p = parse_begin(h, text, scope);
    struct nodes tests = {0};
    p.in_tests = true;
    p.input_slot = slot;
    p.input_fn = scope->fn;
    p.input_type = input;
    if (p.failed) return p.error;
    if (p.tok.kind == T_MINUS && lex_skip(text, p.tok.end) == text.n) return NULL;
    if (p.tok.kind == T_END) return NULL;
    if (p.tok.kind == T_NAME && str_is(p.tok.text, "not")) {
        struct state s = parse_save(&p);
        parse_advance(&p);
        if (parse_accept(&p, T_LPAREN)) {
            do nodes_add(&p, &tests, feel_test(&p, slot, input, true));
            while (parse_accept(&p, T_COMMA));
            if (parse_accept(&p, T_RPAREN) && !p.failed && p.tok.kind == T_END)
                return any_of(&p, tests, true, s.tok.start);
        }
        parse_restore(&p, s);
        tests = (struct nodes){0};
    }
    do nodes_add(&p, &tests, feel_test(&p, slot, input, true));
    while (parse_accept(&p, T_COMMA));
    if (!p.failed && p.tok.kind != T_END) parse_expect(&p, T_END);
    if (p.failed) return p.error;
    return tests.n == 1 ? tests.items[0] : any_of(&p, tests, false, 0);
}
