/* A fuzz target without libFuzzer: runs over every file of its seed folder, so that each build tries what was found before. */
#include "base/arena.h"
#include "os/file.h"
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
    struct arena a;
    struct err e;
    struct file_entry *entries = NULL;
    size_t n = 0;
    arena_init(&a, 0);
    if (argc != 2 || !file_exists(argv[1])) {
        puts("1..0 # skip no seeds");
        return 0;
    }
    if (file_read_tree(&a, argv[1], 100000, 256u << 20, &entries, &n, &e) != RC_OK) {
        printf("1..1\nnot ok 1 - %s\n", e.text);
        return 1;
    }
    for (size_t i = 0; i < n; i++) (void)LLVMFuzzerTestOneInput((const uint8_t *)entries[i].bytes.p, entries[i].bytes.n);
    printf("1..1\nok 1 - %zu seeds\n", n);
    arena_done(&a);
    return 0;
}
