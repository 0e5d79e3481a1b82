/* String functions (DMN 1.5 §10.3.4.3). Positions and lengths count code points; fractions of
 * them are cut off (TCK 1103). */
#include "dmn/b.h"
#include "base/utf8.h"
#include "dmn/regex.h"

BUILTIN(b_substring)
{
    (void)n;
    struct str s = v_text(args[0]);
    int64_t start, length, count = (int64_t)utf8_count(s);
    if (!num_trunc_i64(args[1], &start) || start == 0 || start > count || start < -count)
        return call_null(c, "FEEL-0305", "substring(): the string has no such start position");
    start = start > 0 ? start - 1 : count + start;
    length = count - start;
    if (which == 1) {
        int64_t wanted;
        if (num_sign(args[2]) < 0)
            return call_null(c, "FEEL-0305", "substring(): the length is negative");
        if (num_trunc_i64(args[2], &wanted) && wanted < length) length = wanted;
    }
    size_t from = utf8_offset(s, (size_t)start);
    struct str rest = str_sub(s, from, s.n - from);
    return v_str(str_sub(rest, 0, utf8_offset(rest, (size_t)length)));
}

BUILTIN(b_string_length)
{
    (void)c, (void)which, (void)n;
    return v_int((int64_t)utf8_count(v_text(args[0])));
}

BUILTIN(b_upper_case)
{
    (void)which, (void)n;
    if (!has_text_room(c, 3 * (size_t)args[0].n)) return over_limit(c);
    return v_str(utf8_upper(c->arena, v_text(args[0])));
}

BUILTIN(b_lower_case)
{
    (void)which, (void)n;
    if (!has_text_room(c, 3 * (size_t)args[0].n)) return over_limit(c);
    return v_str(utf8_lower(c->arena, v_text(args[0])));
}

BUILTIN(b_substring_before)
{
    (void)c, (void)which, (void)n;
    struct str s = v_text(args[0]);
    ptrdiff_t at = str_find(s, v_text(args[1]));
    return v_str(str_sub(s, 0, at > 0 ? (size_t)at : 0));
}

BUILTIN(b_substring_after)
{
    (void)c, (void)which, (void)n;
    struct str s = v_text(args[0]), match = v_text(args[1]);
    ptrdiff_t at = match.n ? str_find(s, match) : 0;
    if (at < 0) return v_str(STR(""));
    size_t from = (size_t)at + match.n;
    return v_str(str_sub(s, from, s.n - from));
}

BUILTIN(b_contains)
{
    (void)c, (void)which, (void)n;
    return v_bool(args[1].n == 0 || str_find(v_text(args[0]), v_text(args[1])) >= 0);
}

BUILTIN(b_starts_with)
{
    (void)c, (void)which, (void)n;
    return v_bool(str_starts(v_text(args[0]), v_text(args[1])));
}

BUILTIN(b_ends_with)
{
    (void)c, (void)which, (void)n;
    return v_bool(str_ends(v_text(args[0]), v_text(args[1])));
}

/* NULL after the reason has been recorded in *ret. */
static const struct regex *compile(struct call *c, struct value pattern, struct value flags,
                                   struct value *ret)
{
    const char *why;
    struct str f = v_is_null(flags) ? STR("") : v_text(flags);
    const struct regex *r = regex_compile(c->arena, v_text(pattern), f, &why);
    if (!r) *ret = call_null(c, "FEEL-0303", "bad regular expression: %s", why);
    return r;
}

BUILTIN(b_matches)
{
    (void)which, (void)n;
    struct value v;
    const struct regex *r = compile(c, args[1], args[2], &v);
    if (!r) return v;
    int found = regex_matches(r, v_text(args[0]));
    regex_free(r);
    if (found < 0)
        return call_null(c, "FEEL-0303",
                         "matches(): the regular expression takes too many steps");
    return v_bool(found > 0);
}

BUILTIN(b_replace)
{
    (void)which, (void)n;
    struct value v;
    struct str result;
    const char *why;
    const struct regex *r = compile(c, args[1], args[3], &v);
    if (!r) return v;
    bool ok = regex_replace(c->arena, r, v_text(args[0]), v_text(args[2]), &result, &why);
    regex_free(r);
    if (!ok) return call_null(c, "FEEL-0303", "replace(): %s", why);
    if (!has_text_room(c, 0)) return over_limit(c);
    return v_str(result);
}

BUILTIN(b_split)
{
    (void)which, (void)n;
    struct value v;
    struct str *pieces;
    size_t count;
    const char *why;
    const struct regex *r = compile(c, args[1], v_null(0), &v);
    if (!r) return v;
    bool ok = regex_split(c->arena, r, v_text(args[0]), &pieces, &count, &why);
    regex_free(r);
    if (!ok) return call_null(c, "FEEL-0303", "split(): %s", why);
    if (!has_room(c, count, count)) return over_limit(c);
    v = v_list(c->arena, count);
    for (size_t i = 0; i < count; i++) v.list->items[i] = v_str(pieces[i]);
    return v;
}

BUILTIN(b_string_join)
{
    (void)which, (void)n;
    const struct list *l = args[0].list;
    struct str between = v_is_null(args[1]) ? STR("") : v_text(args[1]);
    size_t total = 0, count = 0;
    for (size_t i = 0; i < l->n; i++) {
        struct value v = l->items[i];
        if (v_is_null(v)) continue;
        if (v.tag != TAG_STR)
            return call_null(c, "FEEL-0304", "string join(): item %zu is not a string", i + 1);
        total += v.n + (count++ ? between.n : 0);
    }
    if (!has_text_room(c, total) || total > UINT32_MAX) return over_limit(c);
    char *text = arena_alloc(c->arena, total + 1), *p = text;
    for (size_t i = 0, k = 0; i < l->n; i++) {
        struct value v = l->items[i];
        if (v_is_null(v)) continue;
        if (k++ && between.n) memcpy(p, between.p, between.n), p += between.n;
        if (v.n) memcpy(p, v.s, v.n), p += v.n;
    }
    return v_str(str_n(text, total));
}
