/* Dates and times as jail systems write them: 2025-01-31, 2025-01-31 02:40[:05[.000]] with 'T'
 * or a blank, 1/31/2025 2:40 AM, each with or without Z or an offset. A time without a zone is
 * read in the jail's zone; in the hour that happens twice the first one counts. A date without
 * a time is the start of that day. Two-digit years are refused. */
#pragma once
#include "base/date.h"
#include "base/tz.h"

enum when_order { WHEN_MONTH_FIRST, WHEN_DAY_FIRST }; /* of dates with slashes */

bool when_parse(struct str s, enum when_order order, const struct tz *zone, instant *ret);
/* The date alone; a time behind it is allowed and ignored. */
bool when_day(struct str s, enum when_order order, int64_t *ret_days);
