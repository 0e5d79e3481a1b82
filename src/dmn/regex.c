/* Regular expressions of XPath and XQuery (F&O 3.1 §5.6.1, XML Schema part 2 appendix G) on
 * PCRE2. A pattern is read by XPath's grammar, which is smaller than PCRE2's, and written again
 * in a form that means the same there: what XPath does not know (look-around, \b, possessive
 * quantifiers, POSIX classes, `{` as a character …) is refused before PCRE2 sees anything.
 * Characters are written as themselves or as \x{…}, classes as lists of ranges and properties,
 * subtraction [A-Z-[OI]] as (?:(?![OI])[A-Z]).
 *
 * Matching has a fixed budget of steps and memory, so that no pattern can hold a run; there is
 * no JIT, so that the budget means the same everywhere. */
#include "dmn/regex.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "dmn/regex_blocks.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { GROUPS_MAX = 200, REPEAT_MAX = 65535, CLASS_DEPTH = 20, PATTERN_MAX = 20000 };
enum { STEPS = 2000000, HEAP_KIB = 16384 };

struct regex {
    pcre2_code *code;
    uint32_t groups;
    bool literal; /* flag q: a replacement is literal as well */
};

/* Translation */

struct translation {
    const char *p, *end;
    struct buf out;
    const char *why; /* NULL while all is well */
    bool dot_all, lines;
    int groups;           /* opened so far */
    int open[GROUPS_MAX]; /* numbers of the groups that are open, 0 for (?: */
    int n_open;
    bool closed[GROUPS_MAX + 1];
};

static bool fail(struct translation *t, const char *why)
{
    if (!t->why) t->why = why;
    return false;
}

static bool at_end(const struct translation *t) { return t->p >= t->end; }

static bool next_is(const struct translation *t, char c) { return t->p < t->end && *t->p == c; }

static bool eat(struct translation *t, char c)
{
    if (!next_is(t, c)) return false;
    t->p++;
    return true;
}

static void put_char(struct translation *t, uint32_t c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        buf_ch(&t->out, (char)c);
    else
        buf_printf(&t->out, "\\x{%x}", c);
}

