/* Growable bytes in an arena, for writing. */
#pragma once
#include "base/str.h"

struct buf {
    char *p;
    size_t n, cap;
    struct arena *arena;
};

static inline struct buf buf_in(struct arena *a) { return (struct buf){.arena = a}; }
static inline struct str buf_str(const struct buf *b) { return str_n(b->p ? b->p : "", b->n); }
void buf_room(struct buf *b, size_t more); /* at least more bytes free behind p + n */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_str_add(struct buf *b, struct str s);
void buf_c(struct buf *b, const char *c);
void buf_ch(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *buf_z(struct buf *b); /* the bytes so far, NUL-terminated; NUL not counted in n */
