/* An event's text as what-if reads it without a careful reader: whatever the bytes are, it ends
 * in an answer or in an error, and with kept answers in the same one as without. */
#include <stdlib.h>
#include "custody/whatif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct whatif *fast; /* goes on, as over a ledger; its caps keep it small */
    const struct whatif_setup kept = {.n_packs = 0}, plain = {.n_packs = 0, .plain = true};
    const struct whatif_point p = {
        .at = 0, .month = 2024 * 12, .case_id = 1, .text = str_n((const char *)data, n)};
    struct err e = {0};
    if (!fast) fast = whatif_new(&kept);
    struct whatif *slow = whatif_new(&plain);
    enum rc once = whatif_feed(fast, &p, &e), again = whatif_feed(fast, &p, &e),
            anew = whatif_feed(slow, &p, &e);
    if (once != again || once != anew) abort();
    whatif_free(slow);
    return 0;
}
