/* Runs a fuzz target without libFuzzer: every file of the directory given, then as many
 * mutations of them as asked, the same in every run unless SEED says otherwise. What it proves
 * is that no input crashes; sanitizers make that mean something. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST_SEEDS = 500, MOST_BYTES = 1 << 16 };

static struct {
    uint8_t *p;
    size_t n;
} seeds[MOST_SEEDS];
static size_t n_seeds;
static uint64_t state = 88172645463325252u;

static size_t rnd(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return below ? (size_t)(state % below) : 0;
}

/* An exact copy on the heap, so that a read one byte too far is seen. */
static void run(const uint8_t *p, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy) abort();
    memcpy(copy, p, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void load(const char *dir, const char *name)
{
    char path[4096];
    uint8_t *p = malloc(MOST_BYTES);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f || !p || n_seeds == MOST_SEEDS) abort();
    seeds[n_seeds].p = p;
    seeds[n_seeds++].n = fread(p, 1, MOST_BYTES, f);
    fclose(f);
}

/* A few edits: overwrite, cut out, double a piece, take a piece of another seed. */
static size_t mutate(uint8_t *p, size_t n)
{
    for (size_t edits = 1 + rnd(6); edits; edits--) {
        size_t at = rnd(n + 1), len = rnd(n - at + 1);
        size_t other = rnd(n_seeds);
        switch (rnd(4)) {
        case 0:
            if (at < n)
                p[at] = (uint8_t)(rnd(2) ? rnd(256) : (size_t) "\"\\{}[]<>&,:-0e\n"[rnd(15)]);
            break;
        case 1:
            memmove(p + at, p + at + len, n - at - len);
            n -= len;
            break;
        case 2:
            if (n + len > MOST_BYTES) break;
            memmove(p + at + len, p + at, n - at);
            n += len;
            break;
        default:
            if (len > seeds[other].n) len = seeds[other].n;
            memcpy(p + at, seeds[other].p, len);
        }
    }
    return n;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* readdir's order is the disk's; sorted, a run is the same everywhere. */
static int load_all(const char *dir)
{
    char *names[MOST_SEEDS];
    size_t n = 0;
    DIR *d = opendir(dir);
    if (!d) return -1;
    for (struct dirent *x; n < MOST_SEEDS && (x = readdir(d));)
        if (x->d_name[0] != '.') names[n++] = strdup(x->d_name);
    closedir(d);
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++) {
        load(dir, names[i]);
        free(names[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static uint8_t work[MOST_BYTES];
    const char *given = getenv("SEED");
    if (given) state = strtoull(given, NULL, 10) | 1;
    printf("1..1\n# SEED=%llu\n", (unsigned long long)state);
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    if (rounds < 1 || load_all(argv[1]) != 0 || n_seeds == 0) {
        printf("not ok 1 - no seeds: usage: replay DIRECTORY MUTATIONS\n");
        return 1;
    }
    fflush(stdout);
    for (size_t i = 0; i < n_seeds; i++) run(seeds[i].p, seeds[i].n);
    for (int i = 0; i < rounds; i++) {
        size_t which = rnd(n_seeds);
        memcpy(work, seeds[which].p, seeds[which].n);
        run(work, mutate(work, seeds[which].n));
    }
    printf("ok 1 - %zu seeds, %d mutations\n", n_seeds, rounds);
    for (size_t i = 0; i < n_seeds; i++) free(seeds[i].p);
    return 0;
}
