/* JSON Schema, the part our contracts use: see schema.h. A schema is compiled once into nodes;
 * checking walks value and nodes together and keeps the pointer of where it is. pattern is a
 * POSIX extended expression, anchored by the author. */
#include "base/schema.h"
#include "base/date.h"
#include <regex.h>
#include <stdio.h>

struct property {
    struct str name;
    struct schema *schema;
};

struct schema {
    unsigned types; /* bits of enum json_type; 0 = any; WHOLE for integer */
    struct json *const *enums;
    size_t n_enums;
    const struct json *constant, *fallback;
    struct str *required;
    size_t n_required;
    struct property *properties;
    size_t n_properties;
    bool closed;
    struct schema *additional, *items;
    int64_t min_items, max_items, min_length, max_length;
    bool unique, has_min, has_max;
    double min, max;
    regex_t *pattern;
    struct str pattern_text, format;
    struct schema **any;
    size_t n_any;
    struct schema *ref;
};

enum { WHOLE = 1 << 10 };

struct loader {
    struct arena *arena;
    const struct json *root;
    struct map refs; /* "#/$defs/x" → struct schema */
    struct err *err;
};

static enum rc load(struct loader *l, const struct json *j, struct schema **ret);

static enum rc wrong(struct loader *l, struct str key, const char *what)
{
    return FAIL(l->err, RC_BUG, "SCHEMA-0001", "keyword '" STR_FMT "': %s", STR_ARG(key), what);
}

static unsigned type_bit(struct str s)
{
    static const char *const words[] = {"null",   "boolean", "number",
                                        "string", "array",   "object"};
    for (unsigned i = 0; i < 6; i++)
        if (str_is(s, words[i])) return 1u << i;
    return str_is(s, "integer") ? WHOLE : 0;
}

static enum rc load_types(struct loader *l, const struct json *v, struct schema *s)
{
    if (v->type == JSON_STRING) s->types = type_bit(v->string);
    for (size_t i = 0; i < json_len(v); i++) s->types |= type_bit(json_str(json_at(v, i)));
    return s->types ? RC_OK : wrong(l, STR("type"), "unknown type");
}

static enum rc load_properties(struct loader *l, const struct json *v, struct schema *s)
{
    s->n_properties = json_len(v);
    s->properties = arena_array(l->arena, struct property, s->n_properties);
    for (size_t i = 0; i < s->n_properties; i++) {
        s->properties[i].name = v->object.members[i].key;
        TRY(load(l, v->object.members[i].value, &s->properties[i].schema));
    }
    return RC_OK;
}

static enum rc load_ref(struct loader *l, struct str ref, struct schema *s)
{
    s->ref = map_get(&l->refs, ref);
    if (s->ref) return RC_OK;
    const struct json *target =
        ref.n && ref.p[0] == '#' ? json_pointer(l->root, str_sub(ref, 1, ref.n)) : NULL;
    if (!target) return wrong(l, ref, "no such definition");
    struct schema *made = arena_new(l->arena, struct schema);
    map_put(&l->refs, ref, made); /* before loading: definitions may refer to themselves */
    s->ref = made;
    struct schema *full;
    TRY(load(l, target, &full));
    *made = *full;
    return RC_OK;
}

static enum rc load_texts(struct loader *l, const struct json *v, struct str **ret,
                          size_t *ret_n)
{
    *ret_n = json_len(v);
    *ret = arena_array(l->arena, struct str, *ret_n);
    for (size_t i = 0; i < *ret_n; i++) (*ret)[i] = json_str(json_at(v, i));
    return RC_OK;
}

static enum rc load_pattern(struct loader *l, const struct json *v, struct schema *s)
{
    s->pattern = arena_new(l->arena, regex_t);
    s->pattern_text = json_str(v);
    return regcomp(s->pattern, str_dupz(l->arena, json_str(v)), REG_EXTENDED | REG_NOSUB) == 0
               ? RC_OK
               : wrong(l, STR("pattern"), "not an expression");
}

