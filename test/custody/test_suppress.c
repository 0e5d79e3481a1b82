/* What is held back cannot be recovered: on tiny tables against every table that could have
 * been meant, on larger ones by the promise itself, on what hierarchies, two tables with the
 * same totals and three tables of the same things give away. */
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

/* A box of 3 × 3 × 3 counts with all its totals, of which only the three faces of two
 * directions each are printed. */
enum { SIDE = 3, WIDE = SIDE + 1 };

static size_t in_box(const size_t at[3]) { return (at[0] * WIDE + at[1]) * WIDE + at[2]; }

static bool is_within(const size_t at[3])
{
    return at[0] < SIDE && at[1] < SIDE && at[2] < SIDE;
}

/* The sums along each direction; those of the inner cells if asked for. */
static void box_sums(struct made *m, bool with_inner)
{
    size_t at[3], step[3] = {WIDE * WIDE, WIDE, 1};
    m->s.n = WIDE * WIDE * WIDE;
    m->s.n_sums = 0;
    for (at[0] = 0; at[0] < WIDE; at[0]++)
        for (at[1] = 0; at[1] < WIDE; at[1]++)
            for (at[2] = 0; at[2] < WIDE; at[2]++)
                for (int d = 0; d < 3; d++) {
                    size_t first[3] = {at[0], at[1], at[2]};
                    first[d] = 0;
                    if (at[d] == SIDE && (with_inner || !is_within(first)))
                        add(m, in_box(at), in_box(first), step[d], SIDE);
                }
}

static void box_add(struct made *m, const size_t at[3], int64_t n)
{
    for (int bits = 0; bits < 8; bits++) {
        const size_t to[3] = {bits & 1 ? SIDE : at[0], bits & 2 ? SIDE : at[1],
                              bits & 4 ? SIDE : at[2]};
        m->count[in_box(to)] += n;
    }
}

/* Three tables of the same things say more than their totals: what would be kept if they did
 * not is not, now and then, and is with the cells that all three are made of. */
static void test_inner(void **state)
{
    struct arena a;
    unsigned seed = 17;
    int told = 0;
    (void)state;
    print_message("seed %u\n", seed);
    arena_init(&a, 0);
    for (int round = 0; round < 20; round++) {
        struct made *m = arena_new(&a, struct made);
        bool *inner = arena_array(&a, bool, CELLS);
        size_t at[3];
        begin(m, 3);
        for (at[0] = 0; at[0] < SIDE; at[0]++)
            for (at[1] = 0; at[1] < SIDE; at[1]++)
                for (at[2] = 0; at[2] < SIDE; at[2]++) {
                    seed = seed * 1103515245u + 12345u;
                    box_add(m, at, (seed >> 16) % 3 ? 0 : (seed >> 20) % 8);
                    inner[in_box(at)] = true;
                }
        int64_t *all = arena_array(&a, int64_t, CELLS), *low = arena_array(&a, int64_t, CELLS),
                *high = arena_array(&a, int64_t, CELLS);
        memcpy(all, m->count, CELLS * sizeof *all);
        for (size_t i = 0; i < CELLS; i++)
            if (inner[i]) m->count[i] = 0; /* they are in no sum */
        box_sums(m, false);
        suppress_hide(&a, &m->s, m->hidden);
        memcpy(m->count, all, CELLS * sizeof *all);
        box_sums(m, true);
        m->s.inner = inner;
        for (size_t i = 0; i < CELLS; i++) m->hidden[i] |= inner[i];
        told += !suppress_kept(&a, &m->s, m->hidden, low, high);
        suppress_hide(&a, &m->s, m->hidden);
        assert_true(suppress_kept(&a, &m->s, m->hidden, low, high));
        for (size_t i = 0; i < m->s.n; i++) {
            if (inner[i]) continue;
            if (m->count[i] > 0 && m->count[i] < 5) assert_true(m->hidden[i]);
            if (m->hidden[i]) assert_true(high[i] - low[i] >= 3 && low[i] >= 1);
        }
        arena_reset(&a);
    }
    print_message("by the totals alone %d of 20 would be without proof\n", told);
    assert_true(told > 0);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_attacks), cmocka_unit_test(test_ones),
        cmocka_unit_test(test_brute), cmocka_unit_test(test_large),
        cmocka_unit_test(test_inner)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
