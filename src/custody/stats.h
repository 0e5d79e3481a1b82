/* The statistics behind the monitor of requests: exact intervals for a ratio of two counts,
 * dispersion, prediction. The only file of the program that sees GSL is stats.c. Pure;
 * arguments outside their domain give NaN, never an abort.
 *
 * What it must never do: decide anything about a person. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct ratio {
    double ratio, low, high; /* low 0 and high infinite where the counts say no more */
    /* two-sided, that the rates are the same: twice the smaller tail, at most 1 */
    double p;
};

/* The quantile of the beta distribution. */
double stats_beta_quantile(double p, double a, double b);
/* Count a in exposure ea against count b in exposure eb, at the two-sided `level` (0.99). With
 * dispersion 1 the exact conditional binomial interval of Clopper and Pearson, otherwise the
 * same with counts in units of the dispersion: rates that vary by a gamma distribution whose
 * variance is proportional to its mean. */
struct ratio stats_ratio(double a, double ea, double b, double eb, double dispersion,
                         double level);

struct dispersion {
    /* chi-square of the counts about one common rate, and its upper tail */
    double pearson, p;
    double estimate; /* pearson / (n - 1) */
    /* the upper 90 % limit, at least 1: what an interval should use, for the estimate itself is
     * unsure */
    double upper;
};
/* NaN members for fewer than two counts or no count at all. */
struct dispersion stats_dispersion(const double *count, const double *exposure, size_t n);

/* log of the chance of a count given a rate unknown but for a gamma prior; the part that
 * differs between splits. */
double stats_log_evidence(double count, double exposure, double shape, double rate);
/* Smallest whole y with P(Y <= y) >= p, where Y has this mean and variance: negative binomial,
 * Poisson when variance <= mean. */
double stats_count_quantile(double p, double mean, double variance);

struct share {
    double share, low, high; /* exact, Clopper and Pearson; 0 to 1 where nothing is counted */
};
struct share stats_share(int64_t yes, int64_t of, double level);
/* Fisher's exact test, two-sided: that a of n and b of m have the same share. The chance of all
 * tables with these margins that are no likelier than this one. NaN when a side is empty or has
 * more than a thousand million. */
double stats_same_share(int64_t a, int64_t n, int64_t b, int64_t m);
/* Holm: p of each of n tests so that a false one among them all is no likelier than it says.
 * NaN are not counted. */
void stats_holm(const double *p, size_t n, double *ret);
