/* TZif (RFC 8536) versions 1 to 4: see tz.h. The 64-bit block is used where there is one; times beyond the table follow
 * the footer, a POSIX TZ string with the extensions of §3.3.1. */
#include "base/tz.h"
#include "base/date.h"

struct rule { /* Mm.w.d, Jn or n, with a time of day in seconds */
    char kind; /* 'M', 'J', 'N' */
    int month, week, day;
    int32_t time;
};

struct tz {
    struct str name;
    size_t n;
    int64_t *times;   /* transitions, UTC seconds, ascending */
    int32_t *offsets; /* n + 1: before the first, behind each */
    bool has_footer, has_dst;
    int32_t standard, daylight;
    struct rule start, end;
};

struct str tz_name(const struct tz *z) { return z->name; }

struct cursor {
    const unsigned char *p, *end;
};

static int64_t big_endian(const unsigned char *p, size_t n)
{
    int64_t v = (signed char)p[0];
    for (size_t i = 1; i < n; i++) v = (int64_t)((uint64_t)v << 8 | p[i]);
    return v;
}

/* ---- footer ----------------------------------------------------------------------------- */

static bool number(struct cursor *c, int *ret)
{
    int v = 0, n = 0;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9' && n < 4; c->p++, n++) v = v * 10 + (*c->p - '0');
    *ret = v;
    return n > 0;
}

static bool eat(struct cursor *c, char ch)
{
    if (c->p == c->end || *c->p != ch) return false;
    c->p++;
    return true;
}

/* [+|-]hh[:mm[:ss]] */
static bool hms(struct cursor *c, int32_t *ret)
{
    int h, m = 0, s = 0, sign = 1;
    if (eat(c, '-')) sign = -1;
    else eat(c, '+');
    if (!number(c, &h) || h > 167) return false;
    if (eat(c, ':') && !number(c, &m)) return false;
    if (eat(c, ':') && !number(c, &s)) return false;
    if (m > 59 || s > 59) return false;
    *ret = sign * (h * 3600 + m * 60 + s);
    return true;
}

static bool zone_name(struct cursor *c)
{
    const unsigned char *from = c->p;
    if (eat(c, '<')) {
        while (c->p < c->end && *c->p != '>') c->p++;
        return eat(c, '>');
    }
    while (c->p < c->end && ((*c->p | 32) >= 'a' && (*c->p | 32) <= 'z')) c->p++;
    return c->p - from >= 3;
}

static bool rule(struct cursor *c, struct rule *r)
{
    *r = (struct rule){.kind = 'N', .time = 7200};
    if (eat(c, 'M')) {
        r->kind = 'M';
        if (!number(c, &r->month) || !eat(c, '.') || !number(c, &r->week) || !eat(c, '.') || !number(c, &r->day)) return false;
        if (r->month < 1 || r->month > 12 || r->week < 1 || r->week > 5 || r->day > 6) return false;
    } else {
        if (eat(c, 'J')) r->kind = 'J';
        if (!number(c, &r->day) || r->day > 365 || (r->kind == 'J' && r->day < 1)) return false;
    }
    return !eat(c, '/') || hms(c, &r->time);
}

/* std offset [dst [offset] [, start [/time], end [/time]]] */
static bool footer(struct tz *z, struct cursor c)
{
    int32_t off;
    if (!zone_name(&c) || !hms(&c, &off)) return false;
    z->standard = -off;
    z->has_footer = true;
    if (c.p == c.end) return true;
    z->has_dst = true;
    z->daylight = z->standard + 3600;
    if (!zone_name(&c)) return false;
    if (c.p < c.end && *c.p != ',') {
        if (!hms(&c, &off)) return false;
        z->daylight = -off;
    }
    return eat(&c, ',') && rule(&c, &z->start) && eat(&c, ',') && rule(&c, &z->end) && c.p == c.end;
}

/* Local second, counted from 1970, at which the rule strikes in a year. */
static int64_t strikes(const struct rule *r, int64_t year)
{
    int64_t day;
    if (r->kind == 'M') {
        int64_t first = date_days(year, r->month, 1);
        int shift = r->day - date_weekday(first) % 7; /* POSIX: 0 is Sunday */
        day = first + (shift < 0 ? shift + 7 : shift) + 7 * (r->week - 1);
        while (day >= first + date_month_days(year, r->month)) day -= 7;
    } else {
        day = date_days(year, 1, 1) + r->day - (r->kind == 'J');
        if (r->kind == 'J' && date_is_leap(year) && r->day >= 60) day++;
    }
    return day * 86400 + r->time;
}

