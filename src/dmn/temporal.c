/* Dates, times of day, date-times and both durations (DMN 1.5 §10.3.2.3.4 to .8; lexical forms
 * of XML Schema 1.1 part 2 §3.3.6 to 3.3.9 and §3.4.26/27, years of up to nine digits, zones
 * also as `@Area/City`).
 *
 * Arithmetic follows Table 55: zoned values are moved along UTC and shown in their zone again,
 * local ones along their own clock; a date without a time meets date-times as midnight UTC,
 * hence only zoned ones. Order and equality of times count whole seconds (TCK 0068), identity
 * (is) everything. The wall clock is never read: the offset of a zone for a time of day alone
 * is that of 1970-01-01. Nothing here may depend on the C library's notion of time zones or
 * locales. */
#include "dmn/temporal.h"
#include "base/buf.h"
#include "base/date.h"
#include "dmn/num.h"

#define NANOS ((int64_t)1000000000)
#define DAY_SECONDS ((int64_t)86400)
#define DAY_NANOS (DAY_SECONDS * NANOS)

enum { YEAR_MAX = 999999999, OFFSET_MAX = 18 * 3600 };

/* Durations stay below 10^33 ns, so that they are exact as numbers and sums cannot wrap. */
static bool days_value(struct arena *a, __int128 nanos, struct value *ret)
{
    const __int128 limit = (__int128)DAY_NANOS * 1000000000 * 10000000000;
    if (nanos > limit || nanos < -limit) return false;
    *ret = temporal_days(a, nanos);
    return true;
}

static bool months_value(__int128 months, struct value *ret)
{
    const __int128 limit = (__int128)12 * 100000000000000000;
    if (months > limit || months < -limit) return false;
    *ret = (struct value){.tag = TAG_MONTHS, .i = (int64_t)months};
    return true;
}

struct value temporal_make(struct arena *a, enum tag tag, struct moment m)
{
    struct moment *copy = arena_new(a, struct moment);
    *copy = m;
    return (struct value){.tag = (uint8_t)tag, .moment = copy};
}

struct value temporal_days(struct arena *a, __int128 nanos)
{
    struct dur *d = arena_new(a, struct dur);
    d->nanos = nanos;
    return (struct value){.tag = TAG_DAYS, .dur = d};
}

static bool days_in_range(int64_t days)
{
    return days >= date_days(-YEAR_MAX, 1, 1) && days <= date_days(YEAR_MAX, 12, 31);
}

/* Reading: a cursor that eats what fits. */
struct cursor {
    const char *p, *end;
};

static bool eat(struct cursor *c, char what)
{
    if (c->p == c->end || *c->p != what) return false;
    c->p++;
    return true;
}

static size_t count_digits(const struct cursor *c)
{
    size_t n = 0;
    while (c->p + n < c->end && c->p[n] >= '0' && c->p[n] <= '9') n++;
    return n;
}

static int64_t take_digits(struct cursor *c, size_t n) /* n <= 18 */
{
    int64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v * 10 + (*c->p++ - '0');
    return v;
}

static bool read_two(struct cursor *c, int *ret)
{
    if (count_digits(c) != 2) return false;
    *ret = (int)take_digits(c, 2);
    return true;
}

static bool read_date(struct cursor *c, int64_t *ret_days)
{
    bool negative = eat(c, '-');
    size_t n = count_digits(c);
    if (n < 4 || n > 9 || (n > 4 && *c->p == '0')) return false;
    int64_t year = take_digits(c, n);
    int month, day;
    if (negative && year == 0) return false;
    if (negative) year = -year;
    if (!eat(c, '-') || !read_two(c, &month) || !eat(c, '-') || !read_two(c, &day))
        return false;
    if (!date_valid(year, month, day)) return false;
    *ret_days = date_days(year, month, day);
    return true;
}

/* Digits behind the point as nanoseconds; more than nine must be zeros. */
static bool read_fraction(struct cursor *c, int64_t *ret)
{
    size_t n = count_digits(c);
    int64_t nanos = 0;
    for (size_t i = 0; i < n || i < 9; i++) {
        int digit = i < n ? *c->p++ - '0' : 0;
        if (i < 9)
            nanos = nanos * 10 + digit;
        else if (digit)
            return false;
    }
    *ret = nanos;
    return true;
}

