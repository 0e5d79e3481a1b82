/* What the tests of this room share: packs and files of the source tree, and of the shared
 * references where they are. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "custody/decide.h"
#include "os/file.h"

static const char *const pack_names[] __attribute__((unused)) = {
    "us-co-denver-2025-stated", "us-co-denver-2017-enacted", "us-co-denver-2017-first-draft",
    "us-il-2025-stated", "us-il-trust-act"};
enum { PACKS = 5 };

static inline const char *source_path(struct arena *a, const char *name)
{
    const char *root = getenv("SALLYPORT_SOURCE");
    return arena_printf(a, "%s/%s", root ? root : ".", name);
}

/* The references that are no part of the source; the file may not be there. */
static inline const char *shared_path(struct arena *a, const char *name)
{
    const char *root = getenv("SALLYPORT_SHARED");
    return root ? arena_printf(a, "%s/%s", root, name)
                : source_path(a, arena_printf(a, "../shared/%s", name));
}

static inline struct str read_text(struct arena *a, const char *path)
{
    struct str text;
    struct err e = {0};
    if (file_read(a, path, 0, &text, &e) != RC_OK) fail_msg("%s: %s", path, e.text);
    return text;
}

static inline size_t pack_files(struct arena *a, const char *name, struct pack_file **ret)
{
    struct file_entry *entries;
    size_t n;
    struct err e = {0};
    if (file_read_tree(a, source_path(a, arena_printf(a, "policies/%s", name)), 100, 1 << 24,
                       &entries, &n, &e) != RC_OK)
        fail_msg("%s", e.text);
    *ret = arena_array(a, struct pack_file, n + 1);
    for (size_t i = 0; i < n; i++)
        (*ret)[i] = (struct pack_file){entries[i].name, entries[i].bytes};
    return n;
}

static inline struct pack *pack_named(struct arena *a, const char *name)
{
    struct pack_file *files;
    size_t n = pack_files(a, name, &files);
    struct pack *p;
    struct err e = {0};
    if (pack_load(files, n, NULL, &p, &e) != RC_OK)
        fail_msg("%s: %s:%d: %s [%s]", name, e.where, e.line, e.text, e.id);
    return p;
}

static inline struct facts facts_of(struct arena *a, const char *text)
{
    struct json *v;
    struct facts f = {0};
    struct err e = {0};
    if (json_parse(a, str_c(text), "facts", NULL, &v, &e) != RC_OK ||
        facts_read(a, v, &f, &e) != RC_OK)
        fail_msg("%s: %s", e.where, e.text);
    return f;
}

static inline uint64_t next_random(uint64_t *seed)
{
    *seed += 0x9e3779b97f4a7c15ull;
    uint64_t z = (*seed ^ *seed >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static inline unsigned below(uint64_t *seed, unsigned n)
{
    return (unsigned)(next_random(seed) % n);
}
