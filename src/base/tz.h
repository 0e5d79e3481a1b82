/* Time zones from TZif bytes (RFC 8536), read by the caller. Immutable after tz_load, so one
 * zone may be shared between threads. */
#pragma once
#include "base/rc.h"
#include "base/str.h"

struct tz;
/* The zone lives in a; the bytes are not kept. */
RC tz_load(struct arena *a, struct str name, struct str tzif, const struct tz **ret,
           struct err *e);
struct str tz_name(const struct tz *z);
/* Offset east of UTC in seconds at a UTC second. Beyond the table the footer's rule holds. */
int32_t tz_offset_at(const struct tz *z, int64_t utc_seconds);
/* Offset for a local (wall) second. In a gap the offset before it, in an overlap the first
 * one. */
int32_t tz_offset_local(const struct tz *z, int64_t local_seconds);
