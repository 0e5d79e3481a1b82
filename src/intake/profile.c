/* See profile.h. */
#include "intake/profile.h"
#include "base/yaml.h"
#include "custody/status.h"
#include "os/file.h"

static const struct {
    const char *name, *text;
} shipped[] = {
#include "profiles.inc"
};

static const char *const words[] = {
#define _(id, word) word,
    FIELD_LIST(_)
#undef _
};

const char *field_word(enum field f) { return words[f]; }

static bool field_from_word(struct str s, enum field *ret)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (str_is(s, words[f])) {
            *ret = (enum field)f;
            return true;
        }
    return false;
}

static RC wrong(const char *name, const struct json *at, const char *what, struct err *e)
{
    err_set(e, RC_INVALID, "PROF-0001", __FILE__, __LINE__, "%s", what);
    err_at(e, name, at ? at->line : 0, at ? at->column : 0);
    return RC_INVALID;
}

static RC check_members(const struct json *object, const char *const *known, const char *name,
                        struct err *e)
{
    for (size_t i = 0; i < json_len(object); i++) {
        bool found = false;
        for (const char *const *k = known; *k; k++)
            found = found || str_is(object->object.members[i].key, *k);
        if (!found)
            return wrong(name, object->object.members[i].value, "a profile has no such member",
                         e);
    }
    return RC_OK;
}

/* A text or a list of texts. */
static RC read_texts(struct arena *a, const struct json *v, const char *name, struct str **ret,
                     size_t *ret_n, struct err *e)
{
    size_t n = v->type == JSON_ARRAY ? json_len(v) : 1;
    struct str *texts = arena_array(a, struct str, n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        const struct json *item = v->type == JSON_ARRAY ? json_at(v, i) : v;
        texts[i] = str_dup(a, str_trim(json_str(item)));
        if (texts[i].n == 0) return wrong(name, item, "a column name is text", e);
    }
    *ret = texts;
    *ret_n = n;
    return RC_OK;
}

static RC read_gives(const struct json *v, const char *name, unsigned *ret, struct err *e)
{
    static const char *const kinds[] = {"booking", "charge", "release", "trigger"};
    for (size_t i = 0; i < json_len(v); i++) {
        unsigned bit = 0;
        for (unsigned k = 0; k < 4; k++)
            if (str_is(json_str(json_at(v, i)), kinds[k])) bit = 1u << k;
        if (!bit)
            return wrong(name, json_at(v, i), "gives lists booking, charge, release or trigger",
                         e);
        *ret |= bit;
    }
    if (!*ret) return wrong(name, v, "gives lists booking, charge, release or trigger", e);
    return RC_OK;
}

static RC read_sheet(struct arena *a, const struct json *v, const char *name,
                     struct profile_sheet *sheet, struct err *e)
{
    static const char *const known[] = {"name",     "gives",   "columns",
                                        "required", "ignored", NULL};
    TRY(check_members(v, known, name, e));
    sheet->name = str_dup(a, json_text(v, "name"));
    TRY(read_gives(json_get(v, "gives"), name, &sheet->gives, e));
    const struct json *columns = json_get(v, "columns"), *required = json_get(v, "required");
    for (size_t i = 0; columns && columns->type == JSON_OBJECT && i < json_len(columns); i++) {
        const struct json_member *m = &columns->object.members[i];
        enum field f;
        if (!field_from_word(m->key, &f))
            return wrong(name, m->value, "no such field; docs/import.md lists them", e);
        TRY(read_texts(a, m->value, name, &sheet->columns[f], &sheet->n_columns[f], e));
    }
    for (size_t i = 0; i < json_len(required); i++) {
        enum field f;
        if (!field_from_word(json_str(json_at(required, i)), &f))
            return wrong(name, json_at(required, i), "no such field", e);
        if (!sheet->n_columns[f])
            return wrong(name, json_at(required, i), "a required field needs a column", e);
        sheet->required[f] = true;
    }
    sheet->required[FIELD_BOOKING_NUMBER] = true;
    if (!sheet->n_columns[FIELD_BOOKING_NUMBER])
        return wrong(name, v, "a sheet needs a column for booking_number", e);
    const struct json *ignored = json_get(v, "ignored");
    return ignored ? read_texts(a, ignored, name, &sheet->ignored, &sheet->n_ignored, e)
                   : RC_OK;
}

