/* The Merkle tree of RFC 6962 §2.1 and its two proofs. A tree of n leaves splits at the largest
 * power of two below n, so it is a row of full subtrees that shrink from left to right: that
 * row (the edge) is all an append needs, and every hash that a proof holds is one full subtree
 * or the fold of such a row. It must never read a hash other than through the reader, nor trust
 * the length of a path. */
#include "ledger/ledger.h"
#include <assert.h>

static struct str bytes_of(const struct hash *h)
{
    return str_n((const char *)h->b, HASH_SIZE);
}

struct hash ledger_commitment(const unsigned char salt[LEDGER_SALT], struct str canonical)
{
    /* The domain's first byte goes where hash_prefixed takes its prefix: then nothing needs to
     * be joined. */
    static const char domain[] = "sallyport event v1\n";
    char head[sizeof domain - 2 + LEDGER_SALT];
    memcpy(head, domain + 1, sizeof domain - 2);
    memcpy(head + sizeof domain - 2, salt, LEDGER_SALT);
    return hash_prefixed((unsigned char)domain[0], str_n(head, sizeof head), canonical);
}

struct hash ledger_leaf(struct hash commitment)
{
    return hash_prefixed(0x00, bytes_of(&commitment), str_n("", 0));
}

struct hash ledger_node(struct hash left, struct hash right)
{
    return hash_prefixed(0x01, bytes_of(&left), bytes_of(&right));
}

struct hash ledger_empty_root(void) { return hash_of(str_n("", 0)); }

void ledger_append(struct ledger_edge *edge, struct hash leaf)
{
    assert(edge->size < LEDGER_MAX);
    /* Each trailing one of the size is a subtree that the new leaf completes: one merge a leaf
     * on average. */
    int n = __builtin_popcountll(edge->size);
    for (uint64_t rest = edge->size; rest & 1; rest >>= 1)
        leaf = ledger_node(edge->peaks[--n], leaf);
    edge->peaks[n] = leaf;
    edge->size++;
}

struct hash ledger_root(const struct ledger_edge *edge)
{
    int n = __builtin_popcountll(edge->size);
    if (n == 0) return ledger_empty_root();
    struct hash root = edge->peaks[--n];
    while (n > 0) root = ledger_node(edge->peaks[--n], root);
    return root;
}

struct hash ledger_fold(struct hash *nodes, size_t n)
{
    assert(n > 0 && (n & (n - 1)) == 0);
    for (; n > 1; n /= 2)
        for (size_t i = 0; i < n / 2; i++)
            nodes[i] = ledger_node(nodes[2 * i], nodes[2 * i + 1]);
    return nodes[0];
}

static unsigned log2_floor(uint64_t n) { return 63 - (unsigned)__builtin_clzll(n); }

/* The split of RFC 6962 §2.1: the largest power of two smaller than n; n > 1. */
static uint64_t split(uint64_t n) { return UINT64_C(1) << log2_floor(n - 1); }

/* MTH(D[start:end]), where start is a multiple of the largest power of two that is not above
 * end - start. */
static RC range_root(const struct ledger_reader *r, uint64_t start, uint64_t end,
                     struct hash *ret, struct err *e)
{
    struct hash peaks[64];
    size_t n = 0;
    while (start < end) {
        unsigned level = log2_floor(end - start);
        TRY(r->node(r->ctx, level, start >> level, &peaks[n++], e));
        start += UINT64_C(1) << level;
    }
    struct hash root = peaks[--n];
    while (n > 0) root = ledger_node(peaks[--n], root);
    *ret = root;
    return RC_OK;
}

static RC check_size(uint64_t size, struct err *e)
{
    if (size <= LEDGER_MAX) return RC_OK;
    return FAIL(e, RC_LIMIT, "LEDGER-0001", "a ledger has at most 2^62 leaves");
}

enum rc ledger_root_at(const struct ledger_reader *r, uint64_t size, struct hash *ret,
                       struct err *e)
{
    TRY(check_size(size, e));
    if (size == 0) {
        *ret = ledger_empty_root();
        return RC_OK;
    }
    return range_root(r, 0, size, ret, e);
}

