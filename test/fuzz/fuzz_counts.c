/* Counts of requests from before the ledger, as a CSV that somebody made by hand. What is taken
 * has a month, a span, a source without a status, and no month that is not over. */
#include <stdlib.h>
#include "casework/trend_load.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = {0};
    struct err e = {0};
    struct loading l = {.a = &a, .name = "counts.csv", .end = 2026 * 12};
    if (read_all(&l, str_n((const char *)data, n), &e) == RC_OK) {
        for (size_t i = 0; i < l.n; i++) {
            const struct store_past_count *r = &l.rows[i];
            if (r->months < 1 || r->months > SPAN_MAX || r->month + r->months > l.end ||
                !r->source.n || r->requests < -1 || r->bookings < -1 ||
                status_text(r->source, NULL))
                abort();
        }
        if (l.n > ROWS_MAX) abort();
    } else if (!e.id[0]) {
        abort();
    }
    arena_done(&a);
    return 0;
}