/* XML's NameStartChar (\i) and what NameChar (\c) has beyond it. */
static const uint32_t name_start[][2] = {
    {':', ':'},       {'A', 'Z'},       {'_', '_'},       {'a', 'z'},
    {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x2ff},    {0x370, 0x37d},
    {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f}, {0x2c00, 0x2fef},
    {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
static const uint32_t name_char[][2] = {
    {'-', '.'},       {'0', ':'},       {'A', 'Z'},        {'_', '_'},       {'a', 'z'},
    {0xb7, 0xb7},     {0xc0, 0xd6},     {0xd8, 0xf6},      {0xf8, 0x37d},    {0x37f, 0x1fff},
    {0x200c, 0x200d}, {0x203f, 0x2040}, {0x2070, 0x218f},  {0x2c00, 0x2fef}, {0x3001, 0xd7ff},
    {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff}};
static const uint32_t blanks[][2] = {{9, 10}, {13, 13}, {' ', ' '}};

/* PCRE2 takes no surrogate as the end of a range. */
static void put_range(struct buf *b, uint32_t from, uint32_t to)
{
    if (from >= 0xd800 && from <= 0xdfff) from = 0xe000;
    if (to >= 0xd800 && to <= 0xdfff) to = 0xd7ff;
    if (from <= to) buf_printf(b, "\\x{%x}-\\x{%x}", from, to);
}

static void put_ranges(struct buf *b, const uint32_t (*r)[2], size_t n, bool complement)
{
    uint32_t from = 0;
    for (size_t i = 0; i < n; i++) {
        if (!complement)
            put_range(b, r[i][0], r[i][1]);
        else if (r[i][0] > from)
            put_range(b, from, r[i][0] - 1);
        from = r[i][1] + 1;
    }
    if (complement && from <= 0x10ffff) put_range(b, from, 0x10ffff);
}

#define PUT_RANGES(b, r, complement) put_ranges((b), (r), sizeof(r) / sizeof *(r), (complement))

/* \p{…} and \P{…}: a general category or a block, as members of a class. */
static bool put_property(struct translation *t, bool complement)
{
    static const char categories[] =
        " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm"
        " Sc Sk So C Cc Cf Co Cn ";
    if (!eat(t, '{')) return fail(t, "\\p needs a name in braces");
    const char *from = t->p;
    while (!at_end(t) && *t->p != '}') t->p++;
    struct str name = str_n(from, (size_t)(t->p - from));
    if (!eat(t, '}')) return fail(t, "\\p{ has no }");
    char key[8] = " ";
    if (name.n >= 1 && name.n <= 2) {
        memcpy(key + 1, name.p, name.n);
        key[1 + name.n] = ' ';
        if (memchr(name.p, ' ', name.n) || !strstr(categories, key))
            return fail(t, "no such category in \\p{}");
        buf_printf(&t->out, "\\%c{%.*s}", complement ? 'P' : 'p', STR_ARG(name));
        return true;
    }
    if (!str_starts(name, STR("Is"))) return fail(t, "no such category in \\p{}");
    name = str_sub(name, 2, name.n);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (!str_is(name, blocks[i].name)) continue;
        const uint32_t range[1][2] = {{blocks[i].from, blocks[i].to}};
        PUT_RANGES(&t->out, range, complement);
        return true;
    }
    return fail(t, "no such block in \\p{Is…}");
}

/* After a backslash: a class such as \d, written as members of a class. False without `why`: it
 * is none. */
static bool put_class_escape(struct translation *t)
{
    char c = at_end(t) ? 0 : *t->p;
    struct buf *b = &t->out;
    switch (c) {
    case 's':
    case 'S': PUT_RANGES(b, blanks, c == 'S'); break;
    case 'i':
    case 'I': PUT_RANGES(b, name_start, c == 'I'); break;
    case 'c':
    case 'C': PUT_RANGES(b, name_char, c == 'C'); break;
    case 'd': buf_c(b, "\\p{Nd}"); break;
    case 'D': buf_c(b, "\\P{Nd}"); break;
    case 'w':
        buf_c(b, "\\p{L}\\p{M}\\p{N}\\p{S}");
        break; /* all but punctuation, separators, others */
    case 'W': buf_c(b, "\\p{P}\\p{Z}\\p{C}"); break;
    case 'p':
    case 'P': t->p++; return put_property(t, c == 'P');
    default: return false;
    }
    t->p++;
    return true;
}

/* After a backslash: a single character. */
static bool single_escape(struct translation *t, uint32_t *ret)
{
    char c = at_end(t) ? 0 : *t->p;
    if (c == 'n')
        *ret = '\n';
    else if (c == 'r')
        *ret = '\r';
    else if (c == 't')
        *ret = '\t';
    else if (c && strchr("\\|.?*+(){}-[]^$", c))
        *ret = (unsigned char)c;
    else
        return fail(t, "unknown escape after \\");
    t->p++;
    return true;
}

static bool class_char(struct translation *t, uint32_t *ret)
{
    if (at_end(t)) return fail(t, "[ has no ]");
    if (eat(t, '\\')) return single_escape(t, ret);
    if (*t->p == '[' || *t->p == ']') return fail(t, "[ and ] within a class need a backslash");
    *ret = utf8_next(&t->p);
    return true;
}

/* One member: a class escape, a character, or a range. A bare - stands only first or last. */
static bool class_member(struct translation *t, bool first)
{
    uint32_t from, to;
    bool escaped = next_is(t, '\\');
    if (escaped) {
        t->p++;
        if (put_class_escape(t)) return true;
        if (t->why) return false;
        t->p--;
    }
    bool bare = next_is(t, '-');
    if (!class_char(t, &from)) return false;
    if (bare && !first && !next_is(t, ']') &&
        !(next_is(t, '-') && t->p + 1 < t->end && t->p[1] == '['))
        return fail(t, "- within a class needs a backslash");
    to = from;
    bool range = next_is(t, '-') && t->p + 1 < t->end && t->p[1] != ']' && t->p[1] != '[';
    if (range && !(bare && first)) {
        t->p++;
        if (next_is(t, '-')) return fail(t, "- cannot end a range");
        if (!class_char(t, &to)) return false;
        if (to < from) return fail(t, "a range in a class runs backwards");
    }
    put_char(t, from);
    if (to != from) {
        buf_ch(&t->out, '-');
        put_char(t, to);
    }
    return true;
}

/* Behind the [. Subtraction comes after the class but must be written before it. */
static bool put_class(struct translation *t, int depth)
{
    if (depth > CLASS_DEPTH) return fail(t, "classes are nested too deep");
    struct buf outer = t->out;
    t->out = buf_in(outer.arena);
    buf_c(&t->out, eat(t, '^') ? "[^" : "[");
    bool first = true, subtract = false;
    while (!next_is(t, ']')) {
        if (at_end(t)) return fail(t, "[ has no ]");
        if (!first && next_is(t, '-') && t->p + 1 < t->end && t->p[1] == '[') {
            t->p += 2;
            subtract = true;
            break;
        }
        if (!class_member(t, first)) return false;
        first = false;
    }
    if (first) return fail(t, "a class has no members");
    buf_ch(&t->out, ']');
    struct buf members = t->out;
    t->out = outer;
    if (subtract) {
        buf_c(&t->out, "(?:(?!");
        if (!put_class(t, depth + 1)) return false;
        buf_ch(&t->out, ')');
    }
    buf_str_add(&t->out, buf_str(&members));
    if (subtract) buf_ch(&t->out, ')');
    return eat(t, ']') || fail(t, "[ has no ]");
}

/* Behind \: digits name a group that is closed already; as many digits as there are groups
 * for. */
static bool put_back_reference(struct translation *t)
{
    int n = *t->p++ - '0';
    while (n > 0 && !at_end(t) && *t->p >= '0' && *t->p <= '9' &&
           n * 10 + (*t->p - '0') <= t->groups)
        n = n * 10 + (*t->p++ - '0');
    if (n == 0 || n > t->groups)
        return fail(t, "a back-reference to a group that is not there");
    if (!t->closed[n]) return fail(t, "a back-reference within its own group");
    buf_printf(&t->out, "\\g{%d}", n);
    return true;
}

static bool put_escape(struct translation *t)
{
    uint32_t c;
    if (!at_end(t) && *t->p >= '0' && *t->p <= '9') return put_back_reference(t);
    struct buf outer = t->out;
    t->out = buf_in(outer.arena);
    bool is_class = put_class_escape(t);
    struct buf members = t->out;
    t->out = outer;
    if (t->why) return false;
    if (is_class) {
        buf_ch(&t->out, '[');
        buf_str_add(&t->out, buf_str(&members));
        buf_ch(&t->out, ']');
        return true;
    }
    if (!single_escape(t, &c)) return false;
    put_char(t, c);
    return true;
}

static bool read_count(struct translation *t, int *ret)
{
    const char *from = t->p;
    int n = 0;
    while (!at_end(t) && *t->p >= '0' && *t->p <= '9') {
        n = n * 10 + (*t->p++ - '0');
        if (n > REPEAT_MAX) return fail(t, "a repetition is more than 65535");
    }
    *ret = n;
    return t->p > from || fail(t, "{ needs a number");
}

/* ? * + {n} {n,} {n,m}, each with ? for reluctant. */
static bool put_quantifier(struct translation *t)
{
    int low, high;
    if (at_end(t) || !strchr("?*+{", *t->p)) return true;
    char c = *t->p++;
    if (c != '{') {
        buf_ch(&t->out, c);
    } else {
        if (!read_count(t, &low)) return false;
        buf_printf(&t->out, "{%d", low);
        if (eat(t, ',')) {
            buf_ch(&t->out, ',');
            if (!next_is(t, '}')) {
                if (!read_count(t, &high)) return false;
                if (high < low) return fail(t, "a repetition runs backwards");
                buf_printf(&t->out, "%d", high);
            }
        }
        if (!eat(t, '}')) return fail(t, "{ has no }");
        buf_ch(&t->out, '}');
    }
    if (eat(t, '?')) buf_ch(&t->out, '?');
    return true;
}

static bool open_group(struct translation *t)
{
    if (t->n_open == GROUPS_MAX || t->groups == GROUPS_MAX) return fail(t, "too many groups");
    if (eat(t, '?')) {
        if (!eat(t, ':')) return fail(t, "only (?: is known after (?");
        buf_c(&t->out, "(?:");
        t->open[t->n_open++] = 0;
    } else {
        buf_ch(&t->out, '(');
        t->open[t->n_open++] = ++t->groups;
    }
    return true;
}

static bool close_group(struct translation *t)
{
    if (t->n_open == 0) return fail(t, ") without (");
    t->closed[t->open[--t->n_open]] = true;
    buf_ch(&t->out, ')');
    return true;
}

static bool put_atom(struct translation *t)
{
    char c = *t->p;
    switch (c) {
    case '\\': t->p++; return put_escape(t);
    case '[': t->p++; return put_class(t, 0);
    case ')': t->p++; return close_group(t);
    case '.':
        t->p++;
        buf_c(&t->out, t->dot_all ? "[\\x{0}-\\x{10ffff}]" : "[^\\n\\r]");
        return true;
    case '^':
        t->p++;
        buf_c(&t->out, "(?:^)");
        return true;
    case '$': /* flag m: no empty line follows a newline that ends the text (F&O 3.1 5.6.2) */
        t->p++;
        buf_c(&t->out, t->lines ? "(?:(?=\\n)|(?<!\\n)\\z)" : "(?:$)");
        return true;
    case '?':
    case '*':
    case '+':
    case '{': return fail(t, "a quantifier has nothing before it");
    case '}':
    case ']': return fail(t, "} and ] need a backslash");
    default: put_char(t, utf8_next(&t->p)); return true;
    }
}

static bool translate(struct translation *t)
{
    while (!at_end(t)) {
        if (eat(t, '|')) {
            buf_ch(&t->out, '|');
        } else if (eat(t, '(')) {
            if (!open_group(t)) return false;
        } else if (!put_atom(t) || !put_quantifier(t)) {
            return false;
        }
    }
    return t->n_open == 0 || fail(t, "( has no )");
}

/* Flag x: white space goes, except within classes. */
static struct str without_blanks(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    int depth = 0;
    bool escaped = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
        p[n++] = c;
        if (!escaped && c == '[') depth++;
        if (!escaped && c == ']' && depth) depth--;
        escaped = !escaped && c == '\\';
    }
    return str_n(p, n);
}

