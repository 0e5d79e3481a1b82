/* The JSON tree: reading through jansson, building, looking, writing. The canonical form is
 * that of RFC 8785 but for the order of members, which is by bytes: numbers as ECMAScript
 * prints them, the shortest escapes, nothing between tokens. No number is changed in silence:
 * literals are kept beside jansson's values, and one that double precision would round is
 * refused. */
#include "base/json.h"
#include "base/utf8.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* jansson and we use the same words; its own go by another name in this file. */
#define json_type jansson_type
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_NULL JANSSON_NULL
#define json_object jansson_object
#define json_array jansson_array
#define json_string jansson_string
#define json_real jansson_real
#define json_null jansson_null
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL
#undef json_object
#undef json_array
#undef json_string
#undef json_real
#undef json_null
#undef json_is_true

enum { SIGNIFICANT = 17, MOST_WHOLE = 19 /* digits of an int64_t */, NUMBER_TEXT = 40 };

/* A decimal number as 0.d1d2d3… × 10^point without zeros at either end; zero has no digits. */
struct decimal {
    bool minus, integer; /* integer: written without fraction and exponent */
    char digits[SIGNIFICANT + 1];
    size_t n; /* more than SIGNIFICANT: too many to keep */
    int point;
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void digit_add(struct decimal *d, char c, bool before_point, size_t *zeros)
{
    if (c == '0') {
        *zeros += d->n > 0;
        d->point += before_point ? d->n > 0 : -(d->n == 0);
        return;
    }
    for (; *zeros; (*zeros)--, d->n++)
        if (d->n < SIGNIFICANT) d->digits[d->n] = '0';
    if (d->n < SIGNIFICANT) d->digits[d->n] = c;
    d->n++;
    d->point += before_point;
}

/* exp = ("e" / "E") ["-" / "+"] 1*DIGIT; far beyond any double it stays at its bound. */
static bool exponent(struct str s, size_t *i, int *ret)
{
    bool minus = false;
    int v = 0;
    if (*i < s.n && (s.p[*i] == '+' || s.p[*i] == '-')) minus = s.p[(*i)++] == '-';
    if (*i == s.n || !is_digit(s.p[*i])) return false;
    for (; *i < s.n && is_digit(s.p[*i]); (*i)++)
        if (v < 100000000) v = v * 10 + (s.p[*i] - '0');
    *ret = minus ? -v : v;
    return true;
}

/* number = ["-"] int ["." 1*DIGIT] [exp] (RFC 8259 §6) */
static bool decimal_read(struct str s, struct decimal *d)
{
    size_t i = 0, zeros = 0;
    *d = (struct decimal){.integer = true};
    if (i < s.n && s.p[i] == '-') d->minus = true, i++;
    if (i == s.n || !is_digit(s.p[i]) || s.n > 1u << 24) return false;
    if (s.p[i] == '0' && i + 1 < s.n && is_digit(s.p[i + 1])) return false;
    for (; i < s.n && is_digit(s.p[i]); i++) digit_add(d, s.p[i], true, &zeros);
    if (i < s.n && s.p[i] == '.') {
        d->integer = false;
        if (++i == s.n || !is_digit(s.p[i])) return false;
        for (; i < s.n && is_digit(s.p[i]); i++) digit_add(d, s.p[i], false, &zeros);
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        int e;
        d->integer = false;
        i++;
        if (!exponent(s, &i, &e)) return false;
        d->point += e;
    }
    if (d->n == 0) d->minus = false, d->point = 0;
    return i == s.n;
}

/* As ECMAScript's Number::toString prints it (RFC 8785 §3.2.2.3), but with an exponent as soon
 * as there are more than `plain` digits before the point. Not for more than SIGNIFICANT
 * digits. */
static size_t decimal_print(const struct decimal *d, int plain, char out[NUMBER_TEXT])
{
    int n = (int)d->n, point = d->point;
    char *p = out;
    if (n == 0) {
        *p = '0';
        return 1;
    }
    if (d->minus) *p++ = '-';
    if (point > plain || point <= -6) {
        *p++ = d->digits[0];
        if (n > 1) *p++ = '.';
        p = mempcpy(p, d->digits + 1, (size_t)n - 1);
        p += snprintf(p, 8, "e%+d", point - 1);
    } else if (point <= 0) {
        p = mempcpy(p, "0.", 2);
        for (int i = point; i < 0; i++) *p++ = '0';
        p = mempcpy(p, d->digits, (size_t)n);
    } else {
        for (int i = 0; i < n || i < point; i++) {
            if (i == point) *p++ = '.';
            *p++ = i < n ? d->digits[i] : '0';
        }
    }
    return (size_t)(p - out);
}

/* The shortest decimal that reads back as x, which is finite. */
static struct decimal shortest(double x)
{
    char text[NUMBER_TEXT];
    struct decimal d;
    /* Fifteen digits name a normal number; a subnormal one may need fewer. */
    for (int precision = fabs(x) < 1e-290 ? 0 : 14; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, x);
        if (precision == 16 || strtod(text, NULL) == x) break;
    }
    (void)decimal_read(str_c(text), &d);
    return d;
}

