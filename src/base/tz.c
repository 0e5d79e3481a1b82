/* Time zones from TZif (RFC 8536 version 2 and later: the 64-bit block and the footer). Every
 * length is checked against the bytes before it is used. Offsets stay within the 26 hours the
 * RFC allows, which bounds the search for a local time. */
#include "base/tz.h"
#include "base/date.h"

enum { HEADER = 44, MOST_OFFSET = 26 * 3600, MOST_TYPES = 256, MOST_TRANSITIONS = 20000 };

/* One end of summer time in the footer's rule (POSIX.1 TZ). */
struct rule_day {
    char kind; /* 'M' month, week, weekday; 'J' day 1..365 without leap days; 'N' day 0..365 */
    int month, week, weekday, day;
    int32_t seconds; /* local time of day, -167 h to 167 h */
};

struct tz {
    struct str name;
    size_t n;       /* transitions */
    int64_t *at;    /* ascending UTC seconds */
    int32_t *after; /* offset from at[i] on */
    int32_t first;  /* offset before the first transition */
    bool has_rule, has_summer;
    int32_t standard, summer;
    struct rule_day begins, ends;
};

static uint32_t be32(const char *p)
{
    const unsigned char *b = (const unsigned char *)p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t be64(const char *p) { return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4)); }

static bool number(struct str *s, int most, int *ret)
{
    int v = 0;
    size_t i = 0;
    for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
        v = v * 10 + (s->p[i] - '0');
        if (v > most) return false;
    }
    *s = str_sub(*s, i, s->n);
    *ret = v;
    return i > 0;
}