/* hh:mm:ss[.f]; 24:00:00 is the end of the day, nanos = DAY_NANOS. */
static bool read_clock(struct cursor *c, int64_t *ret_nanos)
{
    int hour, minute, second;
    int64_t fraction = 0;
    if (!read_two(c, &hour) || !eat(c, ':') || !read_two(c, &minute) || !eat(c, ':') ||
        !read_two(c, &second))
        return false;
    if (eat(c, '.') && (count_digits(c) == 0 || !read_fraction(c, &fraction))) return false;
    if (hour > 24 || minute > 59 || second > 59) return false;
    if (hour == 24 && (minute || second || fraction)) return false;
    *ret_nanos = (hour * 3600 + minute * 60 + second) * NANOS + fraction;
    return true;
}

static bool read_offset(struct cursor *c, struct moment *m)
{
    bool west = *c->p++ == '-';
    int hour, minute, second = 0;
    if (!read_two(c, &hour) || !eat(c, ':') || !read_two(c, &minute)) return false;
    if (eat(c, ':') && !read_two(c, &second)) return false;
    int32_t offset = hour * 3600 + minute * 60 + second;
    if (minute > 59 || second > 59 || offset > OFFSET_MAX) return false;
    m->zone_kind = ZONE_OFFSET;
    m->offset = west ? -offset : offset;
    return true;
}

/* The host turns the name into a file name, so it gets nothing that could leave its
 * directory. */
static bool is_zone_name(struct str s)
{
    if (s.n == 0 || s.n > 64) return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        bool inner =
            ch == '/' || ch == '-' || ch == '+' || ch == '_' || (ch >= '0' && ch <= '9');
        bool letter = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
        if (!letter && (i == 0 || !inner)) return false;
    }
    return true;
}

static bool read_zone(struct cursor *c, const struct zones *z, struct moment *m)
{
    if (c->p == c->end) return true; /* local */
    if (eat(c, 'Z')) {
        m->zone_kind = ZONE_OFFSET;
    } else if (eat(c, '@')) {
        struct str name = str_n(c->p, (size_t)(c->end - c->p));
        if (!is_zone_name(name) || !z || !z->find || !(m->tz = z->find(z->ctx, name)))
            return false;
        m->zone_kind = ZONE_NAMED;
        c->p = c->end;
    } else if (*c->p == '+' || *c->p == '-') {
        if (!read_offset(c, m)) return false;
    }
    return c->p == c->end;
}

bool temporal_date(struct arena *a, struct str s, struct value *ret)
{
    struct cursor c = {s.p, s.p + s.n};
    struct moment m = {0};
    if (!read_date(&c, &m.days) || c.p != c.end) return false;
    *ret = temporal_make(a, TAG_DATE, m);
    return true;
}

bool temporal_time(struct arena *a, const struct zones *z, struct str s, struct value *ret)
{
    struct cursor c = {s.p, s.p + s.n};
    struct moment m = {0};
    if (!read_clock(&c, &m.nanos) || !read_zone(&c, z, &m)) return false;
    if (m.nanos == DAY_NANOS) m.nanos = 0;
    *ret = temporal_make(a, TAG_TIME, m);
    return true;
}

bool temporal_date_time(struct arena *a, const struct zones *z, struct str s, struct value *ret)
{
    struct cursor c = {s.p, s.p + s.n};
    struct moment m = {0};
    if (!read_date(&c, &m.days)) return false;
    if (c.p != c.end && (!eat(&c, 'T') || !read_clock(&c, &m.nanos) || !read_zone(&c, z, &m)))
        return false;
    if (m.nanos == DAY_NANOS) m.nanos = 0, m.days++;
    if (!days_in_range(m.days)) return false;
    *ret = temporal_make(a, TAG_DATE_TIME, m);
    return true;
}