/* Up to 15 digits in the range of normal numbers survive double precision (DBL_DIG); beyond
 * that the shortest digits of the nearest double must be the ones that were written. */
static bool survives(const struct decimal *d, double x)
{
    if (d->n > SIGNIFICANT || !isfinite(x)) return false;
    if (d->n <= 15 && d->point > -290 && d->point < 300) return true;
    struct decimal s = shortest(x);
    return s.n == d->n && s.point == d->point && memcmp(s.digits, d->digits, d->n) == 0;
}

static bool decimal_whole(const struct decimal *d, int64_t *ret)
{
    char text[NUMBER_TEXT];
    if (d->n > SIGNIFICANT || (d->n && (d->point < (int)d->n || d->point > MOST_WHOLE)))
        return false;
    return str_to_i64(str_n(text, decimal_print(d, MOST_WHOLE, text)), ret);
}

/* is_whole and text of v. A whole number beyond 64 bits must keep its exponent, or reading it
 * again would take it for an integer that does not fit. */
static void decimal_keep(struct arena *a, const struct decimal *d, struct json *v)
{
    char text[NUMBER_TEXT];
    v->num.is_whole = decimal_whole(d, &v->num.whole);
    size_t n = decimal_print(d, v->num.is_whole ? MOST_WHOLE : MOST_WHOLE - 1, text);
    v->num.text = str_dup(a, str_n(text, n));
}

enum verdict { EXACT, MALFORMED, ROUNDED, TOO_BIG };

/* The value of a literal into v; the text in v may borrow the literal. */
static enum verdict number_read(struct arena *a, struct str s, struct json *v)
{
    struct decimal d;
    if (!decimal_read(s, &d)) return MALFORMED;
    v->type = JSON_NUMBER;
    if (d.integer) {
        if (!str_to_i64(s, &v->num.whole)) return TOO_BIG;
        v->num.is_whole = true;
        v->num.real = (double)v->num.whole;
        v->num.text = d.n ? s : STR("0");
        return EXACT;
    }
    /* strtod needs an end; a longer literal has too many digits or zeros without use. */
    char copy[128];
    if (s.n >= sizeof copy) return ROUNDED;
    memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    v->num.real = d.n ? strtod(copy, NULL) : 0.0;
    if (!survives(&d, v->num.real)) return ROUNDED;
    decimal_keep(a, &d, v);
    return EXACT;
}

static enum rc number_refuse(enum verdict why, struct str s, struct err *e)
{
    struct str head = str_sub(s, 0, 60);
    const char *dots = head.n < s.n ? "…" : "";
    if (why == TOO_BIG)
        return FAIL(e, RC_INVALID, "JSON-0005",
                    "the integer " STR_FMT "%s does not fit 64 bits; write it as text",
                    STR_ARG(head), dots);
    if (why == ROUNDED)
        return FAIL(e, RC_INVALID, "JSON-0004",
                    "the number " STR_FMT
                    "%s would be rounded to double precision; give at most 15 digits "
                    "or write it as text",
                    STR_ARG(head), dots);
    return FAIL(e, RC_INVALID, "JSON-0001", STR_FMT "%s is not a JSON number", STR_ARG(head),
                dots);
}

