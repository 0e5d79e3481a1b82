/* Types by their text: DMN 1.5 §10.3.1.2 rule 52, and the names of item definitions. */
#include "dmn/grammar.h"

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

/* Rule 52: type */
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

const struct type *feel_type(struct parser *p)
{
    if (p->failed) return NULL;
    uint32_t start = lex_skip(p->lex.text, p->tok.end), at = start;
    const struct type *t = type_at(p, &at, 0);
    if (!t) {
        parse_fail(p, "FEEL-0103", start, "unknown type");
        return NULL;
    }
    p->prev_end = at;
    parse_seek(p, at);
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
