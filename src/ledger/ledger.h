/* The append-only log: RFC 6962 §2.1 Merkle tree over salted commitments of canonical events,
 * C2SP tlog-checkpoint signed notes (Ed25519). Pure: hashes are read through a callback,
 * nothing is stored here. docs/ledger.md tells a stranger how to verify with other tools.
 *
 *   commitment = SHA-256("sallyport event v1\n" ‖ salt(16) ‖ canonical JSON)
 *   leaf hash  = SHA-256(0x00 ‖ commitment),  node = SHA-256(0x01 ‖ left ‖ right)
 *
 * Expunging forgets salt and JSON and keeps the commitment: the tree still verifies and nothing
 * can be guessed. */
#pragma once
#include "base/hash.h"
#include "base/rc.h"
#include "base/sign.h"
#include <stdint.h>

#define LEDGER_SALT 16
#define LEDGER_TILE 256 /* a store keeps the root of every full run of 256 leaves */
#define LEDGER_TILE_LEVEL 8
#define LEDGER_MAX (UINT64_C(1) << 62) /* leaves; keeps every path within 64 nodes */

struct hash ledger_commitment(const unsigned char salt[LEDGER_SALT], struct str canonical);
struct hash ledger_leaf(struct hash commitment);
struct hash ledger_node(struct hash left, struct hash right);
struct hash ledger_empty_root(void);

/* The right edge of a growing tree: roots of its full subtrees, largest first. */
struct ledger_edge {
    uint64_t size;
    struct hash peaks[64];
};
void ledger_append(struct ledger_edge *edge, struct hash leaf);
struct hash ledger_root(const struct ledger_edge *edge);

/* Root of the full subtree of 2^level leaves starting at leaf index << level. Only full
 * subtrees are ever asked for. A reader that keeps levels 0 and 8 makes the levels between with
 * ledger_fold, from at most 256 hashes. */
struct ledger_reader {
    void *ctx;
    RC (*node)(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e);
};

struct hash
ledger_fold(struct hash *nodes,
            size_t n); /* root of n nodes of one level, n a power of two; overwrites them */

struct ledger_path {
    struct hash nodes[64];
    size_t n;
};
RC ledger_root_at(const struct ledger_reader *r, uint64_t size, struct hash *ret,
                  struct err *e);
RC ledger_inclusion(const struct ledger_reader *r, uint64_t index, uint64_t size,
                    struct ledger_path *ret, struct err *e);
RC ledger_consistency(const struct ledger_reader *r, uint64_t from, uint64_t to,
                      struct ledger_path *ret, struct err *e);
bool ledger_check_inclusion(struct hash leaf, uint64_t index, uint64_t size,
                            const struct ledger_path *path, struct hash root)
    __attribute__((warn_unused_result));
bool ledger_check_consistency(uint64_t from, struct hash from_root, uint64_t to,
                              struct hash to_root, const struct ledger_path *path)
    __attribute__((warn_unused_result));

/* C2SP tlog-checkpoint in a signed note. origin is the key's name as well, e.g.
 * "sallyport.example.gov/ledger". */
struct checkpoint {
    struct str origin;
    uint64_t size;
    struct hash root;
};
struct str checkpoint_sign(struct arena *a, const struct checkpoint *c,
                           const struct sign_key *k);
bool checkpoint_origin_valid(
    struct str origin); /* not empty, UTF-8, no white space, no '+', no control characters */
/* Parses and verifies against a verifier key "name+hash+base64". */
RC checkpoint_open(struct arena *a, struct str note, struct str verifier_key,
                   struct checkpoint *ret, struct err *e);
struct str checkpoint_verifier_key(struct arena *a, struct str origin,
                                   const unsigned char public_key[32]);