RC json_number(struct arena *a, struct str literal, struct json **ret, struct err *e)
{
    struct json *v = arena_new(a, struct json);
    enum verdict found = number_read(a, literal, v);
    if (found != EXACT) return number_refuse(found, literal, e);
    if (v->num.text.p == literal.p) v->num.text = str_dup(a, literal);
    *ret = v;
    return RC_OK;
}

/* Reading */

struct reader {
    struct arena *a;
    struct str text;
    const char *name;
    const char *at; /* behind the last number literal taken */
    struct err *e;
};

/* Line and column (in bytes, 1-based) of an offset. */
static void place(const struct reader *r, size_t offset)
{
    int line = 1;
    size_t from = 0;
    const char *nl;
    while ((nl = memchr(r->text.p + from, '\n', offset - from))) {
        line++;
        from = (size_t)(nl - r->text.p) + 1;
    }
    err_at(r->e, r->name, line, (int)(offset - from) + 1);
}

/* The closing quote of the string whose first byte is p, or end. */
static const char *string_end(const char *p, const char *end)
{
    while (p < end && *p != '"') p += *p == '\\' && p + 1 < end ? 2 : 1;
    return p;
}

/* Nesting is bounded before jansson recurses. */
static enum rc depth_check(const struct reader *r, size_t most)
{
    const char *end = r->text.p + r->text.n;
    size_t depth = 0;
    for (const char *p = r->text.p; p < end; p++) {
        if (*p == '"') {
            p = string_end(p + 1, end);
        } else if (*p == '[' || *p == '{') {
            if (++depth <= most) continue;
            (void)FAIL(r->e, RC_LIMIT, "JSON-0003", "values are nested deeper than %zu", most);
            place(r, (size_t)(p - r->text.p));
            return RC_LIMIT;
        } else if ((*p == ']' || *p == '}') && depth) {
            depth--;
        }
    }
    return RC_OK;
}

