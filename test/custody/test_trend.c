/* The statistics of stats.h against values of SciPy 1.17.1, the comparison of trend.h on the
 * published Denver counts, and how both behave on ten thousand made-up series and on the
 * Pennsylvania series by facility, where those are at hand.
 *
 * The recorded values: with b = scipy.stats.beta, x = a/phi, y = b/phi, t = (1-level)/2,
 * odds(p) = p/(1-p)*eb/ea: low odds(b.ppf(t, x, y+1)), high odds(b.ppf(1-t, x+1, y)), p min(1,
 * 2*min(b.cdf(s, x, y+1), b.sf(s, x+1, y))), s = ea/(ea+eb); dispersion by chi2.sf and
 * chi2.ppf(0.1, n-1); quantiles by poisson.ppf(p, m) and nbinom.ppf(p, m*m/(v-m), m/v). */
#include "help.h"
#include "custody/pack.h"
#include "custody/stats.h"
#include "custody/trend.h"
#include <math.h>
#include <string.h>

static void near_to(double got, double want)
{
    if (isinf(want) || isinf(got))
        assert_true(isinf(want) && isinf(got));
    else if (!(fabs(got - want) <= 1e-9 * fmax(1e-3, fabs(want))))
        fail_msg("%.15g is not %.15g", got, want);
}

static void recorded_values(void **state)
{
    (void)state;
    static const double rows[][9] = {
        {84, 3, 42, 3, 1, 0.95, 1.36514231215, 2.96987396026, 0.000229977645474},
        {84, 3, 42, 3, 1, 0.99, 1.22078804512, 3.36045037493, 0.000229977645474},
        {108, 3, 42, 3, 1, 0.95, 1.78493467271, 3.76564309443, 6.91561831419e-08},
        {192, 6, 195, 13, 1, 0.95, 1.73873756299, 2.61726062963, 2.61951256323e-13},
        {536, 12, 51, 12, 1, 0.95, 7.87682822975, 14.2968936544, 4.76391434938e-103},
        {0, 3, 5, 12, 1, 0.99, 0, 7.54159924726, 0.65536},
        {5, 3, 0, 12, 1, 0.99, 2.12156592726, INFINITY, 0.00064},
        {84, 3, 42, 3, 2.5, 0.99, 0.909679888261, 4.70452783028, 0.0250525032514},
        {100000, 12, 50000, 12, 1, 0.99, 1.97197026412, 2.02846639608, 0},
        {1, 1, 1, 1, 1, 0.99, 0.00250941423417, 398.499373433, 1}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double *v = rows[i];
        struct ratio r = stats_ratio(v[0], v[1], v[2], v[3], v[4], v[5]);
        near_to(r.low, v[6]);
        near_to(r.high, v[7]);
        near_to(r.p, v[8]);
    }
    static const double counts[] = {14, 9, 22, 5, 31, 12, 8, 17},
                        ones[] = {1, 1, 1, 1, 1, 1, 1, 1};
    struct dispersion d = stats_dispersion(counts, ones, 8);
    near_to(d.pearson, 34.13559322033898);
    near_to(d.p, 1.6246830019349936e-05);
    near_to(d.estimate, 4.876513317191283);
    near_to(d.upper, 12.048819268233444);
    near_to(stats_log_evidence(7, 3, 2, 0.5), -2.0565581748329542);
    assert_true(stats_count_quantile(0.05, 21, 21) == 14 &&
                stats_count_quantile(0.95, 21, 21) == 29);
    assert_true(stats_count_quantile(0.05, 30, 90) == 16 &&
                stats_count_quantile(0.95, 30, 90) == 47);
}

static void outside_the_domain(void **state)
{
    (void)state;
    assert_true(isnan(stats_ratio(-1, 1, 1, 1, 1, 0.99).low) &&
                isnan(stats_ratio(1, 0, 1, 1, 1, 0.99).low));
    assert_true(isnan(stats_ratio(1, 1, 1, 1, 0.5, 0.99).low) &&
                isnan(stats_ratio(1, 1, 1, 1, NAN, 0.99).low));
    struct ratio nothing = stats_ratio(0, 1, 0, 1, 1, 0.99);
    assert_true(isnan(nothing.ratio) && nothing.low == 0 && isinf(nothing.high) &&
                nothing.p == 1);
    assert_true(isnan(stats_dispersion(NULL, NULL, 0).p) &&
                isnan(stats_beta_quantile(2, 1, 1)));
    assert_true(isnan(stats_count_quantile(0, 1, 1)));
}

