/* The proleptic Gregorian calendar by arithmetic over eras of 400 years (146097 days), with the
 * year counted from March so that the leap day is the last, and RFC 3339 text. No clock, no
 * zone data. */
#include "base/date.h"
#include <stdio.h>

enum { ERA_DAYS = 146097, EPOCH = 719468 /* days from 0000-03-01 to 1970-01-01 */ };

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

int64_t date_days(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400), of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

void date_civil(int64_t days, int64_t *year, int *month, int *day)
{
    int64_t z = days + EPOCH;
    int64_t era = floor_div(z, ERA_DAYS), d = z - era * ERA_DAYS;
    int64_t of_era = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t of_year = d - (365 * of_era + of_era / 4 - of_era / 100);
    int m = (int)((5 * of_year + 2) / 153);
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = m < 10 ? m + 3 : m - 9;
    *year = of_era + era * 400 + (*month <= 2);
}

bool date_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return 0;
    return days[month - 1] + (month == 2 && date_is_leap(year));
}

bool date_valid(int64_t year, int month, int day)
{
    return year >= -999999999 && year <= 999999999 && day >= 1 &&
           day <= date_month_days(year, month);
}

int date_weekday(int64_t days)
{
    int64_t from_monday = (days + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

/* n digits at *s, moving *s behind them. */
static bool digits(struct str *s, size_t n, int *ret)
{
    if (s->n < n) return false;
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9') return false;
        v = v * 10 + (s->p[i] - '0');
    }
    *s = str_n(s->p + n, s->n - n);
    *ret = v;
    return true;
}

static bool one_of(struct str *s, char a, char b, char *ret)
{
    if (s->n == 0 || (s->p[0] != a && s->p[0] != b)) return false;
    if (ret) *ret = s->p[0];
    *s = str_n(s->p + 1, s->n - 1);
    return true;
}

/* full-date = 4DIGIT "-" 2DIGIT "-" 2DIGIT */
static bool full_date(struct str *s, int64_t *ret_days)
{
    int y, m, d;
    if (!digits(s, 4, &y) || !one_of(s, '-', '-', NULL) || !digits(s, 2, &m) ||
        !one_of(s, '-', '-', NULL) || !digits(s, 2, &d) || !date_valid(y, m, d))
        return false;
    *ret_days = date_days(y, m, d);
    return true;
}

bool date_parse(struct str s, int64_t *ret_days)
{
    int64_t days;
    if (!full_date(&s, &days) || s.n) return false;
    *ret_days = days;
    return true;
}

/* time-secfrac = "." 1*DIGIT, at most milliseconds: what cannot be kept is refused. */
static bool fraction(struct str *s, int *ret_ms)
{
    *ret_ms = 0;
    if (s->n == 0 || s->p[0] != '.') return true;
    size_t i = 1;
    for (int weight = 100; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, weight /= 10) {
        if (weight == 0 && s->p[i] != '0') return false;
        *ret_ms += (s->p[i] - '0') * weight;
    }
    *s = str_n(s->p + i, s->n - i);
    return i > 1;
}

/* time-offset = "Z" / ("+" / "-") time-hour ":" time-minute */
static bool offset(struct str *s, int *ret_minutes)
{
    char sign;
    int h, m;
    *ret_minutes = 0;
    if (one_of(s, 'Z', 'z', NULL)) return true;
    if (!one_of(s, '+', '-', &sign) || !digits(s, 2, &h) || !one_of(s, ':', ':', NULL) ||
        !digits(s, 2, &m) || h > 23 || m > 59)
        return false;
    *ret_minutes = (sign == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

/* date-time = full-date "T" partial-time time-offset (RFC 3339 §5.6). A leap second has no
 * place on the line of instants and is refused. */
bool instant_parse(struct str s, instant *ret, int *ret_offset)
{
    int64_t days;
    int h, m, sec, ms, minutes;
    if (!full_date(&s, &days) || !one_of(&s, 'T', 't', NULL) || !digits(&s, 2, &h) ||
        !one_of(&s, ':', ':', NULL) || !digits(&s, 2, &m) || !one_of(&s, ':', ':', NULL) ||
        !digits(&s, 2, &sec) || !fraction(&s, &ms) || !offset(&s, &minutes) || s.n || h > 23 ||
        m > 59 || sec > 59)
        return false;
    instant t = HOURS(24) * days + HOURS(h) + MINUTES(m - minutes) + SECONDS(sec) + ms;
    /* a year that four digits cannot write in UTC could be kept and never be read again */
    if (t < HOURS(24) * date_days(0, 1, 1) || t >= HOURS(24) * date_days(10000, 1, 1))
        return false;
    *ret = t;
    if (ret_offset) *ret_offset = minutes;
    return true;
}

/* width digits of a number that has no more; behind them. What-if and imports print
 * millions. */
static char *put(char *p, int v, int width)
{
    for (int i = width; i-- > 0; v /= 10) p[i] = (char)('0' + v % 10);
    return p + width;
}

const char *date_print(int64_t days, char buf[24])
{
    int64_t y;
    int m, d;
    date_civil(days, &y, &m, &d);
    if (y >= 0 && y <= 9999) {
        char *p = put(buf, (int)y, 4);
        *p++ = '-';
        p = put(p, m, 2);
        *p++ = '-';
        *put(p, d, 2) = '\0';
        return buf;
    }
    char text[48] = ""; /* the year of the furthest day has 17 digits; no valid date is cut */
    snprintf(text, sizeof text, "%s%04lld-%02d-%02d", y < 0 ? "-" : "",
             (long long)(y < 0 ? -y : y), m, d);
    memcpy(buf, text, 23);
    buf[23] = '\0';
    return buf;
}

/* Local date and time up to the seconds or milliseconds; returns the length. */
static size_t local_print(instant t, int offset_minutes, char buf[40])
{
    /* Split first: adding the offset to the far ends of the range would overflow. */
    int64_t days = floor_div(t, HOURS(24));
    int64_t rest = t % HOURS(24);
    int64_t of_day = (rest < 0 ? rest + HOURS(24) : rest) + MINUTES(offset_minutes);
    int64_t over = floor_div(of_day, HOURS(24));
    days += over;
    of_day -= over * HOURS(24);
    int ms = (int)(of_day % 1000), s = (int)(of_day / 1000);
    char *p = buf + strlen(date_print(days, buf)); /* at most 23 */
    *p++ = 'T';
    p = put(p, s / 3600 % 24, 2);
    *p++ = ':';
    p = put(p, s / 60 % 60, 2);
    *p++ = ':';
    p = put(p, s % 60, 2);
    if (ms) *p++ = '.', p = put(p, ms, 3);
    return (size_t)(p - buf);
}

const char *instant_utc(instant t, char buf[40])
{
    size_t n = local_print(t, 0, buf);
    memcpy(buf + n, "Z", 2);
    return buf;
}

const char *instant_at(instant t, int offset_minutes, char buf[40])
{
    size_t n = local_print(t, offset_minutes, buf);
    unsigned m = offset_minutes < 0 ? 0u - (unsigned)offset_minutes : (unsigned)offset_minutes;
    snprintf(buf + n, 40 - n, "%c%02u:%02u", offset_minutes < 0 ? '-' : '+', m / 60 % 100,
             m % 60);
    return buf;
}
