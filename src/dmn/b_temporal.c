/* Parts of dates (DMN 1.5 §10.3.4.8) and the clock (§10.3.4.11). now() and today() are in UTC
 * and come from the host, so that a decision can be run again with the time it saw. */
#include "dmn/b.h"
#include "base/date.h"

BUILTIN(b_day_of_year)
{
    (void)c, (void)which, (void)n;
    int64_t year;
    int month, day;
    date_civil(args[0].moment->days, &year, &month, &day);
    return v_int(args[0].moment->days - date_days(year, 1, 1) + 1);
}

BUILTIN(b_day_of_week)
{
    (void)c, (void)which, (void)n;
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    return v_str(str_c(names[date_weekday(args[0].moment->days) - 1]));
}

BUILTIN(b_month_of_year)
{
    (void)c, (void)which, (void)n;
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    int64_t year;
    int month, day;
    date_civil(args[0].moment->days, &year, &month, &day);
    return v_str(str_c(names[month - 1]));
}

/* ISO 8601: the week belongs to the year of its Thursday. */
BUILTIN(b_week_of_year)
{
    (void)c, (void)which, (void)n;
    int64_t year, thursday = args[0].moment->days - date_weekday(args[0].moment->days) + 4;
    int month, day;
    date_civil(thursday, &year, &month, &day);
    return v_int((thursday - date_days(year, 1, 1)) / 7 + 1);
}

static bool read_clock(struct call *c, struct moment *ret)
{
    int64_t seconds;
    int32_t nanos;
    if (!c->now || !c->now(c, &seconds, &nanos)) return false;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    *ret =
        (struct moment){.days = days, .nanos = (seconds - days * 86400) * 1000000000 + nanos};
    return true;
}

BUILTIN(b_now)
{
    (void)which, (void)args, (void)n;
    struct moment m;
    if (!read_clock(c, &m))
        return call_null(c, "FEEL-0308", "now(): the host has given no clock");
    m.zone_kind = ZONE_OFFSET;
    return temporal_make(c->arena, TAG_DATE_TIME, m);
}

BUILTIN(b_today)
{
    (void)which, (void)args, (void)n;
    struct moment m;
    if (!read_clock(c, &m))
        return call_null(c, "FEEL-0308", "today(): the host has given no clock");
    m.nanos = 0;
    return temporal_make(c->arena, TAG_DATE, m);
}