static enum rc load_any(struct loader *l, const struct json *v, struct schema *s)
{
    s->n_any = json_len(v);
    s->any = arena_array(l->arena, struct schema *, s->n_any);
    for (size_t i = 0; i < s->n_any; i++) TRY(load(l, json_at(v, i), &s->any[i]));
    return RC_OK;
}

static bool annotation(struct str k)
{
    static const char *const words[] = {
        "$schema", "$id",         "$defs",    "$comment",
        "title",   "description", "examples", "components"}; /* the last: OpenAPI's $defs */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(k, words[i])) return true;
    return false;
}

static enum rc keyword(struct loader *l, struct str k, struct json *v, struct schema *s)
{
    if (annotation(k)) return RC_OK;
    if (str_is(k, "type")) return load_types(l, v, s);
    if (str_is(k, "properties")) return load_properties(l, v, s);
    if (str_is(k, "required")) return load_texts(l, v, &s->required, &s->n_required);
    if (str_is(k, "items")) return load(l, v, &s->items);
    if (str_is(k, "$ref")) return load_ref(l, json_str(v), s);
    if (str_is(k, "pattern")) return load_pattern(l, v, s);
    if (str_is(k, "anyOf")) return load_any(l, v, s);
    if (str_is(k, "enum"))
        s->enums = v->array.items, s->n_enums = json_len(v);
    else if (str_is(k, "const"))
        s->constant = v;
    else if (str_is(k, "default"))
        s->fallback = v;
    else if (str_is(k, "format"))
        s->format = json_str(v);
    else if (str_is(k, "minItems"))
        s->min_items = json_whole(v, 0);
    else if (str_is(k, "maxItems"))
        s->max_items = json_whole(v, INT64_MAX);
    else if (str_is(k, "minLength"))
        s->min_length = json_whole(v, 0);
    else if (str_is(k, "maxLength"))
        s->max_length = json_whole(v, INT64_MAX);
    else if (str_is(k, "uniqueItems"))
        s->unique = json_is_true(v);
    else if (str_is(k, "minimum"))
        s->has_min = true, s->min = v->num.real;
    else if (str_is(k, "maximum"))
        s->has_max = true, s->max = v->num.real;
    else if (str_is(k, "additionalProperties")) {
        if (v->type == JSON_BOOL)
            s->closed = !v->boolean;
        else
            return load(l, v, &s->additional);
    } else
        return wrong(l, k, "not in the subset this program checks");
    return RC_OK;
}

static enum rc load(struct loader *l, const struct json *j, struct schema **ret)
{
    struct schema *s = arena_new(l->arena, struct schema);
    s->max_items = s->max_length = INT64_MAX;
    if (j->type != JSON_OBJECT) return wrong(l, STR("schema"), "must be an object");
    for (size_t i = 0; i < j->object.n; i++)
        TRY(keyword(l, j->object.members[i].key, j->object.members[i].value, s));
    *ret = s;
    return RC_OK;
}

RC schema_load(struct arena *a, const struct json *document, const struct schema **ret,
               struct err *e)
{
    return schema_load_within(a, document, document, ret, e);
}

RC schema_load_within(struct arena *a, const struct json *schema, const struct json *document,
                      const struct schema **ret, struct err *e)
{
    struct err ignored;
    struct loader l = {
        .arena = a, .root = document, .refs = map_in(a), .err = e ? e : &ignored};
    struct schema *s;
    TRY(load(&l, schema, &s));
    *ret = s;
    return RC_OK;
}

/* ---- checking ---------------------------------------------------------------------------- */

struct check {
    struct arena *arena;
    const char *id;
    struct err *err;
    char at[160]; /* JSON pointer of the value looked at */
    size_t n;
};

static enum rc violation(struct check *c, const struct json *v, const char *number,
                         const char *fmt, ...) __attribute__((format(printf, 4, 5)));
