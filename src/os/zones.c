/* Zones are read once and kept: an arena for all of them, a map by name, one lock. Only names
 * of files that exist are kept, so strangers cannot make the cache grow. */
#include "os/zones.h"
#include "base/map.h"
#include "os/file.h"
#include <pthread.h>
#include <stdlib.h>

#define ZONE_MAX_BYTES (1u << 20)

struct zone {
    struct str bytes;
    const struct tz *tz;
};

struct zones {
    pthread_mutex_t lock;
    struct arena arena;
    struct map by_name;
    const char *dir;
};

struct zones *zones_new(const char *dir)
{
    struct zones *z = calloc(1, sizeof *z);
    if (!z) abort();
    pthread_mutex_init(&z->lock, NULL);
    arena_init(&z->arena, 0);
    z->by_name = map_in(&z->arena);
    z->dir = arena_strdup(&z->arena, dir ? dir : "/usr/share/zoneinfo");
    return z;
}

void zones_free(struct zones *z)
{
    if (!z) return;
    pthread_mutex_destroy(&z->lock);
    arena_done(&z->arena);
    free(z);
}

static bool name_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '+' || c == '-';
}

/* name = part *("/" part); no dots, so no way up and no hidden file. */
static bool name_valid(struct str name)
{
    if (name.n == 0 || name.n > 64) return false;
    bool part = false;
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '/') {
            if (!part) return false;
            part = false;
        } else {
            if (!name_char(name.p[i])) return false;
            part = true;
        }
    }
    return part;
}

static struct zone *zone_read(struct zones *z, struct str name)
{
    struct err e = {0};
    struct arena_mark mark = arena_mark(&z->arena);
    struct zone *zone = arena_new(&z->arena, struct zone);
    struct str own = str_dup(&z->arena, name);
    const char *path = arena_printf(&z->arena, "%s/" STR_FMT, z->dir, STR_ARG(name));
    if (file_read(&z->arena, path, ZONE_MAX_BYTES, &zone->bytes, &e) != RC_OK ||
        tz_load(&z->arena, own, zone->bytes, &zone->tz, &e) != RC_OK) {
        arena_release(&z->arena, mark);
        return NULL;
    }
    map_put(&z->by_name, own, zone);
    return zone;
}

static const struct zone *zone_get(struct zones *z, struct str name)
{
    if (!name_valid(name)) return NULL;
    pthread_mutex_lock(&z->lock);
    struct zone *zone = map_get(&z->by_name, name);
    if (!zone) zone = zone_read(z, name);
    pthread_mutex_unlock(&z->lock);
    return zone;
}

bool zones_bytes(void *zones, struct str name, struct str *ret)
{
    const struct zone *zone = zone_get(zones, name);
    if (zone) *ret = zone->bytes;
    return zone != NULL;
}

const struct tz *zones_find(struct zones *z, struct str name)
{
    const struct zone *zone = zone_get(z, name);
    return zone ? zone->tz : NULL;
}