struct flags {
    bool s, m, i, x, q;
};

static bool read_flags(struct str text, struct flags *f)
{
    for (size_t i = 0; i < text.n; i++) {
        switch (text.p[i]) {
        case 's': f->s = true; break;
        case 'm': f->m = true; break;
        case 'i': f->i = true; break;
        case 'x': f->x = true; break;
        case 'q': f->q = true; break;
        default: return false;
        }
    }
    return true;
}

const struct regex *regex_compile(struct arena *a, struct str pattern, struct str flags,
                                  const char **ret_why)
{
    struct flags f = {0};
    struct translation t = {.out = buf_in(a)};
    *ret_why = NULL;
    if (!read_flags(flags, &f)) return *ret_why = "the flags are s, m, i, x and q", NULL;
    if (pattern.n > PATTERN_MAX) return *ret_why = "it is too long", NULL;
    if (f.x && !f.q) pattern = without_blanks(a, pattern);
    t.p = pattern.p, t.end = pattern.p + pattern.n, t.dot_all = f.s, t.lines = f.m;
    if (f.q)
        while (!at_end(&t)) put_char(&t, utf8_next(&t.p));
    else if (!translate(&t))
        return *ret_why = t.why, NULL;

    uint32_t options =
        PCRE2_UTF | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    if (f.i) options |= PCRE2_CASELESS;
    if (f.m && !f.q) options |= PCRE2_MULTILINE;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    int error;
    PCRE2_SIZE offset;
    struct str text = buf_str(&t.out);
    if (!context) return *ret_why = "out of memory", NULL;
    (void)pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)text.p, text.n, options, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code) return *ret_why = "it is too large or too deeply nested", NULL;
    struct regex *r = arena_new(a, struct regex);
    *r = (struct regex){.code = code, .groups = (uint32_t)t.groups, .literal = f.q};
    return r;
}

