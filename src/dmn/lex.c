/* One token at a time; see lex.h. White space is Unicode's, comments are C's. */
#include "dmn/lex.h"
#include "base/utf8.h"
#include "dmn/builtin.h"

/* The code point at pos and its length; 0 at the end. Text has been checked to be UTF-8. */
static uint32_t peek(struct str s, uint32_t pos, uint32_t *len)
{
    if (pos >= s.n) {
        *len = 0;
        return 0;
    }
    const char *p = s.p + pos;
    if ((unsigned char)*p < 0x80) {
        *len = 1;
        return (unsigned char)*p;
    }
    uint32_t cp = utf8_next(&p);
    *len = (uint32_t)(p - (s.p + pos));
    return cp;
}

static bool is_space(uint32_t cp)
{
    if (cp < 0x80) return cp == ' ' || (cp >= 9 && cp <= 13);
    return cp == 0xFEFF || utf8_is_space(cp);
}

/* DMN 1.5 §10.3.1.2, rules 28 and 29, without `?`, which is a token of its own here. */
static bool is_start(uint32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (is_space(c)) return false;
    return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) ||
           (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || c == 0x200C || c == 0x200D ||
           (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) ||
           (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
           (c >= 0xFDF0 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0xEFFFF);
}

static bool is_part(uint32_t c)
{
    return is_start(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
           c == 0x203F || c == 0x2040;
}

uint32_t lex_skip(struct str s, uint32_t pos)
{
    for (;;) {
        uint32_t len, cp = peek(s, pos, &len);
        if (len && is_space(cp)) {
            pos += len;
        } else if (cp == '/' && pos + 1 < s.n && s.p[pos + 1] == '/') {
            while (pos < s.n && s.p[pos] != '\n') pos++;
        } else if (cp == '/' && pos + 1 < s.n && s.p[pos + 1] == '*') {
            uint32_t end = pos + 2;
            while (end + 1 < s.n && !(s.p[end] == '*' && s.p[end + 1] == '/')) end++;
            pos = end + 1 < s.n ? end + 2 : (uint32_t)s.n;
        } else {
            return pos;
        }
    }
}

static uint32_t skip_space(struct str s, uint32_t pos)
{
    uint32_t len, cp;
    while (cp = peek(s, pos, &len), len && is_space(cp)) pos += len;
    return pos;
}

struct str lex_normal(struct arena *a, struct str name)
{
    struct buf b = buf_in(a);
    uint32_t pos = skip_space(name, 0);
    while (pos < name.n) {
        uint32_t len, cp = peek(name, pos, &len);
        if (is_space(cp)) {
            pos = skip_space(name, pos);
            if (pos < name.n) buf_ch(&b, ' ');
        } else {
            buf_add(&b, name.p + pos, len);
            pos += len;
        }
    }
    return buf_str(&b);
}

/* Spaces between a word and one of the symbols . / - ' + * do not matter (§10.3.1.2). */
uint32_t lex_match(struct str text, uint32_t pos, struct str name)
{
    uint32_t i = 0, at = pos;
    bool before_part = false;
    if (!name.n) return 0;
    while (i < name.n) {
        uint32_t len, cp = peek(name, i, &len);
        bool gap = false;
        if (cp == ' ') {
            gap = true;
            i++;
            cp = peek(name, i, &len);
        }
        bool part = is_part(cp);
        uint32_t next = at == pos ? at : skip_space(text, at);
        if (gap && next == at && before_part && part) return 0;
        if (!gap && next != at && before_part && part) return 0;
        if (next + len > text.n || memcmp(text.p + next, name.p + i, len) != 0) return 0;
        at = next + len;
        i += len;
        before_part = part;
    }
    uint32_t len, cp = peek(text, at, &len);
    if (len && before_part && is_part(cp)) return 0;
    return at;
}

bool lex_is_name(struct str s)
{
    uint32_t len, cp = peek(s, 0, &len);
    if (!is_start(cp) && cp != '?') return false;
    for (uint32_t pos = len; pos < s.n; pos += len) {
        cp = peek(s, pos, &len);
        if (!is_part(cp) && cp != ' ' && !strchr("./-'+*?", (int)cp)) return false;
    }
    return true;
}

static const struct {
    const char *word;
    enum tok tok;
} keywords[] = {
    {"for", K_FOR},
    {"return", K_RETURN},
    {"if", K_IF},
    {"then", K_THEN},
    {"else", K_ELSE},
    {"some", K_SOME},
    {"every", K_EVERY},
    {"satisfies", K_SATISFIES},
    {"in", K_IN},
    {"and", K_AND},
    {"or", K_OR},
    {"between", K_BETWEEN},
    {"instance", K_INSTANCE},
    {"of", K_OF},
    {"function", K_FUNCTION},
    {"external", K_EXTERNAL},
    {"true", K_TRUE},
    {"false", K_FALSE},
    {"null", K_NULL},
};

static const char *const tok_names[] = {
    "the end",   "a bad character",
    "a number",  "a string",
    "a literal", "a name",
    "`?`",       "`(`",
    "`)`",       "`[`",
    "`]`",       "`{`",
    "`}`",       "`,`",
    "`:`",       "`.`",
    "`..`",      "`+`",
    "`-`",       "`*`",
    "`/`",       "`**`",
    "`->`",      "`=`",
    "`!=`",      "`<`",
    "`<=`",      "`>`",
    "`>=`",
};

const char *lex_tok_name(enum tok t)
{
    if (t < K_FOR) return tok_names[t];
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (keywords[i].tok == t) return keywords[i].word;
    return "?";
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool hex_at(struct str s, uint32_t pos, int digits, uint32_t *ret)
{
    uint32_t v = 0;
    for (int i = 0; i < digits; i++) {
        int d = pos + (uint32_t)i < s.n ? hex_digit(s.p[pos + (uint32_t)i]) : -1;
        if (d < 0) return false;
        v = v * 16 + (uint32_t)d;
    }
    *ret = v;
    return true;
}

/* \uXXXX (also a surrogate pair of them) and \UXXXXXX, §10.3.1.2 rule 64. */
static bool escape_code(struct str s, uint32_t *pos, struct buf *b)
{
    uint32_t cp, low;
    int digits = s.p[*pos] == 'u' ? 4 : 6;
    if (!hex_at(s, *pos + 1, digits, &cp)) return false;
    *pos += 1 + (uint32_t)digits;
    if (cp >= 0xD800 && cp < 0xDC00 && *pos + 1 < s.n && s.p[*pos] == '\\' &&
        s.p[*pos + 1] == 'u' && hex_at(s, *pos + 2, 4, &low) && low >= 0xDC00 && low < 0xE000) {
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
        *pos += 6;
    }
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp < 0xE000)) return false;
    char out[4];
    buf_add(b, out, utf8_put(out, cp));
    return true;
}

static void lex_string(const struct lexer *l, uint32_t pos, struct token *t)
{
    struct str s = l->text;
    struct buf b = buf_in(l->arena);
    pos++;
    while (pos < s.n && s.p[pos] != '"') {
        if (s.p[pos] != '\\' || pos + 1 >= s.n) {
            buf_ch(&b, s.p[pos++]);
            continue;
        }
        static const char from[] = "nrt\"'\\", to[] = "\n\r\t\"'\\";
        char c = s.p[pos + 1];
        const char *at = c ? strchr(from, c) : NULL;
        pos++;
        if (at) {
            buf_ch(&b, to[at - from]);
            pos++;
        } else if (c == 'u' || c == 'U') {
            if (!escape_code(s, &pos, &b)) {
                t->kind = T_BAD;
                t->why = "the escape needs four or six hexadecimal digits of a character";
                return;
            }
        } else {
            buf_ch(&b, '\\'); /* as it stands: regular expressions rely on it */
        }
    }
    if (pos >= s.n) {
        t->kind = T_BAD;
        t->why = "the string has no closing quote";
        return;
    }
    t->kind = T_STRING;
    t->text = buf_str(&b);
    t->end = pos + 1;
}

static bool digit_at(struct str s, uint32_t pos)
{
    return pos < s.n && s.p[pos] >= '0' && s.p[pos] <= '9';
}

static void lex_number(const struct lexer *l, uint32_t pos, struct token *t)
{
    struct str s = l->text;
    uint32_t at = pos;
    while (digit_at(s, at)) at++;
    if (at < s.n && s.p[at] == '.' && digit_at(s, at + 1))
        for (at++; digit_at(s, at);) at++;
    if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
        uint32_t e = at + 1;
        if (e < s.n && (s.p[e] == '+' || s.p[e] == '-')) e++;
        if (digit_at(s, e))
            for (at = e; digit_at(s, at);) at++;
    }
    t->kind = T_NUMBER;
    t->end = at;
    t->text = str_n(s.p + pos, at - pos);
}

