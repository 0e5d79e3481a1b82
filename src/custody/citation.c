/* See citation.h. */
#include "custody/citation.h"
#include "base/buf.h"

struct reader {
    struct arena *arena;
    struct str s; /* upper case */
    size_t at;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static char peek(const struct reader *r, size_t ahead)
{
    return r->at + ahead < r->s.n ? r->s.p[r->at + ahead] : '\0';
}

static void blanks(struct reader *r)
{
    while (peek(r, 0) == ' ' || peek(r, 0) == '\t') r->at++;
}

static bool word(struct reader *r, const char *w)
{
    if (!str_starts(str_sub(r->s, r->at, r->s.n), str_c(w))) return false;
    r->at += strlen(w);
    blanks(r);
    return true;
}

/* digits ["." digits] [letter]: a title, article or section number. */
static bool number(struct reader *r, struct buf *into)
{
    size_t from = r->at;
    while (is_digit(peek(r, 0))) r->at++;
    if (r->at == from) return false;
    if (peek(r, 0) == '.' && is_digit(peek(r, 1)))
        for (r->at++; is_digit(peek(r, 0));) r->at++;
    buf_add(into, r->s.p + from, r->at - from);
    return true;
}

static bool sign(struct reader *r, char c, struct buf *into)
{
    if (peek(r, 0) != c) return false;
    r->at++;
    buf_ch(into, c);
    return true;
}

/* title "-" article "-" section */
static bool section_crs(struct reader *r, struct buf *into)
{
    return number(r, into) && sign(r, '-', into) && number(r, into) && sign(r, '-', into) &&
           number(r, into);
}

/* chapter ("ILCS" | "-" | "/") act "/" (article "-" section | section) */
static bool section_ilcs(struct reader *r, struct buf *into)
{
    if (!number(r, into)) return false;
    blanks(r);
    if (!word(r, "ILCS") && !word(r, "-") && !word(r, "/")) return false;
    buf_ch(into, '/');
    if (!number(r, into)) return false;
    blanks(r);
    if (!sign(r, '/', into)) return false;
    blanks(r);
    if (!number(r, into)) return false;
    if (is_upper(peek(r, 0))) buf_ch(into, r->s.p[r->at++]); /* 720 ILCS 5/24A-1 */
    return !sign(r, '-', into) || number(r, into);
}

/* "(" 1*6(letter / digit) ")" …; "(1a)" is two subsections run together. */
static bool subsections(struct reader *r, struct citation *ret)
{
    for (blanks(r); peek(r, 0) == '('; blanks(r)) {
        r->at++;
        blanks(r);
        size_t from = r->at;
        while (is_digit(peek(r, 0)) || is_upper(peek(r, 0)) ||
               (peek(r, 0) == '.' && r->at > from)) {
            bool turns = r->at > from && peek(r, 0) != '.' && r->s.p[r->at - 1] != '.' &&
                         is_digit(peek(r, 0)) != is_digit(r->s.p[r->at - 1]);
            if (turns) {
                if (ret->n_subs == 8) return false;
                ret->subs[ret->n_subs++] = str_sub(r->s, from, r->at - from);
                from = r->at;
            }
            r->at++;
        }
        size_t n = r->at - from;
        blanks(r);
        if (n == 0 || n > 6 || peek(r, 0) != ')' || ret->n_subs == 8) return false;
        ret->subs[ret->n_subs++] = str_sub(r->s, from, n);
        r->at++;
    }
    return true;
}

static void prefix(struct reader *r, struct citation *ret)
{
    static const struct {
        const char *text;
        enum citation_code code;
    } prefixes[] = {
        {"COLO. REV. STAT.", CITATION_CRS}, {"COLO REV STAT", CITATION_CRS},
        {"C.R.S.", CITATION_CRS},           {"CRS", CITATION_CRS},
        {"D.R.M.C.", CITATION_DRMC},        {"DRMC", CITATION_DRMC},
    };
    blanks(r);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (ret->code == CITATION_ANY && word(r, prefixes[i].text))
            ret->code = prefixes[i].code;
    while (word(r, "\xc2\xa7") || word(r, "SECTION") || word(r, "SEC.")) continue;
}

/* C.R.S. 18-2-101, 18-2-201, 18-2-301; 720 ILCS 5/8-1, 8-1.1, 8-2, 8-4: they name no crime by
 * themselves. */
static bool is_inchoate(const struct citation *c)
{
    static const char *const sections[] = {"18-2-101",  "18-2-201",    "18-2-301",
                                           "720/5/8-1", "720/5/8-1.1", "720/5/8-1.2",
                                           "720/5/8-2", "720/5/8-4"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (str_is(c->section, sections[i])) return true;
    return false;
}

static bool one(struct reader *r, struct citation *ret)
{
    struct buf section = buf_in(r->arena);
    *ret = (struct citation){0};
    prefix(r, ret);
    size_t start = r->at;
    if (ret->code == CITATION_DRMC) { /* ordinances are only told apart as such */
        while (is_digit(peek(r, 0)) || peek(r, 0) == '-' || peek(r, 0) == '.') r->at++;
        ret->section = str_sub(r->s, start, r->at - start);
        return ret->section.n > 0 && subsections(r, ret);
    }
    if (section_crs(r, &section))
        ret->code = CITATION_CRS;
    else {
        if (ret->code == CITATION_CRS) return false;
        r->at = start;
        section = buf_in(r->arena);
        if (!section_ilcs(r, &section)) return false;
        ret->code = CITATION_ILCS;
    }
    ret->section = buf_str(&section);
    ret->inchoate = is_inchoate(ret);
    return true;
}

/* `720-5/8-4 (24-1.1 (A))`: an attempt with the crime of the same act in brackets. */
static bool bracketed(struct reader *r, struct citation *ret)
{
    struct reader t = *r;
    struct buf section = buf_in(r->arena);
    struct citation inner = {.code = CITATION_ILCS, .inchoate = true};
    if (ret->code != CITATION_ILCS || !ret->inchoate) return false;
    blanks(&t);
    if (peek(&t, 0) != '(') return false;
    t.at++;
    blanks(&t);
    buf_c(&section, "720/5/"); /* where every inchoate section of Illinois stands */
    if (!number(&t, &section)) return false;
    if (is_upper(peek(&t, 0))) buf_ch(&section, t.s.p[t.at++]);
    if (!sign(&t, '-', &section) || !number(&t, &section) || !subsections(&t, &inner) ||
        peek(&t, 0) != ')')
        return false;
    t.at++;
    inner.section = buf_str(&section);
    *ret = inner;
    *r = t;
    return true;
}

static bool separator(struct reader *r)
{
    blanks(r);
    return word(r, ";") || word(r, ",") || word(r, "&") || word(r, "+") || word(r, "AND ") ||
           word(r, "/");
}

static struct reader reader_of(struct arena *a, struct str text)
{
    char *upper = arena_strndup(a, text.p ? text.p : "", text.n);
    for (size_t i = 0; i < text.n; i++)
        if (upper[i] >= 'a' && upper[i] <= 'z') upper[i] = (char)(upper[i] - 32);
    return (struct reader){.arena = a, .s = str_trim(str_n(upper, text.n))};
}

/* A citation, or two of which one is inchoate. More, or anything left over, is not
 * understood. */
bool citation_parse(struct arena *a, struct str text, struct citation *ret)
{
    struct reader r = reader_of(a, text);
    struct citation second;
    bool attempt = word(&r, "ATTEMPTED ") || word(&r, "ATTEMPT ") || word(&r, "ATT ");
    if (!one(&r, ret) || (!bracketed(&r, ret) && !subsections(&r, ret))) return false;
    if (separator(&r)) {
        if (!one(&r, &second) || !subsections(&r, &second) ||
            ret->inchoate == second.inchoate || ret->code != second.code)
            return false;
        if (ret->inchoate) *ret = second;
        ret->inchoate = true;
    }
    ret->inchoate = ret->inchoate || attempt;
    blanks(&r);
    return r.at == r.s.n;
}

bool citation_parse_row(struct arena *a, struct str text, struct citation *ret)
{
    static const struct {
        const char *text;
        enum citation_code code;
    } codes[] = {
        {"C.R.S. *", CITATION_CRS}, {"ILCS *", CITATION_ILCS}, {"D.R.M.C. *", CITATION_DRMC}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (str_is(text, codes[i].text)) {
            *ret = (struct citation){.code = codes[i].code};
            return true;
        }
    return citation_parse(a, text, ret);
}

bool citation_covers(const struct citation *row, const struct citation *c)
{
    if (row->code != c->code) return false;
    if (row->section.n == 0) return true;
    if (!str_eq(row->section, c->section) || row->n_subs > c->n_subs) return false;
    for (size_t i = 0; i < row->n_subs; i++)
        if (!str_eq(row->subs[i], c->subs[i])) return false;
    return true;
}

size_t citation_depth(const struct citation *c) { return c->section.n ? 1 + c->n_subs : 0; }