static bool skip(struct str *s, char c)
{
    if (s->n == 0 || s->p[0] != c) return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

/* name = 3*ALPHA / "<" 3*(ALPHA / DIGIT / "+" / "-") ">" */
static bool zone_name(struct str *s)
{
    bool quoted = skip(s, '<');
    size_t i = 0;
    for (; i < s->n; i++) {
        char c = s->p[i];
        bool alpha = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!alpha && !(quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'))) break;
    }
    *s = str_sub(*s, i, s->n);
    return i >= 3 && (!quoted || skip(s, '>'));
}

/* time = ["+" / "-"] hours [":" minutes [":" seconds]] */
static bool clock_time(struct str *s, int most_hours, int32_t *ret)
{
    bool minus = skip(s, '-');
    int h, m = 0, sec = 0;
    if (!minus) skip(s, '+');
    if (!number(s, most_hours, &h)) return false;
    if (skip(s, ':')) {
        if (!number(s, 59, &m)) return false;
        if (skip(s, ':') && !number(s, 59, &sec)) return false;
    }
    *ret = (minus ? -1 : 1) * (h * 3600 + m * 60 + sec);
    return true;
}

/* date = ("M" m "." w "." d / "J" n / n) ["/" time] */
static bool rule_day(struct str *s, struct rule_day *ret)
{
    struct rule_day r = {.kind = 'N', .seconds = 2 * 3600};
    if (skip(s, 'M')) {
        r.kind = 'M';
        if (!number(s, 12, &r.month) || !skip(s, '.') || !number(s, 5, &r.week) ||
            !skip(s, '.') || !number(s, 6, &r.weekday) || r.month < 1 || r.week < 1)
            return false;
    } else {
        if (skip(s, 'J')) r.kind = 'J';
        if (!number(s, 365, &r.day) || (r.kind == 'J' && r.day < 1)) return false;
    }
    if (skip(s, '/') && !clock_time(s, 167, &r.seconds)) return false;
    *ret = r;
    return true;
}

/* TZ = name offset [name [offset] "," date "," date]; POSIX counts offsets west of
 * Greenwich. */
static bool footer(struct str s, struct tz *z)
{
    int32_t west;
    if (!zone_name(&s) || !clock_time(&s, 24, &west)) return false;
    z->has_rule = true;
    z->standard = -west;
    if (s.n == 0) return true;
    z->has_summer = true;
    z->summer = z->standard + 3600;
    if (!zone_name(&s)) return false;
    if (s.n && s.p[0] != ',') {
        if (!clock_time(&s, 24, &west)) return false;
        z->summer = -west;
    }
    return skip(&s, ',') && rule_day(&s, &z->begins) && skip(&s, ',') &&
           rule_day(&s, &z->ends) && s.n == 0;
}

struct header {
    size_t utc, std, leap, times, types, chars;
};

static bool header(struct str b, struct header *h)
{
    if (b.n < HEADER || memcmp(b.p, "TZif", 4) != 0) return false;
    *h = (struct header){.utc = be32(b.p + 20),
                         .std = be32(b.p + 24),
                         .leap = be32(b.p + 28),
                         .times = be32(b.p + 32),
                         .types = be32(b.p + 36),
                         .chars = be32(b.p + 40)};
    return h->types >= 1 && h->types <= MOST_TYPES && h->times <= MOST_TRANSITIONS &&
           h->utc <= h->types && h->std <= h->types && h->leap <= 1000 && h->chars <= 4096;
}

static size_t body_size(const struct header *h, size_t time_size)
{
    return h->times * (time_size + 1) + h->types * 6 + h->chars + h->leap * (time_size + 4) +
           h->std + h->utc;
}

static bool offset_of(const char *types, size_t n, size_t i, int32_t *ret)
{
    if (i >= n) return false;
    *ret = (int32_t)be32(types + i * 6);
    return *ret >= -MOST_OFFSET && *ret <= MOST_OFFSET;
}

/* The 64-bit block b, whose header is h. */
static bool block(struct arena *a, struct str b, const struct header *h, struct tz *z)
{
    const char *times = b.p + HEADER, *index = times + h->times * 8, *types = index + h->times;
    z->n = h->times;
    z->at = arena_array(a, int64_t, h->times);
    z->after = arena_array(a, int32_t, h->times);
    if (!offset_of(types, h->types, 0, &z->first)) return false;
    for (size_t i = 0; i < h->times; i++) {
        z->at[i] = be64(times + i * 8);
        if (i && z->at[i] <= z->at[i - 1]) return false;
        if (!offset_of(types, h->types, (unsigned char)index[i], &z->after[i])) return false;
    }
    return true;
}

static enum rc refuse(struct err *e, struct str name, const char *why)
{
    return FAIL(e, RC_INVALID, "TZ-0001",
                "time zone " STR_FMT ": %s; reinstall the tzdata package",
                STR_ARG(str_sub(name, 0, 60)), why);
}

RC tz_load(struct arena *a, struct str name, struct str tzif, const struct tz **ret,
           struct err *e)
{
    struct header h;
    if (!header(tzif, &h)) return refuse(e, name, "not a TZif file");
    if (tzif.p[4] < '2') return refuse(e, name, "TZif version 1 has no 64-bit times");
    struct str second = str_sub(tzif, HEADER + body_size(&h, 4), tzif.n);
    if (!header(second, &h) || second.n - HEADER < body_size(&h, 8))
        return refuse(e, name, "the file is cut short");
    struct tz *z = arena_new(a, struct tz);
    z->name = str_dup(a, name);
    if (!block(a, second, &h, z)) return refuse(e, name, "a transition is out of range");
    struct str tail = str_sub(second, HEADER + body_size(&h, 8), second.n), rule;
    if (!skip(&tail, '\n') || !str_cut(&tail, '\n', &rule) || !tail.p)
        return refuse(e, name, "the footer is missing");
    if (rule.n && !footer(rule, z)) return refuse(e, name, "the footer is not a POSIX TZ rule");
    *ret = z;
    return RC_OK;
}

struct str tz_name(const struct tz *z) { return z->name; }

/* Local seconds since 1970 of the rule's day and time in a year. */
static int64_t rule_at(const struct rule_day *r, int64_t year)
{
    int64_t days;
    if (r->kind == 'M') {
        int64_t first = date_days(year, r->month, 1);
        int to = (r->weekday - date_weekday(first) % 7 + 7) % 7; /* POSIX: 0 Sunday */
        int day = 1 + to + (r->week - 1) * 7;
        while (day > date_month_days(year, r->month)) day -= 7;
        days = first + day - 1;
    } else {
        bool skip_leap_day = r->kind == 'J' && date_is_leap(year) && r->day >= 60;
        days = date_days(year, 1, 1) + r->day - (r->kind == 'J' && !skip_leap_day);
    }
    return days * 86400 + r->seconds;
}

struct change {
    int64_t at;
    int32_t after;
};

enum { CHANGES = 6 };

/* The rule's changes around a moment, in order: those of the year and of its neighbours. At the
 * same second the end of summer goes first, so that summer all year round stays summer. */
static void changes_near(const struct tz *z, int64_t seconds, struct change c[CHANGES])
{
    int64_t year;
    int month, day;
    date_civil(seconds / 86400, &year, &month, &day);
    for (int i = 0; i < 3; i++) {
        int64_t y = year - 1 + i;
        c[2 * i] = (struct change){rule_at(&z->ends, y) - z->summer, z->standard};
        c[2 * i + 1] = (struct change){rule_at(&z->begins, y) - z->standard, z->summer};
    }
    for (int i = 1; i < CHANGES; i++) {
        struct change x = c[i];
        int k = i;
        for (; k > 0 && (c[k - 1].at > x.at || (c[k - 1].at == x.at && x.after == z->standard));
             k--)
            c[k] = c[k - 1];
        c[k] = x;
    }
}

/* The stretch of one offset that holds a UTC second. */
struct stretch {
    int64_t from, until; /* INT64_MIN, INT64_MAX: open */
    int32_t offset;
};

static struct stretch rule_stretch(const struct tz *z, int64_t t, int64_t from)
{
    struct stretch s = {from, INT64_MAX, z->standard};
    if (!z->has_summer) return s;
    struct change c[CHANGES];
    changes_near(z, t, c);
    s.offset = c[0].after == z->standard ? z->summer : z->standard;
    for (int i = 0; i < CHANGES; i++) {
        if (c[i].at > t) {
            s.until = c[i].at;
            break;
        }
        s.offset = c[i].after;
        if (c[i].at > s.from) s.from = c[i].at;
    }
    return s;
}

static struct stretch stretch_at(const struct tz *z, int64_t t)
{
    size_t low = 0, high = z->n; /* transitions at or before t */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->at[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == z->n && z->has_rule)
        return rule_stretch(z, t, z->n ? z->at[z->n - 1] : INT64_MIN);
    return (struct stretch){low ? z->at[low - 1] : INT64_MIN,
                            low < z->n ? z->at[low] : INT64_MAX,
                            low ? z->after[low - 1] : z->first};
}

/* The calendar's own range; beyond it the rule is asked at its end. */
static int64_t within(int64_t seconds)
{
    const int64_t most = INT64_C(31556000000000000);
    return seconds > most ? most : seconds < -most ? -most : seconds;
}

int32_t tz_offset_at(const struct tz *z, int64_t utc_seconds)
{
    return stretch_at(z, within(utc_seconds)).offset;
}

/* Walk the stretches from before the earliest possible UTC second: the first one whose end the
 * local time does not reach has its offset, unless the local time falls into the gap before
 * it. */
int32_t tz_offset_local(const struct tz *z, int64_t local_seconds)
{
    int64_t local = within(local_seconds);
    struct stretch s = stretch_at(z, local - MOST_OFFSET);
    for (;;) {
        if (s.until == INT64_MAX || local - s.offset < s.until) return s.offset;
        struct stretch next = stretch_at(z, s.until);
        if (local - next.offset < s.until) return s.offset; /* gap: the offset before it */
        s = next;
    }
}
