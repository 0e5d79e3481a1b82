/* Time zones of this machine: TZif files below /usr/share/zoneinfo, read when first asked for
 * and kept. Any thread may ask. A name is checked before it becomes a path: letters, digits,
 * '_', '+', '-', parts parted by '/'. */
#pragma once
#include "base/str.h"
#include "base/tz.h"

struct zones;
struct zones *zones_new(const char *dir); /* NULL: /usr/share/zoneinfo */
void zones_free(struct zones *z); /* NULL is fine; the bytes and zones given out end with it */
/* The file's bytes, valid until zones_free; false if there is no such zone. First argument a
 * struct zones, so that it serves as a callback. */
bool zones_bytes(void *zones, struct str name, struct str *ret);
const struct tz *zones_find(struct zones *z,
                            struct str name); /* NULL if there is no such zone */
