/* The proleptic Gregorian calendar and RFC 3339 time stamps. Pure arithmetic: no zone data, no
 * clock. An instant is milliseconds since 1970-01-01T00:00:00Z. */
#pragma once
#include "base/rc.h"
#include "base/str.h"
#include <stdint.h>

/* ms since 1970-01-01T00:00:00Z; the one typedef, because it is a unit */
typedef int64_t instant;
#define INSTANT_NONE INT64_MIN
#define SECONDS(n) ((int64_t)(n)*1000)
#define MINUTES(n) ((int64_t)(n)*60000)
#define HOURS(n) ((int64_t)(n)*3600000)

/* days since 1970-01-01; |year| <= 999999999 */
int64_t date_days(int64_t year, int month, int day);
void date_civil(int64_t days, int64_t *year, int *month, int *day);
bool date_is_leap(int64_t year);
int date_month_days(int64_t year, int month);
bool date_valid(int64_t year, int month, int day);
int date_weekday(int64_t days); /* ISO: 1 Monday … 7 Sunday */

/* full-date of RFC 3339; days since the epoch. */
bool date_parse(struct str s, int64_t *ret_days);
/* date-time of RFC 3339 with an offset or Z; fractions beyond ms are refused unless zero.
 * *ret_offset (may be NULL) is the offset in minutes. */
bool instant_parse(struct str s, instant *ret, int *ret_offset);
/* date-time in UTC with Z, or at an offset in minutes; ms are printed only when not zero. buf
 * of 40 bytes. */
const char *instant_utc(instant t, char buf[40]);
const char *instant_at(instant t, int offset_minutes, char buf[40]);
const char *date_print(int64_t days, char buf[24]);
