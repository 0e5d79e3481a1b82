/* JSON as a tree in an arena: see json.h. json_read.c reads with jansson; the writer is ours because its compact form is
 * canonical and is what the ledger hashes. Numbers are looked at as text before the library rounds them. */
#include "base/json.h"
#include "base/json_read.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- numbers ------------------------------------------------------------------------- */

struct digits { /* significant digits without leading and closing zeros, and the power of ten of the last */
    char d[40];
    int n, exponent;
    bool too_many;
};

/* number = [ minus ] int [ frac ] [ exp ], RFC 8259 §6 */
static struct digits significant(struct str s)
{
    struct digits g = {0};
    bool point = false;
    int zeros = 0, after = 0;
    long exponent = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '.') point = true;
        if (c == 'e' || c == 'E') {
            char text[16];
            snprintf(text, sizeof text, STR_FMT, STR_ARG(str_sub(s, i + 1, 15)));
            exponent = strtol(text, NULL, 10);
            break;
        }
        if (c < '0' || c > '9') continue;
        after += point;
        if (c == '0' && g.n == 0) continue;
        if (c == '0') {
            zeros++;
            continue;
        }
        for (; zeros; zeros--) {
            if (g.n == 39) g.too_many = true;
            else g.d[g.n++] = '0';
        }
        if (g.n == 39) g.too_many = true;
        else g.d[g.n++] = c;
    }
    g.exponent = (int)(exponent - after + zeros);
    return g;
}

static bool same_digits(const struct digits *a, const struct digits *b)
{
    return !a->too_many && a->n == b->n && memcmp(a->d, b->d, (size_t)a->n) == 0 &&
           (a->n == 0 || a->exponent == b->exponent);
}

/* Shortest text that reads back as the same double. */
static void shortest(double d, char out[40])
{
    for (int p = 15; p <= 17; p++) {
        snprintf(out, 40, "%.*g", p, d);
        if (strtod(out, NULL) == d) return;
    }
}

/* Would double precision keep the literal? Integers of 64 bits are kept as such. */
static bool exact(struct str literal)
{
    int64_t whole;
    char text[64], again[40];
    if (str_to_i64(literal, &whole)) return true;
    if (literal.n >= sizeof text) return false;
    memcpy(text, literal.p, literal.n);
    text[literal.n] = 0;
    double d = strtod(text, NULL);
    if (isinf(d)) return false;
    shortest(d, again);
    struct digits a = significant(literal), b = significant(str_c(again));
    return same_digits(&a, &b);
}

static bool number_char(char c) { return (c >= '0' && c <= '9') || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'; }

/* Byte offset and length of the first number that would be rounded; -1 if none. Strings are skipped. */
static ptrdiff_t inexact_number(struct str s, size_t *ret_n)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            for (i++; i < s.n && s.p[i] != '"'; i++) i += s.p[i] == '\\';
        } else if ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-') {
            size_t from = i;
            while (i < s.n && number_char(s.p[i])) i++;
            *ret_n = i - from;
            if (*ret_n > 15 && !exact(str_n(s.p + from, *ret_n))) return (ptrdiff_t)from; /* 15 digits always fit */
            if (*ret_n <= 15 && memchr(s.p + from, 'e', *ret_n) && !exact(str_n(s.p + from, *ret_n))) return (ptrdiff_t)from;
            i--;
        }
    }
    return -1;
}

static void place(struct str s, size_t at, int *line, int *column)
{
    size_t begin = 0;
    *line = 1;
    for (size_t i = 0; i < at; i++)
        if (s.p[i] == '\n') {
            ++*line;
            begin = i + 1;
        }
    *column = (int)(at - begin) + 1;
}

/* ---- reading --------------------------------------------------------------------------- */

struct build {
    struct arena *arena;
    struct json *root;
};

static struct json *new_value(struct arena *a, enum json_type type)
{
    struct json *v = arena_new(a, struct json);
    v->type = type;
    return v;
}

static void *on_value(void *ctx, void *parent, const struct json_read *r)
{
    struct build *b = ctx;
    struct arena *a = b->arena;
    struct json *v = NULL;
    switch (r->kind) {
    case JSON_READ_NULL: v = json_null(a); break;
    case JSON_READ_FALSE: v = json_bool(a, false); break;
    case JSON_READ_TRUE: v = json_bool(a, true); break;
    case JSON_READ_WHOLE: v = json_int(a, r->whole); break;
    case JSON_READ_REAL: v = json_real(a, r->real); break;
    case JSON_READ_TEXT: v = json_string(a, str_dup(a, str_n(r->text, r->n))); break;
    case JSON_READ_ARRAY: v = json_array(a); break;
    case JSON_READ_OBJECT: v = json_object(a); break;
    }
    struct json *in = parent;
    if (!in) b->root = v;
    else if (in->type == JSON_ARRAY) json_add(a, in, v);
    else json_set_str(a, in, str_dup(a, str_n(r->key, r->key_n)), v);
    return v;
}

