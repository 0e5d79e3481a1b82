/* See offences.h. offences.csv (docs/packs.md):
 * list,citation,offence,grade,class,attempt,listed,from,to,source. The row that names the
 * citation most closely decides; rows of equal closeness that disagree leave it open. */
#include "custody/offences.h"
#include "base/csv.h"

enum verdict { OPEN, NOT_LISTED, LISTED, NONE }; /* NONE: no row speaks of it */

struct offence_row {
    size_t list;
    struct citation citation;
    unsigned grades; /* bits of enum grade; 0: any */
    /* the crime has no other grade: another one in the facts is a contradiction */
    bool always_felony;
    struct str classes[12];
    size_t n_classes; /* 0: any */
    bool attempt_counts;
    enum verdict verdict; /* OPEN: `if <fact>` */
    int64_t from, to;
};

enum column {
    COL_LIST,
    COL_CITATION,
    COL_OFFENCE,
    COL_GRADE,
    COL_CLASS,
    COL_ATTEMPT,
    COL_LISTED,
    COL_FROM,
    COL_TO,
    COL_SOURCE,
    COL_COUNT
};
static const char *const columns[COL_COUNT] = {"list",  "citation", "offence", "grade",
                                               "class", "attempt",  "listed",  "from",
                                               "to",    "source"};

static RC bad(long line, const char *id, const char *text, struct err *e)
{
    enum rc rc = FAIL(e, RC_INVALID, id, "%s", text);
    err_at(e, "offences.csv", (int)line, 0);
    return rc;
}

/* "Felony 3", "class 3 felony", "f3", "F-3" → "F3"; DF, M, DM, PO likewise. Empty when it is
 * not understood. */
static struct str class_key(struct arena *a, struct str s)
{
    static const struct {
        const char *from, *to;
    } words[] = {
        {"FELONY", "F"}, {"MISDEMEANOR", "M"}, {"DRUG", "D"}, {"CLASS", ""}, {"LEVEL", ""}};
    char letters[4] = {0}, digit = 0;
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t used = 0;
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (str_ieq(str_sub(s, i, strlen(words[w].from)), str_c(words[w].from))) {
                used = strlen(words[w].from);
                if (words[w].to[0] && n < 3) letters[n++] = words[w].to[0];
                break;
            }
        if (used) {
            i += used;
            continue;
        }
        char c = s.p[i++];
        if (c == ' ' || c == '-' || c == '.') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 32);
        if (c >= '0' && c <= '9' && !digit)
            digit = c;
        else if (c >= 'A' && c <= 'Z' && n < 3)
            letters[n++] = c;
        else
            return (struct str){NULL, 0};
    }
    bool degree = str_is(str_c(letters), "F") || str_is(str_c(letters), "M") ||
                  str_is(str_c(letters), "DF") || str_is(str_c(letters), "DM");
    if (degree && digit) return str_c(arena_printf(a, "%s%c", letters, digit));
    return str_is(str_c(letters), "PO") && !digit ? STR("PO") : (struct str){NULL, 0};
}

static enum grade grade_of_class(struct str key)
{
    if (key.n == 0) return GRADE_UNKNOWN;
    if (str_is(key, "PO")) return GRADE_PETTY;
    return key.p[key.n - 2] == 'F' ? GRADE_FELONY : GRADE_MISDEMEANOR;
}

/* 1*word separated by "|" */
static RC read_grades(struct str s, long line, struct offence_row *row, struct err *e)
{
    struct str word;
    if (str_is(s, "always felony")) {
        row->always_felony = true;
        return RC_OK;
    }
    while (s.n && str_cut(&s, '|', &word)) {
        enum grade g;
        if (!grade_from_word(str_trim(word), &g))
            return bad(line, "PACK-0033",
                       "column 'grade': felony, misdemeanor, petty, traffic, municipal or "
                       "wobbler, with '|' between, or always felony",
                       e);
        row->grades |= 1u << g;
    }
    return RC_OK;
}

static RC read_classes(struct arena *a, struct str s, long line, struct offence_row *row,
                       struct err *e)
{
    struct str word;
    while (s.n && str_cut(&s, '|', &word)) {
        struct str key = class_key(a, str_trim(word));
        if (key.n == 0 || row->n_classes == 12)
            return bad(line, "PACK-0034",
                       "column 'class': F1 to F6, DF1 to DF4, M1 to M3, DM1, DM2 or PO, with "
                       "'|' between",
                       e);
        row->classes[row->n_classes++] = key;
    }
    return RC_OK;
}

