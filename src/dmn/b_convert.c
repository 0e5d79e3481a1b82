/* Conversion functions (DMN 1.5 §10.3.4.1), not() and is(). A text that is no date, time,
 * duration or number gives null with FEEL-0301 that quotes it. */
#include "dmn/b.h"
#include "base/date.h"

#define NANOS ((int64_t)1000000000)

static struct value not_a(struct call *c, const char *what, struct value text)
{
    struct str s = v_text(text);
    return call_null(c, "FEEL-0301", "\"%.*s\"%s is not %s", (int)(s.n > 60 ? 60 : s.n), s.p,
                     s.n > 60 ? "…" : "", what);
}

BUILTIN(b_date)
{
    (void)n;
    struct value v;
    struct moment m = {0};
    if (which == 0 && args[0].tag == TAG_STR)
        return temporal_date(c->arena, v_text(args[0]), &v)
                   ? v
                   : not_a(c, "a date (YYYY-MM-DD)", args[0]);
    if (which == 0) {
        m.days = args[0].moment->days;
        return temporal_make(c->arena, TAG_DATE, m);
    }
    int64_t year, month, day;
    if (!num_to_i64(args[0], &year) || !num_to_i64(args[1], &month) ||
        !num_to_i64(args[2], &day) || year > 999999999 || year < -999999999 || month < 1 ||
        month > 12 || day < 1 || day > 31 || !date_valid(year, (int)month, (int)day))
        return call_null(c, "FEEL-0301", "date(): there is no such day");
    m.days = date_days(year, (int)month, (int)day);
    return temporal_make(c->arena, TAG_DATE, m);
}

BUILTIN(b_date_and_time)
{
    (void)n;
    struct value v;
    if (which == 0)
        return temporal_date_time(c->arena, c->zones, v_text(args[0]), &v)
                   ? v
                   : not_a(c,
                           "a date and time (YYYY-MM-DDThh:mm:ss, then nothing, Z, ±hh:mm or "
                           "@Zone)",
                           args[0]);
    struct moment m = *args[1].moment;
    m.days = args[0].moment->days;
    return temporal_make(c->arena, TAG_DATE_TIME, m);
}

static struct value time_of_parts(struct call *c, const struct value *args)
{
    int64_t hour, minute, nanos;
    struct value billion = v_int(NANOS), v;
    struct moment m = {0};
    if (!num_to_i64(args[0], &hour) || !num_to_i64(args[1], &minute) || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || !num_mul(c->arena, args[2], billion, &v) ||
        !num_trunc_i64(v, &nanos) || nanos < 0 || num_sign(v) < 0 || nanos >= 60 * NANOS)
        return call_null(c, "FEEL-0301", "time(): there is no such time of day");
    m.nanos = (hour * 3600 + minute * 60) * NANOS + nanos;
    if (!v_is_null(args[3])) {
        __int128 offset = args[3].dur->nanos / NANOS, limit = 18 * 3600;
        if (args[3].dur->nanos % NANOS || offset > limit || offset < -limit)
            return call_null(c, "FEEL-0301",
                             "time(): an offset is whole seconds, at most 18 hours");
        m.zone_kind = ZONE_OFFSET;
        m.offset = (int32_t)offset;
    }
    return temporal_make(c->arena, TAG_TIME, m);
}

BUILTIN(b_time)
{
    (void)n;
    struct value v;
    if (which == 1) return time_of_parts(c, args);
    if (args[0].tag == TAG_STR)
        return temporal_time(c->arena, c->zones, v_text(args[0]), &v)
                   ? v
                   : not_a(c, "a time of day (hh:mm:ss, then nothing, Z, ±hh:mm or @Zone)",
                           args[0]);
    struct moment m = *args[0].moment;
    m.days = 0;
    return temporal_make(c->arena, TAG_TIME, m);
}

BUILTIN(b_duration)
{
    (void)which, (void)n;
    struct value v;
    return temporal_duration(c->arena, v_text(args[0]), &v)
               ? v
               : not_a(c, "a duration (such as P1Y6M or P2DT12H)", args[0]);
}

/* Whole months between two days, the clock ignored, as TCK 1121 has them. */
BUILTIN(b_months_between)
{
    (void)c, (void)which, (void)n;
    int64_t year[2];
    int month[2], day[2];
    for (int i = 0; i < 2; i++) date_civil(args[i].moment->days, &year[i], &month[i], &day[i]);
    int64_t months = (year[1] - year[0]) * 12 + month[1] - month[0];
    if (months > 0 && day[1] < day[0])
        months--;
    else if (months < 0 && day[1] > day[0])
        months++;
    return (struct value){.tag = TAG_MONTHS, .i = months};
}

/* One of the allowed separators, or none. */
static bool separator(struct value v, const char *allowed, char *ret)
{
    *ret = 0;
    if (v_is_null(v)) return true;
    if (v.n != 1 || !strchr(allowed, v.s[0])) return false;
    *ret = v.s[0];
    return true;
}

BUILTIN(b_number)
{
    (void)which, (void)n;
    char group, point;
    struct value v;
    if (!separator(args[1], " ,.", &group) || !separator(args[2], ".,", &point))
        return call_null(c, "FEEL-0301",
                         "number(): separators are a blank, a comma or a point");
    if (!point) point = '.';
    if (group == point && !v_is_null(args[2]))
        return call_null(c, "FEEL-0301", "number(): the two separators must differ");
    struct str text = v_text(args[0]);
    if (!has_text_room(c, text.n)) return over_limit(c);
    char *plain = arena_alloc(c->arena, text.n + 1);
    size_t length = 0;
    for (size_t i = 0; i < text.n; i++) {
        char ch = text.p[i];
        if (group && ch == group) continue;
        if (ch == point)
            ch = '.';
        else if (ch == '.')
            return not_a(c, "a number with these separators", args[0]);
        plain[length++] = ch;
    }
    return num_parse(c->arena, str_n(plain, length), &v)
               ? v
               : not_a(c, "a number with these separators", args[0]);
}

BUILTIN(b_string)
{
    (void)which, (void)n;
    if (v_is_null(args[0])) return v_null(0); /* TCK 0079: not an error */
    const size_t limit = (size_t)1 << 28;
    size_t size = v_print_size(args[0], limit);
    /* the text grows by doubling, so three times its size passes through the arena */
    if (args[0].tag != TAG_STR && (size > limit || !has_text_room(c, 3 * size)))
        return over_limit(c);
    return v_str(v_print(c->arena, args[0]));
}

BUILTIN(b_not)
{
    (void)c, (void)which, (void)n;
    return v_is_null(args[0]) ? args[0] : v_bool(!args[0].flag);
}

BUILTIN(b_is)
{
    (void)c, (void)which, (void)n;
    return v_bool(v_is_same(args[0], args[1]));
}
