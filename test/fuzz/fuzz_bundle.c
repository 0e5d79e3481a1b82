/* Proof bundles and lines of an export from strangers: read, verified, written, read again. */
#include "ledger/bundle.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str written(struct arena *a, const struct ledger_bundle *b)
{
    struct buf out = buf_in(a);
    json_write(&out, bundle_json(a, b));
    return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {0};
    struct json *v, *report;
    struct ledger_bundle b, again;
    struct str text = str_n((const char *)data, size), line;
    arena_init(&a, 0);
    if (json_parse(&a, text, "", NULL, &v, &e) == RC_OK &&
        bundle_read(&a, v, &b, &e) == RC_OK) {
        (void)!bundle_verify(&a, &b, str_n("", 0), &report, &e);
        struct str first = written(&a, &b);
        if (json_parse(&a, first, "", NULL, &v, &e) != RC_OK ||
            bundle_read(&a, v, &again, &e) != RC_OK || !str_eq(written(&a, &again), first))
            abort();
    }
    struct export_check c = {0};
    while (str_cut(&text, '\n', &line) && export_check_line(&c, &a, line, &e) == RC_OK)
        continue;
    arena_done(&a);
    return 0;
}