static RC read_listed(struct str s, long line, struct offence_row *row, struct err *e)
{
    row->verdict = str_is(s, "yes") ? LISTED : str_is(s, "no") ? NOT_LISTED : OPEN;
    if (row->verdict == OPEN && (!str_starts(s, STR("if ")) || s.n < 6))
        return bad(
            line, "PACK-0035",
            "column 'listed': yes, no, or 'if' and the fact that the citation does not show",
            e);
    return RC_OK;
}

static RC read_row(struct arena *a, const struct csv_row *csv, struct offence_table *t,
                   struct err *e)
{
    struct offence_row row = {.from = INT64_MIN, .to = INT64_MAX, .list = SIZE_MAX};
    struct str f[COL_COUNT];
    if (csv->n != COL_COUNT) return bad(csv->line, "PACK-0031", "a row has ten columns", e);
    for (size_t i = 0; i < COL_COUNT; i++) f[i] = str_dup(a, str_trim(csv->fields[i]));
    for (size_t i = 0; i < t->n_lists; i++)
        if (str_eq(f[COL_LIST], t->lists[i])) row.list = i;
    if (row.list == SIZE_MAX)
        return bad(csv->line, "PACK-0032",
                   "column 'list' names a list that pack.yaml does not have", e);
    if (!citation_parse_row(a, f[COL_CITATION], &row.citation))
        return bad(csv->line, "PACK-0036", "column 'citation' is not understood", e);
    TRY(read_grades(f[COL_GRADE], csv->line, &row, e));
    TRY(read_classes(a, f[COL_CLASS], csv->line, &row, e));
    TRY(read_listed(f[COL_LISTED], csv->line, &row, e));
    row.attempt_counts = str_is(f[COL_ATTEMPT], "counts");
    if (f[COL_ATTEMPT].n && !row.attempt_counts)
        return bad(csv->line, "PACK-0037", "column 'attempt': 'counts' or empty", e);
    if (f[COL_FROM].n && !date_parse(f[COL_FROM], &row.from))
        return bad(csv->line, "PACK-0038", "column 'from': a date as 2022-03-01 or empty", e);
    if (f[COL_TO].n && !date_parse(f[COL_TO], &row.to))
        return bad(csv->line, "PACK-0038", "column 'to': a date as 2022-03-01 or empty", e);
    if (row.from > row.to)
        return bad(csv->line, "PACK-0038", "column 'to' is before 'from'", e);
    if (f[COL_SOURCE].n == 0)
        return bad(csv->line, "PACK-0039",
                   "column 'source' is empty: every row says where it is from", e);
    arena_push(a, t->rows, t->n, t->cap);
    t->rows[t->n++] = row;
    return RC_OK;
}

static ptrdiff_t fill_from(void *ctx, char *into, size_t n)
{
    struct str *rest = ctx;
    n = n < rest->n ? n : rest->n;
    if (!n) return 0; /* an empty text may have no bytes at all */
    memcpy(into, rest->p, n);
    rest->p += n;
    rest->n -= n;
    return (ptrdiff_t)n;
}

RC offences_load(struct arena *a, struct str csv, struct offence_table *t, struct err *e)
{
    struct csv_row row;
    struct csv_reader *r = csv_open(a, fill_from, &csv, ',');
    enum rc rc = csv_next(r, &row, e);
    bool head = rc == RC_OK && row.n == COL_COUNT;
    for (size_t i = 0; head && i < COL_COUNT; i++)
        head = str_is(str_trim(row.fields[i]), columns[i]);
    if (!head)
        return bad(
            1, "PACK-0030",
            "the first line is list,citation,offence,grade,class,attempt,listed,from,to,source",
            e);
    while ((rc = csv_next(r, &row, e)) == RC_OK) {
        if (row.n == 1 && row.fields[0].n == 0) continue;
        TRY(read_row(a, &row, t, e));
    }
    if (rc == RC_NO) return RC_OK;
    err_at(e, "offences.csv", (int)row.line, 0);
    return rc;
}

struct subject { /* an offence as the rows look at it */
    struct citation citation;
    enum grade grade;
    struct str class;
    bool attempt;
};

