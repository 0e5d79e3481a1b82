/* What requests are made of: the tests of proportion against values of R, and the page's
 * judgement on made-up ledgers.
 *
 * The recorded values are those of R 4.2.2: fisher.test(matrix(c(a, n-a, b, m-b), 2,
 * byrow=TRUE))$p.value, binom.test(k, n, conf.level=l)$conf.int, p.adjust(p, "holm"); the first
 * two agree with SciPy 1.10.1 where both were asked. */
#include "past.h"
#include "custody/mix.h"
#include "custody/stats.h"
#include <math.h>

static void near_to(double got, double want)
{
    if (!(fabs(got - want) <= 1e-8 * fmax(1e-4, fabs(want))))
        fail_msg("%.15g is not %.15g", got, want);
}

static void recorded_values(void **state)
{
    (void)state;
    static const struct {
        int64_t a, n, b, m;
        double p;
    } same[] = {{30, 90, 60, 70, 1.45683863867e-11},
                {12, 84, 30, 42, 2.6171005715e-10},
                {0, 5, 5, 5, 0.00793650793651},
                {3, 10, 4, 12, 1},
                {450, 1000, 520, 1000, 0.0020132810979},
                {1, 1, 0, 1, 1},
                {7, 7, 9, 9, 1},
                {200, 100000, 150, 100000, 0.0086615366705}};
    static const double shares[][5] = {{30, 90, 0.99, 0.211647333123, 0.473170413656},
                                       {0, 5, 0.99, 0, 0.653427578422},
                                       {5, 5, 0.99, 0.346572421578, 1},
                                       {450, 1000, 0.95, 0.41885170968, 0.481443466623},
                                       {1, 84, 0.99, 5.96713365419e-05, 0.0851444851275}};
    static const double p[] = {0.01, 0.04, 0.03, 0.005, 0.5, 0.01, NAN},
                        holm[] = {0.05, 0.09, 0.09, 0.03, 0.5, 0.05};
    double got[7];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        near_to(stats_same_share(same[i].a, same[i].n, same[i].b, same[i].m), same[i].p);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        struct share s =
            stats_share((int64_t)shares[i][0], (int64_t)shares[i][1], shares[i][2]);
        near_to(s.low, shares[i][3]);
        near_to(s.high, shares[i][4]);
    }
    stats_holm(p, 7, got);
    for (size_t i = 0; i < 6; i++) near_to(got[i], holm[i]);
    assert_true(isnan(got[6]));
    assert_true(isnan(stats_same_share(1, 0, 1, 1)) && isnan(stats_same_share(2, 1, 1, 1)) &&
                isnan(stats_share(0, 0, 0.99).share));
}

#define ON(list)                                                                               \
    "{\"this_booking\":true,\"stage\":\"charged\",\"grade\":\"felony\",\"lists\":[" list "]}"
#define UNCLASSIFIED "{\"this_booking\":true,\"stage\":\"arrested\"}"

struct world {
    struct arena a;
    struct story s;
    struct history *h;
    unsigned char which[4000];
    int64_t n;
};

static void open_world(struct world *w)
{
    *w = (struct world){0};
    arena_init(&w->a, 0);
    w->s = (struct story){.a = &w->a};
    w->h = history_new();
}

static void close_world(struct world *w)
{
    history_free(w->h);
    arena_done(&w->a);
}

static void add(struct world *w, enum mix_which side, int n, const char *offences)
{
    for (int i = 0; i < n; i++) {
        size_t from = w->s.n;
        int64_t c = ++w->n;
        tell_request(&w->s, c, "fed-east", "\"notify\"", "\"family\":\"Vanterpool\"", "");
        tell(&w->s, "match.found", "feed", c, c, "{\"match\":\"confirmed\",\"why\":\"x\"}");
        tell_decision(&w->s, c, c, offences ? "confirmed" : "unverified",
                      offences ? offences : "", "notify");
        hear(w->h, &w->s, from, w->s.n);
        w->which[c - 1] = (unsigned char)side;
    }
}

static struct mix asked(struct world *w)
{
    struct trend_rule rule = trend_rule_usual();
    struct mix m;
    mix_ask(&w->a, w->h, w->which, &rule, &m);
    return m;
}

static struct mix_row row(const struct mix *m, enum mix_about about, const char *what)
{
    size_t i = 0;
    while (i < m->n && (m->rows[i].about != about || !str_is(m->rows[i].what, what))) i++;
    if (i == m->n) fail_msg("there is no row %s", what);
    return i < m->n ? m->rows[i] : (struct mix_row){0};
}

