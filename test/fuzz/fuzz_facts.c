/* Facts from outside: whatever is taken must be taken again from what was written of it, to the
 * same bytes; citations in it are read without harm. */
#include <stdlib.h>
#include "custody/citation.h"
#include "custody/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct str written(struct arena *a, const struct facts *f)
{
    struct buf b = buf_in(a);
    json_write(&b, f->json);
    return buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = {0};
    struct json *v;
    struct facts f, g;
    struct citation c;
    struct err e = {0};
    if (json_parse(&a, str_n((const char *)data, n), "fuzz", NULL, &v, &e) == RC_OK &&
        facts_read(&a, v, &f, &e) == RC_OK) {
        struct str first = written(&a, &f);
        for (size_t i = 0; i < f.n_offences; i++)
            (void)citation_parse(&a, f.offences[i].citation, &c);
        if (json_parse(&a, first, "again", NULL, &v, &e) != RC_OK ||
            facts_read(&a, v, &g, &e) != RC_OK)
            abort();
        if (!str_eq(first, written(&a, &g))) abort();
    }
    arena_done(&a);
    return 0;
}
