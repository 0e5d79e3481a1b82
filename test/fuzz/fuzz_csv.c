/* Reading goes on to the end whatever stands in the file, each row moves on, and the size of
 * the pieces in which the file arrives makes no difference. The first byte is that size. */
#include "base/csv.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct source {
    struct str left;
    size_t step;
};

static ptrdiff_t fill(void *ctx, char *into, size_t n)
{
    struct source *s = ctx;
    if (n > s->step) n = s->step;
    if (n > s->left.n) n = s->left.n;
    if (n) memcpy(into, s->left.p, n);
    s->left = str_sub(s->left, n, s->left.n);
    return (ptrdiff_t)n;
}

static uint64_t digest(struct str text, size_t step)
{
    struct arena a;
    struct source s = {text, step};
    struct csv_row row;
    struct err e;
    uint64_t h = 0;
    long line = 0;
    arena_init(&a, 0);
    struct csv_reader *r = csv_open(&a, fill, &s, ',');
    for (enum rc rc; (rc = csv_next(r, &row, &e)) != RC_NO;) {
        if (row.line <= line) abort();
        line = row.line;
        h = (h ^ (uint64_t)rc) * 31 + str_hash(row.raw);
        for (size_t i = 0; rc == RC_OK && i < row.n; i++) h = h * 31 + str_hash(row.fields[i]);
    }
    arena_done(&a);
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    if (n == 0) return 0;
    struct str text = str_n((const char *)data + 1, n - 1);
    if (digest(text, 1u + data[0]) != digest(text, 1 << 20)) abort();
    return 0;
}