static bool in_number(char c)
{
    return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* The next number literal behind r->at; {NULL,0} if there is none. */
static struct str literal_next(struct reader *r)
{
    const char *p = r->at, *end = r->text.p + r->text.n;
    for (; p < end; p++) {
        if (*p == '"')
            p = string_end(p + 1, end);
        else if (is_digit(*p) || *p == '-')
            break;
    }
    const char *from = p;
    while (p < end && in_number(*p)) p++;
    r->at = p;
    return from < end ? str_n(from, (size_t)(p - from)) : (struct str){NULL, 0};
}

/* jansson gave up on a number's size: say which, as we say it. False if no literal is to
 * blame. */
static bool blame_number(struct reader *r)
{
    struct json v;
    struct str s;
    while ((s = literal_next(r)).p) {
        enum verdict found = number_read(r->a, s, &v);
        if (found != ROUNDED && found != TOO_BIG) continue;
        (void)number_refuse(found, s, r->e);
        place(r, (size_t)(s.p - r->text.p));
        return true;
    }
    return false;
}

static enum rc jansson_failed(struct reader *r, const json_error_t *j)
{
    enum json_error_code code = json_error_code(j);
    if (code == json_error_numeric_overflow && blame_number(r)) return RC_INVALID;
    if (code == json_error_duplicate_key)
        (void)FAIL(r->e, RC_INVALID, "JSON-0006", "a member is given twice: %s", j->text);
    else if (code == json_error_null_character || code == json_error_null_byte_in_key)
        (void)FAIL(r->e, RC_INVALID, "JSON-0008", "text may not hold the NUL character: %s",
                   j->text);
    else
        (void)FAIL(r->e, RC_INVALID, "JSON-0001", "not JSON: %s", j->text);
    err_at(r->e, r->name, j->line, j->column);
    return RC_INVALID;
}

static enum rc convert(struct reader *r, const json_t *j, struct json *v);

static enum rc convert_object(struct reader *r, const json_t *j, struct json *v)
{
    v->type = JSON_OBJECT;
    v->object.cap = json_object_size(j);
    v->object.members = arena_array(r->a, struct json_member, v->object.cap);
    struct json *values = arena_array(r->a, struct json, v->object.cap);
    /* jansson takes a json_t it does not change without const here. */
    union {
        const json_t *in;
        json_t *out;
    } object = {j};
    void *it = json_object_iter(object.out); /* in the order of insertion */
    for (; it; it = json_object_iter_next(object.out, it)) {
        const char *key = json_object_iter_key(it);
        struct json_member *m = &v->object.members[v->object.n];
        m->key = str_n(key, json_object_iter_key_len(it));
        m->key = str_dup(r->a, m->key);
        m->value = &values[v->object.n++];
        TRY(convert(r, json_object_iter_value(it), m->value));
    }
    return RC_OK;
}

static enum rc convert_array(struct reader *r, const json_t *j, struct json *v)
{
    v->type = JSON_ARRAY;
    v->array.n = v->array.cap = json_array_size(j);
    v->array.items = arena_array(r->a, struct json *, v->array.n);
    struct json *values = arena_array(r->a, struct json, v->array.n);
    for (size_t i = 0; i < v->array.n; i++) {
        v->array.items[i] = &values[i];
        TRY(convert(r, json_array_get(j, i), &values[i]));
    }
    return RC_OK;
}

static enum rc convert_number(struct reader *r, struct json *v)
{
    struct str s = literal_next(r);
    enum verdict found = number_read(r->a, s, v);
    if (found != EXACT) {
        (void)number_refuse(found, s, r->e);
        place(r, (size_t)(s.p - r->text.p));
        return RC_INVALID;
    }
    if (v->num.text.p == s.p) v->num.text = str_dup(r->a, s);
    return RC_OK;
}

static enum rc convert(struct reader *r, const json_t *j, struct json *v)
{
    switch (j->type) {
    case JANSSON_OBJECT: return convert_object(r, j, v);
    case JANSSON_ARRAY: return convert_array(r, j, v);
    case JSON_INTEGER:
    case JSON_REAL: return convert_number(r, v);
    case JANSSON_STRING:
        v->type = JSON_STRING;
        v->string = str_dup(r->a, str_n(json_string_value(j), json_string_length(j)));
        return RC_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        v->type = JSON_BOOL;
        v->boolean = j->type == JSON_TRUE;
        return RC_OK;
    case JANSSON_NULL: v->type = JSON_NULL;
    }
    return RC_OK;
}

RC json_parse(struct arena *a, struct str text, const char *name,
              const struct json_limits *limits, struct json **ret, struct err *e)
{
    static const struct json_limits none;
    const struct json_limits *l = limits ? limits : &none;
    size_t max_bytes = l->max_bytes ? l->max_bytes : (size_t)16 << 20;
    if (!text.p) text = STR(""); /* an empty text may have no bytes at all */
    struct reader r = {.a = a, .text = text, .name = name, .at = text.p, .e = e};
    if (text.n > max_bytes) {
        (void)FAIL(e, RC_LIMIT, "JSON-0002", "the text has %zu bytes; the limit is %zu", text.n,
                   max_bytes);
        err_at(e, name, 0, 0);
        return RC_LIMIT;
    }
    ptrdiff_t bad = utf8_bad(text);
    if (bad >= 0) {
        (void)FAIL(e, RC_INVALID, "JSON-0007", "the text is not well-formed UTF-8");
        place(&r, (size_t)bad);
        return RC_INVALID;
    }
    TRY(depth_check(&r, l->max_depth ? l->max_depth : 64));
    json_error_t why;
    json_t *j = json_loadb(text.n ? text.p : "", text.n,
                           JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!j) return jansson_failed(&r, &why);
    struct json *root = arena_new(a, struct json);
    enum rc rc = convert(&r, j, root);
    json_decref(j);
    if (rc == RC_OK) *ret = root;
    return rc;
}

/* Building */

static struct json *value_of(struct arena *a, enum json_type type)
{
    struct json *v = arena_new(a, struct json);
    v->type = type;
    return v;
}

struct json *json_object(struct arena *a) { return value_of(a, JSON_OBJECT); }

struct json *json_array(struct arena *a) { return value_of(a, JSON_ARRAY); }

struct json *json_string(struct arena *a, struct str s)
{
    struct json *v = value_of(a, JSON_STRING);
    v->string = s.p ? s : STR("");
    return v;
}

struct json *json_c(struct arena *a, const char *s) { return json_string(a, str_c(s)); }

struct json *json_int(struct arena *a, int64_t n)
{
    struct json *v = value_of(a, JSON_NUMBER);
    v->num.whole = n;
    v->num.is_whole = true;
    v->num.real = (double)n;
    v->num.text = str_c(arena_printf(a, "%lld", (long long)n));
    return v;
}

struct json *json_real(struct arena *a, double d)
{
    if (!isfinite(d)) return json_null(a);
    struct json *v = value_of(a, JSON_NUMBER);
    struct decimal s = shortest(d);
    v->num.real = d;
    decimal_keep(a, &s, v);
    return v;
}

struct json *json_bool(struct arena *a, bool b)
{
    struct json *v = value_of(a, JSON_BOOL);
    v->boolean = b;
    return v;
}

struct json *json_null(struct arena *a) { return value_of(a, JSON_NULL); }

static struct json_member *member_of(const struct json *object, struct str key)
{
    if (!object || object->type != JSON_OBJECT) return NULL;
    for (size_t i = 0; i < object->object.n; i++)
        if (str_eq(object->object.members[i].key, key)) return &object->object.members[i];
    return NULL;
}

void json_set_str(struct arena *a, struct json *object, struct str key, struct json *value)
{
    if (!value) return;
    struct json_member *m = member_of(object, key);
    if (m) {
        m->value = value;
        return;
    }
    arena_push(a, object->object.members, object->object.n, object->object.cap);
    object->object.members[object->object.n++] = (struct json_member){key, value};
}

void json_set(struct arena *a, struct json *object, const char *key, struct json *value)
{
    json_set_str(a, object, str_c(key), value);
}

void json_add(struct arena *a, struct json *array, struct json *value)
{
    arena_push(a, array->array.items, array->array.n, array->array.cap);
    array->array.items[array->array.n++] = value;
}

/* Looking */

struct json *json_get_str(const struct json *object, struct str key)
{
    const struct json_member *m = member_of(object, key);
    return m ? m->value : NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
    return json_get_str(object, str_c(key));
}

struct json *json_at(const struct json *array, size_t i)
{
    return array && array->type == JSON_ARRAY && i < array->array.n ? array->array.items[i]
                                                                    : NULL;
}

size_t json_len(const struct json *v)
{
    if (!v) return 0;
    return v->type == JSON_ARRAY ? v->array.n : v->type == JSON_OBJECT ? v->object.n : 0;
}

struct str json_str(const struct json *v)
{
    return v && v->type == JSON_STRING ? v->string : (struct str){NULL, 0};
}

struct str json_text(const struct json *object, const char *key)
{
    return json_str(json_get(object, key));
}

int64_t json_whole(const struct json *v, int64_t otherwise)
{
    return v && v->type == JSON_NUMBER && v->num.is_whole ? v->num.whole : otherwise;
}

bool json_is_true(const struct json *v) { return v && v->type == JSON_BOOL && v->boolean; }

/* RFC 6901 §4: "~1" is "/", "~0" is "~". Compared in place. */
static bool token_is(struct str token, struct str key)
{
    size_t k = 0;
    for (size_t i = 0; i < token.n; i++, k++) {
        char c = token.p[i];
        if (c == '~') {
            if (i + 1 == token.n || (token.p[i + 1] != '0' && token.p[i + 1] != '1'))
                return false;
            c = token.p[++i] == '1' ? '/' : '~';
        }
        if (k == key.n || key.p[k] != c) return false;
    }
    return k == key.n;
}

static struct json *step(const struct json *v, struct str token)
{
    int64_t i;
    if (v->type == JSON_ARRAY) {
        bool plain = token.n && is_digit(token.p[0]) && (token.n == 1 || token.p[0] != '0');
        return plain && str_to_i64(token, &i) ? json_at(v, (size_t)i) : NULL;
    }
    for (size_t k = 0; v->type == JSON_OBJECT && k < v->object.n; k++)
        if (token_is(token, v->object.members[k].key)) return v->object.members[k].value;
    return NULL;
}

struct json *json_pointer(const struct json *root, struct str pointer)
{
    union {
        const struct json *in;
        struct json *out;
    } v = {root};
    struct str token;
    if (pointer.n == 0) return v.out;
    if (pointer.p[0] != '/') return NULL;
    pointer = str_sub(pointer, 1, pointer.n);
    while (v.out && str_cut(&pointer, '/', &token)) v.out = step(v.out, token);
    return v.out;
}

/* Writing */

void json_write_string(struct buf *b, struct str s)
{
    size_t from = 0;
    buf_ch(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        static const char escapes[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
        const char *at = c ? strchr(escapes, c) : NULL;
        if (at) {
            buf_ch(b, '\\');
            buf_ch(b, letters[at - escapes]);
        } else {
            buf_printf(b, "\\u%04x", c);
        }
    }
    /* an empty text may have no bytes at all */
    if (s.n > from) buf_add(b, s.p + from, s.n - from);
    buf_ch(b, '"');
}

/* depth is -1 for the canonical form, else the level of indentation. */
static void write_value(struct buf *b, const struct json *v, int depth);

static void new_line(struct buf *b, int depth)
{
    if (depth < 0) return;
    buf_ch(b, '\n');
    for (int i = 0; i < depth; i++) buf_add(b, "  ", 2);
}

static int member_cmp(const void *a, const void *b)
{
    const struct json_member *const *x = a, *const *y = b;
    return str_cmp((*x)->key, (*y)->key);
}

static void write_member(struct buf *b, const struct json_member *m, size_t i, int depth)
{
    if (i) buf_ch(b, ',');
    new_line(b, depth);
    json_write_string(b, m->key);
    buf_add(b, ": ", depth < 0 ? 1 : 2);
    write_value(b, m->value, depth);
}

static void write_object(struct buf *b, const struct json *v, int depth)
{
    enum { FEW = 32 };
    size_t n = v->object.n;
    const struct json_member *few[FEW], **sorted = few;
    if (n > FEW) sorted = arena_array(b->arena, const struct json_member *, n);
    for (size_t i = 0; i < n; i++) sorted[i] = &v->object.members[i];
    if (depth < 0 && n > 1) qsort(sorted, n, sizeof *sorted, member_cmp);
    int inner = depth < 0 ? -1 : depth + 1;
    buf_ch(b, '{');
    for (size_t i = 0; i < n; i++) write_member(b, sorted[i], i, inner);
    if (n) new_line(b, depth);
    buf_ch(b, '}');
}

static void write_array(struct buf *b, const struct json *v, int depth)
{
    int inner = depth < 0 ? -1 : depth + 1;
    buf_ch(b, '[');
    for (size_t i = 0; i < v->array.n; i++) {
        if (i) buf_ch(b, ',');
        new_line(b, inner);
        write_value(b, v->array.items[i], inner);
    }
    if (v->array.n) new_line(b, depth);
    buf_ch(b, ']');
}

static void write_value(struct buf *b, const struct json *v, int depth)
{
    switch (v->type) {
    case JSON_NULL: buf_c(b, "null"); return;
    case JSON_BOOL: buf_c(b, v->boolean ? "true" : "false"); return;
    case JSON_NUMBER: buf_str_add(b, v->num.text); return;
    case JSON_STRING: json_write_string(b, v->string); return;
    case JSON_ARRAY: write_array(b, v, depth); return;
    case JSON_OBJECT: write_object(b, v, depth);
    }
}

void json_write(struct buf *b, const struct json *v) { write_value(b, v, -1); }

void json_write_pretty(struct buf *b, const struct json *v)
{
    write_value(b, v, 0);
    buf_ch(b, '\n');
}
