/* The bump allocator. Chunks double up to a bound; an object larger than that has a chunk of
 * its own. Under AddressSanitizer free space is poisoned and objects stand apart, so that a
 * read behind an object or after a reset is found; with ARENA_MALLOC every object is its own
 * malloc. */
#include "base/arena.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { GAP = 8, BYTE_ALIGN = 8 }; /* the granule of the shadow memory */
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { GAP = 0, BYTE_ALIGN = 1 };
#endif

enum { ALIGN = 16, CHUNK_FIRST = 4096, CHUNK_MOST = 1 << 20 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* of data */
    _Alignas(ALIGN) char data[];
};

static _Noreturn void die(const char *why)
{
    fprintf(stderr, "fatal: %s\n", why);
    abort();
}

static struct arena_chunk *chunk_add(struct arena *a, size_t size)
{
    if (size > PTRDIFF_MAX - sizeof(struct arena_chunk))
        die("an object larger than memory was asked for");
    struct arena_chunk *c = malloc(sizeof *c + size);
    if (!c) die("out of memory");
    c->older = a->chunks;
    c->size = size;
    a->chunks = c;
    return c;
}

static void chunks_free_until(struct arena *a, const struct arena_chunk *keep)
{
    while (a->chunks && a->chunks != keep) {
        struct arena_chunk *c = a->chunks;
        a->chunks = c->older;
        UNPOISON(c->data, c->size);
        free(c);
    }
}

void arena_init(struct arena *a, size_t budget) { *a = (struct arena){.budget = budget}; }

void arena_done(struct arena *a)
{
    if (!a) return;
    chunks_free_until(a, NULL);
    *a = (struct arena){.budget = a->budget};
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){.chunk = a->chunks, .next = a->next, .used = a->used};
}

bool arena_fits(const struct arena *a, size_t more)
{
    return a->budget == 0 || (a->used <= a->budget && more <= a->budget - a->used);
}

#ifdef ARENA_MALLOC

static void *take(struct arena *a, size_t n, size_t align)
{
    (void)align;
    a->used += n;
    return chunk_add(a, n)->data;
}

static bool grow_in_place(struct arena *a, char *old, size_t old_size, size_t new_size)
{
    (void)a, (void)old, (void)old_size, (void)new_size;
    return false;
}

void arena_reset(struct arena *a) { arena_done(a); }

void arena_release(struct arena *a, struct arena_mark m)
{
    chunks_free_until(a, m.chunk);
    a->used = m.used;
}

#else

/* Make c the current chunk with all of its space free. */
static void chunk_use(struct arena *a, struct arena_chunk *c)
{
    a->next = c->data;
    a->end = c->data + c->size;
    POISON(c->data, c->size);
}

static __attribute__((noinline)) void chunk_for(struct arena *a, size_t need)
{
    size_t size = a->chunks ? a->chunks->size : CHUNK_FIRST / 2;
    size = size >= CHUNK_MOST / 2 ? CHUNK_MOST : size * 2;
    chunk_use(a, chunk_add(a, size > need ? size : need));
}

static void *take(struct arena *a, size_t n, size_t align)
{
    size_t pad = (size_t)(-(uintptr_t)a->next) & (align - 1);
    size_t free_bytes = (size_t)(a->end - a->next);
    if (n > PTRDIFF_MAX - ALIGN - GAP) die("an object larger than memory was asked for");
    if (pad + n + GAP > free_bytes || !a->next) {
        chunk_for(a, n + ALIGN + GAP);
        pad = (size_t)(-(uintptr_t)a->next) & (align - 1);
    }
    char *p = a->next + pad;
    a->next = p + n + GAP;
    a->used += n;
    UNPOISON(p, n);
    return p;
}

/* The newest object may grow where it stands. With sanitizers it always moves (the gap keeps
 * the comparison false), so that a pointer kept to the old place is found. */
static bool grow_in_place(struct arena *a, char *old, size_t old_size, size_t new_size)
{
    if (GAP != 0 || old + old_size != a->next || new_size < old_size ||
        new_size - old_size > (size_t)(a->end - a->next))
        return false;
    a->next += new_size - old_size;
    a->used += new_size - old_size;
    return true;
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunks;
    /* One huge request must not be remembered for ever. */
    while (keep && keep->size > CHUNK_MOST) keep = keep->older;
    chunks_free_until(a, keep);
    if (keep) {
        struct arena newest = {.chunks = keep->older};
        chunks_free_until(&newest, NULL);
        keep->older = NULL;
        chunk_use(a, keep);
    } else {
        a->next = a->end = NULL;
    }
    a->used = 0;
}

void arena_release(struct arena *a, struct arena_mark m)
{
    if (!m.chunk) {
        arena_reset(a);
        a->used = m.used;
        return;
    }
    chunks_free_until(a, m.chunk);
    a->next = m.next;
    a->end = m.chunk->data + m.chunk->size;
    a->used = m.used;
    POISON(a->next, (size_t)(a->end - a->next));
}

#endif

void *arena_alloc(struct arena *a, size_t n) { return memset(take(a, n, ALIGN), 0, n); }

static size_t product(size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        die("an array larger than memory was asked for");
    return bytes;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    return arena_alloc(a, product(n, size));
}

void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n, size_t size)
{
    size_t old_size = old ? product(old_n, size) : 0, new_size = product(new_n, size);
    size_t keep = old_size < new_size ? old_size : new_size;
    char *p = old;
    if (!old || !grow_in_place(a, old, old_size, new_size)) {
        p = take(a, new_size, ALIGN);
        if (keep) memcpy(p, old, keep);
        if (old) POISON(old, old_size);
    }
    memset(p + keep, 0, new_size - keep);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    if (n == SIZE_MAX) die("an object larger than memory was asked for");
    char *p = take(a, n + 1, BYTE_ALIGN);
    if (n) memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s) { return arena_strndup(a, s, strlen(s)); }

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n < 0) die("a format that cannot be printed");
    char *p;
    if ((size_t)n < sizeof small) {
        p = arena_strndup(a, small, (size_t)n);
    } else {
        p = take(a, (size_t)n + 1, BYTE_ALIGN);
        vsnprintf(p, (size_t)n + 1, fmt, again);
    }
    va_end(again);
    return p;
}
