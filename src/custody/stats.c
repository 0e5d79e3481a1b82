/* See stats.h. GSL's error handler ends the process by default and is global, so only functions
 * are called that cannot fail inside the domain checked here; quantiles are found by halving
 * over the distribution, which always ends. */
#include "custody/stats.h"
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

double stats_beta_quantile(double p, double a, double b)
{
    double low = 0, high = 1;
    if (!(p >= 0 && p <= 1 && a > 0 && b > 0) || isinf(a) || isinf(b)) return NAN;
    for (int i = 0; i < 200 && high - low > 0; i++) {
        double mid = low + (high - low) / 2;
        if (mid <= low || mid >= high) break;
        if (gsl_cdf_beta_P(mid, a, b) < p)
            low = mid;
        else
            high = mid;
    }
    return low + (high - low) / 2;
}

static double odds(double p, double scale) { return p >= 1 ? INFINITY : p / (1 - p) * scale; }

struct ratio stats_ratio(double a, double ea, double b, double eb, double dispersion,
                         double level)
{
    struct ratio r = {NAN, NAN, NAN, NAN};
    if (!(a >= 0 && b >= 0 && ea > 0 && eb > 0 && dispersion >= 1 && level > 0 && level < 1))
        return r;
    double x = a / dispersion, y = b / dispersion, tail = (1 - level) / 2, scale = eb / ea,
           share = ea / (ea + eb);
    r.ratio = a > 0 || b > 0 ? (b > 0 ? a / b * scale : INFINITY) : NAN;
    r.low = x > 0 ? odds(stats_beta_quantile(tail, x, y + 1), scale) : 0;
    r.high = y > 0 ? odds(stats_beta_quantile(1 - tail, x + 1, y), scale) : INFINITY;
    double above = x > 0 ? gsl_cdf_beta_P(share, x, y + 1) : 1; /* P(X >= x) */
    double below = y > 0 ? gsl_cdf_beta_Q(share, x + 1, y) : 1; /* P(X <= x) */
    r.p = fmin(1, 2 * fmin(above, below));
    return r;
}

static double chi_square_quantile(double p, double n)
{
    double low = 0, high = n + 1;
    while (gsl_cdf_chisq_P(high, n) < p) high *= 2;
    for (int i = 0; i < 200; i++) {
        double mid = low + (high - low) / 2;
        if (mid <= low || mid >= high) break;
        if (gsl_cdf_chisq_P(mid, n) < p)
            low = mid;
        else
            high = mid;
    }
    return high;
}

struct dispersion stats_dispersion(const double *count, const double *exposure, size_t n)
{
    struct dispersion d = {NAN, NAN, NAN, NAN};
    double counts = 0, exposures = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(count[i] >= 0 && exposure[i] > 0)) return d;
        counts += count[i];
        exposures += exposure[i];
    }
    if (n < 2 || !(counts > 0)) return d;
    d.pearson = 0;
    for (size_t i = 0; i < n; i++) {
        double expected = counts * exposure[i] / exposures, off = count[i] - expected;
        d.pearson += off * off / expected;
    }
    double free = (double)(n - 1);
    d.p = gsl_cdf_chisq_Q(d.pearson, free);
    d.estimate = d.pearson / free;
    d.upper = fmax(1, d.pearson / chi_square_quantile(0.10, free));
    return d;
}

double stats_log_evidence(double count, double exposure, double shape, double rate)
{
    if (!(count >= 0 && exposure >= 0 && shape > 0 && rate > 0)) return NAN;
    return shape * log(rate) - gsl_sf_lngamma(shape) + gsl_sf_lngamma(shape + count) -
           (shape + count) * log(rate + exposure);
}

static double count_below(double y, double mean, double variance)
{
    if (variance <= mean) return gsl_cdf_poisson_P((unsigned)y, mean);
    double size = mean * mean / (variance - mean);
    return gsl_cdf_negative_binomial_P((unsigned)y, size / (size + mean), size);
}

double stats_count_quantile(double p, double mean, double variance)
{
    double low = -1, high = 1;
    if (!(p > 0 && p < 1 && mean > 0 && mean < 1e6 && variance >= 0 && variance < 1e12))
        return NAN;
    while (count_below(high, mean, variance) < p && high < 1e9) high *= 2;
    while (high - low > 1) {
        double mid = floor((low + high) / 2);
        if (count_below(mid, mean, variance) < p)
            low = mid;
        else
            high = mid;
    }
    return high;
}

struct share stats_share(int64_t yes, int64_t of, double level)
{
    struct share s = {NAN, 0, 1};
    if (yes < 0 || yes > of || of <= 0 || !(level > 0 && level < 1)) return s;
    double y = (double)yes, n = (double)of, tail = (1 - level) / 2;
    s.share = y / n;
    if (yes > 0) s.low = stats_beta_quantile(tail, y, n - y + 1);
    if (yes < of) s.high = stats_beta_quantile(1 - tail, y + 1, n - y);
    return s;
}

enum { SHARE_MAX = 1000000000 };

double stats_same_share(int64_t a, int64_t n, int64_t b, int64_t m)
{
    if (a < 0 || b < 0 || a > n || b > m || n <= 0 || m <= 0 || n > SHARE_MAX || m > SHARE_MAX)
        return NAN;
    int64_t yes = a + b, low = yes > m ? yes - m : 0, high = yes < n ? yes : n;
    double here = gsl_ran_hypergeometric_pdf((unsigned)a, (unsigned)yes,
                                             (unsigned)(n + m - yes), (unsigned)n),
           p = 0;
    for (int64_t k = low; k <= high; k++) {
        double one = gsl_ran_hypergeometric_pdf((unsigned)k, (unsigned)yes,
                                                (unsigned)(n + m - yes), (unsigned)n);
        /* equally likely tables differ in the last digits */
        if (one <= here * (1 + 1e-7)) p += one;
    }
    return fmin(1, p);
}

/* Quadratic in the number of tests, which are the rows of a page. */
void stats_holm(const double *p, size_t n, double *ret)
{
    size_t tests = 0;
    for (size_t i = 0; i < n; i++) tests += !isnan(p[i]);
    for (size_t i = 0; i < n; i++) {
        ret[i] = isnan(p[i]) ? NAN : 0;
        for (size_t k = 0; k < n && !isnan(p[i]); k++) {
            if (isnan(p[k]) || p[k] > p[i]) continue;
            size_t smaller = 0;
            for (size_t j = 0; j < n; j++) smaller += p[j] < p[k];
            ret[i] = fmax(ret[i], fmin(1, p[k] * (double)(tests - smaller)));
        }
    }
}
