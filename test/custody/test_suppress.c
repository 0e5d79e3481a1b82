/* What is held back cannot be recovered: on tiny tables against every table that could have
 * been meant, on larger ones by the promise itself, on what hierarchies and two tables with the
 * same totals give away. */
#include "help.h"
#include "custody/suppress.h"
#include <string.h>

enum { CELLS = 600 };
struct made { /* tables of r × c counts with totals, glued by their row totals */
    int64_t count[CELLS];
    bool hidden[CELLS];
    struct suppress_sum sums[CELLS];
    size_t parts[CELLS][32];
    struct suppress s;
};

static void add(struct made *m, size_t whole, size_t first, size_t step, size_t n)
{
    size_t *p = m->parts[m->s.n_sums];
    for (size_t i = 0; i < n; i++) p[i] = first + i * step;
    m->sums[m->s.n_sums++] = (struct suppress_sum){whole, p, n};
}

static size_t table(struct made *m, const int64_t *inner, size_t r, size_t c)
{
    size_t at = m->s.n, wide = c + 1;
    memset(m->count + at, 0, (r + 1) * wide * sizeof *m->count);
    for (size_t i = 0; i < r; i++)
        for (size_t k = 0; k < c; k++) {
            int64_t v = inner[i * c + k];
            m->count[at + i * wide + k] = v;
            m->count[at + i * wide + c] += v;
            m->count[at + r * wide + k] += v;
            m->count[at + r * wide + c] += v;
        }
    for (size_t i = 0; i <= r; i++) add(m, at + i * wide + c, at + i * wide, 1, c);
    for (size_t k = 0; k <= c; k++) add(m, at + r * wide + k, at + k, wide, r);
    m->s.n += (r + 1) * wide;
    return at;
}

static void begin(struct made *m, int64_t width)
{
    memset(m, 0, sizeof *m);
    m->s = (struct suppress){.count = m->count, .sums = m->sums, .below = 5, .width = width};
}

static void check_promise(struct arena *a, struct made *m, const char *what)
{
    int64_t low[CELLS], high[CELLS];
    suppress_hide(a, &m->s, m->hidden);
    if (!suppress_kept(a, &m->s, m->hidden, low, high)) fail_msg("%s: not kept", what);
    for (size_t i = 0; i < m->s.n; i++) {
        if (m->count[i] > 0 && m->count[i] < 5 && !m->hidden[i])
            fail_msg("%s: cell %zu is small and shown", what, i);
        if (m->count[i] == 0 && m->hidden[i])
            fail_msg("%s: cell %zu is zero and hidden", what, i);
        if (m->hidden[i] && high[i] - low[i] < m->s.width)
            fail_msg("%s: cell %zu is between %lld and %lld", what, i, (long long)low[i],
                     (long long)high[i]);
    }
}

/* Every whole table that fits, by trying all of them; ret is how many values each hidden cell
 * takes. */
struct brute {
    const struct made *m;
    int64_t v[CELLS], low[CELLS], high[CELLS], most;
    uint64_t found;
};

static void brute(struct brute *b, size_t cell)
{
    const struct suppress *s = &b->m->s;
    for (; cell < s->n && !b->m->hidden[cell]; cell++) continue;
    if (cell < s->n) {
        for (b->v[cell] = 1; b->v[cell] <= b->most; b->v[cell]++) brute(b, cell + 1);
        b->v[cell] = 1;
        return;
    }
    for (size_t i = 0; i < s->n_sums; i++) {
        int64_t sum = -b->v[s->sums[i].whole];
        for (size_t k = 0; k < s->sums[i].n; k++) sum += b->v[s->sums[i].parts[k]];
        if (sum) return;
    }
    b->found++;
    for (size_t i = 0; i < s->n; i++) {
        b->low[i] = b->v[i] < b->low[i] ? b->v[i] : b->low[i];
        b->high[i] = b->v[i] > b->high[i] ? b->v[i] : b->high[i];
    }
}

