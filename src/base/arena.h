/* Memory by lifetime: a bump allocator of chunks that are freed together. An allocation never
 * fails: running out of memory ends the process (the state is in the database), and code whose
 * output can grow asks arena_fits() first and returns RC_LIMIT. Memory is zeroed.
 * An arena belongs to one thread at a time. Built with -DARENA_MALLOC every object is its own
 * malloc, so that sanitizers and valgrind see each one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_chunk;

struct arena {
    char *next, *end;           /* free space of the current chunk */
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* bytes handed out since the last reset */
    size_t budget;              /* 0 = no budget; see arena_fits() */
};

struct arena_mark {
    struct arena_chunk *chunk;
    char *next;
    size_t used;
};

void arena_init(struct arena *a, size_t budget);
void arena_done(struct arena *a);  /* frees everything; NULL and zeroed arenas are fine */
void arena_reset(struct arena *a); /* forgets all objects, keeps one chunk for reuse */
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark m); /* forgets objects made since m */
bool arena_fits(const struct arena *a, size_t more);

void *arena_alloc(struct arena *a, size_t n) __attribute__((returns_nonnull, malloc));
/* n objects of size bytes; an overflowing product ends the process. */
void *arena_calloc(struct arena *a, size_t n, size_t size)
    __attribute__((returns_nonnull, malloc));
/* A larger copy of an array that was allocated here; the old one is dead. */
void *arena_grow(struct arena *a, void *old, size_t old_n, size_t new_n, size_t size)
    __attribute__((returns_nonnull));
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((returns_nonnull, format(printf, 2, 3)));

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))

/* Room for one more element in an arena-owned growing array; cap doubles. */
#define arena_push(a, array, count, cap)                                                       \
    ((count) < (cap) ? (void)0                                                                 \
                     : (void)((array) = arena_grow((a), (array), (count), (cap) ? (cap)*2 : 8, \
                                                   sizeof *(array)),                           \
                              (cap) = (cap) ? (cap)*2 : 8))