void regex_free(const struct regex *r)
{
    if (r) pcre2_code_free(r->code);
}

/* Matching */

struct matcher {
    const struct regex *r;
    struct str text;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static void matcher_done(struct matcher *m)
{
    pcre2_match_data_free(m->data);
    pcre2_match_context_free(m->context);
}

static bool matcher_init(struct matcher *m, const struct regex *r, struct str text)
{
    *m = (struct matcher){.r = r,
                          .text = text,
                          .data = pcre2_match_data_create_from_pattern(r->code, NULL),
                          .context = pcre2_match_context_create(NULL)};
    if (!m->data || !m->context) {
        matcher_done(m);
        return false;
    }
    (void)pcre2_set_match_limit(m->context, STEPS);
    (void)pcre2_set_heap_limit(m->context, HEAP_KIB);
    return true;
}

/* 1: found, ret_at and ret_to are set; 0: not; -1: budget. */
static int match_from(struct matcher *m, size_t from, size_t *ret_at, size_t *ret_to)
{
    int rc = pcre2_match(m->r->code, (PCRE2_SPTR)(m->text.p ? m->text.p : ""), m->text.n, from,
                         from ? PCRE2_NO_UTF_CHECK : 0, m->data, m->context);
    if (rc == PCRE2_ERROR_NOMATCH) return 0;
    if (rc < 0) return -1;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
    *ret_at = at[0], *ret_to = at[1];
    return 1;
}

int regex_matches(const struct regex *r, struct str text)
{
    struct matcher m;
    size_t at, to;
    if (!matcher_init(&m, r, text)) return -1;
    int found = match_from(&m, 0, &at, &to);
    matcher_done(&m);
    return found;
}

static struct str group_text(const struct matcher *m, uint32_t group)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(m->data);
    if (group > m->r->groups || at[2 * group] == PCRE2_UNSET) return STR("");
    return str_n(m->text.p + at[2 * group], at[2 * group + 1] - at[2 * group]);
}

