/* Reads `pattern flags text replacement` a line, each as hexadecimal behind an x, and answers
 * what regex.c makes of them, as words in the same form: the other half of regex_oracle.py. */
#include "base/arena.h"
#include "dmn/regex.h"
#include <stdio.h>

static struct str unhex(struct arena *a, const char *word)
{
    char *p = arena_alloc(a, strlen(word) / 2 + 1);
    size_t n = 0;
    unsigned byte;
    for (word++; sscanf(word, "%2x", &byte) == 1; word += 2) p[n++] = (char)byte;
    return str_n(p, n);
}

static void put_hex(struct str s)
{
    fputs(" x", stdout);
    for (size_t i = 0; i < s.n; i++) printf("%02x", (unsigned char)s.p[i]);
}

static void answer(struct arena *a, struct str pattern, struct str flags, struct str text,
                   struct str replacement)
{
    const char *why;
    struct str replaced, *pieces;
    size_t n;
    const struct regex *r = regex_compile(a, pattern, flags, &why);
    if (!r) {
        puts("refused");
        return;
    }
    printf("%d", regex_matches(r, text));
    if (regex_replace(a, r, text, replacement, &replaced, &why))
        put_hex(replaced);
    else
        fputs(" null", stdout);
    if (regex_split(a, r, text, &pieces, &n, &why))
        for (size_t i = 0; i < n; i++) put_hex(pieces[i]);
    else
        fputs(" null", stdout);
    putchar('\n');
    regex_free(r);
}

int main(void)
{
    static char line[40000], word[4][10000];
    struct arena a;
    arena_init(&a, 0);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%9999s %9999s %9999s %9999s", word[0], word[1], word[2], word[3]) !=
            4)
            return 1;
        answer(&a, unhex(&a, word[0]), unhex(&a, word[1]), unhex(&a, word[2]),
               unhex(&a, word[3]));
        arena_reset(&a);
    }
    arena_done(&a);
    return 0;
}
