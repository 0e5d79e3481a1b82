/* See lazy.h. */
#include "os/lazy.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lazy_open(const char *soname, const struct lazy_symbol *symbols, size_t n, void *table)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; library && i < n; i++) {
        void *p = dlsym(library, symbols[i].name);
        if (!p) library = NULL;
        memcpy((char *)table + symbols[i].offset, &p, sizeof p);
    }
    if (library) return; /* never closed: others may hold what it gave */
    fprintf(stderr, "sallyport: %s cannot be used: %s; install its package\n", soname,
            dlerror());
    exit(70);
}
