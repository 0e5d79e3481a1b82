/* Dates, times and durations of FEEL (DMN 1.5 §10.3.2.3.4-8, ISO 8601, XPath): parsing,
 * printing, arithmetic, components. Years to ±999,999,999, nanoseconds, zone names through a
 * loader. A zoned time of day without a date never looks at today's date: its offset is that of
 * the zone at 1970-01-01 (recorded here so that results do not depend on the season). */
#pragma once
#include "dmn/value.h"

/* Finds a zone by IANA name; NULL if there is none. */
struct zones {
    void *ctx;
    const struct tz *(*find)(void *ctx, struct str name);
};

bool temporal_date(struct arena *a, struct str s, struct value *ret);
bool temporal_time(struct arena *a, const struct zones *z, struct str s, struct value *ret);
bool temporal_date_time(struct arena *a, const struct zones *z, struct str s,
                        struct value *ret);
/* Either duration. */
bool temporal_duration(struct arena *a, struct str s, struct value *ret);
/* What stands in @"…": tries each of the above; false if none fits. */
bool temporal_literal(struct arena *a, const struct zones *z, struct str s, struct value *ret);
struct str temporal_print(struct arena *a, struct value v);

struct value temporal_make(struct arena *a, enum tag tag, struct moment m);
struct value temporal_days(struct arena *a, __int128 nanos);
/* UTC nanoseconds since 1970 of a date-time or date; for TIME of 1970-01-01. */
__int128 temporal_utc(struct value v);
bool temporal_has_zone(struct value v);
/* Offset in seconds; false for local ones. */
bool temporal_offset(struct value v, int32_t *ret);
/* same tag, both zoned or both local; else false */
bool temporal_compare(struct value a, struct value b, int *ret);
bool temporal_same(struct value a, struct value b); /* is() */
/* + and -, * and / on temporal values and durations as Table 55 of DMN 1.5 has them; false: not
 * defined. */
bool temporal_add(struct arena *a, struct value x, struct value y, struct value *ret);
bool temporal_sub(struct arena *a, struct value x, struct value y, struct value *ret);
bool temporal_mul(struct arena *a, struct value x, struct value y, struct value *ret);
bool temporal_div(struct arena *a, struct value x, struct value y, struct value *ret);
/* .year .month .day .weekday .hour .minute .second .time offset .timezone .days .hours … ;
 * false: no such. */
bool temporal_property(struct arena *a, struct value v, struct str name, struct value *ret);
