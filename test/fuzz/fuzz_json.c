/* Whatever JSON is accepted must be written so that reading and writing it again gives the same
 * bytes. */
#include "base/json.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct json *v;
    struct err e;
    arena_init(&a, 0);
    if (json_parse(&a, str_n((const char *)data, n), "f", NULL, &v, &e) == RC_OK) {
        struct buf once = buf_in(&a), again = buf_in(&a);
        json_write(&once, v);
        if (json_parse(&a, buf_str(&once), "f", NULL, &v, &e) != RC_OK) abort();
        json_write(&again, v);
        if (!str_eq(buf_str(&once), buf_str(&again))) abort();
    }
    arena_done(&a);
    return 0;
}