/* Paths are made from the root down and read from the leaf up. */
static void path_reverse(struct ledger_path *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        struct hash other = p->nodes[p->n - 1 - i];
        p->nodes[p->n - 1 - i] = p->nodes[i];
        p->nodes[i] = other;
    }
}

/* RFC 6962 §2.1.1: PATH(m, D[n]). */
enum rc ledger_inclusion(const struct ledger_reader *r, uint64_t index, uint64_t size,
                         struct ledger_path *ret, struct err *e)
{
    TRY(check_size(size, e));
    if (index >= size)
        return FAIL(e, RC_INVALID, "LEDGER-0002", "there is no leaf %llu in a tree of %llu",
                    (unsigned long long)index, (unsigned long long)size);
    struct ledger_path path = {.n = 0};
    for (uint64_t start = 0, end = size; end - start > 1;) {
        uint64_t middle = start + split(end - start);
        struct hash *sibling = &path.nodes[path.n++];
        if (index < middle) {
            TRY(range_root(r, middle, end, sibling, e));
            end = middle;
        } else {
            TRY(range_root(r, start, middle, sibling, e));
            start = middle;
        }
    }
    path_reverse(&path);
    *ret = path;
    return RC_OK;
}

/* RFC 6962 §2.1.2: PROOF(m, D[n]) = SUBPROOF(m, D[n], true). */
enum rc ledger_consistency(const struct ledger_reader *r, uint64_t from, uint64_t to,
                           struct ledger_path *ret, struct err *e)
{
    TRY(check_size(to, e));
    if (from > to)
        return FAIL(e, RC_INVALID, "LEDGER-0002", "a tree of %llu is not in a tree of %llu",
                    (unsigned long long)from, (unsigned long long)to);
    ret->n = 0;
    if (from == 0 || from == to) return RC_OK;
    struct ledger_path path = {.n = 0};
    uint64_t start = 0, end = to;
    while (end > from) {
        uint64_t middle = start + split(end - start);
        struct hash *sibling = &path.nodes[path.n++];
        if (from <= middle) {
            TRY(range_root(r, middle, end, sibling, e));
            end = middle;
        } else {
            TRY(range_root(r, start, middle, sibling, e));
            start = middle;
        }
    }
    /* b is still true when all went left: the verifier then holds D[0:from] itself. */
    if (start > 0) TRY(range_root(r, start, end, &path.nodes[path.n++], e));
    path_reverse(&path);
    *ret = path;
    return RC_OK;
}

/* RFC 9162 §2.1.3.2, which states the verification that RFC 6962 leaves to the reader. */
bool ledger_check_inclusion(struct hash leaf, uint64_t index, uint64_t size,
                            const struct ledger_path *path, struct hash root)
{
    if (index >= size || size > LEDGER_MAX || path->n > 64) return false;
    uint64_t at = index, last = size - 1;
    struct hash r = leaf;
    for (size_t i = 0; i < path->n; i++) {
        if (last == 0) return false;
        if ((at & 1) || at == last) {
            r = ledger_node(path->nodes[i], r);
            while (!(at & 1) && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            r = ledger_node(r, path->nodes[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_eq(r, root);
}

/* RFC 9162 §2.1.4.2. */
bool ledger_check_consistency(uint64_t from, struct hash from_root, uint64_t to,
                              struct hash to_root, const struct ledger_path *path)
{
    if (from > to || to > LEDGER_MAX || path->n > 64) return false;
    if (from == 0) return path->n == 0 && hash_eq(from_root, ledger_empty_root());
    if (from == to) return path->n == 0 && hash_eq(from_root, to_root);
    uint64_t at = from - 1, last = to - 1;
    size_t i = 0;
    while (at & 1) {
        at >>= 1;
        last >>= 1;
    }
    /* A power of two: the old root is a node of the new tree and is not sent. */
    struct hash old = from_root;
    if (at != 0) {
        if (path->n == 0) return false;
        old = path->nodes[i++];
    }
    struct hash new = old;
    for (; i < path->n; i++) {
        if (last == 0) return false;
        if ((at & 1) || at == last) {
            old = ledger_node(path->nodes[i], old);
            new = ledger_node(path->nodes[i], new);
            while (!(at & 1) && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = ledger_node(new, path->nodes[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_eq(old, from_root) && hash_eq(new, to_root);
}