static void test_brute(void **state)
{
    struct arena a;
    unsigned seed = 20261123;
    int tried = 0;
    (void)state;
    print_message("seed %u\n", seed);
    arena_init(&a, 0);
    for (int round = 0; round < 150; round++) {
        struct made *m = arena_new(&a, struct made);
        int64_t inner[9];
        for (int i = 0; i < 9; i++) {
            seed = seed * 1103515245u + 12345u;
            inner[i] = (seed >> 16) % 4 == 0 ? 0 : (seed >> 18) % 12;
        }
        begin(m, 1);
        table(m, inner, 3, 3);
        check_promise(&a, m, "brute");
        size_t hidden = 0;
        for (size_t i = 0; i < m->s.n; i++) hidden += m->hidden[i];
        if (hidden && hidden <= 4) {
            struct brute *b = arena_new(&a, struct brute);
            b->m = m;
            b->most = 22;
            for (size_t i = 0; i < m->s.n; i++) b->v[i] = b->low[i] = b->high[i] = m->count[i];
            brute(b, 0);
            assert_true(b->found >= 2);
            for (size_t i = 0; i < m->s.n; i++)
                if (m->hidden[i]) assert_true(b->high[i] > b->low[i]);
            tried++;
        }
        arena_reset(&a);
    }
    assert_true(tried > 5);
    arena_done(&a);
}

/* A cell alone in its row and column is told by its totals; two in a row by their columns. The
 * check must see that. */
static void test_attacks(void **state)
{
    static const int64_t inner[] = {20, 3, 30, 40, 50, 60, 70, 80, 90};
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct made *m = arena_new(&a, struct made);
    begin(m, 3);
    table(m, inner, 3, 3);
    m->hidden[1] = true;
    assert_false(suppress_kept(&a, &m->s, m->hidden, NULL, NULL));
    m->hidden[0] = true; /* of the same row: the columns tell both */
    assert_false(suppress_kept(&a, &m->s, m->hidden, NULL, NULL));
    m->hidden[4] = m->hidden[5] = true; /* the rectangle: 3 may be 1 … 23 */
    int64_t low[CELLS], high[CELLS];
    assert_true(suppress_kept(&a, &m->s, m->hidden, low, high));
    assert_int_equal(low[1], 1);
    assert_int_equal(high[1], 22); /* the 20 beside it is at least 1 */
    check_promise(&a, m, "one small cell");
    size_t n = 0;
    for (size_t i = 0; i < m->s.n; i++) n += m->hidden[i];
    assert_int_equal(n, 4);
    arena_done(&a);
}

/* Two in a row that are each one: the row's total, two, tells them although both are hidden. */
static void test_ones(void **state)
{
    static const int64_t inner[] = {1, 1, 10, 10};
    struct arena a;
    (void)state;
    arena_init(&a, 0);
    struct made *m = arena_new(&a, struct made);
    begin(m, 3);
    table(m, inner, 2, 2);
    check_promise(&a, m, "ones");
    m->hidden[2] = false; /* the total of the row shown again */
    assert_false(suppress_kept(&a, &m->s, m->hidden, NULL, NULL));
    arena_done(&a);
}

static void test_large(void **state)
{
    struct arena a;
    unsigned seed = 7;
    (void)state;
    print_message("seed %u\n", seed);
    arena_init(&a, 0);
    for (int round = 0; round < 12; round++) {
        struct made *m = arena_new(&a, struct made);
        int64_t left[60], right[60];
        for (int i = 0; i < 60; i++) {
            seed = seed * 1103515245u + 12345u;
            left[i] = (seed >> 16) % 3 ? (seed >> 20) % (i % 5 == 0 ? 6 : 40) : 0;
            right[i] = 0;
        }
        for (int r = 0; r < 12; r++) /* the same requests, sorted otherwise */
            for (int k = 0; k < 5; k++)
                for (int64_t v = 0; v < left[r * 5 + k]; v++) {
                    seed = seed * 1103515245u + 12345u;
                    right[r * 4 + (seed >> 16) % 4]++;
                }
        begin(m, 3);
        size_t one = table(m, left, 12, 5), two = table(m, right, 12, 4);
        for (size_t i = 0; i <= 12; i++) add(m, one + i * 6 + 5, two + i * 5 + 4, 0, 1);
        check_promise(&a, m, "two tables");
        for (size_t i = 0; i <= 12; i++)
            assert_int_equal(m->hidden[one + i * 6 + 5], m->hidden[two + i * 5 + 4]);
        arena_reset(&a);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attacks), cmocka_unit_test(test_ones),
        cmocka_unit_test(test_brute), cmocka_unit_test(test_large)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
