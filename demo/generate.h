/* An invented jail day: people who do not exist, with hours of arrival and charges in realistic
 * proportions. The same seed gives the same day. When the material of ../shared is there, hours
 * are drawn from its counts; otherwise from a rounded table of the same shape. */
#pragma once
#include "base/date.h"
#include "base/rc.h"
#include "base/str.h"

struct demo_charge {
    const char *citation, *text, *grade_class;
    int weight;
};

struct demo_booking {
    const char *family, *given;
    char number[16], state_id[16];
    int64_t birth_date;
    char sex;
    instant booked_at;
    const struct demo_charge *charge;
    instant leaves_at; /* INSTANT_NONE: still there at midnight */
    int bond;          /* dollars, 0 none */
};

struct demo_day {
    struct demo_booking *bookings;
    size_t n;
};

/* About `per_day` bookings from `midnight` on; zone_seconds east of UTC. */
struct demo_day demo_generate(struct arena *a, uint64_t seed, instant midnight, int per_day,
                              const int hour_weights[24]);
extern const int demo_hours[24];
/* Reads "hour,admissions" rows; false if they are not 24. */
bool demo_read_hours(struct str csv, int ret[24]);
/* The jail system's export of those booked at or before `now`: the Adams County layout
 * (docs/import.md). */
struct str demo_export(struct arena *a, const struct demo_day *day, instant now,
                       int zone_minutes);
