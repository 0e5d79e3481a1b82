/* What custody/plain.h takes it reads as json_parse does, and what it takes is canonical. */
#include "custody/plain.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    arena_init(&a, 0);
    struct str text = str_n((const char *)data, n);
    struct json *fast = plain_json(&a, text), *strict;
    struct err e;
    if (fast) {
        struct buf x = buf_in(&a), y = buf_in(&a);
        if (json_parse(&a, text, "", NULL, &strict, &e) != RC_OK) abort();
        json_write(&x, fast);
        json_write(&y, strict);
        if (!str_eq(buf_str(&x), buf_str(&y)) || !str_eq(buf_str(&x), text)) abort();
    }
    arena_done(&a);
    return 0;
}
