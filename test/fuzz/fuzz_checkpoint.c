/* Signed notes from strangers. The first line of the input is the verifier key, the rest the
 * note. What opens must sign and open again to the same values. */
#include "ledger/ledger.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char seed[32] = {42};
    struct arena a;
    struct err e = {0};
    struct checkpoint c, again;
    struct str note = str_n((const char *)data, size), key;
    arena_init(&a, 0);
    if (str_cut(&note, '\n', &key) && note.p &&
        checkpoint_open(&a, note, key, &c, &e) == RC_OK) {
        struct sign_key k = sign_key_from_seed(seed);
        struct str own = checkpoint_sign(&a, &c, &k);
        if (checkpoint_open(&a, own, checkpoint_verifier_key(&a, c.origin, k.public_key),
                            &again, &e) != RC_OK ||
            again.size != c.size || !hash_eq(again.root, c.root) ||
            !str_eq(again.origin, c.origin))
            abort();
    }
    arena_done(&a);
    return 0;
}
