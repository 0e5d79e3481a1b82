/* Flags, pattern, text, each ended by a line feed: a pattern that is accepted must say the same
 * as matches, replace and split, and replacing what matched by itself must change nothing. */
#include "base/utf8.h"
#include "dmn/regex.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(struct arena *a, const struct regex *r, struct str text, bool literal)
{
    struct str same, *pieces;
    size_t count, total = 0;
    const char *why;
    int found = regex_matches(r, text);
    if (found < 0) return;
    if (regex_replace(a, r, text, STR("$0"), &same, &why) && !literal && !str_eq(same, text))
        abort();
    if (!regex_split(a, r, text, &pieces, &count, &why)) return;
    if ((count > 1) != (found > 0)) abort();
    for (size_t i = 0; i < count; i++) {
        total += pieces[i].n;
        if (utf8_bad(pieces[i]) >= 0) abort();
    }
    if (total > text.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct str rest = str_n((const char *)data, n), flags, pattern;
    const char *why;
    if (utf8_bad(rest) >= 0 || n > 2000) return 0;
    arena_init(&a, 64 << 20);
    if (str_cut(&rest, '\n', &flags) && str_cut(&rest, '\n', &pattern)) {
        const struct regex *r = regex_compile(&a, pattern, flags, &why);
        if (r)
            check(&a, r, rest, memchr(flags.p, 'q', flags.n) != NULL);
        else if (!why)
            abort();
        regex_free(r);
    }
    arena_done(&a);
    return 0;
}
