/* The tree against the definition: every root and proof of every tree up to 300 leaves is
 * compared with a direct transcription of RFC 6962 §2.1, which is slow, recursive and shares no
 * code with src/ledger. */
#include "ledger/ledger.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define MAX 300

static struct hash leaves[MAX];
static struct hash memo[MAX][MAX + 1]; /* MTH(D[from:to]) */
static bool known[MAX][MAX + 1];

static struct hash brute_node(struct hash l, struct hash r)
{
    char bytes[65] = {1};
    memcpy(bytes + 1, l.b, 32);
    memcpy(bytes + 33, r.b, 32);
    return hash_of(str_n(bytes, 65));
}

static size_t brute_split(size_t n)
{
    size_t k = 1;
    while (k * 2 < n) k *= 2;
    return k;
}

static struct hash brute_root(size_t from, size_t to)
{
    if (known[from][to]) return memo[from][to];
    struct hash h;
    if (to - from == 1)
        h = leaves[from];
    else {
        size_t k = from + brute_split(to - from);
        h = brute_node(brute_root(from, k), brute_root(k, to));
    }
    known[from][to] = true;
    return memo[from][to] = h;
}

/* PATH(m, D[n]) */
static void brute_path(size_t m, size_t from, size_t to, struct ledger_path *p)
{
    if (to - from == 1) return;
    size_t k = brute_split(to - from);
    if (m < k) {
        brute_path(m, from, from + k, p);
        p->nodes[p->n++] = brute_root(from + k, to);
    } else {
        brute_path(m - k, from + k, to, p);
        p->nodes[p->n++] = brute_root(from, from + k);
    }
}

/* SUBPROOF(m, D[n], b) */
static void brute_subproof(size_t m, size_t from, size_t to, bool b, struct ledger_path *p)
{
    size_t n = to - from;
    if (m == n) {
        if (!b) p->nodes[p->n++] = brute_root(from, to);
        return;
    }
    size_t k = brute_split(n);
    if (m <= k) {
        brute_subproof(m, from, from + k, b, p);
        p->nodes[p->n++] = brute_root(from + k, to);
    } else {
        brute_subproof(m - k, from + k, to, false, p);
        p->nodes[p->n++] = brute_root(from, from + k);
    }
}

static RC read_node(void *ctx, unsigned level, uint64_t index, struct hash *ret, struct err *e)
{
    size_t size = *(size_t *)ctx, from = (size_t)index << level,
           to = ((size_t)index + 1) << level;
    if (to > size)
        return FAIL(e, RC_BUG, "TEST-0001", "a subtree that is not full was asked for");
    *ret = brute_root(from, to);
    return RC_OK;
}

static bool same_path(const struct ledger_path *a, const struct ledger_path *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (memcmp(a->nodes[i].b, b->nodes[i].b, 32) != 0) return false;
    return true;
}

static void make_leaves(void)
{
    for (size_t i = 0; i < MAX; i++) {
        char text[24];
        int n = snprintf(text, sizeof text, "leaf %zu", i);
        leaves[i] = ledger_leaf(hash_of(str_n(text, (size_t)n)));
    }
}

static void test_roots(void **state)
{
    (void)state;
    struct ledger_edge edge = {0};
    struct err e;
    for (size_t n = 0; n <= MAX; n++) {
        struct hash expected = n ? brute_root(0, n) : hash_of(STR("")), read;
        assert_true(hash_eq(ledger_root(&edge), expected));
        assert_int_equal(ledger_root_at(&(struct ledger_reader){&n, read_node}, n, &read, &e),
                         RC_OK);
        assert_true(hash_eq(read, expected));
        if (n < MAX) ledger_append(&edge, leaves[n]);
    }
}

static void test_inclusion_all(void **state)
{
    (void)state;
    struct err e;
    for (size_t n = 1; n <= MAX; n++)
        for (size_t m = 0; m < n; m++) {
            struct ledger_path path, expected = {.n = 0};
            assert_int_equal(
                ledger_inclusion(&(struct ledger_reader){&n, read_node}, m, n, &path, &e),
                RC_OK);
            brute_path(m, 0, n, &expected);
            assert_true(same_path(&path, &expected));
            assert_true(ledger_check_inclusion(leaves[m], m, n, &path, brute_root(0, n)));
        }
}

static void test_consistency_all(void **state)
{
    (void)state;
    struct err e;
    for (size_t n = 1; n <= MAX; n++)
        for (size_t m = 1; m <= n; m++) {
            struct ledger_path path, expected = {.n = 0};
            assert_int_equal(
                ledger_consistency(&(struct ledger_reader){&n, read_node}, m, n, &path, &e),
                RC_OK);
            brute_subproof(m, 0, n, true, &expected);
            assert_true(same_path(&path, &expected));
            assert_true(
                ledger_check_consistency(m, brute_root(0, m), n, brute_root(0, n), &path));
        }
}