static int32_t by_rule(const struct tz *z, int64_t utc)
{
    int64_t year;
    int m, d;
    if (!z->has_dst) return z->standard;
    int64_t local = utc + z->standard, days = local / 86400 - (local % 86400 < 0);
    date_civil(days, &year, &m, &d);
    int64_t on = strikes(&z->start, year) - z->standard, off = strikes(&z->end, year) - z->daylight;
    bool dst = on < off ? utc >= on && utc < off : utc >= on || utc < off;
    return dst ? z->daylight : z->standard;
}

/* ---- table -------------------------------------------------------------------------------- */

struct counts {
    size_t isut, isstd, leap, time, type, chars;
};

static bool header(struct cursor *c, struct counts *n, int *version)
{
    if (c->end - c->p < 44 || memcmp(c->p, "TZif", 4) != 0) return false;
    size_t *fields[] = {&n->isut, &n->isstd, &n->leap, &n->time, &n->type, &n->chars};
    *version = c->p[4] ? c->p[4] - '0' : 1;
    for (size_t i = 0; i < 6; i++) {
        int64_t v = big_endian(c->p + 20 + i * 4, 4);
        if (v < 0 || v > 100000) return false;
        *fields[i] = (size_t)v;
    }
    c->p += 44;
    return n->type > 0;
}

static size_t body_size(const struct counts *n, size_t width)
{
    return n->time * width + n->time + n->type * 6 + n->chars + n->leap * (width + 4) + n->isstd + n->isut;
}

static bool table(struct arena *a, struct tz *z, struct cursor *c, const struct counts *n, size_t width)
{
    if ((size_t)(c->end - c->p) < body_size(n, width)) return false;
    const unsigned char *index = c->p + n->time * width, *types = index + n->time;
    z->n = n->time;
    z->times = arena_array(a, int64_t, n->time + 1);
    z->offsets = arena_array(a, int32_t, n->time + 1);
    z->offsets[0] = (int32_t)big_endian(types, 4);
    for (size_t i = 0; i < n->time; i++) {
        z->times[i] = big_endian(c->p + i * width, width);
        if (index[i] >= n->type || (i && z->times[i] <= z->times[i - 1])) return false;
        z->offsets[i + 1] = (int32_t)big_endian(types + index[i] * 6, 4);
    }
    c->p += body_size(n, width);
    return true;
}

RC tz_load(struct arena *a, struct str name, struct str tzif, const struct tz **ret, struct err *e)
{
    struct cursor c = {(const unsigned char *)tzif.p, (const unsigned char *)tzif.p + tzif.n};
    struct tz *z = arena_new(a, struct tz);
    struct counts n;
    int version;
    bool ok = tzif.n && header(&c, &n, &version);
    if (ok && version >= 2) {
        ok = (size_t)(c.end - c.p) >= body_size(&n, 4);
        if (ok) c.p += body_size(&n, 4);
        ok = ok && header(&c, &n, &version) && table(a, z, &c, &n, 8);
        if (ok && eat(&c, '\n')) {
            const unsigned char *nl = memchr(c.p, '\n', (size_t)(c.end - c.p));
            if (nl && nl > c.p) ok = footer(z, (struct cursor){c.p, nl});
        }
    } else ok = ok && table(a, z, &c, &n, 4);
    if (!ok) return FAIL(e, RC_INVALID, "TZ-0001", "zone '%.*s': not a TZif file (RFC 8536)", STR_ARG(name));
    z->name = str_dup(a, name);
    *ret = z;
    return RC_OK;
}

int32_t tz_offset_at(const struct tz *z, int64_t utc)
{
    size_t low = 0, high = z->n; /* transitions at or before utc */
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (z->times[mid] <= utc) low = mid + 1;
        else high = mid;
    }
    if (low == z->n && z->has_footer) return by_rule(z, utc);
    return z->offsets[low];
}

int32_t tz_offset_local(const struct tz *z, int64_t local)
{
    /* Offsets change at most by a day: the offset a day before is the one in force before any change nearby. */
    int32_t before = tz_offset_at(z, local - 86400 - 43200);
    int32_t first = tz_offset_at(z, local - before), again = tz_offset_at(z, local - first);
    if (tz_offset_at(z, local - before) == before) return before;
    return again == first ? first : before;
}
