/* Text as pointer and length; never depends on a closing NUL. Borrowed unless said
 * otherwise. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p;
    size_t n;
};

#define STR(lit) ((struct str){("" lit), sizeof(lit) - 1})
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p

static inline struct str str_c(const char *c) { return (struct str){c, c ? strlen(c) : 0}; }
static inline struct str str_n(const char *p, size_t n) { return (struct str){p, n}; }
static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_is(struct str a, const char *c) { return str_eq(a, str_c(c)); }

int str_cmp(struct str a, struct str b); /* by bytes, which for UTF-8 is by code point */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_ieq(struct str a, struct str b);                /* equal but for ASCII case */
ptrdiff_t str_find(struct str s, struct str what);       /* byte offset or -1 */
struct str str_sub(struct str s, size_t from, size_t n); /* clamped */
struct str str_trim(struct str s);                       /* ASCII white space off both ends */
/* Cut s at the first sep: *head is what stands before it, s becomes the rest. False when s is
 * used up. */
bool str_cut(struct str *s, char sep, struct str *head);
bool str_to_i64(struct str s, int64_t *ret); /* whole text, decimal, no white space */
struct str str_dup(struct arena *a, struct str s);
char *str_dupz(struct arena *a, struct str s); /* NUL-terminated copy */
/* stable across runs; not for hostile keys alone */
uint64_t str_hash(struct str s);