static RC read_field_texts(struct arena *a, const struct json *v, const char *name,
                           struct str *ret, struct err *e)
{
    for (size_t i = 0; v && i < json_len(v); i++) {
        const struct json_member *m = &v->object.members[i];
        enum field f;
        if (!field_from_word(m->key, &f) || !json_str(m->value).p)
            return wrong(name, m->value, "wanted a field and a text", e);
        ret[f] = str_dup(a, json_str(m->value));
    }
    return RC_OK;
}

/* values: { grade: { F: felony } } */
static RC read_values(struct arena *a, const struct json *v, const char *name,
                      struct profile *p, struct err *e)
{
    size_t cap = 0;
    for (size_t i = 0; v && i < json_len(v); i++) {
        const struct json_member *m = &v->object.members[i];
        enum field f;
        if (!field_from_word(m->key, &f) || m->value->type != JSON_OBJECT)
            return wrong(name, m->value, "values wants a map of codes for a field", e);
        for (size_t k = 0; k < json_len(m->value); k++) {
            const struct json_member *code = &m->value->object.members[k];
            arena_push(a, p->values, p->n_values, cap);
            p->values[p->n_values++] = (struct profile_value){
                f, str_dup(a, code->key), str_dup(a, json_str(code->value))};
        }
    }
    return RC_OK;
}

static RC read_form(const struct json *root, const char *name, struct profile *p, struct err *e)
{
    struct str separator = json_text(root, "separator"), dates = json_text(root, "dates");
    p->separator = ',';
    if (separator.p && separator.n != 1)
        return wrong(name, json_get(root, "separator"), "separator is one character", e);
    if (separator.n) p->separator = separator.p[0];
    if (dates.p && !str_is(dates, "month-first") && !str_is(dates, "day-first"))
        return wrong(name, json_get(root, "dates"), "dates is month-first or day-first", e);
    p->order = str_is(dates, "day-first") ? WHEN_DAY_FIRST : WHEN_MONTH_FIRST;
    return RC_OK;
}

static bool is_map_or_absent(const struct json *root, const char *member)
{
    const struct json *v = json_get(root, member);
    return !v || v->type == JSON_OBJECT;
}

RC profile_read(struct arena *a, struct str yaml, const char *name, const struct profile **ret,
                struct err *e)
{
    static const char *const known[] = {"profile",  "title",  "separator", "dates", "defaults",
                                        "prefixes", "values", "sheets",    NULL};
    struct json *root = NULL;
    TRY(yaml_parse(a, yaml, name, &root, e));
    if (root->type != JSON_OBJECT) return wrong(name, root, "a profile is a map", e);
    TRY(check_members(root, known, name, e));
    if (!is_map_or_absent(root, "defaults") || !is_map_or_absent(root, "prefixes") ||
        !is_map_or_absent(root, "values"))
        return wrong(name, root, "defaults, prefixes and values are maps", e);
    struct profile *p = arena_new(a, struct profile);
    const struct json *sheets = json_get(root, "sheets");
    p->name = str_dup(a, json_text(root, "profile"));
    p->title = str_dup(a, json_text(root, "title"));
    if (p->name.n == 0 || json_len(sheets) == 0 || sheets->type != JSON_ARRAY)
        return wrong(name, root, "a profile has a name and sheets", e);
    TRY(read_form(root, name, p, e));
    TRY(read_field_texts(a, json_get(root, "defaults"), name, p->otherwise, e));
    TRY(read_field_texts(a, json_get(root, "prefixes"), name, p->prefix, e));
    TRY(read_values(a, json_get(root, "values"), name, p, e));
    p->n_sheets = json_len(sheets);
    p->sheets = arena_array(a, struct profile_sheet, p->n_sheets);
    for (size_t i = 0; i < p->n_sheets; i++)
        TRY(read_sheet(a, json_at(sheets, i), name, &p->sheets[i], e));
    *ret = p;
    return RC_OK;
}

RC profile_find(struct arena *a, const char *name, const struct profile **ret, struct err *e)
{
    for (size_t i = 0; i < sizeof shipped / sizeof *shipped; i++)
        if (str_is(str_c(name), shipped[i].name))
            return profile_read(a, str_c(shipped[i].text), name, ret, e);
    struct str bytes;
    if (!strchr(name, '/') && !strchr(name, '.'))
        return FAIL(e, RC_INVALID, "PROF-0002",
                    "no profile '%s'; adams-county-co and sallyport come with the program, "
                    "others are named by their path",
                    name);
    TRY(file_read(a, name, 1 << 20, &bytes, e));
    return profile_read(a, bytes, name, ret, e);
}

/* ---- what a header means ----------------------------------------------------------------- */

static int column_of(const struct str *names, size_t n, struct str want)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(names[i], want)) return (int)i;
    return -1;
}

