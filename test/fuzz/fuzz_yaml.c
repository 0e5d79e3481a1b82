/* Whatever YAML is accepted must be a tree that can be written as JSON and read again. */
#include "base/yaml.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct json *v;
    struct err e;
    arena_init(&a, 0);
    if (yaml_parse(&a, str_n((const char *)data, n), "f", &v, &e) == RC_OK) {
        struct buf b = buf_in(&a);
        json_write(&b, v);
        /* YAML allows \0 in text, which JSON reading refuses; nothing else may fail. */
        if (json_parse(&a, buf_str(&b), "f", &(struct json_limits){.max_depth = 100}, &v, &e) !=
                RC_OK &&
            strcmp(e.id, "JSON-0008") != 0)
            abort();
    }
    arena_done(&a);
    return 0;
}