/* One `12H`: its unit must be among those left of `units`, which is moved behind it. */
static bool read_part(struct cursor *c, const char **units, char *ret_unit, int64_t *ret,
                      int64_t *ret_nanos)
{
    size_t n = count_digits(c);
    bool point = false;
    if (n == 0 || n > 18) return false;
    *ret = take_digits(c, n);
    *ret_nanos = 0;
    if (eat(c, '.')) {
        point = true;
        if (!read_fraction(c, ret_nanos)) return false;
    }
    if (c->p == c->end) return false;
    *ret_unit = *c->p++;
    if (point && *ret_unit != 'S') return false;
    for (; **units; (*units)++)
        if (**units == *ret_unit) return (*units)++, true;
    return false;
}

static bool read_months(struct cursor *c, bool negative, struct value *ret)
{
    const char *units = "YM";
    __int128 months = 0;
    do {
        char unit;
        int64_t n, fraction;
        if (!read_part(c, &units, &unit, &n, &fraction)) return false;
        months += (__int128)n * (unit == 'Y' ? 12 : 1);
    } while (c->p != c->end);
    return months_value(negative ? -months : months, ret);
}

static bool read_days(struct arena *a, struct cursor *c, bool negative, struct value *ret)
{
    const char *units = "D";
    bool clock = false;
    __int128 nanos = 0;
    do {
        char unit;
        int64_t n, fraction;
        if (!clock && eat(c, 'T')) units = "HMS", clock = true;
        if (!read_part(c, &units, &unit, &n, &fraction)) return false;
        int64_t seconds = unit == 'D' ? DAY_SECONDS : unit == 'H' ? 3600 : unit == 'M' ? 60 : 1;
        nanos += (__int128)n * seconds * NANOS + fraction;
    } while (c->p != c->end);
    return days_value(a, negative ? -nanos : nanos, ret);
}

bool temporal_duration(struct arena *a, struct str s, struct value *ret)
{
    struct cursor c = {s.p, s.p + s.n}, all;
    bool negative = eat(&c, '-');
    if (!eat(&c, 'P') || c.p == c.end) return false;
    all = c;
    return read_months(&c, negative, ret) || read_days(a, &all, negative, ret);
}

bool temporal_literal(struct arena *a, const struct zones *z, struct str s, struct value *ret)
{
    return temporal_date(a, s, ret) || temporal_date_time(a, z, s, ret) ||
           temporal_time(a, z, s, ret) || temporal_duration(a, s, ret);
}

/* Printing. */
static void print_date(struct buf *b, int64_t days)
{
    int64_t year;
    int month, day;
    date_civil(days, &year, &month, &day);
    buf_printf(b, "%s%04lld-%02d-%02d", year < 0 ? "-" : "",
               (long long)(year < 0 ? -year : year), month, day);
}

static void print_fraction(struct buf *b, int64_t nanos) /* 0 … 999999999 */
{
    char digits[9];
    int n = 9;
    if (nanos == 0) return;
    for (int i = 8; i >= 0; i--) digits[i] = (char)('0' + nanos % 10), nanos /= 10;
    while (digits[n - 1] == '0') n--;
    buf_ch(b, '.');
    buf_add(b, digits, (size_t)n);
}