static enum rc violation(struct check *c, const struct json *v, const char *number,
                         const char *fmt, ...)
{
    char id[16], text[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    snprintf(id, sizeof id, "%s-%s", c->id, number);
    err_set(c->err, RC_INVALID, id, __FILE__, __LINE__, "%s", text);
    err_at(c->err, c->n ? c->at : "/", v ? v->line : 0, v ? v->column : 0);
    return RC_INVALID;
}

static size_t push(struct check *c, struct str token)
{
    size_t was = c->n;
    if (c->n + 1 < sizeof c->at) c->at[c->n++] = '/';
    for (size_t i = 0; i < token.n && c->n + 2 < sizeof c->at; i++) {
        if (token.p[i] == '/' || token.p[i] == '~') {
            c->at[c->n++] = '~';
            c->at[c->n++] = token.p[i] == '/' ? '1' : '0';
        } else
            c->at[c->n++] = token.p[i];
    }
    c->at[c->n] = 0;
    return was;
}

static void pop(struct check *c, size_t was)
{
    c->n = was;
    c->at[was] = 0;
}

static bool same(struct arena *a, const struct json *x, const struct json *y)
{
    struct arena_mark m = arena_mark(a);
    struct buf p = buf_in(a), q = buf_in(a);
    json_write(&p, x);
    json_write(&q, y);
    bool eq = str_eq(buf_str(&p), buf_str(&q));
    arena_release(a, m);
    return eq;
}

static const char *choices(struct check *c, const struct schema *s)
{
    struct buf b = buf_in(c->arena);
    for (size_t i = 0; i < s->n_enums; i++) {
        if (i) buf_c(&b, ", ");
        json_write(&b, s->enums[i]);
    }
    return buf_z(&b);
}

static const char *type_words(struct check *c, unsigned types)
{
    static const char *const words[] = {"null", "true or false", "a number",
                                        "text", "an array",      "an object"};
    struct buf b = buf_in(c->arena);
    for (unsigned i = 0; i < 6; i++)
        if (types & 1u << i) buf_printf(&b, "%s%s", b.n ? " or " : "", words[i]);
    if (types & WHOLE) buf_printf(&b, "%sa whole number", b.n ? " or " : "");
    return buf_z(&b);
}

static bool type_fits(const struct schema *s, const struct json *v)
{
    if (s->types == 0 || s->types & 1u << v->type) return true;
    return s->types & WHOLE && v->type == JSON_NUMBER && v->num.is_whole;
}

static enum rc check_text(struct check *c, const struct schema *s, const struct json *v)
{
    int64_t day;
    instant t;
    if ((int64_t)v->string.n < s->min_length)
        return violation(c, v, "0007", "must not be empty");
    if ((int64_t)v->string.n > s->max_length)
        return violation(c, v, "0007", "longer than %lld bytes", (long long)s->max_length);
    if (str_is(s->format, "date") && !date_parse(v->string, &day))
        return violation(c, v, "0005", "expected a date as 2025-02-28");
    if (str_is(s->format, "date-time") && !instant_parse(v->string, &t, NULL))
        return violation(c, v, "0005",
                         "expected a date and time with offset as 2025-02-28T10:39:00-07:00");
    if (s->pattern && regexec(s->pattern, str_dupz(c->arena, v->string), 0, NULL, 0) != 0)
        return violation(c, v, "0005", "does not have the form " STR_FMT,
                         STR_ARG(s->pattern_text));
    return RC_OK;
}

static enum rc check(struct check *c, const struct schema *s, struct json *v);

static enum rc check_items(struct check *c, const struct schema *s, struct json *v)
{
    size_t n = v->array.n;
    if ((int64_t)n < s->min_items)
        return violation(c, v, "0006", "needs at least %lld item(s)", (long long)s->min_items);
    if ((int64_t)n > s->max_items)
        return violation(c, v, "0006", "takes at most %lld item(s)", (long long)s->max_items);
    for (size_t i = 0; i < n; i++) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        size_t was = push(c, str_c(index));
        if (s->items) TRY(check(c, s->items, v->array.items[i]));
        for (size_t k = 0; s->unique && k < i; k++)
            if (same(c->arena, v->array.items[i], v->array.items[k]))
                return violation(c, v->array.items[i], "0006", "stands twice");
        pop(c, was);
    }
    return RC_OK;
}