/* Small trees: a proof holds for its own leaf, index and size, and for no other. */
static void test_inclusion_of_another(void **state)
{
    (void)state;
    struct err e;
    for (size_t n = 1; n <= 24; n++)
        for (size_t m = 0; m < n; m++) {
            struct ledger_path path;
            assert_int_equal(
                ledger_inclusion(&(struct ledger_reader){&n, read_node}, m, n, &path, &e),
                RC_OK);
            for (size_t other = 0; other < n; other++)
                if (other != m) {
                    assert_false(
                        ledger_check_inclusion(leaves[other], m, n, &path, brute_root(0, n)));
                    assert_false(
                        ledger_check_inclusion(leaves[m], other, n, &path, brute_root(0, n)));
                }
            for (size_t size = 0; size <= 24; size++)
                if (size != n && size > 0)
                    assert_false(
                        ledger_check_inclusion(leaves[m], m, size, &path, brute_root(0, size)));
        }
}

static void test_inclusion_corrupted(void **state)
{
    (void)state;
    struct err e;
    static const size_t sizes[] = {1, 2, 3, 7, 8, 13, 256, 257, 300};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        for (size_t m = 0; m<n; m += n> 20 ? 37 : 1) {
            struct ledger_path path;
            assert_int_equal(
                ledger_inclusion(&(struct ledger_reader){&n, read_node}, m, n, &path, &e),
                RC_OK);
            struct hash root = brute_root(0, n), leaf = leaves[m];
            for (size_t bit = 0; bit < path.n * 256; bit++) {
                unsigned char *byte = &path.nodes[bit / 256].b[bit % 256 / 8];
                *byte ^= (unsigned char)(1u << bit % 8);
                assert_false(ledger_check_inclusion(leaf, m, n, &path, root));
                *byte ^= (unsigned char)(1u << bit % 8);
            }
            for (size_t bit = 0; bit < 256; bit++) {
                leaf.b[bit / 8] ^= (unsigned char)(1u << bit % 8);
                assert_false(ledger_check_inclusion(leaf, m, n, &path, root));
                leaf.b[bit / 8] ^= (unsigned char)(1u << bit % 8);
            }
            path.nodes[path.n++] = root; /* one too many */
            assert_false(ledger_check_inclusion(leaf, m, n, &path, root));
            if (path.n >= 2) {
                path.n -= 2; /* one too few */
                assert_false(ledger_check_inclusion(leaf, m, n, &path, root));
            }
        }
    }
}

static void test_consistency_corrupted(void **state)
{
    (void)state;
    struct err e;
    static const size_t pairs[][2] = {{1, 2},  {2, 3},     {3, 7},     {4, 8},    {6, 8},
                                      {7, 13}, {255, 256}, {256, 300}, {129, 300}};
    for (size_t s = 0; s < sizeof pairs / sizeof *pairs; s++) {
        size_t m = pairs[s][0], n = pairs[s][1];
        struct ledger_path path;
        assert_int_equal(
            ledger_consistency(&(struct ledger_reader){&n, read_node}, m, n, &path, &e), RC_OK);
        struct hash old = brute_root(0, m), new = brute_root(0, n);
        for (size_t bit = 0; bit < path.n * 256; bit++) {
            unsigned char *byte = &path.nodes[bit / 256].b[bit % 256 / 8];
            *byte ^= (unsigned char)(1u << bit % 8);
            assert_false(ledger_check_consistency(m, old, n, new, &path));
            *byte ^= (unsigned char)(1u << bit % 8);
        }
        for (size_t other = 1; other < n; other++)
            if (other != m)
                assert_false(ledger_check_consistency(m, brute_root(0, other), n, new, &path));
        assert_false(ledger_check_consistency(n, new, m, old, &path));
        path.n--;
        assert_false(ledger_check_consistency(m, old, n, new, &path));
    }
}

static void test_edges_of_range(void **state)
{
    (void)state;
    struct err e = {0};
    size_t n = 5;
    struct ledger_reader r = {&n, read_node};
    struct ledger_path path;
    struct hash root;
    assert_int_equal(ledger_inclusion(&r, 5, 5, &path, &e), RC_INVALID);
    assert_string_equal(e.id, "LEDGER-0002");
    assert_int_equal(ledger_inclusion(&r, 0, 0, &path, &e), RC_INVALID);
    assert_int_equal(ledger_consistency(&r, 6, 5, &path, &e), RC_INVALID);
    assert_int_equal(ledger_root_at(&r, UINT64_MAX, &root, &e), RC_LIMIT);
    assert_int_equal(ledger_consistency(&r, 0, 5, &path, &e), RC_OK);
    assert_true(ledger_check_consistency(0, ledger_empty_root(), 5, brute_root(0, 5), &path));
    assert_false(ledger_check_consistency(0, brute_root(0, 1), 5, brute_root(0, 5), &path));
    assert_false(ledger_check_inclusion(leaves[0], UINT64_MAX, UINT64_MAX, &path, leaves[0]));
    path.n = SIZE_MAX; /* the length of a path is never trusted */
    assert_false(ledger_check_inclusion(leaves[0], 0, 5, &path, leaves[0]));
    assert_false(ledger_check_consistency(2, leaves[0], 5, leaves[0], &path));
}

