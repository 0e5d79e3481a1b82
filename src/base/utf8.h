/* UTF-8: validation, decoding, case. The only file behind it that sees utf8proc. */
#pragma once
#include "base/str.h"

/* Byte offset of the first malformed sequence, or -1 if s is well-formed (no surrogates, no
 * overlong). */
ptrdiff_t utf8_bad(struct str s);
/* Decode the code point at *p (must be well-formed text), moving *p behind it. */
uint32_t utf8_next(const char **p);
size_t utf8_put(char out[4], uint32_t cp); /* bytes written */
/* What others said, as text that can be kept: each malformed byte and each NUL becomes U+FFFD.
 * s itself if there is none. */
struct str utf8_mend(struct arena *a, struct str s);
size_t utf8_count(struct str s); /* code points */
/* byte offset of the n-th code point, clamped */
size_t utf8_offset(struct str s, size_t cp_index);
/* full mapping for ß etc. is not attempted */
struct str utf8_upper(struct arena *a, struct str s);
struct str utf8_lower(struct arena *a, struct str s);
/* Case-folded, accents and punctuation removed, white space folded to one space: for comparing
 * names. */
struct str utf8_name_key(struct arena *a, struct str s);
bool utf8_is_letter(uint32_t cp);
bool utf8_is_space(uint32_t cp); /* Unicode White_Space */