static const struct property *property_of(const struct schema *s, struct str name)
{
    for (size_t i = 0; i < s->n_properties; i++)
        if (str_eq(s->properties[i].name, name)) return &s->properties[i];
    return NULL;
}

static enum rc check_member(struct check *c, const struct schema *s, struct json_member *m)
{
    const struct property *p = property_of(s, m->key);
    size_t was = push(c, m->key);
    if (p)
        TRY(check(c, p->schema, m->value));
    else if (s->additional)
        TRY(check(c, s->additional, m->value));
    else if (s->closed)
        return violation(c, m->value, "0004", "unknown member '" STR_FMT "'; remove it",
                         STR_ARG(m->key));
    pop(c, was);
    return RC_OK;
}

static enum rc check_object(struct check *c, const struct schema *s, struct json *v)
{
    for (size_t i = 0; i < s->n_required; i++)
        if (!json_get_str(v, s->required[i]))
            return violation(c, v, "0003", "member '" STR_FMT "' is missing",
                             STR_ARG(s->required[i]));
    for (size_t i = 0; i < v->object.n; i++) TRY(check_member(c, s, &v->object.members[i]));
    for (size_t i = 0; i < s->n_properties; i++) {
        const struct schema *p = s->properties[i].schema;
        if (p->ref) p = p->ref;
        if (p->fallback && !json_get_str(v, s->properties[i].name)) {
            struct json *copy = arena_new(c->arena, struct json);
            *copy = *p->fallback;
            json_set_str(c->arena, v, s->properties[i].name, copy);
        }
    }
    return RC_OK;
}

static enum rc check_any(struct check *c, const struct schema *s, struct json *v)
{
    size_t was = c->n;
    for (size_t i = 0; i < s->n_any; i++) {
        if (check(c, s->any[i], v) == RC_OK) return RC_OK;
        pop(c, was);
    }
    return violation(c, v, "0002", "fits none of the forms allowed here");
}

static enum rc check(struct check *c, const struct schema *s, struct json *v)
{
    if (s->ref) s = s->ref;
    if (!type_fits(s, v))
        return violation(c, v, "0001", "expected %s", type_words(c, s->types));
    bool found = s->n_enums == 0;
    for (size_t i = 0; i < s->n_enums && !found; i++) found = same(c->arena, s->enums[i], v);
    if (!found) return violation(c, v, "0002", "expected one of %s", choices(c, s));
    if (s->constant && !same(c->arena, s->constant, v))
        return violation(c, v, "0002", "not the value required here");
    if (s->n_any) TRY(check_any(c, s, v));
    if (v->type == JSON_NUMBER && s->has_min && v->num.real < s->min)
        return violation(c, v, "0007", "must be at least %g", s->min);
    if (v->type == JSON_NUMBER && s->has_max && v->num.real > s->max)
        return violation(c, v, "0007", "must be at most %g", s->max);
    if (v->type == JSON_STRING) return check_text(c, s, v);
    if (v->type == JSON_ARRAY) return check_items(c, s, v);
    if (v->type == JSON_OBJECT) return check_object(c, s, v);
    return RC_OK;
}

RC schema_check(struct arena *a, const struct schema *s, struct json *value, const char *id,
                struct err *e)
{
    struct err ignored;
    struct check c = {.arena = a, .id = id, .err = e ? e : &ignored};
    return check(&c, s, value);
}
