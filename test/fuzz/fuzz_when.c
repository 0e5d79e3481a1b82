/* Times as people, jail systems and other machines write them, through every reader of them:
 * what one takes must be printed and read again as the same, and the readers must agree where
 * their forms overlap. */
#include <stdlib.h>
#include "base/date.h"
#include "custody/trend.h"
#include "intake/when.h"
#include "os/zones.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool good)
{
    if (!good) abort();
}

static void stamps(struct str s)
{
    char text[40], day[24];
    instant t, again;
    int offset;
    int64_t days, same;
    if (instant_parse(s, &t, &offset)) {
        must(instant_parse(str_c(instant_utc(t, text)), &again, NULL) && again == t);
        must(instant_parse(str_c(instant_at(t, offset, text)), &again, NULL) && again == t);
        must(date_parse(str_sub(s, 0, 10), &days));
    }
    if (date_parse(s, &days))
        must(date_parse(str_c(date_print(days, day)), &same) && same == days && s.n == 10);
}

static void jails(struct str s, enum when_order order, const struct tz *zone)
{
    instant t, again;
    int64_t days, same;
    char text[40];
    bool time = when_parse(s, order, zone, &t), date = when_day(s, order, &days);
    if (time) {
        must(date);
        must(instant_parse(str_c(instant_utc(t, text)), &again, NULL) && again == t);
    }
    if (date) {
        int64_t year;
        int month, day;
        char print[24];
        date_civil(days, &year, &month, &day);
        must(date_valid(year, month, day));
        must(when_day(str_c(date_print(days, print)), order, &same) && same == days);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct zones *zones;
    static const struct tz *zone;
    struct str s = str_n((const char *)data, n);
    int month;
    if (!zones) {
        zones = zones_new(NULL);
        zone = zones_find(zones, STR("America/Denver"));
        if (!zone) abort();
    }
    stamps(s);
    jails(s, WHEN_MONTH_FIRST, zone);
    jails(s, WHEN_DAY_FIRST, zone);
    if (trend_month_parse(s, &month)) must(s.n == 7);
    return 0;
}