#define ROW(y, m, k, c)                                                                        \
    {                                                                                          \
        TREND_MONTH(y, m), k, c, -1                                                            \
    }

/* The quarters of Denver's requests as the city gave them, and the notifications of 2024. */
static void denver(void **state)
{
    (void)state;
    static const struct trend_row rows[] = {ROW(2017, 3, 13, 195), ROW(2018, 4, 3, 84),
                                            ROW(2018, 7, 3, 108), ROW(2024, 1, 12, 84)};
    static const struct trend_row quarters[] = {ROW(2018, 1, 3, 42), ROW(2018, 4, 3, 84),
                                                ROW(2018, 7, 3, 108), ROW(2024, 1, 12, 84)};
    struct trend_series year = {rows, 4}, by_quarter = {quarters, 4};
    struct trend_question q = {.baseline = TREND_CHOSEN,
                               .threshold = 2,
                               .level = 0.99,
                               .base_from = TREND_MONTH(2018, 1),
                               .base_to = TREND_MONTH(2018, 4),
                               .from = TREND_MONTH(2018, 4),
                               .to = TREND_MONTH(2018, 7)};
    struct trend_answer r;
    trend_ask(&by_quarter, &q, &r); /* the second quarter against the first: twice as many */
    assert_true(r.alert && r.method == TREND_BINOMIAL && r.now.known == 3 && !r.per_booking);
    near_to(r.ratio.ratio, 2);
    near_to(r.ratio.low, 1.22078804512);
    q.from = TREND_MONTH(2018, 7), q.to = TREND_MONTH(2018, 10);
    trend_ask(&by_quarter, &q, &r);
    assert_true(r.alert);
    q.from = TREND_MONTH(2024, 1), q.to = TREND_MONTH(2025, 1);
    trend_ask(&by_quarter, &q, &r);
    assert_false(r.alert || r.practical || r.statistical);
    /* 15 a month over thirteen months: the second quarter is certain but not yet double */
    q.base_from = TREND_MONTH(2017, 3);
    q.from = TREND_MONTH(2018, 4), q.to = TREND_MONTH(2018, 7);
    trend_ask(&year, &q, &r);
    assert_true(r.statistical && !r.practical && !r.alert);
    q.from = TREND_MONTH(2018, 7), q.to = TREND_MONTH(2018, 10);
    trend_ask(&year, &q, &r);
    assert_true(r.alert);
}

static instant noon(int64_t year) /* 20 January, noon Eastern */
{
    return date_days(year, 1, 20) * HOURS(24) + HOURS(17);
}

static void unknown_is_not_zero(void **state)
{
    (void)state;
    struct trend_row rows[80];
    size_t n = 0;
    for (int m = TREND_MONTH(2021, 1); m < TREND_MONTH(2025, 7); m++)
        rows[n++] = (struct trend_row){m, 1, m % 12 == 1 && m / 12 == 2024 ? -1 : 10, -1};
    struct trend_series s = {rows, n};
    struct trend_answer r;
    struct trend_question q = {.from = TREND_MONTH(2025, 1),
                               .to = TREND_MONTH(2025, 4),
                               .previous = {noon(2021), noon(2025)},
                               .threshold = 2,
                               .level = 0.99};
    assert_true(trend_in_order(&s));
    /* February 2024 is unknown: February 2025 has no fellow and does not count */
    trend_ask(&s, &q, &r);
    assert_true(r.base.asked == 3 && r.base.known == 2 && r.base.count == 20 &&
                r.now.asked == 3 && r.now.known == 2 && !r.alert);
    near_to(r.ratio.ratio, 1);
    q.baseline = TREND_WHOLE_TERM; /* February 2021 to December 2024, one unknown */
    trend_ask(&s, &q, &r);
    assert_true(r.base.asked == 47 && r.base.known == 46 && r.now.known == 3);
    q.from = TREND_MONTH(2026, 1), q.to = TREND_MONTH(2026, 4);
    trend_ask(&s, &q, &r);
    assert_true(!r.comparable && !r.alert);
    rows[3].months = 2;
    assert_false(trend_in_order(&s));
}

