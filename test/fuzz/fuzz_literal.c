/* Numbers, dates, times and durations: what is read must print as text that reads as the same
 * value. */
#include "dmn/num.h"
#include "dmn/temporal.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct str text = str_n((const char *)data, n);
    struct value v, again;
    arena_init(&a, 0);
    if (num_parse(&a, text, &v)) {
        struct str printed = num_print(&a, v);
        if (printed.n > num_print_size(v) || !num_parse(&a, printed, &again) ||
            num_cmp(v, again) != 0)
            abort();
    }
    if (temporal_literal(&a, NULL, text, &v)) {
        if (!temporal_literal(&a, NULL, temporal_print(&a, v), &again) || v.tag != again.tag ||
            !v_is_same(v, again))
            abort();
    }
    arena_done(&a);
    return 0;
}