struct best {
    uint32_t end;
    struct str name;
};

static void consider(const struct lexer *l, uint32_t pos, struct str name, struct best *b)
{
    if (!name.n || name.p[0] != l->text.p[pos]) return;
    uint32_t end = lex_match(l->text, pos, name);
    if (end > b->end) *b = (struct best){end, name};
}

static void consider_members(const struct lexer *l, uint32_t pos, const struct type *t,
                             struct best *b)
{
    while (t && t->kind == TY_LIST) t = t->of;
    if (t && t->kind == TY_CONTEXT)
        for (size_t i = 0; i < t->n_members; i++) consider(l, pos, t->members[i].name, b);
}

static void consider_pool(const struct lexer *l, uint32_t pos, struct best *b)
{
    if (l->pool)
        for (size_t i = 0; i < l->pool->n; i++) consider(l, pos, l->pool->items[i], b);
}

static enum tok keyword_of(struct str word)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (str_is(word, keywords[i].word)) return keywords[i].tok;
    return T_NAME;
}

static uint32_t word_end(struct str s, uint32_t pos)
{
    uint32_t len, cp = peek(s, pos, &len);
    if (!len || !is_start(cp)) return pos;
    while (cp = peek(s, pos, &len), len && is_part(cp)) pos += len;
    return pos;
}

