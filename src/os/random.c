/* getrandom(2), which waits for the kernel's pool once after boot and then never fails. */
#include "os/random.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *p, size_t n)
{
    unsigned char *at = p;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) abort();
        at += got;
        n -= (size_t)got;
    }
}

uint32_t random_below(uint32_t n)
{
    /* Values below 2^32 mod n would make small results likelier; they are drawn again. */
    uint32_t unfair = -n % n, r;
    do random_bytes(&r, sizeof r);
    while (r < unfair);
    return r % n;
}

unsigned random_jitter(void) { return random_below(1000); }
