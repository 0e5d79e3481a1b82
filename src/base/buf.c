/* Growable bytes in an arena. Capacity doubles; the arena lets the newest object grow in place,
 * so a buffer written in one go is rarely copied. */
#include "base/buf.h"
#include <stdarg.h>
#include <stdio.h>

void buf_room(struct buf *b, size_t more)
{
    if (more <= b->cap - b->n) return;
    size_t cap = b->cap ? b->cap * 2 : 128;
    if (cap - b->n < more) cap = b->n + more;
    b->p = arena_grow(b->arena, b->p, b->cap, cap, 1);
    b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0) return;
    buf_room(b, n);
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void buf_str_add(struct buf *b, struct str s) { buf_add(b, s.p, s.n); }

void buf_c(struct buf *b, const char *c) { buf_add(b, c, strlen(c)); }

void buf_ch(struct buf *b, char c)
{
    buf_room(b, 1);
    b->p[b->n++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    buf_room(b, 64);
    int n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, args);
    va_end(args);
    if (n > 0) {
        if ((size_t)n >= b->cap - b->n) {
            buf_room(b, (size_t)n + 1);
            vsnprintf(b->p + b->n, b->cap - b->n, fmt, again);
        }
        b->n += (size_t)n;
    }
    va_end(again);
}

const char *buf_z(struct buf *b)
{
    buf_room(b, 1);
    b->p[b->n] = '\0';
    return b->p;
}
