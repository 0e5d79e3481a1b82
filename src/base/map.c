/* Open addressing with linear probing over indexes into an array of entries, which keeps
 * insertion order and makes growing cheap: the slots hold four bytes each and are rebuilt from
 * the entries' stored hashes. Nothing is ever removed. */
#include "base/map.h"

/* The slot where key is, or the free one where it would go. */
static size_t slot_of(const struct map *m, struct str key, uint64_t hash)
{
    size_t mask = m->n_slots - 1, i = (size_t)hash & mask;
    while (m->slots[i]) {
        const struct map_entry *x = &m->entries[m->slots[i] - 1];
        if (x->hash == hash && str_eq(x->key, key)) break;
        i = (i + 1) & mask;
    }
    return i;
}

static struct map_entry *find(const struct map *m, struct str key, uint64_t hash)
{
    if (m->n_slots == 0) return NULL;
    uint32_t index = m->slots[slot_of(m, key, hash)];
    return index ? &m->entries[index - 1] : NULL;
}

void *map_get(const struct map *m, struct str key)
{
    const struct map_entry *x = m->n ? find(m, key, str_hash(key)) : NULL;
    return x ? x->value : NULL;
}

bool map_has(const struct map *m, struct str key)
{
    return m->n && find(m, key, str_hash(key));
}

static void widen(struct map *m)
{
    m->n_slots = m->n_slots ? m->n_slots * 2 : 16;
    m->slots = arena_array(m->arena, uint32_t, m->n_slots);
    size_t mask = m->n_slots - 1;
    for (size_t k = 0; k < m->n; k++) {
        size_t i = (size_t)m->entries[k].hash & mask;
        while (m->slots[i]) i = (i + 1) & mask;
        m->slots[i] = (uint32_t)(k + 1);
    }
}

void *map_put(struct map *m, struct str key, void *value)
{
    uint64_t hash = str_hash(key);
    struct map_entry *x = find(m, key, hash);
    if (x) {
        void *old = x->value;
        x->value = value;
        return old;
    }
    if (m->n * 2 >= m->n_slots) widen(m);
    arena_push(m->arena, m->entries, m->n, m->cap);
    m->entries[m->n++] = (struct map_entry){.key = key, .value = value, .hash = hash};
    m->slots[slot_of(m, key, hash)] = (uint32_t)m->n;
    return NULL;
}
