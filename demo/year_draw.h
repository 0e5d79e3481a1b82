/* What chance does in a jail: a small generator of numbers that can be repeated, the
 * distributions drawn from it, and the marginals of a year: when people are booked, how long
 * they stay, how many requests come in a month. The marginals are numbers measured from public
 * counts (year_draw.c says how); when the files are there they are measured again.
 *
 * What it must never do: hold or print a row of those files. */
#pragma once
#include "base/date.h"
#include "base/str.h"

struct chance {
    uint64_t s;
};
/* streams of one seed do not depend on each other */
struct chance chance_of(uint64_t seed, uint64_t stream);
uint64_t chance_next(struct chance *c);
uint32_t chance_below(struct chance *c, uint32_t n); /* 0 … n-1 */
double chance_unit(struct chance *c);                /* in [0, 1) */
bool chance_is(struct chance *c, double p);
double chance_lognormal(struct chance *c, double median, double sigma);
uint32_t chance_poisson(struct chance *c, double mean);
/* A count with this mean and `index` times the variance of a Poisson count: gamma–Poisson.
 * index <= 1: Poisson. */
uint32_t chance_count(struct chance *c, double mean, double index);
size_t chance_weighted(struct chance *c, const double *weights, size_t n);

struct marginals {
    double hour[24];        /* of admissions; weights */
    double weekday[7];      /* of admissions, Monday first; mean 1 */
    double month[12];       /* of admissions; mean 1 */
    double day_index;       /* variance of a day's admissions over Poisson */
    double request_index;   /* variance of a month's requests over Poisson */
    double request_weekend; /* share of requests on a Saturday or Sunday */
    double request_hour[24];
    double violent_overnight, violent_short, unknown_charge; /* shares of stays */
    bool measured;                                           /* read from files now */
};
struct marginals marginals_built_in(void);
/* From the folder of public material: its data/a_detainers and data/c_jail_load. What cannot be
 * read keeps the built-in value. */
void marginals_measure(struct marginals *m, const char *shared);
