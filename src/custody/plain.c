/* See plain.h. */
#include "custody/plain.h"

enum { DEPTH = 24, DIGITS = 15 };

struct plain {
    struct arena *a;
    const char *at, *end;
    int depth;
};

static struct json *value(struct plain *p);

static bool take(struct plain *p, char c)
{
    if (p->at == p->end || *p->at != c) return false;
    p->at++;
    return true;
}

static bool word(struct plain *p, const char *w)
{
    size_t n = strlen(w);
    if ((size_t)(p->end - p->at) < n || memcmp(p->at, w, n) != 0) return false;
    p->at += n;
    return true;
}

static bool text(struct plain *p, struct str *ret)
{
    if (!take(p, '"')) return false;
    const char *from = p->at;
    while (p->at < p->end && *p->at != '"' && *p->at != '\\' && *p->at >= ' ' && *p->at <= '~')
        p->at++;
    *ret = str_n(from, (size_t)(p->at - from));
    return take(p, '"');
}

static struct json *number(struct plain *p)
{
    int64_t n = 0;
    const char *from = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9' && p->at - from <= DIGITS)
        n = n * 10 + (*p->at++ - '0');
    bool whole = p->at > from && p->at - from <= DIGITS && (*from != '0' || p->at - from == 1);
    /* a fraction or an exponent stops whoever reads on */
    return whole ? json_int(p->a, n) : NULL;
}

static struct json *list(struct plain *p)
{
    struct json *o = json_array(p->a), *v;
    if (take(p, ']')) return o;
    do {
        if (!(v = value(p))) return NULL;
        json_add(p->a, o, v);
    } while (take(p, ','));
    return take(p, ']') ? o : NULL;
}

static struct json *members(struct plain *p)
{
    struct json *o = json_object(p->a);
    struct json_member m;
    if (take(p, '}')) return o;
    do {
        size_t n = o->object.n;
        if (!text(p, &m.key) || !take(p, ':')) return NULL;
        /* ascending, so none stands twice */
        if (n && str_cmp(o->object.members[n - 1].key, m.key) >= 0) return NULL;
        if (!(m.value = value(p))) return NULL;
        arena_push(p->a, o->object.members, o->object.n, o->object.cap);
        o->object.members[o->object.n++] = m;
    } while (take(p, ','));
    return take(p, '}') ? o : NULL;
}

static struct json *value(struct plain *p)
{
    struct str s;
    struct json *v;
    if (p->at == p->end || p->depth == DEPTH) return NULL;
    switch (*p->at) {
    case '"': return text(p, &s) ? json_string(p->a, s) : NULL;
    case '{':
    case '[':
        p->depth++;
        v = *p->at++ == '{' ? members(p) : list(p);
        p->depth--;
        return v;
    case 't': return word(p, "true") ? json_bool(p->a, true) : NULL;
    case 'f': return word(p, "false") ? json_bool(p->a, false) : NULL;
    case 'n': return word(p, "null") ? json_null(p->a) : NULL;
    default: return number(p);
    }
}

struct json *plain_json(struct arena *a, struct str s)
{
    struct plain p = {.a = a, .at = s.p, .end = s.p + s.n};
    struct json *v = s.n ? value(&p) : NULL;
    return v && p.at == p.end ? v : NULL;
}