static void print_clock(struct buf *b, const struct moment *m)
{
    int seconds = (int)(m->nanos / NANOS);
    buf_printf(b, "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    print_fraction(b, m->nanos % NANOS);
    if (m->zone_kind == ZONE_NAMED) {
        buf_ch(b, '@');
        buf_str_add(b, tz_name(m->tz));
    } else if (m->zone_kind == ZONE_OFFSET && m->offset == 0) {
        buf_ch(b, 'Z');
    } else if (m->zone_kind == ZONE_OFFSET) {
        int offset = m->offset < 0 ? -m->offset : m->offset;
        buf_printf(b, "%c%02d:%02d", m->offset < 0 ? '-' : '+', offset / 3600,
                   offset / 60 % 60);
        if (offset % 60) buf_printf(b, ":%02d", offset % 60);
    }
}

static void print_count(struct buf *b, unsigned __int128 n, char unit)
{
    if (n == 0) return;
    struct arena *a = b->arena;
    buf_str_add(b, num_print(a, num_from_i128(a, (__int128)n)));
    buf_ch(b, unit);
}

static void print_days(struct buf *b, __int128 nanos)
{
    unsigned __int128 n = nanos < 0 ? 0 - (unsigned __int128)nanos : (unsigned __int128)nanos;
    if (n == 0) {
        buf_c(b, "PT0S");
        return;
    }
    buf_c(b, nanos < 0 ? "-P" : "P");
    print_count(b, n / (uint64_t)DAY_NANOS, 'D');
    int64_t rest = (int64_t)(n % (uint64_t)DAY_NANOS);
    if (rest == 0) return;
    buf_ch(b, 'T');
    print_count(b, (uint64_t)(rest / (3600 * NANOS)), 'H');
    print_count(b, (uint64_t)(rest / (60 * NANOS) % 60), 'M');
    rest %= 60 * NANOS;
    if (rest == 0) return;
    buf_printf(b, "%d", (int)(rest / NANOS));
    print_fraction(b, rest % NANOS);
    buf_ch(b, 'S');
}

static void print_months(struct buf *b, int64_t months)
{
    uint64_t n = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
    if (n == 0) {
        buf_c(b, "P0M");
        return;
    }
    buf_c(b, months < 0 ? "-P" : "P");
    print_count(b, n / 12, 'Y');
    print_count(b, n % 12, 'M');
}

struct str temporal_print(struct arena *a, struct value v)
{
    struct buf b = buf_in(a);
    if (v.tag == TAG_DATE || v.tag == TAG_DATE_TIME) print_date(&b, v.moment->days);
    if (v.tag == TAG_DATE_TIME) buf_ch(&b, 'T');
    if (v.tag == TAG_TIME || v.tag == TAG_DATE_TIME) print_clock(&b, v.moment);
    if (v.tag == TAG_DAYS) print_days(&b, v.dur->nanos);
    if (v.tag == TAG_MONTHS) print_months(&b, v.i);
    return buf_str(&b);
}

/* Zones and instants. */
static int32_t offset_of(const struct moment *m)
{
    if (m->zone_kind == ZONE_OFFSET) return m->offset;
    if (m->zone_kind != ZONE_NAMED) return 0;
    return tz_offset_local(m->tz, m->days * DAY_SECONDS + m->nanos / NANOS);
}

static bool is_zoned(const struct moment *m) { return m->zone_kind != ZONE_LOCAL; }

bool temporal_has_zone(struct value v)
{
    return (v.tag == TAG_TIME || v.tag == TAG_DATE_TIME) && is_zoned(v.moment);
}

bool temporal_offset(struct value v, int32_t *ret)
{
    if (!temporal_has_zone(v)) return false;
    *ret = offset_of(v.moment);
    return true;
}

__int128 temporal_utc(struct value v)
{
    const struct moment *m = v.moment;
    return (__int128)m->days * DAY_NANOS + m->nanos - (int64_t)offset_of(m) * NANOS;
}

static __int128 floor_div(__int128 x, int64_t y)
{
    __int128 q = x / y;
    return x % y < 0 ? q - 1 : q;
}

/* The date-time that shows the instant in the zone of `like`. */
static bool date_time_at(struct arena *a, __int128 utc, const struct moment *like,
                         struct value *ret)
{
    struct moment m = *like;
    __int128 seconds = floor_div(utc, NANOS);
    const __int128 limit = (__int128)(YEAR_MAX + 1) * 366 * DAY_SECONDS;
    if (seconds > limit || seconds < -limit) return false;
    int32_t offset = m.zone_kind == ZONE_OFFSET  ? m.offset
                     : m.zone_kind == ZONE_NAMED ? tz_offset_at(m.tz, (int64_t)seconds)
                                                 : 0;
    __int128 local = utc + (__int128)offset * NANOS;
    m.days = (int64_t)floor_div(local, DAY_NANOS);
    m.nanos = (int64_t)(local - (__int128)m.days * DAY_NANOS);
    if (!days_in_range(m.days)) return false;
    *ret = temporal_make(a, TAG_DATE_TIME, m);
    return true;
}

bool temporal_compare(struct value a, struct value b, int *ret)
{
    if (a.tag != b.tag) return false;
    if (a.tag == TAG_DAYS || a.tag == TAG_MONTHS) return v_compare(a, b, ret);
    if (is_zoned(a.moment) != is_zoned(b.moment)) return false;
    __int128 p = floor_div(temporal_utc(a), NANOS), q = floor_div(temporal_utc(b), NANOS);
    *ret = p < q ? -1 : p > q;
    return true;
}

bool temporal_same(struct value a, struct value b)
{
    if (a.tag != b.tag) return false;
    const struct moment *m = a.moment, *n = b.moment;
    if (m->days != n->days || m->nanos != n->nanos || m->zone_kind != n->zone_kind ||
        m->offset != n->offset)
        return false;
    return m->zone_kind != ZONE_NAMED || str_eq(tz_name(m->tz), tz_name(n->tz));
}

/* Arithmetic (DMN 1.5 Table 55). */
static bool add_months(struct arena *a, struct value v, __int128 months, struct value *ret)
{
    struct moment m = *v.moment;
    int64_t year;
    int month, day;
    date_civil(m.days, &year, &month, &day);
    __int128 total = (__int128)year * 12 + month - 1 + months;
    __int128 new_year = floor_div(total, 12);
    if (new_year > YEAR_MAX || new_year < -YEAR_MAX) return false;
    year = (int64_t)new_year;
    month = (int)(total - new_year * 12) + 1;
    int last = date_month_days(year, month);
    m.days = date_days(year, month, day < last ? day : last);
    *ret = temporal_make(a, (enum tag)v.tag, m);
    return true;
}

static bool add_nanos(struct arena *a, struct value v, __int128 nanos, struct value *ret)
{
    struct moment m = *v.moment;
    if (v.tag == TAG_DATE_TIME) return date_time_at(a, temporal_utc(v) + nanos, &m, ret);
    if (v.tag == TAG_TIME) {
        m.nanos = (int64_t)((m.nanos + nanos % DAY_NANOS + DAY_NANOS) % DAY_NANOS);
    } else {
        __int128 days = m.days + floor_div(nanos, DAY_NANOS);
        if (days > INT64_MAX / 2 || days < INT64_MIN / 2 || !days_in_range((int64_t)days))
            return false;
        m.days = (int64_t)days;
    }
    *ret = temporal_make(a, (enum tag)v.tag, m);
    return true;
}

static bool is_point(struct value v)
{
    return v.tag == TAG_DATE || v.tag == TAG_TIME || v.tag == TAG_DATE_TIME;
}

static bool add_signed(struct arena *a, struct value x, struct value y, int sign,
                       struct value *ret)
{
    if (y.tag == TAG_MONTHS) {
        if (x.tag == TAG_MONTHS) return months_value(x.i + (__int128)sign * y.i, ret);
        return (x.tag == TAG_DATE || x.tag == TAG_DATE_TIME) &&
               add_months(a, x, (__int128)sign * y.i, ret);
    }
    if (y.tag != TAG_DAYS) return false;
    if (x.tag == TAG_DAYS) return days_value(a, x.dur->nanos + sign * y.dur->nanos, ret);
    return is_point(x) && add_nanos(a, x, sign * y.dur->nanos, ret);
}

bool temporal_add(struct arena *a, struct value x, struct value y, struct value *ret)
{
    return add_signed(a, x, y, 1, ret) || (is_point(y) && add_signed(a, y, x, 1, ret));
}

bool temporal_sub(struct arena *a, struct value x, struct value y, struct value *ret)
{
    if (!is_point(x) || !is_point(y)) return add_signed(a, x, y, -1, ret);
    if (x.tag == TAG_TIME || y.tag == TAG_TIME) {
        if (x.tag != y.tag) return false;
    }
    bool zoned = x.tag == TAG_DATE || is_zoned(x.moment);
    bool other = y.tag == TAG_DATE || is_zoned(y.moment);
    if (x.tag != y.tag && !(zoned && other)) return false;
    if (zoned != other) return false;
    return days_value(a, temporal_utc(x) - temporal_utc(y), ret);
}

static bool scaled(struct arena *a, struct value x, struct value result, struct value *ret)
{
    struct value whole;
    __int128 i;
    enum rounding how = x.tag == TAG_MONTHS ? ROUND_DOWN : ROUND_HALF_EVEN;
    if (!num_round(a, result, 0, how, &whole) || !num_to_i128(whole, &i)) return false;
    return x.tag == TAG_MONTHS ? months_value(i, ret) : days_value(a, i, ret);
}

static bool amount_of(struct arena *a, struct value x, struct value *ret)
{
    if (x.tag == TAG_MONTHS)
        *ret = v_int(x.i);
    else if (x.tag == TAG_DAYS)
        *ret = num_from_i128(a, x.dur->nanos);
    else
        return false;
    return true;
}

bool temporal_mul(struct arena *a, struct value x, struct value y, struct value *ret)
{
    struct value n;
    if (v_is_num(x)) return !v_is_num(y) && temporal_mul(a, y, x, ret);
    return amount_of(a, x, &n) && v_is_num(y) && num_mul(a, n, y, &n) && scaled(a, x, n, ret);
}

bool temporal_div(struct arena *a, struct value x, struct value y, struct value *ret)
{
    struct value n, m;
    if (!amount_of(a, x, &n)) return false;
    if (v_is_num(y)) return num_div(a, n, y, &n) && scaled(a, x, n, ret);
    return y.tag == x.tag && amount_of(a, y, &m) && num_div(a, n, m, ret);
}

/* Properties (DMN 1.5 Table 65). */
static struct value seconds_number(struct arena *a, __int128 nanos)
{
    struct value v = num_from_i128(a, nanos), scale = v_int(NANOS);
    (void)num_div(a, v, scale, &v); /* not by zero, within range */
    return v;
}

static bool date_property(struct value v, struct str name, struct value *ret)
{
    int64_t year;
    int month, day;
    date_civil(v.moment->days, &year, &month, &day);
    if (str_is(name, "year"))
        *ret = v_int(year);
    else if (str_is(name, "month"))
        *ret = v_int(month);
    else if (str_is(name, "day"))
        *ret = v_int(day);
    else if (str_is(name, "weekday"))
        *ret = v_int(date_weekday(v.moment->days));
    else
        return false;
    return true;
}

static bool clock_property(struct arena *a, struct value v, struct str name, struct value *ret)
{
    const struct moment *m = v.moment;
    int32_t offset;
    if (str_is(name, "hour"))
        *ret = v_int(m->nanos / NANOS / 3600);
    else if (str_is(name, "minute"))
        *ret = v_int(m->nanos / NANOS / 60 % 60);
    else if (str_is(name, "second"))
        *ret = seconds_number(a, m->nanos % (60 * NANOS));
    else if (str_is(name, "time offset"))
        *ret = temporal_offset(v, &offset) ? temporal_days(a, (__int128)offset * NANOS)
                                           : v_null(0);
    else if (str_is(name, "timezone"))
        *ret = m->zone_kind == ZONE_NAMED ? v_str(tz_name(m->tz)) : v_null(0);
    else
        return false;
    return true;
}

static bool days_property(struct arena *a, __int128 nanos, struct str name, struct value *ret)
{
    if (str_is(name, "days"))
        *ret = num_from_i128(a, nanos / DAY_NANOS);
    else if (str_is(name, "hours"))
        *ret = v_int((int64_t)(nanos / (3600 * NANOS) % 24));
    else if (str_is(name, "minutes"))
        *ret = v_int((int64_t)(nanos / (60 * NANOS) % 60));
    else if (str_is(name, "seconds"))
        *ret = seconds_number(a, nanos % (60 * NANOS));
    else
        return false;
    return true;
}

bool temporal_property(struct arena *a, struct value v, struct str name, struct value *ret)
{
    if (v.tag == TAG_DAYS) return days_property(a, v.dur->nanos, name, ret);
    if (v.tag == TAG_MONTHS) {
        bool years = str_is(name, "years");
        if (!years && !str_is(name, "months")) return false;
        *ret = v_int(years ? v.i / 12 : v.i % 12);
        return true;
    }
    if ((v.tag == TAG_DATE || v.tag == TAG_DATE_TIME) && date_property(v, name, ret))
        return true;
    return (v.tag == TAG_TIME || v.tag == TAG_DATE_TIME) && clock_property(a, v, name, ret);
}
