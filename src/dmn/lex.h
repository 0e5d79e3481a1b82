/* FEEL's lexical level (DMN 1.5 §10.3.1.2). Names may hold spaces, operators and keywords, so
 * where a name ends depends on which names are known: the lexer reads one token at a position,
 * in a scope, and takes the longest known name that fits. Nothing is read ahead, because the
 * scope changes with the parse. */
#pragma once
#include "base/map.h"
#include "dmn/ast.h"
#include "dmn/type.h"

struct scope;

enum symbol_kind { SYMBOL_SLOT, SYMBOL_GLOBAL, SYMBOL_ALIAS };

struct symbol {
    struct str name; /* white space collapsed */
    uint8_t kind;    /* enum symbol_kind */
    uint32_t slot;
    const struct element *element;
    const struct type *type;
    struct scope *members; /* ALIAS: what an import brings */
};

/* The function being compiled. */
struct func {
    struct func *up;
    struct lambda *lambda;
    struct scope *base; /* its outermost scope */
};

struct scope {
    struct scope *up;
    struct func *fn;
    struct symbol *symbols;
    size_t n, cap;
    bool is_item; /* the entries of the item of a filter are visible */
    uint32_t item_slot;
    const struct type *item_type;
};

struct name_pool {
    struct arena *arena;
    struct map seen;
    struct str *items; /* names of more than one word, for values of unknown type */
    size_t n, cap;
};

enum tok {
    T_END,
    T_BAD,
    T_NUMBER,
    T_STRING,
    T_AT,
    T_NAME,
    T_QUESTION,
    T_LPAREN,
    T_RPAREN,
    T_LBRACKET,
    T_RBRACKET,
    T_LBRACE,
    T_RBRACE,
    T_COMMA,
    T_COLON,
    T_DOT,
    T_DOTS,
    T_PLUS,
    T_MINUS,
    T_STAR,
    T_SLASH,
    T_POWER,
    T_ARROW,
    T_EQ,
    T_NE,
    T_LT,
    T_LE,
    T_GT,
    T_GE,
    K_FOR,
    K_RETURN,
    K_IF,
    K_THEN,
    K_ELSE,
    K_SOME,
    K_EVERY,
    K_SATISFIES,
    K_IN,
    K_AND,
    K_OR,
    K_BETWEEN,
    K_INSTANCE,
    K_OF,
    K_FUNCTION,
    K_EXTERNAL,
    K_TRUE,
    K_FALSE,
    K_NULL,
};

struct token {
    enum tok kind;
    uint32_t start, end;
    struct str text; /* NAME: as declared; STRING, AT: unescaped; NUMBER: as written */
    const char *why; /* BAD */
};

struct lexer {
    struct arena *arena;
    struct str text;
    const struct name_pool *pool;
};

void lex_token(const struct lexer *l, uint32_t pos, const struct scope *scope,
               struct token *ret);
/* The name behind a dot: of the type's members, or of the symbols of an import. */
void lex_member(const struct lexer *l, uint32_t pos, const struct type *of,
                const struct scope *import, struct token *ret);
/* A name being declared: everything up to one of the characters in stop or the word `word` (may
 * be NULL). */
bool lex_declared(const struct lexer *l, uint32_t pos, const char *stop, const char *word,
                  struct token *ret);
/* End of the name at pos, or 0 (never a match) when it does not stand there. */
uint32_t lex_match(struct str text, uint32_t pos, struct str name);
uint32_t lex_skip(struct str text, uint32_t pos);        /* white space and comments */
struct str lex_normal(struct arena *a, struct str name); /* trimmed, white space collapsed */
bool lex_is_name(struct str s);                          /* could stand in FEEL as a name */
const char *lex_tok_name(enum tok t);

void pool_add(struct name_pool *p, struct str name);
