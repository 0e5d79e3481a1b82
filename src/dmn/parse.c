/* The parser's steps over the tokens of lex.c, and where an expression begins; see parse.h.
 * grammar.h tells which file reads which rule. */
#include "dmn/parse.h"
#include "dmn/grammar.h"
#include <stdio.h>

#define MAX_TEXT (256 * 1024)

/* Tokens */

void parse_locate(const struct parser *p, uint32_t pos, int *line, int *column)
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

struct node *parse_fail(struct parser *p, const char *id, uint32_t pos, const char *fmt, ...)
{
    if (!p->failed) {
        char text[400];
        int line, column;
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(text, sizeof text, fmt, ap);
        va_end(ap);
        parse_locate(p, pos, &line, &column);
        p->failed = true;
        p->error = node_error(p->h, id, line, column, "%s", text);
    }
    p->tok = (struct token){
        .kind = T_END, .start = (uint32_t)p->lex.text.n, .end = (uint32_t)p->lex.text.n};
    return p->error;
}

void parse_seek(struct parser *p, uint32_t pos)
{
    if (p->failed) return;
    if (++p->work >
        20 * p->lex.text.n + 1000) { /* trying both readings of `in (` again and again */
        parse_fail(p, "FEEL-0105", pos, "the expression is too intricate");
        return;
    }
    lex_token(&p->lex, pos, p->scope, &p->tok);
    if (p->tok.kind == T_BAD) parse_fail(p, "FEEL-0101", p->tok.start, "%s", p->tok.why);
}

void parse_advance(struct parser *p)
{
    p->prev_end = p->tok.end;
    parse_seek(p, p->tok.end);
}

bool parse_accept(struct parser *p, enum tok kind)
{
    if (p->tok.kind != kind || p->failed) return false;
    parse_advance(p);
    return true;
}

bool parse_expect(struct parser *p, enum tok kind)
{
    if (parse_accept(p, kind)) return true;
    char near[24];
    size_t n = p->lex.text.n - p->tok.start;
    if (n > 20) n = 20;
    memcpy(near, p->lex.text.p + p->tok.start, n);
    near[n] = 0;
    if (n == 0)
        parse_fail(p, "FEEL-0101", p->tok.start, "expected %s, but the text ends",
                   lex_tok_name(kind));
    else
        parse_fail(p, "FEEL-0101", p->tok.start, "expected %s before '%s'", lex_tok_name(kind),
                   near);
    return false;
}

struct node *parse_make(struct parser *p, enum op op, uint32_t pos)
{
    int line, column;
    parse_locate(p, pos, &line, &column);
    return node_new(p->h, op, line, column);
}

struct node *parse_constant(struct parser *p, struct value v, uint32_t pos)
{
    struct node *n = parse_make(p, N_CONST, pos);
    n->value = v;
    n->type = type_of_value(v);
    return n;
}

struct node *parse_pair(struct parser *p, enum op op, struct node *a, struct node *b,
                        const struct type *type)
{
    struct node *n = node_new(p->h, op, (int)a->line, a->column);
    n->kid.a = a;
    n->kid.b = b;
    n->type = type;
    return n;
}

struct state parse_save(const struct parser *p)
{
    return (struct state){p->tok, p->h->c->diags->n, p->n_questions, p->scope};
}

void parse_restore(struct parser *p, struct state s)
{
    p->tok = s.tok;
    p->h->c->diags->n = s.n_diags;
    p->n_questions = s.n_questions;
    p->scope = s.scope;
    p->failed = p->work > 20 * p->lex.text.n + 1000;
}

void parse_push(struct parser *p) { p->scope = scope_new(p->h->c, p->scope, p->fn); }

void parse_pop(struct parser *p) { p->scope = p->scope->up; }

/* Entrances */

struct parser parse_begin(const struct home *h, struct str text, struct scope *scope)
{
    struct parser p = {
        .h = h, .lex = {h->c->arena, text, &h->c->pool}, .scope = scope, .fn = scope->fn};
    size_t cap = 0;
    if (text.n > MAX_TEXT) {
        p.lex.text.n = 0;
        parse_fail(&p, "FEEL-0105", 0, "the expression is longer than %d bytes", MAX_TEXT);
        return p;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] != '\n') continue;
        arena_push(h->c->arena, p.lines, p.n_lines, cap);
        p.lines[p.n_lines++] = (uint32_t)i + 1;
    }
    parse_seek(&p, 0);
    return p;
}

struct node *parse_expression(const struct home *h, struct str text, struct scope *scope)
{
    struct parser p = parse_begin(h, text, scope);
    struct node *n = feel_expression(&p);
    if (!p.failed && p.tok.kind != T_END) parse_expect(&p, T_END);
    return p.failed ? p.error : n;
}
