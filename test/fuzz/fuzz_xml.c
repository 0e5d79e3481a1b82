/* Every element of an accepted document knows its parent and its place. */
#include "base/xml.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct xml *x)
{
    for (const struct xml *c = x->first; c; c = c->next)
        if (c->parent != x || (c->name.n && c->line < x->line)) abort();
    for (const struct xml *c = xml_first(x); c; c = xml_next(c, NULL)) check(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct xml *x;
    struct err e;
    arena_init(&a, 0);
    struct xml_limits few = {.max_depth = 50, .max_nodes = 10000};
    if (xml_parse(&a, str_n((const char *)data, n), "f", &few, &x, &e) == RC_OK) check(x);
    arena_done(&a);
    return 0;
}