/* The largest sizes the code promises: a reader of made-up hashes is enough to walk the deepest
 * paths. */
static RC read_made_up(void *ctx, unsigned level, uint64_t index, struct hash *ret,
                       struct err *e)
{
    (void)ctx, (void)e;
    char text[48];
    int n = snprintf(text, sizeof text, "%u/%llu", level, (unsigned long long)index);
    *ret = hash_of(str_n(text, (size_t)n));
    return RC_OK;
}

static void test_deep_paths_fit(void **state)
{
    (void)state;
    struct err e;
    struct ledger_reader r = {NULL, read_made_up};
    static const uint64_t sizes[] = {LEDGER_MAX, LEDGER_MAX - 1, (LEDGER_MAX >> 1) + 1};
    for (size_t i = 0; i < 3; i++) {
        struct ledger_path path;
        struct hash leaf, root;
        assert_int_equal(ledger_consistency(&r, sizes[i] / 2 - 1, sizes[i], &path, &e), RC_OK);
        assert_in_range(path.n, 1, 64);
        assert_int_equal(ledger_inclusion(&r, sizes[i] - 1, sizes[i], &path, &e), RC_OK);
        assert_in_range(path.n, 1, 64);
        assert_int_equal(read_made_up(NULL, 0, sizes[i] - 1, &leaf, &e), RC_OK);
        root = leaf; /* the last leaf is a right child all the way up */
        for (size_t k = 0; k < path.n; k++) root = ledger_node(path.nodes[k], root);
        assert_true(ledger_check_inclusion(leaf, sizes[i] - 1, sizes[i], &path, root));
    }
}

/* The eight inputs that RFC 6962 implementations test with, with the roots that Python's
 * hashlib gives for the recursive definition. A leaf's hash is made here from the input itself,
 * which has no commitment. */
static void test_reference_roots(void **state)
{
    (void)state;
    static const char *const inputs[] = {"",
                                         "00",
                                         "10",
                                         "2021",
                                         "3031",
                                         "40414243",
                                         "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f"};
    static const char *const roots[] = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    struct ledger_edge edge = {0};
    char hex[65];
    for (size_t i = 0; i <= 8; i++) {
        assert_string_equal(hash_hex(ledger_root(&edge), hex), roots[i]);
        if (i == 8) break;
        unsigned char bytes[17] = {0};
        size_t n = strlen(inputs[i]) / 2;
        assert_true(hex_parse(str_c(inputs[i]), bytes + 1, n));
        ledger_append(&edge, hash_of(str_n((const char *)bytes, n + 1)));
    }
}

static void test_commitment_is_as_documented(void **state)
{
    (void)state;
    unsigned char salt[LEDGER_SALT];
    for (size_t i = 0; i < LEDGER_SALT; i++) salt[i] = (unsigned char)i;
    char bytes[] = "sallyport event v1\n"
                   "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                   "{}";
    assert_true(
        hash_eq(ledger_commitment(salt, STR("{}")), hash_of(str_n(bytes, sizeof bytes - 1))));
    struct hash c = hash_of(STR("x"));
    char leaf[33] = {0};
    memcpy(leaf + 1, c.b, 32);
    assert_true(hash_eq(ledger_leaf(c), hash_of(str_n(leaf, 33))));
}

/* A store keeps levels 0 and 8 and folds the levels between. */
static void test_fold(void **state)
{
    (void)state;
    struct hash nodes[LEDGER_TILE];
    for (unsigned level = 0; level <= LEDGER_TILE_LEVEL; level++) {
        memcpy(nodes, leaves, sizeof nodes);
        assert_true(
            hash_eq(ledger_fold(nodes, (size_t)1 << level), brute_root(0, (size_t)1 << level)));
    }
}

int main(void)
{
    make_leaves();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roots),
        cmocka_unit_test(test_inclusion_all),
        cmocka_unit_test(test_consistency_all),
        cmocka_unit_test(test_inclusion_of_another),
        cmocka_unit_test(test_inclusion_corrupted),
        cmocka_unit_test(test_consistency_corrupted),
        cmocka_unit_test(test_edges_of_range),
        cmocka_unit_test(test_deep_paths_fit),
        cmocka_unit_test(test_reference_roots),
        cmocka_unit_test(test_commitment_is_as_documented),
        cmocka_unit_test(test_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