static void rates_by_bookings(void **state)
{
    (void)state;
    static const struct trend_row rows[] = {{TREND_MONTH(2024, 1), 1, 10, 1000},
                                            {TREND_MONTH(2025, 1), 1, 40, 4000},
                                            {TREND_MONTH(2025, 2), 1, 40, -1}};
    struct trend_series s = {rows, 3};
    struct trend_question q = {.baseline = TREND_CHOSEN,
                               .base_from = TREND_MONTH(2024, 1),
                               .base_to = TREND_MONTH(2024, 2),
                               .from = TREND_MONTH(2025, 1),
                               .to = TREND_MONTH(2025, 2),
                               .threshold = 2,
                               .level = 0.99};
    struct trend_answer r;
    trend_ask(&s, &q, &r); /* four times the requests at four times the bookings */
    assert_true(r.per_booking && !r.alert);
    near_to(r.ratio.ratio, 1);
    q.to++;
    /* the bookings of one month are unknown: by months then, and said so */
    trend_ask(&s, &q, &r);
    assert_true(!r.per_booking && r.now.bookings < 0);
    near_to(r.ratio.ratio, 4);
}

/* ---- made-up series ---------------------------------------------------------------------- */

static uint64_t seed;
static double uniform(void) /* SplitMix64 */
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) / 9007199254740992.0;
}

static int64_t poisson(double mean)
{
    int64_t n = 0;
    for (double t = -log(uniform()); t < mean; t -= log(uniform())) n++;
    return n;
}

static double varied(int shape, double scale) /* gamma of a whole shape */
{
    double t = 0;
    for (int i = 0; i < shape; i++) t -= log(uniform()) * scale;
    return t;
}

/* Twelve months of baseline and three months of now at 15 a month; the interval must hold the
 * true ratio. */
static double coverage(double ratio, bool scattered)
{
    int held = 0;
    for (int i = 0; i < 10000; i++) {
        struct trend_row rows[15];
        for (int m = 0; m < 15; m++) {
            double factor = m < 12 ? 1 : ratio;
            /* variance 2.5 times the mean: gamma of scale 1.5 */
            double mean = scattered ? varied((int)(10 * factor), 1.5) : 15 * factor;
            rows[m] = (struct trend_row){TREND_MONTH(2024, 1) + m, 1, poisson(mean), -1};
        }
        struct trend_series s = {rows, 15};
        struct trend_question q = {.from = TREND_MONTH(2025, 1),
                                   .to = TREND_MONTH(2025, 4),
                                   .baseline = TREND_CHOSEN,
                                   .base_from = TREND_MONTH(2024, 1),
                                   .base_to = TREND_MONTH(2025, 1),
                                   .threshold = 2,
                                   .level = 0.99};
        struct trend_answer r;
        trend_ask(&s, &q, &r);
        held += r.ratio.low <= ratio && ratio <= r.ratio.high;
    }
    return held / 10000.0;
}

static void the_interval_holds(void **state)
{
    (void)state;
    seed = 20260122;
    double plain = coverage(1, false), doubled = coverage(2, false), rough = coverage(1, true),
           rough_doubled = coverage(2, true);
    print_message("# coverage of the 99 %% interval, 10000 series each, seed 20260122: plain "
                  "%.4f, doubled %.4f; scattered 2.5 times %.4f, doubled %.4f\n",
                  plain, doubled, rough, rough_doubled);
    assert_true(plain >= 0.99 && doubled >= 0.99 && rough >= 0.99 && rough_doubled >= 0.99);
}

static void a_change_is_dated(void **state)
{
    (void)state;
    seed = 7;
    int dated = 0, called = 0, held = 0;
    for (int i = 0; i < 1000; i++) {
        struct trend_row rows[39];
        for (int m = 0; m < 39; m++)
            rows[m] =
                (struct trend_row){TREND_MONTH(2023, 1) + m, 1, poisson(m < 24 ? 15 : 30), -1};
        struct trend_change c = trend_change(&(struct trend_series){rows, 36},
                                             TREND_MONTH(2023, 1), TREND_MONTH(2026, 1));
        dated += c.certainty > 0.99 && abs(c.month - TREND_MONTH(2025, 1)) <= 1;
        struct trend_forecast f =
            trend_forecast(&(struct trend_series){rows, 36}, TREND_MONTH(2026, 1));
        int64_t next = rows[36].count + rows[37].count + rows[38].count;
        held += f.known == 12 && (double)next >= f.low && (double)next <= f.high;
        for (int m = 0; m < 36; m++) rows[m].count = poisson(15);
        called += trend_change(&(struct trend_series){rows, 36}, TREND_MONTH(2023, 1),
                               TREND_MONTH(2026, 1))
                      .certainty > 0.99;
    }
    print_message("# 1000 series of 36 months, seed 7: a doubling dated within a month %d, "
                  "called where there is none %d; 90 %% forecast held %d\n",
                  dated, called, held);
    assert_true(dated >= 950 && called <= 10 && held >= 880);
    assert_int_equal(trend_change(&(struct trend_series){NULL, 0}, 0, 100).month, 0);
    assert_int_equal(trend_forecast(&(struct trend_series){NULL, 0}, 100).known, 0);
}