RC json_parse(struct arena *a, struct str text, const char *name, const struct json_limits *limits,
              struct json **ret, struct err *e)
{
    size_t max_bytes = limits && limits->max_bytes ? limits->max_bytes : (size_t)16 << 20;
    size_t max_depth = limits && limits->max_depth ? limits->max_depth : 64;
    struct json_read_error why;
    struct build b = {.arena = a};
    size_t n;
    if (text.n > max_bytes) return FAIL(e, RC_LIMIT, "JSON-0003", "the text is longer than %zu bytes", max_bytes);
    ptrdiff_t at = inexact_number(text, &n);
    if (!json_read(text.p, text.n, max_depth, on_value, &b, &why)) {
        err_set(e, RC_INVALID, why.duplicate ? "JSON-0002" : why.too_deep ? "JSON-0003" : "JSON-0001", __FILE__, __LINE__,
                "%s", why.text);
        err_at(e, name, why.line, why.column);
        return RC_INVALID;
    }
    if (at >= 0) {
        int line, column;
        place(text, (size_t)at, &line, &column);
        err_set(e, RC_INVALID, "JSON-0004", __FILE__, __LINE__,
                "the number %.*s has more digits than can be kept; write it as a string", (int)(n > 60 ? 60 : n), text.p + at);
        err_at(e, name, line, column);
        return RC_INVALID;
    }
    *ret = b.root;
    return RC_OK;
}

/* ---- building ---------------------------------------------------------------------------- */

struct json *json_object(struct arena *a) { return new_value(a, JSON_OBJECT); }
struct json *json_array(struct arena *a) { return new_value(a, JSON_ARRAY); }
struct json *json_null(struct arena *a) { return new_value(a, JSON_NULL); }
struct json *json_c(struct arena *a, const char *s) { return json_string(a, str_dup(a, str_c(s))); }

struct json *json_string(struct arena *a, struct str s)
{
    struct json *v = new_value(a, JSON_STRING);
    v->string = s.p ? s : STR("");
    return v;
}

struct json *json_bool(struct arena *a, bool b)
{
    struct json *v = new_value(a, JSON_BOOL);
    v->boolean = b;
    return v;
}

struct json *json_int(struct arena *a, int64_t n)
{
    struct json *v = new_value(a, JSON_NUMBER);
    char text[24];
    int k = snprintf(text, sizeof text, "%lld", (long long)n);
    v->num.real = (double)n;
    v->num.whole = n;
    v->num.is_whole = true;
    v->num.text = str_dup(a, str_n(text, (size_t)k));
    return v;
}

/* Plain decimals where short, else d.ddde±n: one spelling for one value. */
struct json *json_real(struct arena *a, double d)
{
    if (d == rint(d) && fabs(d) < 9e15) return json_int(a, (int64_t)d);
    struct json *v = new_value(a, JSON_NUMBER);
    char text[40];
    shortest(d, text);
    v->num.real = d;
    v->num.text = str_dup(a, str_c(text));
    return v;
}