static bool subject_of(struct arena *a, const struct offence *o, struct subject *ret)
{
    if (o->citation.n == 0 || !citation_parse(a, o->citation, &ret->citation)) return false;
    ret->class = class_key(a, o->class);
    ret->attempt = o->attempt == YES || ret->citation.inchoate;
    enum grade by_class = grade_of_class(ret->class);
    /* grade and class disagree */
    if (o->grade != GRADE_UNKNOWN && by_class != GRADE_UNKNOWN && o->grade != by_class)
        return false;
    ret->grade = o->grade != GRADE_UNKNOWN ? o->grade : by_class;
    return true;
}

/* What the row says of the subject, its citation apart. */
static enum verdict row_verdict(const struct offence_row *row, const struct subject *s)
{
    bool open = false;
    if (row->always_felony && s->grade != GRADE_UNKNOWN && s->grade != GRADE_FELONY &&
        !s->attempt)
        return OPEN;
    if (row->grades) {
        if (s->grade == GRADE_UNKNOWN || s->grade == GRADE_WOBBLER)
            open = true;
        else if (!(row->grades & 1u << s->grade))
            return NONE;
    }
    if (row->n_classes) {
        bool found = false;
        for (size_t i = 0; i < row->n_classes; i++)
            found = found || str_eq(row->classes[i], s->class);
        if (!found && s->class.n) return NONE;
        if (!found && s->grade != GRADE_UNKNOWN && s->grade != GRADE_WOBBLER &&
            s->grade != grade_of_class(row->classes[0]))
            return NONE;
        open = open || !found;
    }
    if (open) return OPEN;
    /* a class or grade says the same of an attempt */
    if (s->attempt && row->verdict == LISTED && row->citation.section.n) {
        if (!row->attempt_counts || s->grade == GRADE_UNKNOWN) return OPEN;
        if (s->grade != GRADE_FELONY) return NONE;
    }
    return row->verdict;
}

static enum verdict combine(enum verdict a, enum verdict b)
{
    if (a == NONE) return b;
    if (b == NONE || a == b) return a;
    return (a == LISTED && b == OPEN) || (a == OPEN && b == LISTED) ? LISTED : OPEN;
}

static enum verdict list_verdict(const struct offence_table *t, size_t list,
                                 const struct subject *s, int64_t day)
{
    enum verdict best = NONE;
    size_t depth = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct offence_row *row = &t->rows[i];
        if (row->list != list || day < row->from || day > row->to ||
            !citation_covers(&row->citation, &s->citation))
            continue;
        enum verdict v = row_verdict(row, s);
        size_t d = citation_depth(&row->citation);
        if (v == NONE || (best != NONE && d < depth)) continue;
        best = best != NONE && d == depth ? combine(best, v) : v;
        depth = d;
    }
    /* rows on a part of what is cited: it may be that part */
    for (size_t i = 0; i < t->n; i++) {
        const struct offence_row *row = &t->rows[i];
        bool part = row->list == list && day >= row->from && day <= row->to &&
                    citation_covers(&s->citation, &row->citation) &&
                    citation_depth(&row->citation) > citation_depth(&s->citation);
        enum verdict v = part ? row_verdict(row, s) : NONE;
        if (v != NONE && v != best) best = OPEN;
    }
    return best;
}

/* Lists are named strongest first: what a later list could add, an earlier one has given
 * already, so that an open later list does not undo an earlier yes. */
RC offences_classify(const struct offence_table *t, struct arena *a, const struct offence *o,
                     int64_t day, struct str **ret, size_t *ret_n)
{
    struct subject s;
    struct str *found = arena_array(a, struct str, t->n_lists + 1);
    size_t n = 0;
    if (!subject_of(a, o, &s)) return RC_NO;
    for (size_t i = 0; i < t->n_lists; i++) {
        enum verdict v = list_verdict(t, i, &s, day);
        if (v == LISTED)
            found[n++] = t->lists[i];
        else if (v != NOT_LISTED && n == 0)
            return RC_NO;
    }
    *ret = found;
    *ret_n = n;
    return RC_OK;
}

/* Grows by one at each beginning and end of a row, so that it is the same on two days only if
 * nothing lies between them. */
size_t offences_era(const struct offence_table *t, int64_t day)
{
    size_t era = 0;
    for (size_t i = 0; i < t->n; i++)
        era += (size_t)(t->rows[i].from <= day) + (size_t)(t->rows[i].to < day);
    return era;
}