/* ---- Pennsylvania ------------------------------------------------------------------------ */

enum {
    PA_FIRST = TREND_MONTH(2007, 10),
    PA_MONTHS = 93,
    FACILITIES = 160,
    STRETCH = 36,
    CALM = 12
};
/* the last, partial month is left out */
struct facility {
    char name[80];
    int64_t count[PA_MONTHS];
};

static size_t read_pennsylvania(struct arena *a, struct facility *f)
{
    const char *path = shared_path(
        a, "data/a_detainers/pennsylvania_detainers_month_facility_2007-10_2015-07.csv");
    struct str text = {0}, line;
    struct err e = {0};
    size_t n = 0;
    if (file_read(a, path, 0, &text, &e) != RC_OK) return 0;
    str_cut(&text, '\n', &line);
    while (str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        if (line.n < 10) continue;
        size_t comma = line.n;
        while (comma > 0 && line.p[comma - 1] != ',') comma--;
        int64_t year = 0, month = 0, count = 0;
        assert_true(str_to_i64(str_sub(line, 0, 4), &year) &&
                    str_to_i64(str_sub(line, 5, 2), &month) &&
                    str_to_i64(str_sub(line, comma, 20), &count));
        struct str name = str_sub(line, 8, comma - 9);
        int m = TREND_MONTH((int)year, (int)month) - PA_FIRST;
        if (m < 0 || m >= PA_MONTHS) continue;
        size_t i = 0;
        while (i < n && !str_is(name, f[i].name)) i++;
        assert_true(i < FACILITIES && name.n < sizeof f[0].name);
        if (i == n) memcpy(f[n++].name, name.p, name.n);
        f[i].count[m] += count;
    }
    return n;
}

/* Three ways to see it, month by month. Each says whether month t of v alarms; the first CALM
 * months are what was before. */
static bool by_trend(const int64_t *v, int t)
{
    struct trend_row rows[STRETCH];
    for (int i = 0; i <= t; i++)
        rows[i] = (struct trend_row){TREND_MONTH(2000, 1) + i, 1, v[i], -1};
    struct trend_series s = {rows, (size_t)t + 1};
    for (int window = 3; window <= 12; window += 9) {
        struct trend_question q = {.baseline = TREND_CHOSEN,
                                   .base_from = TREND_MONTH(2000, 1),
                                   .base_to = TREND_MONTH(2000, 1) + CALM,
                                   .to = TREND_MONTH(2000, 1) + t + 1,
                                   .from = TREND_MONTH(2000, 1) + t + 1 - window,
                                   .threshold = 2,
                                   .level = 0.99};
        struct trend_answer r;
        if (t + 1 - window < CALM) continue;
        trend_ask(&s, &q, &r);
        if (r.alert) return true;
    }
    return false;
}

static double calm_mean(const int64_t *v)
{
    double t = 0;
    for (int i = 0; i < CALM; i++) t += (double)v[i];
    return fmax(t / CALM, 0.5 / CALM);
}

static bool
by_cusum(const int64_t *v,
         int t) /* Poisson, tuned to a doubling: k = mean / ln 2, h = 5 standard deviations */
{
    double mean = calm_mean(v), c = 0;
    for (int i = CALM; i <= t; i++) c = fmax(0, c + (double)v[i] - mean / log(2));
    return c > 5 * sqrt(mean);
}

static bool
by_ears(const int64_t *v,
        int t) /* C2: seven months before a gap of two, mean and three standard deviations */
{
    double mean = 0, square = 0;
    for (int i = t - 9; i < t - 2; i++) mean += (double)v[i] / 7;
    for (int i = t - 9; i < t - 2; i++)
        square += ((double)v[i] - mean) * ((double)v[i] - mean) / 6;
    return (double)v[t] > mean + 3 * fmax(sqrt(square), 0.2);
}

struct tally {
    int series, false_alarms, seen, delays[PA_MONTHS];
};