static const char too_slow[] = "the regular expression takes too many steps";
static const char matches_empty[] = "the regular expression matches the empty string";
static const char too_long[] = "the result is too long";

/* NULL or what is wrong. $N takes as many digits as there are groups for; $ and \ must be
 * escaped otherwise. */
static const char *put_replacement(struct buf *b, const struct matcher *m,
                                   struct str replacement)
{
    static const char bad[] = "in the replacement, $ needs a digit and \\ needs $ or \\";
    if (!arena_fits(b->arena, 2 * replacement.n)) return too_long;
    if (m->r->literal) {
        buf_str_add(b, replacement);
        return NULL;
    }
    for (size_t i = 0; i < replacement.n; i++) {
        char c = replacement.p[i];
        char next = i + 1 < replacement.n ? replacement.p[i + 1] : 0;
        if (c == '\\') {
            if (next != '\\' && next != '$') return bad;
            buf_ch(b, next);
            i++;
        } else if (c == '$') {
            if (next < '0' || next > '9') return bad;
            uint32_t group = (uint32_t)(next - '0');
            for (i++; i + 1 < replacement.n; i++) {
                char digit = replacement.p[i + 1];
                if (digit < '0' || digit > '9' ||
                    group * 10 + (uint32_t)(digit - '0') > m->r->groups)
                    break;
                group = group * 10 + (uint32_t)(digit - '0');
            }
            struct str part = group_text(m, group);
            if (!arena_fits(b->arena, 2 * part.n)) return too_long;
            buf_str_add(b, part);
        } else {
            buf_ch(b, c);
        }
    }
    return NULL;
}

bool regex_replace(struct arena *a, const struct regex *r, struct str text,
                   struct str replacement, struct str *ret, const char **ret_why)
{
    struct matcher m;
    struct buf b = buf_in(a);
    size_t from = 0, at, to;
    int found;
    *ret_why = NULL;
    if (regex_matches(r, STR("")) != 0) return *ret_why = matches_empty, false;
    if (!text.p) text = STR("");
    if (!matcher_init(&m, r, text)) return *ret_why = "out of memory", false;
    while ((found = match_from(&m, from, &at, &to)) > 0 && !*ret_why) {
        buf_add(&b, text.p + from, at - from);
        *ret_why = put_replacement(&b, &m, replacement);
        if (to == at) *ret_why = matches_empty;
        from = to;
    }
    matcher_done(&m);
    if (found < 0) *ret_why = too_slow;
    if (*ret_why) return false;
    buf_add(&b, text.p + from, text.n - from);
    *ret = buf_str(&b);
    return true;
}

bool regex_split(struct arena *a, const struct regex *r, struct str text, struct str **ret,
                 size_t *ret_n, const char **ret_why)
{
    struct matcher m;
    struct str *pieces = NULL;
    size_t n = 0, cap = 0, from = 0, at, to;
    int found;
    *ret_why = NULL;
    if (regex_matches(r, STR("")) != 0) return *ret_why = matches_empty, false;
    if (!text.p) text = STR("");
    if (!matcher_init(&m, r, text)) return *ret_why = "out of memory", false;
    while ((found = match_from(&m, from, &at, &to)) > 0 && !*ret_why) {
        arena_push(a, pieces, n, cap);
        pieces[n++] = str_n(text.p + from, at - from);
        if (to == at) *ret_why = matches_empty;
        from = to;
    }
    matcher_done(&m);
    if (found < 0) *ret_why = too_slow;
    if (*ret_why) return false;
    arena_push(a, pieces, n, cap);
    pieces[n++] = str_n(text.p + from, text.n - from);
    *ret = pieces, *ret_n = n;
    return true;
}
