/* Libraries that only some verbs need (mail, letters, health) are opened when first used:
 * loading them and all that they bring costs more than a whole decision. lazy.sh writes, from a
 * list of function names, the table and the #defines by which the one file behind which the
 * library stands calls it as if it were linked. */
#pragma once
#include <stddef.h>

struct lazy_symbol {
    const char *name;
    size_t offset; /* of the pointer in the table */
};

/* Opens the library and fills the table. One that is missing ends the process with its name, as
 * the loader would have. */
void lazy_open(const char *soname, const struct lazy_symbol *symbols, size_t n, void *table);