static void watch(bool (*alarms)(const int64_t *, int), const int64_t *calm,
                  const int64_t *doubled, struct tally *t)
{
    bool once = false;
    int delay = -1;
    for (int m = CALM; m < STRETCH; m++) once |= alarms(calm, m);
    for (int m = CALM; m < STRETCH && delay < 0; m++)
        if (alarms(doubled, m)) delay = m - CALM + 1;
    t->series++;
    t->false_alarms += once;
    if (delay > 0) t->delays[delay]++, t->seen++;
}

static int median(const struct tally *t) /* of all series; 0: half of them were never seen */
{
    int so_far = 0;
    for (int d = 1; d < PA_MONTHS; d++)
        if ((so_far += t->delays[d]) * 2 >= t->series) return d;
    return 0;
}

/* A real stretch of 36 months in a drawn order has the facility's own scatter and no change;
 * from month 13 on, each month and another drawn one together are a doubling with the same
 * scatter. */
static void pennsylvania(void **state)
{
    (void)state;
    static bool (*const ways[])(const int64_t *, int) = {by_trend, by_cusum, by_ears};
    static const char *const way_names[] = {"trend", "CUSUM", "EARS C2"};
    static const double sizes[] = {0.5, 2, 5, 15, 1e9};
    static const char *const size_names[] = {"0.5 to 2 a month", "2 to 5", "5 to 15",
                                             "15 and more"};
    static struct facility f[FACILITIES];
    struct tally t[4][3] = {0};
    struct arena a = {0};
    memset(f, 0, sizeof f);
    size_t n = read_pennsylvania(&a, f);
    arena_done(&a);
    if (n == 0) {
        print_message("# skipped: the Pennsylvania counts are no part of the source; name "
                      "their folder's parent in SALLYPORT_SHARED\n");
        skip();
    }
    seed = 2015;
    for (size_t i = 0; i < n; i++)
        for (int round = 0; round < 50; round++) {
            int from = (int)(uniform() * (PA_MONTHS - STRETCH + 1));
            int64_t calm[STRETCH], doubled[STRETCH];
            double mean = 0;
            int size = 0;
            memcpy(calm, f[i].count + from, sizeof calm);
            for (int m = STRETCH - 1; m > 0; m--) {
                int other = (int)(uniform() * (m + 1));
                int64_t kept = calm[m];
                calm[m] = calm[other], calm[other] = kept;
            }
            for (int m = 0; m < STRETCH; m++) {
                mean += (double)calm[m] / STRETCH;
                doubled[m] = calm[m] + (m < CALM ? 0 : calm[(int)(uniform() * STRETCH)]);
            }
            if (mean < sizes[0]) continue;
            while (mean >= sizes[size + 1]) size++;
            for (int w = 0; w < 3; w++) watch(ways[w], calm, doubled, &t[size][w]);
        }
    print_message("# Pennsylvania, %zu facilities by city, 50 drawn stretches of 36 months "
                  "each, seed 2015; 24 months watched\n",
                  n);
    for (int s = 0; s < 4; s++)
        for (int w = 0; w < 3; w++) {
            const struct tally *k = &t[s][w];
            print_message("# %-17s %-8s series %4d  false alarm %5.1f %%  doubling seen %5.1f "
                          "%%  median delay %d months\n",
                          size_names[s], way_names[w], k->series,
                          100.0 * k->false_alarms / fmax(1, k->series),
                          100.0 * k->seen / fmax(1, k->series), median(k));
        }
    for (int s = 0; s < 4; s++)
        assert_true(t[s][0].series > 0 && t[s][0].false_alarms <= t[s][2].false_alarms);
}

/* ---- what a policy says, and the calendar ------------------------------------------------ */

static enum rc pack_with(struct arena *a, const char *more, struct trend_rule *ret,
                         struct err *e)
{
    struct pack_file *files;
    struct pack *p;
    size_t n = pack_files(a, pack_names[0], &files);
    for (size_t i = 0; i < n; i++)
        if (str_is(files[i].name, "pack.yaml"))
            files[i].bytes =
                str_c(arena_printf(a, STR_FMT "%s", STR_ARG(files[i].bytes), more));
    enum rc rc = pack_load(files, n, NULL, &p, e);
    if (rc != RC_OK) return rc;
    *ret = pack_trend(p);
    for (size_t i = 0; i < ret->n_lists; i++) ret->lists[i] = str_dup(a, ret->lists[i]);
    pack_free(p);
    return RC_OK;
}