void json_set_str(struct arena *a, struct json *object, struct str key, struct json *value)
{
    if (!value) return;
    for (size_t i = 0; i < object->object.n; i++)
        if (str_eq(object->object.members[i].key, key)) {
            object->object.members[i].value = value;
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

/* ---- looking -------------------------------------------------------------------------------- */

struct json *json_get_str(const struct json *o, struct str key)
{
    for (size_t i = 0; o && o->type == JSON_OBJECT && i < o->object.n; i++)
        if (str_eq(o->object.members[i].key, key)) return o->object.members[i].value;
    return NULL;
}

struct json *json_get(const struct json *o, const char *key) { return json_get_str(o, str_c(key)); }

struct json *json_at(const struct json *v, size_t i)
{
    return v && v->type == JSON_ARRAY && i < v->array.n ? v->array.items[i] : NULL;
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

struct str json_text(const struct json *o, const char *key) { return json_str(json_get(o, key)); }

int64_t json_whole(const struct json *v, int64_t otherwise)
{
    return v && v->type == JSON_NUMBER && v->num.is_whole ? v->num.whole : otherwise;
}

bool json_is_true(const struct json *v) { return v && v->type == JSON_BOOL && v->boolean; }

/* json-pointer = *( "/" reference-token ), RFC 6901 §3 */
struct json *json_pointer(const struct json *root, struct str pointer)
{
    const struct json *at = root;
    while (at && pointer.n) {
        char token[256];
        size_t n = 0, i = 1;
        if (pointer.p[0] != '/') return NULL;
        for (; i < pointer.n && pointer.p[i] != '/' && n < sizeof token; i++) {
            char c = pointer.p[i];
            if (c == '~' && i + 1 < pointer.n) c = pointer.p[++i] == '1' ? '/' : '~';
            token[n++] = c;
        }
        int64_t index;
        if (at->type == JSON_ARRAY)
            at = str_to_i64(str_n(token, n), &index) && index >= 0 ? json_at(at, (size_t)index) : NULL;
        else at = json_get_str(at, str_n(token, n));
        pointer = str_sub(pointer, i, pointer.n);
    }
    return at ? *(struct json *const *)(const void *)&at : NULL;
}

/* ---- writing ---------------------------------------------------------------------------------- */

void json_write_string(struct buf *b, struct str s)
{
    static const char hexes[] = "0123456789abcdef";
    buf_ch(b, '"');
    for (size_t i = 0, from = 0; i <= s.n; i++) {
        unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;
        if (i < s.n && c >= 0x20 && c != '"' && c != '\\') continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        if (i == s.n) break;
        const char *at = c ? strchr("\"\"\\\\\bb\ff\nn\rr\tt", c) : NULL;
        buf_ch(b, '\\');
        if (at) buf_ch(b, at[1]);
        else {
            buf_c(b, "u00");
            buf_ch(b, hexes[c >> 4]);
            buf_ch(b, hexes[c & 15]);
        }
    }
    buf_ch(b, '"');
}

static int by_key(const void *x, const void *y)
{
    const struct json_member *const *a = x, *const *b = y;
    return str_cmp((*a)->key, (*b)->key);
}

static void write_members(struct buf *b, const struct json *v)
{
    size_t n = v->object.n;
    const struct json_member **sorted = arena_array(b->arena, const struct json_member *, n);
    for (size_t i = 0; i < n; i++) sorted[i] = &v->object.members[i];
    qsort(sorted, n, sizeof *sorted, by_key);
    for (size_t i = 0; i < n; i++) {
        if (i) buf_ch(b, ',');
        json_write_string(b, sorted[i]->key);
        buf_ch(b, ':');
        json_write(b, sorted[i]->value);
    }
}

static void write_scalar(struct buf *b, const struct json *v)
{
    if (v->type == JSON_STRING) json_write_string(b, v->string);
    else if (v->type == JSON_NUMBER) buf_str_add(b, v->num.text);
    else buf_c(b, v->type == JSON_NULL ? "null" : v->boolean ? "true" : "false");
}

void json_write(struct buf *b, const struct json *v)
{
    if (v->type == JSON_OBJECT) {
        buf_ch(b, '{');
        write_members(b, v);
        buf_ch(b, '}');
    } else if (v->type == JSON_ARRAY) {
        buf_ch(b, '[');
        for (size_t i = 0; i < v->array.n; i++) {
            if (i) buf_ch(b, ',');
            json_write(b, v->array.items[i]);
        }
        buf_ch(b, ']');
    } else write_scalar(b, v);
}

static void new_line(struct buf *b, int depth)
{
    buf_ch(b, '\n');
    for (int i = 0; i < depth; i++) buf_c(b, "  ");
}

static void pretty(struct buf *b, const struct json *v, int depth)
{
    bool object = v->type == JSON_OBJECT;
    size_t n = json_len(v);
    if (!object && v->type != JSON_ARRAY) {
        write_scalar(b, v);
        return;
    }
    buf_ch(b, object ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        if (i) buf_ch(b, ',');
        new_line(b, depth + 1);
        if (object) {
            json_write_string(b, v->object.members[i].key);
            buf_c(b, ": ");
        }
        pretty(b, object ? v->object.members[i].value : v->array.items[i], depth + 1);
    }
    if (n) new_line(b, depth);
    buf_ch(b, object ? '}' : ']');
}

void json_write_pretty(struct buf *b, const struct json *v)
{
    pretty(b, v, 0);
    buf_ch(b, '\n');
}
