/* Open-addressing map from text to pointer, in an arena; insertion order is kept.
 * Keys are borrowed. */
#pragma once
#include "base/str.h"

struct map_entry {
    struct str key;
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in insertion order */
    uint32_t *slots;           /* entry index + 1; 0 = free */
    size_t n, cap, n_slots;
};

static inline struct map map_in(struct arena *a) { return (struct map){.arena = a}; }
void *map_get(const struct map *m, struct str key); /* NULL if absent */
bool map_has(const struct map *m, struct str key);
void *map_put(struct map *m, struct str key, void *value); /* replaces; returns the old value */
