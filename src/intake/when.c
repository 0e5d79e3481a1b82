/* See when.h. */
#include "intake/when.h"

struct scan {
    const char *p, *end;
};

static bool take(struct scan *s, char c)
{
    if (s->p >= s->end || *s->p != c) return false;
    s->p++;
    return true;
}

/* min to max digits */
static bool digits(struct scan *s, int min, int max, int *ret)
{
    int n = 0, value = 0;
    while (n < max && s->p < s->end && *s->p >= '0' && *s->p <= '9') {
        value = value * 10 + (*s->p++ - '0');
        n++;
    }
    *ret = value;
    return n >= min;
}

static void blanks(struct scan *s)
{
    while (s->p < s->end && *s->p == ' ') s->p++;
}

/* date = year "-" month "-" day / month "/" day "/" year (or day first) */
static bool scan_date(struct scan *s, enum when_order order, int64_t *ret_days)
{
    struct scan start = *s;
    int year, month, day;
    bool iso = digits(s, 4, 4, &year) && take(s, '-') && digits(s, 2, 2, &month) &&
               take(s, '-') && digits(s, 2, 2, &day);
    if (!iso) {
        int first, second;
        *s = start;
        if (!(digits(s, 1, 2, &first) && take(s, '/') && digits(s, 1, 2, &second) &&
              take(s, '/') && digits(s, 4, 4, &year)))
            return false;
        month = order == WHEN_MONTH_FIRST ? first : second;
        day = order == WHEN_MONTH_FIRST ? second : first;
    }
    /* a local time of 9999 may be in a year of five digits in UTC, which nobody reads again */
    if (year < 1800 || year > 9998 || !date_valid(year, month, day)) return false;
    *ret_days = date_days(year, month, day);
    return true;
}

/* half = "AM" / "PM", in either case */
static bool scan_half(struct scan *s, int *hour)
{
    blanks(s);
    if (s->end - s->p < 2 || (s->p[1] | 32) != 'm') return true;
    char half = (char)(s->p[0] | 32);
    if ((half != 'a' && half != 'p') || *hour < 1 || *hour > 12) return false;
    *hour = *hour % 12 + (half == 'p' ? 12 : 0);
    s->p += 2;
    return true;
}

/* time = hour ":" minute [":" second ["." fraction]] [half]; ms since midnight */
static bool scan_time(struct scan *s, int64_t *ret_ms)
{
    int hour, minute, second = 0, fraction = 0;
    if (!digits(s, 1, 2, &hour) || !take(s, ':') || !digits(s, 2, 2, &minute)) return false;
    if (take(s, ':')) {
        if (!digits(s, 2, 2, &second)) return false;
        if (take(s, '.')) {
            const char *from = s->p;
            if (!digits(s, 1, 3, &fraction)) return false;
            for (ptrdiff_t n = s->p - from; n < 3; n++) fraction *= 10;
            while (s->p < s->end && *s->p == '0') s->p++;
        }
    }
    if (!scan_half(s, &hour) || hour > 23 || minute > 59 || second > 59) return false;
    *ret_ms = HOURS(hour) + MINUTES(minute) + SECONDS(second) + fraction;
    return true;
}

/* offset = "Z" / ("+" / "-") hour [":"] minute; *ret_found is false when there is none */
static bool scan_offset(struct scan *s, bool *ret_found, int64_t *ret_ms)
{
    int hour, minute;
    *ret_found = false;
    blanks(s);
    if (s->p == s->end) return true;
    *ret_found = true;
    *ret_ms = 0;
    if (take(s, 'Z') || take(s, 'z')) return true;
    bool west = *s->p == '-';
    if (!take(s, '+') && !take(s, '-')) return false;
    if (!digits(s, 2, 2, &hour)) return false;
    (void)take(s, ':');
    if (!digits(s, 2, 2, &minute) || hour > 14 || minute > 59) return false;
    *ret_ms = (HOURS(hour) + MINUTES(minute)) * (west ? -1 : 1);
    return true;
}

bool when_parse(struct str text, enum when_order order, const struct tz *zone, instant *ret)
{
    struct str t = str_trim(text);
    struct scan s = {t.p, t.p + t.n};
    int64_t days, ms = 0, offset = 0;
    bool found = false;
    if (!scan_date(&s, order, &days)) return false;
    if (s.p < s.end && (*s.p == 'T' || *s.p == ' ')) {
        s.p++;
        blanks(&s);
        if (!scan_time(&s, &ms) || !scan_offset(&s, &found, &offset)) return false;
    }
    if (s.p != s.end) return false;
    int64_t local = days * HOURS(24) + ms;
    if (!found)
        offset = SECONDS(
            tz_offset_local(zone, local >= 0 ? local / 1000 : -((-local + 999) / 1000)));
    *ret = local - offset;
    return true;
}

bool when_day(struct str text, enum when_order order, int64_t *ret_days)
{
    struct str t = str_trim(text);
    struct scan s = {t.p, t.p + t.n};
    return scan_date(&s, order, ret_days) && (s.p == s.end || *s.p == ' ' || *s.p == 'T');
}
