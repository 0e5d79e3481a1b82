/* How often one name may ask: token buckets in a table of fixed size, so that strangers cannot
 * fill memory. Any thread. */
#pragma once
#include "base/str.h"

struct limit;
struct limit *limit_new(void);
void limit_free(struct limit *l);
/* Takes one of `burst` that come back with `rate` a second; 0: it is allowed, else the seconds
 * to wait. rate 0: no limit. now: milliseconds that never go back. */
int limit_take(struct limit *l, struct str name, int64_t rate, int64_t burst, int64_t now);