static void a_policy_says_its_rule(void **state)
{
    (void)state;
    struct arena a;
    struct trend_rule r;
    struct err e;
    static const struct {
        const char *more, *id;
    } bad[] = {{"trend:\n  baseline: window\n  from: 2018-01\n", "PACK-0016"},
               {"trend:\n  baseline: window\n  from: 2018-03\n  to: 2018-01\n", "PACK-0016"},
               {"trend:\n  baseline: window\n  from: 2018-01-01\n  to: 2018-03\n", "PACK-0016"},
               {"trend:\n  threshold: 0.5\n", "PACK-"},
               {"trend:\n  level: 1\n", "PACK-"},
               {"trend:\n  baseline: weather\n", "PACK-"},
               {"trend:\n  colour: red\n", "PACK-"},
               {"trend:\n  lists: []\n", "PACK-"}};
    arena_init(&a, 0);
    assert_int_equal(pack_with(&a, "", &r, &e), RC_OK);
    assert_true(r.threshold == 2 && r.level == 0.99 && r.baseline == TREND_SAME_MONTHS &&
                r.fall == 0.2 && r.n_lists == 2 && str_is(r.lists[1], "serious"));
    assert_int_equal(
        pack_with(&a,
                  "trend:\n  threshold: 1.5\n  level: 0.95\n  baseline: window\n  from: "
                  "2018-01\n  to: 2018-03\n  fall: 0.1\n  lists: [violent]\n",
                  &r, &e),
        RC_OK);
    assert_true(r.threshold == 1.5 && r.level == 0.95 && r.baseline == TREND_CHOSEN &&
                r.fall == 0.1 && r.n_lists == 1 && str_is(r.lists[0], "violent"));
    /* March belongs to it */
    assert_true(r.from == TREND_MONTH(2018, 1) && r.to == TREND_MONTH(2018, 4));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(pack_with(&a, bad[i].more, &r, &e), RC_INVALID);
        if (strncmp(e.id, bad[i].id, strlen(bad[i].id)))
            fail_msg("%s gives %s", bad[i].more, e.id);
    }
    arena_done(&a);
}

static void the_calendar(void **state)
{
    (void)state;
    struct arena a;
    struct trend_administration *list;
    struct err e;
    size_t n;
    int month;
    instant noon = INSTANT_NONE;
    static const char *const bad[] = {"2021-01-20 First", "2021-01-20T12:00:00-05:00",
                                      "2021-01-20T12:00:00-05:00 A; 2021-01-20T17:00:00Z B",
                                      "B 2021-01-20T12:00:00-05:00"};
    static const char *const no_month[] = {"2018-13", "2018-00", "2018-1",  "2018-01-01",
                                           "18-01",   "",        "2018/01", "+018-01",
                                           "2018-+1", "1066-10"};
    arena_init(&a, 0);
    assert_int_equal(
        trend_calendar(
            &a, STR(" 2021-01-20T12:00:00-05:00  the first ;2025-01-20T12:00:00-05:00 second;"),
            &list, &n, &e),
        RC_OK);
    assert_true(n == 2 && str_is(list[0].name, "the first") &&
                instant_parse(STR("2025-01-20T17:00:00Z"), &noon, NULL));
    assert_true(list[0].term.to == noon && list[1].term.from == noon &&
                list[1].term.to == INSTANT_MAX);
    assert_int_equal(trend_calendar(&a, STR(""), &list, &n, &e), RC_OK);
    assert_int_equal(n, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(trend_calendar(&a, str_c(bad[i]), &list, &n, &e), RC_INVALID);
        assert_string_equal(e.id, "TREND-0001");
    }
    for (size_t i = 0; i < sizeof no_month / sizeof *no_month; i++)
        assert_false(trend_month_parse(str_c(no_month[i]), &month));
    assert_true(trend_month_parse(STR("2018-12"), &month) && month == TREND_MONTH(2018, 12));
    char text[24];
    assert_string_equal(trend_month_print(month, text), "2018-12");
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(recorded_values),
                                       cmocka_unit_test(outside_the_domain),
                                       cmocka_unit_test(denver),
                                       cmocka_unit_test(unknown_is_not_zero),
                                       cmocka_unit_test(rates_by_bookings),
                                       cmocka_unit_test(the_interval_holds),
                                       cmocka_unit_test(a_change_is_dated),
                                       cmocka_unit_test(a_policy_says_its_rule),
                                       cmocka_unit_test(the_calendar),
                                       cmocka_unit_test(pennsylvania)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