/* A name nobody declared (an entry of a value of unknown type) goes on over words that are no
 * keywords: two names side by side would mean nothing else. */
static uint32_t unknown_end(struct str s, uint32_t end)
{
    for (;;) {
        uint32_t start = skip_space(s, end), next = word_end(s, start);
        if (next == start || keyword_of(str_n(s.p + start, next - start)) != T_NAME) return end;
        end = next;
    }
}

static void lex_name(const struct lexer *l, uint32_t pos, const struct scope *scope,
                     struct token *t)
{
    struct best b = {0};
    uint32_t word = word_end(l->text, pos);
    for (; scope; scope = scope->up) {
        for (size_t i = 0; i < scope->n; i++) consider(l, pos, scope->symbols[i].name, &b);
        if (!scope->is_item) continue;
        consider_members(l, pos, scope->item_type, &b);
        if (type_is_open(scope->item_type)) consider_pool(l, pos, &b);
    }
    /* A built-in's name of several words counts before its parenthesis, or where nothing else
     * fits. */
    struct best built = {0};
    for (size_t i = 0; i < builtin_count; i++)
        consider(l, pos, str_c(builtin_table[i].name), &built);
    if (built.end > b.end) {
        uint32_t next = lex_skip(l->text, built.end);
        if (b.end == 0 || (next < l->text.n && l->text.p[next] == '(')) b = built;
    }
    t->kind = T_NAME;
    if (b.end > word) {
        t->end = b.end;
        t->text = b.name;
        return;
    }
    t->kind = keyword_of(str_n(l->text.p + pos, word - pos));
    t->end = t->kind == T_NAME && !b.end ? unknown_end(l->text, word) : word;
    t->text = b.end ? b.name : lex_normal(l->arena, str_n(l->text.p + pos, t->end - pos));
}

static enum tok punctuation(struct str s, uint32_t pos, uint32_t *len)
{
    static const struct {
        const char *p;
        enum tok tok;
    } rows[] = {
        {"..", T_DOTS},    {"**", T_POWER},   {"->", T_ARROW},   {"!=", T_NE},
        {"<=", T_LE},      {">=", T_GE},      {"(", T_LPAREN},   {")", T_RPAREN},
        {"[", T_LBRACKET}, {"]", T_RBRACKET}, {"{", T_LBRACE},   {"}", T_RBRACE},
        {",", T_COMMA},    {":", T_COLON},    {".", T_DOT},      {"+", T_PLUS},
        {"-", T_MINUS},    {"*", T_STAR},     {"/", T_SLASH},    {"=", T_EQ},
        {"<", T_LT},       {">", T_GT},       {"?", T_QUESTION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].p);
        if (pos + n <= s.n && memcmp(s.p + pos, rows[i].p, n) == 0) {
            *len = (uint32_t)n;
            return rows[i].tok;
        }
    }
    return T_BAD;
}