static int field_column(const struct profile_sheet *s, enum field f, const struct str *names,
                        size_t n)
{
    for (size_t i = 0; i < s->n_columns[f]; i++) {
        int c = column_of(names, n, s->columns[f][i]);
        if (c >= 0) return c;
    }
    return -1;
}

/* Points of a sheet for a header: a missing required column weighs more than any found one. */
static int sheet_points(const struct profile_sheet *s, const struct str *names, size_t n,
                        enum field *ret_missing)
{
    int points = 0;
    *ret_missing = FIELD_COUNT;
    for (int f = 0; f < FIELD_COUNT; f++) {
        bool found = field_column(s, (enum field)f, names, n) >= 0;
        points += found;
        if (!found && s->required[f]) {
            points -= 100;
            *ret_missing = (enum field)f;
        }
    }
    for (size_t i = 0; i < s->n_ignored; i++) points += column_of(names, n, s->ignored[i]) >= 0;
    return points;
}

static RC check_names(const struct str *names, size_t n, char separator, struct err *e)
{
    static const char others[] = ",;|\t";
    if (n == 1 && names[0].n)
        for (const char *o = others; *o; o++)
            if (*o != separator && memchr(names[0].p, *o, names[0].n))
                return FAIL(e, RC_INVALID, "PROF-0005",
                            "the header is one column: the file seems to be separated by '%s', "
                            "the profile says '%c'",
                            *o == '\t' ? "TAB" : (char[]){*o, 0}, separator);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (names[i].n && str_ieq(names[i], names[k]))
                return FAIL(e, RC_INVALID, "PROF-0006",
                            "column '" STR_FMT "' stands twice in the header, at %zu and %zu",
                            STR_ARG(names[i]), k + 1, i + 1);
    return RC_OK;
}

static bool is_hold_flag(struct str name)
{
    return str_ieq(name, STR("Immigration Hold")) || str_ieq(name, STR("Holding for Agency"));
}

static bool is_ignored(const struct profile_sheet *s, struct str name)
{
    return column_of(s->ignored, s->n_ignored, name) >= 0;
}

static void sort_columns(struct arena *a, const struct profile_sheet *best, struct header *h)
{
    bool *used = arena_array(a, bool, h->n + 1);
    h->dropped = arena_array(a, bool, h->n + 1);
    h->unknown = arena_array(a, struct str, h->n + 1);
    for (size_t i = 0; i < h->n; i++)
        if (status_column(h->names[i]) || is_hold_flag(h->names[i])) {
            h->dropped[i] = true;
            h->n_dropped++;
        }
    for (int f = 0; f < FIELD_COUNT; f++) {
        h->column[f] = field_column(best, (enum field)f, h->names, h->n);
        /* no profile can map them back in */
        if (h->column[f] >= 0 && h->dropped[h->column[f]]) h->column[f] = -1;
        if (h->column[f] >= 0) used[h->column[f]] = true;
    }
    for (size_t i = 0; i < h->n; i++)
        if (!used[i] && !h->dropped[i] && h->names[i].n && !is_ignored(best, h->names[i]))
            h->unknown[h->n_unknown++] = h->names[i];
}

RC profile_header(struct arena *a, const struct profile *p, const struct str *names, size_t n,
                  struct header *ret, struct err *e)
{
    struct header h = {.n = n, .names = arena_array(a, struct str, n + 1)};
    enum field missing = FIELD_COUNT;
    int best = INT32_MIN;
    for (size_t i = 0; i < n; i++) h.names[i] = str_dup(a, str_trim(names[i]));
    if (n && str_starts(h.names[0], STR("\xEF\xBB\xBF")))
        h.names[0] = str_sub(h.names[0], 3, h.names[0].n);
    TRY(check_names(h.names, n, p->separator, e));
    for (size_t i = 0; i < p->n_sheets; i++) {
        enum field lacks;
        int points = sheet_points(&p->sheets[i], h.names, n, &lacks);
        if (points > best) {
            best = points;
            h.sheet = &p->sheets[i];
            missing = lacks;
        }
    }
    if (missing != FIELD_COUNT)
        return FAIL(e, RC_INVALID, "PROF-0007",
                    "no sheet of profile " STR_FMT " fits the header; nearest is '" STR_FMT
                    "', which lacks a column for %s ('" STR_FMT "')",
                    STR_ARG(p->name), STR_ARG(h.sheet->name), field_word(missing),
                    STR_ARG(h.sheet->columns[missing][0]));
    sort_columns(a, h.sheet, &h);
    *ret = h;
    return RC_OK;
}