static void the_premise_falls(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, MIX_BASE, 60, ON("\"violent\""));
    add(&w, MIX_BASE, 10, ON(""));
    add(&w, MIX_NOW, 30, ON("\"serious\""));
    add(&w, MIX_NOW, 60, ON(""));
    struct mix m = asked(&w);
    assert_true(m.now == 90 && m.base == 70 && m.alert && m.fell && m.below_half);
    assert_true(m.rows[0].about == MIX_PREMISE && m.rows[0].shifted);
    near_to(m.rows[0].p, 1.45683863867e-11);
    assert_true(m.rows[0].now.yes == 30 && m.rows[0].base.yes == 60);
    assert_true(row(&m, MIX_LIST, "violent").now.yes == 0 &&
                row(&m, MIX_LIST, "serious").now.yes == 30);
    assert_true(!row(&m, MIX_ASK, "notify").shifted &&
                !row(&m, MIX_AGENCY, "fed-east").shifted &&
                !row(&m, MIX_DOCUMENT, "none").shifted);
    assert_true(row(&m, MIX_STANDING, "only charged").now.yes == 90 &&
                row(&m, MIX_GRADE, "felony").now.yes == 90);
    close_world(&w);
}

/* What nobody classified is neither: a flood of it alerts nobody, and the page says how much of
 * it there is. */
static void unknown_is_not_no(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, MIX_BASE, 60, ON("\"violent\""));
    add(&w, MIX_NOW, 20, ON("\"violent\""));
    add(&w, MIX_NOW, 100, UNCLASSIFIED);
    add(&w, MIX_NOW, 50, NULL);                              /* nobody knows who is meant */
    add(&w, MIX_NOW, 1, ON("\"serious\"") "," UNCLASSIFIED); /* one yes is enough */
    struct mix m = asked(&w);
    assert_true(!m.alert && m.rows[0].now.yes == 21 && m.rows[0].now.known == 21 &&
                m.rows[0].now.unknown == 150);
    assert_true(row(&m, MIX_LIST, "violent").now.unknown ==
                151); /* it may be violent as well */
    close_world(&w);
}

static void without_a_baseline(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    struct mix m = asked(&w);
    assert_true(!m.alert && m.rows[0].now.known == 0 && isnan(m.rows[0].p));
    add(&w, MIX_NOW, 5, ON("\"violent\""));
    add(&w, MIX_NOW, 8, ON(""));
    m = asked(&w);
    assert_true(!m.alert); /* below half, and chance may explain it */
    add(&w, MIX_NOW, 60, ON(""));
    m = asked(&w);
    assert_true(m.alert && m.below_half && !m.fell);
    close_world(&w);
}

/* Always a third: it never was mostly violent, so nothing shifted. A small fall that is certain
 * is none that matters. */
static void no_shift_no_alert(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, MIX_BASE, 50, ON("\"violent\""));
    add(&w, MIX_BASE, 100, ON(""));
    add(&w, MIX_NOW, 20, ON("\"violent\""));
    add(&w, MIX_NOW, 40, ON(""));
    struct mix m = asked(&w);
    assert_true(!m.alert);
    close_world(&w);
    open_world(&w);
    add(&w, MIX_BASE, 960, ON("\"violent\""));
    add(&w, MIX_BASE, 40, ON(""));
    add(&w, MIX_NOW, 850, ON("\"violent\""));
    add(&w, MIX_NOW, 150, ON(""));
    m = asked(&w);
    assert_true(m.rows[0].shifted && !m.alert); /* 96 % to 85 % */
    close_world(&w);
}

/* No shift in truth: how often does a page say that anything shifted? At most one in a
 * hundred. */
static void false_alarms(void **state)
{
    (void)state;
    uint64_t dice = 11;
    int alarms = 0, alerts = 0;
    for (int round = 0; round < 400; round++) {
        struct world w;
        open_world(&w);
        for (int i = 0; i < 60; i++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            add(&w, i < 40 ? MIX_BASE : MIX_NOW, 1,
                (dice >> 33) % 10 < 8 ? ON("\"violent\"") : ON(""));
        }
        struct mix m = asked(&w);
        bool any = false;
        for (size_t i = 0; i < m.n; i++) any |= m.rows[i].shifted;
        alarms += any;
        alerts += m.alert;
        close_world(&w);
    }
    print_message("# of 400 pages without a shift %d said one, %d alerted\n", alarms, alerts);
    assert_true(alarms <= 8 && alerts <= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_values),   cmocka_unit_test(the_premise_falls),
        cmocka_unit_test(unknown_is_not_no), cmocka_unit_test(without_a_baseline),
        cmocka_unit_test(no_shift_no_alert), cmocka_unit_test(false_alarms)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