void lex_token(const struct lexer *l, uint32_t pos, const struct scope *scope, struct token *t)
{
    pos = lex_skip(l->text, pos);
    *t = (struct token){.start = pos, .end = pos};
    if (pos >= l->text.n) return;
    uint32_t len, cp = peek(l->text, pos, &len);
    if (cp == '"') {
        lex_string(l, pos, t);
    } else if (digit_at(l->text, pos) || (cp == '.' && digit_at(l->text, pos + 1))) {
        lex_number(l, pos, t);
    } else if (cp == '@') {
        uint32_t q = lex_skip(l->text, pos + 1);
        if (q < l->text.n && l->text.p[q] == '"') lex_string(l, q, t);
        t->kind = t->kind == T_STRING ? T_AT : T_BAD;
        if (t->kind == T_BAD && !t->why) t->why = "`@` stands before a string";
    } else if (is_start(cp)) {
        lex_name(l, pos, scope, t);
    } else {
        t->kind = punctuation(l->text, pos, &len);
        t->end = pos + len;
        if (t->kind == T_BAD) t->why = "this character has no meaning here";
    }
}

void lex_member(const struct lexer *l, uint32_t pos, const struct type *of,
                const struct scope *import, struct token *t)
{
    struct best b = {0};
    pos = lex_skip(l->text, pos);
    *t = (struct token){
        .kind = T_BAD, .start = pos, .end = pos, .why = "a name must follow the dot"};
    if (pos >= l->text.n) return;
    for (size_t i = 0; import && i < import->n; i++)
        consider(l, pos, import->symbols[i].name, &b);
    if (!b.end) consider_members(l, pos, of, &b);
    if (!b.end) consider_pool(l, pos, &b);
    static const char *const properties[] = {"time offset", "start included", "end included"};
    for (size_t i = 0; i < 3 && !b.end; i++) consider(l, pos, str_c(properties[i]), &b);
    uint32_t word = word_end(l->text, pos);
    if (b.end >= word && b.end) {
        *t = (struct token){.kind = T_NAME, .start = pos, .end = b.end, .text = b.name};
    } else if (word > pos) {
        uint32_t end = unknown_end(l->text, word);
        *t = (struct token){.kind = T_NAME,
                            .start = pos,
                            .end = end,
                            .text = lex_normal(l->arena, str_n(l->text.p + pos, end - pos))};
    }
}

static bool word_at(struct str s, uint32_t pos, const char *word)
{
    size_t n = strlen(word);
    if (pos + n > s.n || memcmp(s.p + pos, word, n) != 0) return false;
    uint32_t len, cp = peek(s, pos + (uint32_t)n, &len);
    return !len || !is_part(cp);
}

bool lex_declared(const struct lexer *l, uint32_t pos, const char *stop, const char *word,
                  struct token *t)
{
    pos = lex_skip(l->text, pos);
    uint32_t at = pos, end = pos;
    bool boundary = false;
    while (at < l->text.n && !strchr(stop, l->text.p[at])) {
        uint32_t len, cp = peek(l->text, at, &len);
        if (boundary && word && word_at(l->text, at, word)) break;
        if (is_space(cp)) {
            boundary = true;
        } else {
            if (!is_part(cp) && !(cp < 0x80 && strchr("./-'+*?", (int)cp))) return false;
            boundary = !is_part(cp);
            end = at + len;
        }
        at += len;
    }
    if (end == pos || (at >= l->text.n && !strchr(stop, 0))) return false;
    if (at >= l->text.n) return false;
    uint32_t len, cp = peek(l->text, pos, &len);
    if (!is_start(cp)) return false;
    *t = (struct token){.kind = T_NAME,
                        .start = pos,
                        .end = end,
                        .text = lex_normal(l->arena, str_n(l->text.p + pos, end - pos))};
    return true;
}

void pool_add(struct name_pool *p, struct str name)
{
    bool plain = true;
    for (size_t i = 0; i < name.n && plain; i++) plain = strchr(" ./-'+*?", name.p[i]) == NULL;
    if (plain || name.n == 0) return;
    if (map_has(&p->seen, name)) return;
    map_put(&p->seen, name, p);
    arena_push(p->arena, p->items, p->n, p->cap);
    p->items[p->n++] = name;
}
